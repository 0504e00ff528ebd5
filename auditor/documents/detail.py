"""Detail: one report with everything said of it -> a tree of texts, from which the page builds what it shows of the report.

Parts     `certain` (broken, or found 属实), `doubts` (疑似), `apart` (不属实, 豁免); an absorbed finding stands under the one that
          absorbed it, or by itself where that one is of another part; the dearest first, then the most severe
Number    a finding is called by its place in `judged.findings`, from 1: u3-7 is the 7th of the third report of the page, and the
          original's marks speak of the same numbers
Score     every line with the points before and after it, in hundredths of the whole bar
Short     at most eight quotes and eight cells a finding, the rest counted; the workbook has all of them
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from auditor.documents import charts, words
from auditor.documents.packing import Tree
from auditor.documents.printing import line
from auditor.documents.quotes import Proof, Quote, proof
from auditor.documents.reading import reading
from auditor.documents.tally import Row, Tally
from auditor.model import (
    OUTCOME_WORDS,
    REJECTED,
    WAIVED,
    Audit,
    Fact,
    Finding,
    Judged,
    NextGrade,
    Outcome,
    Score,
    ScoreLine,
    Undecided,
)
from auditor.typed import TYPED

MOST_FACTS = 8
MOST_QUOTES = 8
CERTAIN, DOUBT, APART = KINDS = ("确定", "疑似", "不属实或已豁免")


@dataclass(frozen=True, slots=True)
class Seat:
    """A report on the page: its anchor, its row in the ranking, the group it stands in, and how many have a place there."""

    anchor: str
    row: Row
    group: str
    size: int


def seats(told: Tally, units: Iterable[str] | None = None) -> tuple[Seat, ...]:
    """The reports in the page's order: by group, those with a place first; of these units only, where any are named."""
    wanted = None if units is None else set(units)
    rows = [
        (group, row)
        for group in told.groups
        for row in (*group.ranked, *group.outside)
        if wanted is None or row.unit in wanted
    ]
    return tuple(Seat(f"u{at}", row, group.title, len(group.ranked)) for at, (group, row) in enumerate(rows, 1))


def detail(told: Tally, seat: Seat) -> dict[str, Tree]:
    """Everything that the page says of one report."""
    return _Detail(told.audit, seat, told).tree()


