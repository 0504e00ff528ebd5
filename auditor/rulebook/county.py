"""profile.yaml of a work folder -> `County`: how one county extends the shipped rulebook without touching it.

Marker    `auditor: 1` makes a profile.yaml the profile of a work folder
Adds      enable (rules that ship as drafts), parameters (laid before those of the rulebook), the county's 考核办法
Off       disable, always with a reason: a rule everywhere, or for units, years or cells alone; what is off is listed
Weight    severity and deduct of a rule, with a reason. Where a county makes a rule milder, its graver special cases
          (`grades`) are held to that; where it makes it graver, the milder special cases stay as the rule has them
Practice  a rule that rests on practice alone deducts only where the county names the 考核办法 that it belongs to
Mending   deadlines and 核实期 in working days, whether mending earns points back, what counts as 屡查屡犯 (整改)
Old       reports whose form is no longer in force: 更正并附说明, or 记录在案
Place     the county's region stands beside the organisation's name, unless that name says it lies elsewhere
Keys      what rule files have too is called the same (rule, reason, years, unit …); what is the county's own is Chinese
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from auditor.checks.check import SwitchedOff
from auditor.facts.names import core_name
from auditor.form import Form
from auditor.model import SEVERITIES, Basis, Disabled, MendingTerms, Report
from auditor.rulebook.parameters import Value
from auditor.rulebook.rule import Severity, YearRange, Years
from auditor.rulebook.source import Path, Source
from auditor.rulebook.words import tell
from auditor.spelling import nearest
from auditor.text import show, squash

MARKER = "auditor"
OldReports = Literal["更正并附说明", "记录在案"]
ON_RECORD = "往年报告，记录在案，不再要求更正；以后年度的报告不得再出现同类问题"
_PLACE = re.compile(r"^[\u4e00-\u9fff]{1,7}?(?:省|市|县|区|旗|州|盟)")
_SLOT = re.compile(r"\{([^{}]*)\}")
_SLOTS = ("年", "号")


def _many(value: Any) -> Any:
    """One word as a list of one; nothing (a key left empty) as an empty list."""
    if value is None:
        return ()
    return [value] if isinstance(value, str | int) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_many)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class IssuerEntry(_Strict):
    """发文机关: whose name stands under the papers, and whether it is the government's office."""

    name: str = Field(min_length=1)
    kind: Literal["政府办公室", "其他"] = "政府办公室"


class AssessmentEntry(_Strict):
    """考核办法: the county's own document that makes practice count."""

    name: str = Field(min_length=1)
    number: str = ""
    years: YearRange = Years()


class DisableEntry(_Strict):
    """停用: which rules, why, and where (everywhere, unless it says so)."""

    rule: Annotated[Names, Field(min_length=1)]
    reason: str = Field(min_length=1)
    unit: Names = ()
    years: YearRange = Years()
    cells: Names = ()


class SeverityEntry(_Strict):
    """Another severity for a rule."""

    rule: str
    severity: Severity
    reason: str = Field(min_length=1)


class DeductEntry(_Strict):
    """Other points for a rule."""

    rule: str
    deduct: Decimal = Field(ge=0, le=100)
    reason: str = Field(min_length=1)


def _values(value: Any) -> Any:
    """A parameter's values, written bare or under `values`, as in parameters.yaml."""
    if isinstance(value, dict) and set(value) == {"values"}:
        value = value["values"]
    return value if value is not None else ()


Values = Annotated[tuple[Value, ...], BeforeValidator(_values)]


def _between(low: int, high: int, what: str) -> BeforeValidator:
    """A whole number within limits, refused in words that name them."""

    def whole(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"{what}应为 {low}—{high} 的整数")
        return value

    return BeforeValidator(whole)


WorkingDays = Annotated[int, _between(1, 60, "工作日数")]
Times = Annotated[int, _between(0, 20, "次数")]
_TERMS = MendingTerms()


class DeadlinesEntry(_Strict):
    """期限: working days by severity."""

    grave: WorkingDays = Field(default=_TERMS.deadlines["严重"], alias="严重")
    serious: WorkingDays = Field(default=_TERMS.deadlines["较重"], alias="较重")
    common: WorkingDays = Field(default=_TERMS.deadlines["一般"], alias="一般")
    hint: WorkingDays = Field(default=_TERMS.deadlines["提示"], alias="提示")


class RepeatEntry(_Strict):
    """屡查屡犯: in how many quarters or report years the same rule was broken anew; 0 does not count."""

    quarters: Times = Field(default=_TERMS.repeat_quarters, alias="季度")
    years: Times = Field(default=_TERMS.repeat_years, alias="年度")


