"""pydantic's errors -> mistakes in Chinese, at the right key or value, with what to type instead."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from auditor.rulebook import meaning
from auditor.rulebook.meaning import Meant
from auditor.rulebook.mistakes import Mend
from auditor.rulebook.slips import quoted
from auditor.rulebook.source import Path, Source
from auditor.spelling import nearest

_WANTED = {
    "string_type": "应为文字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
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
# What a value should look like, where its shape is wrong.
_SHAPES: Mapping[str, str] = {
    "basis": "，如 basis: [{law: regulation-2019, at: 第五十条}]，没有条文的写 basis: [{practice: …}]",
    "applies": "，如 applies: {form: C, unit_kind: 乡镇}",
    "examples": "，下面分写 kept:（合规的例子）、broken:（不合规的例子）",
    "kept": "，如 kept: [{收到申请数: 3}]",
    "broken": "，如 broken: [{收到申请数: 3}]",
    "grades": "，如 grades: [{when: 数量 ≥ 3, severity: 严重}]",
    "required": "，如 required: [{name: 总体情况, heading: [总体情况]}]",
    "values": "，如 values: [{value: 03-31, unit_kind: 乡镇}]",
}
_BOOLS = ("bool_type", "bool_parsing")
_NUMBERS = ("int_type", "int_parsing", "int_from_float", "decimal_type", "decimal_parsing", "finite_number")


def tell(source: Source, base: Path, error: ValidationError, model: type[BaseModel], id: str = "") -> None:
    """Records every error of a model at its place in the source."""
    told: set[Path] = set()
    errors = error.errors(include_url=False)
    meant = {
        _path(source, base, e["loc"]): _key(source, base, e, model) for e in errors if e["type"] == "extra_forbidden"
    }
    named = {(path[:-1], m.value) for path, m in meant.items() if m is not None}
    for item in errors:
        path = _path(source, base, item["loc"])
        if item["type"] == "missing":
            if (path, str(item["loc"][-1])) not in named:
                _missing(source, item, model, id)
        elif path not in told:
            told.add(path)
            if item["type"] == "extra_forbidden":
                _extra(source, path, item, model, meant[path])
            else:
                _value(source, path, item)


# --- keys -------------------------------------------------------------------------------------------------


def _missing(source: Source, item: ErrorDetails, model: type[BaseModel], id: str) -> None:
    field = str(item["loc"][-1])
    of = f"规则“{id}”" if id and field != "id" else ""
    inside = "".join(f"{step} 下" for step in item["loc"][:-1] if isinstance(step, str))
    info = model.model_fields.get(field) if len(item["loc"]) == 1 else None
    what = info.title if info is not None and info.title else ""
    source.missing(f"{of}{inside}缺少字段“{field}”" + (f"（{what}）" if what else ""))


def _key(source: Source, base: Path, item: ErrorDetails, model: type[BaseModel]) -> Meant | None:
    """The key that an unknown one was meant to be."""
    path = _path(source, base, item["loc"])
    field, known = str(item["loc"][-1]), fields(model, item["loc"][:-1])
    if _glued(source, path, field):
        field = field.replace("：", ":").split(":")[0]
        return Meant(field, True) if field in known else None
    return meaning.key(field, known, source.value(path[:-1]) or ())


def _extra(source: Source, path: Path, item: ErrorDetails, model: type[BaseModel], meant: Meant | None) -> None:
    field, known = str(item["loc"][-1]), fields(model, item["loc"][:-1])
    if glued := _glued(source, path, field):
        words = f"未知字段“{field}”：这里的冒号应为半角冒号加空格"
        source.at(
            glued.start if field[glued.start - source.keys[path].index] == "：" else source.keys[path].index,
            words,
            glued,
        )
        return
    inner = _belongs_inside(source, path, field, model) if meant is None or meant.value != field else None
    if inner is not None:
        where = f"“{field}”应写在 {inner} 下面"
        words = f"未知字段“{field}”：{where}，前面比 {inner} 多空两格"
        source.mistake(path, words, key=True, mend=_deeper(source, path))
    elif meant is None:
        source.mistake(path, f"未知字段“{field}”，可用：{'、'.join(known)}", key=True)
    elif meant.value in (source.value(path[:-1]) or ()):
        source.mistake(path, f"未知字段“{field}”，是否为“{meant.value}”？“{meant.value}”已经写过", key=True)
    else:
        why = f"（{meant.words}）" if meant.words else ""
        words = f"未知字段“{field}”，是否为“{meant.value}”？{why}"
        source.mistake(path, words, key=True, mend=key_mend(source, path, meant))


def key_mend(source: Source, path: Path, meant: Meant) -> Mend | None:
    """Another key in the place of the one at a path."""
    mark = source.keys.get(path)
    return Mend(mark.index, mark.end, meant.value, meant.sure) if mark is not None else None


def _glued(source: Source, path: Path, field: str) -> Mend | None:
    """{form：A}, {form:A}: read as one key without a value."""
    mark = source.keys.get(path)
    cut = min((field.index(c) for c in ":：" if c in field), default=0)
    if mark is None or cut == 0 or source.value(path) is not None:
        return None
    start = source.text.find(field[cut], mark.index, mark.end)
    return Mend(start, start + 1, ": ", safe=True) if start > 0 else None


def _belongs_inside(source: Source, path: Path, field: str, model: type[BaseModel]) -> str | None:
    """The key beside it, still without a value, that this one belongs under (its indent was lost)."""
    beside = source.value(path[:-1])
    if not isinstance(beside, Mapping):
        return None
    empty = [key for key, value in beside.items() if value is None]
    return next((key for key in empty if field in fields(model, (key,)) or field in fields(model, (key, 0))), None)


def _deeper(source: Source, path: Path) -> Mend | None:
    """Two more spaces before a key that stands alone on its line."""
    mark = source.keys.get(path)
    if mark is None or source.line(mark.line)[: mark.column].strip():
        return None
    return Mend(mark.index, mark.index, "  ", safe=True)


# --- values -----------------------------------------------------------------------------------------------


def _value(source: Source, path: Path, item: ErrorDetails) -> None:
    kind, field = item["type"], str(item["loc"][-1]) if item["loc"] else ""
    given = item["input"]
    if kind == "literal_error":
        _choice(source, path, item)
    elif kind == "value_error":
        _refused(source, path, str(item.get("ctx", {}).get("error", item["msg"])), given)
    elif kind in _BOOLS or kind in _NUMBERS:
        words = f"“{_name(item)}”{_WANTED[kind]}"
        meant = meaning.truth(given) if kind in _BOOLS else _number(given, kind)
        _tell(source, path, words, meant)
    elif given is None:
        source.mistake(path, _empty(source, path, _name(item), kind), key=path in source.keys)
    elif kind == "string_type":
        words, mend = _text(source, path, given)
        source.mistake(path, f"“{_name(item)}”应为文字" + words, mend=mend)
    elif field in ("expect", "when") and kind == "dict_type":
        source.mistake(path, f"“{field}”应为公式（文字），或按格式分写（A: …, B: …）")
    elif kind in ("tuple_type", "list_type"):
        mend = _as_list(source, path, given)
        source.mistake(path, f"“{_name(item)}”{_WANTED[kind]}{_SHAPES.get(_name(item), '')}", mend=mend)
    else:
        source.mistake(path, f"“{_name(item)}”{_WANTED.get(kind, '的值不对')}{_SHAPES.get(_name(item), '')}")


def _name(item: ErrorDetails) -> str:
    """The last key of a place: items of lists have none of their own."""
    return next((str(step) for step in reversed(item["loc"]) if isinstance(step, str)), "")


def _tell(source: Source, path: Path, words: str, meant: Meant | None) -> None:
    if meant is None:
        source.mistake(path, words)
        return
    why = f"；{meant.words}" if meant.words else ""
    source.mistake(path, f"{words}{why}", mend=value_mend(source, path, meant))


def value_mend(source: Source, path: Path, meant: Meant) -> Mend | None:
    """Another value in the place of the one at a path."""
    mark = source.values.get(path)
    if mark is None or mark.end <= mark.index:
        return None
    return Mend(mark.index, mark.end, meant.value, meant.sure)


def _choice(source: Source, path: Path, item: ErrorDetails) -> None:
    text = str(item.get("ctx", {}).get("expected", ""))
    allowed = [word.strip().strip("'") for word in text.replace(" or ", ", ").split(", ")]
    value, expected = str(item["input"]), "、".join(allowed)
    many = bool(item["loc"]) and isinstance(item["loc"][-1], int)
    meant = meaning.choice(value, allowed, many=many and isinstance(source.value(path), str))
    if meant is None:
        source.mistake(path, f"“{value}”不可用，应为 {expected} 之一")
    elif meant.value.startswith("["):
        _tell(source, path, f"“{value}”不可用，应为 {meant.value}", meant)
    else:
        _tell(source, path, f"“{value}”不可用，是否为“{meant.value}”？应为 {expected} 之一", meant)


def _refused(source: Source, path: Path, words: str, given: object) -> None:
    """A value that a model refused in words of its own."""
    meant: Meant | None = None
    if isinstance(given, str | int):
        if words.startswith("年度"):
            meant = meaning.years(str(given))
        elif "id" in words:
            meant = meaning.rule_id(str(given))
        elif words.startswith("日期"):
            meant = meaning.full_date(str(given))
    _tell(source, path, words, meant)


def _number(given: object, kind: str) -> Meant | None:
    return meaning.number(str(given), whole=kind.startswith("int")) if given is not None else None


def _empty(source: Source, path: Path, field: str, kind: str) -> str:
    """A key without a value; a text that begins with # is a remark to YAML."""
    mark = source.keys.get(path)
    if mark is not None and source.line(mark.line)[mark.column + len(field) + 1 :].lstrip().startswith("#"):
        return f"“{field}”没有内容：以 # 开头的文字会被当作注释，请放在引号里"
    return f"“{field}”没有写内容，{_WANTED.get(kind, '应为文字')}{_SHAPES.get(field, '')}"


