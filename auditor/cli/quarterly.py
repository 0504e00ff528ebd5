"""`auditor compare`, `auditor retro`: two quarters side by side, on the screen, as JSON, as a workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import click

from auditor.cli import USAGE, fail
from auditor.cli.grid import Grid
from auditor.cli.ledgers import moment, opened
from auditor.cli.terminal import console
from auditor.documents.comparison import (
    COUNTED,
    comparison_json,
    hindsight_json,
    signed_points,
    workbook,
)
from auditor.documents.json_text import write_text
from auditor.ledger import Ledger
from auditor.ledger import comparing as work
from auditor.ledger.histories import called
from auditor.model import Finding
from auditor.quarters.comparing import Comparison, Fated, Moved
from auditor.quarters.fates import Fate
from auditor.quarters.hindsight import Hindsight, Rejudged
from auditor.quarters.history import meant
from auditor.quarters.movement import WORDS
from auditor.text import show

CURRENT = "当前"
_MOST_LISTED = 30


def compare(
    earlier: str,
    later: str,
    units: Sequence[str],
    out: Path | None,
    jobs: int | None,
    *,
    everything: bool = False,
    as_json: bool,
) -> int:
    """Two views compared; the exit code."""
    with opened() as ledger:
        found = work.compare(ledger, earlier, later, moment().date(), _units(ledger, units), jobs)
        stamp = ledger.stamp
    if as_json:
        click.echo(write_text(comparison_json(found)), nl=False)
    else:
        show_comparison(found, everything=everything)
    if out is not None:
        _written(out, workbook(found, stamp), quiet=as_json)
    return 0


def retro(quarter: str, under: str, units: Sequence[str], jobs: int | None, *, as_json: bool) -> int:
    """A quarter under other rules; the exit code."""
    from auditor.cli.rulebooks import tried

    rules = tried(()) if under == CURRENT else under
    with opened() as ledger:
        found = work.retro(ledger, quarter, rules, moment().date(), _units(ledger, units), jobs)
    if as_json:
        click.echo(write_text(hindsight_json(found)), nl=False)
    else:
        _show_hindsight(found)
    return 0


def _units(ledger: Ledger, words: Sequence[str]) -> tuple[str, ...]:
    """The full names of the units that are meant; ends with 2 where one is not known or may be several."""
    every = called(ledger) if words else ()
    out = []
    for word in words:
        found = meant(word.strip(), every) if word.strip() else ()
        if len(found) != 1:
            several = f"可能是 {len(found)} 个单位（{'、'.join(found[:8])}），请写全称" if found else "不在台账里"
            fail(USAGE, f"单位“{word}”{several}")
        out.append(found[0])
    return tuple(out)


def _written(path: Path, data: bytes, *, quiet: bool) -> None:
    if path.suffix.lower() != ".xlsx":
        fail(USAGE, f"“{path}”：--out 写成 Excel 工作簿，文件名应以 .xlsx 结尾")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        fail(USAGE, f"不能写入“{path}”：{error.strerror or '可能正在 Excel 中打开'}")
    click.echo(f"已写入 {path}。", err=quiet)


# --- the comparison on the screen ------------------------------------------------------------------------------


def show_comparison(found: Comparison, *, everything: bool = False) -> None:
    """A line a unit that can be compared or of which something is to be said, then the findings by fate; `everything`: all."""
    click.echo(f"{found.earlier} 与 {found.later} 对比（按 {found.day} 的认定和豁免）")
    if not found.units:
        click.echo("两边都没有报告。")
        return
    listed_units = [one for one in found.units if everything or one.is_telling]
    if listed_units:
        console().print(_units_table(listed_units))
        click.echo(_KEY)
    if words := _left_out(found, [one for one in found.units if one not in listed_units]):
        click.echo(words)
    click.echo(_totals(found.units))
    for fate, some in groupby(sorted(found.findings, key=_by_fate), key=lambda one: one.fate):
        listed = list(some)
        if fate is Fate.UNSEEN and not everything:
            click.secho(f"\n{fate.value}（{_numbers(listed)}；加 --all 列出）", bold=True)
            continue
        click.secho(f"\n{fate.value}（{_numbers(listed)}）", bold=True)
        most = len(listed) if everything else _MOST_LISTED
        for one in listed[:most]:
            click.echo(f"  {finding_line(one)}")
        if len(listed) > most:
            click.echo(
                f"  其余 {len(listed) - most} 个没有列出：加 --all 全部列出，--unit 只看一个单位，--out 写成工作簿。"
            )


def _numbers(listed: Sequence[Fated]) -> str:
    """8 个，另有归并的 1 个: as the totals count, and what they leave out."""
    apart = Counter(_apart(one) for one in listed)
    return "，另有".join([f"{apart.pop('', 0)} 个", *(f"{word} {count} 个" for word, count in apart.items())])


def _apart(one: Fated) -> str:
    """Why the totals do not count it with its fate."""
    return "归并的" if one.noted.members else "试行的" if one.noted.draft else "" if one.counts else one.word


def _left_out(found: Comparison, units: Sequence[Moved]) -> str:
    """How many units are not listed, and why."""
    later = sum(one.after is None for one in units)
    earlier = len(units) - later
    parts = [f"{found.later} 没有检查的 {later} 份"] if later else []
    parts += [f"{found.earlier} 没有检查、{found.later} 没有问题的 {earlier} 份"] if earlier else []
    return f"没有列出：{'，'.join(parts)}（加 --all 全部列出）。" if parts else ""


def _by_fate(one: Fated) -> int:
    return list(Fate).index(one.fate)


def _units_table(units: Iterable[Moved]) -> Grid:
    table = Grid()
    table.add_column("单位", overflow="fold", min_width=8)
    for name in ("年度", "原得分", "现得分", "变化"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("其中", overflow="fold", min_width=6)
    table.add_column("名次", no_wrap=True)
    for name in ("新\n发现", "仍\n存在", "已\n改正", "再次\n出现"):
        table.add_column(name, justify="right")
    for one in units:
        table.add_row(*_unit_row(one))
    return table


_KEY = (
    "各栏问题数不含已豁免、不属实的。名次在同年度、同分组中排，写作“原→现”；得分是区间的不排，"
    "同组检查过的不到一半的都不排。"
)


def _unit_row(one: Moved) -> list[str]:
    points = [show(value) if value is not None else "—" for value in (one.before, one.after)]
    if one.issued is not None and one.issued != one.before:
        points[0] += f"\n印发{show(one.issued)}"
    change = one.after - one.before if one.before is not None and one.after is not None else None
    counts = [str(one.counts.get(fate.value, 0) or "") for fate in (Fate.NEW, Fate.PERSISTING, Fate.MENDED, Fate.BACK)]
    year = str(one.year or "不明")
    return [one.short, year, *points, signed_points(change), " ".join(_reasons(one)), _places(one), *counts]


def _places(one: Moved) -> str:
    """3→1, 3→— where it has no place now."""
    if one.rank_before is None and one.rank_after is None:
        return ""
    return "→".join(str(place.rank) if place is not None else "—" for place in (one.rank_before, one.rank_after))


def _reasons(one: Moved) -> Iterator[str]:
    for words, name in WORDS:
        points: Decimal | None = getattr(one.split, name) if one.split is not None else None
        if points:
            yield f"{words[:2]}{signed_points(points)}"


def _totals(units: Iterable[Moved]) -> str:
    sums: dict[str, int] = {}
    for one in units:
        for word, count in one.counts.items():
            sums[word] = sums.get(word, 0) + count
    parts = [f"{word} {sums[word]} 个" for word in COUNTED if sums.get(word)]
    return f"合计：{'，'.join(parts)}。" if parts else "两边都没有问题。"


def finding_line(one: Fated) -> str:
    """2026Q1-柳汀镇-03 柳汀镇 2025年度 表四总计错误（严重）：第 3 季，自 2025Q4；逾期（2026-04-20 到期）；…"""
    noted = one.noted
    name = noted.number or noted.key.unit
    parts = []
    if one.quarters > 1:
        parts.append(f"连续 {one.quarters} 季，自 {one.since}")
    if one.word:
        parts.append(one.word)
    if one.overdue is not None:
        parts.append(f"逾期（{one.overdue} 到期）")
    if one.why:
        parts.append(one.why)
    told = f"：{'；'.join(parts)}" if parts else ""
    draft = "，试行" if noted.draft else ""
    return f"{name} {noted.title}（{noted.severity}{draft}）{told}"


# --- a quarter under other rules --------------------------------------------------------------------------------


def _show_hindsight(found: Hindsight) -> None:
    changed = [one for one in found.reports if one.is_changed]
    click.echo(
        f"{found.word} 的报告按 {found.under} 的规则重新判断：{len(found.reports)} 份中有 {len(changed)} 份不同。"
    )
    for one in changed:
        grades = one.grade_before if one.grade_before == one.grade_after else f"{one.grade_before} → {one.grade_after}"
        click.secho(
            f"\n{one.unit} {one.year or '年度不明'}：{show(one.before)} → {show(one.after)}（{grades}）", bold=True
        )
        for line in _hindsight_lines(one):
            click.echo(f"  {line}")


def _hindsight_lines(one: Rejudged) -> Iterator[str]:
    for finding in one.appeared:
        yield f"多出  {_named(finding)}：{finding.message}"
    for gone in one.vanished:
        yield f"不再  {_named(gone.finding)}：{gone.why}"
    for was, now in one.reweighed:
        yield f"改变  {_named(was)}：{_weight(was)} → {_weight(now)}"


def _named(finding: Finding) -> str:
    return f"{finding.number} {finding.title}".strip()


def _weight(finding: Finding) -> str:
    sure = "疑似" if finding.outcome.value == "suspected" else "不合规"
    return f"{finding.severity}、{sure}、{show(finding.cost)} 分"
