"""A command of `auditor` as a program would run it, without the second it takes to start a process.

`auditor(…, cwd=…)` runs `auditor.cli.main` here: its own streams of bytes, its own arguments, current folder and exit
code. What belongs to a process (hash seed, console, warnings at import) is tested with one: `process`.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import traceback
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from subprocess import CompletedProcess
from unittest import mock

from auditor.cli import main

ROOT = Path(__file__).resolve().parent.parent


class _Stream(io.TextIOWrapper):
    """A stream over bytes that outlives its wrapper: libraries keep hold of sys.stdout."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="ascii", write_through=True)

    @property
    def words(self) -> str:
        kept = self.buffer
        assert isinstance(kept, io.BytesIO)
        return kept.getvalue().decode("utf-8").replace("\r\n", "\n")


def auditor(*arguments: object, cwd: Path, answers: str = "") -> CompletedProcess[str]:
    """The command in another folder. An exception that leaves it is printed as the interpreter prints it, with code 1."""
    given = ["auditor", *map(str, arguments)]
    out, err = _Stream(), _Stream()
    asked = io.TextIOWrapper(io.BytesIO(answers.encode()), encoding="utf-8")
    with (
        _folder(cwd),
        warnings.catch_warnings(),
        mock.patch.multiple(sys, argv=given, stdin=asked, stdout=out, stderr=err),
    ):
        warnings.simplefilter("error")
        code = _code()
    return CompletedProcess(given, code, out.words, err.words)


def _code() -> int:
    try:
        main()
    except SystemExit as ended:
        if isinstance(ended.code, str):
            print(ended.code, file=sys.stderr)
            return 1
        return ended.code or 0
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


@contextlib.contextmanager
def _folder(path: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(path)
    try:
        yield
    finally:
        os.chdir(before)


def process(
    *arguments: object, cwd: Path, env: Mapping[str, str] | None = None, answers: str | None = None
) -> CompletedProcess[str]:
    """The command as a process of its own, in another folder, as an installed program would be."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", **(env or {})}
    environment.pop("PYTHONUTF8", None)
    return subprocess.run(
        [sys.executable, "-m", "auditor", *map(str, arguments)],
        cwd=cwd,
        env=environment,
        input=answers,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
