"""A rule file -> data with the place of every key and value, and the mistakes of its writing.

A file that YAML cannot read is read as its author meant it: the slips of the keyboard (`slips`) are told and mended in
memory, and what is left is read, so that the mistakes of content show at the same time. Marks are always those of the
text as it stands in the file. Where that does not help, a list of rules is read item by item.
Refuses    more than 1 MiB, and what `strict` refuses
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from auditor.rulebook.mistakes import Mend, Mistake
from auditor.rulebook.slips import Slip, find, mended
from auditor.rulebook.strict import Mark, Path, Refused, Tree, read

_MOST_BYTES = 1024 * 1024
_MOST_SLIPS = 400
_MOST_TRIALS = 25
_ASKED = re.compile(r"(?:“\{?([^”{}]+)\}?”|\s([^\s“”，]+))[^“”]*，是否为“([^”]+)”？")


@dataclass
class Source:
    """One YAML file as data. `keys` and `values` give the marks by path; `name` is the file as shown to people.

    `broken`: the text is no YAML as it stands, and the data is what was made of it.
    """

    name: str
    text: str
    data: Any = None
    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    broken: bool = False

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text, from 0."""
        return self.text.split("\n")

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line) + 1)
        return starts

    def line(self, number: int) -> str:
        """A line of the text, from 0."""
        return self.lines[number] if 0 <= number < len(self.lines) else ""

    def mark(self, index: int, end: int = -1) -> Mark:
        """The place of a character."""
        index = min(index, len(self.text))
        line = min(bisect_right(self._starts, index) - 1, len(self.lines) - 1)
        return Mark(line, index - self._starts[line], index, end)

    def at(self, index: int, message: str, mend: Mend | None = None) -> Mistake:
        """A mistake at a character of the text."""
        return self._tell(self.mark(index), message, mend)

    def mistake(
        self, path: Path, message: str, *, offset: int = 0, key: bool = False, mend: Mend | None = None
    ) -> Mistake:
        """A mistake at a key or (default) a value; `offset` counts characters in the value as read."""
        mark = self.place(path, key=key)
        if offset and path and not key:
            mark = self._inside(path, mark, offset)
        return self._tell(mark, message, mend)

    def missing(self, message: str) -> None:
        """A mistake of the file as a whole: line 1."""
        self.mistakes.append(Mistake(self.name, 1, 1, message, self.line(0)))

    def place(self, path: Path, *, key: bool = False) -> Mark:
        """The mark of a key or a value, or of what holds it where it is not in the file."""
        tables = (self.keys, self.values) if key else (self.values, self.keys)
        for at in range(len(path), 0, -1):
            for table in tables:
                if path[:at] in table:
                    return table[path[:at]]
        return Mark(0, 0, 0)

    def raw(self, path: Path) -> str:
        """A value as typed, quotes and all."""
        mark = self.values.get(path)
        return self.text[mark.index : mark.end] if mark is not None and mark.end >= 0 else ""

    def span(self, path: Path, offset: int, length: int) -> tuple[int, int] | None:
        """The characters of the text that a part of a value takes up; None where they cannot be told for sure."""
        value, mark, raw = self.value(path), self.values.get(path), self.raw(path)
        if mark is None or not isinstance(value, str):
            return None
        part = value[offset : offset + length]
        shift = next((s for s in (0, 1) if raw[s : s + len(value)] == value), None)
        if shift is None or not part:
            return None
        start = mark.index + shift + offset
        return (start, start + length) if self.text[start : start + length] == part else None

    def _tell(self, mark: Mark, message: str, mend: Mend | None) -> Mistake:
        found = self.worded(mark, message, mend)
        self.mistakes.append(found)
        return found

    def worded(self, mark: Mark, message: str, mend: Mend | None = None) -> Mistake:
        """A mistake at a place, not recorded here: with its line, and what to type where the message asks for a word."""
        mend = mend or self._near(mark, message)
        instead = self._after(mark.line, [mend]) if mend is not None else ""
        return Mistake(self.name, mark.line + 1, mark.column + 1, message, self.line(mark.line), instead, mend)

    def finished(self) -> list[Mistake]:
        """The mistakes in order; the last one of a line says how the line should read once all are mended."""
        out = sorted(set(self.mistakes))
        for at, mistake in enumerate(out):
            last = at + 1 == len(out) or out[at + 1].line != mistake.line
            mends = [m.mend for m in out if m.line == mistake.line and m.mend is not None]
            out[at] = replace(mistake, instead=self._after(mistake.line - 1, mends) if last else "")
        return out

    def _near(self, mark: Mark, message: str) -> Mend | None:
        """The spelling that a message asks about (`spelling.nearest`), where the word it names stands at the place."""
        asked = _ASKED.search(message)
        if asked is None:
            return None
        word = asked[1] or asked[2]
        for start in (mark.index, mark.index + 1):
            if word and self.text.startswith(word, start):
                return Mend(start, start + len(word), asked[3])
        return None

    def _after(self, number: int, mends: Sequence[Mend]) -> str:
        """A line once it is mended; "" where nothing of it is to be replaced."""
        start = self._starts[number] if number < len(self.lines) else 0
        end = start + len(self.line(number))
        inside = [Mend(m.start - start, m.end - start, m.new) for m in mends if start <= m.start <= m.end <= end]
        return mended(self.line(number), inside)[0] if inside else ""

    def _inside(self, path: Path, start: Mark, offset: int) -> Mark:
        """The place of character `offset` of a value, found again in the raw text by the word that stands there."""
        value = self.value(path)
        if not isinstance(value, str) or offset >= len(value):
            return start
        sure = self.span(path, offset, 1)
        if sure is not None:
            return self.mark(sure[0])
        word = re.compile(r"\w+|\S").match(value, offset)
        needle = word[0] if word else value[offset]
        before = len(re.findall(re.escape(needle), value[:offset]))
        at = start.index
        for _ in range(before + 1):
            at = self.text.find(needle, at)
            if at < 0:
                return start
            at += len(needle)
        return self.mark(at - len(needle))

    def value(self, path: Path) -> Any:
        """What stands at a path, None where nothing does."""
        here = self.data
        for step in path:
            try:
                here = here[step]
            except (KeyError, IndexError, TypeError):
                return None
        return here


