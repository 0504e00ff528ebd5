"""Which stored run is meant: a run's folder, its id or the beginning of it, a quarter, a data file; by default the newest.

In        what the user wrote, and the folder in which `audits/` lies
Out       the path of the data file, or None where what was written names no run (it may be reports)
Newest    by the time the data file was written
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from auditor.store import NAME

AUDITS = "audits"
_QUARTER = re.compile(r"\d{4}Q[1-4]", re.IGNORECASE)
_ID = re.compile(r"[0-9a-f]{2,16}", re.IGNORECASE)


def newest(work: Path) -> Path | None:
    """The data of the newest run."""
    return _latest((work / AUDITS).glob(f"*/*/{_any_version()}"))


def named(word: str, work: Path) -> Path | None:
    """The data of the run that the word names."""
    path = Path(word)
    if path.is_file():
        return path if path.suffix == Path(NAME).suffix else None
    if path.is_dir():
        return _latest([*path.glob(_any_version()), *path.glob(f"*/{_any_version()}")])
    audits = work / AUDITS
    if _QUARTER.fullmatch(word):
        return _latest(audits.glob(f"{word.upper()}/*/{_any_version()}"))
    if _ID.fullmatch(word):
        return _latest(audits.glob(f"*/{word.lower()}*/{_any_version()}"))
    return None


def _any_version() -> str:
    """审核数据.db, and 审核数据（2）.db where the first was somebody's own."""
    stem, ending = NAME.rsplit(".", 1)
    return f"{stem}*.{ending}"


def _latest(found: Iterable[Path]) -> Path | None:
    paths = [path for path in found if path.is_file()]
    return max(paths, key=lambda path: (path.stat().st_mtime, str(path)), default=None)
