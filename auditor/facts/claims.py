"""Claims: the prose in, the numbers and plain statements that it makes about the known subjects out.

Number    a number with its unit whose sentence announces a subject of `rules/claims.yaml`; the narrowest phrase wins,
          and where two subjects fit equally well the number is dropped
Year      numbers of another year, of a part of the year, of all years together, rates and changes are no claims; what was
          carried over from the year before, or into the next one, may name that year
Certain   only in the form's own words, exact, for the unit itself and the report's year; a denial where it names
          政府信息公开 (未发生因政府信息公开引起的行政复议)
Foreign   what is said of others than the tables speak of: 全县 in a township's report, 县本级 in that of the county
Cost      one pass for numbers, one match of a pattern set for each number and each sentence; no pass per subject
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.facts.bodies import (
    Shares,
    is_foreign,
    is_of_another_channel,
    is_part_of_government,
    is_superiors_count,
    named_bodies,
    says_the_same,
)
from auditor.facts.flow import Flow
from auditor.facts.lexicon import ClaimWords
from auditor.facts.names import same_body
from auditor.facts.numbers import Counted, in_unit
from auditor.facts.sentences import HEAD, Scope, Sentences
from auditor.facts.statements import StatementReader
from auditor.facts.subjects import Meaning, Subjects, compiled, winners
from auditor.facts.sums import parts_of
from auditor.model import Claim, Place, Prose, Said, Section

_CONTEXT = 320  # how far back a word that a subject needs may stand
_MEMBERS = 40  # the most members that a list in prose may have
_LAST_YEAR = r"(?:上年度?|上一年度?|去年|[12]\d{3}年度?)?"
_CARRIED_AFTER = re.compile(
    rf"[,(]{{0,2}}(?:其中|含|包括|包含|其中包括|其中含){_LAST_YEAR}的?结转"
    rf"|[,(]{{0,2}}(?:其中|含|包括|包含)[^,。;()]{{1,8}}(?:系|为|是|属){_LAST_YEAR}结转"
)
_CARRIED_BEFORE = re.compile(rf"\((?:含|包括|包含){_LAST_YEAR}结转[^()]{{0,12}}\)[^,()]{{0,4}}$")
_PART = re.compile("其中|包括|包含|分别")
_TO_DATE = re.compile("截至|截止|累计|累积")  # may count more than the year


@dataclass(frozen=True, slots=True)
class _Found:
    """A number with the subject it was found to be about."""

    counted: Counted
    subject: int
    formal: bool
    scope: str
    own: bool
    foreign: bool


class _Reader:
    """One text and one lexicon: what is needed at every number of it."""

    def __init__(
        self,
        prose: Prose,
        text: Flow,
        sections: Sequence[Section],
        words: ClaimWords,
        year: int | None,
        unit: str | None,
        kind: str,
    ):
        self.prose, self.flow, self.unit, self.kind = prose, text, unit, kind
        self.subjects: Subjects = compiled(words)
        self.at = Sentences(text, self.subjects, year)
        self.numbers = self.at.numbers
        self.shares = Shares.of(unit, kind)
        self.shared: dict[int, list[int]] = {}  # by the number that is the unit's share: subjects of the wider total
        self.sections = sections
        self.starts = [s.heading_start for s in sections]
        self.kinds = _kinds(sections)
        self.statements = StatementReader(self.at, self.subjects, unit, kind, self.heading, self.place)

    def place(self, start: int, end: int) -> tuple[int, int, Place]:
        """Span in the prose and place of flow characters."""
        first, last = self.flow.span(start, end)
        place = self.prose.place(first, last)
        assert place is not None
        return first, last, place

    def heading(self, at: int) -> tuple[str | None, str]:
        """The kind of the section at a position of the flow, and its nearest heading."""
        if not self.starts:
            return None, ""
        index = bisect_right(self.starts, self.flow.origin(at)) - 1
        return (self.kinds[index], self.sections[index].heading) if index >= 0 else (None, "")

    # -- the subjects of a number --

    def subjects_of(self, index: int) -> list[_Found]:
        """The subjects of a number: one, several that one phrase names together, or none."""
        counted = self.numbers[index]
        hits = self.subjects.hits(self.at.window(index))
        if not any(hit.use == "says" for hit in hits) or any(hit.use == "never" for hit in hits):
            return []
        refused = {hit.subject for hit in hits if hit.use == "unless"}
        said = self._fitting(counted, [h for h in hits if h.use == "says" and h.subject not in refused])
        won = winners(said, self.subjects.children)
        if not won or self._is_of_another_time(counted, won):
            return []
        return self._in_scope(index, won, {hit.subject for hit in said if hit.formal})

    def _in_scope(self, index: int, won: list[int], formal: set[int]) -> list[_Found]:
        """The subjects with the scope of the number; none where it speaks of a part of the unit or of a superior."""
        counted = self.numbers[index]
        scope = self._scope(counted)
        role = scope.role if scope else ""
        if role != "own" and self._is_wider(index, won, bool(role)):
            return []
        clause = self.at.clause(counted)
        if (
            role == "part"
            or is_superiors_count(clause, self.unit, self.kind)
            or is_part_of_government(clause, self.kind)
        ):
            return []
        if formal and _TO_DATE.search(self.at.head(counted)):
            formal = set()
        own = bool(formal) and (role == "own" or (not role and self._speaks_of_own(counted)))
        own = own and not is_of_another_channel(clause, self.unit, self.kind)
        foreign = scope is not None and is_foreign(scope.name, scope.role, self.unit, self.kind)
        return [_Found(counted, w, w in formal, scope.name if scope else "", own, foreign) for w in won]

    def _fitting(self, counted: Counted, said: list[Meaning]) -> list[Meaning]:
        """The phrases whose subject takes the number's unit and finds the words it needs nearby."""
        fits = [h for h in said if self._takes(h, counted)]
        if not fits:
            return []
        _, end = self.at.around(counted.start, self.at.full_stops)
        around = self.flow.text[max(0, counted.start - _CONTEXT) : min(end, counted.tail + HEAD)]
        lacking = self.subjects.lacking(f"{around}\n{self.heading(counted.start)[1]}")
        return [h for h in fits if h.subject not in lacking]

    def _takes(self, hit: Meaning, counted: Counted) -> bool:
        return counted.unit in self.subjects[hit.subject].units or (
            counted.unit == "" and (hit.formal or counted.value == 0)
        )

    def _is_of_another_time(self, counted: Counted, won: list[int]) -> bool:
        """Whether a number is said of another year than the report's, of a part of it, or of all years since."""
        named = self.at.year_at(counted.start)
        if named is not None and self.at.year is not None and named != self.at.year:
            names = {self.subjects[subject].name for subject in won}
            if (named - self.at.year, *names) not in ((-1, "上年结转申请数"), (1, "结转下年申请数")):
                return True
        return self.at.is_part_of_year(counted)

    # -- whose number it is --

    def _scope(self, counted: Counted) -> Scope | None:
        """The nearest word before a number in its sentence that says for whom it counts."""
        start, _ = self.at.around(counted.start, self.at.stops)
        return self.at.scope(counted.start, since=max(start, counted.start - HEAD))

    def _is_wider(self, index: int, subjects: list[int], scoped: bool) -> bool:
        """Whether a number counts for more than the unit, whose own share is the next one (其中我局…条)."""
        counted, after = self.numbers[index], index + 1
        if after == len(self.numbers) or self.numbers[after].unit != counted.unit:
            return False
        rest = self.shares.rest(self.flow.text[counted.tail : self.numbers[after].start])
        if rest is None:
            return False
        if says_the_same(rest, self.at.head(counted)):
            self.shared[after] = subjects
            return True
        # 公开300条，其中我镇动态200条 tells a kind of information; the total is another's only where it says so.
        return scoped or is_of_another_channel(self.at.clause(counted), self.unit, self.kind)

    def share_of(self, index: int, found: list[_Found]) -> list[_Found]:
        """A number as the unit's share of the wider one before it; as it was found where it says so itself."""
        subjects = self.shared.get(index)
        if subjects is None or {f.subject for f in found} == set(subjects):
            return found
        counted = self.numbers[index]
        scope = self._scope(counted)
        return [_Found(counted, subject, False, scope.name if scope else "", False, False) for subject in subjects]

    def _speaks_of_own(self, counted: Counted) -> bool:
        """Whether neither the paragraph before nor the sentence names anybody else."""
        if not self.at.is_own(counted.start):
            return False
        named = named_bodies(self.at.head(counted))
        return not named or bool(self.unit and same_body(named[-1], self.unit))

    def is_part_of_same(self, index: int, found: _Found, taken: dict[int, list[_Found]]) -> bool:
        """Whether a number is a part of one before in its sentence of the same subject (解读12篇，其中图文解读6篇)."""
        at = self.numbers[index].start
        start, _ = self.at.around(at, self.at.stops)
        for earlier in range(index - 1, max(-1, index - 1 - _MEMBERS), -1):
            if self.numbers[earlier].start < start:
                return False
            if any(f.subject == found.subject and f.foreign == found.foreign for f in taken.get(earlier, ())):
                return bool(_PART.search(self.flow.text, self.numbers[earlier].tail, at))
        return False

    # -- the claim --

    def claim(self, index: int, found: _Found, taken: dict[int, list[int]]) -> Claim:
        """The claim that a number makes about one subject."""
        entry = self.subjects[found.subject]
        counted = found.counted
        first, last, place = self.place(counted.start, counted.end)
        text = self.flow.text
        carried = _CARRIED_AFTER.match(text, counted.tail) or _CARRIED_BEFORE.search(
            text[max(0, counted.start - 30) : counted.start]
        )
        scope = "、".join(filter(None, [found.scope, "含上年结转" if carried else ""]))
        money = entry.unit if entry.unit in ("元", "万元") else counted.unit
        certain = found.formal and counted.exact and found.own and not carried and self.at.year is not None
        parts, complete = parts_of(index, found.subject, self.subjects.children[found.subject], taken, self.at)
        return Claim(
            subject=entry.name, said=Said.NUMBER, value=in_unit(counted.value, counted.unit, money),
            unit=money or entry.unit, text=self.statements.cut(counted.start), raw=self.prose.text[first:last],
            start=first, end=last, place=place, low=in_unit(counted.low, counted.unit, money) or 0,
            high=in_unit(counted.high, counted.unit, money), certain=certain and not found.foreign, scope=scope,
            section=self.heading(counted.start)[0], foreign=found.foreign, parts=tuple(p.value for p in parts),
            parts_complete=complete,
        )  # fmt: skip


