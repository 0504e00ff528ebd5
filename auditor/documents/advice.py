"""The advice on corrections (更正建议表.docx) of each unit that has something to mend: its own tables, what is wrong in them marked.

Tables    every official table of a report with a problem in its cells, all rows and columns as the form prints them, what is printed
          letter for letter; the report itself is never touched
Proposed  建议值 beside what is printed, only where it follows with certainty (`proposing`), with the sum from which it follows
Asked     else 请核实, with the cells of which each alone would make the sums hold
Else      problems outside the tables (sections, days, wording), a row each: where, what is written, what is wrong, what to do
Advice    what counts is the register (原始台账): nobody is to make numbers fit
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from auditor.documents import words
from auditor.documents.cells import failing, followed, grids, name, printed, table_of, told
from auditor.documents.matter import Made, Matter
from auditor.documents.official import fill, head
from auditor.documents.particulars import undecided
from auditor.documents.printing import line
from auditor.documents.proposing import Doubt, Proposal, Proposed, proposed
from auditor.documents.standing import object_words
from auditor.documents.tally import Addressee, Problem, is_problem
from auditor.model import Finding, Judged, Noun, Report, State, Sum

NAME: Final = "更正建议表.docx"
TEMPLATE: Final = "更正建议表"
PAPER: Final = "建议表"
MOST_COLUMNS: Final = 8
_MOST_WAYS = 8


@dataclass(frozen=True, slots=True)
class Cell(Noun):
    """What is printed, with what is proposed and the numbers of the notes; `mark` is 建议, 核实 or ""."""

    words: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Line(Noun):
    """A row of a table."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Block(Noun):
    """Rows under the same heads."""

    heads: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def width(self) -> int:
        """How many columns of cells."""
        return len(self.heads)


@dataclass(frozen=True, slots=True)
class Page(Noun):
    """One table with its notes."""

    title: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Other(Noun):
    """A problem outside the tables."""

    ordinal: int
    ref: str
    place: str
    now: str
    problem: str
    advice: str


@dataclass(frozen=True, slots=True)
class Part(Noun):
    """What is advised on one report (or on one that is not there)."""

    title: str
    pages: tuple[Page, ...] = ()
    others: tuple[Other, ...] = ()


def made(matter: Matter) -> Iterator[Made]:
    """One document a unit that has problems."""
    path = matter.stationery.template(TEMPLATE)
    for unit in matter.addressees:
        if unit.problems:
            yield Made(NAME, fill(path, fields(matter, unit)), unit.unit)


def fields(matter: Matter, unit: Addressee) -> dict[str, object]:
    """The fields of one unit's document."""
    phrase = matter.stationery.phrase
    return {
        **head(matter, phrase(PAPER, "标题"), unit.unit, undecided=undecided(unit)),
        "单位": unit.unit,
        "说明": phrase(PAPER, "说明"),
        "落款说明": phrase(PAPER, "落款说明"),
        "parts": parts(matter, unit),
    }


def parts(matter: Matter, unit: Addressee) -> tuple[Part, ...]:
    """What is advised, report by report; of reports that are not there first."""
    out = []
    gone = [one for one in unit.problems if one.at is None]
    for one in gone:
        title = object_words(one.absent) if one.absent is not None else "（没有报告）"
        out.append(Part(title, others=(_other(1, one.finding, "", "（所给文件中没有这份报告）"),)))
    for at in unit.reports:
        mine = [one for one in unit.problems if one.at == at]
        if mine:
            out.append(_part(matter, matter.tally.audit.reports[at], mine))
    return tuple(out)


def _part(matter: Matter, judged: Judged, problems: Sequence[Problem]) -> Part:
    report = judged.report
    found = list(dict.fromkeys(f for one in problems for f in (one.finding, *one.under)))
    standing = [f for f in judged.findings if is_problem(f)]
    marking = _Marking(report, found, proposed(judged, standing, matter.tally.audit.county.sums))
    tables = dict.fromkeys(table_of(id) for id in report.facts)
    pages = tuple(marking.page(table) for table in tables if marking.concerns(table))
    others = tuple(_outside(report, at, f) for at, f in enumerate(marking.outside, 1))
    return Part(words.subject_words(judged), pages, others)


def _outside(report: Report, ordinal: int, finding: Finding) -> Other:
    place = words.position_words(report, finding) or "报告全文"
    return _other(ordinal, finding, place, words.excerpt_words(report, finding) or "—")


def _other(ordinal: int, finding: Finding, place: str, now: str) -> Other:
    advice = line(finding.remedy) or "请核对后据实更正"
    return Other(ordinal, finding.number or "—", place or "—", now, words.message_words(finding), advice)


# --- marks and notes -------------------------------------------------------------------------------


@dataclass(slots=True)
class _Marks:
    """What the cells of one table bear."""

    proposals: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, list[int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, words_: str, cells: Sequence[str]) -> None:
        self.notes.append(words_)
        for cell in cells:
            self.numbers.setdefault(cell, []).append(len(self.notes))


