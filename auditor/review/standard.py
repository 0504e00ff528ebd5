"""The rulebook -> a scoring standard (评分细则) for issue beforehand: what is checked, what each fault costs, on what basis.

Groups     by the accounts of the scoring: dimensions with their caps, indicators with their weights, items with levels
Rows       rules that may cost points; hints (提示), drafts and practice without a 考核办法 cost nothing and are listed apart
Words      official: 每处扣 3 分，同一张表最多扣 6 分；疑似的经认定属实后扣分
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from auditor.checks.relation import Formulas
from auditor.model import DIMENSIONS, SEVERITIES, Basis, Finding, Outcome, Profile
from auditor.review.plain import demand, grade_sentence, speaks_of_counts
from auditor.review.views import kinds_of, views
from auditor.review.wording import shown
from auditor.rulebook import Ready, Rulebook
from auditor.rulebook.county import free_words
from auditor.rulebook.models import TABLES
from auditor.rulebook.rule import BasisEntry, Grade
from auditor.rulebook.scoring import Scoring


@dataclass(frozen=True, slots=True)
class Row:
    """检查项目, 评分标准（扣分细则）, 分值, 依据."""

    item: str
    standard: str
    points: str
    basis: str
    rule: str


@dataclass(frozen=True, slots=True)
class Group:
    """类别 with the most that can be lost under it ("" without), and its rows."""

    title: str
    most: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Standard:
    """The whole standard; `hints` are checks that cost nothing, `notes` how points become a grade."""

    title: str
    year: int
    issuer: str
    model: str
    groups: tuple[Group, ...]
    notes: tuple[str, ...]
    hints: tuple[str, ...]
    version: str


def standard(book: Rulebook, year: int) -> Standard:
    """The standard by which reports of that report year are scored."""
    scoring, assessed = book.scoring, book.county.assessment_of(year)
    costing: list[Ready] = []
    hints: list[Ready] = []
    for ready in book.rules:
        asked = _in_year(ready, book, year)
        if asked is not None:
            (costing if _may_cost(asked, scoring, assessed) else hints).append(asked)
    groups = [
        Group(title, most, tuple(_row(r, book, year) for r in _by_weight(members, scoring)))
        for title, most, members in _groups(costing, book)
    ]
    edition = book.edition
    return Standard(
        title="政府信息公开工作年度报告评分细则",
        year=year,
        issuer=book.county.issuer,
        model=scoring.name,
        groups=tuple(g for g in groups if g.rows),
        notes=tuple(_notes(scoring, assessed)),
        hints=tuple(dict.fromkeys(r.rule.title for r in hints)),
        version=edition.version if edition is not None else book.stamp.version,
    )


def _in_year(ready: Ready, book: Rulebook, year: int) -> Ready | None:
    """The rule as it is asked of reports of that year: formulas of that year's form alone; None where it is not asked."""
    form = book.form_of_year(year)
    if not ready.rule.applies.years.covers(year) or (
        form is not None and ready.forms and form.letter not in ready.forms
    ):
        return None
    if form is None:
        return ready if not ready.rule.applies.form else None

    def of_form(formulas: Formulas | None) -> Formulas | None:
        return {form.letter: formulas[form.letter]} if formulas and form.letter in formulas else formulas

    grades = tuple((grade, of_form(formulas) or {}) for grade, formulas in ready.grades)
    return replace(ready, when=of_form(ready.when), expect=of_form(ready.expect), grades=grades)


def _by_weight(members: Sequence[Ready], scoring: Scoring) -> list[Ready]:
    return sorted(members, key=lambda r: (-_most(r, scoring), r.rule.certainty, r.id))


def _most(ready: Ready, scoring: Scoring) -> Decimal:
    """The most that one finding of the rule costs."""
    costs = [scoring.cost(ready.rule.severity, ready.rule.deduct)]
    costs += [_of_grade(grade, ready, scoring) for grade, _ in ready.grades]
    return max(costs)


