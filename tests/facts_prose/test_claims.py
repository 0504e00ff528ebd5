"""Claims: sentences in, every claim that they make out; the sentences stand in claims.yaml."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from auditor.facts import Hints, Lexicon
from auditor.model import Claim, Report, Said

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "claims.yaml").read_text("utf-8"))
NAMES = [
    "主动公开总数",
    "政府网站公开数",
    "政府微博公开数",
    "政府微信公开数",
    "政府公报公开数",
    "其他方式公开数",
    "规范性文件公开数",
    "规范性文件制发数",
    "规范性文件现行有效数",
    "回应热点数",
    "政策解读数",
    "新闻发布会次数",
    "在线访谈次数",
    "收到申请数",
    "上年结转申请数",
    "申请办结数",
    "申请答复数",
    "结转下年申请数",
    "当面申请数",
    "传真申请数",
    "网络申请数",
    "信函申请数",
    "延期办结数",
    "予以公开数",
    "不予公开数",
    "行政复议数",
    "行政诉讼数",
    "举报投诉数",
    "依申请收费金额",
    "信息处理费金额",
    "12345热线",
    "信访件数",
    "办件数",
    "网民留言数",
    "会议次数",
    "培训次数",
    "培训人数",
    "专门机构数",
    "专职人员数",
    "兼职人员数",
    "工作人员数",
    "专项经费",
    "新媒体公开",
    "公开栏公开",
    "落实专门机构",
    "落实专职人员",
    "落实专项经费",
    "举办培训",
    "举办信息公开培训",
    "召开公开会议",
    "解读政策",
    "举行新闻发布会",
    "全部按时答复",
    "全部公开",
    "申请渠道",
]  # a contract: rules name them; subjects that others add are tested where they are used
WORDS = {Said.DID: "做了", Said.DID_NOT: "没有"}


def read_case(case: dict[str, Any], read_text: Callable[..., Report]) -> Report:
    text = case["text"]
    if "section" in case:
        text = f"一、{case['section']}\n{text}"
    hints = Hints(year=case.get("year", 2021), organisation=case.get("unit"), unit_kind=case.get("kind"))
    return read_text(text, hints)


def key(claim: Claim) -> tuple[str, str]:
    return claim.subject, WORDS.get(claim.said, str(claim.value))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:40])
def test_a_sentence_makes_exactly_these_claims(case: dict[str, Any], read_text: Callable[..., Report]) -> None:
    claims = [c for c in read_case(case, read_text).claims if c.subject in NAMES]
    expected = [(e["subject"], str(e["value"])) if isinstance(e, dict) else (e[0], str(e[1])) for e in case["claims"]]
    assert sorted(map(key, claims)) == sorted(expected)
    for entry in case["claims"]:
        if isinstance(entry, dict):
            claim = next(c for c in claims if c.subject == entry["subject"])
            for name, value in entry.items():
                found = getattr(claim, name)
                if value in WORDS.values():
                    assert WORDS[claim.said] == value
                elif name == "value":
                    assert found == Decimal(str(value))
                else:
                    assert (list(found) if name == "parts" else found) == value, name


def test_there_are_enough_sentences() -> None:
    assert len(CASES) >= 120
    assert sum(1 for case in CASES if not case["claims"]) >= 50


@pytest.mark.parametrize("case", [c for c in CASES if c["claims"]], ids=lambda case: case["text"][:40])
def test_cutting_the_original_at_a_claim_gives_its_number(
    case: dict[str, Any], read_text: Callable[..., Report]
) -> None:
    report = read_case(case, read_text)
    original = f"一、{case['section']}\n{case['text']}" if "section" in case else case["text"]
    for claim in report.claims:
        assert report.prose.text[claim.start : claim.end] == claim.raw
        place = claim.place
        assert original[place.start : place.end] == claim.raw  # type: ignore[union-attr]
        assert claim.raw in claim.text.replace("\n", "") or claim.raw in claim.text


@pytest.mark.parametrize(
    ("text", "subject", "parts", "complete"),
    [
        ("全年主动公开政府信息25条，其中网站16条、微信4条、公开栏5条，共计25条。", "主动公开总数", (16, 4, 5), True),
        ("全年主动公开政府信息25条，其中网站16条、微信4条。", "主动公开总数", (16, 4), False),
        ("通过网站1600条、微信450条、宣传车公开栏453条，共公开信息2503条。", "主动公开总数", (1600, 450, 453), True),
        ("收到政府信息公开申请6件，分别为网上申请4件、信函申请2件。", "收到申请数", (4, 2), True),
        ("收到政府信息公开申请6件，其中网上申请4件；答复6件。", "收到申请数", (4,), False),
        ("收到政府信息公开申请6件，均已办结。", "收到申请数", (), False),
    ],
)
def test_the_members_of_a_list(
    text: str, subject: str, parts: tuple[int, ...], complete: bool, read_text: Callable[..., Report]
) -> None:
    totals = [c for c in read_text(text, Hints(year=2021)).claims_of(subject) if c.parts or not parts]
    assert [(c.parts, c.parts_complete) for c in totals[-1:]] == [(parts, complete)]


def test_a_claim_of_another_year_is_dropped_only_where_the_year_is_known(read_text: Callable[..., Report]) -> None:
    text = "2020年，我镇主动公开政府信息210条。"
    assert [c.value for c in read_text(text, Hints(year=2020)).claims] == [210]
    assert read_text(text, Hints(year=2021)).claims == ()
    unknown = read_text(text).claims
    assert [(c.value, c.certain) for c in unknown] == [(210, False)]


def test_plans_and_problems_are_no_deeds(read_text: Callable[..., Report]) -> None:
    text = "一、存在的主要问题及改进情况\n通过微信发布信息。\n二、其他需要报告的事项\n通过微信发布信息。"
    claims = list(read_text(text, Hints(year=2021)).claims_of("新媒体公开"))
    assert [c.section for c in claims] == ["other"]


def test_subjects_speak_of_facts_that_exist(lexicon: Lexicon) -> None:
    for subject in lexicon.claims.subjects:
        for letter, fact in subject.facts:
            form = next(f for f in lexicon.forms if f.letter == letter)
            assert fact in form.by_name
    assert lexicon.fact_of("收到申请数", "A") == "收到申请数"
    assert lexicon.fact_of("收到申请数", "C") == "本年新收.总计"
    assert lexicon.fact_of("12345热线", "A") is None


def test_the_subjects_that_rules_name_are_there(lexicon: Lexicon) -> None:
    assert {s.name for s in lexicon.claims.subjects} >= set(NAMES)


def test_a_claim_of_another_body_is_not_certain(read_text: Callable[..., Report]) -> None:
    text = "一年中，禾田镇主动公开政府信息205条。"
    certain = {
        unit: next(read_text(text, Hints(year=2021, organisation=unit)).claims_of("主动公开总数")).certain
        for unit in ("西河县禾田镇人民政府", "西河县双桥镇人民政府")
    }
    assert certain == {"西河县禾田镇人民政府": True, "西河县双桥镇人民政府": False}
