"""An audit -> one entry of the ledger: the run, what was handed in, readings, judgements, findings with their numbers.

Once       the same inputs, judged alike, add nothing; the same inputs judged otherwise (another day) are kept beside
Bare       what is stored is what the rules said: verdicts and waivers are laid over it when it is read
Numbers    a finding gets its name for people (2026Q2-禹山镇-03) the first time it is noted, for ever
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import select

from auditor import readers
from auditor.ledger import tables
from auditor.ledger.contents import Contents
from auditor.ledger.ledger import Ledger, Writing
from auditor.ledger.seal import canonical, sha256
from auditor.ledger.units import group_of, region_of, renamed, short_of, unit_of
from auditor.model import Audit, Finding, Judged, Outcome, Profile, Prose, Report, Unread
from auditor.quarters.nouns import Key
from auditor.readers import Source
from auditor.roster import Roster
from auditor.rulebook.texts import Texts
from auditor.store.codec import encode, shapes
from auditor.store.schema import LETTERS

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_NOTHING = Report("", "", "", Profile(), Prose("", ()), (), {}, ())


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed to a run: sources in order, earlier reports, files beside them (role, name, bytes)."""

    sources: Sequence[Source | Unread]
    before: Sequence[Source | Unread] = ()
    beside: Sequence[tuple[str, str, bytes]] = ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """Where a run stands in the chain, and whether it is new."""

    entry: int
    new: bool


def record(
    ledger: Ledger, audit: Audit, handed: Handed, texts: Texts | None, at: dt.datetime, roster: Roster | None = None
) -> Recorded:
    """The run in the ledger. Raises LedgerError; then nothing of it is there."""
    known = _same(ledger, audit.run.id)
    digest = _digest(audit)
    if digest in known:
        return Recorded(known[digest], new=False)
    words = f"批次 {audit.run.id}（{audit.run.quarter or '未注明季度'}），报告 {len(audit.reports)} 份"
    try:
        with ledger.writing("审核", words, at) as entry:
            twin = {r.digest: r.entry for r in entry.rows(_runs_of(audit.run.id))}.get(digest)
            if twin is not None:  # another process wrote it meanwhile
                raise _AlreadyThere(twin)
            _fill(entry, audit, handed, texts, digest, roster)
            return Recorded(entry.seq, new=True)
    except _AlreadyThere as there:
        return Recorded(there.entry, new=False)


class _AlreadyThere(Exception):
    def __init__(self, entry: int) -> None:
        super().__init__(entry)
        self.entry = entry


def _runs_of(id: str) -> Any:
    return select(tables.run.c.digest, tables.run.c.entry).where(tables.run.c.id == id)


def _same(ledger: Ledger, id: str) -> dict[str, int]:
    return {row.digest: row.entry for row in ledger.rows(_runs_of(id))}


def _digest(audit: Audit) -> str:
    """What a run says, whatever the time and the engine of its patterns are."""
    bare = replace(audit, run=replace(audit.run, started=_EPOCH, inference=""), before=(), ledger=None)
    return sha256(canonical(json.loads(json.dumps(encode(bare)))))


