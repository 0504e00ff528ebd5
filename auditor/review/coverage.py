"""What no rule speaks of: cells of the forms, articles of the laws.

Compared   a cell is compared where a formula, an outlier or a rule on all zeros names it; it is only looked at where a
           rule asks whether it is filled in or a count. Last year's use of a cell counts as well
Told       one line for a table or a law; `everything` names every cell
Articles   those that rules or patterns cite; the article that gives the power to order mending stands in letters and needs
           no rule of its own
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from auditor.checks.check import KeyMistake, vocabulary
from auditor.checks.filled import cells_of
from auditor.form import Form, FormCell, FormTable
from auditor.formula import FormulaError, Node, parse
from auditor.review.remarks import Remark, Weight, located
from auditor.review.views import views
from auditor.rulebook import Mistake, Ready, Rulebook
from auditor.rulebook.source import Path, Source

FACTS, ARTICLES = "没有规则管的数据", "没有规则管的条款"
_MOST = 8


def uncovered(book: Rulebook, *, everything: bool = False) -> Iterator[Remark]:
    """The cells and articles that no rule speaks of."""
    yield from _cells(book, everything)
    yield from _articles(book)


# --- cells -----------------------------------------------------------------------------------------


def _cells(book: Rulebook, everything: bool) -> Iterator[Remark]:
    for form in book.forms:
        compared, looked_at = reached(book, form)
        for at, table in enumerate(form.tables):
            cells = list(form.cells_of(table.name))
            widths = Counter(cell.name.partition(".")[0] for cell in cells)
            untouched = [c for c in cells if c.id not in compared and c.id not in looked_at]
            unweighed = [c for c in cells if c.id not in compared and c.id in looked_at]
            for found, words in ((untouched, "没有任何规则涉及"), (unweighed, "只检查是否填报，没有规则核对数值")):
                if found:
                    said = f"{_table(form, table)} {len(cells)} 项中有 {len(found)} 项{words}：{_listed(found, widths, everything)}"
                    yield Remark(FACTS, Weight.REMINDER, _in_form(book, form, ("tables", at), said))


def reached(book: Rulebook, form: Form) -> tuple[frozenset[str], frozenset[str]]:
    """The ids that rules compare with something, and those that rules only look at."""
    compared: set[str] = set()
    looked_at: set[str] = set()
    for ready in book.rules:
        if ready.forms and form.letter not in ready.forms and not ready.of_others:
            continue
        only_looks = ready.rule.check == "filled" and not getattr(ready.rule, "blocks", None)
        (looked_at if only_looks else compared).update(reached_by(ready, book, form))
    return frozenset(compared), frozenset(looked_at)


def reached_by(ready: Ready, book: Rulebook, form: Form) -> frozenset[str]:
    """The ids of a form's cells that a rule speaks of, in this year's report or in last year's."""
    named = {n.removeprefix("上年.") for view in views(ready, book) for n in view.names}
    return frozenset((named | set(_further(ready, book, form)) | set(_named(ready, form))) & form.cells.keys())


def _named(ready: Ready, form: Form) -> Iterator[str]:
    """The cells that a rule names in lists instead of formulas."""
    rule = ready.rule
    lists: list[Iterable[str]] = [getattr(rule, key, None) or () for key in ("cells", "figures")]
    lists += list((getattr(rule, "blocks", None) or {}).values())
    if rule.check == "outlier":
        lists.append((getattr(rule, "of", None) or {}).values())
    for names in lists:
        for name in [names] if isinstance(names, str) else names:
            try:
                yield from (cell.id for cell in cells_of([name], form, ()))
            except KeyMistake:
                continue


def _further(ready: Ready, book: Rulebook, form: Form) -> Iterator[str]:
    """The cells of the relations beside `expect`."""
    subjects = frozenset(s.name for s in book.lexicon.claims.subjects)
    words = vocabulary((form,), book.forms, subjects, frozenset(book.parameters))
    for given in getattr(ready.rule, "also", None) or ():
        text = given.get(form.letter, given.get(""))
        if text is None:
            continue
        try:
            yield from _ids(parse(text, words).walk(), form)
        except FormulaError:
            continue


def _ids(nodes: Iterable[Node], form: Form) -> Iterator[str]:
    for node in nodes:
        if node.kind == "name":
            for name in form.groups.get(node.value, (node.value,)):
                if name in form.by_name:
                    yield form.by_name[name]


def _table(form: Form, table: FormTable) -> str:
    title = table.name if table.name.startswith(("表", "统计")) else f"表{table.name}"
    return f"{form.title}{'' if title in form.title else title}"


def _listed(cells: Sequence[FormCell], widths: Mapping[str, int], everything: bool) -> str:
    """Names; those of one row together: 行政许可（制发、废止）, and the row alone where all its cells are meant."""
    rows: dict[str, list[str]] = {}
    for cell in cells:
        row, _, column = cell.name.partition(".")
        rows.setdefault(row, []).append(column)
    whole = {row for row, columns in rows.items() if len(columns) == widths[row]}
    said = [row if row in whole else f"{row}（{'、'.join(columns)}）" for row, columns in rows.items()]
    return "、".join(said) if everything or len(said) <= _MOST else "、".join(said[:_MOST]) + "等（--all 列出全部）"


def _in_form(book: Rulebook, form: Form, path: Path, words: str) -> Mistake:
    source = next((s for s in book.sources.values() if _is_form(s.data, form)), None)
    return located(source, path, words, "rules/forms:1")


def _is_form(data: object, form: Form) -> bool:
    return (
        isinstance(data, Mapping) and data.get("letter") == form.letter and "tables" in data and "extends" not in data
    )


# --- articles --------------------------------------------------------------------------------------


def _articles(book: Rulebook) -> Iterator[Remark]:
    cited = set(citations(book))
    for law in book.laws.values():
        missing = [
            (at, article)
            for at, article in enumerate(law.articles)
            if (law.id, article.at) not in cited and not article.power
        ]
        if not missing:
            continue
        source, path = _in_laws(book, law.id)
        named = "、".join(article.at for _, article in missing)
        words = f"{law.short}列出的 {len(law.articles)} 条中有 {len(missing)} 条没有规则以它为依据：{named}"
        yield Remark(
            ARTICLES, Weight.REMINDER, located(source, (*path, "articles", missing[0][0]), words, "rules/laws:1")
        )


def citations(book: Rulebook) -> Iterator[tuple[str, str]]:
    """(law, article as the law lists it) of everything that rules and patterns cite."""
    cited = [(b.law, b.at) for r in book.rules for b in r.rule.basis if b.law is not None]
    cited += [(b.law, b.at) for p in book.patterns for b in p.then.basis if b.law is not None]
    for id, at in cited:
        law = book.laws.get(id)
        article = law.article(at) if law is not None else None
        if article is not None:
            yield id, article.at


def _in_laws(book: Rulebook, id: str) -> tuple[Source | None, Path]:
    for name, source in book.sources.items():
        if "laws/" not in name:
            continue
        if isinstance(source.data, list):
            for at, item in enumerate(source.data):
                if isinstance(item, Mapping) and item.get("id") == id:
                    return source, (at,)
        elif isinstance(source.data, Mapping) and source.data.get("id") == id:
            return source, ()
    return None, ()
