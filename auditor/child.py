"""A process that works on one item after another and that can be killed without taking the run along.

Worker    what a process needs before it can work, and the function's budget
Child     one such process as its owner sees it: give it an item, collect its result or a `Lost`
Limits    time and memory of each item (`limits.Budget`); a reader may ask for more while it works (`limits.need`)
Time      of the processor, by a timer that ends the process even inside C code, and on the clock, by the owner: a parser
          that sleeps or waits for itself uses no processor. Where more processes work than there are cores, the clock
          allows each the more
Memory    by the operating system (`auditor.memory`); Python code gets a MemoryError, C code as a rule aborts
Recycled  after so many items, or once an item has left a large heap behind, since what stays would be held against the next
Silence   a child writes nothing: stdout belongs to the run's result, and what a dying library says on stderr helps nobody
Windows   has no timer of the processor's time; the clock holds there
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

from auditor import memory
from auditor.model import Noun
from auditor.readers import limits
from auditor.readers.limits import ORDINARY, Budget, Fate

Here = TypeVar("Here")

RECYCLE = 250
_HEAP = 512 * 2**20
_START_SECONDS = 120.0  # a slow disk, a virus scanner
_TICK = 0.05
_NEAR = 0.6  # this share of the memory in use shortly before a crash: it was the memory

_READY, _DONE, _TIRED, _ERROR, _MEMORY, _BUDGET = b"r", b"d", b"t", b"e", b"m", b"b"


@dataclass(frozen=True)
class Worker(Generic[Here]):
    """`here` serves this process; `make(*arguments)` makes the same in another one and must pickle."""

    make: Callable[..., Here]
    arguments: tuple[Any, ...]
    here: Here
    budget: Budget = ORDINARY
    preload: str = "auditor.pipeline"


@dataclass(frozen=True, slots=True)
class Lost(Noun):
    """An item that took its process with it: how, and within which limits."""

    fate: Fate
    budget: Budget

    @property
    def reason(self) -> str:
        """What an inspector reads."""
        return limits.killed(self.fate, self.budget)


@dataclass(slots=True)
class Child:
    """One process, started when the first item comes and again after each loss; `crowd` is how many share a core."""

    function: Callable[[Any, Any], Any]
    worker: Worker[Any]
    crowd: float = 1.0
    _process: Any = None
    _pipe: Connection[Any, Any] | None = None
    _ready: bool = False
    _number: int | None = None
    _item: bytes = b""
    _budget: Budget = ORDINARY
    _begun: float = 0.0
    _memory: int = 0
    _answered: int = field(default=0)

    @property
    def is_idle(self) -> bool:
        """Whether it can be given an item."""
        return self._number is None

    def give(self, number: int, item: object) -> None:
        """Begins work on an item; its result comes back with the number."""
        self._number, self._item = number, pickle.dumps(item, pickle.HIGHEST_PROTOCOL)
        self._begun = time.monotonic()
        if self._process is None:
            self._start()
        elif self._ready:
            self._send()

    def collect(self) -> tuple[int, Any] | None:
        """The number of the item in hand and its result or `Lost`; None while there is none."""
        if self._number is None or self._pipe is None:
            return None
        try:
            while self._pipe.poll():
                message = self._pipe.recv_bytes()
                if message[:1] not in (_READY, _BUDGET):
                    return self._answer(message)
                self._note(message)
        except (EOFError, OSError):
            return self._loss(self._fate())
        if time.monotonic() - self._begun > self._seconds():
            return self._loss(Fate.TIME if self._ready else Fate.START)
        self._memory = max(self._memory, memory.taken(self._process.pid))
        return None

    def asked(self, item: object) -> Any:
        """The result of one item, or `Lost`, waited for."""
        self.give(0, item)
        while (answer := self.collect()) is None:
            wait_for([self])
        return answer[1]

    def close(self) -> None:
        """Ends the process, whatever it is doing, and what it has started."""
        process, pipe = self._process, self._pipe
        self._process, self._pipe, self._ready, self._number, self._answered = None, None, False, None, 0
        if process is None or pipe is None:
            return
        pipe.close()
        process.kill()
        _kill_group(process.pid)
        process.join()
        process.close()

    # --- the process ---

    def _start(self) -> None:
        context = _context(self.worker.preload)
        self._pipe, other = context.Pipe()
        arguments = (other, self.function, self.worker.make, self.worker.arguments, self.worker.budget)
        with _apart_from_main():
            self._process = context.Process(target=_serve, args=arguments, daemon=True)
            try:
                self._process.start()
            finally:
                other.close()

    def _send(self) -> None:
        assert self._pipe is not None
        self._budget, self._memory, self._begun = self.worker.budget, 0, time.monotonic()
        with contextlib.suppress(OSError):  # it has died since: `collect` will see that
            self._pipe.send_bytes(self._item)
        self._item = b""

    def _note(self, message: bytes) -> None:
        if message[:1] == _READY:
            self._ready = True
            self._send()
        else:
            self._budget = pickle.loads(message[1:])

    def _seconds(self) -> float:
        return self._budget.seconds * self.crowd if self._ready else _START_SECONDS

    def _answer(self, message: bytes) -> tuple[int, Any]:
        tag, number = message[:1], self._number
        assert number is not None
        self._number = None
        self._answered += 1
        if tag in (_TIRED, _MEMORY) or self._answered >= RECYCLE:
            self.close()
        if tag == _ERROR:
            raise pickle.loads(message[1:])
        return number, Lost(Fate.MEMORY, self._budget) if tag == _MEMORY else pickle.loads(message[1:])

    def _loss(self, fate: Fate) -> tuple[int, Lost]:
        number, budget = self._number, self._budget
        assert number is not None
        self.close()
        return number, Lost(fate, budget)

    def _fate(self) -> Fate:
        """How the process died, by its exit code and what it held shortly before."""
        self._process.join(5)
        code = self._process.exitcode
        if not self._ready:
            return Fate.START
        if sys.platform != "win32" and code == -signal.SIGPROF:
            return Fate.TIME
        if sys.platform != "win32" and code == -signal.SIGKILL:
            return Fate.MEMORY  # not from here: the system was out of memory
        return Fate.MEMORY if self._memory > _NEAR * self._budget.memory else Fate.CRASH


def wait_for(children: Sequence[Child]) -> None:
    """Returns when one of the children may have something to say, and soon in any case."""
    wait([child._pipe for child in children if child._pipe is not None and not child.is_idle], _TICK)


def _kill_group(process: int | None) -> None:
    if sys.platform != "win32" and process is not None:
        with contextlib.suppress(OSError):
            os.killpg(process, signal.SIGKILL)


def _context(preload: str) -> Any:
    """Never a plain fork: a caller with threads (a test runner, a web server) could leave a child locked for ever."""
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload([preload])
    return context


_hiding = threading.Lock()


@contextlib.contextmanager
def _apart_from_main() -> Iterator[None]:
    """A process started within does not run the caller's script again: all that it needs it imports by name."""
    with _hiding:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = types.ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


