"""`auditor ledger import 旧台账.xlsx`: a ledger kept by hand, shown as it is understood, then entered as 历史问题."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from auditor.cli import USAGE, fail
from auditor.cli.grid import Grid
from auditor.cli.ledgers import moment, opened, where
from auditor.cli.rostering import found as roster_of
from auditor.cli.rulebooks import loaded
from auditor.cli.terminal import console
from auditor.documents.json_text import Json, write_text
from auditor.ledger import Ledger
from auditor.ledger.earlier import bring_in, new_to
from auditor.ledger.laying import units_of
from auditor.ledger.reading import names
from auditor.ledger.seal import sha256
from auditor.oldledger.fields import MappingError, Wish, wish_of
from auditor.oldledger.matching import Known, KnownRule, Sorted, match
from auditor.oldledger.nouns import OldSheet
from auditor.oldledger.reading import OldLedgerError, read
from auditor.quarters.nouns import OldFinding
from auditor.roster import Roster
from auditor.roster.matching import Matcher
from auditor.roster.unit import FormerName, Unit
from auditor.rulebook import Rulebook

_QUARTER = re.compile(r"20\d{2}Q[1-4]")
_FIRST_ROWS, _MOST_LISTED = 5, 40
_YEARS = range(2008, 2101)


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed: quarter, year of all rows, wishes for columns, sheets, roster; whether to enter, and what nobody owns too."""

    quarter: str
    year: int | None = None
    maps: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    roster: Path | None = None
    yes: bool = False
    unmatched: bool = False


def run(path: Path, given: Given, *, as_json: bool) -> int:
    """Shows what a workbook holds, and enters it where `yes`; the exit code."""
    quarter = given.quarter.upper()
    if not _QUARTER.fullmatch(quarter):
        fail(USAGE, f"季度“{given.quarter}”有误，应写作 2025Q4")
    data = _bytes(path)
    sheets = _sheets(path, data, given)
    with _ledger(given) as ledger:
        known = _known(ledger, given, quarter, f"{path.name}（{sha256(data)[:12]}）")
        found = match((row for sheet in sheets for row in sheet.rows), known)
        kept = _kept(found, unmatched=given.unmatched)
        entered, entry = _entered(ledger, kept, data, f"“{path.name}”（{sha256(data)[:12]}），{quarter}", given)
    if as_json:
        click.echo(write_text(_json(path, quarter, sheets, found, kept, entered, entry)), nl=False)
    else:
        _show(path, sheets, found, kept, entered, entry, given)
    return 0


@contextlib.contextmanager
def _ledger(given: Given) -> Iterator[Ledger | None]:
    """The ledger; None where there is none yet and nothing is to be entered."""
    if not given.yes and not where().exists():
        yield None
        return
    with opened(create=given.yes) as ledger:
        yield ledger


def _entered(
    ledger: Ledger | None, kept: Sequence[OldFinding], data: bytes, source: str, given: Given
) -> tuple[Sequence[OldFinding], int | None]:
    """What is new, and the entry with which it was entered, where it was."""
    if ledger is None:
        return kept, None
    if not given.yes:
        return new_to(ledger, kept), None
    entered = bring_in(ledger, kept, data, source, moment())
    return entered, ledger.stamp.entries if entered else None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        fail(USAGE, f"“{path}”打不开，请核对路径；正在 Excel 中打开的，请先关闭")


def _sheets(path: Path, data: bytes, given: Given) -> tuple[OldSheet, ...]:
    try:
        return read(path.name, data, given.sheets, _wishes(given.maps))
    except OldLedgerError as error:
        for mistake in error.mistakes:
            click.echo(mistake, err=True)
        fail(USAGE, f"“{path.name}”有 {len(error.mistakes)} 处不能确定，什么也没有导入")


def _wishes(maps: Sequence[str]) -> tuple[Wish, ...]:
    out: list[Wish] = []
    mistakes: list[str] = []
    for text in maps:
        try:
            out.append(wish_of(text))
        except MappingError as error:
            mistakes += error.mistakes
    if mistakes:
        fail(USAGE, "\n".join(mistakes))
    return tuple(out)


# --- what rows are matched with --------------------------------------------------------------------


def _known(ledger: Ledger | None, given: Given, quarter: str, source: str) -> Known:
    units = _units(ledger, roster_of(given.roster, ()))
    named = tuple(dict.fromkeys(name for unit in units for name in (unit.name, *unit.short)))
    matcher = Matcher(Roster("", "", tuple(units)))
    return Known(matcher, rules_of(loaded()), quarter, source, given.year, named)


def _units(ledger: Ledger | None, roster: Roster | None) -> list[Unit]:
    """The units of the roster, then those that only the ledger knows, with their former names."""
    units = list(roster.units) if roster is not None else []
    if ledger is None:
        return units
    there = {unit.name for unit in units}
    former: dict[str, list[FormerName]] = {}
    for before, now in names(ledger).items():
        former.setdefault(now, []).append(FormerName(before))
    for name, short in units_of(ledger).items():
        if name not in there and not name.startswith("未识别单位"):
            units.append(Unit(name, "", (short,) if short != name else (), tuple(former.get(name, ()))))
    return units


