"""SIGKILL at random moments of an audit of 300 reports: `python tests/ledger/kills.py [KILLS] [REPORTS] [SHARE]`.

Each time an audit command with a ledger is started (in a process group of its own, workers and all), killed, and looked after:
the ledger opens, `verify` finds it whole, it holds the whole run or none of it, and the next run finishes.

Moments    a part of the kills (SHARE percent, 10 unless told) falls anywhere in the whole command, from its first import to its
           last file, uniformly over the time that a command takes which is left alone. The others are aimed at the phase in which
           the run is written down: the command gets the audit ready made (pickled, judged once), says when it begins to make the
           run ready for the ledger and when it has the lock, and is killed uniformly within twice as long as the whole of
           it takes (every second one), or as the lock is held, the writing to the disk included (the others)
Ledgers    a new one every `_ROUND` kills, so that some kills hit a ledger that is being made, others one with runs in it
Prints     how many commands were killed (one that had ended before is not counted), and how often the run was there or not
"""

from __future__ import annotations

import contextlib
import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from auditor.ledger import open as open_ledger  # noqa: E402
from auditor.ledger.checking import verify  # noqa: E402
from auditor.ledger.contents import Stock  # noqa: E402
from auditor.ledger.reading import runs, stored  # noqa: E402
from auditor.ledger.recording import Handed, record  # noqa: E402
from auditor.model import Audit  # noqa: E402
from auditor.pipeline import Options, audit, handed_in  # noqa: E402
from auditor.rulebook import load  # noqa: E402

_ROUND = 8
_WRITING, _LOCKED, _WRITTEN = b"writing\n", b"locked\n", b"written\n"


def child(pickled: str, number: str, arguments: list[str]) -> None:
    """The audit command, its audit ready made; says when it begins to write the run down."""
    from auditor.cli import auditing, cli

    made = numbered(pickle.loads(Path(pickled).read_bytes()), f"{int(number):016x}")
    kept, into = auditing.kept, Stock.into

    def saying(*given: Any) -> Audit:
        os.write(1, _WRITING)
        done: Audit = kept(*given)
        os.write(1, _WRITTEN)
        return done

    def locked(stock: Stock, entry: Any) -> None:
        os.write(1, _LOCKED)
        into(stock, entry)

    auditing.kept = saying
    Stock.into = locked  # type: ignore[method-assign]
    auditing.audit = lambda *_: made
    cli(arguments)


def numbered(made: Audit, id: str) -> Audit:
    """The same audit as another run."""
    return replace(made, run=replace(made.run, id=id))


