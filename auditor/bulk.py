"""Many items through one function: here, or in worker processes that may die without taking the run along.

Worker    how a process makes what the function needs (the rulebook from its texts), and the one of this process
Crash     a worker that is killed (time, memory, a fault in C code) loses its batch; its items are then tried one by
          one in processes of their own, and the one that kills its process comes back as None
Limits    30 s of processor time an item and, where the system can limit it, 2 GiB of memory a worker
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Here = TypeVar("Here")
Item = TypeVar("Item")
Result = TypeVar("Result")

# Starting a process and building its rulebook costs about as much as this many reports.
_WORTH_A_POOL = 60
_BATCH = 16

_held: Any = None
_seconds = 0.0


@dataclass(frozen=True)
class Worker(Generic[Here]):
    """`here` serves this process; `make(*arguments)` makes the same in another one and must pickle."""

    make: Callable[..., Here]
    arguments: tuple[Any, ...]
    here: Here
    seconds: float = 30
    memory: int = 2 * 2**30


def mapped(
    function: Callable[[Here, Item], Result], items: Sequence[Item], worker: Worker[Here], jobs: int | None = None
) -> Iterator[tuple[Item, Result | None]]:
    """(item, result) of every item, in order; None for an item that killed its process."""
    count = jobs if jobs is not None else (os.cpu_count() or 1) if len(items) >= _WORTH_A_POOL else 1
    if count <= 1 or not items:
        for item in items:
            yield item, function(worker.here, item)
        return
    yield from _pooled(function, items, worker, count)


def _pooled(
    function: Callable[[Here, Item], Result], items: Sequence[Item], worker: Worker[Here], count: int
) -> Iterator[tuple[Item, Result | None]]:
    batches = [items[at : at + _BATCH] for at in range(0, len(items), _BATCH)]
    at = 0
    while at < len(batches):
        with _pool(worker, min(count, len(batches) - at)) as pool:
            pending = [pool.submit(_batch, function, batch) for batch in batches[at:]]
            for future in pending:
                batch = batches[at]
                results = _result(future)
                at += 1
                if results is None:
                    yield from one_by_one(function, batch, worker)
                    break
                yield from zip(batch, results, strict=True)


def one_by_one(
    function: Callable[[Here, Item], Result], batch: Sequence[Item], worker: Worker[Here]
) -> Iterator[tuple[Item, Result | None]]:
    """The same, each item in a process of its own, so that only the one that kills its process is lost."""
    for item in batch:
        with _pool(worker, 1) as pool:
            results = _result(pool.submit(_batch, function, [item]))
        yield item, None if results is None else results[0]


def _result(future: Future[list[Result]]) -> list[Result] | None:
    try:
        return future.result()
    except BrokenProcessPool:
        return None


def _pool(worker: Worker[Here], count: int) -> ProcessPoolExecutor:
    arguments = (worker.make, worker.arguments, worker.seconds, worker.memory)
    return ProcessPoolExecutor(count, mp_context=_context(), initializer=_begin, initargs=arguments)


def _context() -> Any:
    """Never a plain fork: a caller with threads (a test runner, a web server) could leave a child locked for ever."""
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(["auditor.audit"])
    return context


def _begin(make: Callable[..., Any], arguments: tuple[Any, ...], seconds: float, memory: int) -> None:
    global _held, _seconds
    _held, _seconds = make(*arguments), seconds
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard == resource.RLIM_INFINITY or hard > memory:
            resource.setrlimit(resource.RLIMIT_AS, (memory, hard))


def _batch(function: Callable[[Any, Any], Any], batch: Sequence[Any]) -> list[Any]:
    return [_limited(function, item) for item in batch]


def _limited(function: Callable[[Any, Any], Any], item: Any) -> Any:
    if sys.platform == "win32":  # no timer of that kind there; the readers' own limits hold
        return function(_held, item)
    import signal

    # The default action ends the process even inside C code, where an exception could not be raised.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, _seconds)
    try:
        return function(_held, item)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
