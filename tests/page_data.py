"""What a page holds: its written part, the packed reports, and every word that a person can come to read in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from auditor.documents import packing

BLOCK = re.compile(r'<script type="(application/[a-z-]+)" id="([a-z0-9-]+)">([^<]*)</script>')


def blocks(raw: bytes) -> dict[str, Any]:
    """The packed parts by the ids of their elements."""
    return {id: packing.unpacked(kind, said) for kind, id, said in BLOCK.findall(raw.decode("utf-8"))}


def reports(raw: bytes) -> list[dict[str, Any]]:
    """The reports with their texts, in the page's order."""
    found = blocks(raw)["reports"]
    return [packing.revived(found["words"], one) for one in found["units"]]  # type: ignore[misc]


def findings(report: dict[str, Any], *parts: str) -> list[dict[str, Any]]:
    """The findings of a report (of these parts), each before those under it."""
    out: list[dict[str, Any]] = []

    def walk(some: list[dict[str, Any]]) -> None:
        for one in some:
            out.append(one)
            walk(one.get("under", []))

    for part in parts or ("certain", "doubts", "apart"):
        walk(report.get(part, []))
    return out


def rows(finding: dict[str, Any]) -> dict[str, list[str]]:
    """What stands under a finding, by its label."""
    return {row[0]: row[1:] for row in finding.get("rows", [])}


def texts(tree: object) -> Iterator[str]:
    """All texts of a tree."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for one in tree.values():
            yield from texts(one)
    elif isinstance(tree, list):
        for one in tree:
            yield from texts(one)


def written(raw: bytes) -> LexborHTMLParser:
    """The written part."""
    return LexborHTMLParser(raw.decode("utf-8"))


def words(raw: bytes) -> str:
    """Every word of it: those of the written part, then those of the reports."""
    tree = written(raw)
    for node in tree.css("script, style"):
        node.decompose()
    assert tree.root is not None
    return tree.root.text() + "\n" + "\n".join("\n".join(texts(one)) for one in reports(raw))
