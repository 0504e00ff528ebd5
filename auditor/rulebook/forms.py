"""Forms: the plain data of `rules/forms/*.yaml` in, a `Form` out; every mistake is told with its path in the data.

In        mappings, sequences, strings and booleans as a YAML loader gives them; nothing is opened here
Cells     tables of rows × columns are spelt as rows and columns: id `<ids>.<row>.<column>`, name `<row>.<column>`;
          a list (form A) spells each cell as one row
Variant   a form that `extends` another is its data with what the province changed (`variants.py`); the caller hands it
Refuses   unknown fields, missing fields, an id or a name that stands twice, an axis or group that names nothing;
          it never raises for what the data says: `problem(path, words)` is called and None is returned
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from auditor.form import Form, FormBlock, FormCell, FormColumn, FormRow, FormSection, FormTable
from auditor.rulebook.variants import Path, Problem, extended
from auditor.spelling import nearest

# --- the grammar of the file -----------------------------------------------------------------------

Word = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _flag(value: object) -> object:
    # The strict loader may leave true and false as words.
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


Labels = Annotated[list[Word], BeforeValidator(_one_or_more)]
Flag = Annotated[bool, BeforeValidator(_flag)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class SectionEntry(_Part):
    """A section: kind, printed heading, variants."""

    kind: Key
    heading: Word
    variants: Labels = []


class ColumnEntry(_Part):
    """A column: key (in the id), name (in the cell's name), header labels from the outermost down."""

    key: Key
    name: Word
    path: Labels
    unit: Word | None = None
    signed: Flag = False
    decimal: Flag = False
    variants: Labels = []
    optional: Flag = False


class RowEntry(_Part):
    """A row of a table of rows × columns; a `heading` carries no numbers and no name."""

    key: Key
    path: Labels
    name: Word | None = None
    heading: Flag = False
    variants: Labels = []
    optional: Flag = False


class CellEntry(_Part):
    """A row of a list: one cell; without `id` a heading."""

    number: str = ""
    label: Word
    id: Key | None = None
    name: Word | None = None
    unit: Word | None = None
    parent: Key | None = None
    decimal: Flag = False
    signed: Flag = False
    variants: Labels = []
    optional: Flag = False


class PartEntry(_Part):
    """Rows of a list that findings name together (机构建设)."""

    part: Word
    rows: list[CellEntry]


class BlockEntry(_Part):
    """A block of table two with its own columns."""

    heading: Word
    columns: list[ColumnEntry]
    rows: list[RowEntry]
    variants: Labels = []


class TableEntry(_Part):
    """One official table; which of the lists it needs depends on `kind`."""

    name: Word
    title: Word
    kind: Literal["list", "blocks", "matrix", "strip"]
    variants: Labels = []
    ids: Key | None = None
    part: Word | None = None
    unit: Word | None = None
    columns: list[ColumnEntry] = []
    rows: list[RowEntry] = []
    parts: list[PartEntry] = []
    blocks: list[BlockEntry] = []


class WholeTable(_Part):
    """A group of all cells of a table."""

    table: Word


class FormEntry(_Part):
    """The file."""

    letter: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9-]*$")]
    title: Word
    years: str | int
    law: Word
    sections: list[SectionEntry]
    tables: list[TableEntry]
    axes: dict[str, Labels] = {}
    groups: dict[str, Labels | WholeTable] = {}
    variant: Word | None = None
    prefix: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*$")] | None = None


# --- the way in ------------------------------------------------------------------------------------


def form_from(data: Mapping[str, object], problem: Problem, base: Mapping[str, object] | None = None) -> Form | None:
    """The form that the data spells, None where there is any mistake (each was told to `problem`).

    `base` is the plain data of the form named by `extends`, where there is one.
    """
    if "extends" in data:
        if base is None:
            problem(("extends",), f"未找到被扩展的格式 {data['extends']}")
            return None
        merged = extended(base, data, problem)
        if merged is None:
            return None
        data = merged
    try:
        entry = FormEntry.model_validate(data)
    except ValidationError as error:
        _tell(error, data, problem)
        return None
    return _Builder(entry, problem).form()


