"""Rows of a hand-made ledger -> 历史问题 of known units, and what belongs to nobody, each with the reason. Pure; nothing is guessed.

Unit      by its full, short or former name in the roster or in the ledger, else by its core (禹山镇) where only one unit has it
Year      a year as people write it (2024, 2024年度); the one given for the whole file where the row has none
Rule      by the id or the title to the letter, by the words of its message, or by a title that is nearly the same and denies,
          compares and counts alike (及时 is near to 不及时); where two rules come near, none
Text      a row whose year or rule is not certain stays as text under its unit, and says so; one without a unit that is known,
          or without a problem, is unmatched; a row that says that there was no problem, or that it was 不属实, is passed over
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from auditor.model import REJECTED, Noun
from auditor.oldledger import fields
from auditor.oldledger.nouns import OldRow
from auditor.quarters.nouns import OldFinding
from auditor.roster.matching import Matcher
from auditor.spelling import nearest
from auditor.text import squash

_YEAR = re.compile(r"((?:19|20)\d{2})(?:\.0+)?年?度?(?:年报|报告)?")
_NO_PROBLEM = re.compile(
    r"(?:无|没有|未发现|未检查出|暂无|不存在)(?:明显|存在|的)*(?:问题)?[。.]?|[-—/\\]+|合格|符合要求|正常"
)
_NOT_SO = frozenset((REJECTED, "不成立", "否", "非问题", "不是问题"))
_TOTAL = re.compile(r"(?:合计|总计|小计|共计)[:：]?\d*")
_SEVERAL = re.compile(r"[、，,；;\n]|(?<=.)和(?=.{2})")
_BAR, _AHEAD = 92.0, 6.0  # of 100: how near a title must be, and how much nearer than that of another rule
_LEAST_TITLE, _LEAST_MESSAGE = 6, 10  # characters that tell a title or a message from a chance likeness
_LONG = 60  # characters past which a description is no title
# Characters of which one turns a title into another one: denials, opposites, figures.
_TELLING = frozenset("不未无没缺非否有上下本多少增减高低大小早晚前后新旧超迟重漏错0123456789")
_FIGURES = str.maketrans("零〇一二三四五六七八九", "00123456789")


@dataclass(frozen=True, slots=True)
class KnownRule(Noun):
    """A rule by its id, all its ids, its title, the words of its messages (templates), and the years it speaks of."""

    id: str
    ids: tuple[str, ...]
    title: str
    messages: tuple[str, ...] = ()
    years: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Matched(Noun):
    """A row as it is kept; `notes` say what was not certain of it."""

    row: OldRow
    finding: OldFinding
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmatched(Noun):
    """A row that belongs to no known unit or states no problem; `finding` is what may be kept under the name as written."""

    row: OldRow
    reason: str
    finding: OldFinding | None = None


@dataclass(frozen=True, slots=True)
class Sorted(Noun):
    """All rows: those that are kept, those that belong to nobody, those that state that there was no problem, or none in fact."""

    matched: tuple[Matched, ...]
    unmatched: tuple[Unmatched, ...]
    clean: tuple[OldRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What rows are matched with: the units, the rules, the quarter, the year of all rows (None: each row's own), the file."""

    units: Matcher
    rules: Sequence[KnownRule]
    quarter: str
    source: str
    year: int | None = None
    names: tuple[str, ...] = field(default=())


def match(rows: Iterable[OldRow], known: Known) -> Sorted:
    """Every row in its place."""
    matched: list[Matched] = []
    unmatched: list[Unmatched] = []
    clean: list[OldRow] = []
    find_rule = _Rules(known.rules)
    for row in rows:
        said = _problem(row)
        if _TOTAL.fullmatch(squash(row.text(fields.UNIT))) and not said:
            continue
        if (said and _NO_PROBLEM.fullmatch(squash(said))) or squash(row.text(fields.VERDICT)) in _NOT_SO:
            clean.append(row)
            continue
        one = _matched(row, known, find_rule)
        if isinstance(one, Matched):
            matched.append(one)
        else:
            unmatched.append(one)
    return Sorted(tuple(matched), tuple(unmatched), tuple(clean))


def _matched(row: OldRow, known: Known, find_rule: Callable[[OldRow, int | None], str]) -> Matched | Unmatched:
    if not _problem(row):
        return Unmatched(row, "没有写问题描述")
    year, notes = _year(row, known.year)
    unit, reason = _unit(row.text(fields.UNIT), year, known)
    finding = _finding(row, known, unit or " ".join(row.text(fields.UNIT).split()), year, find_rule(row, year))
    if reason:
        return Unmatched(row, reason, finding if finding.unit else None)
    return Matched(row, finding, tuple(notes))


def _problem(row: OldRow) -> str:
    return row.text(fields.TEXT) or row.text(fields.TITLE)


def _year(row: OldRow, given: int | None) -> tuple[int | None, list[str]]:
    text = squash(row.text(fields.YEAR))
    if not text:
        return given, [] if given is not None else ["没有写报告年度"]
    found = _YEAR.fullmatch(text)
    return (int(found[1]), []) if found else (None, [f"报告年度“{row.text(fields.YEAR)}”看不懂"])


