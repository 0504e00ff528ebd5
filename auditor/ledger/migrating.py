"""The schema of a ledger file: made where there is none, brought up to date where it is older, refused where it is newer.

Copy       before an older ledger is changed, a copy of it is kept beside it (ledger.sqlite.第1版备份)
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from auditor.ledger import tables


class SchemaError(Exception):
    """The file is no ledger of this program, or of a newer one; Chinese words."""


def prepare(connection: Connection, path: Path) -> None:
    """The file as this program writes it. Raises SchemaError."""
    application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    if not connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one():
        tables.metadata.create_all(connection)
        connection.exec_driver_sql(f"PRAGMA application_id = {tables.APPLICATION}")
        connection.exec_driver_sql(f"PRAGMA user_version = {tables.VERSION}")
        return
    if application != tables.APPLICATION:
        raise SchemaError(f"“{path}”不是台账文件")
    if version > tables.VERSION:
        raise SchemaError(
            f"台账“{path}”由较新的程序写成（第 {version} 版，本程序为第 {tables.VERSION} 版），请升级 auditor"
        )