def rules_of(book: Rulebook) -> tuple[KnownRule, ...]:
    """The rules and patterns by which rows may be called, each with the years it speaks of."""
    letters = {year: form.letter for year in _YEARS if (form := book.form_of_year(year)) is not None}
    out = []
    for ready in book.rules:
        rule = ready.rule
        years = frozenset(
            year
            for year in _YEARS
            if rule.applies.years.covers(year) and (not rule.applies.form or letters.get(year) in rule.applies.form)
        )
        said = (rule.message, *(grade.message for grade, _ in ready.grades if grade.message))
        out.append(KnownRule(rule.id, (rule.id, *rule.aliases), rule.title, tuple(said), years))
    out += [KnownRule(pattern.id, (pattern.id,), pattern.title) for pattern in book.patterns]
    return tuple(out)


def _kept(found: Sorted, *, unmatched: bool) -> tuple[OldFinding, ...]:
    kept = [one.finding for one in found.matched]
    if unmatched:
        kept += [one.finding for one in found.unmatched if one.finding is not None and one.finding.text]
    return tuple(kept)


# --- what is shown ---------------------------------------------------------------------------------


def _show(
    path: Path,
    sheets: Sequence[OldSheet],
    found: Sorted,
    kept: Sequence[OldFinding],
    entered: Sequence[OldFinding],
    entry: int | None,
    given: Given,
) -> None:
    for sheet in sheets:
        if sheet.passed:
            click.echo(f"工作表“{sheet.title}”没有导入：{sheet.passed}。")
        else:
            _mapping(sheet)
    if kept and not given.yes:
        click.echo("前几行导入后的样子：")
        console().print(_first(kept))
    for line in _left(found, given):
        click.echo(line)
    rules = Counter(bool(one.rule) for one in kept)
    click.echo(f"共 {_rows(sheets)} 行，可导入 {len(kept)} 行，其中对应到规则的 {rules[True]} 行。")
    if len(kept) > len(entered):
        click.echo(f"台账中已有 {len(kept) - len(entered)} 行，不再导入。")
    if given.yes:
        done = f"已导入 {len(entered)} 行，记入台账第 {entry} 条。" if entered else "没有新的内容，台账没有变动。"
        click.echo(f"{done}历史问题只用于查看历史和屡查屡犯，不计分。")
    elif entered:
        click.echo(
            f"以上只是预览，没有写入台账。核对无误后加 --yes 导入“{path.name}”；列对应错了的，用 --map 列=字段 写明。"
        )


def _rows(sheets: Sequence[OldSheet]) -> int:
    return sum(len(sheet.rows) for sheet in sheets)


def _mapping(sheet: OldSheet) -> None:
    table = Grid()
    for name in ("列", "列名", "导入为", "第一行的内容"):
        table.add_column(name, overflow="fold")
    for letter, head, field in sheet.columns:
        sample = next((text for row in sheet.rows if (text := row.text(field))), "") if field else ""
        table.add_row(letter, head, field or "（不导入）", _short(sample, 40))
    click.echo(f"工作表“{sheet.title}”：")
    console().print(table)


def _first(kept: Sequence[OldFinding]) -> Grid:
    table = Grid()
    for name in ("责任单位", "年度", "问题描述", "规则", "整改情况"):
        table.add_column(name, overflow="fold")
    for one in kept[:_FIRST_ROWS]:
        year = str(one.year) if one.year is not None else "不明"
        table.add_row(one.unit, year, _short(one.text, 60), one.rule or "—", _short(one.mending or one.review, 20))
    return table


def _left(found: Sorted, given: Given) -> Iterator[str]:
    """What was not certain, row by row."""
    if found.clean:
        yield f"写明没有问题或者不属实的 {len(found.clean)} 行，不导入。"
    noted = [one for one in found.matched if one.notes]
    if noted:
        yield f"有 {len(noted)} 行只按文字导入："
        yield from _few([f"{one.row.where}：{'；'.join(one.notes)}" for one in noted])
    if found.unmatched:
        how = (
            "按所写的单位名称导入"
            if given.unmatched
            else "不导入（补全名册后重新运行，或者加 --with-unmatched 按所写的名称导入）"
        )
        yield f"有 {len(found.unmatched)} 行对应不到单位或者没有内容，{how}："
        yield from _few([f"{one.row.where}：{one.reason}" for one in found.unmatched])


def _few(lines: Sequence[str]) -> Iterator[str]:
    yield from (f"  {line}" for line in lines[:_MOST_LISTED])
    if len(lines) > _MOST_LISTED:
        yield f"  ……其余 {len(lines) - _MOST_LISTED} 行用 --json 查看"


def _short(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[:most] + "……"


def _json(
    path: Path,
    quarter: str,
    sheets: Sequence[OldSheet],
    found: Sorted,
    kept: Sequence[OldFinding],
    entered: Sequence[OldFinding],
    entry: int | None,
) -> dict[str, Json]:
    return {
        "file": path.as_posix(),
        "quarter": quarter,
        "entry": entry,
        "rows": _rows(sheets),
        "importable": len(kept),
        "new": len(entered),
        "sheets": [
            {
                "sheet": sheet.title,
                "passed_over": sheet.passed or None,
                "columns": [
                    {"column": letter, "head": head, "field": field or None} for letter, head, field in sheet.columns
                ],
            }
            for sheet in sheets
        ],
        "findings": [
            {
                "line": one.line,
                "unit": one.unit,
                "year": one.year,
                "rule": one.rule or None,
                "text": one.text,
                "mending": one.mending or None,
                "remark": one.remark or None,
            }
            for one in entered
        ],
        "as_text": [{"line": one.row.where, "reason": "；".join(one.notes)} for one in found.matched if one.notes],
        "unmatched": [{"line": one.row.where, "reason": one.reason} for one in found.unmatched],
        "without_problem": [row.where for row in found.clean],
    }
