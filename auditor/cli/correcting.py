"""`auditor rules check --fix`: the safe replacements are made in the author's own rule files, and shown.

Never in the rules of the program. The file as it was stays beside it under its name with a ~ behind it, which the loader
does not read; encoding and line ends stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from auditor.cli import RULEBOOK, fail
from auditor.cli.workplace import instead, own_rules
from auditor.rulebook import Mistake, Texts, packaged, read_texts


def run(folders: Sequence[Path]) -> None:
    """Corrects what can be corrected safely; says what was changed."""
    from auditor.rulebook.correcting import changes, corrected

    pack, told = instead(), list[Mistake]()
    texts = read_texts(folders, own_rules(pack), pack, told)
    own = _own(texts, pack)
    found = corrected(texts, own)
    before = {file.shown: file.text for file in texts.files}
    for name, text in found.files.items():
        kept = _written(Path(name), text)
        made = changes(name, before[name], text)
        click.echo(f"已改正 {name}（{len(made)} 处；原文件另存为 {kept.name}）：")
        for change in made:
            for sign, lines in (("-", change.before), ("+", change.after)):
                for line in lines.split("\n") if lines else ():
                    click.echo(f"  {change.line:>4} {sign} {line}")
    if not found.files:
        click.echo(
            "没有可以自动改正的地方。"
            if own
            else "没有自己的规则文件（用 --rules 写明文件夹）；随程序安装的规则不会改动。"
        )


def _own(texts: Texts, pack: Texts | None) -> set[str]:
    """The files that belong to the author: not of the program, nor of a pack."""
    others = {file.shown for file in pack.files} if pack is not None else set()
    shipped = packaged().resolve()
    return {
        file.shown
        for file in texts.files
        if file.root > 0 and file.shown not in others and not Path(file.shown).resolve().is_relative_to(shipped)
    }


def _written(path: Path, text: str) -> Path:
    """Writes the new text in the old encoding; the copy of the file as it was."""
    from auditor.rulebook.encoding import decode

    data = path.read_bytes()
    decoded = decode(path.as_posix(), data)
    assert not isinstance(decoded, Mistake)  # it has just been read
    kept = path.with_name(path.name + "~")
    number = 1
    while kept.exists():
        number += 1
        kept = path.with_name(f"{path.name}.{number}~")
    try:
        new = decoded.encoded(text)
        kept.write_bytes(data)
        path.write_bytes(new)
    except (OSError, UnicodeEncodeError) as error:
        fail(RULEBOOK, f"“{path}”无法写入（{error}），没有改动")
    return kept
