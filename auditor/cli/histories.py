"""`auditor history 单位`: everything of one unit over the quarters, on the screen or as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from auditor.cli import USAGE, fail
from auditor.cli.grid import Grid
from auditor.cli.history_json import history_json
from auditor.cli.ledgers import moment, opened
from auditor.cli.rostering import found as roster_of
from auditor.cli.terminal import console
from auditor.documents.json_text import write_text
from auditor.ledger import Ledger
from auditor.ledger.histories import called
from auditor.ledger.overview import told
from auditor.quarters.fates import STANDING, Fate
from auditor.quarters.history import Called, Quarter, Trail, Turn, UnitHistory, meant
from auditor.quarters.holding import signed
from auditor.spelling import nearest
from auditor.text import show

if TYPE_CHECKING:
    from auditor.roster import Roster

_MOST_NAMED = 30
_SHORT_ID = 8


def run(word: str, year: int | None, *, as_json: bool) -> int:
    """The history of the unit that the word means; the exit code."""
    with opened() as ledger:
        unit = _unit(ledger, word.strip())
        found = told(ledger, unit, moment().date())
    if year is not None:
        found = of_year(found, year)
    if as_json:
        click.echo(write_text(history_json(found)), nl=False)
    else:
        _show(found)
    return 0


def _unit(ledger: Ledger, word: str) -> Called:
    """The one unit that is meant; ends with 2 where there is none, or where several may be."""
    units = {one.unit: one for one in _with_roster(called(ledger), roster_of(None, ()))}
    if not units:
        fail(USAGE, f"台账“{ledger.path}”里还没有批次，先审核一次：auditor audit")
    found = meant(word, units.values()) if word else ()
    if len(found) == 1:
        return units[found[0]]
    if not found:
        like = nearest(word, [name for one in units.values() for name in (one.unit, *one.names)])
        fail(USAGE, f"台账里没有单位“{word}”{like}")
    for name in found[:_MOST_NAMED]:
        click.echo(f"  {name}", err=True)
    if len(found) > _MOST_NAMED:
        click.echo(f"  其余 {len(found) - _MOST_NAMED} 个没有列出", err=True)
    fail(USAGE, f"“{word}”可能是 {len(found)} 个单位，请写全称或者多写几个字")


def _with_roster(units: tuple[Called, ...], roster: Roster | None) -> Iterator[Called]:
    """The units with every name that the roster gives them."""
    rows = {row.name: row for row in roster.units} if roster is not None else {}
    for one in units:
        row = next((rows[name] for name in (one.unit, *one.names) if name in rows), None)
        more = (*row.short, *(former.text for former in row.former)) if row is not None else ()
        yield replace(one, names=tuple(dict.fromkeys((*one.names, *more))))


def of_year(found: UnitHistory, year: int) -> UnitHistory:
    """The same with what concerns one report year only."""
    return replace(
        found,
        quarters=tuple(one for one in found.quarters if one.counted.record.year == year),
        findings=tuple(one for one in found.findings if one.noted.key.year == year),
        manual=tuple(one for one in found.manual if one.year == year),
        waivers=tuple(one for one in found.waivers if one.year in (None, year)),
        letters=tuple(one for one in found.letters if any(item.key.year == year for item in one.items)),
        issued=tuple(one for one in found.issued if one.year == year),
        old=tuple(one for one in found.old if one.year in (None, year)),
    )


# --- the screen -----------------------------------------------------------------------------------------


def _show(found: UnitHistory) -> None:
    for line in _head(found):
        click.echo(line)
    if found.quarters:
        click.echo()
        console().print(_quarters(found))
        for line in _remarks(found):
            click.echo(line)
    if found.findings:
        click.echo(f"\n{_counted(found)}")
        console().print(_findings(found))
    for title, lines in _sections(found):
        if lines:
            click.echo(f"\n{title}：")
            for line in lines:
                click.echo(f"  {line}")


def _head(found: UnitHistory) -> Iterator[str]:
    yield f"{found.unit}（{found.short}）" if found.short and found.short != found.unit else found.unit
    known = (("类别", found.unit_kind), ("分组", found.group), ("地区", found.region))
    yield "  ".join(f"{name}：{word}" for name, word in known if word)
    if found.former:
        yield f"曾用名：{'、'.join(found.former)}"


def _table() -> Grid:
    return Grid()


def _quarters(found: UnitHistory) -> Grid:
    table = _table()
    for name in ("季度", "年度"):
        table.add_column(name, no_wrap=True)
    for name in ("得分", "认定后", "印发", "等次", "名次", "确定", "疑似", "未判"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("批次", no_wrap=True)
    for one in found.quarters:
        record = one.counted.record
        rank = f"{one.rank.rank}/{one.rank.size}" if one.rank is not None else "—"
        counts = map(str, (one.broken, one.suspected, one.unclear))
        table.add_row(
            one.counted.quarter,
            str(record.year or "不明"),
            points_words(one),
            "—" if one.decided is None else show(one.decided.score.points),
            f"{show(one.issued.points)} {one.issued.grade}" if one.issued is not None else "—",
            one.decided.score.grade if one.decided is not None else record.grade,
            rank,
            *counts,
            one.counted.card.id[:_SHORT_ID],
        )
    return table


def points_words(one: Quarter) -> str:
    """88, or 70—88 where a part could not be read."""
    record = one.counted.record
    return show(record.points) if record.low == record.points else f"{show(record.low)}—{show(record.points)}"


def _remarks(found: UnitHistory) -> Iterator[str]:
    if any(one.rank is not None for one in found.quarters):
        yield "得分按规则；名次按规则得分，在同年度、同分组的单位中；未判是无法判断的规则。"
    if any(one.counted.record.low != one.counted.record.points for one in found.quarters):
        yield "有一部分未能读取的，得分是一个区间，不排名次。"
    for one in found.quarters:
        if one.unreckoned:
            yield f"{one.counted.quarter} 的批次没有存下规则库，认定没有计入得分。"
        if one.issued is not None and one.issued.correction:
            yield f"{one.counted.quarter} 的印发得分经 {one.issued.correction} 更正。"


def _counted(found: UnitHistory) -> str:
    fates = Counter(one.fate for one in found.findings)
    standing = sum(fates[fate] for fate in STANDING)
    gone = "，".join(f"{fate.value} {fates[fate]}" for fate in Fate if fate not in STANDING and fates[fate])
    return f"问题 {len(found.findings)} 个：末次检查时存在 {standing} 个" + (f"，{gone}" if gone else "") + "。"


def _findings(found: UnitHistory) -> Grid:
    table = _table()
    table.add_column("编号", no_wrap=True)
    table.add_column("问题", overflow="fold", min_width=14)
    table.add_column("首见—末见", no_wrap=True)
    table.add_column("连续", justify="right", no_wrap=True)
    for name in ("末次检查", "认定", "整改"):
        table.add_column(name, overflow="fold", min_width=6)
    for one in found.findings:
        table.add_row(
            one.noted.number or "—",
            one.noted.title,
            one.first if one.first == one.last else f"{one.first}—{one.last}",
            str(one.stood),
            one.fate.value,
            one.holding.word or ("重新认定" if one.holding.reopened else "—"),
            mending_words(one),
        )
    return table


def mending_words(one: Trail) -> str:
    """未整改，期限 2026-05-08，逾期 3 天; — where it was in no letter."""
    mending = one.mending
    if mending is None:
        return "—"
    parts = [mending.words if not mending.outside else f"不计入整改（{mending.outside}）"]
    if mending.deadline is not None and mending.closed is None:
        parts.append(f"期限 {mending.deadline}")
    if mending.overdue:
        parts.append(f"逾期 {mending.overdue} 天")
    return "，".join(parts)


def _sections(found: UnitHistory) -> Iterator[tuple[str, list[str]]]:
    yield "问题经过", [line for one in found.findings for line in _course(one)]
    yield (
        "豁免",
        [
            f"{one.number} {one.paper} {one.reason}（{one.start} 起{f'，至 {one.end}' if one.end else ''}"
            f"{f'，已于 {one.ended} 终止' if one.ended else ''}）"
            for one in found.waivers
        ],
    )
    yield (
        "函件",
        [f"{one.sent} {one.kind} {one.paper}（{one.quarter}），问题 {len(one.items)} 个" for one in found.letters],
    )
    yield (
        "人工发现",
        [
            f"{one.number} {one.text}（{one.place}）"
            + (f"，{one.closed} 由 {one.closed_by} 销号" if one.closed else "")
            for one in found.manual
        ],
    )
    yield (
        "历史台账",
        [
            " ".join(part for part in (one.quarter, str(one.year or ""), one.text, one.mending, one.remark) if part)
            for one in found.old
        ],
    )


def _course(one: Trail) -> Iterator[str]:
    """What happened to a finding beside standing: fates with a reason, verdicts, replies, rulings, a remark."""
    words = [f"{turn.quarter} {turn.fate.value}{f'（{turn.why}）' if turn.why else ''}" for turn in _turns(one)]
    words += [f"{signed(each.verdict)}{f'：{each.verdict.why}' if each.verdict.why else ''}" for each in one.decisions]
    words += [one.holding.reopened] if one.holding.reopened else []
    words += [f"{sent.letter.sent} {sent.letter.kind}{sent.letter.paper}" for sent in one.letters]
    for reply in one.replies:
        day = f"{reply.on or reply.received or ''} "
        words.append(f"{day.lstrip()}反馈{reply.word}{f'：{reply.text}' if reply.text else ''}")
    words += [f"{ruling.on} {ruling.word}{f'：{ruling.why}' if ruling.why else ''}" for ruling in one.rulings]
    words += [f"备注：{one.remark}"] if one.remark else []
    if words:
        yield f"{one.noted.number or one.noted.title}：{'；'.join(words)}"


def _turns(one: Trail) -> Iterator[Turn]:
    """The checks at which it did not just go on standing."""
    return (turn for turn in one.course[1:] if turn.fate is not Fate.PERSISTING)
