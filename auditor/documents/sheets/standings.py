"""Standings: 排名 (group by group, ties shared, below each those without a place and why) and 得分明细 (lines that add up).

Moves     places up or down since the quarter before, only where the two can fairly be compared (`tally.against`)
Drafts    while findings are undecided the ranking says that it is a draft
Adds up   得分明细 keeps the running sum beside every line, as numbers; the last line says whether it is the score
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from auditor.documents import standing, words
from auditor.documents.printing import line
from auditor.documents.sheets.laying import MIDDLE, NUMBER, Column, Lined, Linked, Plain, Sheet, place, web
from auditor.documents.tally import Against, Group, Row, Tally, against
from auditor.model import Judged, Standing, UnitYear

_RANKING: Final = (
    Column("组别", 11, MIDDLE),
    Column("名次", 12, MIDDLE),
    Column("单位", 32),
    Column("报告年度", 9, MIDDLE),
    Column("得分", 8, NUMBER),
    Column("等次", 10, MIDDLE),
    Column("问题（个）", 9, NUMBER),
    Column("较上季名次", 10, MIDDLE),
    Column("未列入排名的原因", 34),
)
_WORK: Final = (
    Column("疑似（个）", 9, NUMBER, printed=False),
    Column("待核验（项）", 9, NUMBER, printed=False),
    Column("疑似均属实时得分", 11, NUMBER, printed=False),
    Column("最低可能得分", 11, NUMBER, printed=False),
    Column("等次说明", 24, printed=False),
)
_SECOND: Final = (Column("并列得分", 10, NUMBER, printed=False), Column("并列等次", 12, MIDDLE, printed=False))
_POINTS: Final = (
    Column("单位", 24),
    Column("报告年度", 9, MIDDLE),
    Column("事项", 34),
    Column("位置", 34),
    Column("类别", 10, MIDDLE),
    Column("分值", 9, NUMBER),
    Column("累计", 9, NUMBER),
    Column("核对", 20),
    Column("规则编号", 16, printed=False),
)
OUTSIDE: Final = "未列入排名"
_REASONS: Final[Mapping[Standing, str]] = {
    Standing.MISSING: "所给文件中没有该年度报告，没有得分",
    Standing.UNREAD: "报告无法读取，没有得分，不等于没有问题",
}
Values = tuple[Plain | Linked, ...]


def draft_mark(tally: Tally) -> str:
    """【草稿：尚有3项未认定】, "" where everything is decided."""
    return f"【草稿：尚有{tally.undecided}项未认定，不得印发】" if tally.is_draft else ""


def ranking(tally: Tally, points: Mapping[int, int]) -> Sheet:
    """排名. `points` are the rows of 得分明细 at which the reports begin."""
    second = any(judged.second is not None for judged in tally.audit.reports)
    columns = (*_RANKING, *_WORK, *(_SECOND if second else ()))
    pages = _Ranks(tally, points, against(tally), second=second)
    return Sheet("排名", _title(tally), columns, pages.rows(), kept=3)


def _title(tally: Tally) -> str:
    """得分排名（2026年第一季度）, with the names of the models where there are two, and whether it is a draft."""
    models = [line(name) for name in tally.audit.county.models]
    beside = f"；得分按{models[0]}，并列得分按{models[1]}" if len(models) > 1 else ""
    return f"得分排名（{words.quarter_words(tally.audit.run.quarter)}{beside}）{draft_mark(tally)}"


class _Ranks:
    def __init__(self, tally: Tally, points: Mapping[int, int], moved: Against | None, *, second: bool) -> None:
        self.tally, self.points, self.moved, self.second = tally, points, moved, second
        self.doubts = Counter(one.at for one in tally.doubts)
        self.absent = list(_absent(tally))

    def rows(self) -> Iterator[Values]:
        for group in self.tally.groups:
            for row in (*group.ranked, *group.outside):
                yield self._row(group, row)
            mine = [one for one in self.absent if (one.year, one.group or one.kind) == (group.year, group.name)]
            self.absent = [one for one in self.absent if one not in mine]
            yield from (self._missing(one, group.title) for one in mine)
        yield from (self._missing(one, one.group or one.kind) for one in self.absent)

    def _row(self, group: Group, row: Row) -> Values:
        judged = self.tally.audit.reports[row.at]
        rank: Plain = OUTSIDE if row.rank is None else f"{row.rank}（并列）" if row.tied else row.rank
        said: Values = (
            group.title,
            rank,
            web(row.unit, judged.report.profile.url),
            row.year,
            Linked(row.points, place("得分明细", self.points[row.at], ("A", "H"))),
            row.grade,
            int(row.problems),
            self._move(row),
            row.why,
            self.doubts[row.at],
            len(judged.undecided),
            judged.score.if_suspected,
            row.low,
            words.grade_words(judged.score),
        )
        return (*said, *(_beside(judged) if self.second else ()))

    def _move(self, row: Row) -> str:
        if self.moved is None or row.rank is None:
            return ""
        up = self.moved.moves.get((row.unit, row.year))
        if up is None:
            return "上季无名次"
        return f"升{up}位" if up > 0 else f"降{-up}位" if up < 0 else "持平"

    def _missing(self, one: UnitYear, group: str) -> Values:
        blank: Values = (None,) * (len(_WORK) + (len(_SECOND) if self.second else 0))
        unit, why = standing.liable(one), _REASONS[one.standing]
        return (group, OUTSIDE, unit, one.year, None, None, None, None, why, *blank)


def _absent(tally: Tally) -> Iterator[UnitYear]:
    """The units without a report that could be judged, of the years under check."""
    found = tally.audit.completeness
    checked = {count.year for count in found.years if count.checked} if found else set()
    for one in found.standings if found else ():
        if one.year in checked and one.standing in _REASONS:
            yield one


def _beside(judged: Judged) -> Values:
    return (None, None) if judged.second is None else (judged.second.points, judged.second.grade)


# --- points ----------------------------------------------------------------------------------------


def points(tally: Tally, order: Sequence[int]) -> Sheet:
    """得分明细."""
    rows = (row for at in order for row in _lines(tally.audit.reports[at]))
    return Sheet("得分明细", "得分明细（起评 100 分；各行相加即为得分）", _POINTS, rows, kept=1)


def _lines(judged: Judged) -> Iterator[Lined]:
    unit, year = words.unit_name(judged), judged.report.profile.year
    named = {finding.fingerprint: finding for finding in judged.findings}
    total = Decimal(100)
    yield Lined((unit, year, "起评分", None, None, 100, 100, None, None))
    for step in judged.score.lines:
        finding = named.get(step.finding or "")
        where = words.where_words(judged.report, finding) if finding else None
        total += step.points
        yield Lined((unit, year, line(step.note), where, step.dimension, step.points, total, None, step.rule))
    score = judged.score
    checked = "各行相加与得分一致" if total == score.points else f"各行相加为{words.points_words(total)}，与得分不一致"
    yield Lined((unit, year, "得分", words.grade_words(score), None, score.points, total, checked, None), bold=True)
