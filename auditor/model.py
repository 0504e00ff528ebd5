"""The nouns: what one room hands to the next. No room is imported here, and nothing here decides.

Units     counts are int, money is Decimal in 万元, shares are percent; offsets count code points
Absence   a value that is not there has a state or is None with its reason beside it; never zero
Pickles   every noun, so that a report can be read and judged in another process
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from decimal import Decimal
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import TypeVar

CHINA = dt.timezone(dt.timedelta(hours=8))
"""The time of day in which every moment of a run is told."""


class Noun:
    """A frozen record that travels between processes quickly: it is made again from its fields, in order.

    What dataclasses with slots do by themselves asks for the list of fields at every record (more than twice as slow).
    """

    __slots__ = ()

    def __reduce__(self) -> tuple[type[Noun], tuple[object, ...]]:
        return type(self), _fields(type(self))(self)  # type: ignore[arg-type]  # a class is hashable


@cache
def _fields(kind: type) -> Callable[[Noun], tuple[object, ...]]:
    """Reads all fields of a record of that kind."""
    names: tuple[str, ...] = tuple(vars(kind)["__slots__"])
    if len(names) == 1:
        return lambda noun: (getattr(noun, names[0]),)
    return attrgetter(*names)


_Kind = TypeVar("_Kind", bound=Noun)


def _made_quickly(kind: type[_Kind]) -> type[_Kind]:
    """The same frozen record, made two to four times as fast; for the kinds of which a page has hundreds.

    A frozen dataclass sets its fields one by one past its own lock. Here they are set on an open twin of the same
    layout, which then becomes the frozen record. The code is written out as `dataclass` writes its own.
    """
    names: tuple[str, ...] = tuple(vars(kind)["__slots__"])
    scope: dict[str, object] = {
        "make": object.__new__,
        "twin": type(kind.__name__, kind.__bases__, {"__slots__": names}),
    }
    parameters = []
    for each in fields(kind):  # type: ignore[arg-type]  # every noun is a dataclass
        scope[f"_{each.name}"] = each.default
        parameters.append(each.name if each.default is MISSING else f"{each.name}=_{each.name}")
    lines = "".join(f"    self.{name} = {name}\n" for name in names)
    source = f"def __new__(cls, {', '.join(parameters)}):\n    self = make(twin)\n{lines}    self.__class__ = cls\n    return self\n"
    exec(source, scope)  # the names are those of the class above
    kind.__new__ = scope["__new__"]  # type: ignore[method-assign,assignment]
    del kind.__init__
    return kind


# --- places: where something stands in the original ------------------------------------------------
# `file` is set only in a report joined of several files: the source of an attached file in which the place lies.


@_made_quickly
@dataclass(frozen=True, slots=True)
class Span(Noun):
    """Code points of the text as decoded (CR kept): HTML, TXT, MD."""

    start: int
    end: int
    file: str = ""


@dataclass(frozen=True, slots=True)
class DocxCell(Noun):
    """A cell of a table of one part of a DOCX, all counted from 0."""

    part: str
    table: int
    row: int
    cell: int
    file: str = ""


@dataclass(frozen=True, slots=True)
class DocxText(Noun):
    """Code points of one paragraph's text of one part of a DOCX."""

    part: str
    paragraph: int
    start: int
    end: int
    file: str = ""


@dataclass(frozen=True, slots=True)
class SheetCell(Noun):
    """A cell of a workbook, in A1 notation."""

    sheet: str
    cell: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class PageBox(Noun):
    """A box (left, top, right, bottom) on a page counted from 1, in points from the top left as the page is shown.

    `dpi` and `confidence` (0 … 1) are set where the page is a picture that was recognised; pixels are points × dpi / 72.
    """

    page: int
    box: tuple[float, float, float, float]
    dpi: int | None = None
    confidence: float | None = None
    file: str = ""


Place = Span | DocxCell | DocxText | SheetCell | PageBox


# --- text that knows where its characters stand ----------------------------------------------------


@_made_quickly
@dataclass(frozen=True, slots=True)
class Segment(Noun):
    """`length` characters of a text that stand at `source` … `source + source_length` of the original.

    Where the two lengths are equal the characters map one to one; else (an HTML entity) the segment is one whole.
    """

    start: int
    length: int
    source: int
    source_length: int


