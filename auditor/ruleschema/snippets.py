"""What editors insert as a whole after a key (`defaultSnippets`): ${1:…} are the places to type in."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.ruleschema.fields import Schema


def _one(label: str, body: object) -> Schema:
    return {"label": label, "description": label, "body": body}


BASIS = "an entry of basis"
SNIPPETS: Mapping[str, list[Schema]] = {
    BASIS: [
        _one("法规的条款", {"law": "${1:regulation-2019}", "at": "${2:第五十条}"}),
        _one("没有条文，按实务", {"practice": "${1:根据什么}"}),
    ],
    "applies": [
        _one("某种格式", {"form": "${1|A,B,C|}"}),
        _one("某些年度的某类单位", {"years": "${1:2025-}", "unit_kind": "${2|乡镇,街道,部门,县级以上政府|}"}),
    ],
    "grades": [_one("问题多的加重", [{"when": "${1:数量 ≥ 3}", "severity": "${2|严重,较重,一般,提示|}"}])],
    "examples": [
        _one("正文的例子", {"kept": [{"正文": "${1:合规的一句话。}"}], "broken": [{"正文": "${2:不合规的一句话。}"}]}),
        _one("统计表的例子", {"kept": [{"${1:收到申请数}": 0}], "broken": [{"${2:收到申请数}": 1}]}),
    ],
    "expect": [
        _one("总数等于分项之和", "${1:收到申请数} = ${2:合计(四种渠道)}"),
        _one("与上年衔接", "${1:本年新收.总计} ≥ ${2:上年.结转下年度.总计}"),
    ],
}


def with_snippets(properties: Schema) -> Schema:
    """The keys, and what may be inserted after them."""
    return {
        key: {**made, "defaultSnippets": SNIPPETS[key]} if key in SNIPPETS else made for key, made in properties.items()
    }
