"""The three rulebooks of the rule table: as shipped, with every rule edited in its own way, and with two of the edits taken back."""

from __future__ import annotations

import copy
from typing import Any

import county
import yaml

from auditor.rulebook import Rulebook

Rules = dict[str, dict[str, Any]]


def books() -> list[Rulebook]:
    """One for each quarter."""
    later = county.PARAMETERS.replace("01-31", "06-30")
    return [
        county.rulebook(_first),
        county.rulebook(_second, PROFILE.format(rule="g-six-section"), later, _own()),
        county.rulebook(_third, PROFILE.format(rule="g-title-year"), later, _own()),
    ]


PROFILE = """
auditor: 1
name: 澄湖县
disable:
  - {{rule: {rule}, reason: 另行检查}}
  - {{rule: t3-colsum, cells: [予以公开], reason: 县局统计口径不同}}
"""


def _first(rules: Rules) -> None:
    rules.pop("g-fee-report")
    rules["x-carry-rate"] = _carry(rules, "0.9")


def _second(rules: Rules) -> None:
    _third(rules)
    rules["t4-blank"]["applies"] = {"form": ["B", "C"], "unit_kind": "部门"}


def _third(rules: Rules) -> None:
    rules["t4-sum"] |= {"id": "t4-total", "aliases": ["t4-sum"]}
    rules["g-placeholder"]["message"] = "有没有填写的占位语：{words}"
    rules["n-norm"]["deduct"] = 1
    rules["g-pii"]["severity"] = "一般"
    rules["g-contact"] |= {"status": "retired", "reason": "另有通知"}
    rules.pop("g-typo")
    rules["x-carry-rate"] = _carry(rules, "0.25")
    rules["t3-carry-rate"] = {**_carry(rules, "0.9"), "id": "t3-carry-rate"}


def _carry(rules: Rules, share: str) -> dict[str, Any]:
    """A rule like t3-carry-rate with another threshold."""
    rule = copy.deepcopy(rules["t3-carry-rate"])
    expect = rule["expect"].replace("0.25", share)
    return {**rule, "id": "x-carry-rate", "expect": expect, "examples": {}}


def _own() -> str:
    """The county's rules that take the place of two shipped ones."""
    shipped = county.shipped()
    mine = [
        {**shipped["t2-blank"], "id": "my-blank", "replaces": "t2-blank"},
        {
            **shipped["g-section-name"],
            "id": "my-section-name",
            "aliases": ["g-section-name"],
            "replaces": "g-section-name",
        },
    ]
    return yaml.safe_dump([{**copy.deepcopy(rule), "covers": []} for rule in mine], allow_unicode=True, sort_keys=False)
