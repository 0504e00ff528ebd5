"""The reference report: domain notes section 8 finding for finding, its renderings, and a twin that is put right."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor import readers
from auditor.facts import extract
from auditor.findings import Beside
from auditor.model import Document, Judged, Outcome, Span, State
from auditor.pipeline import Brief, Desk, desk, judge_report
from auditor.rulebook import Rulebook

# 8 of the domain notes, by rule id; absorbed ones are findings too.
MUST = {
    "a-norm-issued": "suspected",
    "a-norm-zero-issued": "broken",
    "a-norm-ratio": "suspected",
    "a-resp-hotline": "suspected",
    "a-resp-no-channel": "broken",
    "a-resp-high": "suspected",
    "a-staff-sum": "broken",
    "a-blank": "broken",
    "n-org": "suspected",
    "n-staff": "suspected",
    "n-fund": "suspected",
    "n-train": "suspected",
    "g-six-content-2008": "broken",
    "g-no-problem": "broken",
    "g-offtopic": "suspected",
    "g-date-format": "broken",
    "g-typo": "broken",
    "n-media-zero": "suspected",
    "a-zero-req": "suspected",
    "a-allzero": "suspected",
}
MUST_NOT = (
    *("a-chan-sum", "a-chan-max", "a-req-sum", "a-done-sum", "a-reply-sum", "a-review-sum", "a-lit-sum"),
    *("g-deadline", "a-norm-subset", "g-leader-mismatch"),
)
BLANKS = {
    *("capacity.offices", "capacity.reading_points", "capacity.staff", "capacity.full_time", "capacity.budget"),
    *("training.meetings", "training.courses", "training.attendees"),
}
# What else may be said of it: consequences of the same facts that the notes do not list, each defensible on reading.
MAY = {"a-org-blank", "a-spot", "g-unit-name", "g-period"}
# What the renderings themselves change: dates and brackets are restored in them, the sheet has no prose.
RENDERED = {
    "a_utf8.html": {"g-date-format", "g-typo"},
    "b_gb18030_declared_gb2312.html": {"g-date-format", "g-typo"},
    "c_mso_word.html": {"g-date-format", "g-typo"},
    "d_merged.docx": {"g-date-format", "g-typo"},
    "f_text.pdf": {"g-date-format", "g-typo"},
    "h_legacy.doc": {"g-date-format", "g-typo"},
}


@pytest.fixture(scope="module")
def judge(book: Rulebook) -> Desk:
    return desk(book)


def audited(judge: Desk, name: str, data: bytes) -> Judged:
    document = readers.read(name, data)
    assert isinstance(document, Document), document
    return judge_report(judge, Brief(extract(document, judge.book.lexicon), Beside()))


@pytest.fixture(scope="module")
def text(shared: Path) -> str:
    return (shared / "reference" / "yushan-2017.txt").read_bytes().decode("utf-8")


@pytest.fixture(scope="module")
def reference(judge: Desk, text: str) -> Judged:
    return audited(judge, "yushan-2017.txt", text.encode())


def fired(judged: Judged) -> dict[str, str]:
    return {f.rule: f.outcome.value for f in judged.findings if not f.members}


def test_58_facts_50_numbers_8_blanks(reference: Judged) -> None:
    facts = reference.report.facts
    assert len(facts) == 58
    assert {id for id, f in facts.items() if f.state is State.BLANK} == BLANKS
    assert sum(f.state is State.NUMBER for f in facts.values()) == 50
    special = {
        "proactive.total": 32,
        "proactive.normative": 29,
        "channel.website": 32,
        "response.events": 141,
        "capacity.part_time": 1,
    }
    for id, fact in facts.items():
        if id not in BLANKS:
            assert fact.value == special.get(id, 0), id


def test_every_fact_points_at_its_text(reference: Judged, text: str) -> None:
    for fact in reference.report.facts.values():
        assert isinstance(fact.place, Span)
        assert text[fact.place.start : fact.place.end].strip() == fact.raw.strip()


def test_the_hotline_number_is_a_claim_with_its_span(reference: Judged, text: str) -> None:
    (claim,) = reference.report.claims_of("12345热线")
    assert (claim.value, claim.unit) == (141, "条")
    assert isinstance(claim.place, Span)
    assert text[claim.place.start : claim.place.end] == "141"


def test_the_oracle(reference: Judged) -> None:
    said = fired(reference)
    assert {r: said.get(r) for r in MUST} == MUST
    assert not set(MUST_NOT) & set(said)
    assert set(said) <= set(MUST) | MAY, {
        f.rule: f.message for f in reference.findings if f.rule not in {*MUST, *MAY} and not f.members
    }


def test_the_eight_blanks_are_named_by_part(reference: Judged) -> None:
    blank = [f for f in reference.findings if f.rule == "a-blank"]
    assert {f.part for f in blank} == {"机构建设", "会议培训"}
    assert {id for f in blank for id in f.facts} == BLANKS


def test_the_hotline_finding_has_both_operands(reference: Judged) -> None:
    (finding,) = [f for f in reference.findings if f.rule == "a-resp-hotline"]
    assert (finding.left, finding.right, finding.difference) == (141, 141, 0)
    assert finding.facts == ("response.events",)
    assert finding.severity == "较重"


def test_the_name_is_at_most_an_observation(reference: Judged) -> None:
    for finding in reference.findings:
        if finding.rule == "g-unit-name":
            assert (finding.severity, finding.outcome) == ("提示", Outcome.SUSPECTED)


def test_patterns_conclude_on_it(reference: Judged) -> None:
    concluded = {f.rule: f for f in reference.findings if f.members}
    assert "p-capacity-hollow" in concluded
    assert "p-response-hotline" in concluded
    by_print = {f.fingerprint: f for f in reference.findings}
    members = {by_print[m].rule for m in concluded["p-capacity-hollow"].members}
    assert members >= {"a-blank", "n-org", "n-staff", "n-fund"}


def test_a_blank_cell_costs_once(reference: Judged) -> None:
    paying = [f for f in reference.findings if f.deducted > 0]
    cells = [cell for f in paying for cell in f.blanks]
    assert len(cells) == len(set(cells))


@pytest.mark.parametrize("name", [*RENDERED, "e_stats.xlsx", "e_stats.xls"])
def test_the_same_facts_from_every_rendering(judge: Desk, reference: Judged, shared: Path, name: str) -> None:
    other = audited(judge, name, (shared / "samples" / "yushan" / name).read_bytes())
    assert {i: (f.state, f.value) for i, f in other.report.facts.items()} == {
        i: (f.state, f.value) for i, f in reference.report.facts.items()
    }


@pytest.mark.parametrize("name", RENDERED)
def test_the_same_findings_from_every_rendering(judge: Desk, reference: Judged, shared: Path, name: str) -> None:
    other = fired(audited(judge, name, (shared / "samples" / "yushan" / name).read_bytes()))
    lost = set(fired(reference)) - set(other)
    assert lost <= RENDERED[name] | {"g-unit-name"}, lost
    assert set(other) <= set(fired(reference)) | {"g-unit-name"}, set(other) - set(fired(reference))


@pytest.mark.parametrize("name", ["a_utf8.html", "b_gb18030_declared_gb2312.html", "c_mso_word.html"])
def test_a_fingerprint_outlives_the_format(judge: Desk, reference: Judged, shared: Path, name: str) -> None:
    other = audited(judge, name, (shared / "samples" / "yushan" / name).read_bytes())
    mine = {f.fingerprint: f.content for f in reference.findings if f.rule not in RENDERED[name]}
    assert {f.fingerprint: f.content for f in other.findings} == mine


# --- the twin: what the four anomalies name is put right -------------------------------------------

SECTIONS = """\
五、依申请公开政府信息情况

