"""Syntax tree + one form (+ last year's form, + one element of an axis) -> a program of closures.

Each      with `each: 申请人` a row name means that row in the current column; with 行 and 块 a column name means that
          column in the current row; a half name without `each` is a mistake. Where the axis lists whole cells
          (主要指标), 本项 means the cell itself
Last year 上年. is looked up in the form of last year's report; a name it lacks raises MissingLastYear, unless the formula
          asks 有(上年.…): then it says itself what holds where there was no such report
Peers     同类. is the median of a cell of this year's form among the peers, unknown where too few of them state it; 有(同类.…)
          asks whether it is known
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from auditor.form import Form
from auditor.formula.evaluate import (
    ClaimRef,
    Env,
    FactRef,
    Linear,
    Opaque,
    Operands,
    PeersRef,
    Ref,
    Trace,
    Truth,
    ValueRef,
    Verdict,
    decide,
    negate,
)
from auditor.formula.interval import ALL, Exact, Interval, exact, largest, smallest
from auditor.formula.parse import FormulaError, Node, is_text, is_truth
from auditor.formula.vocabulary import THE_ELEMENT
from auditor.model import Fact, Said, Spread, State
from auditor.text import show

_STATE_WORDS = {State.BLANK: "空白", State.UNREADABLE: "无法识别", State.ABSENT: "缺行"}


class MissingLastYear(Exception):
    """Last year's form has no cell of that name: the rule does not apply."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Scope:
    """What names are looked up in."""

    form: Form
    last_form: Form | None = None
    element: str | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """A bound formula. `facts`/`last_facts` are all ids it speaks of, `asked` those under 空() or 已填(); `peers` the names
    of the figures whose median among the peers it needs."""

    text: str
    node: Node
    scope: Scope
    run: Callable[[Env], Verdict]
    facts: tuple[str, ...]
    last_facts: tuple[str, ...]
    asked: tuple[str, ...]
    peers: tuple[str, ...] = ()

    def evaluate(self, env: Env) -> Verdict:
        """Kept (True), broken (False) or unclear (None) for one report."""
        return self.run(env)

    def explain(self, env: Env) -> Trace:
        """The formula with the value of every part."""
        return self._binder.trace(self.node, env)

    def sums(self) -> tuple[tuple[str, Linear], ...]:
        """The relations of numbers that must all hold: each sign (= ≤ …) with left − right; what is said otherwise is left out."""
        binder = self._binder
        return tuple((node.kind, binder.difference(node)) for node in _conjuncts(self.node) if _is_relation(node))

    @property
    def _binder(self) -> _Binder:
        return _Binder(self.text, self.scope, 0, without_last_year=_asks_for_last_year(self.node))


def bind(text: str, node: Node, scope: Scope, tolerance: Exact = 0) -> Program:
    """The program of one formula. Raises FormulaError for a name out of scope, MissingLastYear for 上年.…"""
    binder = _Binder(text, scope, tolerance, without_last_year=_asks_for_last_year(node))
    run = binder.truth(node)
    facts = [r.id for n in node.walk() if n.kind == "name" for r in binder.cells(n)]
    last = [r.id for n in node.walk() if n.kind == "last" for r in binder.cells(n)]
    asked = [
        ref.id
        for n in node.walk()
        if n.kind == "call" and n.value in ("空", "已填") and n.children[0].kind == "name"
        for ref in binder.cells(n.children[0])
    ]
    peers = [] if asks_for_peers(node) else [binder.median(n).name for n in node.walk() if n.kind == "peers"]
    return Program(text, node, scope, run, _unique(facts), _unique(last), _unique(asked), _unique(peers))


def cells_of(text: str, node: Node, scope: Scope, *, asks: bool = False) -> list[FactRef]:
    """The cells that a name or a group means. `asks`: what last year's report lacks is nothing, and no MissingLastYear."""
    return _Binder(text, scope, 0, without_last_year=asks).cells(node)


def subjects(node: Node) -> tuple[tuple[str, bool], ...]:
    """(subject, whether its number is needed) of every claim a formula speaks of; 有(正文.x) needs none."""
    plain = {id(n.children[0]) for n in node.walk() if n.kind == "call" and n.value == "有"}
    out: dict[str, bool] = {}
    for n in node.walk():
        if n.kind == "said":
            out[n.value] = out.get(n.value, False) or id(n) not in plain
    return tuple(out.items())


def parameters(node: Node) -> tuple[str, ...]:
    """The parameters a formula needs."""
    return _unique(n.value for n in node.walk() if n.kind == "parameter")


