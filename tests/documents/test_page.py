"""The page: its written part, the packed reports, what of the originals goes in; numbers of the tally, hostile words inert."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import replace
from decimal import Decimal

import page_data
import pytest
from page_samples import with_originals
from sample_audit import HOSTILE, hostile_audit, sample_audit
from selectolax.lexbor import LexborHTMLParser

from auditor.documents import charts, page
from auditor.documents.matter import Matter
from auditor.documents.tally import QuarterFigures, Tally, tally
from auditor.model import Audit, Evidence, Outcome, Span

SENTINEL = "疑似专用词句"


@pytest.fixture(scope="module")
def audit() -> Audit:
    return sample_audit()


@pytest.fixture(scope="module")
def raw(audit: Audit) -> bytes:
    return page.render(audit)


@pytest.fixture(scope="module")
def html(raw: bytes) -> LexborHTMLParser:
    return page_data.written(raw)


# --- certain and suspected -------------------------------------------------------------------------


def test_certain_and_suspected_stand_in_parts_of_their_own(audit: Audit, raw: bytes) -> None:
    reports = page_data.reports(raw)
    certain = [f for r in reports for f in page_data.findings(r, "certain")]
    doubts = [f for r in reports for f in page_data.findings(r, "doubts")]
    assert (len(certain), len(doubts)) == (36, 10)
    assert {f["kind"] for f in certain} == {"确定"} and {f["kind"] for f in doubts} == {"疑似"}
    findings = [f for judged in audit.reports for f in judged.findings]
    assert sum(f.outcome is Outcome.SUSPECTED for f in findings) == 10


def test_no_word_of_a_suspected_one_stands_among_the_certain(audit: Audit) -> None:
    poisoned = replace(
        audit,
        reports=tuple(
            replace(
                j,
                findings=tuple(
                    replace(f, message=SENTINEL, remedy=SENTINEL) if f.outcome is Outcome.SUSPECTED else f
                    for f in j.findings
                ),
            )
            for j in audit.reports
        ),
    )
    for report in page_data.reports(page.render(poisoned)):
        assert SENTINEL not in " ".join(page_data.texts(report.get("certain", [])))


def test_absorbed_findings_stand_under_their_absorber(raw: bytes) -> None:
    found = [f for report in page_data.reports(raw) for f in page_data.findings(report)]
    pairs = sorted((one["rule"], f["rule"]) for f in found for one in f.get("under", []))
    assert pairs == [("g-no-problem", "p-content"), ("n-org", "p-capacity-hollow"), ("n-staff", "p-capacity-hollow")]


def test_findings_that_absorb_each_other_do_not_vanish(audit: Audit) -> None:
    judged = next(j for j in audit.reports if len(j.findings) == 2)
    one, two = (replace(f, outcome=Outcome.BROKEN) for f in judged.findings)
    ring = (replace(one, absorbed_by=two.fingerprint), replace(two, absorbed_by=one.fingerprint))
    (report,) = page_data.reports(page.render(replace(audit, reports=(replace(judged, findings=ring),))))
    assert sorted(f["n"] for f in page_data.findings(report)) == ["1", "2"]


def test_a_certain_finding_absorbed_by_a_suspected_one_stays_certain(audit: Audit) -> None:
    judged = next(j for j in audit.reports if len(j.findings) == 2)
    one, two = judged.findings
    mixed = (
        replace(one, outcome=Outcome.BROKEN, absorbed_by=two.fingerprint, deducted=Decimal(0)),
        replace(two, outcome=Outcome.SUSPECTED),
    )
    (report,) = page_data.reports(page.render(replace(audit, reports=(replace(judged, findings=mixed),))))
    assert [f["n"] for f in page_data.findings(report, "certain")] == ["1"]
    assert [f["n"] for f in page_data.findings(report, "doubts")] == ["2"]


# --- numbers ---------------------------------------------------------------------------------------


def test_every_number_of_the_overview_is_the_tallys(audit: Audit, html: LexborHTMLParser) -> None:
    told = tally(audit)
    tiles = {n.css_first("span").text(): n.css_first("b").text() for n in html.css(".tiles div")}
    assert tiles["份报告"] == str(told.reports)
    assert tiles["平均分"] == str(told.mean)
    assert tiles["个问题"] == str(len(told.problems))
    assert tiles["个疑似问题"] == str(len(told.doubts))
    assert f"还有 {told.undecided} 项" in html.css_first("#summary .warn").text()
    words = [[cell.text() for cell in row.css("td")] for row in html.css("table.bars tbody tr")]
    assert [(row[0], row[2], row[3], row[4]) for row in words] == [
        (one.word, str(one.problems), str(one.doubts), str(one.units)) for one in told.dimensions
    ]
    ranks = {row.attributes["id"]: [c.text() for c in row.css("td")] for row in html.css("#ranks tr[id]")}
    rows = [row for group in told.groups for row in (*group.ranked, *group.outside)]
    assert len(ranks) == len(rows)
    for at, row in enumerate(rows, 1):
        cells = ranks[f"u{at}"]
        assert cells[1].startswith(row.unit) and cells[5] == str(row.problems)
        assert (cells[0] == "不排名") is (row.rank is None)


def test_score_lines_lead_from_a_hundred_to_the_points(raw: bytes) -> None:
    for report in page_data.reports(raw):
        at = Decimal(100)
        for line in report.get("score", []):
            assert Decimal(line[4]) == at
            at += Decimal(line[3].replace("−", "-").replace("+", ""))
            assert Decimal(line[5]) == at
        assert at == Decimal(report["points"])
    assert any(line[3] == "+18" for report in page_data.reports(raw) for line in report.get("score", []))


def test_movement_against_the_quarter_before_is_said_in_words(audit: Audit) -> None:
    # A quarter with something undecided is no measure: no movement is told against it.
    audit = replace(audit, reports=tuple(replace(j, findings=()) for j in audit.reports))
    before = tally(audit)
    by_group = {group.title: group for group in before.groups}
    group = max(by_group.values(), key=lambda g: len(g.ranked))
    first, last = group.ranked[0], group.ranked[-1]
    assert first.points > last.points
    swapped = list(audit.reports)
    scores = [swapped[first.at].score, swapped[last.at].score]
    swapped[first.at] = replace(swapped[first.at], score=scores[1])
    swapped[last.at] = replace(swapped[last.at], score=scores[0])
    now = tally(replace(audit, reports=tuple(swapped)), before)
    tree = page_data.written(page.render(now.audit, told=now))
    moved = {row.css("td")[1].text(): row.css("td")[5].text() for row in tree.css("#ranks tr[id]")}
    assert re.search(r"↑\d+上升 \d+ 位", moved[last.unit])
    assert re.search(r"↓\d+下降 \d+ 位", moved[first.unit])
    assert "持平" in moved.values()
    assert "较上季度" not in page_data.written(page.render(audit)).css_first("#ranks").text()


def test_the_trend_is_drawn_and_told_from_two_quarters_on(audit: Audit) -> None:
    quarters = (
        QuarterFigures("2025Q4", 14, Decimal("88.5"), 40, 9, 12, 10),
        QuarterFigures("2026Q1", 14, None, 36, 10),
    )
    tree = page_data.written(page.render(audit, told=tally(audit, trend=quarters)))
    rows = [[cell.text() for cell in row.css("td")] for row in tree.css("#trend tbody tr")]
    assert rows[0] == ["2025年第四季度", "14", "88.5", "40", "9", "12", "10"]
    assert rows[1][2] == "—"
    assert len(tree.css("#trend circle")) == 1
    assert page_data.written(page.render(audit, told=tally(audit, trend=quarters[:1]))).css_first("#trend") is None


def test_the_facts_of_the_run_are_there(html: LexborHTMLParser, audit: Audit) -> None:
    facts = {node.css_first("dt").text(): node.css_first("dd").text().strip() for node in html.css("header .facts div")}
    assert facts == {
        "检查时间": "2026年4月8日 09:00",
        "文件": "16 个，其中读取成功 14 个",
        "规则库": "版本2026.1，共15条规则",
        "无法读取的数据项": "1 项",
    }
    about = {node.css_first("dt").text(): node.css_first("dd").text().strip() for node in html.css("footer .about div")}
    assert about == {
        "批次号": audit.run.id,
        "规则库校验值": audit.run.rulebook.sha256,
        "引擎版本": "0.1.0",
        "推理引擎": "规则推理库",
    }


# --- what a report says ----------------------------------------------------------------------------


def test_links_of_the_written_part_lead_somewhere(html: LexborHTMLParser, raw: bytes) -> None:
    ids = [node.attributes["id"] for node in html.css("[id]")]
    assert len(ids) == len(set(ids))
    known = {f"{r['at']}-{f['n']}" for r in page_data.reports(raw) for f in page_data.findings(r)}
    targets = {node.attributes["href"][1:] for node in html.css("a[href]")}
    assert targets <= set(ids) | known
    assert len([t for t in targets if re.fullmatch(r"u\d+", t)]) == 14
    assert any(t in known for t in targets)


def test_the_words_complained_of_are_marked(raw: bytes) -> None:
    found = [f for r in page_data.reports(raw) for f in page_data.findings(r)]
    marked = {piece for f in found for quote in f.get("quotes", []) for piece in quote[2][1::2]}
    cells = {cell[1] for f in found for cell in f.get("cells", [[]])[0]}
    assert {"141", "落实专职人员", "13800001234"} <= marked
    assert "（空白）" in cells


def test_eight_cells_are_shown_and_the_rest_counted(audit: Audit) -> None:
    judged = next(j for j in audit.reports if j.report.profile.form == "C" and j.findings)
    names = [fact.name for fact in judged.report.facts.values()]
    evidence = tuple(Evidence("3" if at % 10 == 0 else "0", None, names[at % len(names)]) for at in range(36))
    finding = replace(judged.findings[0], evidence=evidence)
    changed = replace(audit, reports=(replace(judged, findings=(finding,)),))
    (shown,) = page_data.findings(page_data.reports(page.render(changed))[0])
    assert [cell[1] for cell in shown["cells"][0]] == ["3"] * 4
    assert shown["cells"][1] == "另有 32 格，均为 0"


def test_the_dearest_problem_comes_first(raw: bytes) -> None:
    for report in page_data.reports(raw):
        points = [Decimal(f["cost"]) for f in report.get("certain", []) if "cost" in f]
        assert points == sorted(points, reverse=True)


def test_what_a_person_must_look_at_is_nobodys_fault(raw: bytes) -> None:
    found = {(one["result"], one["cause"]) for r in page_data.reports(raw) for one in r.get("pending", [])}
    assert {("待人工核验", "须人工查看"), ("无法判断", "文件未能准确识别"), ("已撤回", "组合规则")} <= found
    assert not any(result == "待人工核验" and cause != "须人工查看" for result, cause in found)


# --- the map ---------------------------------------------------------------------------------------


def test_every_standing_finding_is_counted_in_the_map_and_each_cell_leads_to_one(
    audit: Audit, html: LexborHTMLParser
) -> None:
    cells = html.css("#heat-table td a")
    told = sum(int(re.search(r"(\d+)项", cell.attributes["aria-label"])[1]) for cell in cells)
    spoke = {(at, f.rule) for at, j in enumerate(audit.reports) for f in j.findings}
    assert len(cells) == len(spoke)
    certain = {(at, f.rule) for at, j in enumerate(audit.reports) for f in j.findings if f.outcome is Outcome.BROKEN}
    both = sum(
        f.outcome is Outcome.SUSPECTED and (at, f.rule) in certain
        for at, j in enumerate(audit.reports)
        for f in j.findings
    )
    assert told == sum(len(j.findings) for j in audit.reports) - both
    assert all(re.fullmatch(r"#u\d+-\d+", cell.attributes["href"]) for cell in cells)


def test_the_map_gathers_rare_rules_in_a_last_column(monkeypatch: pytest.MonkeyPatch, audit: Audit) -> None:
    monkeypatch.setattr(charts, "MOST_RULES", 5)
    heat = page_data.written(page.render(audit)).css_first("#heat")
    rules = {f.rule for j in audit.reports for f in j.findings}
    titles = [node.text() for node in heat.css("thead th")][1:]
    assert len(titles) == 5
    assert titles[-1] == f"其他 {len(rules) - 4} 条规则"
    assert f"较少出现的{len(rules) - 4}条规则合并为最后一列" in heat.text()


def test_the_written_map_shows_the_forty_worst_and_offers_the_rest() -> None:
    heat = page_data.written(page.render(sample_audit(60))).css_first("#heat")
    assert len(heat.css("tbody tr")) == 40
    assert "有问题的报告共56份，图中只列得分最低的40份" in heat.text()
    assert heat.css_first("#heat-all") is not None


# --- safety ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", HOSTILE)
def test_hostile_words_are_words(word: str) -> None:
    raw = page.render(hostile_audit(word))
    tree = page_data.written(raw)
    scripts = tree.css("script")
    assert [s.attributes.get("type") for s in scripts] == ["application/json", None]
    assert tree.css("iframe, img, link, object, form") == []
    assert not [name for node in tree.css("*") for name in node.attributes if name.startswith("on")]
    first = page_data.findings(page_data.reports(raw)[0])[0]
    assert first["said"].split() == word.replace("\x00", "").replace("\u202e", "").split()


def test_the_page_asks_nobody_and_runs_only_its_own_script(raw: bytes) -> None:
    text = raw.decode()
    assert "http:" not in text
    assert "https:" not in text
    assert "url(" not in text
    policy = page_data.written(raw).css_first("meta[http-equiv=Content-Security-Policy]").attributes["content"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert script and style
    assert page._hash(script[1]) in policy
    assert page._hash(style[1]) in policy
    assert 'style="' not in text
    assert not re.search(r"\.(?:inner|outer)HTML|insertAdjacentHTML|document\.write|\beval\b|new Function", text)


# --- originals and size ----------------------------------------------------------------------------


def test_originals_go_in_while_the_page_keeps_to_its_size() -> None:
    audit, kept = with_originals(sample_audit())
    whole = page.render(audit, kept.get)
    assert len([id for id in page_data.blocks(whole) if id.startswith("original-")]) == 14
    tight = page.render(audit, kept.get, budget=len(page.render(audit)) + 9000)
    some = page_data.blocks(tight)
    here = [id for id in some if id.startswith("original-")]
    assert 0 < len(here) < 14
    assert len(here) + len(some["reports"]["notes"]) == 14
    assert {some["reports"]["words"][at] for at in some["reports"]["notes"].values()} == {page._ELSEWHERE}
    assert len(tight) <= len(page.render(audit)) + 9000
    none = page_data.blocks(page.render(audit, lambda _: None))
    assert set(none) == {"reports"} and len(set(none["reports"]["notes"].values())) == 1


def test_a_units_page_has_its_reports_and_their_originals_only() -> None:
    audit, kept = with_originals(sample_audit())
    told = tally(audit)
    name = told.groups[0].ranked[0].unit
    (made,) = page.made(Matter(told, originals=kept.get, units=[name]))
    assert (made.name, made.unit) == ("网页.html", name)
    reports = page_data.reports(made.data)
    assert {one["unit"] for one in reports} == {name}
    assert {f"original-{one['at']}" for one in reports} | {"reports"} == set(page_data.blocks(made.data))
    assert page_data.written(made.data).css_first("#ranks") is None
    (county,) = page.made(Matter(told, originals=kept.get))
    assert (county.name, county.unit) == ("审计结果.html", "")
    assert county.data == page.render(audit, kept.get, told)


def test_what_is_personal_is_covered_in_the_original_or_it_is_withheld() -> None:
    audit, _ = with_originals(sample_audit())
    prose = audit.reports[0].report.prose
    at = prose.text.index("13800001234")
    data = prose.text.encode()
    digest = hashlib.sha256(data).hexdigest()
    first = audit.reports[0]
    hidden = replace(first.findings[0], evidence=(Evidence("联系人手机138****1234", Span(at - 5, at + 11), "正文"),))
    report = replace(first.report, sha256=digest)
    bare = replace(audit, reports=(replace(first, report=report, findings=(hidden,)),))
    shown = page_data.blocks(page.render(bare, {digest: data}.get))
    assert "13800001234" not in str(shown)
    assert "138****1234" in str(shown["original-u1"])
    masked: Tally = tally(bare)
    withheld = page_data.blocks(page.render(masked.audit, {digest: data}.get))
    assert set(withheld) == {"reports"}
    assert page._WITHHELD in withheld["reports"]["words"]


def test_a_large_page_is_deflated_and_a_small_one_needs_no_inflating(
    monkeypatch: pytest.MonkeyPatch, audit: Audit
) -> None:
    kind = re.compile(rb'<script type="(application/[a-z-]+)" id="reports">')
    plain = page.render(audit)
    monkeypatch.setattr(page, "PLAIN", 1000)
    deflated = page.render(audit)
    assert kind.search(plain)[1] == b"application/json"
    assert kind.search(deflated)[1] == b"application/x-deflate"
    assert page_data.reports(plain) == page_data.reports(deflated)
    assert len(deflated) < len(plain)


def test_the_day_of_rendering_changes_nothing(audit: Audit, raw: bytes) -> None:
    assert page.render(audit) == raw
    assert page.render(audit, told=tally(audit, day=dt.date(2030, 1, 1))) == raw