def _of_grade(grade: Grade, ready: Ready, scoring: Scoring) -> Decimal:
    if grade.deduct is not None:
        return grade.deduct
    return (
        scoring.severities[grade.severity] if grade.severity else scoring.cost(ready.rule.severity, ready.rule.deduct)
    )


def _may_cost(ready: Ready, scoring: Scoring, assessed: str) -> bool:
    if ready.rule.status == "draft" or _most(ready, scoring) == 0:
        return False
    bases = [Basis(b.practice or "", b.law, b.at, practice=b.practice is not None) for b in ready.rule.basis]
    return not free_words(bases, assessed)


# --- groups ----------------------------------------------------------------------------------------


def _groups(costing: Sequence[Ready], book: Rulebook) -> Iterator[tuple[str, str, list[Ready]]]:
    scoring = book.scoring
    if scoring.model == "weighted":
        for indicator in scoring.indicators:
            yield indicator.name, f"{shown(indicator.weight)}分", [r for r in costing if _first(r, book) is indicator]
        return
    if scoring.model == "levels":
        for item in scoring.items:
            points = "、".join(
                f"{level.name}{shown(p)}分" for level, p in zip(scoring.levels, item.points, strict=False)
            )
            yield item.name, points, [r for r in costing if any(item.covers(f) for f in _samples(r, book))]
        return
    for dimension in DIMENSIONS:
        cap = scoring.caps.get(dimension)
        members = [r for r in costing if r.rule.dimension == dimension]
        yield dimension, f"最多扣{shown(cap)}分" if cap is not None else "", members


def _first(ready: Ready, book: Rulebook) -> object:
    samples = _samples(ready, book)
    return next((i for i in book.scoring.indicators if any(i.covers(f) for f in samples)), None)


def _samples(ready: Ready, book: Rulebook) -> list[Finding]:
    """Findings as the rule may make them: one for every part and table that its formulas reach."""
    places: dict[tuple[str | None, str | None], None] = {}
    for view in views(ready, book):
        for cell in view.form.cells.values():
            if cell.id in view.names:
                places[(ready.rule.part or cell.part, TABLES.get(cell.table, cell.table))] = None
    rule = ready.rule
    return [
        Finding(rule.id, rule.title, "", "", Outcome.BROKEN, rule.severity, rule.dimension, "", part=part, table=table)
        for part, table in places or {(rule.part, None): None}
    ]


# --- rows ------------------------------------------------------------------------------------------


def _row(ready: Ready, book: Rulebook, year: int) -> Row:
    rule, scoring = ready.rule, book.scoring
    said = f"{_stop(demand(ready, book))}{_deductions(ready, book)}{_limits(ready)}"
    points = scoring.cost(rule.severity, rule.deduct)
    most = _most(ready, scoring)
    value = shown(points) if most == points else f"{shown(min(points, most))}—{shown(most)}"
    return Row(rule.title, said, f"{value}分", "；".join(_bases(ready, book, year)), rule.id)


def _stop(words: str) -> str:
    return words.rstrip("。；") + "。"


def _limits(ready: Ready) -> str:
    """（适用于乡镇的报告）, "" for every unit."""
    said = "、".join((*ready.rule.applies.unit_kind, *ready.rule.applies.region))
    return f"（适用于{said}的报告）" if said else ""


def _deductions(ready: Ready, book: Rulebook) -> str:
    rule, scoring = ready.rule, book.scoring
    points = scoring.cost(rule.severity, rule.deduct)
    if rule.check == "attest":
        return f"核验不符合的，扣{shown(points)}分（{rule.severity}）。"
    said = [
        f"不符合的，每处扣{shown(points)}分（{rule.severity}）"
        if points
        else f"不符合的一般只作提示（{rule.severity}）"
    ]
    graded = [(g, f) for g, f in ready.grades if (g.severity or g.deduct is not None) and not speaks_of_counts(f)]
    said += [_special(grade, formulas, ready, book) for grade, formulas in graded]
    if rule.certainty == "suspected":
        said.append("属疑似问题，经认定属实后扣分")
    elif any(grade.certainty == "suspected" for grade, _ in ready.grades):
        said.append("其中疑似的，经认定属实后扣分")
    return "；".join(said) + "。"


