"""The pipeline: last year's report, one bad thing that hides no other, runs that are the same run."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

import auditor.judging
from auditor.checks.check import Case, Result
from auditor.findings import Beside
from auditor.model import Audit, Cause, Judged, Outcome
from auditor.pipeline import Brief, LastYears, Options, audit, desk, judge_report
from auditor.rulebook import Rulebook, load

ROOT = Path(__file__).resolve().parent.parent
Y2024, Y2025 = ROOT / "reports" / "2024年度", ROOT / "reports" / "2025年度"
AT = dt.datetime(2026, 4, 8, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def one(folder: Path, name: str) -> Path:
    (found,) = [p for p in folder.iterdir() if name in p.name]
    return found


def judged(done: Audit, name: str) -> Judged:
    (found,) = [j for j in done.reports if name in (j.report.profile.organisation or "")]
    return found


CARRY = "t3-carry-yoy"


def test_rules_about_last_year_run_when_it_is_given(book: Rulebook) -> None:
    alone = audit([one(Y2025, "柳汀")], book)
    assert judged(alone, "柳汀").outcomes[CARRY] is Outcome.NOT_APPLICABLE
    given = audit([one(Y2025, "柳汀")], book, Options(previous=(Y2024,)))
    assert judged(given, "柳汀").outcomes[CARRY] is Outcome.KEPT
    assert len(given.reports) == 1, "last year's report is read, never judged nor listed"
    together = audit([one(Y2025, "柳汀"), one(Y2024, "柳汀")], book)
    assert {j.report.profile.year: j.outcomes[CARRY] for j in together.reports} == {
        2025: Outcome.KEPT,
        2024: Outcome.NOT_APPLICABLE,
    }


def test_what_is_given_both_ways_is_judged_once(book: Rulebook) -> None:
    path = one(Y2024, "柳汀")
    both = audit([path, one(Y2025, "柳汀")], book, Options(previous=(path,)))
    assert len(both.reports) == 2
    (newer,) = [j for j in both.reports if j.report.profile.year == 2025]
    assert newer.outcomes[CARRY] is Outcome.KEPT


def test_several_candidates_are_named_and_none_is_taken(book: Rulebook, tmp_path: Path) -> None:
    path = one(Y2024, "柳汀")
    page = path.read_text(encoding="utf-8")
    other = tmp_path / "另一份.html"
    changed = re.sub(r"(>\s*)36(\s*<)", r"\g<1>37\g<2>", page, count=1)  # decisions on licences
    assert changed != page
    other.write_text(changed, encoding="utf-8")
    done = audit([one(Y2025, "柳汀")], book, Options(previous=(path, other)))
    report = judged(done, "柳汀")
    assert report.outcomes[CARRY] is Outcome.UNCLEAR
    assert any("另一份.html" in u.reason for u in report.undecided if u.rule == CARRY)


def test_a_second_copy_of_last_year_leaves_nothing_undecided(book: Rulebook, tmp_path: Path) -> None:
    path = one(Y2024, "柳汀")
    other = tmp_path / "另一份.html"
    other.write_bytes(path.read_bytes() + b"<!-- another copy -->")
    report = judged(audit([one(Y2025, "柳汀")], book, Options(previous=(path, other))), "柳汀")
    assert report.outcomes[CARRY] is Outcome.KEPT


def test_names_are_matched_without_places_and_people(book: Rulebook) -> None:
    first = judged(audit([one(Y2024, "柳汀")], book), "柳汀").report
    short = replace(first, sha256="1" * 64, profile=replace(first.profile, organisation="柳汀镇"))
    wanted = replace(first.profile, year=2025)
    assert LastYears([short]).of(wanted).last is short
    assert LastYears([short]).of(replace(wanted, organisation="澄湖县石帆镇人民政府")) == Beside()


def test_an_unreadable_file_of_others_is_told(book: Rulebook, tmp_path: Path) -> None:
    (tmp_path / "上年.pdf").write_bytes(b"%PDF-1.7\n%%EOF")
    done = audit([one(Y2025, "柳汀")], book, Options(previous=(tmp_path,)))
    assert not done.unread
    assert any("上年.pdf" in note for note in done.run.notes)


def test_a_rerun_is_the_same_run(book: Rulebook) -> None:
    one_, other = (audit([Y2025], book, Options(quarter="2026Q1", at=AT)) for _ in range(2))
    assert one_ == other
    assert audit([Y2025], book, Options(quarter="2026Q2", at=AT)).run.id != one_.run.id
    assert audit([Y2025], book, Options(quarter="2026Q1", previous=(Y2024,), at=AT)).run.id != one_.run.id


def test_an_article_is_cited_only_of_those_whom_it_names(tmp_path: Path) -> None:
    """2019 第四十九条 sets no date for townships: with a local deadline the finding rests on the local notice."""
    local = "公布期限:\n  values:\n    - {value: 01-01, years: 2019-, source: 本县通知}\n"
    (tmp_path / "parameters.yaml").write_text(local, encoding="utf-8")
    done = audit(
        [one(Y2025, "柳汀"), one(Y2025, "教育局"), one(ROOT / "reports" / "2017年度", "禾塘")], load([tmp_path])
    )
    cited = {
        name: {b.law for f in judged(done, name).findings if f.rule == "g-deadline" for b in f.basis}
        for name in ("柳汀", "教育局", "禾塘")
    }
    assert cited == {"柳汀": {None}, "教育局": {"regulation-2019"}, "禾塘": {"regulation-2007"}}


def test_processes_give_the_same_audit(book: Rulebook) -> None:
    here = audit([Y2025, Y2024], book, Options(at=AT, jobs=1))
    there = audit([Y2025, Y2024], book, Options(at=AT, jobs=2))
    assert here == there


def test_both_engines_give_the_same_findings(book: Rulebook, county: Audit) -> None:
    one_ = audit([ROOT / "reports"], book, Options(at=county.run.started, inference="chainer", jobs=1))
    assert one_.run.inference == "chainer"
    assert replace(one_, run=county.run) == county


def test_a_rule_that_crashes_is_unclear_and_counts_in_low(book: Rulebook) -> None:
    def crash(case: Case) -> list[Result]:
        raise ZeroDivisionError(case.report.source)

    rules = tuple(replace(r, check=crash) if r.id == "t3-equation" else r for r in book.rules)
    plain = judged(audit([one(Y2025, "柳汀")], book), "柳汀")
    report = judge_report(desk(replace(book, rules=rules)), Brief(plain.report, Beside()))
    assert report.outcomes["t3-equation"] is Outcome.UNCLEAR
    (told,) = [u for u in report.undecided if u.rule == "t3-equation"]
    assert told.caused_by is Cause.ENGINE
    assert "ZeroDivisionError" in told.reason
    assert report.score.points == plain.score.points
    assert report.score.low == plain.score.low - Decimal(5)
    assert {r for r, o in report.outcomes.items() if plain.outcomes[r] is not o} == {"t3-equation"}


def test_patterns_that_crash_leave_the_findings(book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("engine")

    monkeypatch.setattr(auditor.judging, "conclude", crash)
    report = judged(audit([one(ROOT / "reports" / "2017年度", "云岫")], book), "云岫")
    assert report.findings
    assert any(u.caused_by is Cause.ENGINE for u in report.undecided)


def test_no_rule_of_the_engine_crashes_on_any_report(county: Audit) -> None:
    assert [
        (j.report.source, u.rule, u.reason) for j in county.reports for u in j.undecided if u.caused_by is Cause.ENGINE
    ] == []


def test_no_rule_crashes_on_the_real_reports(book: Rulebook, shared: Path) -> None:
    samples = [path for path in sorted((shared / "samples/yushan").iterdir()) if "scan" not in path.name]
    done = audit([shared / "corpus", shared / "reference", *samples], book)
    versions = [v for j in done.reports if j.report.filing for v in j.report.filing.versions]
    assert len(done.reports) + len(versions) >= 10
    assert {Path(v.source).parent.name for v in versions} == {"yushan"}, "one report in several files is judged once"
    assert [
        (j.report.source, u.rule, u.reason) for j in done.reports for u in j.undecided if u.caused_by is Cause.ENGINE
    ] == []
    assert all(u.reason for u in done.unread)


def test_asking_again_with_last_year_is_the_same_as_asking_at_once(book: Rulebook, county: Audit) -> None:
    here = desk(book)
    reports = [j.report for j in county.reports]
    years = LastYears(reports)
    spoken = 0
    for report in reports:
        last = years.of(report.profile)
        first = judge_report(here, Brief(report, Beside()))
        assert judge_report(here, Brief(report, last, first)) == judge_report(here, Brief(report, last))
        spoken += last != Beside()
    assert spoken >= 8
