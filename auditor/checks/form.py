"""form: the right form for the year, no row or column lost, added or renamed.

    of          年度格式  the tables follow the form that the report year orders; where the headings are those of the six
                          contents of before (收费及减免 …), a doubt whose 数量 is how many such headings there are
                统计表    every official table of the year's form is there (tables: [二 三 四] to name them)
                缺行列    rows or columns of the recognised tables are missing
                行列混用  as 缺行列, and rows that only another year's form has in that table
                增行列    rows or columns that the form does not have
                增删行列  both; 比例 says how many of a hundred of the faults are missing, not added
                单位      the printed unit of a row differs from the form's (a lost unit column is no fault)
                错列      a row whose cells fit the column arithmetic only when shifted by one: probably a misreading
    tables      names of tables (二 三 四 统计表); default all
Words for the message: {rows} {columns} {extra} {count} {table} {form} {expected} {units}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from auditor.checks.check import (
    Case,
    Check,
    Compiling,
    KeyMistake,
    Keys,
    Result,
    Words,
    described,
    fact_evidence,
    joined,
    not_applicable,
    opening,
)
from auditor.form import Form
from auditor.model import Cause, Evidence, Fact, Mention, Outcome, State, TableReading
from auditor.text import squash

NAME = "form"
SCOPE = "form"
WORDS = frozenset({"rows", "columns", "extra", "count", "table", "form", "expected", "units"})
_FORM_WORDS = {"A": "2014—2018年统计表", "B": "2019年（试行）格式", "C": "2021年格式"}


class FormKeys(Keys):
    """Keys of `check: form`."""

    of: Literal["年度格式", "统计表", "缺行列", "行列混用", "增行列", "增删行列", "单位", "错列"] = described(
        "检查什么",
        meanings={
            "年度格式": "用的是不是该年度的格式",
            "统计表": "应有的统计表有没有",
            "缺行列": "格式里的行、列缺了没有",
            "行列混用": "缺行列，或多出其他年度格式的行",
            "增行列": "多出了格式里没有的行、列",
            "增删行列": "缺的和多的一起说",
            "单位": "计量单位写错",
            "错列": "数字整行错了一列",
        },
    )
    tables: Words = described("只看哪几张表", "不写即全部", (), names="tables")


def compile(keys: FormKeys, context: Compiling) -> Check:
    """The check of one rule. Raises KeyMistake."""
    known = {table.name for form in context.forms for table in form.tables}
    for at, table in enumerate(keys.tables):
        if table not in known:
            raise KeyMistake(("tables", at), f"没有名为“{table}”的统计表，可用：{'、'.join(sorted(known))}")
    wanted = frozenset(keys.tables)
    modes: dict[str, Callable[[Case, frozenset[str]], list[Result]]] = {
        "年度格式": _right_form(context.all_forms),
        "统计表": _tables,
        "缺行列": _missing,
        "行列混用": _mixed(context.all_forms),
        "增行列": _extra,
        "增删行列": _altered,
        "单位": _units,
        "错列": _shifted,
    }
    mode = modes[keys.of]
    return lambda case: mode(case, wanted)


def _right_form(forms: tuple[Form, ...]) -> Callable[[Case, frozenset[str]], list[Result]]:
    bygone = {form.letter: _bygone(form, forms) for form in forms}

    def check(case: Case, _: frozenset[str]) -> list[Result]:
        if case.report.profile.year is None:
            return not_applicable("报告年度不明")
        if case.year_form is None:
            return not_applicable("该年度没有全国统一格式")
        old = _old_items(case, bygone[case.year_form.letter])
        if case.form is None:
            return old or not_applicable("报告中没有识别出统计表")
        wrong = _other_form(case, case.form, case.year_form)
        return wrong or old or [Result(Outcome.KEPT)]

    return check


def _other_form(case: Case, form: Form, due: Form) -> list[Result]:
    """Tables of another year's form."""
    other = {t.form for t in case.report.tables if t.found and t.form} - {due.letter}
    if form.letter == due.letter and not other:
        return []
    found = form.letter if form.letter != due.letter else sorted(other)[0]
    words = {"form": _FORM_WORDS.get(found, found), "expected": _FORM_WORDS.get(due.letter, due.letter)}
    places = tuple(
        Evidence(_title(t.table), t.place, "统计表") for t in case.report.tables if t.found and t.form == found
    )
    return [Result(Outcome.BROKEN, words=words, evidence=places[:3], key="form")]


# The one of the six contents of 2008 that no later form has; 信息处理费 is another matter.
_OLD_ITEM = "减免"
_OLD_ITEMS = 2


