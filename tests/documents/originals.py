"""What a rendering of an original shows: its blocks, its marks, and whether it keeps to the allow-list."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.documents.original import Json, Original

TAGS = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "ul",
        "ol",
        "li",
        "table",
        "tbody",
        "tr",
        "td",
        "th",
        "caption",
        "br",
        "b",
        "i",
        "u",
        "sub",
        "sup",
        "div",
        "mark",
        "pre",
        "img",
    ]
)
ATTRIBUTES = {"td": {"r", "c"}, "th": {"r", "c"}, "mark": {"f"}, "img": {"src", "w", "h", "page", "boxes"}}
BLOCKS = frozenset(("p", "h1", "h2", "h3", "li", "td", "th", "caption"))
PICTURE = re.compile(r"data:image/png;base64,[A-Za-z0-9+/]+=*")


@dataclass(slots=True)
class Block:
    """The text of a paragraph or cell, and its marks: (start, end, finding)."""

    text: str = ""
    marks: list[tuple[int, int, int]] = field(default_factory=list)


@dataclass(slots=True)
class Box:
    """A box on a page: in shares of the page's width and height."""

    page: int
    box: tuple[float, float, float, float]


@dataclass(slots=True)
class Shown:
    """Blocks in order and the boxes of each finding."""

    blocks: list[Block] = field(default_factory=list)
    boxes: dict[int, list[Box]] = field(default_factory=dict)
    _ended: bool = True  # whether what follows is a block of its own

    def begin(self) -> None:
        self.blocks.append(Block())
        self._ended = False

    def end(self) -> None:
        self._ended = True

    def block(self) -> Block:
        """The block that is open."""
        if self._ended:
            self.begin()
        return self.blocks[-1]

    @property
    def text(self) -> str:
        return "\n".join(block.text for block in self.blocks)

    @property
    def findings(self) -> set[int]:
        return {number for block in self.blocks for _, _, number in block.marks} | self.boxes.keys()

    def marked(self, number: int) -> str:
        """The words marked for a finding."""
        return "".join(block.text[a:b] for block in self.blocks for a, b, other in block.marks if other == number)

    def around(self, number: int) -> str:
        """The blocks in which they stand."""
        return "\n".join(block.text for block in self.blocks if any(other == number for _, _, other in block.marks))


def shown(original: Original) -> Shown:
    """What it shows; asserts that every node is one of the contract's."""
    out = Shown()
    for node in original.nodes:
        _walk(node, (), out)
    return out


def _walk(node: Json, marks: tuple[int, ...], out: Shown) -> None:
    if isinstance(node, str):
        _add(out.block(), node, marks)
        return
    assert isinstance(node, list)
    assert len(node) in (2, 3)
    tag, children, attributes = node[0], node[1], node[2] if len(node) == 3 else {}
    assert isinstance(tag, str)
    assert tag in TAGS
    assert isinstance(children, list)
    assert isinstance(attributes, dict)
    assert set(attributes) <= ATTRIBUTES.get(tag, set())
    assert all(isinstance(attributes.get(name, 2), int) and 2 <= attributes.get(name, 2) <= 1000 for name in ("r", "c"))  # type: ignore[operator]
    if tag == "img":
        _picture(attributes, out)
    elif tag == "br":
        _add(out.block(), "\n", marks)
    elif tag == "mark":
        _mark(children, attributes, marks, out)
    else:
        if tag in BLOCKS:
            out.begin()
        for child in children:
            _walk(child, marks, out)
        if tag in BLOCKS:
            out.end()


def _mark(children: list[Json], attributes: dict[str, Json], marks: tuple[int, ...], out: Shown) -> None:
    found = attributes["f"]
    assert isinstance(found, list)
    assert found
    numbers = tuple(number for number in found if isinstance(number, int))
    if not children:
        block = out.block()
        block.marks.extend((len(block.text), len(block.text), number) for number in numbers)
    for child in children:
        _walk(child, (*marks, *numbers), out)


def _add(block: Block, text: str, marks: tuple[int, ...]) -> None:
    start = len(block.text)
    block.text += text
    block.marks.extend((start, start + len(text), number) for number in marks)


def _picture(attributes: dict[str, Json], out: Shown) -> None:
    source, width, height, page = (attributes[name] for name in ("src", "w", "h", "page"))
    assert isinstance(source, str)
    assert PICTURE.fullmatch(source)
    assert isinstance(width, int)
    assert isinstance(height, int)
    assert isinstance(page, int)
    boxes = attributes["boxes"]
    assert isinstance(boxes, list)
    for left, top, right, bottom, numbers in boxes:  # type: ignore[misc]
        for number in numbers:  # type: ignore[union-attr]
            share = (left / width, top / height, right / width, bottom / height)  # type: ignore[operator]
            out.boxes.setdefault(number, []).append(Box(page, share))  # type: ignore[arg-type]


def plain(text: str) -> str:
    """The text without white space, in the widths that Unicode calls compatible."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def cells(original: Original) -> Iterator[str]:
    """The texts of all cells."""

    def walk(node: Json) -> Iterator[str]:
        if isinstance(node, list):
            if node[0] in ("td", "th"):
                yield _said(node)
            for child in node[1] if isinstance(node[1], list) else ():
                yield from walk(child)

    for node in original.nodes:
        yield from walk(node)


def _said(node: Json) -> str:
    if isinstance(node, str):
        return node
    if not isinstance(node, list):
        return ""
    if node[0] == "br":
        return "\n"
    return "".join(map(_said, node[1] if isinstance(node[1], list) else ()))
