"""An audit -> one entry of the ledger: the run, what was handed in, readings, judgements, findings with their numbers.

Once       the same inputs, judged alike, add nothing; the same inputs judged otherwise (another day) are kept beside
Bare       what is stored is what the rules said: verdicts and waivers are laid over it when it is read
Numbers    a finding gets its name for people (2026Q2-禹山镇-03) the first time it is noted, for ever
Missing    a report of the roster that is not there is a row too, with its finding, but no report: no reading, no points; without
           the finding where the ledger holds a report of that unit and year, unless the roster itself says 未公布
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import select

from auditor import readers
from auditor.ledger import tables
from auditor.ledger.contents import Stock
from auditor.ledger.ledger import Ledger, LedgerError, Writing
from auditor.ledger.numbering import Numbers
from auditor.ledger.seal import canonical, sha256
from auditor.ledger.tables import MISSING, NOT_AGAIN
from auditor.ledger.units import group_of, region_of, renamed, short_of
from auditor.model import Audit, Finding, Judged, Outcome, Profile, Prose, Report, UnitYear, Unread
from auditor.quarters.naming import current_names, unit_of
from auditor.quarters.naming import quarter_of as quarter_of
from auditor.quarters.nouns import Key
from auditor.readers import Source
from auditor.roster import Roster
from auditor.roster.names import file_of
from auditor.rulebook.texts import Texts
from auditor.store.codec import encode, shapes
from auditor.store.schema import LETTERS
from auditor.typed import TypedCells, document_of

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_NOTHING = Report("", "", "", Profile(), Prose("", ()), (), {}, ())


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed to a run: sources in order, earlier reports, files beside them (role, name, bytes), years under check,
    what people had typed for cells that could not be read."""

    sources: Sequence[Source | Unread]
    before: Sequence[Source | Unread] = ()
    beside: Sequence[tuple[str, str, bytes]] = ()
    years: tuple[int, ...] = ()
    typed: TypedCells = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Where a run stands in the chain, and whether it is new."""

    entry: int
    new: bool


def record(
    ledger: Ledger, audit: Audit, handed: Handed, texts: Texts | None, at: dt.datetime, roster: Roster | None = None
) -> Recorded:
    """The run in the ledger. Raises LedgerError; then nothing of it is there.

    Everything is made ready before the ledger is locked, so that others wait for rows only.
    """
    words = f"批次 {audit.run.id}（{audit.run.quarter or '未注明季度'}），报告 {len(audit.reports)} 份"
    with Stock() as stock:
        ready = _ready(stock, audit, roster)
        known = {row.digest: row.entry for row in ledger.rows(_runs_of(audit.run.id))}
        if ready.digest in known:
            return Recorded(known[ready.digest], new=False)
        run = _run(stock, audit, handed, texts, ready)
        try:
            with ledger.writing("审核", words, at) as entry:
                twin = {row.digest: row.entry for row in entry.rows(_runs_of(audit.run.id))}.get(ready.digest)
                if twin is not None:  # another process wrote it meanwhile
                    raise _AlreadyThere(twin)
                stock.into(entry)
                _fill(entry, run, ready, roster)
                return Recorded(entry.seq, new=True)
        except _AlreadyThere as there:
            return Recorded(there.entry, new=False)


class _AlreadyThere(Exception):
    def __init__(self, entry: int) -> None:
        super().__init__(entry)
        self.entry = entry


def _runs_of(id: str) -> Any:
    return select(tables.run.c.digest, tables.run.c.entry).where(tables.run.c.id == id)


@dataclass(frozen=True, slots=True)
class _Ready:
    """The rows of reports and findings; for each report the keys of its findings and the short name of its unit.

    `digest` is what the run says, whatever the time and the engine of its patterns are; `rules` the order of the outcomes;
    `missing` the rows of reports that are not there, each with its finding's.
    """

    reports: Sequence[dict[str, Any]]
    findings: Sequence[dict[str, Any]]
    keys: Sequence[tuple[Sequence[Key], str]]
    rules: Sequence[str]
    digest: str
    missing: Sequence[tuple[dict[str, Any], dict[str, Any]]] = ()


def _ready(stock: Stock, audit: Audit, roster: Roster | None) -> _Ready:
    rules = sorted({rule for judged in audit.reports for rule in judged.outcomes})
    reports, findings, keys = [], [], []
    for at, judged in enumerate(audit.reports):
        reports.append(_report(stock, at, judged.report, judged, rules, roster))
        unit, year = unit_of(judged.report), judged.report.profile.year
        own = [Key(unit, year, finding.locus) for finding in judged.findings]
        keys.append((own, short_of(unit, roster)))
        findings += [_finding(at, place, *both) for place, both in enumerate(zip(own, judged.findings, strict=True))]
    said = [[row[name] for name in ("reading", "facts", "claims", "said")] for row in reports]
    bare = replace(_alone(audit), run=replace(audit.run, started=_EPOCH, inference=""))
    only = [*((1, report) for report in audit.before), *((2, report) for report in audit.others)]
    for at, (beside, report) in enumerate(only, len(audit.reports)):
        reports.append(_report(stock, at, report, None, rules, roster) | {"beside": beside})
    digest = sha256(canonical([json.loads(json.dumps(encode(bare))), said]))
    return _Ready(reports, findings, keys, rules, digest, list(_missing(stock, audit, len(reports), roster)))


def _alone(audit: Audit) -> Audit:
    """The run without its reports, which stand in rows of their own."""
    return replace(audit, reports=(), before=(), others=(), ledger=None, apart=())


def _run(stock: Stock, audit: Audit, handed: Handed, texts: Texts | None, ready: _Ready) -> _Run:
    given = list(_handed(stock, handed))
    _unchanged(audit, given)
    typed = _typed(handed.typed, {row["sha256"] for row in given if "sha256" in row})
    run = audit.run
    row = {
        "id": run.id,
        "quarter": run.quarter,
        "started": run.started.isoformat(),
        "engine": run.engine,
        "inference": run.inference,
        "rulebook": run.rulebook.sha256,
        "version": run.rulebook.version,
        "rules": run.rulebook.rules,
        "reports": len(audit.reports),
        "unread": len(audit.unread),
        "audit": stock.put("audit", encode(_alone(audit))),
        "shapes": stock.put("shapes", shapes()),
        "rule_ids": stock.put("rule_ids", ready.rules),
        "texts": stock.put("texts", [asdict(file) for file in texts.files]) if texts is not None else None,
        "digest": ready.digest,
        "typed": stock.put("typed", typed) if typed else None,
        "options": _json({"years": list(handed.years)}),
    }
    return _Run(row, given, quarter_of(run.quarter, run.started.date()))


@dataclass(frozen=True, slots=True)
class _Run:
    """The row of the run, those of what was handed to it, and the quarter by which its findings are numbered."""

    row: dict[str, Any]
    handed: Sequence[dict[str, Any]]
    quarter: str


def _fill(entry: Writing, run: _Run, ready: _Ready, roster: Roster | None) -> None:
    entry.add("handed", *run.handed)
    entry.add("run", run.row)
    known_names = {(row.former, row.unit) for row in entry.rows(select(tables.name.c.former, tables.name.c.unit))}
    entry.add("name", *({"former": a, "unit": b} for a, b in renamed(roster) if (a, b) not in known_names))
    entry.add("report", *ready.reports)
    entry.add("finding", *ready.findings)
    numbers = Numbers(entry, run.quarter)
    entry.add("number", *(row for keys, short in ready.keys for row in numbers.give(keys, short)))
    missing = list(_not_read(entry, ready))
    entry.add("report", *(row for row, _ in missing))
    said = [(row, finding) for row, finding in missing if row["beside"] == MISSING]
    entry.add("finding", *(finding for _, finding in said))
    entry.add("number", *(n for row, f in said for n in numbers.give([_key_of(f)], row["short"])))


def _key_of(row: dict[str, Any]) -> Key:
    return Key(row["unit"], row["year"], row["locus"])


def _not_read(entry: Writing, ready: _Ready) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The missing reports; those that were only not handed in again, but read before, are marked as such."""
    if not ready.missing:
        return
    renamed_, columns = tables.name.c, tables.report.c
    pairs = entry.rows(select(renamed_.former, renamed_.unit).order_by(renamed_.entry, renamed_.nth))
    current = current_names((row.former, row.unit) for row in pairs)
    years = {row["year"] for row, _ in ready.missing}
    query = select(columns.unit, columns.year).where(columns.beside == 0, columns.year.in_(sorted(years)))
    had = {(current.get(row.unit, row.unit), row.year) for row in entry.rows(query)}
    for row, finding in ready.missing:
        read = (current.get(row["unit"], row["unit"]), row["year"]) in had
        again = not read or finding["outcome"] == Outcome.BROKEN.value
        yield row if again else row | {"beside": NOT_AGAIN}, finding


