"""Letters to units: who gets which paper, what stands in it, and above all what never does.

A finding here says 事n (its message), is called 题n and quotes 证n, so that its traces in a paper can be counted.
"""

from __future__ import annotations

import datetime as dt
import html
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.documents import inquiry, order
from auditor.documents.matter import Made, Matter
from auditor.documents.stationery import Stationery
from auditor.documents.tally import is_problem, tally
from auditor.model import (
    Audit,
    Basis,
    Calendar,
    Completeness,
    CountyCard,
    Evidence,
    Filing,
    Finding,
    Judged,
    MendingTerms,
    Outcome,
    Profile,
    Prose,
    Report,
    RulebookStamp,
    Run,
    Score,
    Standing,
    UnitYear,
    Verdict,
    YearMention,
)
from auditor.quarters.letters import Wanted, drafted, is_ordered, is_told, is_undecided
from auditor.quarters.nouns import Letter, Remembered
from auditor.rulebook.county import ON_RECORD

UNIT, QUARTER = "澄湖县石帆镇人民政府", "2026Q1"
POWER = Basis("《中华人民共和国政府信息公开条例》（国务院令第711号修订）第四十七条", "regulation-2019", "第四十七条")
STANDARD = "《澄湖县政务公开考核办法》（澄政办发〔2024〕3号）"
SENT, CALENDAR = dt.date(2026, 4, 8), Calendar(years=frozenset({2026}))
BROKEN, SUSPECTED = Outcome.BROKEN, Outcome.SUSPECTED


# --- a county of one unit ----------------------------------------------------------------------------


