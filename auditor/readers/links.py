"""The links of a page that lead to files: a report may be in an attachment that the page only names."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from auditor.readers.tags import attributes

_FILE = re.compile(
    r"\.(?:docx?|docm|wps|wpt|xlsx?|xlsm|et|pdf|ofd|rtf|rar|zip|7z|jpe?g|png|gif|bmp|tiff?|txt|mht(?:ml)?|ceb)(?:[?#&].*)?\Z",
    re.I | re.S,
)
_WORDS = ("附件", "下载")
_LONGEST_TEXT = 200
_EMBEDDED = re.compile(r"""<(?:iframe|embed|object)\s[^<>]*?\b(?:src|data)\s*=\s*["']?([^"'<>\s]+)""", re.I)
_MOST_EMBEDDED = 20


class Target(NamedTuple):
    """Where a link leads, its title, and whether that is a file."""

    address: str
    title: str
    to_file: bool


def is_file(text: str, target: str) -> bool:
    """Whether a link leads to a file, by its ending or by its words."""
    if not target or target.startswith(("#", "javascript:", "mailto:")):
        return False
    return bool(_FILE.search(target)) or any(word in text[:_LONGEST_TEXT] for word in _WORDS)


def target_of(raw: str) -> Target | None:
    """Where the attributes of an <a> lead, None where that is nowhere else."""
    found = attributes(raw)
    target = found.get("href", "").strip()
    if not target or (target.startswith("#") and target != "#"):
        return None
    return Target(target, found.get("title", ""), is_file("", target))


def embedded(source: str) -> list[str]:
    """The addresses of files that a page shows in a frame of its own, such as a PDF."""
    found = (match[1] for match in islice(_EMBEDDED.finditer(source), _MOST_EMBEDDED))
    return [address for address in found if is_file("", address)]
