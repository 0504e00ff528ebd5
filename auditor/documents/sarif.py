"""SARIF: an audit -> a log of SARIF 2.1.0, for programs that collect what checkers find.

Rules     every rule of the run, with those of findings by eye; the level is that of its severity, earlier ids are `deprecatedIds`
Level     certain (or found 属实): 严重 and 较重 error, 一般 warning, 提示 note; merely suspected: never error
Decided   waived and 不属实 are results with an accepted suppression and its reason; nothing else is suppressed
Place     the first piece of evidence is the location, the others are related; characters of the decoded text count code points
          (`columnKind`), cells are logical locations, everything else about a place stands in `properties`
Names     sources as URIs relative to where the run began, percent-encoded; members of a ZIP after `!/`, as in every output
Messages  words of reports are never links or placeholders: brackets and braces are escaped as the standard asks (3.11.5, 3.11.6)
Left out  baselineState, version control, the machine: nothing that is not in the audit
Equal     equal audits give the same bytes
Source    OASIS SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final
from urllib.parse import quote

from auditor.documents import words
from auditor.documents.json_text import Json, write_text
from auditor.documents.printing import printable
from auditor.model import (
    REJECTED,
    SEVERITIES,
    WAIVED,
    Audit,
    DocxCell,
    DocxText,
    Evidence,
    Finding,
    Judged,
    Outcome,
    PageBox,
    Place,
    RuleCard,
    SheetCell,
    Span,
    UnitYear,
)

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/cos02/schemas/sarif-schema-2.1.0.json"
VERSION: Final = "2.1.0"
_CERTAIN: Final[Mapping[str, str]] = dict(zip(SEVERITIES, ("error", "error", "warning", "note"), strict=True))
_DOUBTED: Final[Mapping[str, str]] = dict(zip(SEVERITIES, ("warning", "warning", "note", "note"), strict=True))
_ENCODINGS: Final = frozenset({"utf-8", "gb18030", "gbk", "gb2312", "utf-16", "utf-16-le", "utf-16-be", "big5"})


def render(audit: Audit) -> bytes:
    """The file's bytes."""
    return write_text(log(audit)).encode("utf-8")


def log(audit: Audit) -> dict[str, Json]:
    """The log with the one run."""
    return {"$schema": SCHEMA, "version": VERSION, "runs": [_run(audit)]}


def level(finding: Finding) -> str:
    """error, warning or note."""
    certain = words.standing_of(finding) is Outcome.BROKEN or (
        words.standing_of(finding) is None and finding.outcome is Outcome.BROKEN
    )
    return (_CERTAIN if certain else _DOUBTED).get(finding.severity, "warning" if certain else "note")


def uri(source: str) -> str:
    """A source as a URI reference: relative where it is; a path from the root as a file's."""
    path = quote(source.replace("\\", "/"), safe="/!$'()*+,;=@~")
    return f"file://{path}" if path.startswith("/") else path


def text(said: str) -> str:
    """Words as a message: no link and no placeholder can come of them."""
    plain = printable(said).replace("{", "{{").replace("}", "}}")
    return plain.replace("[", "\\[").replace("]", "\\]") if "](" in plain else plain


# --- the run ---------------------------------------------------------------------------------------


def _run(audit: Audit) -> Json:
    run, sources = audit.run, _sources(audit)
    said = {finding.rule: finding for _, finding in reversed(list(_found(audit)))}
    rules = _rules(audit, said)
    at = {rule: place for place, rule in enumerate(rules)}
    places = {source: place for place, source in enumerate(sources)}
    stamp: dict[str, Json] = {
        "rulebook": {"sha256": run.rulebook.sha256, "rules": run.rulebook.rules, "version": run.rulebook.version},
        "profile": run.rulebook.county or None,
        "inference": run.inference,
        "powers": [text(words.basis_words(basis)) for basis in audit.powers],
    }
    if audit.ledger is not None:
        stamp["ledger"] = {"head": audit.ledger.head, "entries": audit.ledger.entries}
    return {
        "tool": {
            "driver": {
                "name": "auditor",
                "fullName": "政府信息公开工作年度报告审核",
                "version": run.engine,
                "language": "zh-CN",
                "rules": list(rules.values()),
            }
        },
        "language": "zh-CN",
        "columnKind": "unicodeCodePoints",
        "automationDetails": {"id": f"{run.quarter or ''}/{run.id}"},
        "invocations": [_invocation(audit)],
        "artifacts": [_artifact(source, by) for source, by in sources.items()],
        "results": [_result(audit, whose, finding, at, places) for whose, finding in _found(audit)],
        "properties": stamp,
    }


