"""`auditor issue`, `auditor issued`: the scores of a quarter frozen, corrected, and beside those of today."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import click

from auditor.cli import USAGE, fail
from auditor.cli.deciding import number_meant, unit_named
from auditor.cli.grid import Grid
from auditor.cli.ledgers import moment, opened, signed
from auditor.cli.mending import quarter_word, terms
from auditor.cli.terminal import console
from auditor.documents.json_text import Json, write_text
from auditor.ledger.afterwards import with_corrections
from auditor.ledger.corresponding import issue
from auditor.ledger.laying import units_of, view
from auditor.ledger.reading import chosen, numbers
from auditor.ledger.remembering import remembered
from auditor.quarters.issuing import Act, Beside, beside, corrected, hindrances, in_force, is_issued, scores
from auditor.quarters.nouns import Issued, Remembered
from auditor.text import show

_MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed: which quarter, by whom, on which paper; `anyway` why in spite of what is open; `correct` what is put
    right (numbers, units), `why`."""

    quarter: str
    by: str
    paper: str
    anyway: str
    correct: tuple[str, ...]
    why: str


def run(asked: Asked, as_json: bool) -> int:
    """Issues a quarter, or corrects what was issued; the exit code."""
    by, at = signed(asked.by), moment()
    mine, calendar = terms()
    with opened() as ledger:
        memory = remembered(ledger)
        quarter = quarter_word(ledger, asked.quarter)
        if asked.quarter.upper() != quarter:
            fail(USAGE, f"印发的是一个季度的得分，请写季度，例如：auditor issue {quarter} --by {by}")
        audit = view(ledger, quarter, at.date(), issued=_run_of(memory, quarter) if asked.correct else None)
        act = Act(quarter, asked.paper.strip(), at.date(), by, chosen(ledger, quarter)[-1].entry)
        if asked.correct:
            given = {number: key.unit for key, number in numbers(ledger).items()}
            units = [_unit(word, given, units_of(ledger), memory, quarter) for word in asked.correct]
            rows, words = _correction(asked, act, memory, units, lambda made: corrected(audit, memory, made, units))
        else:
            if is_issued(memory, quarter):
                _already(memory, quarter)
            reasons = hindrances(audit, memory, mine, calendar, at.date())
            _stopped(reasons, asked.anyway)
            rows = scores(audit, memory, act)
            words = f"{quarter} 得分 {len(rows)} 份" + (f"，{act.paper}" if act.paper else "") + f"（{by}）"
            words += f"；仍有未办事项 {len(reasons)} 项，印发理由：{asked.anyway.strip()}" if reasons else ""
        issue(ledger, rows, words, memory, at)
        stamp, shorts = ledger.stamp, units_of(ledger)
    if as_json:
        data: dict[str, Json] = {"quarter": quarter, "entry": stamp.entries, "head": stamp.head}
        click.echo(
            write_text({**data, "correction": rows[0].correction or None, "issued": [_json(r) for r in rows]}), nl=False
        )
        return 0
    console().print(_table(rows, shorts))
    said = "更正" if asked.correct else "印发"
    click.echo(f"{quarter} 的得分已{said} {len(rows)} 份，记入台账第 {stamp.entries} 条，校验码 {stamp.head[:16]}。")
    return 0


def _run_of(memory: Remembered, quarter: str) -> int | None:
    """The run with which the quarter was issued."""
    return next((one.run for one in memory.issued if one.quarter == quarter), None)


def _stopped(reasons: Sequence[str], anyway: str) -> None:
    """Ends with 2 where something is open and nobody says why to issue all the same."""
    for words in reasons:
        click.echo(words, err=True)
    if reasons and not anyway.strip():
        fail(USAGE, f"有 {len(reasons)} 项没有办完，没有印发。办完后重新运行；确要先印发的，用 --anyway 写明理由")
    if reasons:
        click.echo(f"仍有 {len(reasons)} 项没有办完，按所写理由印发：{anyway.strip()}", err=True)


def _already(memory: Remembered, quarter: str) -> None:
    one = next(one for one in memory.issued if one.quarter == quarter)
    paper = f"，{one.paper}" if one.paper else ""
    words = f"{quarter} 的得分已于 {one.on} 印发{paper}，不能再次印发；有错的用更正：auditor issue {quarter} --correct 单位或编号 --paper 文号 --why 理由 --by 姓名"
    fail(USAGE, words)


