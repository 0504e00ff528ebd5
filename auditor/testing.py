"""A rulebook's own tests: every example of every rule, and (on request) every mutant of every rule, in parallel.

In        a rulebook, the ids of rules, how thorough: the changes that leave something out (what is not covered), or all
Out       Tested of each rule, in the order asked for: examples that fail, examples that are missing, survivors
Killed    a mutant is caught when one example does not come out under it; refused ones (by the loader) do not count
Accepted  a rule may name survivors with a reason (`survivors`): one that is caught, or that is no mutant of the rule any
          more, is a mistake
Speed     the examples are read once; every mutant is compiled alone and judges the same cases
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from auditor.bulk import Lost, Worker, mapped
from auditor.examples import Failure, Trial, trials
from auditor.mutants import Mutant, mutants
from auditor.readers.limits import Budget
from auditor.rulebook.book import Ready, Rulebook
from auditor.rulebook.loading import build, compiled
from auditor.rulebook.mistakes import Mistake

# The share of mutants that examples must catch.
CAUGHT = 97
_BUDGET = Budget(300, 2**30)
_FOUND = ("broken", "suspected")


@dataclass(frozen=True, slots=True)
class Tested:
    """What the tests of one rule said. `missing` are the outcomes without any example."""

    rule: str
    place: str
    examples: int
    failures: tuple[Failure, ...] = ()
    missing: tuple[str, ...] = ()
    mutants: int = 0
    caught: int = 0
    refused: int = 0
    survivors: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    lost: str = ""


def results(
    book: Rulebook, ids: Sequence[str] = (), *, mutate: bool = False, jobs: int | None = None
) -> Iterator[Tested]:
    """The rules (default all) with their examples tested; with `mutate` against all mutants."""
    chosen = list(ids) or [ready.id for ready in book.rules]
    worker = Worker(build, (book.texts,), book, budget=_BUDGET, preload="auditor.testing")
    for id, result in mapped(partial(_tested, mutate=mutate), chosen, worker, jobs):
        yield Tested(id, "", 0, lost=result.reason) if isinstance(result, Lost) else result


def _tested(book: Rulebook, id: str, *, mutate: bool) -> Tested:
    ready = book.rule(id)
    assert ready is not None
    made = list(trials(book, ready))
    cases = [one for one in made if isinstance(one, Trial)]
    failures = [one for one in made if isinstance(one, Failure)]
    failures += [f for trial in cases if (f := trial.failure(book, ready)) is not None]
    tally = _Tally()
    if not failures:
        for mutant in mutants(book, ready, data_of(book, ready)):
            if mutate or mutant.omits:
                tally.count(mutant, _survives(book, mutant, cases))
    known = {s.change: s.because for s in ready.rule.survivors}
    return Tested(
        ready.id,
        ready.place,
        len(ready.rule.examples.all()),
        tuple(failures),
        tuple(missing(ready)),
        tally.made,
        tally.made - len(tally.survivors),
        tally.refused,
        tuple(s for s in tally.survivors if s not in known),
        tuple(s for s in tally.survivors if s in known),
        tuple(_wrongly_accepted(book, ready, tally, mutate=mutate)) if not failures else (),
    )


class _Tally:
    """Counts what became of the mutants of one rule."""

    def __init__(self) -> None:
        self.made = self.refused = 0
        self.survivors: list[str] = []
        self.caught: set[str] = set()

    def count(self, mutant: Mutant, survives: bool | None) -> None:
        """Takes one mutant up; None: the loader refused it."""
        if survives is None:
            self.refused += 1
            return
        self.made += 1
        if survives:
            self.survivors.append(mutant.change)
        else:
            self.caught.add(mutant.change)


def _survives(book: Rulebook, mutant: Mutant, cases: list[Trial]) -> bool | None:
    made = compiled(book, mutant.data)
    if not isinstance(made, Ready):
        return None
    for at, trial in enumerate(cases):
        if trial.unlike(made, book):
            cases.insert(0, cases.pop(at))  # what caught one mutant will catch its like
            return False
    return True


def missing(ready: Ready) -> Iterator[str]:
    """Outcomes that a rule should have an example of: a sound report, a faulty one, one that cannot be told."""
    examples = ready.rule.examples
    if not examples.kept and not (ready.rule.check == "attest" and examples.to_confirm):
        yield "kept"
    if ready.rule.check == "attest":
        if not examples.to_confirm:
            yield "to_confirm"
    elif not any(getattr(examples, name) for name in _FOUND):
        yield "suspected" if ready.rule.certainty == "suspected" else "broken"
    if (ready.expect is not None or ready.when is not None) and not examples.unclear:
        yield "unclear"


def _wrongly_accepted(book: Rulebook, ready: Ready, tally: _Tally, *, mutate: bool) -> Iterator[Mistake]:
    for at, survivor in enumerate(ready.rule.survivors):
        if survivor.change in tally.caught:
            words = f"规则“{ready.id}”的改动“{survivor.change}”已有例子能发现，请从 survivors 中删去"
        elif mutate and survivor.change not in tally.survivors:
            words = f"规则“{ready.id}”没有“{survivor.change}”这一改动，请核对 survivors"
        else:
            continue
        yield _at(book, ready, ("survivors", at, "change"), words)


def _at(book: Rulebook, ready: Ready, path: tuple[str | int, ...], words: str) -> Mistake:
    source = book.sources[ready.place.rsplit(":", 1)[0]]
    mark = source.values.get((*base_of(book, ready), *path))
    line = mark.line if mark else int(ready.place.rsplit(":", 1)[1]) - 1
    return Mistake(source.name, line + 1, (mark.column if mark else 0) + 1, words, source.line(line))


def data_of(book: Rulebook, ready: Ready) -> Mapping[str, Any]:
    """The data that a rule was loaded from."""
    data: Any = book.sources[ready.place.rsplit(":", 1)[0]].data
    for step in base_of(book, ready):
        data = data[step]
    given: Mapping[str, Any] = data
    return given


def base_of(book: Rulebook, ready: Ready) -> tuple[int, ...]:
    """Where a rule stands in its file: its number in a list, () where the file holds it alone."""
    data = book.sources[ready.place.rsplit(":", 1)[0]].data
    if not isinstance(data, list):
        return ()
    return (next(i for i, item in enumerate(data) if isinstance(item, dict) and item.get("id") == ready.id),)
