"""A word or sign that no formula knows -> what its author meant: words for signs, units behind numbers, names in two parts.

In        the text, where the unknown word begins, and the names that may be used
Out       a Meant: which characters, the words for the author, what to type instead; None where nothing is near
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from auditor.model import UNIT_KINDS
from auditor.text import chinese_to_int

_SIGNS: Mapping[str, tuple[str, ...]] = {
    "≥": ("大于等于", "大于或等于", "不小于", "不少于", "不低于", "=>", "＝＞", "＞＝"),
    "≤": ("小于等于", "小于或等于", "不大于", "不多于", "不超过", "不高于", "=<", "＝＜", "＜＝"),
    "≠": ("不等于", "不同于", "~=", "／="),
    ">": ("大于", "多于", "超过", "高于", "〉", "》"),
    "<": ("小于", "少于", "低于", "〈", "《"),
    "=": ("应当等于", "应等于", "等于", "：", ":"),
    "且": ("并且", "而且", "同时", "&&", "&", "＆", "AND", "and", "；", ";"),
    "或": ("或者", "||", "|", "｜", "OR", "or"),
    "非": ("不是", "NOT", "not", "!", "！"),
    "+": ("加上", "加", "➕"),
    "-": ("减去", "减", "—", "–", "−"),
    "*": ("乘以", "乘", "✕", "✖", "·"),
    "/": ("除以", "∕"),
}
_WORDS = sorted(((word, sign) for sign, words in _SIGNS.items() for word in words), key=lambda pair: -len(pair[0]))
_SURE = {"=", "≥", "≤", "≠", ">", "<", "且", "或"} | {"+", "-", "*", "/"}
_FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "合计": ("求和", "总和", "合", "sum", "SUM", "小计", "相加"),
    "最大": ("最大值", "max", "MAX"),
    "最小": ("最小值", "min", "MIN"),
    "绝对值": ("abs", "ABS", "绝对"),
    "空": ("为空", "空白", "是空", "没填", "未填"),
    "已填": ("填了", "非空", "已填写", "已填报", "不空"),
    "有": ("存在", "包含", "有没有"),
}
_UNITS = re.compile(r"(?:万元|人次|[件条次人元个项天篇部份年号分])(?![\w.])")
_OPENING = {"[": "(", "【": "(", "［": "(", "〔": "(", "]": ")", "】": ")", "］": ")", "〕": ")"}


@dataclass(frozen=True, slots=True)
class Meant:
    """What was meant by some characters of a formula. `sure`: nothing else can have been."""

    start: int
    end: int
    words: str
    instead: str
    sure: bool = False


def sign(text: str, at: int) -> Meant | None:
    """A word or sign that stands for a sign of the language."""
    for word, meant in _WORDS:
        if text.startswith(word, at):
            sure = meant in _SURE and word not in (":", "·")
            end = at + len(word)
            spaced = f" {meant} " if word.isalpha() else meant
            return Meant(at, end, f"“{word}”应写作“{meant}”", spaced, sure)
    return None


def function(name: str, at: int) -> Meant | None:
    """A function under another name."""
    for known, others in _FUNCTIONS.items():
        if name in others:
            return Meant(at, at + len(name), f"没有函数“{name}”，应写作“{known}”", known, True)
    return None


def word(text: str, at: int, end: int, names: Collection[str]) -> Meant | None:
    """An unknown word or sign at a place of a formula."""
    found = text[at:end]
    return (
        _operator_behind(text, at, end, names)
        or _in_two(text, at, names)
        or sign(text, at)
        or _joined(text, at, names)
        or _unit(text, at)
        or _text(text, at, found)
        or _bracket(text, at)
        or _numeral(found, at, end)
    )


def _operator_behind(text: str, at: int, end: int, names: Collection[str]) -> Meant | None:
    """收到申请数大于0: a name that is known and a word for a sign without a space between."""
    for cut in range(end, at, -1):
        if text[at:cut] in names:
            meant = sign(text, cut)
            if meant is not None and text[cut].isalpha():
                return meant
    return None


def _in_two(text: str, at: int, names: Collection[str]) -> Meant | None:
    """收到 申请数: one name with spaces in it."""
    run = re.compile(r"[\w.]+(?:[ \u3000]+[\w.]+){1,3}").match(text, at)
    if not run:
        return None
    parts = list(re.finditer(r"[\w.]+", run[0]))
    for last in range(len(parts) - 1, 0, -1):
        end = parts[last].end()
        whole = re.sub(r"[ \u3000]+", "", run[0][:end])
        if whole in names:
            return Meant(at, at + end, f"名称中间不能有空格，应为“{whole}”", whole, True)
    return None


def _joined(text: str, at: int, names: Collection[str]) -> Meant | None:
    """本年新收·总计, 本年新收-总计: row and column joined by another sign than the point."""
    run = re.compile(r"([\w]+)\s*[·。、•:：．－—-]\s*([\w]+)").match(text, at)
    if run and f"{run[1]}.{run[2]}" in names:
        whole = f"{run[1]}.{run[2]}"
        return Meant(at, run.end(), f"行和列之间应写半角的点：{whole}", whole, True)
    return None


def _unit(text: str, at: int) -> Meant | None:
    unit = _UNITS.match(text, at)
    if unit and re.search(r"[\d０-９]\s*$", text[:at]):
        return Meant(at, unit.end(), f"数字后面不写单位，请删去“{unit[0]}”", "", True)
    if text[at] in "%％" and (number := re.search(r"([\d.]+)\s*$", text[:at])):
        whole, _, rest = number[1].partition(".")
        digits = whole.rjust(3, "0")
        value = (digits[:-2].lstrip("0") or "0") + "." + (digits[-2:] + rest).rstrip("0")
        return Meant(
            number.start(),
            at + 1,
            f"公式里没有百分号，{number[1]}% 应写作 {value.rstrip('.')}",
            value.rstrip("."),
            True,
        )
    return None


def _text(text: str, at: int, found: str) -> Meant | None:
    if found in UNIT_KINDS:
        return Meant(at, at + len(found), f'文字要放在引号里："{found}"', f'"{found}"', True)
    single = re.compile(r"'([^'\"]*)'").match(text, at)
    if single:
        return Meant(at, single.end(), "公式里的文字用双引号", f'"{single[1]}"', True)
    if text[at] in "「『":
        other = re.compile(r"[「『]([^」』\"]*)[」』]").match(text, at)
        if other:
            return Meant(at, other.end(), "公式里的文字用双引号", f'"{other[1]}"', True)
    return None


def _bracket(text: str, at: int) -> Meant | None:
    if text[at] in _OPENING:
        return Meant(
            at, at + 1, f"公式里只用圆括号，“{text[at]}”应写作“{_OPENING[text[at]]}”", _OPENING[text[at]], True
        )
    if text[at] in "{}｛｝":
        return Meant(at, at + 1, "公式里的名称不加花括号（花括号只用在 message 里）", "", False)
    if text[at] in "。.，,；;" and not text[at + 1 :].strip():
        return Meant(at, at + 1, f"公式末尾不写“{text[at]}”", "", True)
    return None


def _numeral(found: str, at: int, end: int) -> Meant | None:
    value = chinese_to_int(found)
    if value is None:
        return None
    return Meant(at, end, f"数字请写阿拉伯数字：{value}", str(value), True)
