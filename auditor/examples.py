"""A rule's examples -> small reports, judged by the same code as real ones: the rules' own tests.

    names of cells   a number, nothing (blank), / (na), 不清 (unreadable), 缺 (absent), any other word (text); a group, an
                     axis of cells or a part sets all its cells, a row or column name all of the row or column (with `each`
                     those of its elements); last year's under 上年.…
    正文 上年正文      prose, read as a report's; 章节: {标题: 文字} writes headings and what stands under them
    概况             年度 单位类型 单位名称 格式 公布日期 公布日期确定 填报日期 标题 栏目 单位名称各处 年度各处
    签署             {单位负责人: 张三, 审核人: }: the signature line; empty is printed but not filled
    表格             what was found of the tables: 缺表 缺行 缺列 多行 多列 单位 格式 无法识别
    报送             how the report stands among the files: 名册 (the unit is on it), 已报 (否: there is no report), 写明 (what the
                     roster says), 另一版本 (the cells in which another version differs), 已公布 (否: that one is a draft)
A cell that the rule's formula speaks of and the example leaves out is a mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from auditor.checks.relation import Formula
from auditor.facts import Hints, extract
from auditor.findings import Beside, case_of, judge_rule
from auditor.form import Form, FormCell
from auditor.formula.bind import MissingLastYear
from auditor.model import (
    DateMention,
    Difference,
    Document,
    Fact,
    Filing,
    Mention,
    Outcome,
    Paragraph,
    Report,
    Segment,
    SourceMap,
    Span,
    State,
    TableReading,
    Text,
    Version,
    YearMention,
)
from auditor.rulebook.book import Ready, Rulebook
from auditor.rulebook.mistakes import Mistake
from auditor.spelling import nearest
from auditor.text import read_date, read_value

_WORDS = ("正文", "章节", "上年正文", "上年章节", "概况", "签署", "表格", "报送")
_PROFILE = (
    "年度",
    "单位类型",
    "单位名称",
    "格式",
    "公布日期",
    "公布日期确定",
    "填报日期",
    "标题",
    "栏目",
    "单位名称各处",
    "年度各处",
)
_TABLES = ("缺表", "缺行", "缺列", "多行", "多列", "单位", "格式", "无法识别")
_FILING = ("名册", "已报", "写明", "另一版本", "已公布")
_YEARS = {"A": 2017, "B": 2019, "C": 2024}
_SAID = {o.value: o for o in Outcome}


class ExampleError(Exception):
    """An example cannot be understood; the words say why."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that did not come out as it says, or a test that could not be made."""

    rule: str
    expected: str
    number: int
    form: str
    words: str
    mistake: Mistake


def run(book: Rulebook, rules: Sequence[Ready] | None = None) -> Iterator[Failure]:
    """Every example of the rules (default all) that does not come out as it says."""
    for ready in book.rules if rules is None else rules:
        for expected, number, example in ready.rule.examples.all():
            yield from _example(book, ready, expected, number, example)


def count(rules: Sequence[Ready]) -> int:
    """How many examples the rules have."""
    return sum(len(r.rule.examples.all()) for r in rules)


def mistakes(book: Rulebook, rules: Sequence[Ready] | None = None) -> tuple[Mistake, ...]:
    """The failures as mistakes of the rulebook, at their lines."""
    return tuple(failure.mistake for failure in run(book, rules))


def _example(book: Rulebook, ready: Ready, expected: str, number: int, example: Mapping[str, Any]) -> Iterator[Failure]:
    def failure(form: str, words: str) -> Failure:
        return Failure(ready.id, expected, number, form, words, _mistake(book, ready, expected, number, words))

    try:
        forms = _forms(book, ready, example)
        for form in forms:
            outcome, reason = _outcome(book, ready, example, form)
            if outcome is not _SAID[expected]:
                said = f"应为 {expected}，实为 {outcome.value}" + (f"（{reason}）" if reason else "")
                yield failure(
                    form.letter if form else "",
                    f"例子结果不符（{'格式' + form.letter if form else '无统计表'}）：{said}",
                )
    except ExampleError as error:
        yield failure("", f"例子有误：{error}")