def finding(at: int, outcome: Outcome = BROKEN, word: str = "", **changes: object) -> Finding:
    """The finding 事n; `word` is what was decided of it."""
    made = Finding(
        rule=f"r-{at:02d}",
        title=f"题{at}号",
        fingerprint=f"{at:032d}",
        content=f"内容{at}",
        outcome=outcome,
        severity="严重",
        dimension="数据准确",
        message=f"事{at}号两数不一致" + ("，请核实" if outcome is SUSPECTED else ""),
        why=f"因{at}号",
        verify=f"查{at}号",
        remedy=f"改{at}号",
        evidence=(Evidence(f"证{at}号"),),
        basis=(Basis(f"《据{at}号》"),),
        cost=Decimal(5),
        deducted=Decimal(f"1.{at + 10}") if outcome is BROKEN else Decimal(0),
        locus=f"{at:032d}",
        number=f"2026Q1-石帆镇-{at:02d}",
        verdict=Verdict(word, "已看", "张三", SENT) if word else None,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # fields by name


def conclusion(*members: Finding) -> tuple[Finding, ...]:
    """A conclusion that costs in the place of its members, and these."""
    head = finding(50, members=tuple(sorted(one.fingerprint for one in members)), causes=1, rule="p-some", evidence=())
    return head, *(replace(one, absorbed_by=head.fingerprint, deducted=Decimal(0)) for one in members)


def audit_of(
    findings: Sequence[Finding] = (), *, outside: bool = False, absent: Finding | None = None, **county: object
) -> Audit:
    """One unit with one report and these findings, or without a report."""
    card = CountyCard("澄湖县", "澄湖县人民政府办公室", contact="李科长，6221345", assessment=STANDARD)
    standing = UnitYear(UNIT, "乡镇", "乡镇", 2025, Standing.MISSING, finding=absent)
    report = Report(
        "石帆镇.html",
        "a" * 64,
        "html",
        Profile(UNIT, "乡镇", 2025, "C", f"{UNIT}2025年政府信息公开工作年度报告", dt.date(2026, 1, 20), True),
        Prose("", ()),
        (),
        {},
        (),
        filing=Filing(UNIT, "乡镇", "垂直管理" if outside else ""),
    )
    score = Score(*(Decimal(90),) * 5, "优秀", "优秀", ())
    return Audit(
        Run("0" * 16, QUARTER, dt.datetime(2026, 4, 7, 9, tzinfo=dt.UTC), "1", RulebookStamp("b" * 64, 1), "x"),
        () if absent else (Judged(report, tuple(findings), (), {}, score),),
        (),
        {},
        completeness=Completeness("名册.xlsx", None, 1, (), (standing,)) if absent else None,
        county=replace(card, **county),  # type: ignore[arg-type]  # fields by name
        powers=(POWER,),
    )


def letters_of(audit: Audit, kind: str, *, leave_out: bool = True) -> tuple[Letter, ...]:
    """What the ledger records when letters of that kind are sent."""
    wanted = Wanted(QUARTER, kind, "澄政办函〔2026〕9号", SENT, "张三", leave_out=leave_out)
    return drafted(audit, Remembered(), wanted, MendingTerms(), CALENDAR).letters


def papers(audit: Audit, letters: tuple[Letter, ...] = (), **options: str) -> dict[str, Made]:
    """Every letter that is made, by file name."""
    matter = Matter(tally(audit), letters=letters, options=options)
    return {made.name: made for module in (order, inquiry) for made in module.made(matter)}


def words_of(made: Made) -> str:
    """Everything that a person can read in it, paragraph by paragraph; heads and feet too."""
    with zipfile.ZipFile(io.BytesIO(made.data)) as docx:
        parts = [
            docx.read(name).decode() for name in sorted(docx.namelist()) if re.match(r"word/(doc|head|foot)", name)
        ]
    return "\n".join(
        html.unescape(re.sub("<[^>]*>", "", paragraph)) for xml in parts for paragraph in xml.split("</w:p>")
    )


def styled(made: Made, style: str) -> list[str]:
    """The paragraphs of one style."""
    with zipfile.ZipFile(io.BytesIO(made.data)) as docx:
        xml = docx.read("word/document.xml").decode()
    return [
        html.unescape(re.sub("<[^>]*>", "", p)).strip()
        for p in xml.split("</w:p>")
        if f'<w:pStyle w:val="{style}"/>' in p
    ]


def told_in(words: str) -> set[int]:
    """Which findings leave any trace: message, title, words quoted, number."""
    return {int(at) for at in re.findall(r"[事题证因查改据](\d+)号|2026Q1-石帆镇-(\d\d)", words) for at in at if at}


# --- who gets which paper ----------------------------------------------------------------------------

PROBLEM, DOUBT = finding(1), finding(2, SUSPECTED)
ABSENT = finding(3, locus="g-not-published", rule="g-not-published")
# what the unit has: (findings, outside, absent, papers of a draft, papers once a 通知 is on record, once a 反馈函 is)
UNITS: dict[str, tuple[tuple[Finding, ...], bool, Finding | None, set[str], set[str], set[str]]] = {
    "nothing": ((), False, None, set(), set(), set()),
    "a problem": ((PROBLEM,), False, None, {"通知.docx"}, {"通知.docx"}, {"通知.docx", "反馈函.docx"}),
    "a doubt": ((DOUBT,), False, None, {"反馈函.docx"}, {"反馈函.docx"}, {"反馈函.docx"}),
    "both": ((PROBLEM, DOUBT), False, None, *({"通知.docx", "反馈函.docx"},) * 3),
    "found true": ((finding(1, SUSPECTED, "属实"),), False, None, *({"通知.docx"},) * 2, {"通知.docx", "反馈函.docx"}),
    "found wrong": ((finding(1, BROKEN, "不属实"), finding(2, SUSPECTED, "不属实")), False, None, *(set(),) * 3),
    "waived": ((finding(1, BROKEN, "豁免"),), False, None, set(), set(), set()),
    "tentative": ((finding(1, draft=True),), False, None, set(), set(), set()),
    "withdrawn": ((finding(1, withdrawn_by="x"),), False, None, set(), set(), set()),
    "reopened": ((finding(1, reopened="内容已改变"),), False, None, *({"反馈函.docx"},) * 3),
    "on record": ((finding(1, remedy=ON_RECORD),), False, None, set(), set(), {"反馈函.docx"}),
    "concluded, on record": (
        conclusion(*(finding(at, remedy=ON_RECORD) for at in (1, 2))),
        False,
        None,
        *(set(),) * 2,
        {"反馈函.docx"},
    ),
    "outside": ((PROBLEM,), True, None, {"函.docx"}, {"函.docx"}, {"函.docx", "反馈函.docx"}),
    "outside, in doubt": ((DOUBT,), True, None, *({"反馈函.docx"},) * 3),
    "absent": ((), False, ABSENT, {"通知.docx"}, {"通知.docx"}, {"通知.docx", "反馈函.docx"}),
    "perhaps absent": ((), False, replace(ABSENT, outcome=SUSPECTED), *({"反馈函.docx"},) * 3),
}


@pytest.mark.parametrize("name", UNITS)
def test_every_unit_gets_the_paper_it_should(name: str) -> None:
    findings, outside, absent, *expected = UNITS[name]
    audit = audit_of(findings, outside=outside, absent=absent)
    recorded = [(), letters_of(audit, "通知"), letters_of(audit, "反馈函")]
    for letters, wanted in zip(recorded, expected, strict=True):
        made = papers(audit, letters)
        assert set(made) == wanted
        for name, paper in made.items():
            words = words_of(paper)
            assert paper.unit == UNIT and UNIT in words
            assert ("疑似" in words) is (name == "反馈函.docx")
            assert ("草稿" in words) is (
                name != "反馈函.docx" and any(map(is_undecided, findings)) and not letters_on(letters)
            )


def letters_on(letters: tuple[Letter, ...]) -> bool:
    """Whether an order is on record."""
    return any(letter.kind == "通知" for letter in letters)


def test_a_notice_is_the_same_order_on_another_paper() -> None:
    audit = audit_of([PROBLEM, DOUBT])
    made = papers(audit, 通知书="是")
    assert set(made) == {"整改通知书.docx", "反馈函.docx"}
    assert "政府信息公开整改通知书" in words_of(made["整改通知书.docx"])
    assert told_in(words_of(made["整改通知书.docx"])) == {1}
    assert set(papers(audit_of([PROBLEM], outside=True), 通知书="是")) == {"函.docx"}, "nobody outside is ordered"


# --- what an order says ------------------------------------------------------------------------------


def test_an_order_says_what_where_why_and_by_when() -> None:
    words = words_of(papers(audit_of([PROBLEM]))["通知.docx"])
    for said in (
        "关于限期整改政府信息公开工作年度报告有关问题的通知",
        "存在1个问题",
        f"根据{POWER.text}，现将有关事项通知如下。",
        "检查时间为2026年4月7日",
        "（文件：石帆镇.html；公布日期：2026年1月20日）",
        "（一）题1号（严重，2026Q1-石帆镇-01）",
        "事1号两数不一致。",
        "原文：“证1号”。",
        "依据：《据1号》。",
        "改1号。自本通知印发之日起5个工作日内完成。",
        f"按照{STANDARD}，扣1.11分。",
        f"逾期未整改的，依照{POWER.text}的规定，予以通报批评。",
        "李科长，6221345",
        "报澄湖县人民政府办公室",
        "送达回执",
        "受送达单位",
        "文书名称及文号",
        "收件人签名",
    ):
        assert said in words, said
    assert "草稿" not in words and "2026年4月7日" not in words.replace("检查时间为2026年4月7日", "")


def test_without_power_or_standard_nothing_is_invented() -> None:
    audit = audit_of([PROBLEM], assessment="", contact="")
    words = words_of(papers(audit)["通知.docx"])
    assert "扣" not in words and "联系人：" in words
    bare = words_of(papers(replace(audit, powers=()))["通知.docx"])
    assert "通报批评" not in bare and "根据" not in bare and "逾期" not in bare
    other = replace(audit, powers=(Basis("《某县规定》第三条", "local", "第三条"),))
    assert "根据《某县规定》第三条，" in words_of(papers(other)["通知.docx"])
    assert "通报批评" not in words_of(papers(other)["通知.docx"]), "only the article that says so threatens with it"


def test_an_office_that_is_not_the_governments_speaks_with_its_consent() -> None:
    assert "经县人民政府同意，现将" in words_of(papers(audit_of([PROBLEM], issuer_is_office=False))["通知.docx"])


def test_a_unit_without_a_report_is_ordered_to_publish_one() -> None:
    words = words_of(papers(audit_of(absent=ABSENT))["通知.docx"])
    assert "没有公布2025年度政府信息公开工作年度报告" in words
    assert "位置" not in words and "事3号" in words
    assert "请你单位自本通知印发之日起5个工作日内编制并公布2025年度政府信息公开工作年度报告。" in words


def test_who_answers_for_a_merged_unit_is_not_accused_of_its_own() -> None:
    """松林镇 answers for 石帆镇, of which there is no report."""
    audit = audit_of(absent=ABSENT)
    assert audit.completeness is not None
    (one,) = audit.completeness.standings
    merged = replace(one, answers="澄湖县松林镇人民政府")
    audit = replace(audit, completeness=replace(audit.completeness, standings=(merged,)))
    made = papers(audit, letters_of(audit, "通知"))["通知.docx"]
    words = words_of(made)
    assert made.unit == "澄湖县松林镇人民政府" and "松林镇人民政府：" in words
    assert f"你单位没有公布原{UNIT}2025年度政府信息公开工作年度报告" in words
    assert "2026年4月15日" in words, "the item is found by its number"


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        (
            {"url": "http://www.chx.gov.cn/sfz/1.html"},
            "网址：http://www.chx.gov.cn/sfz/1.html；公布日期：2026年1月20日",
        ),
        ({"published_certain": False}, "文件：石帆镇.html；公布日期：2026年1月20日（按文中日期）"),
        ({"published": None}, "公布日期：文中未注明"),
        ({"title": None}, "检查对象为2025年度政府信息公开工作年度报告（文件"),
    ],
)
def test_the_report_is_named_as_it_was_found(profile: dict[str, object], said: str) -> None:
    audit = audit_of([PROBLEM])
    (judged,) = audit.reports
    changed = replace(judged.report.profile, **profile)  # type: ignore[arg-type]  # fields by name
    report = replace(judged, report=replace(judged.report, profile=changed))
    assert said in words_of(papers(replace(audit, reports=(report,)))["通知.docx"])


