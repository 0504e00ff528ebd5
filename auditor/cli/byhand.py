"""`auditor finding add | list | close`: what a person found by eye."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import click

from auditor.cli import USAGE, fail
from auditor.cli.deciding import latest_word, number_meant, unit_named
from auditor.cli.grid import Grid
from auditor.cli.ledgers import moment, opened, signed
from auditor.cli.terminal import console
from auditor.documents.json_text import Json, write_text
from auditor.ledger.desks import desk_of
from auditor.ledger.entering import add_manual, close_manual
from auditor.ledger.laying import last_report, units_of
from auditor.ledger.reading import chosen
from auditor.ledger.remembering import remembered
from auditor.model import DIMENSIONS, SEVERITIES, Profile
from auditor.quarters.handmade import content_of, locus_of
from auditor.quarters.holding import Holdings
from auditor.quarters.holding import signed as signed_words
from auditor.quarters.naming import quarter_of
from auditor.quarters.nouns import Key, Manual
from auditor.rulebook import Rulebook
from auditor.rulebook.laws import Law
from auditor.spelling import nearest
from auditor.text import squash


@dataclass(frozen=True, slots=True)
class Found:
    """What was typed of a finding."""

    unit: str
    year: int
    place: str
    severity: str
    dimension: str
    text: str
    title: str
    remedy: str
    certain: bool
    run: str | None


@dataclass(frozen=True, slots=True)
class Rests:
    """What it rests on: an article, or practice."""

    law: str
    article: str
    practice: str


def add(found: Found, rests: Rests, by: str, as_json: bool) -> int:
    """Enters it; prints its number."""
    person, at = signed(by), moment()
    _one_of(found.severity, SEVERITIES, "严重程度")
    _one_of(found.dimension, DIMENSIONS, "方面")
    for words, option in ((found.place, "--place"), (found.text, "--text")):
        if not words.strip():
            fail(USAGE, f"{option} 不能为空")
    if bool(rests.law) is bool(rests.practice):
        fail(USAGE, "请写明依据：有条文的写 --law 和 --article，没有条文的写 --practice，二者写一种")
    if rests.law and not rests.article:
        fail(USAGE, "写了 --law 的，请用 --article 写明第几条")
    with opened() as ledger:
        memory = remembered(ledger)
        unit = unit_named(found.unit, units_of(ledger), memory)
        card = chosen(ledger, found.run or latest_word(ledger))[-1]
        seen = last_report(ledger, unit, found.year)
        profile = seen.profile if seen is not None else Profile(organisation=unit, year=found.year)
        law = _law(rests, desk_of(ledger, card).book, profile) if rests.law else ""
        manual = Manual(
            0,
            "",
            unit,
            found.year,
            found.place.strip(),
            found.severity,
            found.dimension,
            found.title.strip(),
            found.text.strip(),
            found.remedy.strip(),
            law,
            rests.article.strip(),
            rests.practice.strip(),
            found.certain,
            seen.sha256 if seen is not None else "",
            person,
            at.date(),
        )
        number = add_manual(ledger, manual, quarter_of(card.quarter, card.started.date()), at)
        entry = ledger.stamp.entries
    if as_json:
        click.echo(write_text({"number": number, "unit": unit, "year": found.year, "entry": entry}), nl=False)
        return 0
    click.echo(f"已登记 {number}（{unit}，{found.year}年度），记入台账第 {entry} 条。")
    if seen is None:
        click.echo(
            f"台账中还没有 {unit} {found.year}年度的报告：照样列入函件和整改，收到报告并审核以后计入得分。", err=True
        )
    return 0


def _one_of(word: str, words: Sequence[str], what: str) -> None:
    if word not in words:
        fail(USAGE, f"没有{what}“{word}”{nearest(word, words) or '，'}应为 {'、'.join(words)} 之一")


def _law(rests: Rests, book: Rulebook, profile: Profile) -> str:
    """The id of the law that was named; ends with 2 where there is none, or it does not govern the report."""
    wanted = squash(rests.law).strip("《》")
    laws = [law for law in book.laws.values() if wanted in _names(law)]
    if not laws:
        known = [law.short for law in book.laws.values()]
        like = nearest(rests.law, known) or "，可写：" + "、".join(known)
        fail(USAGE, f"规则库中没有法规“{rests.law}”{like}")
    law = laws[0]
    if not law.governs(rests.article, profile):
        fail(
            USAGE,
            f"{law.short}{rests.article}不适用于 {profile.year}年度的报告（施行日期、失效日期见 rules/laws），请核对依据",
        )
    return law.id


def _names(law: Law) -> set[str]:
    return {squash(name).strip("《》") for name in (law.id, law.short, law.title, law.number) if name}


def listed(everything: bool, as_json: bool) -> int:
    """Prints them."""
    with opened() as ledger:
        memory = remembered(ledger)
        holdings = Holdings(memory, moment().date())
        every = [one for one in memory.manual if everything or one.closed is None]
        rows = [(one, _state(one, holdings)) for one in every]
    if as_json:
        click.echo(write_text([_json(one, state) for one, state in rows]), nl=False)
        return 0
    if not rows:
        click.echo("没有人工发现的问题。" if everything else "没有未销号的人工发现的问题（已销号的加 --all）。")
        return 0
    table = Grid("编号", "年度", "严重程度", "位置", "问题", "状态", whole=("编号", "年度"))
    for one, state in rows:
        severity = one.severity if one.certain else f"{one.severity}（疑似）"
        table.add_row(one.number, str(one.year or "不明"), severity, one.place, one.text, state)
    console().print(table)
    return 0


def _state(one: Manual, holdings: Holdings) -> str:
    if one.closed is not None:
        return f"已销号（{one.closed_by}，{one.closed}）"
    held = holdings.of(Key(one.unit, one.year, locus_of(one.number)), content_of(one), "manual", ())
    if held.verdict is not None:
        return signed_words(held.verdict)
    return held.reopened or "未认定"


def _json(one: Manual, state: str) -> Json:
    return {
        "number": one.number,
        "unit": one.unit,
        "year": one.year,
        "place": one.place,
        "severity": one.severity,
        "dimension": one.dimension,
        "title": one.title or None,
        "text": one.text,
        "remedy": one.remedy or None,
        "law": one.law or None,
        "article": one.article or None,
        "practice": one.practice or None,
        "certain": one.certain,
        "by": one.by,
        "on": one.on.isoformat() if one.on else None,
        "closed": one.closed.isoformat() if one.closed else None,
        "state": state,
    }


def close(number: str, by: str, why: str) -> int:
    """Says that it is mended."""
    person = signed(by)
    if not why.strip():
        fail(USAGE, "销号须用 --why 写明核实情况")
    with opened() as ledger:
        every = remembered(ledger).manual
        number = number_meant(
            number, (one.number for one in every), (one.number for one in every if one.closed is None)
        )
        found = close_manual(ledger, number, person, why.strip(), moment())
        entry = ledger.stamp.entries
    click.echo(f"{number}（{found.unit}）已销号，记入台账第 {entry} 条；此后的批次不再列入。")
    return 0
