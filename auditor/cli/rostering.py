"""`auditor roster new | check`, and the roster that a run uses: the one named, else 名册.xlsx beside the reports or here."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli import USAGE, fail
from auditor.cli.workplace import current

if TYPE_CHECKING:  # where no roster lies nothing of it is needed
    from auditor.roster import Roster, Unit

NAME = "名册.xlsx"


def found(named: Path | None, paths: Sequence[Path]) -> Roster | None:
    """The roster of a run, None where there is none. Ends with 2 where it cannot be used, or where there are several."""
    if named is not None:
        return read(named)
    beside = [path / NAME for path in paths if (path / NAME).is_file()]
    if len({os.path.realpath(path) for path in beside}) > 1:
        fail(USAGE, f"找到几份名册：{'、'.join(map(str, beside))}。请用 --roster 指明用哪一份")
    work = current()
    own = [work.roster] if work is not None else []
    here = next((path for path in (*beside, *own, Path(NAME)) if path.is_file()), None)
    return None if here is None else _unless_empty(here)


def _unless_empty(path: Path) -> Roster | None:
    """The roster that nobody named; as `auditor init` leaves it, it has no units yet and none is used."""
    from auditor.roster.sheet import RosterError, read_roster

    try:
        return read_roster(path)
    except RosterError as error:
        if error.empty:
            click.echo(f"名册“{path}”还没有填写单位，应报和未报不能核对。", err=True)
            return None
    return read(path)


def usual() -> Path:
    """Where the roster lies that nobody named: in the work folder, else here."""
    work = current()
    return work.roster if work is not None else Path(NAME)


def read(path: Path) -> Roster:
    """The roster of a file; every mistake in it, then exit 2."""
    from auditor.roster.sheet import RosterError, read_roster

    try:
        return read_roster(path)
    except RosterError as error:
        for mistake in error.mistakes:
            click.echo(mistake, err=True)
        fail(USAGE, f"名册“{path}”有 {len(error.mistakes)} 处要改，改好后重新运行")


def check(path: Path) -> int:
    """Says what a roster holds; mistakes end with 2."""
    roster = read(path)
    kinds = [unit.kind for unit in roster.units]
    counted = "、".join(f"{kind} {kinds.count(kind)} 个" for kind in dict.fromkeys(kinds))
    over = sum(unit.ended is not None for unit in roster.units)
    click.echo(f"名册没有错误：单位 {len(roster.units)} 个（{counted}）{f'，其中已撤并 {over} 个' if over else ''}。")
    return 0


def new(path: Path, sources: Sequence[Path]) -> int:
    """Writes a template, filled from the reports where any are given; never over a file that is there."""
    from auditor.roster.draft import units_of
    from auditor.roster.template import render

    if path.exists():
        fail(USAGE, f"“{path}”已经存在，没有覆盖；请换一个文件名，例如：auditor roster new 名册（新）.xlsx")
    units: tuple[Unit, ...] = ()
    years: list[int] = []
    if sources:
        from auditor.cli.rulebooks import loaded
        from auditor.cli.terminal import Bar
        from auditor.pipeline import read_reports

        with Bar() as bar:
            reports, _ = read_reports(sources, loaded(()), None, bar.tell)
        units = units_of(reports)
        years = sorted({r.profile.year for r in reports if r.profile.year is not None})[-_MOST_YEARS:]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(render(units, years))
    except OSError:
        fail(USAGE, f"不能写入“{path}”，请检查文件夹是否存在、是否有写入权限")
    if units:
        click.echo(f"已写入 {path}：从报告中找到单位 {len(units)} 个。请核对名称、类别，补上没有交报告的单位。")
    else:
        click.echo(f"已写入 {path}。请按“填写说明”逐行填写单位，存在报告文件夹里。")
    return 0


_MOST_YEARS = 2
