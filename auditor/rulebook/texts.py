"""Where the rules lie, and their files as text.

An editable install leaves a stale copy of `rules/` among the installed packages; so the rules are found in one way only:
beside the package (in a wheel), else in `../rules` with `pyproject.toml` next to it. `sys.path` is never searched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from auditor.rulebook.mistakes import Mistake, RulebookError

# What may lie in a folder of rules beside rule files.
FOLDERS = ("forms", "laws", "patterns")
DATA = ("claims.yaml", "parameters.yaml", "scoring.yaml", "organisations.yaml", "profile.yaml")
PAPERS = ("README.md", "rule.schema.json")


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One YAML file: the folder it came from, its path in it, the name shown to people, its text."""

    root: int
    inside: str
    shown: str
    text: str

    @property
    def room(self) -> str:
        """forms, laws, patterns, the name of a data file, or `rules`."""
        first = self.inside.split("/", 1)[0]
        return first if first in (*FOLDERS, *DATA) else "rules"


@dataclass(frozen=True, slots=True)
class Texts:
    """All files of a rulebook, in order: packaged first. Plain data, cheap to send to another process."""

    files: tuple[RuleFile, ...]

    @property
    def sha256(self) -> str:
        """The hash of names and contents: two equal rulebooks have the same wherever they lie."""
        digest = hashlib.sha256()
        for file in self.files:
            for part in (str(min(file.root, 1)), file.inside, file.text):
                digest.update(part.encode() + b"\0")
        return digest.hexdigest()


def packaged() -> Path:
    """The folder of the packaged rules. Raises RulebookError where the installation is broken."""
    here = Path(__file__).resolve().parent.parent
    beside = here / "rules"
    if beside.is_dir():
        return beside
    source = here.parent / "rules"
    if source.is_dir() and (here.parent / "pyproject.toml").is_file():
        return source
    raise RulebookError([Mistake("rules", 1, 1, "找不到随程序安装的规则文件夹，请重新安装 auditor")])


def read_texts(folders: Iterable[Path | str] = ()) -> Texts:
    """The packaged rules and those of the folders. Raises RulebookError for files that would be ignored."""
    mistakes: list[Mistake] = []
    files = _folder(0, packaged(), "rules", mistakes)
    for at, folder in enumerate(folders, 1):
        path = Path(folder)
        if not path.is_dir():
            mistakes.append(Mistake(str(folder), 1, 1, "规则文件夹不存在"))
            continue
        files += _folder(at, path, path.as_posix().rstrip("/"), mistakes)
    if mistakes:
        raise RulebookError(mistakes)
    return Texts(tuple(files))


def _folder(root: int, folder: Path, shown: str, mistakes: list[Mistake]) -> list[RuleFile]:
    out: list[RuleFile] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        inside = path.relative_to(folder).as_posix()
        if any(part.startswith((".", "~$", "__pycache__")) for part in inside.split("/")) or inside.endswith("~"):
            continue
        name = f"{shown}/{inside}"
        if path.name in PAPERS:
            continue
        if path.suffix != ".yaml":
            words = "规则文件的扩展名应为 .yaml，此文件不会被读取；请改名或移走"
            mistakes.append(Mistake(name, 1, 1, words))
            continue
        try:
            out.append(RuleFile(root, inside, name, path.read_text(encoding="utf-8-sig")))
        except UnicodeDecodeError:
            mistakes.append(Mistake(name, 1, 1, "文件不是 UTF-8 编码，请在编辑器中另存为 UTF-8"))
        except OSError as error:
            mistakes.append(Mistake(name, 1, 1, f"文件无法打开（{error.strerror or '无权限'}）"))
    return out
