"""Rulebooks of the packaged rules and a few files of our own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from auditor.rulebook import Rulebook, Texts, build
from auditor.rulebook.texts import RuleFile, read_texts

Made = Callable[..., Rulebook]

REST = """severity: 一般
dimension: 数据准确
message: 待核实
why: 待核实
remedy: 待核实
"""
FEW = ("form-a/publication.yaml", "form-a/requests.yaml")
BASIS = "basis: [{practice: 检查中发现的现象}]\n"


def whole(rule: str) -> str:
    """A rule with the keys that every rule must have; those of a list stand in each item."""
    if not rule.startswith("- "):
        return rule.rstrip("\n") + "\n" + ("" if "\nbasis:" in rule else BASIS) + REST
    items = rule.rstrip("\n").split("\n- ")
    rest = "".join(f"  {line}\n" for line in (BASIS + REST).splitlines())
    return (
        "\n".join(
            ("" if at == 0 else "- ") + item.rstrip("\n") + "\n" + rest.rstrip("\n") for at, item in enumerate(items)
        )
        + "\n"
    )


@pytest.fixture(scope="session")
def packaged_texts() -> Texts:
    return read_texts([])


@pytest.fixture(scope="session")
def shipped(packaged_texts: Texts) -> Rulebook:
    return build(packaged_texts)


@pytest.fixture(scope="session")
def made(packaged_texts: Texts) -> Made:
    """Forms, laws and data of the packaged rulebook, a few of its rules, and further files: path -> text."""
    kept = tuple(f for f in packaged_texts.files if f.room not in ("rules", "patterns") or f.inside in FEW)

    def make(**files: str) -> Rulebook:
        own = tuple(RuleFile(1, path, f"规则/{path}", text) for path, text in files.items())
        return build(replace(packaged_texts, files=(*kept, *own)))

    return make