@_made_quickly
@dataclass(frozen=True, slots=True)
class SourceMap(Noun):
    """The anchor of text cut from a decoded file; segments are sorted and may leave gaps (tags)."""

    segments: tuple[Segment, ...]

    def place(self, start: int, end: int) -> Span:
        """The span of the original that covers characters start … end of the text (clamped)."""
        first = self._source(start, after=False)
        last = self._source(end - 1, after=True) if end > start else first
        return Span(first, max(first, last))

    def _source(self, offset: int, *, after: bool) -> int:
        if not self.segments:
            return 0
        one = len(self.segments) == 1
        at = 0 if one else max(bisect_right(self.segments, offset, key=lambda s: s.start) - 1, 0)
        segment = self.segments[at]
        inside = min(max(offset - segment.start, 0), max(segment.length - 1, 0))
        if segment.length == segment.source_length:
            return segment.source + inside + (1 if after and segment.length else 0)
        return segment.source + (segment.source_length if after else 0)


@dataclass(frozen=True, slots=True)
class ParagraphMap(Noun):
    """The anchor of a DOCX paragraph."""

    part: str
    paragraph: int

    def place(self, start: int, end: int) -> DocxText:
        """The same characters of the paragraph."""
        return DocxText(self.part, self.paragraph, start, end)


@dataclass(frozen=True, slots=True)
class BoxLine(Noun):
    """A line of text on a page: its characters from `start` on, with the left and right edge of each, in points."""

    start: int
    page: int
    top: float
    bottom: float
    lefts: tuple[float, ...]
    rights: tuple[float, ...]
    dpi: int | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class BoxMap(Noun):
    """The anchor of a text laid out on pages; lines are sorted by `start` and may leave gaps (spaces that were added)."""

    lines: tuple[BoxLine, ...]

    def place(self, start: int, end: int) -> PageBox:
        """The box around characters start … end; of a text that runs over pages, the part on its first page."""
        first = max(bisect_right(self.lines, start, key=lambda line: line.start) - 1, 0)
        pieces = [
            piece
            for line in self.lines[first:]
            if line.start < max(end, start + 1) and (piece := _piece(line, start, end))
        ]
        if not pieces:
            line = self.lines[first]
            pieces = [(line, (line.lefts[0], line.top, line.rights[-1], line.bottom))]
        page = pieces[0][0].page
        boxes = [box for line, box in pieces if line.page == page]
        sure = [line.confidence for line, _ in pieces if line.confidence is not None]
        left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
        right, bottom = max(b[2] for b in boxes), max(b[3] for b in boxes)
        return PageBox(page, (left, top, right, bottom), pieces[0][0].dpi, min(sure, default=None))


def _piece(line: BoxLine, start: int, end: int) -> tuple[BoxLine, tuple[float, float, float, float]] | None:
    """The part of a line that characters start … end take up."""
    first, last = max(start - line.start, 0), min(max(end, start + 1) - line.start, len(line.lefts))
    if first >= last:
        return None
    return line, (min(line.lefts[first:last]), line.top, max(line.rights[first:last]), line.bottom)


@dataclass(frozen=True, slots=True)
class Whole(Noun):
    """The anchor of a text that can only be pointed at as a whole (a sheet's cell, a DOCX cell, a box)."""

    at: Place

    def place(self, start: int, end: int) -> Place:
        """The whole, whatever part is asked for."""
        return self.at


@dataclass(frozen=True, slots=True)
class InFile(Noun):
    """The anchor of a text of an attached file: the same places, with the file's name."""

    anchor: SourceMap | ParagraphMap | BoxMap | Whole
    file: str

    def place(self, start: int, end: int) -> Place:
        """The place in the attached file."""
        return replace(self.anchor.place(start, end), file=self.file)


Anchor = SourceMap | ParagraphMap | BoxMap | Whole | InFile


@_made_quickly
@dataclass(frozen=True, slots=True)
class Text(Noun):
    """Characters as read (entities resolved, nothing else changed) and their anchor."""

    text: str
    anchor: Anchor

    def place(self, start: int = 0, end: int | None = None) -> Place:
        """Where characters start … end stand in the original."""
        return self.anchor.place(start, len(self.text) if end is None else end)


# --- what a reader gives ---------------------------------------------------------------------------


@_made_quickly
@dataclass(frozen=True, slots=True)
class Paragraph(Noun):
    """A paragraph or one line of flat text (`level` 0), or a heading as marked up (`level` 1 … 6).

    Flat text keeps its lines of NBSP only: they are the sole evidence of a blank cell.
    """

    text: Text
    level: int = 0


@_made_quickly
@dataclass(frozen=True, slots=True)
class Cell(Noun):
    """A cell where it begins; `text` keeps line breaks as \\n. A cell that is not there is not listed."""

    row: int
    column: int
    text: str
    place: Place
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Table(Noun):
    """A data table: sparse cells in reading order. Layout tables are dissolved into blocks by the reader.

    `inferred` says in Chinese why the reader had to infer borders or characters (a PDF without ruled lines, a
    recognised picture); it is empty where the file itself says what the cells are.
    """

    cells: tuple[Cell, ...]
    place: Place
    caption: str = ""
    inferred: str = ""


