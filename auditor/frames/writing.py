"""A table -> a file: CSV for a double click in Windows, Parquet for other programs.

CSV       UTF-8 with a byte order mark, CRLF, Chinese heads; what is absent is an empty field; flags are 是 and 否; text that a
          spreadsheet would compute (it begins with = + - @ …) gets a leading ', numbers do not
Parquet   the names of the table; text, int64, bool, and decimals as decimal128 of the scale they need; absent is null
Refuses   any other ending; Parquet where pyarrow is not installed: FrameError, which says what to type
"""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.documents.sheet_csv import harmless
from auditor.frames.columns import HEADS

if TYPE_CHECKING:
    import pandas as pd

ENDINGS = (".csv", ".parquet")
_MISSING = (
    '写 Parquet 文件要用 pyarrow，这台电脑上没有安装。请运行：pip install "auditor[parquet]"，或者改写成 .csv 文件'
)


class FrameError(Exception):
    """A table cannot be written; the words (Chinese) say why and what to do."""


def write_frame(frame: pd.DataFrame, path: Path | str) -> None:
    """The table as a file of the kind that its ending says: .csv or .parquet. Raises FrameError, OSError."""
    target = Path(path)
    ready(target)
    data = as_csv(frame) if target.suffix.lower() == ".csv" else as_parquet(frame)
    target.write_bytes(data)


def ready(path: Path) -> None:
    """Says by FrameError what would not be written: another ending, Parquet without pyarrow."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise FrameError(f"“{path.name}”不是能写的格式，文件名应以 .csv 或 .parquet 结尾")
    if ending == ".parquet":
        _pyarrow()


def _pyarrow() -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise FrameError(_MISSING) from None
    return pyarrow


def as_csv(frame: pd.DataFrame) -> bytes:
    """The bytes of a CSV file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([harmless(HEADS.get(str(name), str(name))) for name in frame.columns])
    for row in frame.itertuples(index=False, name=None):
        writer.writerow([_field(value) for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _field(value: Any) -> str:
    """One value as text."""
    import pandas as pd

    if value is None or value is pd.NA:
        return ""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def as_parquet(frame: pd.DataFrame) -> bytes:
    """The bytes of a Parquet file. Raises FrameError where pyarrow is missing."""
    pyarrow = _pyarrow()
    columns = [_arrow(pyarrow, frame[name]) for name in frame.columns]
    table = pyarrow.Table.from_arrays(columns, names=[str(name) for name in frame.columns])
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(table, sink)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _arrow(pyarrow: Any, column: pd.Series[Any]) -> Any:
    """A column for Parquet, its type named: what is empty here must not have another type elsewhere."""
    import pandas as pd

    values = [None if value is pd.NA else value for value in column]
    if column.dtype == object:
        scale = max((max(-int(v.as_tuple().exponent), 0) for v in values if v is not None), default=0)
        return pyarrow.array(values, pyarrow.decimal128(38, scale))
    if isinstance(column.dtype, pd.Int64Dtype):
        return pyarrow.array(values, pyarrow.int64())
    if isinstance(column.dtype, pd.BooleanDtype):
        return pyarrow.array(values, pyarrow.bool_())
    return pyarrow.array(values, pyarrow.string())
