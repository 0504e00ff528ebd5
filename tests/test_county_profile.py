"""profile.yaml of a work folder: what it adds, switches off and weighs, and every mistake at its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from auditor.examples import mistakes as example_mistakes
from auditor.examples import trials
from auditor.findings import basis_of, case_of, judge, judge_rule
from auditor.judging import desk, settled
from auditor.model import Finding, Judgement, Outcome, Profile, Report
from auditor.rulebook import Rulebook, RulebookError, build
from auditor.rulebook.county import County, is_unit, unmet
from auditor.rulebook.texts import RuleFile, Texts

HEAD = "auditor: 1\nname: 澄湖县年报审核\n"
Make = Callable[..., Rulebook]


@pytest.fixture(scope="module")
def make(book: Rulebook) -> Make:
    """A rulebook with a profile (and further files of the work folder) over the shipped one."""
    known: dict[tuple[str, ...], Rulebook] = {}

    def made(profile: str, *own: tuple[str, str]) -> Rulebook:
        key = (profile, *(word for pair in own for word in pair))
        if key not in known:
            files = [RuleFile(1, "../profile.yaml", "profile.yaml", HEAD + profile)]
            files += [RuleFile(1, name, f"./rules/{name}", text) for name, text in own]
            known[key] = build(Texts((*book.texts.files, *files)))
        return known[key]

    return made


def broken(book: Rulebook, rule: str, **profile: object) -> Report:
    """The report of the rule's first broken example, with another profile."""
    ready = book.rule(rule)
    assert ready is not None
    report = next(t.case.report for t in trials(book, ready) if t.expected in ("broken", "suspected"))  # type: ignore[union-attr]
    return replace(report, profile=replace(report.profile, **profile))  # type: ignore[arg-type]


def said(book: Rulebook, rule: str, report: Report) -> Judgement:
    ready = book.rule(rule)
    assert ready is not None
    return judge_rule(ready, case_of(report, book), book)


# --- mistakes --------------------------------------------------------------------------------------

WRONG = """auditor: 1
name: 澄湖县
regoin: [澄湖县]
发文机关: {name: 澄湖县, kind: 办公室}
文号: 澄政办函〔{年份}〕{号}号
考核办法: {number: 1号}
enable: [t3-equaton, t3-equation]
disable:
  - {rule: t3-equation}
  - {rule: [t3-blnk], reason: 无}
  - {rule: t3-blank, reason: 无, cells: [本年新收.自然]}
  - {rule: p-old-form, reason: 无, cells: [本年新收.自然人]}
severity:
  - {rule: t3-equation, severity: 很重, reason: 无}
deduct:
  - {rule: t3-equation, deduct: 200, reason: 无}
parameters:
  公布期: [{value: 03-31}]
  公布期限:
    - {value: 三月底}
往年报告: 不管
"""


def test_every_mistake_in_the_shape_of_a_profile_is_told_at_its_place(book: Rulebook) -> None:
    with pytest.raises(RulebookError) as error:
        build(Texts((*book.texts.files, RuleFile(1, "../profile.yaml", "profile.yaml", WRONG))))
    told = {(m.line, m.column): m.message for m in error.value.mistakes if m.path == "profile.yaml"}
    assert "是否为“region”" in told[3, 1]
    assert "政府办公室" in told[4, 25]
    assert "不可用" in told[14, 35]
    assert "不能大于 100" in told[16, 33]
    assert "更正并附说明" in told[21, 7]
    missing = [m.message for m in error.value.mistakes if m.line == 1]
    assert any("考核办法" in words and "name" in words for words in missing)
    assert any("reason" in words for words in missing)