Block = Paragraph | Table


class DocumentStatus(StrEnum):
    """How well a document could be read."""

    OK = "ok"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Link(Noun):
    """A link of a page to a file that may be (a part of) the report: its words and its target as written."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Document(Noun):
    """What was handed in, read: blocks in reading order and what is known about the reading.

    `metadata` holds what the container says of itself: title, author, modified, published (ISO), column, url.
    `furniture` are the words left out as page furniture (menus, page heads, page numbers), shortened; `pages` is the
    number of pages where the format has any.
    """

    source: str
    sha256: str
    kind: str
    blocks: tuple[Block, ...]
    reader: str
    encoding: str | None = None
    encoding_from: str | None = None
    status: DocumentStatus = DocumentStatus.OK
    metadata: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    furniture: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class Unread(Noun):
    """A file that could not be read or judged, with a Chinese reason that says what to do.

    `no_report`: its kind alone says that it is no annual report (a program, a style sheet, a table of raw data).
    """

    source: str
    reason: str
    sha256: str | None = None
    no_report: bool = False


# --- what the report states ------------------------------------------------------------------------


class State(StrEnum):
    """The state of a fact (design section 4, fixed)."""

    NUMBER = "number"
    BLANK = "blank"
    NA = "na"
    TEXT = "text"
    UNREADABLE = "unreadable"
    ABSENT = "absent"


Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Fact(Noun):
    """A named value of an official table. `value` is set for `number` only, in the form's unit.

    `inferred` says in Chinese why its cell or its characters were inferred by the reader, "" where the file says so.
    `typed` is set where a person typed what stands there (人工录入): state, value and raw are what was typed; `corrected`
    that the reader had read something else.
    """

    id: str
    name: str
    state: State
    value: Number | None = None
    raw: str = ""
    place: Place | None = None
    note: str = ""
    inferred: str = ""
    typed: Typed | None = None
    corrected: bool = False


class Said(StrEnum):
    """What kind of statement a claim is."""

    NUMBER = "number"
    DID = "did"
    DID_NOT = "did_not"


@dataclass(frozen=True, slots=True)
class Claim(Noun):
    """A number, or a plain "did / did not", that the prose states about a subject of `rules/claims.yaml`.

    `value` is None for DID; it is 0 for DID_NOT ("未收到申请"). `low`/`high` bound inexact numbers (余 近 约);
    `high` None is unbounded. `certain` holds only where the prose names the indicator in the form's words, for the
    unit itself and the report's year, exactly. `start`/`end` count in `Prose.text` and cover the number
    (the announcing words for DID). `parts` are the members of a list given for this total, in order. `foreign` claims
    count for others than the report's tables do (全县 in a township's report): no rule holds them against a cell.
    """

    subject: str
    said: Said
    value: Number | None
    unit: str
    text: str
    raw: str
    start: int
    end: int
    place: Place
    low: Number = 0
    high: Number | None = None
    certain: bool = False
    scope: str = ""
    section: str | None = None
    parts: tuple[Number, ...] = ()
    parts_complete: bool = False
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Listing(Noun):
    """A list in prose against the number of members that it announces (教育、医疗等8个领域; 三项措施：一是…二是…).

    `few` … `many` members are named: a name that holds 和 may be one or two. `open` lists end in 等 and may be a choice.
    `text` is the list with its announcement; `raw` (from `start` to `end` of `Prose.text`) is the announced number.
    """

    count: int
    few: int
    many: int
    open: bool
    text: str
    raw: str
    start: int
    end: int
    place: Place


@dataclass(frozen=True, slots=True)
class Share(Noun):
    """A percentage stated in prose: `count` is said to be `percent` of `base`. Only where the base is certain."""

    count: Number
    percent: Decimal
    base: Number
    text: str
    start: int
    end: int
    place: Place


@dataclass(frozen=True, slots=True)
class Section(Noun):
    """A heading and what stands under it up to the next heading of the same or a higher level.

    `kind` is a section of a form or of the six contents of 2008 (overview, proactive, requests, disputes, problems,
    other, fees, statistics …), None where the heading says something else. `body_start`/`body_end` count in
    `Prose.text`; `start`/`end` in the decoded text, None where the format has no such text.
    `tables` counts the tables under the heading.
    """

    heading: str
    kind: str | None
    level: int
    ordinal: str
    body_start: int
    body_end: int
    heading_start: int
    start: int | None = None
    end: int | None = None
    tables: int = 0
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class ProsePart(Noun):
    """One block's text inside `Prose.text`, from `start`."""

    start: int
    text: Text


