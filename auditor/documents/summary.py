"""Summary: an audit -> the Word draft of the circular, for the inspector to edit and sign.

Template  templates/summary.docx, an ordinary Word file with fields; who wants another look edits it in Word
Safety    fields are filled by a sandbox with autoescape: words of a report are text, never markup, never a field
Apart     部分三 speaks of certain problems only; suspected ones stand in 部分四 with the words 需核实
Equal     equal audits give the same bytes: dates inside are the run's, dates of the container are fixed
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Final

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from auditor.documents import rollup, words
from auditor.documents.printing import line
from auditor.model import DIMENSIONS, SEVERITIES, Audit, Finding, Judged
from auditor.text import int_to_chinese

TEMPLATE: Final = Path(__file__).parent / "templates" / "summary.docx"
_EXAMPLES = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the tables 等次分布, 问题严重程度, 问题类别."""

    word: str
    broken: int
    suspected: int
    points: str


@dataclass(frozen=True, slots=True)
class GradeLine:
    """A row of the table of grades."""

    grade: str
    floor: str
    reports: int
    share: str


@dataclass(frozen=True, slots=True)
class RankLine:
    """A row of a ranking."""

    rank: str
    unit: str
    year: str
    points: str
    grade: str
    broken: int
    suspected: int


@dataclass(frozen=True, slots=True)
class Group:
    """The ranking of one kind of unit."""

    title: str
    rows: tuple[RankLine, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """The problems of one dimension: a heading and numbered sentences that name units."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A file that could not be read."""

    number: int
    file: str
    reason: str


def render(audit: Audit) -> bytes:
    """The document's bytes."""
    template = DocxTemplate(TEMPLATE)
    template.render(context(audit), environment(), autoescape=True)
    _stamp(template, audit)
    out = io.BytesIO()
    template.save(out)
    return fixed_zip(out.getvalue())


def environment() -> SandboxedEnvironment:
    """The sandbox in which the fields are filled."""
    env = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    env.finalize = lambda value: line(value) if isinstance(value, str) else value
    return env


def context(audit: Audit) -> dict[str, object]:
    """The fields of the template."""
    quarter = "" if not audit.run.quarter else words.quarter_words(audit.run.quarter)
    broken = [(judged, f) for judged in audit.reports for f in words.certain(judged.findings) if not f.absorbed_by]
    doubted = [(judged, f) for judged in audit.reports for f in words.suspected(judged.findings) if not f.absorbed_by]
    return {
        "title": f"关于{quarter}政府信息公开工作年度报告检查情况的汇总",
        "opening": _opening(audit, quarter),
        "overview": _overview(audit),
        "grades": _grades(audit),
        "severities": [
            Line(c.word, c.broken, c.suspected, words.points_words(c.deducted)) for c in rollup.by_severity(audit)
        ],
        "dimensions": _dimensions(audit),
        "groups": _groups(audit),
        "ranking_note": "注：按单位类别分组排名，得分相同的名次并列；“确定”“疑似”为问题个数，疑似问题不扣分。",
        "problems_opening": "以下问题均由程序按规则逐项核对得出，证据、位置和依据见问题台账。"
        if broken
        else "本次检查未发现确定的问题。",
        "problems": _categories(broken, doubted=False),
        "doubts_opening": "以下事项仅为线索，须逐一核实；查证属实前不扣分，不作为通报和考核的依据。"
        if doubted
        else "本次检查没有疑似问题。",
        "doubts": _categories(doubted, doubted=True),
        "unread_opening": f"以下{len(audit.unread)}个文件未能读取，没有得分，也不等于没有问题。"
        if audit.unread
        else "无。",
        "unread": [UnreadLine(at, one.source, one.reason) for at, one in enumerate(audit.unread, 1)],
        "notes": _notes(audit),
        "date": words.date_words(audit.run.started.date()),
    }


def _opening(audit: Audit, quarter: str) -> str:
    when = f"{quarter}，" if quarter else ""
    return f"{when}对{len(audit.reports) + len(audit.unread)}个文件中的政府信息公开工作年度报告进行了检查，现将有关情况汇总如下。"


def _overview(audit: Audit) -> list[str]:
    spread = rollup.spread(audit)
    if spread is None:
        return [f"共收到{len(audit.unread)}个文件，均未能读取，没有可供评判的报告。"]
    broken = sum(len(words.certain(judged.findings)) for judged in audit.reports)
    doubted = sum(len(words.suspected(judged.findings)) for judged in audit.reports)
    undecided = sum(len(judged.undecided) for judged in audit.reports)
    graded = "，".join(f"{grade.grade}{grade.reports}份" for grade in rollup.grades(audit))
    points = words.points_words
    return [
        f"共检查报告{len(audit.reports)}份，另有{len(audit.unread)}个文件未能读取。平均得分{points(spread.mean)}分，"
        f"最高{points(spread.best)}分，最低{points(spread.worst)}分。其中{graded}。",
        f"发现确定的问题{broken}个，疑似问题{doubted}个（需核实），另有{undecided}项无法判断或者需要人工核验。",
    ]


def _grades(audit: Audit) -> list[GradeLine]:
    total = max(len(audit.reports), 1)
    return [
        GradeLine(
            grade.grade,
            "—" if grade.floor is None else f"{words.points_words(grade.floor)}分以上" if grade.floor else "其余",
            grade.reports,
            f"{Decimal(100 * grade.reports) / total:.1f}%",
        )
        for grade in rollup.grades(audit)
    ]


def _dimensions(audit: Audit) -> list[Line]:
    lost = {row.dimension: row.mean for row in rollup.lost(audit)}
    return [
        Line(c.word, c.broken, c.suspected, words.points_words(lost.get(c.word, Decimal(0)).normalize()))
        for c in rollup.by_dimension(audit)
    ]


def _groups(audit: Audit) -> list[Group]:
    groups = []
    for name, rows in groupby(rollup.ranking(audit), key=lambda row: row.group):
        lines = tuple(_rank_line(row) for row in rows)
        mixed = "，含不同年度的报告，名次仅供参考" if len({line.year for line in lines}) > 1 else ""
        groups.append(Group(f"{name}（{len(lines)}份{mixed}）", lines))
    return groups


def _rank_line(row: rollup.Ranked) -> RankLine:
    rank = f"{row.rank}（并列）" if row.tied else str(row.rank)
    year = str(row.year) if row.year else "不明"
    return RankLine(rank, row.unit, year, words.points_words(row.points), row.grade, row.broken, row.suspected)


# --- problems --------------------------------------------------------------------------------------

Found = Sequence[tuple[Judged, Finding]]


def _categories(found: Found, *, doubted: bool) -> list[Category]:
    """One category a dimension that has any; in it the rules, the most severe and most frequent first."""
    extra = sorted({f.dimension for _, f in found if f.dimension not in DIMENSIONS})
    categories: list[Category] = []
    for dimension in (*DIMENSIONS, *extra):
        here = [(judged, f) for judged, f in found if f.dimension == dimension]
        if here:
            number = int_to_chinese(len(categories) + 1)
            title = f"（{number}）{dimension}方面（{len(here)}个，涉及{len(_units(here))}个单位）"
            categories.append(Category(title, tuple(_sentences(here, doubted=doubted))))
    return categories


def _sentences(here: Found, *, doubted: bool) -> Iterable[str]:
    rules: dict[str, list[tuple[Judged, Finding]]] = {}
    for judged, finding in here:
        rules.setdefault(finding.rule, []).append((judged, finding))
    ordered = sorted(rules.items(), key=lambda item: (_weight(item[1]), -len(_units(item[1])), item[0]))
    for number, (_, found) in enumerate(ordered, 1):
        yield f"{number}.{_sentence(found, doubted=doubted)}"


def _sentence(found: Found, *, doubted: bool) -> str:
    title = line(found[0][1].title)
    severity = min((f.severity for _, f in found), key=_severity_order)
    examples = "；".join(_example(judged, f) for judged, f in _one_each(found)[:_EXAMPLES])
    lead = "疑似" if doubted and not title.startswith("疑") else ""
    return f"{lead}{title}（{severity}，{len(found)}处）。涉及{words.listed(_units(found))}。如：{examples}。"


def _example(judged: Judged, finding: Finding) -> str:
    where = words.where_words(finding)
    said = line(finding.message).rstrip("。")
    return f"{words.unit_name(judged)}，{said}" + (f"（{where}）" if where else "")


def _one_each(found: Found) -> list[tuple[Judged, Finding]]:
    """The first finding of each report."""
    first: dict[str, tuple[Judged, Finding]] = {}
    for judged, finding in found:
        first.setdefault(judged.report.source, (judged, finding))
    return list(first.values())


def _units(found: Found) -> list[str]:
    return list(dict.fromkeys(words.unit_name(judged) for judged, _ in found))


def _weight(found: Found) -> int:
    return min(_severity_order(f.severity) for _, f in found)


def _severity_order(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def _notes(audit: Audit) -> list[str]:
    run = audit.run
    absorbed = sum(bool(f.absorbed_by) for judged in audit.reports for f in judged.findings)
    notes = [
        f"规则库：{words.rulebook_words(run)}，校验值{run.rulebook.sha256[:16]}。引擎版本{run.engine}，"
        f"推理引擎为{words.inference_words(run.inference)}。批次号{run.id}，检查时间{words.moment_words(run.started)}。",
        f"统计表中有{words.all_unreadable(audit)}个数据项无法识别，未作猜测；空白、不适用和无法识别的数据项均不作为0计算。",
        "计分：起评100分，按规则扣分，同一原因只扣一次，各类别扣分以封顶数为限；疑似问题查证属实前不扣分。",
    ]
    if absorbed:
        notes.append(f"另有{absorbed}个问题与上述问题属同一原因，未重复列举，逐条见问题台账。")
    return [f"{at}.{note}" for at, note in enumerate([*notes, *run.notes], 1)]


# --- container -------------------------------------------------------------------------------------


def _stamp(template: DocxTemplate, audit: Audit) -> None:
    core = template.docx.core_properties
    started = audit.run.started
    moment = started.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0) if started.tzinfo else started
    core.created = core.modified = moment.replace(microsecond=0)
    core.title = "政府信息公开工作年度报告检查情况汇总"
    core.subject = words.quarter_words(audit.run.quarter)[:200]
    core.language = "zh-CN"


def fixed_zip(raw: bytes) -> bytes:
    """The same members in the same order, without the time at which they were packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            target.writestr(info, source.read(name))
    return out.getvalue()
