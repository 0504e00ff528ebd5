"""Packing: whatever is packed comes back, ends no element, and every text stands once."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.documents import packing

TEXTS = st.text() | st.sampled_from(["</script>", "<!--", "]]>", "\u2028", "严重", "", "😀"])
TREES = st.recursive(
    st.none() | st.booleans() | TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=4), inner, max_size=5),
    max_leaves=30,
)


@given(st.lists(TREES, max_size=4))
def test_a_tree_comes_back_from_either_form_and_each_text_stands_once(trees: list[packing.Tree]) -> None:
    table = packing.Table()
    interned = [table.intern(tree) for tree in trees]
    assert len(table.words) == len(set(table.words))
    assert [packing.revived(table.words, tree) for tree in interned] == trees
    said = packing.plain({"words": table.words, "units": interned})
    assert "<" not in said and "\u2028" not in said
    for kind, text in ((packing.PLAIN, said), (packing.DEFLATED, packing.deflated(said))):
        assert "<" not in text
        assert packing.unpacked(kind, text) == json.loads(said)


def test_half_a_character_is_packed_as_a_question_mark() -> None:
    assert packing.unpacked(packing.DEFLATED, packing.deflated(packing.plain({"a": "甲\ud800"}))) == {"a": "甲?"}


def test_a_number_in_a_tree_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError, match="not int"):
        packing.Table().intern({"a": [1]})  # type: ignore[dict-item]
