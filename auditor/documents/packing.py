"""Packing: the details of many reports -> little text inside a page, and back again.

Words     every distinct text stands once in a table; in a tree a whole number is the place of a text in it, so a tree holds
          texts, lists, mappings, true, false and nothing, but no numbers of its own
Small     JSON as it is while it is short, for browsers that cannot inflate; else zlib's deflate in base64 (about a tenth)
Inert     no "<" stands in what is packed: nothing in it can end the element that holds it
Refuses   a number in a tree: TypeError, a mistake of the caller
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Tree: TypeAlias = "bool | str | Sequence[Tree] | Mapping[str, Tree] | None"
Interned: TypeAlias = "bool | int | list[Interned] | dict[str, Interned] | None"
Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

PLAIN = "application/json"
DEFLATED = "application/x-deflate"


@dataclass(slots=True)
class Table:
    """The texts seen so far, each once, in the order of their first use."""

    words: list[str] = field(default_factory=list)
    _at: dict[str, int] = field(default_factory=dict)

    def intern(self, tree: Tree) -> Interned:
        """The tree with every text replaced by its place in the table."""
        if tree is None or isinstance(tree, bool):
            return tree
        if isinstance(tree, str):
            at = self._at.setdefault(tree, len(self.words))
            if at == len(self.words):
                self.words.append(tree)
            return at
        if isinstance(tree, Mapping):
            return {key: self.intern(value) for key, value in tree.items()}
        if isinstance(tree, Sequence):
            return [self.intern(value) for value in tree]
        raise TypeError(f"a tree holds texts, not {type(tree).__name__}")


def revived(words: Sequence[str], tree: Interned) -> Tree:
    """The tree with its texts again; what the page's script does."""
    if tree is None or isinstance(tree, bool):
        return tree
    if isinstance(tree, int):
        return words[tree]
    if isinstance(tree, dict):
        return {key: revived(words, value) for key, value in tree.items()}
    return [revived(words, value) for value in tree]


def plain(value: Json | Interned) -> str:
    """JSON on one line that ends no element."""
    said = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return said.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def deflated(said: str) -> str:
    """The same as base64 of zlib's deflate (half surrogates, which no text can be sent with, become ?)."""
    return base64.b64encode(zlib.compress(said.encode("utf-8", "replace"), 9)).decode("ascii")


def unpacked(kind: str, said: str) -> Json:
    """What stands in a block of that kind."""
    text = said if kind == PLAIN else zlib.decompress(base64.b64decode(said)).decode("utf-8")
    found: Json = json.loads(text)
    return found
