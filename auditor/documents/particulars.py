"""Particulars: a unit's findings, and the letter recorded to it -> what a letter says of each, report by report.

Without a letter on record the problems (for a 反馈函 the doubts too) of the tally are told, each with what is counted with it
beneath; with one exactly its items are, whatever was found since
Chosen    by `quarters.letters`: what a 通知 orders and what a 反馈函 asks is the same in the ledger and on paper. A conclusion is
          no item of a letter; it stands over those of its members that are
Gone      an item that the run no longer holds, or holds with other contents, is told in the letter's own words
Withdrawn an item found 不属实 or waived after it was sent keeps its place and number, and says nothing but that
Points    those of a problem itself, never of what is counted with it
Deadlines the recorded day of each item; in a draft only the working days of its severity are known
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from auditor.documents import words
from auditor.documents.matter import Matter
from auditor.documents.printing import line, quoted
from auditor.documents.quotes import BLANK, CellQuote, Quote, proof
from auditor.documents.tally import Addressee, Problem, is_problem
from auditor.hedges import unhedged, untitled
from auditor.model import WAIVED, Finding, Judged, Noun, Outcome, UnitYear
from auditor.quarters.letters import is_ordered, is_told
from auditor.quarters.mending import ORDER
from auditor.quarters.nouns import LetterItem

_MOST_QUOTES, _MOST_CELLS = 4, 40
_GAP = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef”—]) +(?=[\d“-])|(?<=[\d%”—]) +(?=[\u3000-\u9fff\uff00-\uffef“])")
_OTHERS = re.compile(r"[（(]另有\s*\d+\s*[个项]问题由此引起[）)]")
_NAME = re.compile(r"“([^“”]*)”")


@dataclass(frozen=True, slots=True)
class Particular(Noun):
    """One finding as a letter tells it; texts have no last stop, "" where there is nothing to say.

    The words of a conclusion that has others under it are quoted there. `day` is the recorded deadline; `heads`: a conclusion,
    which is answered by its members; `manual`: found by eye. `withdrawn` says why it is no longer held, then nothing else is said.
    """

    ref: str
    number: str
    title: str
    severity: str
    said: str = ""
    spot: str = ""
    quotes: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    demand: str = ""
    why: str = ""
    verify: str = ""
    points: Decimal = Decimal(0)
    day: dt.date | None = None
    heads: bool = False
    manual: bool = False
    withdrawn: str = ""
    under: tuple[Particular, ...] = ()

    @property
    def basis(self) -> str:
        """All that it rests on, in one line."""
        return "；".join(self.bases)

    @property
    def items(self) -> tuple[Particular, ...]:
        """What the unit answers one by one: itself, unless it is a conclusion over others, and what stands under it."""
        return self.under if self.heads and self.under else (self, *self.under)


@dataclass(frozen=True, slots=True)
class Subject(Noun):
    """A report, or one that is not there, and what is told of it. Both None: the run no longer holds the report."""

    year: int | None
    judged: Judged | None
    absent: UnitYear | None
    particulars: tuple[Particular, ...]


def subjects(matter: Matter, one: Addressee, kind: str) -> tuple[Subject, ...]:
    """What a 通知 or a 反馈函 tells the unit: what is on record, else the draft."""
    letter, reports = matter.letter(one.unit, kind), matter.tally.audit.reports
    telling = _Telling(reports, orders=kind == ORDER)
    gathered: dict[tuple[int | None, UnitYear | None, int | None], list[Particular]] = defaultdict(list)
    for problem, particular in telling.drafted(one) if letter is None else telling.recorded(one, letter.items):
        gathered[problem.at, problem.absent, problem.year].append(particular)
    return tuple(
        Subject(year, reports[at] if at is not None else None, absent, tuple(found))
        for (at, absent, year), found in sorted(gathered.items(), key=lambda item: _place(*item[0]))
    )


def particular(matter: Matter, problem: Problem) -> Particular:
    """A problem as what is signed tells it, with what is counted with it."""
    telling = _Telling(matter.tally.audit.reports, orders=True)
    return telling.told(problem, problem.finding, tuple(telling.told(problem, one) for one in problem.under))


def undecided(one: Addressee) -> int:
    """Of how many findings of the unit somebody must still say something."""
    return sum(1 + len(doubt.under) for doubt in one.doubts)


def _place(at: int | None, absent: UnitYear | None, year: int | None) -> tuple[int, int, int]:
    """What is not there first, then the reports in their order, then what the run no longer holds."""
    kind = 0 if absent is not None else 1 if at is not None else 2
    return kind, at if at is not None else 0, year or 0


# --- what is told ----------------------------------------------------------------------------------


class _Telling:
    """Findings as one kind of letter tells them: what orders speaks of what is certain."""

    def __init__(self, reports: Sequence[Judged], *, orders: bool) -> None:
        self._reports, self._orders = reports, orders
        self._wanted: Callable[[Finding], bool] = is_ordered if self._orders else is_told

    def drafted(self, one: Addressee) -> Iterator[tuple[Problem, Particular]]:
        """An order holds what is certain; an inquiry what is in doubt and, while there is any of it, what is certain too."""
        asked = any(is_told(f) for tree in one.doubts for f in (tree.finding, *tree.under))
        trees = one.problems if self._orders else (*one.doubts, *one.problems) if asked else ()
        for tree in trees:
            under = tuple(self.told(tree, f) for f in tree.under if self._wanted(f))
            if under if tree.finding.members else self._wanted(tree.finding):
                yield tree, self.told(tree, tree.finding, under)
            else:
                yield from ((tree, each) for each in under)

    def told(
        self, tree: Problem, finding: Finding, under: tuple[Particular, ...] = (), item: LetterItem | None = None
    ) -> Particular:
        """A finding of the run, with what the letter on record says of it."""
        judged = self._reports[tree.at] if tree.at is not None else None
        doubted = finding.outcome is Outcome.SUSPECTED
        said = item.text if item is not None and item.text else finding.message
        counted = finding is tree.finding and finding.absorbed_by is None
        return Particular(
            ref=finding.fingerprint,
            number=line(item.number if item is not None else finding.number),
            title=line(untitled(finding.title) if self._orders and doubted else finding.title),
            severity=line(item.severity if item is not None else finding.severity),
            said=_sentence(_OTHERS.sub("", _stated(said) if self._orders and doubted else said)),
            spot=words.form_place_words(judged.report, finding) if judged is not None else "",
            quotes=_quotes(judged, finding) if judged is not None and not (finding.members and under) else (),
            bases=tuple(filter(None, map(words.basis_words, finding.basis))),
            demand=_sentence(item.remedy if item is not None and item.remedy else finding.remedy),
            why=_sentence(finding.why),
            verify=_sentence(finding.verify),
            points=finding.deducted if counted else Decimal(0),
            day=item.deadline if item is not None else None,
            heads=bool(finding.members),
            manual=finding.manual,
            under=under,
        )

    # --- a letter on record

    def recorded(self, one: Addressee, items: Sequence[LetterItem]) -> Iterator[tuple[Problem, Particular]]:
        """The items in their order; those of one conclusion, or counted with one of them, at the place of the first of them."""
        held: dict[int, tuple[Problem, Finding]] = {}
        free = [(tree, f) for tree in (*one.problems, *one.doubts, *one.apart) for f in (tree.finding, *tree.under)]
        for at, item in enumerate(items):
            match = next((pair for pair in free if _is_of(item, *pair)), None)
            if match is not None:
                free.remove(match)
                held[at] = match
        written: set[int] = set()
        for at, item in enumerate(items):
            if at not in held:
                yield self._nowhere(one, item), self._own_words(item)
            elif id(tree := held[at][0]) not in written:
                written.add(id(tree))
                mine = {id(held[n][1]): items[n] for n in held if held[n][0] is tree}
                yield from ((tree, told) for told in self._with_items(tree, mine))

    def _with_items(self, tree: Problem, items: Mapping[int, LetterItem]) -> Iterator[Particular]:
        """A problem as far as the letter lists it: under its head where that is an item or a conclusion, else one by one."""
        head = tree.finding
        under = tuple(self._as_sent(tree, f, items[id(f)]) for f in tree.under if id(f) in items)
        if id(head) in items:
            yield self._as_sent(tree, head, items[id(head)], under)
        elif head.members and (is_problem(head) or not self._orders) and words.standing_of(head) is not None:
            yield self.told(tree, head, under)
        else:
            yield from under

    def _as_sent(
        self, tree: Problem, finding: Finding, item: LetterItem, under: tuple[Particular, ...] = ()
    ) -> Particular:
        """An item and the finding of the run; where that changed since, the letter's own words."""
        if words.standing_of(finding) is None:
            return _withdrawn(finding, item, under)
        if item.content and finding.content and item.content != finding.content:
            return self._own_words(item, under)
        return self.told(tree, finding, under, item)

    def _own_words(self, item: LetterItem, under: tuple[Particular, ...] = ()) -> Particular:
        doubted = item.outcome == Outcome.SUSPECTED.value
        return Particular(
            ref=item.number or item.key.locus,
            number=line(item.number),
            title=line(untitled(item.title) if self._orders and doubted else item.title),
            severity=line(item.severity),
            said=_sentence(_stated(item.text) if self._orders and doubted else item.text),
            demand=_sentence(item.remedy),
            day=item.deadline,
            under=under,
        )

    def _nowhere(self, one: Addressee, item: LetterItem) -> Problem:
        """Where an item stands that the run no longer holds: with the unit's only report of its year, where there is one."""
        near = [at for at in one.reports if self._reports[at].report.profile.year == item.key.year]
        at = near[0] if len(near) == 1 else None
        return Problem(item.number, one.unit, one.short, one.group, item.key.year, at, _NOTHING)


