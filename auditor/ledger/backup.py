"""A ledger -> a copy of it that was checked, while others write; such a copy -> the ledger again.

    backup(ledger, target)            a copy as of one moment, in one file; never over another file
    restore(copy, path)               the ledger at `path` is that copy from now on; what was there is kept beside it

Restoring  by copying files would leave the log of the old ledger (-wal) beside the new one; this takes it away with the old one
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from auditor.ledger import copying
from auditor.ledger.checking import Verified, verify
from auditor.ledger.ledger import Ledger, LedgerError, open, plainly

_BESIDE = ("", "-wal", "-shm", "-journal")


def backup(ledger: Ledger, target: Path) -> Verified:
    """Makes the copy and checks it; what was found in it. Raises LedgerError where no copy could be made."""
    _copied(ledger.path, target)
    with open(target) as copy:
        return verify(copy)


def _copied(source: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with plainly(source):
            copying.copy(source, target)
    except FileExistsError:
        raise LedgerError(f"“{target}”已经存在，没有覆盖；请换一个文件名") from None
    except OSError as error:
        raise LedgerError(f"不能写入“{target}”（{error.strerror}），请检查文件夹的权限和磁盘空间") from None


def restore(copy: Path, path: Path, kept: Path) -> Verified:
    """Puts the copy in the place of the ledger, which is kept under the name `kept`; what was found in the new ledger.

    Raises LedgerError where the copy is not whole, or where a file cannot be moved; then the ledger is as it was.
    """
    with open(copy) as source:
        found = verify(source)
    if not found.whole:
        raise LedgerError(f"备份“{copy}”本身不完好，没有恢复：{found.breaks[0].words}")
    unfinished = path.with_name(f"{path.name}.恢复中")
    unfinished.unlink(missing_ok=True)
    _copied(copy, unfinished)
    try:
        _put_aside(path, kept)
        unfinished.rename(path)
    except OSError as error:
        raise LedgerError(f"不能替换台账“{path}”（{error.strerror}）：请关闭正在使用台账的程序后重试") from None
    finally:
        unfinished.unlink(missing_ok=True)
    with open(path) as ledger:
        return verify(ledger)


def _put_aside(path: Path, kept: Path) -> None:
    """The old ledger with its log under another name, its log written into it where it can be."""
    if not path.exists():
        return
    if kept.exists():
        raise LedgerError(f"“{kept}”已经存在，没有覆盖")
    try:
        if copying.is_database(path):
            copying.settle(path)
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise LedgerError(f"台账“{path}”正被其他程序占用，请稍后再试") from None
    except sqlite3.DatabaseError:
        pass  # it is damaged: that is why it is replaced
    for ending in _BESIDE:
        part = path.with_name(path.name + ending)
        if part.exists():
            os.replace(part, kept.with_name(kept.name + ending))
