"""decide, finding, waive, todo as an inspector types them: what is entered, what is refused, what the ledger says then."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import decided_county as county
import pytest
from commands import auditor
from sqlalchemy import select

from auditor.ledger import open as open_ledger
from auditor.ledger import tables
from auditor.ledger.checking import verify
from auditor.ledger.laying import view
from auditor.ledger.recording import Handed, record
from auditor.ledger.remembering import remembered
from auditor.model import Audit, Finding

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with one run of six reports."""
    path = tmp_path_factory.mktemp("verdicts") / "ledger.sqlite"
    beside = [("roster", county.roster().source, (county.REPORTS / "名册.xlsx").read_bytes())]
    with open_ledger(path, create=True) as ledger:
        record(ledger, county.bare(), Handed((), (), beside), county.book().texts, county.STARTED, county.roster())
    return path


@pytest.fixture
def ledger(recorded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(recorded, tmp_path / "ledger.sqlite"))


@pytest.fixture
def run(ledger: Path, tmp_path: Path) -> Run:
    """The command on that ledger, on 20 April 2026."""

    def call(*words: str, at: str = "2026-04-20T09:00:00+08:00") -> tuple[int, str, str]:
        done = auditor(*words, "--ledger", ledger, "--no-work", "--at", at, cwd=tmp_path)
        return done.returncode, done.stdout, done.stderr

    return call


def seen(path: Path, day: dt.date = county.DAY) -> Audit:
    with open_ledger(path) as ledger:
        return view(ledger, "2026Q2", day, "chainer")


def finding(audit: Audit, number: str) -> Finding:
    return next(f for j in audit.reports for f in j.findings if f.number == number)


def number_of(path: Path, unit: str, rule: str) -> str:
    return next(f.number for f in county.judged(unit, seen(path)).findings if f.rule == rule)


def entries(path: Path) -> int:
    with open_ledger(path) as ledger:
        return ledger.stamp.entries


# --- decide ------------------------------------------------------------------------------------------


def test_one_finding_is_decided_and_the_entry_is_told(run: Run, ledger: Path) -> None:
    number = number_of(ledger, county.HETANG, "g-deadline")
    code, out, _ = run("decide", number, "不属实", "--by", "张三", "--why", "公布日期看错")
    assert code == 0
    assert "1 个问题认定为不属实，已记入台账第 2 条" in out
    said = finding(seen(ledger), number).verdict
    assert said is not None
    assert (said.word, said.why, said.by, said.on) == ("不属实", "公布日期看错", "张三", county.DAY)
    assert county.judged(county.HETANG, seen(ledger)).score.points == 94
    with open_ledger(ledger) as opened:
        (last,) = opened.rows(select(tables.entry).where(tables.entry.c.seq == 2))
        assert (last.kind, last.words) == ("认定", f"{number}：不属实（张三）")
        assert not verify(opened).breaks


