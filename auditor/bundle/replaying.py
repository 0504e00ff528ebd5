"""The runs of a bundle audited anew from the files in it, against what was written then: the same bytes, or where they differ.

The name of the inference engine is the only word that may differ; the program's version is compared first, so that a difference
is not taken for a forgery where only the program is another.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from auditor import __version__
from auditor.bundle import shape
from auditor.bundle.restoring import restored
from auditor.bundle.shape import Bundle, BundleError
from auditor.documents.json_text import dumps
from auditor.ledger import LedgerError
from auditor.ledger.handed import handed_anew
from auditor.ledger.ledger import Ledger
from auditor.ledger.reading import runs, texts_of
from auditor.pipeline import audit
from auditor.quarters.nouns import RunCard
from auditor.rulebook import build

_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Replayed:
    """One run audited anew: whether every byte is the same; else the first lines that differ (then, now), and the versions."""

    run: str
    same: bool
    lines: int
    differences: tuple[tuple[str, str], ...]
    engine: str
    inference: str


def replayed(bundle: Bundle, tell: Callable[[str, int, int, int], None]) -> Iterator[Replayed]:
    """Every run of the bundle. Raises BundleError."""
    with tempfile.TemporaryDirectory() as folder, restored(bundle, Path(folder)) as ledger:
        for card in runs(ledger):
            place = Path(folder) / str(card.entry)
            place.mkdir()
            try:
                now, inference = _anew(ledger, card, place, tell)
            except (LedgerError, ValueError) as error:
                raise BundleError([f"批次 {card.id} 的材料不全，不能重新审核（{error}）"]) from None
            then = bundle.files[shape.result(card.id, card.entry)].decode()
            then = then.replace(f'"inference": "{card.inference}"', f'"inference": "{inference}"', 1)
            yield Replayed(card.id, then == now, now.count("\n"), _differences(then, now), card.engine, inference)


def _anew(ledger: Ledger, card: RunCard, place: Path, tell: Callable[[str, int, int, int], None]) -> tuple[str, str]:
    texts = texts_of(ledger, card)
    if texts is None:
        raise BundleError([f"批次 {card.id} 没有保存规则库"])
    sources, options = handed_anew(ledger, card, place)
    done = audit(sources, build(texts), options, tell)
    return dumps(replace(done, ledger=None)), done.run.inference


def _differences(then: str, now: str) -> tuple[tuple[str, str], ...]:
    one, other = then.splitlines(), now.splitlines()
    pairs = [(a, b) for a, b in zip(one, other, strict=False) if a != b]
    if len(one) != len(other):
        pairs.append((f"共 {len(one)} 行", f"共 {len(other)} 行"))
    return tuple(pairs[:_MOST_SHOWN])


def same_program(engine: str) -> bool:
    """Whether the run was made by this version of the program."""
    return engine == __version__
