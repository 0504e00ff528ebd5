"""Two rulebooks -> what changed in meaning, apart from what changed in words only.

Compared   the rulebooks as loaded: layout, comments, order and file names are no change
Sentences  are for a person who never saw YAML
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from typing import Any

from pydantic import BaseModel

from auditor.form import Form
from auditor.review.changes import Change, came_and_went, flat, from_to, listed
from auditor.review.rule_changes import rule_changes
from auditor.review.wording import CERTAINTY, shown, value_words
from auditor.rulebook import Rulebook
from auditor.rulebook.pattern import Pattern

AREAS = ("规则", "组合规则", "参数", "计分", "法规", "格式", "正文主题", "其他")


def difference(old: Rulebook, new: Rulebook) -> list[Change]:
    """Every change, by area and id."""
    found = [
        *rule_changes(old, new),
        *_patterns(old, new),
        *_parameters(old, new),
        *_scoring(old, new),
        *_laws(old, new),
        *_forms(old, new),
        *_data(old, new),
    ]
    return sorted(found, key=lambda c: (AREAS.index(c.area), not c.meaning, c.id))


# --- patterns --------------------------------------------------------------------------------------


def _patterns(old: Rulebook, new: Rulebook) -> Iterator[Change]:
    before, after = ({p.id: p for p in book.patterns} for book in (old, new))
    yield from came_and_went("组合规则", before, after, lambda p: p.title, lambda p: p.then.conclude)
    for id in before.keys() & after.keys():
        meaning, words = _pattern(before[id], after[id])
        if meaning:
            yield Change("组合规则", id, after[id].title, "修改", True, tuple(meaning))
        if words:
            yield Change("组合规则", id, after[id].title, "修改", False, tuple(words))


def _pattern(one: Pattern, two: Pattern) -> tuple[list[str], list[str]]:
    meaning, words = [], []
    for what, before, after in (
        ("成立的条件", one.needs, two.needs),
        ("排除的条件", one.unless, two.unless),
        ("至少几处", one.at_least, two.at_least),
    ):
        if before != after:
            meaning.append(f"{what}有改动：" + _clauses(before) + " → " + _clauses(after))
    if one.fault != two.fault:
        told = (fault.words if fault else "无" for fault in (one.fault, two.fault))
        meaning.append("定位的差错有改动：" + " → ".join(told))
    for key, what in (
        ("severity", "严重程度"),
        ("dimension", "方面"),
        ("certainty", "认定"),
        ("absorbs", "并入的问题"),
        ("withdraws", "撤回的问题"),
    ):
        if (before := getattr(one.then, key)) != (after := getattr(two.then, key)):
            meaning.append(
                from_to(
                    what,
                    CERTAINTY.get(before, before) if key == "certainty" else before,
                    CERTAINTY.get(after, after) if key == "certainty" else after,
                )
            )
    before_basis, after_basis = ({b.text for b in p.then.basis} for p in (one, two))
    meaning += [f"增加依据：{b}" for b in sorted(after_basis - before_basis)]
    meaning += [f"删去依据：{b}" for b in sorted(before_basis - after_basis)]
    for key, what in (("conclude", "结论"), ("why", "为什么"), ("verify", "人工核对"), ("remedy", "整改")):
        if getattr(one.then, key) != getattr(two.then, key):
            words.append(from_to(what, getattr(one.then, key), getattr(two.then, key)))
    if one.title != two.title:
        words.append(from_to("名称", one.title, two.title))
    return meaning, words


def _clauses(value: Any) -> str:
    if not isinstance(value, tuple):
        return shown(value)
    said = []
    for clause in value:
        tests = [f"{key} 为 {'或'.join(words)}" for key, words in clause.tests] + [
            f"{key} 相同（{v}）" for key, v in clause.joins
        ]
        said.append("，".join(tests) or "任一问题")
    return "；".join(said) or "（无）"


# --- parameters, scoring, laws, forms, other data ----------------------------------------------------


def _parameters(old: Rulebook, new: Rulebook) -> Iterator[Change]:
    before, after = ({n: p.entry for n, p in book.parameters.items()} for book in (old, new))
    yield from came_and_went(
        "参数", before, after, lambda e: e.title, lambda e: "；".join(map(value_words, e.values)) or e.otherwise
    )
    for name in before.keys() & after.keys():
        a, b = before[name], after[name]
        values = [[value_words(v) for v in e.values] for e in (a, b)]
        meaning = [from_to("数值", "；".join(values[0]), "；".join(values[1]))] if values[0] != values[1] else []
        meaning += [
            from_to(what, getattr(a, key), getattr(b, key))
            for key, what in (("kind", "类型"), ("unit", "单位"))
            if getattr(a, key) != getattr(b, key)
        ]
        if meaning:
            yield Change("参数", name, b.title, "修改", True, tuple(meaning))
        words = [
            from_to(what, getattr(a, key), getattr(b, key))
            for key, what in (("title", "名称"), ("otherwise", "未设定时的说明"), ("note", "备注"))
            if getattr(a, key) != getattr(b, key)
        ]
        if [v.source for v in a.values] != [v.source for v in b.values] and values[0] == values[1]:
            words.append("数值的出处有改动")
        if words:
            yield Change("参数", name, b.title, "修改", False, tuple(words))


_SCORING = {
    "severities": "扣分",
    "caps": "最多扣分",
    "grades": "等次最低分",
    "gates": "一票否决",
    "times_per_table": "同一规则同一张表最多扣几次",
    "model": "计分方式",
    "title": "计分办法名称",
    "indicators": "指标",
    "levels": "等级",
    "items": "项目",
    "bonus": "加分",
    "most_bonus": "加分上限",
    "beside": "并列的第二种计分",
}


def _scoring(old: Rulebook, new: Rulebook) -> Iterator[Change]:
    before, after = (flat(_without(asdict(book.scoring), ("accounts", "awarded"))) for book in (old, new))
    words = []
    for path in dict.fromkeys([*before, *after]):
        if before.get(path) != after.get(path):
            what = " ".join([_SCORING.get(path[0], path[0]), *path[1:]])
            words.append(from_to(what, before.get(path), after.get(path)))
    if words:
        yield Change("计分", "scoring", "计分办法", "修改", True, tuple(words))


def _without(data: dict[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    return {k: v for k, v in data.items() if k not in keys}


_LAW_MEANING = {
    "years": "所管年度",
    "in_force": "施行日期",
    "until": "失效日期",
    "by": "按哪一天选用",
    "reaches_back": "是否溯及既往",
    "number": "文号",
}
_BY = {"report_year": "报告年度", "published": "公布之日", "audited": "审计之日"}


def _laws(old: Rulebook, new: Rulebook) -> Iterator[Change]:
    yield from came_and_went("法规", old.laws, new.laws, lambda law: law.short, lambda law: law.title)
    for id in old.laws.keys() & new.laws.keys():
        a, b = old.laws[id], new.laws[id]
        meaning = [
            from_to(what, _law_value(getattr(a, key, None)), _law_value(getattr(b, key, None)))
            for key, what in _LAW_MEANING.items()
            if getattr(a, key, None) != getattr(b, key, None)
        ]
        one, two = ({x.at: x for x in getattr(law, "articles", ())} for law in (a, b))
        meaning += [f"增列{at}" for at in two if at not in one] + [f"删去{at}" for at in one if at not in two]
        meaning += [
            from_to(f"{at}按哪一天选用", _BY.get(one[at].by or a.by), _BY.get(two[at].by or b.by))
            for at in one
            if at in two and (one[at].by or a.by) != (two[at].by or b.by)
        ]
        words = [
            from_to(f"{at}的概述", one[at].says, two[at].says)
            for at in one
            if at in two and one[at].says != two[at].says
        ]
        words += [
            from_to(what, getattr(a, k), getattr(b, k))
            for k, what in (("title", "名称"), ("short", "简称"))
            if getattr(a, k) != getattr(b, k)
        ]
        for means, said in ((True, meaning), (False, words)):
            if said:
                yield Change("法规", id, b.short, "修改", means, tuple(said))


def _law_value(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return "—".join(str(getattr(value, k) or "") for k in ("first", "last"))
    return (
        _BY.get(value, value)
        if isinstance(value, str)
        else str(value)
        if value is not None and not isinstance(value, bool)
        else value
    )


def _forms(old: Rulebook, new: Rulebook) -> Iterator[Change]:
    before, after = ({f.letter: f for f in book.forms} for book in (old, new))
    yield from came_and_went("格式", before, after, lambda f: f.title, lambda f: f"{len(f.cells)} 项数据")
    for letter in before.keys() & after.keys():
        meaning = list(_form(before[letter], after[letter]))
        if meaning:
            yield Change("格式", letter, after[letter].title, "修改", True, tuple(meaning))


def _form(one: Form, two: Form) -> Iterator[str]:
    if (one.first_year, one.last_year) != (two.first_year, two.last_year):
        yield from_to("适用年度", f"{one.first_year}—{one.last_year or ''}", f"{two.first_year}—{two.last_year or ''}")
    come = [c.name for id, c in two.cells.items() if id not in one.cells]
    gone = [c.name for id, c in one.cells.items() if id not in two.cells]
    for words, cells in (("增加数据项", come), ("删去数据项", gone)):
        if cells:
            yield f"{words}：{'、'.join(cells)}"
    for id, cell in one.cells.items():
        if id in two.cells and asdict(cell) != asdict(two.cells[id]):
            changed = [k for k, v in asdict(cell).items() if asdict(two.cells[id])[k] != v]
            yield f"数据项“{cell.name}”有改动：{'、'.join(_CELL.get(k, k) for k in changed)}"
    for what in ("groups", "axes"):
        a, b = getattr(one, what), getattr(two, what)
        changed = [n for n in dict.fromkeys([*a, *b]) if a.get(n) != b.get(n)]
        if changed:
            yield f"{'组' if what == 'groups' else '逐个检查的项'}有改动：{'、'.join(changed)}"
    if [asdict(t) for t in one.tables] != [asdict(t) for t in two.tables] and not come and not gone:
        yield "表样的行、列或其他写法有改动"
    if [asdict(s) for s in one.sections] != [asdict(s) for s in two.sections]:
        yield "章节标题或其他写法有改动"


_CELL = {
    "name": "名称",
    "label": "所印文字",
    "unit": "单位",
    "part": "部分",
    "decimal": "是否可有小数",
    "signed": "是否可为负数",
    "row": "行",
    "column": "列",
    "table": "表",
}


_SUBJECT = {
    "unit": "单位",
    "units": "可接的量词",
    "says": "引出数字的说法",
    "formal": "规范说法",
    "unless": "不算的说法",
    "did": "表示已做的话",
    "did_not": "表示没有的话",
    "facts": "对应的数据",
    "children": "分项主题",
    "needs": "同句须有的词",
}
_WORD_LISTS = {"claims": "读正文数字的用语", "profile": "读报告概况的用语", "organisations": "认单位名称的用语"}


def _data(old: Rulebook, new: Rulebook) -> Iterator[Change]:
    """Subjects of claims, and the words by which reports are read."""
    before, after = ({s.name: s for s in book.lexicon.claims.subjects} for book in (old, new))
    yield from came_and_went("正文主题", before, after, lambda s: s.name, lambda s: f"单位 {s.unit or '（无）'}")
    for name in before.keys() & after.keys():
        said = [
            words
            for key, what in _SUBJECT.items()
            if getattr(before[name], key) != getattr(after[name], key)
            for words in listed(what, getattr(before[name], key), getattr(after[name], key))
        ]
        if said:
            yield Change("正文主题", name, name, "修改", True, tuple(said))
    for room, title in _WORD_LISTS.items():
        one, two = getattr(old.lexicon, room), getattr(new.lexicon, room)
        said = [
            words
            for each in fields(one)
            if each.name not in ("digest", "subjects") and getattr(one, each.name) != getattr(two, each.name)
            for words in listed(each.name, getattr(one, each.name), getattr(two, each.name))
        ]
        if said:
            yield Change("其他", room, title, "修改", True, tuple(said))
