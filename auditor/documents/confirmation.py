"""The record of confirmation (核查单.docx) of each unit, for the office's own files: who confirmed what, on which day, on what paper.

Findings  every one of the unit with its number: what the rule said (确定, 疑似, 人工发现), the verdict, by whom, when, why, on what
          paper; what a person must still decide has a blank to sign
Answers   what a person saw where no file can decide (符合, 不符合), and what she typed for cells that could not be read
Open      待人工核验, 无法判断: what was asked and why it is open, with a blank to sign
Record    the head of the ledger's chain, behind which all of it lies
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from auditor.documents import words
from auditor.documents.cells import printed
from auditor.documents.matter import Made, Matter
from auditor.documents.official import fill, head
from auditor.documents.printing import line
from auditor.documents.standing import object_words
from auditor.documents.tally import Addressee
from auditor.model import Audit, Finding, Judged, Noun, Report
from auditor.quarters.letters import is_undecided

NAME: Final = "核查单.docx"
TEMPLATE: Final = "核查单"
PAPER: Final = "核查单"
BLANK: Final = "待认定"
_SIGN: Final = "签字：　　　　\n　年　月　日"


@dataclass(frozen=True, slots=True)
class Confirmed(Noun):
    """One finding and what was said of it; `by` holds blanks to sign where a person must still decide."""

    ordinal: int
    number: str
    place: str
    problem: str
    said: str
    verdict: str
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Answered(Noun):
    """What a person saw or typed: of what, what, by whom and when."""

    what: str
    answer: str
    by: str


@dataclass(frozen=True, slots=True)
class Open(Noun):
    """What nobody and nothing has decided yet; `by` is a blank to sign."""

    what: str
    state: str
    why: str
    by: str


@dataclass(frozen=True, slots=True)
class Part(Noun):
    """What concerns one report (or one that is not there)."""

    title: str
    findings: tuple[Confirmed, ...] = ()
    answers: tuple[Answered, ...] = ()
    typed: tuple[Answered, ...] = ()
    open: tuple[Open, ...] = ()


def made(matter: Matter) -> Iterator[Made]:
    """One document a unit."""
    path = matter.stationery.template(TEMPLATE)
    for unit in matter.addressees:
        yield Made(NAME, fill(path, fields(matter, unit)), unit.unit)


def fields(matter: Matter, unit: Addressee) -> dict[str, object]:
    """The fields of one unit's document."""
    phrase, audit = matter.stationery.phrase, matter.tally.audit
    found = parts(audit, unit)
    listed = [one for part in found for one in part.findings]
    return {
        **head(matter, phrase(PAPER, "标题"), unit.unit),
        "单位": unit.unit,
        "说明": phrase(PAPER, "说明"),
        "批次": f"{words.quarter_words(audit.run.quarter)}，批次 {line(audit.run.id)}",
        "台账": words.ledger_words(audit) or "本批次没有记入台账",
        "总数": len(listed),
        "待认定": sum(one.verdict == BLANK for one in listed),
        "待核验": sum(len(part.open) for part in found),
        "parts": found,
    }


def parts(audit: Audit, unit: Addressee) -> tuple[Part, ...]:
    """Everything that was said of a unit, report by report; of reports that are not there first."""
    gone = [(one, said) for one, said in audit.unreported if (one.answers or one.unit) == unit.unit]
    out = [Part(object_words(one), (_confirmed(1, None, said),)) for one, said in gone]
    return (*out, *(_part(audit, audit.reports[at]) for at in unit.reports))


def _part(audit: Audit, judged: Judged) -> Part:
    report = judged.report
    listed = enumerate(words.ordered(judged.findings), 1)
    return Part(
        title=words.subject_words(judged),
        findings=tuple(_confirmed(at, report, finding) for at, finding in listed),
        answers=tuple(
            Answered(
                line(card.title),
                answer.answer + (f"：{line(answer.note)}" if answer.note else ""),
                _by(answer.by, answer.on),
            )
            for card, answer in words.attested(audit, judged)
        ),
        typed=tuple(
            Answered(
                f"“{line(fact.name).replace('.', '·')}”", printed(fact) or "（空白）", _by(fact.typed.by, fact.typed.on)
            )
            for fact in report.facts.values()
            if fact.typed is not None
        ),
        open=tuple(
            Open(
                line(one.title),
                words.outcome_words(one.outcome),
                f"{words.reason_words(one)}（{words.cause_words(one)}）",
                _SIGN,
            )
            for one in judged.undecided
        ),
    )


def _confirmed(ordinal: int, report: Report | None, finding: Finding) -> Confirmed:
    return Confirmed(
        ordinal=ordinal,
        number=finding.number or "—",
        place=(words.position_words(report, finding) if report is not None else "") or "—",
        problem=_problem(finding),
        said="人工发现" if finding.manual else words.outcome_words(finding.outcome),
        verdict=_verdict(finding),
        by=_signed(finding),
        why=_why(finding),
    )


def is_open(finding: Finding) -> bool:
    """Whether a person must still say something of it; a conclusion that goes with its members is decided by these."""
    return is_undecided(finding) and not (finding.members and not finding.causes)


def _verdict(finding: Finding) -> str:
    if finding.verdict is not None:
        return finding.verdict.word
    if is_open(finding):
        return BLANK
    if is_undecided(finding):
        return "随所含问题认定"
    return "按所见记录" if finding.manual else "未另行认定"


def _signed(finding: Finding) -> str:
    """Who said so and when, or a blank to sign."""
    if is_open(finding):
        return _SIGN
    said = finding.verdict
    found = f"发现：{_by(finding.by, finding.on)}" if finding.manual and (finding.by or finding.on) else ""
    decided = _by(said.by, said.on) if said is not None else ""
    return "\n".join(filter(None, (decided, found))) or "—"


def _problem(finding: Finding) -> str:
    title, message = line(finding.title), words.message_words(finding)
    return message if title in message else f"{title}：{message}"


def _why(finding: Finding) -> str:
    """Reason, paper, last day; why an earlier verdict no longer holds; what the inspector noted."""
    said = finding.verdict
    parts_: Sequence[str] = ()
    if said is not None:
        parts_ = (
            line(said.why),
            f"依据：{line(said.paper)}" if said.paper else "",
            f"有效期至{words.date_words(said.until)}" if said.until else "",
            f"豁免事项 {line(said.waiver)}" if said.waiver else "",
        )
    more = (
        f"需重新认定：{line(finding.reopened)}" if finding.reopened else "",
        f"备注：{line(finding.remark)}" if finding.remark else "",
        "试行规则，不作认定" if finding.draft else "",
        "已撤回" if finding.withdrawn_by else "",
    )
    return "；".join(filter(None, (*parts_, *more))) or "—"


def _by(who: str, on: dt.date | None) -> str:
    return "，".join(filter(None, (line(who), words.date_words(on) if on else ""))) or "—"
