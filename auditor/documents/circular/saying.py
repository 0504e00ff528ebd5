"""Saying: problems and units -> the words of the circular for them.

Units     A、B、C等45个单位; with their report years where the run holds several
Problem   what is wrong, then where and the original words; what a message says of findings counted with it is left out, for the
          circular lists no finding twice
Figures   stay figures inside set phrases
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from auditor.documents import words
from auditor.documents.matter import Matter
from auditor.documents.particulars import particular, tight
from auditor.documents.printing import line, quoted
from auditor.documents.quotes import proof
from auditor.documents.tally import Figure, Problem, Tally, Told, told, units_in
from auditor.model import Finding, Noun
from auditor.quarters.letters import is_ordered

PAPER = "通报"
_MOST_QUOTED = 40
_LOCATING = ("标题", "位置")  # says where something is missing, and is not itself complained of
_MOST_UNDER = 2
_LEFT_OUT = re.compile(r"[（(]另有\s*\d+\s*[个项]问题由此引起[）)]|（经核实属实）")
_DOUBTING = re.compile(r"^疑似?(?=.)")


def say(matter: Matter, name: str, paper: str = PAPER, **fields: object) -> Told:
    """A set phrase; its figures stay figures."""
    return told(*(as_piece(one) for one in matter.stationery.pieces(paper, name, **fields)))


def as_piece(one: object) -> str | Figure | Told:
    """A piece of a sentence."""
    return one if isinstance(one, Figure | Told) else str(one)


def joined(said: Iterable[Told | str], mark: str = "、") -> Told:
    """The sentences with a mark between."""
    out: list[Told | str] = []
    for one in said:
        out += [mark, one] if out else [one]
    return told(*out)


def is_mended(problem: Problem) -> bool:
    """Whether anything of it is to be mended; of old reports the county may only put things on record."""
    return any(is_ordered(finding) for finding in (problem.finding, *problem.under))


def alone(tally: Tally) -> bool:
    """Whether the run is about one unit, which the circular need not name again and again."""
    return len(tally.addressees) == 1


def named(tally: Tally, found: Sequence[Problem], most: int) -> Told:
    """The units of some problems: 柳汀镇（2017、2018年度）、县教育局等12个单位."""
    several = len(words.years_of(tally.audit)) > 1
    years: dict[str, set[str]] = {}
    for one in found:
        years.setdefault(one.short, set()).update([str(one.year)] if one.year and several else [])
    spans = {unit: f"{'、'.join(sorted(some))}年度" if some else "" for unit, some in years.items()}
    same = set(spans.values()) if len(spans) > 1 else set()
    shown = [f"{line(unit)}（{span}）" if span and len(same) != 1 else line(unit) for unit, span in spans.items()]
    shared = f"（均为{min(same)}）" if len(same) == 1 and min(same) else ""
    return told(cut(shown, units_in(found), most), shared)


def cut(names: Sequence[str], count: Figure, most: int) -> Told:
    """The first names, with 等N个单位 where there are more."""
    if len(names) <= most:
        return told("、".join(names))
    return told("、".join(names[:most]), "等", count, "个单位")


@dataclass(frozen=True, slots=True)
class Said(Noun):
    """A problem in words without stops: its kind, what is wrong, where, the original words in quotation marks, basis, demand."""

    title: str
    text: str
    spot: str
    original: str
    basis: str
    demand: str

    @property
    def where(self) -> str:
        """（正文第2段，原文“……”）, or nothing."""
        inside = [self.spot, f"原文{self.original}" if self.original else ""]
        joined_ = "，".join(part for part in inside if part)
        return f"（{joined_}）" if joined_ else ""


def title_words(problem: Problem) -> str:
    """The kind of problem by its title; it stands as certain, so nothing doubts."""
    return certain_title(problem.finding.title)


def certain_title(title: str) -> str:
    """A kind of problem without the doubt that its rule may have and a problem that stands has not."""
    return _DOUBTING.sub("", line(title))


def said_of(matter: Matter, problem: Problem) -> Said:
    """A problem as it is told. A conclusion that only supposes its cause is told by what is certain under it."""
    one, finding = particular(matter, problem), problem.finding
    text, told_by = _plain(one.said), finding
    if "疑" in finding.message and finding.verdict is None and problem.under:
        shown = sorted(range(len(one.under)), key=lambda at: problem.under[at].dimension != finding.dimension)
        text = "；".join(_plain(one.under[at].said) for at in shown[:_MOST_UNDER])
        told_by = problem.under[shown[0]]
    spot = one.spot if told_by is finding else ""
    spot = spot or _place(matter, problem, told_by)
    return Said(
        title_words(problem),
        text,
        "" if spot in text else spot,
        _original(matter, problem, told_by, text),
        one.basis,
        one.demand,
    )


def _plain(said: str) -> str:
    return _LEFT_OUT.sub("", said).rstrip("。；，")


def _place(matter: Matter, problem: Problem, finding: Finding) -> str:
    """Where it stands: in the form's words, else where the first words complained of stand."""
    if problem.at is None:
        return ""
    report = matter.tally.audit.reports[problem.at].report
    shown = proof(report, finding.evidence, words.table_words(finding.table))
    found = (tight(one.place) for one in shown.quotes if one.place and one.label not in _LOCATING)
    return words.form_place_words(report, finding) or next(found, "")


def _original(matter: Matter, problem: Problem, finding: Finding, said: str) -> str:
    """The words of the report complained of; "" where there are none, or where `said` has them already."""
    if problem.at is None:
        return ""
    report = matter.tally.audit.reports[problem.at].report
    shown = proof(report, finding.evidence, words.table_words(finding.table), (finding.left, finding.right))
    for one in shown.quotes:
        if one.label in _LOCATING:
            continue
        around = tight("".join(words for words, _ in one.pieces))
        short = around if len(around) <= _MOST_QUOTED else tight(one.marked)
        if one.place and short and short not in said and len(short) <= _MOST_QUOTED:
            return quoted(short.rstrip("。；，"))
    return ""
