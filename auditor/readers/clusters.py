"""Tags that stand together, as between two runs of text -> what they do to a page, found out once for all that are alike.

A page of a report has hundreds of runs of text, but the tags between them (`</span></p></td><td width=80><p><span>`) repeat,
within a page and from page to page, and so do the single tags.

Kinds     cells: leaves a cell for the next, blank ones on the way; odd: what only a full parser reads rightly (hidden inline
          elements, <pre>); plain: all else, tag by tag as far as the tags shape anything
Offsets   of tags count from the start of the cluster
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from auditor.readers import tags
from auditor.readers.flow import SPACE
from auditor.readers.links import Target, target_of

PLAIN, CELLS, ODD = range(3)
NO_SPACE, WHITE_SPACE, LINE_BREAK = range(3)
REMEMBERED_LENGTH = 2000
_SAID_LENGTH = 4000


class Step(NamedTuple):
    """A start or end tag of the structure."""

    name: str
    closing: bool
    mark: str = ""
    start: int = 0
    end: int = 0
    row_span: int = 1
    column_span: int = 1


class NextCell(NamedTuple):
    """A cell that begins after `rows` new rows, with its start tag."""

    rows: int
    start: int
    end: int
    row_span: int
    column_span: int


@dataclass(slots=True)
class Cluster:
    """What some tags do.

    `breaks`: a line ends (<p>, <br>); `space` is white space among the tags; `links` where each <a> leads, None for an
    end; `said` the attributes of <meta> and the like. `opaque` is where a comment or script begins that ends beyond
    the cluster, -1 where none does.
    """

    kind: int = PLAIN
    steps: tuple[Step, ...] = ()
    cells: tuple[NextCell, ...] = ()
    breaks: bool = False
    space: int = NO_SPACE
    links: tuple[Target | None, ...] = ()
    said: tuple[dict[str, str], ...] = ()
    opaque: int = -1


@lru_cache(maxsize=2048)
def remembered(raw: str) -> Cluster:
    """The cluster of these tags."""
    return understood(raw)


def understood(raw: str) -> Cluster:
    """The same, found out anew: for the long ones, which do not repeat."""
    out = Cluster()
    found: list[_Tag] = []
    steps: list[Step] = []
    at = 0
    while at < len(raw):
        if raw[at] in SPACE:
            out.space = LINE_BREAK if raw[at] in "\r\n" else max(out.space, WHITE_SPACE)
            at += 1
            continue
        end = raw.find(">", at) + 1
        tag = _remembered_tag(raw[at:end]) if 0 < end - at <= REMEMBERED_LENGTH else None
        if tag is None:
            tag, end = _long_tag(raw, at)
        if tag is None:
            return Cluster(ODD)
        if tag.opaque:
            end = tags.opaque_end(raw, at)
            if end < 0:
                out.opaque = at
                break
        elif tag.step is not None:
            name, closing, mark, _, _, rows, columns = tag.step
            steps.append(tag.step if closing else Step(name, False, mark, at, end, rows, columns))
        elif tag is _BREAK:
            out.breaks = True
        elif tag is not _NOTHING:
            found.append(tag)
        at = end
    if found:
        out.links = tuple(tag.link for tag in found if tag.linking)
        out.said = tuple(tag.said for tag in found if tag.said)
    if steps:
        out.steps, out.cells = tuple(steps), _next_cells(steps)
        out.kind = CELLS if out.cells else PLAIN
    return out


def _next_cells(steps: list[Step]) -> tuple[NextCell, ...]:
    """The cells that begin, where nothing else happens than that cells and rows end and begin."""
    out: list[NextCell] = []
    rows, in_row = 0, True
    for step in steps:
        if step.mark or step.name not in ("td", "th", "tr"):
            return ()
        if step.name == "tr":
            in_row = not step.closing
            rows += in_row
        elif not step.closing:
            rows += not in_row
            in_row = True
            out.append(NextCell(rows, step.start, step.end, step.row_span, step.column_span))
            rows = 0
        elif not in_row:
            return ()
    return tuple(out) if rows == 0 and in_row and not steps[-1].closing else ()


# --- one tag ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Tag:
    """What one tag does; nothing, if nothing is said here."""

    step: Step | None = None
    linking: bool = False
    link: Target | None = None
    said: dict[str, str] | None = None
    opaque: bool = False


_NOTHING, _BREAK, _OPAQUE, _END_OF_LINK = _Tag(), _Tag(), _Tag(opaque=True), _Tag(linking=True)


def _long_tag(raw: str, at: int) -> tuple[_Tag | None, int]:
    """A tag that stands there with a > in its attributes, or a very long one, and where it ends; None for what is odd."""
    match = tags.TOKEN.match(raw, at)
    return (_tag(match[0]), match.end()) if match else (None, at)


@lru_cache(maxsize=4096)
def _remembered_tag(raw: str) -> _Tag | None:
    return _tag(raw)


def _tag(raw: str) -> _Tag | None:
    match = tags.TOKEN.match(raw)
    if match is None or (match[4] is None and match[5] is None and (match[2] is None or match.end() != len(raw))):
        return None
    if match[5] is not None:
        return _NOTHING if raw.endswith(">") else None
    if match[4] is not None:
        return _OPAQUE
    return _named(match[2].lower(), bool(match[1]), match[3])


def _named(name: str, closing: bool, attributes: str) -> _Tag | None:
    if name in tags.BREAKS or (name == "p" and (closing or not attributes)):
        return _BREAK
    if name in tags.STRUCTURE:
        return _structure(name, closing, attributes)
    if closing:
        return _END_OF_LINK if name == "a" else _NOTHING
    if name in tags.OPAQUE:
        return _OPAQUE
    if name in tags.SAYING:
        return _Tag(said=tags.attributes(attributes)) if len(attributes) < _SAID_LENGTH else _NOTHING
    if name in tags.INLINE and attributes and tags.is_hidden(attributes.lower()):
        return None
    return _Tag(linking=True, link=target_of(attributes)) if name == "a" else _NOTHING


def _structure(name: str, closing: bool, attributes: str) -> _Tag | None:
    if name == "pre":
        return None
    if closing:
        return _Tag(Step(name, True))
    mark = tags.mark(name, attributes)
    if name == "p":
        return None if mark else _BREAK
    spans = tags.spans(attributes) if name in tags.CELLS else (1, 1)
    return _Tag(Step(name, False, mark, 0, 0, *spans))
