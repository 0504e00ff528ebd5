"""`auditor facts sheet | import`: cells that could not be read for certain, out to be looked at, and what was typed, in."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

import click

from auditor import readers
from auditor.cli import USAGE, fail
from auditor.cli.ledgers import moment, opened
from auditor.cli.rostering import found as roster_found
from auditor.cli.rulebooks import loaded
from auditor.cli.workplace import earlier, typed_before
from auditor.documents.words import unit_name
from auditor.factsheet.pictures import View, Views
from auditor.factsheet.rows import Row, rows
from auditor.factsheet.sheet import Entry, SheetError, read_sheet
from auditor.factsheet.workbook import NAME, render
from auditor.ledger import LedgerError
from auditor.ledger.contents import documents
from auditor.ledger.ledger import Ledger
from auditor.ledger.reading import chosen, runs
from auditor.ledger.remembering import typed_facts
from auditor.ledger.typed import enter, known_documents, last_reports
from auditor.model import Judged, LedgerStamp
from auditor.pipeline import Options, audit, handed_before, handed_in
from auditor.quarters.naming import unit_of
from auditor.quarters.nouns import RunCard
from auditor.quarters.typed import typed_of
from auditor.readers import Source
from auditor.rulebook import Rulebook

_MOST_NAMES = 99


# --- out ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Gathered:
    """The lines of a sheet, and the bytes of the documents by their SHA-256."""

    rows: tuple[Row, ...]
    data: Mapping[str, bytes] = field(default_factory=dict)
    title: str = ""
    stamp: LedgerStamp | None = None


def sheet(given: Sequence[str], units: Sequence[str], folders: Sequence[Path], everything: bool, as_json: bool) -> int:
    """Writes the sheet; the exit code. `given`: a run or a path, then the file, each may be missing."""
    word, out = _split(given)
    book = loaded(folders)
    path = Path(word) if word else None
    if path is not None and path.exists():
        gathered = _of_path(path, book, units, everything)
    else:
        gathered = _of_ledger(word, book, units, everything)
    if not gathered.rows:
        _tell_nothing(everything, as_json)
        return 0
    written = _write(out, render(gathered.rows, _views(gathered), gathered.title, stamp=gathered.stamp))
    _tell(gathered.rows, written, as_json)
    return 0


def _split(given: Sequence[str]) -> tuple[str, Path]:
    """The run or path, and the file to write."""
    if len(given) > 2:
        fail(USAGE, "最多写两个：批次（或者报告的路径），录入单的文件名")
    is_file = bool(given) and given[-1].lower().endswith(".xlsx")
    if len(given) == 2 and not is_file:
        fail(USAGE, f"录入单的文件名“{given[1]}”应以 .xlsx 结尾")
    if is_file:
        return "".join(given[:-1]), Path(given[-1])
    return "".join(given), Path(NAME)


def _of_path(path: Path, book: Rulebook, units: Sequence[str], everything: bool) -> _Gathered:
    """The cells of reports that are audited now; what was typed before is known from the ledger, where there is one."""
    from auditor.cli.terminal import Bar

    known = typed_before()
    options = Options(previous=earlier((path,), ()), roster=roster_found(None, (path,)), typed=known)
    sources = handed_in((path,), options)
    options = replace(options, previous=tuple(handed_before(options)))
    with Bar() as bar:
        done = audit(sources, book, options, bar.tell)
    for item in done.unread:
        click.echo(f"{item.source}：{item.reason}", err=True)
    every = [source for source in sources if isinstance(source, Source)]
    data = {source.name: read for source in every if isinstance(read := readers.load(source), bytes)}
    files = {name: hashlib.sha256(read).hexdigest() for name, read in data.items()}
    reports = [(judged, files) for judged in _wanted(done.reports, units)]
    found = rows(reports, book.lexicon.forms, known, everything=everything)
    return _Gathered(found, {files[name]: read for name, read in data.items()})


def _of_ledger(word: str, book: Rulebook, units: Sequence[str], everything: bool) -> _Gathered:
    """The cells of reports that the ledger holds; of several runs of a quarter the last record of each unit and year."""
    with opened() as ledger:
        try:
            cards = chosen(ledger, word) if word else _last(ledger)
        except LedgerError as error:
            words = f"{error}" if not word else f"没有“{word}”这个文件或文件夹；{error}"
            fail(USAGE, words)
        typed = typed_facts(ledger)
        notes = {(one.document, one.fact): one.note for one in typed}
        reports = _reports(ledger, cards, units)
        found = rows(reports, book.lexicon.forms, typed_of(typed), everything=everything)
        found = tuple(replace(row, note=notes.get((row.key, row.fact), "")) for row in found)
        quarter = cards[-1].quarter
        return _Gathered(
            found, documents(ledger, {row.sha256 for row in found}), f"（{quarter}）" if quarter else "", ledger.stamp
        )


def _last(ledger: Ledger) -> tuple[RunCard, ...]:
    """The runs of the last quarter, else the last run."""
    every = runs(ledger)
    if not every:
        fail(USAGE, f"台账“{ledger.path}”里还没有批次，先审核一次：auditor audit")
    quarter = every[-1].quarter
    return tuple(card for card in every if card.quarter == quarter) if quarter else every[-1:]


def _reports(ledger: Ledger, cards: Sequence[RunCard], units: Sequence[str]) -> list[tuple[Judged, Mapping[str, str]]]:
    every = last_reports(ledger, cards)
    wanted = {id(judged) for judged in _wanted([judged for judged, _ in every], units)}
    return [pair for pair in every if id(pair[0]) in wanted]


def _wanted(reports: Sequence[Judged], units: Sequence[str]) -> list[Judged]:
    """The reports of the units that were named; a part of the name is enough. Ends with 2 for a unit that is not there."""
    if not units:
        return list(reports)
    names = {id(judged): (unit_of(judged.report), unit_name(judged)) for judged in reports}
    for unit in units:
        if not any(unit in name for both in names.values() for name in both):
            fail(USAGE, f"没有单位“{unit}”的报告")
    return [judged for judged in reports if any(unit in name for unit in units for name in names[id(judged)])]


def _views(gathered: _Gathered) -> list[View]:
    """What the cells look like, document by document."""
    from auditor.cli.terminal import Bar

    groups = [list(group) for _, group in groupby(gathered.rows, key=lambda row: (row.sha256, row.source))]
    out: list[View] = []
    with Views() as views, Bar() as bar:
        for done, group in enumerate(groups, 1):
            places = [row.place for row in group]
            out += views.of(group[0].source, gathered.data.get(group[0].sha256), places)
            bar.tell("取图", done, len(groups), 0)
    return out


def _write(path: Path, content: bytes) -> Path:
    """The content under that name, or the next one that is free: a sheet that was filled in is never overwritten."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for candidate in _candidates(path):
            if not candidate.exists():
                candidate.write_bytes(content)
                return candidate
            if candidate.is_file() and candidate.read_bytes() == content:
                return candidate
    except OSError as error:
        fail(USAGE, f"不能写入“{path}”（{error.strerror or '系统拒绝写入'}）")
    fail(USAGE, f"“{path}”和备用文件名均已占用，请换一个文件名")


