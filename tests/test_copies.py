"""Copies: seeded ones are found, with digits and names changed; what everybody writes is never one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports_by_hand import report

from auditor.copies import FEW, copies
from auditor.findings import case_of, judge_rule
from auditor.model import Copied, Finding, Outcome, Report
from auditor.neighbours import asked_of, beside_of
from auditor.peers import unit_of
from auditor.rulebook import Rulebook, load
from auditor.text import int_to_chinese

BOOK = load()
PEER = "g-dup-peer"

_WHO = ("党政办", "便民服务中心", "包村干部", "纪检监察室", "农业服务站", "司法所", "文化站的两名同志", "新来的信息员")
_DOES = (
    "把台账逐页扫描上墙",
    "带着图纸去了现场核对",
    "在集市口摆桌解释补助算法",
    "给每户发了一张价目明白纸",
    "用方言录了广播",
)
_WHEN = ("开春前", "汛期里", "秋收结束以后", "换届的那个月", "每逢赶集", "停电检修期间", "入户调查的时候")
_WHAT = ("茶园改造", "渡口安全", "水库移民", "危桥重建", "村医签约", "鱼塘发包", "林权流转", "老码头拆迁", "校车线路")
_THEN = ("共处理{n}处差错", "收回意见{n}条", "补正材料{n}份", "有{n}户当场签字", "{n}个村民小组轮流看过")


def own_sentences(seed: int, count: int) -> list[str]:
    """Sentences that no other seed has: a unit's own report."""
    chance = Random(seed)
    mark = "".join(chr(0x4E00 + (seed * 97 + at * 31) % 3000) for at in range(4))
    pick = [
        f"{chance.choice(_WHEN)}{chance.choice(_WHO)}为{mark}{chance.choice(_WHAT)}的事"
        f"{chance.choice(_DOES)}，随后{mark[::-1]}{chance.choice(_THEN).format(n=chance.randint(2, 99))}。"
        for _ in range(count)
    ]
    return list(dict.fromkeys(pick))


def official(unit: str, year: int) -> list[str]:
    """What every report says."""
    return [
        f"根据《中华人民共和国政府信息公开条例》和国务院办公厅有关格式的要求，现公布{unit}{year}年度政府信息公开工作年度报告。",
        f"本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。",
        "本报告的电子版可以在县人民政府门户网站下载。",
        f"如对本报告有疑问，请与{unit}党政办联系，电话：0730-1234567。",
        "一、总体情况",
        "二、主动公开政府信息情况",
        "本年度没有收取信息处理费。",
        "六、其他需要报告的事项",
        "没有其他需要报告的事项。",
    ]


def renumbered(text: str, chance: Random) -> str:
    """The same text with other digits and numerals."""
    text = re.sub(r"\d+", lambda _: str(chance.randint(1, 999)), text)
    return re.sub(r"[二三四五六七八九](?=[个名件次])", lambda _: int_to_chinese(chance.randint(2, 9)), text)


def findings(reports: Sequence[Report], book: Rulebook = BOOK) -> dict[str, Finding]:
    ready = book.rule(PEER)
    assert ready is not None
    out = {}
    for one, beside in zip(reports, beside_of(reports, [], book), strict=True):
        said = judge_rule(ready, case_of(one, book, beside), book)
        out.update((one.source, f) for f in said.findings)
        assert not said.findings or said.outcomes[PEER] is Outcome.SUSPECTED
    return out


