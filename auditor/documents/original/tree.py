"""The tree of a rendering: elements of a small allow-list, texts, and marks; as compact JSON data and as static HTML.

Tags      `TAGS` and nothing else: whoever builds an element of another name has a bug, and it is told at once
Attributes  td, th: r and c (row and column span, where they are not 1); mark: f, the findings it belongs to; img: src (a data: URL
          of a PNG made here), w, h in pixels, page, boxes [left, top, right, bottom, [findings]]
JSON      a text is a string; an element is [tag, children] or [tag, children, attributes]
Safe      no address, style, script or handler can be said in it; text is text wherever it is shown
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TypeAlias

Json: TypeAlias = "str | int | float | list[Json] | dict[str, Json]"

TAGS = frozenset(
    "p h1 h2 h3 ul ol li table tbody tr td th caption br b i u sub sup div mark pre img".split()  # noqa: SIM905
)
INLINE = frozenset(("br", "b", "i", "u", "sub", "sup", "mark"))
_EMPTY = frozenset(("br", "img"))


@dataclass(slots=True, eq=False)
class Element:
    """An element: its children are elements and texts."""

    tag: str
    children: list[Child] = field(default_factory=list)
    attributes: dict[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.tag not in TAGS:
            raise ValueError(self.tag)

    @property
    def is_inline(self) -> bool:
        """Whether it stands within a line."""
        return self.tag in INLINE


Child: TypeAlias = "Element | str"


@dataclass(frozen=True, slots=True)
class Original:
    """A rendering: what to show, and what is to be known of it in Chinese ("" where there is nothing to say)."""

    nodes: list[Json]
    note: str = ""


def data(children: Iterable[Child]) -> list[Json]:
    """The same as JSON data."""
    return [_data(child) for child in children]


def _data(child: Child) -> Json:
    if isinstance(child, str):
        return child
    node: list[Json] = [child.tag, data(child.children)]
    return [*node, child.attributes] if child.attributes else node


def size(children: Iterable[Child]) -> int:
    """How many bytes its JSON takes."""
    return len(json.dumps(data(children), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))


def text_of(child: Child) -> str:
    """What it shows."""
    return child if isinstance(child, str) else "".join(map(text_of, child.children))


def holds_mark(child: Child) -> bool:
    """Whether evidence is marked in it."""
    if isinstance(child, str):
        return False
    return child.tag == "mark" or bool(child.attributes.get("boxes")) or any(map(holds_mark, child.children))


# --- static HTML -----------------------------------------------------------------------------------


def html(original: Original) -> str:
    """The rendering as HTML that holds nothing but itself."""
    note = f"<p><i>{escape(original.note)}</i></p>" if original.note else ""
    return note + "".join(_written(node) for node in original.nodes)


def _written(node: Json) -> str:
    if isinstance(node, str):
        return escape(node)
    if not isinstance(node, list):
        raise TypeError(node)
    tag, children = str(node[0]), node[1]
    attributes = node[2] if len(node) > 2 and isinstance(node[2], dict) else {}
    if tag == "img":
        return _picture(attributes)
    start = f"<{tag}{''.join(_attributes(attributes))}>"
    if tag in _EMPTY:
        return start
    return f"{start}{''.join(map(_written, children if isinstance(children, list) else ()))}</{tag}>"


def _attributes(attributes: dict[str, Json]) -> Iterator[str]:
    for name, written in (("r", "rowspan"), ("c", "colspan")):
        if name in attributes:
            yield f' {written}="{attributes[name]}"'
    if "f" in attributes:
        yield f' data-f="{_numbers(attributes["f"])}"'


def _picture(attributes: dict[str, Json]) -> str:
    """The picture of a page under boxes placed in percent of it."""
    width, height = (max(_number(attributes[name]), 1.0) for name in ("w", "h"))
    boxes = attributes["boxes"]
    marks = []
    for box in boxes if isinstance(boxes, list) else ():
        if not isinstance(box, list):
            continue
        left, top, right, bottom = (_number(edge) for edge in box[:4])
        at = f"left:{100 * left / width:.2f}%;top:{100 * top / height:.2f}%"
        much = f"width:{100 * (right - left) / width:.2f}%;height:{100 * (bottom - top) / height:.2f}%"
        marks.append(f'<mark data-f="{_numbers(box[4])}" style="position:absolute;{at};{much};opacity:.4"></mark>')
    image = f'<img src="{escape(str(attributes["src"]))}" alt="第{attributes.get("page", 1)}页" width="{width:g}" height="{height:g}">'
    return f'<div style="position:relative;width:{width:g}px">{image}{"".join(marks)}</div>'


def _number(value: Json) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


def _numbers(found: Json) -> str:
    return " ".join(map(str, found)) if isinstance(found, list) else ""


# --- marks -----------------------------------------------------------------------------------------

Range = tuple[int, int, int]
"""(start, end, finding) in a text."""


def marked(text: str, ranges: Sequence[Range]) -> list[Child]:
    """A text with marks over the ranges; where they overlap they are split, and a range of nothing is an empty mark."""
    if not ranges:
        return [text] if text else []
    length = len(text)
    edges = sorted({0, length, *(min(max(at, 0), length) for start, end, _ in ranges for at in (start, end))})
    out: list[Child] = []
    for at, end in zip(edges, [*edges[1:], length], strict=True):
        nothing = sorted({number for a, b, number in ranges if a == b == at})
        if nothing:
            out.append(mark([], nothing))
        over = sorted({number for a, b, number in ranges if a <= at and end <= b and a < b})
        piece = text[at:end]
        if piece:
            out.append(mark([piece], over) if over else piece)
    return out


def mark(children: list[Child], findings: Sequence[int]) -> Element:
    """Evidence of these findings."""
    return Element("mark", children, {"f": [*findings]})


def cell(tag: str, children: list[Child], rows: int = 1, columns: int = 1) -> Element:
    """A cell of a table; a row span of 0 reaches to the end of its group, which a page shows as no span."""
    found: dict[str, Json] = {}
    if 1 < rows <= 1000:
        found["r"] = rows
    if 1 < columns <= 1000:
        found["c"] = columns
    return Element(tag, children, found)


def in_lines(into: Element, inline: list[Child]) -> None:
    """Adds a line to an element whose content is lines parted by breaks."""
    if into.children and (isinstance(into.children[-1], str) or into.children[-1].is_inline):
        into.children.append(Element("br"))
    into.children.extend(inline)
