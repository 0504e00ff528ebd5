"""Repeat offenders: what was found in which quarter -> how often it was new or came back. Written as a table first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest

from auditor.model import MendingTerms, Outcome, State
from auditor.quarters.fates import Names
from auditor.quarters.nouns import Checked, Key, Noted, OldFinding
from auditor.quarters.repeating import repeaters
from auditor.quarters.rereading import Dated

UNIT = "澄湖县柳汀镇人民政府"
QUARTERS = ("2026Q1", "2026Q2", "2026Q3", "2026Q4")


class Reports:
    """What reports state: other numbers in every other document."""

    def facts(self, record: Checked) -> Mapping[str, tuple[State, str]]:
        return dict.fromkeys("甲乙丙", (State.NUMBER, record.document))

    def prose(self, record: Checked) -> str:
        return record.document

    def rest(self, record: Checked) -> str:
        return record.document

    def quoted(self, record: Checked, finding: Noted) -> tuple[str, ...]:
        return ()


def noted(word: str, year: int) -> Noted:
    """甲, 甲乙 (cells); 疑甲 suspected; 稿甲 a draft; 合甲 a conclusion."""
    mark, cells = (word[0], word[1:]) if word[0] in "疑稿合" else ("", word)
    return Noted(
        Key(UNIT, year, f"locus-{word}"),
        "",
        "",
        "",
        "t4-sum",
        "合计不符",
        Outcome.SUSPECTED if mark == "疑" else Outcome.BROKEN,
        "较重",
        "数据准确",
        "",
        tuple(cells),
        Decimal(1),
        Decimal(1),
        members=("x",) if mark == "合" else (),
        draft=mark == "稿",
    )


def record(run: int, told: str, year: int) -> Dated:
    """ "甲 乙 @文件": findings and the document; - nothing found; ? could not be decided."""
    words = told.split()
    document = next((word[1:] for word in words if word[0] == "@"), f"文件{run}")
    found = tuple(noted(word, year) for word in words if word[0] not in "@-?")
    outcome = Outcome.BROKEN if found else Outcome.UNCLEAR if "?" in words else Outcome.KEPT
    unclear = (("t4-sum", ()),) if "?" in words else ()
    checked = Checked(
        run, 0, "", document, UNIT, "柳汀镇", "乡镇", "乡镇", "", year, "C", Decimal(90), Decimal(90), Decimal(90),
        "优秀", "", {"t4-sum": outcome}, found, unclear,
    )  # fmt: skip
    return Dated(checked, dt.date(2026, 3 * run, 1), QUARTERS[run - 1], ("规则库", "程序"))


# (what was found in each quarter, the quarters that count)
COURSES: list[tuple[Sequence[str], tuple[str, ...]]] = [
    (["甲"], ("2026Q1",)),
    (["甲", "甲", "甲"], ("2026Q1",)),  # it persists
    (["甲", "-"], ("2026Q1",)),
    (["甲", "-", "甲"], ("2026Q1", "2026Q3")),  # it came back
    (["甲", "?", "甲"], ("2026Q1",)),  # nobody said that it was mended
    (["甲", "-", "甲", "甲"], ("2026Q1", "2026Q3")),
    (["甲", "-", "?", "甲"], ("2026Q1", "2026Q4")),
    (["甲", "乙"], ("2026Q1", "2026Q2")),  # another cell of the same rule
    (["甲", "甲 乙"], ("2026Q1", "2026Q2")),
    (["甲乙", "甲"], ("2026Q1",)),  # one of two cells is left: no new offence
    (["甲", "甲乙"], ("2026Q1", "2026Q2")),
    (["甲 @同", "甲 乙 @同"], ("2026Q1",)),  # the file has not changed: the rules have
    (["- @同", "甲 @同"], ()),
    (["疑甲", "疑乙"], ()),  # suspected, and nobody found it so
    (["稿甲", "稿乙"], ()),
    (["合甲", "合乙"], ()),
]


def quarters(course: Sequence[str], words: Mapping[Key, str] | None = None) -> tuple[str, ...]:
    records = [record(run, told, 2025) for run, told in enumerate(course, 1)]
    terms = MendingTerms(repeat_quarters=1, repeat_years=0)
    found = repeaters(records, words or {}, (), Names(), Reports(), terms)
    return found[0].quarters if found else ()


@pytest.mark.parametrize(("course", "expected"), COURSES)
def test_a_quarter_counts_where_it_was_new_or_came_back(course: Sequence[str], expected: tuple[str, ...]) -> None:
    assert quarters(course) == expected


def test_verdicts_decide_what_counts() -> None:
    upheld = {noted("疑甲", 2025).key: "属实", noted("疑乙", 2025).key: "属实"}
    assert quarters(["疑甲", "疑乙"], upheld) == ("2026Q1", "2026Q2")
    for word in ("不属实", "豁免"):
        assert quarters(["甲", "乙"], {noted("乙", 2025).key: word}) == ("2026Q1",)


# (threshold of quarters, of years, found in the reports of these years: what is said)
THRESHOLDS = [
    (2, 2, {2024: ["甲"], 2025: ["甲"]}, ["2个年度的报告都有（2024、2025）"]),
    (2, 0, {2024: ["甲"], 2025: ["甲"]}, []),
    (2, 3, {2024: ["甲"], 2025: ["甲"]}, []),
    (2, 2, {2025: ["甲", "-", "甲"]}, ["2个季度新出现或再次出现（2026Q1、2026Q3）"]),
    (3, 2, {2025: ["甲", "-", "甲"]}, []),
    (0, 2, {2025: ["甲", "-", "甲"]}, []),
    (2, 2, {2024: ["-", "甲"], 2025: ["甲"]}, ["2个季度新出现或再次出现（2026Q1、2026Q2）", "2个年度的报告都有（2024、2025）"]),
]  # fmt: skip


@pytest.mark.parametrize(("quarters_", "years", "found", "said"), THRESHOLDS)
def test_the_thresholds_are_the_county_s(
    quarters_: int, years: int, found: Mapping[int, Sequence[str]], said: list[str]
) -> None:
    records = [record(run, told, year) for year, course in found.items() for run, told in enumerate(course, 1)]
    terms = MendingTerms(repeat_quarters=quarters_, repeat_years=years)
    made = repeaters(records, {}, (), Names(), Reports(), terms)
    assert [list(one.why) for one in made] == ([said] if said else [])


def old(quarter: str, mending: str = "", year: int | None = 2024, rule: str = "t4-sum") -> OldFinding:
    return OldFinding(1, quarter, UNIT, year, rule, "合计不符", mending)


# (rows of hand-made ledgers, found in 2026Q1: quarters)
BY_HAND = [
    ([old("2025Q3")], ["甲"], ("2025Q3", "2026Q1")),
    ([old("2025Q3"), old("2025Q4")], ["-"], ("2025Q3",)),  # it may only persist
    ([old("2025Q3", "已整改"), old("2025Q4")], ["-"], ("2025Q3", "2025Q4")),
    ([old("2025Q3", "部分整改"), old("2025Q4")], ["-"], ("2025Q3",)),
    ([old("2025Q3", rule="")], ["甲"], ("2026Q1",)),  # no rule that is certain
]


@pytest.mark.parametrize(("rows", "course", "expected"), BY_HAND)
def test_hand_made_ledgers_count(rows: list[OldFinding], course: list[str], expected: tuple[str, ...]) -> None:
    records = [record(run, told, 2025) for run, told in enumerate(course, 1)]
    made = repeaters(records, {}, rows, Names(), Reports(), MendingTerms(repeat_quarters=1, repeat_years=0))
    assert [one.quarters for one in made] == [expected]


def test_a_renamed_rule_is_the_same_one() -> None:
    names = Names({id: frozenset(("t4-sum", "t4-total")) for id in ("t4-sum", "t4-total")})
    made = repeaters(
        [record(1, "甲", 2025)], {}, [old("2025Q3", rule="t4-total")], names, Reports(), MendingTerms(repeat_years=0)
    )
    assert [one.quarters for one in made] == [("2025Q3", "2026Q1")]
