"""The rows of a ledger: scores, findings, facts of every quarter, with what people decided; by quarter, unit and year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from auditor.frames import judged
from auditor.frames.columns import Row
from auditor.frames.judged import FULL, MISSING, PARTLY, UNREAD, UNRECKONED
from auditor.ledger import Ledger
from auditor.ledger.histories import Facts
from auditor.model import REJECTED, UPHELD, WAIVED, Outcome
from auditor.quarters.history import Counted
from auditor.quarters.nouns import Issued
from auditor.quarters.stats import Absent, Checks, Words


def scores(checks: Checks) -> Iterator[Row]:
    """Reports, then what is missing or could not be read, quarter by quarter."""
    words = Words(checks)
    issued = {(one.quarter, one.unit, one.year): one for one in checks.memory.issued}
    rows = [(one.quarter, {**whose(one), **_score(one, checks, words, issued)}) for one in checks.records]
    rows += [(one.quarter, _absent(one)) for one in checks.absent]
    return (row for _, row in sorted(rows, key=lambda pair: pair[0]))


def findings(checks: Checks) -> Iterator[Row]:
    """Every finding of every report; of reports that verdicts touch, as they were drawn anew."""
    words = Words(checks)
    for one in checks.records:
        own, anew = whose(one), checks.decided.get(one.place)
        if anew is not None:
            yield from ({**own, **judged.finding(each, each.verdict, each.reopened)} for each in anew.findings)
        else:
            for each in one.record.findings:
                held = words.holding(one, each)
                yield {**own, **judged.finding(each, held.verdict, held.reopened)}


def facts(
    ledger: Ledger, records: Sequence[Counted], measures: Mapping[str, str], wanted: Collection[str] | None
) -> Iterator[Row]:
    """The cells of these reports; `wanted`: only those of these ids or names."""
    stored = Facts(ledger, records, wanted)
    for one in records:
        own = whose(one)
        yield from ({**own, **judged.fact(cell, measures)} for cell in stored.of(one))


def whose(one: Counted) -> dict[str, object]:
    """Whose report of which year in which run of which quarter."""
    record = one.record
    return {
        "quarter": one.quarter,
        "run": one.card.id,
        "source": record.source,
        "unit": record.unit,
        "unit_kind": record.unit_kind,
        "group": record.group,
        "region": record.region or None,
        "year": record.year,
        "form": record.form,
    }


def _absent(one: Absent) -> dict[str, object]:
    return {
        "quarter": one.quarter,
        "source": one.source or None,
        "unit": one.unit or None,
        "unit_kind": one.unit_kind or None,
        "group": one.group or None,
        "region": one.region or None,
        "year": one.year,
        "state": UNREAD if one.unread else MISSING,
    }


def _score(
    one: Counted, checks: Checks, words: Words, issued: Mapping[tuple[str, str, int | None], Issued]
) -> dict[str, object]:
    record, anew = one.record, checks.decided.get(one.place)
    score = anew.score if anew is not None else None
    points, low = (score.points, score.low) if score is not None else (record.points, record.low)
    plain = [f for f in record.findings if not f.members and not f.draft]
    told = Counter(words.of(one, f) for f in plain)
    sent = issued.get((one.quarter, record.unit, record.year))
    unreckoned = one.place in checks.decided and anew is None
    return {
        "state": UNRECKONED if unreckoned else FULL if low == points else PARTLY,
        "points": points,
        "rules_points": record.points,
        "without_waivers": score.without_waivers if score is not None else points,
        "if_suspected": score.if_suspected if score is not None else record.if_suspected,
        "low": low,
        "grade": score.grade if score is not None else record.grade,
        "broken": sum(f.outcome is Outcome.BROKEN for f in plain),
        "suspected": sum(f.outcome is Outcome.SUSPECTED for f in plain),
        "upheld": told[UPHELD],
        "dismissed": told[REJECTED],
        "waived": told[WAIVED],
        "undecided": told[""],
        "unclear": len({rule for rule, _ in record.unclear}),
        "issued_points": sent.points if sent is not None else None,
        "issued_grade": sent.grade if sent is not None else None,
        "issued_rank": sent.rank if sent is not None else None,
    }
