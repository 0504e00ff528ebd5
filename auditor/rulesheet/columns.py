"""The columns of a sheet of rules: one sheet for each kind of check, one column for each key that its rules may have.

Made from    the classes that read rule files, so that a new key has its column at once (under its own name until it has a
             Chinese one here)
Own column   every key; the parts of `applies` and of `examples` too
Rest         what no column can hold (a key that the kind does not know, an odd shape) stands as YAML in 其他字段: nothing is lost
Place        文件 and 序 say in which file a rule stands and where in it; 注释 is the comment above it
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel

from auditor.checks import KINDS
from auditor.rulebook.rule import Applies, Examples, Rule, models


class Form(StrEnum):
    """How a value is written in a cell: as plain words, from a closed list, 是 or 否, a formula, or as in a rule file (YAML)."""

    WORDS = "words"
    CHOICE = "choice"
    TRUTH = "truth"
    FORMULA = "formula"
    YAML = "yaml"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, the path of the key in a rule (empty for what is no key), how its cells are written.

    `shown` gives the words of a closed list by the values of the rule file; `needed`: every rule must have it.
    """

    heading: str
    path: tuple[str, ...]
    form: Form
    width: float
    shown: Mapping[str, str] | None = None
    needed: bool = False


FILE, ORDER, ORIGIN, COMMENT, REST = "文件", "序", "来源", "注释", "其他字段"
PLACES: Final = {FILE: 22.0, ORDER: 5.0, ORIGIN: 12.0, COMMENT: 26.0, REST: 18.0}

KIND_WORDS: Final[Mapping[str, str]] = {
    "equation": "表内关系",
    "filled": "应填未填",
    "section": "章节内容",
    "wording": "用语",
    "agreement": "表文一致",
    "date": "期限日期",
    "form": "格式行列",
    "similarity": "雷同",
    "outlier": "离群",
    "attest": "人工核验",
    "filing": "报送",
}
_HEADINGS: Final[Mapping[str, str]] = {
    "id": "编号",
    "aliases": "曾用编号",
    "title": "名称",
    "status": "状态",
    "since": "停用时间",
    "successor": "接替规则",
    "reason": "停用原因",
    "replaces": "替换规则",
    "check": "检查类型",
    "applies.form": "适用格式",
    "applies.years": "适用年度",
    "applies.unit_kind": "适用单位",
    "applies.region": "适用地区",
    "when": "前提条件",
    "certainty": "认定",
    "severity": "严重程度",
    "deduct": "扣分",
    "grades": "分级",
    "dimension": "方面",
    "part": "归入部分",
    "basis": "依据",
    "message": "问题描述",
    "why": "为什么是问题",
    "verify": "人工核对要点",
    "remedy": "整改要求",
    "covers": "包含的规则",
    "note": "备注",
    "survivors": "测不出的变动",
    "examples.kept": "例：合规",
    "examples.broken": "例：不合规",
    "examples.suspected": "例：疑似",
    "examples.unclear": "例：无法判断",
    "examples.not_applicable": "例：不适用",
    "examples.to_confirm": "例：待人工核验",
    "expect": "公式",
    "each": "逐项",
    "tolerance": "允许相差",
    "in_a_row": "连续年数",
    "cells": "单元格",
    "want": "要求",
    "blocks": "整块",
    "least": "至少",
    "states": "哪些情形",
    "by": "合并为",
    "allowed_by": "允许的参数",
    "signatures": "签署项",
    "required": "应有内容",
    "within": "限于章节",
    "ordinals": "检查序号",
    "except": "除外",
    "forbid": "不应说",
    "always": "一律不应说",
    "require": "应说",
    "headings": "可作标题",
    "masked": "遮盖号码",
    "stock": "套话",
    "brackets": "括号",
    "share": "句子占比",
    "of": "检查什么",
    "subjects": "主题",
    "overlap": "可重复计算",
    "words": "词语",
    "also": "其他关系",
    "surest": "只问可判定的",
    "once": "一种成立即可",
    "parameter": "参数",
    "roles": "出现之处",
    "sentences": "句式",
    "allow": "允许的年差",
    "tables": "哪些表",
    "above": "高于",
    "side": "方向",
    "beyond": "超出倍数",
    "times": "几倍",
    "ask": "核验事项",
    "unless": "不必核验",
}
_SHOWN: Final[Mapping[str, Mapping[str, str]]] = {
    "status": {"active": "启用", "draft": "试行", "retired": "停用"},
    "certainty": {"certain": "可判定", "suspected": "疑似"},
    "by": {"part": "一部分", "table": "一张表", "row": "一行", "cell": "不合并"},
}
_WIDTHS: Final[Mapping[str, float]] = {
    "id": 18,
    "title": 24,
    "severity": 9,
    "dimension": 10,
    "certainty": 9,
    "status": 8,
    "deduct": 7,
    "check": 10,
    "expect": 42,
    "message": 36,
    "why": 28,
    "verify": 28,
    "remedy": 24,
    "basis": 38,
    "grades": 64,
    "required": 64,
    "forbid": 44,
    "always": 44,
    "require": 44,
    "sentences": 44,
    "ask": 34,
    "of": 12,
    "when": 30,
    "note": 24,
}
_EXAMPLE_WIDTH, _WIDTH = 64.0, 14.0

