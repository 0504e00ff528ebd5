"""The checklist (核验清单): what only a person can see, asked for one report after another, and her answers read back.

    rows(audit)                  every report × every rule that asks a person, with the answer known so far (pure)
    render(audit)                the same as a workbook with drop-downs and explanations
    read_checklists(files)       filled lists -> what she answered, and every mistake in them with sheet and cell
    matched(lists, reports, …)   the answers by report and rule; ChecklistError with every mistake, else all are taken (pure)

Key       unit (any name that the roster knows), report year, rule (alias too); never a row's place or a file's name
Source    domain knowledge: the tasks of an inspector beside the file (rules/general/attest.yaml)
"""

from __future__ import annotations

from auditor.checklist.answers import Answer, ChecklistError, Lists, matched
from auditor.checklist.rows import Row, rows

__all__ = ["Answer", "ChecklistError", "Lists", "Row", "matched", "rows"]
