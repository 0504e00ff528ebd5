"""One row against what the ledger says now: a table of everything that may have happened to either, with the outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from auditor.ledgersheet import columns
from auditor.ledgersheet.columns import BY, FILLED, NUMBER, ON, PAPER, REFERENCE, REMARK, UNTIL, VERDICT, WHY, WORD
from auditor.ledgersheet.nouns import Filled, Spot, Standing
from auditor.ledgersheet.weighing import weigh
from auditor.model import LedgerStamp, Verdict
from auditor.quarters.deciding import TAKEN_BACK
from auditor.quarters.nouns import Decision, Key

TODAY = dt.date(2026, 4, 20)
STAMP = LedgerStamp("ab" * 32, 5)
A, B = Key("澄湖县禹山镇人民政府", 2025, "locus-a"), Key("澄湖县东山镇人民政府", 2025, "locus-b")
NUMBERS = {"2026Q1-禹山镇-01": A, "2026Q1-东山镇-01": B}
PRINTS = {A: "aa" * 16, B: "bb" * 16}
SO = Verdict("属实", "", "李四", dt.date(2026, 4, 10))
NOT_SO = Verdict("不属实", "查阅档案", "李四", dt.date(2026, 4, 10))
TAKEN = replace(NOT_SO, word=TAKEN_BACK)


def standing(**now: object) -> Standing:
    """The ledger: two findings, each noted once, six entries; what else is said."""
    plain = Standing(
        dict(NUMBERS),
        dict.fromkeys(PRINTS, ("c1",)),
        {key: frozenset((mark,)) for key, mark in PRINTS.items()},
        {seq: ("ab" if seq == 5 else "cd") * 32 for seq in range(1, 10)},
    )
    return replace(plain, **now)


def mark_of(number: str, was: Mapping[str, columns.Value], content: str = "c1") -> columns.Reference:
    digests = columns.digest(was, VERDICT), columns.digest(was, (REMARK,))
    return columns.Reference(PRINTS[NUMBERS[number]], content, STAMP.entries, STAMP.head[:12], *digests)


def row(
    number: str = "2026Q1-禹山镇-01",
    was: Mapping[str, columns.Value] | None = None,
    line: int = 3,
    marked: bool = True,
    content: str = "c1",
    **texts: str,
) -> Filled:
    """A row in which stood `was`, and in which now stand the texts."""
    heads = (NUMBER, *FILLED, REFERENCE)
    spots = {name: Spot("问题台账", f"{chr(65 + at)}{line}") for at, name in enumerate(heads)}
    before = {
        name: value.isoformat() if isinstance(value, dt.date) else value or "" for name, value in (was or {}).items()
    }
    full = {**dict.fromkeys(FILLED, ""), **before, **texts, NUMBER: number}
    mark = mark_of(number, was or {}, content) if marked and number in NUMBERS else None
    return Filled(number, full, spots, mark)


def decision(entry: int, verdict: Verdict, content: str = "c1") -> Mapping[Key, Decision]:
    return {A: Decision(entry, A, content, verdict)}


PREFILLED = columns.shown(SO)
WAIVED = {WORD: "豁免", WHY: "另有规定", PAPER: "澄政办函〔2026〕5号", BY: "张三"}


@dataclass(frozen=True)
class Case:
    """A row, the ledger, and what comes of it: a verdict's word, a remark, or the cell and words of a conflict."""

    row: Filled
    now: Standing = field(default_factory=standing)
    word: str = ""
    remark: str | None = None
    cell: str = ""
    says: str = ""


