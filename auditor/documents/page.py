"""Page: an audit -> one HTML file that needs nothing else: no network, no fonts, no other file.

Safety    every word passes autoescape in a sandbox; the content policy allows nothing but our own style and script
          by their hashes, so a word that slipped through could still not run
Apart     certain (or found 属实) and suspected problems stand in two parts of each unit, what was found 不属实 or is waived in a
          third; an absorbed finding stands under the one
          that absorbed it, or in its own part where that one is of the other kind
Order     the dearest problem first, then the most severe; a unit's reports of several years are told apart by the year
Short     at most eight quotes and eight cells a problem, the rest counted; the workbook has all of them
Readers   Edge 16 and Chrome 60 on; without script everything is there, only the search box is not
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Final

from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from auditor.documents import charts, rollup, standing, words
from auditor.documents.printing import line, printable
from auditor.documents.quotes import Proof, Quote, proof
from auditor.documents.reading import Reading, reading
from auditor.model import (
    OUTCOME_WORDS,
    Attested,
    Audit,
    Disabled,
    Fact,
    Finding,
    Judged,
    NextGrade,
    Outcome,
    RuleCard,
    ScoreLine,
    Standing,
    Undecided,
    YearCount,
)
from auditor.typed import TYPED

TEMPLATES: Final = Path(__file__).parent / "templates"
_MOST_FACTS = 8
_MOST_QUOTES = 8


@dataclass(frozen=True, slots=True)
class FactRow:
    """A cell that a finding speaks of."""

    name: str
    value: str
    state: str
    raw: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding as the page shows it."""

    finding: Finding
    anchor: str
    tone: str
    said: str
    where: str
    quotes: tuple[Quote, ...]
    more_quotes: int
    proof: Proof
    facts: tuple[FactRow, ...]
    more_facts: int
    bases: tuple[str, ...]
    operands: str
    note: str
    members: tuple[tuple[str, str], ...]
    absorbed: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of the score with the anchor of its finding (empty for caps, gates and the floor)."""

    line: ScoreLine
    anchor: str
    place: str


@dataclass(frozen=True, slots=True)
class PendingView:
    """One outcome that could not be decided or that a person must look at."""

    undecided: Undecided
    result: str
    reason: str
    cause: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What a person decided."""

    card: RuleCard
    result: str
    words: str


@dataclass(frozen=True, slots=True)
class UnitView:
    """One report as the page shows it."""

    judged: Judged
    anchor: str
    name: str
    label: str
    pending: tuple[PendingView, ...]
    unclear: int
    rank: rollup.Ranked
    tone: str
    certain: tuple[FindingView, ...]
    suspected: tuple[FindingView, ...]
    counts: tuple[int, int]
    lines: tuple[LineView, ...]
    fix: tuple[tuple[str, str], ...]
    unreadable: int
    reading: Reading
    off: tuple[Disabled, ...]
    answers: tuple[AnswerView, ...] = ()
    apart: tuple[FindingView, ...] = ()


def render(audit: Audit) -> bytes:
    """The page's bytes (UTF-8)."""
    style = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    script = (TEMPLATES / "page.js").read_text(encoding="utf-8")
    ranked = rollup.ranking(audit)
    anchors = {row.at: f"u{number}" for number, row in enumerate(ranked, 1)}
    labels = words.short_names([words.unit_name(judged) for judged in audit.reports])
    page = (
        environment()
        .get_template("page.html.j2")
        .render(
            audit=audit,
            run=audit.run,
            style=Markup(style),
            script=Markup(script),
            policy=policy_of(style, script),
            units=[unit_view(audit, row, anchors[row.at], labels[row.at]) for row in ranked],
            groups=[tuple(rows) for _, rows in groupby(ranked, key=lambda row: row.title)],
            years=words.span_words(words.years_of(audit)),
            severities=rollup.by_severity(audit),
            dimensions=_dimensions(audit),
            accounts=_accounts(audit),
            grades=rollup.grades(audit),
            spread=rollup.spread(audit),
            histogram=charts.histogram(audit),
            counts=_counts(audit),
            roster=_roster(audit),
            named=standing.named(audit.completeness, Standing.MISSING),
            unnamed=standing.unnamed(audit.completeness),
            missing=[*standing.missing(audit, Outcome.BROKEN), *standing.missing(audit, Outcome.SUSPECTED)],
            unlisted=standing.unlisted(audit),
            versions=tuple(standing.versions(audit)),
            doubts=standing.doubts(audit),
            heat=charts.heat_map(audit, [anchors[at] for at in range(len(audit.reports))]),
            off=words.switched_off(audit),
            models=audit.county.models,
            unreadable=words.all_unreadable(audit),
            undecided=sum(_unclear(judged) for judged in audit.reports),
            confirm=sum(len(judged.undecided) - _unclear(judged) for judged in audit.reports),
        )
    )
    return page.encode("utf-8", "replace")


