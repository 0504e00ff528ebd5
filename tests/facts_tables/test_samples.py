"""Real reports: what the tables print is what comes out, cell by cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from functools import cache

import pytest
from selectolax.lexbor import LexborHTMLParser

from auditor.facts.tables import TablesRead, read_tables
from auditor.form import Form
from auditor.model import Document, Paragraph, Span, State
from auditor.readers import read

from .conftest import FORMS, rows_of, shared
from .render import as_docx, as_html, as_lines, below, block, document, tables

SAMPLES = [  # the scan is read once only, by the tests of its reader
    "a_utf8.html", "b_gb18030_declared_gb2312.html", "c_mso_word.html", "d_merged.docx", "e_stats.xls", "e_stats.xlsx",
    "f_text.pdf", "h_legacy.doc", "i_flat.txt",
]  # fmt: skip


@cache
def opened(path: str) -> Document:
    file = shared(path)
    found = read(file.name, file.read_bytes())
    if not isinstance(found, Document):
        pytest.skip(f"{path}：{found.reason}")
    return found


def against(result: TablesRead, truth: Sequence[dict[str, str]]) -> list[str]:
    """Facts that are not as the truth has them."""
    wrong = []
    for line in truth:
        fact = result.facts[line["id"]]
        value = "" if fact.value is None else str(fact.value)
        if (fact.name, fact.state.value, value) != (line["name"], line["state"], line["value"]):
            wrong.append(f"{line['id']}: {fact.state.value} {value}")
    return wrong


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("year", [2017, None])
def test_every_rendering_of_the_reference_report(name: str, year: int | None, forms: Sequence[Form]) -> None:
    result = read_tables(opened(f"samples/yushan/{name}"), forms, year)
    assert result.form is FORMS["A"]
    assert against(result, rows_of(shared("samples/yushan/truth.tsv"))) == []
    assert list(result.facts) == list(FORMS["A"].cells)
    (reading,) = result.readings
    assert (reading.table, reading.found, reading.readable, reading.rows_missing, reading.rows_extra) == (
        "统计表", True, True, (), (),
    )  # fmt: skip
    assert all(fact.place is not None for fact in result.facts.values())


def test_flat_text_keeps_what_is_no_table(forms: Sequence[Form]) -> None:
    found = opened("reference/yushan-2017.txt")
    result = read_tables(found, forms, None)
    assert against(result, rows_of(shared("samples/yushan/truth.tsv"))) == []
    kept = [b.text.text for at, b in enumerate(found.blocks) if at not in result.used and isinstance(b, Paragraph)]
    assert any("单位负责人" in text for text in kept)
    assert any("填报单位" in text for text in kept)
    assert any(text.startswith("政府信息公开情况统计表") for text in kept)
    assert not any("统计数" in text or "接受培训人员数" in text for text in kept)
    assert set(result.readings[0].units) == {"fee.charged", "capacity.budget", "training.attendees"}


def test_the_signature_stays_visible(forms: Sequence[Form]) -> None:
    result = read_tables(opened("samples/yushan/a_utf8.html"), forms, 2017)
    assert any("单位负责人" in text.text for text in result.loose)
    assert not any("培训" in text.text for text in result.loose)
    place = result.facts["proactive.total"].place
    assert isinstance(place, Span)


@pytest.mark.parametrize("shape", ["html", "docx", "one table", "lines", "blocks"])
def test_a_clean_form_c_report(shape: str, forms: Sequence[Form]) -> None:
    truth = rows_of(shared("corpus/huaian_shi_2024_C.truth.tsv"))
    values = {line["id"]: line["value"] for line in truth}
    grids = tables(FORMS["C"], values.__getitem__)
    if shape == "html":
        found = read("x.html", as_html(*grids))
    elif shape == "docx":
        found = read("x.docx", as_docx(*grids))
    elif shape == "one table":
        found = read("x.html", as_html(below(*grids)))
    elif shape == "lines":
        found = document(*[line for grid in grids for line in as_lines(grid)])
    else:
        found = document(*map(block, grids))
    assert isinstance(found, Document)
    result = read_tables(found, forms, 2024)
    assert result.form is FORMS["C"]
    assert against(result, truth) == []
    assert [(r.table, r.found, r.form, r.rows_missing, r.columns_missing, r.note) for r in result.readings] == [
        (name, True, "C", (), (), "") for name in "二三四"
    ]
    assert [r.rows_extra + r.columns_extra for r in result.readings] == [()] * 3


@pytest.mark.parametrize("name", ["huaian_shi_2024_C.pdf"])
def test_a_clean_form_c_report_as_published(name: str, forms: Sequence[Form]) -> None:
    result = read_tables(opened(f"corpus/{name}"), forms, 2024)
    assert against(result, rows_of(shared("corpus/huaian_shi_2024_C.truth.tsv"))) == []


def test_a_single_row_of_other_results_in_form_c(forms: Sequence[Form]) -> None:
    result = read_tables(opened("corpus/hongze_qu_2024_C.pdf"), forms, 2024)
    assert result.form is FORMS["C"]
    assert {
        result.facts[f"t3.{row}.total"].state for row in ("other_not_supplemented", "other_unpaid", "other_rest")
    } == {State.ABSENT}
    assert result.facts["t3.other.total"].state is State.NUMBER


def test_a_form_b_report_prints_what_its_html_prints(forms: Sequence[Form]) -> None:
    file = shared("corpus/shanghai_fubangongting_2019_B.html")
    result = read_tables(opened("corpus/shanghai_fubangongting_2019_B.html"), forms, 2019)
    form = FORMS["B"]
    assert result.form is form
    page = LexborHTMLParser(file.read_text(encoding="utf-8"))
    two, three, four = (
        [[td.text().strip() for td in tr.css("td")] for tr in table.css("tr")] for table in page.css("table")
    )
    printed: list[str] = []
    for row in two:
        if len(row) > 1 and row[0] != "信息内容":
            printed += row[1:]
    for row in three[3:]:
        printed += row[-7:]
    printed += four[-1]
    assert len(printed) == len(form.cells)
    for (id, cell), text in zip(form.cells.items(), printed, strict=True):
        fact = result.facts[id]
        assert fact.raw.strip() == text, cell.name
        if text == "251000元":
            assert fact.value == Decimal("25.1")
        elif text:
            assert (fact.state, fact.value) == (State.NUMBER, int(text))
        else:
            assert (fact.state, fact.value) == (State.BLANK, None)
        assert isinstance(fact.place, Span)
    assert result.facts["t3.new.natural"].value == 821
    assert result.facts["t3.new.commercial"].value == 35
    assert result.facts["t3.granted.total"].state is State.BLANK


@pytest.mark.parametrize("year", [2021, 2022])
def test_glued_tables_are_found_and_not_guessed(year: int, forms: Sequence[Form]) -> None:
    found = opened(f"corpus/pingtan_{year}_C.txt")
    for hint in (year, None):
        result = read_tables(found, forms, hint)
        assert result.form is FORMS["C"]
        assert Counter(f.state for f in result.facts.values()) == {State.UNREADABLE: 200}
        assert all(f.note and f.value is None for f in result.facts.values())
        assert [(r.table, r.found, r.readable, r.form) for r in result.readings] == [
            (n, True, False, "C") for n in "二三四"
        ]
        assert result.used == frozenset()
    texts = {at: b.text.text for at, b in enumerate(found.blocks) if isinstance(b, Paragraph)}
    cut = [texts[at][start:end] for at, start, end in result.used_spans]
    assert [text[:6] for text in cut] == ["第二十条第（", "（本列数据的", cut[2][:6]]
    assert cut[2].startswith("行政复议")
    assert cut[2].rstrip()[-1] == "0"
    kept = list(texts[0])
    for at, start, end in reversed(result.used_spans):
        assert at == 0
        del kept[start:end]
    rest = "".join(kept)
    for heading in ("二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "五、存在的主要问题及改进情况"):
        assert heading in rest
    assert "总体情况" in rest
    for inside in ("结果维持", "信访举报投诉类申请"):
        assert inside not in rest


def test_a_report_without_an_official_table(forms: Sequence[Form]) -> None:
    result = read_tables(opened("corpus/pingtan_xian_2013_pre2014.txt"), forms, 2013)
    assert (result.form, result.facts, result.readings, result.used) == (None, {}, (), frozenset())
    missing = read_tables(document(), forms, 2022)
    assert [(r.table, r.found, r.form) for r in missing.readings] == [(n, False, "C") for n in "二三四"]
