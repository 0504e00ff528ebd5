"""Runs of a quarter laid together, and every document with what people decided."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import decided_county as county
import docx
import openpyxl
import page_data
import pytest

from auditor.cli.screen import results, summary
from auditor.cli.terminal import console
from auditor.documents import FORMATS, circular, json_text, page, sheet_csv, words, workbook, write
from auditor.ledger import Ledger, LedgerError
from auditor.ledger import open as open_ledger
from auditor.ledger.laying import units_of, view
from auditor.ledger.recording import Handed, record
from auditor.ledger.remembering import remembered
from auditor.ledgersheet.columns import read_reference
from auditor.model import Audit, IssuedScore, LedgerStamp, Outcome, Progress, Standing, Verdict
from auditor.pipeline import Options, audit
from auditor.quarters.nouns import Waiver
from auditor.quarters.targets import kind_of

LATER = county.STARTED + dt.timedelta(days=5)
HETANG = next(file for file in county.FILES if "禾塘镇" in file.name)
OTHERS = tuple(file for file in county.FILES if file != HETANG)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "ledger.sqlite", create=True) as opened:
        yield opened


def kept(ledger: Ledger, *paths: Path, at: dt.datetime = county.STARTED, years: tuple[int, ...] = ()) -> Audit:
    """An audit of these files, written down."""
    options = Options("2026Q2", at=at, inference="chainer", roster=county.roster(), years=years, jobs=1)
    done = audit(list(paths), county.book(), options)
    beside = [("roster", county.roster().source, (county.REPORTS / "名册.xlsx").read_bytes())]
    record(ledger, done, Handed((), (), beside), county.book().texts, at, county.roster())
    return done


def test_one_run_is_itself_under_the_chain_as_it_is_now(ledger: Ledger) -> None:
    done = kept(ledger, HETANG)
    seen = view(ledger, "2026Q2", county.DAY)
    assert [j.score for j in seen.reports] == [j.score for j in done.reports]
    assert seen.ledger == ledger.stamp
    assert all(f.number for j in seen.reports for f in j.findings)
    assert seen.run == done.run


def test_a_run_over_part_of_the_units_changes_only_those(ledger: Ledger, tmp_path: Path) -> None:
    broken = tmp_path / "枫垭乡2017年年报.docx"
    broken.write_bytes(b"PK\x03\x04 no package")
    lost = tmp_path / "澄湖县双渡镇人民政府2017年年报.docx"
    lost.write_bytes(b"PK\x03\x04 no package either")
    first = kept(ledger, *OTHERS, broken, lost, years=(2017,))
    assert {Path(u.source).name for u in first.unread} == {broken.name, lost.name}
    assert county.HETANG in _missing(first)
    broken.write_text("通知：本周五召开会议。", encoding="utf-8")
    second = kept(ledger, HETANG, broken, at=LATER)
    seen = view(ledger, "2026Q2", county.DAY)
    assert {j.report.source for j in seen.reports} == {j.report.source for j in (*first.reports, *second.reports)}
    assert [j.report.source for j in seen.reports] == sorted(j.report.source for j in seen.reports)
    assert {Path(u.source).name for u in seen.unread} == {lost.name}, "the other was found to be no report"
    assert broken.name in {Path(a.source).name for a in seen.set_aside}
    assert _missing(seen) == _missing(first) - {county.HETANG}, "whose report is there did report"
    (before,) = [c for c in first.completeness.years if c.year == 2017] if first.completeness else []
    (after,) = [c for c in seen.completeness.years if c.year == 2017] if seen.completeness else []
    assert (after.reported, after.missing) == (before.reported + 1, (before.missing or 0) - 1)
    assert seen.run.id == second.run.id
    assert "由 2 个批次合并" in seen.run.notes[-1]
    assert first.run.id in seen.run.notes[-1]


def _missing(done: Audit) -> set[str]:
    """Whose report of 2017 is missing."""
    assert done.completeness is not None
    return {s.unit for s in done.completeness.standings if s.standing is Standing.MISSING and s.year == 2017}


def test_a_later_run_over_everything_leaves_no_trace_of_the_first(ledger: Ledger) -> None:
    kept(ledger, HETANG)
    done = kept(ledger, HETANG, OTHERS[0], at=LATER)
    seen = view(ledger, "2026Q2", county.DAY)
    assert seen.run == done.run
    assert len(seen.reports) == 2


def test_units_are_called_as_they_were_recorded_last(ledger: Ledger) -> None:
    kept(ledger, HETANG)
    assert units_of(ledger) == {county.HETANG: "禾塘镇"}


def test_without_the_rulebook_decisions_cannot_be_laid_over(ledger: Ledger) -> None:
    done = county.bare()
    record(ledger, done, Handed(()), None, county.STARTED)
    assert view(ledger, "2026Q2", county.DAY).reports
    hetang = county.judged(county.HETANG)
    key = county.key(hetang, hetang.findings[0])
    with ledger.writing("备注", "x", county.STARTED) as entry:
        row = {"unit": key.unit, "year": key.year, "locus": key.locus, "number": "", "text": "x"}
        entry.add("remark", row)
    assert remembered(ledger).remarks
    with pytest.raises(LedgerError, match="没有存下当时的规则库"):
        view(ledger, "2026Q2", county.DAY)


# --- documents -----------------------------------------------------------------------------------------


def decided() -> Audit:
    """Something of everything: 属实, 不属实, 豁免 by verdict and by waiver, reopened, a remark, found by eye."""
    hetang, qingao = county.judged(county.HETANG), county.judged(county.QINGAO)
    by_rule = {f.rule: f for f in (*qingao.findings, *hetang.findings)}
    said = (
        county.said(hetang, by_rule["g-deadline"], "豁免", until=dt.date(2026, 12, 31)),
        county.said(hetang, by_rule["a-chan-sum"], "不属实"),
        county.said(qingao, by_rule["a-zero-req"], "属实"),
        county.said(qingao, by_rule["a-staff-sum"], "属实", content="another"),
    )
    start = dt.date(2026, 4, 1)
    scope = (county.QINGAO, None, "g-six-content-2008", ())
    waiver = Waiver(9, "豁免2026-01", *scope, "机构改革", "澄政办〔2026〕4号", "王五", start)
    remarks = {county.key(hetang, by_rule["g-period"]): "已电话告知"}
    numbered = tuple(
        replace(
            j,
            findings=tuple(replace(f, number=f"2026Q2-第{a}号-{n:02d}") for n, f in enumerate(j.findings, 1)),
        )
        for a, j in enumerate(county.bare().reports, 1)
    )
    audit_ = replace(county.bare(), reports=numbered, ledger=LedgerStamp("ab" * 32, 42))
    return county.laid(*said, audit=audit_, waivers=(waiver,), manual=(county.by_hand(),), remarks=remarks)


@pytest.fixture(scope="module")
def whole() -> Audit:
    return decided()


def test_json_has_the_keys_where_they_hold_and_nowhere_else(whole: Audit) -> None:
    data = json.loads(json_text.render(whole))
    assert data["run"]["ledger"] == {"head": "ab" * 32, "entries": 42}
    found = [f for report in data["reports"] for f in report["findings"]]
    assert all(f["number"] for f in found)
    assert {f["verdict"]["word"] for f in found if "verdict" in f} == {"属实", "不属实", "豁免"}
    assert [f["verdict"]["waiver"] for f in found if f["rule"] == "g-six-content-2008"] == ["豁免2026-01"]
    assert [f["remark"] for f in found if "remark" in f] == ["已电话告知"]
    assert [f["rule"] for f in found if f.get("manual")] == ["manual"]
    assert [f["rule"] for f in found if "reopened" in f] == ["a-staff-sum"]
    plain = json.loads(json_text.render(county.bare()))
    assert "ledger" not in plain["run"]
    keys = {key for report in plain["reports"] for f in report["findings"] for key in f}
    assert not keys & {"number", "verdict", "reopened", "remark", "manual"}


def test_the_page_shows_numbers_words_scores_and_the_head_of_the_chain(whole: Audit) -> None:
    raw = page.render(whole)
    shown = page_data.words(raw)
    assert f"第42条，校验码{'ab' * 32}" in shown
    assert "不属实（张三，2026年4月10日）：查阅档案" in shown
    assert "豁免（张三，2026年4月10日）：查阅档案；有效期至2026年12月31日" in shown
    assert "豁免事项 豁免2026-01" in shown
    assert "认定时的内容已改变" in shown
    assert "已电话告知" in shown
    assert "人工发现" in shown
    hetang = county.judged(county.HETANG, whole).score
    assert (hetang.points, hetang.without_waivers) == (94, 89)
    assert "已计入豁免；不计豁免时得分为 89 分" in shown
    assert "不计豁免 89" in shown
    for finding in (f for j in whole.reports for f in j.findings):
        assert finding.number in shown
    plain = page.render(county.bare())
    for word in ("台账</dt>", "人工认定</dt>"):
        assert word in raw.decode("utf-8")
        assert word not in plain.decode("utf-8")
    assert any("apart" in one for one in page_data.reports(raw))
    assert not any("apart" in one for one in page_data.reports(plain))


def test_the_csv_has_its_columns_only_under_a_ledger(whole: Audit) -> None:
    rows = list(csv.DictReader(io.StringIO(sheet_csv.render(whole).decode("utf-8-sig"))))
    by_rule = {(row["责任单位"], row["规则编号"]): row for row in rows}
    waived = by_rule[county.HETANG, "g-deadline"]
    assert (waived["初步结论"], waived["认定"], waived["豁免到期日"], waived["扣分"]) == (
        "确定",
        "豁免",
        "2026-12-31",
        "0",
    )
    assert waived["扣分说明"] == "已豁免，不扣分"
    assert by_rule[county.HETANG, "a-chan-sum"]["扣分说明"] == "认定为不属实，不扣分"
    assert by_rule[county.HETANG, "g-period"]["备注"] == "已电话告知"
    assert "请重新认定" in by_rule[county.QINGAO, "a-staff-sum"]["重新认定的原因"]
    assert {row["台账校验码"] for row in rows} == {"ab" * 32}
    plain = list(csv.reader(io.StringIO(sheet_csv.render(county.bare()).decode("utf-8-sig"))))
    assert tuple(plain[0]) == sheet_csv.HEADER


def test_every_document_shows_how_far_the_mending_is_and_what_was_issued(whole: Audit) -> None:
    hetang = county.judged(county.HETANG, whole)
    first = next(f for f in hetang.findings if f.rule == "g-period")
    late = Progress("未整改", "复核仍存在", dt.date(2026, 3, 2), None, 37)
    issued = IssuedScore("2026Q1", Decimal(87), "良好", 3, dt.date(2026, 2, 14), "澄政办发〔2026〕8号")
    told = replace(whole, mending={first.number: late}, issued={hetang.report.source: issued})
    shown = page_data.words(page.render(told)).replace("\n", "")
    assert "整改情况未整改（复核仍存在），期限2026年3月2日，逾期37天" in shown
    assert "印发的得分2026年第一季度87分（良好），澄政办发〔2026〕8号" in shown
    (data,) = [one for one in json.loads(json_text.render(told))["reports"] if "issued" in one]
    assert (data["issued"]["points"], data["issued"]["rank"]) == (87, 3)
    assert data["mending"][first.number]["deadline"] == "2026-03-02"
    document = docx.Document(io.BytesIO(circular.render(told)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert any(text.endswith("（印发87）") for text in cells)
    sheet = openpyxl.load_workbook(io.BytesIO(workbook.render(told)))["问题清单"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    (head,) = [row for row in rows if "整改时限" in row]
    (row,) = [row for row in rows if row[head.index("整改情况")] in words.MENDINGS]
    assert (row[head.index("编号")], row[head.index("整改时限")]) == (first.number, "2026-03-02")
    (mark,) = [read_reference(str(value)) for value in row if str(value).startswith(f"{first.fingerprint}.")]
    assert mark is not None and mark.mending is not None
    for one in (page.render(whole), json_text.render(whole)):
        assert "印发的得分" not in one.decode("utf-8") and '"mending"' not in one.decode("utf-8")


def test_the_circular_accuses_nobody_of_what_is_not_so_or_waived(whole: Audit) -> None:
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(circular.render(whole))).paragraphs)
    assert "另有经批准豁免的问题2个，未扣分。" in text
    dismissed = next(f for f in county.judged(county.HETANG, whole).findings if f.rule == "a-chan-sum")
    assert dismissed.message.rstrip("。") not in text
    plain = "\n".join(p.text for p in docx.Document(io.BytesIO(circular.render(county.bare()))).paragraphs)
    assert "豁免" not in plain


def test_every_document_names_the_head_of_the_chain(whole: Audit, tmp_path: Path) -> None:
    written = [one.path for one in write(whole, tmp_path, FORMATS) if one.path is not None]
    assert len(written) == len(FORMATS)
    for path in written:
        data = path.read_bytes()
        if path.suffix in (".xlsx", ".docx"):
            with zipfile.ZipFile(path) as package:
                data = b"".join(map(package.read, package.namelist()))
        assert b"ab" * 8 in data, path.name


def test_the_screen_shows_the_score_without_waivers(whole: Audit) -> None:
    screen = console()
    with screen.capture() as shown:
        screen.print(results(whole))
    assert "不计豁免" in shown.get()
    lines = summary(whole)
    assert "人工认定：属实1个，不属实1个，豁免2个；要重新认定1个。" in lines
    assert f"记入台账第 42 条，校验码 {'ab' * 8}。" in lines
    assert not any("台账" in line for line in summary(county.bare()))


def test_what_stands_is_counted_and_what_does_not_is_told_apart(whole: Audit) -> None:
    hetang = county.judged(county.HETANG, whole)
    apart = words.apart(hetang.findings)
    assert [f.verdict and f.verdict.word for f in apart] == ["豁免", "不属实"]
    assert all(words.standing_of(f) is None for f in apart)
    upheld = next(f for f in county.judged(county.QINGAO, whole).findings if f.rule == "a-zero-req")
    assert upheld.outcome is Outcome.SUSPECTED
    assert words.standing_of(upheld) is Outcome.BROKEN


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        (None, ""),
        (Verdict("属实"), "属实"),
        (Verdict("属实", by="张三"), "属实（张三）"),
        (Verdict("不属实", "查阅档案", "张三", dt.date(2026, 4, 10)), "不属实（张三，2026年4月10日）：查阅档案"),
        (
            Verdict("豁免", "改革", "王五", None, "澄政办〔2026〕4号", dt.date(2026, 6, 30), "豁免2026-01"),
            "豁免（王五）：改革；澄政办〔2026〕4号；有效期至2026年6月30日；豁免事项 豁免2026-01",
        ),
    ],
)
def test_a_verdict_in_words(verdict: Verdict | None, told: str) -> None:
    assert words.verdict_words(replace(county.bare().reports[0].findings[0], verdict=verdict)) == told


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("左 12 件，右 11 件，差 1 件", "左 3 件，右 1 件，差 2 件", True),
        ("“甲”空白", "“甲”、“乙”空白", True),
        ("正文标题“甲”、填报单位“乙”，请核实", "填报单位“丙”，请核实", True),
        ("未收到申请，请核实", "未收到申请，未见渠道，请核实", False),
        ("合计 1,200 件", "合计 3 件", True),
    ],
)
def test_findings_that_say_the_same(one: str, other: str, same: bool) -> None:
    base = county.bare().reports[0].findings[0]
    assert (kind_of(replace(base, message=one)) == kind_of(replace(base, message=other))) is same
