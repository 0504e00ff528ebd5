"""A rule and its mutants -> examples: one for each outcome, the boundaries, and one for each mutant that none catches.

Search     from the rule's own examples (or a table of zeros) one change at a time, then two; the same examples every time
Verified   every example is judged by the rule itself; what it then says is what the example is filed under
Chosen     the fewest examples: again and again the one that catches most of what is left, of equals the simplest
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from auditor.examples import Trial, trials
from auditor.expectations import KEY
from auditor.findings import judge_rule
from auditor.formula.vocabulary import LAST_YEAR
from auditor.making.moves import Example, Moves
from auditor.mutants import mutants
from auditor.rulebook.book import Ready, Rulebook
from auditor.rulebook.loading import compiled
from auditor.rulebook.rule import Examples
from auditor.testing import data_of, missing

_MOST_ANSWERS = 40_000
_ANSWERS_OF_A_CASE = 5  # reading an example takes as long as about so many answers
_MOST_SEEDS = 8
_CLAUSE = re.compile(r"[，。；：（）\n]")


@dataclass(frozen=True, slots=True)
class Made:
    """One example that was made: what the rule says of it, and the changes that it catches and no other does."""

    outcome: str
    example: Example
    catches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Said:
    """What a rule says of one case."""

    outcome: str
    severities: tuple[str, ...]
    count: int
    messages: str


# What of an answer shows a mutant: nothing but the outcome (""), or a key of 期望 with its value.
_Aspect = tuple[str, Any]


@dataclass(frozen=True)
class _Seen:
    """A candidate with what the rule says of it and the mutants that it shows."""

    outcome: str
    example: Example
    shows: Mapping[int, _Aspect]

    @property
    def cost(self) -> tuple[int, int, int]:
        """Simple examples first: few keys, little text."""
        return sum(bool(key) for key, _ in self.shows.values()), len(self.example), len(repr(self.example))


def made(book: Rulebook, ready: Ready, most: int = _MOST_ANSWERS) -> tuple[list[Made], list[str]]:
    """Examples that the rule lacks, and the changes that no example could be made for."""
    search = _Search(book, ready)
    return search.chosen(search.found(most)), [search.names[at] for at in sorted(search.left)]


class _Search:
    """The mutants that the rule's own examples leave alive, and the search for examples that show them."""

    def __init__(self, book: Rulebook, ready: Ready) -> None:
        self.book, self.ready = book, ready
        own = [t for t in trials(book, ready) if isinstance(t, Trial)]
        self.names: list[str] = []
        self.alive: dict[int, Ready] = {}
        self.data = data_of(book, ready)
        for mutant in mutants(book, ready, self.data):
            changed = compiled(book, mutant.data)
            if isinstance(changed, Ready) and not any(t.unlike(changed, book) for t in own):
                self.alive[len(self.names)] = changed
                self.names.append(mutant.change)
        self.left = set(self.alive)
        self.lacking = set(missing(ready))

    def found(self, most: int) -> list[_Seen]:
        """The candidates that show a mutant which none before them showed, or have an outcome that is lacking."""
        out: list[_Seen] = []
        unseen, lacking = set(self.alive), set(self.lacking)
        for example in self._candidates():
            if most <= 0 or not (unseen or lacking):
                break
            most -= len(unseen) + _ANSWERS_OF_A_CASE
            seen = self._seen(example, unseen)
            if seen is not None and (seen.shows or seen.outcome in lacking):
                unseen -= set(seen.shows)
                lacking.discard(seen.outcome)
                out.append(seen)
        return out

    def _seen(self, example: Example, wanted: Iterable[int]) -> _Seen | None:
        """What the rule says of an example, where it says the same in every form; None where it is no example."""
        rule = self.ready.rule.model_copy(update={"examples": Examples.model_construct(kept=(example,))})
        cases = []
        for trial in trials(self.book, replace(self.ready, rule=rule)):
            if not isinstance(trial, Trial):
                return None
            cases.append(trial)
        own = [self._said(self.ready, case) for case in cases]
        if len({s.outcome for s in own}) != 1:
            return None
        shows = {}
        for at in wanted:
            said = [self._said(self.alive[at], case) for case in cases]
            if (aspect := _shown(own, said)) is not None:
                shows[at] = aspect
        return _Seen(own[0].outcome, example, shows)

    def _said(self, ready: Ready, trial: Trial) -> _Said:
        said = judge_rule(ready, trial.case_for(ready), self.book)
        severities = tuple(sorted({f.severity for f in said.findings}))
        messages = "\n".join([f.message for f in said.findings] + [u.reason for u in said.undecided])
        return _Said(said.outcomes[ready.id].value, severities, len(said.findings), messages)

    def _candidates(self) -> Iterator[Example]:
        seen: set[str] = set()
        for example in self._in_turn(self._seeds()):
            key = repr(sorted(example.items(), key=lambda item: item[0]))
            if key not in seen:
                seen.add(key)
                yield example

    def _in_turn(self, seeds: Sequence[tuple[Moves, Example]]) -> Iterator[Example]:
        near: list[tuple[Moves, Example]] = []
        for moves, seed in seeds:
            yield seed
            for example in moves.of(seed):
                near.append((moves, example))
                yield example
        Random(0).shuffle(near)
        for moves, example in near:
            further = list(moves.of(example))
            Random(len(further)).shuffle(further)
            yield from further[:12]

    def _seeds(self) -> list[tuple[Moves, Example]]:
        out: list[tuple[Moves, Example]] = []
        own = [{k: v for k, v in e.items() if k != KEY} for _, _, e in self.ready.rule.examples.all()]
        for form in (f for f in self.book.forms if f.letter in self.ready.forms):
            moves = Moves(self.book, self.ready, form, self.data)
            names = {name for name in moves.cells if not name.startswith(LAST_YEAR)}
            fitting = [e for e in own if names & set(e)] if names else own
            zeros: Example = dict.fromkeys(moves.cells, 0)
            ones: Example = dict.fromkeys(moves.cells, 1)
            if len(self.ready.forms) > 1:  # the members of a group may differ from form to form
                ones["概况"] = {"格式": form.letter}
            seeds = [*fitting[:1], ones, *fitting[1:_MOST_SEEDS], zeros]
            out += [(moves, seed) for seed in (seeds if moves.cells else fitting[:_MOST_SEEDS] or [{}])]
        if not out:
            moves = Moves(self.book, self.ready, None, self.data)
            out = [(moves, e) for e in own[:_MOST_SEEDS]]
        return out

    def chosen(self, found: Sequence[_Seen]) -> list[Made]:
        """The fewest examples that show all that any of them shows, and one for each outcome that is lacking."""
        full = [s for one in found if (s := self._seen(one.example, self.left)) is not None]
        out: list[Made] = []
        while full:
            best = max(full, key=lambda s: (len(set(s.shows) & self.left), *(-c for c in s.cost)))
            shown = sorted(set(best.shows) & self.left)
            if not shown:
                break
            out.append(Made(best.outcome, _expecting(best, shown), tuple(self.names[at] for at in shown)))
            self.left -= set(shown)
            self.lacking.discard(best.outcome)
        for seen in sorted(full, key=lambda s: s.cost):
            if seen.outcome in self.lacking:
                self.lacking.discard(seen.outcome)
                out.append(Made(seen.outcome, seen.example))
        return out


