"""laws/*.yaml: what rules may rest on, with the years in which each holds and by which day it is chosen.

by      report_year  contents and form: the law of the report year
        published    deadlines and the duty to publish: the law in force when the report was published
        audited      privacy and the power to order correction: the law of the day of the audit
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from auditor.rulebook.rule import YearRange, Years


class Law(BaseModel):
    """A law or notice. `years` are the report years it governs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    number: str | None = None
    short: str
    in_force: str | None = None
    until: str | None = None
    years: YearRange = Years()
    by: Literal["report_year", "published", "audited"] = "report_year"
    source: str | None = None

    def governs(self, year: int | None) -> bool:
        """Whether it may be cited of a report of that year."""
        return self.by == "audited" or year is None or self.years.covers(year)
