"""The quarter's statistics: tables that add up, recounted from the audit and the letters by plain loops."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal

from circular_cases import POWERS, clean, one, ready, sample
from circular_tracing import Recount, is_certain, printed

from auditor.documents.matter import Matter
from auditor.documents.statistics import NONE, Row, Rows, Statistics, made, persisting, statistics, told_of
from auditor.documents.tally import QuarterFigures, Told, tally
from auditor.model import REJECTED, UPHELD, WAIVED, Disabled
from auditor.quarters.mending import FORMULA, Mending, State
from auditor.quarters.nouns import Key, Letter, LetterItem


def cells(row: Row) -> list[str]:
    return [str(cell) for cell in row]


def by_name(rows: Rows) -> dict[str, list[str]]:
    return {str(row[0]): cells(row)[1:] for row in rows}


def mended(matter: Matter, ordered: int, closed: int) -> Matter:
    """With so many problems under an order, the first ones closed; the last one is outside (waived after it was sent)."""
    items = [
        LetterItem(Key(p.unit, p.year, p.ref), p.ref, p.finding.severity, None, dimension=p.finding.dimension)
        for p in matter.tally.problems[: ordered + 1]
    ]
    out = []
    for at, item in enumerate(items):
        letter = Letter(
            1, "2026Q1", item.key.unit, "通知", "华政〔2026〕1号", dt.date(2026, 2, 1), "王某", (item,), "乡镇"
        )
        state = State.CLOSED if at < closed else State.OPEN
        day = dt.date(2026, 3, 1) if at < closed else None
        out.append(Mending(letter, item, True, state, outside="已豁免" if at == ordered else "", closed=day))
    return replace(matter, mendings=tuple(out))


def test_dimensions_and_severities_add_up() -> None:
    matter = ready()
    here, said = Recount(matter), statistics(matter)
    for rows, word in ((said.dimensions, "dimension"), (said.severities, "severity")):
        counted = Counter(getattr(one.finding, word) for one in here.stands)
        lost: Counter[str] = Counter()
        for one_ in here.stands:
            lost[getattr(one_.finding, word)] += one_.finding.deducted  # type: ignore[assignment]
        units = {name: {o.unit for o in here.stands if getattr(o.finding, word) == name} for name in counted}
        for name, (count, share, spread, points, _) in by_name(rows).items():
            assert int(count) == counted[name]
            assert int(spread) == len(units.get(name, ()))
            assert Decimal(points) == lost[name]
            assert abs(Decimal(share.rstrip("%")) - Decimal(100 * counted[name]) / len(here.stands)) <= Decimal("0.05")
        assert sum(int(row[0]) for row in by_name(rows).values()) == len(here.stands)


def test_groups_and_rules_are_those_of_the_audit() -> None:
    matter = ready()
    here, said = Recount(matter), statistics(matter)
    assert sum(int(row[0]) for row in by_name(said.groups).values()) == len(matter.tally.audit.reports)
    placed = sum(judged.score.low == judged.score.points for judged in matter.tally.audit.reports)
    assert sum(int(row[1]) for row in by_name(said.groups).values()) == placed
    assert sum(int(row[5]) for row in by_name(said.groups).values()) == len(here.stands)
    titles = Counter(one.finding.rule for one in here.stands)
    assert sorted((int(row[2]) for row in by_name(said.rules).values()), reverse=True) == [
        count for _, count in titles.most_common(20)
    ]
    assert not any(name.startswith("疑") for name in by_name(said.rules))


def test_verdicts_are_counted_over_every_finding() -> None:
    matter = ready()
    audit = matter.tally.audit
    every = [f for judged in audit.reports for f in judged.findings] + [f for _, f in audit.unreported]
    said = Counter(f.verdict.word for f in every if f.verdict is not None)
    text = str(statistics(matter).overview[1])
    assert re.findall(r"\d+", text) == [
        str(said[UPHELD]),
        str(said[REJECTED]),
        str(said[WAIVED]),
        str(len(Recount(matter).open)),
    ]


def test_the_rate_is_closed_by_ordered_and_leaves_out_what_was_waived() -> None:
    said = statistics(mended(ready(), ordered=6, closed=2))
    assert "已责令整改的问题6个，已销号2个，整改率33.3%。" in str(said.mended[0])
    rows = by_name(said.mendings)
    assert rows["合计"] == ["6", "2", "33.3%"]
    assert rows["乡镇"] == ["6", "2", "33.3%"]
    dimensions = [row for name, row in rows.items() if name not in ("合计", "乡镇")]
    assert (sum(int(row[0]) for row in dimensions), sum(int(row[1]) for row in dimensions)) == (6, 2)


def test_nothing_ordered_has_no_rate() -> None:
    said = statistics(ready())
    assert str(said.mended[0]) == "没有责令整改的问题，不计算整改率。"
    assert said.mendings == ()


def test_the_trend_has_a_row_a_quarter_and_no_rate_without_orders() -> None:
    matter = ready()
    trend = (
        QuarterFigures("2025Q4", 13, Decimal("90.69"), 25, 0, 20, 15),
        QuarterFigures("2026Q1", 14, None, 39, 0, 0, 0),
    )
    rows = statistics(replace(matter, tally=replace(matter.tally, trend=trend))).trend
    assert cells(rows[0]) == ["2025年第四季度", "13", "90.69", "25", "0", "20", "15", "75%"]
    assert cells(rows[1]) == ["2026年第一季度", "14", "—", "39", "0", "0", "0", "—"]
    assert statistics(matter).trend == ()


def test_what_the_quarter_before_had_too() -> None:
    matter = ready()
    before = matter.tally.before
    assert before is not None
    known = Counter((p.unit, p.year, p.finding.locus) for p in before.problems)
    again = persisting(matter)
    assert again is not None
    here = [known[p.unit, p.year, p.finding.locus] for p in matter.tally.problems]
    assert 0 < int(again) == sum(here) < len(here)
    assert persisting(sample()) is None


def test_without_a_roster_nobody_is_due_and_nothing_is_a_zero() -> None:
    said = statistics(sample())
    assert said.returns == ()
    due = statistics(ready()).returns
    assert cells(due[0]) == ["2025年度", "13", "11", "2", "0", "0"]


def test_the_record_names_run_rulebook_and_ledger() -> None:
    matter = ready()
    text = "".join(map(str, statistics(matter).record))
    run = matter.tally.audit.run
    assert run.id in text
    assert run.rulebook.sha256 in text
    assert "没有记入台账" in text


def test_what_the_county_switched_off_stands_with_its_reason() -> None:
    matter = sample()
    off = Disabled("a-blank", "单元格空白", "县政府办公室已备案", "全部报告")
    first, *rest = matter.tally.audit.reports
    audit = replace(matter.tally.audit, reports=(replace(first, disabled=(off,)), *rest))
    text = "".join(map(str, statistics(Matter(tally(audit))).record))
    assert "停用、未作评判的规则1项：单元格空白（全部报告）：县政府办公室已备案。" in text


def test_every_sentence_is_printed_and_bytes_are_equal() -> None:
    for matter in (mended(ready(), 6, 2), sample(), one(), clean()):
        (paper,) = made(matter)
        assert paper.name == "季度汇总统计.docx"
        whole = "".join(printed(paper.data))
        assert [str(said) for said in told_of(matter) if str(said) not in whole] == []
        assert paper.data == next(iter(made(matter))).data
    assert FORMULA in "".join(printed(next(iter(made(mended(ready(), 6, 2)))).data))


def test_every_figure_counts_what_it_names() -> None:
    """Counts of problems, units and reports; what is measured (means, points, shares) is recounted above."""
    matter = ready()
    here, said = Recount(matter), statistics(matter)
    for row in said.dimensions:
        (problems,) = row[1].figures
        assert here.explains(problems)
        (units,) = row[3].figures
        assert here.explains(units)
    assert here.explains(next(said.overview[0].figures))


def test_certain_and_undecided_are_never_added() -> None:
    matter = sample()
    said: Statistics = statistics(matter)
    certain = sum(is_certain(f) and not f.absorbed_by for j in matter.tally.audit.reports for f in j.findings)
    total = sum(int(row[0]) for row in by_name(said.dimensions).values())
    assert total == len(Recount(matter).stands) >= certain - 1
    assert any(int(row[4]) for row in by_name(said.dimensions).values())
    assert isinstance(NONE, Told) and POWERS
