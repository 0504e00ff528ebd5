"""Replying: rows of filled 整改情况反馈表, what was entered before, the moment -> the replies to enter, or every mistake; rulings. Pure.

All       or none: one mistake in one file, and nothing of any file is entered
Whose     a number belongs to the unit that was told of it; nobody answers for another
Again     an answer that was entered before (the same words on the same finding) is not entered twice
Needs     已整改 when and how; 部分整改 what is left; 申请延期 until when and why; 异议 why; all of them by whom
Rulings   an 异议 ends in 维持 or 撤回, a 申请延期 in 同意 or 不同意; the first answer that waits is the last that was given
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from auditor.model import Noun
from auditor.quarters.issuing import is_issued
from auditor.quarters.mending import (
    ANSWERS,
    DONE,
    GRANTED,
    LATER,
    OBJECTION,
    PARTLY,
    RULINGS,
    STANDS,
    WITHDRAWN,
    WORDS,
)
from auditor.quarters.nouns import Key, Letter, LetterItem, Remembered, Reply, Ruling
from auditor.spelling import nearest

_MOST = 2000


@dataclass(frozen=True, slots=True)
class Answered(Noun):
    """A row that says something, as it stands in its file. `unit` is whose sheet it is; days are None where they cannot be
    read (the words stand in `unreadable` by column); `at` gives the places of the cells by column."""

    unit: str
    number: str
    word: str
    text: str
    link: str
    by: str
    on: dt.date | None
    until: dt.date | None
    at: Mapping[str, str]
    unreadable: Mapping[str, str] = field(default_factory=dict)

    def place(self, column: str) -> str:
        """Where a cell stands, else where the row begins."""
        return self.at.get(column) or next(iter(self.at.values()), "")


NUMBER, UNIT, WORD, TEXT = "编号", "填报单位", "整改情况", "整改措施说明"
LINK, ON, UNTIL, BY = "整改后链接", "完成日期", "申请延期至", "填报人"


@dataclass(frozen=True, slots=True)
class Received(Noun):
    """Replies to be entered (their `entry` is 0), how many were entered before, and every mistake."""

    replies: tuple[Reply, ...] = ()
    same: int = 0
    mistakes: tuple[str, ...] = ()


def received(rows: Iterable[Answered], memory: Remembered, day: dt.date, by: str = "") -> Received:
    """What follows from the rows; with mistakes nothing does. `by` stands in for a 填报人 who is not named."""
    told = _told(memory)
    mistakes: list[str] = []
    found: dict[Key, tuple[Answered, Reply]] = {}
    for row in rows:
        wrong = list(_mistakes(row, told, memory, day, by))
        mistakes += wrong
        if wrong:
            continue
        item = told[row.number][1]
        reply = _reply(row, item.key, day, by)
        before = found.setdefault(item.key, (row, reply))
        if _said(before[1]) != _said(reply):
            words = f"{row.number} 有两个不同的答复，另一个在 {before[0].place(WORD)}，请只留一个"
            mistakes.append(f"{row.place(WORD)}：{words}")
    if mistakes:
        return Received(mistakes=tuple(mistakes))
    known = {(reply.key, _said(reply)) for reply in memory.replies}
    fresh = tuple(reply for _, reply in found.values() if (reply.key, _said(reply)) not in known)
    return Received(fresh, len(found) - len(fresh))


def _told(memory: Remembered) -> dict[str, tuple[Letter, LetterItem]]:
    """The last letter in which each number stood."""
    return {item.number: (letter, item) for letter in memory.letters for item in letter.items}


def _reply(row: Answered, key: Key, day: dt.date, by: str) -> Reply:
    source = row.place(WORD)
    return Reply(0, key, row.number, row.word, row.text, row.on, row.until, row.link, row.by or by, source, day)


def _said(reply: Reply) -> tuple[object, ...]:
    return reply.word, reply.text, reply.on, reply.until, reply.link, reply.by


def _mistakes(
    row: Answered, told: Mapping[str, tuple[Letter, LetterItem]], memory: Remembered, day: dt.date, by: str
) -> Iterator[str]:
    """Everything that is wrong with a row."""
    if row.number not in told:
        near = nearest(row.number, told) or "，请照发函时的编号填写"
        said = (
            f"编号“{row.number}”没有在任何一次发函中列出{near}" if row.number else "没有填写编号，请照发函时的编号填写"
        )
        yield f"{row.place(NUMBER)}：{said}"
        return
    letter, item = told[row.number]
    if not row.unit:
        yield f"{row.place(UNIT)}：没有写明填报单位，请在表头上方“填报单位”处填写全称"
    elif memory.unit(row.unit) != letter.unit:
        yield f"{row.place(NUMBER)}：编号“{row.number}”是“{letter.unit}”的问题，不能在“{row.unit}”的反馈表中答复"
    yield from _word_mistakes(row)
    for column, words in row.unreadable.items():
        yield f"{row.place(column)}：{column}“{words}”不是日期，请写成 2026-04-08"
    if row.on is not None and row.on > day:
        yield f"{row.place(ON)}：完成日期 {row.on} 还没有到（今天是 {day}）"
    if not (row.by or by):
        yield f"{row.place(BY)}：没有写填报人"
    if row.word == LATER:
        yield from _later_mistakes(row, item, day)


def _word_mistakes(row: Answered) -> Iterator[str]:
    """What the word of an answer asks for and does not go with."""
    if not row.word:
        yield f"{row.place(WORD)}：填写了内容，没有选择整改情况（{'、'.join(WORDS)}）"
        return
    if row.word not in WORDS:
        near = nearest(row.word, WORDS) or "，"
        yield f"{row.place(WORD)}：整改情况“{row.word}”不对{near}应为{'、'.join(WORDS)}之一"
        return
    if not row.text:
        asked = {DONE: "怎样整改", PARTLY: "已改什么、还差什么", LATER: "申请延期的理由", OBJECTION: "异议的理由"}
        yield f"{row.place(TEXT)}：整改情况为“{row.word}”的，须写明{asked[row.word]}"
    elif len(row.text) > _MOST:
        yield f"{row.place(TEXT)}：{TEXT}超过 {_MOST} 字，请写得简要一些"
    if row.word == DONE and row.on is None and ON not in row.unreadable:
        yield f"{row.place(ON)}：整改情况为“{DONE}”的，须写明完成日期"
    if row.word in (LATER, OBJECTION) and row.on is not None:
        yield f"{row.place(ON)}：整改情况为“{row.word}”的，不填完成日期"
    if row.word != LATER and row.until is not None:
        yield f"{row.place(UNTIL)}：整改情况为“{row.word}”的，不填申请延期至"


def _later_mistakes(row: Answered, item: LetterItem, day: dt.date) -> Iterator[str]:
    if row.until is None:
        if UNTIL not in row.unreadable:
            yield f"{row.place(UNTIL)}：申请延期的，须写明申请延期至哪一天"
    elif row.until < day:
        yield f"{row.place(UNTIL)}：申请延期至 {row.until}，这一天已经过去（今天是 {day}）"
    elif item.deadline is not None and row.until <= item.deadline:
        yield f"{row.place(UNTIL)}：申请延期至 {row.until}，没有超过原定期限 {item.deadline}"


# --- rulings -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked(Noun):
    """How a person rules on a finding's last answer that waits: the number, the word, by whom, why, on which day."""

    number: str
    word: str
    by: str
    why: str
    on: dt.date
    until: dt.date | None = None
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Ruled(Noun):
    """The ruling to be entered with the letter that the finding stands in, or why there is none. `dismisses`: the finding is
    found 不属实 with it; `hint` is what to do next."""

    ruling: Ruling | None = None
    refusal: str = ""
    letter: Letter | None = None
    item: LetterItem | None = None
    dismisses: bool = False
    hint: str = ""


