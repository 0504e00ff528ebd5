"""`auditor mending`: how the mending of every unit stands on the day, who is overdue, who offends again, 整改率."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import click

from auditor.cli import USAGE, fail
from auditor.cli.deciding import unit_named
from auditor.cli.grid import Grid
from auditor.cli.ledgers import moment, opened
from auditor.cli.rulebooks import refuse
from auditor.cli.terminal import console
from auditor.cli.workplace import current
from auditor.documents.json_text import Json, write_text
from auditor.ledger import Ledger, LedgerError
from auditor.ledger.laying import units_of
from auditor.ledger.mendings import Course, course
from auditor.ledger.reading import chosen, runs
from auditor.model import Calendar, MendingTerms, Outcome
from auditor.quarters.mending import FORMULA, Mending, Rate, State, by_dimension, by_group, by_unit, rate
from auditor.quarters.naming import quarter_of
from auditor.quarters.repeating import Repeat
from auditor.quarters.verifying import Naming, may_name
from auditor.rulebook import RulebookError, read_texts
from auditor.rulebook.terms import terms_of

_MOST_SHOWN = 60
NO_LETTERS = (
    "还没有登记过发函。发出整改通知以后登记：auditor letters send 2026Q1 --kind 通知 --paper 文号 --on 日期 --by 姓名"
)


def terms() -> tuple[MendingTerms, Calendar]:
    """The county's terms of mending and the calendar; ends with 3 where profile.yaml or holidays.yaml is wrong."""
    work = current()
    try:
        return terms_of(read_texts(work=work.path if work is not None else None))
    except RulebookError as error:
        refuse(error.mistakes)


def quarter_word(ledger: Ledger, word: str | None) -> str:
    """The quarter that a word means: of a run its quarter, without a word that of the last letter or run."""
    if word is not None:
        card = chosen(ledger, word)[-1]
        return quarter_of(card.quarter, card.started.date())
    every = runs(ledger)
    if not every:
        raise LedgerError(f"台账“{ledger.path}”里还没有批次，先审核一次：auditor audit")
    return quarter_of(every[-1].quarter, every[-1].started.date())


def run(word: str | None, units: Sequence[str], as_json: bool) -> int:
    """Shows it; the exit code."""
    today = moment().date()
    mine, calendar = terms()
    with opened() as ledger:
        quarter = quarter_word(ledger, word) if word is not None else None
        known = units_of(ledger)
        found = course(ledger, mine, today)
        wanted = {unit_named(unit, known, found.memory) for unit in units}
    shown = [
        one
        for one in found.mendings
        if (quarter is None or one.letter.quarter == quarter) and (not wanted or one.letter.unit in wanted)
    ]
    repeats = [one for one in found.repeats if not wanted or one.unit in wanted]
    named = [(one.item.key, one.item.number) for one in shown if _is_named(one)]
    naming = may_name(named, found.memory, mine, calendar, today)
    if as_json:
        click.echo(write_text(_json(quarter, today, shown, repeats, naming)), nl=False)
        return 0
    _show(quarter, today, shown, repeats, naming, found, known)
    return 0


def _is_named(one: Mending) -> bool:
    """Whether a unit would be named for it: an order, or what is certain; what is merely suspected names nobody."""
    return not one.outside and (one.ordered or one.item.outcome == Outcome.BROKEN.value)


def _show(
    quarter: str | None,
    today: dt.date,
    found: Sequence[Mending],
    repeats: Sequence[Repeat],
    naming: Sequence[Naming],
    whole: Course,
    shorts: Mapping[str, str],
) -> None:
    screen = console()
    if not whole.memory.letters:
        click.echo(NO_LETTERS)
    elif not found:
        fail(USAGE, f"{quarter or ''}没有登记过发函（auditor letters list 可以查看）")
    else:
        total = rate(found)
        title = f"{quarter or '全部季度'}整改情况（{today}）：责令整改 {total.ordered} 个，已销号 {total.closed} 个，整改率 {total.percent}"
        click.echo(title)
        screen.print(_units(found, naming, shorts))
        open_ = [one for one in found if one.state is not State.CLOSED and not one.outside]
        if open_:
            screen.print(_open(open_))
        if len(open_) > _MOST_SHOWN:
            click.echo(f"……共 {len(open_)} 个没有销号（--json 列出全部）")
        screen.print(_rates("分组", by_group(found)))
        screen.print(_rates("方面", by_dimension(found)))
        click.echo(FORMULA)
    if repeats:
        click.echo(f"屡查屡犯 {len(repeats)} 项：")
        screen.print(_repeats(repeats, shorts))