class MendingEntry(_Strict):
    """整改: how a county has faults mended."""

    deadlines: DeadlinesEntry = Field(default=DeadlinesEntry(), alias="期限")
    verify: WorkingDays = Field(default=_TERMS.verify_days, alias="核实期")
    points: Literal["返还", "不返还"] = Field(default="返还", alias="整改后得分")
    repeat: RepeatEntry = Field(default=RepeatEntry(), alias="屡查屡犯")

    def terms(self) -> MendingTerms:
        """The same as a noun."""
        days = (self.deadlines.grave, self.deadlines.serious, self.deadlines.common, self.deadlines.hint)
        deadlines = dict(zip(SEVERITIES, days, strict=True))
        back = self.points == "返还"
        return MendingTerms(deadlines, self.verify, back, self.repeat.quarters, self.repeat.years)


def _empty(value: Any) -> Any:
    return value if value is not None else {}


class CountyEntry(_Strict):
    """profile.yaml as data."""

    auditor: Literal[1]
    name: str = Field(min_length=1)
    region: Names = ()
    issuer: IssuerEntry | None = Field(default=None, alias="发文机关")
    numbering: str | None = Field(default=None, alias="文号")
    contact: str | None = Field(default=None, alias="联系方式")
    assessment: AssessmentEntry | None = Field(default=None, alias="考核办法")
    enable: Names = ()
    disable: Annotated[tuple[DisableEntry, ...], BeforeValidator(lambda v: v if v is not None else ())] = ()
    severity: Annotated[tuple[SeverityEntry, ...], BeforeValidator(lambda v: v if v is not None else ())] = ()
    deduct: Annotated[tuple[DeductEntry, ...], BeforeValidator(lambda v: v if v is not None else ())] = ()
    parameters: Annotated[dict[str, Values], BeforeValidator(lambda v: v if v is not None else {})] = {}
    old_reports: OldReports = Field(default="更正并附说明", alias="往年报告")
    mending: Annotated[MendingEntry, BeforeValidator(_empty)] = Field(default=MendingEntry(), alias="整改")


@dataclass(frozen=True, slots=True)
class Off:
    """One entry of `disable`: `cells` are ids of facts in every form; `names` as the county wrote them."""

    rules: tuple[str, ...]
    reason: str
    units: tuple[str, ...] = ()
    years: Years = field(default_factory=Years)
    cells: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()

    def holds(self, report: Report) -> bool:
        """Whether it speaks of this report's unit and year."""
        limited = self.years.first is not None or self.years.last is not None
        year = report.profile.year
        if limited and (year is None or not self.years.covers(year)):
            return False
        return not self.units or any(is_unit(unit, report) for unit in self.units)

    def scope(self) -> str:
        """Where, in words: 柳汀镇，2024年度，“收到申请数”; 全部 without limits."""
        parts = ["、".join(self.units)] if self.units else []
        parts += [years_words(self.years)] if self.years != Years() else []
        parts += ["、".join(f"“{name}”" for name in self.names)] if self.names else []
        return "，".join(parts) or "全部"


@dataclass(frozen=True, slots=True)
class Change:
    """Another severity or other points for a rule."""

    rule: str
    severity: str | None
    deduct: Decimal | None
    reason: str


@dataclass(frozen=True, slots=True)
class County:
    """What a work folder's profile says; the default is a rulebook without any."""

    name: str = ""
    region: tuple[str, ...] = ()
    issuer: str = ""
    issuer_is_office: bool = True
    numbering: str = ""
    contact: str = ""
    assessment: str = ""
    assessed: Years = field(default_factory=Years)
    enable: tuple[str, ...] = ()
    off: tuple[Off, ...] = ()
    changes: tuple[Change, ...] = ()
    old_reports: OldReports = "更正并附说明"
    mending: MendingTerms = field(default_factory=MendingTerms)

    def assessment_of(self, year: int | None) -> str:
        """The 考核办法 that reports of a year are assessed by, "" where none is named."""
        limited = self.assessed.first is not None or self.assessed.last is not None
        if limited and (year is None or not self.assessed.covers(year)):
            return ""
        return self.assessment

    def place_of(self, organisation: str | None) -> str:
        """The words in which a region is looked for: the organisation's name, and the region where it lies in it."""
        name = organisation or ""
        named = next((at for at in range(len(self.region) - 1, -1, -1) if self.region[at] in name), None)
        if named is None and _PLACE.match(name):
            return name
        inside = self.region if named is None else self.region[: named + 1]
        return " ".join((*inside, name))

    def switched_off(self, report: Report) -> dict[str, tuple[SwitchedOff, ...]]:
        """What is switched off in this report, by rule."""
        out: dict[str, tuple[SwitchedOff, ...]] = {}
        for off in self.off:
            if off.holds(report):
                for rule in off.rules:
                    out[rule] = (*out.get(rule, ()), SwitchedOff(off.reason, off.cells))
        return out

    def patterns_off(self, report: Report) -> frozenset[str]:
        """The patterns that do not speak of this report."""
        return frozenset(id for off in self.off for id in off.rules if id.startswith("p-") and off.holds(report))

    def remedy(self, remedy: str, dimension: str, old: bool) -> str:
        """What the unit must do; `old`: the report's form is no longer in force. What leaks is mended whatever its age."""
        if not old or not remedy or dimension == "安全合规":
            return remedy
        if self.old_reports == "记录在案":
            return ON_RECORD
        return remedy if "说明" in remedy else f"{remedy.rstrip('。')}，并附更正说明（往年报告）"