def test_the_number_may_be_written_without_the_quarter_or_as_a_fingerprint(run: Run, ledger: Path) -> None:
    number = number_of(ledger, county.HETANG, "g-deadline")
    fingerprint = finding(seen(ledger), number).fingerprint
    assert run("decide", number.split("-", 1)[1], "属实", "--by", "张三")[0] == 0
    code, out, _ = run("decide", fingerprint[:10], "属实", "--by", "张三", "--json")
    assert code == 0
    assert [one["number"] for one in json.loads(out)["same"]] == [number]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("2026Q2-禾塘镇-01", "属实"), "请写明办理人"),
        (("2026Q2-禾塘镇-01", "--by", "张三"), "没有写明认定"),
        (("2026Q2-禾塘镇-01", "属实", "不属实", "--by", "张三"), "认定写了 2 个"),
        (("2026Q2-禾塘镇-01", "不属实", "--by", "张三"), "须用 --why 写明理由"),
        (("2026Q2-禾塘镇-01", "豁免", "--by", "张三"), "须用 --why 写明理由"),
        (("2026Q2-禾塘镇-01", "属实", "--until", "2026-12-31", "--by", "张三"), "--until 只用于豁免"),
        (
            ("2026Q2-禾塘镇-01", "豁免", "--why", "同意", "--paper", "文号", "--until", "2026-04-19", "--by", "张三"),
            "豁免到期日 2026-04-19 早于今天",
        ),
        (("2026Q2-禾塘镇-01", "豁免", "--why", "同意", "--by", "张三"), "须用 --paper 写明所依据文件的文号"),
        (("属实", "--by", "张三"), "请写明问题的编号"),
        (("2026Q2-禾塘镇-99", "属实", "--by", "张三"), "没有编号“2026Q2-禾塘镇-99”的问题"),
        (("2026Q2-禾塘镇-01", "属实", "--rule", "g-deadline", "--by", "张三"), "写了编号的，不能再用"),
        (("属实", "--rule", "g-deadlin", "--by", "张三"), "没有规则“g-deadlin”，是否为“g-deadline”"),
        (("属实", "--unit", "禾塘", "--rule", "a-allzero", "--by", "张三"), "没有符合条件的问题"),
        (("属实", "--unit", "不在镇", "--by", "张三"), "台账中没有单位“不在镇”"),
        (("属实", "--severity", "很重", "--by", "张三"), "没有严重程度“很重”"),
        (("2026Q2-禾塘镇-01", "属实", "--undo", "--by", "张三"), "--undo 撤销认定"),
        (("2026Q2-禾塘镇-01", "--undo", "--by", "张三"), "还没有认定，无可撤销"),
        (("2026Q2-禾塘镇-01", "属实", "--run", "2025Q1", "--by", "张三"), "台账里没有批次“2025Q1”"),
    ],
)
def test_what_is_refused_says_what_to_type(run: Run, ledger: Path, words: tuple[str, ...], says: str) -> None:
    code, out, err = run("decide", *words)
    assert code == 2
    assert says in err
    assert not out
    assert entries(ledger) == 1


def test_a_contradiction_needs_change_and_nothing_is_half_entered(run: Run, ledger: Path) -> None:
    audit = county.judged(county.HETANG, seen(ledger))
    first, second = audit.findings[0].number, audit.findings[1].number
    run("decide", first, "属实", "--by", "张三")
    code, out, err = run("decide", first, second, "不属实", "--by", "李四", "--why", "再查")
    assert (code, out) == (2, "")
    assert f"{first} 已认定 属实（张三，2026-04-20），现要认定为不属实" in err
    assert "--change" in err
    assert entries(ledger) == 2
    code, out, _ = run("decide", first, second, "不属实", "--by", "李四", "--why", "再查", "--change", "--json")
    assert code == 0
    assert [one["before"] for one in json.loads(out)["entered"]] == ["属实", None]
    assert entries(ledger) == 3, "one act is one entry"


def test_waiving_what_is_so_is_no_contradiction(run: Run, ledger: Path) -> None:
    number = number_of(ledger, county.HETANG, "g-deadline")
    run("decide", number, "属实", "--by", "张三")
    code, _, _ = run("decide", number, "豁免", "--by", "张三", "--why", "同意", "--paper", "澄政办〔2026〕3号")
    assert code == 0
    assert run("decide", number, "属实", "--by", "张三")[0] == 2, "taking it back is one"


def test_the_same_word_again_adds_nothing_another_reason_does(run: Run, ledger: Path) -> None:
    number = number_of(ledger, county.HETANG, "g-deadline")
    for _ in range(2):
        code, out, _ = run("decide", number, "不属实", "--by", "张三", "--why", "查阅档案")
        assert code == 0
    assert "1 个问题已经认定为不属实，不再写入" in out
    assert entries(ledger) == 2
    run("decide", number, "不属实", "--by", "张三", "--why", "查阅公布记录")
    assert entries(ledger) == 3


