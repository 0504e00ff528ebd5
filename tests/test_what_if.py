"""What-if says of a stored run what an audit of the same documents with the new rules says, and how firm a ranking is."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from auditor import store
from auditor.cli import cli
from auditor.model import CHINA, Audit, Outcome
from auditor.pipeline import Options, audit
from auditor.rulebook import Rulebook, RulebookError, load
from auditor.score import score
from auditor.whatif import runs
from auditor.whatif.changes import Kind, Proposal, proposal
from auditor.whatif.firmness import drawn, firmness
from auditor.whatif.lost import clusters, counting, totals, varied
from auditor.whatif.past import Past
from auditor.whatif.trial import trial

REPORTS = Path(__file__).resolve().parent.parent / "reports" / "2018年度"
AT = dt.datetime(2026, 4, 8, 9, tzinfo=CHINA)

NEW = """
- id: x-answered
  title: 办结数不到收到数的九成
  check: equation
  applies: {form: A}
  expect: 申请办结数 ≥ 0.9 * 收到申请数
  severity: 较重
  dimension: 数据准确
  basis: [{law: form-a, at: 第三项}]
  message: 收到申请 {收到申请数} 件，只办结 {申请办结数} 件
  why: 逾期未办
  remedy: 说明原因
- id: x-yearly
  title: 主动公开数比上年少
  check: equation
  applies: {form: A}
  expect: 主动公开政府信息数 ≥ 上年.主动公开政府信息数
  certainty: suspected
  severity: 一般
  dimension: 真实有效
  basis: [{practice: 测试}]
  message: 主动公开 {主动公开政府信息数} 条，上年 {上年.主动公开政府信息数} 条
  why: 公开工作退步
  remedy: 说明原因
- id: x-word
  title: 没有提到政务公开
  check: wording
  applies: {form: A}
  require: [政务公开]
  severity: 一般
  dimension: 内容完整
  basis: [{practice: 测试}]
  message: 全文没有提到政务公开
  why: 应当说明
  remedy: 补充
- id: a-reply-sum
  replaces: a-reply-sum
  title: 申请答复数与分项之和不符
  check: equation
  applies: {form: A}
  expect: 申请答复数 = 合计(答复八项)
  severity: 一般
  dimension: 数据准确
  basis: [{law: form-a, at: 第三项}]
  message: 申请答复数 {申请答复数} 件，分项之和 {right} 件
  why: 分项不等于总数
  remedy: 更正
- id: a-zero-req
  replaces: a-zero-req
  status: retired
  reason: 试算
  title: 全年零申请
  check: equation
  applies: {form: A}
  expect: 收到申请数 > 0
  severity: 提示
  dimension: 真实有效
  basis: [{practice: 测试}]
  message: 全年没有收到申请
  why: 核实
  remedy: 核实
"""


@pytest.fixture(scope="module")
def home(book: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run of the fictional county's reports of 2018 (2017 as last year's), and new rules."""
    home = tmp_path_factory.mktemp("试算")
    (home / "新规则").mkdir()
    (home / "新规则" / "新.yaml").write_text(NEW, encoding="utf-8")
    done = audited(book)
    folder = home / "audits" / "2026Q1" / done.run.id
    folder.mkdir(parents=True)
    store.write(done, folder / store.NAME, book.texts)
    return home


def audited(book: Rulebook) -> Audit:
    before = (REPORTS.parent / "2017年度",)
    return audit([REPORTS], book, Options("2026Q1", before, 1, AT, inference="chainer"))


@pytest.fixture
def past(home: Path) -> Iterator[Past]:
    found = runs.newest(home)
    assert found is not None
    with store.open(found) as stored:
        yield Past(stored)


def proposed(past: Past, new: Path) -> Proposal:
    assert past.stored.texts is not None
    return proposal(new, past.stored.texts)


