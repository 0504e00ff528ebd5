"""The names that a rulebook knows -> closed or open lists for editors: facts, sections, laws, parameters, other rules.

An open list (names of rules, of facts that a county's own form adds) is completed but never refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.checks.check import SECTION_WORDS
from auditor.checks.filled import STATES
from auditor.form import Form
from auditor.rulebook.book import Rulebook
from auditor.ruleschema.fields import Schema, choice

_DATES = ("填报日期", "公布日期", "生成日期", "页面日期")
_SIGNATURES = ("单位负责人", "审核人", "填报人", "联系电话", "填报日期")
_AXES = {
    "申请人": "表三的七列：公式里只写行名",
    "行": "表三的各行：公式里只写列名",
    "块": "表四的三块：公式里只写列名",
    "文件": "表二的规章和规范性文件",
    "项目类": "表二中有“上一年项目数量”的各类项目",
    "主要指标": "统计表的主要指标：公式里用 本项",
}
# What an example may say beside the names of cells (`auditor.examples`).
EXAMPLE_WORDS: Mapping[str, str] = {
    "正文": "报告的正文，像真报告一样读取",
    "章节": "{标题: 文字}：分章节的正文",
    "上年正文": "上年报告的正文",
    "上年章节": "{标题: 文字}：上年报告分章节的正文",
    "机构变动": "名册写明的合并、更名",
    "同类": "{指标名: [同类单位的数]}",
    "同级正文": "其他单位报告的正文",
    "参数": "{参数名: 取值}：这个例子里的参数",
    "概况": "{年度, 单位类型, 单位名称, 格式, 公布日期 …}",
    "签署": "{单位负责人: 张三, 审核人: }：写了而不填的是空白",
    "表格": "{缺表, 缺行, 缺列, 多行, 多列, 单位, 格式, 无法识别}",
    "报送": "{名册: 应报, 已报: 否, 写明: 未公布, 另一版本: {…}}",
    "核验": "{结论: 符合, 说明, 核验人, 核验日期}",
    "期望": "{严重程度, 认定, 问题数, 消息含, 消息不含, 数据项}：除结果外还要怎样",
}
PROFILE_WORDS: Mapping[str, str] = {
    "年度": "报告年度，如 2024",
    "单位类型": "乡镇、街道、部门、县级以上政府、其他",
    "单位名称": "如 澄湖县柳汀镇人民政府",
    "格式": "A、B、C，或 无（没有统计表）",
    "公布日期": "如 2025-01-20",
    "公布日期确定": "false：只是页面上的日期",
    "填报日期": "如 2025-01-10",
    "标题": "页面标题",
    "栏目": "页面的栏目路径",
    "单位名称各处": "{页面标题: 名称, 正文落款: 名称 …}",
    "年度各处": "{页面标题: 2017, 正文标题: 2016 …}",
}


def lists(book: Rulebook) -> dict[str, Schema]:
    """The schemas of all kinds of names."""
    ids = {r.id: r.rule.title for r in book.rules}
    return {
        "sections": choice(dict.fromkeys(SECTION_WORDS, "")),
        "states": choice(
            {"空白": "什么都没有填", "不适用": "填了 /、—、无", "文字": "填了别的文字"} | dict.fromkeys(STATES, "")
        ),
        "signatures": _open(dict.fromkeys(_SIGNATURES, "")),
        "dates": _open(dict.fromkeys(_DATES, "")),
        "axes": choice({name: _AXES.get(name, "") for form in book.forms for name in form.axes}),
        "tables": choice({t.name: t.title for form in book.forms for t in form.tables}),
        "parameters": choice({p.name: p.entry.title for p in book.parameters.values()}),
        "subjects": choice({s.name: f"单位：{s.unit}" if s.unit else "" for s in book.lexicon.claims.subjects}),
        "laws": choice({law.id: law.title for law in book.laws.values()}),
        "rules": _open(ids),
        "cells": _open(cells(book.forms)),
        "example": example(book.forms),
    }


def _open(values: Mapping[str, str]) -> Schema:
    """A list that is completed and does not exclude other words."""
    return {
        "type": "string",
        "anyOf": [{k: v for k, v in choice(values).items() if k != "errorMessage"}, {"type": "string"}],
    }


def cells(forms: Iterable[Form]) -> dict[str, str]:
    """Names of cells, groups, parts and tables with where they stand."""
    out: dict[str, str] = {"全部": "该格式的全部单元格"}
    for form in forms:
        for cell in form.cells.values():
            where = f"格式{form.letter}" + (f" 表{cell.table}" if cell.table else "")
            said = out.get(cell.name, "")
            out[cell.name] = f"{said}、{where}" if said else f"{where}，{cell.unit}"
            out.setdefault(cell.part, "部分")
        for name, members in form.groups.items():
            out.setdefault(name, f"组：{'、'.join(members[:8])}{'等' if len(members) > 8 else ''}")
        for table in form.tables:
            out.setdefault(f"表{table.name}", table.title)
    return {name: where for name, where in out.items() if name}


def example(forms: Iterable[Form]) -> Schema:
    """An example of a rule: the words of a report, or names of cells with their values."""
    special: dict[str, Schema] = {name: {"description": said} for name, said in EXAMPLE_WORDS.items()}
    profile: Schema = {name: {"description": said} for name, said in PROFILE_WORDS.items()}
    special["概况"] |= {"type": "object", "properties": profile, "additionalProperties": False}
    words = cells(forms)
    return {
        "type": "object",
        "description": "一个例子：数字写数字，什么都不写是空白，/ 是不适用，不清 是无法识别，缺 是没有这一行",
        "properties": special | {name: {"description": said} for name, said in words.items() if name not in special},
    }
