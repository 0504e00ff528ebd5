"""The tally: a run (with what people decided) as all its papers tell it, made once and shared by every format. Pure.

tally(audit, before, trend)     the figures, problems, doubts, places and units of a run
against(tally)                  what became of it since the quarter before, where the two can be compared
told("共", tally.reports, "份")  a sentence whose numbers know what they count
"""

from __future__ import annotations

from auditor.documents.tally.against import Against, against
from auditor.documents.tally.losses import Lost, lost
from auditor.documents.tally.making import counted, is_problem, is_whole, ref, tally, trees, unit_of, units_in
from auditor.documents.tally.nouns import (
    Addressee,
    Count,
    Figure,
    Group,
    Problem,
    QuarterFigures,
    Returns,
    Row,
    Tally,
    Told,
    told,
)

__all__ = [
    "Addressee",
    "Against",
    "Count",
    "Figure",
    "Group",
    "Lost",
    "Problem",
    "QuarterFigures",
    "Returns",
    "Row",
    "Tally",
    "Told",
    "against",
    "counted",
    "is_problem",
    "is_whole",
    "lost",
    "ref",
    "tally",
    "told",
    "trees",
    "unit_of",
    "units_in",
]
