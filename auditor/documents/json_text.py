"""JSON: an audit -> the contract that other programs read (design section 7), as data and as text.

Keys      exactly those of the contract, always all of them; `withdrawn_by`, `approximate`, `inferred` (of a fact) and `foreign` (of a
          claim), `attested` (what a person answered on a checklist), `typed` of a fact (人工录入) only where they hold; so `issued` and
          `mending` of a report, `ledger` of the
          run, and of a finding its `number`, `verdict`, `reopened`, `remark`, `manual` (found by eye)
Null      what is not known is null: an absent value is never 0 and never ""
Numbers   int, or Decimal in its shortest form without exponent; money in 万元; dates are ISO
Text      Chinese is not escaped; one report, one fact, one finding a line, so that two runs compare as lines
Equal     equal audits give the same bytes
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from json.encoder import encode_basestring

from auditor.documents import reading as trust
from auditor.model import (
    Attested,
    Audit,
    Basis,
    Claim,
    Completeness,
    Disabled,
    DocxCell,
    DocxText,
    Evidence,
    Fact,
    Filing,
    Finding,
    Judged,
    LedgerStamp,
    Outcome,
    PageBox,
    Place,
    Progress,
    Report,
    Score,
    Section,
    SheetCell,
    Span,
    Undecided,
    UnitYear,
    Unread,
    Verdict,
    Version,
)

Json = None | bool | int | Decimal | str | list["Json"] | dict[str, "Json"]

_COMPACT_FROM = 4
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": "))


def audit_json(audit: Audit) -> dict[str, Json]:
    """The whole run: run, reports (in the run's order), unread, what is no annual report, who reported and who did not."""
    run = audit.run
    stamp: dict[str, Json] = {
        "sha256": run.rulebook.sha256,
        "rules": run.rulebook.rules,
        "version": run.rulebook.version,
        "profile": run.rulebook.county or None,
    }
    return {
        "run": {
            "id": run.id,
            "quarter": run.quarter,
            "started": run.started.isoformat(),
            "engine": run.engine,
            "rulebook": stamp,
            "inference": run.inference,
            "powers": [_basis(basis) for basis in audit.powers],
            **({"ledger": _ledger(audit.ledger)} if audit.ledger is not None else {}),
        },
        "reports": [_judged(audit, judged) for judged in audit.reports],
        "unread": _unread(audit.unread),
        "set_aside": [{"source": one.source, "reason": one.reason} for one in audit.set_aside],
        "completeness": _completeness(audit.completeness),
        **({"apart": [_standing(one) for one in audit.apart]} if audit.apart else {}),
    }


def extract_json(reports: Sequence[Report], unread: Sequence[Unread], *, reading: bool = False) -> dict[str, Json]:
    """What `auditor extract` prints: the reports as read, and the files that could not be read.

    With `reading` each report has a further key of that name: its reading report.
    """
    shown = [report_json(report) | (_reading(report) if reading else {}) for report in reports]
    return {"reports": list(shown), "unread": _unread(unread)}


def _reading(report: Report) -> dict[str, Json]:
    made = trust.reading(report)
    return {
        "reading": {
            "kind": report.kind,
            "reader": report.reader,
            "status": str(report.status),
            "encoding": report.encoding,
            "encoding_from": report.encoding_from,
            "pages": report.pages,
            "form_fit": report.form_fit,
            "cells": {str(state): count for state, count in made.cells.items()},
            "inferred": made.inferred,
            "least_confidence": None if made.least_confidence is None else _float(made.least_confidence),
            "furniture": list(report.furniture),
            "notes": list(report.notes),
        }
    }


def report_json(report: Report) -> dict[str, Json]:
    """One report as read: without findings, undecided, outcomes and score."""
    profile = report.profile
    return {
        "source": report.source,
        "sha256": report.sha256,
        "organisation": profile.organisation,
        "unit_kind": profile.unit_kind,
        "year": profile.year,
        "form": profile.form,
        "title": profile.title,
        "published": _date(profile.published),
        "filled": _date(profile.filled),
        "sections": [_section(section) for section in report.sections],
        "facts": {id: _fact(fact) for id, fact in report.facts.items()},
        "claims": [_claim(claim) for claim in report.claims],
        "url": profile.url,
        "column": profile.column_path,
        "years": [{"role": one.role, "year": one.year} for one in profile.years],
        **_filing(report.filing),
    }


def dumps(audit: Audit, more: Mapping[str, Json] | None = None) -> str:
    """The run as one JSON text that ends with a line break; `more` is put at its end."""
    return write_text({**audit_json(audit), **(more or {})})


def render(audit: Audit) -> bytes:
    """The file's bytes (UTF-8)."""
    return dumps(audit).encode("utf-8")


def write_text(value: Json) -> str:
    """Any such value as JSON text; half a surrogate pair is escaped, so that the text always encodes."""
    out: list[str] = []
    _write(value, 0, out)
    out.append("\n")
    return "".join(out).encode("utf-8", "backslashreplace").decode("utf-8")


# --- the parts -------------------------------------------------------------------------------------


def _judged(audit: Audit, judged: Judged) -> Json:
    return report_json(judged.report) | {
        "findings": [_finding(finding) for finding in judged.findings],
        "undecided": [_undecided(undecided) for undecided in judged.undecided],
        **({"attested": [_attested(*item) for item in sorted(judged.attested.items())]} if judged.attested else {}),
        "outcomes": _outcomes(judged),
        "score": _score(judged.score),
        "score_second": None if judged.second is None else _score(judged.second),
        "disabled": [_disabled(one) for one in judged.disabled],
        **_known_beside(audit, judged),
    }


def _attested(rule: str, answer: Attested) -> Json:
    """What a person saw; `answer` is null where only a note was made."""
    return {
        "rule": rule,
        "answer": answer.answer or None,
        "note": answer.note,
        "by": answer.by,
        "on": _date(answer.on),
        "source": answer.source,
    }


def _disabled(one: Disabled) -> Json:
    """A rule that the county's profile switched off here."""
    return {"rule": one.rule, "scope": one.scope, "cells": list(one.cells), "reason": one.reason}


def _filing(filing: Filing | None) -> dict[str, Json]:
    """Whose report it is by the roster, the files joined to it, and its other versions."""
    found = filing or Filing()
    unit: dict[str, Json] = {
        "name": found.unit,
        "group": found.group or None,
        "authority": found.authority or None,
        "matched": found.matched,
    }
    return {
        "unit": unit if found.unit is not None else None,
        "attached": list(found.attached),
        "versions": [_version(version) for version in found.versions],
    }


def _version(version: Version) -> Json:
    return {
        "source": version.source,
        "reason": version.reason,
        "published": _date(version.published),
        "differences": [
            {"fact": one.fact, "name": one.name, "value": _number(one.value), "other": _number(one.other)}
            for one in version.differences
        ],
    }


def _completeness(found: Completeness | None) -> Json:
    if found is None:
        return None
    roster: Json = None
    if found.roster is not None:
        roster = {"source": found.roster, "sha256": found.sha256, "units": found.units}
    return {
        "roster": roster,
        "years": [
            {
                "year": one.year,
                "due": one.due,
                "reported": one.reported,
                "not_reported": one.missing,
                "unread": one.unread,
                "beyond": one.beyond,
                "checked": one.checked,
            }
            for one in found.years
        ],
        "units": [_standing(one) for one in found.standings],
        "beyond": [{"source": one.source, "reason": one.words} for one in found.beyond],
        "doubts": [{"source": one.source, "reason": one.words} for one in found.doubts],
    }


def _standing(one: UnitYear) -> Json:
    return {
        "unit": one.unit,
        "unit_kind": one.kind,
        "group": one.group or None,
        "year": one.year,
        "standing": one.standing.value,
        "sources": list(one.sources),
        "answers": one.answers or None,
        "finding": _finding(one.finding) if one.finding is not None else None,
    }


def _outcomes(judged: Judged) -> dict[str, Json]:
    counts = Counter(judged.outcomes.values())
    return {outcome.value: counts[outcome] for outcome in Outcome}


def _section(section: Section) -> Json:
    return {"heading": section.heading, "kind": section.kind, "start": section.start, "end": section.end}


def _fact(fact: Fact) -> Json:
    said: dict[str, Json] = {
        "name": fact.name,
        "state": fact.state.value,
        "value": _number(fact.value),
        "raw": fact.raw,
        "place": _place(fact.place),
    }
    if fact.inferred:
        said["inferred"] = fact.inferred
    if fact.typed is not None:
        said["typed"] = {"by": fact.typed.by, "on": _date(fact.typed.on)}
    return said


def _claim(claim: Claim) -> Json:
    said: dict[str, Json] = {
        "subject": claim.subject,
        "value": _number(claim.value),
        "unit": claim.unit,
        "text": claim.text,
        "place": _place(claim.place),
    }
    return said | {"foreign": True} if claim.foreign else said


def _known_beside(audit: Audit, judged: Judged) -> dict[str, Json]:
    """What the ledger knows beside the run: the score that was issued, how far the mending is by the findings' numbers."""
    out: dict[str, Json] = {}
    one = audit.issued.get(judged.report.source)
    if one is not None:
        out["issued"] = {
            "quarter": one.quarter,
            "points": _number(one.points),
            "grade": one.grade,
            "rank": one.rank,
            "on": one.on.isoformat(),
            "paper": one.paper or None,
        }
    known = {f.number: audit.mending[f.number] for f in judged.findings if f.number in audit.mending}
    if known:
        out["mending"] = {number: _progress(progress) for number, progress in known.items()}
    return out


def _progress(one: Progress) -> Json:
    return {
        "state": one.state,
        "note": one.note or None,
        "deadline": one.deadline.isoformat() if one.deadline else None,
        "closed": one.closed.isoformat() if one.closed else None,
        "overdue": one.overdue,
    }


def _ledger(stamp: LedgerStamp) -> Json:
    """The ledger that holds the run: the head of its chain, and how many entries that ends."""
    return {"head": stamp.head, "entries": stamp.entries}


def _finding(finding: Finding) -> Json:
    said: dict[str, Json] = {
        "rule": finding.rule,
        "fingerprint": finding.fingerprint,
        "content": finding.content,
        "outcome": finding.outcome.value,
        "severity": finding.severity,
        "dimension": finding.dimension,
        "part": finding.part,
        "message": finding.message,
        "facts": list(finding.facts),
        "left": _number(finding.left),
        "right": _number(finding.right),
        "difference": _number(finding.difference),
        "evidence": [_evidence(evidence) for evidence in finding.evidence],
        "basis": [_basis(basis) for basis in finding.basis],
        "remedy": finding.remedy,
        "deducted": _number(finding.deducted),
        "absorbed_by": finding.absorbed_by,
        "free": finding.free or None,
    }
    known: dict[str, Json] = {
        "number": finding.number,
        "verdict": _verdict(finding.verdict) if finding.verdict is not None else None,
        "reopened": finding.reopened,
        "remark": finding.remark,
        "manual": finding.manual,
    }
    return said | {key: value for key, value in known.items() if value}


def _verdict(verdict: Verdict) -> Json:
    """What a person decided; what is not known is null."""
    return {
        "word": verdict.word,
        "why": verdict.why or None,
        "by": verdict.by or None,
        "on": _date(verdict.on),
        "paper": verdict.paper or None,
        "until": _date(verdict.until),
        "waiver": verdict.waiver or None,
    }


def _undecided(undecided: Undecided) -> Json:
    said: dict[str, Json] = {
        "rule": undecided.rule,
        "outcome": undecided.outcome.value,
        "reason": undecided.reason,
        "facts": list(undecided.facts),
        "caused_by": undecided.caused_by.value,
        "evidence": [_evidence(evidence) for evidence in undecided.evidence],
    }
    return said | {"withdrawn_by": undecided.withdrawn_by} if undecided.withdrawn_by else said


def _evidence(evidence: Evidence) -> Json:
    return {"text": evidence.text, "place": _place(evidence.place)}


def _basis(basis: Basis) -> Json:
    return {
        "text": basis.text,
        "law": basis.law,
        "at": basis.at,
        "practice": basis.practice,
        "inferred": basis.inferred,
    }


def _score(score: Score) -> Json:
    lines: list[Json] = [
        {"finding": line.finding, "points": _number(line.points), "note": line.note} for line in score.lines
    ]
    return {
        "points": _number(score.points),
        "if_suspected": _number(score.if_suspected),
        "without_waivers": _number(score.without_waivers),
        "low": _number(score.low),
        "high": _number(score.high),
        "grade": score.grade,
        "lines": lines,
        "next_grade": _next_grade(score),
    }


def _next_grade(score: Score) -> Json:
    step = score.next_grade
    if step is None:
        return None
    said: dict[str, Json] = {"grade": step.grade, "fix": list(step.fix)}
    return said | {"approximate": True} if step.approximate else said


def _unread(unread: Sequence[Unread]) -> list[Json]:
    return [{"source": one.source, "reason": one.reason} for one in unread]


def _place(place: Place | None) -> Json:
    where = _where(place)
    return where | {"file": place.file} if where is not None and place is not None and place.file else where


def _where(place: Place | None) -> dict[str, Json] | None:
    match place:
        case Span(start, end):
            return {"start": start, "end": end}
        case DocxCell(part, table, row, cell):
            return {"part": part, "table": table, "row": row, "cell": cell}
        case DocxText(part, paragraph, start, end):
            return {"part": part, "paragraph": paragraph, "start": start, "end": end}
        case SheetCell(sheet, address):
            return {"sheet": sheet, "cell": address}
        case PageBox(page, box, dpi, confidence):
            where: dict[str, Json] = {"page": page, "box": [_float(side) for side in box]}
            if dpi is not None:
                where["dpi"] = dpi
            if confidence is not None:
                where["confidence"] = _float(confidence)
            return where
        case _:
            return None


def _float(value: float) -> Json:
    return _number(Decimal(repr(float(value))))


def _date(date: dt.date | None) -> Json:
    return date.isoformat() if date else None


def _number(value: int | Decimal | None) -> Json:
    """An int where the value is whole, null where it is none at all (NaN)."""
    if not isinstance(value, Decimal):
        return value
    if not value.is_finite():
        return None
    return int(value) if value == value.to_integral_value() else value


# --- text ------------------------------------------------------------------------------------------


def _write(value: Json, depth: int, out: list[str]) -> None:
    if depth >= _COMPACT_FROM:
        try:
            out.append(_COMPACT.encode(value))
        except TypeError:  # a Decimal is inside: the standard encoder would make it a float
            _write_inner(value, depth, out, compact=True)
    else:
        _write_inner(value, depth, out, compact=False)


def _write_inner(value: Json, depth: int, out: list[str], *, compact: bool) -> None:
    match value:
        case dict() | list() if not value:
            out.append("{}" if isinstance(value, dict) else "[]")
        case dict():
            parts = [(encode_basestring(key) + ": ", inner) for key, inner in value.items()]
            _write_members("{}", parts, depth, out, compact=compact)
        case list():
            _write_members("[]", [("", inner) for inner in value], depth, out, compact=compact)
        case Decimal():
            out.append(_shortest(value))
        case _:
            out.append(_COMPACT.encode(value))


def _write_members(ends: str, parts: list[tuple[str, Json]], depth: int, out: list[str], *, compact: bool) -> None:
    margin = "" if compact else "\n" + " " * (depth + 1)
    out.append(ends[0])
    for at, (key, inner) in enumerate(parts):
        out.append(("," + (" " if compact else "") if at else "") + margin + key)
        _write(inner, depth + 1, out)
    out.append(ends[1] if compact else "\n" + " " * depth + ends[1])


def _shortest(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