def test_several_reports_are_listed_and_problems_bear_their_year() -> None:
    audit = audit_of([PROBLEM])
    (judged,) = audit.reports
    old = replace(judged.report, source="旧.html", profile=replace(judged.report.profile, year=2024, title="旧报告"))
    audit = replace(audit, reports=(judged, replace(judged, report=old, findings=(finding(2),))))
    words = words_of(papers(audit)["通知.docx"])
    assert "2024、2025年度政府信息公开工作年度报告存在2个问题" in words
    assert "检查对象为以下2份报告：" in words and "2.《旧报告》（文件：旧.html" in words
    assert "（二）题2号（2024年度，严重，2026Q1-石帆镇-02）" in words


@pytest.mark.parametrize("severity", ["严重", "一般"])
def test_a_draft_counts_working_days_by_severity(severity: str) -> None:
    terms = MendingTerms({"严重": 3, "较重": 4, "一般": 8, "提示": 9})
    matter = Matter(tally(audit_of([finding(1, severity=severity), finding(2, severity="提示")])), terms=terms)
    (made,) = order.made(matter)
    words = words_of(made)
    assert f"改1号。自本通知印发之日起{terms.deadlines[severity]}个工作日内完成。" in words
    assert "自本通知印发之日起9个工作日内全部完成" in words


