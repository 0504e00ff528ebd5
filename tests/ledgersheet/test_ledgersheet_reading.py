"""What people do to a workbook before they hand it back: sort, filter, move, insert, merge, delete, save by another program."""

from __future__ import annotations

import datetime as dt
import io
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from filled_ledger import HEAD, Filling, county, recorded, taken, workbook
from openpyxl.worksheet.worksheet import Worksheet

from auditor.ledger import Ledger
from auditor.ledger import open as open_ledger
from auditor.ledger.remembering import remembered
from auditor.ledgersheet.nouns import Weighed
from auditor.ledgersheet.reading import SheetError, read, rows

TEXTS = ("=1+1", "+86", "-1", "@甲", "第一行\n第二行", "“引号”", "2026.1.1 至今", "007")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    path = tmp_path_factory.mktemp("bare") / "ledger.sqlite"
    with open_ledger(path, create=True) as ledger:
        recorded(ledger, county())
        return path, workbook(ledger)


@pytest.fixture
def ledger(bare: tuple[Path, bytes], tmp_path: Path) -> Iterator[Ledger]:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(bare[0].read_bytes())
    with open_ledger(path) as opened:
        yield opened


def decided(data: bytes) -> tuple[Filling, dict[str, str]]:
    """Every third finding decided; the words by number."""
    filling = Filling(data)
    words: dict[str, str] = {}
    for at, number in enumerate(filling.numbers()):
        if at % 3 == 0:
            words[number] = ("属实", "不属实", "豁免")[at // 3 % 3]
            filling.set(number, 认定=words[number], 认定理由=f"理由{at}", 认定日期=dt.date(2026, 4, 9))
            if words[number] == "豁免":
                filling.set(number, 豁免依据文号="〔2026〕3号", 豁免到期日=dt.date(2026, 12, 31))
    return filling, words


def entered(ledger: Ledger, found: Weighed) -> dict[str, str]:
    assert found.conflicts == ()
    return {decision.number: decision.verdict.word for decision in remembered(ledger).decisions}


def sorted_(sheet: Worksheet) -> None:
    """Rows in another order."""
    lines = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=HEAD + 1)]
    for at, line in enumerate(reversed(lines), HEAD + 1):
        for column, value in enumerate(line, 1):
            sheet.cell(at, column).value = value


def moved(sheet: Worksheet) -> None:
    """Columns in another order, with one of her own between them."""
    columns = [[cell.value for cell in column] for column in sheet.iter_cols(min_row=HEAD)]
    order = [*reversed(columns), ["自己的列", *["随手记"] * (len(columns[0]) - 1)]]
    for column, values in enumerate(order, 1):
        for row, value in enumerate(values, HEAD):
            sheet.cell(row, column).value = value


def inserted(sheet: Worksheet) -> None:
    """Rows above the head and blank ones between."""
    sheet.insert_rows(1, 3)
    sheet.insert_rows(9, 2)


def filtered(sheet: Worksheet) -> None:
    """Rows hidden by a filter, columns hidden by hand."""
    for row in range(HEAD + 1, sheet.max_row, 2):
        sheet.row_dimensions[row].hidden = True
    for letter in "CDEF":
        sheet.column_dimensions[letter].hidden = True


def merged(sheet: Worksheet) -> None:
    """Cells merged that are none of ours."""
    columns = Filling.columns(sheet)
    unit = columns["责任单位"]
    sheet.merge_cells(start_row=HEAD + 1, start_column=unit, end_row=HEAD + 4, end_column=unit)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=10)


def renamed(sheet: Worksheet) -> None:
    """Heads in other words."""
    others = {"编号": "问题编号", "认定": " 认定\n结论：", "认定理由": "理由*", "豁免到期日": "豁免期限"}
    for cell in sheet[HEAD]:
        cell.value = others.get(str(cell.value), cell.value)


def footed(sheet: Worksheet) -> None:
    """A signature below."""
    sheet.cell(sheet.max_row + 2, 1).value = "填表人：张三　　审核人：李四"


EDITS: tuple[Callable[[Worksheet], None], ...] = (sorted_, moved, inserted, filtered, merged, renamed, footed)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_edits_that_change_nothing(ledger: Ledger, bare: tuple[Path, bytes], edit: Callable[[Worksheet], None]) -> None:
    filling, words = decided(bare[1])
    edit(filling.book["问题清单"])
    assert entered(ledger, taken(ledger, filling.save())) == words


def test_rows_deleted_and_sheets_deleted_say_nothing(ledger: Ledger, bare: tuple[Path, bytes]) -> None:
    filling, words = decided(bare[1])
    gone = [number for number in words if filling.get(number, "性质") == "疑似"]
    assert 0 < len(gone) < len(words)
    first = next(number for number in words if number not in gone)
    for name in [name for name in filling.book.sheetnames if name != "问题清单"]:
        del filling.book[name]
    filling.book["问题清单"].title = "张三填的"
    for row in sorted((filling.at[number][1] for number in (first, *gone)), reverse=True):
        filling.book["张三填的"].delete_rows(row)
    left = {number: word for number, word in words.items() if number not in gone and number != first}
    assert entered(ledger, taken(ledger, filling.save())) == left


