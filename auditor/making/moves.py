"""A rule and an example of it -> the small changes of the example that may bring out another outcome.

Cells      each cell of the formulas: 0 1 2, the numbers of the formula and their neighbours, the value at which a relation
           just holds, one below and one above; blank, / and 不清; a single cell of a row or group by itself
Last year  the same under 上年.…, and no report of last year at all
Prose      the numbers of the sentences changed; a sentence for every subject of the formulas added or taken away
Profile    years of every form and the ends of `applies.years`, kinds of unit
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from auditor.checks.check import vocabulary
from auditor.examples import report_of
from auditor.form import Form, FormCell
from auditor.formula import Node, parse
from auditor.formula.vocabulary import LAST_YEAR, THE_ELEMENT
from auditor.formula.written import RELATIONS
from auditor.making.prose import moved
from auditor.making.sentences import Sentences
from auditor.rulebook.book import Ready, Rulebook
from auditor.rulebook.parameters import of_report

Example = dict[str, Any]
Sum = tuple[dict[str, Fraction], Fraction]
"""Factors of cells, by the names of examples, and a constant."""
UNITS = {
    "乡镇": "某县某镇人民政府",
    "街道": "某县某街道办事处",
    "部门": "某县某局",
    "县级以上政府": "某县人民政府",
    "其他": "某中心",
}
_SETTINGS: dict[str, tuple[Any, ...]] = {"是否": (True, False), "日期": ("06-30", "01-31"), "数值": (1, 10, 1000)}
_YEARS = (2013, 2017, 2018, 2019, 2020, 2021, 2024)
_NUMBER = re.compile(r"(?<![\d.])\d{1,5}(?![\d.]|年|月|日|号)")
_MOST_SINGLE = 30
_MOST_PARTS = 3


@dataclass(frozen=True)
class Moves:
    """The changes that may be made to the examples of one rule in one form."""

    book: Rulebook
    ready: Ready
    form: Form | None
    data: Mapping[str, Any] = field(default_factory=dict, compare=False)
    _parameters: dict[str, dict[str, int | Decimal | str]] = field(default_factory=dict, compare=False)

    @cached_property
    def _sentences(self) -> Sentences:
        return Sentences(self.book.lexicon)

    @cached_property
    def nodes(self) -> list[Node]:
        """The trees of all formulas of the rule in this form."""
        rule, letter = self.ready.rule, self.form.letter if self.form else ""
        every = [getattr(rule, "expect", None), rule.when, *getattr(rule, "also", ()), *(g.when for g in rule.grades)]
        texts = [given.get(letter, given.get("")) for given in every if given]
        subjects = frozenset(s.name for s in self.book.lexicon.claims.subjects)
        scope = tuple(f for f in self.book.forms if f.letter in self.ready.forms)
        known = vocabulary(scope, self.book.forms, subjects, frozenset(self.book.parameters))
        return [parse(text, known) for text in texts if text]

    @cached_property
    def relations(self) -> list[Node]:
        """All relations of these formulas."""
        return [n for node in self.nodes for n in node.walk() if n.kind in RELATIONS]

    @cached_property
    def cells(self) -> list[str]:
        """The names of cells as examples write them, last year's with 上年."""
        each = str(getattr(self.ready.rule, "each", ""))
        names = [
            (LAST_YEAR if n.kind == "last" else "") + (each if n.value == THE_ELEMENT else n.value)
            for node in self.nodes
            for n in node.walk()
            if n.kind in ("name", "last")
        ]
        return list(dict.fromkeys((*names, *self._listed_cells())))

    def _listed_cells(self) -> Iterator[str]:
        """The cells that the keys of a rule without formulas name."""
        blocks = getattr(self.ready.rule, "blocks", None) or {}
        for name in (*getattr(self.ready.rule, "cells", ()), *(n for names in blocks.values() for n in names)):
            yield name
            parts = {c.part: c.name for c in self._placed(name)}
            yield from list(dict.fromkeys(parts.values()))[:_MOST_PARTS]
            yield from [c.name for c in self._placed(name) if c.decimal or c.signed][:_MOST_PARTS]

    def _placed(self, name: str) -> list[FormCell]:
        cells = self.form.cells.values() if self.form else ()
        return [c for c in cells if name in ("全部", c.part, c.table, f"表{c.table}")]

    @cached_property
    def singles(self) -> list[str]:
        """Single cells that a row, column or group name stands for."""
        out: list[str] = []
        for name in self.cells:
            bare = name.removeprefix(LAST_YEAR)
            prefix = name[: len(name) - len(bare)]
            if self.form is not None and bare not in self.form.by_name:
                out += [prefix + one for one in self._stands_for(self.form, bare)][:_MOST_SINGLE]
        return list(dict.fromkeys(out))

    def _stands_for(self, form: Form, name: str) -> Iterator[str]:
        each = getattr(self.ready.rule, "each", None)
        members = form.groups.get(name) or (form.axes.get(name) if name == each else None) or (name,)
        for member in members:
            if member in form.by_name:
                yield member
                continue
            yield member
            for element in form.axes.get(each or "", ()):
                yield from (s for s in (f"{member}.{element}", f"{element}.{member}") if s in form.by_name)

    @cached_property
    def subjects(self) -> list[str]:
        """The subjects of the prose that the formulas speak of."""
        named = [n.value for node in self.nodes for n in node.walk() if n.kind == "said"]
        return list(dict.fromkeys((*named, *getattr(self.ready.rule, "subjects", ()))))

    @cached_property
    def _asks_for_rows(self) -> bool:
        return any(n.kind == "call" and n.value == "有" for node in self.nodes for n in node.walk())

    @cached_property
    def constants(self) -> list[Fraction]:
        """The numbers of the formulas."""
        return list(dict.fromkeys(n.number for node in self.nodes for n in node.walk() if n.kind == "number"))

    def of(self, example: Mapping[str, Any]) -> Iterator[Example]:
        """Every example that is one change away."""
        relations = [t for node in self.relations if (t := self._terms(node, example)) is not None]
        for name in (*self.cells, *self.singles):
            for value in self._values(name, example, relations):
                if example.get(name, "没有") != value:
                    yield {**example, name: value}
            if name in example and name in self.singles:
                yield {k: v for k, v in example.items() if k != name}
        yield from self._without_last_year(example)
        yield from self._prose(example, relations)
        yield from self._profile(example)
        yield from self._parameters_set(example)
        yield from self._tables(example)
        yield from moved(self.data, example)

    def _values(self, name: str, example: Mapping[str, Any], relations: Sequence[Sum]) -> list[Any]:
        """Values to try in a cell: simple ones first."""
        numbers: list[int | Decimal] = [0, 1, 2]
        now = example.get(name)
        if isinstance(now, int | Decimal) and not isinstance(now, bool):
            numbers += [now + 1, now - 1, now * 2, now * 3]
        at = [*self.constants, *_boundaries(name, example, relations)]
        for point in at:
            numbers += [n for n in (_number(point), _number(point - 1), _number(point + 1)) if n is not None]
        kept = [n for n in dict.fromkeys(numbers) if n >= 0 or self._is_signed(name)]
        return [*kept, None, "/", "不清", *(["缺"] if self._asks_for_rows else [])]

    def _is_signed(self, name: str) -> bool:
        bare = name.removeprefix(LAST_YEAR)
        return any(c.signed and bare in (c.name, *c.name.split(".")) for f in self.book.forms for c in f.cells.values())

    def _terms(self, relation: Node, example: Mapping[str, Any]) -> Sum | None:
        left, right = (self._linear(c, example) for c in relation.children)
        if left is None or right is None:
            return None
        names = {*left[0], *right[0]}
        return {n: left[0].get(n, Fraction(0)) - right[0].get(n, Fraction(0)) for n in names}, left[1] - right[1]

    def _linear(self, node: Node, example: Mapping[str, Any]) -> Sum | None:
        if node.kind == "number":
            return {}, node.number
        if node.kind in ("name", "last"):
            return {(LAST_YEAR if node.kind == "last" else "") + node.value: Fraction(1)}, Fraction(0)
        if node.kind == "parameter":
            value = self._parameter(node.value, example)
            return None if value is None else ({}, value)
        if node.kind == "said":
            return {f"正文.{node.value}": Fraction(1)}, Fraction(0)
        if node.kind not in ("+", "-", "*", "call", "negative"):
            return None
        parts = [self._linear(child, example) for child in node.children]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        if node.kind == "call":
            return self._sum(node, known)
        if node.kind == "*":
            for one, other in (known, known[::-1]):
                if not one[0]:
                    return {n: c * one[1] for n, c in other[0].items()}, other[1] * one[1]
            return None
        sign = -1 if node.kind in ("-", "negative") else 1
        first, last = (({}, Fraction(0)), known[0]) if node.kind == "negative" else known
        names = {*first[0], *last[0]}
        terms = {n: first[0].get(n, Fraction(0)) + sign * last[0].get(n, Fraction(0)) for n in names}
        return terms, first[1] + sign * last[1]

    def _sum(self, node: Node, parts: Sequence[Sum]) -> Sum | None:
        if node.value != "合计":
            return None
        terms: dict[str, Fraction] = {}
        for part in parts:
            for name, factor in part[0].items():
                members = self.form.groups.get(name, ()) if self.form else ()
                for member in members or (name,):
                    terms[member] = terms.get(member, Fraction(0)) + factor
                if members:
                    terms[name] = factor * len(members)
        return terms, sum((p[1] for p in parts), Fraction(0))

    def _parameter(self, name: str, example: Mapping[str, Any]) -> Fraction | None:
        given = {"概况": example["概况"]} if "概况" in example else {}
        if (key := repr(given)) not in self._parameters:
            profile = report_of(self.book, self.ready, given, None).profile
            self._parameters[key], _ = of_report(self.book.parameters, profile)
        value = self._parameters[key].get(name)
        return None if value is None or isinstance(value, str) else Fraction(value)

    def _without_last_year(self, example: Mapping[str, Any]) -> Iterator[Example]:
        if any(name.startswith("上年") for name in example):
            yield {k: v for k, v in example.items() if not k.startswith("上年")}
        lacking = [name for name in self.cells if name.startswith(LAST_YEAR) and name not in example]
        if lacking:
            yield {**example, **dict.fromkeys(lacking, 0)}
            yield {**example, **dict.fromkeys(lacking, 2)}

    # prose and profile

    def _prose(self, example: Mapping[str, Any], relations: Sequence[Sum]) -> Iterator[Example]:
        text = str(example.get("正文") or "")
        for match in _NUMBER.finditer(text):
            for number in (0, int(match[0]) + 1, int(match[0]) - 1, int(match[0]) * 2):
                if number >= 0:
                    yield {**example, "正文": text[: match.start()] + str(number) + text[match.end() :]}
        for subject in self.subjects:
            solved = [_number(n) for n in _boundaries(f"正文.{subject}", example, relations)]
            exact = [n for n in solved if isinstance(n, int) and n >= 0]
            for number in dict.fromkeys((*exact, *(n + 1 for n in exact), 0, 1, 2, 3, 5)):
                if sentence := self._sentences.numbered(subject, number):
                    yield {**example, "正文": text + sentence}
            for sentence in self._sentences.stated(subject):
                yield {**example, "正文": text + sentence}
        sentences = [s for s in re.findall(r"[^。]+。?", text) if s]
        for at in range(len(sentences)):
            rest = "".join(sentences[:at] + sentences[at + 1 :])
            yield {**{k: v for k, v in example.items() if k != "正文"}, **({"正文": rest} if rest else {})}

    def _profile(self, example: Mapping[str, Any]) -> Iterator[Example]:
        profile = dict(example.get("概况") or {})
        for year in self._years():
            if profile.get("年度") != year:
                yield {**example, "概况": {**profile, "年度": year}}
        for kind, name in UNITS.items():
            if profile.get("单位类型") != kind:
                yield {**example, "概况": {**profile, "单位类型": kind, "单位名称": name}}
        for letter in ("A", "B", "C"):
            if profile.get("格式") != letter:
                yield {**example, "概况": {**profile, "格式": letter}}
        for region in self.ready.rule.applies.region:
            kind = next(iter(self.ready.rule.applies.unit_kind), "部门")
            yield {**example, "概况": {**profile, "单位类型": kind, "单位名称": f"某县{region}"}}
        for kind in self.ready.rule.applies.unit_kind and UNITS:
            region = next(iter(self.ready.rule.applies.region), "")
            yield {**example, "概况": {**profile, "单位类型": kind, "单位名称": f"某县{region}"}}

    def _parameters_set(self, example: Mapping[str, Any]) -> Iterator[Example]:
        rule = self.ready.rule
        named = [n.value for node in self.nodes for n in node.walk() if n.kind == "parameter"]
        named += [name for key in ("allowed_by", "parameter") if (name := getattr(rule, key, None))]
        for name in dict.fromkeys(named):
            for value in _SETTINGS[self.book.parameters[name].entry.kind]:
                yield {**example, "参数": {**(example.get("参数") or {}), name: value}}

    def _tables(self, example: Mapping[str, Any]) -> Iterator[Example]:
        """Rows and columns lost and added, where the rule speaks of the tables themselves."""
        if self.ready.rule.check != "form" or self.form is None:
            return
        given = dict(example.get("表格") or {})
        for key, names in (("多行", ["小计"]), ("多列", ["备注"]), ("缺表", "全部"), ("无法识别", True)):
            yield {**example, "表格": {**given, key: names}}
        for form in (f for f in self.book.forms if f.letter != self.form.letter):
            for table in (t for t in form.tables if t.name in {own.name for own in self.form.tables}):
                own = {row.label for t in self.form.tables for row in t.rows}
                yield from ({**example, "表格": {**given, "多行": [r.label]}} for r in table.rows if r.label not in own)
        for table in self.form.tables:
            for row in table.rows[:3]:
                yield {**example, "表格": {**given, "缺行": [row.label]}}
            yield from ({**example, "表格": {**given, "缺列": [c.path[-1]]}} for c in table.columns[:2])
            yield {**example, "表格": {**given, "缺表": [table.name]}}

    def _years(self) -> Iterable[int]:
        years = self.ready.rule.applies.years
        ends = [y + step for y in (years.first, years.last) if y is not None for step in (-1, 0, 1)]
        return dict.fromkeys((*ends, *_YEARS))


def _boundaries(name: str, example: Mapping[str, Any], relations: Sequence[Sum]) -> Iterator[Fraction]:
    """The values of a cell at which a relation just holds, the other cells being as they are."""
    for terms, constant in relations:
        if factor := terms.get(name):
            yield -(constant + sum(c * _value(example, n) for n, c in terms.items() if n != name)) / factor


def _number(value: Fraction) -> int | Decimal | None:
    """A value as an example writes it; None where it has no short decimal."""
    if value.denominator == 1:
        return value.numerator
    decimal = Decimal(value.numerator) / Decimal(value.denominator)
    exponent = decimal.as_tuple().exponent
    return decimal if isinstance(exponent, int) and exponent >= -3 else None


def _value(example: Mapping[str, Any], name: str) -> Fraction:
    value = example.get(name)
    return Fraction(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else Fraction(0)