def _handed(stock: Stock, handed: Handed) -> Iterator[dict[str, Any]]:
    given = [*(("report", one) for one in handed.sources), *(("previous", one) for one in handed.before)]
    at = 0
    for role, one in given:
        data = one if isinstance(one, Unread) else readers.load(one)
        name = one.source if isinstance(one, Unread) else one.name
        if isinstance(data, Unread):
            yield {"at": at, "role": role, "name": name, "sha256": None, "reason": data.reason}
        else:
            yield {"at": at, "role": role, "name": name, "sha256": stock.put_document(data)}
        at += 1
    for role, name, data in handed.beside:
        yield {"at": at, "role": role, "name": name, "sha256": stock.put_document(data)}
        at += 1


def _unchanged(audit: Audit, given: Sequence[Mapping[str, Any]]) -> None:
    """What is kept of a file must be what was audited. Raises LedgerError where a file was altered meanwhile."""
    audited = {(file_of(j.report.source), j.report.sha256) for j in audit.reports}
    audited |= {(file_of(report.source), report.sha256) for report in audit.before}
    audited |= {(lost.source, lost.sha256) for lost in audit.unread if lost.sha256}
    audited |= {(aside.source, aside.sha256) for aside in audit.set_aside if aside.sha256}
    known: dict[str, set[str]] = {}
    for source, address in audited:
        known.setdefault(source, set()).add(address)
    for row in given:
        if row["name"] in known and row["sha256"] not in known[row["name"]]:
            raise LedgerError(f"“{row['name']}”在审核期间被改动或者移走，请重新审核")


