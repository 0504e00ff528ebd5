"""rules/ -> rules, forms, laws, patterns and scoring in force; every mistake with file, line and column.

    load(*dirs)      the packaged rules and the folders given by --rules, compiled; RulebookError lists all mistakes
    Texts            the same as plain text: what travels to worker processes, which build their own

Names are looked up when they are used: `rules list` reads YAML only and must not pay for lark, RE2 and pydantic.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auditor.rulebook.book import Ready, Rulebook
    from auditor.rulebook.loading import build, load
    from auditor.rulebook.mistakes import Mistake, RulebookError
    from auditor.rulebook.texts import Texts, packaged, read_texts

__all__ = ["Mistake", "Ready", "Rulebook", "RulebookError", "Texts", "build", "load", "packaged", "read_texts"]

_ROOMS = {
    **dict.fromkeys(("Ready", "Rulebook"), "book"),
    **dict.fromkeys(("build", "load"), "loading"),
    **dict.fromkeys(("Mistake", "RulebookError"), "mistakes"),
    **dict.fromkeys(("Texts", "packaged", "read_texts"), "texts"),
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(name)
    value = getattr(import_module(f"auditor.rulebook.{_ROOMS[name]}"), name)
    globals()[name] = value
    return value
