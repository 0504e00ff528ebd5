"""Characters of pages -> lines -> paragraphs; what repeats at the edges of pages is told from the text.

Lines       characters on one baseline from left to right; a space stands where the file has one, between Latin words and digits that
            stand apart, and where a wide gap parts two pieces
Paragraphs  a line goes on in the next where the next word would not have fitted on it and the next is not indented; Chinese is joined
            without a space, Latin words with one; two digits that meet at the end of a line of prose keep a space (they may be two numbers)
Numbers     in a cell two digits are joined over lines only where not one digit more would have fitted; a digit printed over another is U+FFFD
Furniture   page numbers, and lines that stand at the same height at the edge of several pages (digits aside)
Units       points in the frame of `PageContent`; sizes are those of the type body
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from auditor.model import BoxLine, BoxMap
from auditor.readers.glyphs import Glyph, PageContent
from auditor.readers.grid import Line
from auditor.readers.lattice import Box
from auditor.text import UNKNOWN

_SAME_LINE = 0.45  # of a character's height: how far baselines of one line may lie apart
_WORD_GAP = 0.2  # in sizes: between Latin letters and digits
_PIECE_GAP = 1.6  # in sizes: between anything
_SLACK = 0.25  # in sizes: by which a word may seem to fit though it did not
_INDENT = 1.2  # in sizes: from which a line is indented
_NEAR = 3.0  # points within which edges of lines are the same
_CLOSING = "，。、；：？！）》〉」』】”’,.;:?!)]}%％"
_OPENING = "（《〈「『【“‘([{"
_SENTENCE_END = "。！？!?"
_CN = "[一二三四五六七八九十]{1,3}"
_BIG_ORDINAL = re.compile(rf"第{_CN}(?:部分|章|节)|{_CN}、|[（(]{_CN}[）)]")
BEGINNING = re.compile(
    rf"第{_CN}(?:部分|章|节|条)|{_CN}、|[（(]{_CN}[）)]|[（(]?\d{{1,2}}(?:[.．、](?!\d)|[）)])|[①-⑳]|其中|附[件表]|注[:：]"
)
_TOKEN = re.compile(rf"[{re.escape(_OPENING)}]*(?:[!-~]+|.)[{re.escape(_CLOSING)}]*")
_PAGE_NUMBER = re.compile(
    r"[-—–－·•~〜\s]*(?:第|page)?\s*(\d{1,4})\s*(?:页?[,，、|/／\s]*(?:[共总/／|]|of)\s*\d{1,4}\s*页?|页)?[-—–－·•~〜\s]*",
    re.I,
)
_DECORATED = re.compile(r"[^\d\s]")
_ADDRESS = re.compile(r"(?:https?|file)://", re.I)
_EDGE = 0.13  # of the page's height
_TIGHT_EDGE = 0.085


# --- lines -----------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class TextLine:
    """A line: its characters with their left and right edges, where it stands, and the size of its type."""

    page: PageContent
    text: str
    lefts: list[float]
    rights: list[float]
    top: float
    bottom: float
    base: float
    size: float

    @property
    def left(self) -> float:
        return self.lefts[0]

    @property
    def right(self) -> float:
        return self.rights[-1]

    @property
    def box(self) -> Box:
        return self.lefts[0], self.top, self.rights[-1], self.bottom

    def part(self, first: int, last: int) -> TextLine:
        """Characters first … last of the line as a line."""
        return TextLine(
            self.page,
            self.text[first:last],
            self.lefts[first:last],
            self.rights[first:last],
            self.top,
            self.bottom,
            self.base,
            self.size,
        )


def lines_of(page: PageContent, glyphs: Iterable[Glyph]) -> list[TextLine]:
    """The lines that these characters make, from the top down; blank ones are left out."""
    upright: list[Glyph] = []
    turned: list[Glyph] = []
    for glyph in glyphs:
        (turned if glyph.turned else upright).append(glyph)
    if len(turned) > len(upright):
        return list(_sideways(page, turned))
    groups: list[list[Glyph]] = []
    for glyph in sorted(upright, key=lambda g: g.base):
        if groups:
            first = groups[-1][0]
            reach = _SAME_LINE * min(glyph.bottom - glyph.top, first.bottom - first.top)
            if glyph.base - first.base <= reach:
                groups[-1].append(glyph)
                continue
        groups.append([glyph])
    return [line for group in groups if (line := _line(page, group)) is not None]


def _sideways(page: PageContent, glyphs: list[Glyph]) -> Iterator[TextLine]:
    """Characters of text turned by a quarter, one by one in its order (turned clockwise it runs down, else up)."""
    down = glyphs[0].turned == 1
    order = sorted(glyphs, key=lambda g: (-round(g.left / 3), g.top) if down else (round(g.right / 3), -g.bottom))
    for glyph in order:
        if glyph.char.strip():
            size = min(glyph.right - glyph.left, glyph.bottom - glyph.top)
            yield TextLine(page, glyph.char, [glyph.left], [glyph.right], glyph.top, glyph.bottom, glyph.bottom, size)


def _line(page: PageContent, glyphs: list[Glyph]) -> TextLine | None:
    base = glyphs[len(glyphs) // 2].base  # they come sorted by it
    glyphs = sorted(glyphs, key=lambda g: g.left)
    size = _size(glyphs)
    chars: list[str] = []
    lefts: list[float] = []
    rights: list[float] = []
    before: Glyph | None = None
    for glyph in glyphs:
        if glyph.char.isspace():
            if before is not None and chars[-1] != " ":
                chars.append(" ")
                lefts.append(before.right)
                rights.append(glyph.right)
            continue
        if before is not None and chars[-1] != " " and _apart(before, glyph, size):
            chars.append(" ")
            lefts.append(before.right)
            rights.append(glyph.left)
        elif before is not None and chars[-1] == " ":
            rights[-1] = glyph.left
        chars.append(UNKNOWN if before is not None and _printed_over(before, glyph) else glyph.char)
        lefts.append(glyph.left)
        rights.append(glyph.right)
        before = glyph
    if before is None:
        return None
    if chars[-1] == " ":
        del chars[-1], lefts[-1], rights[-1]
    top = max(min(g.top for g in glyphs), base - size)
    bottom = min(max(g.bottom for g in glyphs), base + 0.3 * size)
    return TextLine(page, "".join(chars), lefts, rights, top, max(bottom, top + 0.1), base, size)


def _size(glyphs: Sequence[Glyph]) -> float:
    """The size of the type: a Chinese character is as wide as it, a digit half as wide."""
    widths = [g.right - g.left for g in glyphs if is_wide(g.char)]
    widths = widths or [2 * (g.right - g.left) for g in glyphs if g.char.isdigit()]
    widths = widths or [0.8 * (g.bottom - g.top) for g in glyphs]
    return max(median(widths), 1.0)


def _printed_over(before: Glyph, glyph: Glyph) -> bool:
    """Whether two digits stand on one another: which of them counts, no one can tell."""
    lap = before.right - glyph.left
    return before.char.isdigit() and glyph.char.isdigit() and lap > 0.5 * (glyph.right - glyph.left)


def _apart(before: Glyph, glyph: Glyph, size: float) -> bool:
    gap = glyph.left - before.right
    if gap > _PIECE_GAP * size:
        return True
    return gap > _WORD_GAP * size and before.char.isascii() and glyph.char.isascii() and _is_word(before, glyph)


def _is_word(before: Glyph, glyph: Glyph) -> bool:
    return before.char.isalnum() and glyph.char.isalnum()


def is_wide(char: str) -> bool:
    """Whether a character takes a whole square."""
    return char >= "\u2e80" or char in "“”‘’…—"


def unknown_after(line: TextLine) -> TextLine:
    """A mark behind a line that says that no one can tell how it goes on."""
    return replace(line, text=UNKNOWN, lefts=[line.rights[-1]], rights=[line.rights[-1]])


def pieces(line: TextLine, gap: float = 1.0) -> Iterator[TextLine]:
    """The parts of a line that gaps of more than so many sizes keep apart."""
    start = 0
    last = 0
    for at in range(1, len(line.text)):
        if line.text[at] == " ":
            continue
        if line.lefts[at] - line.rights[last] > gap * line.size:
            yield line.part(start, last + 1)
            start = at
        last = at
    yield line.part(start, last + 1)


# --- paragraphs ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """Between which edges text is set; `indents`: its paragraphs begin indented. A cell's column never does."""

    left: float
    right: float
    indents: bool = True
    cell: bool = False


