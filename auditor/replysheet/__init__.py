"""The reply sheet (整改情况反馈表): what a unit was told in letters, one sheet a unit, with what it must fill in; and back.

    rows(unit, mendings)        what is still open of a unit, in the order of its letters (pure)
    workbook.render(sheet)      the workbook that goes to the unit
    sheet.read(name, data)      the filled workbook -> rows that say something, each with its cells

What the answers mean, and every mistake in them, is for `quarters.replying`.
"""

from __future__ import annotations

from auditor.replysheet.rows import Row, Sheet, sheets

__all__ = ["Row", "Sheet", "sheets"]
