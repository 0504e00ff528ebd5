"""问题台账.xlsx: one list of every finding, sheets that agree with the tally, links that lead somewhere, and a file that opens."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import subprocess
import warnings
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from openpyxl.utils.cell import range_boundaries
from sample_audit import HOSTILE, hostile_audit, sample_audit

from auditor.documents import words, workbook
from auditor.documents.matter import Matter
from auditor.documents.sheets import laying
from auditor.documents.sheets.anchors import in_order
from auditor.documents.sheets.listing import items
from auditor.documents.tally import QuarterFigures, tally
from auditor.ledgersheet.nouns import Standing as Known
from auditor.ledgersheet.reading import rows as read_rows
from auditor.ledgersheet.weighing import weigh
from auditor.model import Audit, Basis, Finding, Judged, LedgerStamp, Outcome, RuleCard, Verdict
from auditor.quarters.mending import Mending, State
from auditor.quarters.nouns import Key, Letter, LetterItem

SHEETS = ["排名", "问题清单", "得分明细", "统计", "规则", "未报与未读", "无法判断与待核验", "事实", "读取情况", "说明"]
TREND = (
    QuarterFigures("2025Q4", 14, Decimal("88.5"), 40, 12, 38, 30),
    QuarterFigures("2026Q1", 14, None, 33, 9),
)
ADDRESS = "https://www.example.gov.cn/a?b=1&c=年报"
DAY = dt.date(2026, 3, 2)


def numbered(audit: Audit) -> Audit:
    """The findings with numbers of a ledger; one is found 属实, one 不属实, one is waived, one must be decided again."""
    words_ = iter(("属实", "不属实", "豁免"))

    def said(finding: Finding, number: str) -> Finding:
        finding = replace(finding, number=number)
        if finding.outcome is not Outcome.SUSPECTED or finding.absorbed_by or finding.members:
            return finding
        word = next(words_, "")
        if word:
            return replace(finding, verdict=Verdict(word, "核对了原件", "张三", DAY))
        return replace(finding, reopened="认定时的内容已改变，请重新认定") if number.endswith("-01") else finding

    reports = tuple(
        replace(j, findings=tuple(said(f, f"2026Q1-第{at}号-{n:02}") for n, f in enumerate(j.findings, 1)))
        for at, j in enumerate(audit.reports)
    )
    return replace(audit, reports=tuple(map(joined, reports)), ledger=LedgerStamp("a1" * 32, 7))


def joined(judged: Judged) -> Judged:
    """The report with its last certain finding counted with its first."""
    certain = [f for f in judged.findings if f.outcome is Outcome.BROKEN and not f.members and not f.absorbed_by]
    if len(certain) < 2:
        return judged
    last = replace(certain[-1], absorbed_by=certain[0].fingerprint, deducted=Decimal(0))
    return replace(judged, findings=tuple(last if f is certain[-1] else f for f in judged.findings))


def mended(number: str, state: State, **more: Any) -> Mending:
    """How a finding in a letter stands."""
    item = LetterItem(
        Key("华容县某局", 2025, "f" * 32), number, "较重", DAY, "g-period", "统计期限错误", "格式规范", "broken", "c" * 16,
        "统计期限写错", "改正",
    )  # fmt: skip
    letter = Letter(5, "2026Q1", "华容县某局", "通知", "华政办函〔2026〕3号", DAY, "张三", (item,), "部门")
    return Mending(letter, item, True, state, deadline=DAY, **more)


def matter() -> Matter:
    """A run with verdicts, an address, letters: one finding is overdue, one that is found no more is closed."""
    audit = numbered(sample_audit())
    first = audit.reports[0]
    profile = replace(first.report.profile, url=ADDRESS)
    second = replace(audit.reports[1], report=replace(audit.reports[1].report, profile=replace(audit.reports[1].report.profile, url="javascript:alert(1)")))  # fmt: skip
    audit = replace(
        audit, reports=(replace(first, report=replace(first.report, profile=profile)), second, *audit.reports[2:])
    )
    found = tally(audit, trend=TREND)
    open_ = found.problems[0].finding.number
    letters = (
        mended(
            open_, State.OPEN, note="复核仍存在", overdue=37, link="https://www.example.gov.cn/新", reviewed="未整改"
        ),
        mended("2026Q1-某局-09", State.CLOSED, closed=dt.date(2026, 4, 8), reviewed="已整改"),
    )
    return Matter(found, mendings=letters)


@pytest.fixture(scope="module")
def made() -> Matter:
    return matter()


@pytest.fixture(scope="module")
def data(made: Matter) -> bytes:
    (one,) = workbook.made(made)
    assert (one.name, one.unit) == ("问题台账.xlsx", "")
    return one.data


@pytest.fixture(scope="module")
def book(data: bytes) -> Iterator[openpyxl.Workbook]:
    opened = openpyxl.load_workbook(io.BytesIO(data))
    yield opened
    opened.close()


def lines(book: openpyxl.Workbook, sheet: str) -> list[dict[str, Any]]:
    """The rows of a sheet under its headings (line two)."""
    read = list(book[sheet].iter_rows(min_row=2, values_only=True))
    return [dict(zip(map(str, read[0]), row, strict=True)) for row in read[1:]]


# --- what stands in it -----------------------------------------------------------------------------


def test_sheets_stand_in_their_order_and_are_set_up(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == SHEETS
    for sheet in book:
        assert sheet.page_setup.paperSize == 9 and sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
        if sheet.title != "统计":
            assert sheet.freeze_panes is not None and sheet.auto_filter.ref is not None, sheet.title
            assert sheet.print_title_rows == "$2:$2", sheet.title
    assert book["问题清单"].page_setup.orientation == "landscape"
    assert book.properties.created == dt.datetime(2026, 4, 8, 9, 0)
    assert "问题台账" in book.properties.title


def test_the_list_has_the_columns_of_practice_first(book: openpyxl.Workbook) -> None:
    heads = list(lines(book, "问题清单")[0])
    assert heads[:17] == [
        "序号", "编号", "性质", "责任单位", "检查对象", "问题类别", "问题描述", "原文摘录", "位置", "依据", "扣分", "整改要求", "整改时限",
        "整改情况", "整改链接", "复核结果", "销号时间",
    ]  # fmt: skip
    assert {"认定", "备注", "认定理由", "认定人", "认定日期", "豁免依据文号", "豁免到期日", "对照码"} <= set(heads[17:])
    assert book["问题清单"].print_area == f"'问题清单'!$A$1:$Q${book['问题清单'].max_row}"


def test_every_finding_stands_once_and_the_natures_are_those_of_the_tally(
    book: openpyxl.Workbook, made: Matter
) -> None:
    listed = lines(book, "问题清单")
    audit, found = made.tally.audit, made.tally
    of = {str(row["编号"]): row for row in listed}
    every = [f.number for j in audit.reports for f in j.findings]
    assert len(of) == len(listed) == len(every) + 1, "and the one that is closed"
    assert set(every) < set(of)
    by = {word: [row["编号"] for row in listed if row["性质"] == word] for word in {row["性质"] for row in listed}}
    assert sorted(by["确定"]) == sorted(p.finding.number for p in found.problems)
    assert sorted([*by["疑似"], *by.get("待重新认定", [])]) == sorted(p.finding.number for p in found.doubts)
    assert len(by["不属实"]) == len(by["豁免"]) == 1
    assert by["已销号"] == ["2026Q1-某局-09"]
    assert [row["序号"] for row in listed] == list(range(1, len(listed) + 1))
    assert f"问题{len(found.problems)}个，未认定{found.undecided}项" in book["问题清单"]["A1"].value


def test_what_is_counted_with_another_stands_under_it_and_costs_nothing(book: openpyxl.Workbook, made: Matter) -> None:
    numbers = [row["编号"] for row in lines(book, "问题清单")]
    of = {row["编号"]: row for row in lines(book, "问题清单")}
    groups = [p for p in (*made.tally.problems, *made.tally.doubts) if p.under]
    assert groups
    for problem in groups:
        at = numbers.index(problem.finding.number)
        under = [f.number for f in problem.under]
        assert numbers[at + 1 : at + 1 + len(under)] == under
        for number in under:
            assert str(of[number]["性质"]).endswith("·并计")
            assert of[number]["扣分"] == "不重复扣分"
            assert problem.finding.number in of[number]["扣分说明"]
    taken = sum(Decimal(str(row["扣分"])) for row in of.values() if isinstance(row["扣分"], int | float))
    assert taken == sum((p.finding.deducted for p in made.tally.problems), Decimal(0))


def test_mending_stands_as_the_letters_have_it(book: openpyxl.Workbook, made: Matter) -> None:
    of = {row["编号"]: row for row in lines(book, "问题清单")}
    late = of[made.tally.problems[0].finding.number]
    names = ("整改时限", "整改情况", "整改链接", "复核结果", "销号时间")
    assert [late[name] for name in (*names, "逾期天数")] == [
        "2026-03-02", "未整改", "https://www.example.gov.cn/新", "未整改", None, 37,
    ]  # fmt: skip
    closed = of["2026Q1-某局-09"]
    assert [closed[name] for name in names] == ["2026-03-02", "已销号", None, "已整改", "2026-04-08"]
    assert (closed["责任单位"], closed["问题描述"], closed["整改要求"]) == ("华容县某局", "统计期限写错", "改正")


def test_taken_in_again_it_says_nothing_new(data: bytes) -> None:
    found = read_rows("问题台账.xlsx", data)
    weighed = weigh(found, Known({}, {}, {}, {}), "张三", DAY)
    assert (weighed.decisions, weighed.remarks, weighed.conflicts, weighed.mending) == ((), (), (), 0)
    (closed,) = [row for row in found if row.number == "2026Q1-某局-09"]
    texts = {**closed.texts, "认定": "属实"}
    known = Known({closed.number: Key("甲", 2025, "f")}, {}, {}, {7: "a1" * 32})
    (conflict,) = weigh([replace(closed, texts=texts)], known, "张三", DAY).conflicts
    assert "已销号，不再认定" in conflict.words


def test_points_add_up_beside_every_line(book: openpyxl.Workbook, made: Matter) -> None:
    total, sums = Decimal(0), 0
    for row in lines(book, "得分明细"):
        if row["事项"] == "得分":
            assert (Decimal(str(row["分值"])), row["核对"]) == (total, "各行相加与得分一致")
            total, sums = Decimal(0), sums + 1
        else:
            total += Decimal(str(row["分值"]))
            assert Decimal(str(row["累计"])) == total
    assert sums == len(made.tally.audit.reports)


def test_points_that_do_not_add_up_are_told(made: Matter) -> None:
    first = made.tally.audit.reports[0]
    wrong = replace(first, score=replace(first.score, points=first.score.points - 1, low=first.score.points - 1))
    book = openpyxl.load_workbook(io.BytesIO(workbook.render(replace(made.tally.audit, reports=(wrong,)))))
    assert "与得分不一致" in lines(book, "得分明细")[-1]["核对"]
    book.close()


def test_ranking_is_by_group_with_ties_and_those_outside_below(book: openpyxl.Workbook, made: Matter) -> None:
    shown = lines(book, "排名")
    assert [row["组别"] for row in shown] == [
        group.title for group in made.tally.groups for _ in (*group.ranked, *group.outside)
    ]
    towns = [row["名次"] for row in shown if row["组别"] == "2025年度乡镇" and row["名次"] != "未列入排名"]
    assert towns == [1, "2（并列）", "2（并列）", 4]
    outside = [row for row in shown if row["名次"] == "未列入排名"]
    assert len(outside) == sum(len(group.outside) for group in made.tally.groups) > 0
    assert all("不排名" in row["未列入排名的原因"] for row in outside)
    assert sum(row["问题（个）"] for row in shown) == len(made.tally.problems)
    assert f"草稿：尚有{made.tally.undecided}项未认定" in book["排名"]["A1"].value


def test_moves_stand_only_where_the_quarters_can_be_compared() -> None:
    def settled(judged: Judged) -> Judged:
        return replace(judged, findings=tuple(f for f in judged.findings if f.outcome is Outcome.BROKEN))

    now = sample_audit()
    now = replace(now, reports=tuple(map(settled, now.reports)), grades=now.grades)
    best = max((j for j in now.reports if j.report.profile.unit_kind == "乡镇"), key=lambda j: j.score.points)
    low = replace(best.score, points=Decimal(1), low=Decimal(1))
    before = replace(
        now,
        run=replace(now.run, quarter="2025Q4"),
        reports=tuple(replace(j, score=low) if j is best else j for j in now.reports),
    )
    book = openpyxl.load_workbook(io.BytesIO(workbook._bytes(Matter(tally(now, tally(before))))))
    moves = {row["单位"]: row["较上季名次"] for row in lines(book, "排名") if row["组别"] == "2025年度乡镇"}
    assert moves[words.unit_name(best)] == "升3位"
    assert "降1位" in moves.values()
    book.close()
    other = replace(before, rules={})
    book = openpyxl.load_workbook(io.BytesIO(workbook._bytes(Matter(tally(now, tally(other))))))
    assert {row["较上季名次"] for row in lines(book, "排名")} == {None}
    book.close()


def test_rules_say_their_law_and_count_reports(book: openpyxl.Workbook, made: Matter) -> None:
    shown = lines(book, "规则")
    assert len(shown) == len(made.tally.audit.rules)
    outcomes = ("合规", "不合规", "疑似", "无法判断", "不适用", "待人工核验")
    for row in shown:
        known = [j.outcomes[row["规则编号"]] for j in made.tally.audit.reports if row["规则编号"] in j.outcomes]
        assert sum(row[word] or 0 for word in outcomes) == len(known)
        assert row["依据"]
    assert sum(row["问题（个）"] for row in shown) == len(made.tally.problems)


def test_rules_of_the_cards_rest_on_their_own_bases() -> None:
    card = RuleCard(
        "x",
        "某规则",
        "一般",
        "数据准确",
        "certain",
        "active",
        check="equation",
        bases=(Basis("某法第三条", "x", "第三条"),),
    )
    audit = replace(sample_audit(), rules={"x": card})
    book = openpyxl.load_workbook(io.BytesIO(workbook.render(audit)))
    (row,) = lines(book, "规则")
    assert (row["依据"], row["检查什么"], row["合规"]) == ("某法第三条", "表内数据的关系", None)
    book.close()


def test_the_rulebook_tells_the_law_of_its_rules() -> None:
    from auditor.rulebook import load

    book = load()
    cards = book.cards
    assert all(cards[ready.id].bases for ready in book.rules)
    laws = {one.law for card in cards.values() for one in card.bases if one.law}
    assert laws and laws <= set(book.laws)


# --- figures ---------------------------------------------------------------------------------------


def test_charts_stand_beside_tables_of_the_same_numbers(data: bytes, book: openpyxl.Workbook, made: Matter) -> None:
    sheet = book["统计"]
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        charts = [name for name in parts.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]
        series = [one for name in charts for one in _series(ET.fromstring(parts.read(name)))]
    assert len(charts) == 5
    for formula, cached in series:
        name, _, area = formula.partition("!")
        assert name.strip("'") == "统计"
        left, top, right, bottom = range_boundaries(area.replace("$", ""))
        cells = [sheet.cell(row, column).value for row in range(top, bottom + 1) for column in range(left, right + 1)]
        assert [
            None if cell is None else laying.shown(Decimal(str(cell)) if isinstance(cell, float) else cell)
            for cell in cells
        ] == cached
    told = {row[0].value: row for row in sheet.iter_rows() if row[0].value}
    for count in made.tally.dimensions:
        assert [cell.value for cell in told[count.word][1:4]] == [
            int(count.problems),
            int(count.doubts),
            int(count.units),
        ]
    for grade, figure in made.tally.grades:
        assert told[grade][1].value == int(figure)
    assert [cell.value for cell in told["2026年第一季度"][1:5]] == [14, 33, 0, None]


def _series(chart: ET.Element) -> Iterator[tuple[str, list[str | None]]]:
    """Every reference of a chart with the values that are stored beside it; None for one that is empty."""
    for reference in chart.iter():
        if reference.tag.endswith("}numRef") or reference.tag.endswith("}strRef"):
            formula = next(e.text or "" for e in reference if e.tag.endswith("}f"))
            cache = reference.find("{*}numCache") or reference.find("{*}strCache")
            assert cache is not None
            count = int(cache.find("{*}ptCount").attrib["val"])  # type: ignore[union-attr]
            points = {int(p.attrib["idx"]): p.find("{*}v").text for p in cache.iter() if p.tag.endswith("}pt")}  # type: ignore[union-attr]
            yield formula, [points.get(at) or None for at in range(count)]


def test_without_quarters_there_is_no_trend() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook.render(sample_audit()))) as parts:
        assert sum(bool(re.fullmatch(r"xl/charts/chart\d+\.xml", name)) for name in parts.namelist()) == 4


# --- links and cells -------------------------------------------------------------------------------


def test_links_lead_to_the_evidence(book: openpyxl.Workbook, made: Matter) -> None:
    sheet, of = book["问题清单"], {row["编号"]: row for row in lines(book, "问题清单")}
    heads = {cell.value: cell.column for cell in sheet[2]}
    listed = {item.finding.number: item for item in items(made.tally, in_order(made.tally))}
    facts, points = lines(book, "事实"), lines(book, "得分明细")
    seen = set()
    for row in range(3, sheet.max_row + 1):
        number = sheet.cell(row, heads["编号"]).value
        if number not in listed:
            continue
        judged = made.tally.audit.reports[listed[number].problem.at or 0]
        name, (top, bottom) = _target(sheet.cell(row, heads["证据"]))
        rows = (facts if name == "事实" else points)[top - 3 : bottom - 2]
        assert {one["单位"] for one in rows} == {words.unit_name(judged)}
        if name == "事实":
            assert rows[0]["数据项编号"] in listed[number].finding.facts
        cost = sheet.cell(row, heads["扣分"])
        if cost.hyperlink is not None:
            name, (top, _) = _target(cost)
            assert points[top - 3]["规则编号"] == of[number]["规则编号"]
            assert Decimal(str(points[top - 3]["分值"])) == -Decimal(str(cost.value))
            seen.add("扣分")
        seen.add(name)
    assert seen == {"事实", "得分明细", "扣分"}


def _target(cell: Any) -> tuple[str, tuple[int, int]]:
    name, _, area = cell.hyperlink.location.partition("!")
    _, top, _, bottom = range_boundaries(area)
    return name.strip("'"), (top, bottom)


def test_only_web_addresses_become_links(book: openpyxl.Workbook) -> None:
    links = [c.hyperlink for sheet in book for row in sheet.iter_rows() for c in row if c.hyperlink]
    outside = {link.target for link in links if link.target}
    assert {str(target).partition("?")[0] for target in outside} == {
        "https://www.example.gov.cn/a", "https://www.example.gov.cn/新",
    }  # fmt: skip
    told = {row["报告链接"] for row in lines(book, "问题清单")}
    assert {ADDRESS, "javascript:alert(1)"} <= told


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "mailto:a@b.c", "\\\\host\\x", "internal:事实!A1", "http://a b", "HTTP" + "x" * 9, "https://" + "x" * 3000, ""])  # fmt: skip
def test_other_schemes_stay_words(address: str) -> None:
    assert laying.web("看", address) == "看"


def test_places_cross_into_the_next_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laying, "MOST_ROWS", 50)
    assert laying.place("事实", 49) == "internal:'事实'!A52"
    assert laying.place("事实", 50, ("A", "H"), 52) == "internal:'事实（2）'!A3:H5"
    assert laying.place("事实", 48, ("A", "H"), 52) == "internal:'事实'!A51:H51"


@pytest.mark.parametrize("word", HOSTILE)
def test_no_cell_is_a_formula_whatever_stands_in_a_report(word: str) -> None:
    raw = workbook._bytes(Matter(tally(numbered(hostile_audit(word)), trend=TREND)))
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        for name in parts.namelist():
            if "worksheets/sheet" in name:
                assert b"<f>" not in parts.read(name) and b"<f " not in parts.read(name)


def test_a_sheet_holds_no_more_links_than_excel_takes(monkeypatch: pytest.MonkeyPatch, made: Matter) -> None:
    monkeypatch.setattr(laying, "_MOST_LINKS", 10)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        book = openpyxl.load_workbook(io.BytesIO(workbook._bytes(made)))
    linked = [cell for row in book["问题清单"].iter_rows() for cell in row if cell.hyperlink]
    assert len(linked) == 10
    assert len(lines(book, "问题清单")) == sum(len(j.findings) for j in made.tally.audit.reports) + 1
    book.close()


def test_equal_matter_gives_equal_bytes(data: bytes) -> None:
    assert next(workbook.made(matter())).data == data


# --- other programs --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def opened(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What LibreOffice makes of it: a PDF, and the workbook saved anew."""
    if shutil.which("soffice") is None:
        pytest.skip("没有安装 LibreOffice（soffice）")
    folder = tmp_path_factory.mktemp("libreoffice")
    (folder / "问题台账.xlsx").write_bytes(data)
    for format in ("pdf", "xlsx:Calc MS Excel 2007 XML"):
        command = [
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            format,
        ]
        subprocess.run(
            [*command, "--outdir", str(folder / "out"), str(folder / "问题台账.xlsx")],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
    return folder / "out"


def test_libreoffice_opens_it_and_keeps_everything(opened: Path, book: openpyxl.Workbook) -> None:
    again = openpyxl.load_workbook(opened / "问题台账.xlsx")
    assert again.sheetnames == book.sheetnames
    for sheet in book:
        other = again[sheet.title]
        assert other.auto_filter.ref == sheet.auto_filter.ref
        assert all(cell.data_type != "f" for row in other.iter_rows() for cell in row)
        assert len(other._charts) == (5 if sheet.title == "统计" else 0)
    before, after = book["问题清单"], again["问题清单"]
    offered = {v.formula1 for v in after.data_validations.dataValidation}
    assert offered == {'"属实,不属实,豁免"', '"未整改,部分整改,已整改,已销号"', '"未整改,部分整改,已整改"'}
    assert len(after.conditional_formatting) >= 3
    assert [[c.value for c in r] for r in after.iter_rows(max_col=11)] == [
        [c.value for c in r] for r in before.iter_rows(max_col=11)
    ]
    places = _places(after)
    assert len(places) == len(_places(before)) > 0
    for name, cells in places:
        assert name in again.sheetnames and range_boundaries(cells)[3] <= again[name].max_row
    again.close()


def _places(sheet: Any) -> list[tuple[str, str]]:
    """Where the links lead that stay in the workbook."""
    found = []
    for row in sheet.iter_rows():
        for cell in row:
            if cell.hyperlink is not None and cell.hyperlink.location:
                name, _, area = re.sub(r"^#", "", cell.hyperlink.location).partition("!")
                found.append((name.strip("'"), area))
    return found


def test_the_list_is_readable_on_a4(opened: Path) -> None:
    """At least eight points on A4 landscape, one page wide; the cells read are not printed one by one."""
    document = pypdfium2.PdfDocument(opened / "问题台账.pdf")
    texts = {at: page.get_textpage().get_text_range() for at, page in enumerate(document)}
    pages = [at for at, text in texts.items() if "问题描述" in text and "销号时间" in text]
    assert pages
    for at in pages:
        width, height = document[at].get_size()
        assert (round(width), round(height)) == (842, 595)
        assert _commonest_size(document[at]) >= 7.99
    assert sum("逐项读取结果" in text for text in texts.values()) == 1
    document.close()


def _commonest_size(page: Any) -> float:
    """The size in points in which most characters of a page are printed."""
    raw, text = pypdfium2.raw, page.get_textpage()
    sizes: dict[float, int] = {}
    matrix = raw.FS_MATRIX()
    for at in range(text.count_chars()):
        if not raw.FPDFText_IsGenerated(text.raw, at) and raw.FPDFText_GetMatrix(text.raw, at, matrix):
            size = round(raw.FPDFText_GetFontSize(text.raw, at) * abs(matrix.d), 2)
            sizes[size] = sizes.get(size, 0) + 1
    return max(sizes, key=lambda size: sizes[size])


def test_ten_thousand_findings_are_written_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept of the rows that are written: the workbook of a large county does not grow in memory."""
    kept: list[int] = []
    ours = laying._Page.add

    def watched(page: Any, row: Any) -> None:
        ours(page, row)
        kept.append(len(page.sheet.table))

    monkeypatch.setattr(laying._Page, "add", watched)
    workbook.render(sample_audit(30))
    assert len(kept) > 500 and max(kept) <= 1


def test_order_is_by_nature_then_as_in_the_ranking(made: Matter) -> None:
    order = in_order(made.tally)
    place: Mapping[int, int] = {at: number for number, at in enumerate(order)}
    natures = [item.nature.removesuffix("·并计") for item in items(made.tally, order)]
    first = {nature: natures.index(nature) for nature in ("确定", "疑似")}
    assert first["确定"] < first["疑似"]
    certain = [place[i.problem.at] for i in items(made.tally, order) if i.nature == "确定" and i.problem.at is not None]
    assert all(a <= b for a, b in pairwise(certain))
