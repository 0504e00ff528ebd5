"""`auditor what-if`: what new rules, or other points, would change in a stored run; no document is read again."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli import NOTHING, USAGE, fail
from auditor.cli.rulebooks import loaded, refuse
from auditor.cli.workplace import current
from auditor.model import OUTCOME_WORDS, Outcome
from auditor.rulebook import Rulebook, RulebookError, build
from auditor.store import Stored, StoreError, write
from auditor.store import open as opened
from auditor.text import show
from auditor.whatif import runs
from auditor.whatif.changes import Proposal, proposal
from auditor.whatif.past import Past
from auditor.whatif.trial import Effect, Shift, Told, Trial, trial

if TYPE_CHECKING:  # roll-ups and all that they import are needed for a ranking only
    from auditor.whatif.firmness import Firm, Firmness, Standing

_SPEAK = (Outcome.BROKEN, Outcome.SUSPECTED, Outcome.UNCLEAR, Outcome.TO_CONFIRM, Outcome.KEPT, Outcome.NOT_APPLICABLE)
_MOST_UNITS = 40


def rules(new: Path, over: str | None, as_json: bool) -> int:
    """The trial of new rules; the exit code."""
    from auditor.cli.terminal import Bar

    with stored_run(over) as stored:
        if stored.texts is None:
            fail(USAGE, f"“{stored.path}”里没有所用的规则，不能套用新规则，请重新审核一次")
        try:
            proposed = proposal(new, stored.texts)
        except RulebookError as error:
            refuse(error.mistakes)
        with Bar() as bar:
            done = trial(Past(stored, _roster()), proposed, bar.tell)
        if as_json:
            click.echo(json.dumps(_as_json(done, stored, proposed), ensure_ascii=False, indent=1))
        else:
            _show(done, stored, proposed)
    return 0


def weights(spread: str, over: str | None, as_json: bool) -> int:
    """How firm the ranking is; the exit code."""
    from auditor.cli.terminal import Bar
    from auditor.whatif.firmness import firmness

    percent = _percent(spread)
    with stored_run(over) as stored, Bar() as bar:
        book = _book_of(stored)
        done = firmness(Past(stored), book.scoring, percent, progress=bar.tell)
    if as_json:
        click.echo(json.dumps(_firmness_json(done, stored), ensure_ascii=False, indent=1))
        return 0
    run = stored.audit.run
    click.echo(
        f"批次 {run.id}：各条规则的分值各自在 ±{show(percent)}% 之内浮动，随机试算 {done.draws} 次，看名次和等次变不变。"
    )
    if done.differing:
        click.echo(f"有 {done.differing} 份报告的得分与本程序按同一办法算出的不同，结果仅供参考，建议重新审核一次。")
    for group in done.groups:
        _group(group)
    return 0


def _percent(word: str) -> Decimal:
    try:
        percent = Decimal(word.strip().lstrip("±+").rstrip("%％"))
    except InvalidOperation:
        percent = Decimal(0)
    if not percent.is_finite() or not 0 < percent < 100:
        fail(USAGE, f"--weights 应为 0 至 100 之间的百分数，如 --weights 20，不能是“{word}”")
    return percent


def _book_of(stored: Stored) -> Rulebook:
    """The rulebook of the run."""
    if stored.texts is None:
        return loaded()
    try:
        return build(stored.texts)
    except RulebookError as error:
        refuse(error.mistakes)


def _group(group: Standing) -> None:
    from rich import box
    from rich.table import Table

    from auditor.cli.terminal import console

    tau = "全部并列" if group.tau is None else f"与现在名次的平均一致程度（肯德尔系数）{group.tau:.2f}"
    click.echo(f"\n{group.title}（{len(group.reports)} 份）：{tau}")
    if len(group.reports) < 2:
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("名次", justify="right", no_wrap=True)
    table.add_column("单位", overflow="fold", min_width=26)
    for name in ("得分", "九成名次", "得分范围", "等次变动"):
        table.add_column(name, justify="right", no_wrap=True)
    for firm in group.reports[:_MOST_UNITS]:
        table.add_row(*_firm(firm))
    console().print(table)
    if len(group.reports) > _MOST_UNITS:
        click.echo(f"其余 {len(group.reports) - _MOST_UNITS} 份从略，用 --json 可看全部。")
    for pair in group.pairs[:5]:
        click.echo(f"  {pair.higher.unit}与{pair.lower.unit}有 {pair.share:.0%} 的次数互换先后")


def _firm(firm: Firm) -> list[str]:
    ranked, (best, worst), (least, most) = firm.ranked, firm.usual, firm.points
    usual = f"第 {best} 名" if best == worst else f"第 {best}—{worst} 名"
    points = show(least) if least == most else f"{show(least)}—{show(most)}"
    regraded = f"{firm.regraded:.0%}" if firm.regraded else ""
    return [
        f"{ranked.rank}{'（并列）' if ranked.tied else ''}",
        ranked.unit,
        show(ranked.points),
        usual,
        points,
        regraded,
    ]


@contextmanager
def stored_run(over: str | None) -> Iterator[Stored]:
    """The run that is meant, open; reports are audited first. Ends with 2 where there is none."""
    work = current()
    home = work.path if work is not None else Path()
    path = runs.newest(home) if over is None else runs.named(over, home)
    if path is None and over is None:
        fail(USAGE, "当前文件夹下没有审核过的批次（audits），请先运行 auditor audit，或者用 --over 写明批次或报告")
    with tempfile.TemporaryDirectory() as folder:
        if path is None:
            assert over is not None
            if not Path(over).exists():
                fail(
                    USAGE,
                    f"没有“{over}”这个批次，也没有这个文件夹或文件；批次可以写批次号（或者开头几位）、季度、结果文件夹",
                )
            path = _audited(Path(over), Path(folder))
        try:
            stored = opened(path)
        except StoreError as error:
            fail(USAGE, str(error))
        with stored:
            if not stored.rows:
                fail(NOTHING, "该批次没有报告，没有可以推算的")
            try:
                yield stored
            except StoreError as error:
                fail(USAGE, str(error))


def _audited(reports: Path, folder: Path) -> Path:
    from auditor.cli.rostering import found
    from auditor.cli.terminal import Bar
    from auditor.pipeline import Options, audit

    book = loaded()
    with Bar() as bar:
        done = audit((reports,), book, Options(roster=found(None, (reports,))), bar.tell)
    write(done, folder / "run.db", book.texts)
    return folder / "run.db"


def _roster() -> Any:
    from auditor.cli.rostering import found

    return found(None, (Path("reports"),))


# --- words -----------------------------------------------------------------------------------------


def _show(done: Trial, stored: Stored, proposed: Proposal) -> None:
    for line in _head(done, stored, proposed):
        click.echo(line)
    for effect in done.effects:
        for line in _effect(effect):
            click.echo(line)
    if not done.shifts:
        click.echo("没有单位的问题、得分或者等次会有变化。")
        return
    _units(done)
    for line in _sum(done):
        click.echo(line)


def _head(done: Trial, stored: Stored, proposed: Proposal) -> Iterator[str]:
    run = stored.audit.run
    day = f"{run.started:%Y-%m-%d}"
    yield f"批次 {run.id}（{run.quarter or day}，{done.reports} 份报告），按已存的数据推算，没有重新读取文件："
    if proposed.everywhere:
        yield f"{proposed.everywhere}有改动，全部报告重新计分。"
    if not done.effects and not proposed.everywhere:
        yield "新规则与该批次所用的规则没有不同。"


def _effect(effect: Effect) -> Iterator[str]:
    change = effect.change
    yield f"\n{change.kind.value} {change.id} {change.title}"
    if effect.after and change.ready is not None:
        yield f"  采用后：{_counts(effect.after)}；问题 {effect.findings_after} 个"
    if change.kind.value != "新增":
        yield f"  现在：{_counts(effect.before)}；问题 {effect.findings_before} 个"


def _counts(counts: Any) -> str:
    return "，".join(f"{OUTCOME_WORDS[o]} {counts[o]} 份" for o in _SPEAK if counts.get(o)) or "没有报告"


def _units(done: Trial) -> None:
    from rich import box
    from rich.table import Table

    from auditor.cli.terminal import console

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("单位", overflow="fold", min_width=26)
    for name in ("年度", "得分", "等次", "增加", "减少"):
        table.add_column(name, no_wrap=True, justify="left" if name == "等次" else "right")
    ordered = sorted(done.shifts, key=lambda s: (s.points[1] - s.points[0], s.source))
    for shift in ordered[:_MOST_UNITS]:
        table.add_row(*_row(shift))
    click.echo()
    console().print(table)
    if len(ordered) > _MOST_UNITS:
        click.echo(f"其余 {len(ordered) - _MOST_UNITS} 份从略，用 --json 可看全部。")


def _row(shift: Shift) -> list[str]:
    before, after = shift.points
    points = show(after) if before == after else f"{show(before)} → {show(after)}"
    grade = shift.grade[1] if shift.grade[0] == shift.grade[1] else f"{shift.grade[0]} → {shift.grade[1]}"
    return [shift.unit, str(shift.year or "不明"), points, grade, str(len(shift.gained)), str(len(shift.lost))]


def _sum(done: Trial) -> Iterator[str]:
    worse = sum(1 for s in done.shifts if s.points[1] < s.points[0])
    better = sum(1 for s in done.shifts if s.points[1] > s.points[0])
    graded = sum(1 for s in done.shifts if s.grade[0] != s.grade[1])
    gained, lost = sum(len(s.gained) for s in done.shifts), sum(len(s.lost) for s in done.shifts)
    yield (
        f"{done.reports} 份报告中，{len(done.shifts)} 份有变化：问题增加 {gained} 个、减少 {lost} 个；"
        f"得分下降 {worse} 份、上升 {better} 份；等次变化 {graded} 份。"
    )
    shown = [(s, t) for s in done.shifts for t in s.gained if t.message][:3]
    if shown:
        yield "例如："
    for shift, told in shown:
        yield f"  {shift.unit}：{told.message}"


# --- JSON ------------------------------------------------------------------------------------------


def _as_json(done: Trial, stored: Stored, proposed: Proposal) -> dict[str, Any]:
    run = stored.audit.run
    return {
        "run": {"id": run.id, "quarter": run.quarter, "started": run.started.isoformat(), "reports": done.reports},
        "rescored": proposed.everywhere,
        "rules": [
            {
                "rule": e.change.id,
                "title": e.change.title,
                "change": e.change.kind.value,
                "before": {o.value: n for o, n in e.before.items()},
                "after": {o.value: n for o, n in e.after.items()} if e.change.ready else None,
                "findings": {"before": e.findings_before, "after": e.findings_after},
            }
            for e in done.effects
        ],
        "reports": [
            {
                "source": s.source,
                "organisation": s.unit,
                "group": s.group,
                "year": s.year,
                "points": {"before": _number(s.points[0]), "after": _number(s.points[1])},
                "grade": {"before": s.grade[0], "after": s.grade[1]},
                "gained": _listed(s.gained),
                "lost": _listed(s.lost),
            }
            for s in done.shifts
        ],
    }


def _listed(told: Sequence[Told]) -> list[dict[str, Any]]:
    return [
        {
            "rule": t.rule,
            "title": t.title,
            "outcome": t.outcome.value,
            "severity": t.severity,
            "message": t.message,
            "deducted": _number(t.deducted),
        }
        for t in told
    ]


def _number(points: Decimal) -> int | float:
    return int(points) if points == points.to_integral_value() else float(points)


def _firmness_json(done: Firmness, stored: Stored) -> dict[str, Any]:
    return {
        "run": {"id": stored.audit.run.id, "reports": len(stored.rows)},
        "spread": _number(done.spread),
        "draws": done.draws,
        "differing": done.differing,
        "groups": [
            {
                "title": group.title,
                "tau": None if group.tau is None else round(group.tau, 4),
                "reports": [
                    {
                        "source": stored.rows[firm.ranked.at].source,
                        "organisation": firm.ranked.unit,
                        "points": _number(firm.ranked.points),
                        "grade": firm.ranked.grade,
                        "rank": firm.ranked.rank,
                        "usual": list(firm.usual),
                        "extreme": list(firm.extreme),
                        "range": [_number(points) for points in firm.points],
                        "regraded": round(firm.regraded, 4),
                    }
                    for firm in group.reports
                ],
                "pairs": [
                    {"higher": pair.higher.unit, "lower": pair.lower.unit, "share": round(pair.share, 4)}
                    for pair in group.pairs
                ],
            }
            for group in done.groups
        ],
    }