def test_undo_gives_the_bare_audit_back_and_erases_nothing(run: Run, ledger: Path) -> None:
    before = seen(ledger)
    number = number_of(ledger, county.HETANG, "g-deadline")
    run("decide", number, "不属实", "--by", "张三", "--why", "看错")
    assert seen(ledger).reports != before.reports
    assert run("decide", number, "--undo", "--by", "李四")[0] == 0
    assert seen(ledger).reports == before.reports
    with open_ledger(ledger) as opened:
        words = [row.word for row in opened.rows(select(tables.verdict).order_by(tables.verdict.c.entry))]
    assert words == ["不属实", "撤销"]


def test_in_bulk_by_rule_unit_and_severity(run: Run, ledger: Path) -> None:
    code, out, _ = run("decide", "属实", "--rule", "t3-total", "--unit", "市场监管局", "--by", "张三", "--json")
    assert code == 0
    assert {one["rule"] for one in json.loads(out)["entered"]} == {"t3-total"}
    assert len(json.loads(out)["entered"]) == 4
    code, out, _ = run("decide", "不属实", "--suspected", "--unit", county.QINGAO, "--why", "x", "--by", "李", "--json")
    rules = {one["rule"] for one in json.loads(out)["entered"]}
    assert "n-org" in rules
    assert "a-blank" not in rules, "only suspected ones"
    assert not any(f.rule == "p-capacity-hollow" for f in county.judged(county.QINGAO, seen(ledger)).findings)


def test_equal_findings_together_and_a_preview_writes_nothing(run: Run, ledger: Path) -> None:
    other = number_of(ledger, "澄湖县云岫镇人民政府", "a-zero-req")
    assert "将有 1 个问题" in run("decide", other, "属实", "--equal", "--by", "张三", "--dry-run")[1], "it says more"
    number = number_of(ledger, "澄湖县云岫镇人民政府", "g-unit-name")
    words = ("decide", number, "属实", "--equal", "--by", "张三")
    code, out, _ = run(*words, "--dry-run")
    assert code == 0
    assert "将有 2 个问题认定为属实" in out
    assert entries(ledger) == 1
    code, out, _ = run(*words, "--json")
    assert {one["unit"] for one in json.loads(out)["entered"]} == {county.QINGAO, "澄湖县云岫镇人民政府"}


def test_what_comes_up_only_then_gets_a_number_when_it_is_decided(run: Run, ledger: Path) -> None:
    yunxiu = "澄湖县云岫镇人民政府"
    run("decide", number_of(ledger, yunxiu, "p-response-hotline"), "不属实", "--why", "x", "--by", "张三")
    (new,) = [f for f in county.judged(yunxiu, seen(ledger)).findings if f.rule == "p-fault-shared"]
    assert not new.number
    assert run("decide", new.fingerprint, "属实", "--by", "张三")[0] == 0
    (now,) = [f for f in county.judged(yunxiu, seen(ledger)).findings if f.rule == "p-fault-shared"]
    assert now.number == "2026Q2-云岫镇-11"
    assert now.verdict is not None


# --- finding -----------------------------------------------------------------------------------------

FOUND = ("--unit", "禾塘镇", "--year", "2017", "--place", "二、主动公开情况", "--severity", "较重")
MORE = ("--dimension", "内容完整", "--text", "没有写明政策解读的件数", "--by", "张三")