def _mistake(book: Rulebook, ready: Ready, expected: str, number: int, words: str) -> Mistake:
    name, line = ready.place.rsplit(":", 1)
    source = book.sources.get(name)
    if source is None:
        return Mistake(name, int(line), 1, f"规则“{ready.id}”{words}")
    base: tuple[str | int, ...] = ()
    if isinstance(source.data, list):
        base = (next(i for i, item in enumerate(source.data) if isinstance(item, dict) and item.get("id") == ready.id),)
    mark = source.values.get((*base, "examples", expected, number)) or source.values.get((*base, "examples"))
    at = mark.line if mark else int(line) - 1
    return Mistake(name, at + 1, (mark.column if mark else 0) + 1, f"规则“{ready.id}”{words}", source.line(at))


def _outcome(book: Rulebook, ready: Ready, example: Mapping[str, Any], form: Form | None) -> tuple[Outcome, str]:
    report = report_of(book, ready, example, form)
    last = last_report_of(book, ready, example, form)
    case = case_of(report, book, Beside(last) if last is not None else None)
    said = judge_rule(ready, case, book)
    reasons = [u.reason for u in said.undecided] or [f.message for f in said.findings]
    return said.outcomes[ready.id], "；".join(reasons[:2])


# --- which form an example speaks of ----------------------------------------------------------------


def _names(example: Mapping[str, Any]) -> list[str]:
    return [n for n in example if n not in _WORDS and not n.startswith("上年.")]


def _forms(book: Rulebook, ready: Ready, example: Mapping[str, Any]) -> list[Form | None]:
    profile = _mapping(example, "概况", _PROFILE)
    _mapping(example, "表格", _TABLES)
    if "格式" in profile:
        if profile["格式"] is None or profile["格式"] == "无":
            return [None]
        form = book.form(str(profile["格式"]))
        if form is None:
            raise ExampleError(f"没有格式“{profile['格式']}”")
        return [form]
    scope = [f for f in book.forms if f.letter in ready.forms]
    if "年度" in profile:
        of_year = book.form_of_year(int(profile["年度"]))
        if of_year is not None and (of_year in scope or not scope):
            scope = [of_year]
        elif of_year is None:
            return [None]
    names = _names(example)
    each = getattr(ready.rule, "each", None)
    fitting = [f for f in scope if all(_cells(n, f, each) for n in names)]
    if not fitting:
        for name in names:
            if not any(_cells(name, f, each) for f in scope):
                known = [n for f in scope for n in (*f.by_name, *f.groups, *f.axes)]
                raise ExampleError(f"未知的名称“{name}”{nearest(name, [*known, *_WORDS])}")
        raise ExampleError("例中的名称不属于同一种格式")
    if not names and ready.expect is None:
        return [fitting[0]]
    return [*fitting]


def _mapping(example: Mapping[str, Any], key: str, known: Sequence[str]) -> Mapping[str, Any]:
    value = example.get(key) or {}
    if not isinstance(value, Mapping):
        raise ExampleError(f"“{key}”应为映射")
    for name in value:
        if name not in known:
            raise ExampleError(
                f"“{key}”中未知的字段“{name}”{nearest(str(name), known) or '，可用：' + '、'.join(known)}"
            )
    return value


def _cells(name: str, form: Form, each: str | None) -> list[str]:
    """The ids that a name of an example sets."""
    if name in form.by_name:
        return [form.by_name[name]]
    elements = form.axes.get(each, ()) if each else ()
    members = form.groups.get(name) or form.axes.get(name)
    if members is not None:
        return [id for member in members for id in (_cells(member, form, each) if member != name else [])]
    halves = [form.by_name[s] for e in elements for s in (f"{name}.{e}", f"{e}.{name}") if s in form.by_name]
    if halves:
        return halves
    if name == "全部":
        return list(form.cells)
    placed = [c.id for c in form.cells.values() if name in (c.part, c.table, f"表{c.table}")]
    return placed or [id for full, id in form.by_name.items() if "." in full and name in full.split(".", 1)]


# --- an example as a report -------------------------------------------------------------------------


