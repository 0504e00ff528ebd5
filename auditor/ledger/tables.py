"""The tables of a ledger, in the version that this program writes. Every one of them is under seal (`seal`).

entry      the chain: one line for every act (a run, a verdict, a letter …); `rows` holds a digest of its rows in each table
document   what was handed in, by the SHA-256 of its bytes; `content` whatever else a run needs whole, by that of its bytes:
           readings, facts, judgements, rulebooks, all as JSON of `store.codec`
run …      one table for each thing that is remembered; every row belongs to the entry that wrote it, as its `nth` of that table
Dates are ISO texts, points decimal texts, lists JSON texts; NULL is what is not known. A key is (unit, year, locus).
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, Text

APPLICATION = 0x41554C47  # "AULG": says of an SQLite file what it is
VERSION = 2
MISSING, NOT_AGAIN = 3, 4  # `report.beside` of a report that is not there

metadata = MetaData()


def _text(name: str, *, key: bool = False, null: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=null)


def _whole(name: str, *, key: bool = False, null: bool = False) -> Column[int]:
    return Column(name, Integer, primary_key=key, nullable=null, autoincrement=False)


def _bytes(name: str) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False)


def _sealed(name: str, *columns: Column[str] | Column[int] | Column[bytes]) -> Table:
    """A table whose rows belong to an entry and bear a seal."""
    table = Table(name, metadata, *columns, _whole("entry"), _whole("nth"), _bytes("seal"))
    Index(f"{name}_entry", table.c.entry)
    return table


def _key() -> tuple[Column[str], Column[int], Column[str]]:
    return _text("unit"), _whole("year", null=True), _text("locus")


entry = Table(
    "entry",
    metadata,
    _whole("seq", key=True),
    _text("at"),
    _text("kind"),
    _text("words"),
    _text("rows"),
    _text("previous"),
    _text("hash"),
)

document = _sealed("document", _text("sha256", key=True), _whole("size"), _bytes("data"))
content = _sealed("content", _text("sha256", key=True), _text("kind"), _whole("size"), _bytes("data"))

# `audit`, `shapes`, `rule_ids`, `texts` are contents: the run without its reports, the fields of every noun, the ids of the rules
# in the order of `report.outcomes`, the rulebook.
# `options` what was chosen beside the inputs (the years under check), `typed` a content with what people had typed for cells of
# its documents (人工录入), so that the run can be made again.
# `digest` tells two runs of one id apart whose judgements differ (another day, another law in force).
run = _sealed(
    "run",
    _text("id"),
    _text("quarter", null=True),
    _text("started"),
    _text("engine"),
    _text("inference"),
    _text("rulebook"),
    _text("version"),
    _whole("rules"),
    _whole("reports"),
    _whole("unread"),
    _text("audit"),
    _text("shapes"),
    _text("rule_ids"),
    _text("texts", null=True),
    _text("typed", null=True),
    _text("digest"),
    _text("options", null=True),
)
# What was handed to a run, in order: role report, previous, roster or checklist; without sha256 it could not be opened.
handed = _sealed(
    "handed", _whole("at"), _text("role"), _text("name"), _text("sha256", null=True), _text("reason", null=True)
)
# `beside` 1: it was only evidence (an earlier year), 2: only a peer (read in an earlier quarter); nothing was said of it.
# 3: there is no report of that unit and year, and a finding says so; `document` is then the roster that states 未公布, or "".
# 4: it was read in an earlier run and not handed in again: nobody is suspected of not having published it.
# `reading`, `facts`, `claims`, `said` are contents; `outcomes` a letter a rule in the order of the run's `rule_ids`.
report = _sealed(
    "report",
    _whole("at"),
    _whole("beside"),
    _text("source"),
    _text("document"),
    _text("unit"),
    _text("short"),
    _text("unit_kind"),
    _text("unit_group"),
    _text("region"),
    _whole("year", null=True),
    _text("form", null=True),
    _text("points", null=True),
    _text("low", null=True),
    _text("if_suspected", null=True),
    _text("grade", null=True),
    _text("outcomes", null=True),
    _text("unclear", null=True),
    _text("off", null=True),
    _text("reading"),
    _text("facts"),
    _text("claims"),
    _text("said", null=True),
)
finding = _sealed(
    "finding",
    _whole("report"),
    _whole("place"),
    *_key(),
    _text("fingerprint"),
    _text("content"),
    _text("rule"),
    _text("title"),
    _text("outcome"),
    _text("severity"),
    _text("dimension"),
    _text("message"),
    _text("facts"),
    _text("cost"),
    _text("deducted"),
    _text("absorbed_by", null=True),
    _text("members", null=True),
    _whole("draft"),
)
# The name for people of a finding, given once and for all: 2026Q2-禹山镇-03.
number = _sealed("number", *_key(), _text("quarter"), _text("short"), _whole("ordinal"), _text("number"))
# A unit that was renamed: from one roster to the next.
name = _sealed("name", _text("former"), _text("unit"))

verdict = _sealed(
    "verdict",
    *_key(),
    _text("number"),
    _text("content"),
    _text("word"),
    _text("why"),
    _text("decided_by"),
    _text("decided_on"),
    _text("paper", null=True),
    _text("until", null=True),
)
remark = _sealed(
    "remark", *_key(), _text("number"), _text("text"), _text("written_by", null=True), _text("source", null=True)
)
waiver = _sealed(
    "waiver",
    _text("number"),
    _text("unit"),
    _whole("year", null=True),
    _text("rule"),
    _text("cells"),
    _text("reason"),
    _text("paper"),
    _text("approver"),
    _text("start"),
    _text("end", null=True),
    _text("review", null=True),
    _text("entered_by"),
    _text("entered_on"),
)
waiver_end = _sealed("waiver_end", _text("number"), _text("ended_on"), _text("why"), _text("ended_by"))
manual = _sealed(
    "manual",
    _text("number"),
    *_key(),
    _text("place"),
    _text("severity"),
    _text("dimension"),
    _text("title"),
    _text("text"),
    _text("remedy"),
    _text("law"),
    _text("article"),
    _text("practice"),
    _whole("certain"),
    _text("document"),
    _text("found_by"),
    _text("found_on"),
)
closing = _sealed("closing", _text("number"), *_key(), _text("closed_on"), _text("closed_by"), _text("why"))
typed = _sealed(
    "typed",
    _text("document"),
    _text("fact"),
    _text("state"),
    _text("value", null=True),
    _text("raw"),
    _text("typed_by"),
    _text("typed_on"),
    _text("note", null=True),
)
letter = _sealed(
    "letter",
    _text("quarter"),
    _text("unit"),
    _text("unit_group", null=True),
    _text("kind"),
    _text("paper"),
    _text("sent_on"),
    _text("sent_by"),
)
letter_item = _sealed(
    "letter_item",
    *_key(),
    _text("number"),
    _text("severity"),
    _text("deadline", null=True),
    _text("rule", null=True),
    _text("title", null=True),
    _text("dimension", null=True),
    _text("outcome", null=True),
    _text("content", null=True),
    _text("text", null=True),
    _text("remedy", null=True),
)
reply = _sealed(
    "reply",
    *_key(),
    _text("number"),
    _text("word"),
    _text("text"),
    _text("replied_on", null=True),
    _text("received_on", null=True),
    _text("until", null=True),
    _text("link"),
    _text("replied_by"),
    _text("source"),
)
ruling = _sealed(
    "ruling",
    _whole("reply"),
    *_key(),
    _text("word"),
    _text("why"),
    _text("ruled_by"),
    _text("ruled_on"),
    _text("until", null=True),
    _text("paper"),
)
issued = _sealed(
    "issued",
    _text("quarter"),
    _text("unit"),
    _whole("year", null=True),
    _text("points"),
    _text("grade"),
    _whole("rank", null=True),
    _text("issued_on"),
    _text("issued_by", null=True),
    _text("paper"),
    _text("correction", null=True),
    _text("why", null=True),
    _whole("run", null=True),
)
# Rows of a hand-made ledger of earlier quarters, as they were mapped; `line` says where each stood.
old_finding = _sealed(
    "old_finding",
    _text("quarter"),
    _text("unit"),
    _whole("year", null=True),
    _text("rule"),
    _text("text"),
    _text("mending"),
    _text("remark"),
    _text("source"),
    _text("line"),
    _text("category", null=True),
    _text("object", null=True),
    _text("basis", null=True),
    _text("points", null=True),
    _text("demand", null=True),
    _text("deadline", null=True),
    _text("link", null=True),
    _text("review", null=True),
    _text("closed", null=True),
)

Index("finding_key", finding.c.unit, finding.c.year, finding.c.locus)
Index("number_key", number.c.unit, number.c.year, number.c.locus, unique=True)
Index("number_text", number.c.number, unique=True)
Index("report_unit", report.c.unit, report.c.year)

SEALED: tuple[Table, ...] = tuple(table for table in metadata.sorted_tables if table is not entry)
