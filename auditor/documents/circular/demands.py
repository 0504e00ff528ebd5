"""Demands (整改要求): the tally and the county's terms -> who mends what by when, how to report it, what follows.

Terms     working days by severity, only of severities that occur; a recorded 通知 has its own deadlines
Outside   units that are not in the county's line are ordered nothing: they are written to (函告)
Results   that they count in the assessment is said only where a 考核办法 is named
"""

from __future__ import annotations

from auditor.documents import words
from auditor.documents.circular.nouns import Passage
from auditor.documents.circular.saying import alone, cut, is_mended, joined, say
from auditor.documents.matter import Matter
from auditor.documents.official import BLANK_ISSUER
from auditor.documents.printing import line
from auditor.documents.tally import Figure, Told, told
from auditor.text import int_to_chinese

_MOST_OUTSIDE = 6


def days(matter: Matter, severity: str) -> Figure:
    """The working days in which a problem of that severity must be mended."""
    return Figure(matter.terms.deadlines[severity], (f"整改时限：{severity}",))


def demands(matter: Matter) -> tuple[Passage, ...]:
    """The paragraphs of part three: what opens each, and the rest."""
    said = _asked(matter)
    if len(said) == 1:
        return (Passage(told(), said[0]),)
    return tuple(_split(at, one) for at, one in enumerate(said, 1))


def _asked(matter: Matter) -> list[Told]:
    tally = matter.tally
    mine = [one for one in tally.addressees if not one.outside and any(map(is_mended, one.problems))]
    outside = [one for one in tally.addressees if one.outside and one.problems]
    out: list[Told] = []
    if mine:
        out += [
            say(matter, "落实责任", 单位="你单位" if alone(tally) else "有关单位"),
            say(matter, "整改时限", 时限=_limits(matter)),
            _reply(matter),
            _results(matter),
        ]
    if outside:
        count = Figure(len(outside), tuple(one.unit for one in outside))
        out.append(say(matter, "函商", 单位=cut([line(one.short) for one in outside], count, _MOST_OUTSIDE)))
    return [*out, say(matter, "继续把关" if alone(tally) else "举一反三")]


def _split(at: int, said: Told) -> Passage:
    """Its first sentence, numbered, opens the paragraph."""
    first, stop, rest = str(said.pieces[0]).partition("。")
    return Passage(told(f"（{int_to_chinese(at)}）{first}{stop}"), told(rest, *said.pieces[1:]))


def _limits(matter: Matter) -> Told:
    """严重、较重问题5个工作日内整改完毕，一般问题10个工作日内整改完毕."""
    mine = {
        p.finding.severity for one in matter.tally.addressees if not one.outside for p in one.problems if is_mended(p)
    }
    by_days: dict[int, list[str]] = {}
    for severity in matter.terms.deadlines:
        if severity in mine:
            by_days.setdefault(matter.terms.deadlines[severity], []).append(severity)
    if len(by_days) == 1:
        (severities,) = by_days.values()
        return told("在", days(matter, severities[0]), "个工作日内整改完毕")
    said = (told(f"{'、'.join(some)}问题在", days(matter, some[0]), "个工作日内") for some in by_days.values())
    return told(joined(said, "，"), "整改完毕")


def _reply(matter: Matter) -> Told:
    county = matter.tally.audit.county
    contact = f"（联系方式：{line(county.contact)}）" if county.contact else ""
    return say(matter, "反馈方式", 机关=line(county.issuer) or BLANK_ISSUER, 联系方式=contact)


def _results(matter: Matter) -> Told:
    audit = matter.tally.audit
    assessment = line(audit.county.assessment)
    counts = say(matter, "计入考核", 办法=assessment) if assessment else say(matter, "作为参考")
    powers = words.powers_words(audit)
    follows = say(matter, "依条例", 依据=powers) if powers else say(matter, "再通报")
    return say(matter, "结果运用", 考核=counts, 追责=follows)