class Victims:
    """Starts audit commands on a folder of reports and kills them."""

    def __init__(self, folder: Path, count: int, chance: random.Random) -> None:
        from benchmark import copies

        self.folder, self.chance, self.log = folder, chance, Counter[str]()
        self.reports = folder / "reports"
        self.reports.mkdir()
        copies(self.reports, count)
        self.book = load()
        sources = handed_in([self.reports], Options())
        begin = time.monotonic()
        self.made = audit(sources, self.book, Options(jobs=None if count > 50 else 1))
        print(f"{len(self.made.reports)} reports judged in {time.monotonic() - begin:.1f} s", flush=True)
        self.handed = Handed(sources)
        self.pickled = folder / "made.pickle"
        self.pickled.write_bytes(pickle.dumps(self.made))
        self.whole = 0.0
        self.inner: dict[bytes, float] = {}

    def command(self, ledger: Path, number: int, *, ready: bool) -> list[str]:
        """The command of one run; each has an id of its own."""
        out = self.folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        words = [
            "audit",
            str(self.reports),
            "--ledger",
            str(ledger),
            "--out",
            str(out),
            "--formats",
            "json",
            "--no-work",
        ]
        words += ["--at", "2026-04-08T09:00:00+08:00", "--quarter", f"{2000 + number}Q1"]
        if not ready:
            return [sys.executable, "-m", "auditor", *words]
        return [sys.executable, str(HERE / "kills.py"), "child", str(self.pickled), str(number), *words]

    def started(self, command: list[str]) -> subprocess.Popen[bytes]:
        """A process group of its own, in the folder."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def measure(self, *, anywhere: bool) -> None:
        """How long the writing takes (here, in this process), and, where a kill may fall anywhere, a whole command left alone."""
        begin, marks, into = time.monotonic(), list[float](), Stock.into

        def locked(stock: Stock, entry: Any) -> None:
            marks.append(time.monotonic())
            into(stock, entry)

        Stock.into = locked  # type: ignore[method-assign]
        with open_ledger(self.folder / "measured.sqlite", create=True) as ledger:
            record(ledger, self.made, self.handed, self.book.texts, self.made.run.started)
        Stock.into = into  # type: ignore[method-assign]
        end = time.monotonic()
        self.inner = {_WRITING: end - begin, _LOCKED: end - marks[0]}
        print(
            f"writing takes {self.inner[_WRITING]:.2f} s, {self.inner[_LOCKED]:.2f} s of it under the lock", flush=True
        )
        if anywhere:
            begin = time.monotonic()
            with self.started(self.command(self.folder / "measured.sqlite", 900, ready=False)) as process:
                process.communicate()
                assert process.returncode == 0
            self.whole = time.monotonic() - begin
            print(f"a whole command takes {self.whole:.1f} s", flush=True)

    def kill(self, ledger: Path, number: int, *, anywhere: bool) -> None:
        """One command started and killed."""
        mark = _WRITING if number % 2 else _LOCKED
        with self.started(self.command(ledger, number, ready=not anywhere)) as process:
            assert process.stdout is not None
            if not anywhere:
                for line in process.stdout:
                    if line == mark:
                        break
            time.sleep(self.chance.uniform(0, self.whole if anywhere else self.inner[mark] * 2))
            hit = process.poll() is None
            self.log["killed" if hit else "the command had ended"] += 1
            self.log["anywhere in the command"] += anywhere and hit
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()

    def look_after(self, ledger: Path, before: int, number: int) -> int:
        """What the ledger is after a kill, and that the next run finishes; how many entries it has then."""
        with open_ledger(ledger, create=True) as opened:
            found = verify(opened)
            assert found.whole, found.breaks
            assert found.stamp.entries in (before, before + 1), found.stamp
            self.log["the run is there" if found.stamp.entries > before else "nothing of it is there"] += 1
            cards = runs(opened)
            assert len(cards) == found.stamp.entries
            for card in cards[before:]:
                assert len(stored(opened, card).reports) == card.reports == len(self.made.reports)
            another = numbered(self.made, f"{number:015x}f")
            assert record(opened, another, self.handed, self.book.texts, another.run.started).new
            return opened.stamp.entries


def main(arguments: list[str]) -> int:
    """Kills, looks, prints."""
    kills, reports, share = (*map(int, arguments), *(200, 300, 10)[len(arguments) :])
    chance = random.Random(kills * 1000 + reports)
    with TemporaryDirectory() as place:
        victims = Victims(Path(place), reports, chance)
        victims.measure(anywhere=share > 0)
        entries = number = 0
        while victims.log["killed"] < kills:
            ledger = Path(place) / f"{number // _ROUND}" / "ledger.sqlite"
            entries = 0 if number % _ROUND == 0 else entries
            victims.kill(ledger, number, anywhere=chance.random() * 100 < share)
            entries = victims.look_after(ledger, entries, number)
            number += 1
            if number % 20 == 0:
                print(f"{number} commands: {dict(victims.log)}", flush=True)
            if number % _ROUND == 0:
                with open_ledger(ledger) as opened:
                    assert verify(opened).whole
                shutil.rmtree(ledger.parent)
    print(f"{kills} kills, {reports} reports, no ledger damaged: {dict(victims.log)}")
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(sys.argv[2], sys.argv[3], sys.argv[4:])
        raise SystemExit(0)
    raise SystemExit(main(sys.argv[1:]))
