"""The Python interface: what it takes, what it refuses, and tables that never make an absent value a number."""

from __future__ import annotations

import csv
import datetime as dt
import io
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import auditor
from auditor.frames import FACTS, FATES, FINDINGS, MOVES, RULES, SCORES, TRENDS, writing
from auditor.frames.columns import EXACT, FLAG, HEADS, TEXT, WHOLE, Columns, frame
from auditor.ledger.handed import bare
from auditor.ledger.laying import view
from auditor.model import CHINA, Audit, Fact, State
from auditor.pipeline import Options
from auditor.pipeline import audit as piped
from auditor.rulebook import Rulebook

ROOT = Path(__file__).resolve().parents[2]
AT = dt.datetime(2026, 2, 10, 9, tzinfo=CHINA)
FILES = ["澄湖县石帆镇*", "澄湖县澄阳街道*", "县财政局*"]


@pytest.fixture(scope="module")
def paths() -> list[Path]:
    folder = ROOT / "reports" / "2025年度"
    return [path for name in FILES for path in folder.glob(name)]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[auditor.Ledger]:
    with auditor.open_ledger(tmp_path_factory.mktemp("ledger") / "台账.sqlite", create=True) as ledger:
        yield ledger


@pytest.fixture(scope="module")
def done(paths: list[Path], book: Rulebook, ledger: auditor.Ledger) -> Audit:
    """Three reports of 2025 by the roster of 17 units, kept in the ledger."""
    roster = ROOT / "reports" / "名册.xlsx"
    return auditor.audit(paths, book, roster=roster, quarter="2026Q1", at=AT, years=[2025], jobs=1, ledger=ledger)


# --- what it takes and refuses ---------------------------------------------------------------------


def test_it_is_the_pipeline(paths: list[Path], book: Rulebook, done: Audit) -> None:
    """The one function says what the command's pipeline says, but for what the ledger adds."""
    roster = auditor.read_roster(ROOT / "reports" / "名册.xlsx")
    plain = piped(paths, book, Options("2026Q1", jobs=1, at=AT, roster=roster, years=(2025,)))
    assert bare(done) == plain
    assert all(finding.number for _, finding in done.unreported)
    assert done.ledger is not None and done.ledger.entries == 1
    assert all(f.number.startswith("2026Q1-") for j in done.reports for f in j.findings)


def test_one_path_may_be_a_word_and_the_progress_is_told(paths: list[Path], book: Rulebook) -> None:
    told: list[tuple[str, int, int, int]] = []
    one = auditor.audit(
        str(paths[0]), book, at=AT.replace(tzinfo=None), jobs=1, progress=lambda *said: told.append(said)
    )
    assert one.run.started == AT and len(one.reports) == 1
    assert (
        told[0] == ("审核", 1, 1, sum(f.outcome == "broken" for f in one.reports[0].findings if not f.members)) or told
    )


@pytest.mark.parametrize("quarter", ["2026q1", "2026Q5", "2026", "", "２０２６Q1", "2026Q1 "])
def test_a_quarter_is_a_quarter(paths: list[Path], quarter: str) -> None:
    with pytest.raises(ValueError, match="应写作 2026Q1"):
        auditor.audit(paths, quarter=quarter)


def test_what_is_not_there_is_refused(paths: list[Path], tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="找不到"):
        auditor.audit([*paths, tmp_path / "没有"])
    with pytest.raises(FileNotFoundError):
        auditor.audit(paths, previous=tmp_path / "没有")
    with pytest.raises(auditor.LedgerError, match="找不到台账"):
        auditor.open_ledger(tmp_path / "没有.sqlite")
    with pytest.raises(auditor.RulebookError) as caught:
        auditor.load_rulebook(tmp_path / "没有")
    assert "规则文件夹不存在" in str(caught.value.mistakes[0])
    (tmp_path / "名册.xlsx").write_bytes(paths[2].read_bytes())
    with pytest.raises(auditor.RosterError):
        auditor.audit(paths, roster=tmp_path / "名册.xlsx")
    with pytest.raises(auditor.ChecklistError):
        auditor.audit(paths, attested=tmp_path / "名册.xlsx")