BESIDE = """auditor: 1
name: 澄湖县
文号: 澄政办函〔{年份}〕{号}号
enable: [t3-equaton, t3-equation]
disable:
  - {rule: [t3-blnk], reason: 无}
  - {rule: t3-blank, reason: 无, cells: [本年新收.自然]}
  - {rule: p-old-form, reason: 无, cells: 本年新收}
severity:
  - {rule: t3-equatoin, severity: 严重, reason: 无}
  - {rule: p-old-form, severity: 严重, reason: 无}
deduct:
  - {rule: t3-total, deduct: 1, reason: 无}
  - {rule: t3-total, deduct: 2, reason: 无}
parameters:
  公布期:
    - {value: 03-31}
  公布期限:
    - {value: 三月底}
  允许留空: {values: [{value: 13}]}
"""
TOLD = {
    (4, 10): "是否为“t3-equation”",
    (4, 22): "不必启用",
    (6, 13): "是否为“t3-blank”",
    (7, 41): "是否为“本年新收.自然人”",
    (8, 42): "不能按数据项停用",
    (10, 12): "是否为“t3-equation”",
    (11, 12): "可以停用",
    (14, 12): "写了两次",
    (16, 3): "是否为“公布期限”",
    (19, 15): "月-日",
    (20, 27): "true 或 false",
}


def refused(book: Rulebook, text: str) -> dict[tuple[int, int], str]:
    with pytest.raises(RulebookError) as error:
        build(Texts((*book.texts.files, RuleFile(1, "../profile.yaml", "profile.yaml", text))))
    return {(m.line, m.column): m.message for m in error.value.mistakes if m.path == "profile.yaml"}


def test_what_only_shows_beside_the_rulebook(book: Rulebook) -> None:
    assert "可用：{年}、{号}" in refused(book, BESIDE)[3, 11]
    told = refused(book, BESIDE.replace("{年份}", "{年}"))
    assert told.keys() == TOLD.keys()
    for place, words in TOLD.items():
        assert words in told[place]


def test_keys_left_empty_and_lists_of_one_are_no_mistake(make: Make) -> None:
    book = make("enable:\ndisable:\nseverity:\ndeduct:\nparameters:\nregion: 澄湖县\n")
    assert book.county.region == ("澄湖县",)
    assert book.stamp.county == "澄湖县年报审核"


def test_a_profile_is_part_of_the_hash_and_travels_as_text(make: Make, book: Rulebook) -> None:
    one, other = make("往年报告: 记录在案\n"), make("往年报告: 更正并附说明\n")
    assert len({book.stamp.sha256, one.stamp.sha256, other.stamp.sha256}) == 3
    assert build(one.texts).county == one.county


# --- off -------------------------------------------------------------------------------------------


def test_a_rule_is_off_for_one_unit_and_one_year_only(make: Make) -> None:
    own = make("disable:\n  - {rule: t3-total, unit: 柳汀镇, years: 2024, reason: 系统迁移}\n")
    here = broken(own, "t3-total", organisation="澄湖县柳汀镇人民政府", year=2024)
    assert said(own, "t3-total", here).outcomes == {"t3-total": Outcome.NOT_APPLICABLE}
    for change in ({"organisation": "澄湖县石帆镇人民政府"}, {"year": 2023}):
        there = replace(here, profile=replace(here.profile, **change))
        assert said(own, "t3-total", there).outcomes == {"t3-total": Outcome.BROKEN}
        assert judge(there, own).disabled == ()
    (off,) = judge(here, own).disabled
    assert (off.rule, off.scope, off.reason) == ("t3-total", "柳汀镇，2024年度", "系统迁移")


def test_a_cell_is_off_and_the_others_stay(make: Make, book: Rulebook) -> None:
    """A rule on blanks passes the cell over; a relation that needs the cell does not apply, its other columns do."""
    plain = broken(book, "t3-blank")
    names = {plain.facts[id].name for f in said(book, "t3-blank", plain).findings for id in f.facts}
    first, *rest = sorted(names)
    own = make(f"disable:\n  - {{rule: t3-blank, cells: [{first}], reason: 系统不生成}}\n")
    left = {plain.facts[id].name for f in said(own, "t3-blank", plain).findings for id in f.facts}
    assert left == set(rest)

    report = broken(book, "t3-total")
    (finding, *_) = said(book, "t3-total", report).findings
    cell = report.facts[finding.facts[0]].name
    own = make(f"disable:\n  - {{rule: t3-total, cells: {cell}, reason: 已核对}}\n")
    after = said(own, "t3-total", report)
    assert finding.fingerprint not in {f.fingerprint for f in after.findings}
    assert [d.cells for d in judge(report, own).disabled] == [(cell,)]


