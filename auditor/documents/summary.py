"""Summary: an audit -> the Word draft of the circular (通报), for the inspector to edit and sign.

Template  templates/summary.docx, an ordinary Word file with fields; who wants another look edits it in Word
Shape     salutation, how the whole stands, problems by category with units and figures, what must be verified, demands;
          the ranking and the unread files are attachments, how the draft was made is a note to be struck out
Length    of each category the gravest kinds of problem with one example each and the other units by name, the rest by
          their titles: a circular is read aloud, the ledger (审计台账.xlsx) has every case
Apart     part two speaks of certain problems only; suspected ones stand in part three, which asks to verify them; what was found
          不属实 or is waived is accused of nothing, the waived ones are counted
Blank     issuer, date of signing and time limits are left open (×) for the person who signs
Safety    fields are filled by a sandbox with autoescape: words of a report are text, never markup, never a field
Equal     equal audits give the same bytes: dates inside are the run's, dates of the container are fixed
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from auditor.documents import rollup, standing, words
from auditor.documents.printing import line
from auditor.model import DIMENSIONS, REJECTED, UNIT_KINDS, Audit, Finding, Outcome, YearCount
from auditor.text import int_to_chinese

TEMPLATE: Final = Path(__file__).parent / "templates" / "summary.docx"
_MOST_SPOKEN = 12
_MANY = 30
_MOST_UNITS, _MOST_TITLES = 6, 4
_MOST_SAID = 96
_MOST_MISSING = 20
_MOST_OFF = 6
_DIGITS = 16
_ASKED = re.compile(
    r"(（疑似，请核实）|[，,]?请核实|，无法判断是\s*0\s*还是漏填|，共\s*1\s*(?:处|项|个部分))(?=[；。]?$)"
)
_GAP = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef”]) +(?=[\d“-])|(?<=[\d%”]) +(?=[\u3000-\u9fff\uff00-\uffef“])")
_ADDRESSEES = {
    "乡镇": "各乡镇人民政府",
    "街道": "各街道办事处",
    "部门": "各有关部门（单位）",
    "县级以上政府": "各有关人民政府",
}


@dataclass(frozen=True, slots=True)
class RankLine:
    """A row of the ranking."""

    group: str
    rank: str
    unit: str
    points: str
    grade: str
    broken: int
    suspected: int


@dataclass(frozen=True, slots=True)
class Category:
    """The problems of one category: a heading and one paragraph that names units and figures."""

    title: str
    text: str


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
    names = _names(audit)
    broken = _found(audit, names, Outcome.BROKEN)
    doubted = _found(audit, names, Outcome.SUSPECTED)
    return {
        "title": f"关于{quarter}政府信息公开工作年度报告检查情况的通报",
        "addressees": _addressees(audit),
        "opening": _opening(audit, quarter),
        "overview": _overview(audit, names),
        "problems_opening": "以下问题由规则逐项核对得出，全部问题及其证据、位置和依据见问题台账。"
        if broken
        else "本次检查未发现确定的问题。",
        "problems": [f"{one.title}。{one.text}" for one in _categories(broken, 3, doubted=False)],
        "doubts_opening": _doubts_opening(doubted),
        "doubts": [f"{one.title}。{one.text}" for one in _categories(doubted, 2, doubted=True)],
        "demands": _demands(bool(broken), bool(doubted)),
        "attachments": _attachments(audit),
        "ranking": [_rank_line(audit, row) for row in rollup.ranking(audit)],
        "ranking_note": _ranking_note(audit),
        "unread": [UnreadLine(at, one.source, one.reason) for at, one in enumerate(audit.unread, 1)],
        "notes": _notes(audit),
    }


def tight(said: str) -> str:
    """The words without the blanks that the screen sets between Chinese and figures."""
    return _GAP.sub("", line(said))


# --- the whole -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Name:
    """Whose report: the unit in short, and the year where the run holds several."""

    unit: str
    year: str

    def __str__(self) -> str:
        """石帆镇（2025年度）."""
        return f"{self.unit}（{self.year}）" if self.year else self.unit


def _names(audit: Audit) -> tuple[_Name, ...]:
    short = words.short_names([words.unit_name(judged) for judged in audit.reports])
    if len(audit.reports) == 1:
        return (_Name("", ""),)
    several = len({judged.report.profile.year for judged in audit.reports}) > 1
    return tuple(
        _Name(name, words.year_words(judged) if several else "")
        for name, judged in zip(short, audit.reports, strict=True)
    )


def _listed(names: Sequence[_Name]) -> str:
    """柳汀镇（2017、2018年度）、县教育局（2017年度）; 等 after the sixth unit."""
    years: dict[str, list[str]] = {}
    for name in names:
        years.setdefault(name.unit, []).append(name.year.removesuffix("年度"))
    units = [f"{unit}（{'、'.join(said)}年度）" if all(said) else unit for unit, said in years.items()]
    return "、".join(units[:_MOST_UNITS]) + ("等" if len(units) > _MOST_UNITS else "")


def _addressees(audit: Audit) -> str:
    if len(audit.reports) == 1:
        return f"{words.unit_name(audit.reports[0])}："
    kinds = {judged.report.profile.unit_kind for judged in audit.reports}
    named = [addressee for kind, addressee in _ADDRESSEES.items() if kind in kinds]
    return "，".join(named or ["各有关单位"]) + "："


def _opening(audit: Audit, quarter: str) -> str:
    when = f"{quarter}，" if quarter else "近期，"
    years = words.span_words(words.years_of(audit))
    whose = f"你单位{years}" if len(audit.reports) == 1 else years
    return f"{when}对{whose}政府信息公开工作年度报告进行了检查，现将有关情况通报如下。"


def _overview(audit: Audit, names: Sequence[_Name]) -> list[str]:
    spread = rollup.spread(audit)
    unread = f"另有{len(audit.unread)}个文件未能读取，没有得分，见附件2。" if audit.unread else ""
    if spread is None:
        return [f"共收到{len(audit.unread)}个文件，均未能读取，没有可供评判的报告。"]
    kinds = Counter(judged.report.profile.unit_kind for judged in audit.reports)
    share = "、".join(f"{kind}{kinds[kind]}份" for kind in UNIT_KINDS if kinds[kind])
    graded = "，".join(f"{grade.grade}{grade.reports}份" for grade in rollup.grades(audit) if grade.reports)
    points = words.points_words
    one = f"报告得分{points(spread.mean)}分，等次为{audit.reports[0].score.grade}。"
    many = f"平均得分{points(spread.mean)}分，最高{points(spread.best)}分，最低{points(spread.worst)}分；{graded}。"
    many = f"共检查报告{len(audit.reports)}份（{share}），{many}"
    first = f"{one if len(audit.reports) == 1 else many}{unread}"
    return [first, *_standing(audit), *_counted(audit, names), *_named(audit, names)]


def _standing(audit: Audit) -> list[str]:
    """Who reported of the years under check; a unit is said not to have published only where the roster says so."""
    found = audit.completeness
    if found is None or found.roster is None or len(audit.reports) < 2:
        return []
    out = []
    for count in sorted((c for c in found.years if c.checked), key=lambda c: -(c.year or 0)):
        said = f"按应报单位名册，{standing.year_words(count)}{standing.counts_words(count)}。"
        certain, doubted = (_absent(audit, count, outcome) for outcome in (Outcome.BROKEN, Outcome.SUSPECTED))
        said += f"{certain}未公布年度报告。" if certain else ""
        out.append(said + (f"未收到{doubted}的年度报告，请核实是否已经公布。" if doubted else ""))
    return out


def _absent(audit: Audit, count: YearCount, outcome: Outcome) -> str:
    found = standing.absent(audit, outcome, count.year)
    units = words.short_names([standing.liable(one) for one, _ in found])
    numbers = [f"（{line(said.number)}）" if said.number else "" for _, said in found]
    more = f"等{len(units)}个单位" if len(units) > _MOST_MISSING else ""
    named = [unit + number for unit, number in zip(units, numbers, strict=True)]
    return "、".join(named[:_MOST_MISSING]) + more


def _counted(audit: Audit, names: Sequence[_Name]) -> list[str]:
    stands = [[words.standing_of(finding) for finding in judged.findings] for judged in audit.reports]
    certain = [said.count(Outcome.BROKEN) for said in stands]
    doubted = sum(said.count(Outcome.SUSPECTED) for said in stands)
    apart = Counter(case.finding.dimension for case in _found(audit, names, Outcome.BROKEN))
    merged = f"（合并同一原因的问题后为{apart.total()}个）" if apart.total() != sum(certain) else ""
    chief = "、".join(f"{word}（{number}个）" for word, number in apart.most_common(3))
    spread = f"，涉及{sum(map(bool, certain))}份报告" if len(certain) > 1 else ""
    found = f"检查发现确定的问题{sum(certain)}个{merged}{spread}，主要是{chief}方面的问题。"
    doubt = f"另有疑似问题{doubted}个，须经核实方能认定，未计入得分。" if doubted else ""
    return [(found if sum(certain) else "检查未发现确定的问题。") + doubt + _waived(audit)]


def _waived(audit: Audit) -> str:
    """How many problems are waived, and how the whole would stand without."""
    waived = sum(row.waived for row in rollup.ranking(audit))
    if not waived:
        return ""
    scores = [judged.score for judged in audit.reports]
    moved = any(score.without_waivers != score.points for score in scores)
    mean = (sum((score.without_waivers for score in scores), Decimal(0)) / len(scores)).quantize(Decimal("0.01"))
    what = "得分" if len(scores) == 1 else "平均得分"
    return f"另有经批准豁免的问题{waived}个，未扣分" + (
        f"；不计豁免{what}为{words.points_words(mean)}分。" if moved else "。"
    )


def _named(audit: Audit, names: Sequence[_Name]) -> list[str]:
    """The reports that were read whole and have no problem, and those in the grades below the second."""
    if len(audit.reports) < 2:
        return []
    clean = [
        name
        for name, judged in zip(names, audit.reports, strict=True)
        if not any(f.verdict is None or f.verdict.word != REJECTED for f in judged.findings)
        and judged.score.low == judged.score.points
    ]
    passing = {grade.grade for grade in rollup.grades(audit)[:2]}
    low = sorted(
        (judged.score.points, f"{name}{words.points_words(judged.score.points)}分")
        for name, judged in zip(names, audit.reports, strict=True)
        if judged.score.grade not in passing
    )
    praised = f"{_listed(clean)}共{len(clean)}份报告未发现问题。" if clean else ""
    last = "、".join(name for _, name in low[:_MOST_UNITS]) + ("等" if len(low) > _MOST_UNITS else "")
    return [praised + (f"得分较低的有{last}。" if low else "")] if praised or low else []


def _rank_line(audit: Audit, row: rollup.Ranked) -> RankLine:
    judged = audit.reports[row.at]
    second, issued = judged.second, audit.issued.get(judged.report.source)
    rank = f"{row.rank}（并列）" if row.tied else str(row.rank)
    grade = f"{row.grade}※" if row.low_grade != row.grade else row.grade
    points = words.points_words(row.points)
    if row.without_waivers != row.points:
        points = f"{points}（{words.points_words(row.without_waivers)}）"
    if second is not None:
        points, grade = f"{points}／{words.points_words(second.points)}", f"{grade}／{second.grade}"
    if issued is not None and issued.points != row.points:
        points = f"{points}（印发{words.points_words(issued.points)}）"
    return RankLine(row.title, rank, row.unit, points, grade, row.broken, row.suspected)


def _ranking_note(audit: Audit) -> str:
    models = [line(name) for name in audit.county.models]
    beside = f"；斜线前为{models[0]}，后为{models[1]}，名次按前者" if len(models) > 1 else ""
    note = f"注：同一年度的同类单位排名，得分相同的名次并列；“确定”“疑似”为问题个数，疑似问题未扣分{beside}"
    if any(judged.score.without_waivers != judged.score.points for judged in audit.reports):
        note += "；括号内为不计豁免的得分"
    if any(
        one.points != judged.score.points for judged in audit.reports if (one := audit.issued.get(judged.report.source))
    ):
        note += "；“印发”后为以前印发的得分"
    open_ = any(judged.score.low_grade != judged.score.grade for judged in audit.reports)
    return f"{note}；※表示部分数据未能准确识别，等次可能更低。" if open_ else f"{note}。"


def _attachments(audit: Audit) -> list[str]:
    return ["附件：1.得分排名表", *(["　　　2.未能读取的文件"] if audit.unread else [])]


# --- problems --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Case:
    """A finding that is not counted with another one, and the name of its report."""

    name: _Name
    finding: Finding


def _found(audit: Audit, names: Sequence[_Name], outcome: Outcome) -> list[_Case]:
    return [
        _Case(name, finding)
        for name, judged in zip(names, audit.reports, strict=True)
        for finding in words.ordered(judged.findings)
        if words.standing_of(finding) is outcome and not finding.absorbed_by
    ]


def _categories(found: Sequence[_Case], kinds: int, *, doubted: bool) -> list[Category]:
    """One category a dimension that has any, the fullest first; `kinds` are told of each, fewer where there are many."""
    rules = len({case.finding.rule for case in found})
    spoken = _MOST_SPOKEN if rules <= _MOST_SPOKEN else kinds if rules <= _MANY else kinds - 1
    by_dimension: dict[str, list[_Case]] = {}
    for case in found:
        by_dimension.setdefault(case.finding.dimension, []).append(case)
    order = {word: at for at, word in enumerate(DIMENSIONS)}
    ordered = sorted(by_dimension.items(), key=lambda item: (-len(item[1]), order.get(item[0], 99), item[0]))
    return [
        Category(f"（{int_to_chinese(at)}）{dimension}方面", _paragraph(here, spoken, doubted=doubted))
        for at, (dimension, here) in enumerate(ordered, 1)
    ]


def _paragraph(here: Sequence[_Case], most: int, *, doubted: bool) -> str:
    """共25个问题，涉及11份报告。一是……；二是……。此外，还有……。"""
    by_rule: dict[str, list[_Case]] = {}
    for case in here:
        by_rule.setdefault(case.finding.rule, []).append(case)
    kinds = sorted(by_rule.items(), key=lambda item: (_weight(item[1]), -len(_units(item[1])), item[0]))
    spoken, rest = kinds[:most], kinds[most:]
    spread = f"，涉及{len(_units(here))}份报告" if any(case.name.unit for case in here) else ""
    lead = f"共{len(here)}{'项' if doubted else '个问题'}{spread}。" if len(here) > 1 else ""
    said = [_kind(cases, doubted=doubted) for _, cases in spoken]
    numbered = [f"{int_to_chinese(at)}是{one}" for at, one in enumerate(said, 1)] if len(said) > 1 else said
    return tight(lead + "".join(numbered) + _rest([cases for _, cases in rest], doubted=doubted))


def _kind(cases: Sequence[_Case], *, doubted: bool) -> str:
    """勾稽关系错误，石帆镇（2025年度）表三……；县自然资源局（2019年度）也有此类问题。"""
    title = line(cases[0].finding.title)
    title = f"疑似{title}" if doubted and not title.startswith("疑") else title
    units = _units(cases)
    example = min(cases, key=lambda case: len(_said(case.finding)))
    said = _said(example.finding)
    if len(said) > _MOST_SAID:
        return f"{title}，涉及{_listed(units)}。" if example.name.unit else f"{title}。"
    others = [unit for unit in units if unit != example.name]
    tail = f"；{_listed(others)}也有此类情况" if others else ""
    number = f"（{line(example.finding.number)}）" if example.finding.number else ""
    return f"{title}，{example.name}{said}{number}{tail}。"


def _said(finding: Finding) -> str:
    """The message without what the circular says once for all (请核实) and without its last stop."""
    said = words.shortened(line(finding.message), most=4, shown=3).rstrip("。")
    while (shorter := _ASKED.sub("", said)) != said:
        said = shorter
    return said


def _rest(kinds: Sequence[Sequence[_Case]], *, doubted: bool) -> str:
    if not kinds:
        return ""
    named = "、".join(line(cases[0].finding.title) for cases in kinds[:_MOST_TITLES])
    count = sum(map(len, kinds))
    more = "等" if len(kinds) > _MOST_TITLES else ""
    return f"此外，还有{named}{more}{'情况' if doubted else '问题'}{count}{'项' if doubted else '个'}。"


def _units(found: Sequence[_Case]) -> list[_Name]:
    return list(dict.fromkeys(case.name for case in found))


def _weight(found: Sequence[_Case]) -> int:
    return min(words.severity_order(case.finding.severity) for case in found)


def _doubts_opening(found: Sequence[_Case]) -> str:
    if not found:
        return "本次检查没有疑似问题。"
    return "以下事项仅为疑似，请有关单位对照登记簿和原始台账逐项核实；查证属实前不扣分，不作为通报和考核的依据。"


def _demands(broken: bool, doubted: bool) -> list[str]:
    """What the units must do; time limits and addresses are for the person who signs."""
    asked = []
    if broken:
        asked.append("限期整改。有关单位要对照问题台账逐项整改，×月×日前更正报告、重新公布并书面报告整改情况。")
    if doubted:
        asked.append("逐项核实。对疑似问题要查明情况，×月×日前书面反馈核实结果和佐证材料；属实的一并整改。")
    asked.append("严格把关。报告公布前要核对统计表合计、勾稽关系和正文数据，落实填报、审核、签发责任。")
    return [f"（{int_to_chinese(at)}）{one}" for at, one in enumerate(asked, 1)]


def _notes(audit: Audit) -> list[str]:
    run = audit.run
    absorbed = sum(bool(f.absorbed_by) for judged in audit.reports for f in judged.findings)
    undecided = sum(len(judged.undecided) for judged in audit.reports)
    answered = sum(len(list(words.attested(audit, judged))) for judged in audit.reports)
    seen = f"，{answered}项已经人工核验" if answered else ""
    same = f"{absorbed}个问题与文中问题属同一原因，未重复列举；" if absorbed else ""
    notes = [
        f"检查时间{words.moment_words(run.started)}，批次号{run.id}；规则库{words.rulebook_words(run)}，"
        f"校验值{run.rulebook.sha256[:16]}；引擎版本{run.engine}，{words.inference_words(run.inference)}。",
        f"{same}统计表中有{words.all_unreadable(audit)}个数据项无法识别，{undecided}项无法判断或须人工核验{seen}。逐条见审计台账。",
    ]
    apart = _apart(audit)
    decided = words.decided_words(audit)
    known = f"记入台账{words.ledger_words(audit, _DIGITS)}" if audit.ledger is not None else ""
    kept = "；".join(filter(None, (known, f"人工认定：{decided}" if decided else "")))
    counted = "".join(standing.overview(audit.completeness))
    powers = f"督促整改的依据：{words.powers_words(audit)}。" if audit.powers else ""
    notes += [one for one in (f"{kept}。" if kept else "", counted, apart, _local(audit), powers) if one]
    return [f"{at}.{note}" for at, note in enumerate([*notes, *run.notes], 1)]


def _local(audit: Audit) -> str:
    """What the county's profile changed: its 考核办法, and what is switched off, with the reasons."""
    off = words.switched_off(audit)
    named = "；".join(f"{one.title}（{one.scope}）：{one.reason}" for one in off[:_MOST_OFF])
    more = f"等{len(off)}项，见审计台账的“停用情况”" if len(off) > _MOST_OFF else ""
    said = f"按工作档案停用、未作评判的规则{len(off)}项：{named}{more}。" if off else ""
    other = [line(one) for one in audit.county.changes if not one.startswith("停用")]
    return said + (f"本县的调整：{'；'.join(other)}。" if other else "")


def _apart(audit: Audit) -> str:
    """Files that were not judged, or of which it must be looked at whose they are."""
    parts = [
        (len(audit.set_aside), "个文件不是年度报告"),
        (sum(1 for _ in standing.versions(audit)), "个文件是同一报告的其他版本"),
    ]
    said = "、".join(f"{number}{what}" for number, what in parts if number)
    doubts = len(standing.doubts(audit))
    lines = ([f"{said}，没有检查"] if said else []) + ([f"{doubts}个文件的归属须核实"] if doubts else [])
    return f"{'；'.join(lines)}。见审计台账的“未审核的文件”。" if lines else ""


# --- container -------------------------------------------------------------------------------------


def _stamp(template: DocxTemplate, audit: Audit) -> None:
    core = template.docx.core_properties
    started = audit.run.started
    moment = started.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0) if started.tzinfo else started
    core.created = core.modified = moment.replace(microsecond=0)
    core.title = "政府信息公开工作年度报告检查情况通报"
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
