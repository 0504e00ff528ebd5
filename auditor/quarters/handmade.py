"""Handmade: what a person found by eye -> by what it is known, and to which runs it belongs (`weighed` makes a finding of it).

Identity  by its number: the same in every run, whatever else the report says
Content   its words and its place: a verdict on it holds while it is not written anew
"""

from __future__ import annotations

import datetime as dt

from auditor.model import RuleCard
from auditor.quarters.nouns import Manual
from auditor.text import hashed

RULE = "manual"
TITLE = "人工发现的问题"
CARD = RuleCard(RULE, TITLE, "一般", "真实有效", "certain", "active")


def locus_of(number: str) -> str:
    """The logical place of a manual finding."""
    return hashed(RULE, number)


def fingerprint_of(manual: Manual) -> str:
    """What it is known by in documents."""
    return hashed(RULE, manual.unit, str(manual.year or ""), manual.number)


def content_of(manual: Manual) -> str:
    """What it complains of, as a hash."""
    return hashed(manual.text, manual.place)


def stands(manual: Manual, quarter: str, started: dt.date) -> bool:
    """Whether a manual finding belongs to a run of that quarter and day."""
    return manual.quarter <= quarter and (manual.closed is None or started < manual.closed)
