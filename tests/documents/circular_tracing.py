"""A printed circular, and the audit it is about -> the numbers that nothing in the audit explains.

Recount   by plain loops over `audit.reports`, never by the tally: what stands, whose it is, what it costs
Order     the sentences of the circular stand in the paper in their order; each printed paragraph is laid against its sentence, number
          by number, so that a number that belongs elsewhere does not pass
Literal   a number in words (a quotation, a message, a law, a place) must occur with its neighbours in the words of the audit
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from docx import Document

from auditor.documents import words
from auditor.documents.circular import told_of
from auditor.documents.matter import Matter
from auditor.documents.particulars import tight
from auditor.documents.stationery import ours
from auditor.documents.tally import Figure, Told
from auditor.model import Finding, Judged, Outcome

MEASURES = "个份项条处位名次分件格段行列页天"
NUMBER = re.compile(rf"−?\d+(?:\.\d+)?|[０-９]+|(?<!统)[一二三四五六七八九十百千两]+(?=[{MEASURES}])")
NUMBERED = re.compile(r"(?:附件：)?(?:注：|　　)?(\d+)\.(?=\D)|附件：")
STATIC = {
    *(
        "一、总体情况",
        "二、存在的主要问题",
        "三、整改要求",
        "三、工作要求",
        "未列入排名",
        "得分排名表",
        "得分情况表",
        "问题清单",
        "附件",
        "附件1",
        "附件2",
    ),
    *("名次", "单位", "得分", "等次", "问题数", "比上季度", "单位或者文件", "原因"),
    *("序号", "责任单位", "检查对象", "问题类别", "问题描述（原文摘录、位置）", "依据", "扣分", "整改要求", "整改时限"),
}
REACH = 3


def printed(raw: bytes) -> list[str]:
    """Every paragraph of the body, in and out of tables, in order."""
    document = Document(io.BytesIO(raw))
    said = ("".join(t.text or "" for t in p.iter("{*}t")) for p in document.element.body.iter("{*}p"))
    return [one for one in said if one.strip()]


def headers(raw: bytes) -> set[str]:
    """What stands at the top of the pages."""
    section = Document(io.BytesIO(raw)).sections[0]
    return {p.text for p in section.header.paragraphs if p.text.strip()}


# --- the audit, counted by plain loops ---------------------------------------------------------------


@dataclass(frozen=True)
class Stands:
    """A finding that a paper may call a problem."""

    ref: str
    unit: str
    year: int | None
    source: str | None
    finding: Finding


def said_of(finding: Finding) -> str:
    return finding.verdict.word if finding.verdict is not None else ""


def is_certain(finding: Finding) -> bool:
    word = said_of(finding)
    if (
        finding.draft
        or finding.withdrawn_by
        or (finding.members and not finding.causes)
        or (finding.reopened and not word)
    ):
        return False
    return word == "属实" or (not word and finding.outcome is Outcome.BROKEN)


def is_open(finding: Finding) -> bool:
    if finding.draft or said_of(finding) or (finding.members and not finding.causes):
        return False
    return finding.outcome is Outcome.SUSPECTED or bool(finding.reopened)


def unit_of(judged: Judged) -> str:
    filing = judged.report.filing
    return filing.unit if filing is not None and filing.unit else words.unit_name(judged)


class Recount:
    """What the audit holds."""

    def __init__(self, matter: Matter) -> None:
        self.matter, self.audit = matter, matter.tally.audit
        self.stands: list[Stands] = []
        self.open: list[str] = []
        for unit, year, source, findings in self._all():
            certain = {f.fingerprint for f in findings if is_certain(f)}
            for f in findings:
                if f.fingerprint in certain and f.absorbed_by not in certain:
                    self.stands.append(Stands(f.number or f.fingerprint, unit, year, source, f))
                if is_open(f):
                    self.open.append(f.number or f.fingerprint)

    def _all(self) -> Iterator[tuple[str, int | None, str | None, Sequence[Finding]]]:
        for one, finding in self.audit.unreported:
            yield one.answers or one.unit, one.year, None, (finding,)
        for judged in self.audit.reports:
            yield unit_of(judged), judged.report.profile.year, judged.report.source, judged.findings

    @cached_property
    def by_ref(self) -> dict[str, Stands]:
        return {one.ref: one for one in self.stands}

    @cached_property
    def points(self) -> dict[str, Decimal]:
        return {judged.report.source: judged.score.points for judged in self.audit.reports}

    @cached_property
    def units(self) -> set[str]:
        return {unit for unit, *_ in self._all()} | {one.unit for one in self._standings()}

    def _standings(self) -> Sequence[object]:
        return self.audit.completeness.standings if self.audit.completeness else ()

    @cached_property
    def years(self) -> set[str]:
        found = {judged.report.profile.year for judged in self.audit.reports}
        found |= {count.year for count in self.audit.completeness.years} if self.audit.completeness else set()
        return {str(year) for year in found if year}

    @cached_property
    def before(self) -> Recount | None:
        tally = self.matter.tally.before
        return Recount(Matter(tally)) if tally is not None else None

    # --- figures

    def explains(self, figure: Figure) -> bool:
        """Whether what the figure names adds up to its value, in this quarter, in the one before, or as the change between."""
        before = self.before
        return self._adds_up(figure) or (
            before is not None and (before._adds_up(figure) or self._difference(figure, before))
        )

    def _adds_up(self, figure: Figure) -> bool:
        of, value = figure.of, figure.value
        if len(set(of)) != len(of):
            return False
        if of and all(one in self.by_ref for one in of):
            return value == len(of) or (len(of) == 1 and value == self.by_ref[of[0]].finding.deducted)
        if of and all(one in self.points for one in of):
            return value == len(of) or self._of_points(value, of)
        if of and all(one.startswith(("整改时限：", "等次：")) for one in of):
            return self._of_the_county(value, of[0])
        known = self.units | {one.source for one in self.audit.unread}
        if all(one in known for one in of):
            return value == len(of)
        return all(said in self._waived for said in of) and value == len(of)

    @cached_property
    def _waived(self) -> set[str]:
        return {f.number or f.fingerprint for *_, some in self._all() for f in some if said_of(f) == "豁免"}

    def _of_points(self, value: Decimal | int, of: tuple[str, ...]) -> bool:
        """Points, a mean, a best or worst, a place, a move, what was issued, the low end of a range."""
        points = [self.points[one] for one in of]
        if value == (sum(points, Decimal(0)) / len(points)).quantize(Decimal("0.01")) or {value} == set(points):
            return True
        return len(of) == 1 and value in self._own(of[0])

    def _own(self, source: str) -> set[Decimal | int]:
        judged = next(one for one in self.audit.reports if one.report.source == source)
        issued = self.audit.issued.get(source)
        out: set[Decimal | int] = {judged.score.low, self.rank(source)}
        if self.before is not None and source in self.before.points:
            out.add(abs(self.before.rank(source) - self.rank(source)))
        return out | ({issued.points} if issued is not None else set())

    def rank(self, source: str) -> int:
        """Its place among those of its group and year that were read whole."""
        mine = next(one for one in self.audit.reports if one.report.source == source)
        cohort = [
            one
            for one in self.audit.reports
            if one.score.low == one.score.points
            and words.group_of(one) == words.group_of(mine)
            and one.report.profile.year == mine.report.profile.year
        ]
        return 1 + sum(one.score.points > mine.score.points for one in cohort)

    def _of_the_county(self, value: Decimal | int, of: str) -> bool:
        kind, _, word = of.partition("：")
        return value == (self.matter.terms.deadlines[word] if kind == "整改时限" else dict(self.audit.grades)[word])

    def _difference(self, figure: Figure, before: Recount) -> bool:
        """A change since the quarter before: what is named of the one less what is named of the other."""
        stands, stood = (dict.fromkeys(one.by_ref, Decimal(1)) for one in (self, before))
        known = ((self.points, before.points), (before.points, self.points), (stands, stood), (stood, stands))
        halves = [(figure.of[:at], figure.of[at:]) for at in range(len(figure.of) + 1)]
        return any(
            abs(_measure(here, first) - _measure(there, second)) == abs(figure.value)
            for here, there in known
            for first, second in halves
            if set(first) <= set(here) and set(second) <= set(there)
        )


def _measure(known: dict[str, Decimal], of: Sequence[str]) -> Decimal:
    """A count (all ones) or a mean to two places; 0 of nothing."""
    if not of:
        return Decimal(0)
    values = [known[one] for one in of]
    if set(values) == {Decimal(1)}:
        return Decimal(len(values))
    return (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.01"))


# --- the words of the audit --------------------------------------------------------------------------


def corpus(matter: Matter) -> str:
    """All words from which a number in a quotation, a message, a law, a title or a place may come."""
    audit = matter.tally.audit
    out = [*map(str, (audit.county, matter.entered)), words.quarter_words(audit.run.quarter), words.powers_words(audit)]
    out += [words.quarter_words(matter.tally.before.audit.run.quarter)] if matter.tally.before is not None else []
    out += [words.rulebook_words(audit.run), f"规则库{audit.run.rulebook.version}版"]
    out += [*audit.county.models]
    out += [*ours()["通报"].values(), *words.short_names(sorted({unit_of(judged) for judged in audit.reports}))]
    for one in audit.unread:
        out += [one.source, one.reason]
    for one, finding in audit.unreported:
        out += [one.unit, *_finding_words(finding), f"{one.year}年度政府信息公开工作年度报告"]
    for judged in audit.reports:
        report = judged.report
        out += [words.unit_name(judged), unit_of(judged), words.subject_words(judged), report.source, report.prose.text]
        out += [section.heading for section in report.sections]
        out += [part for one in judged.disabled for part in (one.title, one.scope)]
        for finding in judged.findings:
            if is_certain(finding):
                out += _finding_words(finding)
                out += [words.form_place_words(report, finding), words.spots_words(report, finding, 999)]
    for progress in audit.mending.values():
        out.append(words.date_words(progress.deadline))
    for letter in matter.letters:
        out += [words.date_words(item.deadline) for item in letter.items]
    return "\n".join(tight(text) for text in out if text)


def _finding_words(finding: Finding) -> list[str]:
    evidence = [part for one in finding.evidence for part in (one.text, one.label)]
    return [finding.message, finding.title, finding.remedy, *evidence, *map(words.basis_words, finding.basis)]


# --- the paper ---------------------------------------------------------------------------------------


def shape(said: str) -> str:
    """The words with every number as #."""
    return NUMBER.sub("#", said)


