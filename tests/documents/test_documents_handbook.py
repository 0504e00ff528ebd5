"""The handbook and the scoring standard as files: self-contained, complete, safe, the same bytes every time."""

from __future__ import annotations

import datetime as dt
import io
import re
from html import unescape

import pytest
from docx import Document

from auditor.documents.handbook import render as page
from auditor.documents.standard import render as paper
from auditor.review.handbook import Handbook, handbook
from auditor.rulebook import Rulebook, load

DAY = dt.date(2026, 4, 8)


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load()


@pytest.fixture(scope="module")
def made(book: Rulebook) -> Handbook:
    return handbook(book, 2025)


@pytest.fixture(scope="module")
def html(made: Handbook) -> str:
    return page(made, DAY).decode("utf-8")


def test_every_rule_and_pattern_stands_once_and_every_link_arrives(book: Rulebook, html: str) -> None:
    ids = re.findall(r'<article class="rule [^"]*" id="([^"]+)"', html)
    assert sorted(ids) == sorted([*(r.id for r in book.rules), *(p.id for p in book.patterns)])
    anchors = set(re.findall(r'id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= anchors


def test_nothing_is_fetched_and_the_policy_names_our_own_script(html: str) -> None:
    assert not re.search(r"""(?:src|href)=["'](?!#)""", html)
    assert "url(" not in html and "@import" not in html
    policy = unescape(html)
    assert "default-src 'none'" in policy and "script-src 'sha256-" in policy


def test_words_of_a_rule_are_text_never_markup(made: Handbook) -> None:
    from dataclasses import replace

    evil = replace(made.rules[0], title="<script>alert(1)</script>", why='"><img src=x>')
    text = page(replace(made, rules=(evil, *made.rules[1:])), DAY).decode("utf-8")
    assert "<script>alert" not in text and "<img" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_articles_lead_to_the_rules_that_rest_on_them(made: Handbook) -> None:
    law = next(c for c in made.laws if "第711号" in c.title)
    article = next(e for e in law.entries if e.title == "第五十条")
    assert "g-assess-missing" in article.rules and article.words


def test_tables_lead_to_the_rules_that_speak_of_them(made: Handbook) -> None:
    form = next(c for c in made.forms if c.title == "2021年格式")
    table = next(e for e in form.entries if e.title.startswith("表四"))
    assert "t4-sum" in table.rules and "a-req-sum" not in table.rules
    rest = form.entries[-1]
    assert "g-pii" in rest.rules and "t4-sum" not in rest.rules


def test_standard_as_word_has_a_table_with_official_heads(made: Handbook) -> None:
    raw = paper(made.standard, DAY)
    assert raw == paper(made.standard, DAY)
    document = Document(io.BytesIO(raw))
    table = document.tables[0]
    assert [c.text for c in table.rows[0].cells] == ["类别", "检查项目", "评分标准（扣分细则）", "分值", "依据"]
    assert len(table.rows) == 1 + sum(len(g.rows) for g in made.standard.groups)
    rows = {row.cells[1].text: [c.text for c in row.cells] for row in table.rows}
    kind, _, words, points, basis = rows["勾稽关系错误"]
    assert kind.startswith("数据准确") and "最多扣40分" in kind
    assert words.startswith("本年新收、上年结转之和应等于办理结果总计、结转下年度之和") and "每处扣5分" in words
    assert points == "5分" and "2021年格式" in basis and "2019年（试行）" not in basis
    assert document.paragraphs[0].text == "政府信息公开工作年度报告评分细则"


def test_standard_of_another_year_speaks_of_that_years_form(book: Rulebook) -> None:
    old = handbook(book, 2017).standard
    rules = {row.rule for group in old.groups for row in group.rows}
    assert "a-req-sum" in rules and "t3-equation" not in rules
    today = "2019年条例第十五条"  # privacy goes by the law of the day of the audit
    assert not any("2019年条例" in row.basis.replace(today, "") for group in old.groups for row in group.rows)


def test_hints_and_practice_cost_nothing_and_are_told_apart(book: Rulebook, made: Handbook) -> None:
    costing = {row.rule for group in made.standard.groups for row in group.rows}
    practice = {r.id for r in book.rules if all(b.practice is not None for b in r.rule.basis)}
    assert practice and not practice & costing
    assert "90 分以上为优秀" in made.standard.notes[-1]