def test_a_manual_finding_goes_through_score_and_is_closed(run: Run, ledger: Path) -> None:
    code, out, _ = run("finding", "add", *FOUND, *MORE, "--law", "2007年条例", "--article", "第三十二条")
    assert code == 0
    assert "已登记 2026Q2-禾塘镇-08" in out
    hetang = county.judged(county.HETANG, seen(ledger))
    assert hetang.score.points == 86
    own = finding(seen(ledger), "2026Q2-禾塘镇-08")
    assert own.manual
    assert own.basis[0].law == "regulation-2007"
    code, out, _ = run("finding", "list", "--json")
    assert [(one["number"], one["state"]) for one in json.loads(out)] == [("2026Q2-禾塘镇-08", "未认定")]
    run("decide", "2026Q2-禾塘镇-08", "属实", "--by", "李四")
    assert "属实（李四" in run("finding", "list")[1]
    code, out, _ = run("finding", "close", "2026Q2-禾塘镇-08", "--by", "李四", "--why", "已补充并重新公布")
    assert code == 0
    assert "已销号" in out
    assert "没有未销号的" in run("finding", "list")[1]
    assert "已销号（李四" in run("finding", "list", "--all")[1]
    assert run("finding", "close", "2026Q2-禾塘镇-08", "--by", "李四", "--why", "x")[0] == 2
    with open_ledger(ledger) as opened:
        (manual,) = remembered(opened).manual
        assert manual.document == hetang.report.sha256
        assert manual.closed == county.DAY


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--law", "2019年条例", "--article", "第五十条"), "2019年条例第五十条不适用于 2017年度的报告"),
        (("--law", "2020年条例", "--article", "第五十条"), "规则库中没有法规“2020年条例”"),
        (("--law", "2007年条例"), "请用 --article 写明第几条"),
        ((), "请写明依据"),
        (("--practice", "惯例", "--law", "2007年条例", "--article", "第三十二条"), "二者写一种"),
        (("--practice", "惯例", "--severity", "很重"), "没有严重程度“很重”"),
        (("--practice", "惯例", "--dimension", "内容"), "没有方面“内容”"),
        (("--practice", "惯例", "--unit", "不在镇"), "台账中没有单位“不在镇”"),
        (("--practice", "惯例", "--text", " "), "--text 不能为空"),
        (("--practice", "惯例", "--by", " "), "请写明办理人"),
    ],
)
def test_a_manual_finding_with_a_mistake_is_refused(run: Run, ledger: Path, words: tuple[str, ...], says: str) -> None:
    code, _, err = run("finding", "add", *FOUND, *MORE, *words)
    assert code == 2
    assert says in err
    assert entries(ledger) == 1


# --- waive -------------------------------------------------------------------------------------------

WAIVED = ("--unit", "禾塘镇", "--rule", "g-deadline", "--why", "机构改革", "--paper", "澄政办〔2026〕4号")
LEAVE = ("--approver", "王五", "--by", "张三")


def test_a_waiver_runs_from_its_first_day_to_its_last_and_comes_back(run: Run, ledger: Path) -> None:
    code, out, _ = run("waive", "add", *WAIVED, *LEAVE, "--end", "2026-06-30", "--review", "2026-06-01")
    assert code == 0
    assert "已登记 豁免2026-01" in out
    assert "澄湖县禾塘镇人民政府" in out
    number = number_of(ledger, county.HETANG, "g-deadline")
    last = county.judged(county.HETANG, seen(ledger, dt.date(2026, 6, 30))).score
    assert (last.points, last.without_waivers) == (94, 89)
    after = seen(ledger, dt.date(2026, 7, 1))
    assert county.judged(county.HETANG, after).score.points == 89
    assert finding(after, number).reopened == "豁免（豁免2026-01，澄政办〔2026〕4号）已于 2026-06-30 到期"
    assert "应复核" in run("waive", "list", at="2026-06-02T09:00")[1]
    assert "没有有效的豁免事项" in run("waive", "list", at="2026-07-01T09:00")[1]
    assert "已到期" in run("waive", "list", "--all", at="2026-07-01T09:00")[1]


def test_a_finding_under_a_wider_waiver_is_not_decided_one_by_one(run: Run, ledger: Path) -> None:
    run("waive", "add", *WAIVED, *LEAVE)
    number = number_of(ledger, county.HETANG, "g-deadline")
    for words in (("属实",), ("属实", "--change"), ("--undo",)):
        code, _, err = run("decide", number, *words, "--by", "张三")
        assert code == 2
        assert "auditor waive end 豁免2026-01" in err
    assert run("decide", number, "豁免", "--why", "同意", "--paper", "文号", "--by", "张三")[0] == 0
    assert entries(ledger) == 2, "it is waived already"
    assert run("decide", number, "不属实", "--why", "看错", "--by", "张三")[0] == 2
    assert run("decide", number, "不属实", "--why", "看错", "--by", "张三", "--change")[0] == 0


