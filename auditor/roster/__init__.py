"""The roster: who must report, whose report each file is, which files are one report, and who is missing.

    read_roster(path)                  the roster file (名册.xlsx) -> Roster, or every mistake in it at once
    Matcher(roster).of_report(report)  whose report it is, and what is doubtful about it
    hints(match, profile)              what the roster knows better than the text
    why_aside(document, report)        why a document is no annual report
    arrange(reports, matches, unread)  which files are joined, which are only versions
    joined(main, pages, tables)        several documents as one
    completeness(…)                    应报, 已报, 未报, 无法读取
    write_template(…)                  an empty roster with explanations, or one filled from reports

Pure      all of it but the two edges, `sheet` (reads the file through the readers) and `template` (writes one)
"""

from __future__ import annotations

from auditor.roster.arranging import Bundle, Plan, arrange
from auditor.roster.aside import why_aside
from auditor.roster.completeness import completeness, is_stated_unpublished
from auditor.roster.joining import joined
from auditor.roster.knowing import filing, hints, with_dates
from auditor.roster.matching import Match, Matcher
from auditor.roster.unit import Roster, Unit

__all__ = [
    "Bundle",
    "Match",
    "Matcher",
    "Plan",
    "Roster",
    "Unit",
    "arrange",
    "completeness",
    "filing",
    "hints",
    "is_stated_unpublished",
    "joined",
    "why_aside",
    "with_dates",
]
