"""Automatic numbers of Word paragraphs: numbering.xml and the order of the paragraphs -> the printed number (一、 （二） 3.).

A number is given only where it is certain: a format listed here, and no level of it unknown; bullets give none. Counters follow
Word: one set for each abstract list, a level restarts after a higher one has gone on, `startOverride` begins a list anew once.

Source    ECMA-376 part 1, 17.9 (numbering) and 17.18.59 (ST_NumberFormat)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from auditor.text import int_to_chinese

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_FORMAL = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
_BY_DIGIT = str.maketrans("0123456789", "〇一二三四五六七八九")


def _roman(number: int) -> str:
    out = ""
    for value, word in ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
                        (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):  # fmt: skip
        out += word * (number // value)
        number %= value
    return out


def _letter(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if number <= 20 else str(number)


def _counting(number: int) -> str:
    """一 … 十 十一 … 九十九, beyond that by digit as Word does."""
    return int_to_chinese(number) if number < 100 else str(number).translate(_BY_DIGIT)


def _formal(number: int) -> str:
    written = int_to_chinese(number).translate(_FORMAL)
    return f"壹{written}" if written.startswith("拾") else written


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda n: f"{n:02d}",
    "decimalFullWidth": lambda n: str(n).translate({48 + i: 0xFF10 + i for i in range(10)}),
    "decimalHalfWidth": str,
    "chineseCounting": _counting,
    "chineseCountingThousand": int_to_chinese,
    "japaneseCounting": int_to_chinese,
    "taiwaneseCounting": _counting,
    "taiwaneseCountingThousand": int_to_chinese,
    "ideographDigital": lambda n: str(n).translate(_BY_DIGIT),
    "japaneseDigitalTenThousand": lambda n: str(n).translate(_BY_DIGIT),
    "chineseLegalSimplified": _formal,
    "ideographTraditional": lambda n: _STEMS[n - 1] if n <= 10 else "",
    "ideographZodiac": lambda n: _BRANCHES[n - 1] if n <= 12 else "",
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": lambda n: f"({n})",
    "decimalEnclosedFullstop": lambda n: f"{n}.",
    "upperRoman": _roman,
    "lowerRoman": lambda n: _roman(n).lower(),
    "upperLetter": lambda n: _letter(n).upper(),
    "lowerLetter": _letter,
}


@dataclass(slots=True)
class Level:
    """How one level of a list counts and prints; `%1` … `%9` in `text` stand for the counts."""

    format: str = "decimal"
    text: str = ""
    start: int = 1
    restart: int = -1  # -1: after any higher level; 0: never
    legal: bool = False


@dataclass(slots=True)
class ListUse:
    """A list that paragraphs name: the abstract list it counts with, and what it does otherwise."""

    abstract: str
    starts: dict[int, int] = field(default_factory=dict)
    levels: dict[int, Level] = field(default_factory=dict)
    begun: bool = False


class Numbering:
    """Counts through a document; `number` is to be asked once for each paragraph, in order."""

    def __init__(self, root: etree._Element | None) -> None:
        self._abstract: dict[str, dict[int, Level]] = {}
        self._lists: dict[str, ListUse] = {}
        self._by_style: dict[str, tuple[str, int]] = {}
        self._counts: dict[str, list[int | None]] = {}
        if root is not None:
            self._read(root)

    @classmethod
    def of(
        cls,
        abstract: Mapping[str, dict[int, Level]],
        lists: Mapping[str, ListUse],
        by_style: Mapping[str, tuple[str, int]],
    ) -> Numbering:
        """The same of a file that keeps its lists in another way than XML."""
        made = cls(None)
        made._abstract.update(abstract)
        made._lists.update(lists)
        made._by_style.update(by_style)
        return made

    def _read(self, root: etree._Element) -> None:
        links: dict[str, str] = {}
        for item in root.iter(f"{W}abstractNum"):
            id = item.get(f"{W}abstractNumId", "")
            self._abstract[id] = {int(e.get(f"{W}ilvl", "0")): _level(e) for e in item.iterchildren(f"{W}lvl")}
            links |= {
                value(e, "pStyle"): f"{id}:{e.get(f'{W}ilvl', '0')}"
                for e in item.iterchildren(f"{W}lvl")
                if value(e, "pStyle")
            }
        for item in root.iter(f"{W}num"):
            found = ListUse(value(item, "abstractNumId"))
            for override in item.iterchildren(f"{W}lvlOverride"):
                level = int(override.get(f"{W}ilvl", "0"))
                if start := value(override, "startOverride"):
                    found.starts[level] = int(start)
                own = override.find(f"{W}lvl")
                if own is not None:
                    found.levels[level] = _level(own)
            self._lists[item.get(f"{W}numId", "")] = found
        for style, target in links.items():
            abstract, _, level_text = target.partition(":")
            num = next((n for n, found in self._lists.items() if found.abstract == abstract), None)
            if num is not None:
                self._by_style[style] = (num, int(level_text))

    def of_style(self, style: str) -> tuple[str, int] | None:
        """The list and level that a paragraph style is tied to."""
        return self._by_style.get(style)

    def number(self, num: str, level: int) -> str:
        """The printed number of the next paragraph of that list, "" for bullets and where it is not certain."""
        found = self._lists.get(num)
        if found is None or not 0 <= level < _LEVELS:
            return ""
        levels = self._abstract.get(found.abstract, {}) | found.levels
        counts = self._counts.setdefault(found.abstract, [None] * _LEVELS)
        if not found.begun:
            found.begun = True
            for at in found.starts:
                counts[at] = None
        self._advance(found, levels, counts, level)
        return _printed(levels, counts, level)

    def _advance(self, found: ListUse, levels: dict[int, Level], counts: list[int | None], level: int) -> None:
        for at in range(level + 1):
            first = found.starts.get(at, levels.get(at, Level()).start)
            current = counts[at]
            if at < level:
                counts[at] = first if current is None else current
            else:
                counts[at] = first if current is None else current + 1
        for at in range(level + 1, _LEVELS):
            restart = levels.get(at, Level()).restart
            if restart != 0 and (restart < 0 or level < restart):
                counts[at] = None


def _printed(levels: dict[int, Level], counts: list[int | None], level: int) -> str:
    own = levels.get(level)
    if own is None or own.format in ("bullet", "none"):
        return ""
    out = own.text
    for at in range(level + 1):
        mark = f"%{at + 1}"
        if mark not in out:
            continue
        form = "decimal" if own.legal else levels.get(at, Level()).format
        write, count = _FORMATS.get(form), counts[at]
        shown = write(count) if write is not None and count is not None and 0 < count < 10_000 else ""
        if not shown:
            return ""
        out = out.replace(mark, shown)
    return out


def _level(item: etree._Element) -> Level:
    restart = value(item, "lvlRestart")
    legal = item.find(f"{W}isLgl")
    return Level(
        value(item, "numFmt") or "decimal",
        value(item, "lvlText"),
        int(value(item, "start") or 1),
        int(restart) if restart else -1,
        legal is not None and is_on(legal),
    )


def value(item: etree._Element, child: str) -> str:
    """The w:val of a child element, "" where there is none."""
    found = item.find(f"{W}{child}")
    return found.get(f"{W}val", "") if found is not None else ""


def is_on(item: etree._Element | None) -> bool:
    """Whether a switch such as w:vanish is there and not turned off."""
    return item is not None and item.get(f"{W}val", "true").lower() not in ("0", "false", "off", "none")
