"""Statements: the prose in, what it says was done or did not happen, without a number, out.

Zero      未收到申请, 无行政复议, 零报告: `did_not` with value 0; its span covers the announcing words
Refuses   a plan, a negation, a lack, a demand on others, another year, a superior's deed, an exception (其余均…);
          deeds in the section on problems
Certain   only a denial, and only where it names 政府信息公开 itself, for the unit and the whole year
"""

from __future__ import annotations

import re
from collections.abc import Callable

from auditor.facts.bodies import is_foreign, is_superiors_deed
from auditor.facts.sentences import HEAD, Sentences
from auditor.facts.subjects import Statement, Subjects
from auditor.model import Claim, Place, Said

_CONTEXT = 320  # how far back a word that a subject needs may stand
_SENTENCE = 600  # what runs on longer without a full stop is read in pieces
_BOOK = re.compile("《[^《》]{0,80}》")
_ZERO = re.compile(r"(?<![\d.])(?:0|〇|零)(?:人次|场次|次|期|场|个|人|名|件|条|篇|万元|元)")  # 召开新闻发布会0次
_TO_DATE = re.compile("截至|截止|累计|累积")
_MONTH = re.compile(r"\d{1,2}月(?!\d{1,2}日至)")
_HIDDEN = "\ue002"  # stands for a character of a title that says nothing
Heading = Callable[[int], tuple[str | None, str]]
Placed = Callable[[int, int], tuple[int, int, Place]]


class StatementReader:
    """One text: every plain statement that it makes."""

    def __init__(
        self, sentences: Sentences, subjects: Subjects, unit: str | None, kind: str, heading: Heading, placed: Placed
    ) -> None:
        self.at, self.subjects, self.unit, self.kind = sentences, subjects, unit, kind
        self.heading, self.placed = heading, placed

    def read(self) -> list[Claim]:
        """All statements in order."""
        out: list[Claim] = []
        start = 0
        length = len(self.at.text)
        for stop in [*self.at.full_stops, length]:
            while stop - start >= 3:
                end = stop if stop - start <= _SENTENCE else self._break(start)
                out += self._sentence(start, end)
                start = end
            start = stop + 1
        return out

    def _break(self, start: int) -> int:
        """Where a sentence too long to be one is cut: at its last comma within reach."""
        comma = self.at.text.rfind(",", start + 1, start + _SENTENCE)
        return comma if comma > start else start + _SENTENCE

    def _sentence(self, start: int, stop: int) -> list[Claim]:
        text = self.at.text[start:stop]
        hits = self.subjects.plain.found(text)
        if not hits:
            return []
        if "《" in text:
            text = _BOOK.sub(lambda m: "《" + _HIDDEN * (len(m.group()) - 2) + "》", text)
        kind, heading = self.heading(start)
        out: dict[tuple[int, Said], Claim] = {}
        for hit in sorted(hits):
            entry = self.subjects.statements[hit]
            key = entry.subject, entry.said
            if key in out or (entry.said is Said.DID and kind == "problems"):
                continue
            for match in entry.pattern.finditer(text):
                first = match.start() + (match.group()[:1] in ",:")  # `^` takes the comma before a clause along
                if self._stands(start, text, first, match.end(), entry, heading):
                    out[key] = self._claim(entry, start + first, start + match.end(), kind)
                    break
        return list(out.values())

    def _stands(self, at: int, text: str, start: int, end: int, entry: Statement, heading: str) -> bool:
        """Whether a statement is not taken back by what stands around it."""
        begin = max(text.rfind(mark, 0, start) for mark in ",;:") + 1
        stops = [i for mark in ",;" if (i := text.find(mark, end)) >= 0]
        clause_end = min(stops, default=len(text))
        if entry.subject in self.subjects.withdrawn(text[begin:clause_end], text):
            return False
        before = self.at.text[max(0, at - _CONTEXT) : at]
        if entry.subject in self.subjects.lacking(f"{before}{text}\n{heading}"):
            return False
        year = self.at.year_at(at + end, since=at)
        if year is not None and self.at.year not in (None, year):
            return False
        if entry.said is Said.DID_NOT:
            return True
        if is_superiors_deed(text[begin:start], self.unit, self.kind):
            return False
        if self.subjects.plans.found(text[:start]) or self.subjects.negations.found(text[begin:end]):
            return False
        if _ZERO.search(text, start, clause_end):
            return False
        return not self.subjects.lacks.found(text[start:clause_end])

    def _claim(self, entry: Statement, start: int, end: int, kind: str | None) -> Claim:
        subject = self.subjects[entry.subject]
        first, last, place = self.placed(start, end)
        value = 0 if entry.said is Said.DID_NOT else None
        since, _ = self.at.around(start, self.at.stops)
        scope = self.at.scope(start, since=since)
        return Claim(
            subject=subject.name, said=entry.said, value=value, unit=subject.unit, text=self.cut(start),
            raw=self.at.flow.original(start, end), start=first, end=last, place=place, low=0, high=value,
            certain=entry.said is Said.DID_NOT and self._denies_plainly(start, end),
            scope=scope.name if scope else "", section=kind,
            foreign=scope is not None and is_foreign(scope.name, scope.role, self.unit, self.kind),
        )  # fmt: skip

    def cut(self, at: int) -> str:
        """The words of the sentence at a position, as printed, for evidence."""
        start, end = self.at.around(at, self.at.full_stops)
        return self.at.flow.original(max(start, at - HEAD), min(end, at + HEAD)).strip()

    def _denies_plainly(self, start: int, end: int) -> bool:
        """Whether a denial names government information itself and is of the unit's own whole year."""
        since, _ = self.at.around(start, self.at.stops)
        head = self.at.text[since:start]
        if "政府信息公开" not in self.at.text[start:end] or self.at.year is None:
            return False
        if _TO_DATE.search(head) or _MONTH.search(head):
            return False
        scope = self.at.scope(start, since=since)
        return self.at.is_own(start) if scope is None else scope.role == "own"