_NOTHING = Finding("", "", "", "", Outcome.BROKEN, "", "", "")


def _is_of(item: LetterItem, tree: Problem, finding: Finding) -> bool:
    """Whether the item of a letter speaks of the finding: by its number, else by whose, which year, which place."""
    if item.number and finding.number:
        return item.number == finding.number
    whose = {tree.unit, tree.absent.unit if tree.absent is not None else tree.unit}
    return item.key.unit in whose and (item.key.year, item.key.locus) == (tree.year, finding.locus)


def _withdrawn(finding: Finding, item: LetterItem, under: tuple[Particular, ...]) -> Particular:
    """What was sent and is no longer held: its number, and nothing of what it said."""
    word = finding.verdict.word if finding.verdict is not None else ""
    said = "已按规定豁免" if word == WAIVED else "经核实不属实"
    return Particular(finding.fingerprint, line(item.number), "", "", withdrawn=said, under=under)


# --- words -----------------------------------------------------------------------------------------


def tight(said: str) -> str:
    """The words without the blanks that the screen sets between Chinese and figures."""
    return _GAP.sub("", line(said))


def _sentence(said: str) -> str:
    """One tight sentence without its last stop."""
    return tight(words.shortened(line(said))).rstrip("。；")


def _stated(said: str) -> str:
    """The words for a doubt that was found true, where they do not say so yet."""
    return said if "经核实" in said else unhedged(said)


