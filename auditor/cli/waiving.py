"""`auditor waive add | list | end`: waivers of a wider scope than one finding, and a list of all waivers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import click

from auditor.cli import USAGE, fail
from auditor.cli.deciding import Said, Which, latest_word, number_meant, unit_named
from auditor.cli.deciding import run as decide
from auditor.cli.grid import Grid
from auditor.cli.ledgers import moment, opened, signed
from auditor.cli.terminal import console
from auditor.documents.json_text import Json, write_text
from auditor.ledger import Ledger
from auditor.ledger.desks import desk_of
from auditor.ledger.entering import add_waiver, end_waiver, scope_words
from auditor.ledger.laying import units_of
from auditor.ledger.reading import chosen
from auditor.ledger.remembering import remembered
from auditor.quarters.holding import due_for_review, over, waivers_of
from auditor.quarters.nouns import Waiver
from auditor.rulebook import Rulebook
from auditor.rulebook.county import cells_of
from auditor.spelling import nearest


@dataclass(frozen=True, slots=True)
class Scope:
    """What was typed of what it covers."""

    unit: str
    year: int | None
    rule: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What was typed of why, by whose leave, and how long."""

    why: str
    paper: str
    approver: str
    start: dt.date | None
    end: dt.date | None
    review: dt.date | None


def add(scope: Scope, terms: Terms, by: str, as_json: bool) -> int:
    """Enters it; prints its number."""
    person, at = signed(by), moment()
    if not scope.unit and not scope.rule:
        fail(USAGE, "请用 --unit 或 --rule 写明豁免的范围，不能豁免所有单位的所有规则")
    for words, option, what in (
        (terms.why, "--why", "理由"),
        (terms.paper, "--paper", "批准文件的文号"),
        (terms.approver, "--approver", "批准人"),
    ):
        if not words.strip():
            fail(USAGE, f"豁免须用 {option} 写明{what}")
    start = terms.start or at.date()
    _in_order(start, terms, at.date())
    with opened() as ledger:
        memory = remembered(ledger)
        unit = unit_named(scope.unit, units_of(ledger), memory) if scope.unit else ""
        book = _book(ledger)
        rule = _rule(scope.rule, book) if scope.rule else ""
        cells = _cells(scope.cells, book)
        waiver = Waiver(
            0,
            "",
            unit,
            scope.year,
            rule,
            cells,
            terms.why.strip(),
            terms.paper.strip(),
            terms.approver.strip(),
            start,
            terms.end,
            terms.review,
            person,
            at.date(),
        )
        number = add_waiver(ledger, waiver, at)
        words = _scope(replace(waiver, number=number), book)
        entry = ledger.stamp.entries
    if as_json:
        click.echo(write_text(_json(replace(waiver, number=number), "有效") | {"entry": entry}), nl=False)
        return 0
    until = f"至 {terms.end}" if terms.end else "起长期"
    click.echo(f"已登记 {number}：{words}；{start} {until}。记入台账第 {entry} 条。")
    return 0


def _in_order(start: dt.date, terms: Terms, today: dt.date) -> None:
    if terms.end is not None and terms.end < start:
        fail(USAGE, f"结束日期 {terms.end} 早于开始日期 {start}，请核对")
    if terms.end is not None and terms.end < today:
        fail(USAGE, f"结束日期 {terms.end} 已经过去，请核对")
    if terms.review is not None and (terms.review < start or (terms.end is not None and terms.review > terms.end)):
        fail(USAGE, f"复核日期 {terms.review} 不在起止日期之内，请核对")


def _book(ledger: Ledger) -> Rulebook:
    """The rulebook of the last run."""
    return desk_of(ledger, chosen(ledger, latest_word(ledger))[-1], "chainer").book


def _rule(word: str, book: Rulebook) -> str:
    ready = book.rule(word)
    if ready is not None:
        return ready.id
    known = [*(one.id for one in book.rules), *(pattern.id for pattern in book.patterns)]
    if word not in known:
        fail(USAGE, f"没有规则“{word}”{nearest(word, known)}（auditor rules list 列出全部规则）")
    return word