@dataclass(slots=True)
class _Detail:
    audit: Audit
    seat: Seat
    told: Tally
    judged: Judged = field(init=False)
    named: dict[str, Finding] = field(init=False)
    numbers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.judged = self.audit.reports[self.seat.row.at]
        self.named = {f.fingerprint: f for f in self.judged.findings}
        self.numbers = {f.fingerprint: str(at) for at, f in enumerate(self.judged.findings, 1)}

    def tree(self) -> dict[str, Tree]:
        judged, row = self.judged, self.seat.row
        score = judged.score
        every: dict[str, Tree] = {
            "at": self.seat.anchor,
            "unit": line(row.unit),
            "short": line(row.short),
            "subject": words.subject_words(judged),
            "points": words.points_words(score.points),
            "grade": score.grade,
            "tone": charts.tone_of(self.audit, score.points),
            "meta": list(self._meta()),
            "warns": list(_warnings(score)),
            "next": _step(score.next_grade, self.numbers),
            "score": self._lines(score.lines),
            "second": self._second(),
            "certain": self._part(CERTAIN),
            "doubts": self._part(DOUBT),
            "apart": self._part(APART),
            "problems": str(row.problems),
            "suspected": str(sum(p.at == row.at for p in self.told.doubts)),
            "pending": [_pending(judged, one) for one in _decidable_first(judged.undecided)],
            "answers": [
                [card.title, card.id, OUTCOME_WORDS[judged.outcomes[card.id]], words.answer_words(answer)]
                for card, answer in words.attested(self.audit, judged)
            ],
            "off": [[line(one.title), one.rule, line(one.scope), line(one.reason)] for one in judged.disabled],
            "facts": _values(judged),
            "reading": [[what, said] for what, said in reading(judged.report).lines],
        }
        return {key: value for key, value in every.items() if value}

    # --- the head ----------------------------------------------------------------------------------

    def _meta(self) -> Iterator[list[Tree]]:
        judged, row, report = self.judged, self.seat.row, self.judged.report
        models = self.audit.county.models
        if judged.second:
            yield [models[1] if len(models) > 1 else "并列计分", words.second_words(judged.second)]
        tied = "（并列）" if row.tied else ""
        placed = f"{self.seat.size} 份中第 {row.rank} 名{tied}" if row.rank is not None else row.why
        yield ["单位类别与名次", f"{self.seat.group}：{placed}"]
        yield ["报告年度", words.year_words(judged)]
        yield ["格式", words.form_words(judged)]
        yield ["公布日期", words.date_words(report.profile.published)]
        issued = self.audit.issued.get(report.source)
        if issued is not None:
            yield ["印发的得分", words.issued_words(issued)]
        if row.points != judged.score.if_suspected:
            yield ["疑似均属实时得分", f"{words.points_words(judged.score.if_suspected)} 分"]
        if any(words.standing_of(f) is None for f in judged.findings):
            yield ["已豁免、不属实", f"{self._said(WAIVED)} 项、{self._said(REJECTED)} 项"]
        unread = words.unreadable(judged)
        if unread:
            yield ["无法读取的数据项", f"{unread} 项"]
        attached = report.filing.attached if report.filing else ()
        yield ["文件", line(report.source), *(f"合并：{line(one)}" for one in attached)]

    def _said(self, word: str) -> int:
        return sum(f.verdict is not None and f.verdict.word == word for f in self.judged.findings)

    # --- the score ---------------------------------------------------------------------------------

    def _lines(self, lines: Sequence[ScoreLine]) -> list[Tree]:
        """note, place, dimension, points, before, after (0 … 100), number of the finding."""
        rows: list[Tree] = []
        left = Decimal(100)
        for one in lines:
            finding = self.named.get(one.finding or "")
            where = words.where_words(self.judged.report, finding) if finding else ""
            before, left = left, left + one.points
            sign = "+" if one.points > 0 else ""
            points = f"{sign}{words.points_words(one.points)}"
            number = self.numbers.get(one.finding or "", "")
            rows.append([line(one.note), where, one.dimension or "", points, _share(before), _share(left), number])
        return rows

    def _second(self) -> Tree:
        second = self.judged.second
        if second is None or not second.lines:
            return None
        models = self.audit.county.models
        name = models[1] if len(models) > 1 else "并列计分"
        return [name, words.points_words(second.points), self._lines(second.lines)]

    # --- findings ----------------------------------------------------------------------------------

    def _part(self, kind: str) -> list[Tree]:
        """The findings of that kind, the dearest first, each with those that it absorbed."""
        ranked = words.ordered(self.judged.findings)
        outcome = {CERTAIN: Outcome.BROKEN, DOUBT: Outcome.SUSPECTED}.get(kind)
        findings = words.apart(ranked) if outcome is None else [f for f in ranked if words.standing_of(f) is outcome]
        own = {f.fingerprint for f in findings}
        children: dict[str, list[Finding]] = {}
        for finding in findings:
            if finding.absorbed_by in own and finding.absorbed_by != finding.fingerprint:
                children.setdefault(finding.absorbed_by or "", []).append(finding)
        below = {f.fingerprint for absorbed in children.values() for f in absorbed}
        seen: set[str] = set()
        roots = [f for f in findings if f.fingerprint not in below]
        trees: list[Tree] = [self._finding(f, kind, children, seen) for f in roots]
        # Two findings that absorb each other would vanish together: what was not reached stands by itself.
        return trees + [self._finding(f, kind, children, seen) for f in findings if f.fingerprint not in seen]

    def _finding(
        self, f: Finding, kind: str, children: Mapping[str, Sequence[Finding]], seen: set[str], nested: bool = False
    ) -> dict[str, Tree]:
        seen.add(f.fingerprint)
        table = words.table_words(f.table)
        shown = proof(self.judged.report, f.evidence, table, (f.left, f.right))
        facts = _facts(self.judged, f)
        note = words.cost_note(f, self.judged.findings)
        absorbed = [one for one in children.get(f.fingerprint, ()) if one.fingerprint not in seen]
        every: dict[str, Tree] = {
            "n": self.numbers[f.fingerprint],
            "kind": kind,
            "severity": f.severity,
            "dimension": f.dimension,
            "title": line(f.title),
            "said": words.message_words(f),
            "verdict": f.verdict.word if f.verdict is not None else "",
            "cost": words.points_words(f.deducted) if f.deducted else "",
            "free": _free(f, note, nested),
            "reopened": line(f.reopened),
            "rows": [row for row in self._rows(f, note) if any(row[1:])],
            "quotes": [_quote(one) for one in shown.quotes[:MOST_QUOTES]],
            "more": _more(len(shown.quotes) - MOST_QUOTES, "处"),
            "cells": _cells(shown),
            "facts": [_fact(one) for one in facts[:MOST_FACTS]],
            "others": _more(len(facts) - MOST_FACTS, "个数据项"),
            "members": [self.numbers[one.fingerprint] for one in self._members(f)],
            "under": [
                self._finding(one, kind, children, seen, nested=True) for one in absorbed if one.fingerprint not in seen
            ],
            "number": line(f.number),
            "rule": "" if f.manual else f.rule,
        }
        return {key: value for key, value in every.items() if value}

    def _members(self, f: Finding) -> list[Finding]:
        return [one for one in self.judged.findings if one.fingerprint in f.members]

    def _rows(self, f: Finding, note: str) -> Iterator[list[Tree]]:
        """What stands under a finding, beside its evidence: a label and one or more lines."""
        progress = self.audit.mending.get(f.number)
        yield ["位置", words.where_words(self.judged.report, f)]
        yield ["对照", words.operands_words(f)]
        yield ["依据", *filter(None, map(words.basis_words, f.basis))]
        yield ["理由", line(f.why)]
        yield ["核实要点", line(f.verify)]
        yield ["整改要求", line(f.remedy)]
        yield ["说明", note if f.deducted or f.free else ""]
        yield ["整改情况", words.mending_words(progress) if progress is not None else ""]
        yield ["认定", words.verdict_words(f)]
        yield ["备注", line(f.remark)]


