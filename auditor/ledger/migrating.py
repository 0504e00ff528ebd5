"""The schema of a ledger file: made where there is none, brought up to date where it is older, refused where it is newer.

Copy       before an older ledger is changed, a copy of it is kept beside it (ledger.sqlite.第1版备份)
Adds       a newer version only adds tables, indexes and columns that may be NULL, so that every seal of an older one holds
Strange    what stands in a file beyond what this program writes (a trigger, a view, another column) is named by `strange`
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, create_engine, exc
from sqlalchemy.pool import StaticPool
from sqlalchemy.schema import CreateColumn, CreateIndex

from auditor.ledger import copying, tables


class SchemaError(Exception):
    """The file is no ledger of this program, or of a newer one; Chinese words."""


def is_current(connection: Connection, path: Path) -> bool:
    """Whether the file is as this program writes it; False: `prepare` it. Raises SchemaError."""
    application = _number(connection, "PRAGMA application_id")
    version = _number(connection, "PRAGMA user_version")
    if not application and not _number(connection, "SELECT count(*) FROM sqlite_master"):
        return False
    if application != tables.APPLICATION:
        raise SchemaError(f"“{path}”不是台账文件")
    if version > tables.VERSION:
        raise SchemaError(
            f"台账“{path}”由较新的程序写成（第 {version} 版，本程序为第 {tables.VERSION} 版），请升级 auditor"
        )
    return version == tables.VERSION


def prepare(connection: Connection, path: Path) -> None:
    """The file as this program writes it, within a transaction that writes. Raises SchemaError."""
    if is_current(connection, path):  # another process was faster
        return
    version = _number(connection, "PRAGMA user_version")
    if version:
        _keep_copy(path, version)
    _add(connection)
    connection.exec_driver_sql(f"PRAGMA application_id = {tables.APPLICATION}")
    connection.exec_driver_sql(f"PRAGMA user_version = {tables.VERSION}")


def version_of(connection: Connection) -> int:
    """The version of its schema."""
    return _number(connection, "PRAGMA user_version")


def journal_of(connection: Connection) -> str:
    """How the file is written: "wal", or "delete" (the older journal)."""
    return str(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one())


def size_of(connection: Connection) -> int:
    """Bytes of the whole file, what its log will add to it counted."""
    return _number(connection, "PRAGMA page_count") * _number(connection, "PRAGMA page_size")


def _number(connection: Connection, question: str) -> int:
    return int(connection.exec_driver_sql(question).scalar_one())


def _keep_copy(path: Path, version: int) -> None:
    beside = path.with_name(f"{path.name}.第{version}版备份")
    if beside.exists():  # of an earlier attempt
        return
    try:
        copying.copy(path, beside)
    except FileExistsError:
        return
    except OSError:
        raise SchemaError(
            f"台账“{path}”是旧版本的，升级前不能在旁边留下备份“{beside.name}”，请检查权限和磁盘空间"
        ) from None


def _add(connection: Connection) -> None:
    """Tables, columns and indexes that are not there yet."""
    known = _columns(connection)
    tables.metadata.create_all(connection)
    for table in tables.metadata.sorted_tables:
        for column in table.columns:
            if table.name in known and column.name not in known[table.name]:
                shown = CreateColumn(column).compile(dialect=connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {shown}")
        if table.name in known:
            for index in sorted(table.indexes, key=lambda each: str(each.name)):
                connection.execute(CreateIndex(index, if_not_exists=True))


def _columns(connection: Connection) -> dict[str, set[str]]:
    query = "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
    found: dict[str, set[str]] = {}
    for table, column in connection.exec_driver_sql(query):
        found.setdefault(table, set()).add(column)
    return found


# --- what stands in a file ------------------------------------------------------------------------------

_KINDS = {"table": "表", "index": "索引", "trigger": "触发器", "view": "视图"}
Parts = Mapping[tuple[str, str], frozenset[str]]
"""(kind, name) -> the parts of its definition: the columns of a table, in whatever order."""


def strange(connection: Connection) -> Iterator[str]:
    """What of the file's schema is not as this program writes it, in words."""
    found, own = _schema(connection), _own_schema()
    for key in sorted(found.keys() | own.keys()):
        what = f"{_KINDS.get(key[0], key[0])} {key[1]}"
        if key not in own:
            yield f"台账文件里有本程序没有写过的{what}"
        elif key not in found:
            yield f"台账文件里缺少{what}"
        elif found[key] != own[key]:
            parts = "、".join(sorted(found[key] ^ own[key]))
            yield f"台账文件里{what}的结构被改动（{parts}）"


_MOST = 20


def damage(connection: Connection) -> Iterator[str]:
    """What SQLite says of the pages of the file, the first `_MOST` things."""
    try:
        for (said,) in connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST})"):
            if said != "ok":
                yield f"数据库文件损坏：{said}"
    except exc.DatabaseError as error:
        yield f"数据库文件损坏：{error.orig}"


@cache
def _own_schema() -> Parts:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with engine.begin() as connection:
            tables.metadata.create_all(connection)
            return _schema(connection)
    finally:
        engine.dispose()


def _schema(connection: Connection) -> Parts:
    query = "SELECT type, name, coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\'"
    return {(kind, name): _parts(sql) for kind, name, sql in connection.exec_driver_sql(query)}


def _parts(sql: str) -> frozenset[str]:
    """The definition in pieces: what stands before the brackets, and what stands between the commas within."""
    head, _, body = " ".join(sql.split()).partition("(")
    inner, _, tail = body.rpartition(")")
    pieces = re.split(r",(?![^(]*\))", inner)
    return frozenset(filter(None, (head.strip(), tail.strip(), *(piece.strip() for piece in pieces))))
