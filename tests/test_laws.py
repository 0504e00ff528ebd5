"""Laws as data: which law may be cited of which report, by report year, publication or the day of the audit."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.findings import basis_of
from auditor.model import Profile
from auditor.rulebook import Rulebook, RulebookError, load
from auditor.rulebook.laws import Law

BOOK = load()
TOWN = Profile(unit_kind="乡镇", year=2018, organisation="澄湖县柳汀镇人民政府")


def law(id: str) -> Law:
    return BOOK.laws[id]


# (law, article, report year, published, audited) -> may it be cited?
CITED = [
    ("regulation-2007", "第三十一条", 2017, "2018-03-15", None, True),
    ("regulation-2007", "第三十一条", 2018, "2019-03-20", None, True),
    # came late, after the revision took effect: what was broken is the duty of the day on which it was due
    ("regulation-2007", "第三十一条", 2018, "2019-06-03", None, True),
    ("regulation-2019", "第四十九条", 2018, "2019-06-03", None, False),
    ("regulation-2019", "第四十九条", 2019, "2020-01-20", None, True),
    ("regulation-2007", "第三十一条", 2019, "2020-01-20", None, False),
    ("regulation-2019", "第四十九条", 2024, None, None, True),
    ("regulation-2019", "第五十条", 2018, "2019-06-03", None, False),
    ("regulation-2019", "第五十条第（四）项", 2019, None, None, True),
    ("regulation-2007", "第三十二条第（五）项", 2018, None, None, True),
    ("form-a", "第三项（一）", 2018, "2019-06-03", None, True),
    ("form-b", "第三部分", 2018, "2019-06-03", None, False),
    # a report of 2021 cannot have followed a format that was issued after it was published
    ("form-c", "第三部分", 2021, "2021-09-01", None, False),
    ("form-c", "第三部分", 2021, "2022-01-20", None, True),
    # privacy and the power to order mending go by the day of the audit, however old the report is
    ("regulation-2019", "第十五条", 2012, "2013-03-01", "2026-11-24", True),
    ("regulation-2019", "第四十七条", 2017, "2018-03-15", "2026-11-24", True),
    ("regulation-2019", "第四十七条", 2017, "2018-03-15", "2018-04-01", False),
]


@pytest.mark.parametrize(("id", "at", "year", "published", "audited", "may"), CITED)
def test_which_law_may_be_cited(
    id: str, at: str, year: int, published: str | None, audited: str | None, may: bool
) -> None:
    day = dt.date.fromisoformat(published) if published else None
    profile = Profile(unit_kind="乡镇", year=year, published=day, published_certain=day is not None)
    assert law(id).governs(at, profile, dt.date.fromisoformat(audited) if audited else None) is may


def test_a_mere_page_date_moves_no_law() -> None:
    moved = Profile(unit_kind="乡镇", year=2021, published=dt.date(2021, 3, 1), published_certain=False)
    assert law("form-c").governs("第三部分", moved)


@given(
    st.integers(2008, 2040),
    st.none() | st.dates(dt.date(2008, 5, 1), dt.date(2041, 12, 31)),
    st.sampled_from(["乡镇", "部门"]),
)
def test_one_regulation_at_a_time_rules_the_deadline(year: int, published: dt.date | None, kind: str) -> None:
    profile = Profile(unit_kind=kind, year=year, published=published, published_certain=published is not None)
    deadline = BOOK.rule("g-deadline")
    assert deadline is not None
    cited = {b.law for b in basis_of(deadline, BOOK, profile) if b.law}
    assert len(cited) <= 1
    if kind == "部门" and (published is None or published > dt.date(year, 12, 31)):
        assert cited == {"regulation-2007" if year <= 2018 else "regulation-2019"}


def test_every_article_that_a_rule_cites_is_listed_with_a_statement() -> None:
    for ready in BOOK.rules:
        for entry in ready.rule.basis:
            if entry.law is not None and entry.at is not None and BOOK.laws[entry.law].articles:
                article = BOOK.laws[entry.law].article(entry.at)
                assert article is not None and len(article.says) >= 4, (ready.id, entry.at)


def test_relations_that_follow_by_arithmetic_are_not_printed_as_the_words_of_a_law() -> None:
    """Only the relation that table three prints itself is; every other one says that it is inferred, or is practice."""
    for ready in BOOK.rules:
        if ready.rule.check != "equation" or ready.id == "t3-equation":
            continue
        for entry in ready.rule.basis:
            if (
                entry.law
                and entry.law.startswith("form-")
                and ready.id not in ("a-fund-mag", "a-fee-mag", "t2-fee-unit")
            ):
                assert entry.inferred, ready.id


def test_the_power_to_order_mending_is_marked() -> None:
    powers = [(one.id, a.at) for one in BOOK.laws.values() for a in one.articles if a.power]
    assert powers == [("regulation-2019", "第四十七条")]
    assert [b.at for b in BOOK.powers(dt.date(2026, 11, 24))] == ["第四十七条"]
    assert BOOK.powers(dt.date(2018, 4, 1)) == ()


WRONG = [
    ("basis: [{law: regulation-2007, at: 第五百条}]", "没有列出条款“第五百条”"),
    ("basis: [{law: regulation-2020, at: 第五十条}]", "未知的法规“regulation-2020”"),
    ("basis: [{law: form-b, at: 第三部分}]", "不适用于本规则的年度"),
    ("basis: [{practice: 惯例, inferred: true}]", "practice 不能写 inferred"),
]


@pytest.mark.parametrize(("basis", "words"), WRONG)
def test_a_basis_that_cannot_be_is_refused(tmp_path: Path, basis: str, words: str) -> None:
    rule = (
        "id: own-rule\ntitle: 试\ncheck: equation\napplies: {form: A}\nexpect: 收到申请数 ≥ 0\nseverity: 提示\n"
        f"dimension: 数据准确\n{basis}\nmessage: 试\nwhy: 试\nremedy: 试\n"
    )
    (tmp_path / "own.yaml").write_text(rule, encoding="utf-8")
    with pytest.raises(RulebookError) as refused:
        load([tmp_path])
    assert [m for m in refused.value.mistakes if words in m.message and m.line == 8]


def test_a_county_adds_its_own_notice(tmp_path: Path) -> None:
    (tmp_path / "laws").mkdir()
    (tmp_path / "laws" / "own.yaml").write_text(
        "id: own-2026\ntitle: 《澄湖县政府信息公开工作考核办法》（澄政办发〔2026〕3号）\nshort: 考核办法\nnumber: 澄政办发〔2026〕3号\n"
        "issued: 2026-02-01\nin_force: 2026-03-01\nyears: 2025-\nby: published\narticles: [{at: 第六条, says: 乡镇年报单列政务公开专区}]\n",
        encoding="utf-8",
    )
    book: Rulebook = load([tmp_path])
    late = replace(TOWN, year=2025, published=dt.date(2026, 3, 10), published_certain=True)
    assert book.laws["own-2026"].governs("第六条", late)
    early = replace(late, published=dt.date(2026, 2, 10))
    assert not book.laws["own-2026"].governs("第六条", early)


@pytest.mark.parametrize("day", ["2019-13-01", "2019/5/15", "去年"])
def test_a_date_that_is_none_is_refused(tmp_path: Path, day: str) -> None:
    (tmp_path / "laws").mkdir()
    (tmp_path / "laws" / "own.yaml").write_text(f"id: own\ntitle: 试\nshort: 试\nin_force: {day}\n", encoding="utf-8")
    with pytest.raises(RulebookError) as refused:
        load([tmp_path])
    assert [m for m in refused.value.mistakes if m.line == 4]