def report_of(book: Rulebook, ready: Ready, example: Mapping[str, Any], form: Form | None) -> Report:
    """The small report that an example describes. Raises ExampleError."""
    report = _prose_report(book, example, form, "正文", "章节")
    values = {n: example[n] for n in _names(example)}
    if form is not None:
        facts = _facts(values, form, getattr(ready.rule, "each", None))
        _complete(ready, form, facts)
        report = replace(report, facts=facts, tables=_tables(book, example, form))
        shown = _mapping(example, "表格", _TABLES)
        letter = str(shown["格式"]) if "格式" in shown else form.letter
        has = bool({t.table for t in report.tables if t.found})
        report = replace(report, profile=replace(report.profile, form=letter if has else None))
    return _filed(_profiled(report, example), example)


def last_report_of(book: Rulebook, ready: Ready, example: Mapping[str, Any], form: Form | None) -> Report | None:
    """Last year's report where the example speaks of it."""
    values = {n.removeprefix("上年."): v for n, v in example.items() if n.startswith("上年.")}
    if not values and "上年正文" not in example and "上年章节" not in example:
        return None
    each = getattr(ready.rule, "each", None)
    fits = [f for f in book.forms if all(_cells(n, f, each) for n in values)]
    if not fits:
        raise ExampleError(f"没有一种格式的上年报告有这些名称：{'、'.join(values)}")
    last = form if form in fits else fits[-1]
    assert last is not None
    report = _prose_report(book, example, last, "上年正文", "上年章节")
    year = (report.profile.year or _YEARS[last.letter]) - (1 if last is form else 0)
    profile = replace(report.profile, form=last.letter, year=year)
    return replace(report, facts=_facts(values, last, each), profile=profile)


def _prose_report(book: Rulebook, example: Mapping[str, Any], form: Form | None, key: str, sections: str) -> Report:
    text = str(example.get(key) or "")
    written = example.get(sections) or {}
    if not isinstance(written, Mapping):
        raise ExampleError(f"“{sections}”应为映射（标题: 文字）")
    lines = [
        *text.split("\n"),
        *(line for heading, body in written.items() for line in (str(heading), *str(body or "").split("\n"))),
    ]
    blocks, at = [], 0
    for line in lines:
        if line:
            blocks.append(Paragraph(Text(line, SourceMap((Segment(0, len(line), at, len(line)),)))))
        at += len(line) + 1
    given = example.get("概况") or {}
    year = int(given.get("年度") or (_YEARS.get(form.letter, 2024) if form else 2024))
    document = Document("例子", "0" * 64, "txt", tuple(blocks), "example")
    hints = Hints(
        year=year, unit_kind=given.get("单位类型") or "乡镇", organisation=given.get("单位名称") or "某县某镇人民政府"
    )
    return extract(document, book.lexicon, hints)


def _facts(values: Mapping[str, Any], form: Form, each: str | None) -> dict[str, Fact]:
    set_: dict[str, Any] = {}
    # wider names first, so that a single cell in the example overrides its group
    for name, value in sorted(values.items(), key=lambda item: -len(_cells(item[0], form, each))):
        for id in _cells(name, form, each):
            set_[id] = value
    return {
        c.id: _fact(c, set_[c.id]) if c.id in set_ else Fact(c.id, c.name, State.ABSENT) for c in form.cells.values()
    }


def _fact(cell: FormCell, value: Any) -> Fact:
    place = Span(0, 0)
    if value is None:
        return Fact(cell.id, cell.name, State.BLANK, place=place)
    if value == "不清":
        return Fact(cell.id, cell.name, State.UNREADABLE, raw="不清", place=place, note="例子")
    if value == "缺":
        return Fact(cell.id, cell.name, State.ABSENT, raw="缺")
    if isinstance(value, bool):
        raise ExampleError(f"“{cell.name}”不能是 true/false")
    if isinstance(value, int | Decimal):
        return Fact(cell.id, cell.name, State.NUMBER, value, str(value), place)
    state, number = read_value(str(value), cell.unit, signed=cell.signed)
    return Fact(cell.id, cell.name, state, number, str(value), place)


def _complete(ready: Ready, form: Form, facts: Mapping[str, Fact]) -> None:
    missing = [facts[id].name for id in _spoken_of(ready, form) if facts[id] is _left_out(facts[id])]
    if missing:
        raise ExampleError(f"例中缺少公式用到的数据：{'、'.join(missing)}")


def _left_out(fact: Fact) -> Fact | None:
    """The fact itself where the example does not speak of it (缺 keeps its raw word)."""
    return fact if fact.state is State.ABSENT and not fact.raw else None