def optional_subjects(node: Node) -> frozenset[str]:
    """The subjects a formula asks for with 有() or 已填(): it says itself what holds where the prose is silent."""
    return frozenset(c.value for c in _asked_for(node, ("有", "已填")) if c.kind == "said")


def speaks_of_last_year(node: Node) -> bool:
    """Whether last year's report has a say."""
    return any(n.kind == "last" for n in node.walk())


def needs_last_year(node: Node) -> bool:
    """Whether the formula cannot be asked without last year's report (one that asks 有(上年.…) can)."""
    return speaks_of_last_year(node) and not _asks_for_last_year(node)


def asks_for_peers(node: Node) -> bool:
    """Whether the formula asks 有(同类.…) and so says itself what holds where too few peers state the figure."""
    return any(c.kind == "peers" for c in _asked_for(node, ("有",)))


def speaks_of_peers(node: Node) -> bool:
    """Whether the peers have a say."""
    return any(n.kind == "peers" for n in node.walk())


def _asks_for_last_year(node: Node) -> bool:
    return any(c.kind == "last" for c in _asked_for(node, ("有",)))


def _asked_for(node: Node, calls: tuple[str, ...]) -> Iterator[Node]:
    return (n.children[0] for n in node.walk() if n.kind == "call" and n.value in calls)


def _conjuncts(node: Node) -> Iterator[Node]:
    """The conditions that 且 joins."""
    if node.kind != "and":
        yield node
        return
    for child in node.children:
        yield from _conjuncts(child)


def _is_relation(node: Node) -> bool:
    return node.kind in ("=", "≠", "<", "≤", ">", "≥") and not is_text(node.children[0])


def _unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))