def test_import_is_light_and_every_name_is_there() -> None:
    code = (
        "import auditor, sys; print('|'.join(sorted({m.split('.')[0] for m in sys.modules})));"
        "print('|'.join(m for m in sys.modules if m.startswith('auditor.')))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    loaded, rooms = said.splitlines()
    assert not set(loaded.split("|")) & {"pandas", "sqlalchemy", "yaml", "lark", "re2", "click", "pydantic", "lxml"}
    assert rooms == ""
    assert all(getattr(auditor, name) is not None for name in auditor.__all__)
    assert set(auditor.__all__) <= set(dir(auditor))
    with pytest.raises(AttributeError, match="nothing_like_it"):
        _ = auditor.nothing_like_it  # type: ignore[attr-defined]


# --- tables of an audit -----------------------------------------------------------------------------


def _fits(table: pd.DataFrame, columns: Columns) -> None:
    """The table has these columns in these types, and nothing that is absent has a value of its own kind."""
    assert list(table.columns) == list(columns)
    for name, column in columns.items():
        dtype, values = table[name].dtype, list(table[name])
        if column.kind == EXACT:
            assert dtype.kind == "O" and all(value is pd.NA or type(value) is Decimal for value in values)
        else:
            kind = {TEXT: pd.StringDtype, WHOLE: pd.Int64Dtype, FLAG: pd.BooleanDtype}[column.kind]
            assert isinstance(dtype, kind)
            assert all(value is not None for value in values)
        if column.kind == TEXT:
            assert all(value is pd.NA or (isinstance(value, str) and value) for value in values)


def test_scores_say_what_is_missing(done: Audit) -> None:
    table = auditor.scores_frame(done)
    _fits(table, SCORES)
    reports = table[table["points"].notna()]
    assert list(reports["points"]) == [judged.score.points for judged in done.reports]
    assert list(reports["rules_points"]) == list(reports["points"])
    counts = reports[["upheld", "dismissed", "waived"]].sum()
    assert counts.sum() == 0 and (reports["undecided"] == reports["broken"] + reports["suspected"]).all()
    missing = table[table["state"] == "未报"]
    assert done.completeness is not None and len(missing) == done.completeness.years[0].missing == 14
    assert (
        missing[
            [
                name
                for name in SCORES
                if name not in ("quarter", "run", "unit", "unit_kind", "group", "region", "year", "state")
            ]
        ]
        .isna()
        .all(axis=None)
    )


def test_findings_are_all_there(done: Audit) -> None:
    table = auditor.findings_frame(done)
    _fits(table, FINDINGS)
    findings = [finding for judged in done.reports for finding in judged.findings]
    assert list(table["fingerprint"]) == [finding.fingerprint for finding in findings]
    assert sum(table["deducted"], Decimal(0)) == sum((f.deducted for f in findings), Decimal(0))
    assert table["verdict"].isna().all() and not table["manual"].any()


def test_a_blank_is_never_a_zero(done: Audit, book: Rulebook) -> None:
    table = auditor.facts_frame(done, book)
    _fits(table, FACTS)
    stated: list[Fact] = [fact for judged in done.reports for fact in judged.report.facts.values()]
    assert len(table) == len(stated)
    numbers = table["state"] == "number"
    assert (table["count"].notna() | table["amount"].notna()).eq(numbers).all()
    assert not (table["count"].notna() & table["amount"].notna()).any()
    for count, amount, fact in zip(table["count"], table["amount"], stated, strict=True):
        value = amount if count is pd.NA else count
        assert value == fact.value if fact.state is State.NUMBER else value is pd.NA, fact
    assert table["measure"].notna().all() and set(table.loc[table["amount"].notna(), "measure"]) == {"万元"}
    assert (table["state"] == "blank").sum() >= 154  # 澄阳街道 left two tables blank
    one = auditor.facts_frame(done, book, facts=["本年新收.自然人"])
    assert list(one["fact"]) == ["t3.new.natural"] * 3
    assert list(auditor.facts_frame(done, book, facts=["t3.new.natural"])["count"].isna()) == [False, True, False]


def test_what_does_not_fit_a_count_is_exact(done: Audit, book: Rulebook) -> None:
    """A count that is no whole number, money, and a number no machine word holds are decimals; nothing is rounded."""
    judged = done.reports[0]
    cell = judged.report.facts["t3.new.natural"]
    odd: dict[str, Any] = {
        "t3.new.natural": replace(cell, state=State.NUMBER, value=Decimal("42.5"), raw="42.5"),
        "t3.new.total": replace(cell, id="t3.new.total", state=State.NUMBER, value=10**30, raw="1" + "0" * 30),
        "t3.new.firm": replace(cell, id="t3.new.firm", state=State.NUMBER, value=-3, raw="-3"),
    }
    changed = replace(judged, report=replace(judged.report, facts=odd))
    table = auditor.facts_frame(replace(done, reports=(changed,)), book)
    assert list(table["amount"]) == [Decimal("42.5"), Decimal(10**30), pd.NA]
    assert list(table["count"]) == [pd.NA, pd.NA, -3]


def test_a_word_that_is_no_column_is_a_bug() -> None:
    with pytest.raises(KeyError, match="strange"):
        frame(SCORES, [{"strange": 1}])
    with pytest.raises(TypeError, match="no exact number"):
        frame(SCORES, [{"points": 0.5}])
    _fits(frame(SCORES, []), SCORES)


# --- tables of a ledger ---------------------------------------------------------------------------------


def _decide(ledger: auditor.Ledger, done: Audit, word: str, rule: str, at: dt.datetime) -> None:
    """A verdict on the finding of a rule in 石帆镇's report, as `decide` enters it."""
    (judged,) = (j for j in done.reports if "石帆镇" in (j.report.profile.organisation or ""))
    finding = next(f for f in judged.findings if f.rule == rule)
    row = {
        "unit": judged.report.profile.organisation,
        "year": 2025,
        "locus": finding.locus,
        "number": finding.number,
        "content": finding.content,
        "word": word,
        "why": "=已核对登记簿",
        "decided_by": "张三",
        "decided_on": "2026-02-11",
    }
    with ledger.writing("认定", "一条", at=at) as entry:
        entry.add("verdict", row)


def test_a_ledger_gives_the_same_tables(done: Audit, ledger: auditor.Ledger, book: Rulebook) -> None:
    """Until somebody decides something; the roster's 上级 is known in the ledger only."""
    for make in (auditor.scores_frame, auditor.findings_frame):
        here, there = make(done), make(ledger, at=AT.date())
        keys = ["source", "unit", *(["fingerprint"] if "fingerprint" in here else [])]
        here, there = (one.drop(columns="region").sort_values(keys, ignore_index=True) for one in (here, there))
        if "state" in here:
            absent = here["points"].isna()
            here.loc[absent, "run"] = pd.NA  # several runs of a quarter may have missed it
        pd.testing.assert_frame_equal(here, there)
    here, there = auditor.facts_frame(done, book), auditor.facts_frame(ledger, book)
    pd.testing.assert_frame_equal(
        *(one.drop(columns="region").sort_values(["source", "fact"], ignore_index=True) for one in (here, there))
    )
    assert auditor.facts_frame(ledger, book, quarters=["2025Q4"]).empty


def test_verdicts_are_in_the_tables_and_in_the_next_audit(
    paths: list[Path], done: Audit, ledger: auditor.Ledger, book: Rulebook, tmp_path: Path
) -> None:
    _decide(ledger, done, "不属实", "t2-rule-maker", AT)
    _decide(ledger, done, "属实", "t2-stock-bound", AT)
    later = dt.date(2026, 3, 1)
    scores = auditor.scores_frame(ledger, at=later).set_index("unit")
    row = scores.loc["澄湖县石帆镇人民政府"]
    assert (row["upheld"], row["dismissed"], row["waived"]) == (1, 1, 0)
    assert row["undecided"] == row["broken"] + row["suspected"] - 2
    assert (
        row["points"]
        != row["rules_points"]
        == next(j.score.points for j in done.reports if "石帆镇" in (j.report.profile.organisation or ""))
    )
    # what any other paper says of that day
    whole = {j.report.profile.organisation: j for j in view(ledger, "2026Q1", later).reports}
    for unit, score in scores[scores["points"].notna()].iterrows():
        assert whole[str(unit)].score.points == score["points"]
        assert whole[str(unit)].score.low == score["low"]
    findings = auditor.findings_frame(ledger, at=later)
    told = findings[findings["verdict"].notna()]
    assert sorted(told["rule"]) == ["t2-rule-maker", "t2-stock-bound"] and set(told["verdict_by"]) == {"张三"}
    deducted = findings.groupby("unit")["deducted"].sum()
    assert 100 - deducted["澄湖县石帆镇人民政府"] == row["points"]
    bare = auditor.scores_frame(ledger, at=later, verdicts=False).set_index("unit")
    assert bare.loc["澄湖县石帆镇人民政府", "points"] == row["rules_points"]
    # an audit that is kept in the ledger hears of it too
    again = auditor.audit(
        paths, book, roster=ROOT / "reports" / "名册.xlsx", quarter="2026Q1", at=AT, years=[2025], jobs=1, ledger=ledger
    )
    assert {j.report.profile.organisation: j.score for j in again.reports} == {
        unit: judged.score for unit, judged in whole.items()
    }
    assert (
        auditor.scores_frame(again)["rules_points"].isna().sum() == 14 + 1
    )  # an audit does not know what it was before
    target = tmp_path / "问题.csv"
    auditor.write_frame(told, target)
    assert ",'=已核对登记簿," in target.read_text("utf-8-sig")


@pytest.mark.usefixtures("done")
def test_roll_ups_have_their_types(ledger: auditor.Ledger) -> None:
    table = auditor.trends_frame(ledger, "单位类别", at=AT.date())
    _fits(table, TRENDS)
    assert list(table["key"]) == ["乡镇", "街道", "部门"] and table["missing"].sum() == 14
    _fits(auditor.trends_frame(ledger, "规则", "年度", at=AT.date()), TRENDS)
    _fits(auditor.rules_frame(ledger, at=AT.date()), RULES)
    with pytest.raises(ValueError, match="单位"):
        auditor.trends_frame(ledger, "单位")
    compared = auditor.history(ledger, "石帆镇", at=AT.date())
    assert compared.unit == "澄湖县石帆镇人民政府"
    with pytest.raises(ValueError, match="可能是 17 个单位"):  # three with reports, fourteen of the roster without
        auditor.history(ledger, "澄湖县")
    with pytest.raises(ValueError, match="不是台账里的单位"):
        auditor.history(ledger, "东海县")
    with pytest.raises(auditor.LedgerError):
        auditor.compare(ledger, "2026Q1", "2026Q2")


# --- files -----------------------------------------------------------------------------------------------


def test_one_word_one_head() -> None:
    """A column of one name is called alike in every table."""
    for table in (SCORES, FINDINGS, FACTS, TRENDS, RULES, FATES, MOVES):
        assert {name: column.head for name, column in table.items()}.items() <= HEADS.items()
        assert len({column.head for column in table.values()}) == len(table)


ROWS: list[dict[str, object]] = [
    {"unit": "=cmd|' /C calc'!A0", "state": "+1", "points": Decimal("-3.50"), "broken": 0},
    {"unit": "@A1", "state": '甲,乙\n"丙"', "points": Decimal("1E+2"), "broken": None},
    {"unit": "－5", "state": None, "points": None, "broken": -3},
]


def test_csv_is_safe_and_exact() -> None:
    data = writing.as_csv(frame(SCORES, ROWS))
    assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\r\n") == 4
    head, *lines = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    at = {name: head.index(HEADS[name]) for name in ("unit", "state", "points", "broken")}
    seen = [[line[place] for place in at.values()] for line in lines]
    assert seen == [
        ["'=cmd|' /C calc'!A0", "'+1", "-3.50", "0"],
        ["'@A1", seen[1][1], "100", ""],
        ["'－5", "", "", "-3"],
    ]


def test_parquet_keeps_types_and_absence(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    import pyarrow.parquet

    table = frame(SCORES, ROWS)
    auditor.write_frame(table, tmp_path / "表.parquet")
    read = pyarrow.parquet.read_table(tmp_path / "表.parquet")
    assert read.column_names == list(SCORES)
    assert [str(read.schema.field(name).type) for name in ("unit", "points", "low", "broken", "year")] == [
        "string",
        "decimal128(38, 2)",
        "decimal128(38, 0)",
        "int64",
        "int64",
    ]
    assert read["points"].to_pylist() == [Decimal("-3.50"), Decimal("100.00"), None]
    assert read["broken"].to_pylist() == [0, None, -3] and read["unit"].to_pylist() == [row["unit"] for row in ROWS]


def test_without_pyarrow_it_says_what_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(auditor.FrameError, match=r"pip install .*auditor\[parquet\]"):
        auditor.write_frame(frame(SCORES, ROWS), tmp_path / "表.parquet")
    assert not (tmp_path / "表.parquet").exists()
    auditor.write_frame(frame(SCORES, ROWS), tmp_path / "表.CSV")
    with pytest.raises(auditor.FrameError, match=r"\.csv 或 \.parquet"):
        auditor.write_frame(frame(SCORES, ROWS), tmp_path / "表.xlsx")
