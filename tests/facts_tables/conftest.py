"""The three official forms, read from rules/forms, and the reference material beside the repository."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import yaml

from auditor.form import Form
from auditor.rulebook.forms import form_from

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"


def load(letter: str) -> Form:
    data = yaml.safe_load((ROOT / "rules" / "forms" / f"form-{letter.lower()}.yaml").read_text(encoding="utf-8"))
    problems: list[str] = []
    form = form_from(data, lambda path, words: problems.append(f"{path}: {words}"))
    assert form is not None, problems
    return form


FORMS: dict[str, Form] = {letter: load(letter) for letter in "ABC"}


@pytest.fixture(scope="session")
def forms() -> tuple[Form, ...]:
    return tuple(FORMS.values())


def shared(path: str) -> Path:
    """A file of the reference material; skips where it is not at hand."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"参考资料不在仓库旁边：{path}")
    return found


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))
