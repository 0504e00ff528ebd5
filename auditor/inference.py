"""Inference: which patterns fire on what was told, by durable-rules or by our own forward chainer.

In        answers: "clause n of pattern p is answered, with these values of its join variables"
Out       firings: pattern and values of all its join variables; each at most once a session
Order     blockers (`none`) are told with the first answers, before anything they block; a fact that arrives later than
          its blocker is the only order in which durable-rules answers rightly
Fence     durable-rules sees flat facts of short ASCII strings, constant equality, string joins, one count, `none` last,
          at most 64 patterns a ruleset; every other use of it crashes the process or answers wrongly without a word.
          Values are told as tokens (t0, t1 …), so no text of a report ever reaches it
Decision  constant tests are made before anything is told. Each clause is then told once for each value of its joins, which
          keeps the cross product of facts (80 × 80 findings, 6,400 firings) down to the conclusions that come out
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from auditor.rulebook.pattern import Clause, Pattern, set_problems

DURABLE = "durable-rules"
CHAINER = "chainer"
_PATTERNS_A_RULESET = 62  # with the boot and the sink rule, 64


@dataclass(frozen=True, slots=True)
class Answer:
    """Clause `clause` of a pattern (needs first, then unless) is answered; `values` follow the clause's `joins`.

    `ordinal` tells apart the findings that a count adds up.
    """

    pattern: str
    clause: int
    values: tuple[str, ...] = ()
    ordinal: int = 0


@dataclass(frozen=True, slots=True)
class Firing:
    """A pattern holds for these values of its variables."""

    pattern: str
    values: tuple[str, ...] = ()


class Session(Protocol):
    """What was told of one report so far."""

    def tell(self, answers: Iterable[Answer]) -> frozenset[Firing]:
        """All firings so far. Every answer to an `unless` clause must be in the first call."""

    def close(self) -> None:
        """Forget the report."""


class Engine(Protocol):
    """Patterns, compiled once."""

    @property
    def name(self) -> str:
        """durable-rules or chainer, as `run.inference` says it."""

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """The patterns it was made for."""

    def session(self) -> Session:
        """A fresh session; one at a time."""


def make_engine(patterns: Sequence[Pattern], prefer: str | None = None) -> Engine:
    """The engine asked for; durable-rules by default, our own chainer where it cannot be imported.

    Raises ValueError for an unknown name and for patterns that `set_problems` refuses.
    """
    if prefer not in (None, DURABLE, CHAINER):
        raise ValueError(f"unknown inference engine: {prefer}")
    if problems := set_problems(patterns):
        raise ValueError("; ".join(message for _, message in problems))
    if prefer != CHAINER:
        try:
            return Durable(patterns)
        except ImportError:
            pass
    return Chainer(patterns)


# --- our own ---------------------------------------------------------------------------------------


class Chainer:
    """A small forward chainer: nested loops over the values told. The oracle of the tests."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._patterns = tuple(patterns)

    @property
    def name(self) -> str:
        return CHAINER

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        return self._patterns

    def session(self) -> Session:
        return _ChainerSession({pattern.id: pattern for pattern in self._patterns})


class _ChainerSession:
    def __init__(self, patterns: Mapping[str, Pattern]) -> None:
        self._patterns = patterns
        self._told: dict[str, dict[int, set[tuple[tuple[str, ...], int]]]] = {}
        self._fired: set[Firing] = set()

    def tell(self, answers: Iterable[Answer]) -> frozenset[Firing]:
        touched = set()
        for answer in answers:
            told = self._told.setdefault(answer.pattern, {}).setdefault(answer.clause, set())
            told.add((answer.values, answer.ordinal))
            touched.add(answer.pattern)
        for id in touched:
            self._fired.update(self._firings(self._patterns[id], self._told[id]))
        return frozenset(self._fired)

    def close(self) -> None:
        self._told, self._fired = {}, set()

    def _firings(self, pattern: Pattern, told: Mapping[int, set[tuple[tuple[str, ...], int]]]) -> Iterator[Firing]:
        if pattern.at_least is not None:
            if len(told.get(0, ())) >= pattern.at_least:
                yield Firing(pattern.id)
            return
        values = {clause: {values for values, _ in told.get(clause, ())} for clause in range(_clauses(pattern))}
        for bound in _bindings(pattern.needs, values, 0, {}):
            blocked = any(
                tuple(bound[variable] for _, variable in clause.joins) in values[len(pattern.needs) + at]
                for at, clause in enumerate(pattern.unless)
            )
            if not blocked:
                yield Firing(pattern.id, tuple(bound[variable] for variable in pattern.variables))


def _bindings(
    clauses: Sequence[Clause], values: Mapping[int, set[tuple[str, ...]]], at: int, bound: Mapping[str, str]
) -> Iterator[Mapping[str, str]]:
    """Every way to give the variables values that answer all clauses from `at` on."""
    if at == len(clauses):
        yield bound
        return
    for answer in values[at]:
        extended = dict(bound)
        if all(extended.setdefault(v, word) == word for (_, v), word in zip(clauses[at].joins, answer, strict=True)):
            yield from _bindings(clauses, values, at + 1, extended)


def _clauses(pattern: Pattern) -> int:
    return len(pattern.needs) + len(pattern.unless)


# --- durable-rules ---------------------------------------------------------------------------------


