"""Typesetting: the XML of a filled Word part -> the same, with what depends on the length of words set in its place.

By name    of the paragraph's style, so that a template stays an ordinary Word file and may be edited: 发文机关标志 and 信函机关标志
           (on one line, however long the name), Title (broken into balanced lines where sense allows it), 落款 and 成文日期
Mark       as large as 58 points (a letter's 40), condensed to 60 % at most before it grows smaller
Signature  the day four characters from the right and the issuer centred over it; where the name is the longer, two characters
           from the right and the day centred under it; more than 24 characters stand on two lines
Units      twentieths of a point, half points for sizes
Source     GB/T 9704-2012, 7.2.4, 7.3.1, 7.3.5
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Final

from lxml import etree

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WIDTH: Final = 8844
_CHARACTER: Final = 315
_AIR: Final = 60
_BIGGEST, _BIGGEST_LETTER, _LEAST_SCALE = 58.0, 40.0, 0.6
_GOOD: Final = 46.0
_TOP: Final = 35 * 1440 / 25.4
_TITLE_LINE: Final = 20
_LONG_NAME: Final = 24
_FEW: Final = 56
_AFTER: Final = re.compile(r"[的、，和及与》”）]$|^关于$")
_BOUND: Final = re.compile(
    r"[0-9A-Za-z.]+年(?:第.季度|度)?|[0-9A-Za-z.]+|第.季度|《[^》]{1,16}》|人民政府|办公室|政府信息公开(?:工作)?|信息公开|年度报告|季度|政务公开|情况|问题|整改|核实|反馈"
    r"|检查|工作|限期|通报|通知|统计|汇总|疑似|公布|发布|报告|关于|有关|单位|结果|考核|[镇乡街道县市区局委]的"
)


_AFTER_KEEPING: Final = (
    *("keepLines", "pageBreakBefore", "framePr", "widowControl", "pBdr", "shd", "tabs", "autoSpaceDE", "autoSpaceDN"),
    *("snapToGrid", "spacing", "ind", "jc", "outlineLvl", "rPr", "sectPr"),
)


def typeset(root: etree._Element, styles: Mapping[str, str]) -> None:
    """Sets the paragraphs of one part. `styles` gives the names of styles by their ids."""
    setting: Mapping[str, Callable[[etree._Element], None]] = {
        "发文机关标志": _mark,
        "信函机关标志": _letter_mark,
        "title": _title,
        "落款": _signature,
    }
    for named in root.iter(f"{_W}pStyle"):
        set_ = setting.get(styles.get(named.get(f"{_W}val", ""), "").casefold())
        above = named.getparent()
        paragraph = above.getparent() if above is not None else None
        if set_ is not None and paragraph is not None:
            set_(paragraph)


def width(words: str) -> float:
    """How wide the words are, in characters of theirs; Latin letters and digits are half as wide."""
    return sum(1.0 if unicodedata.east_asian_width(one) in "WFA" else 0.5 for one in words)


def words_of(paragraph: etree._Element) -> str:
    """The words of a paragraph."""
    return "".join(one.text or "" for one in paragraph.iter(f"{_W}t"))


# --- the issuer's name -----------------------------------------------------------------------------


def mark_size(words: str, biggest: float = _BIGGEST, good: float = _GOOD) -> tuple[float, int]:
    """Size in points (halves) and the scale of characters in percent with which the words fill one line at most."""
    room, wide = (_WIDTH - 2 * _AIR) / 20, max(width(words), 1.0)
    scale = min(1.0, max(_LEAST_SCALE, room / (wide * good)))
    percent = int(scale * 100)
    return min(biggest, int(room * 100 / (wide * percent) * 2) / 2), percent


def _mark(paragraph: etree._Element) -> None:
    size, percent = mark_size(words_of(paragraph))
    _enlarge(paragraph, size, percent)
    # The upper edge of a character lies about a tenth of its size below that of its line.
    _space(paragraph, before=round(_TOP - size * 2), line=round(size * 24))


def _letter_mark(paragraph: etree._Element) -> None:
    size, percent = mark_size(words_of(paragraph), _BIGGEST_LETTER, 32.0)
    _enlarge(paragraph, size, percent)
    _space(paragraph, before=0, line=round(size * 21))


def _enlarge(paragraph: etree._Element, size: float, percent: int) -> None:
    for run in paragraph.iter(f"{_W}r"):
        look = run.find(f"{_W}rPr")
        if look is None:
            look = etree.Element(f"{_W}rPr")
            run.insert(0, look)
        for name, value in (("w", percent), ("sz", round(size * 2)), ("szCs", round(size * 2))):
            for old in look.findall(f"{_W}{name}"):
                look.remove(old)
            look.append(etree.Element(f"{_W}{name}", {f"{_W}val": str(value)}))


def _space(paragraph: etree._Element, *, before: int, line: int) -> None:
    spacing = _part(paragraph, "spacing", ("ind", "jc", "rPr", "sectPr"))
    spacing.set(f"{_W}before", str(before))
    spacing.set(f"{_W}line", str(line))
    spacing.set(f"{_W}lineRule", "exact")


def _part(paragraph: etree._Element, name: str, later: tuple[str, ...]) -> etree._Element:
    """A property of the paragraph, made before those that must come later."""
    look = paragraph.find(f"{_W}pPr")
    if look is None:
        look = etree.Element(f"{_W}pPr")
        paragraph.insert(0, look)
    found = look.find(f"{_W}{name}")
    if found is None:
        found = etree.Element(f"{_W}{name}")
        after = next((one for one in look if etree.QName(one).localname in later), None)
        if after is None:
            look.append(found)
        else:
            after.addprevious(found)
    return found


# --- the title -------------------------------------------------------------------------------------


def balanced(words: str, most: int = _TITLE_LINE) -> list[str]:
    """A title in lines of at most `most` characters: as few as can be, about equally long, broken where sense allows it."""
    lines = -int(-width(words) // most)
    if lines < 2 or lines > 4:
        return [words]
    inside = {at for match in _BOUND.finditer(words) for at in range(match.start() + 1, match.end())}
    ends = [at for at in range(2, len(words) - 1) if words[at] not in "的、，。》”）的"]
    best: tuple[float, list[str]] = (float("inf"), [words])
    for cuts in combinations(ends, lines - 1):
        parts = [words[one:other] for one, other in zip((0, *cuts), (*cuts, len(words)), strict=True)]
        best = min(best, (_ugliness(parts, cuts, inside, most), parts), key=lambda one: one[0])
    return best[1]


def _ugliness(parts: list[str], cuts: tuple[int, ...], inside: set[int], most: int) -> float:
    long = [width(part) for part in parts]
    if max(long) > most:
        return float("inf")
    broken = 12.0 * sum(cut in inside for cut in cuts)
    apart = 4.0 * sum(not _AFTER.search(part) for part in parts[:-1])
    return max(long) - min(long) + broken + apart


def _title(paragraph: etree._Element) -> None:
    runs = list(paragraph.iter(f"{_W}r"))
    if not runs or paragraph.find(f".//{_W}br") is not None:
        return
    lines = balanced(words_of(paragraph))
    if len(lines) < 2:
        return
    for text in [*paragraph.iter(f"{_W}t")]:
        above = text.getparent()
        assert above is not None  # it was found in the paragraph
        above.remove(text)
    for at, line in enumerate(lines):
        if at:
            etree.SubElement(runs[0], f"{_W}br")
        etree.SubElement(runs[0], f"{_W}t").text = line


# --- the signature ---------------------------------------------------------------------------------


def _signature(paragraph: etree._Element) -> None:
    _kept_with_text(paragraph)
    after = paragraph.getnext()
    if after is None or after.tag != f"{_W}p":
        return
    note = after.getnext()
    if note is not None and note.tag == f"{_W}p" and words_of(note).startswith("（"):
        _part(after, "keepNext", _AFTER_KEEPING)
    name, day = width(words_of(paragraph)), width(words_of(after)) * _CHARACTER
    lines = 1 if name <= _LONG_NAME else 2
    # Wide enough for either in any program: some set a little space between digits and characters.
    box = max(round((name / lines + (0.5 if lines == 1 else 2)) * _CHARACTER), round(day + 2 * _CHARACTER))
    right = max(4 * _CHARACTER + (day - box) / 2, 2 * _CHARACTER if box > day + 2 * _CHARACTER else 0)
    for one in (paragraph, after):
        indent = _part(one, "ind", ("jc", "rPr", "sectPr"))
        indent.attrib.clear()
        for side, value in (("left", _WIDTH - right - box), ("right", right), ("firstLine", 0)):
            indent.set(f"{_W}{side}", str(round(value)))
        _part(one, "jc", ("outlineLvl", "rPr", "sectPr")).set(f"{_W}val", "center")


def _kept_with_text(paragraph: etree._Element) -> None:
    """The signature stands on no page alone: the last words of the text go with it, where they are few."""
    above = paragraph.getprevious()
    while above is not None and above.tag == f"{_W}p":
        words = width(words_of(above))
        if words <= _FEW:
            _part(above, "keepNext", _AFTER_KEEPING)
        if words:
            return
        above = above.getprevious()