def _quotes(judged: Judged, finding: Finding) -> tuple[str, ...]:
    """The original words, each with where it stands, then the cells that the message does not name already.

    The title of the report, by which it is known where something is said nowhere, is no word complained of.
    """
    report, table = judged.report, words.table_words(finding.table)
    shown = proof(report, finding.evidence, table, (finding.left, finding.right), most_cells=None)
    known = {line(year.text) for year in report.profile.years}
    quotes = [one for one in shown.quotes if one.label != "标题" or line(one.marked) not in known]
    told: dict[str, list[str]] = {}
    for one in quotes[:_MOST_QUOTES]:
        told.setdefault(_where(one), []).append(quoted(tight("".join(piece for piece, _ in one.pieces))))
    out = [f"{where}：{''.join(said)}" if where else "".join(said) for where, said in told.items()]
    if len(quotes) > _MOST_QUOTES:
        out.append(f"另有{len(quotes) - _MOST_QUOTES}处")
    named = set(_NAME.findall(words.message_words(finding)))
    cells = [cell for cell in shown.cells if cell.words != BLANK or cell.name not in named]
    return tuple(filter(None, (*out, _cells(cells))))


def _where(one: Quote) -> str:
    """正文“一、总体情况”部分第2段; 标题（正文第2段）; 填报日期."""
    if not one.place or one.place.startswith(one.label) or one.label == "正文":
        return f"{'' if one.place.startswith(one.label) else one.label}{one.place}"
    return f"{one.label}（{one.place}）"


def _cells(cells: Sequence[CellQuote]) -> str:
    """“收到申请数”填“12”，“当面申请数”“网络申请数”空白."""
    told: dict[str, list[str]] = {}
    for cell in cells[:_MOST_CELLS]:
        told.setdefault(cell.words, []).append(_cell_name(cell))
    parts = [
        f"{''.join(names)}{'均' if len(names) > 1 else ''}{'空白' if said == BLANK else f'填{quoted(said)}'}"
        for said, names in told.items()
    ]
    more = f"等{len(cells)}格" if len(cells) > _MOST_CELLS else ""
    return tight("，".join(parts) + more)


def _cell_name(cell: CellQuote) -> str:
    """“收到申请数”; “本年新收—自然人”（文件“附表.xlsx”C7). Within the report its name says where a cell stands."""
    place = f"（{cell.place}）" if cell.place.startswith("文件") else ""
    return f"{quoted(cell.name.replace('.', '—'))}{place}"
