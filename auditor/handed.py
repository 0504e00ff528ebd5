"""What was handed in: a file in, the reports that it holds out, each read, matched with the roster and judged by itself.

Parts     a collection gives several reports (`facts.parts`), a document that is no annual report is set aside
Roster    what it knows better than the text (kind, name, first publication) is read in before the report is judged
Typed     what people typed for cells that could not be read (人工录入) is laid over them, then the report is judged
Together  files that are one report are read once more, as one document
Pickles   sources and pieces, so that other processes can do it
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from auditor import readers
from auditor.facts import extract
from auditor.facts.parts import split
from auditor.findings import Beside
from auditor.judging import Brief, Desk, judge_report
from auditor.model import Document, Filing, Judged, Report, SetAside, Unread, Version
from auditor.readers import Source
from auditor.readers.limits import Fate, killed
from auditor.roster import Bundle, Match, filing, hints, joined, why_aside, with_dates
from auditor.timing import EXTRACTING, READING, Clock, timing
from auditor.typed import key_of, with_typed


@dataclass(frozen=True, slots=True)
class Piece:
    """A report as it was handed in: one part of one file, judged by itself, and the unit that it was found to be of."""

    source: Source
    part: int
    judged: Judged
    match: Match


def read_and_judge(judges: Desk, source: Source) -> tuple[Piece | Unread | SetAside, ...]:
    """The reports of one file read and judged without last year's; what is no annual report with the reason."""
    out: list[Piece | Unread | SetAside] = []
    for part, document in enumerate(read_documents(judges, source)):
        if isinstance(document, Unread):
            out.append(SetAside(document.source, document.reason, document.sha256) if document.no_report else document)
            continue
        known = _known(judges, document)
        if isinstance(known, Unread):
            out.append(known)
            continue
        report, match = known
        aside = why_aside(document, report)
        if aside:
            out.append(SetAside(document.source, aside, document.sha256))
        else:
            out.append(Piece(source, part, judge_report(judges, Brief(report, Beside())), match))
    return tuple(out)


def read_reports_of(judges: Desk, source: Source) -> tuple[Report | Unread, ...]:
    """The reports of one file, read but not judged."""
    found = [d if isinstance(d, Unread) else _known(judges, d) for d in read_documents(judges, source)]
    return tuple(one if isinstance(one, Unread) else one[0] for one in found)


def read_documents(judges: Desk, source: Source) -> tuple[Document | Unread, ...]:
    """The documents that a file holds: as a rule one, of a collection each report by itself."""
    data = readers.load(source)
    if isinstance(data, Unread):
        return (data,)
    clock = Clock() if judges.clock is not None else None
    with timing(clock, READING):
        document = judges.read(source.name, data)
    if judges.clock is not None and clock is not None:
        kind = document.kind if isinstance(document, Document) else "未能读取"
        judges.clock.add(READING, kind, clock.of(READING)[0][1])
    if isinstance(document, Unread):
        return (document,)
    try:
        return split(document)
    except Exception as error:  # a bug met in one document must not stop the others
        return (_stumbled(document, error),)


def _known(judges: Desk, document: Document, files: Mapping[str, str] | None = None) -> tuple[Report, Match] | Unread:
    """Everything that a document states, with what the roster knows better and what was typed: a pure function of document
    and desk. `files` are the keys of the files of which it was joined."""
    try:
        with timing(judges.clock, EXTRACTING):
            report = extract(document, judges.book.lexicon)
        match = judges.matcher.of_report(report) if judges.matcher is not None else Match()
        better = hints(match, report.profile)
        if any(getattr(better, name) not in (None, getattr(report.profile, name)) for name in _OVERRIDDEN):
            report = with_dates(extract(document, judges.book.lexicon, better), better)
        report = with_typed(report, judges.typed, files)
        return replace(report, filing=filing(match, report)), match
    except Exception as error:  # a bug met in one document must not stop the others
        return _stumbled(document, error)


_OVERRIDDEN = ("unit_kind", "organisation", "published", "published_certain")


def _stumbled(document: Document, error: Exception) -> Unread:
    if isinstance(error, MemoryError):
        return Unread(document.source, killed(Fate.MEMORY), document.sha256)
    reason = f"解析时程序出错（{type(error).__name__}），请将此文件反馈给维护人员"
    return Unread(document.source, reason, document.sha256)


# --- files that are one report -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Together:
    """A report to judge anew: its files in the plan's order, or (where it is one file) its report with its versions."""

    main: Piece
    pages: tuple[Piece, ...]
    tables: tuple[Piece, ...]
    versions: tuple[Version, ...]


def together(pieces: Sequence[Piece], bundle: Bundle) -> Together:
    """The pieces of a bundle."""
    pages, tables = (tuple(pieces[at] for at in some) for some in (bundle.pages, bundle.tables))
    return Together(pieces[bundle.main], pages, tables, bundle.versions)


def judge_together(judges: Desk, task: Together) -> Piece | Unread:
    """Files that are one report read together; its versions stand beside it when it is judged."""
    report, match = task.main.judged.report, task.main.match
    if task.pages or task.tables:
        documents = {id(piece): _document(judges, piece) for piece in (task.main, *task.pages, *task.tables)}
        lost = next((d for d in documents.values() if isinstance(d, Unread)), None)
        if lost is not None:
            return lost
        main, pages, tables = (
            [d for p in some if isinstance(d := documents[id(p)], Document)]
            for some in ((task.main,), task.pages, task.tables)
        )
        files = {d.source: key_of(d.source, d.sha256) for d in (*pages, *tables)}
        known = _known(judges, joined(main[0], pages, tables), files)
        if isinstance(known, Unread):
            return known
        report, match = known
    own = report.filing or Filing()
    attached = tuple(p.judged.report.source for p in (*task.pages, *task.tables))
    public = own.public or any(p.judged.report.filing and p.judged.report.filing.public for p in task.pages)
    report = replace(report, filing=replace(own, public=public, attached=attached, versions=task.versions))
    return replace(task.main, judged=judge_report(judges, Brief(report, Beside())), match=match)


def _document(judges: Desk, piece: Piece) -> Document | Unread:
    documents = read_documents(judges, piece.source)
    return documents[piece.part] if piece.part < len(documents) else documents[0]