def test_what_if_is_what_an_audit_with_the_new_rules_says(home: Path, past: Past) -> None:
    new = proposed(past, home / "新规则")
    assert {(c.id, c.kind) for c in new.changes} == {
        ("x-answered", Kind.NEW),
        ("x-yearly", Kind.NEW),
        ("x-word", Kind.NEW),
        ("a-reply-sum", Kind.CHANGED),
        ("a-zero-req", Kind.GONE),
    }
    done, real = trial(past, new), audited(load([home / "新规则"]))
    assert any(effect.findings_after for effect in done.effects if effect.change.kind is Kind.NEW)
    shifted = {shift.at: shift for shift in done.shifts}
    assert shifted
    for at, judged in enumerate(real.reports):
        row = past.rows[at]
        assert row.source == judged.report.source
        if at in done.judged:
            mine = done.judged[at]
            assert mine.findings == judged.findings
            assert mine.undecided == judged.undecided
            assert mine.outcomes == judged.outcomes
            assert mine.score == judged.score
        else:
            assert row.points == str(judged.score.points)
        now = shifted[at].points[1] if at in shifted else Decimal(row.points or 0)
        assert now == judged.score.points
    for effect in done.effects:
        if effect.change.ready is not None:
            counted = [judged.outcomes[effect.change.ready.id] for judged in real.reports]
            assert {o: counted.count(o) for o in Outcome} == dict(effect.after)


def test_rules_that_say_nothing_of_a_report_leave_it_unread(past: Past, tmp_path: Path) -> None:
    quiet = tmp_path / "quiet.yaml"
    first = NEW.split("- id: x-yearly")[0].replace("申请办结数 ≥ 0.9 * 收到申请数", "收到申请数 ≥ 0")
    quiet.write_text(first, encoding="utf-8")
    done = trial(past, proposed(past, quiet))
    assert done.looked < len(past.stored.rows) / 2 and not any(s.gained for s in done.shifts)


def test_the_runs_own_rules_change_nothing(past: Past) -> None:
    assert past.stored.texts is not None
    from auditor.rulebook import build

    done = trial(past, Proposal(build(past.stored.texts), (), "计分办法"))
    assert done.looked == len(past.stored.rows) and not done.shifts


def test_another_scoring_is_reckoned_for_all(past: Past, tmp_path: Path) -> None:
    (tmp_path / "scoring.yaml").write_text("severities: {严重: 10}\n", encoding="utf-8")
    new = proposed(past, tmp_path)
    assert new.everywhere == "计分办法" and not new.changes
    done = trial(past, new)
    assert done.shifts and all(shift.points[1] < shift.points[0] for shift in done.shifts)


def test_what_reads_documents_cannot_be_tried(past: Past, tmp_path: Path) -> None:
    (tmp_path / "claims.yaml").write_text("{}\n", encoding="utf-8")
    with pytest.raises(RulebookError, match="重新审核"):
        proposed(past, tmp_path)


