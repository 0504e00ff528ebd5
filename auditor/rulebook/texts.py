"""Where the rules lie, and their files as text.

An editable install leaves a stale copy of `rules/` among the installed packages; so the rules are found in one way only:
beside the package (in a wheel), else in `../rules` with `pyproject.toml` next to it. `sys.path` is never searched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from auditor.rulebook.encoding import Decoded, decode
from auditor.rulebook.mistakes import Mistake, RulebookError

# What may lie in a folder of rules beside rule files.
FOLDERS = ("forms", "laws", "patterns")
HOLIDAYS = "holidays.yaml"
DATA = (
    "claims.yaml",
    "parameters.yaml",
    "scoring.yaml",
    "organisations.yaml",
    "profile.yaml",
    "rulebook.yaml",
    HOLIDAYS,
)
PAPERS = ("README.md", "rule.schema.json")
PICTURES = "pictures/"
# A work folder's own files stand beside its rules/: the county's profile, its scoring and a second one, its holidays.
ABOVE = "../"
PROFILE, SCORING, COUNTY, BESIDE = "profile.yaml", "scoring.yaml", "county", "beside"


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One YAML file: the folder it came from, its path in it, the name shown to people, its text and its encoding."""

    root: int
    inside: str
    shown: str
    text: str
    encoding: str = "utf-8"

    @property
    def room(self) -> str:
        """forms, laws, patterns, the name of a data file, or `rules`; of a work folder's own files county, scoring, beside."""
        if self.inside.startswith(ABOVE):
            name = self.inside.removeprefix(ABOVE)
            return {PROFILE: COUNTY, SCORING: SCORING, HOLIDAYS: HOLIDAYS}.get(name, BESIDE)
        first = self.inside.split("/", 1)[0]
        return first if first in (*FOLDERS, *DATA) else "rules"


@dataclass(frozen=True, slots=True)
class Texts:
    """All files of a rulebook, in order: packaged first. Plain data, cheap to send to another process."""

    files: tuple[RuleFile, ...]

    @property
    def has_county(self) -> bool:
        """Whether the profile of a work folder is among them."""
        return any(file.room == COUNTY for file in self.files)

    @property
    def sha256(self) -> str:
        """The hash of names and contents: two equal rulebooks have the same wherever they lie.

        The holidays are no part of it: they judge no report, and next year's must not make last year's audit another one.
        """
        digest = hashlib.sha256()
        for file in self.files:
            if file.room == HOLIDAYS:
                continue
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


def read_texts(
    folders: Iterable[Path | str] = (),
    work: Path | None = None,
    instead: Texts | None = None,
    told: list[Mistake] | None = None,
) -> Texts:
    """The packaged rules (or those of a pack, `instead`), those of the work folder and of the folders.

    Raises RulebookError for files that cannot be read or would be ignored; where `told` is given they are added to it.
    """
    mistakes: list[Mistake] = [] if told is None else told
    files = list(instead.files) if instead is not None else _folder(0, packaged(), "rules", mistakes)
    first = 1 + max((file.root for file in files), default=0)
    if work is not None:
        files += _work(first, work, mistakes)
    for at, folder in enumerate(folders, first + (work is not None)):
        path = Path(folder)
        if not path.is_dir():
            mistakes.append(Mistake(str(folder), 1, 1, "规则文件夹不存在"))
            continue
        files += _folder(at, path, path.as_posix().rstrip("/"), mistakes)
    if mistakes and told is None:
        raise RulebookError(mistakes)
    return Texts(tuple(files))


def read_whole(folder: Path) -> Texts:
    """A folder that is a whole rulebook of its own (an older edition of the packaged one). Raises RulebookError."""
    mistakes: list[Mistake] = []
    files = _folder(0, folder, folder.as_posix().rstrip("/"), mistakes)
    if mistakes:
        raise RulebookError(mistakes)
    return Texts(tuple(files))


def _work(root: int, work: Path, mistakes: list[Mistake]) -> list[RuleFile]:
    """A work folder's profile, scoring (with the one it names beside it) and own rules."""
    shown = "" if work == Path() else f"{work.as_posix().rstrip('/')}/"
    out: list[RuleFile] = []
    names = [PROFILE, SCORING, HOLIDAYS]
    while names:
        name = names.pop(0)
        if not (work / name).is_file():
            continue
        found = read_file(work / name, shown + name)
        if isinstance(found, Mistake):
            mistakes.append(found)
            continue
        out.append(RuleFile(root, ABOVE + name, shown + name, found.text, found.encoding))
        if name == SCORING:
            names += _beside(shown + name, found.text)
    if (work / "rules").is_dir():
        out += _folder(root, work / "rules", f"{shown}rules" if shown else "./rules", mistakes)
    return out


def _beside(shown: str, text: str) -> list[str]:
    """The file that a scoring names as its second model; a path out of the folder is none."""
    from auditor.rulebook.source import parse

    data = parse(shown, text).data
    name = data.get("beside") if isinstance(data, dict) else None
    return (
        [name]
        if isinstance(name, str) and name not in (PROFILE, SCORING, HOLIDAYS) and not set(name) & set("/\\:")
        else []
    )


def _folder(root: int, folder: Path, shown: str, mistakes: list[Mistake]) -> list[RuleFile]:
    out: list[RuleFile] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        inside = path.relative_to(folder).as_posix()
        if any(part.startswith((".", "~$", "__pycache__")) for part in inside.split("/")) or inside.endswith("~"):
            continue
        name = f"{shown}/{inside}"
        if path.name in PAPERS or (inside.startswith(PICTURES) and path.suffix == ".png"):
            continue
        if path.suffix != ".yaml":
            mistakes.append(Mistake(name, 1, 1, _renamed(path)))
            continue
        found = read_file(path, name)
        if isinstance(found, Mistake):
            mistakes.append(found)
        else:
            out.append(RuleFile(root, inside, name, found.text, found.encoding))
    return out


def read_file(path: Path, shown: str) -> Decoded | Mistake:
    """One file as text, with what it takes to write it back."""
    try:
        return decode(shown, path.read_bytes())
    except OSError as error:
        return Mistake(shown, 1, 1, f"文件无法打开（{error.strerror or '无权限'}）")


def _renamed(path: Path) -> str:
    """What to do with a file that is no rule file by its name."""
    words = "规则文件的扩展名应为 .yaml，此文件不会被读取；"
    stem = path.name
    while stem.lower().endswith((".yaml", ".yml", ".txt")):
        stem = stem[: stem.rindex(".")]
    if stem and stem != path.name:
        return f"{words}请改名为“{stem}.yaml”（资源管理器“查看”中勾选“文件扩展名”，才看得到扩展名）"
    if path.suffix.lower() in (".doc", ".docx", ".wps"):
        return f"{words}规则要用记事本写成纯文本，不能写在 Word 文件里；请另存为 .yaml 或移走"
    return f"{words}请改名或移走"