_TYPES = {
    "missing": "缺少字段 {field}",
    "extra_forbidden": "未知字段 {field}",
    "list_type": "{field} 应为列表",
    "dict_type": "{field} 应为映射",
    "model_type": "{field} 应为映射",
    "model_attributes_type": "{field} 应为映射",
    "string_type": "{field} 应为文字",
    "int_type": "{field} 应为文字或整数",
    "string_too_short": "{field} 不能为空",
    "bool_type": "{field} 应为 true 或 false",
    "literal_error": "{field} 应为 list、blocks、matrix、strip 之一",
    "string_pattern_mismatch": "{field} 的写法不对：键用小写英文、数字、下划线和点，格式代号用大写字母开头",
}


def _tell(error: ValidationError, data: Mapping[str, object], problem: Problem) -> None:
    told: set[Path] = set()
    for item in error.errors(include_url=False, include_context=False):
        path, missing = _real_path(data, item["loc"], item["type"])
        if path in told:
            continue
        told.add(path)
        field = path[-1] if path else "文件"
        words = _TYPES.get(item["type"], "{field} 的值不对").format(field=field)
        if item["type"] == "extra_forbidden":
            words += nearest(str(field), _fields(item["loc"]))
        problem(path[:-1] if missing else path, words)


def _real_path(data: object, loc: Sequence[str | int], kind: str) -> tuple[Path, bool]:
    # Unions put the names of their members into `loc`; only what the data holds is kept.
    path: list[str | int] = []
    for step in loc:
        inside = (isinstance(data, Mapping) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and step < len(data)
        )
        if inside:
            data = data[step]  # type: ignore[index]
            path.append(step)
    if kind == "missing":
        return (*path, loc[-1]), True
    return tuple(path), False


def _fields(loc: Sequence[str | int]) -> list[str]:
    holders: dict[str, type[BaseModel]] = {
        "sections": SectionEntry,
        "columns": ColumnEntry,
        "tables": TableEntry,
        "blocks": BlockEntry,
        "parts": PartEntry,
    }
    names = [step for step in loc[:-1] if isinstance(step, str)]
    if names and names[-1] == "rows":
        return list({**RowEntry.model_fields, **CellEntry.model_fields})
    return list((holders.get(names[-1], FormEntry) if names else FormEntry).model_fields)


# --- from entries to the nouns ---------------------------------------------------------------------