# --- inside the child ------------------------------------------------------------------------------


def _serve(
    pipe: Connection[Any, Any],
    function: Callable[[Any, Any], Any],
    make: Callable[..., Any],
    arguments: tuple[Any, ...],
    budget: Budget,
) -> None:
    _alone()
    try:
        here = make(*arguments)
        pipe.send_bytes(_READY)
        while True:
            item = pickle.loads(pipe.recv_bytes())
            pipe.send_bytes(_message(function, here, item, budget, pipe))
    except (EOFError, OSError):  # the owner is gone, or has no more work
        return


def _alone() -> None:
    """In a group of its own, so that it is ended with all that it starts; deaf to Ctrl-C, which its owner answers; silent."""
    if sys.platform != "win32":
        import resource

        os.setsid()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash leaves no gigabyte on the disk
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)


def _message(
    function: Callable[[Any, Any], Any], here: object, item: object, budget: Budget, pipe: Connection[Any, Any]
) -> bytes:
    def more(wanted: Budget) -> None:
        pipe.send_bytes(_BUDGET + pickle.dumps(wanted))
        _hold(wanted)

    try:
        with limits.allowed(budget, more):
            _hold(budget)
            result = pickle.dumps(function(here, item), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return _MEMORY
    except Exception as error:
        return _ERROR + _pickled(error)
    finally:
        _release()
    return (_TIRED if memory.peak() > _HEAP else _DONE) + result


def _pickled(error: Exception) -> bytes:
    try:
        pickled = pickle.dumps(error)
        pickle.loads(pickled)
    except Exception:  # an exception of a library may refuse either way
        return pickle.dumps(RuntimeError(repr(error)))
    return pickled


def _hold(budget: Budget) -> None:
    memory.hold(budget.memory)
    if sys.platform != "win32":
        # The default action ends the process even inside C code, where an exception could not be raised.
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, budget.seconds)


def _release() -> None:
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, 0)
