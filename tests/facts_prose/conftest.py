"""Documents from plain paragraphs, the packaged lexicon, and the real reports where they are at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from auditor.facts import Hints, Lexicon, extract
from auditor.model import Document, Paragraph, Report, Segment, SourceMap, Text
from auditor.rulebook.forms import form_from
from auditor.rulebook.lexicon import lexicon_from

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"


def load(path: Path) -> Any:
    """A YAML file with every scalar as a string, as the rulebook's strict loader gives it."""
    return yaml.load(path.read_text("utf-8"), yaml.BaseLoader)


def make_lexicon() -> Lexicon:
    """The lexicon of the packaged rules; any mistake in them fails the test."""
    problems: list[object] = []
    forms = []
    for path in sorted((ROOT / "rules" / "forms").glob("form-[abc].yaml")):
        form = form_from(load(path), lambda *told: problems.append(told))
        assert form is not None, problems
        forms.append(form)
    rules = [load(ROOT / "rules" / f"{name}.yaml") for name in ("claims", "organisations", "profile")]
    lexicon = lexicon_from(*rules, tuple(forms), lambda *told: problems.append(told))
    assert not problems
    assert lexicon is not None
    return lexicon


def make_document(text: str, source: str = "报告.txt", **metadata: str) -> Document:
    """A text file read line by line."""
    blocks = []
    at = 0
    for line in text.split("\n"):
        blocks.append(Paragraph(Text(line, SourceMap((Segment(0, len(line), at, len(line)),)))))
        at += len(line) + 1
    return Document(source, "0" * 64, "txt", tuple(blocks), "test", metadata=metadata)


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return make_lexicon()


@pytest.fixture(scope="session")
def read_text(lexicon: Lexicon) -> Callable[..., Report]:
    """Text in, report out."""

    def read(text: str, hints: Hints | None = None, source: str = "报告.txt", **metadata: str) -> Report:
        return extract(make_document(text, source, **metadata), lexicon, hints)

    return read


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real reports beside the repository."""
    if not SHARED.is_dir():
        pytest.skip("the folder of real reports is not beside the repository")
    return SHARED
