"""The store: what an audit read and found -> one file in the run's folder, and back, without reading a document again.

    write(audit, path)     the file
    open(path) -> Stored   lean rows of all reports at once, whole reports and judgements one by one when asked for

It is SQLite with JSON in it and nothing that can be run: a file from anywhere may be opened.
"""

from auditor.store.reading import Row, Stored, StoreError, open
from auditor.store.writing import NAME, dump, write

__all__ = ["NAME", "Row", "StoreError", "Stored", "dump", "open", "write"]
