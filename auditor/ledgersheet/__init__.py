"""The Excel ledger (问题台账.xlsx) as a form: what a person enters in it comes back into the ledger.

columns   which columns are filled in, and how a row is known again: for who writes the workbook and who reads it
reading   a workbook -> its rows as they were filled in, with the place of every cell
weighing  rows against what the ledger says meanwhile -> verdicts and remarks to enter, or every conflict
"""