def test_a_waiver_is_ended_from_that_day_on(run: Run, ledger: Path) -> None:
    run("waive", "add", *WAIVED, *LEAVE)
    code, out, _ = run("waive", "end", "豁免2026-01", "--by", "李四", "--why", "改革完成", at="2026-05-08T09:00")
    assert code == 0
    assert "自 2026-05-08 起终止" in out
    assert county.judged(county.HETANG, seen(ledger, dt.date(2026, 5, 7))).score.points == 94
    assert county.judged(county.HETANG, seen(ledger, dt.date(2026, 5, 8))).score.points == 89
    assert run("waive", "end", "豁免2026-01", "--by", "李四", "--why", "x")[0] == 2
    assert run("waive", "end", "豁免2026-09", "--by", "李四", "--why", "x")[0] == 2


def test_a_verdict_waives_one_finding_and_is_ended_like_a_waiver(run: Run, ledger: Path) -> None:
    number = number_of(ledger, county.HETANG, "g-deadline")
    run(
        "decide",
        number,
        "豁免",
        "--why",
        "同意",
        "--paper",
        "澄政办〔2026〕3号",
        "--until",
        "2026-06-30",
        "--by",
        "张三",
    )
    _, out, _ = run("waive", "list", "--json")
    assert [(one["number"], one["finding"], one["end"]) for one in json.loads(out)] == [(number, True, "2026-06-30")]
    assert run("waive", "end", number, "--by", "李四", "--why", "改革完成")[0] == 0
    assert json.loads(run("waive", "list", "--all", "--json")[1]) == []
    assert finding(seen(ledger), number).verdict is None


def test_a_waiver_of_cells_by_their_names(run: Run, ledger: Path) -> None:
    words = ("--rule", "a-chan-sum", "--cell", "主动公开政府信息数", "--why", "改革", "--paper", "文号", *LEAVE)
    code, out, _ = run("waive", "add", *words, "--json")
    assert code == 0
    assert json.loads(out)["cells"]
    number = number_of(ledger, county.HETANG, "a-chan-sum")
    assert "没有覆盖" in finding(seen(ledger), number).reopened
    assert "“主动公开政府信息数”" not in finding(seen(ledger), number).reopened


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--why", "x", "--paper", "y"), "不能豁免所有单位的所有规则"),
        (("--rule", "g-deadline", "--paper", "y"), "豁免须用 --why 写明理由"),
        (("--rule", "g-deadline", "--why", "x"), "豁免须用 --paper 写明批准文件的文号"),
        (("--rule", "g-deadlin", "--why", "x", "--paper", "y"), "是否为“g-deadline”"),
        (("--rule", "g-deadline", "--cell", "没有的", "--why", "x", "--paper", "y"), "没有数据项“没有的”"),
        (("--rule", "g-deadline", "--why", "x", "--paper", "y", "--end", "2026-04-19"), "结束日期 2026-04-19"),
        (("--rule", "g-deadline", "--why", "x", "--paper", "y", "--review", "2026-04-19"), "复核日期 2026-04-19"),
    ],
)
def test_a_waiver_with_a_mistake_is_refused(run: Run, ledger: Path, words: tuple[str, ...], says: str) -> None:
    code, _, err = run("waive", "add", *words, *LEAVE)
    assert code == 2
    assert says in err
    assert entries(ledger) == 1


# --- todo --------------------------------------------------------------------------------------------


def groups(run: Run, at: str = "2026-04-20T09:00") -> dict[str, Any]:
    code, out, _ = run("todo", "2026Q2", "--json", at=at)
    assert code == 0
    return {one["kind"]: one for one in json.loads(out)["groups"]}


