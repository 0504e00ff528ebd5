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

from auditor.checks.check import Words
from auditor.model import Profile
from auditor.rulebook.rule import UnitKind, YearRange, Years

_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Value(BaseModel):
    """One value and where it holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: int | Decimal | bool | str
    years: YearRange = Years()
    unit_kind: Annotated[tuple[UnitKind, ...], BeforeValidator(_listed)] = ()
    region: Words = ()
    source: str | None = None


class ParameterEntry(BaseModel):
    """A parameter as data."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    kind: Literal["数值", "日期", "是否"]
    unit: str | None = None
    note: str | None = None
    values: tuple[Value, ...] = ()
    otherwise: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the rulebook; the first value that fits a report holds."""

    name: str
    entry: ParameterEntry

    def value(self, profile: Profile) -> int | Decimal | str | None:
        """The value for a report, None where none is set."""
        for candidate in self.entry.values:
            if _fits(candidate, profile):
                return int(candidate.value) if isinstance(candidate.value, bool) else candidate.value
        return None


def _fits(value: Value, profile: Profile) -> bool:
    if value.unit_kind and profile.unit_kind not in value.unit_kind:
        return False
    if value.region and not any(region in (profile.organisation or "") for region in value.region):
        return False
    limited = value.years.first is not None or value.years.last is not None
    return not limited or (profile.year is not None and value.years.covers(profile.year))


def bad_value(entry: ParameterEntry, at: int) -> str:
    """What is wrong with a value of a parameter, "" where nothing is."""
    value = entry.values[at].value
    if entry.kind == "日期" and not (isinstance(value, str) and _DAY.fullmatch(value)):
        return "日期应写作 月-日，如 03-31"
    if entry.kind == "是否" and not isinstance(value, bool):
        return "应为 true 或 false"
    if entry.kind == "数值" and (isinstance(value, bool | str)):
        return "应为数值"
    return ""


def of_report(
    parameters: Mapping[str, Parameter], profile: Profile
) -> tuple[dict[str, int | Decimal | str], dict[str, str]]:
    """The values that hold for a report, and the reasons of those that have none."""
    values: dict[str, int | Decimal | str] = {}
    reasons: dict[str, str] = {}
    for name, parameter in parameters.items():
        value = parameter.value(profile)
        if value is None:
            reasons[name] = parameter.entry.otherwise
        else:
            values[name] = value
    return values, reasons
