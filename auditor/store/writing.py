"""An audit -> the bytes of a store. The same audit gives the same bytes (with the same SQLite library)."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from auditor.columnar.packed import pack
from auditor.model import Audit, Judged, Profile, Prose, Report
from auditor.rulebook.texts import Texts
from auditor.store.codec import encode, packed, shapes
from auditor.store.schema import APPLICATION, LETTERS, TABLES, VERSION

NAME = "审核数据.db"


def write(audit: Audit, path: Path, texts: Texts | None = None) -> None:
    """The store of an audit at that path; what stood there is replaced whole. Raises OSError."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        _fill(partial, audit, texts)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def dump(audit: Audit, texts: Texts | None = None) -> bytes:
    """The bytes of the store. `texts` is the rulebook it was made with, so that what-if can lay new rules over it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        _fill(path, audit, texts)
        return path.read_bytes()


def _fill(path: Path, audit: Audit, texts: Texts | None) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.execute("PRAGMA journal_mode = OFF")
        base.execute("PRAGMA synchronous = OFF")
        base.execute(f"PRAGMA application_id = {APPLICATION}")
        base.execute(f"PRAGMA user_version = {VERSION}")
        base.execute("BEGIN")
        for table in TABLES.values():
            base.execute(table)
        rules = sorted({rule for judged in audit.reports for rule in judged.outcomes})
        base.executemany("INSERT INTO meta VALUES (?, ?)", _meta(audit, rules, texts))
        layouts: dict[tuple[str, ...], int] = {}
        for at, (report, judged) in enumerate(_reports(audit)):
            ids, states, numbers = pack(report.facts)
            layout = layouts.setdefault(ids, len(layouts))
            row = (at, judged is None, *_lean(report, judged, rules), layout, states, numbers)
            base.execute(f"INSERT INTO report VALUES ({', '.join('?' * len(row))})", row)
            base.execute("INSERT INTO whole VALUES (?, ?, ?, ?, ?)", (at, *_whole(report, judged)))
        listed = [(layout, json.dumps(ids, ensure_ascii=False)) for ids, layout in layouts.items()]
        base.executemany("INSERT INTO layout VALUES (?, ?)", listed)
        base.execute("COMMIT")


def _reports(audit: Audit) -> Iterator[tuple[Report, Judged | None]]:
    for judged in audit.reports:
        yield judged.report, judged
    for report in audit.before:
        yield report, None


def _meta(audit: Audit, rules: Sequence[str], texts: Texts | None) -> Iterator[tuple[str, bytes]]:
    yield "audit", packed(encode(replace(audit, reports=(), before=())))
    yield "shapes", packed(shapes())
    yield "rules", packed(list(rules))
    if texts is not None:
        yield "texts", packed([asdict(file) for file in texts.files])


def _lean(report: Report, judged: Judged | None, rules: Sequence[str]) -> tuple[Any, ...]:
    profile, score = report.profile, judged.score if judged else None
    group = report.filing.group if report.filing and report.filing.group else profile.unit_kind
    outcomes = "".join(LETTERS[judged.outcomes[r]] if r in judged.outcomes else "-" for r in rules) if judged else ""
    found = [
        [f.rule, f.fingerprint, f.outcome.value, f.severity, f.dimension, str(f.deducted), f.title]
        for f in (judged.findings if judged else ())
    ]
    return (
        report.source,
        report.sha256,
        report.kind,
        profile.organisation,
        profile.unit_kind,
        profile.year,
        profile.form,
        profile.title,
        profile.published.isoformat() if profile.published else None,
        profile.published_certain,
        profile.filled.isoformat() if profile.filled else None,
        report.filing.unit if report.filing else None,
        group,
        *((str(score.points), str(score.low), str(score.if_suspected)) if score else (None, None, None)),
        *((score.grade, score.low_grade) if score else (None, None)),
        outcomes,
        json.dumps(found, ensure_ascii=False, separators=(",", ":")),
        json.dumps(sorted({claim.subject for claim in report.claims}), ensure_ascii=False),
    )


_NOTHING = Report("", "", "", Profile(), Prose("", ()), (), {}, ())


def _whole(report: Report, judged: Judged | None) -> tuple[bytes, bytes, bytes, bytes | None]:
    """The report without facts and claims, its facts, its claims, and the judgement without its report."""
    rest = packed(encode(replace(report, facts={}, claims=())))
    facts = packed([encode(fact) for fact in report.facts.values()])
    claims = packed([encode(claim) for claim in report.claims])
    return rest, facts, claims, packed(encode(replace(judged, report=_NOTHING))) if judged is not None else None
