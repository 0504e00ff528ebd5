"""Rules as a workbook: every rule a row, so that many can be looked over and changed in Excel, and nothing is lost on the way.

    entries_of(texts)            the rules of rule files, with their place and comments
    render(entries)              the workbook (`rulesheet.workbook`)
    read(path)                   a workbook -> RuleSheet; RulebookError with sheet and cell for every mistake
    book_with(sheet, texts)      the rulebook with the rules of a sheet, their examples tried
    texts_with(rows, texts)      the same as files, for other processes
    files_of(entries)            the rule files that a sheet describes

Pure      all of it but the two edges, `sheet` (reads the workbook through the readers) and `workbook` (writes one)
"""

from __future__ import annotations

from auditor.rulesheet.entries import Entry, entries_of, files_of
from auditor.rulesheet.rows import Plan, Row, RuleSheet, book_with, checked, plan, texts_with
from auditor.rulesheet.sheet import read

__all__ = [
    "Entry",
    "Plan",
    "Row",
    "RuleSheet",
    "book_with",
    "checked",
    "entries_of",
    "files_of",
    "plan",
    "read",
    "texts_with",
]