def _bygone(due: Form, forms: tuple[Form, ...]) -> frozenset[str]:
    """The headings that earlier forms had and this one has not."""
    earlier = [s for f in forms if f.last_year is not None and f.last_year < due.first_year for s in f.sections]
    headings = {_bare(w) for s in earlier for w in (s.heading, *s.variants)}
    return frozenset(headings - {_bare(w) for s in due.sections for w in (s.heading, *s.variants)})


def _old_items(case: Case, bygone: frozenset[str]) -> list[Result]:
    """Headings of the contents that an earlier form had, at any level, in a report that must follow a later one."""
    old = [s for s in case.report.sections if _bare(s.heading) in bygone]
    if len(old) < _OLD_ITEMS or not any(_OLD_ITEM in s.heading for s in old):
        return []
    shown = next(s for s in old if _OLD_ITEM in s.heading)
    words = {
        "form": f"“{shown.heading.strip()}”等 {len(old)} 个旧标题",
        "expected": _FORM_WORDS.get(case.year_form.letter, "") if case.year_form else "",
        "count": str(len(old)),
    }
    evidence = tuple(Evidence(s.heading, s.place, "标题") for s in old[:6])
    measures = {"数量": len(old)}
    return [Result(Outcome.BROKEN, certain=False, words=words, evidence=evidence, measures=measures, key="old-items")]


def _bare(heading: str) -> str:
    """A heading without its number and its punctuation."""
    return "".join(c for c in _NUMBER.sub("", squash(heading)) if c.isalnum())


def _of_form(case: Case, form: Form, wanted: frozenset[str]) -> list[TableReading]:
    names = {t.name for t in form.tables}
    return [
        t
        for t in case.report.tables
        if t.table in names and (not wanted or t.table in wanted) and t.form in (None, form.letter)
    ]


def _tables(case: Case, wanted: frozenset[str]) -> list[Result]:
    form = case.year_form
    if form is None:
        return not_applicable("该年度没有全国统一格式")
    if case.form is not None and case.form.letter != form.letter:
        return not_applicable("报告使用了其他年度的格式，由格式规则判断")
    names = [t.name for t in form.tables if not wanted or t.name in wanted]
    found = {t.table for t in case.report.tables if t.found}
    lost = [name for name in names if name not in found]
    unread = [name for name in lost if _is_traced(case, form, name)]
    missing = [name for name in lost if name not in unread]
    if unread:
        reason = f"文中有{joined(map(_title, unread))}的栏目名称，但没有能识别成表格，请打开原文核对"
        return [*_lost(case, form, missing), Result(Outcome.UNCLEAR, reason=reason, caused_by=Cause.READER)]
    return _lost(case, form, missing) or [Result(Outcome.KEPT)]


# A table that came out as running text or in a shape of its own is not missing: so many of its longer labels betray it.
_NUMBER = re.compile(r"^\(?[一二三四五六七八九十\d]+\)?[、.]?")
_LONG_LABEL = 6
_TRACES = 2
_TRACES_OF_A_LIST = 3


def _is_traced(case: Case, form: Form, name: str) -> bool:
    table = next(t for t in form.tables if t.name == name)
    printed = [row.path[-1] for row in table.rows] + [column.path[-1] for column in table.columns]
    labels = {_NUMBER.sub("", squash(label)).partition("(")[0] for label in printed}
    text = "|".join((squash(case.report.prose.text), *case.report.unrecognised))
    seen = sum(label in text for label in labels if len(label) >= _LONG_LABEL)
    return seen >= (_TRACES_OF_A_LIST if table.kind == "list" else _TRACES)


def _lost(case: Case, form: Form, missing: Sequence[str]) -> list[Result]:
    if not missing:
        return []
    listed = joined(map(_title, missing))
    words = {
        "table": listed,
        "count": str(len(missing)),
        "expected": _FORM_WORDS.get(form.letter, form.letter),
        "form": "",
    }
    headings = tuple(Evidence(s.heading, s.place, "标题") for s in case.report.sections if s.level == 1 and s.kind)
    headings = headings or opening(case.report)
    measures = {"数量": len(missing)}
    topics = _topics(form, missing)
    return [Result(Outcome.BROKEN, words=words, evidence=headings[:6], measures=measures, topics=topics, key="tables")]


def _topics(form: Form, tables: Sequence[str]) -> tuple[str, ...]:
    """The sections that hold these tables: a missing table leaves its section empty."""
    titles = {t.title for t in form.tables if t.name in tables}
    return tuple(s.kind for s in form.sections if s.heading in titles)


def _readings(case: Case, wanted: frozenset[str]) -> list[TableReading] | list[Result]:
    if case.form is None:
        return not_applicable("报告中没有识别出统计表")
    found = [t for t in _of_form(case, case.form, wanted) if t.found]
    if not found:
        return not_applicable("没有识别出该表，由统计表缺失规则判断")
    unreadable = [t for t in found if not t.readable]
    if unreadable:
        return [
            Result(
                Outcome.UNCLEAR, reason=f"统计表无法识别：{unreadable[0].note or '单元格粘连'}", caused_by=Cause.READER
            )
        ]
    return found


