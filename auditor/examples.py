"""A rule's examples -> small reports, judged by the same code as real ones: the rules' own tests.

    names of cells   a number, nothing (blank), / (na), 不清 (unreadable), 缺 (absent), any other word (text); a group, an
                     axis of cells or a part sets all its cells, a row or column name all of the row or column (with `each`
                     those of its elements); last year's under 上年.…
    正文 上年正文      prose, read as a report's; 章节: {标题: 文字} writes headings and what stands under them
    概况             年度 单位类型 单位名称 格式 公布日期 公布日期确定 填报日期 标题 栏目 单位名称各处 年度各处; a year, a kind
                     of unit or a region that it does not say is one of which the rule speaks
    签署             {单位负责人: 张三, 审核人: }: the signature line; empty is printed but not filled
    表格             what was found of the tables: 缺表 缺行 缺列 多行 多列 单位 格式 无法识别
    报送             how the report stands among the files: 名册 (the unit is on it), 已报 (否: there is no report), 写明 (what the
                     roster says), 另一版本 (the cells in which another version differs), 已公布 (否: that one is a draft)
    前年. 大前年.      cells of the reports before last year's, which must be of a row without a gap
    机构变动          what the roster shows between last year and this one (a merger), in its words
    同类             the other units of the year: 组 (the roster's group), and cells with a list of numbers, one a unit
    同级正文          {unit: prose} of other units' reports of the year
    核验             what a person saw: 结论 (符合 不符合 不适用), 说明 核验人 核验日期, 报告已变更 (true: she saw another version)
    参数             values of parameters for this example alone: {公布期限: 06-30, 允许留空: true}
    期望             more than the outcome: 严重程度 认定 问题数 消息含 消息不含 数据项 (`expectations`)
A cell that the rule's formula speaks of and the example leaves out is a mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any

from auditor.checks.attest import ANSWERS
from auditor.checks.check import Case
from auditor.checks.relation import Formula
from auditor.expectations import KEY, ExampleError, Expectation, expectation, unmet
from auditor.facts import Hints, extract
from auditor.findings import Beside, case_of, judge_rule
from auditor.form import Form, FormCell
from auditor.formula.bind import MissingLastYear
from auditor.model import (
    Attested,
    DateMention,
    Difference,
    Document,
    Fact,
    Filing,
    Mention,
    Outcome,
    Paragraph,
    Peers,
    Prose,
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
from auditor.neighbours import asked_of
from auditor.peers import peers_of
from auditor.rulebook.book import Ready, Rulebook
from auditor.rulebook.mistakes import Mistake
from auditor.rulebook.parameters import unfit
from auditor.spelling import nearest
from auditor.text import read_date, read_value

_WORDS = (
    "正文",
    "章节",
    "上年正文",
    "上年章节",
    "机构变动",
    "同类",
    "同级正文",
    "概况",
    "签署",
    "表格",
    "报送",
    "核验",
    "参数",
    KEY,
)
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
_ATTESTED = ("结论", "说明", "核验人", "核验日期", "报告已变更")
_EARLIER = ("上年.", "前年.", "大前年.")
_YEARS = {"A": 2017, "B": 2019, "C": 2024}
_USUAL = 2024
_SAID = {o.value: o for o in Outcome}


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
        yield from _example(book, ready)


def count(rules: Sequence[Ready]) -> int:
    """How many examples the rules have."""
    return sum(len(r.rule.examples.all()) for r in rules)


def mistakes(book: Rulebook, rules: Sequence[Ready] | None = None) -> tuple[Mistake, ...]:
    """The failures as mistakes of the rulebook, at their lines."""
    return tuple(failure.mistake for failure in run(book, rules))


@dataclass(frozen=True)
class Trial:
    """One example in one form, ready to be judged by its rule or by a mutant of it."""

    expected: str
    number: int
    form: str
    case: Case
    wanted: Expectation
    remade: Callable[[Ready], Case]

    def case_for(self, ready: Ready) -> Case:
        """The case as a mutant of the rule sees it: what is asked of other units depends on the rule itself."""
        return self.case if self.case.peers is None else self.remade(ready)

    def unlike(self, ready: Ready, book: Rulebook) -> str:
        """How it does not come out as its example says, in words; "" where it does."""
        said = judge_rule(ready, self.case_for(ready), book)
        outcome = said.outcomes[ready.id]
        if outcome is _SAID[self.expected]:
            return unmet(self.wanted, said, self.case.report)
        reasons = [u.reason for u in said.undecided] or [f.message for f in said.findings]
        reason = "；".join(reasons[:2])
        return f"应为 {self.expected}，实为 {outcome.value}" + (f"（{reason}）" if reason else "")

    def failure(self, book: Rulebook, ready: Ready) -> Failure | None:
        """The same as a failure at its line, None where the example comes out."""
        said = self.unlike(ready, book)
        if not said:
            return None
        words = f"例子结果不符（{'格式' + self.form if self.form else '无统计表'}）：{said}"
        mistake = _mistake(book, ready, self.expected, self.number, words)
        return Failure(ready.id, self.expected, self.number, self.form, words, mistake)


def trials(book: Rulebook, ready: Ready) -> Iterator[Trial | Failure]:
    """Every example of a rule in every form that it speaks of, and those that cannot be understood."""
    book = book.for_examples(ready)
    for expected, number, example in ready.rule.examples.all():
        try:
            wanted = expectation(example)
            for form in _forms(book, ready, example):
                remade = partial(_case, book, example=example, form=form)
                yield Trial(expected, number, form.letter if form else "", remade(ready), wanted, remade)
        except ExampleError as error:
            words = f"例子有误：{error}"
            mistake = _mistake(book, ready, expected, number, words, error.path)
            yield Failure(ready.id, expected, number, "", words, mistake)


def _example(book: Rulebook, ready: Ready) -> Iterator[Failure]:
    for trial in trials(book, ready):
        failure = trial if isinstance(trial, Failure) else trial.failure(book, ready)
        if failure is not None:
            yield failure


def _mistake(
    book: Rulebook, ready: Ready, expected: str, number: int, words: str, inside: tuple[str | int, ...] = ()
) -> Mistake:
    name, line = ready.place.rsplit(":", 1)
    source = book.sources.get(name)
    if source is None:
        return Mistake(name, int(line), 1, f"规则“{ready.id}”{words}")
    base: tuple[str | int, ...] = ()
    if isinstance(source.data, list):
        base = (next(i for i, item in enumerate(source.data) if isinstance(item, dict) and item.get("id") == ready.id),)
    here = (*base, "examples", expected, number)
    marks = (source.keys.get((*here, *inside)), source.values.get(here), source.values.get((*base, "examples")))
    mark = next((m for m in marks if m is not None), None)
    at = mark.line if mark else int(line) - 1
    if mark is not None:
        return source.worded(mark, f"规则“{ready.id}”{words}")
    return Mistake(name, at + 1, 1, f"规则“{ready.id}”{words}", source.line(at))


def _case(book: Rulebook, ready: Ready, example: Mapping[str, Any], form: Form | None) -> Case:
    report = report_of(book, ready, example, form)
    last = last_report_of(book, ready, example, form)
    answer = _attested(example)
    beside = Beside(
        last,
        merged=str(example.get("机构变动") or "") if last is not None else "",
        earlier=tuple(_earlier_reports(book, ready, example, form)),
        peers=_peers(book, ready, example, form, report),
        attested={ready.id: answer} if answer is not None else {},
    )
    case = case_of(report, book, beside)
    given = _parameters(book, example)
    return replace(case, parameters={**case.parameters, **given}) if given else case


# --- which form an example speaks of ----------------------------------------------------------------


def _names(example: Mapping[str, Any]) -> list[str]:
    return [n for n in example if n not in _WORDS and not n.startswith(_EARLIER)]


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
    if not scope and not names:  # of years before any form
        return [None]
    each = getattr(ready.rule, "each", None)
    fitting = [f for f in scope if all(_cells(n, f, each) for n in names)]
    if not fitting:
        for name in names:
            if not any(_cells(name, f, each) for f in scope):
                known = [n for f in scope for n in (*f.by_name, *f.groups, *f.axes)]
                raise ExampleError(f"未知的名称“{name}”{nearest(name, [*known, *_WORDS])}", (name,))
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


def _parameters(book: Rulebook, example: Mapping[str, Any]) -> dict[str, int | Decimal | str]:
    """The parameters that the example sets by itself."""
    given = _mapping(example, "参数", tuple(book.parameters))
    for name, value in given.items():
        if words := unfit(book.parameters[name].entry.kind, value):
            raise ExampleError(f"参数“{name}”{words}", ("参数", name))
    return {name: int(value) if isinstance(value, bool) else value for name, value in given.items()}


def _attested(example: Mapping[str, Any]) -> Attested | None:
    """What a person saw, where the example says it."""
    given = _mapping(example, "核验", _ATTESTED)
    if not given:
        return None
    if given.get("结论") not in (None, *ANSWERS):
        raise ExampleError(f"“核验”的结论应为{'、'.join(ANSWERS)}")
    day = read_date(str(given.get("核验日期", "")))[0]
    sha256 = "2" * 64 if given.get("报告已变更") else ""
    return Attested(
        str(given.get("结论") or ""), str(given.get("说明") or ""), str(given.get("核验人") or ""), day, "例子", sha256
    )


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
    report = _prose_report(book, ready, example, form, "正文", "章节")
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
    return _before(book, ready, example, form, values, 1)


def _earlier_reports(
    book: Rulebook, ready: Ready, example: Mapping[str, Any], form: Form | None
) -> Iterator[Report]:  # fmt: skip
    """The reports of the years before last, newest first."""
    for back, prefix in enumerate(_EARLIER[1:], 2):
        values = {n.removeprefix(prefix): v for n, v in example.items() if n.startswith(prefix)}
        if values:
            yield replace(_before(book, ready, example, form, values, back), prose=Prose("", ()), sections=())


def _before(
    book: Rulebook, ready: Ready, example: Mapping[str, Any], form: Form | None, values: Mapping[str, Any], back: int
) -> Report:
    """The report of so many years ago, in the nearest form that has all the names."""
    each = getattr(ready.rule, "each", None)
    fits = [f for f in book.forms if all(_cells(n, f, each) for n in values)]
    if not fits:
        raise ExampleError(f"没有一种格式的上年报告有这些名称：{'、'.join(values)}")
    then = form if form in fits else fits[-1]
    assert then is not None
    report = _prose_report(book, ready, example, then, "上年正文", "上年章节")
    year = _year(ready, example, form if form is not None else then)
    source = f"例子（{year - back}年度）"
    profile = replace(report.profile, form=then.letter, year=year - back)
    return replace(report, source=source, facts=_facts(values, then, each), profile=profile)


def _year(ready: Ready, example: Mapping[str, Any], form: Form | None) -> int:
    """The example's report year, else the form's usual one, else the first of those of which the rule speaks."""
    if given := (example.get("概况") or {}).get("年度"):
        return int(given)
    usual, years = _YEARS.get(form.letter, _USUAL) if form else _USUAL, ready.rule.applies.years
    if years.covers(usual):
        return usual
    spoken = [year for year in (years.first, years.last) if year is not None]
    if form is not None:
        spoken = [*spoken, form.first_year, *([form.last_year] if form.last_year is not None else [])]
    fitting = sorted(filter(years.covers, spoken), key=lambda year: (form is not None and not form.covers(year), year))
    return fitting[0] if fitting else usual


def _hints(ready: Ready, example: Mapping[str, Any], form: Form | None) -> Hints:
    """Whose report it is."""
    given, applies = example.get("概况") or {}, ready.rule.applies
    kinds = applies.unit_kind
    return Hints(
        year=_year(ready, example, form),
        unit_kind=given.get("单位类型") or ("乡镇" if not kinds or "乡镇" in kinds else kinds[0]),
        organisation=given.get("单位名称") or f"{applies.region[0] if applies.region else '某县'}某镇人民政府",
    )


# --- other units ------------------------------------------------------------------------------------


def _peers(
    book: Rulebook, ready: Ready, example: Mapping[str, Any], form: Form | None, report: Report
) -> Peers | None:  # fmt: skip
    """The other units of the year that the example describes, found by the same code as those of a run."""
    figures, texts = example.get("同类") or {}, example.get("同级正文") or {}
    if not isinstance(figures, Mapping) or not isinstance(texts, Mapping):
        raise ExampleError("“同类”和“同级正文”应为映射")
    if not figures and not texts:
        return None
    asked = asked_of([ready], book)
    if asked.copying is not None:  # the rule itself decides how much is too much
        asked = replace(asked, copying=replace(asked.copying, above=Decimal(0)))
    group = str(figures.get("组") or "")
    lists = {name: _listed_numbers(name, given) for name, given in figures.items() if name != "组"}
    others = [
        replace(_of_another(report, f"某县第{at + 1}单位", group), facts=_facts(values, form, None))
        for at in range(max(map(len, lists.values()), default=0))
        if form is not None and (values := {name: given[at] for name, given in lists.items() if at < len(given)})
    ]
    for unit, text in texts.items():
        prose = _prose_report(book, ready, {**example, "正文": text, "章节": {}}, form, "正文", "章节")
        other = _of_another(report, str(unit), group)
        others.append(replace(other, prose=prose.prose, facts={}))
    own = replace(report, filing=replace(report.filing or Filing(), group=group))
    return peers_of([own, *others], asked)[0]


def _listed_numbers(name: str, given: Any) -> list[Any]:
    if not isinstance(given, list | tuple):
        raise ExampleError(f"“同类”中的“{name}”应为列表，每个单位一个数，如 [0, 1, 2]")
    return list(given)


def _of_another(report: Report, name: str, group: str) -> Report:
    profile = replace(report.profile, organisation=name, names=(), signatories=())
    return replace(report, source=f"{name}.html", profile=profile, filing=Filing(group=group))


def _prose_report(
    book: Rulebook, ready: Ready, example: Mapping[str, Any], form: Form | None, key: str, sections: str
) -> Report:
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
    document = Document("例子", "0" * 64, "txt", tuple(blocks), "example")
    return extract(document, book.lexicon, _hints(ready, example, form))


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
