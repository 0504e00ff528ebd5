"""A stored run made again from what the ledger holds: the same audit, field for field and byte for byte."""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from checklist_filling import filled
from sqlalchemy import update

from auditor.checklist.sheet import read_checklists
from auditor.checklist.workbook import render as checklist
from auditor.documents.json_text import dumps
from auditor.ledger import LedgerError, tables
from auditor.ledger import open as open_ledger
from auditor.ledger.handed import bare, handed_anew, handed_to
from auditor.ledger.reading import runs, stored, texts_of
from auditor.ledger.recording import Handed, record
from auditor.model import CHINA, Audit, State, Typed
from auditor.pipeline import Options, audit, handed_before, handed_in
from auditor.roster.sheet import read_roster
from auditor.rulebook import Rulebook, build
from auditor.typed import may_be_typed

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ROOT / "reports"
AT = dt.datetime(2026, 4, 8, 9, tzinfo=CHINA)
Beside = tuple[str, str, bytes]


@dataclass(frozen=True)
class Story:
    """What is handed to a run."""

    paths: Sequence[Path]
    options: Options
    beside: Sequence[Beside] = field(default_factory=tuple)


def with_roster(folder: Path, _: Rulebook) -> Story:
    """A folder with its roster, two copies of one report, a collection, files that are no reports; years are asked for."""
    place = folder / "年报"
    (place / "2024年度").mkdir(parents=True)
    for name in ("松涧镇年报（县政府门户转载）.html", "澄湖县松涧镇人民政府2024年政府信息公开工作年度报告.html"):
        shutil.copy(REPORTS / "2024年度" / name, place / "2024年度")
    shutil.copy(REPORTS / "2025年度" / "县财政局2025年年报及附表.xlsx", place)
    one, other = sorted((REPORTS / "2017年度").glob("*.html"))[:2]
    (place / "汇编.html").write_bytes(one.read_bytes() + other.read_bytes())
    (place / "坏.pdf").write_bytes(b"%PDF-1.4\nnothing more")
    (place / "空.html").write_bytes(b"")
    shutil.copy(REPORTS / "名册.xlsx", place)
    roster = read_roster(place / "名册.xlsx")
    beside = ("roster", roster.source, (place / "名册.xlsx").read_bytes())
    return Story([place, folder / "不存在"], Options("2026Q1", roster=roster, years=(2025,)), [beside])


def in_a_zip(folder: Path, _: Rulebook) -> Story:
    """A ZIP with folders, one of its members of a name that may not be opened, and a ZIP within."""
    inner = folder / "inner.zip"
    with zipfile.ZipFile(inner, "w") as file:
        file.write(sorted((REPORTS / "2016年度").glob("*.html"))[0], "内层/一.html")
    place = folder / "全部.zip"
    with zipfile.ZipFile(place, "w") as file:
        for number, path in enumerate(sorted((REPORTS / "2016年度").glob("*.html"))):
            file.write(path, f"甲/{number}/{path.name}")
        file.write(inner, "乙/里面.zip")
        file.writestr("../外面.html", "<p>no</p>")
    return Story([place], Options())


def with_previous(folder: Path, _: Rulebook) -> Story:
    """One report, and that of the year before as evidence."""
    for year in (2024, 2025):
        (folder / str(year)).mkdir()
        name = f"澄湖县松涧镇人民政府{year}年政府信息公开工作年度报告.html"
        shutil.copy(REPORTS / f"{year}年度" / name, folder / str(year))
    return Story([folder / "2025"], Options("2026Q1", previous=(folder / "2024",)))


def with_checklists(folder: Path, book: Rulebook) -> Story:
    """A checklist that was named, and one that was found and speaks of a report that is not in the run, too."""
    place = folder / "年报"
    place.mkdir()
    for path in sorted((REPORTS / "2017年度").glob("*.html"))[:2]:
        shutil.copy(path, place)
    list_ = checklist(audit([place], book, Options(at=AT)))
    said = {1: {"结论": "不符合", "情况说明": "打不开", "核验人": "李某", "核验日期": dt.date(2026, 4, 7)}}
    (folder / "一.xlsx").write_bytes(filled(list_, said))
    other = {2: {"结论": "符合", "核验人": "李某"}, 3: {"结论": "符合", "核验人": "李某", "单位": "澄湖县别处镇"}}
    (folder / "二.xlsx").write_bytes(filled(list_, other))
    lists = read_checklists([folder / "一.xlsx"], [folder / "二.xlsx"])
    roles = (("checklist", "一.xlsx"), ("checklist_found", "二.xlsx"))
    beside = [(role, (folder / name).as_posix(), (folder / name).read_bytes()) for role, name in roles]
    return Story([place], Options(attested=lists), beside)