def _missing(case: Case, wanted: frozenset[str]) -> list[Result]:
    readings = _readings(case, wanted)
    out: list[Result] = []
    for table in readings:
        if isinstance(table, Result):
            return [r for r in readings if isinstance(r, Result)]
        out.append(_missing_in(case, table))
    return out


def _missing_in(case: Case, table: TableReading) -> Result:
    if not table.rows_missing and not table.columns_missing:
        return Result(Outcome.KEPT)
    words = {
        "rows": joined(f"“{r}”" for r in table.rows_missing),
        "columns": joined(f"“{c}”" for c in table.columns_missing),
        "extra": joined(f"“{x}”" for x in (*table.rows_missing, *table.columns_missing)),
        "count": str(len(table.rows_missing) + len(table.columns_missing)),
        "table": _title(table.table),
    }
    evidence = (Evidence(f"缺少{words['extra']}", table.place, _title(table.table)),)
    absent = tuple(
        f.id for f in case.report.facts.values() if f.state is State.ABSENT and _in_table(case, f, table.table)
    )
    count = len(table.rows_missing) + len(table.columns_missing)
    return Result(
        Outcome.BROKEN,
        facts=absent,
        words=words,
        evidence=evidence,
        measures={"数量": count},
        table=table.table,
        key="missing:" + table.table,
    )


def _mixed(forms: tuple[Form, ...]) -> Callable[[Case, frozenset[str]], list[Result]]:
    labels = {form.letter: {t.name: {squash(row.label) for row in t.rows} for t in form.tables} for form in forms}

    def check(case: Case, wanted: frozenset[str]) -> list[Result]:
        readings = _readings(case, wanted)
        out: list[Result] = []
        for table in readings:
            if isinstance(table, Result):
                return [r for r in readings if isinstance(r, Result)]
            own = labels[case.form.letter].get(table.table, set()) if case.form else set()
            others = set().union(*(tables.get(table.table, set()) for tables in labels.values())) - own
            foreign = [m for m in table.rows_extra if squash(m.text) in others]
            found = _missing_in(case, table)
            out.append(_with_foreign(found, table, foreign) if foreign or found.outcome is Outcome.BROKEN else found)
        return out

    return check


def _with_foreign(missing: Result, table: TableReading, foreign: list[Mention]) -> Result:
    lost = (*table.rows_missing, *table.columns_missing)
    shown = [*(f"缺少“{label}”" for label in lost), *(f"多出其他年度格式的“{m.text.strip()}”" for m in foreign)]
    words = {**missing.words, "rows": missing.words.get("rows", ""), "columns": missing.words.get("columns", "")}
    words |= {"extra": joined(shown), "count": str(len(shown)), "table": _title(table.table)}
    evidence = (*missing.evidence, *(Evidence(m.text.strip(), m.place, _title(table.table)) for m in foreign[:12]))
    key = "mixed:" + "|".join(sorted(squash(m.text) for m in foreign)) if foreign else missing.key
    return replace(
        missing,
        outcome=Outcome.BROKEN,
        words=words,
        evidence=evidence,
        measures={"数量": len(shown)},
        table=table.table,
        key=key,
    )


def _in_table(case: Case, fact: Fact, table: str) -> bool:
    cell = case.form.cells.get(fact.id) if case.form else None
    return cell is not None and cell.table == table


def _title(table: str) -> str:
    return f"表{table}" if len(table) == 1 else table


def _extra(case: Case, wanted: frozenset[str]) -> list[Result]:
    readings = _readings(case, wanted)
    out: list[Result] = []
    for table in readings:
        if isinstance(table, Result):
            return [r for r in readings if isinstance(r, Result)]
        extra = (*table.rows_extra, *table.columns_extra)
        if not extra:
            out.append(Result(Outcome.KEPT))
            continue
        words = {
            "extra": joined(f"“{m.text.strip()}”" for m in extra),
            "rows": joined(f"“{m.text.strip()}”" for m in table.rows_extra),
            "columns": joined(f"“{m.text.strip()}”" for m in table.columns_extra),
            "count": str(len(extra)),
            "table": _title(table.table),
        }
        evidence = tuple(Evidence(m.text.strip(), m.place, _title(table.table)) for m in extra[:12])
        key = "extra:" + "|".join(sorted(squash(m.text) for m in extra))
        out.append(
            Result(
                Outcome.BROKEN,
                words=words,
                evidence=evidence,
                measures={"数量": len(extra)},
                table=table.table,
                key=key,
            )
        )
    return out