class Durable:
    """durable-rules inside its safe subset. Owns one Host for life (a dropped one leaks): make one a process.

    Raises ImportError where durable-rules is not installed or does not load.
    """

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._patterns = tuple(patterns)
        self._fired: set[tuple[str, tuple[str, ...]]] = set()
        self._failure: list[BaseException] = []
        self._sessions = 0
        self._ruleset_of: dict[str, str] = {}
        self._host = _quiet_host()
        self._host.register_rulesets(self._rulesets())

    @property
    def name(self) -> str:
        return DURABLE

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        return self._patterns

    def session(self) -> Session:
        self._sessions += 1
        self._fired.clear()
        self._failure.clear()
        return _DurableSession(self, str(self._sessions))

    def _rulesets(self) -> dict[str, dict[str, object]]:
        rulesets: dict[str, dict[str, object]] = {}
        for start in range(0, len(self._patterns), _PATTERNS_A_RULESET):
            name = f"patterns{start // _PATTERNS_A_RULESET}"
            rules = rulesets[name] = {
                "boot": {"all": [{"m": {"kind": "boot"}}], "run": _nothing},
                "sink": {"all": [{"m": {"kind": "answer"}}], "run": _nothing},
            }
            for at, pattern in enumerate(self._patterns[start : start + _PATTERNS_A_RULESET], start):
                if pattern.fault is not None:
                    continue  # located faults are no inference: nothing is ever told to such a pattern
                rules[f"p{at}"] = self._rule(at, pattern)
                self._ruleset_of[pattern.id] = name
        return rulesets

    def _rule(self, at: int, pattern: Pattern) -> dict[str, object]:
        holder: dict[str, str] = {}
        conditions: list[dict[str, object]] = []
        for number, clause in enumerate((*pattern.needs, *pattern.unless)):
            parts: list[dict[str, object]] = [{"to": f"p{at}c{number}"}]
            for slot, (_, variable) in enumerate(clause.joins):
                if variable in holder:
                    alias, _, its_slot = holder[variable].partition(".")
                    parts.append({f"v{slot}": {alias: its_slot}})
                elif number < len(pattern.needs):
                    holder[variable] = f"c{number}.v{slot}"
            blocks = "$not" if number >= len(pattern.needs) else ""
            conditions.append({f"c{number}{blocks}": {"$and": parts} if len(parts) > 1 else parts[0]})
        rule: dict[str, object] = {"all": conditions}
        if pattern.at_least is not None:
            rule["count"] = pattern.at_least
        rule["run"] = self._consequent(pattern.id, [holder[variable].split(".") for variable in pattern.variables])
        return rule

    def _consequent(self, id: str, slots: Sequence[Sequence[str]]) -> Callable[[Any], None]:
        """A consequent of exactly one argument (a second one would make it asynchronous) that never raises."""

        def fire(c: Any) -> None:
            try:
                self._fired.add((id, tuple(str(getattr(getattr(c, alias), slot)) for alias, slot in slots)))
            except Exception as error:  # durable-rules swallows it: keep it for the session
                self._failure.append(error)

        return fire


class _DurableSession:
    def __init__(self, engine: Durable, sid: str) -> None:
        self._engine = engine
        self._sid = sid
        self._index = {pattern.id: at for at, pattern in enumerate(engine.patterns)}
        self._booted: list[str] = []
        self._tokens: dict[str, str] = {}
        self._told: set[Answer] = set()
        self._counter = 0

    def tell(self, answers: Iterable[Answer]) -> frozenset[Firing]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # durable-rules reads the clock by a deprecated call
            for answer in sorted(set(answers) - self._told, key=self._blockers_first):
                self._told.add(answer)
                self._assert(answer)
        self._raise_failures()
        words = {token: word for word, token in self._tokens.items()}
        return frozenset(Firing(id, tuple(words[token] for token in tokens)) for id, tokens in self._engine._fired)

    def close(self) -> None:
        for ruleset in self._booted:
            self._engine._host.delete_state(ruleset, self._sid)
        self._booted.clear()

    def _blockers_first(self, answer: Answer) -> tuple[bool, int, int, tuple[str, ...], int]:
        at = self._index[answer.pattern]
        needs = len(self._engine.patterns[at].needs)
        return answer.clause < needs, at, answer.clause, answer.values, answer.ordinal

    def _assert(self, answer: Answer) -> None:
        ruleset = self._engine._ruleset_of[answer.pattern]
        if ruleset not in self._booted:  # a session in which nothing has fired cannot be deleted without a crash
            self._send(ruleset, {"kind": "boot"})
            self._booted.append(ruleset)
        fact = {"kind": "answer", "to": f"p{self._index[answer.pattern]}c{answer.clause}"}
        for slot, value in enumerate(answer.values):
            fact[f"v{slot}"] = self._tokens.setdefault(value, f"t{len(self._tokens)}")
        self._send(ruleset, fact)

    def _send(self, ruleset: str, fact: dict[str, str]) -> None:
        """Assert a fact; two different facts may pass for the same one (32-bit identity), then its counter moves on."""
        for attempt in range(3):
            self._counter += 1
            try:
                self._engine._host.assert_fact(ruleset, {**fact, "i": f"n{self._counter}", "sid": self._sid})
                return
            except Exception as error:
                if type(error).__name__ != "MessageObservedException" or attempt == 2:
                    raise

    def _raise_failures(self) -> None:
        failures = list(self._engine._failure)
        for ruleset in self._booted:
            state = self._engine._host.get_state(ruleset, self._sid)
            if "exception" in state:
                failures.append(RuntimeError(str(state["exception"])))
        if failures:
            raise RuntimeError("durable-rules failed") from failures[0]


def _nothing(_: Any) -> None:
    """The consequent of boot and sink."""


def _quiet_host() -> Any:
    """A Host without its two timer threads. Imported here only, because the import may fail."""
    from durable.engine import Host

    class QuietHost(Host):  # type: ignore[misc]
        def _run(self) -> None:
            return

    return QuietHost()