def _found(audit: Audit) -> Iterator[tuple[Judged | UnitYear, Finding]]:
    """Every finding with its report, or with the report that is not there."""
    for judged in audit.reports:
        for finding in words.ordered(judged.findings):
            yield judged, finding
    yield from audit.unreported


def _sources(audit: Audit) -> dict[str, Judged | None]:
    """What was looked at, in order: the reports, the files joined to them, other files in which a place lies."""
    out: dict[str, Judged | None] = {judged.report.source: judged for judged in audit.reports}
    for judged, finding in _found(audit):
        filing = judged.report.filing if isinstance(judged, Judged) else None
        for name in filing.attached if filing is not None else ():
            out.setdefault(name, None)
        for one in finding.evidence:
            if one.place is not None and one.place.file:
                out.setdefault(one.place.file, None)
    return out


def _artifact(source: str, judged: Judged | None) -> Json:
    said: dict[str, Json] = {"location": {"uri": uri(source)}, "roles": ["analysisTarget"]}
    if judged is None:
        return said
    report = judged.report
    if report.sha256:
        said["hashes"] = {"sha-256": report.sha256}
    if report.encoding is not None and report.encoding.lower() in _ENCODINGS:
        said["encoding"] = report.encoding
    said["properties"] = {
        "unit": words.unit_name(judged),
        "year": report.profile.year,
        "points": judged.score.points,
        "low": judged.score.low,
        "grade": judged.score.grade,
    }
    return said


def _invocation(audit: Audit) -> Json:
    """That the run was carried out, and what it could not read."""
    unread: list[Json] = [
        {
            "level": "warning",
            "message": {"text": text(one.reason)},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(one.source)}}}],
        }
        for one in audit.unread
    ]
    notes: list[Json] = [{"level": "note", "message": {"text": text(note)}} for note in audit.run.notes if note]
    started = audit.run.started.astimezone(dt.UTC)
    return {
        "executionSuccessful": True,
        "startTimeUtc": f"{started:%Y-%m-%dT%H:%M:%SZ}",
        "toolExecutionNotifications": [*unread, *notes],
    }


# --- rules -----------------------------------------------------------------------------------------


def _rules(audit: Audit, said: Mapping[str, Finding]) -> dict[str, Json]:
    """The rules of the run by id, then those that only findings name (found by eye)."""
    out = {rule: _rule(card, said.get(rule)) for rule, card in sorted(audit.rules.items())}
    for rule, finding in sorted(said.items()):
        if rule not in out:
            card = RuleCard(rule, finding.title, finding.severity, finding.dimension, "certain", "active")
            out[rule] = _rule(card, finding)
    return out


def _rule(card: RuleCard, said: Finding | None) -> Json:
    """A rule; why and what to do are told in the words of its first finding, where there is one."""
    why = said.why if said is not None and said.why else card.ask or card.title
    remedy = said.remedy if said is not None and said.remedy else card.verify
    one: dict[str, Json] = {
        "id": card.id,
        "shortDescription": {"text": text(card.title) or card.id},
        "fullDescription": {"text": text(why) or card.id},
        "defaultConfiguration": {"level": _CERTAIN.get(card.severity, "warning")},
        "properties": {
            "severity": card.severity,
            "dimension": card.dimension,
            "certainty": card.certainty,
            "status": card.status,
            "tags": [card.dimension] if card.dimension else [],
        },
    }
    if remedy:
        one["help"] = {"text": text(remedy)}
    if card.aliases:
        one["deprecatedIds"] = list(dict.fromkeys(card.aliases))
    return one


# --- results ---------------------------------------------------------------------------------------


def _result(
    audit: Audit, whose: Judged | UnitYear, finding: Finding, at: Mapping[str, int], sources: Mapping[str, int]
) -> Json:
    source = whose.report.source if isinstance(whose, Judged) else ""
    pieces = [one for one in finding.evidence if one.place is not None]
    first = _location(pieces[0], source, finding, sources) if pieces else _bare(whose, sources)
    said: dict[str, Json] = {
        "ruleId": finding.rule,
        "ruleIndex": at[finding.rule],
        "level": level(finding),
        "message": {"text": text(words.message_words(finding)) or text(finding.title) or finding.rule},
        "locations": [first],
        "partialFingerprints": {"auditorFinding/v1": finding.fingerprint, "auditorContent/v1": finding.content},
        "properties": _properties(audit, whose, finding),
    }
    if pieces[1:]:
        said["relatedLocations"] = [
            {"id": number, **_location(one, source, finding, sources)} for number, one in enumerate(pieces[1:], 1)
        ]
    if suppressed := _suppressions(finding):
        said["suppressions"] = suppressed
    return said


