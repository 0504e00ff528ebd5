"""Mending: letters, replies, rulings and later readings of the reports -> how each finding stands on a day. Pure.

States    未整改, 部分整改, 已整改 (the unit says so; nobody has looked yet), 已销号 (a new reading was judged kept, or a person
          closed what she had found by eye)
Order     a 通知 begins it, on its day; a further 通知 on what is still open changes no deadline. What comes back after it was
          closed is open again, and under no order until the next 通知. A 反馈函 orders nothing
Deadline  that of the order, or a later day that was granted. An 异议 that waits for its ruling, and a 申请延期 asked for in
          time, stop the clock; after a ruling against the unit it runs on, at the earliest from the day of the ruling
Overdue   days (of the calendar) after the deadline, while the finding is neither mended, nor said to be, nor in dispute
Closed    only by a reading of another text that was judged kept (`fates`): never by a reply, never because nothing was read
Again     已整改 by the unit, but found in a newer text: 未整改（复核仍存在）. The file that had been read before the unit said so
          tells nothing, however often it is read
Outside   what was found 不属实, was waived (豁免) or is no longer held to be a fault is not to be mended and in no rate
Day       only what was entered up to that day is looked at, so that every past day can be asked for
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from auditor.model import REJECTED, WAIVED, Noun
from auditor.quarters.fates import STANDING, Fate
from auditor.quarters.nouns import Key, Letter, LetterItem, Manual, Remembered, Reply, Ruling

ORDER, INQUIRY = KINDS = ("通知", "反馈函")
DONE, PARTLY, LATER, OBJECTION = WORDS = ("已整改", "部分整改", "申请延期", "异议")
STANDS, WITHDRAWN, GRANTED, REFUSED = RULINGS = ("维持", "撤回", "同意", "不同意")
ANSWERS: Mapping[str, tuple[str, ...]] = {OBJECTION: (STANDS, WITHDRAWN), LATER: (GRANTED, REFUSED)}
"""The rulings that end a reply which asks for one."""

AGAIN, TOLD, REMAINS = "销号后再次出现", "单位反馈", "复核仍存在"
"""Notes beside a state: found again after it was closed, only the unit says so, found in a newer text."""


class State(StrEnum):
    """How the mending of a finding stands."""

    OPEN = "未整改"
    PARTLY = "部分整改"
    DONE = "已整改"
    CLOSED = "已销号"


@dataclass(frozen=True, slots=True)
class Seen(Noun):
    """A reading of the report: the entry of its run, its day, what became of the finding, the SHA-256 of the document."""

    entry: int
    on: dt.date
    fate: Fate
    why: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Mending(Noun):
    """How one finding stands on a day.

    `letter` and `item` are those that began it; `ordered` whether it is under an order to mend. `deadline` is the day that
    counts, with `extended` where one was granted; `asked` a day that was asked for and not ruled on. `overdue` counts days.
    `objection` is 待处理, 维持 or 撤回, "" without; `outside` why it is not to be mended, `closed` the day it was closed. `link` is
    where the unit says the mended report stands; `reviewed` what a later reading showed (已整改, 部分整改, 未整改), "" before one.
    """

    letter: Letter
    item: LetterItem
    ordered: bool
    state: State
    note: str = ""
    deadline: dt.date | None = None
    extended: dt.date | None = None
    asked: dt.date | None = None
    overdue: int = 0
    objection: str = ""
    outside: str = ""
    closed: dt.date | None = None
    came_back: bool = False
    link: str = ""
    reviewed: str = ""

    @property
    def words(self) -> str:
        """未整改（复核仍存在）."""
        return f"{self.state.value}（{self.note}）" if self.note else self.state.value

    @property
    def counts(self) -> bool:
        """Whether it is in a 整改率."""
        return self.ordered and not self.outside


def mendings(
    memory: Remembered, seen: Mapping[Key, Sequence[Seen]], words: Mapping[Key, str], day: dt.date
) -> tuple[Mending, ...]:
    """Every finding that was ever in a letter, in the order of the letters. `words` are the verdicts that hold on the day."""
    letters = [letter for letter in memory.letters if letter.sent <= day]
    sent: dict[Key, list[tuple[Letter, LetterItem]]] = {}
    for letter in letters:
        for item in letter.items:
            sent.setdefault(item.key, []).append((letter, item))
    manual = {one.number: one for one in memory.manual}
    answers = _Answers(memory, day)
    return tuple(
        _Course(pairs, answers, seen.get(key, ()), manual.get(pairs[0][1].number), words.get(key, ""), day).mending()
        for key, pairs in sent.items()
    )


class _Answers:
    """Replies and rulings up to a day, by key."""

    def __init__(self, memory: Remembered, day: dt.date) -> None:
        self.replies: dict[Key, list[Reply]] = {}
        self.rulings: dict[tuple[int, Key], Ruling] = {}
        for reply in memory.replies:
            if reply.received is None or reply.received <= day:
                self.replies.setdefault(reply.key, []).append(reply)
        for ruling in memory.rulings:
            if ruling.on <= day:
                self.rulings[ruling.reply, ruling.key] = ruling

    def of(self, key: Key) -> list[Reply]:
        """The replies to a finding, in order."""
        return self.replies.get(key, [])

    def ruling(self, reply: Reply) -> Ruling | None:
        """The ruling on a reply, None while it waits (or asks for none)."""
        return self.rulings.get((reply.entry, reply.key))


def waiting(memory: Remembered, day: dt.date) -> tuple[Reply, ...]:
    """The last 异议 and 申请延期 of each finding that nobody has ruled on by that day."""
    answers = _Answers(memory, day)
    last = [_last(replies, word) for replies in answers.replies.values() for word in ANSWERS]
    return tuple(reply for reply in last if reply is not None and answers.ruling(reply) is None)


def _last(replies: Sequence[Reply], word: str) -> Reply | None:
    return next((reply for reply in reversed(replies) if reply.word == word), None)


def _reviewed(state: State, note: str) -> str:
    """What a later reading (or a person) showed of it; "" while only the unit has spoken."""
    if state is State.CLOSED:
        return State.DONE.value
    if state is State.PARTLY:
        return "" if note == TOLD else State.PARTLY.value
    return State.OPEN.value if note in (AGAIN, REMAINS) else ""


class _Course:
    """One finding from its first letter on."""

    def __init__(
        self,
        sent: Sequence[tuple[Letter, LetterItem]],
        answers: _Answers,
        seen: Sequence[Seen],
        manual: Manual | None,
        word: str,
        day: dt.date,
    ) -> None:
        self.answers, self.manual, self.word, self.day = answers, manual, word, day
        self.seen = [one for one in seen if one.on <= day]
        self.sent = sent
        self.key = sent[0][1].key
        self.letter, self.item, self.ordered, self.back = self._begun()
        self.since = self.back.entry if self.back is not None else self.letter.entry
        self.replies = [reply for reply in answers.of(self.key) if reply.entry > self.since]

    def _begun(self) -> tuple[Letter, LetterItem, bool, Seen | None]:
        """The letter that counts: the first 通知 since the finding was last open, else the first letter; whether it orders;
        and the reading by which the finding came back after it was closed, where no order has followed."""
        back = self._came_back()
        orders = [pair for pair in self.sent if pair[0].kind == ORDER]
        standing = [pair for pair in orders if back is None or pair[0].entry > back.entry]
        if standing:
            return (*standing[0], True, None)
        pair = orders[-1] if orders else self.sent[0]
        return (*pair, False, back)

    def _came_back(self) -> Seen | None:
        """The last reading that found it again after one had closed it."""
        back, closed = None, False
        for one in self._after(self.sent[0][0].entry):
            if one.fate is Fate.MENDED:
                closed = True
            elif one.fate in STANDING and closed:
                back, closed = one, False
        return back

    def _after(self, entry: int) -> list[Seen]:
        return [one for one in self.seen if one.entry > entry]

    def mending(self) -> Mending:
        """Its state on the day."""
        state, note, closed = self._state()
        outside, why = self._outside()
        bare = Mending(
            self.letter,
            self.item,
            self.ordered,
            state,
            why or note,
            closed=closed,
            outside=outside,
            objection=self._objection(),
            came_back=self.back is not None,
            link=next((reply.link for reply in reversed(self.replies) if reply.link), ""),
            reviewed=_reviewed(state, note),
        )
        return self._timed(bare)

    def _state(self) -> tuple[State, str, dt.date | None]:
        if self.manual is not None and self.manual.closed is not None and self.manual.closed <= self.day:
            return State.CLOSED, "", self.manual.closed
        readings = self._after(self.letter.entry if self.back is None else self.back.entry - 1)
        told = [one for one in readings if one.fate in (*STANDING, Fate.MENDED, Fate.LISTED)]
        last = told[-1] if told else None
        if last is not None and last.fate is Fate.MENDED:
            return State.CLOSED, "", last.on
        said = next((reply for reply in reversed(self.replies) if reply.word in (DONE, PARTLY)), None)
        if last is not None and last.fate is Fate.LISTED and (said is None or last.entry > said.entry):
            return State.PARTLY, last.why, None
        if said is None:
            return State.OPEN, AGAIN if self.back is not None else "", None
        if said.word == PARTLY:
            return State.PARTLY, TOLD, None
        return self._said_done(said, last)

    def _said_done(self, said: Reply, last: Seen | None) -> tuple[State, str, dt.date | None]:
        """What the unit calls 已整改, beside the last reading."""
        newer = last if last is not None and last.entry > said.entry else None
        if newer is None:
            return State.DONE, "单位反馈，待复核", None
        known = [one.document for one in self.seen if one.entry < said.entry]
        if not newer.document:  # nothing was read: it was only not among the files again
            return State.DONE, "单位反馈，待复核；所给文件中仍没有这份报告", None
        if known and newer.document == known[-1]:
            return State.DONE, "单位反馈，待复核；再次检查的是同一文件", None
        return State.OPEN, REMAINS, None

    def _outside(self) -> tuple[str, str]:
        """Why it is not to be mended, and the words for it; empty where it is."""
        if self.word in (REJECTED, WAIVED):
            return self.word, ""
        if self._objection() == WITHDRAWN:
            return REJECTED, ""
        readings = self._after(self.letter.entry)
        told = [one for one in readings if one.fate in (*STANDING, Fate.MENDED, Fate.LISTED, Fate.DROPPED)]
        if told and told[-1].fate is Fate.DROPPED:
            return Fate.DROPPED.value, told[-1].why
        return "", ""

    # disputes and days

    def _objection(self) -> str:
        reply = _last(self.replies, OBJECTION)
        if reply is None:
            return ""
        ruling = self.answers.ruling(reply)
        return ruling.word if ruling is not None else "待处理"

    def _timed(self, bare: Mending) -> Mending:
        """With deadline, extension and overdue days."""
        granted = self._granted()
        ends = [end for end in (self.item.deadline, granted) if end is not None]
        deadline = max(ends) if ends else None
        asking = self._waiting(LATER)
        timed = replace(bare, deadline=deadline, extended=granted, asked=asking.until if asking is not None else None)
        open_ = bare.state in (State.OPEN, State.PARTLY) and not bare.outside and self.ordered
        if deadline is None or not open_ or self._stopped(deadline):
            return timed
        start = max([deadline, *self._against(deadline)])
        return replace(timed, overdue=max((self.day - start).days, 0))

    def _granted(self) -> dt.date | None:
        """The last day that was granted."""
        days = []
        for reply in self.replies:
            ruling = self.answers.ruling(reply)
            if ruling is not None and ruling.word in (GRANTED, STANDS) and ruling.until is not None:
                days.append(ruling.until)
        return days[-1] if days else None

    def _waiting(self, word: str) -> Reply | None:
        """The last reply of that word, where nobody has ruled on it."""
        reply = _last(self.replies, word)
        return reply if reply is not None and self.answers.ruling(reply) is None else None

    def _stopped(self, deadline: dt.date) -> bool:
        """Whether the clock stands: in dispute, or more time was asked for before the deadline and that day has not come."""
        if self._waiting(OBJECTION) is not None:
            return True
        asking = self._waiting(LATER)
        if asking is None or asking.until is None:
            return False
        in_time = asking.received is None or asking.received <= deadline
        return in_time and self.day <= asking.until

    def _against(self, deadline: dt.date) -> list[dt.date]:
        """Days of rulings against the unit on what it had asked in time."""
        out = []
        for reply in self.replies:
            ruling = self.answers.ruling(reply)
            if ruling is None or ruling.word not in (STANDS, REFUSED):
                continue
            if reply.received is None or reply.received <= deadline:
                out.append(ruling.on)
        return out


# --- the units as a whole ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rate(Noun):
    """整改率 = closed ÷ ordered. `ordered` counts findings under an order, without those found 不属实, waived or dropped;
    `closed` those of them that are 已销号. With nothing ordered there is no rate."""

    ordered: int
    closed: int

    @property
    def value(self) -> Decimal | None:
        """Percent to a tenth, half up; None where nothing was ordered."""
        if not self.ordered:
            return None
        return Decimal((self.closed * 2000 + self.ordered) // (2 * self.ordered)) / 10

    @property
    def percent(self) -> str:
        """66.7%, — where nothing was ordered."""
        value = self.value
        return "—" if value is None else f"{value:.1f}%"


FORMULA = "整改率＝已销号÷已责令整改。不属实、已豁免、不再作为问题的不计入；没有责令整改的不计算整改率。"


def rate(found: Iterable[Mending]) -> Rate:
    """The rate of some findings."""
    counted = [one for one in found if one.counts]
    return Rate(len(counted), sum(one.state is State.CLOSED for one in counted))


def by_unit(found: Iterable[Mending]) -> dict[str, tuple[Mending, ...]]:
    """The findings by unit, in the order in which they come."""
    return _by(found, lambda one: one.letter.unit)


def by_group(found: Iterable[Mending]) -> dict[str, tuple[Mending, ...]]:
    """The findings by the group of their unit."""
    return _by(found, lambda one: one.letter.group or "未分组")


def by_dimension(found: Iterable[Mending]) -> dict[str, tuple[Mending, ...]]:
    """The findings by dimension."""
    return _by(found, lambda one: one.item.dimension or "未注明")


def _by(found: Iterable[Mending], word: Callable[[Mending], str]) -> dict[str, tuple[Mending, ...]]:
    out: dict[str, list[Mending]] = {}
    for one in found:
        out.setdefault(word(one), []).append(one)
    return {name: tuple(some) for name, some in out.items()}