CASES: Mapping[str, Case] = {
    # nothing new
    "nothing filled in": Case(row()),
    "as it was prefilled": Case(row(was=PREFILLED), standing(decisions=decision(4, SO))),
    "untouched, decided otherwise since": Case(row(was=PREFILLED), standing(decisions=decision(7, NOT_SO))),
    "untouched, the content changed since": Case(row(was=PREFILLED), standing(contents={A: ("c1", "c2"), B: ("c1",)})),
    "untouched, of another ledger": Case(row(), standing(heads={})),
    "says what was entered meanwhile": Case(
        row(**{WORD: "属实", BY: "李四", ON: "2026-04-10"}), standing(decisions=decision(7, SO))
    ),
    "names nobody and no day, and is entered already": Case(row(**{WORD: "属实"}), standing(decisions=decision(7, SO))),
    "remark was entered meanwhile, the same": Case(row(**{REMARK: "已核实"}), standing(remarks={A: (7, "已核实 ")})),
    # something new
    "a verdict": Case(row(**{WORD: "属实"}), word="属实"),
    "a verdict with blanks in the word": Case(row(**{WORD: " 属 实 "}), word="属实"),
    "不属实 with a reason": Case(row(**{WORD: "不属实", WHY: "另有正文"}), word="不属实"),
    "豁免 with all that it needs": Case(row(**WAIVED), word="豁免"),
    "豁免 until a day": Case(row(**WAIVED, **{UNTIL: "2026-12-31"}), word="豁免"),
    "a remark alone": Case(row(**{REMARK: "已电话通知"}), remark="已电话通知"),
    "a remark beside an old verdict": Case(
        row(was=PREFILLED, **{REMARK: "已电话通知"}), standing(decisions=decision(4, SO)), remark="已电话通知"
    ),
    "a remark taken away": Case(
        row(was={REMARK: "旧的"}, **{REMARK: ""}), standing(remarks={A: (3, "旧的")}), remark=""
    ),
    "another word than the one that stood there": Case(
        row(was=PREFILLED, **{WORD: "不属实", WHY: "复核后更正"}), standing(decisions=decision(4, SO)), word="不属实"
    ),
    "another day": Case(row(was=PREFILLED, **{ON: "2026-04-12"}), standing(decisions=decision(4, SO)), word="属实"),
    "anew after the content had changed": Case(
        row(content="c2", **{WORD: "属实"}),
        standing(contents={A: ("c1", "c2"), B: ("c1",)}, decisions=decision(4, NOT_SO, "c1")),
        word="属实",
    ),
    "anew after it was taken back before": Case(
        row(**{WORD: "属实"}), standing(decisions=decision(4, TAKEN)), word="属实"
    ),
    "decided since as it stood there before": Case(
        row(was=PREFILLED, **{WORD: "不属实", WHY: "更正"}), standing(decisions=decision(7, SO)), word="不属实"
    ),
    "不属实 under a wider waiver": Case(
        row(**{WORD: "不属实", WHY: "另有正文"}), standing(wide={A: "豁免2026-01"}), word="不属实"
    ),
    "a copied row without its mark": Case(row(marked=False, **{WORD: "属实"}), word="属实"),
    "full-width number": Case(replace(row(**{WORD: "属实"}), number="２０２６Q1－禹山镇－01"), word="属实"),
    # conflicts
    "decided otherwise since": Case(
        row(**{WORD: "属实"}),
        standing(decisions=decision(7, NOT_SO)),
        cell="B3",
        says="在台账生成后已认定为“不属实”（李四，2026-04-10；理由：查阅档案）",
    ),
    "taken back since": Case(
        row(**{WORD: "属实"}), standing(decisions=decision(7, TAKEN)), cell="B3", says="已撤销了认定"
    ),
    "without its mark, decided otherwise": Case(
        row(marked=False, **{WORD: "属实"}),
        standing(decisions=decision(2, NOT_SO)),
        cell="B3",
        says="在台账中已认定为“不属实”",
    ),
    "without its mark, of several contents": Case(
        row(marked=False, **{WORD: "属实"}),
        standing(contents={A: ("c1", "c2"), B: ("c1",)}),
        cell="A3",
        says="没有对照码",
    ),
    "remark changed since": Case(
        row(**{REMARK: "甲"}), standing(remarks={A: (7, "乙")}), cell="H3", says="又有改动（“乙”）"
    ),
    "remark without its mark": Case(
        row(marked=False, **{REMARK: "甲"}), standing(remarks={A: (2, "乙")}), cell="H3", says="已有（“乙”）"
    ),
    "content changed since": Case(
        row(**{WORD: "属实"}), standing(contents={A: ("c1", "c2"), B: ("c1",)}), cell="B3", says="有变化"
    ),
    "unknown number": Case(
        row(number="2026Q1-禹山镇-1O", **{WORD: "属实"}), cell="A3", says="是否为“2026Q1-禹山镇-01”"
    ),
    "no number": Case(row(number="", **{REMARK: "甲"}), cell="A3", says="没有编号"),
    "another finding's number": Case(
        replace(row(**{WORD: "属实"}), number="2026Q1-东山镇-01"), cell="A3", says="不是同一个问题"
    ),
    "another ledger": Case(row(**{WORD: "属实"}), standing(heads={5: "ee" * 32}), cell="A3", says="不是从本台账生成的"),
    "a spoilt mark": Case(replace(row(**{WORD: "属实"}), mark=None, spoilt=True), cell="I3", says="对照码被改动"),
    "merged cells": Case(
        replace(row(**{WORD: "属实"}), merged=(Spot("问题台账", "B2"),)), cell="B2", says="合并了单元格"
    ),
    "no such word": Case(row(**{WORD: "误报"}), cell="B3", says="应为属实、不属实、豁免之一"),
    "unreadable day": Case(row(**{WORD: "属实", ON: "上周"}), cell="E3", says="不是日期"),
    "a day to come": Case(row(**{WORD: "属实", ON: "2026-04-21"}), cell="E3", says="晚于办理日期"),
    "不属实 without a reason": Case(row(**{WORD: "不属实"}), cell="C3", says="请写明认定理由"),
    "豁免 without a reason": Case(row(**{**WAIVED, WHY: ""}), cell="C3", says="请写明认定理由"),
    "豁免 without a paper": Case(row(**{**WAIVED, PAPER: ""}), cell="F3", says="请写明豁免依据文号"),
    "豁免 that is over already": Case(row(**WAIVED, **{UNTIL: "2026-04-19"}), cell="G3", says="早于认定日期"),
    "a paper without 豁免": Case(row(**{WORD: "属实", PAPER: "〔2026〕5号"}), cell="F3", says="却写了豁免依据文号"),
    "reasons without a word": Case(row(**{WHY: "另有正文"}), cell="B3", says="没有选认定"),
    "a verdict emptied": Case(
        row(was=PREFILLED, **dict.fromkeys(VERDICT, "")),
        standing(decisions=decision(4, SO)),
        cell="B3",
        says="认定被清空",
    ),
    "属实 under a wider waiver": Case(
        row(**{WORD: "属实"}), standing(wide={A: "豁免2026-01"}), cell="B3", says="auditor waive end 豁免2026-01"
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_becomes_of_a_row(name: str) -> None:
    case = CASES[name]
    found = weigh([case.row], case.now, "张三", TODAY)
    told = [(str(one.at), one.words) for one in found.conflicts]
    assert [one.verdict.word for one in found.decisions] == ([case.word] if case.word else []), told
    assert [one.text for one in found.remarks] == ([] if case.remark is None else [case.remark]), told
    assert [where for where, _ in told] == ([f"工作表“问题台账”{case.cell}"] if case.cell else [])
    assert all(case.says in words for _, words in told), told


def test_a_verdict_without_anybody_needs_a_name() -> None:
    found = weigh([row(**{WORD: "属实"})], standing(), "", TODAY)
    assert [(one.at.cell, "没有写认定人" in one.words) for one in found.conflicts] == [("D3", True)]
    named = weigh([row(**{WORD: "属实", BY: "李四"})], standing(), "", TODAY)
    assert [one.verdict for one in named.decisions] == [Verdict("属实", "", "李四", TODAY)]


def test_two_rows_of_one_finding() -> None:
    same = [row(**{WORD: "属实", REMARK: "甲"}), row(line=9, **{WORD: "属实", REMARK: "甲"})]
    found = weigh(same, standing(), "张三", TODAY)
    assert (len(found.decisions), len(found.remarks), found.conflicts) == (1, 1, ())
    untouched = weigh([row(was=PREFILLED), row(line=9, was=PREFILLED, **{ON: "2026-04-12"})], standing(), "张三", TODAY)
    assert [one.at.cell for one in untouched.decisions] == ["B9"]
    other = weigh([same[0], row(line=9, **{WORD: "不属实", WHY: "乙", REMARK: "乙"})], standing(), "张三", TODAY)
    assert [one.at.cell for one in other.conflicts] == ["B9", "H9"]
    assert "工作表“问题台账”B3认定为“属实”" in other.conflicts[0].words
    against = weigh(
        [same[0], row(line=9, **{WORD: "不属实", WHY: "乙"})], standing(decisions=decision(7, SO)), "张三", TODAY
    )
    assert [one.at.cell for one in against.conflicts] == ["B9", "B9"]  # against the ledger, and against the other row


def test_what_the_ledger_wrote_of_the_mending_is_not_told_as_filled_in() -> None:
    written = {
        "整改时限": "2026-03-02",
        "整改情况": "已销号",
        "整改链接": None,
        "复核结果": None,
        "销号时间": "2026-04-08",
    }
    plain = row()
    assert plain.mark is not None
    spots = {**plain.spots, **{name: Spot("问题台账", f"Z{at}") for at, name in enumerate(columns.MENDING)}}
    mark = replace(plain.mark, mending=columns.digest(written, columns.MENDING))
    texts = {**plain.texts, **{name: value or "" for name, value in written.items()}}
    left = replace(plain, spots=spots, texts=texts, mark=mark)
    assert weigh([left], standing(), "", TODAY).mending == 0
    changed = replace(left, texts={**texts, "整改情况": "部分整改"})
    assert weigh([changed], standing(), "", TODAY).mending == 1


def test_every_mistake_is_told_at_once_and_nothing_is_left_to_enter() -> None:
    bad = row(line=4, **{WORD: "不属实", ON: "某日", UNTIL: "2026-12-31"})
    found = weigh([row("2026Q1-东山镇-01", **{WORD: "属实"}), bad], standing(), "", TODAY)
    assert [one.at.cell for one in found.conflicts] == ["D3", "E4", "D4", "C4", "G4"]
    assert (found.decisions, found.remarks, found.rows) == ((), (), 2)
