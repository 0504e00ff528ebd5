"""Reading report: a report as read -> what the reader made of the file, in words an inspector can check against the original.

Lines     文件类型 编码 读取方式 统计表 数据项 推断读取 人工录入 正文 未作正文的内容 注意; a line that has nothing to say is left out
Cells     counted by state; a blank, a stroke and a missing row are never called 0
Trust     where borders or characters were inferred it says how many cells that concerns, and why
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from auditor.documents.printing import line
from auditor.documents.words import FORM_WORDS, STATE_WORDS, table_words
from auditor.model import DocumentStatus, Fact, PageBox, Place, Report, Said, State, TableReading
from auditor.typed import TYPED

KIND_WORDS: Final[Mapping[str, str]] = {
    "html": "网页（HTML）",
    "mhtml": "单个文件网页（MHTML）",
    "txt": "纯文本",
    "md": "Markdown 文本",
    "docx": "Word 文档（DOCX）",
    "doc": "Word 97-2003 或 WPS 文档",
    "rtf": "RTF 文档",
    "word-xml": "Word XML 文档",
    "odf": "OpenDocument 文档",
    "xlsx": "Excel 工作簿（XLSX）",
    "xls": "Excel 97-2003 工作簿",
    "excel-xml": "Excel XML 表格",
    "pdf": "PDF（含文字层）",
    "image": "图片",
}
_MOST_PIECES = 12
_LOW = 0.9


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading report of one report: (what, words) in order, and the counts of cells by state."""

    lines: tuple[tuple[str, str], ...]
    cells: Mapping[State, int]
    inferred: int
    least_confidence: float | None

    @property
    def doubtful(self) -> bool:
        """Whether a person should compare it with the original."""
        return bool(self.cells[State.UNREADABLE] or self.inferred)


def reading(report: Report) -> Reading:
    """What the reader made of the file."""
    facts = tuple(report.facts.values())
    cells = Counter(dict.fromkeys(State, 0))
    cells.update(fact.state for fact in facts)
    inferred = sum(bool(fact.inferred) for fact in facts)
    sure = [found for fact in facts if fact.typed is None and (found := _confidence(fact.place)) is not None]
    return Reading(tuple(_lines(report, cells, facts, sure)), cells, inferred, min(sure, default=None))


def _lines(
    report: Report, cells: Mapping[State, int], facts: tuple[Fact, ...], sure: list[float]
) -> Iterator[tuple[str, str]]:
    yield "文件类型", _kind(report)
    if report.encoding:
        found = line(report.encoding_from or "")
        yield "编码", report.encoding + (f"（依据：{found}）" if found else "")
    yield "读取情况", "部分内容未能读取，见“注意”" if report.status is DocumentStatus.PARTIAL else "已完整读取"
    yield "识别的格式", _form(report)
    for table in report.tables:
        yield table_words(table.table), _table(table)
    if facts:
        yield "数据项", "，".join(f"{STATE_WORDS[state]} {count} 项" for state, count in cells.items() if count)
    yield from _inferred(facts, sure)
    yield from _typed(facts)
    yield "章节", f"{len(report.sections)} 个" if report.sections else "未识别出章节标题"
    numbers = [claim for claim in report.claims if claim.said is Said.NUMBER]
    yield "正文数字", f"{len(numbers)} 处，其中与指标名称完全对应的 {sum(claim.certain for claim in numbers)} 处"
    if report.furniture:
        shown = "；".join(line(words) for words in report.furniture[:_MOST_PIECES])
        more = len(report.furniture) - _MOST_PIECES
        yield "未作正文的页面内容", shown + (f"；等 {len(report.furniture)} 处" if more > 0 else "")
    if report.unrecognised:
        yield "其他表格", f"{len(report.unrecognised)} 个，不是国家统一格式的统计表，未取数据"
    for note in report.notes:
        yield "注意", line(note)


def _kind(report: Report) -> str:
    scanned = report.kind == "pdf" and report.reader == "ocr"
    words = "扫描件 PDF" if scanned else KIND_WORDS.get(report.kind, line(report.kind))
    return words + (f"，共 {report.pages} 页" if report.pages else "")


def _form(report: Report) -> str:
    form = report.profile.form
    if form is None:
        return "未见国家统一统计表"
    words = FORM_WORDS.get(form, line(form))
    return words if report.form_fit is None else f"{words}（与该格式的行列相符 {report.form_fit}%）"


def _table(table: TableReading) -> str:
    if not table.found:
        return "未见"
    if not table.readable:
        return f"有此表，但{line(table.note) or '无法逐格辨认'}"
    faults = (
        ("缺行", len(table.rows_missing)),
        ("多出的行", len(table.rows_extra)),
        ("缺列", len(table.columns_missing)),
        ("多出的列", len(table.columns_extra)),
    )
    said = [f"按“{line(table.variant)}”读取"] if table.variant else []
    said += [f"{word} {count} 个" for word, count in faults if count]
    if table.note:
        said.append(line(table.note))
    return "已读取" + (f"（{'；'.join(said)}）" if said else "")


def _inferred(facts: tuple[Fact, ...], sure: list[float]) -> Iterator[tuple[str, str]]:
    reasons = Counter(fact.inferred for fact in facts if fact.inferred)
    for reason, count in reasons.items():
        yield "推断读取", f"{count} 项：{line(reason)}；请对照原件核对"
    if sure:
        low = sum(confidence < _LOW for confidence in sure)
        yield "文字识别", f"置信度最低 {min(sure):.0%}" + (f"，低于 {_LOW:.0%} 的 {low} 项" if low else "")


def _typed(facts: tuple[Fact, ...]) -> Iterator[tuple[str, str]]:
    said = [fact for fact in facts if fact.typed is not None]
    if said:
        known = sum(fact.state is not State.UNREADABLE for fact in said)
        left = f"，另有 {len(said) - known} 项核对后仍看不清" if known < len(said) else ""
        names = "、".join(
            dict.fromkeys(line(fact.typed.by) for fact in said if fact.typed is not None and fact.typed.by)
        )
        yield TYPED, f"{known} 项由人工对照原件录入" + (f"（{names}）" if names else "") + left


def _confidence(place: Place | None) -> float | None:
    return place.confidence if isinstance(place, PageBox) else None
