"""Many items through one function: here, or in worker processes that may die without taking the run along.

Here      few items; what may kill the process that reads it is then read apart (`auditor.apart`)
Workers   many items, or where more than one job is asked for: one item at a time to each, so that it is known which item
          a process died of; that one comes back as `Lost`, with the limit that it passed
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from auditor.child import Child, Here, Lost, Worker, wait_for

__all__ = ["Lost", "Worker", "mapped", "one_by_one"]

Item = TypeVar("Item")
Result = TypeVar("Result")

# Starting a process and building its rulebook costs about as much as this many reports.
_WORTH_A_POOL = 60


def mapped(
    function: Callable[[Here, Item], Result], items: Sequence[Item], worker: Worker[Here], jobs: int | None = None
) -> Iterator[tuple[Item, Result | Lost]]:
    """(item, result) of every item, in order; `Lost` for an item that killed its process."""
    if len(items) < _WORTH_A_POOL and (jobs or 1) == 1:
        for item in items:
            yield item, function(worker.here, item)
        return
    yield from _pooled(function, items, worker, min(jobs or os.cpu_count() or 1, len(items)))


def one_by_one(
    function: Callable[[Here, Item], Result], items: Sequence[Item], worker: Worker[Here]
) -> Iterator[tuple[Item, Result | Lost]]:
    """The same in one process apart, however few they are."""
    return _pooled(function, items, worker, 1)


def _pooled(
    function: Callable[[Here, Item], Result], items: Sequence[Item], worker: Worker[Here], count: int
) -> Iterator[tuple[Item, Result | Lost]]:
    children = [Child(function, worker, max(1.0, count / (os.cpu_count() or 1))) for _ in range(count)]
    results: dict[int, Result | Lost] = {}
    given = 0
    try:
        for at, item in enumerate(items):
            while at not in results:
                for child in children:
                    if child.is_idle and given < len(items):
                        child.give(given, items[given])
                        given += 1
                wait_for(children)
                results.update(answer for child in children if (answer := child.collect()) is not None)
            yield item, results.pop(at)
    finally:
        for child in children:
            child.close()
