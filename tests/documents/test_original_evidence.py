"""Every finding of the fictional county and of the shared material: the marked place of the original holds what is complained of.

Evidence is either the words at its place, or the sentence in which they stand; the mark must then lie within that sentence.
A blank is marked and shows nothing. What a picture shows is asked of pdfium, box by box.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from documents.originals import Shown, plain, shown

from auditor import readers
from auditor.documents.original import Originals, Others, rendered
from auditor.facts import extract
from auditor.findings import Beside
from auditor.model import Audit, Document, Evidence, Finding, Judged, Report
from auditor.pipeline import Brief, Options, audit, desk, judge_report
from auditor.rulebook import Rulebook

ROOT = Path(__file__).resolve().parents[2]
BLANK = ("", "（空白）")
# Evidence that is nowhere in the text: what the page says of itself, what other reports say.
PLACELESS = re.compile(r"页面标题|其他\d+个\S+|另一版本（.+）")
# A row that is missing: the mark is the head of the table (of a PDF its box) in which it is missing.
MISSING = re.compile(r"缺少“")
FORMATS = (
    "a_utf8.html",
    "b_gb18030_declared_gb2312.html",
    "c_mso_word.html",
    "d_merged.docx",
    "e_stats.xls",
    "e_stats.xlsx",
)
FORMATS_TOO = (
    "f_text.pdf",
    "h_legacy.doc",
    "i_flat.txt",
)  # the scan is looked at where it is read: tests/readers/test_readers_ocr.py


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found of the evidence of some reports: how much, what is wrong, what is a row that is not there, and what goes
    on beyond the paragraph or page in which it begins (a place ends there)."""

    marked: int
    wrong: list[str]
    missing_rows: int
    begun: int
    placeless: list[str]


def from_disk(source: str) -> bytes | None:
    path = ROOT / re.sub(r"#\d+$", "", source)
    return path.read_bytes() if path.is_file() else None


def look(judged: Sequence[Judged], bytes_of: Others, originals: Originals) -> Looked:
    """Renders each report with every piece of its evidence as a finding of its own."""
    marked = missing = begun = 0
    wrong: list[str] = []
    placeless: list[str] = []
    for one in judged:
        evidence = [(finding, each) for finding in one.findings for each in finding.evidence]
        apart = [replace(finding, evidence=(each,)) for finding, each in evidence]
        data = bytes_of(one.report.source)
        found = originals.rendered(one.report, data, apart, others=bytes_of, most=10_000_000)
        assert not found.note, (one.report.source, found.note)
        page = shown(found)
        for number, (finding, each) in enumerate(evidence):
            if each.place is None:
                placeless.append(each.label)
                assert number not in page.findings
                continue
            marked += 1
            missing += bool(MISSING.match(each.text))
            objection = _objection(one.report, data or b"", page, number, each)
            if objection and _begins(each, page, number, data or b""):
                begun += 1
            elif objection:
                wrong.append(f"{one.report.source} {finding.rule} {each}: {objection}")
    return Looked(marked, wrong, missing, begun, placeless)


def _objection(report: Report, data: bytes, page: Shown, number: int, evidence: Evidence) -> str:
    """Why the mark does not hold the evidence, "" where it does."""
    if number not in page.findings:
        return "no mark"
    words, around = _words(page, number, data)
    for raw in _raw(report, evidence):
        if plain(raw) not in plain(words):
            return f"{words!r} does not hold {raw!r}"
    return "" if _holds(evidence, plain(words), plain(around)) else f"marked {words!r} in {around!r}"


def _words(page: Shown, number: int, data: bytes) -> tuple[str, str]:
    """What is marked for a finding, and what stands around it."""
    if number not in page.boxes:
        return page.marked(number), page.around(number)
    (box,) = page.boxes[number]
    return _in_box(data, box.page, box.box), _in_box(data, box.page, (0, 0, 1, 1))


def _begins(evidence: Evidence, page: Shown, number: int, data: bytes) -> bool:
    """Whether an excerpt of a section (五、…：…… ) begins with all that is marked."""
    words = plain(_words(page, number, data)[0])
    text = plain(evidence.text)
    return len(words) > 15 and text.endswith("......") and text.partition(":")[2].startswith(words)


def _raw(report: Report, evidence: Evidence) -> Iterator[str]:
    """The words of the fact or claim at this very place."""
    if evidence.place is not None and not evidence.place.file:
        yield from (fact.raw for fact in report.facts.values() if fact.place == evidence.place)
        yield from (claim.raw for claim in report.claims if claim.place == evidence.place)
        yield from (one.raw for one in report.listings if one.place == evidence.place)