def _suppressions(finding: Finding) -> list[Json]:
    """The verdict by which a finding counts against nobody."""
    verdict = finding.verdict
    if verdict is None or verdict.word not in (REJECTED, WAIVED):
        return []
    why = "；".join(part for part in (f"认定为{verdict.word}", verdict.why, verdict.paper) if part)
    said: dict[str, Json] = {"by": verdict.by or None, "on": verdict.on.isoformat() if verdict.on else None}
    said["until"] = verdict.until.isoformat() if verdict.until else None
    return [{"kind": "external", "status": "accepted", "justification": printable(why), "properties": said}]


def _properties(audit: Audit, whose: Judged | UnitYear, finding: Finding) -> Json:
    """What only this program knows of a finding."""
    if isinstance(whose, Judged):
        unit, year = words.unit_name(whose), whose.report.profile.year
    else:
        unit, year = whose.answers or whose.unit, whose.year
    verdict, mending = finding.verdict, audit.mending.get(finding.number)
    return {
        "number": finding.number or None,
        "unit": unit,
        "year": year,
        "outcome": finding.outcome.value,
        "verdict": verdict.word if verdict is not None else None,
        "reopened": finding.reopened or None,
        "severity": finding.severity,
        "dimension": finding.dimension,
        "deducted": finding.deducted,
        "draft": finding.draft,
        "absorbedBy": finding.absorbed_by,
        "members": list(finding.members),
        "facts": list(finding.facts),
        "basis": [printable(words.basis_words(basis)) for basis in finding.basis],
        "remedy": printable(finding.remedy),
        "mending": mending.state if mending is not None else None,
    }


# --- places ----------------------------------------------------------------------------------------


def _bare(whose: Judged | UnitYear, sources: Mapping[str, int]) -> dict[str, Json]:
    """The whole report; of one that is not there the unit."""
    if isinstance(whose, Judged):
        return {"physicalLocation": {"artifactLocation": _artifact_at(whose.report.source, sources)}}
    name = whose.answers or whose.unit
    return {"logicalLocations": [{"name": f"{whose.year}年度", "fullyQualifiedName": f"{name}/{whose.year}年度"}]}


def _artifact_at(source: str, sources: Mapping[str, int]) -> Json:
    return {"uri": uri(source), "index": sources[source]} if source in sources else {"uri": uri(source)}


def _location(one: Evidence, source: str, finding: Finding, sources: Mapping[str, int]) -> dict[str, Json]:
    """Where a piece of evidence stands, with its words."""
    assert one.place is not None
    place, named = one.place, one.place.file or source
    physical: dict[str, Json] = {"artifactLocation": _artifact_at(named, sources)}
    if isinstance(place, Span):
        physical["region"] = {"charOffset": place.start, "charLength": max(place.end - place.start, 0)}
    else:
        physical["properties"] = _numbers(place)
    out: dict[str, Json] = {"physicalLocation": physical} if named else {}
    if one.label or isinstance(place, DocxCell | SheetCell):
        out["logicalLocations"] = [_logical(one, place, finding)]
    if one.text.strip():
        out["message"] = {"text": text(one.text)}
    return out


def _logical(one: Evidence, place: Place, finding: Finding) -> Json:
    """A cell as the form and the file call it."""
    named = one.label or _cell(place)
    path = [part for part in (finding.table and words.table_words(finding.table), one.label, _cell(place)) if part]
    said: dict[str, Json] = {"name": printable(named), "fullyQualifiedName": printable("/".join(path))}
    if isinstance(place, DocxCell | SheetCell):
        said["kind"] = "cell"
    return said


def _cell(place: Place) -> str:
    match place:
        case DocxCell(part, table, row, cell):
            return f"{part}!table{table + 1}!R{row + 1}C{cell + 1}"
        case SheetCell(sheet, address):
            return f"{sheet}!{address}"
        case _:
            return ""


def _numbers(place: Place) -> Json:
    """A place that the standard has no words for, as the JSON of a run has it."""
    match place:
        case DocxCell(part, table, row, cell):
            return {"part": part, "table": table, "row": row, "cell": cell}
        case DocxText(part, paragraph, start, end):
            return {"part": part, "paragraph": paragraph, "start": start, "end": end}
        case SheetCell(sheet, address):
            return {"sheet": sheet, "cell": address}
        case PageBox(page, box):
            return {"page": page, "box": [Decimal(repr(float(side))) for side in box]}
        case _:
            return {}
