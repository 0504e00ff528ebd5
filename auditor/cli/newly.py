"""`auditor audit --against 2026Q1`: what is new beside an earlier quarter: its list, its place in the JSON, its exit code."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from auditor.cli import USAGE, fail
from auditor.cli.quarterly import finding_line
from auditor.documents.json_text import Json
from auditor.documents.words import standing_of
from auditor.ledger import LedgerError
from auditor.ledger import open as open_ledger
from auditor.ledger.comparing import against
from auditor.ledger.reading import chosen
from auditor.model import Audit, Outcome
from auditor.quarters.comparing import Comparison, Fated
from auditor.quarters.fates import STANDING, Fate

_MOST_LISTED = 50


def asked() -> str:
    """The quarter or run of --against, "" without it."""
    context = click.get_current_context(silent=True)
    return str(context.meta.get("auditor.against", "")) if context is not None else ""


def looked_up(ledger: Path | None) -> None:
    """Ends the command with 2, before anything is read, where there is nothing to compare with."""
    if not asked():
        return
    if ledger is None:
        fail(USAGE, "--against 要与台账里的季度比较，不能与 --no-ledger 一起用")
    try:
        with open_ledger(ledger, create=True) as opened:
            chosen(opened, asked())
    except LedgerError as error:
        fail(USAGE, str(error))


@dataclass(frozen=True, slots=True)
class Newly:
    """A run beside an earlier quarter; `new` are the fingerprints of its findings that are new by that."""

    found: Comparison
    new: Collection[str]

    def reached(self, done: Audit, kind: str, words: Sequence[str]) -> bool:
        """Whether --fail-on is met by what is new: a grade to which a report fell that had a better one, or none; a finding."""
        if kind == "grade":
            return any(
                one.grade_after in words and one.grade_before not in words
                for one in self.found.units
                if one.grade_after
            )
        found = (f for judged in done.reports for f in judged.findings if f.fingerprint in self.new)
        return any(standing_of(f) is Outcome.BROKEN and f.severity in words for f in found)

    def show(self) -> None:
        """The new findings, unit by unit, and whose points fell."""
        listed = self._listed()
        back = sum(one.fate is Fate.BACK for one in listed)
        more = f"，其中再次出现的 {back} 个" if back else ""
        told = f"，新的问题 {len(listed)} 个{more}：" if listed else "，没有新的问题。"
        click.secho(f"与 {self.found.earlier} 相比{told}", bold=True)
        for one in listed[:_MOST_LISTED]:
            click.echo(f"  {finding_line(one)}：{one.noted.message}")
        if len(listed) > _MOST_LISTED:
            click.echo(f"  其余 {len(listed) - _MOST_LISTED} 个见结果文件，或者用 auditor compare 查看。")

    def _listed(self) -> list[Fated]:
        return [one for one in self.found.findings if one.fate in STANDING and one.noted.fingerprint in self.new]

    def as_json(self) -> dict[str, Json]:
        """What stands in the JSON of the audit."""
        return {"against": {"earlier": self.found.earlier, "new": [one.noted.fingerprint for one in self._listed()]}}


def newly(ledger: Path, done: Audit) -> Newly:
    """The run that was just written beside the quarter that was named. Raises LedgerError."""
    with open_ledger(ledger) as opened:
        return Newly(*against(opened, asked(), done.run.id, done.run.started.date()))
