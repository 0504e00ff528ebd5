"""parameters.yaml: values that differ by region, kind of unit and year (deadlines, thresholds, blank policy).

A parameter without a value for a report makes the rule not applicable, with the reason; nothing is ever assumed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from auditor.checks.check import Words, described
from auditor.model import Profile
from auditor.rulebook.rule import KINDS_OF_UNIT, UnitKind, YearRange, Years

_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Value(BaseModel):
    """One value and where it holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: int | Decimal | bool | str = described("取值", "日期写 月-日，如 03-31；是否写 true 或 false")
    years: YearRange = described("哪些年度", "2014-2018、2019-、-2013、2024；不写即全部", Years())
    unit_kind: Annotated[tuple[UnitKind, ...], BeforeValidator(_listed)] = described(
        "哪类单位", "不写即全部", (), meanings=KINDS_OF_UNIT
    )
    region: Words = described("哪些地区", "单位名称里有这些字的才适用", ())
    source: str | None = described("出处", "哪个文件规定的", None)


class ParameterEntry(BaseModel):
    """A parameter as data."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = described("名称", "这个参数是什么")
    kind: Literal["数值", "日期", "是否"] = described(
        "取值类型", "", meanings={"数值": "一个数", "日期": "月-日，如 03-31", "是否": "true 或 false"}
    )
    unit: str | None = described("计量单位", "", None)
    note: str | None = described("备注", "", None)
    values: tuple[Value, ...] = described("取值", "从上到下，第一个适用的为准", ())
    otherwise: str = described("没有取值时", "没有一个适用时，规则不适用的原因")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the rulebook; the first value that fits a report holds."""

    name: str
    entry: ParameterEntry

    def value(self, profile: Profile, place: str = "") -> int | Decimal | str | None:
        """The value for a report, None where none is set; regions are looked for in `place` ("": the organisation)."""
        for candidate in self.entry.values:
            if _fits(candidate, profile, place or profile.organisation or ""):
                return int(candidate.value) if isinstance(candidate.value, bool) else candidate.value
        return None


def _fits(value: Value, profile: Profile, place: str) -> bool:
    if value.unit_kind and profile.unit_kind not in value.unit_kind:
        return False
    if value.region and not any(region in place for region in value.region):
        return False
    limited = value.years.first is not None or value.years.last is not None
    return not limited or (profile.year is not None and value.years.covers(profile.year))


def bad_value(entry: ParameterEntry, at: int) -> str:
    """What is wrong with a value of a parameter, "" where nothing is."""
    return unfit(entry.kind, entry.values[at].value)


def unfit(kind: str, value: object) -> str:
    """What is wrong with a value for a kind of parameter (数值, 日期, 是否), "" where nothing is."""
    if kind == "日期" and not (isinstance(value, str) and _DAY.fullmatch(value)):
        return "日期应写作 月-日，如 03-31"
    if kind == "是否" and not isinstance(value, bool):
        return "应为 true 或 false"
    if kind == "数值" and (isinstance(value, bool) or not isinstance(value, int | Decimal)):
        return "应为数值"
    return ""


def of_report(
    parameters: Mapping[str, Parameter], profile: Profile, place: str = ""
) -> tuple[dict[str, int | Decimal | str], dict[str, str]]:
    """The values that hold for a report, and the reasons of those that have none."""
    values: dict[str, int | Decimal | str] = {}
    reasons: dict[str, str] = {}
    for name, parameter in parameters.items():
        value = parameter.value(profile, place)
        if value is None:
            reasons[name] = parameter.entry.otherwise
        else:
            values[name] = value
    return values, reasons
