"""Fields of a ledger kept by hand, and the heads under which people write them: heads, wishes -> which column is which. Pure.

Guess      by the words of a head, to the letter; the field's own name goes before other words for it
Wishes     `--map 列=字段`: the column by its head or its letter; “列=” leaves a column out; a wish goes before any guess
Refuses    two columns that may both be one field, a wish that names no column or no field, no column for 责任单位 or 问题描述
Source     the columns of the ledgers that inspectors keep: 序号 责任单位 检查对象 问题类别 问题描述 依据 扣分 整改要求 整改时限
           整改情况 整改链接 复核结果 销号时间, and 失分原因 测评指标 of score sheets
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from auditor.model import Noun
from auditor.readers.sheet import a1
from auditor.spelling import nearest
from auditor.text import squash

UNIT, YEAR, OBJECT, CATEGORY, TITLE, TEXT = "责任单位", "报告年度", "检查对象", "问题类别", "问题名称", "问题描述"
BASIS, POINTS, DEMAND, DEADLINE = "依据", "扣分", "整改要求", "整改时限"
MENDING, LINK, REVIEW, CLOSED, REMARK, RULE = "整改情况", "整改链接", "复核结果", "销号时间", "备注", "规则编号"
VERDICT = "认定"

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    UNIT: (
        *(
            "单位",
            "单位名称",
            "单位全称",
            "被检查单位",
            "被查单位",
            "受检单位",
            "整改单位",
            "责任部门",
            "报告单位",
            "填报单位",
        ),
        *(
            "发布单位",
            "公开主体",
            "部门",
            "乡镇",
            "乡镇（街道）",
            "乡镇街道",
            "乡镇/街道",
            "乡镇（街道、部门）",
            "部门（乡镇）",
            "镇街",
        ),
    ),
    YEAR: ("年度", "年报年度", "报告年份", "年份", "所属年度", "年报年份"),
    OBJECT: ("报告名称", "检查对象（报告名称）", "年报名称", "文件名称", "检查栏目", "栏目", "报告名称/链接"),
    CATEGORY: ("类别", "问题类型", "问题分类", "类型", "测评指标", "指标", "检查项目", "检查内容", "方面"),
    TITLE: ("问题", "问题标题", "问题概述", "问题事项"),
    TEXT: (
        *(
            "存在问题",
            "存在的问题",
            "存在的主要问题",
            "主要问题",
            "发现问题",
            "发现的问题",
            "问题表现",
            "具体问题",
            "问题内容",
            "问题详情",
        ),
        *("问题及描述", "具体问题描述", "问题情况", "失分原因", "扣分原因", "问题清单", "问题说明", "扣分说明及问题"),
    ),
    BASIS: ("检查依据", "扣分依据", "法规依据", "政策依据", "问题依据", "依据条款"),
    POINTS: ("扣分值", "扣分分值", "扣减分值", "扣分情况", "扣分（分）"),
    DEMAND: ("整改措施", "整改建议", "整改意见", "整改措施及要求"),
    DEADLINE: ("整改期限", "限期", "完成时限", "整改截止时间", "整改截止日期", "时限", "整改完成时限", "整改限期"),
    MENDING: (
        "整改状态",
        "整改结果",
        "整改进展",
        "是否整改",
        "是否完成整改",
        "整改完成情况",
        "整改落实情况",
        "是否整改到位",
    ),
    LINK: ("链接", "整改后链接", "整改网址", "网址"),
    REVIEW: ("复核情况", "复查结果", "复查情况", "复核意见", "复核结论", "验收情况", "验收结果"),
    CLOSED: ("销号日期", "销号情况", "办结时间", "完成时间", "整改完成时间"),
    REMARK: ("备注说明", "说明", "其他说明"),
    RULE: ("规则ID", "规则"),
    VERDICT: ("认定意见", "认定结论", "认定结果", "是否属实", "核实结果"),
}
_KNOWN: Final = {squash(word): (name, word == name) for name, words in FIELDS.items() for word in (name, *words)}
_LETTERS = re.compile(r"[A-Za-z]{1,3}")
_LEAST_HEADS = 2


class MappingError(Exception):
    """Why it is not certain which column is which, and what to type (Chinese): every mistake.

    `lacking`: the sheet only lacks a column that every ledger has, and may be something else.
    """

    def __init__(self, *mistakes: str, lacking: bool = False) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes
        self.lacking = lacking


@dataclass(frozen=True, slots=True)
class Wish(Noun):
    """A column, by its head or letter, and its field; "" leaves it out."""

    column: str
    field: str


def wish_of(text: str) -> Wish:
    """What `--map` says. Raises MappingError."""
    column, mark, field = (part.strip() for part in text.replace("＝", "=").partition("="))
    if not column or not mark:
        raise MappingError(f"--map “{text}”有误，应写作 列=字段，例如：--map 失分原因={TEXT}，或者 --map D={TEXT}")
    if field and field not in FIELDS:
        raise MappingError(
            f"--map “{text}”：没有字段“{field}”{nearest(field, FIELDS) or '，'}字段有：{'、'.join(FIELDS)}"
        )
    return Wish(column, field)


def is_head(texts: Iterable[str], wishes: Sequence[Wish]) -> bool:
    """Whether a row is the head of a ledger: a unit or a problem and another field by their heads, or a head that was named."""
    heads = {squash(text) for text in texts}
    if any(squash(wish.column) in heads for wish in wishes if not is_letter(wish.column)):
        return True
    found = {_KNOWN[head][0] for head in heads if head in _KNOWN}
    return len(found) >= _LEAST_HEADS and bool(found & {UNIT, TEXT, TITLE})


def is_letter(column: str) -> bool:
    """Whether a wish names its column by a letter (C) instead of by its head."""
    return _LETTERS.fullmatch(column) is not None


def mapped(sheet: str, heads: Mapping[int, str], wishes: Sequence[Wish]) -> dict[int, str]:
    """Field by column of a sheet with these heads. Raises MappingError."""
    wished, mistakes = _wished(sheet, heads, wishes)
    out = dict(wished)
    for field in FIELDS:
        if field in wished.values():
            continue
        found = [
            column
            for column, head in heads.items()
            if column not in wished and _KNOWN.get(squash(head), ("",))[0] == field
        ]
        exact = [column for column in found if _KNOWN[squash(heads[column])][1]] or found
        if len(exact) > 1:
            listed = "、".join(f"{_letter(column)}（{heads[column].strip()}）" for column in exact)
            mistakes.append(
                f"工作表“{sheet}”有几列都可能是“{field}”：{listed}。请用 --map 写明，例如：--map {_letter(exact[0])}={field}"
            )
        if exact:
            out[exact[0]] = field
    out = {column: field for column, field in out.items() if field}
    if TEXT not in out.values():
        out = {column: TEXT if field == TITLE else field for column, field in out.items()}
    certain = not mistakes
    mistakes += [
        f"工作表“{sheet}”没有找到“{field}”一列；列名有：{'、'.join(h.strip() for h in heads.values() if h.strip())}。"
        f"请用 --map 写明，例如：--map 列名={field}"
        for field in (UNIT, TEXT)
        if field not in out.values()
    ]
    if mistakes:
        raise MappingError(*mistakes, lacking=certain)
    return out


def _wished(sheet: str, heads: Mapping[int, str], wishes: Sequence[Wish]) -> tuple[dict[int, str], list[str]]:
    """The columns that were named; a head that this sheet does not have is looked for by the caller in the others."""
    out: dict[int, str] = {}
    mistakes: list[str] = []
    for wish in wishes:
        found = _columns(heads, wish.column)
        if len(found) > 1:
            listed = "、".join(map(_letter, found))
            mistakes.append(
                f"工作表“{sheet}”有几列都叫“{wish.column}”（{listed}），请写列号，例如：--map {_letter(found[0])}={wish.field}"
            )
        for column in found[:1]:
            if wish.field and wish.field in out.values():
                mistakes.append(f"--map 把几列都写成了“{wish.field}”，一个字段只能写一列")
            out[column] = wish.field
    return out, mistakes


def unused(heads: Iterable[str], wishes: Sequence[Wish]) -> tuple[Wish, ...]:
    """The wishes that name a head which no sheet has."""
    known = {squash(head) for head in heads}
    return tuple(wish for wish in wishes if not is_letter(wish.column) and squash(wish.column) not in known)


def _columns(heads: Mapping[int, str], column: str) -> list[int]:
    by_head = [at for at, head in heads.items() if squash(head) == squash(column)]
    if by_head or not is_letter(column):
        return by_head
    return [at for at in heads if _letter(at) == column.upper()]


def _letter(column: int) -> str:
    return a1(0, column)[:-1]
