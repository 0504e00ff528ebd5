"""`auditor documents`: a stored run or quarter -> all its papers in a folder, one folder within for each unit, and a ZIP for sending.

Folder    audits/季度/文书: papers of the county at the top, those of a unit in the folder of its short name; a paper that a person
          changed is never overwritten (`documents.keeping`)
Told      what was made for how many, what is a draft, what was not made and why, what lies there from before
Entered   文号, 成文日期 and the like only as they are typed, nothing defaults to today
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from auditor.cli import USAGE, fail
from auditor.cli.deciding import latest_word, unit_named
from auditor.cli.grid import Grid
from auditor.cli.ledgers import moment, opened
from auditor.cli.mending import quarter_word, terms
from auditor.cli.terminal import console
from auditor.cli.workplace import current
from auditor.documents import kinds, pdf, sending
from auditor.documents.json_text import Json, write_text
from auditor.documents.keeping import Folder, Written
from auditor.documents.matter import Entered, Made, Matter
from auditor.documents.particulars import undecided
from auditor.documents.stationery import HOME, PHRASES, Stationery, StationeryError, stationery
from auditor.documents.tally import Addressee
from auditor.ledger import Ledger
from auditor.ledger.laying import units_of
from auditor.ledger.papers import matter_of
from auditor.ledger.remembering import remembered
from auditor.quarters.mending import ORDER
from auditor.workfolder import AUDITS

FOLDER, ZIP = "文书", "送达材料.zip"
NUMBERED = ("通报", "通知", "反馈函")
NOTICE_FORM = "通知书"
_DRAFTS, _UNIT_DRAFTS = ("通报", "统计"), ("通知", "建议表", "评分表")
_LOT, _MOST_PDF, _MOST_NAMED = 50, 100, 6


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed: which run, which kinds of which units, whence the templates, whither, what a person enters."""

    word: str | None
    kinds: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    templates: Path | None = None
    out: Path | None = None
    zip: bool = False
    pdf: bool = False
    notice_form: bool = False
    entered: Entered = field(default_factory=Entered)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that was made: of which kind, whose ("" of the whole run), its name within the folder, whether it is a draft, what
    became of it."""

    kind: str
    unit: str
    name: str
    draft: bool
    written: Written


@dataclass(slots=True)
class _Done:
    """Everything that came of a command; `old` are papers that lie there from before and were not made this time,
    `held` drafts that are kept out of the ZIP, `sent` the units that have a folder in it."""

    papers: list[Paper] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    zip: Written | None = None
    old: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    sent: int = 0

    @property
    def failed(self) -> bool:
        """Whether something could not be written."""
        written = [paper.written for paper in self.papers] + ([self.zip] if self.zip is not None else [])
        return any(one.path is None for one in written)


def run(asked: Asked, as_json: bool) -> int:
    """Makes them; the exit code."""
    chosen = tuple(name for name in kinds.KINDS if not asked.kinds or name in asked.kinds)
    _check(asked, chosen)
    words = _stationery(asked.templates)
    with opened() as ledger:
        matter = _matter(ledger, asked, words)
        folder = asked.out or _home(quarter_word(ledger, asked.word))
        try:
            done = _Making(matter, asked, chosen, folder).done()
        except StationeryError as error:
            fail(USAGE, str(error))
    if as_json:
        click.echo(write_text(_json(matter, folder, chosen, done)), nl=False)
    else:
        _show(matter, folder, chosen, done)
    return USAGE if done.failed else 0


def templates(folder: Path) -> int:
    """Our templates and phrases into a folder, for the county to change; what is there already is not touched. The exit code."""
    new: list[str] = []
    old: list[str] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted((*HOME.glob("*.docx"), HOME / PHRASES)):
            target = folder / path.name
            (old if target.exists() else new).append(path.name)
            if not target.exists():
                target.write_bytes(path.read_bytes())
    except OSError as error:
        fail(USAGE, f"不能写入“{folder}”：{error.strerror or '系统拒绝写入'}")
    if new:
        click.echo(f"已写到 {folder}：{'、'.join(new)}。只留要改的，没有的用随程序的。")
    if old:
        click.echo(f"已经有的没有改动：{'、'.join(old)}。")
    return 0


def _check(asked: Asked, chosen: Sequence[str]) -> None:
    """Ends with 2 where one 文号 would stand on papers of several kinds."""
    numbered = [name for name in NUMBERED if name in chosen]
    if asked.entered.number and len(numbered) != 1:
        several = f"本次要生成{'、'.join(numbered)}" if numbered else "所选的文书都没有文号"
        fail(USAGE, f"--number 写的是一种文书的文号，{several}；请用 --kind 选定{'、'.join(NUMBERED)}中的一种")


def _stationery(folder: Path | None) -> Stationery:
    """Ours under the county's; ends with 2 where the county's cannot be used."""
    work = current()
    if folder is not None and not folder.is_dir():
        fail(USAGE, f"没有模板文件夹“{folder}”")
    own = folder if folder is not None else work.templates if work is not None else None
    try:
        return stationery(own if own is not None and own.is_dir() else None)
    except StationeryError as error:
        fail(USAGE, str(error))


def _matter(ledger: Ledger, asked: Asked, words: Stationery) -> Matter:
    """What the papers are made of; ends with 2 for a unit that is not known."""
    mine, _ = terms()
    units = None
    if asked.units:
        known, memory = units_of(ledger), remembered(ledger)
        units = {unit_named(unit, known, memory) for unit in asked.units}
    options = {NOTICE_FORM: "1"} if asked.notice_form else {}
    word = asked.word or latest_word(ledger)
    matter = matter_of(ledger, word, moment().date(), mine, words, asked.entered, units, options)
    for unit in sorted(units or ()):
        if matter.tally.addressee(unit) is None:
            fail(USAGE, f"{word} 中没有“{unit}”的报告，也没有它未报的记录")
    return matter


def _home(quarter: str) -> Path:
    work = current()
    return (work.audits if work is not None else Path(AUDITS)) / quarter / FOLDER


# --- making ----------------------------------------------------------------------------------------


class _Making:
    """The papers of one command, made and written one after another; only what goes into the ZIP is held."""

    def __init__(self, matter: Matter, asked: Asked, chosen: Sequence[str], folder: Path) -> None:
        self._matter, self._asked, self._chosen = matter, asked, chosen
        self._folder, self._done = folder, _Done()
        every = matter.tally.addressees
        shorts = sending.distinct(one.short or one.unit for one in every)
        self._homes = {one.unit: home for one, home in zip(every, shorts, strict=True)}
        self._of = {one.unit: one for one in every}
        self._sent: dict[str, bytes] = {}
        self._waiting: dict[str, tuple[kinds.Kind, Made]] = {}
        self._taken: set[str] = set()

    def done(self) -> _Done:
        """Makes all of them."""
        with Folder(self._folder, _LOT) as place:
            if (stopped := place.stopped()) is not None:
                fail(USAGE, stopped)
            for name in self._chosen:
                self._kind(place, kinds.KINDS[name])
            self._convert(place)
            self._packed(place)
            self._told(place)
        return self._done

    def _kind(self, place: Folder, kind: kinds.Kind) -> None:
        for made in kinds.made(self._matter, [kind.name]):
            name = self._name(made.unit, made.name)
            self._keep(place, kind, made.unit, name, made.data)
            if self._asked.pdf:
                self._waiting[name] = kind, made
            if len(self._waiting) >= _MOST_PDF:
                self._convert(place)

    def _name(self, unit: str, name: str) -> str:
        """The name within the folder, told apart from the others."""
        within = f"{self._homes[unit]}/" if unit else ""
        stem, dot, ending = sending.safe(name).rpartition(".")
        made, number = f"{within}{stem}{dot}{ending}", 1
        while made.casefold() in self._taken:
            number += 1
            made = f"{within}{stem}（{number}）{dot}{ending}"
        self._taken.add(made.casefold())
        return made

    def _keep(self, place: Folder, kind: kinds.Kind, unit: str, name: str, data: bytes) -> None:
        written = place.keep(name, data, kind.name)
        self._done.papers.append(Paper(kind.name, unit, name, self._is_draft(kind.name, unit), written))
        if written.note:
            self._done.notes.append(written.note)
        if self._asked.zip and kind.sent and unit:
            if self._done.papers[-1].draft:
                self._done.held.append(name)
            else:
                self._sent[name] = data

    def _convert(self, place: Folder) -> None:
        """PDFs of the papers that wait, beside them."""
        waiting, self._waiting = self._waiting, {}
        for name, data in pdf.converted({name: made.data for name, (_, made) in waiting.items()}).items():
            kind, made = waiting[name]
            if isinstance(data, bytes):
                self._keep(place, kind, made.unit, self._name(made.unit, f"{Path(name).stem}.pdf"), data)
            else:
                self._done.notes.append(f"{name}：{data}。")

    def _is_draft(self, kind: str, unit: str) -> bool:
        """Whether the paper bears a draft mark: nothing of it may be signed yet."""
        if kind in _DRAFTS:
            return self._matter.tally.is_draft
        if kind not in _UNIT_DRAFTS or (kind == "通知" and self._matter.letter(unit, ORDER) is not None):
            return False
        return undecided(self._of[unit]) > 0

    def _packed(self, place: Folder) -> None:
        """The ZIP for sending: what units are sent, each in its folder."""
        if not self._asked.zip:
            return
        if not self._sent:
            why = "发给单位的都是草稿" if self._done.held else "没有要送达单位的文书"
            self._done.notes.append(f"{why}，没有生成{ZIP}。")
            return
        ordered = sorted(self._sent.items())
        self._done.sent = len({name.partition("/")[0] for name in self._sent})
        self._done.zip = place.keep(ZIP, sending.zipped(ordered))
        if self._done.zip.note:
            self._done.notes.append(self._done.zip.note)
        if changed := [p.name for p in self._done.papers if p.written.note and p.name in self._sent]:
            self._done.notes.append(f"{ZIP}里放的是本次生成的文书，不是改动后的：{_named(changed)}。")

    def _told(self, place: Folder) -> None:
        """What lies there from before, where everything was made anew."""
        if self._asked.units or self._asked.kinds:
            return
        now = {p.written.path for p in self._done.papers} | ({self._done.zip.path} if self._done.zip else set())
        self._done.old = [name for name in place.names if self._folder / name not in now and name != ZIP]


def _named(names: Sequence[str]) -> str:
    more = f"等 {len(names)} 个" if len(names) > _MOST_NAMED else ""
    return "、".join(names[:_MOST_NAMED]) + more


# --- what is shown ---------------------------------------------------------------------------------

_REASONS: Mapping[str, str] = {
    "反馈函": "没有待核实的疑似问题",
    "反馈表": "没有要整改或者核实的问题",
    "建议表": "没有能推算出应填数的单元格",
    "评分表": "没有报告，没有得分",
    "核查单": "没有要核查的问题",
    "网页": "没有报告",
}


def _why_not(kind: str, one: Addressee) -> str:
    """Why a unit has no paper of that kind."""
    if kind == "通知":
        return "只有疑似问题，先发反馈函核实" if one.doubts else "没有查实的问题"
    return _REASONS.get(kind, "没有要写的内容")


def _not_made(matter: Matter, chosen: Sequence[str], done: _Done) -> Iterator[tuple[str, str, str]]:
    """(kind, unit, why) of what a unit has none of."""
    made = {(paper.kind, paper.unit) for paper in done.papers}
    for kind in chosen:
        if kinds.KINDS[kind].each:
            for one in matter.addressees:
                if (kind, one.unit) not in made:
                    yield kind, one.unit, _why_not(kind, one)


def _show(matter: Matter, folder: Path, chosen: Sequence[str], done: _Done) -> None:
    tally = matter.tally
    table = Grid("文书", "份数", "单位", "草稿", "说明", right=("份数", "单位", "草稿"))
    reasons = Counter((kind, why) for kind, _, why in _not_made(matter, chosen, done))
    for kind in chosen:
        mine = [paper for paper in done.papers if paper.kind == kind]
        drafts = sum(paper.draft for paper in mine)
        units = len({paper.unit for paper in mine if paper.unit})
        why = "；".join(f"{count} 个单位{said}" for (of, said), count in reasons.items() if of == kind)
        table.add_row(kind, str(len(mine)), str(units or ""), str(drafts or ""), why)
    console().print(table)
    if drafts := sum(paper.draft for paper in done.papers):
        click.echo(
            f"还有 {tally.undecided} 个问题没有认定，{drafts} 份文书是草稿，不得印发（auditor todo 列出没有认定的）。"
        )
    if done.papers:
        click.echo(f"文书在 {folder}：全县的在最上层，各单位的在以单位简称命名的文件夹里。")
    if done.zip is not None and done.zip.path is not None:
        click.echo(f"送达材料：{done.zip.path}（{done.sent} 个单位，各一个文件夹，只有发给该单位的文书）。")
    if done.held:
        click.echo(f"有 {len(done.held)} 份草稿没有放进送达材料，认定以后重新生成。")
    for note in dict.fromkeys(done.notes):
        click.echo(note, err=True)
    if done.old:
        click.echo(f"以前生成、本次不再生成的文书还在文件夹里，请核对后删除：{_named(done.old)}。", err=True)


def _json(matter: Matter, folder: Path, chosen: Sequence[str], done: _Done) -> dict[str, Json]:
    tally = matter.tally
    papers: list[Json] = [
        {
            "kind": paper.kind,
            "unit": paper.unit or None,
            "path": str(paper.written.path) if paper.written.path is not None else None,
            "draft": paper.draft,
            "note": paper.written.note or None,
        }
        for paper in done.papers
    ]
    return {
        "run": tally.audit.run.id,
        "quarter": tally.audit.run.quarter,
        "day": tally.day.isoformat() if tally.day else None,
        "folder": str(folder),
        "undecided": int(tally.undecided),
        "papers": papers,
        "not_made": [
            {"kind": kind, "unit": unit, "reason": why} for kind, unit, why in _not_made(matter, chosen, done)
        ],
        "zip": str(done.zip.path) if done.zip is not None and done.zip.path is not None else None,
        "held_back": list(done.held),
        "from_before": list(done.old),
        "notes": list(dict.fromkeys(done.notes)),
    }
