"""Rules in plain Chinese sentences: scope, bases, keys of a kind, grades, and a formula as one reads it aloud."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from auditor.checks import KINDS
from auditor.model import CHECK_WORDS
from auditor.rulebook import Rulebook
from auditor.rulebook.parameters import Value
from auditor.rulebook.rule import Applies, BasisEntry, Grade, Years

CERTAINTY: Mapping[str, str] = {"certain": "可判定", "suspected": "疑似"}
STATUS: Mapping[str, str] = {"draft": "试行", "active": "正式", "retired": "停用"}
KIND_WORDS = CHECK_WORDS


def key_words(check: str, key: str) -> str:
    """What a key of a kind of check is called."""
    for name, field in KINDS[check].keys.model_fields.items():
        if key in (name, field.alias):
            return field.title or key
    return key


def meaning(check: str, key: str, value: object) -> str:
    """What a value of a key means, in words; the value itself where nothing is said of it."""
    field = KINDS[check].keys.model_fields[key]
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    meanings = extra.get("meanings")
    said = meanings.get(str(value)) if isinstance(meanings, dict) else None
    return str(said) if said else shown(value)


def years_words(years: Years) -> str:
    """2016—2018年度, 2019年度起, 2018年度及以前, 2017年度; "" for every year."""
    if years.first is None and years.last is None:
        return ""
    if years.first == years.last:
        return f"{years.first}年度"
    if years.last is None:
        return f"{years.first}年度起"
    return f"{years.last}年度及以前" if years.first is None else f"{years.first}—{years.last}年度"


def scope_words(applies: Applies) -> str:
    """格式A，2016年度起，乡镇、街道; 全部报告 without any limit."""
    parts = [f"格式{'、'.join(applies.form)}" if applies.form else "", years_words(applies.years)]
    parts += ["、".join(applies.unit_kind), "、".join(applies.region)]
    return "，".join(p for p in parts if p) or "全部报告"


def basis_words(entry: BasisEntry, book: Rulebook) -> str:
    """《…》第五十条（限乡镇，2019年度起), or 实务口径：…"""
    law = book.laws.get(entry.law or "")
    text = f"实务口径：{entry.practice}" if entry.practice else f"{law.title if law else entry.law}{entry.at or ''}"
    limits = [p for p in ("、".join(entry.unit_kind), years_words(entry.years)) if p]
    said = text + (f"（限{'，'.join(limits)}）" if limits else "")
    return f"{said}（关系由表列指标推算）" if entry.inferred else said


def grade_words(grade: Grade) -> str:
    """收到申请数 > 5 时为严重、疑似、扣 2 分."""
    return f"{formula_words(grade.when)} 时为{grade_changes(grade) or '另用说明'}"


def grade_changes(grade: Grade) -> str:
    """What a special case changes beside its words: 严重、疑似、扣 2 分; "" where it changes nothing else."""
    changes = [grade.severity or "", CERTAINTY.get(grade.certainty or "", "")]
    changes.append(f"扣 {shown(grade.deduct)} 分" if grade.deduct is not None else "")
    return "、".join(c for c in changes if c)


def formula_words(given: Mapping[str, str] | None) -> str:
    """A formula on one line; formulas by form one after another."""
    if not given:
        return ""
    told = {key: " ".join(text.split()) for key, text in given.items()}
    if set(told) == {""}:
        return told[""]
    return "；".join(f"格式{key}：{text}" if key else text for key, text in told.items())


def value_words(value: Value) -> str:
    """A parameter's value and where it holds: 03-31（2018年度及以前，乡镇）."""
    limits = [years_words(value.years), "、".join(value.unit_kind), "、".join(value.region)]
    said = (
        {True: "是", False: "否"}.get(value.value, shown(value.value))
        if isinstance(value.value, bool)
        else shown(value.value)
    )
    where = "，".join(p for p in limits if p)
    return said + (f"（{where}）" if where else "")


def shown(value: object) -> str:
    """A plain value in words."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if value is None or value == () or value == [] or value == "":
        return "（无）"
    if isinstance(value, Mapping):
        return "；".join(f"{k} {shown(v)}" if k else shown(v) for k, v in value.items())
    if isinstance(value, list | tuple):
        return "、".join(map(shown, value))
    return str(value)


def quoted(items: Iterable[str]) -> str:
    """“甲”“乙”."""
    return "".join(f"“{item}”" for item in items)