def parse(name: str, text: str, known: Collection[str] = ()) -> Source:
    """The file as data, with `mistakes` where it is not as YAML wants it. `known` are the words that are keys."""
    source = Source(name, text)
    if len(text.encode("utf-8", "replace")) > _MOST_BYTES:
        source.missing("文件超过 1 MiB，请拆分")
        return source
    try:
        _take(source, read(text))
    except Refused as refused:
        source.broken = True
        _as_meant(source, refused, known)
    return source


def _take(source: Source, tree: Tree, back: Callable[[int], int] | None = None) -> None:
    """The data of a text as that of the source; `back` gives the character of the file for one of the text read."""
    source.data = tree.data
    if back is None:
        source.keys, source.values = tree.keys, tree.values
    else:
        for table, into in ((tree.keys, source.keys), (tree.values, source.values)):
            into.update({path: source.mark(back(m.index), back(m.end)) for path, m in table.items()})
    for mark, key in tree.twice:
        source.at(back(mark.index) if back else mark.index, f"字段“{key}”重复，请删去一个")


def _as_meant(source: Source, refused: Refused, known: Collection[str]) -> None:
    """Tells the slips of a text that cannot be read, and reads it as its author meant it."""
    slips = list(find(source.text, known))[:_MOST_SLIPS]
    tree, back, told, left = _repaired(source.text, slips, refused)
    for slip in told:
        source.at(slip.at, slip.words, slip.mend)
    if tree is not None:
        _take(source, tree, back)
        return
    if not _by_items(source, slips) and (left is not None or not told):
        left = left or refused
        source.at(left.at, left.message)


def _repaired(
    text: str, slips: list[Slip], refused: Refused
) -> tuple[Tree | None, Callable[[int], int], list[Slip], Refused | None]:
    """What can be read once the slips are mended, which of them had to be, and what is refused still."""
    tree, back, left = _attempt(text, slips)
    if tree is None:
        near = [s for s in slips if s.mend is None or s.mend.safe]
        again, back_again, _ = _attempt(text, near)
        if again is not None:
            return again, back_again, near, None
        return None, back, slips, left if slips else refused
    doubtful = [s for s in slips if s.mend is None or not s.mend.safe]
    for slip in doubtful[:_MOST_TRIALS]:
        without = [s for s in slips if s is not slip]
        fewer, back_fewer, _ = _attempt(text, without)
        if fewer is not None and without:
            tree, back, slips = fewer, back_fewer, without
    return tree, back, slips, None


def _attempt(text: str, slips: Sequence[Slip]) -> tuple[Tree | None, Callable[[int], int], Refused | None]:
    changed, made = mended(text, [s.mend for s in slips if s.mend is not None])
    back = _back(made)
    try:
        return read(changed), back, None
    except Refused as refused:
        return None, back, Refused(back(refused.at), refused.message)


def _back(made: Sequence[Mend]) -> Callable[[int], int]:
    """From a character of the mended text to that of the text as it stands."""
    starts, shifts, shift = [0], [0], 0
    for mend in made:
        begin = mend.start - shift  # in the mended text
        shift += mend.end - mend.start - len(mend.new)
        starts += [begin, begin + len(mend.new)]
        shifts += [mend.start - begin, shift]

    def back(index: int) -> int:
        at = bisect_right(starts, index) - 1
        inside = at % 2 == 1  # within a replacement: its first character, no further than what it replaced
        return min(index + shifts[at], made[at // 2].end) if inside else index + shifts[at]

    return back


_TOP_ITEM = re.compile(r"(?m)^-(?=\s)")


def _by_items(source: Source, slips: Sequence[Slip]) -> bool:
    """Reads a list of rules one by one, so that one that is beyond reading does not hide the others."""
    starts = [m.start() for m in _TOP_ITEM.finditer(source.text)]
    if len(starts) < 2:
        return False
    source.data = []
    for start, end in zip(starts, [*starts[1:], len(source.text)], strict=True):
        inside = [Slip(s.at - start, s.words, _moved(s.mend, -start)) for s in slips if start <= s.at < end]
        tree, back, refused = _attempt(source.text[start:end], inside)
        if tree is None or not isinstance(tree.data, list) or len(tree.data) != 1:
            if refused is not None:
                source.at(start + refused.at, refused.message)
            continue
        at = len(source.data)
        source.data.append(tree.data[0])
        for table, into in ((tree.keys, source.keys), (tree.values, source.values)):
            for path, mark in table.items():
                if path:
                    into[(at, *path[1:])] = source.mark(start + back(mark.index), start + back(mark.end))
        for mark, key in tree.twice:
            source.at(start + back(mark.index), f"字段“{key}”重复，请删去一个")
    return True


def _moved(mend: Mend | None, by: int) -> Mend | None:
    return mend and Mend(mend.start + by, mend.end + by, mend.new, mend.safe)


__all__ = ["Mark", "Path", "Source", "parse"]
