"""The formula language: what it reads, what it refuses and where, and that its intervals never lie."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.form import Form, FormCell
from auditor.formula import Env, FormulaError, Interval, Vocabulary, bind, parse
from auditor.formula.bind import MissingLastYear, Scope
from auditor.formula.evaluate import LastYear
from auditor.model import Claim, Fact, Said, Span, State
from auditor.rulebook import Rulebook

NAMES = ("甲", "乙", "丙", "非条例所指信息数", "诉讼维持或驳回数", "增减")


def tiny(names: tuple[str, ...] = NAMES, letter: str = "T") -> Form:
    """A form of a few cells; 增减 is signed, 丙 is money."""
    cells = {n: FormCell(n, n, n, "一", n, "数", "件", "一", decimal=n == "丙", signed=n == "增减") for n in names}
    return Form(letter, letter, 2000, None, "x", (), (), cells, {}, {"各项": names[:2]}, {n: n for n in names})


FORM = tiny()
WORDS = Vocabulary((FORM,), (FORM,), frozenset({"收到申请数", "12345热线"}), frozenset({"门槛"}))


def fact(name: str, value: object) -> Fact:
    if isinstance(value, int | Decimal):
        return Fact(name, name, State.NUMBER, value, str(value))
    return Fact(name, name, value if isinstance(value, State) else State.BLANK)


def truth(text: str, **values: object) -> bool | None:
    program = bind(text, parse(text, WORDS), Scope(FORM, FORM))
    facts = {n: fact(n, values.get(n, State.BLANK)) for n in NAMES}
    last = {n: fact(n, values.get("上年" + n, State.BLANK)) for n in NAMES}
    claims = {k: v for k, v in values.items() if isinstance(v, Claim)}
    env = Env(FORM, facts, LastYear(FORM, last), claims, {"门槛": 5}, {"单位类型": "乡镇", "年度": 2017})
    return program.evaluate(env).truth


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("甲 = 乙 + 1", {"甲": 3, "乙": 2}, True),
        ("甲 = 乙 + 1", {"甲": 3, "乙": 3}, False),
        ("甲 = 乙 + 1", {"甲": 3}, None),
        ("甲 = 乙 + 4", {"甲": 3}, False),  # a blank count is never negative
        ("甲 ≤ 甲 + 乙", {}, True),  # a name counts once: 0 ≤ 乙
        ("甲 − 甲 = 0".replace("−", "-"), {}, True),
        ("甲 ≥ 增减", {"甲": 1}, None),
        ("增减 ≥ 0", {}, None),
        ("甲 ＝ 乙", {"甲": 2, "乙": 2}, True),
        ("(甲 + 乙) * 2 = 6", {"甲": 1, "乙": 2}, True),
        ("甲 / 乙 > 0.5", {"甲": 2, "乙": 3}, True),
        ("甲 / 乙 > 0.5", {"甲": 2, "乙": 0}, None),
        ("合计(各项) = 5", {"甲": 2, "乙": 3}, True),
        ("最大(甲, 乙) ≤ 3", {"甲": 2, "乙": 4}, False),
        ("最大(甲, 乙) ≤ 3", {"乙": 4}, False),
        ("最大(甲, 乙) ≤ 3", {"乙": 2}, None),
        ("最小(甲、乙) ≤ 2", {"乙": 2}, True),
        ("绝对值(甲 - 乙) ≤ 1", {"甲": 2, "乙": 3}, True),
        ("空(甲)", {}, True),
        ("空(甲)", {"甲": 0}, False),
        ("空(甲)", {"甲": State.UNREADABLE}, None),
        ("空(甲)", {"甲": State.NA}, False),
        ("已填(甲)", {"甲": State.NA}, False),
        ("已填(甲)", {"甲": State.UNREADABLE}, None),
        ("有(甲)", {"甲": State.ABSENT}, False),
        ("有(甲)", {"甲": State.UNREADABLE}, True),
        ("非 甲 = 1", {"甲": 1}, False),
        ("甲 = 1 或 乙 = 1", {"甲": 1}, True),
        ("甲 = 1 且 乙 = 1", {"甲": 2}, False),
        ("甲 = 1 且 乙 = 1", {"甲": 1}, None),
        ("非条例所指信息数 = 1", {"非条例所指信息数": 1}, True),
        ("非 非条例所指信息数 = 1", {"非条例所指信息数": 1}, False),
        ("诉讼维持或驳回数 = 1 或 甲 = 1", {"诉讼维持或驳回数": 2, "甲": 1}, True),
        ('单位类型 = "乡镇"', {}, True),
        ("单位类型 ≠ “乡镇”", {}, False),
        ("年度 ≥ 2014", {}, True),
        ("甲 > 参数.门槛", {"甲": 6}, True),
        ("上年.甲 = 甲", {"甲": 6, "上年甲": 6}, True),
        ("1.5 * 甲 = 3", {"甲": 2}, True),
        ("丙 = 0.1 + 0.2", {"丙": Decimal("0.3")}, True),  # exact, never float
    ],
)
def test_truth(text: str, values: dict[str, object], expected: bool | None) -> None:
    assert truth(text, **values) is expected


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("甲 = 乙乙", 4, "未知名称“乙乙”"),
        ("甲 = 收到", 4, "未知名称“收到”"),
        ("甲 =", 2, "没有写完"),
        ("甲 = (乙 + 1", 4, "没有写完"),
        ("甲 ≤ 乙 ≤ 丙", 6, "不能连用"),
        ("甲 + 乙", 0, "应是一个条件"),
        ("甲 且 乙 = 1", 0, "应为条件"),
        ("(甲 = 1) + 乙 = 2", 0, "应为数值"),
        ("甲 / 0 = 1", 4, "除数不能是 0"),
        ("甲 = 平均(乙)", 4, "未知函数“平均”"),
        ("空(甲 + 乙)", 0, "只能写一个名称"),
        ("甲 ? 乙", 2, "无法识别的符号"),
        ("", 0, "空的"),
        ('甲 = "文字"', 4, "应为数值"),
    ],
)
def test_mistakes_are_shown_at_the_wrong_word(text: str, at: int, words: str) -> None:
    with pytest.raises(FormulaError) as caught:
        bind(text, parse(text, WORDS), Scope(FORM))
    assert words in caught.value.message
    assert caught.value.start == at


def test_every_name_of_the_official_forms_is_one_word(book: Rulebook) -> None:
    for form in book.forms:
        words = Vocabulary((form,), tuple(book.forms))
        for name, id in form.by_name.items():
            text = f"{name} = 1"
            assert bind(text, parse(text, words), Scope(form)).facts == (id,)


def test_half_a_name_needs_each(book: Rulebook) -> None:
    form = next(f for f in book.forms if f.letter == "C")
    words = Vocabulary((form,), tuple(book.forms))
    text = "本年新收 + 上年结转 = 办理结果总计 + 结转下年度"
    with pytest.raises(FormulaError, match="行"):
        bind(text, parse(text, words), Scope(form))
    bound = bind(text, parse(text, words), Scope(form, None, "自然人"))
    assert bound.facts == ("t3.new.natural", "t3.carried_in.natural", "t3.handled.natural", "t3.carried_out.natural")


def test_a_name_that_last_years_form_lacks(book: Rulebook) -> None:
    a, b = (next(f for f in book.forms if f.letter == letter) for letter in "AB")
    words = Vocabulary((b,), tuple(book.forms))
    text = "上年.结转下年度.总计 = 上年结转.总计"
    assert bind(text, parse(text, words), Scope(b, b)).last_facts == ("t3.carried_out.total",)
    with pytest.raises(MissingLastYear):
        bind(text, parse(text, words), Scope(b, a))


def test_inexact_claims_are_intervals() -> None:
    about = Claim("收到申请数", Said.NUMBER, 30, "件", "30余件", "30余", 0, 3, Span(0, 3), low=30, high=None)
    assert truth("正文.收到申请数 = 甲", 收到申请数=about, 甲=20) is False
    assert truth("正文.收到申请数 = 甲", 收到申请数=about, 甲=35) is None


def test_printed_decimals_bring_their_rounding() -> None:
    form = tiny(("甲", "乙", "丙"))
    words = Vocabulary((form,), (form,))
    text = "甲 = 乙 + 丙"
    program = bind(text, parse(text, words), Scope(form))

    def run(*values: str) -> bool | None:
        facts = {n: fact(n, Decimal(v)) for n, v in zip("甲乙丙", values, strict=True)}
        return program.evaluate(Env(form, facts)).truth

    assert run("1.01", "0.50", "0.50") is True
    assert run("1.10", "0.50", "0.50") is False


# --- soundness against brute force -----------------------------------------------------------------

LETTERS = ("甲", "乙", "增减")
leaf = st.sampled_from(LETTERS) | st.integers(0, 4).map(str)


def numeric(depth: int) -> st.SearchStrategy[str]:
    if depth == 0:
        return leaf
    inner = numeric(depth - 1)
    pair = st.tuples(inner, inner)
    return st.one_of(
        leaf,
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        pair.map(lambda t: f"最大({t[0]}, {t[1]})"),
        pair.map(lambda t: f"最小({t[0]}, {t[1]})"),
        inner.map(lambda t: f"绝对值({t})"),
        st.tuples(inner, st.integers(1, 3)).map(lambda t: f"({t[0]} / {t[1]})"),
    )


relation = st.tuples(numeric(2), st.sampled_from("=≠<≤>≥"), numeric(2)).map(" ".join)
asked = st.sampled_from([f"{q}({n})" for q in ("空", "已填") for n in LETTERS])


def conditions(depth: int) -> st.SearchStrategy[str]:
    if depth == 0:
        return relation | asked
    inner = conditions(depth - 1)
    return st.one_of(
        relation,
        st.tuples(inner, st.sampled_from("且或"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        inner.map(lambda t: f"非 ({t})"),
    )


value = st.none() | st.integers(0, 5)


def fillings(known: dict[str, int | None]) -> list[dict[str, int]]:
    """Every small filling of what is not known; signed cells also below zero."""
    ranges = [[v] if (v := known[n]) is not None else list(range(-4 if n == "增减" else 0, 6)) for n in LETTERS]
    return [dict(zip(LETTERS, filled, strict=True)) for filled in product(*ranges)]


def filled_truth(text: str, blanks: dict[str, int | None], filled: dict[str, int]) -> bool:
    """The plain truth for one filling, by Python's own arithmetic; 空/已填 speak of what was printed."""
    code = text.replace("绝对值", "abs").replace("最大", "max").replace("最小", "min")
    for name in LETTERS:
        code = code.replace(f"空({name})", str(blanks[name] is None)).replace(
            f"已填({name})", str(blanks[name] is not None)
        )
    for name in LETTERS:
        code = code.replace(name, f"F({filled[name]})")
    for mark, python in (("≠", "!="), ("≤", "<="), ("≥", ">="), ("且", "and"), ("或", "or"), ("非", "not")):
        code = code.replace(mark, python)
    code = "".join(
        c if c != "=" or code[i - 1] in "!<>=" or code[i + 1 : i + 2] == "=" else "==" for i, c in enumerate(code)
    )
    return bool(eval(code, {"F": Fraction, "max": max, "min": min, "abs": abs}))


