"""The ledger: runs, what was handed in, findings, verdicts, waivers, letters, replies: what must outlive the day, in one file.

    ledger.open(path)            a `Ledger`: rows, and entries of a chain
    recording.record             an audit into it
    reading, remembering         what it holds, as nouns of `quarters`
    checking.verify              whether it is as it was written
    backup, weighing             copies of it, and what it weighs

An entry is written whole or not at all and never changed; what was decided last counts, what was decided before stays.
"""

from auditor.ledger.ledger import NAME, Ledger, LedgerError, Writing, open

__all__ = ["NAME", "Ledger", "LedgerError", "Writing", "open"]
