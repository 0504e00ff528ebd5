"""Personal data in a rendering: each of its characters is shown as *, whatever font, tag or line it stands in.

Mask      a function from a text to one of the same length; one that gives another length is not trusted, and its text is covered whole
"""

from __future__ import annotations

from collections.abc import Callable

Mask = Callable[[str], str]


def unchanged(text: str) -> str:
    """Nothing is personal."""
    return text


def covered(text: str, mask: Mask) -> str:
    """The text with personal data covered."""
    found = mask(text)
    return found if len(found) == len(text) else "*" * len(text)


def personal(text: str, mask: Mask) -> list[int]:
    """Which characters of a text are covered."""
    found = covered(text, mask)
    return [] if found == text else [at for at, (a, b) in enumerate(zip(text, found, strict=True)) if a != b]
