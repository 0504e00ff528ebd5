"""History, trends and rule statistics over a ledger of six quarters: against the records themselves, counted by other means."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "ledger"))
from quarters20 import twenty

from auditor.cli import cli
from auditor.ledger import Ledger, LedgerError
from auditor.ledger import ledger as ledgers
from auditor.ledger import open as open_ledger
from auditor.ledger.comparing import compare
from auditor.ledger.entering import add_manual, add_waiver, close_manual
from auditor.ledger.histories import called, counted
from auditor.ledger.laying import view
from auditor.ledger.overview import cards_now, checks, told
from auditor.ledger.remembering import remembered
from auditor.model import CHINA, Outcome
from auditor.quarters.fates import STANDING, Fate
from auditor.quarters.history import Called, Trail, UnitHistory, meant
from auditor.quarters.nouns import Manual, Noted, Waiver
from auditor.quarters.rulestats import RuleStat, rule_stats
from auditor.quarters.stats import By, Checks, Over, rolled
from auditor.rulebook import Rulebook

QUARTERS, UNITS = 6, 16
LAST, DAY = "2022Q3", dt.date(2022, 9, 1)
AT = dt.datetime(2022, 8, 20, 9, tzinfo=CHINA)
TOWN = "澄湖县石帆镇人民政府"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, book: Rulebook) -> Path:
    """Six quarters, 2021Q2 to 2022Q3: the reports of 2020 in four of them, those of 2021 in two."""
    path = tmp_path_factory.mktemp("quarters") / "台账.sqlite"
    twenty(path, QUARTERS, UNITS, book=book)
    return path


@pytest.fixture
def ledger(made: Path, tmp_path: Path) -> Iterator[Ledger]:
    """A copy that may be written to."""
    shutil.copy(made, tmp_path / "台账.sqlite")
    with open_ledger(tmp_path / "台账.sqlite") as ledger:
        yield ledger


@pytest.fixture(scope="module")
def everything(made: Path) -> Checks:
    """All quarters before anybody decided anything."""
    with open_ledger(made) as ledger:
        return checks(ledger, DAY)


def _unit(ledger: Ledger, word: str = TOWN) -> Called:
    (unit,) = meant(word, called(ledger))
    return next(one for one in called(ledger) if one.unit == unit)


def _history(ledger: Ledger, day: dt.date = DAY, word: str = TOWN) -> UnitHistory:
    return told(ledger, _unit(ledger, word), day)


def _key(noted: Noted) -> dict[str, Any]:
    return {"unit": noted.key.unit, "year": noted.key.year, "locus": noted.key.locus, "number": noted.number}


def _decide(ledger: Ledger, noted: Noted, word: str, day: str = "2022-08-20") -> None:
    with ledger.writing("认定", noted.number, at=AT) as entry:
        row = {"content": noted.content, "word": word, "why": "核对登记簿", "decided_by": "张三", "decided_on": day}
        entry.add("verdict", {**_key(noted), **row})


def _standing(found: UnitHistory) -> list[Trail]:
    return [one for one in found.findings if one.last == LAST and not one.noted.members]


# --- whose history ------------------------------------------------------------------------------------

NAMED = [
    Called("甲县城关镇人民政府", ("城关镇", "甲县城郊乡人民政府")),
    Called("乙县城关镇人民政府", ("城关镇",)),
    Called("甲县教育局", ("教育局", "甲县文教局")),
]


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("甲县教育局", ["甲县教育局"]),
        ("教育局", ["甲县教育局"]),
        ("文教", ["甲县教育局"]),
        ("甲县城郊乡人民政府", ["甲县城关镇人民政府"]),
        ("城关镇", ["乙县城关镇人民政府", "甲县城关镇人民政府"]),
        ("甲县", ["甲县城关镇人民政府", "甲县教育局"]),
        ("甲县城关镇", ["甲县城关镇人民政府"]),
        ("水利局", []),
    ],
)
def test_a_unit_is_meant_by_any_of_its_names(word: str, found: list[str]) -> None:
    assert list(meant(word, NAMED)) == found


def test_units_are_found_by_former_names(ledger: Ledger) -> None:
    with ledger.writing("审核", "改名", at=AT) as entry:
        entry.add("name", {"former": TOWN, "unit": "澄湖县石帆街道办事处"})
    found = _history(ledger, word="石帆镇")
    assert found.unit == "澄湖县石帆街道办事处" and found.former == (TOWN,)
    assert len(found.quarters) == QUARTERS and all(one.noted.number for one in found.findings)
    assert {one.noted.key.unit for one in found.findings} == {found.unit}


# --- scores and findings -------------------------------------------------------------------------------


def test_its_quarters_are_those_of_the_records(ledger: Ledger) -> None:
    found = _history(ledger)
    records = [one for one in counted(ledger, remembered(ledger)) if one.record.unit == TOWN]
    assert [(one.counted.quarter, one.counted.record.points) for one in found.quarters] == [
        (one.quarter, one.record.points) for one in records
    ]
    assert [one.counted.record.year for one in found.quarters] == [2020] * 4 + [2021] * 2
    assert not any(one.decided or one.unreckoned or one.issued for one in found.quarters)
    for one in found.quarters:
        peers = [
            other.record
            for other in counted(ledger, remembered(ledger), quarters=[one.counted.quarter])
            if other.record.group == one.counted.record.group
        ]
        assert one.rank is not None and one.rank.size == len(peers)
        assert one.rank.rank == 1 + sum(other.points > one.counted.record.points for other in peers)


def test_a_history_tells_what_comparisons_tell(ledger: Ledger) -> None:
    """Check by check the fates are those of `compare`, for every unit of the ledger."""
    with ledger.reading():
        checked = {(one.record.unit, one.quarter) for one in counted(ledger, remembered(ledger))}
        histories = [told(ledger, unit, DAY) for unit in called(ledger)]
        for earlier, later in (("2021Q3", "2021Q4"), ("2022Q2", LAST)):
            expected = {
                (one.noted.key, one.fate, one.why)
                for one in compare(ledger, earlier, later, DAY).findings
                if {(one.noted.key.unit, earlier), (one.noted.key.unit, later)} <= checked
            }
            seen = {
                (one.noted.key, turn.fate, turn.why)
                for past in histories
                for one in past.findings
                for turn in one.course
                if turn.quarter == later and (past.unit, earlier) in checked
            }
            assert expected and expected == seen


def test_mended_and_come_back_are_there(everything: Checks) -> None:
    """The ledger that these tests look at holds what they speak of."""
    fates = Counter(fated.fate for _, fated in everything.fates)
    assert fates[Fate.NEW] and fates[Fate.PERSISTING] and fates[Fate.MENDED]


# --- what people did ---------------------------------------------------------------------------------


def test_verdicts_letters_and_mending_stand_in_it(ledger: Ledger) -> None:
    first, second, third = _standing(_history(ledger))[:3]
    _decide(ledger, first.noted, "属实")
    _decide(ledger, first.noted, "不属实")
    with ledger.writing("通知", "一件", at=AT) as entry:
        entry.add(
            "letter",
            {
                "quarter": LAST,
                "unit": TOWN,
                "kind": "通知",
                "paper": "澄政办函〔2022〕9号",
                "sent_on": "2022-08-20",
                "sent_by": "张三",
            },
        )
        entry.add("letter_item", {**_key(second.noted), "severity": second.noted.severity, "deadline": "2022-08-29"})
    with ledger.writing("反馈", "一件", at=AT) as entry:
        entry.add(
            "reply",
            {
                **_key(third.noted),
                "word": "异议",
                "text": "数字无误",
                "replied_on": "2022-08-21",
                "received_on": "2022-08-21",
                "link": "",
                "replied_by": "李四",
                "source": "",
            },
        )
        entry.add("remark", {**_key(third.noted), "text": "电话问过"})
    with ledger.writing("印发", "一件", at=AT) as entry:
        entry.add(
            "issued",
            {
                "quarter": LAST,
                "unit": TOWN,
                "year": 2021,
                "points": "77",
                "grade": "合格",
                "rank": 3,
                "issued_on": "2022-08-25",
                "paper": "通报1号",
            },
        )
    found = _history(ledger)
    trails = {one.noted.key: one for one in found.findings}
    assert [one.verdict.word for one in trails[first.noted.key].decisions] == ["属实", "不属实"]
    assert trails[first.noted.key].holding.word == "不属实"
    mending = trails[second.noted.key].mending
    assert mending is not None and mending.state.value == "未整改" and mending.overdue == 3
    assert [one.letter.paper for one in trails[second.noted.key].letters] == ["澄政办函〔2022〕9号"]
    assert trails[third.noted.key].replies[0].text == "数字无误" and trails[third.noted.key].remark == "电话问过"
    last = found.quarters[-1]
    assert last.issued is not None and (last.issued.points, last.issued.rank) == (Decimal(77), 3)
    assert [one.quarter for one in found.issued] == [LAST] and len(found.letters) == 1
    screen = _run(ledger, "history", "石帆镇", "--at", "2022-09-01")
    for words in ("77 合格", "逾期 3 天", "电话问过", "数字无误", "不属实（张三，2022-08-20）", "澄政办函〔2022〕9号"):
        assert words in screen.output.replace("\n", ""), words
    said = json.loads(_run(ledger, "history", "石帆镇", "--at", "2022-09-01", "--json").output)
    assert said["quarters"][-1]["issued"]["points"] == 77 and said["quarters"][0]["issued"] is None
    (trail,) = (one for one in said["findings"] if one["number"] == second.noted.number)
    assert trail["mending"]["overdue"] == 3 and trail["verdict"] is None


def test_its_scores_with_verdicts_are_those_of_every_other_paper(ledger: Ledger) -> None:
    """Only this unit's reports are opened, and the scores are those that whole quarters show."""
    rejected = [one for one in _standing(_history(ledger)) if one.noted.key.year == 2021]
    for one in rejected:
        _decide(ledger, one.noted, "不属实")
    opened: list[int] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("auditor.ledger.scoring.stored", _counting(opened))
        found = _history(ledger)
    assert opened and set(opened) == {1}  # one report each time, of sixteen
    changed = [one for one in found.quarters if one.decided is not None]
    assert changed and {one.counted.record.year for one in changed} == {2021}
    for one in changed:
        (judged,) = (j for j in view(ledger, one.counted.quarter, DAY).reports if j.report.profile.organisation == TOWN)
        assert one.decided is not None and one.decided.score == judged.score
        assert one.decided.score.points > one.counted.record.points
    screen = _run(ledger, "history", TOWN, "--at", "2022-09-01").output
    assert f" {changed[-1].decided.score.points if changed[-1].decided else ''} " in screen