@dataclass(frozen=True, slots=True)
class Prose(Noun):
    """The report's running text without tables and page furniture, as one string: blocks joined by \\n."""

    text: str
    parts: tuple[ProsePart, ...]

    def place(self, start: int, end: int) -> Place | None:
        """Where characters start … end stand; clamped to the block in which they begin."""
        if not self.parts:
            return None
        at = bisect_right(self.parts, start, key=lambda p: p.start) - 1
        part = self.parts[max(at, 0)]
        length = len(part.text.text)
        first = min(max(start - part.start, 0), length)
        return part.text.place(first, min(max(end - part.start, first), length))


@dataclass(frozen=True, slots=True)
class Mention(Noun):
    """A word found in a certain role: a unit's name, a signatory, a unit cell."""

    role: str
    text: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class YearMention(Noun):
    """A report year as some place states it: 页面标题, 正文标题, 统计表, 统计期限, 文件名."""

    role: str
    year: int
    text: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class DateMention(Noun):
    """A date as printed. `readings` lists every possible date of a damaged one; `value` is set where one is left."""

    role: str
    raw: str
    value: dt.date | None
    readings: tuple[dt.date, ...] = ()
    standard: bool = True
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Period(Noun):
    """The statistical period as stated. A side that cannot be read is None."""

    start: DateMention | None
    end: DateMention | None
    text: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Profile(Noun):
    """Whose report, which year, which form, when published, by whom signed (报告概况).

    `organisation` is the fullest name found; `unit_kind` one of 乡镇 街道 部门 县级以上政府 其他. `form` is the form of
    the tables found (None: no national table), which may differ from the form that the year orders.
    Roles of `names`: 页面标题 正文标题 填报单位 落款 发布机构. Roles of `dates`: 公布日期 填报日期 生成日期 页面日期.
    Roles of `signatories`: 填报单位 单位负责人 审核人 填报人 联系电话 填报日期 (text "" where printed but not filled).
    `url` is the page's own address, where it states one. `published_certain` is True only for a date that the page itself calls 公开日期/发布日期/公布日期.
    """

    organisation: str | None = None
    unit_kind: str = "其他"
    year: int | None = None
    form: str | None = None
    title: str | None = None
    published: dt.date | None = None
    published_certain: bool = False
    filled: dt.date | None = None
    names: tuple[Mention, ...] = ()
    years: tuple[YearMention, ...] = ()
    dates: tuple[DateMention, ...] = ()
    periods: tuple[Period, ...] = ()
    signatories: tuple[Mention, ...] = ()
    column_path: str | None = None
    contacts: tuple[Mention, ...] = ()
    url: str | None = None


@dataclass(frozen=True, slots=True)
class TableReading(Noun):
    """How one official table of the report's form was recognised (or that it was not).

    `table` is the form's name for it (form A: 统计表; B, C: 二 三 四). Missing/extra rows and columns are labels in
    the form's words; `units` holds the printed unit per fact id where the document prints a unit column.
    `readable` False: the table is there, but its cells cannot be told apart (glued text); its facts are unreadable.
    `form` is the form whose layout the table follows (an old table in a new report keeps its own letter), `variant` the
    province's print of it, "" where it is the national one.
    """

    table: str
    found: bool
    form: str | None = None
    readable: bool = True
    rows_missing: tuple[str, ...] = ()
    rows_extra: tuple[Mention, ...] = ()
    columns_missing: tuple[str, ...] = ()
    columns_extra: tuple[Mention, ...] = ()
    units: Mapping[str, Mention] = field(default_factory=dict)
    place: Place | None = None
    note: str = ""
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Difference(Noun):
    """A cell in which another version of a report gives another number: `value` here, `other` there."""

    fact: str
    name: str
    value: Number
    other: Number
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Version(Noun):
    """Another version of a report, which is not scored, and the rule by which the other one was chosen.

    `public`: it looks published (a web page, or a date of publication), not like a draft handed in.
    """

    source: str
    sha256: str
    reason: str
    published: dt.date | None = None
    public: bool = False
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Filing(Noun):
    """How a report stands among the files handed in.

    `unit` is the roster's full name of the unit it answers for (None: no roster, or no unit of it), `matched` by what
    it was told, `public` whether it looks published, `attached` the other files of which it was joined.
    `reported` False: there is no report; this stands in for the one that the roster says is due, and `stated` holds
    what the roster says of it (未公布).
    """

    unit: str | None = None
    group: str = ""
    authority: str = ""
    matched: str = ""
    public: bool = False
    attached: tuple[str, ...] = ()
    versions: tuple[Version, ...] = ()
    reported: bool = True
    stated: str = ""


