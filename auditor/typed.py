"""Typed cells: what a person typed for cells that could not be read (人工录入), laid over a report before it is judged.

Key       the document's SHA-256 and the fact's id; of a file that holds several reports the SHA-256 with #2, #3 … as in the
          report's source. In a report joined of several files it is the file in which the cell lies
Only      where the file itself does not say what stands in the cell: unreadable, recognised from a picture, inferred. What a
          file says for certain is never overwritten, nor is a row that is not there
Then      the cell has the state and the number that were typed and nothing of it is inferred; its place stays, so that evidence
          still leads to it. 看不清 is typed too: the cell stays unreadable and is not asked for again
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from auditor.model import Fact, PageBox, Report, State, Typed

TypedCells = Mapping[str, Mapping[str, Typed]]
"""Key of a document -> id of a fact -> what was typed."""

TYPED = "人工录入"
_PART = re.compile(r"#\d+\Z")


def key_of(source: str, sha256: str) -> str:
    """The key of a report's document."""
    part = _PART.search(source)
    return sha256 + (part.group() if part else "")


def document_of(key: str) -> str:
    """The SHA-256 of the file that a key names."""
    return key.partition("#")[0]


def may_be_typed(fact: Fact) -> bool:
    """Whether a person may say what stands in the cell: whether the file does not say it for certain."""
    if fact.state in (State.ABSENT, State.UNREADABLE):
        return fact.state is State.UNREADABLE
    place = fact.place
    recognised = isinstance(place, PageBox) and (place.dpi is not None or place.confidence is not None)
    return bool(fact.inferred) or recognised or fact.typed is not None


def with_typed(report: Report, typed: TypedCells, files: Mapping[str, str] | None = None) -> Report:
    """The report with what was typed for its cells; `files` gives the keys of the files of which it was joined by their
    sources."""
    own = key_of(report.source, report.sha256)
    if not typed.keys() & {own, *(files or {}).values()}:
        return report
    facts = {id: _typed(fact, typed, own, files or {}) for id, fact in report.facts.items()}
    return replace(report, facts=facts)


def _typed(fact: Fact, typed: TypedCells, own: str, files: Mapping[str, str]) -> Fact:
    key = files.get(fact.place.file, own) if fact.place is not None and fact.place.file else own
    said = typed.get(key, {}).get(fact.id)
    return entered(fact, said) if said is not None and may_be_typed(fact) else fact


def entered(fact: Fact, said: Typed) -> Fact:
    """The cell as a person says it is."""
    read = fact.state is not State.UNREADABLE and said.state is not State.UNREADABLE
    return replace(
        fact,
        state=said.state,
        value=said.value,
        raw=said.raw,
        note=typed_words(said),
        inferred="",
        typed=said,
        corrected=read and (fact.state, fact.value) != (said.state, said.value),
    )


def typed_words(said: Typed) -> str:
    """人工录入（张三，2026-04-08）; of a cell that nobody can read 人工核对仍看不清（…）."""
    who = "，".join(word for word in (said.by, said.on.isoformat() if said.on else "") if word)
    words = "人工核对仍看不清" if said.state is State.UNREADABLE else TYPED
    return f"{words}（{who}）" if who else words
