"""Real reports: what their prose states, read from the files beside the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.facts import Lexicon, extract
from auditor.model import Document, Report, Said
from auditor.readers import read

from .test_claims import NAMES

WORDS = {Said.DID: "做了", Said.DID_NOT: "没有"}


def report_of(shared: Path, name: str, lexicon: Lexicon) -> Report:
    document = read(name, (shared / name).read_bytes())
    assert isinstance(document, Document), document
    return extract(document, lexicon)


def stated(report: Report) -> set[tuple[str, object]]:
    return {(c.subject, WORDS.get(c.said, c.value)) for c in report.claims if c.subject in NAMES}


NUMBERS = {
    "reference/yushan-2017.txt": {
        ("12345热线", 141), ("办件数", 4371), ("办件数", 1233), ("落实专门机构", "做了"), ("落实专职人员", "做了"),
        ("落实专项经费", "做了"), ("举办培训", "做了"), ("公开栏公开", "做了"), ("解读政策", "做了"),
    },
    "corpus/pingtan_2021_C.txt": {
        ("主动公开总数", 2645), ("收到申请数", 70), ("申请办结数", 69), ("结转下年申请数", 1), ("信息处理费金额", "没有"),
        ("政策解读数", 29), ("新媒体公开", "做了"), ("公开栏公开", "做了"), ("解读政策", "做了"),
    },
    "corpus/pingtan_2022_C.txt": {
        ("主动公开总数", 14571), ("收到申请数", 75), ("行政诉讼数", 1), ("行政复议数", 2), ("规范性文件现行有效数", 698),
        ("规范性文件制发数", 88), ("全部按时答复", "做了"), ("申请渠道", "做了"), ("召开公开会议", "做了"), ("信息处理费金额", "没有"),
    },
    "corpus/pingtan_xian_2013_pre2014.txt": {
        ("主动公开总数", 1853), ("政府网站公开数", 1853), ("收到申请数", 7), ("网络申请数", 3), ("信函申请数", 4), ("申请答复数", 3),
        ("予以公开数", 2), ("行政复议数", "没有"), ("落实专项经费", "做了"), ("召开公开会议", "做了"), ("举办培训", "做了"),
        ("举办信息公开培训", "做了"), ("申请渠道", "做了"), ("公开栏公开", "做了"),
    },
    "corpus/shanghai_fubangongting_2019_B.html": {
        ("收到申请数", 859), ("申请答复数", 805), ("上年结转申请数", 18), ("结转下年申请数", 72), ("行政复议数", 7), ("行政诉讼数", 9),
        ("规范性文件公开数", 60), ("不予公开数", 35), ("政策解读数", 83), ("申请渠道", "做了"), ("举办培训", "做了"), ("举办信息公开培训", "做了"),
        ("全部按时答复", "做了"),
    },
}  # fmt: skip


@pytest.mark.parametrize("name", NUMBERS)
def test_the_prose_states_exactly_this(name: str, shared: Path, lexicon: Lexicon) -> None:
    assert stated(report_of(shared, name, lexicon)) == NUMBERS[name]


@pytest.mark.parametrize("name", NUMBERS)
def test_every_claim_is_cut_out_of_the_original(name: str, shared: Path, lexicon: Lexicon) -> None:
    data = (shared / name).read_bytes()
    report = report_of(shared, name, lexicon)
    original = data.decode(report.encoding or "utf-8")
    for claim in report.claims:
        assert report.prose.text[claim.start : claim.end] == claim.raw
        if claim.said is Said.NUMBER:
            place = claim.place
            assert original[place.start : place.end] == claim.raw  # type: ignore[union-attr]
    for section in report.sections:
        assert section.start is not None and section.end is not None
        assert section.start < section.end <= len(original)


def test_the_reference_report(shared: Path, lexicon: Lexicon) -> None:
    report = report_of(shared, "reference/yushan-2017.txt", lexicon)
    profile = report.profile
    assert (profile.organisation, profile.unit_kind, profile.year, profile.form) == (
        "华容县禹山镇人民政府",
        "乡镇",
        2017,
        "A",
    )
    assert (str(profile.published), profile.published_certain, str(profile.filled)) == (
        "2018-03-15",
        True,
        "2018-02-13",
    )
    assert {m.role: m.text for m in profile.signatories} == {
        "填报单位": "禹山镇", "单位负责人": "胡先兵", "审核人": "罗嵩", "填报人": "张晗", "联系电话": "0730-4780053", "填报日期": "2018213",
    }  # fmt: skip
    assert {y.role for y in profile.years} >= {"页面标题", "正文标题", "统计表"}
    assert [(s.ordinal, s.kind) for s in report.sections] == [(o, None) for o in ("一、", "二、", "三、", "四、")]
    hotline = next(report.claims_of("12345热线"))
    assert (hotline.raw, hotline.unit) == ("141", "条")
    for word in ("索引号", "浏览量", "扫一扫", "单位负责人", "统计表", "填报单位"):
        assert word not in report.prose.text
    assert any("2017年度" in line.text for line in report.captions)


SIX = ["overview", "proactive", "requests", "disputes", "problems", "other"]


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("corpus/pingtan_2021_C.txt", SIX),
        ("corpus/pingtan_2022_C.txt", SIX),
        ("corpus/shanghai_fubangongting_2019_B.html", SIX),
        ("corpus/pingtan_xian_2013_pre2014.txt", ["overview", "proactive", "requests", "problems"]),
    ],
)
def test_the_sections_of_real_reports(name: str, kinds: list[str], shared: Path, lexicon: Lexicon) -> None:
    report = report_of(shared, name, lexicon)
    assert [s.kind for s in report.sections if s.level == 1] == kinds
    tables = [s.tables for s in report.sections if s.level == 1]
    if kinds == SIX:
        assert tables == [0, 1, 1, 1, 0, 0]


@pytest.mark.parametrize(
    ("name", "organisation", "kind", "year", "published", "certain"),
    [
        ("corpus/pingtan_2021_C.txt", "平潭综合实验区", "县级以上政府", 2021, "2022-02-08", False),
        ("corpus/pingtan_2022_C.txt", "平潭综合实验区", "县级以上政府", 2022, "2023-02-20", False),
        ("corpus/pingtan_xian_2013_pre2014.txt", "平潭县人民政府", "县级以上政府", 2013, "2014-01-22", False),
        ("corpus/shanghai_fubangongting_2019_B.html", "上海市人民政府办公厅", "部门", 2019, "2020-01-31", True),
        ("samples/yushan/a_utf8.html", "华容县禹山镇人民政府", "乡镇", 2017, "2018-03-15", True),
        ("samples/yushan/d_merged.docx", "禹山镇", "乡镇", 2017, "None", False),
    ],
)
def test_the_profiles_of_real_reports(
    name: str, organisation: str, kind: str, year: int, published: str, certain: bool, shared: Path, lexicon: Lexicon
) -> None:
    profile = report_of(shared, name, lexicon).profile
    assert (profile.organisation, profile.unit_kind, profile.year) == (organisation, kind, year)
    assert (str(profile.published), profile.published_certain) == (published, certain)


def test_the_scopes_and_shares_of_real_reports(shared: Path, lexicon: Lexicon) -> None:
    pingtan = report_of(shared, "corpus/pingtan_2021_C.txt", lexicon)
    assert [(c.scope, c.certain) for c in pingtan.claims_of("主动公开总数")] == [("全区", False)]
    shanghai = report_of(shared, "corpus/shanghai_fubangongting_2019_B.html", lexicon)
    assert [(s.count, str(s.percent), s.base) for s in shanghai.shares] == [
        (258, "33.9", 805), (35, "4.34", 805), (265, "32.9", 805), (158, "19.6", 805),
    ]  # fmt: skip
    assert [c.scope for c in shanghai.claims_of("申请答复数")] == ["含上年结转"]
    county = report_of(shared, "corpus/pingtan_xian_2013_pre2014.txt", lexicon)
    assert {s.base for s in county.shares} == {1853} and len(county.shares) == 11
    assert [c.parts for c in county.claims_of("申请答复数")] == [(2, 1)]
    assert [(p.start, p.end) for p in county.profile.periods] == [(None, None)]


@pytest.mark.parametrize(
    "name", ["a_utf8.html", "b_gb18030_declared_gb2312.html", "c_mso_word.html", "d_merged.docx", "i_flat.txt"]
)
def test_every_format_of_one_report_makes_the_same_claims(name: str, shared: Path, lexicon: Lexicon) -> None:
    report = report_of(shared, f"samples/yushan/{name}", lexicon)
    assert stated(report) == NUMBERS["reference/yushan-2017.txt"]
    assert [s.heading for s in report.sections] == [
        s.heading for s in report_of(shared, "reference/yushan-2017.txt", lexicon).sections
    ]
