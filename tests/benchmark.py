"""How long 1,000 HTML reports take: `python tests/benchmark.py [count] [jobs]`. A measurement, not a test.

The reports are the HTML files of reports/ multiplied; each copy gets its own name and number, so that no two are equal.
Prints seconds in all, reports a second, the peak memory of one process, and where the time of one report goes.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from auditor import readers
from auditor.audit import Brief, Options, audit, desk, judge_report
from auditor.facts import extract
from auditor.findings import LastYear, judge
from auditor.model import Document
from auditor.rulebook import load

REPORTS = Path(__file__).resolve().parent.parent / "reports"


def pages() -> list[tuple[str, bytes]]:
    """The HTML reports, by name."""
    return [(p.name, p.read_bytes()) for p in sorted(REPORTS.rglob("*.html"))]


def copies(folder: Path, count: int) -> None:
    """`count` files, none equal to another."""
    given = pages()
    for at in range(count):
        name, data = given[at % len(given)]
        (folder / f"{at:04d}-{name}").write_bytes(data + f"<!-- {at} -->".encode())


def memory() -> float:
    """Peak memory of the largest single process so far, in MB (0 where the system does not tell)."""
    try:
        import resource
    except ImportError:
        return 0.0
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def stages(repeat: int = 5) -> dict[str, float]:
    """Milliseconds a report, stage by stage, on one core."""
    book = load()
    here, spent = desk(book), dict.fromkeys(("read", "extract", "judge", "judge, conclude, score"), 0.0)
    given = pages() * repeat
    for name, data in given:
        marks = [time.perf_counter()]
        document = readers.read(name, data)
        marks.append(time.perf_counter())
        assert isinstance(document, Document)
        report = extract(document, book.lexicon)
        marks.append(time.perf_counter())
        judge(report, book)
        marks.append(time.perf_counter())
        judge_report(here, Brief(report, LastYear()))
        marks.append(time.perf_counter())
        for key, a, b in zip(spent, marks, marks[1:], strict=False):
            spent[key] += b - a
    return {key: 1000 * value / len(given) for key, value in spent.items()}


def main() -> None:
    """Measures and prints."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    jobs = int(sys.argv[2]) if len(sys.argv) > 2 else None
    for stage, milliseconds in stages().items():
        print(f"{stage:24} {milliseconds:7.2f} ms a report")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copies(folder, count)
        started = time.perf_counter()
        done = audit([folder], load(), Options(jobs=jobs))
        seconds = time.perf_counter() - started
    print(
        f"{len(done.reports)} reports in {seconds:.1f} s, {len(done.reports) / seconds:.0f} a second, peak {memory():.0f} MB a process"
    )


if __name__ == "__main__":
    main()
