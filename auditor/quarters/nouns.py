"""What is remembered of the quarters, as nouns: reports as they were checked, findings as they were noted, what people decided.

Key        a finding is the same one in every run by unit, report year and locus (rule and logical place); `content` says
           whether it still complains of the same
Lean       a run is compared by these records alone; whole reports are opened only where a question needs them
Dates      days of Beijing time; every judgement takes the day it is made for, none reads a clock
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from auditor.model import Noun, Number, Outcome, State, Verdict


@dataclass(frozen=True, slots=True)
class Key(Noun):
    """Whose finding, of which report year, which rule at which logical place. `unit` is the current full name."""

    unit: str
    year: int | None
    locus: str


@dataclass(frozen=True, slots=True)
class Noted(Noun):
    """A finding as a run noted it, before anybody decided anything: points are those of the bare run."""

    key: Key
    number: str
    fingerprint: str
    content: str
    rule: str
    title: str
    outcome: Outcome
    severity: str
    dimension: str
    message: str
    facts: tuple[str, ...]
    cost: Decimal
    deducted: Decimal
    absorbed_by: str | None = None
    members: tuple[str, ...] = ()
    draft: bool = False
    manual: bool = False


@dataclass(frozen=True, slots=True)
class Checked(Noun):
    """One report in one run. `run` is the run's entry in the ledger, `document` the SHA-256 of what was handed in.

    `outcomes` holds one outcome a rule, `unclear` the facts of every rule that could not be decided (() the whole rule),
    `off` the rules that the county switched off for it (with cells: only there), `reading` the SHA-256 of the reading.
    `missing`: there was no report, and no points; the finding says that it is not there. Only who asks for them gets these.
    """

    run: int
    at: int
    source: str
    document: str
    unit: str
    short: str
    unit_kind: str
    group: str
    region: str
    year: int | None
    form: str | None
    points: Decimal
    low: Decimal
    if_suspected: Decimal
    grade: str
    reading: str
    outcomes: Mapping[str, Outcome]
    findings: tuple[Noted, ...]
    unclear: tuple[tuple[str, tuple[str, ...]], ...] = ()
    off: tuple[tuple[str, tuple[str, ...]], ...] = ()
    missing: bool = False


@dataclass(frozen=True, slots=True)
class RunCard(Noun):
    """A run as the ledger lists it. `entry` is its place in the chain; `id` is the run's own (the same for the same inputs).

    `reports`, `unread` count reports; `rulebook` is the hash of the rules it used, `texts` that of the stored rulebook.
    """

    entry: int
    id: str
    quarter: str | None
    started: dt.datetime
    engine: str
    inference: str
    rulebook: str
    version: str
    rules: int
    reports: int
    unread: int
    texts: str | None = None


# --- what people decided ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decision(Noun):
    """A verdict as it was entered: it holds for the finding of that key while the finding's content is `content`."""

    entry: int
    key: Key
    content: str
    verdict: Verdict
    number: str = ""


@dataclass(frozen=True, slots=True)
class Waiver(Noun):
    """A waiver (豁免): what it covers, why, on what paper, approved by whom, from when to when.

    Empty scope fields cover everything: `unit`, `year`, `rule`; `cells` are ids of facts, () the whole rule. `end` None: no
    end was set; `review` is the day on which it must be looked at again; `ended` the day on which it was taken back.
    `locus` is set where a verdict made it: then it covers that finding alone, while its content is `content`.
    """

    entry: int
    number: str
    unit: str
    year: int | None
    rule: str
    cells: tuple[str, ...]
    reason: str
    paper: str
    approver: str
    start: dt.date
    end: dt.date | None = None
    review: dt.date | None = None
    by: str = ""
    on: dt.date | None = None
    ended: dt.date | None = None
    ended_why: str = ""
    locus: str = ""
    content: str = ""

    def holds(self, day: dt.date) -> bool:
        """Whether it holds on that day (the first and the last day included)."""
        if day < self.start or (self.ended is not None and day >= self.ended):
            return False
        return self.end is None or day <= self.end


