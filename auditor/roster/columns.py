"""Columns of the roster: how each is called in the template, and under which other heads inspectors keep it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from auditor.text import squash

NAME, SHORT, FORMER, KIND, GROUP = "单位全称", "简称", "曾用名", "单位类别", "分组"
AUTHORITY, SUPERIOR, FOUNDED = "管理关系", "上级单位", "设立日期"
ENDED, SUCCESSOR, YEARS = "撤并日期", "并入单位", "应报年度"
LINK, PUBLISHED, CONTACT, PHONE = "年报链接", "首次公布日期", "联系人", "联系电话"

HEADS: Mapping[str, tuple[str, ...]] = {
    NAME: ("单位名称", "全称", "机构名称", "机关名称", "单位", "责任单位", "报送单位", "行政机关名称"),
    SHORT: ("单位简称", "规范简称", "常用简称", "规范化简称"),
    FORMER: ("曾用名称", "原名", "原名称", "原单位名称", "曾用单位名称"),
    KIND: ("单位类型", "类别", "类型", "单位性质"),
    GROUP: ("组别", "考核分组", "考核组别", "分组名称"),
    AUTHORITY: ("县属/垂直管理", "隶属关系", "管理体制", "县属或垂直管理"),
    SUPERIOR: ("上级主管部门", "主管部门", "上级部门", "上级机关"),
    FOUNDED: ("成立日期", "组建日期", "挂牌日期", "设立时间", "成立时间"),
    ENDED: ("撤销日期", "合并日期", "划转日期", "撤并时间", "撤销或并入日期"),
    SUCCESSOR: ("合并后单位", "承继单位", "职责承继单位", "继任单位", "并入何单位"),
    YEARS: ("报告年度", "年度", "应报送年度"),
    LINK: ("链接", "网址", "报告链接", "公布网址", "公开网址", "年报网址", "公开链接"),
    PUBLISHED: ("公布日期", "首次公开日期", "首次发布日期", "发布日期", "公开日期", "首次公布时间", "公布时间"),
    CONTACT: ("联系人员", "经办人", "负责人", "联络员"),
    PHONE: ("电话", "手机", "联系方式", "办公电话"),
}
BY_YEAR = frozenset({LINK, PUBLISHED})
_KNOWN = {squash(word): name for name, words in HEADS.items() for word in (name, *words)}
_YEAR = re.compile(r"^((?:19|20)\d{2})年?度?")
_REMARK = re.compile(r"[（(][^（）()]*[)）]")


@dataclass(frozen=True, slots=True)
class Head:
    """What a column holds, and for which report year where its head says one."""

    name: str
    year: int | None = None


def read_head(text: str) -> Head | None:
    """The column that a head names; None for one that the roster does not know (it is passed over)."""
    words = _REMARK.sub("", squash(text)).strip("*＊★:：")
    if words in _KNOWN:
        return Head(_KNOWN[words])
    year = _YEAR.match(words)
    if year:
        name = _KNOWN.get(words[year.end() :])
        return Head(name, int(year[1])) if name in BY_YEAR and name else None
    return None


def is_head(row: Iterable[str]) -> bool:
    """Whether a row is the head of a roster: it names the units, and something else that only a roster says of them."""
    found = {head.name for text in row if (head := read_head(text)) is not None}
    return NAME in found and bool(found & {SHORT, FORMER, KIND, AUTHORITY, SUCCESSOR, YEARS, LINK})
