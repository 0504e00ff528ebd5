"""Claims: the prose in, the numbers and plain statements that it makes about the known subjects out.

Number    a number with its unit whose sentence announces a subject of `rules/claims.yaml`; the narrowest phrase wins,
          and where two subjects fit equally well the number is dropped
Zero      未收到申请, 无行政复议, 零报告: `did_not` with value 0; its span covers the announcing words
Year      numbers of another year, of a part of the year, of all years together, rates and changes are no claims
Certain   only in the form's own words, exact, for the unit itself and the report's year; a denial where it names
          政府信息公开 (未发生因政府信息公开引起的行政复议)
Cost      one pass for numbers, one match of a pattern set for each number and each sentence; no pass per subject
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import re2

from auditor.facts.bodies import Shares, is_of_another_channel, is_superiors_count, is_superiors_deed, says_the_same
from auditor.facts.flow import Flow
from auditor.facts.lexicon import ClaimWords, Subject
from auditor.facts.names import same_body
from auditor.facts.numbers import Counted, in_unit, numbers
from auditor.facts.phrases import NUMBER, OTHER, any_of, to_pattern, weight
from auditor.model import Claim, Place, Prose, Said, Section

_HEAD = 160  # how far back the words that announce a number may stand
_TAIL = 60
_FORMAL = 100  # the form's own words are narrower than any others
_CONTEXT = 320  # how far back a word that a subject needs may stand
_NEIGHBOURS = 6
_SENTENCE = 600  # what runs on longer without a full stop is read in pieces
_MEMBERS = 40  # the most members that a list in prose may have
_STOP = re.compile("[。;!?\n]")
_FULL_STOP = re.compile("[。!?\n]")
_YEAR = re.compile(r"(?P<before>.?)(?P<year>(?:19|20)\d{2})年(?!以来|起)")
_SINCE = re.compile(r"(?P<year>(?:19|20)\d{2})年(?:\d{1,2}月)?(?:以来|起)")
_COMPARED = "较比与同和对"
_MONTH = re.compile(r"\d{1,2}(?:[-—至到]\d{1,2})?月(?!\d{1,2}日至)")
_WHOLE_YEAR = re.compile(r"1月(?:1日)?(?:起)?[至到\-—](?:\d{4}年)?12月|12月31日止|12月底止")
_LAST_YEAR = "(?:上年|上年度|上一年|上一年度|去年)?"
_CARRIED_AFTER = re.compile(rf"[,(]{{0,2}}(?:其中)?(?:含|包括|包含){_LAST_YEAR}结转")
_CARRIED_BEFORE = re.compile(rf"\((?:含|包括|包含){_LAST_YEAR}结转[^()]{{0,12}}\)[^,()]{{0,4}}$")
_BODY = re.compile(
    r"([\u4e00-\u9fff]{2,8}(?:镇|乡|街道|县|区|局))(?:人民政府|政府|办事处)?(?:共|全年|累计|本级)?(?:主动公开|公开|收到|受理|制发|新收)"
)
_DONE_FOR = ("面向", "对", "向", "针对")
_BOOK = re.compile("《[^《》]{0,80}》")
_PARTS_OPEN = re.compile(r"^[,:(]?(?:其中|包括|分别是|分别为|具体为)[,:]?")
_ZERO = re.compile(r"(?<![\d.])(?:0|〇|零)(?:人次|场次|次|期|场|个|人|名|件|条|篇|万元|元)")  # 召开新闻发布会0次
_PART = re.compile("其中|包括|包含|分别")
_TO_DATE = re.compile("截至|截止|累计|累积")  # may count more than the year
_CLOSING = re.compile(r"(?:共|共计|合计|总计|总数|总共)[^,。;]{0,8}$")


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a phrase that was found says: of which subject, in which use (says, unless, never), how narrowly."""

    subject: int
    use: str
    weight: int
    formal: bool
    phrase: str


@dataclass(frozen=True, slots=True)
class _Words:
    """The patterns of one lexicon, compiled once in each process."""

    numbers: Any
    number_of: tuple[_Meaning, ...]  # by pattern id
    children: tuple[frozenset[int], ...]
    plain: Any
    plain_of: tuple[tuple[int, Said, Any], ...]
    scopes: Any
    plans: Any
    negations: Any
    lacks: Any
    unless: tuple[Any, ...]  # of a clause
    unless_around: tuple[Any, ...]  # of the sentence it stands in
    needs: tuple[Any, ...]


