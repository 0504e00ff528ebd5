"""The score sheet (考核评分表.docx) of each unit: 类别, 指标, 分值, 评分标准, 得分/扣分, 扣分依据, and lines to sign.

Lines     those of the score, each where it belongs: findings by dimension (or by indicator, by item), what a limit gives back, what
          a cap gives back; then what bounds the whole (加分, 封底, 一票否决). 100 + all lines = points
Standard  what one fault of that kind costs and on what it rests; a county's 考核办法 is named above
Open      what is undecided costs nothing and is only counted; the points without waivers and the range of an unread report are said
Nothing   for a unit whose report is not there: what is not there is not scored
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from auditor.documents import words
from auditor.documents.confirmation import is_open
from auditor.documents.matter import Made, Matter
from auditor.documents.official import fill, head
from auditor.documents.particulars import undecided
from auditor.documents.printing import line
from auditor.documents.tally import Addressee
from auditor.model import DIMENSIONS, WAIVED, Audit, Finding, Judged, Noun, Score, ScoreLine

NAME: Final = "考核评分表.docx"
TEMPLATE: Final = "考核评分表"
PAPER: Final = "评分表"
FULL: Final = Decimal(100)
_WHOLE: Final = "总分调整"
_MOST_QUOTES = 3


@dataclass(frozen=True, slots=True)
class Row(Noun):
    """指标, 评分标准, 得分/扣分, 扣分依据."""

    item: str
    standard: str
    points: str
    ground: str


@dataclass(frozen=True, slots=True)
class Account(Noun):
    """类别 with the most that can be lost under it, its rows, and what they come to."""

    title: str
    most: str
    rows: tuple[Row, ...]
    total: str


@dataclass(frozen=True, slots=True)
class Sheet(Noun):
    """The score of one report. `notes` are sentences under the table."""

    title: str
    accounts: tuple[Account, ...]
    sum: str
    points: str
    grade: str
    notes: tuple[str, ...]


def made(matter: Matter) -> Iterator[Made]:
    """One document a unit with a report."""
    path = matter.stationery.template(TEMPLATE)
    for unit in matter.addressees:
        if unit.reports:
            yield Made(NAME, fill(path, fields(matter, unit)), unit.unit)


def fields(matter: Matter, unit: Addressee) -> dict[str, object]:
    """The fields of one unit's document."""
    phrase, county = matter.stationery.phrase, matter.tally.audit.county
    assessed = phrase(PAPER, "考核办法", 办法=line(county.assessment)) if county.assessment else ""
    return {
        **head(matter, phrase(PAPER, "标题"), unit.unit, undecided=undecided(unit)),
        "单位": unit.unit,
        "计分办法": line(county.models[0]) if county.models else "",
        "考核办法": assessed,
        "说明": phrase(PAPER, "说明"),
        "sheets": tuple(sheet(matter.tally.audit, matter.tally.audit.reports[at]) for at in unit.reports),
    }


def sheet(audit: Audit, judged: Judged) -> Sheet:
    """The score of one report, line by line."""
    score = judged.score
    accounts = tuple(_account(audit, judged, name, lines) for name, lines in sorted_lines(audit, score))
    return Sheet(
        title=words.subject_words(judged),
        accounts=accounts,
        sum=_sum_words(score),
        points=words.points_words(score.points),
        grade=words.grade_words(score),
        notes=tuple(_notes(audit, judged)),
    )


def sorted_lines(audit: Audit, score: Score) -> list[tuple[str, tuple[ScoreLine, ...]]]:
    """Every line of the score once: by account in the order of the model, empty accounts too, then what bounds the whole."""
    names = list(audit.county.accounts or DIMENSIONS)
    names += [name for name in dict.fromkeys(one.dimension or "" for one in score.lines) if name and name not in names]
    out = [(name, tuple(one for one in score.lines if one.dimension == name)) for name in names]
    whole = tuple(one for one in score.lines if not one.dimension)
    return [*out, *([(_WHOLE, whole)] if whole else [])]


def _account(audit: Audit, judged: Judged, name: str, lines: Sequence[ScoreLine]) -> Account:
    most = audit.county.scoring.most.get(name)
    return Account(
        title=name,
        most="—" if most is None else words.points_words(most),
        rows=tuple(_row(judged, one) for one in lines) or (Row("未发现扣分问题", "—", "0", "—"),),
        total=_signed(sum((one.points for one in lines), Decimal(0))),
    )


