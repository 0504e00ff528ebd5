"""Limits for what is handed in, and the refusal that carries a Chinese reason to whoever asked.

Every input is hostile until read. A limit is held twice where a file announces its own size: by the announcement and by
the bytes that really come. Inside this room a refusal is raised; at its door (`read`, `load`, `find`) it is an `Unread`.

Units     bytes, code points, counts, seconds
Budgets   what reading one document may take (`ORDINARY`), and what recognising the characters of pictures may (`recognition`).
          A reader that turns out to need more says so (`need`); whoever limits it, if anyone does, then allows it
Source    design section 8; depths and widths are ten times what real reports show
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum

from auditor.model import Noun

FILE_BYTES = 64 * 1024 * 1024
UNPACKED_BYTES = 512 * 1024 * 1024
MEMBERS = 10_000
DIRECTORY_BYTES = 10 * 1024 * 1024  # of a ZIP: looked at before its entries are made into objects
RATIO = 200
RATIO_FROM_BYTES = 64 * 1024  # a tiny part may shrink more than RATIO without harm
ARCHIVE_DEPTH = 3

CELLS = 100_000
CHARACTERS = 2_000_000
BLOCKS = 100_000
LIGATURES = 1_000  # characters that stand for 8 to 18 others each, all other at most for 6
XML_TAGS = 2_000_000  # a tree of that many takes some 200 MB
SPAN = 1_000
GRID_WORK = 2_000_000  # steps allowed for placing cells under row spans

PDF_PAGES = 1_000
PDF_OBJECTS = 500_000  # texts, paths and pictures on all pages
PDF_SEGMENTS = 500_000  # lines and curves of all paths

HTML_DEPTH = 150
TABLE_DEPTH = 30
HTML_TAGS = 1_000_000
HTML_SAYINGS = 200  # <meta>, <link> and <base> that are looked at

OCR_PAGES = 60
OCR_SECONDS_A_PAGE = 60  # of the processor, and on the clock of a busy machine: a dense page takes 3 to 6 of one core
OCR_MEMORY = 3 * 2**29  # pages of 200 to 300 dpi take 0.5 GB, a picture of 50 million pixels 0.7


@dataclass(frozen=True, slots=True)
class Budget(Noun):
    """What one document may take: seconds (of the processor, and on the clock) and bytes of memory."""

    seconds: float
    memory: int


ORDINARY = Budget(30, 2**30)


def recognition(pages: int) -> Budget:
    """The budget for a document with so many pages that are pictures."""
    return Budget(ORDINARY.seconds + OCR_SECONDS_A_PAGE * min(pages, OCR_PAGES), OCR_MEMORY)


class Fate(StrEnum):
    """How a process that read a document came to its end."""

    TIME = "time"
    MEMORY = "memory"
    CRASH = "crash"
    START = "start"  # it never came so far as to read


class Refusal(Exception):
    """A document or archive that is not read, with the reason an inspector reads."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class _Allowance:
    budget: Budget
    more: Callable[[Budget], None]


_allowance: ContextVar[_Allowance | None] = ContextVar("allowance", default=None)


@contextmanager
def allowed(budget: Budget, more: Callable[[Budget], None]) -> Iterator[None]:
    """What is read within has this budget; `more` is called with a larger one that a reader says it needs."""
    token = _allowance.set(_Allowance(budget, more))
    try:
        yield
    finally:
        _allowance.reset(token)


def need(budget: Budget) -> None:
    """Says that the document at hand needs more than the ordinary budget; to be called before the work."""
    current = _allowance.get()
    if current is None:
        return
    wanted = Budget(max(budget.seconds, current.budget.seconds), max(budget.memory, current.budget.memory))
    if wanted != current.budget:
        current.budget = wanted
        current.more(wanted)


def killed(fate: Fate, budget: Budget | None = None) -> str:
    """Why a document whose reading was ended is not read, and what to do."""
    current = _allowance.get()
    most = budget or (current.budget if current else ORDINARY)
    return {
        Fate.TIME: f"读取时间超过 {most.seconds:g} 秒，已中止；{_SIMPLER}",
        Fate.MEMORY: f"读取占用的内存超过 {most.memory / 2**30:g} GiB，已中止；{_SIMPLER}",
        Fate.CRASH: f"读取程序崩溃，已中止，文件可能已损坏，或读取需要的内存过大；{_SIMPLER}",
        Fate.START: "未能启动读取文件的进程，请关闭其他程序或重新启动电脑后重新运行",
    }[fate]


_SIMPLER = "请用原软件打开核对，另存为 Word（.docx）或网页，或拆分后重新运行"


def too_many_cells(most: int | None = None) -> Refusal:
    """The refusal for a document with more than `most` (else CELLS) cells."""
    return Refusal(f"表格单元格超过 {most or CELLS:,} 个，未予读取；请拆分文件或删去无关表格后重新运行")


def too_many_characters(most: int | None = None) -> Refusal:
    """The refusal for a document with more than `most` (else CHARACTERS) characters of text."""
    return Refusal(f"正文超过 {most or CHARACTERS:,} 字，未予读取；请拆分文件后重新运行")


def too_many_blocks() -> Refusal:
    """The refusal for a document with more than BLOCKS paragraphs, lines or tables."""
    return Refusal(f"段落超过 {BLOCKS:,} 个，未予读取；请拆分文件后重新运行")


def too_many_members() -> Refusal:
    """The refusal for an archive with more than MEMBERS members."""
    return Refusal(f"压缩包内文件超过 {MEMBERS:,} 个，未予读取；请分成几个压缩包后重新运行")