def _kinds(sections: Sequence[Section]) -> list[str | None]:
    """The kind that holds at each heading: its own, else that of the heading it stands under."""
    out: list[str | None] = []
    open_kinds: list[tuple[int, str | None]] = []
    for section in sections:
        while open_kinds and open_kinds[-1][0] >= section.level:
            open_kinds.pop()
        kind = section.kind or (open_kinds[-1][1] if open_kinds else None)
        out.append(kind)
        open_kinds.append((section.level, kind))
    return out


def read_claims(
    prose: Prose,
    text: Flow,
    sections: Sequence[Section],
    words: ClaimWords,
    year: int | None,
    unit: str | None = None,
    kind: str = "其他",
) -> tuple[tuple[Claim, ...], tuple[Counted, ...]]:
    """All claims of the prose in order of place, and all numbers counted (for shares); `unit`, `kind`: who reports."""
    reader = _Reader(prose, text, sections, words, year, unit, kind)
    taken: dict[int, list[_Found]] = {}
    for index in range(len(reader.numbers)):
        found = reader.share_of(index, reader.subjects_of(index))
        found = [f for f in found if not reader.is_part_of_same(index, f, taken)]
        if found:
            taken[index] = found
    by_number = {index: [f.subject for f in several] for index, several in taken.items()}
    out = [reader.claim(index, found, by_number) for index, several in taken.items() for found in several]
    spans = [(c.start, c.end, c.subject) for c in out]
    for statement in reader.statements.read():
        if not any(s == statement.subject and statement.start <= a and b <= statement.end for a, b, s in spans):
            out.append(statement)
    return tuple(sorted(out, key=lambda c: (c.start, c.end, c.subject))), tuple(reader.numbers)