def _holds(evidence: Evidence, words: str, around: str) -> bool:
    label, text = plain(evidence.label), plain(evidence.text)
    if MISSING.match(text) or text == label:  # a table as a whole: its head
        return bool(words)
    text = text.removeprefix(f"{label}:")
    if text in map(plain, BLANK):
        return not words or label in words  # several blanks may stand in one cell of a sheet
    if text in words:
        return True
    return bool(words) and (_lies_in(words, text, around) or _lies_in(words, text.partition(":")[2], around))


def _lies_in(words: str, text: str, around: str) -> bool:
    """Whether the words are a part of the sentence where it stands, or it is the beginning of them (……).

    What is personal may be covered in the evidence: 周××, 369****0038.
    """
    sentence = re.sub(r"(?:\\\*)+", ".+", re.escape(text.removesuffix("......"))).replace("×", ".")
    found = re.search(sentence, around) if text else None
    return found is not None and (words in found[0] or (text.endswith("......") and found[0] in words))


def _in_box(data: bytes, number: int, share: tuple[float, float, float, float]) -> str:
    """What pdfium finds in a box of a page."""
    import pypdfium2 as pdfium

    with closing(pdfium.PdfDocument(data)) as pdf:
        page = pdf[number - 1]
        width, height = page.get_size()
        left, top, right, bottom = share
        text = page.get_textpage()
        found: str = text.get_text_bounded(left * width, (1 - bottom) * height, right * width, (1 - top) * height)
        text.close()
        page.close()
    return found


@pytest.fixture(scope="module")
def originals() -> Iterator[Originals]:
    with Originals() as found:
        yield found


def test_the_fictional_county(county: Audit, originals: Originals) -> None:
    def bytes_of(source: str) -> bytes | None:
        path = Path(source) if Path(source).is_absolute() else ROOT / source
        return path.read_bytes() if path.is_file() else None

    found = look(county.reports, bytes_of, originals)
    assert not found.wrong, "\n".join(found.wrong)
    assert found.marked > 1200
    assert (found.missing_rows, found.begun) == (8, 1)
    assert all(PLACELESS.fullmatch(label) for label in found.placeless)
    assert len(found.placeless) == 10


def test_only_what_has_no_place_has_no_mark(county: Audit, originals: Originals) -> None:
    for one in county.reports:
        data = Path(one.report.source).read_bytes()
        page = shown(originals.rendered(one.report, data, one.findings, others=from_disk))
        placed = {n for n, f in enumerate(one.findings) if any(e.place is not None for e in f.evidence)}
        assert page.findings == placed, one.report.source


def test_the_shared_corpus(shared: Path, book: Rulebook, originals: Originals) -> None:
    def bytes_of(source: str) -> bytes | None:
        return Path(source).read_bytes()

    found = look(audit([shared / "corpus"], book, Options(jobs=1)).reports, bytes_of, originals)
    assert not found.wrong, "\n".join(found.wrong)
    assert found.marked > 150
    assert (found.missing_rows, found.begun, found.placeless) == (2, 1, [])


@pytest.fixture(scope="module")
def judge(book: Rulebook) -> Callable[[str, bytes], Judged]:
    here = desk(book)

    def judged(name: str, data: bytes) -> Judged:
        document = readers.read(name, data)
        assert isinstance(document, Document), document
        return judge_report(here, Brief(extract(document, book.lexicon), Beside()))

    return judged


@pytest.mark.parametrize("name", [*FORMATS, *FORMATS_TOO])
def test_the_sample_in_nine_formats(
    name: str, shared: Path, judge: Callable[[str, bytes], Judged], originals: Originals
) -> None:  # fmt: skip
    data = (shared / "samples" / "yushan" / name).read_bytes()
    found = look([judge(name, data)], lambda _: data, originals)
    assert not found.wrong, "\n".join(found.wrong)
    assert found.marked > 40
    assert (found.missing_rows, found.begun) == (0, 0)
    assert all(PLACELESS.fullmatch(label) for label in found.placeless)


def test_a_report_that_was_changed_since_is_not_marked(county: Audit) -> None:
    one = county.reports[0]
    assert rendered(one.report, b"<p>\xe5\x8f\xa6", one.findings).note.startswith("现有文件与检查时的文件内容不同")
    assert rendered(one.report, None, one.findings).nodes == []


def test_findings_of_one_place_share_its_mark(county: Audit, originals: Originals) -> None:
    one = next(each for each in county.reports if each.report.kind == "html" and each.findings)
    finding: Finding = next(f for f in one.findings if any(e.place is not None for e in f.evidence))
    page = shown(
        originals.rendered(one.report, Path(one.report.source).read_bytes(), [finding, finding], others=from_disk)
    )
    assert page.marked(0) == page.marked(1)
    assert page.findings == {0, 1}
