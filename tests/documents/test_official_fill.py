"""Templates and how they are filled: shipped ones are what their scripts make; words stay words; a mistake is told in Chinese."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import time
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from official_papers import issuer, sample_fields, sample_template
from sample_audit import sample_audit
from toolkit import FILES, Paper, build, kinds

from auditor.documents.matter import Entered, Matter
from auditor.documents.official import fill, head
from auditor.documents.stationery import HOME, StationeryError
from auditor.documents.tally import tally
from auditor.documents.typesetting import balanced, mark_size, width
from auditor.quarters.nouns import Letter


def members(data: bytes) -> dict[str, bytes]:
    """The parts of a Word file."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return {name: source.read(name) for name in source.namelist()}


def words(data: bytes) -> str:
    """What the body says, a paragraph a line."""
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs)


@pytest.fixture
def template(tmp_path: Path) -> Callable[[str], Path]:
    """A template that says these words."""

    def made(said: str) -> Path:
        paper = Paper()
        paper.text(said)
        path = tmp_path / "通知.docx"
        path.write_bytes(paper.data())
        return path

    return made


# --- templates -------------------------------------------------------------------------------------


def test_shipped_templates_are_what_their_scripts_make() -> None:
    """Run tests/documents/templates/toolkit.py after a change."""
    assert kinds()
    for kind in kinds():
        assert members((HOME / f"{FILES[kind]}.docx").read_bytes()) == members(build(kind)), kind


def test_every_shipped_template_has_a_script() -> None:
    assert {path.stem for path in HOME.glob("*.docx")} == {FILES[kind] for kind in kinds()}


def test_a_template_is_made_the_same_each_time_and_word_can_open_it() -> None:
    made = sample_template()
    assert made == sample_template()
    document = Document(io.BytesIO(made))
    assert {style.name for style in document.styles} > {"公文正文", "发文机关标志", "表格文字", "附件标题", "版记"}


@pytest.mark.parametrize("letter", [False, True])
def test_properties_stand_in_the_order_of_the_schema(tmp_path: Path, letter: bool) -> None:
    """Word refuses a file whose properties are out of order; LibreOffice does not care."""
    order = [
        "pStyle",
        "keepNext",
        "keepLines",
        "pageBreakBefore",
        "framePr",
        "widowControl",
        "pBdr",
        "shd",
        "tabs",
        "autoSpaceDE",
        "autoSpaceDN",
        "snapToGrid",
        "spacing",
        "ind",
        "jc",
        "outlineLvl",
        "rPr",
        "sectPr",
    ]
    seen = 0
    for name, data in members(sample(tmp_path, letter=letter)).items():
        for look in re.findall(rb"<w:pPr>(.*?)</w:pPr>", data, re.S):
            bare = re.sub(rb"<w:(pBdr|tabs|sectPr)>.*?</w:\1>", rb"<w:\1/>", look, flags=re.S)
            named = [one.decode() for one in re.findall(rb"<w:([A-Za-z]+)", bare)]
            assert named == sorted(named, key=order.index), (name, named)
            seen += 1
    assert seen > 50


def sample(folder: Path, *, letter: bool = False, name: str = "", **fields: object) -> bytes:
    """The try-out paper, filled."""
    path = folder / "样式试页.docx"
    path.write_bytes(sample_template(letter=letter))
    return fill(path, {**sample_fields(name or issuer(9), letter=letter), **fields})


# --- filling ---------------------------------------------------------------------------------------


def test_equal_fields_give_equal_bytes_and_no_clock(tmp_path: Path) -> None:
    made = sample(tmp_path)
    time.sleep(0.01)
    assert made == sample(tmp_path)
    with zipfile.ZipFile(io.BytesIO(made)) as source:
        assert {info.date_time for info in source.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    core = members(made)["docProps/core.xml"].decode()
    assert "检查情况的通报" in core
    assert not re.search("created|modified|20[0-9]{2}-", core)


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", "</w:t></w:r></w:p>", "{{ 7*7 }}", "{%p if x %}", "&lt;b&gt; & ]]>", "=1+1", "“‘"],
)
def test_words_of_a_report_stay_words(template: Callable[[str], Path], hostile: str) -> None:
    assert hostile in words(fill(template("{{ 正文 }}"), {"正文": hostile, "草稿": hostile}))


def test_what_xml_refuses_is_left_out_and_a_line_break_is_one(template: Callable[[str], Path]) -> None:
    made = fill(template("{{ 正文 }}"), {"正文": "甲\x00\u202e乙\n丙\ud800", "草稿": ""})
    assert words(made) == "甲乙\n丙"
    assert b"<w:br/>" in members(made)["word/document.xml"]


