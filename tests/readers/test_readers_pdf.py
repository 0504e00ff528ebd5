"""PDF with a text layer: cells, paragraphs, furniture and places, on real reports and on ones printed here in many ways."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from official_sheets import Sheet, sheets
from PIL import Image
from printed_pdf import SONG, Press
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from auditor.facts import extract
from auditor.form import Form, FormCell
from auditor.model import BoxMap, Document, DocumentStatus, Fact, PageBox, Paragraph, Report, State, Table, Unread
from auditor.readers import limits, ocr, pdf, read, recogniser
from auditor.readers.ideographs import unified
from auditor.readers.page_tables import LONE_LABEL, OPEN_LINES, OVERFLOW, UNRULED
from auditor.rulebook import Rulebook
from auditor.text import UNKNOWN, read_value, squash

TRUTH = Path(__file__).resolve().parent.parent / "truth"
YEARS = {"A": 2017, "B": 2019, "C": 2024}
REAL = ("samples/yushan/f_text.pdf", "corpus/huaian_shi_2024_C.pdf", "corpus/hongze_qu_2024_C.pdf")


def opened(data: bytes, name: str = "报告.pdf") -> Document:
    found = read(name, data)
    assert isinstance(found, Document), found.reason
    return found


def texts(document: Document) -> list[str]:
    return [block.text.text for block in document.blocks if isinstance(block, Paragraph)]


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def grid(table: Table) -> list[list[str]]:
    """The texts of a table, each where its cell begins."""
    rows = max(cell.row + cell.row_span for cell in table.cells)
    columns = max(cell.column + cell.column_span for cell in table.cells)
    out = [[""] * columns for _ in range(rows)]
    for cell in table.cells:
        out[cell.row][cell.column] = squash(cell.text)
    return out


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def wrong(report: Report, truth: list[dict[str, str]]) -> list[tuple[str, str, str, Fact | None]]:
    """Cells that are not read as the truth says."""
    out = []
    for row in truth:
        fact = report.facts.get(row["id"])
        value = "" if fact is None or fact.value is None else str(fact.value)
        if fact is None or fact.state != row["state"] or value != row["value"]:
            out.append((row["id"], row["state"], row["value"], fact))
    return out


# --- real reports ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "truth", "cells"),
    [
        (REAL[0], "samples/yushan/truth.tsv", 58),
        (REAL[1], "corpus/huaian_shi_2024_C.truth.tsv", 200),
    ],
)
def test_every_cell_of_a_real_report(book: Rulebook, shared: Path, name: str, truth: str, cells: int) -> None:
    report = extract(opened((shared / name).read_bytes()), book.lexicon)
    rows = rows_of(shared / truth)
    assert len(rows) == cells
    assert wrong(report, rows) == []
    assert not any(fact.inferred for fact in report.facts.values())


def test_every_printed_cell_of_an_altered_form(book: Rulebook, shared: Path) -> None:
    report = extract(opened((shared / REAL[2]).read_bytes()), book.lexicon)
    rows = rows_of(TRUTH / "hongze_2024_C.tsv")
    assert sum(row["state"] == "number" for row in rows) == 186
    assert wrong(report, rows) == []


@pytest.mark.parametrize(("name", "count"), [(REAL[0], 1), (REAL[1], 3), (REAL[2], 3)])
def test_tables_that_run_over_pages_are_one(shared: Path, name: str, count: int) -> None:
    document = opened((shared / name).read_bytes())
    assert len(tables(document)) == count
    assert all(not table.inferred for table in tables(document))
    assert document.status is DocumentStatus.OK
    assert document.notes == ()


def test_a_label_that_the_page_break_cuts_in_two_is_mended(shared: Path) -> None:
    three = tables(opened((shared / REAL[1]).read_bytes()))[1]
    label = next(cell for cell in three.cells if cell.text == "（四）无法提供")
    assert (label.row_span, label.column_span) == (3, 1)
    assert isinstance(label.place, PageBox) and label.place.page == 4
    assert {cell.text: cell.row_span for cell in three.cells}["三、本年度办理结果"] == 22


def test_prose_of_a_real_report_is_paragraphs(shared: Path) -> None:
    document = opened((shared / REAL[1]).read_bytes())
    found = texts(document)
    headings = [text for text in found if text[1] == "、" and len(text) < 30]
    assert [heading[0] for heading in headings] == list("一二三四五六")
    assert [text[:3] for text in found if text.startswith("（")] == [f"（{n}）" for n in "一二三四五"]
    assert len(found) == 18
    assert not any(" " in text for text in found)
    assert document.furniture == ("-1-",)
    assert document.pages == 6


@pytest.mark.parametrize(
    ("name", "title", "organisation"),
    [
        (REAL[0], "禹山镇2017年政府信息公开工作年度报告", "禹山镇"),
        (REAL[1], "淮安市人民政府2024年政府信息公开工作年度报告", "淮安市人民政府"),
        (REAL[2], "淮安市洪泽区人民政府2024年政府信息公开工作年度报告", "淮安市洪泽区人民政府"),
    ],
)
def test_whose_report_it_is(book: Rulebook, shared: Path, name: str, title: str, organisation: str) -> None:
    profile = extract(opened((shared / name).read_bytes()), book.lexicon).profile
    assert (profile.title, profile.organisation) == (title, organisation)


# --- places ----------------------------------------------------------------------------------------


class Scissors:
    """Cuts a PDF at places: what pdfium finds in the box, less a hair's breadth (ink may reach into a neighbour's box)."""

    def __init__(self, data: bytes) -> None:
        self._pdf = pdfium.PdfDocument(data)

    def cut(self, place: PageBox) -> str:
        """The characters in the box, without white space; radicals as ideographs."""
        page = self._pdf[place.page - 1]
        words = page.get_textpage()
        left, bottom, right, top = self._in_page(page, place)
        hair = min(1.2, (right - left) / 4, (top - bottom) / 4)
        left, bottom, right, top = left + hair, bottom + hair, right - hair, top - hair
        found = words.get_text_bounded(left, bottom, right, top)
        words.close()
        page.close()
        return squash(unified(found))

    @staticmethod
    def _in_page(page: pdfium.PdfPage, place: PageBox) -> tuple[float, float, float, float]:
        """The box in the page's own space: turned back, y up."""
        x0, y0, x1, y1 = place.box
        left, bottom, right, top = page.get_mediabox()
        turned = page.get_rotation()
        if turned == 90:
            return left + y0, bottom + x0, left + y1, bottom + x1
        if turned == 180:
            return right - x1, bottom + y0, right - x0, bottom + y1
        if turned == 270:
            return right - y1, top - x1, right - y0, top - x0
        return left + x0, top - y1, left + x1, top - y0

    def close(self) -> None:
        self._pdf.close()


