"""Sentences: flowing text in, where its sentences end and what stands in them (numbers, years, words of scope) out.

Once      every mark is looked for once in the whole text; who asks about a number or a statement looks its marks up
Window    the sentence around a number with numbers as signs; 2022年 in a report of 2023 reads 上年, 2024年 reads 下年
Year      a year that opens a clause holds for what follows in the sentence, one inside a clause (2022年结转的, 比2022年)
          for that clause alone
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.facts.flow import Flow
from auditor.facts.numbers import Counted, numbers
from auditor.facts.phrases import NUMBER, OTHER
from auditor.facts.subjects import Subjects

HEAD = 160  # how far back the words that announce a number may stand
TAIL = 60
_CONTEXT = 320  # how far back a word of scope still holds
_STOP = re.compile("[。;!?\n]")
_YEAR = re.compile(r"[12]\d{3}年(?!以来|起)")
_COMPARED = "较比与同和对"
_ASIDE = re.compile(r"度?(?:[^,。;\d]{0,4}(?:结转|遗留|未办结|相比)|印发|出台|修订|制定|发布的|的)")
_TAKEN_OVER = ("加上", "含", "包括", "转入", "转至", "结转至", "结转到", "顺延至", "顺延到", "结转", "顺延")
_SINCE = re.compile(r"(?P<year>[12]\d{3})年(?:\d{1,2}月)?(?:以来|起)")
_MONTH = re.compile(r"\d{1,2}(?:[-—至到]\d{1,2})?月(?!\d{1,2}日至)")
_MONTHS_FIRST = re.compile(r"(?:^|[,;:年至到从自—-])(?:\d{1,2}[-—至到])?\d{1,2}月(?:份|底|末)?,[^,;:]*$")
_WHOLE_YEAR = re.compile(r"1月(?:1日)?(?:起)?[至到\-—](?:\d{4}年)?12月|12月31日止|12月底|12月31日,")
_HELD = ("不掌握", "不存在", "未制作", "制作", "保存", "职责", "负责", "公开范围")  # 因本机关不掌握无法提供265件
_BEFORE_CLAUSE = ",;:、。\n(中"
_COMMA = re.compile("[,:]")
_DONE_FOR = ("面向", "对", "向", "针对")


@dataclass(frozen=True, slots=True)
class Scope:
    """A word that says for whom something counts: its name and its role (own, whole, part)."""

    start: int
    end: int
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class _Year:
    start: int
    year: int
    opens: bool


class Sentences:
    """One text, indexed."""

    def __init__(self, flow: Flow, subjects: Subjects, year: int | None) -> None:
        self.flow, self.text, self.year = flow, flow.text, year
        marks = [match.start() for match in _STOP.finditer(flow.text)]
        self.stops = marks
        self.full_stops = [at for at in marks if flow.text[at] != ";"]
        self.numbers = numbers(flow.text)
        self._starts = [counted.start for counted in self.numbers]
        self._subjects = subjects
        self._scopes: list[Scope] | None = None
        self._years: list[_Year] | None = None
        self._masked: tuple[int, str, list[int]] | None = None

    # -- where sentences end --

    def around(self, at: int, stops: Sequence[int]) -> tuple[int, int]:
        """The stretch between two stops that holds a position."""
        index = bisect_left(stops, at)
        start = stops[index - 1] + 1 if index else 0
        return start, stops[index] if index < len(stops) else len(self.text)

    def head(self, counted: Counted) -> str:
        """The sentence before a number, as far back as its words can reach."""
        start, _ = self.around(counted.start, self.stops)
        return self.text[max(start, counted.start - HEAD) : counted.start]

    def clause(self, counted: Counted) -> str:
        """The words before a number back to the last comma."""
        head = self.head(counted)
        return head[max(head.rfind(","), head.rfind(":")) + 1 :]

    # -- the window of a number --

    def window(self, index: int) -> str:
        """The sentence around a number, it and its neighbours replaced by signs."""
        first, masked, places = self._mask(index)
        at = places[index - first]
        return f"{masked[max(0, at - HEAD) : at]}{NUMBER}{masked[at + 1 : at + TAIL]}"

    def _mask(self, index: int) -> tuple[int, str, list[int]]:
        """The sentence of a number with every number as a sign: its first number, its text, the places of the signs."""
        kept = self._masked
        if kept is not None and kept[0] <= index < kept[0] + len(kept[2]):
            return kept
        start, end = self.around(self.numbers[index].start, self.stops)
        first = bisect_left(self._starts, start)
        last = bisect_left(self._starts, end)
        pieces: list[str] = []
        places: list[int] = []
        at, length = start, 0
        for counted in self.numbers[first:last]:
            piece = self._neighbouring_years(self.text[at : max(at, counted.lead)])
            length += len(piece)
            places.append(length)
            pieces += (piece, OTHER)
            length += 1
            at = counted.tail
        pieces.append(self._neighbouring_years(self.text[at:end]))
        self._masked = (first, "".join(pieces), places)
        return self._masked

    def _neighbouring_years(self, words: str) -> str:
        if self.year is None or "年" not in words:
            return words
        return words.replace(f"{self.year - 1}年", "上年").replace(f"{self.year + 1}年", "下年")

    # -- years and months --

    def years(self) -> list[_Year]:
        """The years named in the text, but for those that something is compared with."""
        if self._years is None:
            self._years = [
                _Year(match.start(), int(match.group()[:4]), self._opens(match.start(), match.end()))
                for match in _YEAR.finditer(self.text)
                if not match.start() or self.text[match.start() - 1] not in _COMPARED
            ]
        return self._years

    def _opens(self, start: int, end: int) -> bool:
        """Whether a year holds for what follows in its sentence."""
        before = self.text[max(0, start - 3) : start]
        return not before.endswith(_TAKEN_OVER) and not _ASIDE.match(self.text, end)

    def year_at(self, at: int, *, since: int | None = None) -> int | None:
        """The year that holds at a position, None where its sentence names none."""
        years = self.years()
        start, _ = self.around(at, self.full_stops)
        start = max(start, at - HEAD) if since is None else since
        comma = max(self.text.rfind(mark, start, at) for mark in ",;:")
        for index in range(bisect_left(years, at, key=lambda year: year.start) - 1, -1, -1):
            if years[index].start < start:
                return None
            if years[index].opens or years[index].start > comma:
                return years[index].year
        return None

    def is_part_of_year(self, counted: Counted) -> bool:
        """Whether a number is said of some months, or of all years since some year."""
        start, _ = self.around(counted.start, self.full_stops)
        head = self.text[max(start, counted.start - HEAD) : counted.start]
        if "年" in head:
            started = _SINCE.search(head)
            if started and int(started["year"]) != self.year:
                return True
        if "月" not in head:
            return False
        part = head[max(head.rfind(mark) for mark in ",;:") + 1 :]
        return bool(_MONTH.search(part) or _MONTHS_FIRST.search(head)) and not _WHOLE_YEAR.search(head)

    # -- scopes --

    def scopes(self) -> list[Scope]:
        """The words of scope in the text; whom something is done for (面向乡镇举办培训) or what it holds (本机关不掌握) is none."""
        if self._scopes is None:
            self._scopes = [
                Scope(start, end, name, role)
                for start, end, name, role in self._subjects.scopes.find(self.text)
                if not self.text.endswith(_DONE_FOR, 0, start) and not self.text.startswith(_HELD, end)
            ]
        return self._scopes

    def scope(self, at: int, *, since: int) -> Scope | None:
        """The last word of scope between two positions that still holds at the second one.

        A part of the unit named inside a clause (市政府及市政府办文件11件) holds no further than that clause.
        """
        scopes = self.scopes()
        index = bisect_right(scopes, at, key=lambda scope: scope.end) - 1
        while index >= 0 and scopes[index].start >= since:
            scope = scopes[index]
            leads = not scope.start or self.text[scope.start - 1] in _BEFORE_CLAUSE
            if scope.role != "part" or leads or not _COMMA.search(self.text, scope.end, at):
                return scope
            index -= 1
        return None

    def is_own(self, at: int) -> bool:
        """Whether no sentence before in the paragraph speaks of a whole area or of other bodies."""
        since = max(self.text.rfind("\n", 0, at) + 1, at - _CONTEXT)
        last = self.scope(at, since=since)
        return last is None or last.role == "own"