def test_a_conclusion_stands_over_its_members_which_cost_nothing() -> None:
    audit = audit_of([*conclusion(finding(1), finding(2, severity="一般")), finding(3)])
    for letters in ((), letters_of(audit, "通知")):
        made = papers(audit, letters)["通知.docx"]
        under = styled(made, "Indented")
        assert [sorted(told_in(one)) for one in under] == [[1], [2]]
        assert not any("扣" in one for one in under)
        assert all(("5个工作日" if not letters else "4月15日") in one for one in under[:1]), under
        words = words_of(made)
        assert "存在2个问题" in words and "（一）题50号（" in words and "扣1.60分" not in words and "扣1.6分" in words
        assert len(re.findall("扣[0-9.]+分", words)) == 2


def test_what_was_found_true_no_longer_doubts() -> None:
    doubt = finding(1, SUSPECTED, "属实", title="疑将题1号误填", message="事1号疑似漏填，请核实是否有误")
    words = words_of(papers(audit_of([doubt]))["通知.docx"])
    assert "（一）将题1号误填" in words and "事1号漏填（经核实属实）。" in words
    assert "疑" not in words and "请核实" not in words


# --- a letter on record ------------------------------------------------------------------------------


def test_a_recorded_letter_bears_its_number_day_and_days() -> None:
    audit = audit_of([PROBLEM, DOUBT])
    words = words_of(papers(audit, letters_of(audit, "通知"))["通知.docx"])
    assert "澄政办函〔2026〕9号" in words and "2026年4月8日" in words
    assert "改1号。于2026年4月15日前（含当日）完成。" in words and "个工作日" not in words
    asked = words_of(papers(audit, letters_of(audit, "反馈函"))["反馈函.docx"])
    assert "于2026年4月15日前（含当日）填写" in asked