def disabled(off: Off, rule: str, title: str) -> Disabled:
    """How what is switched off is listed."""
    return Disabled(rule, title, off.reason, off.scope(), off.names, tuple(sorted(off.cells)))


def free_words(bases: Sequence[Basis], assessment: str) -> str:
    """Why a finding on these bases costs nothing, "" where it costs its points."""
    if bases and all(basis.practice for basis in bases) and not assessment:
        return "依据为工作实务，未指明本县考核办法，不扣分"
    return ""


def credited(bases: Sequence[Basis], assessment: str) -> tuple[Basis, ...]:
    """The bases, each practice with the name of the 考核办法 that makes it count."""
    if not assessment:
        return tuple(bases)
    return tuple(replace(b, text=f"{b.text}（按{assessment}考核）") if b.practice else b for b in bases)


def is_unit(name: str, report: Report) -> bool:
    """Whether a unit as the county writes it is this report's: its full name, or its name without places and 人民政府."""
    filing = report.filing
    known = {squash(n) for n in (report.profile.organisation, filing.unit if filing else None) if n}
    wanted = squash(name)
    return wanted in known or any(_same_unit(wanted, one) for one in known)


def _same_unit(one: str, other: str) -> bool:
    """柳汀镇, 澄湖县柳汀镇 and 澄湖县柳汀镇人民政府, but not 岚江市财政局 and 澄湖县财政局."""
    core = core_name(one)
    if not core or core != core_name(other):
        return False
    first, second = (name[: name.find(core) + len(core)] if core in name else name for name in (one, other))
    return first.endswith(second) or second.endswith(first)


def years_words(years: Years) -> str:
    """2024年度, 2014—2018年度, 2019年度起, 2018年度以前."""
    if years.first is None:
        return f"{years.last}年度以前"
    if years.last is None:
        return f"{years.first}年度起"
    return f"{years.first}年度" if years.first == years.last else f"{years.first}—{years.last}年度"


# --- reading ---------------------------------------------------------------------------------------


def entry_from(source: Source) -> CountyEntry | None:
    """profile.yaml as data; None after every mistake in it was told."""
    if source.mistakes:
        return None
    if not isinstance(source.data, dict):
        source.missing("工作档案应为键值对（字段: 值）")
        return None
    try:
        entry = CountyEntry.model_validate(source.data)
    except ValidationError as error:
        tell(source, (), error, CountyEntry)
        return None
    for match in _SLOT.finditer(entry.numbering or ""):
        if match[1] not in _SLOTS:
            words = f"文号中的“{{{match[1]}}}”不可用{nearest(match[1], _SLOTS)}可用：{{年}}、{{号}}"
            source.mistake(("文号",), words, offset=match.start(1))
    return None if source.mistakes else entry


def county_from(entry: CountyEntry, forms: Sequence[Form]) -> County:
    """The county; names of rules and cells are checked by `problems`."""
    assessment = entry.assessment
    number = f"（{assessment.number}）" if assessment and assessment.number else ""
    named = "" if assessment is None else f"《{assessment.name.strip('《》')}》{number}"
    changes = [Change(s.rule, s.severity, None, s.reason) for s in entry.severity]
    changes += [Change(d.rule, None, d.deduct, d.reason) for d in entry.deduct]
    return County(
        name=entry.name,
        region=entry.region,
        issuer=entry.issuer.name if entry.issuer else "",
        issuer_is_office=entry.issuer is None or entry.issuer.kind == "政府办公室",
        numbering=entry.numbering or "",
        contact=entry.contact or "",
        assessment=named,
        assessed=assessment.years if assessment else Years(),
        enable=entry.enable,
        off=tuple(_off(one, forms) for one in entry.disable),
        changes=tuple(changes),
        old_reports=entry.old_reports,
        mending=entry.mending.terms(),
    )


def _off(entry: DisableEntry, forms: Sequence[Form]) -> Off:
    cells = frozenset(cell for form in forms for name in entry.cells for cell in cells_of(name, form))
    return Off(entry.rule, entry.reason, entry.unit, entry.years, cells, entry.cells)