def test_a_pattern_can_be_off_too(make: Make, book: Rulebook) -> None:
    own = make("disable:\n  - {rule: p-old-form, unit: 柳汀镇, reason: 过渡期}\n")
    report = Report(
        "a.html", "0" * 64, "html", Profile("澄湖县柳汀镇人民政府", year=2022), book_prose(book), (), {}, ()
    )
    assert own.county.patterns_off(report) == {"p-old-form"}
    judged = settled(desk(own, "chainer"), report, judge(report, own))
    assert [d.rule for d in judged.disabled] == ["p-old-form"]


def book_prose(book: Rulebook):  # type: ignore[no-untyped-def]
    return next(t.case.report.prose for t in trials(book, book.rules[0]))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "organisation", "same"),
    [
        ("柳汀镇", "澄湖县柳汀镇人民政府", True),
        ("澄湖县柳汀镇", "柳汀镇人民政府", True),
        ("澄湖县财政局", "澄湖县财政局", True),
        ("财政局", "澄湖县财政局", True),
        ("岚江市财政局", "澄湖县财政局", False),
        ("汀镇", "澄湖县柳汀镇人民政府", False),
    ],
)
def test_units_are_known_by_their_usual_names(book: Rulebook, name: str, organisation: str, same: bool) -> None:
    report = Report("a", "", "", Profile(organisation), book_prose(book), (), {}, ())
    assert is_unit(name, report) is same


def test_a_misspelt_unit_is_told(make: Make, book: Rulebook) -> None:
    own = make("disable:\n  - {rule: t3-total, unit: [柳丁镇, 柳汀镇], reason: 无}\n").county
    report = Report("a", "", "", Profile("澄湖县柳汀镇人民政府"), book_prose(book), (), {}, ())
    (words,) = unmet(own, [report], None)
    assert "柳丁镇" in words and "是否为“柳汀镇”" in words
    assert unmet(own, [], ["澄湖县柳汀镇人民政府", "澄湖县柳丁镇人民政府"]) == ()


# --- weight ----------------------------------------------------------------------------------------


def test_another_severity_and_other_points(make: Make, book: Rulebook) -> None:
    report = broken(book, "t3-total")
    before = said(book, "t3-total", report).findings[0]
    assert (before.severity, before.cost) == ("严重", 5)
    milder = make("severity:\n  - {rule: t3-total, severity: 一般, reason: 无}\n")
    after = said(milder, "t3-total", report).findings[0]
    assert (after.severity, after.cost, after.fingerprint) == ("一般", 1, before.fingerprint)
    dearer = make("deduct:\n  - {rule: t3-total, deduct: 7.5, reason: 无}\n")
    assert said(dearer, "t3-total", report).findings[0].cost == Decimal("7.5")


def test_graver_special_cases_are_held_to_a_milder_rule(make: Make, book: Rulebook) -> None:
    """A county that makes a rule milder means all its cases; one that makes it graver keeps the rule's own exceptions."""
    graded = [r for r in book.rules for g, _ in r.grades if g.severity and g.severity != r.rule.severity]
    assert graded
    ready = graded[0]
    milder = make(f"severity:\n  - {{rule: {ready.id}, severity: 提示, reason: 无}}\n").rule(ready.id)
    graver = make(f"severity:\n  - {{rule: {ready.id}, severity: 严重, reason: 无}}\n").rule(ready.id)
    assert milder is not None and graver is not None
    assert {g.severity for g, _ in milder.grades if g.severity} <= {"提示"}
    assert [g.severity for g, _ in graver.grades] == [g.severity for g, _ in ready.grades]
    cheap = make(f"deduct:\n  - {{rule: {ready.id}, deduct: 0, reason: 无}}\n")
    assert all(g.deduct == 0 for g, _ in cheap.rule(ready.id).grades if g.severity and cheap.scoring.cost(g.severity))  # type: ignore[union-attr]