@pytest.fixture
def scissors() -> Iterator[Callable[[bytes], Scissors]]:
    made: list[Scissors] = []

    def make(data: bytes) -> Scissors:
        made.append(Scissors(data))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize("name", REAL)
def test_a_cell_is_cut_out_at_its_place(shared: Path, name: str, scissors: Callable[[bytes], Scissors]) -> None:
    data = (shared / name).read_bytes()
    document, tool = opened(data), scissors(data)
    cells = [cell for table in tables(document) for cell in table.cells]
    begun = "(四)无" if "huaian" in name else ""  # goes on over the page
    amiss = [
        (cell.text, tool.cut(cell.place))
        for cell in cells
        if isinstance(cell.place, PageBox) and sorted(tool.cut(cell.place)) != sorted(squash(cell.text))
    ]
    assert [cut for text, cut in amiss if cut != begun] == []
    assert len(cells) > 190


@pytest.mark.parametrize("name", REAL)
def test_the_number_of_a_claim_is_cut_out_at_its_place(
    book: Rulebook, shared: Path, name: str, scissors: Callable[[bytes], Scissors]
) -> None:
    data = (shared / name).read_bytes()
    tool = scissors(data)
    claims = [c for c in extract(opened(data), book.lexicon).claims if c.value is not None and c.raw.isdigit()]
    assert len(claims) >= 3
    for claim in claims:
        assert isinstance(claim.place, PageBox)
        assert tool.cut(claim.place) == claim.raw


