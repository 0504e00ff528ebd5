"""Shares: the prose's numbers in, the percentages whose base is certain out (258件，占33.9%).

Base      the nearest preceding number with the same unit that fits at least two other members of the list within half
          a point, or that the members add up to exactly; a base that is only likely is no base, and the share is dropped
Named     占办理总数的, 占主动公开总数的: the base is the nearest number that was read as that subject, else there is none
Lists     21件（53.8%），12件（30.8%）: without 占 too; 30件、9件，分别占76.9%、23.1%: in their order
Refuses   percentages of anything but the number right before them, growth rates, ranges
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from decimal import Decimal

from auditor.facts.flow import Flow
from auditor.facts.numbers import Counted
from auditor.model import Claim, Number, Prose, Share

_PERCENT = re.compile(
    r"^(?P<between>[^,。;、%\d]{0,12}?)[,(]?(?:约)?占(?:比|(?P<base>[^,。;%\d]{0,14}))?(?:的|为|约|达|:)*"
    r"(?P<percent>\d{1,3}(?:\.\d{1,3})?)%"
    r"|^\((?P<bare>\d{1,3}(?:\.\d{1,3})?)%\)"
)
_RESPECTIVELY = re.compile(
    r"[,(]?分别占(?:比|(?P<base>[^,。;%\d]{0,14}))?(?:的|为|约|:)*(?P<percents>\d{1,3}(?:\.\d{1,3})?%(?:[、,和及与]\d{1,3}(?:\.\d{1,3})?%){1,11})"
)
_ONE = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)%")
_REACH = 60
_LIST_GAP = 120  # members of one list stand at most so far apart
_BACK = 12  # how many numbers before the list may be its base
_HALF = Decimal("0.5")
_SMALL = Decimal("0.06")
# What the words after 占 name: the subjects of which the base must be a claim, the first pattern that fits.
_NAMED: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = tuple(
    (re.compile(pattern), frozenset(subjects.split()))
    for pattern, subjects in (
        ("办结", "申请办结数"),
        ("答复|办理|处理", "申请答复数 申请办结数"),
        ("收到|受理|新收|接收|申请总|申请量|申请数", "收到申请数"),
        ("规范性文件", "规范性文件公开数 规范性文件制发数 规范性文件现行有效数"),
        ("公开总|主动公开|公开信息|信息公开|发布总|信息总", "主动公开总数"),
        (
            r"^(?:全年|全部|各类|其)*(?:总数|总量|总体|总|全部)$",
            "主动公开总数 收到申请数 申请答复数 申请办结数 规范性文件公开数 行政复议数 行政诉讼数 政策解读数",
        ),
    )
)
_Member = tuple[int, Counted, Decimal, int, str]


def read_shares(prose: Prose, text: Flow, counted: Sequence[Counted], claims: Sequence[Claim]) -> tuple[Share, ...]:
    """All shares whose base is certain, in order."""
    if "%" not in text.text:
        return ()
    claimed: dict[int, set[str]] = {}
    for claim in claims:
        if claim.value is not None:
            claimed.setdefault(claim.start, set()).add(claim.subject)
    out: list[Share] = []
    for members in _lists(text, counted):
        found = _base(members, counted, text, claimed)
        if found:
            out += [_share(prose, text, member, found[0]) for member in found[1]]
    return tuple(out)


def _lists(text: Flow, counted: Sequence[Counted]) -> list[list[_Member]]:
    """Numbers with a percentage, grouped into lists: the same unit, near each other, no other such number between."""
    out: list[list[_Member]] = []
    for index, number in enumerate(counted):
        match = _PERCENT.match(text.text[number.tail : number.tail + _REACH])
        if not match or not number.exact or number.unit == "":
            continue
        end = number.tail + match.end()
        percent = Decimal(match["percent"] or match["bare"])
        member = (index, number, percent, end, (match["base"] or "").strip("的了"))
        last = out[-1][-1] if out else None
        between = counted[last[0] + 1 : index] if last else ()
        if (
            last
            and last[1].unit == number.unit
            and number.start - last[3] <= _LIST_GAP
            and last[4] == member[4]
            and not any(other.unit == number.unit for other in between)
        ):
            out[-1].append(member)
        else:
            out.append([member])
    return [*out, *_respectively(text, counted)]


def _respectively(text: Flow, counted: Sequence[Counted]) -> list[list[_Member]]:
    """Lists of numbers whose percentages stand behind them, in the same order."""
    out: list[list[_Member]] = []
    for match in _RESPECTIVELY.finditer(text.text) if "分别占" in text.text else ():
        percents = list(_ONE.finditer(text.text, *match.span("percents")))
        last = bisect_left(counted, match.start(), key=lambda number: number.start)
        first = last - len(percents)
        numbers = counted[max(first, 0) : last]
        units = {number.unit for number in numbers}
        if first < 0 or len(units) > 1 or "" in units or numbers[-1].tail != match.start():
            continue
        base = (match["base"] or "").strip("的了")
        out.append(
            [
                (first + at, number, Decimal(percent[1]), percent.end(), base)
                for at, (number, percent) in enumerate(zip(numbers, percents, strict=True))
            ]
        )
    return out


def _base(
    members: Sequence[_Member], counted: Sequence[Counted], text: Flow, claimed: Mapping[int, set[str]]
) -> tuple[Number, tuple[_Member, ...]] | None:
    """The certain base of a list of shares and the members for which it is certain; None where there is none."""
    first = members[0]
    if first[4]:
        return _named_base(members, counted, text, claimed)
    largest = max(member[1].value for member in members)
    best: tuple[int, Number, tuple[_Member, ...]] | None = None
    for index in range(first[0] - 1, max(-1, first[0] - 1 - _BACK), -1):
        base = counted[index]
        if base.unit != first[1].unit or not base.exact or base.value < max(largest, 1):
            continue
        if len(members) > 1 and sum(member[1].value for member in members) == base.value:
            return base.value, tuple(members)
        fits = [_near(number.value, percent, base.value) for _, number, percent, _, _ in members]
        sure = tuple(m for m, fit in zip(members, fits, strict=True) if sum(fits) - fit >= 2)
        # Half of the list at least, and more of it than fits any nearer number.
        if sure and 2 * sum(fits) >= len(members) and (best is None or sum(fits) > best[0]):
            best = (sum(fits), base.value, sure)
    return best[1:] if best else None


def _named_base(
    members: Sequence[_Member], counted: Sequence[Counted], text: Flow, claimed: Mapping[int, set[str]]
) -> tuple[Number, tuple[_Member, ...]] | None:
    """The nearest claim of the subject that the words after 占 name; None where no number was read as that subject."""
    first = members[0]
    wanted = next((subjects for pattern, subjects in _NAMED if pattern.search(first[4])), frozenset[str]())
    largest = max(member[1].value for member in members)
    for index in range(first[0] - 1, max(-1, first[0] - 1 - _BACK), -1):
        base = counted[index]
        if claimed.get(text.origin(base.start), set()) & wanted:
            fits = base.unit == first[1].unit and base.exact and base.value >= max(largest, 1)
            return (base.value, tuple(members)) if fits else None
    return None


def _near(count: Number, percent: Decimal, base: Number) -> bool:
    """Whether a share fits: within half a point, and for small shares within six hundredths of it."""
    off = abs(Decimal(count) * 100 / Decimal(base) - percent)
    return off <= _HALF and off <= percent * _SMALL


def _share(prose: Prose, text: Flow, member: _Member, base: Number) -> Share:
    _, number, percent, end, _ = member
    first, last = text.span(number.start, end)
    place = prose.place(first, last)
    assert place is not None
    return Share(number.value, percent, base, prose.text[first:last], first, last, place)
