"""Containers: an Office file as a library packed it -> the same without the time at which it was packed.

Equal documents are equal files: members in their order, dates fixed.
"""

from __future__ import annotations

import io
import zipfile


def fixed_zip(raw: bytes) -> bytes:
    """The same members in the same order, without the time at which they were packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            target.writestr(info, source.read(name))
    return out.getvalue()