def text_column(lines: Sequence[TextLine]) -> Column:
    """The column that most of these lines fill."""
    if not lines:
        return Column(0.0, 0.0)
    left = _edge(sorted(line.left for line in lines), 1)
    right = _edge(sorted((line.right for line in lines), reverse=True), -1)
    indented = sum(_INDENT * line.size <= line.left - left <= 3.5 * line.size for line in lines)
    return Column(left, right, indented >= 2)


def _edge(ordered: Sequence[float], sign: int) -> float:
    """The outermost edge that more than one line keeps."""
    for at, edge in enumerate(ordered[:-1]):
        if sign * (ordered[at + 1] - edge) <= _NEAR:
            return edge
    return ordered[0]


def paragraphs(lines: Iterable[tuple[TextLine, Column]]) -> list[Line]:
    """Lines in reading order, each with the column it is set in, joined to paragraphs."""
    groups: list[list[TextLine]] = []
    numbers_join: list[bool] = []
    before: tuple[TextLine, Column] | None = None
    for line, column in lines:
        if before is not None and _goes_on(*before, line, column):
            groups[-1].append(line)
        else:
            groups.append([line])
            numbers_join.append(column.cell)
        before = line, column
    return [paragraph(group, join) for group, join in zip(groups, numbers_join, strict=True)]


