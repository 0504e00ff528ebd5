"""pydantic's errors -> mistakes in Chinese, at the right key or value, with the nearest spelling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from auditor.rulebook.source import Path, Source
from auditor.spelling import nearest

_WANTED = {
    "string_type": "应为文字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "decimal_type": "应为数值",
    "decimal_parsing": "应为数值",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "tuple_type": "应为列表（每项一行，以“- ”开头）",
    "list_type": "应为列表（每项一行，以“- ”开头）",
    "dict_type": "应为映射（字段: 值）",
    "model_type": "应为映射（字段: 值）",
    "model_attributes_type": "应为映射（字段: 值）",
    "too_short": "不能为空",
    "string_too_short": "不能为空",
    "greater_than_equal": "不能小于 0",
    "less_than_equal": "不能大于 100",
    "finite_number": "应为数值",
}


def tell(source: Source, base: Path, error: ValidationError, model: type[BaseModel], id: str = "") -> None:
    """Records every error of a model at its place in the source."""
    told: set[tuple[Path, str]] = set()
    for item in error.errors(include_url=False):
        path = _path(source, base, item["loc"])
        if (path, "") in told:
            continue
        told.add((path, ""))
        _one(source, path, item, model, id)


def _one(source: Source, path: Path, item: ErrorDetails, model: type[BaseModel], id: str) -> None:
    kind, field = item["type"], str(item["loc"][-1]) if item["loc"] else ""
    if kind == "missing":
        of = f"规则“{id}”" if id and field != "id" else ""
        inside = "".join(f"{step} 下" for step in item["loc"][:-1] if isinstance(step, str))
        source.missing(f"{of}{inside}缺少字段“{field}”")
    elif kind == "extra_forbidden":
        known = fields(model, item["loc"][:-1])
        source.mistake(path, f"未知字段“{field}”{nearest(field, known) or '，可用：' + '、'.join(known)}", key=True)
    elif kind == "literal_error":
        expected = (
            str(item.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", "、").replace(", ", "、")
        )
        value = str(item["input"])
        source.mistake(path, f"“{value}”不可用{nearest(value, expected.split('、')) or '，'}应为 {expected} 之一")
    elif kind == "value_error":
        source.mistake(path, str(item.get("ctx", {}).get("error", item["msg"])))
    elif field in ("expect", "when") and kind == "dict_type":
        source.mistake(path, f"“{field}”应为公式（文字），或按格式分写（A: …, B: …）")
    else:
        source.mistake(path, f"“{field}”{_WANTED.get(kind, '的值不对')}")


def _path(source: Source, base: Path, loc: Sequence[int | str]) -> Path:
    """The part of a pydantic location that the file holds (unions add names of their own)."""
    path = base
    for step in loc:
        longer = (*path, step)
        if longer in source.values or longer in source.keys:
            path = longer
    return path


def fields(model: type[BaseModel], loc: Sequence[int | str]) -> list[str]:
    """The keys that may stand at a location of a model, as YAML spells them."""
    here: Any = model
    for step in loc:
        if isinstance(step, str) and isinstance(here, type) and issubclass(here, BaseModel):
            info = here.model_fields.get(step) or next((f for f in here.model_fields.values() if f.alias == step), None)
            here = _model_in(info.annotation) if info else None
    if not (isinstance(here, type) and issubclass(here, BaseModel)):
        return []
    return [info.alias or name for name, info in here.model_fields.items()]


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        found = _model_in(part)
        if found is not None:
            return found
    return None