def _unit(name: str, year: int | None, known: Known) -> tuple[str, str]:
    """The unit's full name, else why it is not known."""
    if not name:
        return "", "没有写责任单位"
    found = known.units.of_name(name, year)
    if found.unit is not None:
        return found.unit.name, ""
    if found.doubts:
        return "", f"责任单位“{name}”{found.doubts[0]}"
    parts = [part for part in _SEVERAL.split(name) if part.strip()]
    if len(parts) > 1 and any(known.units.of_name(part, year).unit for part in parts):
        return "", f"责任单位“{' '.join(name.split())}”写了几个单位，请一个单位一行"
    return "", f"名册和台账中没有单位“{' '.join(name.split())}”{nearest(name, known.names)}"


def _finding(row: OldRow, known: Known, unit: str, year: int | None, rule: str) -> OldFinding:
    title, text = row.text(fields.TITLE), row.text(fields.TEXT)
    said = f"{title}：{text}" if title and text and squash(title) not in squash(text) else text or title
    return OldFinding(
        0,
        known.quarter,
        unit,
        year,
        rule,
        said,
        row.text(fields.MENDING),
        row.text(fields.REMARK),
        known.source,
        row.where,
        row.text(fields.CATEGORY),
        row.text(fields.OBJECT),
        row.text(fields.BASIS),
        row.text(fields.POINTS),
        row.text(fields.DEMAND),
        row.text(fields.DEADLINE),
        row.text(fields.LINK),
        row.text(fields.REVIEW),
        row.text(fields.CLOSED),
    )


# --- rules -----------------------------------------------------------------------------------------


class _Rules:
    """Finds the one rule that a row names."""

    def __init__(self, rules: Sequence[KnownRule]) -> None:
        self._rules = rules
        self._ids = {id: rule.id for rule in rules for id in rule.ids}
        self._titles = {rule.id: bare(rule.title) for rule in rules}
        self._messages = [
            (rule, pattern) for rule in rules for said in rule.messages if (pattern := _pattern(said)) is not None
        ]

    def __call__(self, row: OldRow, year: int | None) -> str:
        named = self._ids.get(row.text(fields.RULE).strip())
        if named is not None:
            return named
        listed = [rule for rule in self._rules if year is None or not rule.years or year in rule.years]
        said = [text for field in (fields.TITLE, fields.TEXT, fields.CATEGORY) if (text := bare(row.text(field)))]
        for found in (self._same(listed, said), self._worded(listed, row), self._near(listed, said)):
            if found:
                return found.pop() if len(found) == 1 else ""
        return ""

    def _same(self, listed: Sequence[KnownRule], said: Sequence[str]) -> set[str]:
        return {rule.id for rule in listed if self._titles[rule.id] in said}

    def _worded(self, listed: Sequence[KnownRule], row: OldRow) -> set[str]:
        """Rules whose message the row repeats."""
        text, ids = squash(row.text(fields.TEXT)), {rule.id for rule in listed}
        return {rule.id for rule, pattern in self._messages if rule.id in ids and pattern.fullmatch(text)}

    def _near(self, listed: Sequence[KnownRule], said: Sequence[str]) -> set[str]:
        short = [text for text in said if _LEAST_TITLE <= len(text) <= _LONG]
        titles = [(rule.id, self._titles[rule.id]) for rule in listed] if short else []
        ranked = sorted(((max(_nearness(title, text) for text in short), id) for id, title in titles), reverse=True)
        if not ranked or ranked[0][0] < _BAR:
            return set()
        rival = ranked[1][0] if len(ranked) > 1 else 0.0
        return {ranked[0][1]} if ranked[0][0] - rival >= _AHEAD else {ranked[0][1], ranked[1][1]}


def _nearness(title: str, text: str) -> float:
    """How near a title is, 0 … 100; 0 where it says another thing by a single character."""
    near = float(fuzz.ratio(title, text))
    return near if near < _BAR or _telling(title) == _telling(text) else 0.0


def _telling(text: str) -> list[str]:
    return sorted(char for char in text.translate(_FIGURES) if char in _TELLING)


def bare(text: str) -> str:
    """Words as titles are compared: without blanks and marks."""
    return "".join(char for char in squash(text) if char.isalnum())


def _pattern(message: str) -> re.Pattern[str] | None:
    """What a message looks like with any values; None of one that says too little besides."""
    parts = [squash(part) for part in re.split(r"\{[^{}]*\}", message)]
    if sum(map(len, parts)) < _LEAST_MESSAGE:
        return None
    return re.compile(".{0,200}?".join(map(re.escape, parts)) + "[。.]?", re.S)


def new_ones(findings: Sequence[OldFinding], known: Iterable[OldFinding]) -> Iterator[OldFinding]:
    """The findings that are not there yet: of equal ones as many as the file has more."""
    left: dict[tuple[object, ...], int] = {}
    for one in known:
        left[_same_row(one)] = left.get(_same_row(one), 0) + 1
    for one in findings:
        key = _same_row(one)
        if left.get(key, 0):
            left[key] -= 1
        else:
            yield one


def _same_row(one: OldFinding) -> tuple[object, ...]:
    return one.quarter, one.unit, one.year, squash(one.object), squash(one.text)