def test_a_recorded_letter_lists_exactly_its_items() -> None:
    """What was found later is not in it; what is gone or changed is told in the letter's own words."""
    then = audit_of([finding(1), finding(2), finding(4)])
    changed = finding(4, content="另一内容", message="事9号", evidence=(Evidence("证9号"),))
    now = audit_of([finding(2), finding(3), changed, finding(5, SUSPECTED)])
    made = papers(now, letters_of(then, "通知"))["通知.docx"]
    words = words_of(made)
    assert told_in(words) == {1, 2, 4}
    assert all(f"事{at}号两数不一致。" in words for at in (1, 2, 4))
    assert "证2号" in words and "证1号" not in words and "草稿" not in words
    assert "下列问题" in words, "the tally counts others, so no number is told"


def test_a_conclusion_in_doubt_heads_no_order() -> None:
    """Its members were ordered when they were certain; since then somebody took the verdicts back."""
    then = audit_of([finding(1, SUSPECTED, "属实"), finding(2, SUSPECTED, "属实")])
    head, *members = conclusion(finding(1, SUSPECTED), finding(2, SUSPECTED))
    now = audit_of([replace(head, outcome=SUSPECTED), *members])
    words = words_of(papers(now, letters_of(then, "通知"))["通知.docx"])
    assert told_in(words) == {1, 2} and "疑" not in words
    assert "（一）疑似题50号" in words_of(papers(now)["反馈函.docx"])


@pytest.mark.parametrize(("word", "said"), [("不属实", "经核实不属实"), ("豁免", "已按规定豁免")])
def test_an_item_that_is_no_longer_held_accuses_nobody(word: str, said: str) -> None:
    then, now = audit_of([finding(1), finding(2)]), audit_of([finding(1, BROKEN, word), finding(2)])
    for kind, file in (("通知", "通知.docx"), ("反馈函", "反馈函.docx")):
        words = words_of(papers(now, letters_of(then, kind))[file])
        assert f"原列编号2026Q1-石帆镇-01的事项{said}" in words
        assert not re.search("[事题证因查改据]1号", words)
        assert "事2号" in words
        assert file not in papers(audit_of([finding(1, BROKEN, word)]), letters_of(audit_of([finding(1)]), kind))


def test_items_without_numbers_are_found_by_their_place() -> None:
    bare = [finding(at, number="") for at in (1, 2)]
    words = words_of(papers(audit_of(bare), letters_of(audit_of(bare[:1]), "通知"))["通知.docx"])
    assert told_in(words) == {1} and "证1号" in words


# --- an inquiry --------------------------------------------------------------------------------------


def test_an_inquiry_asks_and_does_not_accuse() -> None:
    made = papers(audit_of([DOUBT, finding(1)]))["反馈函.docx"]
    words = words_of(made)
    for said in (
        "（一）疑似题2号",
        "事2号",
        "证2号",
        "存疑原因：因2号。",
        "请核实：查2号。",
        "如属实：改2号。",
        "□属实",
        "□不属实",
    ):
        assert said in words, said
    assert "（二）疑似题1号" in words, "what is certain is verified too before it is named"
    assert "自本函印发之日起5个工作日内填写" in words
    cells = styled(made, "Cell")
    assert "2026Q1-石帆镇-02" in cells and "疑似题2号" in cells and "2026Q1-石帆镇-01" in cells
    assert not re.search("责令|限期|通报批评|逾期|扣[0-9]|草稿", words)