@given(st.text())
def test_any_text_can_be_filled_in(said: str) -> None:
    made = fill(HOME / "通知.docx", {**_order_fields(), "开头": said})
    Document(io.BytesIO(made))


def _order_fields() -> dict[str, object]:
    plain = {"检查": [], "问题": [], "要求": [], "反馈": [], "回执": "送达回执"}
    return {**head(_matter(), "关于限期整改的通知", "禹山镇人民政府"), **plain}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("{{ 正文本 }}", "不认识的字段（“正文本”）"),
        ("{{ 正文 }", "命令写得不对"),
        ("{% for 行 in 各行 %}{{ 行 }}", "命令写得不对"),
        ("{%p for 行 in 各行 %}", "命令写得不对"),
        ("{{ 正文.__class__.__mro__ }}", "不"),
        ("{{ 正文 + 1 }}", "不能执行"),
        ("{{ 1 / 0 }}", "不能执行"),
        ("{{ 正文 | 大写 }}", "命令写得不对"),
        ("{% include '/etc/passwd' %}", "不能执行"),
    ],
)
def test_a_mistake_in_a_template_is_told_with_file_what_and_what_to_do(
    template: Callable[[str], Path], said: str, told: str
) -> None:
    with pytest.raises(StationeryError) as error:
        fill(template(said), {"正文": "甲", "各行": ["乙"], "草稿": ""})
    assert "“通知.docx”" in str(error.value) and "请对照随程序的" in str(error.value)
    assert told in str(error.value)


def test_commands_that_cut_through_a_paragraph_are_told(tmp_path: Path) -> None:
    paper = Paper()
    paper.raw("<w:p><w:r><w:t>{% if 正文 %}甲</w:t></w:r></w:p><w:tbl><w:tr><w:tc>{% endif %}</w:tc></w:tr></w:tbl>")
    paper.control("if 正文")
    paper.raw("<w:tbl><w:tr><w:tc><w:p><w:r><w:t>{%tr endif %}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>")
    path = tmp_path / "函.docx"
    path.write_bytes(paper.data())
    with pytest.raises(StationeryError, match=r"函\.docx"):
        fill(path, {"正文": "", "草稿": ""})


@pytest.mark.parametrize("raw", [b"", b"no zip", b"PK\x03\x04 broken"])
def test_what_is_no_word_file_is_told(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "函.docx"
    path.write_bytes(raw)
    with pytest.raises(StationeryError, match="不是完整的 Word 文件"):
        fill(path, {})
    with pytest.raises(StationeryError, match="没有找到模板"):
        fill(tmp_path / "没有.docx", {})


def test_a_zip_that_is_no_document_is_told(tmp_path: Path) -> None:
    path = tmp_path / "函.docx"
    with zipfile.ZipFile(path, "w") as target:
        target.writestr("a.txt", "甲")
    with pytest.raises(StationeryError, match="不是完整的 Word 文件"):
        fill(path, {})


def test_a_template_that_was_changed_is_read_anew(template: Callable[[str], Path]) -> None:
    path = template("甲")
    assert words(fill(path, {"草稿": ""})) == "甲"
    path = template("乙乙")
    os.utime(path, (2_000_000_000, 2_000_000_000))
    assert words(fill(path, {"草稿": ""})) == "乙乙"


def test_three_hundred_papers_take_seconds(tmp_path: Path) -> None:
    path = tmp_path / "样式试页.docx"
    path.write_bytes(sample_template())
    fields = sample_fields(issuer(9))
    began = time.process_time()
    for _ in range(300):
        fill(path, fields)
    assert time.process_time() - began < 10


def test_a_template_saved_by_word_is_still_set_by_the_names_of_its_styles(tmp_path: Path) -> None:
    parts = members(sample_template())
    for old, new in ((b'"Mark"', b'"a3"'), (b'"Title"', b'"a5"'), (b'"Signature"', b'"af"')):
        parts["word/document.xml"] = parts["word/document.xml"].replace(old, new)
        parts["word/styles.xml"] = parts["word/styles.xml"].replace(b"styleId=" + old, b"styleId=" + new)
    path = tmp_path / "样式试页.docx"
    with zipfile.ZipFile(path, "w") as target:
        for name, data in parts.items():
            target.writestr(name, data)
    made = members(fill(path, sample_fields(issuer(30))))["word/document.xml"].decode()
    assert '<w:w w:val="60"/>' in made
    assert "<w:br/>" in made


# --- what depends on the length of words -----------------------------------------------------------


@given(st.integers(1, 40), st.sampled_from([(58.0, 46.0), (40.0, 32.0)]))
def test_a_mark_fills_one_line_at_most(length: int, sizes: tuple[float, float]) -> None:
    size, percent = mark_size("县" * length, *sizes)
    assert size * percent / 100 * length <= 156 / 25.4 * 72
    assert 60 <= percent <= 100 and size <= sizes[0]
    assert size * percent / 100 * length > 420 or size == sizes[0] or size * 0.5 < 1.5 * length


@given(st.text("政府信息公开工作年度报告检查情况的通报、2026（）", max_size=90))
def test_a_title_keeps_its_words_and_no_line_is_too_long(title: str) -> None:
    lines = balanced(title)
    assert "".join(lines) == title
    assert len(lines) == 1 or all(width(line) <= 20 for line in lines)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("检查情况的通报", ["检查情况的通报"]),
        (
            "关于2026年第一季度政府信息公开工作年度报告检查情况的通报",
            ["关于2026年第一季度政府信息公开工作", "年度报告检查情况的通报"],
        ),
        ("关于核实政府信息公开工作年度报告疑似问题的函", ["关于核实政府信息公开工作", "年度报告疑似问题的函"]),
    ],
)
def test_titles_are_broken_where_sense_allows_it(title: str, lines: list[str]) -> None:
    assert balanced(title) == lines


