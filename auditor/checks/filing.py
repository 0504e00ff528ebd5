"""filing: what only the files together and the roster can show: a report that is not there, versions that differ.

of          未公布  the roster says that the unit must report the year, and there is no report: certain only where the roster
                    itself says 未公布, for a file may simply not have been handed in
            多版本  another version of the same report gives other figures; only where both look published (a page of a
                    site, a date of publication), for a draft may differ from what was published
Measures    数量  of 未公布: 1 where the roster says so, else 0; of 多版本: the cells that differ
Words for the message: {stated} {source} {cells} {count}
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from auditor.checks.check import KEPT, Case, Check, Compiling, Keys, Result, described, joined, not_applicable
from auditor.model import Difference, Evidence, Filing, Number, Outcome, Version
from auditor.text import show

NAME = "filing"
SCOPE = "year"
WORDS = frozenset({"stated", "source", "cells", "count"})
_SHOWN = 6


class FilingKeys(Keys):
    """Keys of `check: filing`."""

    of: Literal["未公布", "多版本"] = described(
        "检查什么",
        meanings={"未公布": "名册中应报而没有报告", "多版本": "同一份报告有几个已经公布的版本，数字不同"},
    )


def compile(keys: FilingKeys, _: Compiling) -> Check:
    """The check of one rule."""
    return _missing if keys.of == "未公布" else _versions


def _missing(case: Case) -> list[Result]:
    filing = case.report.filing or Filing()
    if filing.unit is None:
        return not_applicable("没有名册，或者单位不在名册中，不能确定应报单位")
    if filing.reported:
        return [KEPT]
    return [
        Result(
            Outcome.BROKEN,
            certain=bool(filing.stated),
            words={"stated": filing.stated},
            measures={"数量": int(bool(filing.stated))},
            key="missing",
        )
    ]


def _versions(case: Case) -> list[Result]:
    filing = case.report.filing or Filing()
    if not filing.versions:
        return not_applicable("所给文件中没有这份报告的其他版本")
    public = [v for v in filing.versions if v.public and filing.public]
    if not public:
        return not_applicable("其他版本不像已经公布的，不作比较")
    differing = [v for v in public if v.differences]
    return [_differing(v) for v in differing] or [KEPT]


def _differing(version: Version) -> Result:
    found = version.differences
    only = found[0] if len(found) == 1 else None
    return Result(
        Outcome.BROKEN,
        facts=tuple(d.fact for d in found),
        left=only.value if only else None,
        right=only.other if only else None,
        difference=_gap(only.value, only.other) if only else None,
        evidence=tuple(_evidence(found, version.source)),
        words={"source": version.source, "cells": _cells(found), "count": str(len(found))},
        measures={"数量": len(found)},
        key="version:" + version.sha256,
    )


def _gap(one: Number, other: Number) -> Number:
    return max(one, other) - min(one, other)


def _evidence(found: Iterable[Difference], source: str) -> Iterable[Evidence]:
    for one in found:
        yield Evidence(show(one.value), one.place, one.name)
        yield Evidence(f"{one.name}：{show(one.other)}", None, f"另一版本（{source}）")


def _cells(found: tuple[Difference, ...]) -> str:
    shown = joined(f"“{d.name}”{show(d.value)}与{show(d.other)}" for d in found[:_SHOWN])
    return shown if len(found) <= _SHOWN else f"{shown}等"