@pytest.mark.parametrize(
    ("verify", "said"),
    [
        ("请单位提供事件清单", "请提供事件清单。"),
        ("比对两份报告，向两个单位了解编写过程", "比对两份报告，了解编写过程。"),
        ("", "请对照登记簿、原始台账和已公布的文本核对，并说明情况。"),
    ],
)
def test_what_to_look_up_is_said_to_the_unit(verify: str, said: str) -> None:
    assert f"请核实：{said}" in words_of(papers(audit_of([replace(DOUBT, verify=verify)]))["反馈函.docx"])


def test_a_unit_is_asked_whether_it_published_not_how_to_use_the_program() -> None:
    words = words_of(papers(audit_of(absent=replace(ABSENT, outcome=SUSPECTED)))["反馈函.docx"])
    assert "没有找到你单位已公布的2025年度政府信息公开工作年度报告，是否已经公布需要核实" in words
    assert "查3号" not in words and "请核实：是否已经公布；" in words


def test_the_title_of_the_report_is_no_word_complained_of() -> None:
    audit = audit_of([finding(1, evidence=(Evidence("某镇2025年报告", None, "标题"), Evidence("证1号", None, "标题")))])
    (judged,) = audit.reports
    years = (YearMention("正文标题", 2025, "某镇2025年报告"),)
    report = replace(judged.report, profile=replace(judged.report.profile, years=years))
    audit = replace(audit, reports=(replace(judged, report=report),))
    assert "原文：标题：“证1号”。" in words_of(papers(audit)["通知.docx"])


@pytest.mark.parametrize("title", ["疑将题2号误填", "疑似将题2号误填", "将题2号误填"])
def test_a_title_doubts_once(title: str) -> None:
    words = words_of(papers(audit_of([replace(DOUBT, title=title)]))["反馈函.docx"])
    assert "（一）疑似将题2号误填" in words


def test_members_are_asked_one_by_one_under_their_conclusion() -> None:
    head, *members = conclusion(finding(1, SUSPECTED), finding(2, SUSPECTED))
    made = papers(audit_of([replace(head, outcome=SUSPECTED), *members]))["反馈函.docx"]
    numbers = [cell for cell in styled(made, "Cell") if cell.startswith("2026Q1")]
    assert numbers == ["2026Q1-石帆镇-01", "2026Q1-石帆镇-02"], "a conclusion is answered by its members"
    assert [sorted(told_in(one)) for one in styled(made, "Indented")] == [[1], [2]]


# --- whatever is found -------------------------------------------------------------------------------


@st.composite
def found(draw: st.DrawFn) -> list[Finding]:
    """Findings with every kind of fate, some counted with an earlier one, perhaps a conclusion over the last ones."""
    out: list[Finding] = []
    for at in range(1, draw(st.integers(1, 7)) + 1):
        one = finding(
            at,
            draw(st.sampled_from([BROKEN, SUSPECTED])),
            draw(st.sampled_from(["", "", "属实", "不属实", "豁免"])),
            severity=draw(st.sampled_from(["严重", "较重", "一般", "提示"])),
            draft=draw(st.sampled_from([False, False, True])),
            reopened=draw(st.sampled_from(["", "", "内容已改变"])),
            withdrawn_by=draw(st.sampled_from([None, None, None, "x"])),
            remedy=draw(st.sampled_from([f"改{at}号", f"改{at}号", ON_RECORD])),
        )
        into = draw(st.sampled_from([None, None, *(f for f in out if not f.absorbed_by)]))
        if into is not None:
            one = replace(one, absorbed_by=into.fingerprint, deducted=Decimal(0))
        out.append(one)
    if draw(st.booleans()):
        members = [one for one in out[-3:] if is_problem(one) and not one.absorbed_by and one.remedy != ON_RECORD]
        if len(members) > 1:
            head, *absorbed = conclusion(*members)
            out = [head, *absorbed, *(one for one in out if one not in members)]
    return out


