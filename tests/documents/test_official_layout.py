"""Papers as LibreOffice prints them, measured against GB/T 9704: lines, margins, rules, numbers of pages, fonts."""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest
from official_papers import HAN, issuer, sample_fields, sample_template, short_template
from pdf_measures import Line, Page, converted, office, pages
from sample_audit import sample_audit

from auditor.documents import kinds
from auditor.documents.matter import Entered, Matter
from auditor.documents.official import fill
from auditor.documents.tally import tally

pytestmark = pytest.mark.skipif(office() is None, reason="LibreOffice is not installed")

LENGTHS = (4, 9, 16, 24, 25, 30)
LETTERS = (4, 16, 30)
TABLES = ("统计", "核查单", "评分表", "建议表")
ENDS = (1, 4, 18, 19, 20, 21)
UNITS = (1, 12, 300)
RED = (230, 0, 18)
FONTS = {"方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "Times New Roman"}
# Signs that may stand in the margin at the end of a line, as Word has it too.
HANGING = "。，、；：！？）》”’"


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper and its pages."""

    name: str
    docx: Path
    pdf: Path
    pages: list[Page]
    issuer: str = ""

    @property
    def letter(self) -> bool:
        """Whether it is in 信函格式."""
        return self.name.startswith("函")


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Printed]:
    """All papers, printed in one start of LibreOffice."""
    home = tmp_path_factory.mktemp("layout")
    names: dict[str, str] = {}
    for letter in (False, True):
        template = home / f"样式试页{letter:d}.docx"
        template.write_bytes(sample_template(letter=letter))
        for length in LETTERS if letter else LENGTHS:
            name = f"{'函' if letter else '文'}{length}"
            names[name] = issuer(length)
            (home / f"{name}.docx").write_bytes(fill(template, sample_fields(issuer(length), letter=letter)))
    template = home / "短文.docx"
    template.write_bytes(short_template())
    for lines in ENDS:
        names[name := f"短{lines}"] = issuer(9)
        fields = {**sample_fields(issuer(9)), "正文": (HAN * 20)[: 26 + 28 * lines]}
        (home / f"{name}.docx").write_bytes(fill(template, fields))
    for name, data in _real():
        names[name] = issuer(9)
        (home / f"{name}.docx").write_bytes(data)
    files = [home / f"{name}.docx" for name in names]
    converted(files, home, home / "profile")
    return {
        file.stem: Printed(file.stem, file, pdf := file.with_suffix(".pdf"), pages(pdf), names[file.stem])
        for file in files
    }


def _real() -> Iterator[tuple[str, bytes]]:
    """通报 of 1, 12 and 300 units; of each other kind the one that says most."""
    for units in UNITS:
        yield f"通报{units}", next(kinds.made(_matter(units), ["通报"])).data
    matter = _matter(12)
    for kind, name in (("通知", "通知"), ("反馈函", "函反馈"), *((one, f"表{one}") for one in TABLES)):
        yield name, _longest(matter, kind)
    asked = replace(matter.tally, addressees=tuple(replace(one, outside=True) for one in matter.tally.addressees))
    yield "函整改", _longest(replace(matter, tally=asked), "通知")


def _longest(matter: Matter, kind: str) -> bytes:
    made = (one.data for one in kinds.made(matter, [kind]) if one.name.endswith(".docx"))
    return max(made, key=len)


def _matter(units: int) -> Matter:
    audit = sample_audit(units)
    county = replace(
        audit.county, name="澄湖县", issuer=issuer(9), numbering="澄政公开〔{年}〕{号}号", contact="0700-1234567"
    )
    entered = Entered(copies=("县委办公室", "县人大常委会办公室"), note="此件公开发布")
    return Matter(tally(replace(audit, county=county)), entered=entered)


@pytest.fixture(scope="module")
def every(printed: Mapping[str, Printed]) -> list[Printed]:
    """The papers in a list."""
    return list(printed.values())


def _wide(words: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(one) in "WFA" else 0.5 for one in words)


def _is_text(line: Line) -> bool:
    return abs(line.size - 16) < 0.1


def _text_lines(page: Page) -> list[Line]:
    return [line for line in page.body if _is_text(line)]


# --- the area of the text --------------------------------------------------------------------------


def test_twenty_eight_characters_fill_a_line(printed: Mapping[str, Printed]) -> None:
    for length in LENGTHS:
        lines = [line for page in printed[f"文{length}"].pages for line in _text_lines(page)]
        han = [line for line in lines if re.fullmatch(r"[\u4e00-\u9fff]+", line.text) and line.left < 29]
        full = [line for line in han if line.right > 180]
        assert len(full) > 20
        assert {len(line.text) for line in full} == {28}
        first = [line for line in lines if 38 < line.left < 40 and re.fullmatch(r"[\u4e00-\u9fff]+", line.text)]
        assert {len(line.text) for line in first if line.right > 180} == {26}


def test_no_line_of_text_holds_more_and_justified_ones_hardly_less(every: list[Printed]) -> None:
    held = 0
    for paper in every:
        for page in paper.pages:
            for line in _text_lines(page):
                # Letters are no half characters, and one of two signs side by side is drawn together.
                if not re.search("[!-/:-~]|[，。、；：！？”’）》〕][“‘（《〔，。、；：！？”’）》]", line.text):
                    assert _wide(line.text.rstrip(HANGING)) <= 28, (paper.name, line.text)
                    held += _wide(line.text) > 26
    assert held > 200


def test_twenty_two_lines_fill_a_page(printed: Mapping[str, Printed]) -> None:
    seen = 0
    for paper in printed.values():
        for page, after in pairwise(paper.pages):
            lines = _text_lines(page)
            followed = _text_lines(after)[:1]
            whole = len(lines) == len(page.body) and followed and lines and "附件" not in followed[0].text[:2]
            if page is paper.pages[0] or page.wide or not whole or any(shape.is_rule for shape in page.shapes):
                continue
            steps = [below.base - above.base for above, below in pairwise(lines)]
            if lines[-1].bottom < 240 or any(step > 11 for step in steps):
                continue
            # A heading never ends a page.
            heading = re.match("[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）", followed[0].text)
            assert len(lines) in ((20, 21, 22) if heading else (22,)), (paper.name, [line.text for line in lines])
            assert all(abs(step - 28.95 * 25.4 / 72) < 0.1 for step in steps)
            seen += len(lines) == 22
    assert seen >= len(LENGTHS)


def test_nothing_leaves_the_margins(every: list[Printed]) -> None:
    for paper in every:
        for number, page in enumerate(paper.pages, 1):
            left, _, right, bottom = page.area
            assert (round(page.width), round(page.height)) == ((297, 210) if page.wide else (210, 297))
            for line in page.body:
                inside = line
                while len(inside.characters) > 1 and inside.characters[-1].word in HANGING and inside.right > right + 1:
                    inside = Line(inside.characters[:-1])
                assert inside.left > left - 1, (paper.name, number, line.text)
                assert inside.right < right + 1, (paper.name, number, line.text)
                assert line.right < right + 6.5, (paper.name, number, line.text)
                assert line.bottom < bottom + 1, (paper.name, number, line.text)


def test_the_text_begins_and_ends_at_the_margins(printed: Mapping[str, Printed]) -> None:
    for length in LENGTHS:
        paper = printed[f"文{length}"]
        lines = _text_lines(paper.pages[1])
        assert min(line.left for line in lines) == pytest.approx(28, abs=1)
        assert max(line.right for line in lines if line.text[-1] not in HANGING) == pytest.approx(184, abs=1)
        # A character of 三号 stands in the lower part of its line of 28.95 points, which begins at 37 mm.
        assert lines[0].base - 28.95 * 25.4 / 72 * 0.8 == pytest.approx(37, abs=1)


def test_tables_stay_inside_and_are_not_split(every: list[Printed]) -> None:
    seen = 0
    for paper in every:
        for number, page in enumerate(paper.pages, 1):
            left, top, right, bottom = page.area
            for shape in page.shapes:
                if shape.colour == RED:
                    continue
                seen += 1
                assert shape.left > left - 1 and shape.right < right + 1, (paper.name, number, shape)
                assert shape.top > top - 1 and shape.bottom < bottom + 1, (paper.name, number, shape)
    assert seen > 1000


def test_heads_of_tables_are_repeated(printed: Mapping[str, Printed]) -> None:
    seen = 0
    for length in LENGTHS:
        for page in printed[f"文{length}"].pages:
            if re.search(r"^\d+第\d+镇", page.text, re.M):
                seen += 1
                assert "名次单位说明" in page.text
    assert seen >= 4 * len(LENGTHS)


# --- the head --------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", LENGTHS)
def test_the_red_head_fits_on_one_line(printed: Mapping[str, Printed], length: int) -> None:
    paper = printed[f"文{length}"]
    page = paper.pages[0]
    mark = next(line for line in page.lines if line.characters[0].colour == RED)
    assert mark.text == f"{paper.issuer}文件"
    assert mark.left > 27.5 and mark.right < 184.5
    assert (mark.left + mark.right) / 2 == pytest.approx(106, abs=1)
    assert mark.top == pytest.approx(72, abs=1)
    if length > 6:
        assert mark.right - mark.left > 140
    number = next(line for line in page.lines if "〔" in line.text)
    assert (number.left + number.right) / 2 == pytest.approx(106, abs=1)
    rule = next(shape for shape in page.shapes if shape.colour == RED)
    assert rule.left == pytest.approx(28, abs=1) and rule.right == pytest.approx(184, abs=1)
    assert rule.top - number.bottom == pytest.approx(4, abs=1.5)
    title = next(line for line in page.lines if line.text.startswith("关于"))
    assert 18 < title.top - rule.bottom < 26


@pytest.mark.parametrize("length", LETTERS)
def test_a_letter_has_its_name_between_double_red_rules(printed: Mapping[str, Printed], length: int) -> None:
    paper = printed[f"函{length}"]
    page = paper.pages[0]
    mark = next(line for line in page.lines if line.characters[0].colour == RED)
    assert mark.text == paper.issuer
    assert mark.top == pytest.approx(30, abs=1)
    assert mark.left > 27.5 and mark.right < 184.5
    rules = sorted(
        {(round(s.left), round(s.right), round(s.top), round(s.bottom)) for s in page.shapes if s.colour == RED}
    )
    assert all(
        right - left == pytest.approx(170, abs=2) and left + right == pytest.approx(210, abs=1)
        for left, right, _, _ in rules
    )
    bottoms = sorted(shape.bottom for shape in page.shapes if shape.colour == RED)
    assert bottoms[-1] == pytest.approx(277, abs=1)
    assert bottoms[0] - mark.bottom == pytest.approx(4, abs=2.5)
    number = next(line for line in page.lines if "〔" in line.text)
    assert number.right == pytest.approx(184, abs=1)
    assert not re.search(r"—\d+—", page.text)
    assert all(shape.colour != RED for other in paper.pages[1:] for shape in other.shapes)


# --- numbers of pages, the end ---------------------------------------------------------------------


def test_page_numbers_stand_at_the_outer_side(every: list[Printed]) -> None:
    for paper in every:
        for at, page in enumerate(paper.pages, 1):
            if paper.letter and at == 1:
                continue
            left, _, right, bottom = page.area
            number = next(line for line in page.lines if line.text == f"—{at}—")
            assert abs(number.size - 14) < 0.1
            assert number.top > bottom
            if not page.wide:
                assert number.base == pytest.approx(270, abs=1.5)
            if at % 2:
                assert number.right == pytest.approx(right - 5, abs=1.5)
            else:
                assert number.left == pytest.approx(left + 5, abs=1.5)


def test_the_imprint_is_at_the_bottom_of_the_last_face(every: list[Printed]) -> None:
    for paper in every:
        if paper.name.startswith("表"):
            continue
        last = paper.pages[-1]
        assert all("抄送：" not in page.text for page in paper.pages[:-1])
        copies = next(line for line in last.lines if line.text.startswith("抄送："))
        assert not last.wide
        ends = max(line.bottom for line in last.body)
        assert ends == pytest.approx(262, abs=3)
        if paper.letter:
            assert "印发" not in last.text.replace("不得印发", "")
            continue
        assert last.body[-1].text.endswith("印发")
        rules = sorted({round(s.top, 1) for s in last.shapes if s.is_rule and s.top > copies.top - 8})
        assert len(rules) >= 3
        assert rules[-1] == pytest.approx(262, abs=1)


def test_text_and_imprint_share_the_last_face_where_both_find_room(printed: Mapping[str, Printed]) -> None:
    for lines in ENDS:
        last = printed[f"短{lines}"].pages[-1]
        at = next(at for at, line in enumerate(last.body) if line.text.startswith("抄送："))
        assert at == 0 or last.body[at].top - last.body[at - 1].bottom > 1
    shared = [len(printed[f"短{lines}"].pages) for lines in ENDS]
    assert shared == sorted(shared) and len(set(shared)) > 1


@pytest.mark.parametrize("length", LENGTHS)
def test_the_signature_stands_over_the_day(printed: Mapping[str, Printed], length: int) -> None:
    paper = printed[f"文{length}"]
    page = next(page for page in paper.pages if any(line.text == "2026年4月10日" for line in page.body))
    at = next(at for at, line in enumerate(page.body) if line.text == "2026年4月10日")
    day, above = page.body[at], page.body[at - (1 if length <= 24 else 2) : at]
    assert "".join(line.text for line in above) == paper.issuer
    for line in above:
        assert (line.left + line.right) / 2 == pytest.approx((day.left + day.right) / 2, abs=1.5)
        assert line.left >= 28 and line.right < 184
    if length <= 9:
        # Four characters from the right; LibreOffice sets some space between digits and characters.
        assert day.right == pytest.approx(184 - 4 * 5.56, abs=2.5)


def test_attachments_begin_a_page(every: list[Printed]) -> None:
    seen = 0
    for paper in every:
        for page in paper.pages:
            heads = [at for at, line in enumerate(page.body) if re.fullmatch(r"附件\d?", line.text)]
            seen += len(heads)
            assert heads in ([], [0]), paper.name
            if heads and page.body[1].text != "":
                assert page.body[1].size > 18, paper.name
    assert seen > len(LENGTHS)


# --- fonts -----------------------------------------------------------------------------------------


def test_fonts_are_those_of_the_standard_and_none_is_embedded(every: list[Printed]) -> None:
    for paper in every:
        with zipfile.ZipFile(paper.docx) as source:
            xml = "".join(
                source.read(name).decode()
                for name in source.namelist()
                if name.startswith("word/") and name.endswith(".xml")
            )
            assert not any("fonts/" in name for name in source.namelist())
        named = set(re.findall(r'w:(?:ascii|hAnsi|eastAsia|cs)="([^"]*)"', xml)) - {"zh-CN"}
        assert named == FONTS, paper.name


@pytest.mark.skipif(shutil.which("pdffonts") is None, reason="pdffonts is not installed")
def test_a_chinese_face_stands_in_their_place(every: list[Printed]) -> None:
    for paper in every[:: len(every) // 4]:
        told = subprocess.run(["pdffonts", paper.pdf], capture_output=True, check=True).stdout.decode().splitlines()[2:]
        assert all(re.search(r"\syes yes (yes|no)\s", line) for line in told), told
        assert any("CJK" in line or "Song" in line or "FZ" in line or "Fang" in line for line in told), told


def test_no_glyph_is_missing(every: list[Printed]) -> None:
    for paper in every:
        for page in paper.pages:
            assert not re.search("[\x00\ufffd\ufffe\uffff□]", page.text.replace("□属实", "").replace("□不属实", "")), (
                paper.name
            )
            assert all(one.right > one.left for line in page.lines for one in line.characters if one.word.isalnum())
