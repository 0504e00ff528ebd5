"""What a rule looks at, in plain sentences: for the handbook and the scoring standard, where no YAML is shown.

Formulas   are read aloud (`speaking`); where a form has its own, each is said with the years of the form
Patterns   of plain words are listed; for regular expressions the rule's title stands, for nobody reads them aloud
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from auditor.checks.relation import Formulas
from auditor.formula import Node
from auditor.review.speaking import claimed, demanded, together
from auditor.review.wording import grade_changes, meaning, shown, years_words
from auditor.rulebook import Ready, Rulebook
from auditor.rulebook.rule import Rule, Years

_PLAIN = re.compile(r"[\w×、，《》（）“”·\s|-]+")
_MOST = 10


def logic(ready: Ready, book: Rulebook) -> tuple[str, ...]:
    """The sentences: when it is asked, what must hold, what changes its weight."""
    said = (*_condition(ready, book), *_said(ready, book), *_weights(ready, book), *_doubts(ready.rule))
    return tuple(dict.fromkeys(s for s in said if s))


def demand(ready: Ready, book: Rulebook) -> str:
    """What must hold, in one sentence, with the condition before it."""
    condition = "".join(f"{words}的，" for words in _conditions(ready, book))
    return condition + next((s for s in _said(ready, book) if s), "")


def speaks_of_counts(formulas: Formulas) -> bool:
    """Whether a condition asks how many places a check counted: what is counted differs from check to check."""
    return any(n.kind == "profile" and n.value == "数量" for f in formulas.values() for n in f.node.walk())


def form_words(letters: Iterable[str], book: Rulebook, years: Years | None = None) -> str:
    """The report years of forms, as papers say it: 2014—2018年度, 2019年度起."""
    forms = [f for f in book.forms if f.letter in letters]
    if not forms:
        return years_words(years) if years is not None else ""
    first, last = (
        min(f.first_year for f in forms),
        None if any(f.last_year is None for f in forms) else max(f.last_year or 0 for f in forms),
    )
    if years is not None:
        first = max(first, years.first or first)
        last = last if years.last is None else years.last if last is None else min(last, years.last)
    return years_words(Years(first=first, last=last))


def grade_sentence(formulas: Formulas, book: Rulebook) -> str:
    """When a special case holds: 收到申请数大于5."""
    return _formulas(formulas, claimed, book)


def _condition(ready: Ready, book: Rulebook) -> Iterator[str]:
    for words in _conditions(ready, book):
        yield f"具备这个条件才检查：{words}"


def _conditions(ready: Ready, book: Rulebook) -> Iterator[str]:
    if ready.when:
        yield _formulas(ready.when, claimed, book)


def _formulas(given: Formulas, speak: Callable[[Node], str], book: Rulebook) -> str:
    said = {letter: speak(formula.node) for letter, formula in given.items()}
    return together(said, [form_words((letter,), book) for letter in said])


def _weights(ready: Ready, book: Rulebook) -> Iterator[str]:
    for grade, formulas in ready.grades:
        changes = grade_changes(grade)
        if changes and not speaks_of_counts(formulas):
            yield f"{grade_sentence(formulas, book)}的，为{changes}"


def _doubts(rule: Rule) -> Iterator[str]:
    """When what is found is no more than a suspicion."""
    if rule.certainty == "suspected":
        yield "所得问题都是疑似，认定属实后才扣分"
    elif rule.check == "agreement":
        yield "正文用语与指标名不一致、范围不明或者不是确数的，只认定为疑似"
    elif rule.check == "date" and getattr(rule, "of", "") == "公布期限":
        yield "页面没有写明是公布日期的，只认定为疑似"


# --- by kind ---------------------------------------------------------------------------------------


def _said(ready: Ready, book: Rulebook) -> Iterator[str]:
    rule: Any = ready.rule
    if ready.expect:
        yield _formulas(ready.expect, demanded, book) + _manner(rule)
        if rule.check == "agreement":
            yield from _further(ready)
        return
    yield from _KINDS[rule.check](rule)


def _manner(rule: Any) -> str:
    """How a formula is asked: for every element, with a tolerance, of several years."""
    each = f"（按{rule.each}逐个检查）" if rule.each else ""
    off = f"，允许相差{shown(rule.tolerance)}" if rule.tolerance else ""
    years = f"，连续{rule.in_a_row}年不符的才算" if getattr(rule, "in_a_row", 1) > 1 else ""
    return f"{each}{off}{years}"


def _further(ready: Ready) -> Iterator[str]:
    rule: Any = ready.rule
    if rule.also:
        yield f"另有 {len(rule.also)} 组同样的关系也照此检查"
    if rule.subjects:
        yield f"{_few(rule.subjects)}都照此检查"


_OF: Mapping[tuple[str, str], str] = {
    ("agreement", "分项合计"): "正文所列分项之和应等于总数",
    ("agreement", "前后一致"): "同一指标在正文各处的数字应当相同",
    ("agreement", "占比"): "正文所写百分比应与数字相符",
    ("agreement", "列举项数"): "列举的项数应与所称的数目相符",
    ("agreement", "单位名称"): "标题、统计表、落款的单位名称应当一致",
    ("agreement", "负责人"): "单位负责人应与正文所写的一致",
    ("agreement", "签署人"): "审核人与填报人不应是同一人",
    ("agreement", "自称"): "正文的自称应与本单位相符，不应出现其他单位的名称",
    ("date", "公布期限"): "应在规定的期限以前公布",
    ("date", "统计期限"): "应写明统计期限，并且是报告年度的1月1日至12月31日",
    ("date", "日期顺序"): "填报日期应在年度结束以后、公布以前",
    ("date", "日期格式"): "日期应写作“2018年2月13日”或“2018-02-13”",
    ("date", "标题年度"): "标题、正文、统计表所写的年度应当一致",
    ("date", "年份"): "正文中的年份应与报告年度相符",
    ("form", "年度格式"): "应使用本年度规定的格式",
    ("form", "统计表"): "规定的统计表应当齐全",
    ("form", "缺行列"): "统计表的行、列不应缺少",
    ("form", "行列混用"): "统计表的行、列不应缺少，不应混用其他年度格式的行、列",
    ("form", "增行列"): "不应擅自增加统计表的行、列",
    ("form", "增删行列"): "不应擅自增删统计表的行、列",
    ("form", "单位"): "计量单位应与规定的格式一致",
    ("form", "错列"): "数字不应整行错位",
    ("similarity", "全文"): "正文不应与上年报告雷同",
    ("similarity", "存在问题"): "“存在问题”部分不应与上年雷同",
    ("similarity", "数据"): "统计数据不应与上年全部相同",
    ("similarity", "同级"): "正文不应与其他单位的报告雷同",
    ("filing", "未公布"): "应报单位应当按时公布年度报告",
    ("filing", "多版本"): "同一报告已公布的各个版本，数据应当一致",
}


def _of(rule: Any) -> str:
    """What a mode of a kind demands; what the editor says of it, where no sentence is known."""
    return _OF.get((rule.check, rule.of)) or f"检查：{meaning(rule.check, 'of', rule.of)}"


def _agreement(rule: Any) -> Iterator[str]:
    yield _of(rule) + (f"（{_few(rule.subjects)}）" if rule.subjects else "")


def _filled(rule: Any) -> Iterator[str]:
    if rule.signatures:
        yield f"填表签署栏的{'、'.join(rule.signatures)}应当印有并填写"
    elif rule.blocks:
        yield f"{'、'.join(rule.blocks)}中，整块全为 0 或空白的应少于 {rule.least} 块"
    else:
        where = "全部数据" if "全部" in rule.cells else _few(rule.cells)
        filled = "，".join(_STATES[state] for state in rule.states)
        yield f"{where}{'应当是非负整数（金额可以有小数）' if rule.want == '计数' else filled}"
    if rule.allowed_by:
        yield f"当地规定“{rule.allowed_by}”的，空白和“/”不算"


_STATES = {"空白": "不能空白", "不适用": "不能填“/”“无”", "文字": "不能填文字"}


def _section(rule: Any) -> Iterator[str]:
    where = f"{'、'.join(rule.within)}部分" if rule.within else "报告"
    if rule.required:
        yield f"{where}应当有：{'、'.join(item.name for item in rule.required)}"
    elif rule.ordinals:
        yield "标题的序号应当连续、不重复"
    else:
        yield f"{where}不能只有标题没有内容（少于 {rule.least} 字又没有表的算空）"


def _wording(rule: Any) -> Iterator[str]:
    where = f"{'、'.join(rule.within)}部分" if rule.within else "正文"
    if rule.require:
        plain = _patterns(rule.require)
        yield f"{where}应当写明：{plain}" if plain else f"{where}不应有“{rule.title}”的情形"
    elif rule.share is not None:
        words = f"不含{_patterns(rule.share.without)}的句子不能超过 {shown(rule.share.above)}%"
        yield f"{where}{words}（{rule.share.least} 句以上才检查）"
    elif rule.least is not None:
        yield f"{where}不能少于 {rule.least} 字" + ("（套话不计）" if rule.stock else "")
    if rule.forbid or rule.always:
        plain = _patterns((*rule.forbid, *rule.always))
        yield f"{where}不应有“{rule.title}”的情形" + (f"（{plain}）" if plain else "")
    if rule.brackets:
        yield f"括号应当成对：{'、'.join(rule.brackets)}"


def _date(rule: Any) -> Iterator[str]:
    yield _of(rule)


def _form(rule: Any) -> Iterator[str]:
    tables = [name if name.startswith(("表", "统计")) else f"表{name}" for name in rule.tables]
    yield _of(rule).replace("统计表", "、".join(tables), 1) if tables else _of(rule)


def _similarity(rule: Any) -> Iterator[str]:
    unit = "个" if rule.of == "数据" else "%"
    yield f"{_of(rule)}（相同的达到{shown(rule.above)}{unit}）"


def _outlier(rule: Any) -> Iterator[str]:
    names = "、".join(dict.fromkeys(rule.of.values()))
    yield f"{names}与同类单位相比不应明显{rule.side}（同类单位不足8个的不比较）"


def _attest(rule: Any) -> Iterator[str]:
    yield f"由人工核验：{rule.ask}"


def _filing(rule: Any) -> Iterator[str]:
    yield _of(rule)


_KINDS: Mapping[str, Callable[[Any], Iterator[str]]] = {
    "agreement": _agreement,
    "filled": _filled,
    "section": _section,
    "wording": _wording,
    "date": _date,
    "form": _form,
    "similarity": _similarity,
    "outlier": _outlier,
    "attest": _attest,
    "filing": _filing,
}


def _few(words: Sequence[str]) -> str:
    return "、".join(words[:_MOST]) + (f"等 {len(words)} 项" if len(words) > _MOST else "")


def _patterns(given: Sequence[str]) -> str:
    """Plain words as they are; regular expressions are not read aloud."""
    plain = [word for one in given if _PLAIN.fullmatch(one) for word in one.split("|")]
    return _few([f"“{word}”" for word in plain]) if len(plain) and all(_PLAIN.fullmatch(one) for one in given) else ""
