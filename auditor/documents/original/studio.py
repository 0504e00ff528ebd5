"""Files that may kill who opens them -> blocks, words of pages and their pictures, made in another process within limits.

Process   started when the first such file comes, and kept for the next; a file that passes a limit costs a note, not the run
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType

from auditor.apart import Apart
from auditor.child import Child, Lost, Worker
from auditor.model import Document, Unread
from auditor.readers.lattice import Box
from auditor.readers.limits import Refusal
from auditor.readers.pageimages import PagePicture, PageWords, page_pictures, page_words


class Studio:
    """A context manager, which ends its processes."""

    def __init__(self) -> None:
        self._apart = Apart()
        self._child = Child(_work, Worker(_nothing, (), None, preload="auditor.readers"))

    def __enter__(self) -> Studio:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.close()
        self._apart.__exit__(kind, error, trace)

    def read(self, name: str, data: bytes) -> Document:
        """The blocks of a file. Raises Refusal."""
        found = self._apart.read(name, data)
        if isinstance(found, Unread):
            raise Refusal(found.reason)
        return found

    def words(self, data: bytes, pages: Sequence[int]) -> tuple[PageWords, ...]:
        """The words of the text layer of these pages. Raises Refusal."""
        found = self._asked((data, tuple(pages), None))
        return tuple(one for one in found if isinstance(one, PageWords))

    def pictures(
        self, data: bytes, pages: Sequence[int], black: Mapping[int, Sequence[Box]]
    ) -> tuple[PagePicture, ...]:  # fmt: skip
        """The pictures of these pages with boxes covered. Raises Refusal."""
        found = self._asked((data, tuple(pages), {page: tuple(boxes) for page, boxes in black.items()}))
        return tuple(one for one in found if isinstance(one, PagePicture))

    def _asked(self, asked: _Asked) -> _Given:
        found: _Given | str | Lost = self._child.asked(asked)
        if isinstance(found, Lost):
            raise Refusal(found.reason)
        if isinstance(found, str):
            raise Refusal(found)
        return found


_Asked = tuple[bytes, tuple[int, ...], "dict[int, tuple[Box, ...]] | None"]
_Given = tuple[PageWords, ...] | tuple[PagePicture, ...]


def _nothing() -> None:
    return None


def _work(_: None, asked: _Asked) -> _Given | str:
    data, pages, black = asked
    try:
        return page_words(data, pages) if black is None else page_pictures(data, pages, black)
    except Refusal as refusal:
        return refusal.reason
