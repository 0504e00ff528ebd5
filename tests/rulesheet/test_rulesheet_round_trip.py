"""Rules into a workbook and back: nothing is lost, whatever stands in them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import examples
from auditor.checks import KINDS
from auditor.rulebook import Rulebook, build
from auditor.rulebook.source import parse
from auditor.rulebook.texts import RuleFile, Texts
from auditor.rulesheet import Entry, entries_of, files_of
from auditor.rulesheet.cells import same
from auditor.rulesheet.columns import Column, Form, columns_of
from auditor.rulesheet.entries import cells_of, entry_of
from auditor.rulesheet.sheet import of_bytes
from auditor.rulesheet.workbook import render
from auditor.rulesheet.yamltext import block, entry, flow

# --- the shipped rulebook --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped(book: Rulebook) -> Texts:
    return book.texts


@pytest.fixture(scope="module")
def back(shipped: Texts) -> tuple[Entry, ...]:
    """The shipped rules as they come back from their workbook."""
    sheet = of_bytes("规则.xlsx", render(entries_of(shipped)))
    assert not sheet.mistakes
    return sheet.entries


def test_every_shipped_rule_comes_back_whole(shipped: Texts, back: tuple[Entry, ...]) -> None:
    there = {str(one.data["id"]): one for one in entries_of(shipped)}
    assert len(back) == len(there)
    for one in back:
        origin = there[str(one.data["id"])]
        assert same(dict(one.data), dict(origin.data)), one.data["id"]
        assert (one.file, one.order, one.origin) == (origin.file, origin.order, origin.origin)
        assert (one.comment, dict(one.inner)) == (origin.comment, dict(origin.inner))


def test_the_same_files_with_the_same_rules_in_the_same_order(shipped: Texts, back: tuple[Entry, ...]) -> None:
    files = files_of(back)
    there = {file.inside: file.text for file in shipped.files if file.room == "rules"}
    assert files.keys() == there.keys()
    for name, text in files.items():
        made, origin = parse(name, text), parse(name, there[name])
        assert not made.mistakes, name
        assert same(made.data, origin.data), name
        assert _comments_above_rules(text) == _comments_above_rules(there[name]), name


def _comments_above_rules(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.startswith("#")]


def test_the_rulebook_of_the_files_is_the_same_and_every_example_still_right(
    book: Rulebook, back: tuple[Entry, ...]
) -> None:
    files, texts = files_of(back), book.texts.files
    again = build(Texts(tuple(replace(f, text=files[f.inside]) if f.room == "rules" else f for f in texts)))
    assert [r.rule for r in again.rules] == [r.rule for r in book.rules]
    assert examples.mistakes(again) == ()


def test_equal_rules_give_the_same_bytes(shipped: Texts) -> None:
    some = entries_of(shipped)[:20]
    assert render(some) == render(some)


# --- odd texts -------------------------------------------------------------------------------------

ODD = st.sampled_from(
    [
        *(
            "",
            " ",
            "123",
            "-1",
            "0.5",
            "1e5",
            "true",
            "否",
            "null",
            "~",
            "08",
            "12:30",
            "2014-2018",
            "-2013",
            "2026-04-08",
        ),
        *(
            "=1+1",
            "+1",
            "-1+2",
            "@SUM(A1)",
            "-",
            "- a",
            "a: b",
            "a:",
            "# 不是注释",
            "a #b",
            "'",
            '"',
            '""',
            '"a"',
            "'a'",
        ),
        *(
            "：全角",
            "（）",
            "“引号”",
            "{收到申请数}",
            "[a]",
            "{a: b}",
            "[X×]{2,}",
            "*",
            "&a",
            "!b",
            "|",
            ">",
            "%",
            "`",
            "\\d+",
        ),
        *(
            "A: 甲 = 乙",
            "两行\n文字",
            "尾\n",
            "\n首",
            " 首尾 ",
            "a\tb",
            "a\r\nb",
            "_x0041_",
            "\u3000",
            "\u00a0",
            "\u2028",
            "\x00",
        ),
    ]
)
TEXT = st.one_of(
    ODD,
    st.text(
        st.one_of(st.sampled_from(" \n:：#-'\"[]{},=+@|\\0123a中"), st.characters(exclude_categories=("Cs",))),
        max_size=15,
    ),
)
SCALAR = st.one_of(
    TEXT,
    st.integers(-1000, 1000),
    st.decimals(-100, 100, places=2).map(lambda number: Decimal(f"{number:.2f}")),
    st.booleans(),
    st.none(),
)
VALUE = st.recursive(
    SCALAR,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=6,
)


def _value(column: Column) -> st.SearchStrategy[Any]:
    """Values of a column: of its own kind as a rule, of any kind now and then."""
    match column.form:
        case Form.WORDS:
            return st.one_of(TEXT, TEXT, TEXT, VALUE)
        case Form.CHOICE:
            return st.one_of(st.sampled_from(sorted(column.shown or {})), TEXT)
        case Form.TRUTH:
            return st.one_of(st.booleans(), VALUE)
        case Form.FORMULA:
            return st.one_of(TEXT, st.dictionaries(st.sampled_from("ABC"), TEXT, max_size=3), VALUE)
    return VALUE


@st.composite
def _entries(draw: st.DrawFn) -> Entry:
    kind = draw(st.sampled_from(sorted(KINDS)))
    columns = [c for c in columns_of(kind) if c.path and c.path != ("check",)]
    data: dict[str, Any] = {"check": kind}
    for column in draw(st.lists(st.sampled_from(columns), max_size=6, unique_by=lambda c: c.heading)):
        value = draw(_value(column))
        if len(column.path) == 1:
            data[column.path[0]] = value
        elif isinstance(inner := data.setdefault(column.path[0], {}), dict):
            inner[column.path[1]] = value
    for key in draw(st.lists(TEXT.filter(lambda key: key != "check"), max_size=2)):
        data[key] = draw(VALUE)
    data.setdefault("id", draw(TEXT))
    order = draw(st.one_of(st.none(), st.integers(1, 99).map(Decimal)))
    comment = draw(st.one_of(st.just(""), TEXT.filter(lambda text: text.isprintable())))
    return Entry(data, "甲/乙.yaml", order, "", comment)


@given(st.lists(_entries(), min_size=1, max_size=6))
@settings(max_examples=30)
def test_whatever_stands_in_a_rule_comes_back(entries: list[Entry]) -> None:
    sheet = of_bytes("规则.xlsx", render(entries))
    assert not sheet.mistakes
    left = list(sheet.entries)
    for one in entries:
        found = next((e for e in left if same(dict(e.data), dict(one.data)) and e.comment == one.comment), None)
        assert found is not None, one
        assert (found.file, found.order) == (one.file, one.order)
        left.remove(found)


@given(_entries())
@settings(max_examples=120)
def test_cells_and_files_hold_the_same_rule(one: Entry) -> None:
    again, wrong = entry_of(cells_of(one), one.kind)
    assert not wrong
    assert same(dict(again.data), dict(one.data))
    (text,) = files_of([one]).values()
    data = parse("x", text).data
    assert same(data[0] if one.order is not None else data, dict(one.data))


@given(st.dictionaries(TEXT, VALUE, min_size=1, max_size=4), st.booleans())
@settings(max_examples=120)
def test_yaml_reads_back_as_it_was(data: dict[str, Any], spread: bool) -> None:
    lines = [line for key, value in data.items() for line in entry(key, value, spread=spread)]
    assert same(parse("x", "\n".join(lines)).data, data)
    assert same(parse("x", "\n".join(block([data]))).data, [data])
    assert same(parse("x", f"a: {flow(data)}").data, {"a": data})


def test_a_number_is_a_number_and_its_text_a_text() -> None:
    one = Entry({"check": "equation", "title": "123", "deduct": 123, "aliases": ["123", 123], "note": ""})
    cells = cells_of(one)
    assert (cells["名称"], cells["扣分"], cells["曾用编号"], cells["备注"]) == ("123", "123", "['123', 123]", '""')
    again, _ = entry_of(cells, "equation")
    assert same(dict(again.data), dict(one.data))


def test_formulas_are_written_as_people_write_them() -> None:
    one = Entry({"check": "equation", "expect": {"A": "甲 = 乙", "B": "丙 ≤ 丁"}, "when": '单位类型 = "乡镇"'})
    cells = cells_of(one)
    assert (cells["公式"], cells["前提条件"]) == ("A: 甲 = 乙\nB: 丙 ≤ 丁", '单位类型 = "乡镇"')
    quoted = Entry({"check": "equation", "expect": '"乡镇" = "乡镇"'})
    again, _ = entry_of(cells_of(quoted), "equation")
    assert again.data["expect"] == quoted.data["expect"]


def test_comments_above_a_rule_and_above_its_examples_are_kept() -> None:
    text = (
        "# 文件的说明\n\n# 规则的说明\n- id: a\n  check: filled\n  examples:\n    kept:\n"
        "      # 第一个\n      - {甲: 1}\n      - {甲: 2}\n      # 第三个\n      # 两行\n      - {甲: 3}\n\n- id: b\n  check: filled\n"
    )
    texts = Texts((RuleFile(0, "a.yaml", "rules/a.yaml", text),))
    entries = entries_of(texts)
    assert entries[0].comment == "文件的说明\n\n规则的说明"
    assert cells_of(entries[0])["例：合规"] == "# 第一个\n- {甲: 1}\n- {甲: 2}\n# 第三个\n# 两行\n- {甲: 3}"
    assert files_of(of_bytes("x.xlsx", render(entries)).entries) == {"a.yaml": text}