def test_the_sheet_of_rules_export_is_taken(
    home: Path, past: Past, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from openpyxl import load_workbook

    monkeypatch.chdir(home)
    sheet = tmp_path / "规则.xlsx"
    assert CliRunner().invoke(cli, ["rules", "export", str(sheet)]).exit_code == 0
    assert not proposed(past, sheet).changes
    book = load_workbook(sheet)
    (cell,) = [c for page in book for row in page.iter_rows() for c in row if c.value == "a-reply-sum"]
    (severity,) = [c for c in cell.parent[cell.row] if c.value == "严重"]
    severity.value = "提示"
    book.save(sheet)
    book.close()
    assert [(c.id, c.kind) for c in proposed(past, sheet).changes] == [("a-reply-sum", Kind.CHANGED)]


# --- the command -----------------------------------------------------------------------------------


def run(home: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    monkeypatch.chdir(home)
    done = CliRunner().invoke(cli, ["what-if", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_table_names_units_and_rules(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = run(home, monkeypatch, "--rules", "新规则")
    assert "新增 x-answered" in told and "停用 a-zero-req" in told and "份有变化" in told


@pytest.mark.parametrize("over", ["2026Q1", "folder", "id"])
def test_a_run_is_found_by_its_names(home: Path, monkeypatch: pytest.MonkeyPatch, over: str) -> None:
    found = runs.newest(home)
    assert found is not None
    word = {"folder": str(found.parent), "id": found.parent.name[:6]}.get(over, over)
    data = json.loads(run(home, monkeypatch, "--rules", "新规则", "--over", word, "--json"))
    assert data["run"]["id"] == found.parent.name and len(data["rules"]) == 5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "二者只能写一个"),
        (("--rules", "新规则", "--weights", "20"), "二者只能写一个"),
        (("--rules", "没有"), "找不到"),
        (("--rules", "新规则", "--over", "2031Q1"), "没有“2031Q1”这个批次"),
        (("--weights", "200"), "百分数"),
    ],
)
def test_what_cannot_be_done_is_said(
    home: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: str
) -> None:
    monkeypatch.chdir(home)
    done = CliRunner().invoke(cli, ["what-if", *arguments])
    assert done.exit_code == 2 and words in done.output


def test_without_a_run_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["what-if", "--weights"])
    assert done.exit_code == 2 and "请先运行 auditor audit" in done.output


# --- firmness --------------------------------------------------------------------------------------


def test_points_of_every_scheme_are_those_of_the_score(past: Past, book: Rulebook) -> None:
    """The coefficients that are read off agree with `score`, clusters and all."""
    judged = [past.said(at, past.named(at)) for at in range(past.judged)]
    schemes = drawn(varied(judged, book.scoring), Decimal(40), 25)
    several = 0
    for one in judged:
        points = totals(one, book.scoring, schemes)
        assert points[0] == float(one.score.points)
        marks = {f.fingerprint: f.absorbed_by for f in counting(one.findings)}
        several += sum(len({f.rule for f in group}) > 1 for group in clusters(counting(one.findings)))
        for draw in range(schemes.size):
            factors = {rule: Decimal(repr(float(schemes.of(rule)[draw]))) for rule in schemes.names}
            other = [
                replace(f, cost=f.cost * factors[f.rule], absorbed_by=marks.get(f.fingerprint)) for f in one.findings
            ]
            real = score(other, (), book.scoring, outcomes=one.outcomes)[1].points
            assert abs(float(real) - points[draw]) < 1e-5
    assert several > 0


def test_ranks_grades_and_tau(past: Past, book: Rulebook) -> None:
    done = firmness(past, book.scoring, Decimal(20), 200)
    assert done.differing == 0
    assert sum(len(group.reports) for group in done.groups) == past.judged
    for group in done.groups:
        assert group.tau is None or -1 <= group.tau <= 1
        for firm in group.reports:
            (best, worst), (first, last) = firm.usual, firm.extreme
            assert 1 <= first <= best <= worst <= last <= len(group.reports)
            assert firm.points[0] <= firm.ranked.points <= firm.points[1]
            assert 0 <= firm.regraded <= 1
    assert any(firm.points[0] < firm.points[1] for group in done.groups for firm in group.reports)
    assert done == firmness(past, book.scoring, Decimal(20), 200)


def test_no_spread_leaves_every_rank(past: Past, book: Rulebook) -> None:
    done = firmness(past, book.scoring, Decimal("0.000001"), 20)
    for group in done.groups:
        assert group.tau is None or group.tau > 0.999
        assert all(firm.usual == (firm.ranked.rank, firm.ranked.rank) for firm in group.reports)
        assert not group.pairs


def test_draws_are_within_the_spread() -> None:
    schemes = drawn(["a", "b"], Decimal(20), 500)
    assert (schemes.factors[:, 0] == 1).all()
    assert 0.8 <= schemes.factors.min() < 0.81 and 1.19 < schemes.factors.max() <= 1.2
    assert abs(float(np.corrcoef(schemes.factors[:, 1:])[0, 1])) < 0.15