def test_a_draft_is_enabled(make: Make) -> None:
    draft = RULE.replace("status: active", "status: draft")
    without = make("", ("own.yaml", draft))
    enabled = make("enable: [x-own]\n", ("own.yaml", draft))
    assert without.rule("x-own").rule.status == "draft"  # type: ignore[union-attr]
    assert enabled.rule("x-own").rule.status == "active"  # type: ignore[union-attr]
    report = broken(enabled, "x-own")
    assert said(without, "x-own", report).findings[0].cost == 0
    assert said(enabled, "x-own", report).findings[0].cost == 3


RULE = """id: x-own
title: 收到申请数不为零
status: active
check: equation
applies: {form: A}
expect: 收到申请数 = 0
severity: 较重
dimension: 数据准确
basis: [{law: form-a, at: 第三项（一）}]
message: 收到 {收到申请数} 件
why: 测试
remedy: 更正
examples:
  kept: [{收到申请数: 0}]
  broken: [{收到申请数: 1}]
"""


# --- practice --------------------------------------------------------------------------------------


def practice(book: Rulebook) -> tuple[str, Report]:
    """A certain rule that rests on practice alone, with a report that breaks it."""
    for ready in book.rules:
        rule = ready.rule
        if rule.certainty == "certain" and rule.severity != "提示" and all(b.practice for b in rule.basis):
            found = [t for t in trials(book, ready) if getattr(t, "expected", "") == "broken"]
            if found and said(book, ready.id, found[0].case.report).findings:  # type: ignore[union-attr]
                return ready.id, found[0].case.report  # type: ignore[union-attr]
    raise AssertionError("the rulebook has no such rule")


def test_practice_deducts_only_under_the_countys_assessment(book: Rulebook, make: Make) -> None:
    rule, report = practice(book)
    for without in (book, make("考核办法: {name: 考核办法, years: 2099-}\n")):
        finding = said(without, rule, report).findings[0]
        assert (finding.cost, finding.free) == (0, "依据为工作实务，未指明本县考核办法，不扣分")
    named = make("考核办法: {name: 《澄湖县考核办法》, number: 澄政办发〔2026〕3号}\n")
    finding = said(named, rule, report).findings[0]
    assert finding.cost > 0 and finding.free == ""
    assert all(b.text.endswith("（按《澄湖县考核办法》（澄政办发〔2026〕3号）考核）") for b in finding.basis)


def test_a_rule_with_an_article_deducts_as_before(book: Rulebook, make: Make) -> None:
    named = make("考核办法: {name: 考核办法}\n")
    report = broken(book, "t3-total")
    assert [f.cost for f in said(book, "t3-total", report).findings] == [
        f.cost for f in said(named, "t3-total", report).findings
    ]


def test_no_finding_on_practice_alone_ever_pays_without_an_assessment(book: Rulebook) -> None:
    spoken = 0
    for ready in (r for r in book.rules if any(b.practice for b in r.rule.basis)):
        for trial in trials(book, ready):
            if getattr(trial, "expected", "") not in ("broken", "suspected"):
                continue
            for finding in judge_rule(ready, trial.case, book).findings:  # type: ignore[union-attr]
                spoken += 1
                alone = bool(finding.basis) and all(b.practice for b in finding.basis)
                assert bool(finding.free) is alone
                assert not alone or finding.cost == 0
    assert spoken > 20


def test_a_conclusion_follows_the_same_principle(book: Rulebook, make: Make) -> None:
    named = make("考核办法: {name: 考核办法}\n")
    for rules, assessed in ((book, False), (named, True)):
        for pattern in rules.patterns:
            if pattern.then.basis and all(b.practice for b in pattern.then.basis):
                from auditor.conclusion import Setting
                from auditor.conclusion import basis_of as concluded_basis

                setting = Setting(Profile(), "", 2024, rules.scoring, {}, "《考核办法》" if assessed else "")
                cost, free = setting.price(pattern.then, concluded_basis(pattern.then, (), setting.assessed))
                assert bool(free) is not assessed
                assert cost == (rules.scoring.cost(pattern.then.severity) if assessed else 0)