@dataclass(frozen=True, slots=True)
class Report(Noun):
    """Everything that one document states, indexed once; rules ask, nothing re-walks the blocks.

    `captions` are lines that belong to a table, not to the prose: its title, its year, the signature line.
    `unrecognised` is the squashed text of tables that follow no official form: a trace of what may only be badly readable.
    `form_fit` is the share (percent) of the form's rows and columns that the document prints, None without a form.
    `encoding_from`, `furniture`, `links` and `pages` are the document's. `filing` is set where the report is one of a run.
    """

    source: str
    sha256: str
    kind: str
    profile: Profile
    prose: Prose
    sections: tuple[Section, ...]
    facts: Mapping[str, Fact]
    claims: tuple[Claim, ...]
    shares: tuple[Share, ...] = ()
    listings: tuple[Listing, ...] = ()
    tables: tuple[TableReading, ...] = ()
    captions: tuple[Text, ...] = ()
    unrecognised: tuple[str, ...] = ()
    reader: str = ""
    encoding: str | None = None
    status: DocumentStatus = DocumentStatus.OK
    notes: tuple[str, ...] = ()
    encoding_from: str | None = None
    furniture: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    pages: int | None = None
    form_fit: int | None = None
    filing: Filing | None = None

    def fact(self, id: str) -> Fact | None:
        """The fact of that id, None where the report's form has no such cell."""
        return self.facts.get(id)

    def claims_of(self, subject: str) -> Iterator[Claim]:
        """All claims about one subject, in order."""
        return (claim for claim in self.claims if claim.subject == subject)


# --- what stands beside it -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spread(Noun):
    """How one figure lies among the peers of a report (itself left out): `size` of them state it as a number.

    `lower` and `upper` are the quartiles, `least` and `most` the ends, in the unit of the figure.
    """

    name: str
    size: int
    median: Number
    lower: Number
    upper: Number
    least: Number
    most: Number


@dataclass(frozen=True, slots=True)
class Passage(Noun):
    """A passage that two reports share: its span in this report's prose, the words of the other one and their place."""

    start: int
    end: int
    other: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Copied(Noun):
    """Another unit's report of the same year that shares passages with this one; `share` is percent of this one's text."""

    organisation: str
    source: str
    share: Decimal
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Peers(Noun):
    """The other units of the same year and group: what they are called together, how many, how their figures lie.

    `spreads` is by the name of a figure; it holds only those that at least eight of them state. `copies` may be of units of
    another kind; `compared` counts the characters of this report's text that were compared, without what everybody writes.
    """

    group: str
    size: int
    spreads: Mapping[str, Spread] = field(default_factory=dict)
    copies: tuple[Copied, ...] = ()
    compared: int = 0


@dataclass(frozen=True, slots=True)
class Attested(Noun):
    """What a person saw for a rule that no file can decide: 符合, 不符合 or 不适用, in whose words, by whom and when.

    `answer` is "" where only a note was made so far; `source` is the cell in which it stands, `sha256` the document that
    the person looked at, "" where that is not known.
    """

    answer: str
    note: str = ""
    by: str = ""
    on: dt.date | None = None
    source: str = ""
    sha256: str = ""

    @property
    def said(self) -> str:
        """Her words, name and day: 附件链接打开是空白页（李某，2026-04-08）."""
        who = "，".join(filter(None, (self.by, self.on.isoformat() if self.on else "")))
        if not self.note:
            return who
        return f"{self.note}（{who}）" if who else self.note


# --- what the rules say of it ----------------------------------------------------------------------


class Outcome(StrEnum):
    """What one rule says of one report."""

    KEPT = "kept"
    BROKEN = "broken"
    SUSPECTED = "suspected"
    UNCLEAR = "unclear"
    NOT_APPLICABLE = "not_applicable"
    TO_CONFIRM = "to_confirm"


OUTCOME_WORDS: Mapping[Outcome, str] = {
    Outcome.KEPT: "合规",
    Outcome.BROKEN: "不合规",
    Outcome.SUSPECTED: "疑似",
    Outcome.UNCLEAR: "无法判断",
    Outcome.NOT_APPLICABLE: "不适用",
    Outcome.TO_CONFIRM: "待人工核验",
}

CHECK_WORDS: Mapping[str, str] = {
    "equation": "表内数据的关系",
    "filled": "不能空白",
    "section": "应有的章节和内容",
    "wording": "应说或不应说的话",
    "agreement": "正文与统计表一致",
    "date": "期限、日期、年份",
    "form": "格式与行列",
    "similarity": "与上年或其他单位雷同",
    "outlier": "与同类单位相比偏离",
    "attest": "需要人看的",
    "filing": "报没报、有没有不同的版本",
}
"""What each kind of check looks at."""

