"""A key or a value that is refused -> what its author meant: how it is spelt, or in which words it is said here.

In        the word as read, and the words that may stand there
Out       a Meant (what to type instead, whether nothing else can be meant, words of explanation), None where nothing is near
Safe      another width, case or punctuation of the right word, its Chinese name, a near misspelling of a key
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from auditor.spelling import closeness, closest
from auditor.text import chinese_to_int

# What inspectors call the keys, and what they are.
KEY_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("编号", "规则编号", "规则id", "标识", "序号", "代号"),
    "title": ("标题", "名称", "规则名称", "问题名称", "题目"),
    "check": ("检查", "检查类型", "类型", "种类", "类别"),
    "status": ("状态",),
    "applies": ("适用", "适用范围", "范围", "适用于"),
    "form": ("格式", "年报格式", "表样"),
    "years": ("年度", "年份", "适用年度", "year"),
    "unit_kind": ("单位类型", "单位类别", "单位", "unit", "unitkind", "unit_type", "unit-kind", "unit kind"),
    "region": ("地区", "区域"),
    "when": ("条件", "前提", "前提条件", "当", "if"),
    "expect": ("公式", "应当", "应为", "要求", "关系", "formula", "expression"),
    "each": ("逐项", "逐列", "逐行"),
    "tolerance": ("允许误差", "误差", "容差"),
    "certainty": ("认定", "确定性", "可信度", "把握"),
    "severity": ("严重程度", "严重性", "程度", "级别", "等级", "level"),
    "deduct": ("扣分", "分值", "扣几分", "分数", "points", "score"),
    "grades": ("分级", "分档", "升降"),
    "dimension": ("方面", "维度", "指标"),
    "part": ("部分", "所属部分"),
    "basis": ("依据", "法律依据", "条文"),
    "law": ("法规", "法律", "文件"),
    "at": ("条款", "条", "第几条"),
    "practice": ("实务", "惯例", "实务口径", "做法"),
    "message": ("消息", "问题描述", "描述", "提示语", "内容", "msg"),
    "why": ("原因", "为什么", "理由", "reason"),
    "verify": ("核对", "人工核对", "核对要点", "人工核对要点", "核实"),
    "remedy": ("整改", "整改要求", "怎样改", "整改措施", "改法", "fix"),
    "covers": ("覆盖", "包含"),
    "replaces": ("替换", "代替", "取代"),
    "reason": ("停用原因",),
    "note": ("备注", "说明", "注"),
    "examples": ("例子", "示例", "例", "测试", "example"),
    "kept": ("合规", "符合", "正确", "对", "ok", "pass"),
    "broken": ("不合规", "违反", "错误", "错", "fail"),
    "suspected": ("疑似", "可疑"),
    "unclear": ("无法判断", "不清楚", "不明"),
    "not_applicable": ("不适用", "na", "n/a"),
    "to_confirm": ("待人工核验", "待核验", "待核实"),
    "forbid": ("禁止", "不应出现", "不得出现", "禁用词"),
    "require": ("必须出现", "应有", "应出现", "要有"),
    "required": ("必需", "应有章节", "必备"),
    "within": ("位置", "所在章节", "在"),
    "except": ("例外", "除外", "不算"),
    "heading": ("章节标题",),
    "words": ("词语", "关键词", "文字"),
    "cells": ("单元格", "数据项"),
    "values": ("取值", "值"),
    "value": ("数值",),
    "kind": ("取值类型",),
    "unit": ("计量单位",),
    "source": ("来源", "出处"),
    "otherwise": ("否则", "未设定时"),
    "ask": ("核实事项", "请核实"),
}
# What inspectors write for the values, and what stands here.
VALUE_NAMES: Mapping[str, tuple[str, ...]] = {
    "certain": ("可判定", "确定", "肯定", "确认"),
    "suspected": ("疑似", "可疑", "怀疑", "不确定"),
    "draft": ("草稿", "试行", "草案"),
    "active": ("生效", "启用", "有效", "使用中", "正式"),
    "retired": ("停用", "作废", "废止", "失效"),
    "乡镇": ("乡", "镇", "乡镇政府", "镇政府", "乡政府", "乡镇人民政府"),
    "街道": ("街道办", "街道办事处", "办事处"),
    "部门": ("局", "县直部门", "县级部门", "机关", "委办局", "县直单位"),
    "县级以上政府": ("县政府", "县", "市政府", "县级政府", "政府"),
    "严重": ("重大", "很严重", "特别严重", "高", "严重问题"),
    "较重": ("中", "重", "比较严重", "较严重", "较重问题"),
    "一般": ("轻微", "低", "普通", "一般问题"),
    "提示": ("提醒", "建议", "注意"),
    "内容完整": ("完整", "完整性", "内容完整性"),
    "数据准确": ("准确", "准确性", "数据准确性", "数据"),
    "格式规范": ("规范", "格式", "规范性", "格式规范性"),
    "公开时效": ("时效", "及时", "时效性", "及时性"),
    "表里一致": ("一致", "一致性", "图文一致"),
    "真实有效": ("真实", "真实性", "有效"),
    "安全合规": ("安全", "合规", "保密", "合规性"),
    "数值": ("数字", "数"),
    "日期": ("时间", "期限"),
    "是否": ("布尔", "真假"),
    "equation": ("公式", "等式", "勾稽", "数据关系"),
    "filled": ("必填", "填报", "空白"),
    "section": ("章节",),
    "wording": ("文字", "用语", "措辞", "正文"),
    "agreement": ("一致", "一致性", "比对"),
    "date": ("日期", "期限"),
    "form": ("格式",),
    "similarity": ("雷同", "相似"),
    "attest": ("人工", "核验", "人工核验"),
    "filing": ("报送",),
    "outlier": ("异常", "离群"),
}
_TRUE, _FALSE = (
    ("是", "对", "真", "yes", "true", "y", "on", "√", "可以", "允许", "有"),
    (*("否", "不", "错", "假", "no", "false", "n", "off", "×", "不可以", "不允许", "无"),),
)
_QUOTES = "“”‘’「」『』\"'＂＇"
_TAIL = "。，,；;、：:！!．."
_UNIT = re.compile(r"(?P<number>[-+]?\d+(?:\.\d+)?)\s*(?P<unit>[^\d.\s]{1,3})")
_SEPARATOR = re.compile(r"\s*[、，,；;/／和及与|]\s*")
_SURE = 80


@dataclass(frozen=True, slots=True)
class Meant:
    """What to type instead. `sure`: nothing else can be meant; `words`: why, where it is not plain to see."""

    value: str
    sure: bool = False
    words: str = ""


def tidied(text: str) -> str:
    """Half-width, without the quotes and stops that were typed around a word."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return plain.strip(_QUOTES + " ").rstrip(_TAIL).strip(_QUOTES + " ")


