"""Subjects: the words of `rules/claims.yaml` in, one matcher for numbers and one for plain statements out.

Window    a sentence in which the number in question and its neighbours are replaced by signs; most phrases stand between
          the commas and the other numbers around it, so that few characters have to be looked at
Winner    the narrowest phrase; a member of a total (网站) is narrower than the total; phrases that several subjects share
          speak of all of them; where two subjects fit equally well there is none
Compiled  once in each process for each lexicon
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

from auditor.facts.finder import Finder, around_number, near_part
from auditor.facts.lexicon import ClaimWords, Subject
from auditor.facts.phrases import Phrases, any_of, spelled_out, to_pattern, weight
from auditor.model import Said

_FORMAL = 100  # the form's own words are narrower than any others


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase that was found says: of which subject, in which use (says, unless, never), how narrowly."""

    subject: int
    use: str
    weight: int
    formal: bool
    phrase: str
    further: bool = False  # whether the phrase looks beyond the commas around its number


class ScopeWords:
    """The words that say for whom something counts, found in one pass; each with its name and role.

    Wordings are spelled out and joined by their first character: a search that skips what none begins with (RE2 takes
    five times as long for some twenty finds). A phrase with a gap cannot be spelled out and is searched by itself.
    """

    def __init__(self, words: ClaimWords) -> None:
        groups = [
            *((name, "whole", listed) for name, listed in words.whole),
            ("", "part", words.part),
            ("", "own", words.own),
        ]
        self._named: dict[str, tuple[str, str]] = {}
        self._others: list[tuple[Any, str, str]] = []
        rests: dict[str, list[str]] = {}
        for name, role, listed in groups:
            for phrase in listed:
                wordings = spelled_out(phrase)
                if wordings is None:
                    self._others.append((re2.compile(to_pattern(phrase)), name, role))
                for wording in wordings or ():
                    if wording and wording not in self._named:
                        self._named[wording] = name or wording, role
                        rests.setdefault(wording[0], []).append(re.escape(wording[1:]))
        branches = [f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in rests.items()]
        self._pattern = re.compile("|".join(branches) or r"[^\s\S]")

    def find(self, text: str) -> list[tuple[int, int, str, str]]:
        """Start, end, name and role of every word of scope, in order."""
        out = [(*match.span(), *self._named[match.group()]) for match in self._pattern.finditer(text)]
        for pattern, name, role in self._others:
            out += [(*match.span(), name or match.group(), role) for match in pattern.finditer(text)]
        return sorted(out) if self._others else out


@dataclass(frozen=True, slots=True)
class Statement:
    """A phrase of a plain statement: whose it is and what it says."""

    subject: int
    said: Said
    phrase: str

    @property
    def pattern(self) -> Any:
        """Its pattern, compiled once."""
        return _pattern(self.phrase)


@lru_cache(maxsize=1024)
def _pattern(phrase: str) -> Any:
    return re2.compile(to_pattern(phrase))


@dataclass(frozen=True, slots=True, eq=False)
class Subjects:
    """All subjects of one lexicon, ready to be looked for."""

    words: ClaimWords
    near: Finder  # what of the phrases stands between the commas and the other numbers around a number
    near_meanings: tuple[Meaning, ...]
    whole: Finder  # those phrases themselves
    wide: Finder  # announcing phrases of which nothing does
    wide_meanings: tuple[Meaning, ...]
    against: Finder  # other phrases of which nothing does: looked for only where a number is announced
    against_meanings: tuple[Meaning, ...]
    children: tuple[frozenset[int], ...]
    plain: Finder
    statements: tuple[Statement, ...]
    unless: Phrases  # of a clause
    unless_of: tuple[int, ...]  # the subject of each of its patterns
    unless_around: Phrases  # of the sentence it stands in
    unless_around_of: tuple[int, ...]
    needs: Finder
    needs_of: tuple[int, ...]
    scopes: ScopeWords
    plans: Phrases
    negations: Phrases
    lacks: Phrases

    def hits(self, window: str) -> list[Meaning]:
        """What the phrases say that are found around a number."""
        hits = [
            meaning
            for i in self.near.found(around_number(window))
            if not (meaning := self.near_meanings[i]).further or self.whole.occurs(i, window)
        ]
        hits += [self.wide_meanings[i] for i in self.wide.found(window)]
        if any(hit.use == "says" for hit in hits):
            hits += [self.against_meanings[i] for i in self.against.found(window)]
        return hits

    def withdrawn(self, clause: str, sentence: str) -> set[int]:
        """The subjects of which a clause, or the sentence it stands in, says that nothing is to be taken from it."""
        out = {self.unless_of[hit] for hit in self.unless.found(clause)}
        return out | {self.unless_around_of[hit] for hit in self.unless_around.found(sentence)}

    def lacking(self, around: str) -> set[int]:
        """The subjects that need a word which does not stand in the text around."""
        return set(self.needs_of) - {self.needs_of[hit] for hit in self.needs.found(around)}

    def __getitem__(self, subject: int) -> Subject:
        return self.words.subjects[subject]