@pytest.mark.parametrize("name", REAL)
def test_any_characters_of_a_line_are_cut_out_at_their_place(
    shared: Path, name: str, scissors: Callable[[bytes], Scissors]
) -> None:
    data = (shared / name).read_bytes()
    tool, random = scissors(data), Random(name)
    for block in opened(data).blocks:
        if not isinstance(block, Paragraph) or not isinstance(block.text.anchor, BoxMap):
            continue
        line = random.choice(block.text.anchor.lines)
        start = line.start + random.randrange(len(line.lefts))
        end = min(start + random.randint(1, 6), line.start + len(line.lefts))
        place = block.text.place(start, end)
        assert isinstance(place, PageBox)
        assert tool.cut(place) == squash(block.text.text[start:end])


@pytest.mark.parametrize("turned", ["", "page", "drawn"])
def test_places_are_those_of_the_page_as_shown(turned: str, scissors: Callable[[bytes], Scissors]) -> None:
    press = Press(842, 595, turned=turned)
    press.paragraph("本年度主动公开政府信息1234条。")
    press.table([(0, 0, 1, 1, "规章"), (0, 1, 1, 1, "56"), (1, 0, 1, 1, "规范性文件"), (1, 1, 1, 1, "789")], [200, 100])
    data = press.done()
    document, tool = opened(data), scissors(data)
    for cell in tables(document)[0].cells:
        assert isinstance(cell.place, PageBox)
        assert tool.cut(cell.place) == cell.text
    paragraph = document.blocks[0]
    assert isinstance(paragraph, Paragraph)
    at = paragraph.text.text.index("1234")
    place = paragraph.text.place(at, at + 4)
    assert isinstance(place, PageBox)
    assert tool.cut(place) == "1234"


# --- tables printed in many ways -------------------------------------------------------------------


def some_value(random: Random, cell: FormCell) -> str:
    """What may stand in a cell: zeros, blanks, strokes, plain, full-width and grouped numbers of 1 to 12 digits, money."""
    kind = random.random()
    if kind < 0.3:
        return "0"
    if kind < 0.4:
        return ""
    if kind < 0.46:
        return random.choice(["/", "—", "无", "-"])
    if kind < 0.52:
        return f"{random.randint(1000, 9_999_999):,}"
    if kind < 0.56:
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(random.randint(1, 999)))
    if kind < 0.6 and cell.decimal:
        return f"{random.randint(1, 99_999) / 100:.2f}"
    return str(random.randint(1, 10 ** random.choice([1, 2, 3, 4, 7, 12])))


def some_values(form: Form, random: Random) -> dict[str, str]:
    return {cell.id: some_value(random, cell) for cell in form.cells.values()}


def printed(form: Form, values: dict[str, str], press: Press, **ways: object) -> bytes:
    """A report of that form with these values."""
    year = YEARS[form.letter]
    press.centred("某县人民政府", 18)
    press.centred(f"{year}年政府信息公开工作年度报告", 18)
    press.paragraph(f"本报告所列数据的统计期限自{year}年1月1日至{year}年12月31日。")
    for sheet in sheets(form, values):
        press.paragraph(sheet.heading)
        place(press, sheet, **ways)
    press.paragraph("五、存在的主要问题及改进情况")
    press.paragraph("一是政策解读质量仍需提升。")
    return press.done()


def place(press: Press, sheet: Sheet, **ways: object) -> None:
    widths = [share * (press.width - 2 * press.margin) for share in sheet.shares]
    press.table(sheet.cells, widths, header=sheet.header, **{"size": 9.0, **ways})  # type: ignore[arg-type]


def against(report: Report, form: Form, values: dict[str, str]) -> tuple[list[str], list[str]]:
    """(cells read wrong, cells not read)."""
    amiss, unread = [], []
    for cell in form.cells.values():
        fact = report.facts.get(cell.id)
        state, value = read_value(values[cell.id], cell.unit, signed=cell.signed)
        if fact is None or fact.state in (State.UNREADABLE, State.ABSENT):
            unread.append(cell.id)
        elif (fact.state, fact.value) != (state, value):
            amiss.append(f"{cell.id}: {values[cell.id]!r} read as {fact.raw!r}")
    return amiss, unread


