"""Whatever stands in the ledger is written as text, read back as the same, and never taken for something new."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import openpyxl
import pytest
from filled_ledger import county
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.documents import render
from auditor.documents.printing import printable
from auditor.ledgersheet import columns
from auditor.ledgersheet.nouns import Filled, Standing
from auditor.ledgersheet.reading import rows
from auditor.ledgersheet.weighing import weigh
from auditor.model import Audit, Finding, LedgerStamp, Verdict
from auditor.quarters.nouns import Key

STAMP = LedgerStamp("a1" * 32, 7)
MANY = 6


def few(texts: list[str]) -> Audit:
    """One report with a finding for each text, which stands in everything that a person may have entered."""
    audit = county()
    judged = next(j for j in audit.reports if len(j.findings) >= MANY)

    def said(at: int, finding: Finding, text: str) -> Finding:
        day = dt.date(2026, 4, 8) if at % 2 else None
        verdict = Verdict("豁免", text, text, day, text, day)
        number = f"2026Q1-禹山镇-{at:02d}"
        return replace(finding, number=number, verdict=verdict, remark=text, fingerprint=f"{at:032x}", content="c0")

    findings = tuple(said(at, f, text) for at, (f, text) in enumerate(zip(judged.findings, texts, strict=False)))
    judged = replace(judged, findings=findings, undecided=())
    return replace(audit, reports=(judged,), ledger=STAMP, unread=())


def ledger_of(filled: tuple[Filled, ...]) -> Standing:
    keys = {row.number: Key("禹山镇", 2025, row.number) for row in filled}
    marks = {row.number: row.mark for row in filled if row.mark is not None}
    return Standing(
        keys,
        {key: (marks[number].content,) for number, key in keys.items()},
        {key: frozenset((marks[number].fingerprint,)) for number, key in keys.items()},
        {STAMP.entries: STAMP.head},
    )


ALPHABET = st.one_of(
    st.sampled_from(
        ["=", "+", "-", "@", "'", "\t", "\n", "\r", "\x00", "\x0b", "_x000D_", "_x", "\u202e", "\u3000", " "]
    ),
    st.characters(exclude_categories=("Cs",)),
)
WORDS = st.lists(ALPHABET, max_size=12).map("".join)


@settings(max_examples=15)
@given(st.lists(WORDS, min_size=MANY, max_size=MANY))
def test_every_text_comes_back_as_it_is_kept_and_says_nothing_new(texts: list[str]) -> None:
    found = rows("问题台账.xlsx", render(few(texts), "xlsx"))
    assert len(found) == MANY
    by_number = {row.number: row for row in found}
    for at, text in enumerate(texts):
        row = by_number[f"2026Q1-禹山镇-{at:02d}"]
        kept = columns.plain(printable(text))
        assert [row.texts[name] for name in (columns.WHY, columns.BY, columns.PAPER, columns.REMARK)] == [kept] * 4
        assert row.texts[columns.ON] == ("2026-04-08" if at % 2 else "")
    weighed = weigh(found, ledger_of(found), "", dt.date(2026, 4, 9))
    assert (weighed.decisions, weighed.remarks, weighed.conflicts) == ((), (), ())


def test_a_text_that_no_cell_can_hold_is_cut_and_not_taken_for_another() -> None:
    texts = ["长" * 40_000, *["短"] * (MANY - 1)]
    found = rows("问题台账.xlsx", render(few(texts), "xlsx"))
    longest = max(found, key=lambda row: len(row.texts[columns.REMARK]))
    assert longest.texts[columns.REMARK].endswith("（内容过长，已截断）")
    weighed = weigh(found, ledger_of(found), "", dt.date(2026, 4, 9))
    assert (weighed.decisions, weighed.remarks, weighed.conflicts) == ((), (), ())


def test_cells_to_fill_in_are_texts_and_offer_the_words(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("book") / "问题台账.xlsx"
    path.write_bytes(render(replace(county(), ledger=STAMP), "xlsx"))
    book = openpyxl.load_workbook(path)
    sheet = book["问题清单"]
    heads = {str(cell.value): cell for cell in sheet[2]}
    lists = {next(iter(v.sqref.ranges)).min_col: v.formula1 for v in sheet.data_validations.dataValidation}
    assert lists[heads["认定"].column] == '"属实,不属实,豁免"'
    for head in ("认定理由", "备注", "豁免依据文号"):
        assert sheet.cell(3, heads[head].column).number_format == "@"
    assert sheet.cell(3, heads["认定日期"].column).number_format == "yyyy-mm-dd"
    assert sheet.freeze_panes is not None and sheet.auto_filter.ref is not None
    assert not sheet.protection.sheet
    assert "编号" not in heads and "对照码" not in heads  # without a ledger nothing has a number
    book.close()


def test_numbers_and_what_rows_are_known_by_stand_there_with_a_ledger() -> None:
    found = rows("问题台账.xlsx", render(few(["好"] * MANY), "xlsx"))
    assert {row.number for row in found} == {f"2026Q1-禹山镇-{at:02d}" for at in range(MANY)}
    assert all(row.mark is not None and row.mark.entry == 7 and row.mark.head == "a1" * 6 for row in found)
