"""pydantic models -> JSON Schema with Chinese words for editors: every key with its name, every value with its meaning.

The words live with the models (`checks.check.described`), so that they cannot drift. Written anew rather than taken from
pydantic: there a list that may be a single word, a formula per form or a range of years is lost.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from auditor.checks.check import FormulaText, Words
from auditor.rulebook.laws import Day
from auditor.rulebook.rule import YearRange

Schema = dict[str, Any]
FORMULA = (
    "公式：`+ - * /`，`= ≠ < ≤ > ≥`，`且 或 非`，`合计() 最大() 最小() 绝对值() 空() 已填() 有()`，指标名，`上年.指标名`，"
    '`同类.指标名`，`正文.主题`，`参数.名称`，`单位类型`、`年度`、`格式`，数字，"文字"。全角半角都可以。'
)
_YEARS = r"^\s*(\d{4}\s*-\s*(\d{4})?|-\s*\d{4}|\d{4})\s*$"
_DAY = r"^\d{4}-\d{2}-\d{2}$"


def _function(marked: Any) -> Any:
    """The validator that tells one of our annotated types from another."""
    return next(m.func for m in marked.__metadata__ if isinstance(m, BeforeValidator))


_FORMULA, _WORDS, _SPAN, _DATE = (_function(t) for t in (FormulaText, Words, YearRange, Day))


class Fields:
    """Makes schemas of models. `names` gives the schema of a list of names (facts, sections …)."""

    def __init__(self, names: Mapping[str, Schema]) -> None:
        self.names = names

    def mapping(self, model: type[BaseModel]) -> Schema:
        """The schema of a model as a mapping: known keys only."""
        properties = {info.alias or name: self.field(info) for name, info in model.model_fields.items()}
        required = [info.alias or name for name, info in model.model_fields.items() if info.is_required()]
        out: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
        return {**out, "required": required} if required else out

    def field(self, info: FieldInfo) -> Schema:
        """The schema of one key: its values, its name and words, its default."""
        given = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        meanings = given.get("meanings") or {}
        assert isinstance(meanings, dict)
        out = self.value(info.annotation, info.metadata, str(given.get("names") or ""), meanings)
        said, default = info.description or "", _default(info.default)
        text = said if default in said else f"{said}；{default}" if said else default
        out = {**out, **words(info.title or "", text, required=info.is_required())}
        if out.get("anyOf") == _FORMULA_SHAPES:
            out["markdownDescription"] += "\n\n" + FORMULA
        return out

    def value(self, kind: Any, metadata: list[Any], names: str, meanings: Mapping[str, Any]) -> Schema:
        """The schema of the values of a type."""
        if get_origin(kind) is Annotated:
            return self.value(get_args(kind)[0], [*metadata, *kind.__metadata__], names, meanings)
        validators = {m.func for m in metadata if isinstance(m, BeforeValidator)}
        if _FORMULA in validators:
            return {"anyOf": _FORMULA_SHAPES}
        if _SPAN in validators:
            message = "年度应写作 2014-2018、2019-、-2013 或 2024"
            return {"type": ["string", "integer"], "pattern": _YEARS, "patternErrorMessage": message}
        if _DATE in validators:
            return {"type": "string", "pattern": _DAY, "patternErrorMessage": "日期应写作 2019-05-15"}
        if get_origin(kind) in (Union, types.UnionType):
            return self.union(kind, metadata, names, meanings)
        if get_origin(kind) is tuple:
            return self.listed(kind, validators, names, meanings)
        if get_origin(kind) is dict and get_args(kind)[1] is Any and names:
            return dict(self.names[names])
        if get_origin(kind) is dict:
            value = self.value(get_args(kind)[1], [], names, meanings)
            return {"type": "object", "additionalProperties": value}
        return {**self.single(kind, names, meanings), **_bounds(metadata)}

    def union(self, kind: Any, metadata: list[Any], names: str, meanings: Mapping[str, Any]) -> Schema:
        parts = [part for part in get_args(kind) if part is not type(None)]
        if len(parts) == 1:
            return self.value(parts[0], metadata, names, meanings)
        made = [self.value(part, [], names, meanings) for part in parts]
        plain = sorted({m["type"] for m in made if set(m) == {"type"}})
        if len(plain) == len({str(m) for m in made}):
            return {"type": plain}
        return {"anyOf": made}

    def listed(self, kind: Any, validators: set[Any], names: str, meanings: Mapping[str, Any]) -> Schema:
        inner = get_args(kind)[0]
        item = self.value(inner, [], names, meanings)
        array: Schema = {"type": "array", "items": item}
        alone = _WORDS in validators or any(getattr(v, "__name__", "") == "_listed" for v in validators)
        return {"anyOf": [item, array]} if alone else array

    def single(self, kind: Any, names: str, meanings: Mapping[str, Any]) -> Schema:
        if get_origin(kind) is Literal:
            return choice({str(v): str(meanings.get(str(v), "")) for v in get_args(kind)})
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return self.mapping(kind)
        if kind is str:
            if meanings:
                return choice({str(k): str(v) for k, v in meanings.items()})
            return dict(self.names[names]) if names else {"type": "string"}
        plain = {bool: "boolean", int: "integer", Decimal: "number"}.get(kind)
        if plain == "boolean":
            return {"type": "boolean", "errorMessage": "应为 true（是）或 false（否）"}
        return {"type": plain} if plain else dict(self.names.get(names, {}))


_FORMULA_SHAPES: list[Schema] = [
    {"type": "string"},
    {
        "type": "object",
        "description": "按格式分写的公式",
        "properties": {letter: {"type": "string", "description": f"格式 {letter} 的公式"} for letter in "ABC"},
        "additionalProperties": False,
    },
]


def choice(values: Mapping[str, str]) -> Schema:
    """A closed list of words with their meanings."""
    out: Schema = {"type": "string", "enum": list(values)}
    if any(values.values()):
        out["enumDescriptions"] = out["markdownEnumDescriptions"] = list(values.values())
    if len(values) < 12:
        out["errorMessage"] = f"应为 {'、'.join(values)} 之一"
    return out


def words(title: str, text: str, *, required: bool = False) -> Schema:
    """The words of a key: plain for completion, marked for hover."""
    must = "（必填）" if required else ""
    tail = f"：{text}" if text else ""
    return {"description": f"{title}{must}{tail}", "markdownDescription": f"**{title}**{must}{tail}"}


def _default(value: object) -> str:
    """What holds where a key is left out; said in words, for editors would insert a `default` unasked."""
    return f"默认 {value}" if isinstance(value, str | Decimal) and not isinstance(value, bool) and value != "" else ""


def _bounds(metadata: list[Any]) -> Schema:
    out: Schema = {}
    for mark in metadata:
        for name, key in (("ge", "minimum"), ("le", "maximum"), ("min_length", "minLength")):
            bound = getattr(mark, name, None)
            if bound is not None:
                out[key] = float(bound) if isinstance(bound, Decimal) else bound
    return out