def _row(judged: Judged, one: ScoreLine) -> Row:
    finding = next((f for f in judged.findings if f.fingerprint == one.finding), None)
    note = line(one.note)
    if finding is None:
        return Row("—", note, _signed(one.points), "—")
    if not one.dimension:  # a gate: the finding that meets it pays elsewhere
        return Row("一票否决", note, _signed(one.points), _numbered(finding))
    return Row(line(finding.title), _standard(finding, one), _signed(one.points), _ground(judged, finding))


def _standard(finding: Finding, one: ScoreLine) -> str:
    """每处扣 5 分（严重）。依据：……; where points do not come of single faults, what the line says of itself."""
    title, note = line(finding.title), line(one.note)
    bases = words.bases_words(finding)
    basis = f"。依据：{bases}" if bases else ""
    if not finding.cost or not note.startswith(title):
        return f"{note}{basis}"
    said = f"每处扣 {words.points_words(finding.cost)} 分{note.removeprefix(title)}"
    times = max(finding.causes, 1)
    said += f"，计 {times} 处" if times > 1 else ""
    if -one.points != finding.cost * times:
        said += f"，按所含问题应扣的分值计 {words.points_words(-one.points)} 分"
    return f"{said}{basis}"


def _ground(judged: Judged, finding: Finding) -> str:
    """Number and what is wrong, the original words, where they stand."""
    quoted = words.excerpt_words(judged.report, finding, _MOST_QUOTES)
    place = words.position_words(judged.report, finding)
    said = [f"{_numbered(finding)}{words.message_words(finding)}"]
    said += [f"原文：{quoted}"] if quoted else []
    said += [f"位置：{place}"] if place else []
    return "\n".join(said)


def _numbered(finding: Finding) -> str:
    return f"{finding.number}　" if finding.number else ""


def _signed(points: Decimal) -> str:
    """−5, +3, 0."""
    return f"+{words.points_words(points)}" if points > 0 else words.points_words(points)


def _sum_words(score: Score) -> str:
    """100 − 5 − 3 + 2 = 94."""
    said = words.points_words(FULL)
    for one in score.lines:
        said += f" {'+' if one.points > 0 else '−'} {words.points_words(abs(one.points))}"
    return f"{said} = {words.points_words(score.points)}"


# --- what is said beneath --------------------------------------------------------------------------


def _notes(audit: Audit, judged: Judged) -> Iterator[str]:
    score, show = judged.score, words.points_words
    if score.low != score.points:
        range_ = f"{show(score.low)}—{show(score.points)} 分，等次{words.grade_words(score)}"
        yield f"部分数据未能读取，得分为区间 {range_}；补充核验以前不参加排名"
    waived = sum(f.verdict is not None and f.verdict.word == WAIVED for f in judged.findings)
    if waived:
        yield f"已豁免 {waived} 项，不扣分；不计豁免时得 {show(score.without_waivers)} 分"
    if judged.second is not None:
        models = audit.county.models
        name = line(models[1]) if len(models) > 1 else "并列计分"
        yield f"按“{name}”并列计分：{words.second_words(judged.second)}"
    open_ = sum(map(is_open, judged.findings))
    if open_:
        yield f"另有 {open_} 项疑似问题待核实，未计入得分"
    if judged.undecided:
        yield f"另有 {len(judged.undecided)} 项待人工核验或者无法判断，未计入得分"
    if (then := audit.issued.get(judged.report.source)) is not None:
        yield f"已印发的得分：{words.issued_words(then)}"
    yield from _upwards(judged)


def _upwards(judged: Judged) -> Iterator[str]:
    """What lifts the report to the next grade."""
    goal = judged.score.next_grade
    if goal is None or not goal.fix:
        return
    of = {f.fingerprint: f for f in judged.findings}
    fix = [of[id] for id in goal.fix if id in of]
    named = "、".join(f.number or f"“{line(f.title)}”" for f in fix)
    about = "大致" if goal.approximate else ""
    yield f"下列问题整改后，{about}可以达到“{goal.grade}”：{named}"
