"""`auditor trends | rules stats`: roll-ups of the ledger on the screen, as CSV, Parquet or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from auditor.cli import USAGE, fail
from auditor.cli.grid import Grid
from auditor.cli.ledgers import moment, opened
from auditor.cli.terminal import Bar, console
from auditor.documents.json_text import Json, write_text
from auditor.frames.columns import RULES, TRENDS, Row, frame
from auditor.frames.rolled import rules as rule_rows
from auditor.frames.rolled import trends as trend_rows
from auditor.frames.writing import FrameError, ready, write_frame
from auditor.ledger import Ledger
from auditor.ledger.overview import cards_now, checks
from auditor.ledger.reading import runs
from auditor.quarters.rulestats import LEAST_DECIDED, RuleStat, rule_stats
from auditor.quarters.stats import By, Over, Rolled, rolled
from auditor.text import show

if TYPE_CHECKING:
    import pandas as pd

_MOST_RULES, _MOST_SILENT = 40, 60
_SHOWN = (
    ("报告", "reports"),
    ("未读全", "partly"),
    ("无法读取", "unread"),
    ("未报", "missing"),
    ("平均分", "mean"),
    ("中位数", "median"),
    ("确定", "broken"),
    ("疑似", "suspected"),
    ("属实", "upheld"),
    ("不属实", "dismissed"),
    ("豁免", "waived"),
    ("未认定", "undecided"),
    ("新发现", "new"),
    ("再次出现", "returned"),
    ("已改正", "mended"),
)
_POINTS = ("mean", "median")
_SOMETIMES = ("partly", "unread", "missing", "upheld", "dismissed", "waived", "returned")
"""Columns that are left out where all is 0."""


def trends(by: str, over: str | None, out: Path | None, *, bare: bool, as_json: bool) -> int:
    """The roll-up; the exit code."""
    chosen = _chosen(by, over)
    _check(out)
    with opened() as ledger, Bar() as bar:
        _some_runs(ledger)
        found = checks(
            ledger, moment().date(), verdicts=not bare, tell=lambda done, total: bar.tell("计入认定", done, total, 0)
        )
        rows = rolled(found, *chosen)
    if out is not None:
        _write(frame(TRENDS, trend_rows(rows)), out)
    if as_json:
        click.echo(write_text({"by": by, "over": chosen[1].value, "rows": _json(trend_rows(rows))}), nl=False)
    elif out is None:
        _show(rows, *chosen)
    return 0


def _chosen(by: str, over: str | None) -> tuple[By, Over]:
    """What rows are by, and over what: 季度 and 年度 are times and no words of their own."""
    if by in tuple(Over):
        if over not in (None, by):
            fail(USAGE, f"--by {by} 已经写明逐{by}，不能再写 --over {over}")
        return By.ALL, Over(by)
    return By(by), Over(over or Over.QUARTER)


def _some_runs(ledger: Ledger) -> None:
    if not runs(ledger):
        fail(USAGE, f"台账“{ledger.path}”里还没有批次，先审核一次：auditor audit")


def _show(rows: Sequence[Rolled], by: By, over: Over) -> None:
    points = by not in (By.RULE, By.DIMENSION)
    shown = [
        (head, name)
        for head, name in _SHOWN
        if (points or name not in _POINTS) and (name not in _SOMETIMES or any(getattr(row, name) for row in rows))
    ]
    table = Grid()
    table.add_column(over.value, no_wrap=True)
    if by is not By.ALL:
        table.add_column(by.value, overflow="fold", min_width=8)
    for head, name in shown:
        widest = max((len(_cell(getattr(row, name))) for row in rows), default=0)
        table.add_column(head, justify="right", min_width=max(4, widest))
    for row in rows:
        word = [] if by is By.ALL else [f"{row.key} {row.title}".strip()]
        table.add_row(row.over, *word, *(_cell(getattr(row, name)) for _, name in shown))
    console().print(table)
    for line in _remarks(rows, by, over):
        click.echo(line)


def _cell(value: Decimal | int | None) -> str:
    return "—" if value is None else show(value)


def _remarks(rows: Sequence[Rolled], by: By, over: Over) -> list[str]:
    """What the numbers do not say of themselves."""
    lines = []
    if by not in (By.RULE, By.DIMENSION):
        lines.append("平均分、中位数只算读全的报告；未读全、无法读取、未报的另列，不混入平均。")
        ranges = [row for row in rows if row.partly]
        lines += [
            f"  {row.over} {row.key}".rstrip()
            + f"：连同未读全的 {row.partly} 份，平均分在 {_cell(row.mean_low)} 至 {_cell(row.mean_high)} 之间。"
            for row in ranges
        ]
    if sum(row.unreckoned for row in rows):
        lines.append(f"有 {sum(row.unreckoned for row in rows)} 份报告的批次没有存下规则库，认定没有计入其得分。")
    if over is Over.YEAR:
        lines.append("每份报告取最近一次审核；问题按该次审核时的情况计。")
    return lines


# --- rules ----------------------------------------------------------------------------------------------


def rules(out: Path | None, *, as_json: bool) -> int:
    """The statistics of the rules; the exit code."""
    _check(out)
    with opened() as ledger:
        _some_runs(ledger)
        stats = rule_stats(checks(ledger, moment().date(), verdicts=False), cards_now(ledger))
    if out is not None:
        _write(frame(RULES, rule_rows(stats)), out)
    if as_json:
        click.echo(
            write_text(
                {
                    "least_decided": LEAST_DECIDED,
                    "doubtful": [one.rule for one in stats if one.is_doubtful],
                    "silent": [one.rule for one in stats if one.is_silent],
                    "rules": _json(rule_rows(stats)),
                }
            ),
            nl=False,
        )
    elif out is None:
        _show_rules(stats)
    return 0


def _show_rules(stats: Sequence[RuleStat]) -> None:
    fired = sorted((one for one in stats if one.fired), key=lambda one: (-one.fired, one.rule))
    table = Grid()
    table.add_column("规则", overflow="fold", min_width=24)
    for head in ("报出", "单位", "季度", "属实", "不属实", "豁免", "未认定", "仍存在", "已改正"):
        table.add_column(head, justify="right", no_wrap=True)
    for one in fired[:_MOST_RULES]:
        counts = (one.fired, one.units, one.quarters, one.upheld, one.dismissed, one.waived, one.undecided)
        table.add_row(f"{one.rule} {one.title}", *map(str, (*counts, one.standing, one.mended)))
    console().print(table)
    if len(fired) > _MOST_RULES:
        click.echo(f"  其余 {len(fired) - _MOST_RULES} 条用 --out 规则统计.csv 或 --json 查看。")
    click.echo("同一单位同一处的同一内容，不论存在几个季度，只计一次。")
    _show_doubtful([one for one in stats if one.is_doubtful])
    _show_silent([one for one in stats if one.is_silent])


def _show_doubtful(doubtful: Sequence[RuleStat]) -> None:
    bar = f"认定属实或不属实的至少 {LEAST_DECIDED} 个、其中不属实过半"
    if not doubtful:
        click.echo(f"没有过半不属实的规则（{bar}）。")
        return
    click.echo(f"过半不属实的规则 {len(doubtful)} 条（{bar}），请检查规则是否写得过严：")
    for one in doubtful:
        click.echo(
            f"  {one.rule} {one.title}：{one.decided} 个中 {one.dismissed} 个不属实（{show(one.dismissed_share)}%）"
        )


def _show_silent(silent: Sequence[RuleStat]) -> None:
    never = [one for one in silent if not one.asked]
    quiet = [one for one in silent if one.asked]
    for words, rules_ in (("判断过报告而从未报出问题的规则", quiet), ("没有遇到过适用的报告的规则", never)):
        if rules_:
            more = f" 等 {len(rules_)} 条" if len(rules_) > _MOST_SILENT else ""
            names = "、".join(one.rule for one in rules_[:_MOST_SILENT])
            click.echo(f"{words} {len(rules_)} 条：{names}{more}")


# --- files and JSON -----------------------------------------------------------------------------------------


def _check(out: Path | None) -> None:
    """Refuses a file that could not be written before the ledger is read."""
    if out is None:
        return
    try:
        ready(out)
    except FrameError as error:
        fail(USAGE, str(error))
    if not out.resolve().parent.is_dir():
        fail(USAGE, f"没有文件夹“{out.parent}”，请先建立")


def _write(table: pd.DataFrame, out: Path) -> None:
    try:
        write_frame(table, out)
    except OSError as error:
        fail(
            USAGE, f"不能写入“{out}”（{error.strerror or error}）。文件若正在 Excel 中打开，请先关闭，或者换一个文件名"
        )
    click.echo(f"已写入 {out}（{len(table)} 行）。", err=True)


def _json(rows: Iterable[Row]) -> list[Json]:
    """Rows as JSON: what is absent is null, decimals are numbers."""
    return [cast("dict[str, Json]", dict(row)) for row in rows]