def _dimensions(audit: Audit) -> list[tuple[rollup.Counted, rollup.Lost | None]]:
    """Per dimension the problems and the points lost; None where points are lost under other names."""
    lost = {} if audit.county.accounts else {one.dimension: one for one in rollup.lost(audit)}
    return [(row, lost.get(row.word)) for row in rollup.by_dimension(audit)]


def _accounts(audit: Audit) -> list[rollup.Lost]:
    """The indicators or items under which points are lost; empty where these are the dimensions."""
    return [one for one in rollup.lost(audit) if one.dimension in audit.county.accounts]


def _roster(audit: Audit) -> str:
    """The roster's file, "" where there is none."""
    return (audit.completeness.roster or "") if audit.completeness else ""


def _counts(audit: Audit) -> list[tuple[str, YearCount]]:
    """The years, the latest first; one of which nothing is known last."""
    counts = audit.completeness.years if audit.completeness else ()
    ordered = sorted(counts, key=lambda c: (c.year is None, -(c.year or 0)))
    return [(standing.year_words(c), c) for c in ordered]


def environment() -> SandboxedEnvironment:
    """The sandbox in which the template runs: autoescape on, an unknown name is an error."""
    env = SandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=select_autoescape(["j2"], default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.finalize = _clean
    env.filters.update(
        points=words.points_words,
        date=words.date_words,
        moment=words.moment_words,
        line=line,
        quarter=words.quarter_words,
        inference=words.inference_words,
        rulebook=words.rulebook_words,
        powers=words.powers_words,
        year=words.year_words,
        form=words.form_words,
        subject=words.subject_words,
        file=words.file_name,
        grade=words.grade_words,
        second=words.second_words,
        tone=charts.level,
        lost=_lost,
        liable=standing.liable,
        said=words.message_words,
        bases=words.bases_words,
        verdict=words.verdict_words,
        mending=words.mending_words,
        issued=words.issued_words,
        ledger=words.ledger_words,
        decided=words.decided_words,
    )
    return env


def _clean(value: object) -> object:
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _lost(points: Decimal) -> str:
    return words.points_words(points) if points else "0"


def policy_of(style: str, script: str) -> str:
    """The content policy that allows this style and this script, by their hashes, and nothing else."""
    return (
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    )


def _hash(words_: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(words_.encode("utf-8")).digest()).decode("ascii")


def _unclear(judged: Judged) -> int:
    """How many outcomes could not be decided (what a person must look at anyway is not among them)."""
    return sum(one.outcome is not Outcome.TO_CONFIRM for one in judged.undecided)


# --- one unit --------------------------------------------------------------------------------------


def unit_view(audit: Audit, row: rollup.Ranked, anchor: str, label: str) -> UnitView:
    """Everything that the page says of one report."""
    judged = audit.reports[row.at]
    anchors = {f.fingerprint: f"{anchor}-{number}" for number, f in enumerate(judged.findings, 1)}
    named = {f.fingerprint: f for f in judged.findings}
    return UnitView(
        judged=judged,
        anchor=anchor,
        name=row.unit,
        label=label,
        pending=tuple(_pending(judged, one) for one in _decidable_first(judged.undecided)),
        unclear=_unclear(judged),
        rank=row,
        tone=charts.tone_of(audit, judged.score.points),
        certain=_part(judged, Outcome.BROKEN, anchors),
        suspected=_part(judged, Outcome.SUSPECTED, anchors),
        apart=_part(judged, None, anchors),
        counts=(row.broken, row.suspected),
        lines=tuple(_line(judged, line, named, anchors) for line in judged.score.lines),
        fix=_fix(judged.score.next_grade, named, anchors),
        unreadable=words.unreadable(judged),
        reading=reading(judged.report),
        off=judged.disabled,
        answers=tuple(_answer(judged, *pair) for pair in words.attested(audit, judged)),
    )


def _answer(judged: Judged, card: RuleCard, answer: Attested) -> AnswerView:
    return AnswerView(card, OUTCOME_WORDS[judged.outcomes[card.id]], words.answer_words(answer))


def _decidable_first(undecided: Iterable[Undecided]) -> list[Undecided]:
    """What could not be decided, then what a person must look at."""
    return sorted(undecided, key=lambda one: one.outcome is Outcome.TO_CONFIRM)


def _pending(judged: Judged, one: Undecided) -> PendingView:
    result = "已撤回" if one.withdrawn_by else OUTCOME_WORDS[one.outcome]
    shown = proof(judged.report, one.evidence, words.table_words(one.table))
    return PendingView(one, result, words.shortened(words.reason_words(one)), words.cause_words(one), shown)


def _line(judged: Judged, line: ScoreLine, named: dict[str, Finding], anchors: dict[str, str]) -> LineView:
    finding = named.get(line.finding or "")
    return LineView(
        line, anchors.get(line.finding or "", ""), words.where_words(judged.report, finding) if finding else ""
    )


def _fix(step: NextGrade | None, named: dict[str, Finding], anchors: dict[str, str]) -> tuple[tuple[str, str], ...]:
    if step is None:
        return ()
    return tuple((line(named[one].title), anchors[one]) for one in step.fix if one in named)


def _part(judged: Judged, outcome: Outcome | None, anchors: dict[str, str]) -> tuple[FindingView, ...]:
    """The findings that stand so (None: not at all), the dearest first, each with those that it absorbed."""
    ranked = words.ordered(judged.findings)
    findings = words.apart(ranked) if outcome is None else [f for f in ranked if words.standing_of(f) is outcome]
    own = {f.fingerprint for f in findings}
    children: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.absorbed_by in own and finding.absorbed_by != finding.fingerprint:
            children.setdefault(finding.absorbed_by or "", []).append(finding)
    below = {f.fingerprint for absorbed in children.values() for f in absorbed}
    seen: set[str] = set()
    roots = [f for f in findings if f.fingerprint not in below]
    views = [_view(judged, f, anchors, children, seen) for f in roots]
    # Two findings that absorb each other would vanish together: what was not reached stands by itself.
    views += [_view(judged, f, anchors, children, seen) for f in findings if f.fingerprint not in seen]
    return tuple(views)


def _view(
    judged: Judged, finding: Finding, anchors: dict[str, str], children: dict[str, list[Finding]], seen: set[str]
) -> FindingView:
    seen.add(finding.fingerprint)
    absorbed = [f for f in children.get(finding.fingerprint, ()) if f.fingerprint not in seen]
    facts, more = _facts(judged, finding)
    shown = proof(judged.report, finding.evidence, words.table_words(finding.table), (finding.left, finding.right))
    return FindingView(
        finding=finding,
        anchor=anchors[finding.fingerprint],
        tone=charts.level(finding.severity),
        said=words.message_words(finding),
        where=words.where_words(judged.report, finding),
        quotes=shown.quotes[:_MOST_QUOTES],
        more_quotes=max(len(shown.quotes) - _MOST_QUOTES, 0),
        proof=shown,
        facts=facts,
        more_facts=more,
        bases=tuple(filter(None, map(words.basis_words, finding.basis))),
        operands=words.operands_words(finding),
        note=words.cost_note(finding, judged.findings),
        members=tuple(
            (line(f.title), anchors[f.fingerprint]) for f in judged.findings if f.fingerprint in finding.members
        ),
        absorbed=tuple(_view(judged, f, anchors, children, seen) for f in absorbed if f.fingerprint not in seen),
    )


def _facts(judged: Judged, finding: Finding) -> tuple[tuple[FactRow, ...], int]:
    """The first cells that a finding names and its evidence does not quote, and how many more there are."""
    quoted = {evidence.label for evidence in finding.evidence if evidence.label}
    named = [judged.report.facts.get(id) for id in finding.facts]
    facts = [fact for fact in named if fact is not None and fact.name not in quoted]
    return tuple(map(_fact_row, facts[:_MOST_FACTS])), max(len(facts) - _MOST_FACTS, 0)


def _fact_row(fact: Fact) -> FactRow:
    value = "" if fact.value is None else words.number_words(fact.value)
    state = words.STATE_WORDS[fact.state] + (f"（{TYPED}）" if fact.typed is not None else "")
    return FactRow(line(fact.name), value, state, line(fact.raw))