def _correction(
    asked: Asked, act: Act, memory: Remembered, units: Sequence[str], made: Callable[[Act], tuple[Issued, ...]]
) -> tuple[tuple[Issued, ...], str]:
    """The rows and the words of a 更正; ends with 2 where it lacks something or changes nothing."""
    if not is_issued(memory, act.quarter):
        fail(USAGE, f"{act.quarter} 的得分还没有印发，无从更正：auditor issue {act.quarter} --by {act.by}")
    if not act.paper or not asked.why.strip():
        fail(USAGE, "更正须写明文号和理由：--paper 文号 --why 理由")
    act = Act(act.quarter, act.paper, act.on, act.by, act.run, act.paper, asked.why.strip())
    rows = made(act)
    named = "、".join(dict.fromkeys(units))
    if not rows:
        fail(USAGE, f"{named} 的得分、等次和名次与印发的相同，没有要更正的")
    return rows, f"{act.quarter} {named}：{act.why}，{act.paper}（{act.by}）"


def _unit(word: str, numbers: dict[str, str], known: dict[str, str], memory: Remembered, quarter: str) -> str:
    """The unit that a finding's number, with or without the quarter, or a name means; `numbers` are those of all findings, with
    their units."""
    likely = [number for number in numbers if number.startswith(f"{quarter}-")]
    return numbers.get(number_meant(word, numbers, likely)) or unit_named(word, known, memory)


def listed(word: str | None, as_json: bool) -> int:
    """What was issued for a quarter, beside the scores of today; the exit code."""
    mine, _ = terms()
    with opened() as ledger:
        memory = remembered(ledger)
        quarter = quarter_word(ledger, word)
        if not in_force(memory, quarter):
            fail(USAGE, f"{quarter} 的得分还没有印发（auditor issue {quarter} --by 姓名）")
        shorts = units_of(ledger)
        rows = beside(with_corrections(ledger, quarter, moment().date()), memory, quarter, mine)
    if as_json:
        data: dict[str, Json] = {"quarter": quarter, "points_back": mine.points_back}
        click.echo(write_text({**data, "scores": [_beside_json(one) for one in rows]}), nl=False)
        return 0
    console().print(_beside_table(rows, shorts))
    if len(rows) > _MOST_SHOWN:
        click.echo(f"……共 {len(rows)} 份（--json 列出全部）")
    click.echo(
        "整改后得分：返还，复核以后的得分为本季度得分。"
        if mine.points_back
        else "整改后得分：不返还，以印发的得分为准，只能更正。"
    )
    return 0


_NUMBERS = ("年度", "得分", "名次", "印发得分", "现在得分", "本季度得分")


def _table(rows: Sequence[Issued], shorts: Mapping[str, str]) -> Grid:
    table = Grid("单位", "年度", "得分", "等次", "名次", right=_NUMBERS)
    for one in rows[:_MOST_SHOWN]:
        table.add_row(
            shorts.get(one.unit, one.unit), str(one.year or ""), show(one.points), one.grade, str(one.rank or "—")
        )
    return table


def _beside_table(rows: Sequence[Beside], shorts: Mapping[str, str]) -> Grid:
    table = Grid("单位", "年度", "印发得分", "等次", "名次", "现在得分", "本季度得分", "更正", right=_NUMBERS)
    for one in rows[:_MOST_SHOWN]:
        now = show(one.now) if one.now is not None else "—"
        issued, rank = show(one.issued), str(one.rank or "—")
        unit = shorts.get(one.unit, one.unit)
        table.add_row(unit, str(one.year or ""), issued, one.grade, rank, now, show(one.stands), one.corrected)
    return table


def _json(one: Issued) -> Json:
    return {
        "unit": one.unit,
        "year": one.year,
        "points": one.points,
        "grade": one.grade,
        "rank": one.rank,
        "on": one.on.isoformat(),
        "paper": one.paper,
    }


def _beside_json(one: Beside) -> Json:
    return {
        "unit": one.unit,
        "year": one.year,
        "issued": {"points": one.issued, "grade": one.grade, "rank": one.rank, "on": one.on.isoformat()},
        "now": None if one.now is None else {"points": one.now, "grade": one.grade_now, "rank": one.rank_now},
        "stands": one.stands,
        "correction": one.corrected or None,
    }
