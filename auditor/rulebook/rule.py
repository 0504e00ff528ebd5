"""A rule as an inspector writes it: the keys every rule has, and those of its kind. The JSON schema is made from here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model, model_validator

from auditor.checks import KINDS
from auditor.checks.check import FormulaText, Words
from auditor.model import DIMENSIONS, SEVERITIES, UNIT_KINDS

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_YEARS = re.compile(r"(\d{4})?\s*-\s*(\d{4})?|\d{4}")

Severity = Literal["严重", "较重", "一般", "提示"]
Certainty = Literal["certain", "suspected"]
Dimension = Literal["内容完整", "数据准确", "格式规范", "公开时效", "表里一致", "真实有效", "安全合规"]
UnitKind = Literal["乡镇", "街道", "部门", "县级以上政府", "其他"]
Letter = Literal["A", "B", "C"]
assert set(SEVERITIES) == set(Severity.__args__) and set(DIMENSIONS) == set(Dimension.__args__)  # type: ignore[attr-defined]
assert set(UNIT_KINDS) == set(UnitKind.__args__)  # type: ignore[attr-defined]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str | int) else value


class Years(BaseModel):
    """A range of report years, both ends included; an open end has no year."""

    model_config = ConfigDict(frozen=True)

    first: int | None = None
    last: int | None = None

    def covers(self, year: int) -> bool:
        """Whether the year lies in the range."""
        return (self.first is None or self.first <= year) and (self.last is None or year <= self.last)

    def meets(self, other: Years) -> bool:
        """Whether the two ranges share a year."""
        starts = [y.first for y in (self, other) if y.first is not None]
        ends = [y.last for y in (self, other) if y.last is not None]
        return not starts or not ends or max(starts) <= min(ends)


def years_of(value: Any) -> Any:
    """2014-2018, 2019-, -2013, 2024 as Years."""
    text = str(value).strip()
    if not _YEARS.fullmatch(text) or text == "-":
        raise ValueError("年度应写作 2014-2018、2019-、-2013 或 2024")
    if "-" not in text:
        return Years(first=int(text), last=int(text))
    first, last = (part.strip() for part in text.split("-"))
    if first and last and int(first) > int(last):
        raise ValueError("年度的起止颠倒")
    return Years(first=int(first) if first else None, last=int(last) if last else None)


YearRange = Annotated[Years, BeforeValidator(years_of, json_schema_input_type=str | int)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Applies(_Part):
    """Which reports a rule speaks of; default all."""

    form: Annotated[tuple[Letter, ...], BeforeValidator(_listed)] = ()
    years: YearRange = Years()
    unit_kind: Annotated[tuple[UnitKind, ...], BeforeValidator(_listed)] = ()
    region: Words = ()


class BasisEntry(_Part):
    """An article of a law in `laws/`, or `practice` where no article says it; some bind some kinds of unit only.

    `inferred`: the article names the figures, what must hold between them follows by arithmetic and is not printed there.
    """

    law: str | None = None
    at: str | None = None
    practice: str | None = None
    inferred: bool = False
    unit_kind: Annotated[tuple[UnitKind, ...], BeforeValidator(_listed)] = ()
    years: YearRange = Years()

    @model_validator(mode="after")
    def _one(self) -> BasisEntry:
        if (self.law is None) is (self.practice is None):
            raise ValueError("依据应写 law（及 at）或 practice，二者只能写一个")
        if self.practice is not None and self.at is not None:
            raise ValueError("practice 没有条款，不能写 at")
        if self.practice is not None and self.inferred:
            raise ValueError("practice 不能写 inferred")
        return self


class Grade(_Part):
    """Other values where a condition holds; the first that holds replaces the rule's own."""

    when: FormulaText
    severity: Severity | None = None
    certainty: Certainty | None = None
    message: str | None = None
    why: str | None = None
    deduct: Decimal | None = None


class Examples(_Part):
    """What the rule says of small cases; they are its tests."""

    kept: tuple[dict[str, Any], ...] = ()
    broken: tuple[dict[str, Any], ...] = ()
    suspected: tuple[dict[str, Any], ...] = ()
    unclear: tuple[dict[str, Any], ...] = ()
    not_applicable: tuple[dict[str, Any], ...] = ()
    to_confirm: tuple[dict[str, Any], ...] = ()

    def all(self) -> list[tuple[str, int, dict[str, Any]]]:
        """(outcome, number, example) of every example."""
        return [
            (name, at, example) for name in type(self).model_fields for at, example in enumerate(getattr(self, name))
        ]


def _check_id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise ValueError("规则 id 只能用小写字母、数字和连字符，如 a-req-sum")
    if value.startswith("p-"):
        raise ValueError("p- 开头的 id 留给组合规则")
    return value


class Rule(_Part):
    """The keys that every rule has (design section 5)."""

    id: Annotated[str, BeforeValidator(lambda v: _check_id(v) if isinstance(v, str) else v)]
    aliases: Words = ()
    title: str
    status: Literal["draft", "active", "retired"] = "active"
    since: str | int | None = None
    successor: str | None = None
    reason: str | None = None
    replaces: str | None = None
    check: str
    applies: Applies = Applies()
    when: FormulaText | None = None
    certainty: Certainty = "certain"
    severity: Severity
    deduct: Decimal | None = Field(default=None, ge=0, le=100)
    grades: tuple[Grade, ...] = ()
    dimension: Dimension
    part: str | None = None
    basis: Annotated[tuple[BasisEntry, ...], Field(min_length=1)]
    message: str
    why: str
    verify: str = ""
    remedy: str
    covers: Words = ()
    note: str | None = None
    examples: Examples = Examples()

    @property
    def first_id(self) -> str:
        """The oldest alias: it names the rule in fingerprints, so that verdicts outlive a new id."""
        return self.aliases[0] if self.aliases else self.id


@cache
def models() -> Mapping[str, type[Rule]]:
    """One model per kind of check: the common keys and the kind's own."""
    return {
        name: create_model(f"{name.title()}Rule", __base__=(Rule, kind.keys), check=(Literal[name], ...))  # type: ignore[arg-type]
        for name, kind in KINDS.items()
    }


def kind_keys(rule: Rule) -> Any:
    """The keys of the rule's kind as its Keys class."""
    keys = KINDS[rule.check].keys
    return keys.model_construct(**{name: getattr(rule, name) for name in keys.model_fields})


def schema() -> dict[str, Any]:
    """The JSON schema of a rule file: one rule or a list of rules."""
    from pydantic import TypeAdapter

    union: Any = Annotated[_union(), Field(discriminator="check")]
    adapter: TypeAdapter[Any] = TypeAdapter(union | list[union])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "auditor 规则文件",
        **adapter.json_schema(),
    }


def _union() -> Any:
    from functools import reduce
    from operator import or_

    return reduce(or_, models().values())
