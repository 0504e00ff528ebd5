"""The terminal: a console that prints Chinese as it is, and a progress bar on anything over a second."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any

from rich.console import Console

_PATIENCE = 1.0


def console(*, err: bool = False) -> Console:
    """A console that guesses nothing about Chinese text (no highlighting, no emoji codes)."""
    return Console(stderr=err, highlight=False, emoji=False, markup=False, soft_wrap=False)


class Bar:
    """Progress on stderr: stage, reports done, problems so far, time left. Silent in its first second and off a terminal."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._console = console(err=True)
        self._bar: Any = None
        self._task: Any = None
        self._stage = ""

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def tell(self, stage: str, done: int, total: int, problems: int) -> None:
        """One more report is done."""
        if not self._console.is_terminal or time.monotonic() - self._started < _PATIENCE:
            return
        if self._bar is None:
            self._bar = _progress(self._console)
            self._bar.start()
        if stage != self._stage:
            self._stage = stage
            self._task = self._bar.add_task(stage, total=total, problems=0)
        self._bar.update(self._task, completed=done, total=total, problems=problems)


def _progress(on: Console) -> Any:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("份  已发现问题 {task.fields[problems]} 个  剩余"),
        TimeRemainingColumn(),
        console=on,
        transient=True,
    )