def _counting(opened: list[int]) -> Any:
    from auditor.ledger.reading import stored

    def count(*given: Any) -> Any:
        audit = stored(*given)
        opened.append(len(audit.reports))
        return audit

    return count


def test_a_waiver_counts_for_the_quarters_it_covers(ledger: Ledger) -> None:
    """It began in the last quarter and ended after it: earlier quarters are not touched, and later days do not undo it."""
    noted = _standing(_history(ledger))[0].noted
    waiver = Waiver(
        0,
        "",
        TOWN,
        2021,
        noted.rule,
        (),
        "机构合并",
        "澄政办〔2022〕1号",
        "王五",
        dt.date(2022, 8, 10),
        dt.date(2022, 8, 31),
        by="张三",
    )
    add_waiver(ledger, waiver, AT)

    def words(day: dt.date) -> dict[str, str]:
        (trail,) = (one for one in _history(ledger, day).findings if one.noted.key == noted.key)
        return {turn.quarter: turn.word for turn in trail.course if turn.fate in STANDING}

    assert words(dt.date(2022, 8, 30))[LAST] == "豁免" and words(dt.date(2022, 8, 30)).get("2022Q2", "") == ""
    assert words(dt.date(2022, 9, 1))[LAST] == ""
    (trail,) = (one for one in _history(ledger, dt.date(2022, 9, 1)).findings if one.noted.key == noted.key)
    assert "到期" in trail.holding.reopened
    assert len(_history(ledger).waivers) == 1
    assert "机构合并" in _run(ledger, "history", TOWN, "--at", "2022-08-30").output


