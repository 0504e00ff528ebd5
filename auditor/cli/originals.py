"""What was handed to this run, by SHA-256: the page shows it with the evidence marked."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence

from auditor.model import Audit, Unread
from auditor.readers import Source, load

_PART = re.compile(r"#\d+\Z")


def originals(done: Audit, handed: Sequence[Source | Unread]) -> Callable[[str], bytes | None]:
    """Gives the bytes of a document that the run read; None where they are no longer what it read."""
    files = {one.name: one for one in handed if isinstance(one, Source)}
    reports = (*(judged.report for judged in done.reports), *done.before)
    named = {report.sha256: _PART.sub("", report.source) for report in reports}
    for report in reports:
        for version in report.filing.versions if report.filing is not None else ():
            named.setdefault(version.sha256, _PART.sub("", version.source))

    def kept(sha256: str) -> bytes | None:
        source = files.get(named.get(sha256, ""))
        data = load(source) if source is not None else None
        known = isinstance(data, bytes) and hashlib.sha256(data).hexdigest() == sha256
        return data if isinstance(data, bytes) and known else None

    return kept
