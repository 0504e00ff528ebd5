"""A SQLite file that others may be writing at this moment -> a copy of it, as of one moment, in one file.

Whole      the copy is made under another name and gets its own when it is complete; it is never put in the place of a file
Alone      the copy keeps no log beside it (journal mode DELETE), so that it can be carried away as it is
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

_PATIENCE = 60


def uri(path: Path, **parameters: str) -> str:
    """The path as SQLite's URI, whatever characters it holds; also of a drive or a share of Windows."""
    plain = path.absolute().as_posix()
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    return f"file://{quote(plain if plain.startswith('/') else '/' + plain)}?{query}"


def copy(source: Path, target: Path) -> None:
    """A copy of the whole file. Raises FileExistsError, OSError, sqlite3.Error; then there is no target."""
    if target.exists():
        raise FileExistsError(target)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.未完成")
    unfinished.unlink(missing_ok=True)
    try:
        fill(source, unfinished)
        with contextlib.closing(sqlite3.connect(unfinished)) as made:
            made.execute("PRAGMA journal_mode = DELETE").close()
        _flushed(unfinished)
        _named(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)


def fill(source: Path, target: Path) -> None:
    """The content of `target` becomes that of `source`, in one transaction. Raises sqlite3.Error."""
    with (
        contextlib.closing(sqlite3.connect(uri(source, mode="rw"), timeout=_PATIENCE, uri=True)) as given,
        contextlib.closing(sqlite3.connect(uri(target, mode="rwc"), timeout=_PATIENCE, uri=True)) as made,
    ):
        given.backup(made)


def _flushed(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _named(unfinished: Path, target: Path) -> None:
    """Its own name, never that of a file that came meanwhile."""
    try:
        os.link(unfinished, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if target.exists():
            raise FileExistsError(target) from None
        unfinished.rename(target)


def settle(path: Path) -> None:
    """What its log holds is written into the file, the log goes. Raises sqlite3.OperationalError where others have it open."""
    with contextlib.closing(sqlite3.connect(uri(path, mode="rw"), timeout=_PATIENCE, uri=True)) as given:
        given.execute("PRAGMA journal_mode = DELETE").close()


def is_database(path: Path) -> bool:
    """Whether the file begins as SQLite's files do; one that does not would lose its log when SQLite opens it."""
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"