SEVERITIES: tuple[str, ...] = ("严重", "较重", "一般", "提示")
DIMENSIONS: tuple[str, ...] = ("内容完整", "数据准确", "格式规范", "公开时效", "表里一致", "真实有效", "安全合规")
UNIT_KINDS: tuple[str, ...] = ("乡镇", "街道", "部门", "县级以上政府", "其他")


class Cause(StrEnum):
    """Who is the cause that a rule could not be decided."""

    UNIT = "unit"
    READER = "reader"
    ENGINE = "engine"


@dataclass(frozen=True, slots=True)
class Evidence(Noun):
    """The original words or cell, with its place; `label` says what it is (收到申请数, 正文, 标题 …)."""

    text: str
    place: Place | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Basis(Noun):
    """What a rule rests on: an article (`law`, `at`), or `practice` where no article says it.

    `inferred`: the article lists the figures; the relation between them follows by arithmetic.
    """

    text: str
    law: str | None = None
    at: str | None = None
    practice: bool = False
    inferred: bool = False


UPHELD, REJECTED, WAIVED = VERDICTS = ("属实", "不属实", "豁免")


@dataclass(frozen=True, slots=True)
class Verdict(Noun):
    """What the inspector says of a finding (认定): `word` is 属实, 不属实 or 豁免, in whose words, by whom, when.

    `paper` is the number of the document it rests on, `until` the last day of a waiver, `waiver` the waiver's number where
    the word comes from one that covers more than this finding.
    """

    word: str
    why: str = ""
    by: str = ""
    on: dt.date | None = None
    paper: str = ""
    until: dt.date | None = None
    waiver: str = ""


@dataclass(frozen=True, slots=True)
class Typed(Noun):
    """What a person typed for a cell that could not be read (人工录入): the state, the number in the form's unit, the words typed,
    by whom and when."""

    state: State
    value: Number | None
    raw: str
    by: str = ""
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Finding(Noun):
    """A broken or suspected outcome at its places, or a pattern's conclusion (`members` not empty).

    `cost` is the points it deducts when it stands alone (before caps, causes and verdicts); `deducted` what it does cost.
    `blanks` are the cells whose blankness is itself the fault: a cell costs once. `where` is the table or section in
    the form's words, `part` the form's part. `covers` names narrower causes' broader rules that this one absorbs.
    `topics` are the contents that are missing (kinds of sections), by which findings without cells meet.
    `free` says in Chinese why a finding that would cost points costs none (no 考核办法 named, switched off …).
    `causes` is set in a conclusion that is the one cause of its members: it costs in their place, so many times.
    `locus` is the fingerprint without unit and year: rule and logical place (32 hex digits).
    From the ledger: `number` is its name for people (2026Q2-禹山镇-03), `verdict` what holds of it now, `reopened` why an
    earlier verdict no longer holds, `remark` the inspector's 备注, `manual` that a person found it by eye, `by` whom and `on` which day.
    """

    rule: str
    title: str
    fingerprint: str
    content: str
    outcome: Outcome
    severity: str
    dimension: str
    message: str
    why: str = ""
    verify: str = ""
    remedy: str = ""
    part: str | None = None
    table: str | None = None
    row: str | None = None
    column: str | None = None
    facts: tuple[str, ...] = ()
    left: Number | None = None
    right: Number | None = None
    difference: Number | None = None
    evidence: tuple[Evidence, ...] = ()
    basis: tuple[Basis, ...] = ()
    cost: Decimal = Decimal(0)
    deducted: Decimal = Decimal(0)
    absorbed_by: str | None = None
    withdrawn_by: str | None = None
    blanks: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    draft: bool = False
    free: str = ""
    causes: int = 0
    locus: str = ""
    number: str = ""
    verdict: Verdict | None = None
    reopened: str = ""
    remark: str = ""
    manual: bool = False
    by: str = ""
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Undecided(Noun):
    """An unclear or to_confirm outcome (or a withdrawn finding), with its reason."""

    rule: str
    title: str
    outcome: Outcome
    reason: str
    severity: str
    dimension: str
    cost: Decimal = Decimal(0)
    table: str | None = None
    facts: tuple[str, ...] = ()
    caused_by: Cause = Cause.UNIT
    evidence: tuple[Evidence, ...] = ()
    withdrawn_by: str | None = None