def test_todo_lists_what_is_left_and_what_to_type(run: Run, ledger: Path) -> None:
    before = groups(run)
    now = seen(ledger)
    every = [*(f for j in now.reports for f in j.findings), *(f for _, f in now.unreported)]
    assert [f.rule for _, f in now.unreported] == ["g-not-published"] * 3
    suspected = sum(f.outcome.value == "suspected" for f in every)
    assert before["suspected"]["count"] == suspected
    assert "--run 2026Q2" in before["suspected"]["command"]
    assert before["to_confirm"]["count"] == len(county.bare().reports)
    number = number_of(ledger, county.QINGAO, "g-unit-name")
    run("decide", number, "属实", "--by", "张三")
    after = groups(run)
    assert after["suspected"]["count"] == suspected - 1
    assert number not in {item["number"] for item in after["suspected"]["items"]}
    _, out, _ = run("todo")
    assert "下一步：auditor decide 编号 属实 --run 2026Q2 --by 姓名" in out
    assert "件事待办" in out


def test_todo_begins_with_what_people_decide_and_gathers_what_is_the_same(run: Run) -> None:
    kinds = list(groups(run))
    assert (kinds[0], kinds[-1]) == ("suspected", "to_confirm")
    _, out, _ = run("todo")
    told = out[out.index("有待人工核验事项的报告") :]
    assert f"{len(county.bare().reports)} 份" in told
    assert told.count("报告网页不能访问") == 1
    assert f"另有 {len(county.bare().reports)} 份报告有待人工核验的事项" in out
    assert run("todo", "--all")[1].count("报告网页不能访问") > 1


def test_numbers_may_be_said_without_their_quarter(run: Run, ledger: Path) -> None:
    run("finding", "add", *FOUND, *MORE, "--practice", "惯例")
    code, out, _ = run("finding", "close", "禾塘镇-08", "--by", "李四", "--why", "已看")
    assert (code, "2026Q2-禾塘镇-08（" in out) == (0, True)
    assert "没有编号“禾塘镇-88”" in run("finding", "close", "禾塘镇-88", "--by", "李四", "--why", "已看")[2]
    number = number_of(ledger, county.HETANG, "g-deadline")
    run("decide", number, "豁免", "--by", "张三", "--why", "同意", "--paper", "澄政办〔2026〕3号")
    assert run("waive", "end", number.split("-", 1)[1], "--by", "张三", "--why", "收回")[0] == 0
    assert finding(seen(ledger), number).verdict is None


def test_a_waiver_that_is_over_is_not_ended(run: Run, ledger: Path) -> None:
    run("waive", "add", *WAIVED, *LEAVE, "--end", "2026-06-30")
    before = entries(ledger)
    done = run("waive", "end", "2026-01", "--by", "张三", "--why", "收回", at="2026-07-01T09:00")
    assert (done[0], "豁免2026-01 已于 2026-06-30 到期，不用终止" in done[2]) == (2, True)
    assert entries(ledger) == before


def test_todo_tells_what_has_lapsed_and_what_is_due(run: Run, ledger: Path) -> None:
    number = number_of(ledger, county.HETANG, "g-deadline")
    run("waive", "add", *WAIVED, *LEAVE, "--end", "2026-06-30", "--review", "2026-06-01")
    assert not {"expired", "review"} & set(groups(run))
    assert [item["number"] for item in groups(run, "2026-06-02T09:00")["review"]["items"]] == ["豁免2026-01"]
    later = groups(run, "2026-07-01T09:00")
    assert [item["number"] for item in later["expired"]["items"]] == [number]
    assert "review" not in later


def test_todo_tells_of_manual_findings_whose_report_is_another_or_none(run: Run) -> None:
    run("finding", "add", *FOUND, *MORE, "--practice", "惯例")
    assert "by_hand" not in groups(run)
    run("finding", "add", "--unit", "禾塘镇", "--year", "2016", *FOUND[4:], *MORE, "--practice", "惯例")
    (item,) = groups(run)["by_hand"]["items"]
    assert "2016年度的报告不在本次审核之内" in item["words"]


def test_an_empty_ledger_and_a_missing_one_say_what_to_do(tmp_path: Path) -> None:
    for words in (("todo",), ("decide", "x", "属实", "--by", "张三"), ("finding", "list"), ("waive", "list")):
        done = auditor(*words, "--no-work", cwd=tmp_path)
        assert done.returncode == 2
        assert "先审核一次：auditor audit" in done.stderr