@given(conditions(2), st.fixed_dictionaries(dict.fromkeys(LETTERS, value)))
def test_kept_and_broken_are_never_wrong(text: str, known: dict[str, int | None]) -> None:
    said = truth(text, **{n: v for n, v in known.items() if v is not None})
    if said is None:
        return
    for filled in fillings(known):
        assert filled_truth(text, known, filled) is said, (text, known, filled)


@given(
    st.lists(
        st.tuples(st.sampled_from([1, -1]), st.sampled_from(["甲", "乙", "丙"])),
        min_size=1,
        max_size=3,
        unique_by=lambda t: t[1],
    ),
    st.sampled_from("=≠<≤>≥"),
    st.integers(-4, 8),
    st.fixed_dictionaries(dict.fromkeys(("甲", "乙", "丙"), value)),
)
def test_a_single_linear_relation_is_decided_exactly(
    terms: list[tuple[int, str]], mark: str, right: int, known: dict[str, int | None]
) -> None:
    text = (
        "0"
        + "".join(f" {'+' if c > 0 else '-'} {n}" for c, n in terms)
        + f" {mark} {right if right >= 0 else f'0 - {-right}'}"
    )
    said = truth(text, **{n: v for n, v in known.items() if v is not None})
    unknown = [n for _, n in terms if known[n] is None]
    truths = set()
    for filled in product(range(40), repeat=len(unknown)) if len(unknown) < 3 else product(range(14), repeat=3):
        values = {**known, **dict(zip(unknown, filled, strict=True))}
        total = sum(c * (values[n] or 0) for c, n in terms)
        truths.add(
            {
                "=": total == right,
                "≠": total != right,
                "<": total < right,
                "≤": total <= right,
                ">": total > right,
                "≥": total >= right,
            }[mark]
        )
    assert said is (None if len(truths) > 1 else truths.pop())


ends = st.none() | st.fractions(-5, 5, max_denominator=4)


@given(ends, ends, ends, ends, st.fractions(-5, 5, max_denominator=4), st.fractions(-5, 5, max_denominator=4))
def test_interval_arithmetic_contains_every_value(
    a: Fraction | None, b: Fraction | None, c: Fraction | None, d: Fraction | None, x: Fraction, y: Fraction
) -> None:
    one, other = Interval(a, b), Interval(c, d)

    def holds(i: Interval, v: Fraction) -> bool:
        return (i.low is None or i.low <= v) and (i.high is None or v <= i.high)

    if not (holds(one, x) and holds(other, y)):
        return
    assert holds(one + other, x + y)
    assert holds(-one, -x)
    assert holds(one.times(other), x * y)
    assert holds(one.absolute(), abs(x))
    inverse = other.inverse()
    if inverse is not None:
        assert holds(inverse, 1 / y)
