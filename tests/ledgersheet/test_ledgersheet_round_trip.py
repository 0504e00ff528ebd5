"""问题台账.xlsx filled in and taken in again: 500 verdicts, all conflicts told, nothing half applied, nothing twice."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from filled_ledger import LATER, Filling, changed, county, decide, recorded, remark, taken, workbook

from auditor.ledger import Ledger
from auditor.ledger import open as open_ledger
from auditor.ledger.checking import verify
from auditor.ledger.reading import numbers
from auditor.ledger.remembering import remembered
from auditor.ledgersheet.reading import rows
from auditor.model import Verdict
from auditor.quarters.nouns import Remembered

MANY = 165  # units: 500 findings and more
TEXTS = (
    "=1+1",
    "+86 0730-1234567",
    "-未见公示",
    "@张三 核实",
    "＝全角等号",
    "'单引号开头",
    "第一行\n第二行\n\n第四行",
    '=HYPERLINK("http://example.com","点这里")',
    "http://example.com/a?b=c",
    "007",
    "1e5",
    "2026-04-08",
    "TRUE",
    "  前后有空格  ",
    "<b>&amp;</b>",
    "长" * 5000,
    "😀 表情与𠮷野家",
)


def made(folder: Path, units: int | None) -> tuple[Path, bytes]:
    """A ledger with a run, and the workbook of that run."""
    path = folder / "ledger.sqlite"
    with open_ledger(path, create=True) as ledger:
        recorded(ledger, county(units))
        return path, workbook(ledger)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    return made(tmp_path_factory.mktemp("large"), MANY)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    return made(tmp_path_factory.mktemp("small"), None)


def copied(path: Path, folder: Path) -> Ledger:
    there = folder / "ledger.sqlite"
    there.write_bytes(path.read_bytes())
    return open_ledger(there)


@pytest.fixture
def ledger(bare: tuple[Path, bytes], tmp_path: Path) -> Iterator[Ledger]:
    """A copy of the large one for each test."""
    with copied(bare[0], tmp_path) as opened:
        yield opened


@pytest.fixture
def little(small: tuple[Path, bytes], tmp_path: Path) -> Iterator[Ledger]:
    """A copy of the small one for each test."""
    with copied(small[0], tmp_path) as opened:
        yield opened


def said(memory: Remembered) -> dict[str, Verdict]:
    return {decision.number: decision.verdict for decision in memory.decisions}


def filled(data: bytes, count: int) -> tuple[Filling, list[str]]:
    """The workbook with that many verdicts of every kind, a third of them with remarks."""
    filling = Filling(data)
    listed = list(filling.numbers())[:count]
    for at, number in enumerate(listed):
        match at % 3:
            case 0:
                filling.set(number, 认定="属实", 认定人="李四", 认定日期=dt.date(2026, 4, 10))
            case 1:
                filling.set(number, 认定="不属实", 认定理由=TEXTS[at % len(TEXTS)], 认定日期="2026年4月11日")
            case _:
                filling.set(
                    number,
                    认定="豁免",
                    认定理由="另有规定",
                    豁免依据文号=f"澄政办函〔2026〕{at}号",
                    豁免到期日="2026/12/31",
                    备注=TEXTS[at % len(TEXTS)],
                )
    return filling, listed


def test_five_hundred_verdicts_come_in_as_one_entry_and_only_once(ledger: Ledger, bare: tuple[Path, bytes]) -> None:
    filling, listed = filled(bare[1], 500)
    assert len(listed) == 500
    data = filling.save()
    before = ledger.stamp.entries
    found = taken(ledger, data)
    assert (found.conflicts, len(found.decisions), len(found.remarks)) == ((), 500, 166)
    assert ledger.stamp.entries == before + 1
    memory = remembered(ledger)
    assert Counter(verdict.word for verdict in said(memory).values()) == {"属实": 167, "不属实": 167, "豁免": 166}
    assert said(memory)[listed[0]] == Verdict("属实", "", "李四", dt.date(2026, 4, 10))
    third = said(memory)[listed[2]]
    assert third == Verdict("豁免", "另有规定", "张三", LATER.date(), "澄政办函〔2026〕2号", dt.date(2026, 12, 31))
    assert said(memory)[listed[1]].on == dt.date(2026, 4, 11)
    again = taken(ledger, data, by="王五", at=LATER + dt.timedelta(days=3))
    assert (again.conflicts, again.decisions, again.remarks) == ((), (), ())
    assert ledger.stamp.entries == before + 1
    assert verify(ledger).whole


def test_the_next_workbook_shows_everything_and_says_nothing_new(little: Ledger, small: tuple[Path, bytes]) -> None:
    filling, listed = filled(small[1], 45)
    taken(little, filling.save())
    data = workbook(little)
    shown = Filling(data)
    assert [shown.get(number, "认定") for number in listed[:3]] == ["属实", "不属实", "豁免"]
    assert shown.get(listed[0], "认定日期") == dt.datetime(2026, 4, 10)
    assert shown.get(listed[2], "豁免到期日") == dt.datetime(2026, 12, 31)
    for at, number in enumerate(listed):
        if at % 3 == 2:
            assert str(shown.get(number, "备注") or "").strip() == TEXTS[at % len(TEXTS)].strip()
    again = taken(little, data)
    assert (again.conflicts, again.decisions, again.remarks) == ((), (), ())
    assert rows("问题台账.xlsx", data) == rows("问题台账.xlsx", shown.save())


def test_ten_conflicts_among_five_hundred_are_all_told_and_nothing_is_applied(
    ledger: Ledger, bare: tuple[Path, bytes]
) -> None:
    filling, listed = filled(bare[1], 500)
    decide(ledger, listed[30], Verdict("不属实", "查阅档案", "王五", dt.date(2026, 4, 15)))  # the sheet says 属实
    remark(ledger, listed[32], "县政府办已核实")
    recorded(ledger, changed(county(MANY), listed[33], numbers(ledger)))
    sheet, _ = filling.at[listed[42]]
    columns = filling.columns(sheet)
    filling.set(listed[36], 编号="2026Q1-没有此镇-01")
    filling.set(listed[39], 编号=list(filling.numbers())[510])
    filling.set(listed[42], 认定="属是")
    filling.set(listed[45], 认定日期="四月八号吧")
    filling.set(listed[46], 认定理由=None)
    filling.set(listed[47], 豁免依据文号=None)
    filling.set(listed[48], 认定=None)
    twin = sheet.max_row + 1
    for heading in ("编号", "对照码"):
        sheet.cell(twin, columns[heading]).value = filling.get(listed[60], heading)
    sheet.cell(twin, columns["认定"]).value = "不属实"
    sheet.cell(twin, columns["认定理由"]).value = "重复的一行"
    data, before = filling.save(), ledger.stamp
    found = taken(ledger, data)
    told = {str(conflict.at): conflict.words for conflict in found.conflicts}
    expected = {
        filling.spot(listed[30], "认定"): "已认定为“不属实”（王五，2026-04-15；理由：查阅档案），与表中的“属实”不一致",
        filling.spot(listed[32], "备注"): "的备注在台账中又有改动（“县政府办已核实”）",
        filling.spot(listed[33], "认定"): "的内容在台账生成后有变化",
        filling.spot(listed[36], "编号"): "台账中没有编号“2026Q1-没有此镇-01”",
        filling.spot(listed[39], "编号"): "与本行的对照码不是同一个问题",
        filling.spot(listed[42], "认定"): "认定“属是”不对，是否为“属实”？",
        filling.spot(listed[45], "认定日期"): "认定日期“四月八号吧”不是日期",
        filling.spot(listed[46], "认定理由"): "认定为不属实的，请写明认定理由",
        filling.spot(listed[47], "豁免依据文号"): "认定为豁免的，请写明豁免依据文号",
        filling.spot(listed[48], "认定"): "没有选认定",
        f"工作表“{sheet.title}”{sheet.cell(twin, columns['认定']).coordinate}": "两处不一致",
    }
    assert told.keys() == expected.keys()
    for where, words in expected.items():
        assert words in told[where], (where, told[where])
    assert ledger.stamp == before
    assert said(remembered(ledger)).keys() == {listed[30]}


def test_texts_that_look_like_formulas_stay_texts(little: Ledger, small: tuple[Path, bytes]) -> None:
    filling = Filling(small[1])
    numbers_ = list(filling.numbers())[: len(TEXTS)]
    for number, text in zip(numbers_, TEXTS, strict=True):
        filling.set(number, 备注=text)
        sheet, row = filling.at[number]
        cell = sheet.cell(row, filling.columns(sheet)["备注"])
        cell.data_type = "s"
    taken(little, filling.save())
    kept = remembered(little).remarks
    assert sorted(kept.values()) == sorted(text.strip() for text in TEXTS)
    data = workbook(little)
    for line in Filling(data).book["问题清单"].iter_rows():
        assert all(cell.data_type != "f" for cell in line)
        links = [cell.hyperlink for cell in line if cell.hyperlink is not None]
        assert all(link.location and link.target is None for link in links), "only places in the workbook"
    assert data == workbook(little)
    again = taken(little, data)
    assert (again.conflicts, again.remarks) == ((), ())
