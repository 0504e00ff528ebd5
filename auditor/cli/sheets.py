"""`auditor rules export | import`: the rules as a workbook, and a workbook as rule files.

Export     never over a file that is there
Import     nothing is written as long as there is any mistake; a file that is there and differs stays, unless --overwrite, and
           then only where every rule that it holds stands in the workbook
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from auditor.cli import USAGE, fail
from auditor.cli.rulebooks import loaded, refuse
from auditor.rulebook import RulebookError, packaged
from auditor.rulebook.source import parse
from auditor.rulebook.texts import Texts, read_texts
from auditor.rulesheet import Entry, Plan, RuleSheet, checked, entries_of, files_of, plan, read
from auditor.rulesheet.entries import lost_comments
from auditor.spelling import nearest

NAME = "规则.xlsx"


def write_out(names: Sequence[str], folders: Sequence[Path]) -> int:
    """Writes the rules (those named, default all) as a workbook. `names`: the file, then ids."""
    from auditor.rulesheet.workbook import TooLong, render

    given = [name for name in names if name.lower().endswith(".xlsx")]
    if len(given) > 1:
        fail(USAGE, f"只能导出到一个文件，写了 {len(given)} 个：{'、'.join(given)}")
    path = Path(given[0] if given else NAME)
    texts = loaded(folders).texts
    entries = _chosen(entries_of(texts), [name for name in names if name not in given])
    if path.exists():
        fail(USAGE, f"“{path}”已经存在，没有覆盖；请换一个文件名，例如：auditor rules export 规则（新）.xlsx")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(render(entries))
    except TooLong as error:
        fail(USAGE, str(error))
    except OSError:
        fail(USAGE, f"不能写入“{path}”，请检查文件夹是否存在、是否有写入权限")
    click.echo(f"已写入 {path}：规则 {len(entries)} 条。改好后运行：auditor rules import {path}")
    lost = lost_comments(texts)
    if lost and not names:
        click.echo(f"提醒：规则文件中有 {lost} 行注释写在一条规则的字段之间，没有带入表格。", err=True)
    return 0


def _chosen(entries: Sequence[Entry], ids: Sequence[str]) -> list[Entry]:
    """The rules of these ids, all where none is named; ends with 2 for an id that there is not."""
    known = {str(one.data.get("id")): one for one in entries}
    for wanted in ids:
        if wanted not in known:
            fail(USAGE, f"没有规则“{wanted}”{nearest(wanted, known)}（auditor rules list 列出全部）")
    return [known[wanted] for wanted in dict.fromkeys(ids)] if ids else list(entries)


def take_in(path: Path, folder: Path, overwrite: bool) -> int:
    """Writes the rules of a workbook as rule files; mistakes end with 3, files in the way with 2."""
    try:
        sheet = read(path)
        base = read_texts()
        taken = _all_of(sheet) if _is_packaged(folder) else plan(sheet, base)
        files = files_of(row.entry for row in taken.rows)
        there = {name: found for name in files if (found := _there(folder, name)) is not None}
        checked(sheet, taken.rows, _beside(base, folder, files))
    except RulebookError as error:
        refuse(error.mistakes)
    if not taken.rows:
        click.echo(f"表中的 {len(taken.unchanged)} 条规则都与随程序安装的相同，没有写出文件。")
        return 0
    differing = {name: text for name, text in there.items() if parse(name, text).data != parse(name, files[name]).data}
    _protect(folder, differing, taken, overwrite)
    same = there.keys() - differing.keys()
    _write(folder, {name: text for name, text in files.items() if name not in same})
    for line in _told(folder, files, same, differing, taken):
        click.echo(line)
    return 0


def _is_packaged(folder: Path) -> bool:
    return folder.resolve() == packaged().resolve()


def _all_of(sheet: RuleSheet) -> Plan:
    """The packaged rules themselves are written: nothing replaces anything."""
    return Plan(sheet.rows, (), ())


def _there(folder: Path, name: str) -> str | None:
    path = folder / name
    return path.read_text(encoding="utf-8-sig", errors="replace") if path.is_file() else None


def _beside(base: Texts, folder: Path, files: Mapping[str, str]) -> Texts:
    """The files among which the rules of the sheet must hold: the packaged ones, and what else is in the folder."""
    if _is_packaged(folder):
        return Texts(tuple(file for file in base.files if file.room != "rules" or file.inside not in files))
    if not folder.is_dir():
        return base
    every = read_texts([folder])
    return Texts(tuple(file for file in every.files if file.root == 0 or file.inside not in files))


def _protect(folder: Path, differing: Mapping[str, str], taken: Plan, overwrite: bool) -> None:
    """Ends with 2 where a file that is there would be lost."""
    if not differing:
        return
    own = {str(row.entry.data.get("id")) for row in taken.rows}
    for name, text in differing.items():
        data = parse(name, text).data
        listed = data if isinstance(data, list) else [data]
        left = [str(one.get("id")) for one in listed if isinstance(one, dict) and str(one.get("id")) not in own]
        if left:
            fail(
                USAGE,
                f"“{folder / name}”中还有规则 {'、'.join(left)}，不在表格中，没有覆盖。"
                f"请先把它们一起导出（auditor rules export --rules {folder}），或者在“文件”一列换一个文件名",
            )
    if not overwrite:
        names = "、".join(str(folder / name) for name in differing)
        fail(USAGE, f"已有内容不同的文件：{names}，没有覆盖。确认要覆盖的，加上 --overwrite")


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        except OSError:
            fail(USAGE, f"不能写入“{path}”，请检查文件夹是否存在、是否有写入权限")


def _told(
    folder: Path, files: Mapping[str, str], same: Sequence[str] | set[str], differing: Mapping[str, str], taken: Plan
) -> list[str]:
    """What was done."""
    out = [f"已写入 {folder}：规则 {len(taken.rows)} 条，文件 {len(files)} 个。"]
    out += [
        f"  {name}{'（没有变化）' if name in same else '（已覆盖）' if name in differing else ''}" for name in files
    ]
    if taken.replaced:
        out.append(f"改动了随程序安装的规则 {len(taken.replaced)} 条，已写明替换：{'、'.join(taken.replaced)}。")
    if taken.unchanged:
        out.append(f"与随程序安装的相同、没有写出的规则 {len(taken.unchanged)} 条。")
    if not _is_packaged(folder):
        out.append(f"试运行：auditor audit 报告 --rules {folder}")
    return out
