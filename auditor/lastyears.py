"""Last year's reports: reports in, for a profile the one of the same organisation and the year before out.

Match     the canonical organisation: exact names first, then names without places and 人民政府 where one candidate remains
Several   are named, and none is taken
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from auditor.facts.names import core_name
from auditor.findings import Beside
from auditor.model import Profile, Report
from auditor.text import squash


@dataclass
class LastYears:
    """Reports by organisation and year: exact names first, then names without places and 人民政府."""

    reports: Sequence[Report]
    exact: dict[tuple[str, int], list[Report]] = field(default_factory=dict)
    core: dict[tuple[str, int], list[Report]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        seen: set[tuple[str, str, int]] = set()
        for report in self.reports:
            name, year = report.profile.organisation, report.profile.year
            # a file may hold the reports of several units
            if name is None or year is None or (report.sha256, name, year) in seen:
                continue
            seen.add((report.sha256, name, year))
            self.exact.setdefault((squash(name), year), []).append(report)
            self.core.setdefault((core_name(name), year), []).append(report)

    def of(self, profile: Profile) -> Beside:
        """Last year's report of a profile; several candidates are named and none is taken."""
        if profile.organisation is None or profile.year is None:
            return Beside()
        year = profile.year - 1
        found = self.exact.get((squash(profile.organisation), year)) or self.core.get(
            (core_name(profile.organisation), year), []
        )
        if len(found) > 1:
            names = "、".join(sorted(f"{r.profile.organisation}（{r.source}）" for r in found))
            return Beside(problem=f"有几份报告都可能是该单位的上年报告，不能确定：{names}")
        return Beside(found[0]) if found else Beside()