def _units(found: Sequence[Mending], naming: Sequence[Naming], shorts: Mapping[str, str]) -> Grid:
    table = Grid("单位", "责令", "销号", "整改率", "逾期", "最长逾期", "延期", "异议", "点名", right=_NUMBERS)
    by = {one.unit: one for one in naming}
    for unit, some in by_unit(found).items():
        made = rate(some)
        late = [one.overdue for one in some if one.overdue]
        waits = sum(one.objection == "待处理" for one in some)
        later = sum(one.extended is not None for one in some)
        name = by.get(unit)
        table.add_row(
            shorts.get(unit, unit),
            str(made.ordered),
            str(made.closed),
            made.percent,
            str(len(late)) if late else "",
            f"{max(late)} 天" if late else "",
            str(later) if later else "",
            f"{waits} 待处理" if waits else "",
            "" if name is None else "可以" if name.may else "暂不可以",
        )
    return table


_NUMBERS = ("责令", "销号", "整改率", "逾期", "最长逾期", "延期")


def _open(found: Sequence[Mending]) -> Grid:
    table = Grid("编号", "严重程度", "期限", "状态", "说明", whole=("编号", "严重程度", "期限"))
    for one in sorted(found, key=lambda one: -one.overdue)[:_MOST_SHOWN]:
        table.add_row(one.item.number, one.item.severity, str(one.deadline or ""), one.words, "；".join(notes(one)))
    return table


def notes(one: Mending) -> list[str]:
    """What else is to be said of a finding: 逾期, 延期, 异议, not under an order."""
    out = [f"逾期 {one.overdue} 天"] if one.overdue else []
    out += [f"已延期至 {one.extended}"] if one.extended is not None else []
    out += [f"申请延期至 {one.asked}，待批"] if one.asked is not None else []
    out += [f"异议{one.objection}"] if one.objection else []
    out += ["反馈函核实" if one.letter.kind == "反馈函" else "销号以后没有再次责令"] if not one.ordered else []
    return out


def _rates(what: str, found: Mapping[str, Sequence[Mending]]) -> Grid:
    table = Grid(what, "责令", "销号", "整改率", right=_NUMBERS)
    for name, some in found.items():
        made = rate(some)
        table.add_row(name, str(made.ordered), str(made.closed), made.percent)
    return table


def _repeats(repeats: Sequence[Repeat], shorts: Mapping[str, str]) -> Grid:
    table = Grid("单位", "问题", "规则", "情形")
    for one in repeats[:_MOST_SHOWN]:
        table.add_row(shorts.get(one.unit, one.unit), one.title, one.rule, "；".join(one.why))
    return table


# --- for programs ------------------------------------------------------------------------------------


def _json(
    quarter: str | None,
    today: dt.date,
    found: Sequence[Mending],
    repeats: Sequence[Repeat],
    naming: Sequence[Naming],
) -> dict[str, Json]:
    return {
        "quarter": quarter,
        "day": today.isoformat(),
        "formula": FORMULA,
        "rate": _rate(rate(found)),
        "by_unit": _by(by_unit, found),
        "by_group": _by(by_group, found),
        "by_dimension": _by(by_dimension, found),
        "naming": [{"unit": one.unit, "may": one.may, "hindrances": list(one.hindrances)} for one in naming],
        "findings": [as_data(one) for one in found],
        "repeats": [
            {
                "unit": one.unit,
                "rule": one.rule,
                "title": one.title,
                "quarters": list(one.quarters),
                "years": list(one.years),
                "why": list(one.why),
            }
            for one in repeats
        ],
    }


def _rate(made: Rate) -> Json:
    return {"ordered": made.ordered, "closed": made.closed, "percent": made.value}


def _by(split: Callable[[Sequence[Mending]], Mapping[str, Sequence[Mending]]], found: Sequence[Mending]) -> Json:
    return {name: _rate(rate(some)) for name, some in split(found).items()}


def as_data(one: Mending) -> dict[str, Json]:
    """A finding's mending as JSON."""
    return {
        "number": one.item.number,
        "unit": one.letter.unit,
        "year": one.item.key.year,
        "rule": one.item.rule,
        "severity": one.item.severity,
        "letter": {"kind": one.letter.kind, "paper": one.letter.paper, "sent": one.letter.sent.isoformat()},
        "ordered": one.ordered,
        "state": one.state.value,
        "note": one.note,
        "deadline": one.deadline.isoformat() if one.deadline else None,
        "extended": one.extended.isoformat() if one.extended else None,
        "asked": one.asked.isoformat() if one.asked else None,
        "overdue": one.overdue,
        "objection": one.objection or None,
        "outside": one.outside or None,
        "closed": one.closed.isoformat() if one.closed else None,
    }
