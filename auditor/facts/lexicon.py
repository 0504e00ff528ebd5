"""The words the facts room reads by, as plain data: subjects of prose claims, words of the profile, words of names.

In        made by `auditor.rulebook.lexicon` from `rules/claims.yaml`, `profile.yaml`, `organisations.yaml` and the forms
Phrases   written in the small language of `auditor.facts.phrases` (`#` the number, `…` a gap within the clause)
Pickles   everything here; compiled patterns are made once in each process, keyed by `digest`, and never travel
"""

from __future__ import annotations

from dataclasses import dataclass, field

from auditor.form import Form


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject of prose claims (收到申请数).

    `units` are accepted after the number; money units are converted to `unit`. `says` announce the number, `formal`
    do so in the form's own words (only these make a claim certain), `unless` withdraw it. `did` / `did_not` are plain
    statements. `facts` maps a form's letter to the fact the subject speaks of. `children` are the subjects that may
    be members of its sum list. `needs` are words of which one must stand in the sentence or in its section's heading.
    """

    name: str
    unit: str
    units: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    formal: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    did: tuple[str, ...] = ()
    did_not: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    children: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClaimWords:
    """All subjects and the words that hold for every one of them. Equal where the digests are equal.

    `own` name the reporting unit itself (我镇), `whole` the area it governs (全县: its name and the
    phrases for it), `part` a part or another body
    (县直各单位). `never` are phrases after which a number is no claim of the year. `plans` announce what is not done
    yet, `negations` and `lacks` take a plain statement back (before it, after it).
    """

    digest: str
    subjects: tuple[Subject, ...] = field(compare=False)
    own: tuple[str, ...] = field(compare=False)
    whole: tuple[tuple[str, tuple[str, ...]], ...] = field(compare=False)
    part: tuple[str, ...] = field(compare=False)
    never: tuple[str, ...] = field(compare=False)
    plans: tuple[str, ...] = field(compare=False)
    negations: tuple[str, ...] = field(compare=False)
    lacks: tuple[str, ...] = field(compare=False)


@dataclass(frozen=True)
class ProfileWords:
    """Words by which lines of a page are told from the report's text, and its labels read.

    `furniture` are phrases that a line of page furniture begins with, `chrome` words of page furniture inside a long
    line. `table_titles` are phrases of whole lines that head an official table. `labels` maps a role to the labels
    that stand before its value. `headings` adds spellings to the sections of the forms: (kind, heading).
    """

    digest: str
    furniture: tuple[str, ...] = field(compare=False)
    chrome: tuple[str, ...] = field(compare=False)
    table_titles: tuple[str, ...] = field(compare=False)
    labels: tuple[tuple[str, tuple[str, ...]], ...] = field(compare=False)
    headings: tuple[tuple[str, str], ...] = field(compare=False)


@dataclass(frozen=True)
class OrganisationWords:
    """How names of units end, by kind, in the order in which they are tried.

    `office` are endings of a government's own office, which may report for its government (`for_government` phrases
    in the text) or for itself (`for_itself`); with neither or both the kind is 其他. `self_words` (我镇 → 乡镇) speak
    where no name is found.
    """

    digest: str
    kinds: tuple[tuple[str, str], ...] = field(compare=False)
    office: tuple[str, ...] = field(compare=False)
    for_government: tuple[str, ...] = field(compare=False)
    for_itself: tuple[str, ...] = field(compare=False)
    self_words: tuple[tuple[str, str], ...] = field(compare=False)


@dataclass(frozen=True)
class Lexicon:
    """Everything the facts room knows by data."""

    forms: tuple[Form, ...]
    claims: ClaimWords
    profile: ProfileWords
    organisations: OrganisationWords

    def subject(self, name: str) -> Subject | None:
        """The subject of that name."""
        return next((s for s in self.claims.subjects if s.name == name), None)

    def fact_of(self, subject: str, form: str) -> str | None:
        """The fact (by name) of which a subject speaks in a form, None where it speaks of none."""
        found = self.subject(subject)
        return dict(found.facts).get(form) if found else None
