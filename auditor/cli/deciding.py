"""`auditor decide`: which findings are meant, what is said of them, what is entered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from auditor.cli import USAGE, fail
from auditor.cli.grid import Grid
from auditor.cli.ledgers import moment, opened, signed
from auditor.cli.terminal import console
from auditor.documents.json_text import Json, write_text
from auditor.ledger import Ledger, LedgerError
from auditor.ledger.entering import decide
from auditor.ledger.laying import units_of, view
from auditor.ledger.reading import runs
from auditor.ledger.remembering import remembered
from auditor.model import OUTCOME_WORDS, SEVERITIES, UPHELD, VERDICTS, WAIVED, Audit, RuleCard, Verdict
from auditor.quarters.deciding import TAKEN_BACK, Ask, Planned, planned
from auditor.quarters.holding import signed as signed_words
from auditor.quarters.naming import quarter_of
from auditor.quarters.nouns import Remembered
from auditor.quarters.targets import Target, alike, meant, numbered, targets_of, unknown_words, within
from auditor.spelling import nearest

_MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Said:
    """What was typed of the verdict: words of the command line, who, why."""

    words: tuple[str, ...]
    by: str
    why: str = ""
    paper: str = ""
    until: dt.date | None = None
    undo: bool = False


@dataclass(frozen=True, slots=True)
class Which:
    """What was typed of the findings."""

    run: str | None = None
    rules: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    suspected: bool = False
    equal: bool = False

    @property
    def filters(self) -> bool:
        """Whether anything chooses findings but their numbers."""
        return bool(self.rules or self.units or self.severities or self.suspected)


def day(value: object) -> dt.date | None:
    """The day that click read."""
    return value.date() if isinstance(value, dt.datetime) else None


def run(said: Said, which: Which, *, change: bool, dry: bool, as_json: bool) -> int:
    """Decides; the exit code."""
    references, word = _word(said)
    verdict = _verdict(said, word)
    if not references and not which.filters:
        fail(
            USAGE, "请写明问题的编号，或者用 --rule、--unit、--severity、--suspected 选定（auditor todo 列出待认定的）"
        )
    with opened() as ledger:
        at = moment()
        seen = _Seen(ledger, which.run, at.date())
        targets = seen.chosen(references, which, word)
        asks = [Ask(target, verdict) for target in targets]

        def plan(memory: Remembered) -> Planned:
            return planned(asks, memory, at.date(), seen.first_id, change=change)

        made = plan(seen.memory) if dry else decide(ledger, plan, seen.quarter, at)
        entry = ledger.stamp.entries if made.entered and not made.objections and not dry else None
    if as_json:
        click.echo(write_text(_json(made, word, entry, dry=dry)), nl=False)
    else:
        _show(made, word, entry, dry=dry)
    return USAGE if made.objections else 0


def from_sheet(path: Path, by: str, dry: bool, as_json: bool, *, given: bool) -> int:
    """`decide --from`: the verdicts of a filled-in workbook."""
    if given:
        fail(USAGE, "--from 按表格认定，不能再写编号和选择条件")
    from auditor.cli import ledgersheets

    return ledgersheets.take_in(path, by, dry=dry, as_json=as_json)


def _word(said: Said) -> tuple[tuple[str, ...], str]:
    """The references, and the verdict among the words."""
    words = [word for word in said.words if word in VERDICTS]
    references = tuple(word for word in said.words if word not in VERDICTS)
    if said.undo:
        if words:
            fail(USAGE, f"--undo 撤销认定，不能同时写“{words[0]}”；要改为{words[0]}的，去掉 --undo，加 --change")
        return references, TAKEN_BACK
    if len(words) != 1:
        problem = "没有写明认定" if not words else f"认定写了 {len(words)} 个"
        fail(USAGE, f"{problem}，应写 属实、不属实、豁免 之一，例如：auditor decide 2026Q2-禹山镇-03 属实 --by 张三")
    return references, words[0]


def _verdict(said: Said, word: str) -> Verdict:
    by, at = signed(said.by), moment()
    if word not in (UPHELD, TAKEN_BACK) and not said.why.strip():
        fail(USAGE, f"认定为{word}，须用 --why 写明理由")
    if word == WAIVED and not said.paper.strip():
        fail(USAGE, "认定为豁免，须用 --paper 写明所依据文件的文号")
    if said.until is not None and word != WAIVED:
        fail(USAGE, "--until 只用于豁免")
    if said.until is not None and said.until < at.date():
        fail(USAGE, f"豁免到期日 {said.until} 早于今天（{at.date()}），请核对")
    return Verdict(word, said.why.strip(), by, at.date(), said.paper.strip(), said.until)


# --- which findings --------------------------------------------------------------------------------


class _Seen:
    """The audit that the words of a command speak of."""

    def __init__(self, ledger: Ledger, word: str | None, today: dt.date) -> None:
        self._ledger, self._today = ledger, today
        self.word = word or latest_word(ledger)
        self.memory = remembered(ledger)
        self.audit = view(ledger, self.word, today)
        self.targets = targets_of(self.audit, self.memory.unit)
        self.quarter = quarter_of(self.audit.run.quarter, self.audit.run.started.date())
        self._named = word is not None
        self._ids = aliases(self.audit)

    def first_id(self, rule: str) -> str:
        """The lasting id of a rule."""
        return self._ids.get(rule, rule)

    def chosen(self, references: Sequence[str], which: Which, word: str) -> tuple[Target, ...]:
        """The findings that are meant; ends with 2 where one of them is not certain."""
        picked = tuple(self._one(reference) for reference in references)
        if not references:
            picked = self._filtered(which)
            if word == UPHELD:  # what a wider waiver covers was so before
                picked = tuple(t for t in picked if t.finding.verdict is None or not t.finding.verdict.waiver)
            if not picked:
                fail(USAGE, f"{self.word} 中没有符合条件的问题")
        elif which.filters:
            fail(USAGE, "写了编号的，不能再用 --rule、--unit、--severity、--suspected 选择")
        return alike(self.targets, picked) if which.equal else tuple(dict.fromkeys(picked))

    def _one(self, reference: str) -> Target:
        found = meant(self.targets, reference)
        if not found and not self._named:
            found = self._elsewhere(reference)
        if not found:
            fail(USAGE, unknown_words(self.targets, reference, self.word))
        if len(found) > 1:
            listed = "、".join(dict.fromkeys(target.called for target in found[:8]))
            fail(USAGE, f"“{reference}”对应 {len(found)} 个问题（{listed}），请写明完整的编号")
        return found[0]

    def _elsewhere(self, reference: str) -> tuple[Target, ...]:
        """In the quarter that the number names, where nothing else was said."""
        quarter = reference.split("-", 1)[0]
        if quarter == self.word or quarter not in {card.quarter for card in runs(self._ledger)}:
            return ()
        return meant(targets_of(view(self._ledger, quarter, self._today), self.memory.unit), reference)

    def _filtered(self, which: Which) -> tuple[Target, ...]:
        rules = tuple(_known(rule, self.audit.rules, "规则") for rule in which.rules)
        severities = tuple(_known(severity, SEVERITIES, "严重程度") for severity in which.severities)
        shorts = units_of(self._ledger)
        units = [unit_named(word, shorts, self.memory) for word in which.units]
        return within(self.targets, rules, units, severities, suspected=which.suspected)


def number_meant(word: str, numbers: Iterable[str], likely: Iterable[str] = ()) -> str:
    """The number that a word means, with or without its quarter (the word itself where nothing has it); ends with 2 where it
    may be several."""
    found = numbered(word, numbers, likely)
    if len(found) > 1:
        fail(USAGE, f"“{word}”对应 {len(found)} 个编号（{'、'.join(found[:8])}），请写明完整的编号")
    return found[0] if found else word.strip()


def latest_word(ledger: Ledger) -> str:
    """The quarter of the last run, else its id. Raises LedgerError where there is none."""
    every = runs(ledger)
    if not every:
        raise LedgerError(f"台账“{ledger.path}”里还没有批次，先审核一次：auditor audit")
    return every[-1].quarter or every[-1].id


def aliases(audit: Audit) -> dict[str, str]:
    """Every name of a rule -> its first, which lasts."""
    cards: Iterable[RuleCard] = audit.rules.values()
    return {name: (*card.aliases, card.id)[0] for card in cards for name in (card.id, *card.aliases)}


def unit_named(word: str, units: Mapping[str, str], memory: Remembered) -> str:
    """The unit that a name means: full, former, or short as in the numbers; ends with 2 where none or several.

    `units` are full names with their short ones.
    """
    current = memory.unit(word.strip())
    if current in units:
        return current
    like = [unit for unit, short in units.items() if short == word.strip()]
    like = like or [unit for unit in units if word.strip() and word.strip() in unit]
    if len(like) == 1:
        return like[0]
    if like:
        fail(USAGE, f"“{word}”对应 {len(like)} 个单位：{'、'.join(like[:8])}，请写全称")
    fail(USAGE, f"台账中没有单位“{word}”{nearest(word, [*units, *units.values()])}")


def _known(word: str, words: Iterable[str], what: str) -> str:
    known = list(words)
    if word not in known:
        fail(USAGE, f"没有{what}“{word}”{nearest(word, known)}")
    return word


# --- what is shown ---------------------------------------------------------------------------------


def _show(made: Planned, word: str, entry: int | None, *, dry: bool) -> None:
    if made.objections:
        for objection in made.objections:
            click.echo(objection.words, err=True)
        more = "；确要改变已有认定的，加 --change" if any(one.contrary for one in made.objections) else ""
        click.echo(f"有 {len(made.objections)} 个问题不能这样认定，什么也没有写入{more}。", err=True)
        return
    if made.entered:
        console().print(_table(made, word))
    if len(made.entered) > _MOST_SHOWN:
        click.echo(f"……共 {len(made.entered)} 个")
    said = "撤销认定" if word == TAKEN_BACK else f"认定为{word}"
    if made.same:
        click.echo(f"{len(made.same)} 个问题已经{said}，不再写入。")
    if dry:
        click.echo(f"将有 {len(made.entered)} 个问题{said}（--dry-run，没有写入台账）。")
    elif entry is not None:
        click.echo(f"{len(made.entered)} 个问题{said}，已记入台账第 {entry} 条。")


def _table(made: Planned, word: str) -> Grid:
    again = any(before is not None for _, before in made.entered)
    names = ("编号", "初步结论", "问题", *(("原认定",) if again else ()), "认定")
    table = Grid(*names, whole=("编号", "初步结论", "认定"))
    for ask, before in made.entered[:_MOST_SHOWN]:
        finding = ask.target.finding
        was = (signed_words(before) if before is not None else "",) if again else ()
        table.add_row(ask.target.called, OUTCOME_WORDS[finding.outcome], finding.title, *was, word)
    return table


def _json(made: Planned, word: str, entry: int | None, *, dry: bool) -> dict[str, Json]:
    def card(ask: Ask) -> dict[str, Json]:
        target = ask.target
        return {
            "number": target.finding.number or None,
            "fingerprint": target.finding.fingerprint,
            "unit": target.key.unit,
            "year": target.key.year,
            "rule": target.finding.rule,
            "message": target.finding.message,
        }

    return {
        "word": word,
        "dry_run": dry,
        "entry": entry,
        "entered": [card(ask) | {"before": before.word if before else None} for ask, before in made.entered],
        "same": [card(ask) for ask in made.same],
        "objections": [card(one.ask) | {"reason": one.words, "contrary": one.contrary} for one in made.objections],
    }
