"""What people answered, against the reports of a run: the answers by report and rule, or every mistake at once.

Key       unit, report year, rule; the document's hash decides between two reports of one unit and year, and finds a report
          whose unit or year is not known
Several   of several answers to one question the one of the latest day counts; where the days do not tell, they must agree
Automatic lists that nobody named (those of a work folder) may speak of reports that are not in this run
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from auditor.checklist.rows import unit_of
from auditor.model import Attested, Noun, Report
from auditor.roster.names import written
from auditor.spelling import nearest


class ChecklistError(Exception):
    """A checklist cannot be used: every mistake in it, in Chinese, each with sheet and cell."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


@dataclass(frozen=True, slots=True)
class Answer(Noun):
    """A row that says something. `cells` are the places of its cells by head, for mistakes; `automatic` as of its list."""

    unit: str
    year: int | None
    rule: str
    attested: Attested
    cells: Mapping[str, str]
    automatic: bool = False

    def at(self, head: str) -> str:
        """Where a cell of the row stands, else where the row begins."""
        return self.cells.get(head) or next(iter(self.cells.values()), self.attested.source)


@dataclass(frozen=True, slots=True)
class Lists:
    """Filled lists as read: what they answer, the mistakes in their cells, and the files (real paths), never audited."""

    answers: tuple[Answer, ...] = ()
    mistakes: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """The answers by the source of a report and the id of a rule, and what the run says of those it left aside."""

    answers: Mapping[str, Mapping[str, Attested]]
    notes: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> list[tuple[str, ...]]:
        """What the answers add to the identity of a run: the answers themselves, not the files that hold them."""
        return sorted(
            (source, rule, a.answer, a.note, a.by, a.on.isoformat() if a.on else "", a.sha256)
            for source, by_rule in self.answers.items()
            for rule, a in by_rule.items()
        )


def matched(
    lists: Lists,
    reports: Sequence[Report],
    rules: Mapping[str, str],
    full_name: Callable[[str], str] = written,
) -> Taken:
    """The answers for the reports of a run. Raises ChecklistError.

    `rules` gives the id of every rule that asks a person by its id and its aliases; `full_name` is what the roster calls
    the unit of that name.
    """
    found: dict[tuple[str, str], list[Answer]] = {}
    mistakes, aside = list(lists.mistakes), 0
    known = _Known(reports, full_name)
    for answer in lists.answers:
        rule = rules.get(answer.rule)
        if rule is None:
            words = f"没有需要人工核验的规则“{answer.rule}”{nearest(answer.rule, rules) or '，'}请照原样保留规则编号"
            mistakes.append(f"{answer.at('规则编号')}：{words}")
            continue
        fitting = known.reports_of(answer)
        if len(fitting) == 1:
            found.setdefault((fitting[0].source, rule), []).append(answer)
        elif fitting:
            mistakes.append(_several(answer, fitting))
        elif answer.automatic:
            aside += 1
        else:
            mistakes.append(known.missing(answer))
    taken: dict[str, dict[str, Attested]] = {}
    for (source, rule), answers in found.items():
        one = _latest(answers, mistakes)
        taken.setdefault(source, {})[rule] = one.attested
    if mistakes:
        raise ChecklistError(mistakes)
    notes = (f"核验清单中有 {aside} 项核验的不是本次审核的报告，未使用",) if aside else ()
    return Taken(taken, notes)


class _Known:
    """The reports of a run by unit and year, and by hash."""

    def __init__(self, reports: Iterable[Report], full_name: Callable[[str], str]) -> None:
        self.full_name = full_name
        self.named: dict[tuple[str, int | None], list[Report]] = {}
        self.hashed: dict[str, list[Report]] = {}
        self.units: dict[str, set[int]] = {}
        for report in reports:
            year = report.profile.year
            for name in {full_name(n) for n in (unit_of(report), report.profile.organisation or "") if n}:
                self.named.setdefault((name, year), []).append(report)
                self.units.setdefault(name, set()).update((year,) if year else ())
            self.hashed.setdefault(report.sha256, []).append(report)

    def reports_of(self, answer: Answer) -> list[Report]:
        """The reports that an answer may mean: one, as a rule."""
        same = self.hashed.get(answer.attested.sha256, [])
        named = self.named.get((self.full_name(answer.unit), answer.year), []) if answer.unit else []
        if named:
            return [r for r in named if r in same] if len(named) > 1 and any(r in same for r in named) else named
        # A list of an earlier reading of the very same file, by which neither unit nor year was known.
        return [r for r in same if not unit_of(r) or r.profile.year is None]

    def missing(self, answer: Answer) -> str:
        """Why no report fits."""
        unit, year = answer.unit, answer.year
        if not unit:
            return f"{answer.at('单位')}：没有填写单位"
        years = self.units.get(self.full_name(unit))
        if years is None:
            return (
                f"{answer.at('单位')}：本次审核的报告中没有“{unit}”的{nearest(unit, self.units) or '，请核对单位名称'}"
            )
        if year is None:
            return f"{answer.at('年度')}：没有填写年度"
        there = "、".join(map(str, sorted(years)))
        return f"{answer.at('年度')}：本次审核的报告中没有“{unit}”{year}年度的" + (
            f"（有{there}年度的）" if there else ""
        )


def _several(answer: Answer, fitting: Sequence[Report]) -> str:
    files = "、".join(r.source for r in fitting)
    return f"{answer.at('单位')}：“{answer.unit}”{answer.year or ''}年度有几份报告（{files}），不能确定核验的是哪一份"


def _latest(answers: Sequence[Answer], mistakes: list[str]) -> Answer:
    """The answer of the latest day; those that differ without a day that tells are a mistake."""
    said = [a for a in answers if a.attested.answer] or list(answers)
    last = max(said, key=lambda a: (a.attested.on or dt.date.min, a.attested.source))
    rivals = [a for a in said if a.attested.on == last.attested.on or a.attested.on is None]
    for other in rivals:
        if other.attested.answer != last.attested.answer:
            mistakes.append(
                f"{other.at('结论')}：结论“{other.attested.answer}”与 {last.at('结论')} 的“{last.attested.answer}”不同，"
                "请只留一个，或者写明核验日期（以最后一次为准）"
            )
    return last