def with_typed(folder: Path, book: Rulebook) -> Story:
    """Flat text, of which nobody can be certain which line is which cell, with cells that a person typed."""
    path = folder / "湖滨街道.txt"
    path.write_bytes((REPORTS / "2024年度" / "湖滨街道办事处2024年年报.txt").read_bytes())
    (judged,) = audit([path], book, Options(at=AT)).reports
    first, second = [f.id for f in judged.report.facts.values() if may_be_typed(f)][:2]
    day = dt.date(2026, 4, 7)
    typed = {
        judged.report.sha256: {
            first: Typed(State.NUMBER, 40, "４０", "张三", day),
            second: Typed(State.UNREADABLE, None, "", "张三", day),
        },
        "0" * 64: {first: Typed(State.NUMBER, 1, "1", "张三", day)},
    }
    return Story([path], Options(typed=typed))


STORIES: Sequence[Callable[[Path, Rulebook], Story]] = (
    with_roster,
    in_a_zip,
    with_previous,
    with_checklists,
    with_typed,
)


@pytest.fixture(scope="module", params=STORIES, ids=lambda story: story.__name__)
def kept(
    request: pytest.FixtureRequest, book: Rulebook, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Audit, Path]:
    """The audit as it came out of the pipeline, and the ledger it was written to; its files are gone."""
    folder = tmp_path_factory.mktemp("handed")
    place = folder / "handed in"
    place.mkdir()
    story: Story = request.param(place, book)
    options = replace(story.options, at=AT, jobs=1)
    sources, before = handed_in(story.paths, options), handed_before(options)
    options = replace(options, previous=tuple(before))
    done = audit(sources, book, options)
    with open_ledger(folder / "ledger.sqlite", create=True) as ledger:
        handed = Handed(sources, before, story.beside, options.years, options.typed)
        record(ledger, done, handed, book.texts, AT, options.roster)
    shutil.rmtree(place)
    return done, folder / "ledger.sqlite"


def test_a_run_is_made_again_from_the_ledger_alone(kept: tuple[Audit, Path], tmp_path: Path) -> None:
    done, path = kept
    with open_ledger(path) as ledger:
        (card,) = runs(ledger)
        written = bare(stored(ledger, card))
        texts = texts_of(ledger, card)
        assert texts is not None
        sources, options = handed_anew(ledger, card, tmp_path)
        again = audit(sources, build(texts), replace(options, jobs=1))
    assert again == written == done
    assert dumps(again).encode() == dumps(written).encode()
    assert again.run.id == card.id == done.run.id


def test_the_stories_hold_what_they_tell(kept: tuple[Audit, Path], request: pytest.FixtureRequest) -> None:
    """Each of them does reach what it is about, so that equality means something."""
    done, _ = kept
    facts = [fact for judged in done.reports for fact in judged.report.facts.values()]
    told = {
        "with_roster": lambda: (
            {one.source.rpartition("/")[2] for one in done.unread} == {"坏.pdf", "空.html", "不存在"}
            and any(judged.report.filing and judged.report.filing.versions for judged in done.reports)
            and sum(judged.report.source.endswith(("汇编.html", "汇编.html#2")) for judged in done.reports) == 2
            and done.completeness is not None
            and any(count.checked for count in done.completeness.years)
        ),
        "in_a_zip": lambda: len(done.unread) == 1 and any("乙/里面.zip!/" in j.report.source for j in done.reports),
        "with_previous": lambda: [report.profile.year for report in done.before] == [2024],
        "with_checklists": lambda: (
            any(judged.attested for judged in done.reports) and any("未使用" in note for note in done.run.notes)
        ),
        "with_typed": lambda: [f.state for f in facts if f.typed is not None] == [State.NUMBER, State.UNREADABLE],
    }
    assert told[request.node.callspec.id]()


def test_a_run_whose_files_are_not_all_there_is_refused(book: Rulebook, tmp_path: Path) -> None:
    path = sorted((REPORTS / "2016年度").glob("*.html"))[0]
    options = Options(at=AT, jobs=1)
    sources = handed_in([path], options)
    done = audit(sources, book, options)
    with open_ledger(tmp_path / "ledger.sqlite", create=True) as ledger:
        record(ledger, done, Handed(sources), book.texts, AT)
        with ledger._engine.connect().execution_options(auditor_write=True) as connection, connection.begin():
            connection.execute(update(tables.document).values(sha256="0" * 64))
        (card,) = runs(ledger)
        with pytest.raises(LedgerError, match="不全"):
            handed_to(ledger, card)


def test_bare_takes_off_what_a_ledger_adds(kept: tuple[Audit, Path]) -> None:
    done, path = kept
    with open_ledger(path) as ledger:
        (card,) = runs(ledger)
        written = stored(ledger, card)
    assert written.ledger is not None and all(f.number for judged in written.reports for f in judged.findings)
    assert bare(written) == done != written