def _spoken_of(ready: Ready, form: Form) -> list[str]:
    out: list[str] = []
    for formulas in (ready.expect, ready.when):
        formula: Formula | None = formulas.get(form.letter) if formulas else None
        if formula is None:
            continue
        for element in formula.elements(form):
            for last in (None, form):
                try:
                    out += formula.bound(form, last, element).facts
                    break
                except MissingLastYear:
                    continue
    return list(dict.fromkeys(out))


def _tables(book: Rulebook, example: Mapping[str, Any], form: Form) -> tuple[TableReading, ...]:
    given = _mapping(example, "表格", _TABLES)
    lost = _listed(given.get("缺表"))
    letter = str(given.get("格式", form.letter))
    names = [t.name for t in (book.form(letter) or form).tables]
    first = next((n for n in names if n not in lost), None)
    out = []
    for name in names:
        here = name == first
        units = {
            form.by_name[k]: Mention("单位", str(v)) for k, v in (given.get("单位") or {}).items() if k in form.by_name
        }
        out.append(
            TableReading(
                name,
                found=name not in lost and "全部" not in lost,
                form=letter,
                readable=not given.get("无法识别"),
                rows_missing=tuple(_listed(given.get("缺行"))) if here else (),
                columns_missing=tuple(_listed(given.get("缺列"))) if here else (),
                rows_extra=tuple(Mention("行", x) for x in _listed(given.get("多行"))) if here else (),
                columns_extra=tuple(Mention("列", x) for x in _listed(given.get("多列"))) if here else (),
                units=units if here else {},
            )
        )
    return tuple(out)


def _filed(report: Report, example: Mapping[str, Any]) -> Report:
    given = _mapping(example, "报送", _FILING)
    if not given:
        return report
    public = given.get("已公布") != "否"
    facts = {fact.name: fact for fact in report.facts.values()}
    other: tuple[Version, ...] = ()
    if isinstance(given.get("另一版本"), Mapping):
        differing = given["另一版本"]
        if unknown := [name for name in differing if name not in facts or facts[name].value is None]:
            raise ExampleError(f"“另一版本”中的“{unknown[0]}”在例中没有数字")
        cells = ((facts[name], value) for name, value in differing.items())
        differences = tuple(Difference(f.id, f.name, f.value or 0, value, f.place) for f, value in cells)
        other = (Version("另一版本", "1" * 64, "例子", public=public, differences=differences),)
    unit = report.profile.organisation if "名册" in given or "已报" in given or "写明" in given else None
    filing = Filing(
        unit, public=True, versions=other, reported=given.get("已报") != "否", stated=str(given.get("写明") or "")
    )
    return replace(report, filing=filing)


def _listed(value: Any) -> list[str]:
    return [] if value is None else [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)]


def _profiled(report: Report, example: Mapping[str, Any]) -> Report:
    given, profile = _mapping(example, "概况", _PROFILE), report.profile
    dates = list(profile.dates)
    for role, key in (("公布日期", "公布日期"), ("填报日期", "填报日期")):
        if given.get(key) is not None:
            value, readings, standard = read_date(str(given[key]))
            dates.append(DateMention(role, str(given[key]), value, readings, standard))
    published = next((d.value for d in dates if d.role == "公布日期" and d.value), profile.published)
    filled = next((d.value for d in dates if d.role == "填报日期" and d.value), profile.filled)
    names = tuple(Mention(role, str(name)) for role, name in (given.get("单位名称各处") or {}).items())
    years = tuple(YearMention(role, int(year), str(year)) for role, year in (given.get("年度各处") or {}).items())
    signed = example.get("签署")
    signatories = profile.signatories
    if isinstance(signed, Mapping):
        signatories = tuple(Mention(role, "" if name is None else str(name)) for role, name in signed.items())
    profile = replace(
        profile,
        dates=tuple(dates),
        published=published,
        published_certain=bool(given.get("公布日期确定", True))
        if given.get("公布日期") is not None
        else profile.published_certain,
        filled=filled,
        names=names or profile.names,
        years=years or profile.years,
        title=given.get("标题") or profile.title,
        column_path=given.get("栏目") or profile.column_path,
        signatories=signatories,
    )
    return replace(report, profile=profile)