class _Builder:
    """Builds one form, telling each mistake where it stands."""

    def __init__(self, entry: FormEntry, problem: Problem) -> None:
        self.entry = entry
        self.problem = problem
        self.faults = 0
        self.cells: dict[str, FormCell] = {}
        self.by_name: dict[str, str] = {}

    def tell(self, path: Path, words: str) -> None:
        self.faults += 1
        self.problem(path, words)

    def form(self) -> Form | None:
        entry = self.entry
        years = self.years()
        tables = tuple(self.table(table, ("tables", at)) for at, table in enumerate(entry.tables))
        self.unique(((t.name, ("tables", at, "name")) for at, t in enumerate(entry.tables)), "表名")
        self.unique(((s.kind, ("sections", at, "kind")) for at, s in enumerate(entry.sections)), "章节类别")
        axes, groups = self.lists(tables)
        if self.faults or years is None:
            return None
        sections = tuple(FormSection(s.kind, s.heading, tuple(s.variants)) for s in entry.sections)
        return Form(
            entry.letter, entry.title, *years, entry.law, sections, tables, self.cells, axes, groups, self.by_name,
            entry.variant or "",
        )  # fmt: skip

    def years(self) -> tuple[int, int | None] | None:
        match = re.fullmatch(r"(\d{4})(?:(-)(\d{4})?)?", str(self.entry.years).strip())
        if not match:
            self.tell(("years",), "years 应写作 2014-2018、2021- 或 2019")
            return None
        first = int(match[1])
        last = int(match[3]) if match[3] else (None if match[2] else first)
        if last is not None and last < first:
            self.tell(("years",), "years 的起始年份晚于终止年份")
            return None
        return first, last

    def unique(self, items: Iterator[tuple[str, Path]], what: str) -> None:
        seen: set[str] = set()
        for word, path in items:
            if word in seen:
                self.tell(path, f"{what} {word} 重复")
            seen.add(word)

    def add(self, cell: FormCell, path: Path) -> None:
        if cell.id in self.cells:
            self.tell(path, f"指标 id {cell.id} 重复")
        elif cell.name in self.by_name:
            self.tell(path, f"指标名 {cell.name} 重复")
        else:
            self.cells[cell.id] = cell
            self.by_name[cell.name] = cell.id

    def table(self, entry: TableEntry, path: Path) -> FormTable:
        needed = {"list": ("columns", "parts"), "blocks": ("blocks",)}.get(entry.kind, ("columns", "rows"))
        for field in ("columns", "rows", "parts", "blocks"):
            given = bool(getattr(entry, field))
            if given != (field in needed):
                words = "不适用于" if given else "不能缺少，用于"
                self.tell((*path, field) if given else path, f"{field} {words} kind 为 {entry.kind} 的表")
        if entry.kind != "list" and entry.ids is None:
            self.tell(path, "缺少字段 ids（指标 id 的开头）")
        build = {"list": self.list_rows, "blocks": self.block_rows}.get(entry.kind, self.grid_rows)
        rows, columns, blocks = build(entry, path)
        return FormTable(
            entry.name, entry.title, entry.kind, tuple(rows), tuple(columns), tuple(blocks), tuple(entry.variants)
        )

    def list_rows(self, entry: TableEntry, path: Path) -> tuple[list[FormRow], list[FormColumn], list[FormBlock]]:
        columns = [_column(c) for c in entry.columns]
        if any(not column.optional for column in columns[1:]):
            self.tell((*path, "columns"), "kind 为 list 的表只有一列数；本地表样另设的列写在 extends 文件的 columns 里")
        rows: list[FormRow] = []
        parents: list[tuple[str, Path]] = []
        above: dict[str, str] = {}
        for at, part in enumerate(entry.parts):
            for index, cell in enumerate(part.rows):
                here = (*path, "parts", at, "rows", index)
                key = cell.id or f"heading.{cell.number or len(rows)}"
                labels = (*(above[n] for n in _prefixes(cell.number) if n in above), cell.label)
                if cell.number and not cell.number.endswith("其中"):
                    above[cell.number] = cell.label
                rows.append(
                    FormRow(
                        key, cell.name or cell.label, labels, cell.number, tuple(cell.variants), cell.id is None,
                        part.part, cell.parent, cell.optional,
                    )
                )  # fmt: skip
                if cell.parent:
                    parents.append((cell.parent, (*here, "parent")))
                self.list_cell(entry, part.part, cell, columns, here)
        keys = {row.key for row in rows}
        for parent, here in parents:
            if parent not in keys:
                self.tell(here, f"上级指标 {parent} 不在本表中{nearest(parent, sorted(keys))}")
        return rows, columns, []

    def list_cell(
        self, entry: TableEntry, part: str, cell: CellEntry, columns: Sequence[FormColumn], path: Path
    ) -> None:
        if cell.id is None:
            for field in ("name", "unit", "parent"):
                if getattr(cell, field) is not None:
                    self.tell((*path, field), f"标题行（没有 id）不能有 {field}")
            return
        for field in ("name", "unit"):
            if getattr(cell, field) is None:
                self.tell(path, f"缺少字段 {field}")
        for at, column in enumerate(columns):
            id = cell.id if at == 0 else f"{self.entry.prefix}.{cell.id}.{column.key}"
            name = (cell.name or "") if at == 0 else f"{cell.name}.{column.name}"
            self.add(
                FormCell(
                    id, name, cell.label, entry.name, cell.id, column.key, cell.unit or "", part,
                    cell.decimal, cell.signed,
                ),
                path,
            )  # fmt: skip

    def block_rows(self, entry: TableEntry, path: Path) -> tuple[list[FormRow], list[FormColumn], list[FormBlock]]:
        rows: list[FormRow] = []
        columns: dict[str, FormColumn] = {}
        blocks: list[FormBlock] = []
        for at, block in enumerate(entry.blocks):
            here = (*path, "blocks", at)
            own = [_row(r, entry.part or "", heading=block.heading) for r in block.rows]
            self.grid(entry, own, block.rows, block.columns, here)
            rows.extend(own)
            for index, column in enumerate(block.columns):
                made = _column(column)
                if columns.setdefault(column.key, made) != made:
                    self.tell((*here, "columns", index, "key"), f"列 {column.key} 在不同块中写法不同")
            blocks.append(
                FormBlock(
                    block.heading, tuple(r.key for r in own), tuple(c.key for c in block.columns), tuple(block.variants)
                )
            )
        return rows, list(columns.values()), blocks

    def grid_rows(self, entry: TableEntry, path: Path) -> tuple[list[FormRow], list[FormColumn], list[FormBlock]]:
        rows = [_row(r, entry.part or "") for r in entry.rows]
        self.grid(entry, rows, entry.rows, entry.columns, path)
        return rows, [_column(c) for c in entry.columns], []

    def grid(
        self, table: TableEntry, rows: Sequence[FormRow], given: Sequence[RowEntry], columns: Sequence[ColumnEntry],
        path: Path,
    ) -> None:  # fmt: skip
        """All cells of rows × columns."""
        self.unique(((r.key, (*path, "rows", at, "key")) for at, r in enumerate(given)), "行 key")
        self.unique(((c.key, (*path, "columns", at, "key")) for at, c in enumerate(columns)), "列 key")
        for at, (row, raw) in enumerate(zip(rows, given, strict=True)):
            if row.heading:
                continue
            if raw.name is None:
                self.tell((*path, "rows", at), "缺少字段 name")
            for index, column in enumerate(columns):
                unit = column.unit or table.unit
                if unit is None:
                    self.tell((*path, "columns", index), "缺少字段 unit")
                cell = FormCell(
                    f"{table.ids}.{row.key}.{column.key}", f"{row.name}.{column.name}",
                    "/".join((*row.path, *column.path)), table.name, row.key, column.key, unit or "",
                    table.part or table.name, column.decimal, column.signed,
                )  # fmt: skip
                self.add(cell, (*path, "rows", at))

    def lists(self, tables: Sequence[FormTable]) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
        """Axes and groups: what they name must be a cell, a row or a column."""
        rows = {r.name for t in tables for r in t.rows if not r.heading}
        known = rows | {c.name for t in tables for c in t.columns} | set(self.by_name)
        axes = {name: self.members(("axes", name), names, known) for name, names in self.entry.axes.items()}
        groups: dict[str, tuple[str, ...]] = {}
        for cell in self.cells.values():
            groups[cell.part] = (*groups.get(cell.part, ()), cell.name)
        for name, given in self.entry.groups.items():
            path = ("groups", name)
            if name in groups or name in axes or name in known:
                self.tell(path, f"组名 {name} 已用作部分、轴、行、列或指标的名称")
            if not isinstance(given, WholeTable):
                groups[name] = self.members(path, given, known)
                continue
            groups[name] = tuple(c.name for c in self.cells.values() if c.table == given.table)
            if not groups[name]:
                self.tell((*path, "table"), f"没有名为 {given.table} 的表")
        return axes, groups

    def members(self, path: Path, names: Sequence[str], known: set[str]) -> tuple[str, ...]:
        self.unique(((name, (*path, at)) for at, name in enumerate(names)), "名称")
        for at, name in enumerate(names):
            if name not in known:
                self.tell((*path, at), f"{name} 不是本格式的行、列或指标{nearest(name, sorted(known))}")
        return tuple(names)


def _column(entry: ColumnEntry) -> FormColumn:
    return FormColumn(entry.key, entry.name, tuple(entry.path), tuple(entry.variants), entry.optional)


def _row(entry: RowEntry, part: str, heading: str | None = None) -> FormRow:
    path = (*([heading] if heading else []), *entry.path)
    number = re.match(r"[一二三四五六七八九十]+(?=、)|（[一二三四五六七八九十]+）|\d+(?=[.、．])", entry.path[-1])
    name = entry.name or entry.path[-1]
    return FormRow(
        entry.key, name, path, number[0] if number else "", tuple(entry.variants), entry.heading, part,
        optional=entry.optional,
    )  # fmt: skip


def _prefixes(number: str) -> list[str]:
    """The numbers above 三（三）4其中: 三, 三（三）, 三（三）4."""
    steps = re.findall(r"（[^）]*）|\d+|其中|[一二三四五六七八九十]+", number)
    return ["".join(steps[:n]) for n in range(1, len(steps))]