class Desk:
    """Reads reports; without its long words where hypothesis prints it."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book

    def __repr__(self) -> str:
        return "Desk()"

    def form(self, letter: str) -> Form:
        return next(form for form in self.book.lexicon.forms if form.letter == letter)

    def against(self, data: bytes, form: Form, values: dict[str, str]) -> tuple[list[str], list[str]]:
        """(cells read wrong, cells not read) of a report printed with these values."""
        return against(extract(opened(data), self.book.lexicon), form, values)


@pytest.fixture(scope="session")
def desk(book: Rulebook) -> Desk:
    return Desk(book)


WAYS = {
    "strokes": {},
    "boxes": {"ruled": "boxes"},
    "hairlines": {"ruled": "hairlines", "centred": True},
    "dashes": {"ruled": "dashes"},
    "double": {"ruled": "double"},
    "open at the sides": {"ruled": "open"},
    "rows broken": {"split_rows": True, "size": 12.0},
    "rows broken, header repeated": {"split_rows": True, "repeat": True, "size": 10.5},
    "tight": {"padding": 1.0, "size": 7.5},
}


@pytest.mark.parametrize("letter", "ABC")
@pytest.mark.parametrize("way", WAYS)
def test_a_ruled_report_gives_back_what_was_printed(desk: Desk, letter: str, way: str) -> None:
    form = desk.form(letter)
    values = some_values(form, Random(way + letter))
    assert desk.against(printed(form, values, Press(), **WAYS[way]), form, values) == ([], [])


@pytest.mark.parametrize("letter", "ABC")
@pytest.mark.parametrize("turned", ["page", "drawn"])
def test_a_report_on_turned_pages_gives_back_what_was_printed(desk: Desk, letter: str, turned: str) -> None:
    form = desk.form(letter)
    values = some_values(form, Random(turned + letter))
    press = Press(842, 595, turned=turned, head="某县政府信息公开", foot=lambda n: f"第 {n} 页")
    document = opened(printed(form, values, press))
    assert document.furniture == ("某县政府信息公开", "第1页")
    assert against(extract(document, desk.book.lexicon), form, values) == ([], [])


@settings(max_examples=6)
@given(seed=st.integers(0, 10**6), split=st.booleans(), repeat=st.booleans(), size=st.sampled_from([8.0, 10.5, 12.0]))
def test_ruled_tables_are_read_without_a_mistake(desk: Desk, seed: int, split: bool, repeat: bool, size: float) -> None:
    random = Random(seed)
    form = desk.form(random.choice("ABC"))
    values = some_values(form, random)
    ruled = random.choice(["strokes", "boxes", "hairlines", "dashes", "double"])
    press = Press(margin=random.choice([56.0, 72.0, 90.0]))
    data = printed(form, values, press, ruled=ruled, split_rows=split, repeat=repeat, size=size)
    assert desk.against(data, form, values) == ([], [])


@pytest.mark.parametrize("letter", "ABC")
@pytest.mark.parametrize("centred", [False, True])
def test_a_report_without_ruling_lines_says_that_it_is_inferred(desk: Desk, letter: str, centred: bool) -> None:
    form = desk.form(letter)
    random = Random(letter)
    values = {cell.id: str(random.choice([0, 0, 7, random.randint(1, 9999)])) for cell in form.cells.values()}
    report = extract(opened(printed(form, values, Press(), ruled="none", centred=centred)), desk.book.lexicon)
    assert against(report, form, values) == ([], [])
    assert {fact.inferred for fact in report.facts.values()} == {UNRULED}


@settings(max_examples=6)
@given(seed=st.integers(0, 10**6), centred=st.booleans())
def test_without_ruling_lines_nothing_is_guessed(desk: Desk, seed: int, centred: bool) -> None:
    random = Random(seed)
    form = desk.form(random.choice("ABC"))
    values = some_values(form, random)
    assert desk.against(printed(form, values, Press(), ruled="none", centred=centred), form, values)[0] == []


@settings(max_examples=6)
@given(seed=st.integers(0, 10**6), size=st.sampled_from([9.0, 12.0]))
def test_a_number_that_sticks_out_of_its_cell_is_never_misread(desk: Desk, seed: int, size: float) -> None:
    random = Random(seed)
    form = desk.form("C")
    values = {cell.id: str(random.randint(0, 10 ** random.choice([1, 3, 12]))) for cell in form.cells.values()}
    assert desk.against(printed(form, values, Press(), size=size, overflow=True), form, values)[0] == []


def test_a_cell_with_a_number_that_sticks_out_ends_in_an_unknown_character() -> None:
    press = Press()
    press.table(
        [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "123456789"), (0, 2, 1, 1, "5"), (0, 3, 1, 1, "6")],
        [60, 30, 30, 30],
        overflow=True,
    )
    (table,) = tables(opened(press.done()))
    assert [UNKNOWN in text for text in grid(table)[0]] == [True, True, True, False]
    assert table.inferred == OVERFLOW


def test_open_sides_are_told() -> None:
    press = Press()
    rows = [(r, c, 1, 1, f"{r}{c}") for r in range(3) for c in range(3)]
    press.table(rows, [100, 100, 100], ruled="open")
    (table,) = tables(opened(press.done()))
    assert table.inferred == OPEN_LINES
    assert grid(table) == [["00", "01", "02"], ["10", "11", "12"], ["20", "21", "22"]]


# --- over pages ------------------------------------------------------------------------------------


def broken_over(above: list[tuple[str, ...]], below: list[tuple[str, ...]], widths: list[float]) -> Document:
    """A table with one row a tuple, a page break after the rows of `above`."""
    press = Press()
    for page, rows in enumerate((above, below)):
        if page:
            press.next_page()
        press.table([(r, c, 1, 1, text) for r, row in enumerate(rows) for c, text in enumerate(row)], widths)
    return opened(press.done())


def test_a_row_cut_in_two_is_one_row() -> None:
    label = "1.申请人无正当理由逾期不补正、行政机关不再处理"
    document = broken_over(
        [("指标", "单位", "数"), (label, "件", "67")],
        [("其政府信息公开申请", "", ""), ("2.其他", "件", "5")],
        [250, 60, 60],
    )
    assert grid(tables(document)[0]) == [
        ["指标", "单位", "数"],
        [label + "其政府信息公开申请", "件", "67"],
        ["2.其他", "件", "5"],
    ]
    assert tables(document)[0].inferred == ""


def test_a_row_under_a_blank_one_is_not_taken_for_its_rest() -> None:
    document = broken_over([("指标", "数"), ("行政处罚", "")], [("行政强制", "84"), ("行政许可", "5")], [200, 60])
    assert grid(tables(document)[0]) == [["指标", "数"], ["行政处罚", ""], ["行政强制", "84"], ["行政许可", "5"]]


def test_a_row_whose_numbers_stand_on_the_next_page_is_doubtful() -> None:
    document = broken_over([("指标", "数"), ("行政处罚", "")], [("", "84"), ("行政许可", "5")], [200, 60])
    assert grid(tables(document)[0]) == [["指标", "数"], ["行政处罚", "84"], ["行政许可", "5"]]
    assert tables(document)[0].inferred == LONE_LABEL


def test_units_beside_labels_join_no_labels() -> None:
    document = broken_over(
        [("指标", "单位", "数"), ("涉及国家秘密", "件", "1")],
        [("涉及商业秘密", "件", "2"), ("涉及个人隐私", "件", "3")],
        [200, 60, 60],
    )
    assert [row[0] for row in grid(tables(document)[0])] == ["指标", "涉及国家秘密", "涉及商业秘密", "涉及个人隐私"]


def test_a_number_cut_in_two_is_whole_or_unreadable() -> None:
    head = ("指标", "数", "数")
    joined = broken_over([head, ("1.总计", "123456", "7")], [("", "789", ""), ("2.其他", "5", "6")], [200, 40, 40])
    assert grid(tables(joined)[0])[1] == ["1.总计", "123456789", "7"]
    doubtful = broken_over([head, ("1.总计", "12", "7")], [("", "789", ""), ("2.其他", "5", "6")], [200, 40, 40])
    assert UNKNOWN in grid(tables(doubtful)[0])[1][1]


def test_a_header_printed_again_is_left_out() -> None:
    head = ("指标", "单位", "数")
    document = broken_over([head, ("1.规章", "件", "1")], [head, ("2.文件", "件", "2")], [200, 60, 60])
    assert [row[0] for row in grid(tables(document)[0])] == ["指标", "1.规章", "2.文件"]


def test_tables_of_different_width_stay_two() -> None:
    press = Press()
    press.table([(0, 0, 1, 1, "一"), (0, 1, 1, 1, "1")], [200, 60])
    press.next_page()
    press.table([(0, 0, 1, 1, "二"), (0, 1, 1, 1, "2")], [240, 100])
    assert len(tables(opened(press.done()))) == 2


def test_the_words_over_a_table_that_goes_on_are_left_out() -> None:
    press = Press()
    press.table([(0, 0, 1, 1, "1.甲"), (0, 1, 1, 1, "1")], [200, 60])
    press.next_page()
    press.paragraph("（续表）")
    press.table([(0, 0, 1, 1, "2.乙"), (0, 1, 1, 1, "2")], [200, 60])
    document = opened(press.done())
    assert grid(tables(document)[0]) == [["1.甲", "1"], ["2.乙", "2"]]
    assert (texts(document), document.furniture) == ([], ("（续表）",))


# --- paragraphs and furniture ----------------------------------------------------------------------

LONG = "本年度，全县坚持以人民为中心，围绕中心、服务大局，认真落实各项要求，扎实推进政务公开工作，主动公开政府信息1234条，其中网站公开200条。"


@settings(max_examples=15)
@given(
    size=st.sampled_from([10.5, 12.0, 14.0, 16.0]),
    margin=st.sampled_from([60.0, 75.0, 90.0]),
    cuts=st.lists(st.integers(5, len(LONG)), min_size=3, max_size=8),
    indent=st.booleans(),
)
def test_paragraphs_come_back_as_they_were_set(size: float, margin: float, cuts: list[int], indent: bool) -> None:
    press = Press(margin=margin, size=size, foot=lambda n: f"- {n} -")
    said = [f"（{'一二三四五六七八'[at]}）{LONG[:cut]}。" for at, cut in enumerate(cuts)]
    for text in ["一、总体情况", LONG * 3, *said]:
        press.paragraph(text, indent)
    assert texts(opened(press.done())) == ["一、总体情况", LONG * 3, *said]


def test_a_paragraph_goes_on_over_the_page_and_the_page_number_is_left_out() -> None:
    press = Press(foot=lambda n: f"— {n} —", head="某县人民政府2024年政府信息公开工作年度报告")
    press.paragraph(LONG * 40)
    document = opened(press.done())
    assert document.pages == 3
    assert texts(document) == [LONG * 40]
    assert document.furniture == ("某县人民政府2024年政府信息公开工作年度报告", "—1—")


def test_digits_that_meet_at_the_end_of_a_line_may_be_two_numbers() -> None:
    press = Press()
    for text in ("一" * 36 + "12", "34" + "二" * 30, "三" * 37, "四" * 37):
        press.text(72, press.y, text)
        press.y += 20
    (found,) = [text for text in texts(opened(press.done())) if "12" in text]
    assert "12 34" in found


def test_a_heading_keeps_to_itself() -> None:
    press = Press(size=16.0)
    for text in ("二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", LONG):
        press.paragraph(text)
    assert texts(opened(press.done())) == ["二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", LONG]


def test_numbers_at_the_foot_are_page_numbers_only_where_they_count_the_pages() -> None:
    press = Press(foot=lambda n: str(n + 11))
    press.paragraph(LONG * 20)
    assert opened(press.done()).furniture == ("12",)
    lone = Press()
    lone.paragraph(LONG)
    lone.text(280, 800, "2019")
    document = opened(lone.done())
    assert document.furniture == ()
    assert texts(document) == [LONG, "2019"]


def test_a_watermark_is_left_out() -> None:
    press = Press()
    press.paragraph(LONG)
    press.canvas.saveState()
    press.canvas.translate(200, 300)
    press.canvas.rotate(45)
    press.canvas.setFont(SONG, 40)
    press.canvas.drawString(0, 0, "内部资料")
    press.canvas.restoreState()
    document = opened(press.done())
    assert (texts(document), document.furniture) == ([LONG], ("内部资料",))


def test_radicals_are_read_as_the_characters_that_they_stand_for() -> None:
    press = Press()
    press.paragraph("⼀、总体情况：⻔户⽹站公开６件")
    assert texts(opened(press.done())) == ["一、总体情况：门户网站公开６件"]
    assert unified("⽉⽇⾦⻅⻋⻢⻚⻛⻓⺠⽬豈") == "月日金见车马页风长民目豈"


def test_what_is_drawn_twice_to_look_bold_comes_once() -> None:
    press = Press()
    for shift in (0.0, 0.3):
        press.text(72 + shift, 100, "总计11件")
    assert texts(opened(press.done())) == ["总计11件"]


def test_digits_printed_over_one_another_are_unreadable() -> None:
    press = Press()
    press.text(72, 100, "12")
    press.text(74, 100, "75")
    (found,) = texts(opened(press.done()))
    assert UNKNOWN in found


# --- how lines may be drawn ------------------------------------------------------------------------


def test_a_table_in_a_form_with_its_own_transform() -> None:
    press = Press()
    canvas = press.canvas
    canvas.beginForm("table")
    press.table([(r, c, 1, 1, f"{r}{c}") for r in range(3) for c in range(2)], [200, 100])
    canvas.endForm()
    canvas.saveState()
    canvas.translate(10, -40)
    canvas.scale(0.8, 0.8)
    canvas.doForm("table")
    canvas.restoreState()
    assert grid(tables(opened(press.done()))[0]) == [["00", "01"], ["10", "11"], ["20", "21"]]


def test_lines_that_are_pictures_count() -> None:
    press = Press()
    press.table([(r, c, 1, 1, f"{r}{c}") for r in range(2) for c in range(2)], [200, 100], ruled="none")
    dot = ImageReader(Image.new("RGB", (1, 1)))
    height = (press.y - 72 - 10.5) / 2
    for row in range(3):
        press.canvas.drawImage(dot, 72, 842 - 72 - row * height, 300, 0.5)
    for x in (72, 272, 372):
        press.canvas.drawImage(dot, x, 842 - 72 - 2 * height, 0.5, 2 * height)
    (table,) = tables(opened(press.done()))
    assert grid(table) == [["00", "01"], ["10", "11"]]
    assert table.inferred == ""


def test_a_frame_around_the_text_is_no_table() -> None:
    press = Press()
    press.canvas.rect(50, 50, 495, 742)
    press.paragraph(LONG)
    document = opened(press.done())
    assert (tables(document), texts(document)) == ([], [LONG])


def test_words_written_downwards_in_a_cell() -> None:
    press = Press()
    cells = [(0, 0, 4, 1, "\n".join("三、本年度办理结果"))] + [(r, 1, 1, 1, f"（{'一二三四'[r]}）甲") for r in range(4)]
    press.table(cells, [24, 200], padding=16.0)
    (table,) = tables(opened(press.done()))
    assert table.cells[0].text == "三、本年度办理结果"


def test_words_turned_in_a_cell() -> None:
    press = Press()
    press.paragraph(LONG)
    top = 842 - press.y
    press.table([(0, 0, 3, 1, "")] + [(r, 1, 1, 1, f"{r}") for r in range(3)], [40, 200], padding=12.0)
    canvas = press.canvas
    canvas.saveState()
    canvas.translate(86, top - 6)
    canvas.rotate(-90)
    canvas.setFont(SONG, 10)
    canvas.drawString(0, 0, "办理结果12")
    canvas.restoreState()
    (table,) = tables(opened(press.done()))
    assert squash(table.cells[0].text) == "办理结果12"


# --- scans, and what is refused --------------------------------------------------------------------


def scanned(words: str = "", under: bool = True) -> bytes:
    """A page that is a picture; `words` lie under it, invisible, or on it."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842))
    canvas.drawImage(ImageReader(Image.new("L", (60, 84), 255)), 0, 0, 595, 842)
    press = Press()
    text = canvas.beginText(72, 700)
    text.setFont(press.font, 12)
    text.setTextRenderMode(3 if under else 0)
    for line in words.split("\n"):
        text.textLine(line)
    canvas.drawText(text)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def without_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser, "is_installed", lambda: False)