def _set(patterns: Sequence[str]) -> Any:
    options = re2.Options()
    options.max_mem = 64 << 20
    options.log_errors = False
    out = re2.Set.SearchSet(options)
    for pattern in patterns:
        out.Add(pattern)
    out.Compile()
    return out


@lru_cache(maxsize=8)
def _compiled(words: ClaimWords) -> _Words:
    meanings = [meaning for index, subject in enumerate(words.subjects) for meaning in _meanings(index, subject)]
    meanings += [_Meaning(-1, "never", 0, False, phrase) for phrase in words.never]
    plain_of = [
        (index, said, re2.compile(to_pattern(phrase)))
        for index, subject in enumerate(words.subjects)
        for said, listed in ((Said.DID, subject.did), (Said.DID_NOT, subject.did_not))
        for phrase in listed
    ]
    number = {subject.name: index for index, subject in enumerate(words.subjects)}
    return _Words(
        numbers=_set([to_pattern(meaning.phrase) for meaning in meanings]),
        number_of=tuple(meanings),
        children=tuple(frozenset(number[c] for c in s.children) for s in words.subjects),
        plain=_set([pattern.pattern for _, _, pattern in plain_of]),
        plain_of=tuple(plain_of),
        scopes=re2.compile(_scope_pattern(words)),
        plans=re2.compile(any_of(words.plans)),
        negations=re2.compile(any_of(words.negations)),
        lacks=re2.compile(any_of(words.lacks)),
        unless=tuple(re2.compile(any_of(_of_statements(s, around=False))) for s in words.subjects),
        unless_around=tuple(re2.compile(any_of(_of_statements(s, around=True))) for s in words.subjects),
        needs=tuple(re2.compile(any_of(s.needs)) if s.needs else None for s in words.subjects),
    )


def _meanings(index: int, subject: Subject) -> list[_Meaning]:
    out = [_Meaning(index, "says", weight(p) + _FORMAL, True, p) for p in subject.formal]
    out += [_Meaning(index, "says", weight(p), False, p) for p in subject.says]
    return out + [_Meaning(index, "unless", 0, False, p) for p in subject.unless]


def _of_statements(subject: Subject, *, around: bool) -> list[str]:
    """The phrases that withdraw a plain statement: those with …… look past its clause."""
    return [phrase for phrase in subject.unless if "#" not in phrase and ("……" in phrase) is around]


def _scope_pattern(words: ClaimWords) -> str:
    groups = [
        *((f"w{i}", listed) for i, (_, listed) in enumerate(words.whole)),
        ("part", words.part),
        ("own", words.own),
    ]
    return "|".join(f"(?P<{name}>{any_of(listed)})" for name, listed in groups)


# --- reading ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """A number with the subject it was found to be about."""

    counted: Counted
    subject: int
    formal: bool
    scope: str
    own: bool


