"""The fact sheet (数据录入单): cells that could not be read for certain, with their pictures, and what people typed for them.

    doubtful(judged)               the cells of one report that a person should look at (pure)
    rows(reports, …)               the same of many reports, the most valuable first (pure)
    Views                          what a cell looks like: a crop of its page, or the words of its row
    render(rows, views, …)         the workbook to fill in
    read_sheet(path, forms)        what was typed, or every mistake with sheet and cell
    weighed(entries, remembered)   what of it is new, what was known, what contradicts an earlier word (pure)

Key       the document's SHA-256 and the fact's id (`auditor.typed`); a sheet needs no original files where a ledger has them
Asked     once: a cell that was typed, 看不清 too, is not asked for again
"""

from __future__ import annotations