def _altered(case: Case, wanted: frozenset[str]) -> list[Result]:
    readings = _readings(case, wanted)
    out: list[Result] = []
    for table in readings:
        if isinstance(table, Result):
            return [r for r in readings if isinstance(r, Result)]
        added = (*table.rows_extra, *table.columns_extra)
        lost = _missing_in(case, table)
        out.append(_with_added(lost, table, added) if added or lost.outcome is Outcome.BROKEN else lost)
    return out


def _with_added(lost: Result, table: TableReading, added: tuple[Mention, ...]) -> Result:
    missing = (*table.rows_missing, *table.columns_missing)
    shown = list(dict.fromkeys(f"缺少“{label}”" for label in missing))
    lacking = len(shown)
    shown += dict.fromkeys(f"多出“{m.text.strip()}”" for m in added)
    words = {
        "rows": "",
        "columns": "",
        **lost.words,
        "extra": joined(shown),
        "count": str(len(shown)),
        "table": _title(table.table),
    }
    return replace(
        lost,
        outcome=Outcome.BROKEN,
        words=words,
        evidence=(*lost.evidence, *(Evidence(m.text.strip(), m.place, _title(table.table)) for m in added[:12])),
        measures={"数量": len(shown), "比例": round(Decimal(100 * lacking) / len(shown))},
        table=table.table,
        key="altered:" + "|".join(sorted(squash(label) for label in (*missing, *(m.text for m in added)))),
    )


_SAME_UNITS = {
    "条": {"条", "件", "条/件"},
    "件": {"件", "条", "宗", "条/件"},
    "次": {"次", "件", "件次"},
    "篇": {"篇", "条", "件", "篇次"},
    "人": {"人", "名"},
    "人次": {"人次", "人"},
}


def _units(case: Case, wanted: frozenset[str]) -> list[Result]:
    if case.form is None:
        return not_applicable("报告中没有识别出统计表")
    wrong, seen = [], False
    for table in _of_form(case, case.form, wanted):
        for id, mention in table.units.items():
            cell = case.form.cells.get(id)
            printed = squash(mention.text)
            if cell is None or not printed:
                continue
            seen = True
            if printed != squash(cell.unit) and printed not in _SAME_UNITS.get(cell.unit, set()):
                wrong.append((cell, mention))
    if not seen:
        return not_applicable("文件中没有单位栏，不作判断")
    if not wrong:
        return [Result(Outcome.KEPT)]
    words = {
        "units": joined(f"“{c.name}”填“{m.text.strip()}”，应为“{c.unit}”" for c, m in wrong),
        "count": str(len(wrong)),
    }
    evidence = tuple(Evidence(m.text.strip(), m.place, c.name) for c, m in wrong[:12])
    return [Result(Outcome.BROKEN, facts=tuple(c.id for c, _ in wrong), words=words, evidence=evidence, key="units")]


# --- columns shifted by one ------------------------------------------------------------------------


def _shifted(case: Case, _: frozenset[str]) -> list[Result]:
    form = case.form
    if form is None or "申请人" not in form.axes or "行" not in form.axes:
        return not_applicable("没有表三")
    columns = form.axes["申请人"]
    faults: list[tuple[str, tuple[Fact, ...]]] = []
    for row in form.axes["行"]:
        facts = [case.report.fact(form.by_name[f"{row}.{c}"]) for c in columns if f"{row}.{c}" in form.by_name]
        cells = tuple(f for f in facts if f is not None)
        if len(cells) == len(columns) and _looks_shifted([_value(f) for f in cells]):
            faults.append((row, cells))
    if all((f := case.report.fact(id)) is None or f.state is State.ABSENT for id in form.by_name.values()):
        return not_applicable("没有表三")
    if not faults:
        return [Result(Outcome.KEPT)]
    words = {"rows": joined(f"“{row}”" for row, _ in faults), "count": str(len(faults)), "table": "表三"}
    evidence = tuple(fact_evidence(f) for _, cells in faults[:4] for f in cells)
    ids = tuple(f.id for _, cells in faults for f in cells)
    return [
        Result(
            Outcome.BROKEN,
            facts=ids,
            words=words,
            evidence=evidence,
            table="三",
            key="shift:" + "|".join(r for r, _ in faults),
        )
    ]


def _value(fact: Fact) -> int | None:
    return fact.value if fact.state is State.NUMBER and isinstance(fact.value, int) else None


def _looks_shifted(cells: list[int | None]) -> bool:
    """Whether the total fails as printed and holds, not trivially, when the row is moved by one cell."""
    parts, total = cells[:-1], cells[-1]
    if total is not None and all(p is not None for p in parts) and sum(p or 0 for p in parts) == total:
        return False
    if cells[0] is None and total is not None:
        return False
    left_shift = cells[-1] is None and cells[-2] is not None and cells[-2] > 0
    known = [p or 0 for p in cells[:-2]]
    return left_shift and sum(known) == cells[-2] and sum(1 for p in known if p) >= 1