def cells_of(name: str, form: Form) -> frozenset[str]:
    """The cells that a name stands for in a form: one cell, a row or column, a group, a part."""
    if name in form.by_name:
        return frozenset({form.by_name[name]})
    if name in form.groups:
        return frozenset(form.by_name[one] for one in form.groups[name] if one in form.by_name)
    return frozenset(cell for full, cell in form.by_name.items() if "." in full and name in full.split(".", 1))


def problems(
    entry: CountyEntry, source: Source, rules: Mapping[str, str], patterns: Iterable[str], forms: Sequence[Form]
) -> None:
    """Tells what only shows beside the rulebook: unknown rules and cells. `rules` is id or alias -> status."""
    known = {*rules, *patterns}
    for at, rule in enumerate(entry.enable):
        path: Path = ("enable", at) if isinstance(source.data.get("enable"), list) else ("enable",)
        if _known(rule, source, path, known) and rules.get(rule) == "retired":
            source.mistake(path, f"规则“{rule}”已经退役，不能启用")
        elif rule in known and rules.get(rule) != "draft":
            source.mistake(path, f"规则“{rule}”本来就在使用，不必启用")
    for at, off in enumerate(entry.disable):
        bare = not isinstance(source.data["disable"][at]["rule"], list)
        for number, rule in enumerate(off.rule):
            _known(rule, source, ("disable", at, "rule") if bare else ("disable", at, "rule", number), known)
        bare = not isinstance(source.data["disable"][at].get("cells"), list)
        for number, cell in enumerate(off.cells):
            if not any(cells_of(cell, form) for form in forms):
                names = {name for form in forms for name in (*form.by_name, *form.groups)}
                path = ("disable", at, "cells") if bare else ("disable", at, "cells", number)
                source.mistake(path, f"各种格式中都没有“{cell}”{nearest(cell, names)}")
        if off.cells and any(rule.startswith("p-") for rule in off.rule):
            source.mistake(("disable", at, "cells"), "组合规则不能按数据项停用，只能按单位、年度停用")
    changed = {"severity": [one.rule for one in entry.severity], "deduct": [one.rule for one in entry.deduct]}
    for key, named in changed.items():
        for at, rule in enumerate(named):
            if rule.startswith("p-") and rule in known:
                source.mistake((key, at, "rule"), "组合规则的严重程度和扣分由其结论决定，不能在此修改；可以停用")
            elif _known(rule, source, (key, at, "rule"), known) and rule in named[:at]:
                source.mistake((key, at, "rule"), f"规则“{rule}”写了两次")


def _known(rule: str, source: Source, path: Path, known: Iterable[str]) -> bool:
    if rule in known:
        return True
    source.mistake(path, f"未知的规则“{rule}”{nearest(rule, known)}")
    return False


def unmet(county: County, reports: Sequence[Report], roster: Sequence[str] | None) -> tuple[str, ...]:
    """Units of `disable` that are in no report and not in the roster: as a rule misspelt, and then nothing was switched off.

    Without a roster only those are told that look like a unit of the run.
    """
    names = sorted({*(roster or ()), *(r.profile.organisation for r in reports if r.profile.organisation)})
    out = []
    for unit in dict.fromkeys(unit for off in county.off for unit in off.units):
        if any(is_unit(unit, report) for report in reports) or any(
            squash(unit) == squash(name) or _same_unit(squash(unit), squash(name)) for name in roster or ()
        ):
            continue
        near = nearest(unit, {core_name(name) for name in names} | set(names))
        if roster is not None or near:
            where = "本次报告和名册" if roster is not None else "本次报告"
            out.append(f"工作档案中停用规则的单位“{unit}”不在{where}中{near}")
    return tuple(out)


def told(county: County, titles: Mapping[str, str]) -> tuple[str, ...]:
    """What the profile changes, a line each, for the documents."""
    lines = [f"考核办法：{county.assessment}"] if county.assessment else []
    lines += [f"启用试行规则：{titles.get(rule, rule)}（{rule}）" for rule in county.enable]
    for off in county.off:
        named = "、".join(f"{titles.get(rule, rule)}（{rule}）" for rule in off.rules)
        lines.append(f"停用：{named}；范围：{off.scope()}；原因：{off.reason}")
    for change in county.changes:
        to = f"按“{change.severity}”" if change.severity else f"每次扣 {show(change.deduct or Decimal(0))} 分"
        lines.append(f"调整：{titles.get(change.rule, change.rule)}（{change.rule}）{to}；原因：{change.reason}")
    if county.name and county.old_reports == "记录在案":
        lines.append("往年报告：记录在案，不再要求更正")
    if not county.mending.points_back:
        lines.append("整改后得分：不返还，本季度得分以印发的为准")
    return tuple(lines)
