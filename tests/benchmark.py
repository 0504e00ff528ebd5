"""How long 1,000 HTML reports take: `python tests/benchmark.py [count] [jobs]`, and each format by itself
(`python tests/benchmark.py formats`), and rules over stored reports (`python tests/benchmark.py rules`). A measurement, not a test.

The reports are the HTML files of reports/ multiplied; each copy gets its own name and number, so that no two are equal.
Prints seconds in all, reports a second, the peak memory of one process, and where the time of one report goes.
Formats   one report of form C in every dress of `rendering`, a page of 33 KB, and a PDF of six pages: from bytes to facts on one core,
          each in a process of its own (its peak memory counts what it imports); HTML also against a bare parse of the same bytes
          in the same run
Rules     the shipped rules on cells, repeated under other ids with other thresholds to 150 and 300, over 5,000 and 10,000 stored
          reports with seeded faults (`random_reports`): opening the store, columns and every outcome, in a process of its own,
          one core; against the bare loop over the facts, and against the same rules asked report by report
"""

from __future__ import annotations

import datetime as dt
import re
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from random import Random
from statistics import median

from selectolax.lexbor import LexborHTMLParser

from auditor import readers, store
from auditor.facts import extract
from auditor.facts.tables import read_tables
from auditor.findings import Beside, judge
from auditor.model import Audit, Document, Judged, Run, Score
from auditor.pipeline import Brief, Options, audit, desk, judge_report
from auditor.rulebook import Ready, Rulebook, load
from auditor.rulebook.loading import compiled

REPORTS = Path(__file__).resolve().parent.parent / "reports"


def pages() -> list[tuple[str, bytes]]:
    """The HTML reports, by name."""
    return [(p.name, p.read_bytes()) for p in sorted(REPORTS.rglob("*.html"))]