def _special(grade: Grade, formulas: Formulas, ready: Ready, book: Rulebook) -> str:
    points = _of_grade(grade, ready, book.scoring)
    cost = f"每处扣{shown(points)}分" if points else "只作提示"
    return f"其中{grade_sentence(formulas, book)}的，{cost}（{grade.severity or ready.rule.severity}）"


def _bases(ready: Ready, book: Rulebook, year: int) -> Iterator[str]:
    """The articles that govern reports of that year, each once."""
    kinds = kinds_of(ready.rule.applies)
    profiles = [Profile(unit_kind=kind, year=year) for kind in sorted(kinds)]
    holding = (e for e in ready.rule.basis if any(_governs(e, book, p) for p in profiles))
    yield from dict.fromkeys(_basis(entry, book) for entry in holding)


def _governs(entry: BasisEntry, book: Rulebook, profile: Profile) -> bool:
    if (entry.unit_kind and profile.unit_kind not in entry.unit_kind) or not entry.years.covers(profile.year or 0):
        return False
    return entry.law is None or book.laws[entry.law].governs(entry.at, profile)


def _basis(entry: BasisEntry, book: Rulebook) -> str:
    if entry.practice is not None:
        return "工作实务"
    law = book.laws.get(entry.law or "")
    return f"{law.short if law else entry.law}{entry.at or ''}"


# --- notes -----------------------------------------------------------------------------------------


def _notes(scoring: Scoring, assessed: str) -> Iterator[str]:
    severities = "、".join(f"{name}{shown(scoring.severities[name])}分" for name in SEVERITIES)
    if scoring.model == "deduct":
        yield f"评分实行百分制，从 100 分扣起，扣完为止。问题按严重程度扣分：{severities}；另有规定的从其规定。"
        if scoring.caps:
            yield f"各类扣分设上限：{'、'.join(f'{name}{shown(cap)}分' for name, cap in scoring.caps.items())}。"
    elif scoring.model == "weighted":
        yield f"评分实行百分制，按指标权重计分，每项指标扣完本项权重为止。问题按严重程度扣分：{severities}。"
    else:
        levels = "；".join(_level(level.name, level.limits) for level in scoring.levels)
        yield f"评分实行分项评级：{levels}。"
    if scoring.times_per_table:
        yield f"同一检查项目在同一张表（正文视为一张表）中最多按 {scoring.times_per_table} 处扣分。"
    yield "同一原因造成的几个问题，只按其中一个扣分。疑似问题经核查认定属实后才扣分。"
    if assessed:
        yield f"依据为“工作实务”的项目，按{assessed}计分。"
    for gate in scoring.gates:
        yield f"{gate.note}的，总分最高为 {shown(gate.at_most)} 分。"
    for bonus in scoring.bonus:
        yield f"加分：{bonus.name}，加 {shown(bonus.points)} 分" + (
            f"（加分合计最多 {shown(scoring.most_bonus)} 分）。" if scoring.most_bonus else "。"
        )
    yield f"等次：{_grades(scoring)}。"


def _level(name: str, limits: Sequence[tuple[str, int]]) -> str:
    if not limits:
        return f"其余的为“{name}”"
    return f"{'、'.join(f'{word}以上问题不超过{most}个' for word, most in limits)}的为“{name}”"


def _grades(scoring: Scoring) -> str:
    said, above = [], None
    for name, least in scoring.grades:
        if least == 0 and above is not None:
            said.append(f"{shown(above)} 分以下为{name}")
        else:
            said.append(
                f"{shown(least)} 分以上为{name}"
                if above is None
                else f"{shown(least)} 分以上不满 {shown(above)} 分为{name}"
            )
        above = least
    return "，".join(said)