def _typed(typed: TypedCells, documents: Container[str]) -> list[Any]:
    """What was typed for these documents: key, fact, what."""
    keys = [key for key in sorted(typed) if document_of(key) in documents]
    return [[key, fact, encode(said)] for key in keys for fact, said in sorted(typed[key].items())]


def _report(
    stock: Stock, at: int, report: Report, judged: Judged | None, rules: Sequence[str], roster: Roster | None
) -> dict[str, Any]:
    """The row of a report; `beside` 1: it was only evidence, 2: only a peer."""
    unit, score = unit_of(report), judged.score if judged is not None else None
    row = {
        "at": at,
        "beside": int(judged is None),
        "source": report.source,
        "document": report.sha256,
        "unit": unit,
        "short": short_of(unit, roster),
        "unit_kind": report.profile.unit_kind,
        "unit_group": group_of(report),
        "region": region_of(unit, roster),
        "year": report.profile.year,
        "form": report.profile.form,
        "reading": stock.put("reading", encode(replace(report, facts={}, claims=()))),
        "facts": stock.put("facts", [encode(fact) for fact in report.facts.values()]),
        "claims": stock.put("claims", [encode(claim) for claim in report.claims]),
    }
    if judged is None or score is None:
        return row
    return {
        **row,
        "points": str(score.points),
        "low": str(score.low),
        "if_suspected": str(score.if_suspected),
        "grade": score.grade,
        "outcomes": "".join(LETTERS[judged.outcomes[r]] if r in judged.outcomes else "-" for r in rules),
        "unclear": _json([[u.rule, list(u.facts)] for u in judged.undecided if u.outcome is Outcome.UNCLEAR]),
        "off": _json([[d.rule, list(d.facts)] for d in judged.disabled]),
        "said": stock.put("said", encode(replace(judged, report=_NOTHING))),
    }


def _missing(
    stock: Stock, audit: Audit, first: int, roster: Roster | None
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The rows of reports that are not there, numbered after those that are."""
    for at, (one, finding) in enumerate(audit.unreported, first):
        yield (
            _absent(stock, at, one, finding, audit, roster),
            _finding(at, 0, Key(one.unit, one.year, finding.locus), finding),
        )


def _absent(
    stock: Stock, at: int, one: UnitYear, finding: Finding, audit: Audit, roster: Roster | None
) -> dict[str, Any]:
    """The row of a report that is not there."""
    stated = audit.completeness.sha256 if audit.completeness and finding.outcome is Outcome.BROKEN else None
    return {
        "at": at,
        "beside": MISSING,
        "source": "",
        "document": stated or "",
        "unit": one.unit,
        "short": short_of(one.unit, roster),
        "unit_kind": one.kind,
        "unit_group": one.group or one.kind,
        "region": region_of(one.unit, roster),
        "year": one.year,
        "reading": stock.put("reading", encode(_NOTHING)),
        "facts": stock.put("facts", []),
        "claims": stock.put("claims", []),
    }


def _finding(at: int, place: int, key: Key, finding: Finding) -> dict[str, Any]:
    return {
        "report": at,
        "place": place,
        "unit": key.unit,
        "year": key.year,
        "locus": key.locus,
        "fingerprint": finding.fingerprint,
        "content": finding.content,
        "rule": finding.rule,
        "title": finding.title,
        "outcome": finding.outcome.value,
        "severity": finding.severity,
        "dimension": finding.dimension,
        "message": finding.message,
        "facts": _json(list(finding.facts)),
        "cost": str(finding.cost),
        "deducted": str(finding.deducted),
        "absorbed_by": finding.absorbed_by,
        "members": _json(list(finding.members)) if finding.members else None,
        "draft": int(finding.draft),
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