@st.composite
def seeded(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """A report's sentences, and those of a copy: digits and names changed, sentences moved, at most 18 % put in."""
    seed = draw(st.integers(0, 10_000))
    text = [s.replace("为", "为禾塘镇", 1) if at % 3 == 0 else s for at, s in enumerate(own_sentences(seed, 14))]
    chance = Random(draw(st.integers(0, 10_000)))
    copy = [renumbered(s.replace("禾塘", "三里桥"), chance) for s in text]
    if draw(st.booleans()):
        chance.shuffle(copy)
    spare, length = own_sentences(seed + 20_000, 6), sum(map(len, copy))
    while spare and (sum(map(len, spare)) > 0.18 * length):
        spare.pop()
    for sentence in spare:
        copy.insert(draw(st.integers(0, len(copy))), sentence)
    return text, copy


@settings(max_examples=60)
@given(seeded())
def test_a_copy_with_digits_and_names_changed_is_found_both_ways(pair: tuple[list[str], list[str]]) -> None:
    one, other = pair
    hetang, bridge = "澄湖县禾塘镇人民政府", "澄湖县三里桥乡人民政府"
    reports = [
        report(hetang, text="".join([*official(hetang, 2024)[:4], *one])),
        report(bridge, text="".join([*official(bridge, 2024)[:4], *other])),
        *(report(f"澄湖县第{at}镇人民政府", text="".join(own_sentences(30_000 + at, 14))) for at in range(3)),
    ]
    found = findings(reports)
    assert set(found) == {reports[0].source, reports[1].source}
    assert bridge in found[reports[0].source].message and reports[1].source in found[reports[0].source].message
    assert hetang in found[reports[1].source].message


@settings(max_examples=40)
@given(st.integers(0, 5_000), st.integers(2, 12))
def test_who_shares_only_official_wording_has_copied_nothing(seed: int, count: int) -> None:
    reports = []
    for at in range(count):
        unit = f"澄湖县第{int_to_chinese(at + 1)}镇人民政府"
        text = official(unit, 2024)
        reports.append(report(unit, text="\n".join([*text[:5], *own_sentences(seed + 7 * at, 4), *text[5:]])))
    assert findings(reports) == {}


def test_nothing_but_official_wording_is_too_little_to_compare() -> None:
    units = ["澄湖县禾塘镇人民政府", "澄湖县双渡镇人民政府"]
    reports = [report(unit, text="\n".join(official(unit, 2024))) for unit in units]
    ready = BOOK.rule(PEER)
    assert ready is not None
    for one, beside in zip(reports, beside_of(reports, [], BOOK), strict=True):
        assert judge_rule(ready, case_of(one, BOOK, beside), BOOK).outcomes[PEER] is Outcome.NOT_APPLICABLE


def shares(reports: Sequence[Report]) -> dict[str, tuple[Copied, ...]]:
    copying = asked_of(BOOK.rules, BOOK).copying
    assert copying is not None
    found = copies(reports, unit_of, replace(copying, above=Decimal(0)))
    return {one.source: found[id(one)][1] for one in reports}


def test_a_sentence_of_many_units_counts_for_nobody() -> None:
    common = own_sentences(1, 10)
    few = [report(f"澄湖县第{at}镇人民政府", text="".join(common)) for at in range(FEW)]
    assert all(found and found[0].share == 100 for found in shares(few).values())
    many = [report(f"澄湖县第{at}镇人民政府", text="".join(common)) for at in range(FEW + 1)]
    assert not any(shares(many).values())


def test_another_version_or_the_government_s_own_office_is_no_other_unit() -> None:
    text = "".join(own_sentences(5, 12))
    same = [
        report("澄湖县禾塘镇人民政府", text=text),
        report("澄湖县禾塘镇人民政府", text=text, source="另一份.html"),
        report("禾塘镇人民政府", text=text),
    ]
    office = [
        report("澄湖县人民政府", text=text, kind="县级以上政府"),
        report("澄湖县人民政府办公室", text=text, kind="部门"),
    ]
    assert not any(shares(same).values()) and not any(shares(office).values())
    assert all(shares([same[0], report("邻湖县禾塘镇人民政府", text=text)]).values())
    assert not any(shares([same[0], report("澄湖县双渡镇人民政府", 2023, text=text)]).values())


def test_passages_stand_where_they_say_in_both_reports() -> None:
    one, two = (
        report("甲镇", text="".join(own_sentences(9, 8))),
        report("乙镇", text="".join(own_sentences(9, 8)[::-1])),
    )
    (copied,) = shares([one, two])[one.source]
    assert copied.organisation == "乙镇" and copied.source == two.source and len(copied.passages) == 5
    for passage in copied.passages:
        words = one.prose.text[passage.start : passage.end]
        assert passage.place is not None and passage.place.file == two.source  # type: ignore[union-attr]
        there = two.prose.text[passage.place.start : passage.place.end]  # type: ignore[union-attr]
        assert words == there and there in passage.other


def test_the_order_of_the_reports_does_not_matter() -> None:
    reports = [report(f"第{at}镇", text="".join(own_sentences(at // 2, 12))) for at in range(8)]
    assert shares(reports) == shares(reports[::-1]) and all(shares(reports).values())


def test_the_cost_grows_with_the_reports_and_not_with_their_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only reports that share clauses are compared character by character."""
    from auditor import copies as room

    compared = []
    plain = room._runs
    monkeypatch.setattr(room, "_runs", lambda one, two: compared.append(1) or plain(one, two))
    shares([report(f"第{at}镇", text="".join(own_sentences(at // 2, 12))) for at in range(120)])
    assert len(compared) <= 2 * 120


def test_the_seeded_copy_of_the_county_is_found_and_nothing_else(book: Rulebook) -> None:
    from auditor.pipeline import read_reports

    reports = read_reports([Path(__file__).resolve().parent.parent / "reports" / "2018年度"], book)[0]
    found = findings(reports, book)
    assert {Path(source).name[3:5] + found[source].message[:0] for source in found} == {"禾塘", "双渡"}
    for finding in found.values():
        theirs = [e for e in finding.evidence if e.place is not None and getattr(e.place, "file", "")]
        assert len(theirs) >= 3 and len(theirs) * 2 == len(finding.evidence)