def test_a_scan_goes_to_the_ocr_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def scan(name: str, data: bytes, sha256: str) -> Document:
        asked.append((name, len(data), len(sha256)))
        return Document(name, sha256, "pdf", (), "ocr")

    monkeypatch.setattr(recogniser, "is_installed", lambda: True)
    monkeypatch.setattr(ocr, "read_scan", scan)
    data = scanned("- 1 -", under=False)
    assert pdf.is_scan(data)
    assert opened(data).reader == "ocr"
    assert asked == [("报告.pdf", len(data), 64)]


def test_a_scan_without_the_ocr_reader_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    without_ocr(monkeypatch)
    found = read("扫描.pdf", scanned())
    assert isinstance(found, Unread)
    assert "扫描件" in found.reason and "auditor[ocr]" in found.reason


def test_words_under_a_scan_are_doubtful(monkeypatch: pytest.MonkeyPatch) -> None:
    without_ocr(monkeypatch)
    document = opened(scanned("2024年政府信息公开工作年度报告\n" + "主动公开政府信息5500条。" * 2))
    assert texts(document)[0] == "2024年政府信息公开工作年度报告"
    assert document.status is DocumentStatus.PARTIAL
    assert pdf.RECOGNISED in document.notes[0]


def test_a_picture_behind_visible_words_makes_no_scan() -> None:
    data = scanned("2024年政府信息公开工作年度报告\n" + "主动公开政府信息5500条。" * 2, under=False)
    assert not pdf.is_scan(data)
    assert opened(data).status is DocumentStatus.OK