def test_what_was_found_by_eye_has_a_course(ledger: Ledger) -> None:
    manual = Manual(
        0, "", TOWN, 2021, "网站首页", "较重", "公开时效", "", "年报没有挂在专栏", practice="公开平台规范", by="张三"
    )
    number = add_manual(ledger, manual, "2022Q2", dt.datetime(2022, 5, 20, 9, tzinfo=CHINA))
    found = _history(ledger)
    (trail,) = (one for one in found.findings if one.noted.manual)
    assert (trail.noted.number, trail.first, trail.last, trail.stood) == (number, "2022Q2", LAST, 2)
    assert all(one.decided is not None for one in found.quarters if one.counted.quarter in ("2022Q2", LAST))
    close_manual(ledger, number, "张三", "已挂出", dt.datetime(2022, 7, 1, 9, tzinfo=CHINA))
    (trail,) = (one for one in _history(ledger).findings if one.noted.manual)
    assert (trail.fate, trail.last) == (Fate.MENDED, "2022Q2")


def test_a_run_without_its_rulebook_is_said_to_be_unreckoned(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    _decide(ledger, _standing(_history(ledger))[0].noted, "不属实")

    def lost(*_: object) -> None:
        raise LedgerError("没有存下当时的规则库")

    monkeypatch.setattr("auditor.ledger.desks.desk_of", lost)
    found = _history(ledger)
    assert any(one.unreckoned for one in found.quarters) and not any(one.decided for one in found.quarters)
    assert "没有存下规则库" in _run(ledger, "history", TOWN, "--at", "2022-09-01").output
    rows = rolled(checks(ledger, DAY))
    assert rows[-1].unreckoned == 1 and rows[-1].mean == rows[-1].rules_mean


def test_a_history_reads_one_unit(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stays quick however many units there are: findings, numbers and contents of others are not read."""
    read: Counter[str] = Counter()
    plain = ledgers.Ledger.rows

    def rows(self: Ledger, query: Any) -> Any:
        found = plain(self, query)
        read[str(query.get_final_froms()[0])] += len(found)
        return found

    monkeypatch.setattr(ledgers.Ledger, "rows", rows)
    found = _history(ledger)
    own = sum(len(one.counted.record.findings) for one in found.quarters)
    assert read["finding"] == own and read["number"] == len({one.noted.number for one in found.findings})
    assert read["content"] < 100 and read["document"] == 0


# --- roll-ups ---------------------------------------------------------------------------------------------


def test_means_are_those_of_the_records(everything: Checks) -> None:
    rows = rolled(everything, By.KIND)
    assert [row.over for row in rows] == sorted(row.over for row in rows)
    for row in rows:
        records = [
            one.record for one in everything.records if (one.quarter, one.record.unit_kind) == (row.over, row.key)
        ]
        points = [record.points for record in records]
        assert row.reports == row.full == len(records) and row.partly == row.unread == 0
        assert row.mean == row.rules_mean == statistics.mean(points).quantize(Decimal("0.01"))
        assert row.median == Decimal(statistics.median(points)).quantize(Decimal("0.01"))
        plain = [f for record in records for f in record.findings if not f.members and not f.draft]
        assert (row.broken, row.suspected) == tuple(
            sum(f.outcome is outcome for f in plain) for outcome in (Outcome.BROKEN, Outcome.SUSPECTED)
        )
        assert row.findings == row.broken + row.suspected == row.new + row.persisting + row.returned


_ADDED = (
    "reports",
    "full",
    "partly",
    "unread",
    "missing",
    "findings",
    "broken",
    "suspected",
    "upheld",
    "undecided",
    "new",
    "mended",
)


@pytest.mark.parametrize("by", [By.KIND, By.GROUP, By.REGION, By.DIMENSION, By.RULE])
@pytest.mark.parametrize("over", list(Over))
def test_parts_add_up(everything: Checks, by: By, over: Over) -> None:
    """What is counted by any word is what is counted in all; rules and dimensions see every report."""
    names = [name for name in _ADDED if by not in (By.RULE, By.DIMENSION) or name not in _ADDED[:5]]
    whole = {row.over: row for row in rolled(everything, By.ALL, over)}
    parts = rolled(everything, by, over)
    for time, row in whole.items():
        of_time = [part for part in parts if part.over == time]
        for name in names:
            assert sum(getattr(part, name) for part in of_time) == getattr(row, name), (time, name)
        if by in (By.RULE, By.DIMENSION):
            assert {part.reports for part in of_time} == {row.reports} and {part.mean for part in of_time} == {None}


def test_years_take_the_last_check(everything: Checks) -> None:
    rows = {row.over: row for row in rolled(everything, By.ALL, Over.YEAR)}
    assert set(rows) == {"2020", "2021"}
    last = {one.report: one.record for one in everything.records if one.record.year == 2020}
    assert rows["2020"].reports == len(last) == UNITS
    mean = statistics.mean(record.points for record in last.values())
    assert rows["2020"].mean == mean.quantize(Decimal("0.01"))


def test_what_was_not_read_is_in_no_mean(everything: Checks) -> None:
    """Ranges stand beside the mean, never in it; unread and missing reports have no points."""
    records = list(everything.records)
    at = next(at for at, one in enumerate(records) if one.quarter == LAST and one.record.unit == TOWN)
    partly = replace(records[at], record=replace(records[at].record, low=Decimal(10)))
    changed = replace(everything, records=[*records[:at], partly, *records[at + 1 :]])
    before, after = (next(row for row in rolled(one) if row.over == LAST) for one in (everything, changed))
    others = [one.record.points for one in records if one.quarter == LAST and one.record.unit != TOWN]
    assert (after.full, after.partly) == (before.full - 1, 1)
    assert after.mean == statistics.mean(others).quantize(Decimal("0.01"))
    assert after.mean_high == before.mean and after.mean_low is not None and after.mean_low < after.mean_high
    nothing = replace(everything, records=[partly], fates=())
    (row,) = rolled(nothing)
    assert row.mean is row.median is row.best is row.worst is row.rules_mean is None
    assert (row.mean_low, row.mean_high) == (Decimal("10.00"), partly.record.points.quantize(Decimal("0.01")))


def test_verdicts_move_means_and_counts(ledger: Ledger) -> None:
    rejected = [one for one in _standing(_history(ledger)) if one.noted.key.year == 2021]
    for one in rejected:
        _decide(ledger, one.noted, "不属实")
    (before,), (after,) = (
        [row for row in rolled(checks(ledger, DAY, verdicts=with_them), By.ALL) if row.over == LAST]
        for with_them in (False, True)
    )
    assert before.mean is not None and after.mean is not None and after.mean > before.mean == after.rules_mean
    assert (after.dismissed, after.undecided) == (len(rejected), after.findings - len(rejected))


# --- rules --------------------------------------------------------------------------------------------------


def _rules(ledger: Ledger) -> dict[str, RuleStat]:
    return {one.rule: one for one in rule_stats(checks(ledger, DAY, verdicts=False), cards_now(ledger))}


def test_rules_count_complaints_once(ledger: Ledger, everything: Checks) -> None:
    stats = _rules(ledger)
    complaints = {(f.rule, f.key, f.content) for one in everything.records for f in one.record.findings}
    assert {rule: stat.fired for rule, stat in stats.items() if stat.fired} == Counter(
        rule for rule, _, _ in complaints
    )
    for stat in stats.values():
        assert stat.upheld + stat.dismissed + stat.waived + stat.undecided == stat.fired
        assert stat.dismissed_share is None and not stat.is_doubtful
        assert not (stat.is_silent and stat.fired)
    asked = {
        rule
        for one in everything.records
        for rule, outcome in one.record.outcomes.items()
        if outcome is not Outcome.NOT_APPLICABLE
    }
    assert {rule for rule, stat in stats.items() if stat.asked} <= asked
    assert stats["a-blank"].is_silent and not stats["a-blank"].asked  # of the years before 2019
    assert not any(stat.is_silent for stat in stats.values() if stat.kind == "attest")


@pytest.mark.parametrize(
    ("dismissed", "upheld", "share", "doubtful"),
    [
        (3, 2, "60.0", True),
        (3, 1, "75.0", False),
        (3, 3, "50.0", False),
        (4, 3, "57.1", True),
        (2, 3, "40.0", False),
        (5, 0, "100.0", True),
    ],
)
def test_a_rule_is_doubtful_over_half_of_five(dismissed: int, upheld: int, share: str, doubtful: bool) -> None:
    """Waived and undecided complaints say nothing of the rule."""
    counts = (9, 1, dismissed + upheld + 7, 3, upheld, dismissed, 3, 4, 2, 1)
    stat = RuleStat("r", "问题", "一般", "数据准确", "active", "equation", True, *counts)
    assert (stat.dismissed_share, stat.is_doubtful) == (Decimal(share), doubtful)


def test_a_doubtful_rule_is_named(ledger: Ledger) -> None:
    noted = [f for one in counted(ledger, remembered(ledger), quarters=[LAST]) for f in one.record.findings]
    rule = Counter(f.rule for f in noted if not f.members).most_common(1)[0][0]
    for at, one in enumerate([f for f in noted if f.rule == rule][:5]):
        _decide(ledger, one, "不属实" if at < 3 else "属实")
    result = _run(ledger, "rules", "stats", "--at", "2022-09-01")
    assert "过半不属实的规则 1 条（认定属实或不属实的至少 5 个、其中不属实过半）" in result.output
    assert f"{rule} " in result.output and "5 个中 3 个不属实（60%）" in result.output


# --- commands -------------------------------------------------------------------------------------------------


def _run(ledger: Ledger, *words: str) -> Result:
    runner = CliRunner(env={"COLUMNS": "200"})
    return runner.invoke(cli, [*words, "--ledger", str(ledger.path), "--no-work"], catch_exceptions=False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["history", "卫生健康委员会"], "可能是 2 个单位"),
        (["history", "石凡镇"], "台账里没有单位“石凡镇”，是否为“石帆镇”？"),
        (["history", " "], "台账里没有单位"),
        (["trends", "--by", "季度", "--over", "年度"], "不能再写 --over 年度"),
        (["trends", "--out", "趋势.xlsx"], ".csv 或 .parquet"),
        (["trends", "--out", "没有这个文件夹/趋势.csv"], "请先建立"),
        (["rules", "stats", "--out", "规则.txt"], ".csv 或 .parquet"),
    ],
)
def test_what_cannot_be_done_is_said(ledger: Ledger, words: list[str], said: str) -> None:
    result = _run(ledger, *words)
    assert result.exit_code == 2 and said in result.output, result.output


def test_an_empty_or_missing_ledger_is_said(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "空.sqlite", create=True) as empty:
        for words in (["history", "石帆镇"], ["trends"], ["rules", "stats"]):
            result = _run(empty, *words)
            assert result.exit_code == 2 and "还没有批次" in result.output
    result = CliRunner().invoke(cli, ["trends", "--no-work", "--ledger", str(tmp_path / "没有.sqlite")])
    assert result.exit_code == 2 and "找不到台账" in result.output


def test_trends_on_the_screen_as_json_and_as_csv(ledger: Ledger, everything: Checks, tmp_path: Path) -> None:
    screen = _run(ledger, "trends", "--by", "单位类别", "--bare", "--at", "2022-09-01")
    assert screen.exit_code == 0 and "平均分" in screen.output and "未报" not in screen.output.splitlines()[0]
    target = tmp_path / "趋势.csv"
    words = ("--by", "规则", "--over", "年度", "--at", "2022-09-01", "--json", "--out", str(target))
    written = _run(ledger, "trends", *words)
    rows = rolled(everything, By.RULE, Over.YEAR)
    assert written.exit_code == 0 and "已写入" in written.stderr
    said = json.loads(written.stdout)
    assert (said["by"], said["over"], len(said["rows"])) == ("规则", "年度", len(rows))
    assert said["rows"][0]["mean"] is None and said["rows"][0]["mended"] == rows[0].mended
    lines = target.read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("时间,类别,问题名称,报告数") and len(lines) == 1 + len(rows)


def test_rules_as_json(ledger: Ledger) -> None:
    said = json.loads(_run(ledger, "rules", "stats", "--at", "2022-09-01", "--json").output)
    stats = _rules(ledger)
    assert said["least_decided"] == 5 and said["doubtful"] == []
    assert said["silent"] == [rule for rule, stat in stats.items() if stat.is_silent]
    assert {one["rule"]: one["fired"] for one in said["rules"]} == {rule: stat.fired for rule, stat in stats.items()}


def test_one_year_only(ledger: Ledger) -> None:
    said = json.loads(_run(ledger, "history", TOWN, "--year", "2020", "--at", "2022-09-01", "--json").output)
    assert {one["year"] for one in (*said["quarters"], *said["findings"])} == {2020}
