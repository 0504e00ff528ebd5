"""The rows of an audit: scores, findings, facts; as the audit has them, in its order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from auditor.frames.columns import Row
from auditor.ledger.units import group_of, region_of
from auditor.model import (
    REJECTED,
    UPHELD,
    WAIVED,
    Audit,
    Fact,
    Finding,
    Judged,
    Outcome,
    Report,
    Standing,
    State,
    UnitYear,
    Verdict,
)
from auditor.quarters.naming import unit_of
from auditor.quarters.nouns import Noted

FULL, PARTLY, UNREAD, MISSING, UNRECKONED = "完整", "部分未读", "无法读取", "未报", "未能计入认定"
_MOST = 2**63 - 1


def scores(audit: Audit) -> Iterator[Row]:
    """Reports, then units whose report could not be read or is missing, then files that nobody could be told of."""
    for judged in audit.reports:
        yield {**whose(audit, judged.report), **_score(judged)}
    yield from ({**_run(audit), **row} for row in absentees(audit))
    named = {source for one in _standings(audit) for source in one.sources}
    for lost in audit.unread:
        if lost.source not in named:
            yield {**_run(audit), "source": lost.source, "state": UNREAD}


def absentees(audit: Audit) -> Iterator[dict[str, object]]:
    """The units whose report is not there (in the years that were checked) or could not be read, as the roster tells."""
    for one in _standings(audit):
        yield {
            "source": one.sources[0] if one.sources else None,
            "unit": one.unit,
            "unit_kind": one.kind,
            "group": one.group or one.kind,
            "region": region_of(one.unit, None) or None,
            "year": one.year,
            "state": UNREAD if one.standing is Standing.UNREAD else MISSING,
        }


def findings(audit: Audit) -> Iterator[Row]:
    """Every finding of every report."""
    for judged in audit.reports:
        own = whose(audit, judged.report)
        yield from ({**own, **finding(each, each.verdict, each.reopened)} for each in judged.findings)


def facts(audit: Audit, measures: Mapping[str, str]) -> Iterator[Row]:
    """Every cell of every report; `measures` names the unit of each."""
    for judged in audit.reports:
        own = whose(audit, judged.report)
        yield from ({**own, **fact(each, measures)} for each in judged.report.facts.values())


def fact(one: Fact, measures: Mapping[str, str]) -> Row:
    """A cell: a whole number stands under `count`, money and what is not whole under `amount`, never both."""
    measure = measures.get(one.id)
    number = one.value if one.state is State.NUMBER else None
    is_count = isinstance(number, int) and measure != "万元" and abs(number) <= _MOST
    return {
        "fact": one.id,
        "name": one.name,
        "measure": measure,
        "state": one.state.value,
        "count": number if is_count else None,
        "amount": None if is_count else number,
        "raw": one.raw or None,
        "note": one.note or None,
        "inferred": one.inferred or None,
        "typed_by": one.typed.by if one.typed is not None else None,
    }


def whose(audit: Audit, report: Report) -> dict[str, object]:
    """Whose report of which year in which run."""
    unit = unit_of(report)
    return {
        **_run(audit),
        "source": report.source,
        "unit": unit,
        "unit_kind": report.profile.unit_kind,
        "group": group_of(report),
        "region": region_of(unit, None) or None,
        "year": report.profile.year,
        "form": report.profile.form,
    }


def _run(audit: Audit) -> dict[str, object]:
    return {"quarter": audit.run.quarter, "run": audit.run.id}


def _standings(audit: Audit) -> list[UnitYear]:
    found = audit.completeness
    if found is None:
        return []
    checked = {count.year for count in found.years if count.checked}
    return [
        one
        for one in found.standings
        if one.standing is Standing.UNREAD or (one.standing is Standing.MISSING and one.year in checked)
    ]


def _score(judged: Judged) -> Row:
    score, findings = judged.score, judged.findings
    plain = [f for f in findings if not f.members and not f.draft]
    words = Counter(f.verdict.word for f in plain if f.verdict is not None)
    return {
        "state": FULL if score.low == score.points else PARTLY,
        "points": score.points,
        "rules_points": None if any(f.verdict is not None for f in findings) else score.points,
        "without_waivers": score.without_waivers,
        "if_suspected": score.if_suspected,
        "low": score.low,
        "grade": score.grade,
        "broken": sum(f.outcome is Outcome.BROKEN for f in plain),
        "suspected": sum(f.outcome is Outcome.SUSPECTED for f in plain),
        "upheld": words[UPHELD],
        "dismissed": words[REJECTED],
        "waived": words[WAIVED],
        "undecided": sum(f.verdict is None for f in plain),
        "unclear": len({u.rule for u in judged.undecided if u.outcome is Outcome.UNCLEAR}),
    }


def finding(one: Finding | Noted, said: Verdict | None, reopened: str) -> Row:
    """What is said of a finding, as an audit has it or as the ledger noted it, with what holds of it."""
    return {
        "number": one.number or None,
        "rule": one.rule,
        "title": one.title,
        "outcome": one.outcome.value,
        "severity": one.severity,
        "dimension": one.dimension,
        "message": one.message,
        "facts": " ".join(one.facts) or None,
        "cost": one.cost,
        "deducted": one.deducted,
        "absorbed_by": one.absorbed_by,
        "conclusion": bool(one.members),
        "draft": one.draft,
        "manual": one.manual,
        "verdict": said.word if said is not None else None,
        "verdict_why": said.why if said is not None else None,
        "verdict_by": said.by if said is not None else None,
        "reopened": reopened or None,
        "fingerprint": one.fingerprint,
        "content": one.content,
    }
