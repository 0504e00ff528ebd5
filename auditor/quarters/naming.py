"""Naming: what a report and a run are called in the ledger, and by which name a renamed unit is known now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from auditor.model import Report


def unit_of(report: Report) -> str:
    """The unit's full name as the roster or the report has it; a report of nobody known is named by its document."""
    filed = report.filing.unit if report.filing is not None else None
    return filed or report.profile.organisation or f"未识别单位（{report.sha256[:8]}）"


def quarter_of(quarter: str | None, day: dt.date) -> str:
    """The quarter of a run, else that of its day."""
    return quarter or f"{day.year}Q{(day.month + 2) // 3}"


def current_names(renamings: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Former names -> current ones, over as many renamings as there were; the later of two renamings of one name counts."""
    step = dict(renamings)
    return {former: _current(former, step) for former in step}


def _current(name: str, step: Mapping[str, str]) -> str:
    seen = {name}
    while (after := step.get(name, name)) not in seen:
        seen.add(after)
        name = after
    return name