class _Reader:
    """One text and one lexicon: what is needed at every number and sentence of it."""

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
        self.prose, self.flow, self.words, self.year = prose, text, words, year
        self.unit, self.kind = unit, kind
        self.shares = Shares.of(unit, kind)
        self.shared: dict[int, list[int]] = {}  # by the number that is the unit's share: subjects of the wider total
        self.compiled = _compiled(words)
        self.sections = sections
        self.starts = [s.heading_start for s in sections]
        self.kinds = _kinds(sections)
        self.stops = [m.start() for m in _STOP.finditer(text.text)]
        self.full_stops = [m.start() for m in _FULL_STOP.finditer(text.text)]
        self.counted = numbers(text.text)
        self.at = [c.start for c in self.counted]

    # -- sentences --

    def clause(self, at: int, stops: Sequence[int]) -> tuple[int, int]:
        """The stretch between two stops that holds a position."""
        index = bisect_right(stops, at - 1)
        start = stops[index - 1] + 1 if index else 0
        return start, stops[index] if index < len(stops) else len(self.flow.text)

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
        index = bisect_right(self.starts, self.flow.source[at]) - 1
        return (self.kinds[index], self.sections[index].heading) if index >= 0 else (None, "")

    def cut(self, at: int) -> str:
        """The words of the sentence at a position, as printed, for evidence."""
        start, end = self.clause(at, self.full_stops)
        start, end = max(start, at - _HEAD), min(end, at + _HEAD)
        first, last = self.flow.span(start, end)
        return self.prose.text[first:last].strip()

    # -- numbers --

    def window(self, index: int) -> str:
        """The sentence around a number, it and its neighbours replaced by signs."""
        target = self.counted[index]
        start, end = self.clause(target.start, self.stops)
        start, end = max(start, target.start - _HEAD), min(end, target.tail + _TAIL)
        text = self.flow.text
        pieces: list[str] = []
        at = start
        for other in range(max(0, index - _NEIGHBOURS), min(len(self.counted), index + _NEIGHBOURS + 1)):
            counted = self.counted[other]
            if counted.start < at or counted.tail > end:
                continue
            pieces += (text[at : counted.start], NUMBER if other == index else OTHER)
            at = counted.tail
        pieces.append(text[at:end])
        return "".join(pieces)

    def subject_of(self, index: int) -> list[_Found]:
        """The subjects of a number: one, several that one phrase names together, or none."""
        counted = self.counted[index]
        hits = [self.compiled.number_of[i] for i in self.compiled.numbers.Match(self.window(index)) or ()]
        if not hits or any(hit.use == "never" for hit in hits):
            return []
        refused = {hit.subject for hit in hits if hit.use == "unless"}
        said = [
            hit
            for hit in hits
            if hit.use == "says" and hit.subject not in refused and self._fits(hit.subject, counted, hit.formal)
        ]
        winners = self._winners(said)
        if not winners or self._of_another_time(counted):
            return []
        scope, role = self._scope(counted)
        if role != "own" and self._is_wider(index, winners, bool(role)):
            return []
        if role == "part" or is_superiors_count(self._part(counted), self.unit, self.kind):
            return []
        formal = {hit.subject for hit in said if hit.formal}
        if _TO_DATE.search(self._head(counted)):
            formal = set()
        own = bool(formal) and (role == "own" or (not role and self._speaks_of_own(counted)))
        own = own and not is_of_another_channel(self._part(counted), self.unit, self.kind)
        return [_Found(counted, w, w in formal, scope, own) for w in winners]

    def _head(self, counted: Counted) -> str:
        """The sentence before a number, as far back as its words can reach."""
        start, _ = self.clause(counted.start, self.stops)
        return self.flow.text[max(start, counted.start - _HEAD) : counted.start]

    def _part(self, counted: Counted) -> str:
        """The words before a number back to the last comma."""
        head = self._head(counted)
        return head[max(head.rfind(mark) for mark in ",:;") + 1 :]

    def _is_wider(self, index: int, subjects: list[int], scoped: bool) -> bool:
        """Whether a number counts for more than the unit, whose own share is the next one (其中我局…条)."""
        counted, after = self.counted[index], index + 1
        if after == len(self.counted) or self.counted[after].unit != counted.unit:
            return False
        rest = self.shares.rest(self.flow.text[counted.tail : self.counted[after].start])
        if rest is None:
            return False
        if says_the_same(rest, self._head(counted)):
            self.shared[after] = subjects
            return True
        # 公开300条，其中我镇动态200条 tells a kind of information; the total is another's only where it says so.
        return scoped or is_of_another_channel(self._part(counted), self.unit, self.kind)

    def share_of(self, index: int, found: list[_Found]) -> list[_Found]:
        """A number as the unit's share of the wider one before it; as it was found where it says so itself."""
        subjects = self.shared.get(index)
        if subjects is None or {f.subject for f in found} == set(subjects):
            return found
        counted = self.counted[index]
        return [_Found(counted, subject, False, self._scope(counted)[0], False) for subject in subjects]

    def _speaks_of_own(self, counted: Counted) -> bool:
        """Whether neither the paragraph before nor the sentence names anybody else."""
        return self._paragraph_is_own(counted.start) and not self._of_another_body(counted)

    def _of_another_body(self, counted: Counted) -> bool:
        """Whether the sentence names a body that is not the reporting unit as the one that published or received."""
        named = [m[1] for m in _BODY.finditer(self._head(counted))]
        return bool(named) and not (self.unit and same_body(named[-1], self.unit))

    def _paragraph_is_own(self, at: int) -> bool:
        """Whether no sentence before in the paragraph speaks of a whole area or of other bodies."""
        head = self.flow.text[max(0, at - _CONTEXT) : at]
        last = self._last_scope(head[head.rfind("\n") + 1 :])
        return last is None or self._named(last)[1] == "own"

    def is_part_of_same(self, index: int, subject: int, taken: dict[int, list[_Found]]) -> bool:
        """Whether a number is a part of one before in its sentence of the same subject (解读12篇，其中图文解读6篇)."""
        at = self.counted[index].start
        start, _ = self.clause(at, self.stops)
        for earlier in range(index - 1, max(-1, index - 1 - _MEMBERS), -1):
            if self.counted[earlier].start < start:
                return False
            if any(found.subject == subject for found in taken.get(earlier, ())):
                return bool(_PART.search(self.flow.text[self.counted[earlier].tail : at]))
        return False

    def _winners(self, said: Sequence[_Meaning]) -> list[int]:
        """The subjects that one phrase names together, else the narrowest; none where two are equally narrow."""
        together = Counter(hit.phrase for hit in {(h.subject, h.phrase): h for h in said}.values())
        shared = {hit.subject for hit in said if together[hit.phrase] > 1}
        if shared:
            return sorted(shared)
        heaviest: dict[int, int] = {}
        for hit in said:
            heaviest[hit.subject] = max(heaviest.get(hit.subject, 0), hit.weight)
        # A member of a total (网站) is narrower than the total, however the total is worded.
        for subject in list(heaviest):
            if any(child in heaviest for child in self.compiled.children[subject]):
                del heaviest[subject]
        top = max(heaviest.values(), default=0)
        winners = [subject for subject, heavy in heaviest.items() if heavy == top]
        return winners if len(winners) == 1 else []

    def _fits(self, subject: int, counted: Counted, formal: bool) -> bool:
        entry = self.words.subjects[subject]
        if counted.unit not in entry.units and not (counted.unit == "" and (formal or counted.value == 0)):
            return False
        needed = self.compiled.needs[subject]
        if needed is None:
            return True
        _, end = self.clause(counted.start, self.full_stops)
        around = self.flow.text[max(0, counted.start - _CONTEXT) : min(end, counted.tail + _HEAD)]
        return bool(needed.search(around)) or bool(needed.search(self.heading(counted.start)[1]))

    def _of_another_time(self, counted: Counted) -> bool:
        """Whether a number is said of another year than the report's, of a part of it, or of all years since."""
        start, _ = self.clause(counted.start, self.full_stops)
        head = self.flow.text[max(start, counted.start - _HEAD) : counted.start]
        part = head[max(head.rfind(mark) for mark in ",;:") + 1 :]
        years = [m for m in _YEAR.finditer(head) if m["before"] not in _COMPARED or not m["before"]]
        if years and self.year is not None and int(years[-1]["year"]) != self.year:
            return True
        since = head[years[-1].start() :] if years else head
        started = _SINCE.search(head)
        if started and int(started["year"]) != self.year:
            return True
        return bool(_MONTH.search(part)) and not _WHOLE_YEAR.search(since)

    def _scope(self, counted: Counted) -> tuple[str, str]:
        """The nearest word before a number in its sentence that says for whom it counts, and its role."""
        last = self._last_scope(self._head(counted))
        return ("", "") if last is None else self._named(last)

    def _last_scope(self, head: str) -> Any:
        """The last word of scope in a stretch; whom something is done for (面向乡镇举办培训) is none."""
        last = None
        for match in self.compiled.scopes.finditer(head):
            if not head[: match.start()].endswith(_DONE_FOR):
                last = match
        return last

    def _named(self, match: Any) -> tuple[str, str]:
        """The name of a scope and its role: part, whole or own."""
        group = match.lastgroup
        if group in ("part", "own"):
            return match.group(), group
        return self.words.whole[int(group[1:])][0], "whole"

    # -- lists --

    def parts_of(self, index: int, found: _Found, taken: dict[int, list[_Found]]) -> tuple[tuple[Counted, ...], bool]:
        """The members of the list given for a total, and whether the list is certainly complete."""
        after = self._forward(index, found, taken)
        return after if after[0] else self._backward(index, found, taken)

    def _is_member(self, index: int, found: _Found, taken: dict[int, list[_Found]]) -> bool:
        if self.counted[index].unit != found.counted.unit:
            return False
        subjects = {self.words.subjects[f.subject].name for f in taken.get(index, [])}
        return not subjects or subjects <= set(self.words.subjects[found.subject].children)

    def _forward(self, index: int, found: _Found, taken: dict[int, list[_Found]]) -> tuple[tuple[Counted, ...], bool]:
        text, total = self.flow.text, found.counted
        opening = _PARTS_OPEN.match(text[total.tail : total.tail + 8])
        if not opening:
            return (), False
        _, end = self.clause(total.start, self.stops)
        members: list[Counted] = []
        at = index + 1
        last = min(len(self.counted), index + _MEMBERS)
        while at < last and self.counted[at].start < end and self._is_member(at, found, taken):
            members.append(self.counted[at])
            at += 1
        complete = opening.group().strip(",:(").startswith("分别")
        if members and _CLOSING.search(text[max(0, members[-1].start - 12) : members[-1].start]):
            complete = complete or (len(members) > 1 and members[-1].value == total.value)
            members.pop()
        return tuple(members), complete and len(members) > 1

    def _backward(self, index: int, found: _Found, taken: dict[int, list[_Found]]) -> tuple[tuple[Counted, ...], bool]:
        text, total = self.flow.text, found.counted
        start, _ = self.clause(total.start, self.stops)
        if not _CLOSING.search(text[max(start, total.start - 12) : total.start]):
            return (), False
        members: list[Counted] = []
        at = index - 1
        border = total.start
        while at >= max(0, index - _MEMBERS) and self.counted[at].start >= start and self._is_member(at, found, taken):
            between = text[self.counted[at].tail : border]
            if (members and not re.match("[、,和及]", between)) or (not members and "," not in between[:1]):
                break
            members.insert(0, self.counted[at])
            border = self.counted[at].start
            at -= 1
        return (tuple(members), True) if len(members) > 1 else ((), False)

    # -- plain statements --

    def statements(self) -> list[Claim]:
        """What the prose says was done, or did not happen, without a number."""
        out: list[Claim] = []
        start = 0
        for stop in [*self.full_stops, len(self.flow.text)]:
            while stop - start >= 3:
                end = stop if stop - start <= _SENTENCE else self._break(start)
                out += self._sentence(start, end)
                start = end
            start = stop + 1
        return out

    def _break(self, start: int) -> int:
        """Where a sentence too long to be one is cut: at its last comma within reach."""
        comma = self.flow.text.rfind(",", start + 1, start + _SENTENCE)
        return comma if comma > start else start + _SENTENCE

    def _sentence(self, start: int, stop: int) -> list[Claim]:
        text = _BOOK.sub(lambda m: "《" + "\ue002" * (len(m.group()) - 2) + "》", self.flow.text[start:stop])
        hits = self.compiled.plain.Match(text)
        if not hits:
            return []
        kind, heading = self.heading(start)
        out: dict[tuple[int, Said], Claim] = {}
        for hit in sorted(hits):
            subject, said, pattern = self.compiled.plain_of[hit]
            if (subject, said) in out or (said is Said.DID and kind == "problems"):
                continue
            for match in pattern.finditer(text):
                first = match.start() + (match.group()[:1] in ",:")  # `^` takes the comma before a clause along
                if self._stands(start, text, first, match.end(), subject, said, heading):
                    out[subject, said] = self._statement(subject, said, start + first, start + match.end(), kind)
                    break
        return list(out.values())

    def _stands(self, at: int, text: str, start: int, end: int, subject: int, said: Said, heading: str) -> bool:
        """Whether a statement is not taken back by a plan, a negation, a lack, another year or a withdrawal."""
        begin = max(text.rfind(mark, 0, start) for mark in ",;:") + 1
        stops = [i for mark in ",;" if (i := text.find(mark, end)) >= 0]
        clause_end = min(stops, default=len(text))
        clause = text[begin:clause_end]
        if self.compiled.unless[subject].search(clause) or self.compiled.unless_around[subject].search(text):
            return False
        needed = self.compiled.needs[subject]
        around = self.flow.text[max(0, at - _CONTEXT) : at] + text
        if needed is not None and not needed.search(around) and not needed.search(heading):
            return False
        years = [m for m in _YEAR.finditer(text[:end]) if not m["before"] or m["before"] not in _COMPARED]
        if years and self.year is not None and int(years[-1]["year"]) != self.year:
            return False
        if said is Said.DID_NOT:
            return True
        if is_superiors_deed(text[begin:start], self.unit, self.kind):
            return False
        if self.compiled.plans.search(text[:start]) or self.compiled.negations.search(text[begin:end]):
            return False
        if _ZERO.search(text, start, clause_end):
            return False
        return not self.compiled.lacks.search(text[start:clause_end])

    def _statement(self, subject: int, said: Said, start: int, end: int, kind: str | None) -> Claim:
        entry = self.words.subjects[subject]
        first, last, place = self.place(start, end)
        value = 0 if said is Said.DID_NOT else None
        certain = said is Said.DID_NOT and self._denies_plainly(start, end)
        return Claim(
            subject=entry.name, said=said, value=value, unit=entry.unit, text=self.cut(start),
            raw=self.prose.text[first:last], start=first, end=last, place=place,
            low=0, high=value, certain=certain, scope=self._scope_between(start), section=kind,
        )  # fmt: skip

    def _denies_plainly(self, start: int, end: int) -> bool:
        """Whether a denial names government information itself and is of the unit's own whole year."""
        head = self.flow.text[self.clause(start, self.stops)[0] : start]
        if (
            "政府信息公开" not in self.flow.text[start:end]
            or self.year is None
            or _TO_DATE.search(head)
            or _MONTH.search(head)
        ):
            return False
        scope = self._last_scope(head)
        return self._paragraph_is_own(start) if scope is None else self._named(scope)[1] == "own"

    def _scope_between(self, at: int) -> str:
        start, _ = self.clause(at, self.stops)
        last = self._last_scope(self.flow.text[start:at])
        return "" if last is None else self._named(last)[0]


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
    for index in range(len(reader.counted)):
        found = reader.share_of(index, reader.subject_of(index))
        found = [f for f in found if not reader.is_part_of_same(index, f.subject, taken)]
        if found:
            taken[index] = found
    out = [_claim(reader, index, found, taken) for index, several in taken.items() for found in several]
    spans = [(c.start, c.end, c.subject) for c in out]
    for statement in reader.statements():
        numbered = any(s == statement.subject and statement.start <= a and b <= statement.end for a, b, s in spans)
        if not numbered:
            out.append(statement)
    return tuple(sorted(out, key=lambda c: (c.start, c.end, c.subject))), tuple(reader.counted)


