"""`auditor rules pack | verify`: a whole rulebook as one file, and whether such a file is what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from auditor import __version__
from auditor.cli import RULEBOOK, USAGE, fail
from auditor.cli.rulebooks import loaded, refuse
from auditor.rulebook import Rulebook, RulebookError, build
from auditor.rulebook.pack import Compared, PackError, compared, packed, unpacked

_MOST_NAMED = 20


def pack(path: Path | None, folders: Sequence[Path]) -> int:
    """Writes the rulebook in use as one file; never over another one."""
    book = loaded(folders)
    version = book.stamp.version
    path = path or Path(f"规则包-{version}-{book.stamp.sha256[:8]}.zip")
    data = packed(book.texts, _told(book))
    if path.exists() and (not path.is_file() or path.read_bytes() != data):
        fail(USAGE, f"“{path}”已经存在，内容不同，没有覆盖；请换一个文件名")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError:
        fail(USAGE, f"不能写入“{path}”，请检查文件夹是否存在、是否有写入权限")
    click.echo(f"已写入 {path}：文件 {len(book.texts.files)} 个，规则 {book.stamp.rules} 条。")
    for line in _about(_told(book), book.stamp.sha256):
        click.echo(line)
    click.echo(f"在别处核对：auditor rules verify {path}；用它审核：auditor audit --rulebook {path}")
    return 0


def verify(path: Path, folders: Sequence[Path]) -> int:
    """Checks a pack, loads it, and says which files differ from the rulebook in use here; the exit code."""
    try:
        found = unpacked(path)
    except PackError as error:
        for reason in error.reasons:
            click.echo(reason, err=True)
        fail(RULEBOOK, f"“{path}”没有通过核对，不能使用。")
    try:
        book = build(found.texts)
    except RulebookError as error:
        refuse(error.mistakes)
    click.echo(f"“{path}”完整，{len(found.texts.files)} 个文件的校验值全部相符，规则 {book.stamp.rules} 条可以使用。")
    for line in _about(found.told, found.texts.sha256):
        click.echo(line)
    here = loaded(folders)
    for line in _differences(found.texts.sha256, here, compared(found.texts, here.texts)):
        click.echo(line)
    return 0


def _told(book: Rulebook) -> dict[str, str]:
    edition = book.edition
    title, date = (edition.title, edition.date) if edition else ("", "")
    return {
        "engine": __version__,
        "version": book.stamp.version,
        "title": title,
        "date": date,
        "county": book.stamp.county,
    }


def _about(told: Mapping[str, str], sha256: str) -> list[str]:
    county = f"；工作档案“{told['county']}”" if told["county"] else ""
    return [f"{told['title']} {told['version']} 版（{told['date']}）{county}", f"整体校验值 {sha256}"]


def _differences(sha256: str, here: Rulebook, found: Compared) -> list[str]:
    if sha256 == here.stamp.sha256:
        return ["与本机正在使用的规则库完全相同。"]
    lines = [f"与本机正在使用的规则库（{here.stamp.version} 版）相比：相同的文件 {found.same} 个。"]
    for what, names in (
        ("内容不同的", found.changed),
        ("只在规则包里的", found.only_first),
        ("只在本机的", found.only_second),
    ):
        if names:
            more = f"等 {len(names)} 个" if len(names) > _MOST_NAMED else ""
            lines.append(f"{what}：{'、'.join(names[:_MOST_NAMED])}{more}")
    return lines