def _cells(words: tuple[str, ...], book: Rulebook) -> tuple[str, ...]:
    """The ids of the cells that are named: one cell, a row or column, a group; or an id."""
    ids = {id for form in book.forms for id in form.cells}
    out: dict[str, None] = {}
    for word in words:
        found = {word} if word in ids else {id for form in book.forms for id in cells_of(word, form)}
        if not found:
            names = [name for form in book.forms for name in (*form.by_name, *form.groups)]
            fail(USAGE, f"没有数据项“{word}”{nearest(word, names)}（auditor rules names 查找名称）")
        out.update(dict.fromkeys(sorted(found)))
    return tuple(out)


# --- the list ----------------------------------------------------------------------------------------


def listed(everything: bool, as_json: bool) -> int:
    """Prints all waivers."""
    today = moment().date()
    with opened() as ledger:
        every = waivers_of(remembered(ledger))
        shown = [(one, state(one, today)) for one in every if everything or over(one, today) is None]
        book = _book(ledger) if any(one.rule or one.cells for one, _ in shown) else None
    if as_json:
        click.echo(write_text([_json(one, words) for one, words in shown]), nl=False)
        return 0
    if not shown:
        click.echo("没有豁免事项。" if everything else "没有有效的豁免事项（已到期、已终止的加 --all）。")
        return 0
    table = Grid("编号", "范围", "理由", "文号、批准人", "起止", "状态", whole=("编号", "起止"))
    for one, words in shown:
        rests = "，".join(filter(None, (one.paper, one.approver)))
        lasts = [] if one.locus else [f"{one.start} 起"]
        lasts += [f"{one.end} 止" if one.end else "长期"]
        told = f"{words}，{one.review} 复核" if one.review and over(one, today) is None else words
        table.add_row(one.number, _scope(one, book), one.reason, rests, "\n".join(lasts), told)
    console().print(table)
    return 0


def state(waiver: Waiver, today: dt.date) -> str:
    """有效, 未生效, 已到期, 已终止, 应复核."""
    end = over(waiver, today)
    if end is not None:
        why = f"：{waiver.ended_why}" if waiver.ended_why else ""
        return f"已终止（{end}{why}）" if waiver.ended == end else "已到期"
    if due_for_review(waiver, today):
        return "应复核"
    return "有效" if waiver.holds(today) else "未生效"


def _scope(waiver: Waiver, book: Rulebook | None) -> str:
    """What it covers, in words."""
    if waiver.locus:
        return f"{waiver.unit}，这一个问题"
    titles: Mapping[str, str] = {id: card.title for id, card in book.cards.items()} if book else {}
    names: dict[str, str] = {}
    for form in reversed(book.forms if book else ()):
        names.update({id: cell.name for id, cell in form.cells.items()})
    return scope_words(waiver, titles.get(waiver.rule, ""), [names.get(id, id) for id in waiver.cells])


def _json(waiver: Waiver, words: str) -> dict[str, Json]:
    def iso(day: dt.date | None) -> Json:
        return day.isoformat() if day is not None else None

    return {
        "number": waiver.number,
        "unit": waiver.unit or None,
        "year": waiver.year,
        "rule": waiver.rule or None,
        "cells": list(waiver.cells),
        "finding": bool(waiver.locus),
        "reason": waiver.reason,
        "paper": waiver.paper or None,
        "approver": waiver.approver or None,
        "start": None if waiver.locus else iso(waiver.start),
        "end": iso(waiver.end),
        "review": iso(waiver.review),
        "by": waiver.by,
        "on": iso(waiver.on),
        "ended": iso(waiver.ended),
        "state": words,
    }


def end(number: str, by: str, why: str) -> int:
    """Takes a waiver back; of a single finding its verdict."""
    person = signed(by)
    if not why.strip():
        fail(USAGE, "终止豁免须用 --why 写明理由")
    with opened() as ledger:
        every, today = waivers_of(remembered(ledger)), moment().date()
        holding = (one.number for one in every if over(one, today) is None)
        known = [one.number for one in every]
        number = f"豁免{number}" if f"豁免{number}" in known else number_meant(number, known, holding)
        single = any(one.locus and one.number == number for one in every)
        if not single:
            found = end_waiver(ledger, number, person, why.strip(), moment())
            words, entry = _scope(found, None), ledger.stamp.entries
    if single:
        return decide(Said((number,), person, why, undo=True), Which(), change=False, dry=False, as_json=False)
    click.echo(f"{number}（{words}）自 {moment().date()} 起终止，记入台账第 {entry} 条；所豁免的问题重新计入。")
    return 0