@settings(max_examples=60)
@given(found(), st.booleans())
def test_only_what_is_certain_is_ordered_and_once(findings: list[Finding], outside: bool) -> None:
    audit = audit_of(findings, outside=outside)
    made = papers(audit).get("函.docx" if outside else "通知.docx")
    words = words_of(made) if made is not None else ""
    ordered = {int(one.fingerprint) for one in findings if is_ordered(one)}
    heads = {int(p.finding.fingerprint) for p in tally(audit).problems if p.finding.members}
    assert told_in(words) == ordered | heads
    assert all(words.count(f"事{at}号") == 1 for at in ordered | heads)
    counted = {int(p.finding.fingerprint): p.finding.deducted for p in tally(audit).problems}
    said = re.findall(r"扣([0-9.]+)分", words)
    expected = [f"{points.normalize():f}" for at, points in counted.items() if at in ordered | heads and points]
    assert sorted(said) == ([] if outside else sorted(expected))
    assert not (outside and re.search("责令|限期|通报批评|逾期", words))
    if made is not None:
        assert bool("草稿" in words) is any(map(is_undecided, findings))
        under = {at for one in styled(made, "Indented") for at in told_in(one)}
        assert not under & set(counted), "what stands under a problem is no problem of its own"


@settings(max_examples=60)
@given(found())
def test_papers_hold_what_the_ledger_would_record(findings: list[Finding]) -> None:
    """A draft lists what `letters send` would; a recorded letter the same again, whatever was decided in between."""
    audit = audit_of(findings)
    heads = {int(one.fingerprint) for one in findings if one.members}
    for kind, file in (("通知", "通知.docx"), ("反馈函", "反馈函.docx")):
        letters = letters_of(audit, kind)
        items = {int(item.number[-2:]) for letter in letters for item in letter.items}
        recorded, draft = papers(audit, letters).get(file), papers(audit).get(file)
        assert (told_in(words_of(recorded)) if recorded else set()) - heads == items
        if kind == "通知" or any(is_undecided(one) and is_told(one) for one in findings):
            assert (told_in(words_of(draft)) if draft else set()) - heads == items


@settings(max_examples=40)
@given(found())
def test_an_inquiry_holds_nothing_that_was_decided_against(findings: list[Finding]) -> None:
    made = papers(audit_of(findings)).get("反馈函.docx")
    assert (made is not None) is any(is_undecided(one) and is_told(one) for one in findings)
    if made is not None:
        words = words_of(made)
        told = {int(one.fingerprint) for one in findings if is_told(one)}
        assert told_in(words) - {50} == told
        assert all(words.count(f"疑似题{at}号") == 2 for at in told), "in the text and in the table"
        assert not re.search("责令|限期|通报批评|扣[0-9]", words)


@settings(max_examples=10)
@given(found())
def test_equal_matter_gives_equal_bytes(findings: list[Finding]) -> None:
    audit = audit_of(findings)
    assert papers(audit) == papers(replace(audit))


def test_the_countys_own_phrases_take_the_place_of_ours() -> None:
    own = {"通知": {"反馈": "改好后报{机关}办公室一份。"}, "反馈函": {"说明": "如实说明即可。"}}
    matter = Matter(tally(audit_of([PROBLEM, DOUBT])), Stationery(own=own))
    (made,), (asked,) = order.made(matter), inquiry.made(matter)
    assert "改好后报澄湖县人民政府办公室办公室一份。" in words_of(made) and "整改情况反馈表》" not in words_of(made)
    assert "如实说明即可。" in words_of(asked)


def test_hostile_words_stay_words() -> None:
    bad = "{{ 7*7 }}</w:t><w:p>&lt;{% for %}\u202e"
    audit = audit_of(
        [finding(1, title=bad, message=bad, remedy=bad, evidence=(Evidence(bad),)), finding(2, SUSPECTED, message=bad)]
    )
    for made in papers(audit).values():
        words = words_of(made)
        assert "{{ 7*7 }}</w:t><w:p>&lt;{% for %}" in words and "49" not in words and "\u202e" not in words
