"""Four towns on a roster, of which not all have a report; the commands as they are typed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "mending"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "roster"))

import county
import posting
from roster_making import workbook

from auditor.ledger import open as open_ledger
from auditor.ledger.recording import Handed, record
from auditor.model import Audit
from auditor.pipeline import Options, audit, handed_in
from auditor.roster import Roster
from auditor.roster.sheet import read_roster
from auditor.rulebook import Rulebook

PINE, BAMBOO, PLUM, ORCHID = TOWNS = ("松溪镇", "竹溪镇", "梅溪镇", "兰溪镇")
RULE = "g-not-published"
FAULTY: Mapping[str, Any] = {"cells": {"t4.review.total": 3}}
MENDED: Mapping[str, Any] = {}


@cache
def rulebook() -> Rulebook:
    """The small rulebook with the rule on reports that are not there."""

    def more(rules: dict[str, dict[str, Any]]) -> None:
        rules[RULE] = dict(county.shipped()[RULE])

    return county.rulebook(more)


@dataclass
class Office(posting.Office):
    """An office with a roster of the four towns."""

    def roster(self, stated: Iterable[str] = (), towns: Iterable[str] = TOWNS) -> Roster:
        """The roster; `stated` are the towns of which it says 未公布."""
        head = ("单位全称", "简称", "单位类别", "2025年度首次公布日期")
        unpublished = set(stated)
        rows = [(posting.unit(t), t, "乡镇", "未公布" if t in unpublished else None) for t in towns]
        path = self.folder / f"名册{'、'.join(sorted(unpublished))}{len(rows)}.xlsx"
        path.write_bytes(workbook({"名册": [head, *rows]}))
        return read_roster(path)

    def run(
        self,
        quarter: str,
        day: str,
        edits: Mapping[str, Mapping[str, Any]],
        roster: Roster | None,
        years: tuple[int, ...] = (),
    ) -> Audit:
        """One run by a roster, recorded; `years` are checked whatever was handed in."""
        folder = self.folder / f"{quarter}-{day}-{'、'.join(edits)}"
        folder.mkdir(parents=True)
        for town, edit in edits.items():
            (folder / f"{town}2025年报.html").write_bytes(county.file(town, edit))
        options = Options(quarter, (), 1, posting.moment(day), "chainer", roster=roster, years=years)
        done = audit([folder], rulebook(), options)
        beside = [] if roster is None else [("roster", roster.source, Path(roster.path).read_bytes())]
        handed = Handed(handed_in([folder], options), beside=beside, years=years)
        with open_ledger(self.ledger, create=True) as ledger:
            record(ledger, done, handed, rulebook().texts, posting.moment(day), roster)
        self.runs.append(done.run.id)
        return done