def test_characters_without_a_meaning_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    without_ocr(monkeypatch)
    press = Press()
    press.paragraph("数据 123")
    data = press.done()
    monkeypatch.setattr("auditor.readers.glyphs._character", lambda code: UNKNOWN if chr(code).isdigit() else chr(code))
    found = read("报告.pdf", data)
    assert isinstance(found, Unread) and "编码" in found.reason
    press = Press()
    press.paragraph(LONG)
    document = opened(press.done())
    assert document.status is DocumentStatus.PARTIAL
    assert "有 7 个字符" in document.notes[0]
    assert UNKNOWN * 4 in texts(document)[0]


def locked() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption("口令"))
    canvas.drawString(72, 700, "x")
    canvas.save()
    return file.getvalue()


def empty() -> bytes:
    press = Press()
    return press.done()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (locked, "已加密"),
        (lambda: b"%PDF-1.7\n%%EOF", "已损坏"),
        (lambda: b"%PDF-1.7\n" + b"\0" * 500, "已损坏"),
        (empty, "没有文字"),
    ],
    ids=["locked", "no pages", "rubbish", "blank"],
)
def test_what_cannot_be_read_says_why(data: Callable[[], bytes], word: str) -> None:
    found = read("报告.pdf", data())
    assert isinstance(found, Unread)
    assert word in found.reason


