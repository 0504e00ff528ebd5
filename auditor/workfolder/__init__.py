"""The work folder of a county: where it is, and what lies in it.

Layout    profile.yaml (the marker and what the county changes), scoring.yaml, holidays.yaml, 名册.xlsx, rules/ (own rules, with laws/),
          reports/ (what is to be audited, by year), audits/ (results, by quarter), 核验/ (checklists as filled in), 模板/ (own Word templates and
          phrases)
Found     from a folder upwards: the first whose profile.yaml has the key `auditor`
Paths     are relative to the current folder where they can be, so that a run names its sources alike wherever it is moved
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PROFILE, SCORING, HOLIDAYS, ROSTER = "profile.yaml", "scoring.yaml", "holidays.yaml", "名册.xlsx"
RULES, REPORTS, AUDITS, CHECKLISTS, TEMPLATES = "rules", "reports", "audits", "核验", "模板"
LEDGER = "ledger.sqlite"
# Looked for in bytes: an editor may have saved the file in any encoding, and its mistakes are told when it is loaded.
_YEAR = re.compile(r"(?<!\d)20\d{2}(?!\d)")
_MARK = re.compile(rb"(?m)^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?auditor[ \t]*(?::|\xef\xbc\x9a|\xa3\xba)")


@dataclass(frozen=True, slots=True)
class WorkFolder:
    """A work folder by its path."""

    path: Path

    @property
    def reports(self) -> Path:
        """Where the reports lie."""
        return self.path / REPORTS

    @property
    def audits(self) -> Path:
        """Where results go."""
        return self.path / AUDITS

    @property
    def roster(self) -> Path:
        """The list of units that must report."""
        return self.path / ROSTER

    @property
    def templates(self) -> Path:
        """The county's own Word templates and phrases, whether there are any or not."""
        return self.path / TEMPLATES

    @property
    def checklists(self) -> tuple[Path, ...]:
        """The checklists that people filled in: every 核验清单*.xlsx (or .xls, .et) under 核验/."""
        folder = self.path / CHECKLISTS
        found = (path for path in folder.rglob("核验清单*") if path.suffix.lower() in (".xlsx", ".xls", ".et"))
        return tuple(sorted(path for path in found if path.is_file()))

    def earlier(self, given: Sequence[Path]) -> tuple[Path, ...]:
        """What lies under reports/ beside the paths given and may be of an earlier year: evidence for these.

        Where all that is given lies in folders named by years, folders of the same and later years are left out.
        """
        if not self.reports.is_dir():
            return ()
        taken = [Path(os.path.realpath(path)) for path in given]
        years = [self._year(path) for path in taken]
        latest = max((year for year in years if year is not None), default=None) if None not in years else None
        others = ((one, self._year(Path(os.path.realpath(one)))) for one in _beside(self.reports, taken))
        return tuple(one for one, year in others if latest is None or year is None or year < latest)

    def _year(self, path: Path) -> int | None:
        """The year by which the folder under reports/ is named that a path lies in."""
        home = Path(os.path.realpath(self.reports))
        inside = path.relative_to(home).parts if home in path.parents else ()
        named = _YEAR.search(inside[0]) if inside else None
        return int(named[0]) if named else None


def _beside(folder: Path, taken: Sequence[Path]) -> Iterator[Path]:
    """The entries of a folder that are not given, the largest pieces possible."""
    here = Path(os.path.realpath(folder))
    if any(here == one or one in here.parents for one in taken):
        return
    if not any(here in one.parents for one in taken):
        yield folder
        return
    for entry in sorted(folder.iterdir()):
        real = Path(os.path.realpath(entry))
        if entry.name.startswith((".", "~$")) or entry.name == ROSTER:
            continue
        if entry.is_dir():
            yield from _beside(entry, taken)
        elif real not in taken:
            yield entry


def find(start: Path) -> WorkFolder | None:
    """The work folder that a folder lies in, None where it lies in none."""
    here = Path(os.path.realpath(start))
    found = next((folder for folder in (here, *here.parents) if is_work_folder(folder)), None)
    return None if found is None else WorkFolder(shown(found))


def is_work_folder(folder: Path) -> bool:
    """Whether its profile.yaml has the marker."""
    try:
        data = (folder / PROFILE).read_bytes()
    except OSError:
        return False
    return bool(_MARK.search(data.replace(b"\0", b"")))


def shown(path: Path) -> Path:
    """The path from the current folder; whole where there is no way (another drive) or it leads far up."""
    try:
        near = Path(os.path.relpath(path))
    except ValueError:
        return path
    return near if near.parts.count("..") <= _MOST_UP else path


_MOST_UP = 4