def test_half_a_row_sorted_is_seen(ledger: Ledger, bare: tuple[Path, bytes]) -> None:
    """Sorting some of the columns only tears numbers and verdicts apart."""
    filling, _ = decided(bare[1])
    sheet = filling.book["问题清单"]
    column = filling.columns(sheet)["编号"]
    values = [sheet.cell(row, column).value for row in range(HEAD + 1, sheet.max_row + 1)]
    for row, value in enumerate(reversed(values), HEAD + 1):
        sheet.cell(row, column).value = value
    before = ledger.stamp
    found = taken(ledger, filling.save())
    assert len(found.conflicts) >= 10
    assert all("不是同一个问题" in one.words for one in found.conflicts)
    assert ledger.stamp == before


def test_merged_cells_to_fill_in_are_refused_for_each_row(ledger: Ledger, bare: tuple[Path, bytes]) -> None:
    filling = Filling(bare[1])
    sheet = filling.book["问题清单"]
    column = filling.columns(sheet)["认定"]
    sheet.cell(HEAD + 2, column).value = "属实"
    sheet.merge_cells(start_row=HEAD + 2, start_column=column, end_row=HEAD + 4, end_column=column)
    found = taken(ledger, filling.save())
    letter = openpyxl.utils.get_column_letter(column)
    assert [(one.at.cell, "合并了单元格" in one.words) for one in found.conflicts] == [(f"{letter}{HEAD + 2}", True)]


def test_columns_that_are_not_there_say_nothing(ledger: Ledger, bare: tuple[Path, bytes]) -> None:
    """Only number and word were copied elsewhere."""
    filling, words = decided(bare[1])
    sheet = openpyxl.Workbook()
    page = sheet.worksheets[0]
    page.append(["编号", "认定", "认定理由", "豁免依据文号"])
    for number, word in words.items():
        page.append([number, word, "理由" if word != "属实" else None, "〔2026〕3号" if word == "豁免" else None])
    out = io.BytesIO()
    sheet.save(out)
    assert entered(ledger, taken(ledger, out.getvalue())) == words
    again = taken(ledger, out.getvalue())
    assert (again.decisions, again.conflicts) == ((), ())
    filling.book.close()


def _without_head() -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["编号", "答复", "备注"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _twice() -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["编号", "认定", "备注", "认定意见"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "不是 Excel 工作簿"),
        ("<html><table>编号</table></html>".encode(), "不是 Excel 工作簿"),
        (b"PK\x03\x04 broken", ""),
        (_without_head(), "没有找到表头"),
        (_twice(), "工作表“Sheet”D1：列“认定意见”重复，请只留一列“认定”"),
    ],
    ids=["nothing", "a web page", "broken", "another workbook", "a column twice"],
)
def test_files_that_are_no_ledger(data: bytes, says: str) -> None:
    with pytest.raises(SheetError) as error:
        rows("台账.xlsx", data)
    assert "台账.xlsx" in str(error.value) or "Sheet" in str(error.value)
    assert says in str(error.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SheetError, match="打不开"):
        read(tmp_path / "没有.xlsx")


def test_other_programs_save_it_as_xlsx_and_xls(ledger: Ledger, bare: tuple[Path, bytes], tmp_path: Path) -> None:
    """LibreOffice, which WPS is much like, saves the filled workbook anew; both kinds say what was filled in, to the letter."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice (soffice) is not installed here")
    filling, words = decided(bare[1])
    listed = [number for number in filling.numbers() if number not in words][: len(TEXTS)]
    for number, text in zip(listed, TEXTS, strict=True):
        filling.set(number, 备注=text)
        sheet, row = filling.at[number]
        sheet.cell(row, filling.columns(sheet)["备注"]).data_type = "s"
    endings = ("xls",) if os.environ.get("CI") else ("xlsx", "xls")  # LibreOffice takes seconds to start
    folder = tmp_path / "存"
    (folder / "in").mkdir(parents=True)
    for ending in endings:
        (folder / "in" / f"to-{ending}.xlsx").write_bytes(filling.save())
    for ending in endings:
        _converted(soffice, folder, folder / "in" / f"to-{ending}.xlsx", ending)
    plain = rows("台账.xlsx", filling.save())
    for ending in endings:
        saved = (folder / f"to-{ending}.{ending}").read_bytes()
        assert [(row.number, row.texts, row.mark) for row in rows("台账", saved)] == [
            (row.number, row.texts, row.mark) for row in plain
        ]
        assert entered(ledger, taken(ledger, saved)) == words
    assert sorted(remembered(ledger).remarks.values()) == sorted(TEXTS)
    assert ledger.stamp.entries == 2  # the run, and the first of them


def _converted(soffice: str, folder: Path, source: Path, ending: str) -> None:
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    call = [soffice, home, "--headless", "--convert-to", ending, "--outdir", str(folder), str(source)]
    subprocess.run(call, check=True, capture_output=True, timeout=180)