class _Binder:
    """Turns nodes into closures for one scope."""

    def __init__(self, text: str, scope: Scope, tolerance: Exact, *, without_last_year: bool = False) -> None:
        self.text, self.scope, self.tolerance = text, scope, tolerance
        self.without_last_year = without_last_year

    # names

    def cells(self, node: Node) -> list[FactRef]:
        """The cells that a name or a group means here."""
        last = node.kind == "last"
        form = self.scope.last_form if last else self.scope.form
        if form is None:
            return [self._nothing(node.value)]
        group = form.groups.get(node.value)
        names = group if group is not None and node.value not in form.by_name else (node.value,)
        found = [(name, self._id(name, form, node, last)) for name in names]
        return [self._nothing(name) if id is None else FactRef(id, last) for name, id in found]

    def median(self, node: Node) -> PeersRef:
        """The figure of a cell of this year's form among the peers."""
        form = self.scope.form
        id = self._id(node.value, form, node, last=False)
        assert id is not None
        return PeersRef(form.cells[id].name, form.cells[id].signed)

    def _nothing(self, name: str) -> FactRef:
        """A cell that last year's report does not have: 有() is false, its number unknown."""
        if not self.without_last_year:
            raise MissingLastYear(name)
        return FactRef(name, last=True)

    def _id(self, name: str, form: Form, node: Node, last: bool) -> str | None:
        for candidate in self._spellings(name):
            if candidate in form.by_name:
                return form.by_name[candidate]
        if last:
            return None
        if name == THE_ELEMENT:
            raise FormulaError(f"“{name}”只能在 each 下使用，且各项须是单元格的名称", node.start, node.end)
        if any(name in full.split(".", 1) for full in form.by_name if "." in full):
            hint = "本身不是一个单元格，须写成“行.列”，或在 each 下使用"
            raise FormulaError(f"“{name}”{hint}", node.start, node.end)
        raise FormulaError(f"格式{form.letter}中没有“{name}”", node.start, node.end)

    def _spellings(self, name: str) -> Iterator[str]:
        yield name
        if self.scope.element is not None and name == THE_ELEMENT:
            yield self.scope.element
        elif self.scope.element is not None:
            yield f"{name}.{self.scope.element}"
            yield f"{self.scope.element}.{name}"

    # numbers

    def linear(self, node: Node) -> Linear:
        """A numeric node as constant + Σ coefficient × reference."""
        kind = node.kind
        if kind == "number":
            return Linear(exact(node.number))
        if kind in ("name", "last"):
            refs = self.cells(node)
            if len(refs) > 1:
                raise FormulaError(f"“{node.value}”是一组数据，请用 合计() 等函数", node.start, node.end)
            return Linear(0, ((refs[0], 1),))
        if kind == "peers":
            return Linear(0, ((self.median(node), 1),))
        if kind == "said":
            return Linear(0, ((ClaimRef(node.value), 1),))
        if kind in ("parameter", "profile"):
            return Linear(0, ((ValueRef(kind, node.value), 1),))
        if kind == "negative":
            return self.linear(node.children[0]).scaled(-1)
        if kind in ("+", "-"):
            left, right = (self.linear(c) for c in node.children)
            return left.plus(right, 1 if kind == "+" else -1)
        if kind in ("*", "/"):
            return self._product(node)
        return self._call(node)

    def difference(self, node: Node) -> Linear:
        """Left less right side of a relation."""
        left, right = (self.linear(c) for c in node.children)
        return left.plus(right, -1)

    def _product(self, node: Node) -> Linear:
        left, right = (self.linear(c) for c in node.children)
        if node.kind == "/":
            if not right.terms:
                if right.constant == 0:
                    raise FormulaError("除数不能是 0", node.children[1].start, node.children[1].end)
                return left.scaled(_reciprocal(right.constant))
            return self._opaque(node, lambda env: _quotient(left.range(env), right.range(env)))
        for one, other in ((left, right), (right, left)):
            if not one.terms:
                return other.scaled(one.constant)
        return self._opaque(node, lambda env: left.range(env).times(right.range(env)))

    def _call(self, node: Node) -> Linear:
        parts = [part for child in node.children for part in self._members(child)]
        if node.value == "合计":
            total = Linear()
            for part in parts:
                total = total.plus(part)
            return total
        if node.value == "绝对值":
            return self._opaque(node, lambda env: parts[0].range(env).absolute())
        choose = largest if node.value == "最大" else smallest
        return self._opaque(node, lambda env: choose([p.range(env) for p in parts]))

    def _members(self, node: Node) -> list[Linear]:
        if node.kind in ("name", "last"):
            return [Linear(0, ((ref, 1),)) for ref in self.cells(node)]
        return [self.linear(node)]

    def _opaque(self, node: Node, compute: Callable[[Env], Interval]) -> Linear:
        text = "".join(self.text[node.start : node.end].split())
        return Linear(0, ((Opaque(text, compute), 1),))

    # truths

    def truth(self, node: Node) -> Callable[[Env], Verdict]:
        """A condition as a closure."""
        if node.kind in ("and", "or"):
            return self._joined(node)
        if node.kind == "not":
            inner = self.truth(node.children[0])
            return lambda env: Verdict(negate(inner(env).truth))
        if node.kind == "call":
            return self._asked(node)
        if is_text(node.children[0]):
            return self._texts(node)
        return self._relation(node)

    def _joined(self, node: Node) -> Callable[[Env], Verdict]:
        left, right = (self.truth(c) for c in node.children)
        decisive = node.kind == "or"

        def run(env: Env) -> Verdict:
            a = left(env)
            if a.truth is decisive:
                return a if decisive is False else Verdict(True)
            b = right(env)
            if b.truth is decisive:
                return b if decisive is False else Verdict(True)
            if a.truth is None or b.truth is None:
                return Verdict(None, (a if a.truth is None else b).operands)
            return a if a.operands else b

        return run

    def _relation(self, node: Node) -> Callable[[Env], Verdict]:
        left, right = (self.linear(c) for c in node.children)
        difference = left.plus(right, -1)
        text = self.text[node.start : node.end]
        kind, tolerance = node.kind, self.tolerance

        def run(env: Env) -> Verdict:
            span = difference.range(env)
            truth = decide(kind, span, tolerance)
            if truth is True and kind != "≠":  # a tolerance only ever helps these relations
                return _KEPT
            truth = decide(kind, span, tolerance or difference.rounding(env))
            if truth is True:
                return _KEPT
            return Verdict(truth, Operands(text, left.range(env), right.range(env)))

        return run

    def _texts(self, node: Node) -> Callable[[Env], Verdict]:
        left, right = node.children
        same = node.kind == "="

        def value(part: Node, env: Env) -> str | int | Decimal | None:
            return part.value if part.kind == "string" else env.profile.get(part.value)

        def run(env: Env) -> Verdict:
            a, b = value(left, env), value(right, env)
            return Verdict(None if a is None or b is None else (a == b) is same)

        return run

    def _asked(self, node: Node) -> Callable[[Env], Verdict]:
        inner, question = node.children[0], node.value
        if inner.kind == "said":
            subject = inner.value
            if question == "有":
                return lambda env: Verdict(subject in env.claims)
            filled = question == "已填"
            return lambda env: Verdict((subject in env.claims and env.claims[subject].said is not Said.DID) is filled)
        if inner.kind == "peers":
            name = self.median(inner).name
            return lambda env: Verdict(name in env.peers)
        refs = self.cells(inner)
        if len(refs) > 1:
            raise FormulaError(f"{question}() 里只能写一个单元格的名称", inner.start, inner.end)
        return lambda env: Verdict(_answer(question, refs[0].fact(env)))

    # words

    def trace(self, node: Node, env: Env) -> Trace:
        """The node and its parts with their values in words."""
        text = self.text[node.start : node.end]
        if is_truth(node):
            words = {True: "成立", False: "不成立", None: "无法判断"}[self.truth(node)(env).truth]
            parts = node.children if node.kind != "call" else ()
            return Trace(text, words, tuple(self.trace(c, env) for c in parts if c.kind not in ("number", "string")))
        if is_text(node):
            return Trace(text, str(env.profile.get(node.value, node.value)))
        line = self.linear(node) if node.kind != "call" else None
        if line is not None and node.kind in ("name", "last"):
            ref = line.terms[0][0]
            return Trace(text, _fact_words(ref, env))
        if node.kind == "peers":
            return Trace(text, spread_words(env.peers.get(self.median(node).name)))
        value = (line or self._call(node)).range(env)
        below = tuple(self.trace(c, env) for c in node.children if c.kind != "number" and not self._is_group(c))
        groups = tuple(t for c in node.children if self._is_group(c) for t in self._group(c, env))
        return Trace(text, interval_words(value), (*below, *groups))

    def _is_group(self, node: Node) -> bool:
        return node.kind in ("name", "last") and len(self.cells(node)) > 1

    def _group(self, node: Node, env: Env) -> list[Trace]:
        form = self.scope.last_form if node.kind == "last" else self.scope.form
        prefix = "上年." if node.kind == "last" else ""
        return [
            Trace(
                prefix + (form.cells[ref.id].name if form and ref.id in form.cells else ref.id), _fact_words(ref, env)
            )
            for ref in self.cells(node)
        ]


