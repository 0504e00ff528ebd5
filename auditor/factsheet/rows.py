"""Judged reports -> the cells that a person should look at, with why, the most valuable first. Pure.

Doubtful   what cannot be read; what was recognised from a picture with less than `LEAST_CONFIDENCE`; what was inferred and on
           which a rule rests that is unclear because of the reader; blanks of a picture for which a finding is only 疑似
Worth      the points that the undecided rules over the cell may cost: documents with the most come first, in them the cells
           with the most, then in the form's order
Once       what a person typed already (看不清 too) is left out
Units      a number is typed in the unit that the document prints for it where that is known and differs from the form's
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from auditor.checks.misreading import is_recognised
from auditor.documents.places import place_words
from auditor.documents.printing import quoted
from auditor.documents.words import table_words, unit_of
from auditor.facts.filling import power
from auditor.form import Form, FormCell
from auditor.formula.bind import fact_words
from auditor.model import Cause, Fact, Judged, Noun, Outcome, PageBox, Place, Report, State, Typed
from auditor.text import squash
from auditor.trust import LEAST_CONFIDENCE, confidence
from auditor.typed import TypedCells, entered, key_of, may_be_typed, typed_words

_NOTHING: TypedCells = {}
_NO_FILES: Mapping[str, str] = {}
_MOST_RULES = 3


@dataclass(frozen=True, slots=True)
class Doubt(Noun):
    """A cell that a person should look at: the key of its document, why, the titles of the rules that wait for it, and what
    they may cost."""

    fact: Fact
    key: str
    why: str
    rules: tuple[str, ...] = ()
    worth: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Row(Noun):
    """A line of the sheet. `measure` is the unit in which a number is to be typed; `typed` what was typed before; `source`
    and `sha256` name the file in which the cell lies, `place` where."""

    unit: str
    year: int | None
    source: str
    sha256: str
    key: str
    fact: str
    name: str
    table: str
    measure: str
    found: str
    why: str
    where: str
    place: Place | None = None
    typed: Typed | None = None
    note: str = ""


# --- one report --------------------------------------------------------------------------------------


def doubtful(judged: Judged, typed: TypedCells = _NOTHING, files: Mapping[str, str] = _NO_FILES) -> tuple[Doubt, ...]:
    """The cells of a report that a person should look at, the most valuable first; () where there is nothing to ask.

    `typed` is what people typed until now (`quarters.typed.typed_of`), after the report was judged too; `files` gives the
    SHA-256 of the files that were handed in by name, for reports joined of several. `todo` counts these.
    """
    waiting = _waiting(judged)
    found = [
        doubt
        for fact in judged.report.facts.values()
        if (doubt := _doubt(fact, judged, waiting, files)) is not None
        and fact.typed is None
        and fact.id not in typed.get(doubt.key, {})
    ]
    return tuple(sorted(found, key=lambda doubt: -doubt.worth))


@dataclass(slots=True)
class _Waiting:
    """The rules that cannot be decided for the sake of a cell."""

    rules: dict[str, str] = field(default_factory=dict)
    worth: Decimal = Decimal(0)

    def add(self, rule: str, title: str, cost: Decimal) -> None:
        if rule not in self.rules:
            self.rules[rule] = title
            self.worth += cost


def _waiting(judged: Judged) -> dict[str, _Waiting]:
    """By fact, the rules that are unclear because of the reader, and the findings that are 疑似 for a blank of a picture."""
    out: dict[str, _Waiting] = {}
    for one in judged.undecided:
        if one.outcome is Outcome.UNCLEAR and one.caused_by is Cause.READER:
            for id in one.facts:
                out.setdefault(id, _Waiting()).add(one.rule, one.title, one.cost)
    for finding in judged.findings:
        if finding.outcome is Outcome.SUSPECTED:
            for id in finding.blanks:
                fact = judged.report.fact(id)
                if fact is not None and is_recognised(fact):
                    out.setdefault(id, _Waiting()).add(finding.rule, finding.title, finding.cost)
    return out


def _doubt(
    fact: Fact, judged: Judged, waiting: Mapping[str, _Waiting], files: Mapping[str, str]
) -> Doubt | None:  # fmt: skip
    wait = waiting.get(fact.id)
    reason = _reason(fact, wait is not None)
    if not reason:
        return None
    rules = tuple(wait.rules.values()) if wait is not None else ()
    worth = wait.worth if wait is not None else Decimal(0)
    return Doubt(fact, key_in(judged.report, fact, files), reason + _rules_words(rules), rules, worth)


def _reason(fact: Fact, waited: bool) -> str:
    if fact.typed is not None:
        return typed_words(fact.typed)
    if fact.state is State.UNREADABLE:
        return fact.note or fact.inferred or "无法辨认"
    if confidence(fact) < LEAST_CONFIDENCE:
        return f"文字识别的把握只有 {confidence(fact):.0%}"
    if not waited or not may_be_typed(fact):
        return ""
    if fact.state is State.BLANK and is_recognised(fact):
        return "没有识别出字迹，可能印有较淡的数字"
    return fact.inferred or "字符由图像识别得出"


def _rules_words(rules: Sequence[str]) -> str:
    if not rules:
        return ""
    named = "、".join(quoted(title) for title in rules[:_MOST_RULES])
    more = f"等 {len(rules)} 条规则" if len(rules) > _MOST_RULES else ""
    return f"；{named}{more}因此不能确定"


def key_in(report: Report, fact: Fact, files: Mapping[str, str] = _NO_FILES) -> str:
    """The key of the document in which a cell of a report lies."""
    file = fact.place.file if fact.place is not None else ""
    if file:
        sha256 = files.get(file) or files.get(file.rpartition("#")[0])
        if sha256 is not None:
            return key_of(file, sha256)
    return key_of(report.source, report.sha256)


# --- many reports ------------------------------------------------------------------------------------


def rows(
    reports: Iterable[tuple[Judged, Mapping[str, str]]],
    forms: Iterable[Form],
    typed: TypedCells = _NOTHING,
    *,
    everything: bool = False,
) -> tuple[Row, ...]:
    """The lines of the sheet, of reports with the SHA-256 of the files of their run by name; with `everything` also the cells
    that were typed before, with what was typed."""
    cells = {id: cell for form in forms for id, cell in form.cells.items()}
    groups = []
    for judged, files in reports:
        found = [*doubtful(judged, typed, files), *(_asked(judged, typed, files) if everything else ())]
        if found:
            made = tuple(_row(judged.report, doubt, cells) for doubt in found)
            groups.append((-sum(doubt.worth for doubt in found), judged.report.source, made))
    return tuple(row for _, _, made in sorted(groups, key=lambda group: group[:2]) for row in made)


def _asked(judged: Judged, typed: TypedCells, files: Mapping[str, str]) -> Iterator[Doubt]:
    """The cells of which somebody said before what stands there."""
    for fact in judged.report.facts.values():
        key = key_in(judged.report, fact, files)
        said = typed.get(key, {}).get(fact.id) or fact.typed
        if said is not None and may_be_typed(fact):
            yield Doubt(entered(fact, said), key, typed_words(said))


def _row(report: Report, doubt: Doubt, cells: Mapping[str, FormCell]) -> Row:
    fact, cell = doubt.fact, cells.get(doubt.fact.id)
    place = fact.place
    elsewhere = place.file if place is not None else ""
    return Row(
        unit=unit_of(report),
        year=report.profile.year,
        source=elsewhere or report.source,
        sha256=doubt.key.partition("#")[0],
        key=doubt.key,
        fact=fact.id,
        name=fact.name,
        table=table_words(cell.table) if cell is not None else "",
        measure=measure_of(report, fact, cell),
        found=_found(fact),
        why=doubt.why,
        where=_where(place),
        place=place,
        typed=fact.typed,
    )


def _where(place: Place | None) -> str:
    """The place in words, without its file and without how sure the reader was: both stand in columns of their own."""
    if place is None:
        return ""
    plain = replace(place, file="")
    return place_words(replace(plain, confidence=None) if isinstance(plain, PageBox) else plain)


def _found(fact: Fact) -> str:
    """What was read: the number, 空白, 无法识别, with the characters where they say something else."""
    shown, raw = fact_words(fact), squash(fact.raw)
    return shown if not raw or raw == shown or fact.state is State.TEXT else f"{shown}（原样“{fact.raw.strip()}”）"


def measure_of(report: Report, fact: Fact, cell: FormCell | None) -> str:
    """In which unit a number of the cell is typed: the document's own where it prints one that differs, else the form's."""
    if cell is None:
        return ""
    for table in report.tables:
        printed = table.units.get(fact.id)
        if printed is not None and power(squash(printed.text), cell.unit):
            return squash(printed.text)
    return cell.unit.partition("（")[0]