def copies(folder: Path, count: int) -> None:
    """`count` files, none equal to another, each lot of a county of its own (else they were versions of one report)."""
    given = pages()
    for at in range(count):
        name, data = given[at % len(given)]
        county = chr(0x5000 + at // len(given)) + "湖"
        for encoding in ("utf-8", "gb18030"):
            data = data.replace("澄湖".encode(encoding), county.encode(encoding))
        name = name.replace("澄湖", county)
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
        judge_report(here, Brief(report, Beside()))
        marks.append(time.perf_counter())
        for key, a, b in zip(spent, marks, marks[1:], strict=False):
            spent[key] += b - a
    return {key: 1000 * value / len(given) for key, value in spent.items()}


def page_of_33_kb() -> bytes:
    """The longest report of form C with the script and the menus that a site puts around it, up to 33 KB."""
    data = max((p.read_bytes() for p in REPORTS.rglob("*.html") if "2024" in p.name), key=len)
    script = b"<script>function show(id){var e=document.getElementById(id);e.style.display='block';}</script>\n"
    menu = '<li><a href="/zwgk/fdzdgknr/index.html" target="_blank">法定主动公开内容</a></li>\n'.encode()
    most = (33_000 - len(data)) // 2
    ahead = script * (most // len(script)) + b"<ul class='nav'>" + menu * (most // len(menu)) + b"</ul>"
    at = data.index(b">", data.index(b"<body")) + 1
    return data[:at] + ahead + data[at:]


def own_peak() -> float:
    """Peak memory of this process in MB, without what it was started from; 0 where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


@dataclass(frozen=True)
class Road:
    """Milliseconds of processor time a document, medians: to its blocks, to the facts of its tables, to everything that
    it states (prose, sections, claims, profile), and of a bare parse in the same run (0 where it is no page)."""

    blocks: float
    facts: float
    whole: float
    bare: float


def road(suffix: str, data: bytes, seconds: float = 2.0) -> Road:
    """One document again and again; processor time is disturbed less by other programs than the clock."""
    lexicon = load().lexicon
    spent: list[tuple[float, float, float, float]] = []
    until = time.perf_counter() + seconds
    while len(spent) < 5 or time.perf_counter() < until:
        marks = [time.process_time()]
        document = readers.read(f"a{suffix}", data)
        marks.append(time.process_time())
        assert isinstance(document, Document), document
        read_tables(document, lexicon.forms, None)
        marks.append(time.process_time())
        extract(document, lexicon)
        marks.append(time.process_time())
        if suffix.startswith(".htm"):
            LexborHTMLParser(data)
        marks.append(time.process_time())
        begun, read, tables, everything, parsed = marks
        bare = parsed - everything if suffix.startswith(".htm") else 0.0
        spent.append((read - begun, tables - begun, everything - tables + read - begun, bare))
    return Road(*(1000 * median(column) for column in zip(*spent, strict=True)))


def formats() -> None:
    """Prints a line for each format, measured in a process of its own."""
    for folder in ("readers", "."):
        sys.path.insert(0, str(Path(__file__).resolve().parent / folder))
    from rendering.dresses import DRESSES, report

    form = next(form for form in load().lexicon.forms if form.letter == "C")
    given = report(form, {id: str(number % 50) for number, id in enumerate(form.cells)})
    files = {"html 33 KB": (".html", page_of_33_kb())}
    yushan = REPORTS.parent.parent / "shared" / "samples" / "yushan" / "a_utf8.html"
    if yushan.is_file():
        files["html 2017"] = (".html", yushan.read_bytes())
    files |= {name: (dress.suffix, dress.make(given)) for name, dress in DRESSES.items()}
    six = REPORTS.parent.parent / "shared" / "corpus" / "huaian_shi_2024_C.pdf"
    if six.is_file():
        files["pdf 6 pages"] = (".pdf", six.read_bytes())
    for name, (suffix, data) in files.items():
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            spent = pool.submit(road, suffix, data).result()
            peak = pool.submit(own_peak).result()
        ratio = (
            f"  {spent.facts / spent.bare:4.1f} / {spent.whole / spent.bare:4.1f} x a bare parse" if spent.bare else ""
        )
        print(
            f"{name:12} {len(data) / 1000:6.1f} KB  blocks {spent.blocks:6.2f}  facts {spent.facts:6.2f} ms"
            f" ({1000 / spent.facts:4.0f}/s)  whole {spent.whole:6.2f} ms ({1000 / spent.whole:4.0f}/s)  peak {peak:3.0f} MB{ratio}"
        )


# --- rules over stored reports -----------------------------------------------------------------------


def stored_reports(book: Rulebook, count: int, path: Path) -> None:
    """A store of random reports with seeded faults, of which nothing was said yet."""
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    from random_reports import report

    chance = Random(2026)
    full = Score(*[Decimal(100)] * 5, "优秀", "优秀", ())
    # Two units of three appear in several years, so that rules on last year have something to compare.
    reports = [
        report(book, chance, at, 2014 + at % 11, 10**6 + at // 11 if at % 3 else None, odd=0.001) for at in range(count)
    ]
    judged = tuple(Judged(one, (), (), {}, full) for one in reports)
    run = Run("0" * 16, None, dt.datetime(2026, 4, 8, tzinfo=dt.UTC), "", book.stamp, "chainer")
    store.write(Audit(run, judged, (), book.cards), path, book.texts)


def rules_on_cells(book: Rulebook, count: int) -> list[Ready]:
    """The shipped rules on cells that columns decide, repeated with other thresholds up to `count`."""
    equations = [r for r in book.rules if r.rule.check == "equation" and r.rule.in_a_row == 1]
    plain = [r for r in equations if "同类." not in r.rule.model_dump_json(exclude={"examples"})]
    out = list(plain)
    while len(out) < count:
        data = plain[len(out) % len(plain)].rule.model_dump(exclude_unset=True, exclude={"examples", "years"})
        data["id"] = f"{data['id']}-{len(out)}"
        data["applies"] = raw_scope(plain[len(out) % len(plain)])
        data["expect"] = {form: other_numbers(text, len(out)) for form, text in data["expect"].items()}
        ready = compiled(book, data)
        assert isinstance(ready, Ready), ready
        out.append(ready)
    return out[:count]


def raw_scope(ready: Ready) -> dict[str, object]:
    """`applies` as a rule file writes it."""
    applies = ready.rule.applies
    years = f"{applies.years.first or ''}-{applies.years.last or ''}"
    given = {"form": list(applies.form), "unit_kind": list(applies.unit_kind), "region": list(applies.region)}
    return {key: value for key, value in given.items() if value} | ({"years": years} if years != "-" else {})


def other_numbers(text: str, by: int) -> str:
    """The formula with each number changed; one without numbers allows so many more."""
    changed = re.sub(r"(?<![\w.])(\d+)(?![\w.])", lambda m: str(int(m[1]) + by % 7 + 1), text)
    return (
        changed if changed != text else re.sub(r"(=|≤|<)(?!.*[=≤<])", lambda m: f"{m[1]} {by % 7 + 1} +", text, count=1)
    )


def asked(path: Path, count: int) -> tuple[float, float, float, float]:
    """Seconds of processor time: opening and columns, all codes, then those reports that columns leave to `judge_rule`; and
    the share of these (percent)."""
    import gc

    import numpy as np

    from auditor.columnar.verdicts import ASK
    from auditor.findings import case_of, judge_rule
    from auditor.whatif.past import Past

    book = load()
    rules = rules_on_cells(book, count)
    gc.collect()
    marks = [time.process_time()]
    with store.open(path) as stored:
        past = Past(stored)
        panel = past.panel(book)
        panel.ask(rules[0])
        marks.append(time.process_time())
        left = np.array([panel.ask(ready) for ready in rules]) == ASK
        marks.append(time.process_time())
        for at in np.flatnonzero(left.any(axis=0)).tolist():
            case = case_of(past.lean(at), book, past.beside(at))
            for rule in np.flatnonzero(left[:, at]).tolist():
                judge_rule(rules[rule], case, book)
        marks.append(time.process_time())
    opened, said, singly = (b - a for a, b in pairwise(marks))
    return opened, said, singly, 100 * float(left.mean())


def bare_loop(path: Path) -> float:
    """Seconds for a loop in plain Python that looks at every stored fact once."""
    with store.open(path) as stored:
        rows, layouts = stored.rows, stored.layouts
        started, unknown = time.process_time(), 0
        for row in rows:
            for _, state in zip(layouts[row.layout], row.states, strict=True):
                unknown += state != 0
        return time.process_time() - started


def one_by_one(path: Path, count: int, reports: int = 200) -> float:
    """Seconds a report for the same rules asked with `judge_rule`; the report is lean, as what-if asks it."""
    from auditor.findings import case_of, judge_rule
    from auditor.whatif.past import Past

    book = load()
    rules = rules_on_cells(book, count)
    with store.open(path) as stored:
        past = Past(stored)
        started = time.process_time()
        for at in range(reports):
            case = case_of(past.lean(at), book)
            for ready in rules:
                judge_rule(ready, case, book)
        return (time.process_time() - started) / reports


def rules() -> None:
    """Prints the seconds for both numbers of rules and of reports, and the ratios."""
    book, seconds = load(), dict[tuple[int, int], float]()
    with tempfile.TemporaryDirectory() as name:
        paths = {size: Path(name) / f"{size}.db" for size in (5_000, 10_000)}
        for size, path in paths.items():
            stored_reports(book, size, path)
        for size, path in paths.items():
            for count in (150, 300):
                with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                    opened, said, singly, left = pool.submit(asked, path, count).result()
                seconds[size, count] = opened + said + singly
                print(
                    f"{size:6} reports {count} rules: {opened + said + singly:5.2f} s (open {opened:.2f}, columns {said:.2f}, "
                    f"singly {singly:.2f} for {left:.2f} % of all outcomes)"
                )
        loop, single = bare_loop(paths[10_000]), one_by_one(paths[10_000], 300)
    most = seconds[10_000, 300]
    print(f"twice the rules    {most / seconds[10_000, 150]:.2f} x the time")
    print(f"twice the reports  {most / seconds[5_000, 300]:.2f} x the time")
    print(
        f"bare loop over the facts {loop:.2f} s: 300 rules cost {most / loop:.1f} x, one rule {most / loop / 300:.3f} x"
    )
    print(f"report by report {single * 10_000:.0f} s: columns are {single * 10_000 / most:.0f} times as fast")


def main() -> None:
    """Measures and prints."""
    if sys.argv[1:] == ["formats"]:
        formats()
        return
    if sys.argv[1:] == ["rules"]:
        rules()
        return
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
