"""The rulebook -> a handbook: every rule in words, and three ways to it: by dimension, by article, by form and table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model import DIMENSIONS, OUTCOME_WORDS, SEVERITIES, Outcome
from auditor.review.coverage import reached_by
from auditor.review.nearby import example_words
from auditor.review.pattern_told import clause_words
from auditor.review.plain import logic
from auditor.review.standard import Standard, standard
from auditor.review.wording import (
    CERTAINTY,
    KIND_WORDS,
    STATUS,
    basis_words,
    scope_words,
    shown,
    value_words,
    years_words,
)
from auditor.rulebook import Ready, Rulebook
from auditor.rulebook.pattern import Pattern
from auditor.rulebook.rule import Years

_MOST_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class RulePage:
    """One rule (or pattern) in words. `examples` are (outcome, words)."""

    id: str
    title: str
    severity: str
    points: str
    certainty: str
    status: str
    dimension: str
    kind: str
    scope: str
    logic: tuple[str, ...]
    bases: tuple[str, ...]
    why: str
    verify: str
    remedy: str
    covers: tuple[tuple[str, str], ...]
    examples: tuple[tuple[str, str], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in a list: a title, what it says, the ids of the rules there."""

    title: str
    words: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A title, a line under it, and entries."""

    title: str
    words: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Handbook:
    """The whole handbook."""

    rules: tuple[RulePage, ...]
    patterns: tuple[RulePage, ...]
    dimensions: tuple[Chapter, ...]
    laws: tuple[Chapter, ...]
    forms: tuple[Chapter, ...]
    parameters: tuple[Entry, ...]
    standard: Standard
    version: str
    sha256: str
    county: str


def handbook(book: Rulebook, year: int) -> Handbook:
    """The handbook of a rulebook; `year` is that of today."""
    made = standard(book, year)
    return Handbook(
        rules=tuple(_page(ready, book) for ready in sorted(book.rules, key=lambda r: r.id)),
        patterns=tuple(_pattern(pattern, book) for pattern in book.patterns),
        dimensions=tuple(_dimensions(book)),
        laws=tuple(_laws(book)),
        forms=tuple(_forms(book)),
        parameters=tuple(_parameters(book)),
        standard=made,
        version=made.version,
        sha256=book.stamp.sha256,
        county=book.county.name,
    )


def _page(ready: Ready, book: Rulebook) -> RulePage:
    rule = ready.rule
    titles = {r.id: r.rule.title for r in book.rules}
    points = (
        "试行，不扣分" if rule.status == "draft" else f"扣 {shown(book.scoring.cost(rule.severity, rule.deduct))} 分"
    )
    if rule.status != "draft" and book.scoring.cost(rule.severity, rule.deduct) == 0:
        points = "不扣分"
    return RulePage(
        id=rule.id,
        title=rule.title,
        severity=rule.severity,
        points=points,
        certainty=CERTAINTY[rule.certainty],
        status=STATUS[rule.status],
        dimension=rule.dimension,
        kind=KIND_WORDS.get(rule.check, rule.check),
        scope=scope_words(rule.applies),
        logic=logic(ready, book),
        bases=tuple(basis_words(b, book) for b in rule.basis),
        why=rule.why,
        verify=rule.verify,
        remedy=rule.remedy,
        covers=tuple((id, titles.get(id, id)) for id in rule.covers),
        examples=tuple(_examples(ready)),
        note=rule.note or "",
    )


def _examples(ready: Ready) -> Iterator[tuple[str, str]]:
    """The first examples of every outcome, in words."""
    seen: dict[str, int] = {}
    for outcome, _, example in ready.rule.examples.all():
        seen[outcome] = seen.get(outcome, 0) + 1
        if seen[outcome] <= (_MOST_EXAMPLES if outcome in ("broken", "suspected") else 1):
            yield OUTCOME_WORDS[Outcome(outcome)], example_words(example)


def _pattern(pattern: Pattern, book: Rulebook) -> RulePage:
    then = pattern.then
    needs = [f"须有：{clause_words(clause)}" for clause in pattern.needs]
    needs += [f"不得有：{clause_words(clause)}" for clause in pattern.unless]
    if pattern.at_least is not None:
        needs.append(f"至少 {pattern.at_least} 处")
    if pattern.fault is not None:
        needs.append(pattern.fault.words)
    cost = book.scoring.cost(then.severity)
    return RulePage(
        id=pattern.id,
        title=pattern.title,
        severity=then.severity,
        points=f"扣 {shown(cost)} 分" if cost else "不扣分",
        certainty=CERTAINTY[then.certainty],
        status="正式",
        dimension=then.dimension or "按所含问题",
        kind="组合规则",
        scope="全部报告",
        logic=(*needs, f"结论：{then.conclude}"),
        bases=tuple(f"{'实务口径：' if b.practice else ''}{b.text}" for b in then.basis),
        why=then.why,
        verify=then.verify,
        remedy=then.remedy,
        covers=(),
        examples=(),
    )


# --- three ways to a rule ----------------------------------------------------------------------------


def _dimensions(book: Rulebook) -> Iterator[Chapter]:
    for dimension in DIMENSIONS:
        members = [r for r in book.rules if r.rule.dimension == dimension]
        if not members:
            continue
        cap = book.scoring.caps.get(dimension)
        entries = [
            Entry(severity, "", tuple(sorted(r.id for r in members if r.rule.severity == severity)))
            for severity in SEVERITIES
        ]
        words = f"规则 {len(members)} 条" + (f"，最多扣 {shown(cap)} 分" if cap is not None else "")
        yield Chapter(dimension, words, tuple(e for e in entries if e.rules))


def _laws(book: Rulebook) -> Iterator[Chapter]:
    for law in book.laws.values():
        cited: dict[str, dict[str, None]] = {}
        for ready in book.rules:
            for basis in ready.rule.basis:
                if basis.law == law.id:
                    article = law.article(basis.at)
                    cited.setdefault(article.at if article else basis.at or "全文", {})[ready.id] = None
        for pattern in book.patterns:
            for cited_by in pattern.then.basis:
                if cited_by.law == law.id:
                    article = law.article(cited_by.at)
                    cited.setdefault(article.at if article else cited_by.at or "全文", {})[pattern.id] = None
        says = {article.at: article.says for article in law.articles}
        order = [*says, *(at for at in cited if at not in says)]
        entries = tuple(Entry(at, says.get(at, ""), tuple(cited.get(at, ()))) for at in order)
        held = "，".join(
            w
            for w in (
                years_words(law.years),
                f"{law.in_force} 起施行" if law.in_force else "",
                f"{law.until} 失效" if law.until else "",
            )
            if w
        )
        yield Chapter(law.title, held, entries)
    practice = tuple(r.id for r in book.rules if any(b.practice is not None for b in r.rule.basis))
    if practice:
        yield Chapter(
            "工作实务（没有条文的口径）", "只有主管部门在考核办法中写明的才扣分", (Entry("实务口径", "", practice),)
        )


def _forms(book: Rulebook) -> Iterator[Chapter]:
    for form in book.forms:
        reach = {r.id: reached_by(r, book, form) for r in book.rules if form.letter in (r.forms or {form.letter})}
        entries: list[Entry] = []
        for table in form.tables:
            parts = dict.fromkeys(cell.part for cell in form.cells_of(table.name))
            name = table.name if table.name.startswith(("表", "统计")) else f"表{table.name}"
            for part in parts:
                own = {cell.id for cell in form.cells_of(table.name) if cell.part == part}
                ids = tuple(sorted(id for id, found in reach.items() if found & own))
                title = name if len(parts) == 1 else f"{name}　{part}"
                entries.append(Entry(title, f"{len(own)} 项数据", ids))
        rest = tuple(sorted(id for id, found in reach.items() if not found))
        entries.append(Entry("正文、格式和公布", "不涉及具体数据的规则", rest))
        yield Chapter(
            form.title,
            f"{years_words(Years(first=form.first_year, last=form.last_year))}，{len(form.cells)} 项数据",
            tuple(entries),
        )


def _parameters(book: Rulebook) -> Iterator[Entry]:
    for name, parameter in book.parameters.items():
        entry = parameter.entry
        values = "；".join(map(value_words, entry.values)) or f"未设定（{entry.otherwise}）"
        users = tuple(
            sorted(
                r.id
                for r in book.rules
                if name in r.rule.model_dump_json(exclude={"examples", "title", "message", "why"})
            )
        )
        yield Entry(name, f"{entry.title}：{values}{entry.unit or ''}", users)