# --- the fields of every paper ---------------------------------------------------------------------


def _matter(**county: object) -> Matter:
    audit = sample_audit(2)
    known = {"name": "澄湖县", "issuer": "澄湖县人民政府办公室", "numbering": "澄政办函〔{年}〕{号}号"}
    return Matter(tally(replace(audit, county=replace(audit.county, **{**known, **county}))))


def test_what_nobody_entered_is_blank_and_never_the_day_of_the_run() -> None:
    fields = head(_matter(), "关于核实的函", "禹山镇人民政府：")
    assert fields["文号"] == "澄政办函〔　　　　〕　　号"
    assert fields["成文日期"] == fields["印发日期"] == "　　　　年　　月　　日"
    assert fields["主送"] == "禹山镇人民政府"
    assert fields["草稿"] == fields["附注"] == fields["抄送"] == fields["经同意"] == ""
    assert not re.search(r"[0-9]", "".join(str(fields[name]) for name in ("文号", "成文日期", "印发日期")))


def test_what_was_entered_or_recorded_is_printed() -> None:
    matter = _matter(issuer="澄湖县数据局", issuer_is_office=False)
    entered = Entered(
        "澄数函〔2026〕7号",
        dt.date(2026, 4, 10),
        dt.date(2026, 4, 12),
        "（此件公开发布）",
        ("县委办公室", "县监委。"),
        "各有关单位",
    )
    fields = head(replace(matter, entered=entered), "通报", "各镇", undecided=2)
    assert fields["文号"] == "澄数函〔2026〕7号" and fields["成文日期"] == "2026年4月10日"
    assert fields["印发日期"] == "2026年4月12日" and fields["附注"] == "此件公开发布"
    assert fields["抄送"] == "县委办公室，县监委" and fields["主送"] == "各镇"
    assert fields["经同意"] == "经县人民政府同意，" and fields["机关标志"] == "澄湖县数据局文件"
    assert "2项" in str(fields["草稿"]) and "不得印发" in str(fields["草稿"])
    letter = Letter(1, "2026Q1", "禹山镇", "通知", "澄数函〔2026〕9号", dt.date(2026, 4, 11), "张三", ())
    recorded = head(matter, "通知", "禹山镇", letter=letter, as_letter=True)
    assert recorded["文号"] == "澄数函〔2026〕9号" and recorded["成文日期"] == "2026年4月11日"
    assert recorded["机关标志"] == "澄湖县数据局"


def test_the_year_of_a_number_is_known_where_the_day_is() -> None:
    matter = replace(_matter(), entered=Entered(day=dt.date(2026, 4, 10)))
    assert head(matter, "函")["文号"] == "澄政办函〔2026〕　　号"


def test_draft_words_stand_at_the_head_of_every_page(tmp_path: Path) -> None:
    for letter in (False, True):
        with_mark, without = sample(tmp_path, letter=letter), sample(tmp_path, letter=letter, 草稿="")
        heads = [name for name in members(with_mark) if "header" in name]
        assert len(heads) == 2 + letter
        assert all("草稿".encode() in members(with_mark)[name] for name in heads)
        assert not any("草稿".encode() in data for name, data in members(without).items() if "header" in name)


@pytest.mark.parametrize("length", range(4, 31))
def test_issuers_of_the_try_out_have_their_length(length: int) -> None:
    assert len(issuer(length)) == length
    assert all(unicodedata.east_asian_width(one) == "W" for one in issuer(length))
