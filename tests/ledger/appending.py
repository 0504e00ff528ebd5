"""Appends entries of one finding each to a ledger, as fast as it can: `python tests/ledger/appending.py LEDGER NAME COUNT WRITERS`.

It begins when as many writers are there as are to be: each leaves a mark in the folder beside that of the ledger.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from ledgers import AT, row

from auditor.ledger import open as open_ledger
from auditor.ledger import tables


def main(path: str, name: str, count: str, writers: str) -> int:
    """Opens the ledger (or makes it) and writes; whoever is refused ends with an error."""
    marks = Path(path).parent.parent
    marks.joinpath(f"{name}.here").touch()
    while len(list(marks.glob("*.here"))) < int(writers):
        time.sleep(0.001)
    with open_ledger(Path(path), create=True) as ledger:
        for at in range(int(count)):
            with ledger.writing("审核", f"{name} 的第 {at} 条", AT) as entry:
                entry.add("finding", {**row(tables.finding, 0), "unit": name, "place": at})
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
