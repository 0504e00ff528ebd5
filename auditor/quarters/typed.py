"""What people typed for cells that could not be read, as it stands -> as a run takes it (`pipeline.Options.typed`)."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.model import Typed
from auditor.quarters.nouns import TypedFact
from auditor.typed import TypedCells


def typed_of(facts: Iterable[TypedFact]) -> TypedCells:
    """By document and fact, the last word on each cell (`Remembered.typed` is in the order in which it was entered)."""
    found: dict[str, dict[str, Typed]] = {}
    for one in facts:
        found.setdefault(one.document, {})[one.fact] = said(one)
    return found


def said(one: TypedFact) -> Typed:
    """What was typed, without where."""
    return Typed(one.state, one.value, one.raw, one.by, one.on)
