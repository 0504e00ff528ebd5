"""Rules of two rulebooks -> what changed in each, in meaning and in words.

Pairs      rules are the same by id or alias; a rule whose old id became an alias was renamed
Meaning    formulas are compared as trees (the order of a sum, 全角 and line breaks are no change), lists as sets
Words      title, message, why, verify, remedy, note; examples are told by how many came and went
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from auditor.formula.logic import spelt
from auditor.review.changes import Change, as_set, from_to, listed
from auditor.review.views import tree
from auditor.review.wording import (
    CERTAINTY,
    KIND_WORDS,
    STATUS,
    basis_words,
    formula_words,
    grade_words,
    key_words,
    scope_words,
    shown,
)
from auditor.rulebook import Ready, Rulebook
from auditor.rulebook.rule import Rule, kind_keys


@dataclass(frozen=True, slots=True)
class Pair:
    """A rule as it was and as it is, each with its rulebook."""

    one: Ready
    two: Ready
    old: Rulebook
    new: Rulebook


def rule_changes(old: Rulebook, new: Rulebook) -> Iterator[Change]:
    """Rules that came, went, were retired or renamed, and what changed in the others."""
    before = {r.id: r for r in old.rules}
    retired_now, retired_then = retired(new), retired(old)
    matched: set[str] = set()
    for ready in new.rules:
        known = next((i for i in (ready.id, *reversed(ready.rule.aliases)) if i in before), None)
        if known is not None:
            matched.add(known)
            yield from _rule(Pair(before[known], ready, old, new))
        elif ready.id in retired_then:
            yield Change("规则", ready.id, ready.rule.title, "启用", True, ("重新启用", _brief(ready)))
        else:
            yield Change("规则", ready.id, ready.rule.title, "新增", True, (_brief(ready),))
    for id, ready in before.items():
        if id in matched:
            continue
        if id in retired_now:
            reason, successor = retired_now[id]
            words = (f"停用，原因：{reason}" + (f"；由“{successor}”接替" if successor else ""),)
            yield Change("规则", id, ready.rule.title, "停用", True, words)
        else:
            yield Change("规则", id, ready.rule.title, "删除", True, (_brief(ready),))


def retired(book: Rulebook) -> dict[str, tuple[str, str]]:
    """Rules that the files still hold and that are retired: id -> (reason, successor)."""
    out: dict[str, tuple[str, str]] = {}
    for source in book.sources.values():
        for data in source.data if isinstance(source.data, list) else [source.data]:
            if isinstance(data, Mapping) and data.get("status") == "retired" and "id" in data:
                out[str(data["id"])] = (str(data.get("reason") or ""), str(data.get("successor") or ""))
    return out


def _brief(ready: Ready) -> str:
    rule = ready.rule
    certainty = "" if rule.certainty == "certain" else "，疑似"
    return f"{rule.severity}{certainty}，{rule.dimension}，{KIND_WORDS.get(rule.check, rule.check)}，适用{scope_words(rule.applies)}"


def _rule(pair: Pair) -> Iterator[Change]:
    one, two = pair.one.rule, pair.two.rule
    changed = [words for compare in _COMPARED for words in compare(pair)]
    renamed = one.id != two.id
    if renamed or changed:
        words = (f"id 由“{one.id}”改为“{two.id}”", *changed) if renamed else tuple(changed)
        yield Change("规则", two.id, two.title, "改名" if renamed else "修改", True, words)
    said = [*_reworded(one, two), *_examples(one, two), *_respelt(pair)]
    if said:
        yield Change("规则", two.id, two.title, "修改", False, tuple(said))


def _plain(pair: Pair) -> Iterator[str]:
    a, b = pair.one.rule, pair.two.rule
    for what, before, after in (
        ("检查类型", KIND_WORDS.get(a.check, a.check), KIND_WORDS.get(b.check, b.check)),
        ("状态", STATUS[a.status], STATUS[b.status]),
        ("适用范围", scope_words(a.applies), scope_words(b.applies)),
        ("严重程度", a.severity, b.severity),
        ("认定", CERTAINTY[a.certainty], CERTAINTY[b.certainty]),
        (
            "扣分",
            "按严重程度" if a.deduct is None else f"{shown(a.deduct)} 分",
            "按严重程度" if b.deduct is None else f"{shown(b.deduct)} 分",
        ),
        ("方面", a.dimension, b.dimension),
        ("归入的部分", a.part, b.part),
    ):
        if before != after:
            yield from_to(what, before, after)


def _formulas(pair: Pair) -> Iterator[str]:
    for key, words in (("when", "条件"), ("expect", "公式")):
        if _means_other(pair, key):
            yield from_to(words, _written(pair.one, key), _written(pair.two, key))


def _means_other(pair: Pair, key: str) -> bool:
    """Whether a formula came or went, or means something else in a form that both rules speak of."""
    before, after = _trees(pair.one, key, pair.old), _trees(pair.two, key, pair.new)
    shared = before.keys() & after.keys()
    return bool(before) is not bool(after) or any(before[letter] != after[letter] for letter in shared)


def _written(ready: Ready, key: str) -> str:
    each = getattr(ready.rule, "each", None) if key == "expect" else None
    tolerance = getattr(ready.rule, "tolerance", 0) if key == "expect" else 0
    return (
        formula_words(getattr(ready.rule, key, None))
        + (f"（逐个{each}）" if each else "")
        + (f"（允许相差 {shown(tolerance)}）" if tolerance else "")
    )


def _trees(ready: Ready, key: str, book: Rulebook) -> dict[str, list[str]]:
    """A formula as canonical texts, by form: one for every element."""
    formulas = ready.when if key == "when" else ready.expect
    out: dict[str, list[str]] = {}
    for letter, formula in (formulas or {}).items():
        form = book.form(letter)
        if form is None:
            continue
        made = (tree(formula, form, book, element)[0] for element in formula.elements(form))
        out[letter] = sorted(spelt(logic) for logic in made if logic is not None)
    return out


_NOT_KEYS = {"expect", "each", "tolerance"}


def _keys(pair: Pair) -> Iterator[str]:
    one, two = pair.one, pair.two
    if one.rule.check != two.rule.check:
        return
    before, after = (kind_keys(r.rule).model_dump(mode="python", by_alias=True) for r in (one, two))
    for key in before:
        if key in _NOT_KEYS or as_set(before[key]) == as_set(after.get(key)):
            continue
        yield from listed(key_words(one.rule.check, key), before[key], after.get(key))


def _grades(pair: Pair) -> Iterator[str]:
    if _graded(pair.one, pair.old) != _graded(pair.two, pair.new):
        told = ["；".join(map(grade_words, r.rule.grades)) or "（无）" for r in (pair.one, pair.two)]
        yield f"分档由“{told[0]}”改为“{told[1]}”"


def _graded(ready: Ready, book: Rulebook) -> list[tuple[object, ...]]:
    out: list[tuple[object, ...]] = []
    for grade, formulas in ready.grades:
        trees = []
        for letter, formula in sorted(formulas.items()):
            form = book.form(letter)
            if form is not None:
                element = formula.elements(form)[0]
                made = tree(formula, form, book, element)[0]
                trees.append(spelt(made) if made is not None else formula.text)
        out.append((tuple(dict.fromkeys(trees)), grade.severity, grade.certainty, grade.deduct))
    return out


def _basis(pair: Pair) -> Iterator[str]:
    before = [basis_words(b, pair.old) for b in pair.one.rule.basis]
    after = [basis_words(b, pair.new) for b in pair.two.rule.basis]
    yield from (f"增加依据：{b}" for b in after if b not in before)
    yield from (f"删去依据：{b}" for b in before if b not in after)


def _covers(pair: Pair) -> Iterator[str]:
    before, after = set(pair.one.rule.covers), set(pair.two.rule.covers)
    if after - before:
        yield f"与{'、'.join(sorted(after - before))}同一原因时，改为只按本条扣分"
    if before - after:
        yield f"与{'、'.join(sorted(before - after))}同一原因时，不再只按本条扣分"


_COMPARED: tuple[Callable[[Pair], Iterable[str]], ...] = (_plain, _formulas, _keys, _grades, _basis, _covers)
_WORDING = {
    "title": "名称",
    "message": "问题描述",
    "why": "为什么",
    "verify": "人工核对",
    "remedy": "整改",
    "note": "备注",
}


def _reworded(one: Rule, two: Rule) -> Iterator[str]:
    for key, what in _WORDING.items():
        before, after = getattr(one, key) or "", getattr(two, key) or ""
        if before.split() != after.split():
            yield from_to(what, before, after)
    if [(g.message, g.why) for g in one.grades] != [(g.message, g.why) for g in two.grades] and len(one.grades) == len(
        two.grades
    ):
        yield "分档的说明有改动"


def _examples(one: Rule, two: Rule) -> Iterator[str]:
    before, after = ([repr((name, as_set(e))) for name, _, e in r.examples.all()] for r in (one, two))
    come, gone = len([e for e in after if e not in before]), len([e for e in before if e not in after])
    if come or gone:
        yield "例子" + "、".join(w for w in (f"增 {come} 个" if come else "", f"减 {gone} 个" if gone else "") if w)


def _respelt(pair: Pair) -> Iterator[str]:
    for key, words in (("when", "条件"), ("expect", "公式")):
        texts = ["".join(_written(ready, key).split()) for ready in (pair.one, pair.two)]
        if all(texts) and texts[0] != texts[1] and not _means_other(pair, key):
            yield f"{words}换了写法，意思不变"
