"""Finder: many phrases in, which of them occur in a sentence out, at a cost that does not grow with the phrases.

Atoms     every phrase needs some words: 收到…申请# needs 收到 and 申请, (网站|微信)…公开# one of two and 公开. The words of a text
          are looked up once; a phrase is tried only where one of each of its groups is there, by its own pattern
Patterns  on RE2 (linear time), compiled at their first trial
Why       one RE2 set of 540 phrases is as quick on sentences it has seen, but each sentence of another author makes it
          build its automaton on: 2.7 ms a sentence, fifty a report; this takes some thirty microseconds either way
Kept      the last answers: reports of one county share most of their sentences (numbers are signs by then)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import re2

from auditor.facts.flow import FOLD
from auditor.facts.phrases import NUMBER, OTHER, spelled_out, to_pattern

_KEPT = 2048
_Group = frozenset[str]


class Finder:
    """Phrases to be found in short texts."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._patterns = [to_pattern(phrase) for phrase in phrases]
        self._compiled: dict[int, Any] = {}
        self._groups: list[tuple[int, ...]] = []
        self._always: list[int] = []
        self._plain: list[bool] = []
        bits: dict[str, int] = {}
        keyed: dict[str, list[int]] = {}
        all_groups = [needed(phrase) for phrase in phrases]
        uses = Counter(atom for groups in all_groups for group in groups for atom in group)
        for index, (phrase, groups) in enumerate(zip(phrases, all_groups, strict=True)):
            # Words and nothing else: where one stands the phrase does.
            self._plain.append(len(groups) == 1 and set(spelled_out(phrase) or ()) == groups[0])
            self._groups.append(tuple(sum(bits.setdefault(a, 1 << len(bits)) for a in group) for group in groups))
            # Tried by the words that the fewest phrases need: 微信 rather than 公开.
            key = min(groups, key=lambda group: sum(uses[atom] for atom in group), default=frozenset())
            for atom in key:
                keyed.setdefault(atom, []).append(index)
            if not key:
                self._always.append(index)
        self._by_first: dict[str, list[tuple[str, int, list[int]]]] = {}
        for atom, bit in bits.items():
            self._by_first.setdefault(atom[0], []).append((atom, bit, keyed.get(atom, [])))
        self.found = lru_cache(_KEPT)(self._found)

    def _found(self, text: str) -> tuple[int, ...]:
        """The numbers of the phrases that occur in a text, in order."""
        there = 0
        tried = set(self._always)
        for char in set(text):
            for atom, bit, phrases in self._by_first.get(char, ()):
                if atom in text:
                    there |= bit
                    tried.update(phrases)
        return tuple(i for i in sorted(self._complete(tried, there)) if self._plain[i] or self.occurs(i, text))

    def _complete(self, tried: Iterable[int], there: int) -> Iterator[int]:
        """The phrases of which one word of each group is there."""
        for index in tried:
            for group in self._groups[index]:
                if not there & group:
                    break
            else:
                yield index

    def occurs(self, index: int, text: str) -> bool:
        """Whether one of the phrases occurs in a text."""
        pattern = self._compiled.get(index)
        if pattern is None:
            pattern = self._compiled[index] = re2.compile(self._patterns[index])
        return pattern.search(text) is not None


def _telling(group: _Group) -> tuple[int, int]:
    """How well a group of alternative words tells a phrase: long words first, then few of them."""
    return min(map(len, group)), -len(group)


def needed(phrase: str) -> list[_Group]:
    """The words without which a phrase cannot occur: of each group one."""
    branches = [_of_branch(branch) for branch in _branches(phrase)]
    if len(branches) == 1:
        return branches[0]
    if not all(branches):
        return []
    return [frozenset[str]().union(*(max(groups, key=_telling) for groups in branches))]


def _of_branch(phrase: str) -> list[_Group]:
    """The groups of a phrase without alternatives of its own: its plain words, and one for each bracket."""
    out: list[_Group] = []
    word = ""
    at = 0
    while at < len(phrase):
        char = phrase[at]
        if char not in "([…^#":
            word += char.translate(FOLD)
            at += 1
            continue
        if word:
            out.append(frozenset((word,)))
            word = ""
        end = _closing(phrase, at) if char in "([" else at
        if char == "(":
            out += needed(phrase[at + 1 : end])
        at = end + 1
    return [*out, frozenset((word,))] if word else out


def _branches(phrase: str) -> list[str]:
    """The alternatives of a phrase at its own level."""
    out, depth = [""], 0
    for char in phrase:
        depth += (char in "([") - (char in ")]")
        if char == "|" and not depth:
            out.append("")
        else:
            out[-1] += char
    return out


def _closing(phrase: str, at: int) -> int:
    """Where the bracket that opens at a position closes."""
    depth = 0
    for end in range(at, len(phrase)):
        depth += (phrase[end] in "([") - (phrase[end] in ")]")
        if not depth:
            return end
    return len(phrase)


def near_part(phrase: str) -> str:
    """The part of a phrase that stands between the commas and the other numbers around its own number; "" for none.

    It is the whole phrase where that has neither …… nor a comma; of 申请……(当面|现场)[提交]# it is (当面|现场)[提交]#.
    """
    part = next((piece for piece in _pieces(phrase) if "#" in piece), "")
    return part if needed(part) and "," not in part.translate(FOLD) else ""


def _pieces(phrase: str) -> list[str]:
    """A phrase cut at each …… of its own level."""
    out, depth, at = [""], 0, 0
    while at < len(phrase):
        depth += (phrase[at] in "([") - (phrase[at] in ")]")
        if not depth and phrase.startswith("……", at):
            out.append("")
            at += 1
        else:
            out[-1] += phrase[at]
        at += 1
    return out


def around_number(window: str) -> str:
    """The stretch of a window in which a local phrase must stand, with the marks at both ends."""
    at = window.index(NUMBER)
    start = max(window.rfind(",", 0, at), window.rfind(OTHER, 0, at))
    ends = [end for mark in (",", OTHER) if (end := window.find(mark, at)) >= 0]
    return window[max(start, 0) : min(ends, default=len(window)) + 1]
