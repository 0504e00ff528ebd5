"""Facts: the blocks of a document in, everything that it states out: profile, prose, sections, facts, claims, shares.

Tables    `auditor.facts.tables` gives the facts of the official tables and says which blocks it used
Prose     what is left; `claims` and `shares` read it once, as flowing text with an index back
Hints     what is known beforehand (a rule's example, a roster) and overrides what is found
Pure      no file, no clock, no parser; the same blocks give the same report to the byte
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from auditor.facts.claims import read_claims
from auditor.facts.flow import flow
from auditor.facts.lexicon import ClaimWords, Lexicon, OrganisationWords, ProfileWords, Subject
from auditor.facts.listings import read_listings
from auditor.facts.profile import read_profile, read_titles, unit_kind
from auditor.facts.prose import CAPTIONS, Page
from auditor.facts.sections import sections
from auditor.facts.shares import read_shares
from auditor.facts.stacked import unstacked
from auditor.facts.tables import read_tables
from auditor.model import Document, Profile, Report, Table
from auditor.text import squash

__all__ = [
    "ClaimWords",
    "Hints",
    "Lexicon",
    "OrganisationWords",
    "ProfileWords",
    "Subject",
    "extract",
    "unit_kind",
]


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known of a report beforehand; a field that is None is left to the document."""

    year: int | None = None
    unit_kind: str | None = None
    form: str | None = None
    organisation: str | None = None
    title: str | None = None
    published: dt.date | None = None
    published_certain: bool | None = None
    filled: dt.date | None = None
    column_path: str | None = None


_NOTHING = Hints()
_HEAD = 60  # blocks in which a title is looked for before the tables are known


def extract(document: Document, lexicon: Lexicon, hints: Hints | None = None) -> Report:
    """Everything that one document states, indexed once."""
    known = hints or _NOTHING
    document = replace(document, blocks=tuple(unstacked(document.blocks)))
    lines = Page(document.blocks, lexicon.profile)
    year = known.year or read_titles(document, lines.lay_out(most=_HEAD)).year
    tables = read_tables(document, lexicon.forms, year)
    page = lines.lay_out(tables.used, tables.used_spans)
    found = sections(page, document.blocks, lexicon, tables.used, tables.used_spans)
    kept = frozenset(i for s in found for i in (s.heading_start - 1, s.body_start - 1))
    text = flow(page.prose.text, kept, "\n".join(page.folded))
    letter = tables.form.letter if tables.form else None
    profile = read_profile(
        document, page, text, read_titles(document, page), lexicon, letter, tables.loose, tables.used
    )
    profile = _with(profile, known)
    claims, counted = read_claims(
        page.prose, text, found, lexicon.claims, profile.year, profile.organisation, profile.unit_kind
    )
    return Report(
        source=document.source,
        sha256=document.sha256,
        kind=document.kind,
        profile=profile,
        prose=page.prose,
        sections=found,
        facts=tables.facts,
        claims=claims,
        shares=read_shares(page.prose, text, counted, claims),
        listings=read_listings(page.prose, text, found),
        tables=tables.readings,
        unrecognised=tuple(
            _words(b) for i, b in enumerate(document.blocks) if isinstance(b, Table) and i not in tables.used
        ),
        captions=(*(line.text for line in page.outside if line.kind in CAPTIONS), *tables.loose),
        reader=document.reader,
        encoding=document.encoding,
        status=document.status,
        notes=document.notes,
        encoding_from=document.encoding_from,
        furniture=document.furniture,
        links=document.links,
        pages=document.pages,
        form_fit=tables.fit,
    )


_MOST_WORDS = 4000


def _words(table: Table) -> str:
    """The words of a table as one squashed string, no longer than a trace needs to be."""
    return squash("|".join(cell.text for cell in table.cells))[:_MOST_WORDS]


def _with(profile: Profile, hints: Hints) -> Profile:
    """The profile with what is known beforehand in place of what was found."""
    known = {name: value for name in Hints.__slots__ if (value := getattr(hints, name)) is not None}
    return replace(profile, **known) if known else profile