@dataclass(frozen=True, slots=True)
class Disabled(Noun):
    """A rule that the county's profile switched off here (已停用), with its reason; `scope` says where, in words.

    `cells` names the cells where it is off, as the county wrote them; empty: the whole rule. `facts` are their ids in every form.
    """

    rule: str
    title: str
    reason: str
    scope: str
    cells: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement(Noun):
    """What all rules say of one report, before patterns and score. `outcomes` holds one outcome a rule id."""

    findings: tuple[Finding, ...]
    undecided: tuple[Undecided, ...]
    outcomes: Mapping[str, Outcome]
    disabled: tuple[Disabled, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoreLine(Noun):
    """One line of the score: what was taken or given back, and for which finding (None for caps, gates, floor)."""

    points: Decimal
    note: str
    finding: str | None = None
    rule: str | None = None
    dimension: str | None = None


@dataclass(frozen=True, slots=True)
class NextGrade(Noun):
    """The fewest findings (fingerprints) whose mending lifts the report to the next grade."""

    grade: str
    fix: tuple[str, ...]
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Score(Noun):
    """Points of one report, 0 … 100 (design section 6): low, if_suspected, without_waivers ≤ points = high."""

    points: Decimal
    if_suspected: Decimal
    without_waivers: Decimal
    low: Decimal
    high: Decimal
    grade: str
    low_grade: str
    lines: tuple[ScoreLine, ...]
    next_grade: NextGrade | None = None
    dimensions: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged(Noun):
    """One report with everything that was said of it; `second` is its score under a second model, where one is asked for.

    `attested` is what a person saw of it, by rule id.
    """

    report: Report
    findings: tuple[Finding, ...]
    undecided: tuple[Undecided, ...]
    outcomes: Mapping[str, Outcome]
    score: Score
    second: Score | None = None
    attested: Mapping[str, Attested] = field(default_factory=dict)
    disabled: tuple[Disabled, ...] = ()


@dataclass(frozen=True, slots=True)
class RulebookStamp(Noun):
    """Which rulebook was used: its hash, how many rules, its version; `county` names the work folder's profile, "" without."""

    sha256: str
    rules: int
    version: str = ""
    county: str = ""


@dataclass(frozen=True, slots=True)
class Run(Noun):
    """One audit of a set of documents with one rulebook (批次)."""

    id: str
    quarter: str | None
    started: dt.datetime
    engine: str
    rulebook: RulebookStamp
    inference: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleCard(Noun):
    """What a document needs to say of a rule: its title, severity and so on, without its check.

    `ask` is what a person must look at, "" where the file decides; `verify` how. `aliases` are its earlier ids, the oldest
    first; `check` is its kind, "" of a pattern. `bases` are all that it may rest on, whatever the year and the kind of unit; empty
    where that was not noted (runs of earlier versions).
    """

    id: str
    title: str
    severity: str
    dimension: str
    certainty: str
    status: str
    ask: str = ""
    verify: str = ""
    aliases: tuple[str, ...] = ()
    check: str = ""
    bases: tuple[Basis, ...] = ()


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days off that are no weekend's, and the weekends worked (调休), of the years that were entered.

    Part of a rulebook, never of an audit: no noun that travels or is stored.
    """

    years: frozenset[int] = frozenset()
    off: frozenset[dt.date] = frozenset()
    working: frozenset[dt.date] = frozenset()


@dataclass(frozen=True, slots=True)
class MendingTerms(Noun):
    """How a county has faults mended: working days by severity, working days to verify (核实期), what counts as 屡查屡犯.

    `points_back`: a mended report earns its points back in the quarter's standing score. `repeat_quarters`,
    `repeat_years`: in how many quarters, report years the same rule must have been broken anew; 0: this does not count.
    """

    deadlines: Mapping[str, int] = field(default_factory=lambda: {"严重": 5, "较重": 5, "一般": 10, "提示": 10})
    verify_days: int = 5
    points_back: bool = True
    repeat_quarters: int = 2
    repeat_years: int = 2


@dataclass(frozen=True, slots=True)
class ScoringCard(Noun):
    """What a document needs of the scoring model that counts: the most that can be lost (or had) under each account, by name;
    `times` is how often one rule costs in one table at most; `gates` are notes of what bounds the total, with the bound."""

    most: Mapping[str, Decimal] = field(default_factory=dict)
    times: int | None = None
    gates: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Sum(Noun):
    """What a certain relation asks of counts of one form: constant + Σ coefficient × cell = 0; `terms` are by fact id, in the
    order of the formula."""

    rule: str
    form: str
    terms: tuple[tuple[str, int], ...]
    constant: int = 0


@dataclass(frozen=True, slots=True)
class CountyCard(Noun):
    """What a document needs of the work folder's profile: who issues, and what it changes in the rulebook, a line each.

    `models` are the names of the scoring models: the one that counts, then the one shown beside it; `accounts` the
    indicators or items under which the first loses points, empty where these are the dimensions. `scoring` is what it lets be
    lost, `sums` what the relations of the rulebook ask of the cells of each form.
    """

    name: str = ""
    issuer: str = ""
    issuer_is_office: bool = True
    numbering: str = ""
    contact: str = ""
    assessment: str = ""
    changes: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    scoring: ScoringCard = ScoringCard()
    sums: tuple[Sum, ...] = ()


# --- what was handed in, and what is missing -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SetAside(Noun):
    """A file that is no annual report (非年报), with the reason; it is not scored."""

    source: str
    reason: str
    sha256: str | None = None


class Standing(StrEnum):
    """Whether a unit's report of a year is there."""

    REPORTED = "已报"
    MISSING = "未报"
    UNREAD = "无法读取"


@dataclass(frozen=True, slots=True)
class UnitYear(Noun):
    """One unit of the roster in one report year. `answers` is the unit that answers for it after a merger, else ""; `contact` and
    `authority` (县属, 垂直管理, 双重管理; "" not stated) are those of the unit that answers.

    `finding` is what the rule g-not-published says where the report is missing and the year is under check.
    """

    unit: str
    kind: str
    group: str
    year: int
    standing: Standing
    sources: tuple[str, ...] = ()
    answers: str = ""
    contact: str = ""
    finding: Finding | None = None
    authority: str = ""


@dataclass(frozen=True, slots=True)
class YearCount(Noun):
    """应报, 已报, 未报, 无法读取 of one report year (None: not known). Without a roster `due` and `missing` are None.

    `reported` counts units of the roster; reports of units that it does not oblige are `beyond`. `checked`: the missing
    ones are taken up one by one.
    """

    year: int | None
    due: int | None
    reported: int
    missing: int | None
    unread: int
    beyond: int = 0
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Doubt(Noun):
    """A file of which it is not certain whose or which report it is, with what a person should look at."""

    source: str
    words: str


@dataclass(frozen=True, slots=True)
class Completeness(Noun):
    """Who should have reported and who did (应报、已报、未报、无法读取). `roster` None: there is none, and 应报 is unknown."""

    roster: str | None
    sha256: str | None
    units: int
    years: tuple[YearCount, ...]
    standings: tuple[UnitYear, ...] = ()
    beyond: tuple[Doubt, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerStamp(Noun):
    """The ledger that holds a run: the head of its chain (SHA-256, 64 hex digits) and how many entries it ends."""

    head: str
    entries: int

    def words(self, most: int | None = None) -> str:
        """第12条，校验码…, with the first `most` digits of the head."""
        return f"第{self.entries}条，校验码{self.head[:most]}"


@dataclass(frozen=True, slots=True)
class Progress(Noun):
    """How far the mending of a finding is: 未整改, 部分整改, 已整改 or 已销号, with a note; the last day, the day on which it was
    closed, how many days it is overdue; where the unit says the mended report stands, and what a later reading showed."""

    state: str
    note: str = ""
    deadline: dt.date | None = None
    closed: dt.date | None = None
    overdue: int = 0
    link: str = ""
    reviewed: str = ""


@dataclass(frozen=True, slots=True)
class IssuedScore(Noun):
    """The score of a report as it was issued (印发) for a quarter; `paper` is that of the last 更正 where there was one."""

    quarter: str
    points: Decimal
    grade: str
    rank: int | None
    on: dt.date
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Audit(Noun):
    """The result of a run: what every document, the JSON and the screen are made of.

    `before` are the reports of earlier years that were only evidence (--previous): not judged, in no document. `powers`
    are the articles that let the office order mending on the day of the audit. `ledger` is set where the run is kept in one;
    `others` are reports of other units, read in an earlier quarter, that were only peers. From the ledger: `apart` is what
    people found by eye of reports that are nowhere, `mending` how far the findings are by their numbers, `issued` what was
    issued of the reports by their sources.
    """

    run: Run
    reports: tuple[Judged, ...]
    unread: tuple[Unread, ...]
    rules: Mapping[str, RuleCard]
    grades: tuple[tuple[str, Decimal], ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    completeness: Completeness | None = None
    before: tuple[Report, ...] = ()
    county: CountyCard = CountyCard()
    powers: tuple[Basis, ...] = ()
    ledger: LedgerStamp | None = None
    others: tuple[Report, ...] = ()
    apart: tuple[UnitYear, ...] = ()
    mending: Mapping[str, Progress] = field(default_factory=dict)
    issued: Mapping[str, IssuedScore] = field(default_factory=dict)

    @property
    def unreported(self) -> tuple[tuple[UnitYear, Finding], ...]:
        """Every finding on a report that is not there: what the rule says of it, and what people found by eye."""
        standings = self.completeness.standings if self.completeness is not None else ()
        return tuple((one, one.finding) for one in (*standings, *self.apart) if one.finding is not None)
