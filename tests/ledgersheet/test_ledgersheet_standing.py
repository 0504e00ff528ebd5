"""What the ledger says now: renamed units, waivers of wider scope, findings made by hand, verdicts taken back, other writers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from filled_ledger import LATER, Filling, county, decide, recorded, taken, workbook

from auditor.ledger import Ledger, LedgerError
from auditor.ledger import open as open_ledger
from auditor.ledger.entering import add_manual, add_waiver
from auditor.ledger.remembering import remembered
from auditor.ledger.standing import standing
from auditor.ledger.taking import take_in
from auditor.ledgersheet.nouns import Standing, Weighed
from auditor.ledgersheet.reading import rows
from auditor.ledgersheet.weighing import weigh
from auditor.model import Verdict
from auditor.quarters.deciding import TAKEN_BACK
from auditor.quarters.handmade import content_of, locus_of
from auditor.quarters.nouns import Key, Manual, Waiver

DAY = LATER.date()


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


def test_a_unit_that_was_renamed_since_is_found_under_its_new_name(ledger: Ledger, bare: tuple[Path, bytes]) -> None:
    filling = Filling(bare[1])
    number = next(number for number in filling.numbers() if "禹山镇" in number)
    before = standing(ledger, DAY).keys[number]
    with ledger.writing("更名", "禹山镇", LATER) as entry:
        entry.add("name", {"former": before.unit, "unit": "华容县禹山街道办事处"})
    filling.set(number, 认定="属实")
    found = taken(ledger, filling.save())
    assert found.conflicts == ()
    assert [decision.key for decision in remembered(ledger).decisions] == [
        Key("华容县禹山街道办事处", before.year, before.locus)
    ]


def test_a_wider_waiver_that_holds_is_known_by_finding(ledger: Ledger, bare: tuple[Path, bytes]) -> None:
    def waiver(start: dt.date, end: dt.date | None, rule: str) -> Waiver:
        return Waiver(0, "", "", None, rule, (), "另有规定", "〔2026〕1号", "李县长", start, end, None, "张三", DAY)

    assert standing(ledger, DAY).wide == {}
    over = add_waiver(ledger, waiver(dt.date(2026, 1, 1), dt.date(2026, 4, 1), "g-pii"), LATER)
    number = add_waiver(ledger, waiver(dt.date(2026, 4, 1), None, "g-deadline"), LATER)
    wide = standing(ledger, DAY).wide
    assert set(wide.values()) == {number} and over not in wide.values()
    called = {key: number for number, key in standing(ledger, DAY).keys.items()}
    filling = Filling(bare[1])
    filling.set(called[next(iter(wide))], 认定="属实")
    (conflict,) = taken(ledger, filling.save()).conflicts
    assert f"auditor waive end {number}" in conflict.words


def test_what_was_found_by_eye_has_a_number_and_a_content(ledger: Ledger) -> None:
    key = next(key for key in standing(ledger, DAY).keys.values() if key.unit == "华容县禹山镇人民政府")
    manual = Manual(
        0, "", key.unit, key.year, "二、主动公开", "一般", "内容完整", "", "未附目录", practice="惯例", by="张三"
    )
    number = add_manual(ledger, manual, "2026Q1", LATER)
    now = standing(ledger, DAY)
    own = Key(key.unit, key.year, locus_of(number))
    assert now.keys[number] == own
    assert now.contents[own] == (content_of(manual),)


def test_a_verdict_taken_back_since_is_no_silence(ledger: Ledger, bare: tuple[Path, bytes]) -> None:
    filling = Filling(bare[1])
    number = next(filling.numbers())
    decide(ledger, number, Verdict("属实", "", "王五", DAY))
    decide(ledger, number, Verdict(TAKEN_BACK, "", "王五", DAY))
    filling.set(number, 认定="属实")
    (conflict,) = taken(ledger, filling.save()).conflicts
    assert "已撤销了认定" in conflict.words


def test_another_writer_at_the_same_moment_leaves_nothing_half_done(ledger: Ledger, bare: tuple[Path, bytes]) -> None:
    filling = Filling(bare[1])
    first, second = list(filling.numbers())[:2]
    filling.set(first, 认定="属实")
    filling.set(second, 认定="属实")
    found = rows("问题台账.xlsx", filling.save())
    looks = 0

    def interrupted(now: Standing) -> Weighed:
        nonlocal looks
        looks += 1
        weighed = weigh(found, now, "张三", DAY)
        if looks == 1:
            decide(ledger, second, Verdict("不属实", "查阅档案", "王五", DAY))
        return weighed

    with pytest.raises(LedgerError, match="刚刚被他人改动"):
        take_in(ledger, interrupted, "“问题台账.xlsx”", "张三", LATER)
    assert {one.number: one.verdict.word for one in remembered(ledger).decisions} == {second: "不属实"}
    assert ledger.stamp.entries == 2