# --- old reports, parameters, region ---------------------------------------------------------------


def test_the_remedy_of_old_reports(book: Rulebook, make: Make) -> None:
    recorded = make("往年报告: 记录在案\n")
    old = broken(book, "a-req-sum", year=2017)
    assert "更正说明" in said(book, "a-req-sum", old).findings[0].remedy
    assert "记录在案" in said(recorded, "a-req-sum", old).findings[0].remedy
    new = broken(book, "t3-total", year=2024)
    assert said(recorded, "t3-total", new).findings == said(book, "t3-total", new).findings
    leak = County(old_reports="记录在案").remedy("立即删除", "安全合规", old=True)
    assert leak == "立即删除"


def test_parameters_come_before_those_of_the_rulebook(book: Rulebook, make: Make) -> None:
    own = make("parameters:\n  公布期限:\n    - {value: 02-28, years: 2019-, unit_kind: [乡镇], source: 县规定}\n")
    town = Report("a", "", "", Profile("柳汀镇", "乡镇", 2024), book_prose(book), (), {}, ())
    assert "公布期限" not in case_of(town, book).parameters
    assert case_of(town, own).parameters["公布期限"] == "02-28"
    office = replace(town, profile=Profile("财政局", "部门", 2024))
    assert case_of(office, own).parameters["公布期限"] == "01-31"


@pytest.mark.parametrize(
    ("organisation", "place"),
    [
        ("柳汀镇人民政府", "甲省 岚江市 澄湖县 柳汀镇人民政府"),
        ("澄湖县财政局", "甲省 岚江市 澄湖县 澄湖县财政局"),
        ("岚江市教育局", "甲省 岚江市 岚江市教育局"),
        ("丙县教育局", "丙县教育局"),
        (None, "甲省 岚江市 澄湖县 "),
    ],
)
def test_the_region_stands_beside_the_organisation_unless_that_lies_elsewhere(
    organisation: str | None, place: str
) -> None:
    assert County(region=("甲省", "岚江市", "澄湖县")).place_of(organisation) == place


def test_region_counts_for_scope(make: Make) -> None:
    rule = RULE.replace("applies: {form: A}", "applies: {form: A, region: 澄湖县}")
    own = make("region: [岚江市, 澄湖县]\n", ("own.yaml", rule))
    report = broken(own, "x-own", organisation="柳汀镇人民政府")
    assert said(own, "x-own", report).outcomes["x-own"] is Outcome.BROKEN
    away = replace(report, profile=replace(report.profile, organisation="丙县柳汀镇人民政府"))
    assert said(own, "x-own", away).outcomes["x-own"] is Outcome.NOT_APPLICABLE


def test_examples_of_shipped_rules_do_not_depend_on_a_county(make: Make) -> None:
    """Off, a blank policy and deadlines of a county would make other outcomes of them."""
    own = make(
        "disable:\n  - {rule: [t3-total, a-blank], reason: 无}\n"
        "parameters:\n  允许留空: [{value: true}]\n  公布期限: [{value: 01-02}]\n"
    )
    asked = [own.rule(id) for id in ("t3-total", "a-blank", "t3-blank", "g-deadline")]
    assert example_mistakes(own, [ready for ready in asked if ready is not None]) == ()


def test_fingerprints_and_messages_do_not_depend_on_a_profile(book: Rulebook, make: Make) -> None:
    own = make("考核办法: {name: 考核办法}\nseverity:\n  - {rule: t3-total, severity: 提示, reason: 无}\n")
    report = broken(book, "t3-total")

    def identity(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
        return [(f.fingerprint, f.content, re.sub(r"\s", "", f.message)) for f in findings]

    assert identity(said(book, "t3-total", report).findings) == identity(said(own, "t3-total", report).findings)
    assert basis_of(book.rule("t3-total"), book, report.profile) == basis_of(own.rule("t3-total"), own, report.profile)  # type: ignore[arg-type]