def _claim(reader: _Reader, index: int, found: _Found, taken: dict[int, list[_Found]]) -> Claim:
    entry: Subject = reader.words.subjects[found.subject]
    counted = found.counted
    first, last, place = reader.place(counted.start, counted.end)
    parts, complete = reader.parts_of(index, found, taken)
    flowing = reader.flow.text
    carried = _CARRIED_AFTER.match(flowing[counted.tail : counted.tail + 20]) or _CARRIED_BEFORE.search(
        flowing[max(0, counted.start - 30) : counted.start]
    )
    scope = "、".join(filter(None, [found.scope, "含上年结转" if carried else ""]))
    money = entry.unit if entry.unit in ("元", "万元") else counted.unit
    certain = found.formal and counted.exact and found.own and not carried and reader.year is not None
    value = in_unit(counted.value, counted.unit, money)
    claim = Claim(
        subject=entry.name, said=Said.NUMBER, value=value, unit=money or entry.unit, text=reader.cut(counted.start),
        raw=reader.prose.text[first:last], start=first, end=last, place=place,
        low=in_unit(counted.low, counted.unit, money) or 0, high=in_unit(counted.high, counted.unit, money),
        certain=certain, scope=scope, section=reader.heading(counted.start)[0],
    )  # fmt: skip
    if not parts:
        return claim
    return replace(claim, parts=tuple(p.value for p in parts), parts_complete=complete)
