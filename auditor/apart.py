"""A name and bytes -> a document, read in another process where the bytes are of a kind that may kill the one that reads it.

Apart     PDF, the binary files of Word and Excel 97-2003, pictures: even in a run of one file (`readers.apart`)
Process   started when the first such file comes, and kept for the next
Out       what `readers.read` gives; for a file that killed the process an `Unread` that names the limit it passed
"""

from __future__ import annotations

import hashlib
from types import TracebackType

from auditor import readers
from auditor.child import Child, Lost, Worker
from auditor.model import Document, Unread


class Apart:
    """A reader with a process of its own; a context manager, which ends the process."""

    def __init__(self) -> None:
        self._child = Child(_read, Worker(_nothing, (), None, preload="auditor.readers"))

    def __enter__(self) -> Apart:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.close()

    def read(self, name: str, data: bytes) -> Document | Unread:
        """The document that these bytes are."""
        if not readers.apart(data):
            return readers.read(name, data)
        found: Document | Unread | Lost = self._child.asked((name, data))
        return Unread(name, found.reason, hashlib.sha256(data).hexdigest()) if isinstance(found, Lost) else found


def _nothing() -> None:
    return None


def _read(_: None, given: tuple[str, bytes]) -> Document | Unread:
    return readers.read(*given)
