"""The rulebook ready for use: compiled rules with everything they need to be judged and worded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field

from auditor.checks.check import Check, PatternSet
from auditor.checks.relation import Formulas
from auditor.facts.lexicon import Lexicon
from auditor.form import Form
from auditor.formula.vocabulary import LAST_YEAR, PEERS
from auditor.model import Basis, Calendar, CountyCard, Profile, RulebookStamp, RuleCard, Sum
from auditor.rulebook.county import County, told
from auditor.rulebook.laws import Law
from auditor.rulebook.parameters import Parameter
from auditor.rulebook.pattern import Pattern
from auditor.rulebook.rule import BasisEntry, Grade, Rule
from auditor.rulebook.scoring import Scoring
from auditor.rulebook.source import Source
from auditor.rulebook.texts import Texts


@dataclass(frozen=True)
class Ready:
    """A compiled rule. `when` and `grades` are formulas per form letter; `place` is its file and line."""

    rule: Rule
    check: Check
    scope: str
    when: Formulas | None
    grades: tuple[tuple[Grade, Formulas], ...]
    forms: frozenset[str]
    place: str
    root: int
    expect: Formulas | None = None

    @cached_property
    def of_others(self) -> bool:
        """Whether other reports (last year's, earlier ones, the peers') can change what the rule says."""
        if self.rule.check in ("similarity", "outlier") or getattr(self.rule, "in_a_row", 1) > 1:
            return True
        written = self.rule.model_dump_json(exclude={"examples"})
        return LAST_YEAR in written or PEERS in written

    @property
    def id(self) -> str:
        """The rule's id."""
        return self.rule.id


class Edition(BaseModel):
    """rulebook.yaml: the version of the shipped rules, which is not the engine's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str = Field(min_length=1)
    title: str = Field(min_length=1)
    date: str = Field(pattern=r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Rulebook:
    """Everything that judges a report; built from `texts`, which other processes rebuild it from."""

    texts: Texts
    stamp: RulebookStamp
    forms: tuple[Form, ...]
    lexicon: Lexicon
    laws: Mapping[str, Law]
    parameters: Mapping[str, Parameter]
    scoring: Scoring
    rules: tuple[Ready, ...]
    patterns: tuple[Pattern, ...]
    pattern_set: PatternSet
    sources: Mapping[str, Source] = field(default_factory=dict)
    county: County = field(default_factory=County)
    edition: Edition | None = None
    shipped: Mapping[str, Parameter] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)

    def for_examples(self, ready: Ready) -> Rulebook:
        """The rulebook by which a rule's examples are judged: a county's profile is no part of a shipped rule's examples,
        and what it switches off is none of its own rules' either."""
        if not self.county.name:
            return self
        if ready.root == 0:
            return replace(self, county=County(), parameters=self.shipped)
        return replace(self, county=replace(self.county, off=()))

    def form(self, letter: str | None) -> Form | None:
        """The form of that letter."""
        return next((f for f in self.forms if f.letter == letter), None)

    def form_of_year(self, year: int | None) -> Form | None:
        """The form that reports of a year must follow; the national one where provincial variants exist."""
        return next((f for f in self.forms if year is not None and f.covers(year)), None)

    def rule(self, id: str) -> Ready | None:
        """The rule of that id or alias."""
        return next((r for r in self.rules if r.id == id or id in r.rule.aliases), None)

    def powers(self, audited: dt.date) -> tuple[Basis, ...]:
        """The articles that let an office order mending on the day of the audit (督促整改)."""
        nobody = Profile()
        return tuple(
            Basis(f"{law.title}{article.at}", law.id, article.at)
            for law in self.laws.values()
            for article in law.articles
            if article.power and law.governs(article.at, nobody, audited)
        )

    @property
    def card(self) -> CountyCard:
        """What documents say of the county's profile and the scoring models."""
        county, beside = self.county, self.scoring.beside
        titles = {r.id: r.rule.title for r in self.rules} | {p.id: p.title for p in self.patterns}
        models = (self.scoring.name, *((beside.name,) if beside else ()))
        return CountyCard(
            county.name,
            county.issuer,
            county.issuer_is_office,
            county.numbering,
            county.contact,
            county.assessment,
            told(county, titles),
            models,
            (*(one.name for one in self.scoring.indicators), *(one.name for one in self.scoring.items)),
            self.scoring.card,
            self.sums,
        )

    @cached_property
    def sums(self) -> tuple[Sum, ...]:
        """What its certain relations ask of the counts of each form."""
        from auditor.rulebook.sums import sums  # it reads compiled rules, which are defined here

        return sums(self.rules, self.forms)

    @property
    def cards(self) -> dict[str, RuleCard]:
        """What documents say of every rule and pattern."""
        out = {
            r.id: RuleCard(
                r.id,
                r.rule.title,
                r.rule.severity,
                r.rule.dimension,
                r.rule.certainty,
                r.rule.status,
                getattr(r.rule, "ask", ""),
                r.rule.verify,
                r.rule.aliases,
                r.rule.check,
                tuple(map(self._basis, r.rule.basis)),
            )
            for r in self.rules
        }
        for p in self.patterns:
            out[p.id] = RuleCard(
                p.id,
                p.title,
                p.then.severity,
                p.then.dimension or "真实有效",
                p.then.certainty,
                "active",
                bases=p.then.basis,
            )
        return out

    def _basis(self, entry: BasisEntry) -> Basis:
        """What a rule rests on by itself, whatever report it judges."""
        if entry.practice is not None:
            return Basis(entry.practice, practice=True)
        law = self.laws.get(entry.law or "")
        return Basis(f"{law.title if law else entry.law}{entry.at or ''}", entry.law, entry.at, inferred=entry.inferred)
