"""Labels that are all exact need no weighing of alignments; what comes out is what the weighing gives."""

from __future__ import annotations

import random

import pytest

from auditor.facts import align as room
from auditor.facts.align import Alignment, Item, align, label_of
from auditor.facts.layout import Layout

from .conftest import FORMS
from .render import printed_label
from .test_noise import damaged

LAYOUTS = [Layout(form, table) for form in FORMS.values() for table in form.tables if table.kind in ("list", "matrix")]


def printed_items(layout: Layout, rng: random.Random) -> list[Item]:
    """Rows of the form, some lost, some damaged, some doubled, some of no form between them."""
    lost, spoilt = rng.choice([0.0, 0.0, 0.1, 0.4]), rng.choice([0.0, 0.0, 0.05])
    items: list[Item] = []
    for row in layout.table.rows:
        text = printed_label(row.number, row.label) if layout.table.kind == "list" else row.label
        if rng.random() < lost:
            continue
        if rng.random() < spoilt:
            text = damaged(text, rng)
        items.append(Item(label_of(text), valued=rng.random() < 0.8, raw=text))
        if rng.random() < 0.02:
            items.append(Item(label_of("小计"), raw="小计"))
        if rng.random() < 0.01:
            items.append(rng.choice(items))
    return items


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda la: f"{la.form.letter}{la.table.name}")
def test_the_short_way_gives_what_weighing_gives(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = [printed_items(layout, random.Random(f"straight{n}")) for n in range(60)]
    short: list[bool] = []
    straight = room._straight

    def watched(*args: object) -> dict[int, int] | None:
        found = straight(*args)  # type: ignore[arg-type]
        short.append(found is not None)
        return found

    monkeypatch.setattr(room, "_straight", watched)
    quick: list[Alignment] = [align(items, layout.index) for items in drawn]
    assert 10 < sum(short) < len(drawn)
    layout.index.aligned.cache_clear()
    monkeypatch.setattr(room, "_straight", lambda *_: None)
    assert [align(items, layout.index) for items in drawn] == quick
    layout.index.aligned.cache_clear()
