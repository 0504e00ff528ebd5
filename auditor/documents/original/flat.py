"""Decoded flat text or Markdown -> its rendering: one paragraph a line, with its evidence marked."""

from __future__ import annotations

import re

from auditor.documents.original.marking import Marks
from auditor.documents.original.masking import Mask, covered
from auditor.documents.original.tree import Child, Element, marked

_LINE = re.compile(r"[^\r\n]+")


def lines(source: str, marks: Marks, mask: Mask) -> list[Child]:
    """What a flat text shows; empty lines are left out, lines of blanks stay (they are the evidence of a blank cell)."""
    out: list[Child] = []
    for match in _LINE.finditer(source):
        text, start = match[0], match.start()
        ranges = marks.of_pieces([(0, len(text), start, len(text))])
        if ranges or text.strip(" \t\ufeff"):
            out.append(Element("p", marked(covered(text, mask), ranges)))
    return out
