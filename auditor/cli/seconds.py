"""`audit --timing`: where the seconds went, as a table on stderr or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.table import Table

from auditor.cli.terminal import console
from auditor.timing import CONCLUDING, DOCUMENT, EXTRACTING, JUDGING, READING, RULE, SCORING, Clock

_MOST_RULES = 15
# A rule's own seconds are part of 判断, so they are no further line of the sum.
_PARTS = ((READING, "读取文件"), (EXTRACTING, "提取数据"), (JUDGING, "逐条判断"), (CONCLUDING, "差错定位和组合规则"), (SCORING, "计分"), (DOCUMENT, "写出文书"))  # fmt: skip


def show(clock: Clock) -> None:
    """The stages with the kinds of file and the documents; then the dearest rules."""
    stages = _table("用时（各进程合计）", "环节")
    for stage, words in _PARTS:
        found = clock.of(stage)
        stages.add_row(words, *_sum(found))
        for name, seconds, count in found if stage in (READING, DOCUMENT) else ():
            stages.add_row(f"  {name}", *_row(seconds, count))
    rules = _table("逐条判断中用时最多的规则", "规则")
    found = clock.of(RULE)
    for name, seconds, count in found[:_MOST_RULES]:
        rules.add_row(name, *_row(seconds, count))
    if rest := found[_MOST_RULES:]:
        rules.add_row(f"其余 {len(rest)} 条", *_sum(rest))
    for table in (stages, rules):
        console(err=True).print(table)


def _table(title: str, first: str) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column(first, min_width=30)
    for name in ("秒", "次数", "每次毫秒"):
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _sum(found: Sequence[tuple[str, float, int]]) -> tuple[str, str, str]:
    return _row(sum(seconds for _, seconds, _ in found), sum(count for _, _, count in found))


def _row(seconds: float, count: int) -> tuple[str, str, str]:
    return f"{seconds:.3f}", str(count), f"{1000 * seconds / count:.2f}" if count else ""


def as_json(clock: Clock) -> dict[str, Any]:
    """Seconds and counts by stage and name; what has no name of its own stands under its stage."""
    out: dict[str, Any] = {}
    for stage, key in ((READING, "readers"), (RULE, "rules"), (DOCUMENT, "documents")):
        out[key] = {name: {"seconds": round(s, 6), "count": n} for name, s, n in sorted(clock.of(stage))}
    for stage, key in ((EXTRACTING, "extract"), (JUDGING, "judge"), (CONCLUDING, "conclude"), (SCORING, "score")):
        seconds, count = sum(s for _, s, _ in clock.of(stage)), sum(n for _, _, n in clock.of(stage))
        out[key] = {"seconds": round(seconds, 6), "count": count}
    return out
