"""A run is written once and whole, is found by every word that means it, and its findings keep their numbers."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from ledgers import AT
from quarters20 import audits
from sqlalchemy import func, select

from auditor.ledger import Ledger, LedgerError, tables
from auditor.ledger import open as open_ledger
from auditor.ledger.checking import verify
from auditor.ledger.contents import documents
from auditor.ledger.numbering import Numbers
from auditor.ledger.reading import checked, chosen, latest, numbers, runs, stored
from auditor.ledger.recording import Handed, record
from auditor.model import Audit
from auditor.quarters.naming import current_names
from auditor.quarters.nouns import Key
from auditor.rulebook import Rulebook

Given = list[tuple[Audit, Handed]]


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory, book: Rulebook) -> Given:
    return list(audits(book, tmp_path_factory.mktemp("files"), count=3, units=5))


def written(path: Path, given: Given, book: Rulebook) -> None:
    with open_ledger(path, create=True) as ledger:
        for audit, handed in given:
            assert record(ledger, audit, handed, book.texts, audit.run.started).new


def counts(ledger: Ledger) -> dict[str, int]:
    return {t.name: ledger.rows(select(func.count()).select_from(t))[0][0] for t in tables.metadata.sorted_tables}


def test_a_run_comes_back_as_it_was_written(tmp_path: Path, given: Given, book: Rulebook) -> None:
    written(tmp_path / "a", given, book)
    with open_ledger(tmp_path / "a") as ledger:
        for card, (audit, _) in zip(runs(ledger), given, strict=True):
            back = stored(ledger, card)
            assert all(finding.number for one in back.reports for finding in one.findings)
            plain = [replace(r, findings=tuple(replace(f, number="") for f in r.findings)) for r in back.reports]
            assert replace(back, reports=tuple(plain), ledger=None) == audit
            assert (card.id, card.quarter, card.reports) == (audit.run.id, audit.run.quarter, len(audit.reports))


def test_the_same_run_again_adds_nothing(tmp_path: Path, given: Given, book: Rulebook) -> None:
    written(tmp_path / "a", given, book)
    with open_ledger(tmp_path / "a") as ledger:
        before, stamp = counts(ledger), ledger.stamp
        for at, (audit, handed) in enumerate(given, 1):
            later = replace(audit, run=replace(audit.run, started=AT, inference="another"))
            found = record(ledger, later, handed, book.texts, AT)
            assert (found.entry, found.new) == (at, False)
        assert (counts(ledger), ledger.stamp) == (before, stamp)


def test_the_same_inputs_judged_otherwise_are_kept_beside(tmp_path: Path, given: Given, book: Rulebook) -> None:
    (audit, handed), *_ = given
    first = audit.reports[0]
    other = replace(first, score=replace(first.score, points=first.score.points - Decimal(1)))
    with open_ledger(tmp_path / "a", create=True) as ledger:
        record(ledger, audit, handed, book.texts, AT)
        before = counts(ledger)
        assert record(ledger, replace(audit, reports=(other, *audit.reports[1:])), handed, book.texts, AT).new
        after = counts(ledger)
        assert after["document"] == before["document"]
        assert after["number"] == before["number"]
        assert after["content"] == before["content"] + 1, "only what was said of one report"
        assert [card.entry for card in chosen(ledger, audit.run.id)] == [2], "the last judgement of the run"


def test_versions_of_a_report_are_kept_side_by_side(tmp_path: Path, given: Given, book: Rulebook) -> None:
    written(tmp_path / "a", given, book)
    versions = {one.report.sha256 for audit, _ in given for one in audit.reports}
    assert len(versions) > len({one.report.source for audit, _ in given for one in audit.reports})
    with open_ledger(tmp_path / "a") as ledger:
        kept = documents(ledger, versions)
        assert set(kept) == versions
        assert all(hashlib.sha256(data).hexdigest() == address for address, data in kept.items())
        records = checked(ledger, runs(ledger))
        assert len(records) == sum(len(audit.reports) for audit, _ in given)
        assert {record.document for record in records} == versions
        last = {
            (one.report.profile.organisation, 2020): one.report.sha256 for audit, _ in given for one in audit.reports
        }
        assert {key: record.document for key, record in latest(records).items()} == last


def test_a_word_means_a_quarter_or_a_run(tmp_path: Path, given: Given, book: Rulebook) -> None:
    written(tmp_path / "a", given, book)
    with open_ledger(tmp_path / "a") as ledger:
        ids = [audit.run.id for audit, _ in given]
        assert [card.id for card in chosen(ledger, "2021q3")] == [ids[1]]
        assert [chosen(ledger, id)[0].entry for id in ids] == [1, 2, 3]
        begin = next(n for n in range(1, 16) if len({id[:n] for id in ids}) == 3)
        assert [chosen(ledger, id[:begin].upper())[0].id for id in ids] == ids
        with pytest.raises(LedgerError, match="没有批次“2019Q1”。已有季度：2021Q2、2021Q3、2021Q4"):
            chosen(ledger, "2019Q1")
        twin = replace(given[0][0], run=replace(given[0][0].run, id=ids[0][:-1] + "z", quarter=None))
        record(ledger, twin, given[0][1], None, AT)
        with pytest.raises(LedgerError, match="开头的批次有 2 个"):
            chosen(ledger, ids[0][:8])
    with open_ledger(tmp_path / "b", create=True) as ledger, pytest.raises(LedgerError, match="还没有批次"):
        chosen(ledger, "2026Q1")


def test_a_finding_keeps_its_number_and_no_two_share_one(tmp_path: Path, given: Given, book: Rulebook) -> None:
    written(tmp_path / "a", given, book)
    with open_ledger(tmp_path / "a") as ledger:
        called = numbers(ledger)
        seen: dict[Key, set[str]] = {}
        for record_ in checked(ledger, runs(ledger)):
            for noted in record_.findings:
                seen.setdefault(noted.key, set()).add(noted.number)
    assert {key: {number} for key, number in called.items()} == seen
    assert max(Counter(called.values()).values()) == 1
    assert {number.split("-")[0] for number in called.values()} <= {"2021Q2", "2021Q3", "2021Q4"}
    assert any(number.startswith("2021Q2-") and number.endswith("-01") for number in called.values())


def test_a_unit_renamed_twice_keeps_the_numbers_of_its_findings(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "a", create=True) as ledger:
        with ledger.writing("审核", "一", AT) as entry:
            entry.add("number", *Numbers(entry, "2025Q1").give([Key("甲局", 2024, "a")], "甲"))
        for former, unit in (("甲局", "乙局"), ("乙局", "丙局")):
            with ledger.writing("审核", "更名", AT) as entry:
                entry.add("name", {"former": former, "unit": unit})
        with ledger.writing("审核", "二", AT) as entry:
            given = list(Numbers(entry, "2025Q2").give([Key("丙局", 2024, "a"), Key("丙局", 2024, "b")], "丙"))
            assert [row["locus"] for row in given] == ["b"]
        assert numbers(ledger) == {Key("丙局", 2024, "a"): "2025Q1-甲-01"}
        assert verify(ledger).whole


def test_units_called_alike_are_told_apart(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "a", create=True) as ledger, ledger.writing("审核", "一", AT) as entry:
        giving = Numbers(entry, "2025Q1")
        first = list(giving.give([Key("甲县财政局", 2024, "a"), Key("甲县财政局", 2024, "b")], "财政局"))
        second = list(giving.give([Key("乙县财政局", 2024, "a")], "财政局"))
    assert [row["number"] for row in first] == ["2025Q1-财政局-01", "2025Q1-财政局-02"]
    assert [row["number"] for row in second] == ["2025Q1-乙县财政局-01"]


@pytest.mark.parametrize(
    ("steps", "names"),
    [
        ([], {}),
        ([("甲", "乙")], {"甲": "乙"}),
        ([("甲", "乙"), ("乙", "丙")], {"甲": "丙", "乙": "丙"}),
        ([("甲", "乙"), ("乙", "甲")], {"甲": "乙", "乙": "甲"}),
        ([("甲", "乙"), ("甲", "丙")], {"甲": "丙"}),
    ],
)
def test_names_are_followed_to_the_current_one(steps: list[tuple[str, str]], names: dict[str, str]) -> None:
    assert current_names(steps) == names


def test_another_process_that_wrote_the_run_meanwhile_is_noticed(
    tmp_path: Path, given: Given, book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    (audit, handed), *_ = given
    with open_ledger(tmp_path / "a", create=True) as ledger, open_ledger(tmp_path / "a") as other:
        plain = Ledger.writing

        def late(self: Ledger, *given: object) -> object:
            if self is ledger:
                record(other, audit, handed, book.texts, AT)
            return plain(self, *given)  # type: ignore[arg-type]

        monkeypatch.setattr(Ledger, "writing", late)
        found = record(ledger, audit, handed, book.texts, AT)
        assert (found.entry, found.new) == (1, False)
        assert ledger.stamp.entries == 1
        assert verify(ledger).whole