def _candidates(path: Path) -> Iterator[Path]:
    yield path
    for number in range(2, _MOST_NAMES + 1):
        yield path.with_name(f"{path.stem}（{number}）{path.suffix}")


def _tell_nothing(everything: bool, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"file": None, "cells": 0, "documents": 0}))
    else:
        click.echo("没有需要人工核对的数据。" + ("" if everything else "（已经录入过的，加 --all 可以再列出）"))


def _tell(found: Sequence[Row], written: Path, as_json: bool) -> None:
    files = len({row.key for row in found})
    if as_json:
        said = {"file": written.as_posix(), "cells": len(found), "documents": files}
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    click.echo(f"存疑数据 {len(found)} 项（{files} 个文件），写入 {written}")
    click.echo(f"对照图片填写橙色表头的五栏，然后导入：auditor facts import {_quoted(written)} --by 姓名")


def _quoted(path: Path) -> str:
    return f'"{path}"' if re.search(r"\s", str(path)) else str(path)


# --- in ----------------------------------------------------------------------------------------------


def take(paths: Sequence[Path], by: str, change: bool, folders: Sequence[Path], as_json: bool) -> int:
    """Enters what was typed, all or none; the exit code."""
    if not paths:
        fail(USAGE, "请写明填好的录入单，例如：auditor facts import 数据录入单.xlsx --by 张三")
    forms = loaded(folders).lexicon.forms
    at = moment()
    entries: list[Entry] = []
    mistakes: list[str] = []
    for path in paths:
        try:
            read = read_sheet(path, forms, by.strip(), at.date())
        except SheetError as error:
            mistakes += error.mistakes
            continue
        entries += read.entries
        mistakes += read.mistakes
    if mistakes:
        _refuse(mistakes, "处要改，一项也没有录入；改好后重新导入")
    if not entries:
        fail(USAGE, "录入单里没有填写任何一项（填“状态”“录入值”两栏）")
    with opened() as ledger:
        known = known_documents(ledger, {entry.key.partition("#")[0] for entry in entries})
        found = enter(ledger, entries, at, change=change)
    if found.mistakes:
        _refuse(found.mistakes, "处要改，一项也没有录入；改好后重新导入")
    if found.conflicts:
        _refuse(found.conflicts, "项与以前录入的不同，一项也没有录入；确实要改的，加 --change 重新导入")
    new, changed = len(found.new), len(found.changed)
    if as_json:
        click.echo(json.dumps({"entered": new, "changed": changed, "known": found.known}))
        return 0
    click.echo(
        f"录入 {new} 项" + (f"（其中更改 {changed} 项）" if changed else "") + f"，与以前相同 {found.known} 项。"
    )
    strangers = len({entry.key.partition("#")[0] for entry in found.new} - known)
    if strangers:
        click.echo(f"其中 {strangers} 个文件台账里还没有，审核到同一个文件时采用。")
    if new:
        click.echo("重新审核后采用：auditor audit 报告文件夹，结果中注明“人工录入”。")
    return 0


def _refuse(mistakes: Sequence[str], words: str) -> None:
    for mistake in mistakes:
        click.echo(mistake, err=True)
    fail(USAGE, f"录入单有 {len(mistakes)} {words}")