def ruled(asked: Asked, memory: Remembered) -> Ruled:
    """What follows from the words."""
    told = _told(memory)
    if asked.word not in RULINGS:
        return Ruled(refusal=f"处理结果“{asked.word}”不对，应为{'、'.join(RULINGS)}之一")
    if asked.number not in told:
        near = nearest(asked.number, told) or "，请照发函时的编号填写"
        return Ruled(refusal=f"编号“{asked.number}”没有在任何一次发函中列出{near}")
    letter, item = told[asked.number]
    reply = _waiting(item.key, asked.word, memory)
    if reply is None:
        kind = next(word for word, answers in ANSWERS.items() if asked.word in answers)
        return Ruled(refusal=f"{asked.number} 没有待处理的{kind}（auditor replies list 可以查看）")
    return _ruled(asked, memory, letter, item, reply)


def _ruled(asked: Asked, memory: Remembered, letter: Letter, item: LetterItem, reply: Reply) -> Ruled:
    until = asked.until
    if asked.word == GRANTED:
        until = until or reply.until
        if until is not None and item.deadline is not None and until <= item.deadline:
            return Ruled(refusal=f"延期至 {until}，没有超过原定期限 {item.deadline}")
    elif until is not None and asked.word != STANDS:
        return Ruled(refusal=f"处理结果为“{asked.word}”的，不写 --until")
    elif until is not None and until < asked.on:
        return Ruled(refusal=f"新的期限 {until} 已经过去")
    issued = is_issued(memory, letter.quarter)
    if asked.word == WITHDRAWN and issued and not asked.paper:
        words = f"{letter.quarter} 的得分已经印发，撤回 {asked.number} 须写明更正的文号：--paper 文号"
        return Ruled(refusal=words)
    named = f'--why "{asked.why}" --paper {asked.paper} --by {asked.by}'
    command = f"auditor issue {letter.quarter} --correct {letter.unit} {named}"
    hint = f"{letter.quarter} 的得分已经印发，请接着更正：{command}"
    ruling = Ruling(0, reply.entry, item.key, asked.word, asked.why, asked.by, asked.on, until, asked.paper)
    dismisses = asked.word == WITHDRAWN
    return Ruled(ruling, "", letter, item, dismisses, hint if dismisses and issued else "")


def _waiting(key: Key, word: str, memory: Remembered) -> Reply | None:
    """The last answer that such a word ends, where nobody has ruled on it."""
    kind = next(asks for asks, answers in ANSWERS.items() if word in answers)
    last = next((r for r in reversed(memory.replies) if r.key == key and r.word == kind), None)
    done = {(ruling.reply, ruling.key) for ruling in memory.rulings}
    return last if last is not None and (last.entry, key) not in done else None