class _Marking:
    """The problems of one report, sorted to its tables: proposals, doubts, other findings in cells; `outside` what is in none."""

    def __init__(self, report: Report, found: Sequence[Finding], said: Proposed) -> None:
        self._report, self._found = report, found
        self._tables: dict[str, _Marks] = {}
        self.outside: list[Finding] = []
        told_: set[str] = set()
        for one in said.proposals:
            told_ |= self._propose(one)
        for doubt in said.doubts:
            told_ |= self._ask(doubt)
        for finding in found:
            if finding.fingerprint not in told_:
                self._note(finding)

    def concerns(self, table: str) -> bool:
        """Whether anything is wrong in the table."""
        return table in self._tables

    def page(self, table: str) -> Page:
        """The table with its marks."""
        marks = self._tables[table]
        blocks = []
        for grid in grids(self._report, table):
            columns = grid.columns if grid.columns != ("",) else ("填报数",)
            lines = [Line(label, tuple(self._cell(id, marks) for id in ids)) for label, ids in grid.rows]
            if len(columns) <= MOST_COLUMNS:
                blocks.append(Block(columns, tuple(lines)))
            else:
                blocks.append(_upright(columns, lines))
        notes = tuple(f"〔{at}〕{words_}" for at, words_ in enumerate(marks.notes, 1))
        return Page(words.table_words(table), tuple(blocks), notes)

    def _cell(self, id: str, marks: _Marks) -> Cell:
        said = printed(self._report.facts[id])
        if id not in marks.numbers:
            return Cell(said)
        numbers = "".join(f"〔{at}〕" for at in marks.numbers[id])
        if id in marks.proposals:
            return Cell(f"{said or '（空白）'} → {marks.proposals[id]}{numbers}", "建议")
        return Cell(f"{said or '（空白）'}{numbers}", "核实")

    def _in(self, table: str) -> _Marks:
        return self._tables.setdefault(table, _Marks())

    # what is said of cells

    def _propose(self, one: Proposal) -> set[str]:
        """The note of a proposal; the findings that it tells."""
        report = self._report
        told_ = self._telling(one.sums, one.fact, one.now, one.should)
        ways = "；".join(f"{told(report, each)}：{followed(report, each, one.fact)}" for each in one.sums)
        state = f"现为 {one.now}" if one.now is not None else f"现为{_state(report, one.fact)}"
        marks = self._in(table_of(one.fact))
        marks.proposals[one.fact] = one.should
        marks.add(
            f"{name(report, one.fact)}{state}，建议值 {one.should}。推算：{ways}"
            f"{self._refs(told_)}。以原始台账为准，台账与建议值不符的，按台账更正并说明。",
            [one.fact],
        )
        return told_

    def _ask(self, doubt: Doubt) -> set[str]:
        report = self._report
        told_ = self._telling(doubt.sums)
        if not told_:
            return set()
        sums = "；".join(f"{told(report, each)}：{failing(report, each)}" for each in doubt.sums)
        if doubt.ways:
            shown = doubt.ways[:_MOST_WAYS]
            ways = "、".join(f"{name(report, id)}（只有此格有误的，应为 {value}）" for id, value in shown)
            more = f"等 {len(doubt.ways)} 格" if len(doubt.ways) > len(shown) else ""
            asked = f"下列各格中可能有一格有误，也可能不止一格，凭表内数字不能断定：{ways}{more}"
            cells = [id for id, _ in doubt.ways]
        else:
            asked = "没有一格单独更正能使上述关系都成立，请逐格核对有关各格"
            cells = list(dict.fromkeys(id for each in doubt.sums for id, _ in each.terms))
        self._in(table_of(cells[0])).add(
            f"{sums}。请核实：{asked}{self._refs(told_)}。以原始台账为准，不得为凑平而改数。", cells
        )
        return told_

    def _telling(
        self, sums: Sequence[Sum], fact: str = "", now: int | None = None, should: int | None = None
    ) -> set[str]:
        """The problems that say no more than that these sums fail, or what the cell should be."""
        out = set()
        for finding in self._found:
            facts = set(finding.facts)
            is_sum = any(finding.rule == one.rule and {id for id, _ in one.terms} <= facts for one in sums)
            same = bool(finding.members) and fact in facts and (finding.left, finding.right) == (now, should)
            if is_sum or (same and now is not None) or (now is None and finding.blanks == (fact,)):
                out.add(finding.fingerprint)
        return out

    def _note(self, finding: Finding) -> None:
        """A finding by itself: in its cells, or outside the tables."""
        by_table: dict[str, list[str]] = {}
        for id in finding.blanks or finding.facts:
            if id in self._report.facts:
                by_table.setdefault(table_of(id), []).append(id)
        if not by_table:
            self.outside.append(finding)
        remedy = line(finding.remedy).rstrip("。") or "据实更正"
        said = words.message_words(finding).rstrip("。")
        for table, cells in by_table.items():
            self._in(table).add(f"{said}。请核实有关各格，{remedy}{_referred((finding,))}。", cells)

    def _refs(self, told_: set[str]) -> str:
        return _referred([f for f in self._found if f.fingerprint in told_])


def _referred(found: Sequence[Finding]) -> str:
    """By their numbers; a fingerprint says nothing to a reader."""
    shown = [f.number for f in found if f.number]
    return f"（问题编号：{'、'.join(shown)}）" if shown else ""


def _state(report: Report, fact: str) -> str:
    states: Mapping[State, str] = {State.BLANK: "空白", State.NA: "“/”一类的符号", State.TEXT: "文字"}
    return states.get(report.facts[fact].state, "空白")


def _upright(columns: Sequence[str], lines: Sequence[Line]) -> Block:
    """A grid too wide for the paper: a line a cell."""
    return Block(
        ("填报数",),
        tuple(
            Line(f"{one.label}·{column}", (cell,))
            for one in lines
            for column, cell in zip(columns, one.cells, strict=True)
        ),
    )