def _text(source: Source, path: Path, given: object) -> tuple[str, Mend | None]:
    mark, raw = source.values.get(path), source.raw(path).rstrip()
    if mark is None or "\n" in raw or not raw:
        return "", None
    if isinstance(given, Mapping | list):
        if raw[0] not in "{[":
            return "，不能分写成几项", None
        return f"；以“{raw[0]}”开头的文字要放在引号里", Mend(
            mark.index, mark.index + len(raw), quoted(raw), raw[0] == "{"
        )
    return "；数字和 true、false 要放在引号里", Mend(mark.index, mark.index + len(raw), quoted(raw), True)


def _as_list(source: Source, path: Path, given: object) -> Mend | None:
    """One mapping where a list of them is wanted: a dash before it, or brackets around it."""
    mark, raw = source.values.get(path), source.raw(path).rstrip()
    if mark is None or not isinstance(given, Mapping) or not raw:
        return None
    if raw[0] == "{":
        return Mend(mark.index, mark.index + len(raw), f"[{raw}]", True)
    lines = raw.split("\n")
    return Mend(
        mark.index, mark.index + len(raw), "\n".join(["- " + lines[0], *("  " + line for line in lines[1:])]), True
    )


# --- where ------------------------------------------------------------------------------------------------


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


def kind_words(kind: object, kinds: Collection[str]) -> tuple[str, Meant | None]:
    """What to say of an unknown kind of check."""
    meant = meaning.choice(str(kind), kinds) if isinstance(kind, str) and kind else None
    near = f"，是否为“{meant.value}”？" if meant else nearest(str(kind), kinds) or "，"
    return f"未知的检查类型“{kind}”{near}可用：{'、'.join(kinds)}", meant
