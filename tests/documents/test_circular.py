"""The circular: what it says, what it never says, how it reads for 1, 12 and 300 units, and that its bytes are equal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from circular_cases import COUNTY, clean, county, decided, one, own_marks, poorer, ready, rostered, sample
from circular_tracing import Recount, is_certain, is_open, printed
from hypothesis import given
from hypothesis import strategies as st
from sample_audit import sample_audit

from auditor.documents.circular import circular, made
from auditor.documents.circular import paper as drawn
from auditor.documents.matter import Matter
from auditor.documents.official import BLANK_DAY
from auditor.documents.tally import against, tally
from auditor.model import REJECTED, UPHELD, WAIVED, Audit, Disabled, Outcome

SENTINEL = "疑似专用词句"
WHOLE = own_marks(sample_audit())


def text_of(matter: Matter) -> str:
    return "\n".join(map(str, circular(matter).sentences()))


def marked(audit: Audit) -> Audit:
    """Every finding that no paper may state says so in all its words."""
    reports = []
    for judged in audit.reports:
        findings = tuple(
            f if is_certain(f) else replace(f, message=SENTINEL, title=SENTINEL, remedy=SENTINEL)
            for f in judged.findings
        )
        reports.append(replace(judged, findings=findings))
    return replace(audit, reports=tuple(reports))


audits = st.builds(
    lambda some, said: marked(decided(replace(WHOLE, reports=tuple(WHOLE.reports[at] for at in sorted(some))), said)),
    st.sets(st.integers(0, len(WHOLE.reports) - 1), min_size=1, max_size=6),
    st.lists(st.sampled_from(("", UPHELD, REJECTED, WAIVED)), min_size=1, max_size=5),
)


@given(audits)
def test_whatever_was_decided_only_what_stands_is_told(audit: Audit) -> None:
    matter = Matter(tally(audit))
    said, here = circular(matter), Recount(matter)
    assert SENTINEL not in "\n".join(map(str, said.sentences()))
    assert len(said.listed) == len(here.stands) == sum(int(one.problems) for one in matter.tally.dimensions)
    assert sum(int(row.problems) for group in matter.tally.groups for row in (*group.ranked, *group.outside)) == len(
        here.stands
    )


@given(audits)
def test_nobody_is_praised_of_whom_anything_is_open(audit: Audit) -> None:
    told = tally(audit)
    praise = [str(said) for said in circular(Matter(told)).overview if "表扬" in str(said)]
    clear = {
        one.report.profile.organisation
        for one in audit.reports
        if not one.undecided
        and one.score.low == one.score.points
        and not any(is_open(f) or is_certain(f) or (f.verdict and f.verdict.word == WAIVED) for f in one.findings)
    }
    assert {one.unit for one in told.praised} <= clear
    assert bool(praise) is (bool(told.praised) and len(told.addressees) > 1)
    for addressee in told.addressees:
        if addressee.unit not in clear:
            assert all(addressee.short not in said for said in praise)


def test_equal_matter_gives_equal_bytes() -> None:
    assert [one.name for one in made(ready())] == ["通报.docx"]
    assert drawn(ready()) == drawn(ready())


def test_no_machine_data_is_signed() -> None:
    matter = ready()
    run = matter.tally.audit.run
    text = "\n".join(printed(drawn(matter)))
    assert run.id not in text
    assert run.rulebook.sha256[:12] not in text


def test_another_office_writes_with_consent_and_the_date_is_never_the_runs() -> None:
    matter = ready()
    assert "经县人民政府同意，现将有关情况通报如下" in text_of(matter)
    blank = "\n".join(printed(drawn(replace(matter, entered=type(matter.entered)()))))
    assert BLANK_DAY in blank
    assert "华审批〔　　　　〕　　号" in blank
    assert "2026年4月8日" not in blank
    office = replace(matter.tally.audit, county=replace(COUNTY, issuer="华容县人民政府办公室", issuer_is_office=True))
    assert "人民政府同意" not in text_of(Matter(tally(office)))


def test_who_reported_and_who_certainly_did_not() -> None:
    text = text_of(ready())
    assert "2025年度年度报告应报" not in text
    assert "未报2份" in text
    assert "梅田镇（2025年度）未公布年度报告" in text
    assert "白桥镇" not in text, "nobody decided on it"


def test_a_unit_outside_the_countys_line_is_not_ordered() -> None:
    said = circular(ready())
    mine = [row for row in said.listed if "市场监督" in str(row.unit)]
    assert mine
    assert {str(row.deadline) for row in mine} == {"另行函告"}
    assert any("市场监督管理局的问题另行函告" in str(one.lead) + str(one.text) for one in said.demands)


def test_towns_and_departments_stand_in_tables_of_their_own_and_points_come_with_the_standard() -> None:
    matter = ready()
    said = circular(matter)
    kinds = {one.unit: one.group for one in matter.tally.addressees}
    for group in said.groups:
        assert len({kinds[str(row.unit)] for row in group.rows}) == 1
    assert "《华容县政务公开考核办法》" in str(said.notes[0])
    assert "版评分标准" in str(circular(sample()).notes[0])
    assert any("（并列）" in str(row.place) for group in said.groups for row in group.rows)


def test_a_check_that_not_every_unit_had_is_told_under_the_ranking() -> None:
    first, *rest = WHOLE.reports
    off = Disabled("a-blank", "单元格空白", "县政府办公室已备案", "禹山镇")
    audit = replace(WHOLE, reports=(replace(first, disabled=(off,)), *rest))
    assert "部分单位按规定不检查的项目：单元格空白（禹山镇）。" in map(str, circular(Matter(tally(audit))).notes)
    every = replace(WHOLE, reports=tuple(replace(one, disabled=(off,)) for one in WHOLE.reports))
    assert not any("不检查" in str(note) for note in circular(Matter(tally(every))).notes)


def test_ranges_unread_files_and_missing_reports_have_no_place() -> None:
    said = circular(ready())
    why = {str(one.name): str(one.why) for one in said.unranked}
    assert "区间" in why["华容县禹山镇人民政府（2017年度）"]
    assert "文件已加密" in why["文件“加密文件.docx”"]
    assert why["华容县梅田镇人民政府（2025年度）"] == "未公布年度报告"
    placed = {str(row.unit) for group in said.groups for row in group.rows}
    assert "华容县禹山镇人民政府" not in placed


def test_the_quarter_before_is_spoken_of_only_where_it_is_comparable() -> None:
    matter = ready()
    found = against(matter.tally)
    assert found is not None
    assert "与2025年第四季度相比" in text_of(matter)
    assert circular(matter).moves
    now = matter.tally
    assert now.before is not None
    other = replace(now.before.audit, rules=dict(list(now.before.audit.rules.items())[1:]))
    for before in (tally(other), tally(replace(poorer(WHOLE, ""), county=COUNTY)), tally(WHOLE), None):
        alone = replace(matter, tally=replace(now, before=before))
        assert "相比" not in text_of(alone)
        assert not circular(alone).moves


def test_typical_cases_are_quoted_with_their_place() -> None:
    quoted = [str(one.text) for one in circular(sample()).problems if "原文“" in str(one.text)]
    assert quoted
    report = "".join(judged.report.prose.text for judged in sample().tally.audit.reports)
    assert any(words in report for said in quoted for words in [said.partition("原文“")[2].partition("”")[0]])


def test_one_unit_is_spoken_to() -> None:
    said = circular(one())
    text = "\n".join(map(str, (said.opening, *said.overview, *(p.text for p in said.problems))))
    assert str(said.receivers) == "华容县市场监督管理局"
    assert "你单位" in str(said.opening)
    assert "涉及" not in text
    assert "报告得分" in text
    assert str(said.annexes[0]) == "得分情况表"
    assert str(said.groups[0].rows[0].place) == "—"


def test_nothing_found_orders_nothing() -> None:
    said = circular(clean())
    text = "\n".join(map(str, said.sentences()))
    assert "检查未发现问题。" in text
    assert "等12个单位的报告经检查未发现问题，予以通报表扬" in text
    assert "整改" not in text
    assert [str(one) for one in said.annexes] == ["得分排名表"]
    assert not said.listed


def test_while_something_is_undecided_nothing_is_said_to_be_in_order() -> None:
    audit = replace(WHOLE, reports=tuple(_only_suspected(judged) for judged in WHOLE.reports))
    text = text_of(Matter(tally(audit)))
    assert "没有已经认定的问题。" in text
    assert "检查未发现问题。" not in text


def _only_suspected(judged):  # type: ignore[no-untyped-def]
    kept = tuple(replace(f, absorbed_by=None) for f in judged.findings if f.outcome is Outcome.SUSPECTED)
    return replace(judged, findings=kept)


@pytest.mark.parametrize("units", [12, 60, 300])
def test_the_text_stays_short_however_many_units(units: int) -> None:
    said = circular(county(units))
    body = "".join(
        map(str, (*said.overview, *(one.text for one in said.problems), *(one.text for one in said.demands)))
    )
    assert len(body) < 4200, "three or four sheets at most"
    assert max(len(str(one.text)) for one in said.problems) < 1000
    if units == 300:
        assert "个单位" in body
        assert len(said.listed) > 300


def test_an_empty_run_still_reads() -> None:
    nothing = tally(replace(WHOLE, reports=(), unread=(), grades=()))
    said = circular(Matter(nothing))
    assert str(said.problems_opening) == "本次检查没有需要通报的问题。"
    assert drawn(Matter(nothing))


def test_a_roster_of_nobody_here() -> None:
    audit = replace(rostered(WHOLE), reports=(), unread=())
    text = text_of(Matter(tally(audit)))
    assert "应报" in text
