"""The quarter's statistics (季度汇总统计): a run's tally and the mending -> tables of what was found, decided and mended, and the record.

made(matter)      季度汇总统计.docx
statistics(matter)  what it says, every sentence and cell `Told`

Problems  those of the tally; 待认定 are its doubts, told beside them and never added
Mending   by `quarters.mending.rate` over what was in letters: 整改率＝已销号÷已责令整改; none where nothing was ordered
Again     problems that the quarter before had too (unit, report year, place), and kinds that a unit repeats in several report years
Record    run, rulebook and the head of the ledger's chain stand here, not in the papers that are signed
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from auditor.documents import words
from auditor.documents.circular.saying import certain_title, joined, say
from auditor.documents.matter import Made, Matter
from auditor.documents.official import fill, head
from auditor.documents.printing import line
from auditor.documents.tally import Count, Figure, Group, Problem, Returns, Told, counted, told, units_in
from auditor.model import REJECTED, UPHELD, WAIVED, Finding, Noun
from auditor.quarters.mending import FORMULA, Mending, by_dimension, by_group, rate

NAME = "季度汇总统计.docx"
PAPER = "统计"
_MOST_RULES, _MOST_REPEATS = 20, 40
NONE = told("—")

Row = tuple[Told, ...]
Rows = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Statistics(Noun):
    """The paper: sentences, and tables as rows of cells, empty where there is nothing to tell."""

    title: Told
    overview: tuple[Told, ...]
    returns: Rows
    groups: Rows
    dimensions: Rows
    severities: Rows
    rules: Rows
    mended: tuple[Told, ...]
    mendings: Rows
    trend: Rows
    repeats: Rows
    record: tuple[Told, ...]

    def sentences(self) -> Iterator[Told]:
        """All that is printed, in order."""
        yield from (self.title, *self.overview)
        for rows in (self.returns, self.groups, self.dimensions, self.severities, self.rules):
            yield from (cell for row in rows for cell in row)
        yield from self.mended
        for rows in (self.mendings, self.trend, self.repeats):
            yield from (cell for row in rows for cell in row)
        yield from self.record


def made(matter: Matter) -> Iterator[Made]:
    """The statistics of the run."""
    said = statistics(matter)
    fields = head(matter, str(said.title), undecided=int(matter.tally.undecided))
    yield Made(NAME, fill(matter.stationery.template("季度汇总统计"), {**fields, **_fields(said)}))


def told_of(matter: Matter) -> tuple[Told, ...]:
    """Every sentence and cell, in order."""
    return tuple(statistics(matter).sentences())


def statistics(matter: Matter) -> Statistics:
    """What the statistics say."""
    tally = matter.tally
    quarter = tally.audit.run.quarter
    return Statistics(
        title=say(matter, "标题", PAPER, 季度=words.quarter_words(quarter) if quarter else ""),
        overview=_overview(matter),
        returns=tuple(_returned(one) for one in tally.returns if one.due is not None or one.reported),
        groups=tuple(_group(matter, group) for group in tally.groups),
        dimensions=_shares(tally.dimensions, len(tally.problems)),
        severities=_shares(tally.severities, len(tally.problems)),
        rules=tuple(_rule(one) for one in _fullest(tally.rules)),
        mended=_mended(matter),
        mendings=_rates(matter.mendings),
        trend=_trend(matter),
        repeats=_repeats(matter),
        record=_record(matter),
    )


def _fields(said: Statistics) -> dict[str, object]:
    def rows(found: Rows) -> list[list[str]]:
        return [[str(cell) for cell in row] for row in found]

    return {
        "概况": [str(one) for one in said.overview],
        "应报": rows(said.returns),
        "分组": rows(said.groups),
        "类别": rows(said.dimensions),
        "轻重": rows(said.severities),
        "规则": rows(said.rules),
        "整改": [str(one) for one in said.mended],
        "整改率": rows(said.mendings),
        "各季度": rows(said.trend),
        "重复": rows(said.repeats),
        "记录": [str(one) for one in said.record],
        "公式": FORMULA,
    }


# --- what was found --------------------------------------------------------------------------------


def _overview(matter: Matter) -> tuple[Told, ...]:
    tally, audit = matter.tally, matter.tally.audit
    mean = told("，列入排名的报告平均得分", tally.mean, "分") if tally.mean is not None else told()
    first = say(
        matter,
        "概况",
        PAPER,
        份数=tally.reports,
        问题=counted(tally.problems),
        单位=units_in(tally.problems),
        均分=mean,
    )
    said = _verdicts(matter)
    second = say(
        matter,
        "认定",
        PAPER,
        属实=said[UPHELD],
        不属实=said[REJECTED],
        豁免=said[WAIVED],
        待认定=tally.undecided,
    )
    pending = Figure(sum(len(judged.undecided) for judged in audit.reports), tally.reports.of)
    cells = Figure(words.all_unreadable(audit), tally.reports.of)
    third = say(matter, "读取", PAPER, 文件=tally.unread, 数据项=cells, 事项=pending)
    again = persisting(matter)
    return (first, second, third, *((say(matter, "仍存在", PAPER, 个数=again),) if again is not None else ()))


def _verdicts(matter: Matter) -> dict[str, Figure]:
    """How many findings a person found 属实, 不属实, or waived."""
    audit = matter.tally.audit
    every = [f for judged in audit.reports for f in judged.findings] + [f for _, f in audit.unreported]
    return {word: _said(every, word) for word in (UPHELD, REJECTED, WAIVED)}


def _said(findings: Iterable[Finding], word: str) -> Figure:
    of = tuple(f.number or f.fingerprint for f in findings if f.verdict is not None and f.verdict.word == word)
    return Figure(len(of), of)


def _returned(one: Returns) -> Row:
    year = f"{one.year}年度" if one.year else "年度不明"
    due, missing = (told(figure) if figure is not None else NONE for figure in (one.due, one.missing))
    return (told(year), due, told(one.reported), missing, told(one.unread), told(one.beyond))


def _group(matter: Matter, group: Group) -> Row:
    tally = matter.tally
    rows = (*group.ranked, *group.outside)
    mine = (group.name, group.year)
    of = tuple(tally.audit.reports[row.at].report.source for row in rows)
    placed = tuple(tally.audit.reports[row.at].report.source for row in group.ranked)
    return (
        told(line(group.title)),
        told(Figure(len(rows), of)),
        told(Figure(len(placed), placed)),
        *(told(figure) if figure is not None else NONE for figure in (group.mean, group.best, group.worst)),
        told(counted(p for p in tally.problems if (p.group, p.year) == mine)),
        told(counted(p for p in tally.doubts if (p.group, p.year) == mine)),
    )


def _shares(counts: Sequence[Count], every: int) -> Rows:
    return tuple(
        (
            told(line(one.word)),
            told(one.problems),
            told(_percent(int(one.problems), every, one.problems.of), "%") if every else NONE,
            told(one.units),
            told(Figure(one.points, one.problems.of)),
            told(one.doubts),
        )
        for one in counts
    )


def _percent(part: int, whole: int, of: tuple[str, ...]) -> Figure:
    """To a tenth, half up."""
    return Figure((Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP), of)


def _fullest(rules: Sequence[Count]) -> list[Count]:
    """The rules with most problems."""
    found = [one for one in rules if one.problems]
    return sorted(found, key=lambda one: (-int(one.problems), words.severity_order(one.severity), one.rule))[
        :_MOST_RULES
    ]


def _rule(one: Count) -> Row:
    points = Figure(one.points, one.problems.of)
    return (
        told(certain_title(one.word)),
        told(line(one.dimension)),
        told(line(one.severity)),
        told(one.problems),
        told(one.units),
        told(points),
    )


# --- what was mended, over the quarters ------------------------------------------------------------


def _mended(matter: Matter) -> tuple[Told, ...]:
    ordered = [one for one in matter.mendings if one.counts]
    whole = rate(ordered)
    if not whole.ordered:
        return (say(matter, "无整改", PAPER),)
    orders, closed, percent = _rate(ordered)
    return (say(matter, "整改", PAPER, 责令=orders, 销号=closed, 整改率=percent),)


def _rate(found: Sequence[Mending]) -> tuple[Told, Told, Told]:
    """责令, 销号, 整改率 of some findings."""
    ordered = tuple(one.item.number or one.item.key.locus for one in found if one.counts)
    closed = tuple(one.item.number or one.item.key.locus for one in found if one.counts and one.closed is not None)
    whole = rate(found)
    percent = told(Figure(whole.value, ordered), "%") if whole.value is not None else NONE
    return told(Figure(whole.ordered, ordered)), told(Figure(whole.closed, closed)), percent


def _rates(mendings: Sequence[Mending]) -> Rows:
    """By group, then by dimension; what was never ordered is in none."""
    ordered = [one for one in mendings if one.counts]
    if not ordered:
        return ()
    parts: list[Mapping[str, Sequence[Mending]]] = [by_group(ordered), by_dimension(ordered)]
    rows = [(told(line(name)), *_rate(some)) for part in parts for name, some in part.items()]
    return (*rows, (told("合计"), *_rate(ordered)))


def _trend(matter: Matter) -> Rows:
    rows: list[Row] = []
    for one in matter.tally.trend:
        of = (one.quarter,)
        percent = told(_percent(one.closed, one.ordered, of), "%") if one.ordered else NONE
        numbers = (one.reports, one.mean, one.problems, one.suspected, one.ordered, one.closed)
        cells = (told(Figure(number, of)) if number is not None else NONE for number in numbers)
        rows.append((told(words.quarter_words(one.quarter)), *cells, percent))
    return tuple(rows) if len(rows) > 1 else ()


def _repeats(matter: Matter) -> Rows:
    """Kinds of problems that a unit has in so many report years as the county calls repeated."""
    least = matter.terms.repeat_years
    if least < 2:
        return ()
    found: dict[tuple[str, str], list[Problem]] = {}
    for problem in matter.tally.problems:
        if problem.year is not None and not problem.finding.manual:
            found.setdefault((problem.unit, problem.finding.rule), []).append(problem)
    years = {key: sorted({p.year for p in some if p.year is not None}) for key, some in found.items()}
    kept = sorted((key for key in found if len(years[key]) >= least), key=lambda key: (-len(years[key]), key))
    return tuple(
        (
            told(line(unit)),
            told(certain_title(found[unit, rule][0].finding.title)),
            told(f"{'、'.join(map(str, years[unit, rule]))}年度"),
        )
        for unit, rule in kept[:_MOST_REPEATS]
    )


def persisting(matter: Matter) -> Figure | None:
    """Problems that the quarter before had too; None where there is no quarter before."""
    before = matter.tally.before
    if before is None:
        return None
    known = {(p.unit, p.year, p.finding.locus) for p in before.problems if p.finding.locus}
    return counted(p for p in matter.tally.problems if (p.unit, p.year, p.finding.locus) in known)


# --- the record ------------------------------------------------------------------------------------


def _record(matter: Matter) -> tuple[Told, ...]:
    audit = matter.tally.audit
    run = audit.run
    when = words.moment_words(run.started)
    kept = words.ledger_words(audit)
    return (
        say(matter, "批次", PAPER, 批次=line(run.id), 时间=when, 程序=line(run.engine)),
        say(matter, "规则", PAPER, 规则库=words.rulebook_words(run), 校验=run.rulebook.sha256),
        say(matter, "台账", PAPER, 台账=kept) if kept else say(matter, "未入台账", PAPER),
        *_local(matter),
    )


def _local(matter: Matter) -> Iterator[Told]:
    """What the county's profile changed: rules that are switched off with the reasons, and its other changes."""
    audit = matter.tally.audit
    off = words.switched_off(audit)
    if off:
        named = joined((told(f"{one.title}（{one.scope}）：{one.reason}") for one in off), "；")
        yield say(matter, "停用", PAPER, 项数=Figure(len(off), tuple(one.rule for one in off)), 规则=named)
    changes = [line(one) for one in audit.county.changes if not one.startswith("停用")]
    if changes:
        yield say(matter, "调整", PAPER, 调整="；".join(changes))