2017年,收到政府信息公开申请1件,为当面申请,已按时办结并同意公开。公民可以当面、信函、网络等方式提出申请。

六、收费及减免情况

2017年没有收取政府信息公开费用,也没有减免。

七、行政复议、行政诉讼情况

2017年没有因政府信息公开申请行政复议、提起行政诉讼的情况。

八、主动公开政府信息情况

2017年主动公开政府信息32条,均通过政府网站公开。

九、存在的主要问题及改进情况

存在的主要问题是个别栏目更新间隔较长,最长的一次相隔四个月;改进措施是由专人每月核对一次栏目更新情况,并在下半年完成了补录。
"""
VALUES = {
    "回应公众关注热点或重大舆情数": "2",
    "5.其他方式回应事件数": "2",
    "(一)收到申请数": "1",
    "1.当面申请数": "1",
    "(二)申请办结数": "1",
    "1.按时办结数": "1",
    "(三)申请答复数": "1",
    "2.同意公开答复数": "1",
    "政府信息公开工作专门机构数": "1",
    "设置政府信息公开查阅点数": "1",
    "从事政府信息公开工作人员数": "2",
    "1.专职人员数": "1",
    "政府信息公开专项经费": "0.5",
    "召开政府信息公开工作会议": "2",
    "举办各类培训班数": "1",
    "接受培训人员数": "12",
}


def twin(text: str) -> str:
    """The reference report with the four anomalies put right."""
    lines = text.split("\n")
    for label, value in VALUES.items():
        at = next(i for i, line in enumerate(lines) if label in line)
        blank = [
            i
            for i in range(at + 1, at + 8)
            if lines[i].strip(" \u3000") in ("\u00a0", "0", "141", "0\r", "\u00a0\r")
            or (lines[i].strip("\r") and not lines[i].strip())
        ]
        assert blank, label
        lines[blank[0]] = value
    text = "\n".join(lines)
    head, table = text.split("政府信息公开情况统计表", 1)
    return head.rstrip() + "\n\n" + SECTIONS + "\n政府信息公开情况统计表" + table


ANOMALIES = {
    "required sections": {"g-six-content-2008", "g-no-problem"},
    "blank 机构建设": {"a-blank", "a-org-blank", "a-staff-sum", "a-staff-zero", "a-spot", "n-org", "n-staff", "n-fund"},
    "zero requests": {"a-zero-req"},
    "hotline as 舆情回应": {"a-resp-hotline", "a-resp-no-channel", "a-resp-high"},
}


def test_a_twin_put_right_fires_none_of_them_and_nothing_new(judge: Desk, reference: Judged, text: str) -> None:
    other = audited(judge, "twin.txt", twin(text).encode())
    said = fired(other)
    for name, rules in ANOMALIES.items():
        assert not rules & set(said), (name, {f.rule: f.message for f in other.findings if f.rule in rules})
    assert set(said) <= set(fired(reference)), {
        f.rule: f.message for f in other.findings if f.rule not in fired(reference)
    }
    assert other.score.points > reference.score.points


@pytest.mark.parametrize("name", ANOMALIES)
def test_each_anomaly_stands_with_evidence_basis_and_remedy(reference: Judged, name: str) -> None:
    found = [f for f in reference.findings if f.rule in ANOMALIES[name]]
    assert found
    for finding in found:
        assert finding.evidence, finding.rule
        assert finding.basis, finding.rule
        assert finding.remedy, finding.rule