@lru_cache(maxsize=8)
def compiled(words: ClaimWords) -> Subjects:
    """The matchers of a lexicon."""
    meanings = [
        meaning
        for index, subject in enumerate(words.subjects)
        if subject.says or subject.formal
        for meaning in _meanings(index, subject)
    ]
    meanings += [_meaning(-1, "never", 0, False, phrase) for phrase in words.never]
    near = tuple(meaning for meaning in meanings if near_part(meaning.phrase))
    wide = tuple(meaning for meaning in meanings if not near_part(meaning.phrase) and meaning.use == "says")
    against = tuple(meaning for meaning in meanings if not near_part(meaning.phrase) and meaning.use != "says")
    statements = [
        Statement(index, said, phrase)
        for index, subject in enumerate(words.subjects)
        for said, listed in ((Said.DID, subject.did), (Said.DID_NOT, subject.did_not))
        for phrase in listed
    ]
    unless = [(i, any_of(p)) for i, s in enumerate(words.subjects) if (p := _of_statements(s, around=False))]
    around = [(i, any_of(p)) for i, s in enumerate(words.subjects) if (p := _of_statements(s, around=True))]
    needs = [(i, f"({'|'.join(s.needs)})") for i, s in enumerate(words.subjects) if s.needs]
    number = {subject.name: index for index, subject in enumerate(words.subjects)}
    return Subjects(
        words=words,
        near=Finder([near_part(meaning.phrase) for meaning in near]),
        near_meanings=near,
        whole=Finder([meaning.phrase for meaning in near]),
        wide=Finder([meaning.phrase for meaning in wide]),
        wide_meanings=wide,
        against=Finder([meaning.phrase for meaning in against]),
        against_meanings=against,
        children=tuple(frozenset(number[c] for c in s.children) for s in words.subjects),
        plain=Finder([statement.phrase for statement in statements]),
        statements=tuple(statements),
        unless=Phrases([pattern for _, pattern in unless]),
        unless_of=tuple(index for index, _ in unless),
        unless_around=Phrases([pattern for _, pattern in around]),
        unless_around_of=tuple(index for index, _ in around),
        needs=Finder([phrase for _, phrase in needs]),
        needs_of=tuple(index for index, _ in needs),
        scopes=ScopeWords(words),
        plans=Phrases([any_of(words.plans)]),
        negations=Phrases([any_of(words.negations)]),
        lacks=Phrases([any_of(words.lacks)]),
    )


def _meanings(index: int, subject: Subject) -> list[Meaning]:
    out = [_meaning(index, "says", weight(p) + _FORMAL, True, p) for p in subject.formal]
    out += [_meaning(index, "says", weight(p), False, p) for p in subject.says]
    return out + [_meaning(index, "unless", 0, False, p) for p in subject.unless]


def _meaning(index: int, use: str, heavy: int, formal: bool, phrase: str) -> Meaning:
    return Meaning(index, use, heavy, formal, phrase, near_part(phrase) != phrase)


def _of_statements(subject: Subject, *, around: bool) -> list[str]:
    """The phrases that withdraw a plain statement: those with …… look past its clause."""
    return [phrase for phrase in subject.unless if "#" not in phrase and ("……" in phrase) is around]


def winners(said: Iterable[Meaning], children: Sequence[frozenset[int]]) -> list[int]:
    """The subjects that one phrase names together, else the narrowest; none where two are equally narrow."""
    speakers: dict[str, set[int]] = {}
    heaviest: dict[int, int] = {}
    for hit in said:
        speakers.setdefault(hit.phrase, set()).add(hit.subject)
        heaviest[hit.subject] = max(heaviest.get(hit.subject, 0), hit.weight)
    if len(heaviest) < 2:
        return list(heaviest)
    shared = {subject for together in speakers.values() if len(together) > 1 for subject in together}
    if shared:
        return sorted(shared)
    for subject in list(heaviest):
        if any(child in heaviest for child in children[subject]):
            del heaviest[subject]
    top = max(heaviest.values(), default=0)
    narrowest = [subject for subject, heavy in heaviest.items() if heavy == top]
    return narrowest if len(narrowest) == 1 else []