# The order in which people read a rule; the keys of the kind stand after `when`.
_BEFORE: Final = ("id", "title", "check", "status", "applies", "when")
_AFTER: Final = (
    *("certainty", "severity", "deduct", "grades", "dimension", "part", "basis"),
    *("message", "why", "verify", "remedy", "covers", "note", "examples"),
)


@cache
def columns_of(kind: str) -> tuple[Column, ...]:
    """The columns of the rules of a kind, in order; of a kind that there is not, those of every rule."""
    model = models().get(kind, Rule)
    known = {info.alias or name: info for name, info in model.model_fields.items()}
    common = [info.alias or name for name, info in Rule.model_fields.items()]
    own = [key for key in known if key not in common]
    rest = [key for key in common if key not in (*_BEFORE, *_AFTER)]
    order = [*_BEFORE, *own, *_AFTER, *rest]
    columns = [column for key in order if key in known for column in _columns(key, known[key])]
    return (
        _place(FILE),
        _place(ORDER),
        *columns,
        _place(REST),
        _place(COMMENT),
        _place(ORIGIN),
    )


def _place(heading: str) -> Column:
    return Column(heading, (), Form.YAML if heading == REST else Form.WORDS, PLACES[heading])


def _columns(key: str, info: Any) -> list[Column]:
    parts: Mapping[str, type[BaseModel]] = {"applies": Applies, "examples": Examples}
    inner = parts.get(key)
    if inner is None:
        return [_column((key,), info)]
    return [_column((key, part.alias or name), part) for name, part in inner.model_fields.items()]


def _column(path: tuple[str, ...], info: Any) -> Column:
    name = ".".join(path)
    form, values = _form(info.annotation)
    if path == ("check",):
        form, values = Form.CHOICE, tuple(KINDS)
    shown = _SHOWN.get(name) or (KIND_WORDS if path == ("check",) else {})
    listed = sorted(values, key=lambda value: list(shown).index(value) if value in shown else len(shown))
    words = {value: shown.get(value, value) for value in listed} if form is Form.CHOICE else None
    width = _WIDTHS.get(name, _EXAMPLE_WIDTH if path[0] == "examples" else _WIDTH)
    return Column(_HEADINGS.get(name, name), path, form, width, words, bool(info.is_required()) or path == ("check",))


def _form(annotation: Any) -> tuple[Form, tuple[str, ...]]:
    """How values of a type are written, and the values of a closed list."""
    kinds = (
        [part for part in get_args(annotation) if part is not type(None)] if _is_optional(annotation) else [annotation]
    )
    only = kinds[0] if len(kinds) == 1 else None
    if only is str:
        return Form.WORDS, ()
    if only is bool:
        return Form.TRUTH, ()
    if get_origin(only) is Literal and all(isinstance(value, str) for value in get_args(only)):
        return Form.CHOICE, get_args(only)
    if only is not None and _bare(only) == dict[str, str]:
        return Form.FORMULA, ()
    return Form.YAML, ()


def _is_optional(annotation: Any) -> bool:
    return get_origin(annotation) is not dict and type(None) in get_args(annotation)


def _bare(annotation: Any) -> Any:
    """A type without what is annotated to it."""
    return get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation
