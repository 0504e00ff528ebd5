"""How long all documents of 300 units take: `python tests/documents/measure_documents.py [LEDGER] [units]`. A measurement, not a test.

Makes a ledger of two quarters of a large county (`tests/ledger/quarters20.py`) where there is none at the path, and runs
`auditor documents 季度 --zip` of every kind, each kind by itself and all of them at once, each in a process of its own.
Prints seconds on the clock, the peak memory of the process and of those it started together, papers and bytes.
Target    300 units, every kind: under 60 s and 500 MB on two cores
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "ledger"))

from auditor.documents.kinds import KINDS  # noqa: E402

QUARTERS = 2
_LOOK = 0.05


@dataclass
class Cost:
    """Seconds on the clock, MB at the peak of a process with its children, papers, MB of files."""

    seconds: float
    memory: float
    papers: int
    size: float


def family(process: int) -> list[int]:
    """A process and all that came of it."""
    found = [process]
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except OSError:
        return found
    for child in children:
        found += family(int(child))
    return found


def resident(process: int) -> float:
    """MB that a process holds now that it does not share with others (0 where the system does not tell)."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return int(text.split("Pss:")[1].split()[0]) / 1024


def cost(ledger: Path, quarter: str, kinds: tuple[str, ...]) -> Cost:
    """One command, watched."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "auditor", "documents", quarter, "--no-work", "--ledger", str(ledger)]
        command += ["--at", "2021-12-01", "--json", "--zip", "--out", out]
        command += [part for kind in kinds for part in ("--kind", kind)]
        begin, peak = time.perf_counter(), [0.0]
        running = subprocess.Popen(
            command, cwd=out, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        ended = threading.Event()

        def watch() -> None:
            while not ended.wait(_LOOK):
                peak[0] = max(peak[0], sum(map(resident, family(running.pid))))

        watching = threading.Thread(target=watch)
        watching.start()
        printed, _ = running.communicate()
        seconds = time.perf_counter() - begin
        ended.set()
        watching.join()
        assert running.returncode == 0, kinds
        size = sum(path.stat().st_size for path in Path(out).rglob("*") if path.is_file()) / 1e6
        return Cost(seconds, peak[0], len(json.loads(printed)["papers"]), size)


def main(arguments: list[str]) -> int:
    """Makes the ledger where there is none, then measures."""
    from quarters20 import quarters, twenty

    path = Path(arguments[0]) if arguments else Path(tempfile.mkdtemp()) / "ledger.sqlite"
    if not path.exists():
        print(json.dumps(twenty(path, QUARTERS, int(arguments[1]) if len(arguments) > 1 else 300)), flush=True)
    print(f"{'文书':<8}{'秒':>8}{'MB':>8}{'份':>8}{'文件 MB':>10}")
    for kinds in [*((name,) for name in KINDS), tuple(KINDS)]:
        one = cost(path, quarters(QUARTERS)[-1], kinds)
        name = "全部" if len(kinds) > 1 else kinds[0]
        print(f"{name:<8}{one.seconds:>8.1f}{one.memory:>8.0f}{one.papers:>8}{one.size:>10.1f}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
