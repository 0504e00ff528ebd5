"""已改正 is said only where the rule was asked again of another text and found it kept: every other way out has its own name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model import Outcome, RuleCard, State
from auditor.quarters.fates import Fate, gone, names_of, says_more
from auditor.quarters.nouns import Checked, Key, Noted

NOTHING = Decimal(0)
CARD = RuleCard("sum", "合计", "严重", "数据准确", "certain", "active", aliases=("old-sum",), check="equation")
FILLED = RuleCard("blank", "空白", "一般", "内容完整", "certain", "active", check="filled")
NAMES = names_of([{"sum": CARD, "blank": FILLED}])


def noted(rule: str = "sum", facts: tuple[str, ...] = ("a", "b"), locus: str = "x", **more: object) -> Noted:
    plain = Noted(
        Key("甲镇", 2025, locus), f"2026Q1-甲镇-{locus}", locus, "c", rule, "标题", Outcome.BROKEN, "严重", "数据准确",
        "消息", facts, NOTHING, NOTHING,
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]


def record(document: str, outcomes: Mapping[str, Outcome], *findings: Noted, **more: object) -> Checked:
    plain = Checked(
        1, 0, "甲镇.html", document, "甲镇", "甲镇", "乡镇", "乡镇", "", 2025, "C", NOTHING, NOTHING, NOTHING, "优秀",
        document, outcomes, findings,
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]


@dataclass
class Fake:
    """What two documents, "d1" and "d2", state."""

    values: dict[str, dict[str, tuple[State, str]]]
    text: dict[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()

    def facts(self, record: Checked) -> Mapping[str, tuple[State, str]]:
        return self.values[record.document]

    def prose(self, record: Checked) -> str:
        return self.text.get(record.document, "")

    def rest(self, record: Checked) -> str:
        return ""

    def companions(self, record: Checked) -> tuple[str, ...]:
        return ()

    def quoted(self, record: Checked, finding: Noted) -> tuple[str, ...]:
        return self.words

    def shown(self, record: Checked, finding: Noted) -> tuple[str, ...]:
        return ()


def number(value: str) -> tuple[State, str]:
    return State.NUMBER, value


CHANGED = Fake({"d1": {"a": number("1"), "b": number("2")}, "d2": {"a": number("2"), "b": number("2")}})
SAME = Fake({"d1": {"a": number("1"), "b": number("2")}, "d2": {"a": number("1"), "b": number("2")}})
BEFORE = record("d1", {"sum": Outcome.BROKEN}, noted())


def fate(now: Checked, reports: Fake = CHANGED, finding: Noted | None = None, **more: object) -> Fate:
    return gone(finding or noted(), BEFORE, now, NAMES, reports, books_differ=False, **more).fate  # type: ignore[arg-type]


def test_kept_on_another_text_is_mended() -> None:
    assert fate(record("d2", {"sum": Outcome.KEPT})) is Fate.MENDED
    assert fate(record("d2", {"old-sum": Outcome.KEPT})) is Fate.MENDED


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (record("d2", {}), Fate.OFF),
        (record("d2", {"sum": Outcome.NOT_APPLICABLE}), Fate.OFF),
        (record("d2", {"sum": Outcome.KEPT}, off=(("sum", ()),)), Fate.OFF),
        (record("d2", {"sum": Outcome.KEPT}, off=(("sum", ("b",)),)), Fate.OFF),
        (record("d2", {"sum": Outcome.KEPT}, off=(("sum", ("z",)),)), Fate.MENDED),
        (record("d2", {"sum": Outcome.TO_CONFIRM}), Fate.UNCLEAR),
        (record("d2", {"sum": Outcome.UNCLEAR}, unclear=(("sum", ()),)), Fate.UNCLEAR),
        (record("d2", {"sum": Outcome.UNCLEAR}, unclear=(("sum", ("a", "z")),)), Fate.UNCLEAR),
        (record("d2", {"sum": Outcome.UNCLEAR}, unclear=(("sum", ("z",)),)), Fate.MENDED),
        (record("d2", {"sum": Outcome.BROKEN}, noted(facts=("y", "z"), locus="y")), Fate.MENDED),
        (record("d1", {"sum": Outcome.KEPT}), Fate.DROPPED),
    ],
)
def test_every_other_way_out_has_its_name(now: Checked, expected: Fate) -> None:
    assert fate(now) is expected


@pytest.mark.parametrize("state", [State.ABSENT, State.UNREADABLE])
def test_cells_that_cannot_be_read_decide_nothing(state: State) -> None:
    lost = Fake({"d1": CHANGED.values["d1"], "d2": {"a": (state, ""), "b": number("2")}})
    assert fate(record("d2", {"sum": Outcome.KEPT}), lost) is Fate.UNCLEAR
    missing = Fake({"d1": CHANGED.values["d1"], "d2": {"b": number("2")}})
    assert fate(record("d2", {"sum": Outcome.KEPT}), missing) is Fate.UNCLEAR


def test_the_same_cells_in_another_format_are_not_mended() -> None:
    assert fate(record("d2", {"sum": Outcome.KEPT}), SAME) is Fate.DROPPED


def test_words_that_a_finding_quotes_are_part_of_it() -> None:
    said = Fake(SAME.values, {"d1": "制发3件", "d2": "制发1件"}, ("制发3件",))
    assert fate(record("d2", {"sum": Outcome.KEPT}), said) is Fate.MENDED
    unsaid = Fake(SAME.values, {"d1": "制发3件", "d2": "制发3件，另有"}, ("制发3件",))
    assert fate(record("d2", {"sum": Outcome.KEPT}), unsaid) is Fate.DROPPED


def test_what_the_later_rules_do_not_find_in_the_earlier_text_is_not_mended() -> None:
    assert fate(record("d2", {"sum": Outcome.KEPT}), still=frozenset()) is Fate.DROPPED
    assert fate(record("d2", {"sum": Outcome.KEPT}), still=frozenset({"x"})) is Fate.MENDED


def test_one_of_three_blanks_filled_is_no_mending() -> None:
    three, two, other = (noted("blank", facts, "".join(facts)) for facts in (("a", "b", "c"), ("b", "c"), ("c", "d")))
    before = record("d1", {"blank": Outcome.BROKEN}, three)
    for now in (two, other):
        found = gone(three, before, record("d2", {"blank": Outcome.BROKEN}, now), NAMES, CHANGED, books_differ=False)
        assert (found.fate, found.into) == (Fate.LISTED, (now,))
    assert not says_more(two, [three])
    assert says_more(other, [three])


def test_an_equation_that_shares_a_cell_is_another_finding() -> None:
    other = noted(facts=("b", "z"), locus="y")
    assert fate(record("d2", {"sum": Outcome.BROKEN}, other)) is Fate.MENDED


@given(
    st.sampled_from(list(Outcome)),
    st.booleans(),
    st.lists(st.sampled_from(["a", "b", "z"]), max_size=3),
    st.lists(st.sampled_from(["a", "b", "z"]), max_size=3),
    st.sampled_from(["d1", "d2"]),
    st.sampled_from([CHANGED, SAME]),
)
def test_mended_is_never_said_without_a_new_reading_that_was_decided(
    outcome: Outcome, has_off: bool, off: list[str], unclear: list[str], document: str, reports: Fake
) -> None:
    now = record(
        document,
        {"sum": outcome},
        off=(("sum", tuple(off)),) if has_off else (),
        unclear=(("sum", tuple(unclear)),) if outcome is Outcome.UNCLEAR else (),
    )
    if fate(now, reports) is Fate.MENDED:
        assert document == "d2"
        assert reports is CHANGED
        assert outcome in (Outcome.KEPT, Outcome.BROKEN, Outcome.SUSPECTED, Outcome.UNCLEAR)
        assert not (has_off and (not off or {"a", "b"} & set(off)))
        assert not (outcome is Outcome.UNCLEAR and (not unclear or {"a", "b"} & set(unclear)))