@pytest.mark.parametrize(
    ("limit", "word"),
    [("PDF_PAGES", "页"), ("CHARACTERS", "字"), ("PDF_OBJECTS", "对象"), ("PDF_SEGMENTS", "线条"), ("CELLS", "单元格")],
)
def test_limits_are_kept(monkeypatch: pytest.MonkeyPatch, limit: str, word: str) -> None:
    press = Press()
    press.table([(r, c, 1, 1, f"{r}{c}") for r in range(4) for c in range(4)], [100] * 4)
    press.next_page()
    press.paragraph(LONG)
    data = press.done()
    monkeypatch.setattr(limits, limit, 1)
    found = read("报告.pdf", data)
    assert isinstance(found, Unread)
    assert word in found.reason and "重新运行" in found.reason


def test_a_page_full_of_lines_costs_no_other_page() -> None:
    press = Press()
    for at in range(1500):
        press.canvas.line(at * 0.39, 0, at * 0.39, 842)
        press.canvas.line(0, at * 0.56, 595, at * 0.56)
    press.next_page()
    press.table([(r, c, 1, 1, f"{r}{c}") for r in range(2) for c in range(2)], [100] * 2)
    document = opened(press.done())
    assert grid(tables(document)[-1]) == [["00", "01"], ["10", "11"]]


def test_the_sealed_properties_are_told(shared: Path) -> None:
    document = opened((shared / REAL[1]).read_bytes())
    assert document.metadata["created"] == "2025-02-25T10:02:50"
    assert "title" not in document.metadata
    assert replace(document, metadata={}).blocks == document.blocks