class Trace:
    """The sentences of a circular and the audit behind it."""

    def __init__(self, matter: Matter) -> None:
        self.recount = Recount(matter)
        self.words = corpus(matter)
        self.sentences = [one for one in told_of(matter) if str(one)]

    def untraced(self, paragraphs: Sequence[str]) -> list[str]:
        """The numbers (and the paragraphs) of a printed circular that nothing explains."""
        out, at = [], 0
        for said in paragraphs:
            found = self._match(said, at)
            if found is None:
                out += self._by_itself(said)
                continue
            at, start, sentences = found
            out += self._wrong(said[start:], sentences)
        return out

    def place_of(self, paragraphs: Sequence[str], number: int) -> int:
        """Which sentence comes next before that paragraph."""
        at = 0
        for said in paragraphs[:number]:
            found = self._match(said, at)
            at = found[0] if found is not None else at
        return at

    def wrong_from(self, said: str, at: int) -> list[str]:
        """The same of one paragraph alone, from that sentence on."""
        found = self._match(said, at)
        return self._by_itself(said) if found is None else self._wrong(said[found[1] :], found[2])

    def _match(self, said: str, at: int) -> tuple[int, int, list[Told]] | None:
        """(sentence after, where in the paragraph it begins, the sentences): the next that have the paragraph's shape."""
        starts = [0, *([head.end()] if (head := NUMBERED.match(said)) else [])]
        for first in range(at, min(at + REACH, len(self.sentences))):
            for many in (1, 2):
                some = self.sentences[first : first + many]
                wanted = shape("".join(map(str, some)))
                for start in starts:
                    if shape(said[start:]).rstrip("：") == wanted:
                        return first + many, start, some
        return None

    def _by_itself(self, said: str) -> list[str]:
        """A heading, a head of a column, what a person entered, a blank to fill."""
        if said in STATIC or not NUMBER.search(said) or tight(said) in self.words:
            return []
        entered = self.recount.matter.entered
        days = {words.date_words(entered.day), f"{words.date_words(entered.printed)}印发"}
        known = {entered.number, *days}
        if said in known or any(day in said for day in days if day != "—" and not NUMBER.search(said.replace(day, ""))):
            return []
        bare = NUMBERED.sub("", said)
        return [] if bare in STATIC else [f"没有出处：{said}"]

    def _wrong(self, said: str, sentences: Sequence[Told]) -> list[str]:
        out, numbers = [], NUMBER.findall(said)
        pieces = [piece for one in sentences for piece in one.pieces]
        whole, owners = "".join(map(str, pieces)), []
        for piece in pieces:
            owners += [piece] * len(str(piece))
        for number, match in zip(numbers, NUMBER.finditer(whole), strict=False):
            owner = owners[match.start()]
            if number != match[0]:
                out.append(f"{number}应为{match[0]}：{said}")
            elif isinstance(owner, Figure):
                if str(owner) != match[0] or not self.recount.explains(owner):
                    out.append(f"{number}数不出来：{said}")
            elif not self._is_said(whole, match):
                out.append(f"{number}没有出处：{said}")
        return out

    def _is_said(self, whole: str, match: re.Match[str]) -> bool:
        """Whether words with a number come from the audit."""
        number = match[0]
        if number in self.recount.years or whole == number:
            return True
        if whole[max(0, match.start() - 2) : match.start()] == "附件" and number in "12":
            return True
        before, after = whole[max(0, match.start() - 3) : match.start()], whole[match.end() : match.end() + 2]
        around = (before + number + after, before + number, number + after, before[-1:] + number + after[:1])
        return any(tight(one) in self.words for one in around)