def _fill(
    entry: Writing, audit: Audit, handed: Handed, texts: Texts | None, digest: str, roster: Roster | None
) -> None:
    contents = Contents(entry)
    entry.add("handed", *_handed(contents, handed))
    rules = sorted({rule for judged in audit.reports for rule in judged.outcomes})
    run = audit.run
    entry.add(
        "run",
        {
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
            "audit": contents.put("audit", encode(replace(audit, reports=(), before=(), ledger=None))),
            "shapes": contents.put("shapes", shapes()),
            "rule_ids": contents.put("rule_ids", rules),
            "texts": contents.put("texts", [asdict(file) for file in texts.files]) if texts is not None else None,
            "digest": digest,
        },
    )
    known_names = {(row.former, row.unit) for row in entry.rows(select(tables.name.c.former, tables.name.c.unit))}
    entry.add("name", *({"former": a, "unit": b} for a, b in renamed(roster) if (a, b) not in known_names))
    numbers = _Numbers(entry, quarter_of(run.quarter, run.started.date()))
    for at, judged in enumerate(audit.reports):
        entry.add("report", _report(contents, at, judged.report, judged, rules, roster))
        unit, year = unit_of(judged.report), judged.report.profile.year
        found = [(place, Key(unit, year, f.locus), f) for place, f in enumerate(judged.findings)]
        entry.add("finding", *(_finding(at, place, key, f) for place, key, f in found))
        entry.add("number", *numbers.give([key for _, key, _ in found], short_of(unit, roster)))
    for at, report in enumerate(audit.before, len(audit.reports)):
        entry.add("report", _report(contents, at, report, None, rules, roster))


def quarter_of(quarter: str | None, day: dt.date) -> str:
    """The quarter of a run, else that of its day."""
    return quarter or f"{day.year}Q{(day.month + 2) // 3}"


def _handed(contents: Contents, handed: Handed) -> Iterator[dict[str, Any]]:
    given = [*(("report", one) for one in handed.sources), *(("previous", one) for one in handed.before)]
    at = 0
    for role, one in given:
        data = one if isinstance(one, Unread) else readers.load(one)
        name = one.source if isinstance(one, Unread) else one.name
        if isinstance(data, Unread):
            yield {"at": at, "role": role, "name": name, "sha256": None, "reason": data.reason}
        else:
            yield {"at": at, "role": role, "name": name, "sha256": contents.put_document(data)}
        at += 1
    for role, name, data in handed.beside:
        yield {"at": at, "role": role, "name": name, "sha256": contents.put_document(data)}
        at += 1


def _report(
    contents: Contents, at: int, report: Report, judged: Judged | None, rules: Sequence[str], roster: Roster | None
) -> dict[str, Any]:
    """The row of a report; `beside` 1: it was only evidence."""
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
        "reading": contents.put("reading", encode(replace(report, facts={}, claims=()))),
        "facts": contents.put("facts", [encode(fact) for fact in report.facts.values()]),
        "claims": contents.put("claims", [encode(claim) for claim in report.claims]),
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
        "off": _json([[d.rule, list(d.cells)] for d in judged.disabled]),
        "said": contents.put("said", encode(replace(judged, report=_NOTHING))),
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


class _Numbers:
    """Names for people, given within an entry: quarter, short name of the unit, ordinal."""

    def __init__(self, entry: Writing, quarter: str) -> None:
        self._quarter = quarter
        names = {row.former: row.unit for row in entry.rows(select(tables.name.c.former, tables.name.c.unit))}
        self._known: set[Key] = set()
        self._last: dict[str, int] = {}
        self._owner: dict[str, str] = {}
        for row in entry.rows(select(tables.number)):
            unit = names.get(row.unit, row.unit)
            self._known.add(Key(unit, row.year, row.locus))
            self._owner.setdefault(row.short, unit)
            if row.quarter == quarter:
                self._last[row.short] = max(self._last.get(row.short, 0), row.ordinal)

    def give(self, keys: Iterable[Key], short: str) -> Iterator[Mapping[str, Any]]:
        """The rows for the keys that have none yet. Two units that are called alike are called by their full names."""
        for key in keys:
            if key in self._known:
                continue
            self._known.add(key)
            owner = self._owner.setdefault(short, key.unit)
            called = short if owner == key.unit else key.unit
            self._owner.setdefault(called, key.unit)
            ordinal = self._last[called] = self._last.get(called, 0) + 1
            yield {
                "unit": key.unit,
                "year": key.year,
                "locus": key.locus,
                "quarter": self._quarter,
                "short": called,
                "ordinal": ordinal,
                "number": f"{self._quarter}-{called}-{ordinal:02d}",
            }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