_KEPT = Verdict(True)


def _reciprocal(value: Exact) -> Exact:
    inverse = Interval(value, value).inverse()
    assert inverse is not None and inverse.low is not None
    return inverse.low


def _quotient(left: Interval, right: Interval) -> Interval:
    inverse = right.inverse()
    return ALL if inverse is None else left.times(inverse)


def _answer(question: str, fact: Fact | None) -> Truth:
    state = State.ABSENT if fact is None else fact.state
    if question == "有":
        return state is not State.ABSENT
    if state is State.UNREADABLE:
        return None
    return state is (State.BLANK if question == "空" else State.NUMBER)


def interval_words(interval: Interval) -> str:
    """An interval as a reader understands it: 5, 3至7, 不少于3, 不限."""
    if interval.point is not None:
        return number_words(interval.point)
    if interval.low is None and interval.high is None:
        return "不能确定"
    if interval.high is None:
        return f"不少于 {number_words(interval.low)}"
    if interval.low is None:
        return f"不多于 {number_words(interval.high)}"
    return f"{number_words(interval.low)} 至 {number_words(interval.high)}"


def number_words(value: Exact | None) -> str:
    """An exact number in the shortest decimal form; fractions that do not end to four places."""
    if value is None:
        return "不能确定"
    if value.denominator == 1:
        return str(value.numerator)
    return show(round(Decimal(value.numerator) / Decimal(value.denominator), 4))


def spread_words(spread: Spread | None) -> str:
    """A median as `explain` shows it, with the number of peers and their quartiles."""
    if spread is None:
        return "不详（同类单位不足八个填有此数）"
    return (
        f"{show(spread.median)}（{spread.size}个同类单位的中位数，四分位 {show(spread.lower)} 至 {show(spread.upper)}）"
    )


def _fact_words(ref: Ref, env: Env) -> str:
    if not isinstance(ref, FactRef):
        return interval_words(ref.range(env))
    return fact_words(ref.fact(env)) + (
        ""
        if (f := ref.fact(env)) is not None and f.state is State.NUMBER
        else f"（按 {interval_words(ref.range(env))} 推算）"
    )


def fact_words(fact: Fact | None) -> str:
    """A fact as findings show it: its number, 空白, 缺行, 无法识别, or the words that stand there."""
    if fact is None:
        return "缺行"
    if fact.state is State.NUMBER:
        return show(fact.value)
    return _STATE_WORDS.get(fact.state) or f"“{fact.raw.strip()}”"
