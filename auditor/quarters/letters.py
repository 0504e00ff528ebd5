"""Letters: a decided audit, what was sent before, a day -> the letters to be sent, one a unit, or why they cannot be. Pure.

通知      orders what is certain to be mended: broken findings and suspected ones found 属实; deadlines by severity
反馈函    asks a unit to verify what was found, certain or not, before it is named; one day for all of it (核实期)
Never     what was found 不属实 or waived, drafts of rules, conclusions of patterns (they go with their members), old reports
          that the county only puts on record
Refuses   an order while something of the unit is undecided (unless that is left out), a deadline through a year whose
          holidays were not entered, the same paper to the same unit with other contents
Missing   a unit without a report is written to like any other; after a merger the unit that answers for it
Again     the same letter recorded twice is one letter
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from auditor.model import REJECTED, UPHELD, WAIVED, Audit, Calendar, Finding, MendingTerms, Noun, Outcome, UnitYear
from auditor.quarters.mending import INQUIRY, ORDER
from auditor.quarters.naming import unit_of
from auditor.quarters.nouns import Key, Letter, LetterItem, Remembered
from auditor.quarters.workdays import NotEntered, after
from auditor.rulebook.county import ON_RECORD

_NAMED = 6


@dataclass(frozen=True, slots=True)
class Wanted(Noun):
    """What a person wants to send: which quarter's findings, which kind, on what paper, on which day, by whom.

    `deadline` is a day of her own for all items; `leave_out`: an order without what is undecided.
    """

    quarter: str
    kind: str
    paper: str
    on: dt.date
    by: str
    deadline: dt.date | None = None
    leave_out: bool = False


@dataclass(frozen=True, slots=True)
class Drafted(Noun):
    """Letters to be entered (their `entry` is 0), units that have theirs already, and what stands against sending any.

    `left_out` are the numbers of undecided findings that an order does without; `nothing` units with nothing to write about.
    """

    letters: tuple[Letter, ...] = ()
    same: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()


def drafted(
    audit: Audit,
    memory: Remembered,
    wanted: Wanted,
    terms: MendingTerms,
    calendar: Calendar,
    units: Collection[str] | None = None,
) -> Drafted:
    """The letters to these units (without `units` to all that have something to be told)."""
    return _Drafting(audit, memory, wanted, terms, calendar).drafted(units)


def is_undecided(finding: Finding) -> bool:
    """Whether a person must say something of it before an order or a score may rest on it."""
    if finding.draft or finding.verdict is not None:
        return False
    return finding.outcome is Outcome.SUSPECTED or bool(finding.reopened)


def is_told(finding: Finding) -> bool:
    """Whether a unit is told of it at all."""
    word = finding.verdict.word if finding.verdict is not None else ""
    return not (finding.draft or finding.members or word in (REJECTED, WAIVED) or finding.withdrawn_by)


def is_ordered(finding: Finding) -> bool:
    """Whether a 通知 orders it to be mended: certain, nothing undecided about it, not merely put on record."""
    return is_told(finding) and not is_undecided(finding) and finding.remedy != ON_RECORD


@dataclass(frozen=True, slots=True)
class _Told(Noun):
    """The findings on one report (or on one that is not there), and the group of its unit."""

    findings: tuple[tuple[Key, Finding], ...]
    group: str


class _Drafting:
    def __init__(
        self, audit: Audit, memory: Remembered, wanted: Wanted, terms: MendingTerms, calendar: Calendar
    ) -> None:
        self._audit, self._memory, self._wanted = audit, memory, wanted
        self._terms, self._calendar = terms, calendar
        self._refusals: list[str] = []
        self._left_out: list[str] = []

    def drafted(self, units: Collection[str] | None) -> Drafted:
        letters, same, nothing = [], [], []
        for unit, told in sorted(self._by_unit().items()):
            if units is not None and unit not in units:
                continue
            items = tuple(item for one in told for item in self._items(one))
            self._weigh(unit, [f.number for one in told for _, f in one.findings if self._is_open(f)])
            if not items:
                nothing.append(unit)
                continue
            letter = self._letter(unit, told[-1].group, items)
            known = self._known(letter)
            if known is None:
                letters.append(letter)
            elif known.items == items and known.sent == letter.sent:
                same.append(unit)
            else:
                words = f"{unit}：{letter.kind}（{letter.paper}）已在 {known.sent} 登记，所列问题或日期与这次不同；更换文号，或者核对日期"
                self._refusals.append(words)
        return Drafted(tuple(letters), tuple(same), tuple(self._refusals), tuple(self._left_out), tuple(nothing))

    def _by_unit(self) -> dict[str, list[_Told]]:
        """What there is to write to each unit, report by report; of reports that are not there, first."""
        out: dict[str, list[_Told]] = {}
        for one, said in self._audit.unreported:
            key = Key(self._memory.unit(one.unit), one.year, said.locus)
            told = _Told(((key, _plain(said, one)),), one.group or one.kind)
            out.setdefault(self._memory.unit(one.answers or one.unit), []).append(told)
        for judged in self._audit.reports:
            unit, year, filing = (
                self._memory.unit(unit_of(judged.report)),
                judged.report.profile.year,
                judged.report.filing,
            )
            group = (filing.group if filing is not None else "") or judged.report.profile.unit_kind
            found = tuple((Key(unit, year, finding.locus), finding) for finding in judged.findings)
            out.setdefault(unit, []).append(_Told(found, group))
        return out

    def _letter(self, unit: str, group: str, items: tuple[LetterItem, ...]) -> Letter:
        wanted = self._wanted
        return Letter(0, wanted.quarter, unit, wanted.kind, wanted.paper, wanted.on, wanted.by, items, group)

    def _known(self, letter: Letter) -> Letter | None:
        """The same paper to the same unit, entered before."""
        name = (letter.unit, letter.kind, letter.paper, letter.quarter)
        return next((k for k in self._memory.letters if (k.unit, k.kind, k.paper, k.quarter) == name), None)

    def _items(self, told: _Told) -> Iterator[LetterItem]:
        for key, finding in told.findings:
            if not (is_ordered if self._wanted.kind == ORDER else is_told)(finding):
                continue
            deadline = self._deadline(finding.severity)
            if isinstance(deadline, NotEntered):
                if str(deadline) not in self._refusals:
                    self._refusals.append(str(deadline))
                return
            yield _item(key, finding, deadline)

    def _is_open(self, finding: Finding) -> bool:
        """Whether an order may not rest on it yet."""
        return self._wanted.kind == ORDER and is_told(finding) and is_undecided(finding)

    def _weigh(self, unit: str, undecided: Sequence[str]) -> None:
        """What is undecided is left out, or stands against the letter."""
        if self._wanted.leave_out:
            self._left_out += undecided
        elif undecided:
            self._refusals.append(f"{unit} 还有 {len(undecided)} 个问题没有认定：{_listed(undecided)}")

    def _deadline(self, severity: str) -> dt.date | NotEntered:
        if self._wanted.deadline is not None:
            return self._wanted.deadline
        days = self._terms.verify_days if self._wanted.kind == INQUIRY else self._terms.deadlines[severity]
        return after(self._wanted.on, days, self._calendar)


def _plain(finding: Finding, one: UnitYear) -> Finding:
    """What is said of a report that is not there; once it was found 属实 nobody is asked to verify it any more."""
    upheld = finding.verdict is not None and finding.verdict.word == UPHELD
    if finding.manual or not upheld or finding.outcome is not Outcome.SUSPECTED:
        return finding
    return replace(finding, message=f"{finding.title}（{one.year}年度，经核实）")


def _item(key: Key, finding: Finding, deadline: dt.date) -> LetterItem:
    return LetterItem(
        key,
        finding.number,
        finding.severity,
        deadline,
        finding.rule,
        finding.title,
        finding.dimension,
        finding.outcome.value,
        finding.content,
        finding.message,
        finding.remedy,
    )


def _listed(numbers: Sequence[str]) -> str:
    more = f"等 {len(numbers)} 个" if len(numbers) > _NAMED else ""
    return "、".join(numbers[:_NAMED]) + more
