"""Timing: where the seconds of an audit go, by stage and name; off unless asked for, and never part of a result.

Clock     sums seconds and counts; every process has its own, and what it took travels back with each result
Stages    读取 by kind of file, 提取, 规则 by rule id, 判断 (all rules of a report together with weighing and words), 定位与组合,
          计分, 文书 by file
Rules     the checks of a rulebook are wrapped, so that judging itself knows no clock and costs nothing more when it is off
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from auditor.checks.check import Case, Check, Result
from auditor.rulebook import Ready, Rulebook

READING, EXTRACTING, RULE, JUDGING, CONCLUDING, SCORING, DOCUMENT = STAGES = (
    *("读取", "提取", "规则", "判断", "定位与组合", "计分", "文书"),
)

SCAN = "（各规则用语一次扫描）"
_READING_PROSE = ("wording", "section", "agreement", "date", "similarity")

Spent = Mapping[tuple[str, str], tuple[float, int]]
"""(stage, name) -> seconds and how often."""


@dataclass
class Clock:
    """Seconds and counts by stage and name."""

    spent: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)

    def add(self, stage: str, name: str, seconds: float, count: int = 1) -> None:
        """So much more of one thing."""
        before, times = self.spent.get((stage, name), (0.0, 0))
        self.spent[stage, name] = (before + seconds, times + count)

    @contextmanager
    def time(self, stage: str, name: str = "") -> Iterator[None]:
        """What is done within takes that long."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.add(stage, name, time.perf_counter() - started)

    def taken(self) -> Spent:
        """What was measured since this was asked last."""
        found, self.spent = self.spent, {}
        return found

    def merge(self, spent: Spent) -> None:
        """What another process measured."""
        for (stage, name), (seconds, count) in spent.items():
            self.add(stage, name, seconds, count)

    def of(self, stage: str) -> list[tuple[str, float, int]]:
        """(name, seconds, count) of a stage, the dearest first."""
        found = [(name, *spent) for (at, name), spent in self.spent.items() if at == stage]
        return sorted(found, key=lambda one: (-one[1], one[0]))


def timing(clock: Clock | None, stage: str, name: str = "") -> AbstractContextManager[None]:
    """The clock runs; without one nothing happens."""
    return nullcontext() if clock is None else clock.time(stage, name)


@dataclass(frozen=True, slots=True)
class Timed:
    """A function of a desk and an item, with what the desk's clock measured; it pickles as the function does."""

    function: Callable[[Any, Any], Any]

    def __call__(self, here: Any, item: Any) -> tuple[Any, Spent]:
        """The function's result, and the seconds."""
        return self.function(here, item), here.clock.taken()


def timed(book: Rulebook, clock: Clock) -> Rulebook:
    """The same rulebook; what every check takes is added to the clock under the rule's id."""
    rules = tuple(replace(ready, check=_timed(ready, clock)) for ready in book.rules)
    return replace(book, rules=rules)


def _timed(ready: Ready, clock: Clock) -> Check:
    check, rule, reads = ready.check, ready.id, ready.rule.check in _READING_PROSE

    def run(case: Case) -> list[Result]:
        if reads and "hits" not in vars(case):  # the one pass for the patterns of all rules is nobody's own
            with clock.time(RULE, SCAN):
                _ = case.hits
        started = time.perf_counter()
        try:
            return check(case)
        finally:
            clock.add(RULE, rule, time.perf_counter() - started)

    return run
