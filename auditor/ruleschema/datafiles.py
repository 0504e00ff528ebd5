"""Schemas of the data files that have readers of their own: patterns (组合规则) and scoring.yaml (计分)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditor.checks.check import SECTION_WORDS
from auditor.model import DIMENSIONS, SEVERITIES
from auditor.rulebook.book import Rulebook
from auditor.rulebook.pattern import ATTRIBUTES, FAULTS, PROFILE_ATTRIBUTES
from auditor.rulebook.rule import CERTAINTY, DIMENSION, FORMS, KINDS_OF_UNIT, SEVERITY
from auditor.rulebook.scoring import MODELS
from auditor.ruleschema.fields import Schema, choice, words

_DRAFT = "http://json-schema.org/draft-07/schema#"
_POINTS: Schema = {"type": "number", "minimum": 0, "maximum": 100}
_ASKED: Mapping[str, str] = {
    "rule": "哪条规则的问题，可写列表：其中任何一条",
    "outcome": "broken 不合规，suspected 疑似",
    "severity": "严重程度",
    "dimension": "哪一方面",
    "part": "哪一部分（机构建设 等）",
    "table": "哪张表",
    "row": "哪一行；写 $r 则几个条件须是同一行",
    "column": "哪一列；写 $c 则几个条件须是同一列",
    "fact": "哪个单元格",
    "value": "填的值",
    "form": "报告的格式",
    "year": "报告年度",
    "unit_kind": "单位类型",
}


def _mapping(properties: Mapping[str, Any], required: tuple[str, ...] = (), **more: Any) -> Schema:
    out: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False, **more}
    return {**out, "required": list(required)} if required else out


def _said(made: Schema, title: str, text: str = "", *, required: bool = False) -> Schema:
    return {**made, **words(title, text, required=required)}


def _word(title: str, text: str = "", *, required: bool = False) -> Schema:
    return _said({"type": "string"}, title, text, required=required)


def _list(item: Schema, title: str, text: str = "") -> Schema:
    return _said({"type": "array", "items": item}, title, text)


def patterns(book: Rulebook) -> Schema:
    """The schema of a file in patterns/: one pattern, or a list of patterns."""
    rule: Schema = {
        "anyOf": [choice({r.id: r.rule.title for r in book.rules}), {"type": "string", "pattern": "^(\\$|p-)"}]
    }
    values = {
        "rule": rule,
        "outcome": choice({"broken": "不合规", "suspected": "疑似"}),
        "severity": choice(SEVERITY),
        "dimension": choice(DIMENSION),
        "unit_kind": choice(KINDS_OF_UNIT),
        "form": choice(FORMS),
    }

    def asked(attribute: str) -> Schema:
        one = values.get(attribute, {"type": ["string", "integer"]})
        join: Schema = {"type": "string", "pattern": "^\\$"}
        return _said({"anyOf": [one, {"type": "array", "items": one}, join]}, attribute, _ASKED[attribute])

    clause = _mapping({a: asked(a) for a in (*ATTRIBUTES, *PROFILE_ATTRIBUTES)}, minProperties=1)
    named: Schema = {"type": "object", "additionalProperties": clause, "minProperties": 1, "maxProperties": 1}
    fault = {
        "anyOf": [choice(dict.fromkeys(FAULTS, "")), {"type": "array", "items": choice(dict.fromkeys(FAULTS, ""))}]
    }
    when = _mapping(
        {
            "all": _list(named, "都有这些问题", "每项“代号: {rule: …}”；代号 report 问报告概况"),
            "none": _list(named, "没有这些问题", "只能写规则的问题，不能写组合规则的结论"),
            "at_least": _said({"type": "integer", "minimum": 2, "maximum": 64}, "至少几处", "单独使用，与 of 连用"),
            "of": _said(clause, "哪些问题", "与 at_least 连用"),
            "fault": _said(fault, "定位出的差错", "、".join(FAULTS)),
            "relations": _said({"type": "integer", "minimum": 1}, "至少几条关系", "与 fault 连用"),
            "slip": _said({"type": "boolean"}, "有突出的解释", "与 fault 连用"),
        }
    )
    law = choice({law.id: law.title for law in book.laws.values()})
    basis = _mapping({"law": _said(law, "哪部法规"), "at": _word("第几条"), "practice": _word("实务口径")})
    then = _mapping(
        {
            "conclude": _word("结论", "可用连接变量，如 {c}；{处数} 是问题个数", required=True),
            "severity": _said(choice(SEVERITY), "严重程度", required=True),
            "dimension": _said(choice(DIMENSION), "哪一方面"),
            "certainty": _said(choice(CERTAINTY), "可判定还是疑似"),
            "absorbs": _list({"type": "string"}, "并入结论的问题", "条件代号或规则 id：不再单独扣分"),
            "withdraws": _list({"type": "string"}, "撤回的问题", "条件代号或规则 id"),
            "basis": _list(basis, "依据"),
            "why": _word("为什么是问题"),
            "verify": _word("人工核对要点"),
            "remedy": _word("怎样改"),
        },
        ("conclude", "severity"),
    )
    identity: Schema = {"type": "string", "pattern": "^p-[a-z0-9]+(-[a-z0-9]+)*$"}
    pattern = _mapping(
        {
            "id": _said(identity, "编号", "以 p- 开头", required=True),
            "title": _word("名称", required=True),
            "when": _said(when, "什么时候", required=True),
            "then": _said(then, "得出什么", required=True),
        },
        ("id", "title", "when", "then"),
    )
    return {
        "$schema": _DRAFT,
        "title": "auditor 组合规则（patterns/）",
        "anyOf": [{"$ref": "#/$defs/pattern"}, {"type": "array", "items": {"$ref": "#/$defs/pattern"}}],
        "$defs": {"pattern": pattern},
    }


def scoring(book: Rulebook) -> Schema:
    """The schema of scoring.yaml."""
    rule = choice({r.id: r.rule.title for r in book.rules} | {p.id: p.title for p in book.patterns})
    dimensions, severities = choice(DIMENSION), choice(SEVERITY)
    sections: Schema = {"anyOf": [choice(dict.fromkeys(SECTION_WORDS, "")), {"type": "string"}]}
    measure = _mapping(
        {
            "rules": _list(rule, "哪些规则"),
            "dimensions": _list(dimensions, "哪些方面"),
            "sections": _list(sections, "哪些章节、部分、表"),
        },
        minProperties=1,
    )
    measures = _list(measure, "衡量什么", "一项之内须同时符合，有一项符合即可")
    gate = _mapping(
        {
            "note": _word("名称", "显示在得分表里", required=True),
            "at_most": _said(_POINTS, "最高几分", required=True),
            "rules": _list(rule, "哪些规则"),
            "severities": _list(severities, "哪些严重程度"),
            "dimensions": _list(dimensions, "哪些方面"),
        },
        ("note", "at_most"),
    )
    indicator = _mapping(
        {"name": _word("指标名"), "weight": _said(_POINTS, "权重", "各指标合计 100"), "measures": measures},
        ("name", "weight", "measures"),
    )
    points = _list(_POINTS, "每级几分", "从高到低，与评级的级数相同")
    item = _mapping({"name": _word("名称"), "points": points, "measures": measures}, ("name", "points", "measures"))
    earned = _mapping(
        {"name": _word("名称"), "points": _said(_POINTS, "加几分"), "rules": _list(rule, "哪些规则都合规")},
        ("name", "points", "rules"),
    )
    bonus = _mapping({"at_most": _said(_POINTS, "最多加几分"), "items": _list(earned, "加分项")}, ("at_most", "items"))
    limits = _mapping({s: {"type": "integer", "minimum": 0} for s in SEVERITIES})
    properties = {
        "model": _said(choice(MODELS), "计分方式", required=True),
        "title": _word("考核办法的名称"),
        "severities": _said(_mapping(dict.fromkeys(SEVERITIES, _POINTS), SEVERITIES), "每档扣几分", required=True),
        "caps": _said(_mapping(dict.fromkeys(DIMENSIONS, _POINTS)), "每一方面最多扣几分"),
        "times_per_table": _said({"type": "integer", "minimum": 1}, "同一规则在一张表中最多扣几次"),
        "gates": _list(gate, "一票否决"),
        "grades": _said({"type": "object", "additionalProperties": _POINTS}, "等次", "从高到低写最低分", required=True),
        "indicators": _list(indicator, "指标", "指标加权用"),
        "levels": _said({"type": "object", "additionalProperties": limits}, "评级", "分级评定用：最多允许几个问题"),
        "items": _list(item, "评分项", "分级评定用"),
        "bonus": _said(bonus, "加分"),
        "beside": _said({}, "另一种计分方式", "并列显示：一段同样的内容，或同一文件夹里的文件名"),
    }
    return {
        "$schema": _DRAFT,
        "title": "auditor 计分办法（scoring.yaml）",
        **_mapping(properties, ("model", "severities", "grades")),
    }