def key(word: str, known: Collection[str], there: Collection[str] = ()) -> Meant | None:
    """The key that a word was meant to be; one that is `there` already is not meant again."""
    plain = tidied(word).replace(" ", "").lower()
    free = [k for k in known if k not in there]
    for candidate in free:
        if plain in (candidate.lower(), candidate.lower().replace("_", "-"), candidate.lower().replace("_", "")):
            return Meant(candidate, True)
    for candidate in free:
        if plain in KEY_NAMES.get(candidate, ()):
            return Meant(candidate, True, "字段名用英文")
    near = closest(word if word.isascii() else plain, known)
    if near is None:
        return None
    return Meant(near, near in free and closeness(plain, near) >= _SURE)


def choice(word: str, allowed: Collection[str], *, many: bool = False) -> Meant | None:
    """The word of a closed list that was meant; `many` where a list of them may stand."""
    plain = tidied(word)
    found = _one(plain, allowed)
    if found is not None:
        return Meant(found, True)
    if many and len(parts := [p for p in _SEPARATOR.split(plain) if p]) > 1:
        several = [_one(part, allowed) for part in parts]
        if all(several):
            return Meant("[" + ", ".join(map(str, several)) + "]", True, "几个词写成列表，用半角逗号隔开")
    near = closest(plain, allowed)
    return Meant(near, closeness(plain, near) >= _SURE and near.isascii()) if near else None


def _one(plain: str, allowed: Collection[str]) -> str | None:
    for candidate in allowed:
        if plain.lower() == candidate.lower():
            return candidate
    named = [c for c in allowed if plain in VALUE_NAMES.get(c, ())]
    return named[0] if len(named) == 1 else None


