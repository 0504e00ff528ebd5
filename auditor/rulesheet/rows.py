"""Rules of a workbook against the rulebook: what of them is new, whether all of it holds, and where in the sheet it does not.

Shipped    a rule of the packaged rulebook that stands in the sheet unchanged is left out, a changed one `replaces` it
Own file   each row is loaded as a file of its own, so that every mistake of the loader points to its row, and by line and
           column to the cell
Examples   of the rules taken are run, as `rules check` does
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from auditor import examples
from auditor.readers.sheet import a1
from auditor.rulebook import build
from auditor.rulebook.book import Rulebook
from auditor.rulebook.mistakes import Mistake, RulebookError
from auditor.rulebook.source import Path, parse
from auditor.rulebook.texts import RuleFile, Texts
from auditor.rulesheet.cells import same
from auditor.rulesheet.columns import REST, columns_of
from auditor.rulesheet.entries import Entry, entries_of, files_of, text_of

_PLACE = re.compile(r"(表“[^”]*”第\d+行)(?:\.yaml)?:\d+")


@dataclass(frozen=True, slots=True)
class Row:
    """A rule of a sheet, and where the cells of its headings stand."""

    entry: Entry
    sheet: str
    number: int
    places: Mapping[str, tuple[int, int]]
    cells: Mapping[str, str]

    @property
    def name(self) -> str:
        """What the loader calls the file of this row."""
        return f"表“{self.sheet}”第{self.number}行"

    def mistake(self, file: str, heading: str, words: str) -> Mistake:
        """A mistake at a cell of the row; where the sheet has no such column, at the row's 编号."""
        at = self.places.get(heading) or self.places.get(REST) or self.places["编号"]
        named = heading if heading in self.places else ""
        where = f"工作表“{self.sheet}”{a1(*at)}"
        return Mistake(file, *at, words, cell=f"{where}（{named}）" if named else where)


@dataclass(frozen=True, slots=True)
class RuleSheet:
    """The rules of a workbook; `source` is the file as given.

    `mistakes` are those of its cells; a rule with any is among the rows without what could not be read, so that what else
    is wrong with it shows at the same time. Nothing may be made of a sheet with mistakes: `checked` refuses it.
    """

    source: str
    rows: tuple[Row, ...]
    mistakes: tuple[Mistake, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The rules as they stand."""
        return tuple(row.entry for row in self.rows)


@dataclass(frozen=True, slots=True)
class Plan:
    """What of a sheet is taken: rows (a changed rule of the base names what it replaces), and ids that stay as they are."""

    rows: tuple[Row, ...]
    unchanged: tuple[str, ...]
    replaced: tuple[str, ...]


def plan(sheet: RuleSheet, base: Texts) -> Plan:
    """What of a sheet is new against the packaged rules of a rulebook."""
    known = {str(one.data.get("id")): one for one in entries_of(Texts(tuple(f for f in base.files if f.root == 0)))}
    rows, unchanged, replaced = [], [], []
    for row in sheet.rows:
        own = str(row.entry.data.get("id"))
        shipped = known.get(own)
        if shipped is None or "replaces" in row.entry.data:
            rows.append(row)
        elif same(dict(shipped.data), dict(row.entry.data)):
            unchanged.append(own)
        else:
            replaced.append(own)
            rows.append(replace(row, entry=replace(row.entry, data={**row.entry.data, "replaces": own})))
    return Plan(tuple(rows), tuple(unchanged), tuple(replaced))


def texts_with(rows: Iterable[Row], base: Texts) -> Texts:
    """A rulebook's files with every row as a file of its own, in a folder after the others."""
    root = 1 + max((file.root for file in base.files), default=0)
    own = (RuleFile(root, f"{at}.yaml", row.name, text_of(row.entry)) for at, row in enumerate(rows, 1))
    return Texts((*base.files, *own))


def book_with(sheet: RuleSheet, base: Texts, *, tried: bool = True) -> Rulebook:
    """The rulebook with the rules of a sheet, their examples tried. Raises RulebookError with cells for places.

    Rules of the base that are not packaged ones give way to those of the sheet that have their id.
    """
    rows = plan(sheet, base).rows
    return checked(sheet, rows, _without(base, {str(row.entry.data.get("id")) for row in rows}), tried=tried)


def _without(base: Texts, ids: Set[str]) -> Texts:
    """The files without the rules of these ids, but for the packaged ones."""
    return Texts(tuple(left for file in base.files if (left := _left(file, ids)) is not None))


def _left(file: RuleFile, ids: Set[str]) -> RuleFile | None:
    if file.root == 0 or file.room != "rules":
        return file
    every = entries_of(Texts((file,)))
    kept = [one for one in every if str(one.data.get("id")) not in ids]
    if len(kept) == len(every):
        return file
    return replace(file, text=files_of(kept)[file.inside]) if kept else None


def checked(sheet: RuleSheet, rows: Sequence[Row], base: Texts, *, tried: bool = True) -> Rulebook:
    """The rulebook of some files and of rows. Raises RulebookError with cells for places."""
    by_name = {row.name: row for row in rows}
    cells = {mistake.cell for mistake in sheet.mistakes}
    try:
        book = build(texts_with(rows, base))
    except RulebookError as error:
        placed = (_placed(sheet.source, m, by_name) for m in error.mistakes)
        raise RulebookError([*sheet.mistakes, *(m for m in placed if m.cell not in cells)]) from None
    if sheet.mistakes:
        raise RulebookError(sheet.mistakes)
    own = [ready for ready in book.rules if ready.place.rsplit(":", 1)[0] in by_name]
    wrong = examples.mistakes(book, own) if tried else ()
    if wrong:
        raise RulebookError(_placed(sheet.source, m, by_name) for m in wrong)
    return book


def _placed(file: str, mistake: Mistake, rows: Mapping[str, Row]) -> Mistake:
    """A mistake of the loader at the cell in which it is."""
    row = rows.get(mistake.path)
    words = _PLACE.sub(r"\1", mistake.message)
    if row is None:
        return replace(mistake, message=words)
    source = parse(row.name, text_of(row.entry))
    path = _path_at(source.keys, source.values, mistake.line - 1, mistake.column - 1)
    heading, inside = _heading(row, path, words)
    return row.mistake(file, heading, inside + words)


def _path_at(keys: Mapping[Path, Any], values: Mapping[Path, Any], line: int, column: int) -> Path:
    """The key or value that begins last before a place of the text."""
    best: tuple[tuple[int, int, int], Path] = ((-1, -1, 0), ())
    for table in (keys, values):
        for path, mark in table.items():
            at = (mark.line, mark.column, len(path))
            if path and at[:2] <= (line, column) and at >= best[0]:
                best = (at, path)
    return best[1]


_MISSING = re.compile(r"缺少字段“([^”]+)”")


def _heading(row: Row, path: Path, words: str) -> tuple[str, str]:
    """The column of a path, and which of several members is meant."""
    columns = columns_of(row.entry.kind)
    missing = _MISSING.search(words)
    if missing and (lacking := next((c for c in columns if c.path == (missing[1],)), None)) is not None:
        return lacking.heading, ""
    found = next((c for c in columns if c.path and c.path == path[: len(c.path)]), None)
    if found is None:
        found = next((c for c in columns if c.path and c.path[:1] == path[:1]), None)
        return (found.heading if found is not None and path[0] in ("applies", "examples") else REST), ""
    rest = path[len(found.path) :]
    first = rest[0] if rest else None
    several = isinstance(first, int) and row.cells.get(found.heading, "").count("\n") > 0
    return found.heading, f"第 {first + 1} 项：" if several and isinstance(first, int) else ""
