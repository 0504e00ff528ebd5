"""Glued tables: paragraphs in which a whole table runs together, the ranges of characters that are table out.

Known by  the form's words in their printed order, close to one another, as no prose has them
Gives     where each official table stands, so that the prose before, between and after it can be read
Refuses   its numbers: 693665 may be 6, 93, 665 or 69, 36, 65; such a table is found and not readable
Source    corpus/pingtan_2021_C.txt, pingtan_2022_C.txt: a report in one line
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from auditor.facts.align import label_of
from auditor.form import Form, FormTable
from auditor.model import Block, Paragraph, Place

_LEAST_SHARE = 0.6
_NEAR = 130
_TRIES = 20
_CELLS = re.compile(r"[\d.,，/\\—–-]*")
_NO_WORD = re.compile(r"[\W_]+")
_BEFORE_MATRIX = ("本列数据的勾稽关系", "申请人情况", "自然人")


@dataclass(frozen=True, slots=True)
class Glued:
    """A table found in running text: (block, start, end) ranges, and the share of it that follows the form."""

    form: Form
    table: FormTable
    spans: tuple[tuple[int, int, int], ...]
    share: float
    place: Place


@dataclass(frozen=True, slots=True)
class _Run:
    """Visible characters of all paragraphs as compared, and for each the (block, offset) it was printed at."""

    text: str
    at: tuple[tuple[int, int], ...]


def glued_tables(blocks: Sequence[Block], tables: Sequence[tuple[Form, FormTable]]) -> list[Glued]:
    """Where these tables stand in running text, those that do."""
    whole = "".join(b.text.text for b in blocks if isinstance(b, Paragraph))
    plain = _plain(whole)
    likely = [(form, table, _words(table)) for form, table in tables]
    likely = [(f, t, w) for f, t, w in likely if sum([word in plain for word in w]) >= _LEAST_SHARE * len(w)]
    if not likely:
        return []
    run = _run(blocks)
    out: list[Glued] = []
    for form, table, words in likely:
        found = _find(run, table, words)
        if found is not None:
            start, end, share = found
            spans = tuple(_spans(run, start, end))
            block, first, last = spans[0]
            paragraph = blocks[block]
            assert isinstance(paragraph, Paragraph)
            out.append(Glued(form, table, spans, share, paragraph.text.place(first, last)))
    return out


def _plain(text: str) -> str:
    return _NO_WORD.sub("", unicodedata.normalize("NFKC", text))


def _run(blocks: Sequence[Block]) -> _Run:
    chars: list[str] = []
    at: list[tuple[int, int]] = []
    for index, block in enumerate(blocks):
        if not isinstance(block, Paragraph):
            continue
        for offset, char in enumerate(block.text.text):
            for plain in unicodedata.normalize("NFKC", char):
                if not plain.isspace():
                    chars.append(plain)
                    at.append((index, offset))
    return _Run("".join(chars), tuple(at))


def _words(table: FormTable) -> list[str]:
    """The form's words in the order in which a page's source has them."""
    if table.kind == "strip":
        columns = [label_of(c.path[-1]).body for c in table.columns]
        return ["".join(columns)] * len(table.rows)
    if table.blocks:
        words: list[str] = []
        for block in table.blocks:
            words += [label_of(table.column(key).path[-1]).full for key in block.columns]
            words += [label_of(table.row(key).label).full for key in block.rows]
        return words
    return [label_of(row.label).full for row in table.rows if not row.heading]


def _find(run: _Run, table: FormTable, words: Sequence[str]) -> tuple[int, int, float] | None:
    """(start, end, share) of the best place in the run; the words are compared without punctuation."""
    plain = [(c, n) for n, c in enumerate(run.text) if c.isalnum()]
    text = "".join(c for c, _ in plain)
    best: tuple[int, int, float] | None = None
    at = -1
    for _ in range(_TRIES):
        at = text.find(words[0], at + 1)
        if at < 0:
            break
        end, share = _follow(text, words, at)
        if share >= _LEAST_SHARE and (best is None or share > best[2]):
            best = (at, end, share)
    if best is None:
        return None
    start = plain[_start(text, table, best[0])][1]
    start -= run.text[start - 1 : start] == "("
    last = plain[best[1] - 1][1] + 1
    cells = _CELLS.match(run.text, last)
    return start, cells.end() if cells else last, best[2]


def _follow(text: str, words: Sequence[str], at: int) -> tuple[int, float]:
    """(end, share): how far the words go on from here, and how much of what stands there they explain."""
    position, explained, found = at, 0, 0
    for word in words:
        here = text.find(word, position, position + _NEAR + len(word))
        if here >= 0:
            position = here + len(word)
            explained += len(word)
            found += 1
    passed = sum(not c.isdigit() for c in text[at:position])
    share = min(found / len(words), 1.0)
    return position, share if passed == 0 else 0.5 * share + 0.5 * share * min(explained / passed, 1.0)


def _start(text: str, table: FormTable, at: int) -> int:
    """Where the header before the first word begins."""
    if table.kind == "strip":
        for words in ("行政复议行政诉讼", "行政复议"):
            if text.endswith(words, 0, at):
                return at - len(words)
        return at
    before = text[max(at - _NEAR, 0) : at]
    heads = ("第二十条第",) if table.blocks else _BEFORE_MATRIX if table.kind == "matrix" else ("统计指标",)
    starts = [before.rfind(word) for word in heads if word in before]
    return at - len(before) + min(starts) if starts else at


def _spans(run: _Run, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The range as (block, start, end) of each paragraph it goes through."""
    block, first = run.at[start]
    last = first
    for index, offset in run.at[start:end]:
        if index != block:
            yield block, first, last + 1
            block, first = index, offset
        last = offset
    yield block, first, last + 1