@dataclass(frozen=True, slots=True)
class Manual(Noun):
    """What a person found by eye: unit, place, basis, severity, text. It stands until somebody closes it.

    `place` says where it was seen, in words; `law`, `at` name an article, else `practice` says what it rests on;
    `document` is the SHA-256 of what was looked at, "" where that is not known.
    """

    entry: int
    number: str
    unit: str
    year: int | None
    place: str
    severity: str
    dimension: str
    title: str
    text: str
    remedy: str = ""
    law: str = ""
    article: str = ""
    practice: str = ""
    certain: bool = True
    document: str = ""
    by: str = ""
    on: dt.date | None = None
    closed: dt.date | None = None
    closed_by: str = ""
    closed_why: str = ""

    @property
    def quarter(self) -> str:
        """The quarter in which it was found."""
        return self.number.split("-", 1)[0]


@dataclass(frozen=True, slots=True)
class TypedFact(Noun):
    """A value that a person typed for a cell that could not be read, by document and fact id."""

    entry: int
    document: str
    fact: str
    state: State
    value: Number | None
    raw: str
    by: str
    on: dt.date | None
    note: str = ""


# --- letters, replies, what is issued ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LetterItem(Noun):
    """One finding in a letter and the last day on which it must be mended (or answered).

    The rest is what the letter said of it; `outcome` is broken or suspected, `content` the finding's.
    """

    key: Key
    number: str
    severity: str
    deadline: dt.date | None
    rule: str = ""
    title: str = ""
    dimension: str = ""
    outcome: str = ""
    content: str = ""
    text: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Letter(Noun):
    """A letter that was sent to a unit: `kind` 通知 (order to mend) or 反馈函 (please verify). `group` is the unit's on that day."""

    entry: int
    quarter: str
    unit: str
    kind: str
    paper: str
    sent: dt.date
    by: str
    items: tuple[LetterItem, ...]
    group: str = ""


@dataclass(frozen=True, slots=True)
class Reply(Noun):
    """What a unit answered to one finding: `word` 已整改, 部分整改, 申请延期 or 异议.

    `on` is the day on which it says to have done it, `received` the day on which the answer was entered; `until` is the day it
    asks for (申请延期); `link` where the mended report stands; `source` the cell it came from.
    """

    entry: int
    key: Key
    number: str
    word: str
    text: str
    on: dt.date | None
    until: dt.date | None = None
    link: str = ""
    by: str = ""
    source: str = ""
    received: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Ruling(Noun):
    """What became of a reply that asks something: an 异议 is 维持 or 撤回 (with the number of the 更正), a 申请延期 is 同意 or 不同意.

    `until` is the new deadline where an extension was granted.
    """

    entry: int
    reply: int
    key: Key
    word: str
    why: str
    by: str
    on: dt.date
    until: dt.date | None = None
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Issued(Noun):
    """A unit's score of a quarter as it was issued (印发): frozen; a later score stands beside it.

    `correction` is the number of the 更正 by which it took the place of an earlier one, `why` says what was corrected.
    """

    entry: int
    quarter: str
    unit: str
    year: int | None
    points: Decimal
    grade: str
    rank: int | None
    on: dt.date
    paper: str = ""
    run: int | None = None
    by: str = ""
    correction: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class OldFinding(Noun):
    """A row of a hand-made ledger of an earlier quarter (历史问题): it stands in the history and counts in 屡查屡犯, never in a
    score.

    `rule` is set where the row names a rule by its title or id, "" where that is not certain; `year` None where the row states
    none. `source` is the file, `line` where it stood. Everything else is in the words of the row.
    """

    entry: int
    quarter: str
    unit: str
    year: int | None
    rule: str
    text: str
    mending: str = ""
    remark: str = ""
    source: str = ""
    line: str = ""
    category: str = ""
    object: str = ""
    basis: str = ""
    points: str = ""
    demand: str = ""
    deadline: str = ""
    link: str = ""
    review: str = ""
    closed: str = ""


@dataclass(frozen=True, slots=True)
class Remembered(Noun):
    """Everything that people entered, as it stands: the latest word on each thing; `names` maps former names to current ones."""

    decisions: tuple[Decision, ...] = ()
    remarks: Mapping[Key, str] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    manual: tuple[Manual, ...] = ()
    typed: tuple[TypedFact, ...] = ()
    letters: tuple[Letter, ...] = ()
    replies: tuple[Reply, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    issued: tuple[Issued, ...] = ()
    old: tuple[OldFinding, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def unit(self, name: str) -> str:
        """The current name of a unit that may have been renamed."""
        seen = {name}
        while (name := self.names.get(name, name)) not in seen:
            seen.add(name)
        return name