def truth(word: object) -> Meant | None:
    """true or false."""
    plain = tidied(str(word)).lower()
    if plain in _TRUE:
        return Meant("true", True)
    return Meant("false", True) if plain in _FALSE else None


def number(word: str, *, whole: bool = False) -> Meant | None:
    """A number: full-width, Chinese, with its unit, or in quotes."""
    plain = tidied(word).replace(",", "")
    unit = _UNIT.fullmatch(plain)
    if unit and unit["unit"] != "%":
        return Meant(unit["number"], not (whole and "." in unit["number"]), f"只写数字，不写单位“{unit['unit']}”")
    if re.fullmatch(r"[-+]?\d+(\.\d+)?", plain):
        return Meant(plain.lstrip("+"), not (whole and "." in plain))
    value = chinese_to_int(plain.removesuffix("分"))
    return Meant(str(value), True, "数字写阿拉伯数字") if value is not None else None


def years(word: str) -> Meant | None:
    """A range of years."""
    plain = re.sub(r"\s+", "", tidied(str(word)))
    plain = re.sub(r"年(?:度|份|报)?", "", plain)
    single = re.fullmatch(r"(\d{4})(起|开始|以后|之后|后|以来|及以后|至今|-至今|\+|及之后)", plain)
    if single:
        return Meant(f"{single[1]}-", single[2] in ("起", "开始", "以来", "及以后", "至今", "-至今", "+", "及之后"))
    before = re.fullmatch(r"(?:至|到|截至)?(\d{4})(止|以前|之前|前|及以前|为止|及之前)", plain)
    if before:
        return Meant(f"-{before[1]}", before[2] in ("止", "及以前", "为止", "及之前"))
    joined = re.sub(r"[~～—–－‐−]+|至|到|\.\.+|--+", "-", plain).removeprefix("自").removeprefix("从")
    if re.fullmatch(r"\d{4}-\d{4}|\d{4}-|-\d{4}|\d{4}", joined):
        first, _, last = joined.partition("-")
        if first and last and first > last:
            return Meant(f"{last}-{first}", True)
        return Meant(joined, True)
    short = re.fullmatch(r"(\d{2})(\d{2})-(\d{2})", joined)
    if short and short[3] >= short[2]:
        return Meant(f"{short[1]}{short[2]}-{short[1]}{short[3]}", True)
    listed = [int(y) for y in re.findall(r"\d{4}", plain)]
    if len(listed) > 1 and listed == list(range(listed[0], listed[0] + len(listed))):
        return Meant(f"{listed[0]}-{listed[-1]}", True)
    return None


def month_day(word: str) -> Meant | None:
    """A day of the year, 03-31."""
    plain = tidied(str(word)).replace(" ", "")
    found = re.fullmatch(
        r"(?:(?:\d{4}|次|当)年)?(?:\d{4}[-/.])?(\d{1,2})[月\-/.—–~至](\d{1,2})[日号]?(?:前|以前|之前)?", plain
    )
    if not found:
        found = re.fullmatch(r"(\d{2})(\d{2})", plain)
    if not found:
        return None
    month, day = int(found[1]), int(found[2])
    if month > 12 >= day:
        month, day = day, month
    if 1 <= month <= 12 and 1 <= day <= 31:
        return Meant(f"{month:02d}-{day:02d}", True)
    return None


def full_date(word: str) -> Meant | None:
    """A day, 2019-05-15."""
    plain = tidied(str(word)).replace(" ", "")
    found = re.fullmatch(r"(\d{4})[年\-/.](\d{1,2})[月\-/.](\d{1,2})日?", plain) or re.fullmatch(
        r"(\d{4})(\d{2})(\d{2})", plain
    )
    if found and 1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= 31:
        return Meant(f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}", True)
    return None


def rule_id(word: str) -> Meant | None:
    """An id in small letters, digits and hyphens."""
    plain = re.sub(r"[\s_.—－]+", "-", unicodedata.normalize("NFKC", word).strip()).lower()
    plain = re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9-]", "", plain)).strip("-")
    if not re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", plain):
        return None
    if plain.startswith("p-"):
        plain = plain.removeprefix("p-")
        return Meant(plain) if plain and plain[0].isalpha() else None
    return Meant(plain, not re.search(r"[\u4e00-\u9fff]", word))