def _shown(own: Sequence[_Said], other: Sequence[_Said]) -> _Aspect | None:
    """By what the answers of a mutant differ from the rule's own; None where by nothing that an example can name."""
    pairs = list(zip(own, other, strict=True))
    if any(a.outcome != b.outcome for a, b in pairs):
        return "", None
    alike = len({a.severities for a in own}) == 1 and len(own[0].severities) == 1
    if alike and any(a.severities != b.severities for a, b in pairs):
        return "严重程度", own[0].severities[0]
    if len({a.count for a in own}) == 1 and any(a.count != b.count for a, b in pairs):
        return "问题数", own[0].count
    for a, b in pairs:
        for clause in sorted(_CLAUSE.split(a.messages), key=len):
            if len(clause) > 1 and clause not in b.messages and all(clause in one.messages for one in own):
                return "消息含", clause.strip()
    return None


def _expecting(seen: _Seen, shown: Sequence[int]) -> Example:
    """The example with the 期望 that these mutants do not meet."""
    wanted: dict[str, Any] = {}
    for at in shown:
        key, value = seen.shows[at]
        if key == "消息含":
            wanted.setdefault(key, [])
            wanted[key] += [value] if value not in wanted[key] else []
        elif key:
            wanted[key] = value
    for key in [k for k, v in wanted.items() if isinstance(v, list) and len(v) == 1]:
        wanted[key] = wanted[key][0]
    return {**seen.example, KEY: wanted} if wanted else seen.example


def as_mapping(example: Mapping[str, Any]) -> str:
    """An example as one line of YAML."""
    return "{" + ", ".join(f"{k}: {_scalar(v)}".rstrip() + (" " if v is None else "") for k, v in example.items()) + "}"


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return as_mapping(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_scalar, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    unsafe = isinstance(value, str) and (
        not text
        or text[0] in "-?:,[]{}#&*!|>'\"%@`"
        or any(c in text for c in ",[]{}\n")
        or ": " in text
        or " #" in text
    )
    return "'" + text.replace("'", "''") + "'" if unsafe else text