def _goes_on(before: TextLine, column: Column, line: TextLine, own: Column) -> bool:
    """Whether a paragraph goes on in the next line."""
    size = max(before.size, line.size)
    if min(before.size, line.size) < 0.8 * size or (own.cell and BEGINNING.match(line.text)):
        return False
    if own.cell and len(before.text) == len(line.text) == 1 and not line.text.isdigit():
        return True  # written downwards
    room = column.right - before.right
    word = _TOKEN.match(line.text)
    width = line.rights[word.end() - 1] - line.left if word else 0.0
    if own.cell and before.text[-1].isdigit() and line.text[0].isdigit():
        free = (column.right - column.left) - (before.right - before.left)
        return free < line.rights[0] - line.left
    if room > width + _SLACK * size:
        return False
    if own.cell:
        return True
    if line.left - own.left >= _INDENT * line.size:
        return False
    if before.page is line.page and line.base - before.base > 3.2 * size:
        return False
    ended = before.text[-1] in _SENTENCE_END
    return not (ended and _BIG_ORDINAL.match(line.text)) and not (ended and not own.indents and room > _SLACK * size)


def paragraph(lines: Sequence[TextLine], numbers_join: bool) -> Line:
    """One paragraph of these lines, every character of which knows its box; whether digits join over lines."""
    text = ""
    anchors: list[BoxLine] = []
    for line in lines:
        if text and _needs_space(text[-1], line.text[0], numbers_join):
            text += " "
        anchors.extend(_anchors(line, len(text)))
        text += line.text
    return Line(text, BoxMap(tuple(anchors)))


def _needs_space(before: str, after: str, numbers_join: bool) -> bool:
    if before.isdigit() and after.isdigit():
        return not numbers_join
    return before.isascii() and after.isascii() and before.isalpha() and after.isalpha()


def _anchors(line: TextLine, start: int) -> Iterator[BoxLine]:
    page = line.page
    if page.turn == 0:
        yield BoxLine(start, page.number, line.top, line.bottom, tuple(line.lefts), tuple(line.rights))
        return
    for at, (left, right) in enumerate(zip(line.lefts, line.rights, strict=True)):
        x0, y0, x1, y1 = page.shown((left, line.top, right, line.bottom))
        yield BoxLine(start + at, page.number, y0, y1, (x0,), (x1,))


# --- furniture -------------------------------------------------------------------------------------


def furniture(pages: Sequence[Sequence[TextLine]]) -> set[int]:
    """The `id`s of lines (of the text outside tables, page by page) that are page numbers or running heads and feet."""
    edges = [[line for line in lines if _at_edge(line, _EDGE)] for lines in pages]
    return _page_numbers(edges) | _repeated(edges) | _addresses(edges)


def _at_edge(line: TextLine, share: float) -> bool:
    height = line.page.height
    return line.bottom < share * height or line.top > (1 - share) * height


def _page_numbers(edges: Sequence[Sequence[TextLine]]) -> set[int]:
    """Numbers at the very edge that count the pages, or that are dressed as page numbers (- 3 -, 第3页)."""
    found = [
        (line, int(match[1]) - line.page.number)
        for lines in edges
        for line in _outermost(lines)
        if (match := _PAGE_NUMBER.fullmatch(line.text))
    ]
    offsets = Counter(offset for _, offset in found)
    return {
        id(line)
        for line, offset in found
        if offsets[offset] > 1 or _DECORATED.search(line.text) or (offset == 0 and len(edges) == 1)
    }


def _outermost(lines: Sequence[TextLine]) -> Iterator[TextLine]:
    """The lines nearest to the upper and to the lower edge of the page."""
    for low in (False, True):
        half = [line for line in lines if (line.top > line.page.height / 2) is low]
        if half:
            yield (max if low else min)(half, key=lambda line: line.base)


def _repeated(edges: Sequence[Sequence[TextLine]]) -> set[int]:
    """Lines that stand at the same height on several pages, digits aside."""
    places: dict[tuple[str, int], list[TextLine]] = {}
    for lines in edges:
        for line in lines:
            key = re.sub(r"\d+", "#", "".join(line.text.split()))
            top = line.top < line.page.height / 2
            height = line.base if top else line.page.height - line.base
            near = round(height / 6) * (1 if top else -1)
            places.setdefault((key, near), []).append(line)
    pages = sum(1 for lines in edges if lines) or 1
    out: set[int] = set()
    for (key, _), lines in places.items():
        on = len({line.page.number for line in lines})
        enough = on >= 3 and 5 * on >= 2 * pages
        if len(key) > 1 and (enough or (on == 2 and all(_at_edge(line, _TIGHT_EDGE) for line in lines))):
            out.update(id(line) for line in lines)
    return out


def _addresses(edges: Sequence[Sequence[TextLine]]) -> set[int]:
    """The address that a browser prints at the foot of each page."""
    return {id(line) for lines in edges for line in lines if _ADDRESS.match(line.text) and _at_edge(line, 0.05)}