def _share(points: Decimal) -> str:
    return f"{min(max(points, Decimal(0)), Decimal(100)):.1f}"


def _warnings(score: Score) -> Iterator[str]:
    if score.low != score.points:
        lower = f"，等次为{score.low_grade}" if score.low_grade != score.grade else ""
        yield (
            "有规则因文件未能准确识别等原因无法判断：如均不合规，得分最低为 "
            f"{words.points_words(score.low)} 分{lower}。请对照原件核实。"
        )
    if score.without_waivers != score.points:
        yield f"已计入豁免；不计豁免时得分为 {words.points_words(score.without_waivers)} 分。"


def _step(step: NextGrade | None, numbers: Mapping[str, str]) -> Tree:
    """The next grade, whether it is reckoned only approximately, and the findings to mend."""
    if step is None:
        return None
    fix = [numbers[one] for one in step.fix if one in numbers]
    return [step.grade, step.approximate, fix] if fix else None


def _decidable_first(undecided: Iterable[Undecided]) -> list[Undecided]:
    """What could not be decided, then what a person must look at."""
    return sorted(undecided, key=lambda one: one.outcome is Outcome.TO_CONFIRM)


def _pending(judged: Judged, one: Undecided) -> Tree:
    shown = proof(judged.report, one.evidence, words.table_words(one.table))
    return {
        "title": line(one.title),
        "rule": one.rule,
        "result": "已撤回" if one.withdrawn_by else OUTCOME_WORDS[one.outcome],
        "reason": words.shortened(words.reason_words(one)),
        "cause": words.cause_words(one),
        "quotes": [_quote(quote) for quote in shown.quotes[:3]],
        "cells": _cells(shown),
    }


def _free(f: Finding, note: str, nested: bool) -> str:
    """Why it costs nothing, in the corner where the points would stand."""
    if f.deducted:
        return ""
    return "不重复扣分" if nested else "不扣分" if f.free and not f.absorbed_by else note or "不扣分"


def _quote(quote: Quote) -> Tree:
    """label, place, pieces: words complained of, and words around them, by turns (the first may be empty)."""
    pieces: list[Tree] = []
    for said, marked in quote.pieces:
        if bool(len(pieces) % 2) is not marked:
            pieces.append("")
        pieces.append(said)
    return [quote.label, quote.place, pieces]


def _cells(shown: Proof) -> Tree:
    cells: list[Tree] = [[cell.name, cell.words, cell.place] for cell in shown.cells]
    return [cells, shown.more] if cells else None


def _more(left: int, what: str) -> str:
    return f"另有 {left} {what}，见问题台账。" if left > 0 else ""


def _facts(judged: Judged, finding: Finding) -> list[Fact]:
    """The cells that a finding names and its evidence does not quote."""
    quoted = {evidence.label for evidence in finding.evidence if evidence.label}
    named = [judged.report.facts.get(one) for one in finding.facts]
    return [fact for fact in named if fact is not None and fact.name not in quoted]


def _values(judged: Judged) -> Tree:
    """All cells of the report: their names and what was read, each as one text of lines (the names are those of the form)."""
    facts = tuple(judged.report.facts.values())
    if not facts:
        return None
    read = (words.number_words(f.value) if f.value is not None else words.STATE_WORDS[f.state] for f in facts)
    typed = (f"（{TYPED}）" if f.typed is not None else "" for f in facts)
    return ["\n".join(line(f.name) for f in facts), "\n".join(map("".join, zip(read, typed, strict=True)))]


def _fact(fact: Fact) -> Tree:
    """name, value or state, the words as printed where they differ."""
    value = "" if fact.value is None else words.number_words(fact.value)
    state = words.STATE_WORDS[fact.state] + (f"（{TYPED}）" if fact.typed is not None else "")
    raw = line(fact.raw)
    return [line(fact.name), value or state, raw if raw and raw != value else ""]
