"""Rows of a filled-in ledger against what the ledger says now -> what is new in them, or every conflict. Pure.

Touched    a row says something new only where it differs from what stood in it when it was written (its 对照码 tells); a row
           that nobody touched says nothing, whatever was decided since
Again      what the ledger says already is not said again: a workbook taken in twice adds nothing; a verdict without a day or a
           name of its own is the same whoever takes it in
Conflicts  unknown number; number and 对照码 of two findings; another ledger; a content that changed since; a verdict or a remark
           entered meanwhile that differs; two rows that disagree; merged cells; words, days, reasons that are missing or wrong.
           All of them are told; where there is one, nothing is taken in
Without    a 对照码 (rows copied elsewhere) a finding is taken by its number alone where its content was never another, and only
           what contradicts nothing in the ledger
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from auditor.ledgersheet import columns
from auditor.ledgersheet.columns import BY, DAYS, ON, PAPER, REMARK, UNTIL, VERDICT, WHY, WORD
from auditor.ledgersheet.nouns import Conflict, Decided, Filled, Remarked, Spot, Standing, Weighed
from auditor.model import UPHELD, VERDICTS, WAIVED, Verdict
from auditor.quarters.deciding import TAKEN_BACK
from auditor.quarters.nouns import Decision, Key
from auditor.spelling import nearest
from auditor.text import squash


def weigh(rows: Sequence[Filled], standing: Standing, by: str, today: dt.date) -> Weighed:
    """What the rows say that the ledger does not yet. `by`, `today` stand in where a verdict names nobody or no day."""
    scales = _Scales(standing, {squash(number): number for number in standing.keys}, by, today)
    found: list[_Weight] = []
    conflicts: list[Conflict] = []
    for row in rows:
        weight = scales.weight(row)
        conflicts += weight.conflicts
        found.append(weight)
    conflicts += _disagreeing(found)
    mending = sum(_differs(row, columns.MENDING, row.mark.mending if row.mark else None) for row in rows)
    if conflicts:
        return Weighed(len(rows), conflicts=tuple(conflicts), mending=mending)
    decisions = {one.decided.key: one.decided for one in found if one.decided is not None}
    remarks = {one.remarked.key: one.remarked for one in found if one.remarked is not None}
    return Weighed(len(rows), tuple(decisions.values()), tuple(remarks.values()), mending=mending)


@dataclass(frozen=True, slots=True)
class _Weight:
    """What one row says. `said` is its verdict even where the ledger has it already, None of a row that nobody touched."""

    row: Filled
    key: Key | None = None
    said: Verdict | None = None
    decided: Decided | None = None
    remark: str | None = None
    remarked: Remarked | None = None
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class _Scales:
    standing: Standing
    numbers: dict[str, str]
    by: str
    day: dt.date

    def weight(self, row: Filled) -> _Weight:
        decides = _differs(row, VERDICT, row.mark.verdict if row.mark else None)
        remarks = _differs(row, (REMARK,), row.mark.remark if row.mark else None)
        if not decides and not remarks:
            return _Weight(row)
        wrong = list(self._unknown(row))
        if wrong:
            return _Weight(row, conflicts=tuple(wrong))
        number = self.numbers[squash(row.number)]
        key = self.standing.keys[number]
        weight = _Weight(row, key)
        if decides:
            weight = self._verdict(weight, key, number)
        if remarks:
            weight = self._remark(weight, key, number)
        return weight

    # --- which finding it is ----------------------------------------------------------------------------

    def _unknown(self, row: Filled) -> Iterator[Conflict]:
        """Why it is not certain which finding the row speaks of, and whether it is still the same."""
        number = self.numbers.get(squash(row.number))
        if row.merged:
            yield _at(row.merged[0], row, "合并了单元格，不能确定填的是哪一行；请取消合并，逐行填写")
        elif not row.number:
            yield _wrong(
                row,
                columns.NUMBER,
                "填了认定或备注，没有编号，不知道是哪个问题；请从问题台账照抄编号，或者清空这一行所填的内容",
            )
        elif number is None:
            like = nearest(squash(row.number), self.numbers) if len(self.numbers) < _FEW else ""
            yield _wrong(row, columns.NUMBER, f"台账中没有编号“{row.number}”{like or '，请照抄问题台账上的编号'}")
        elif row.spoilt:
            yield _wrong(row, columns.REFERENCE, "对照码被改动，认不出是哪个问题；请用原来的问题台账填写")
        elif row.mark is not None:
            yield from self._mismatch(row, self.standing.keys[number])
        elif len(set(self.standing.contents.get(self.standing.keys[number], ()))) > 1:
            yield _wrong(
                row,
                columns.NUMBER,
                f"{row.number} 的内容有过变化，这一行没有对照码，不能确定填的是哪一次；请用最新的问题台账填写",
            )

    def _mismatch(self, row: Filled, key: Key) -> Iterator[Conflict]:
        mark = row.mark
        assert mark is not None
        head = self.standing.heads.get(mark.entry)
        contents = self.standing.contents.get(key, ())
        if head is None or not columns.is_head_of(head, mark):
            yield _wrong(
                row,
                columns.NUMBER,
                "这一行不是从本台账生成的（可能换了台账文件，或者恢复过备份）；请用本台账生成的问题台账填写",
            )
        elif mark.fingerprint == columns.CLOSED:
            yield _wrong(row, WORD, f"{row.number} 已销号，不再认定；再次出现的，在新一期的问题台账中认定")
        elif mark.fingerprint not in self.standing.fingerprints.get(key, frozenset()):
            yield _wrong(
                row,
                columns.NUMBER,
                f"编号“{row.number}”与本行的对照码不是同一个问题；请核对编号是否被改动，或者排序时是否只排了一部分列",
            )
        elif contents and mark.content != contents[-1]:
            yield _wrong(
                row, WORD, f"{row.number} 的内容在台账生成后有变化，原来的认定不再适用；请用最新的问题台账重新认定"
            )

    # --- the verdict ------------------------------------------------------------------------------------

    def _verdict(self, weight: _Weight, key: Key, number: str) -> _Weight:
        row = weight.row
        wrong = list(_faulty(row, self.by, self.day))
        if wrong:
            return replace(weight, conflicts=(*weight.conflicts, *wrong))
        said = _said(row)
        last = self.standing.decisions.get(key)
        contents = self.standing.contents.get(key, ())
        content = contents[-1] if contents else ""
        if last is not None and last.content == content and _repeats(said, last.verdict):
            return replace(weight, said=said)
        against = self._meanwhile(row, last) or self._covered(row, key, said)
        if against:
            return replace(weight, said=said, conflicts=(*weight.conflicts, _wrong(row, WORD, against)))
        full = replace(said, by=said.by or self.by, on=said.on or self.day)
        decided = Decided(key, number, content, full, row.spots.get(WORD, row.spots[columns.NUMBER]))
        return replace(weight, said=said, decided=decided)

    def _meanwhile(self, row: Filled, last: Decision | None) -> str:
        """What was decided since the row was written, "" for nothing that the row did not know."""
        mark = row.mark
        if last is None or (mark is None and last.verdict.word == TAKEN_BACK):
            return ""
        if mark is not None and (
            last.entry <= mark.entry or columns.digest(columns.shown(last.verdict), VERDICT) == mark.verdict
        ):
            return ""
        when = "在台账生成后已" if mark is not None else "在台账中已"
        now = "撤销了认定" if last.verdict.word == TAKEN_BACK else f"认定为{_told(last.verdict)}"
        word = row.texts.get(WORD, "")
        return f"{row.number} {when}{now}，与表中的“{word}”不一致；请核对后改成一致，或者用最新的问题台账填写"

    def _covered(self, row: Filled, key: Key, said: Verdict) -> str:
        """A finding under a wider waiver cannot be made to count by a verdict."""
        waiver = self.standing.wide.get(key, "")
        if not waiver or said.word != UPHELD:
            return ""
        return f"{row.number} 按豁免事项 {waiver} 豁免，范围更大，不能逐个改为{UPHELD}；要终止的，先运行 auditor waive end {waiver}"

    # --- the remark -------------------------------------------------------------------------------------

    def _remark(self, weight: _Weight, key: Key, number: str) -> _Weight:
        row = weight.row
        text = row.texts.get(REMARK, "")
        entry, last = self.standing.remarks.get(key, (0, ""))
        if columns.plain(last) == text:
            return replace(weight, remark=text)
        mark = row.mark
        knew = mark is not None and (entry <= mark.entry or columns.digest({REMARK: last}, (REMARK,)) == mark.remark)
        if last and not knew:
            words = f"{row.number} 的备注在台账中{'又有改动' if mark else '已有'}（“{_short(last)}”），与表中的不一致；请核对后改成一致，或者用最新的问题台账填写"
            return replace(weight, conflicts=(*weight.conflicts, _wrong(row, REMARK, words)))
        return replace(weight, remark=text, remarked=Remarked(key, number, text, row.spots[REMARK]))


_FEW = 20_000  # numbers among which the nearest spelling is looked for


def _differs(row: Filled, names: Iterable[str], mark: str | None) -> bool:
    """Whether a person entered anything in these columns; a column that is not in the sheet says nothing."""
    listed = [name for name in names if name in row.spots]
    if len(listed) < len(tuple(names)) or mark is None:
        return any(row.texts.get(name) for name in listed)
    return columns.digest(row.texts, listed) != mark


def _faulty(row: Filled, by: str, today: dt.date) -> Iterator[Conflict]:
    """Every mistake in the cells of a verdict."""
    word = squash(row.texts.get(WORD, ""))
    if not word:
        yield _wrong(row, WORD, _no_word(row))
        return
    if word not in VERDICTS:
        yield _wrong(
            row, WORD, f"认定“{row.texts[WORD]}”不对{nearest(word, VERDICTS) or '，'}应为{'、'.join(VERDICTS)}之一"
        )
        return
    days = {name: _day(row.texts.get(name, "")) for name in DAYS}
    for name in DAYS:
        if row.texts.get(name) and days[name] is None:
            yield _wrong(row, name, f"{name}“{_short(row.texts[name])}”不是日期，请写成 2026-04-08")
    on, until = days[ON], days[UNTIL]
    if on is not None and on > today:
        yield _wrong(row, ON, f"认定日期 {on.isoformat()} 晚于办理日期 {today.isoformat()}，请核对")
    if not row.texts.get(BY) and not by:
        yield _wrong(row, BY, "写了认定，没有写认定人；请补填，或者导入时写明 --by 姓名")
    if word != UPHELD and not row.texts.get(WHY):
        yield _wrong(row, WHY, f"认定为{word}的，请写明认定理由")
    if word == WAIVED and not row.texts.get(PAPER):
        yield _wrong(row, PAPER, "认定为豁免的，请写明豁免依据文号")
    if word != WAIVED:
        for name in (PAPER, UNTIL):
            if row.texts.get(name):
                yield _wrong(row, name, f"认定为{word}，却写了{name}；请核对认定，或者清空这一格")
    elif until is not None and until < (on or today):
        yield _wrong(row, UNTIL, f"豁免到期日 {until.isoformat()} 早于认定日期 {(on or today).isoformat()}，请核对")


def _no_word(row: Filled) -> str:
    if any(row.texts.get(name) for name in VERDICT):
        return "填了认定理由等内容，没有选认定；请从列表中选，或者清空这几格"
    return "认定被清空。清空不能撤销已有的认定：要更改的请选新的认定，要撤销的运行 auditor decide 编号 --undo，不改的请恢复原样"


def _said(row: Filled) -> Verdict:
    texts = row.texts
    return Verdict(
        squash(texts[WORD]),
        texts.get(WHY, ""),
        texts.get(BY, ""),
        _day(texts.get(ON, "")),
        texts.get(PAPER, ""),
        _day(texts.get(UNTIL, "")),
    )


def _repeats(said: Verdict, last: Verdict) -> bool:
    """Whether a verdict says what the ledger has; who and when count only where the row names them."""
    same = (said.word, said.why, said.paper, said.until) == (
        last.word,
        columns.plain(last.why),
        columns.plain(last.paper),
        last.until,
    )
    return same and said.by in ("", columns.plain(last.by)) and said.on in (None, last.on)


def _disagreeing(found: Iterable[_Weight]) -> Iterator[Conflict]:
    """Two rows on one finding that say different things."""
    verdicts: dict[Key, _Weight] = {}
    remarks: dict[Key, _Weight] = {}
    for one in found:
        if one.key is None:
            continue
        if one.said is not None:
            first = verdicts.setdefault(one.key, one)
            if first.said != one.said:
                assert first.said is not None
                where = first.row.spots.get(WORD, first.row.spots[columns.NUMBER])
                yield _wrong(
                    one.row,
                    WORD,
                    f"{one.row.number} 在{where}认定为{_told(first.said)}，这里认定为{_told(one.said)}，两处不一致；请只留一处",
                )
        if one.remark is not None:
            first = remarks.setdefault(one.key, one)
            if first.remark != one.remark:
                yield _wrong(
                    one.row,
                    REMARK,
                    f"{one.row.number} 的备注与{first.row.spots[REMARK]}的不一致；请改成一致，或者只留一处",
                )


def _told(verdict: Verdict) -> str:
    """“不属实”（张三，2026-04-08；理由：……）."""
    who = "，".join(filter(None, (verdict.by, verdict.on.isoformat() if verdict.on else "")))
    more = "；".join(filter(None, (who, f"理由：{_short(verdict.why)}" if verdict.why else "")))
    return f"“{verdict.word}”" + (f"（{more}）" if more else "")


def _short(text: str, most: int = 40) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[:most] + "……"


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _wrong(row: Filled, name: str, words: str) -> Conflict:
    """A conflict in a cell of the row; of a column that is not in the sheet, at its number."""
    return _at(row.spots.get(name) or row.spots[columns.NUMBER], row, words)


def _at(spot: Spot, row: Filled, words: str) -> Conflict:
    return Conflict(spot, row.number, words)
