"""A ledger kept by hand in earlier quarters (以往台账): a workbook of any layout -> its rows as 历史问题, nothing guessed.

fields     what such ledgers have in common, under which heads, and which column is which
reading    a workbook -> its sheets, rows and cells, each under its field
matching   rows -> units, years, rules; what stays as text, what belongs to nobody, with the reasons
"""
