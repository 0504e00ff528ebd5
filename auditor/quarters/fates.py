"""Fates: a finding that stood, and the report as it was checked next -> what became of it.

Mended    已改正 only where the rule was asked again of another text and found it kept: never where the report was not examined or
          not read, where the rule was switched off or does not apply, where it could not be decided, or where nothing in the
          report that the finding rests on has changed
Elsewhere a rule that is broken elsewhere says nothing of this place: its own cells must be readable and decided
Listed    a finding whose cells another finding of the same rule names now is 改列, not mended: of three blanks one was filled
Missing   what is said of a report that is not there is mended when a report of that unit and year was read and the rule kept; of
          a report that was not handed in again nothing is said
Same      the same document judged otherwise (rulebook, program, last year's report, other units) is 不再作为问题, with the reason
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from auditor.model import Noun, Outcome, RuleCard, State
from auditor.quarters.nouns import Checked, Noted
from auditor.text import squash


class Fate(StrEnum):
    """What became of a finding from one view to the next."""

    NEW = "新发现"
    PERSISTING = "仍存在"
    BACK = "再次出现"
    MENDED = "已改正"
    LISTED = "改列"
    DROPPED = "不再作为问题"
    UNSEEN = "本季未检查"
    UNREAD = "无法读取"
    OFF = "规则停用或不再适用"
    UNCLEAR = "无法判断"


STANDING = (Fate.NEW, Fate.PERSISTING, Fate.BACK)
OPEN = (Fate.UNSEEN, Fate.UNREAD, Fate.UNCLEAR)
"""Nothing was said of the finding: it is neither standing nor gone."""


@dataclass(frozen=True, slots=True)
class Gone(Noun):
    """What became of a finding that no longer stands, why, and what names its cells now."""

    fate: Fate
    why: str = ""
    into: tuple[Noted, ...] = ()


class Reports(Protocol):
    """What the reports themselves state, free of their format; asked only where the records do not decide."""

    def facts(self, record: Checked) -> Mapping[str, tuple[State, str]]:
        """State and value (of a text its squashed words) by fact."""

    def prose(self, record: Checked) -> str:
        """The squashed running text."""

    def rest(self, record: Checked) -> str:
        """A digest of everything else that a rule may ask: title, dates, names, signatures, headings, tables."""

    def companions(self, record: Checked) -> tuple[str, ...]:
        """What else was handed in of the same report: its other versions, and what was read of files attached to it."""

    def quoted(self, record: Checked, finding: Noted) -> tuple[str, ...]:
        """The squashed words of the running text that a finding rests on beside its cells."""

    def shown(self, record: Checked, finding: Noted) -> tuple[str, ...]:
        """All that a finding shows as evidence, squashed, piece by piece."""


@dataclass(frozen=True, slots=True)
class Names(Noun):
    """The ids under which rules are and were known: all names of a rule by each of them, and the kind of its check."""

    known: Mapping[str, frozenset[str]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)

    def of(self, rule: str) -> frozenset[str]:
        """Every name of that rule."""
        return self.known.get(rule, frozenset((rule,)))

    def kind(self, rule: str) -> str:
        """The kind of its check, "" where that is not known."""
        return next((self.kinds[name] for name in sorted(self.of(rule)) if self.kinds.get(name)), "")


def names_of(cards: Sequence[Mapping[str, RuleCard]]) -> Names:
    """The names that these rulebooks give their rules."""
    known: dict[str, frozenset[str]] = {}
    kinds: dict[str, str] = {}
    for book in cards:
        for card in book.values():
            kinds.setdefault(card.id, card.check)
            alike = frozenset((card.id, *card.aliases))
            alike = alike.union(*(known[name] for name in alike if name in known))
            known.update(dict.fromkeys(alike, alike))
    return Names(known, kinds)


def _rule_now(finding: Noted, now: Checked, names: Names) -> str | None:
    """The id under which the report was asked the finding's rule; None where it was not."""
    return next((id for id in sorted(names.of(finding.rule)) if id in now.outcomes), None)


def unjudged(finding: Noted, now: Checked, names: Names) -> Gone | None:
    """Why nothing can be said of the finding by the record of the next check; None where the rule was asked and decided."""
    named, facts = names.of(finding.rule), set(finding.facts)
    for rule, cells in now.off:
        if rule in named and (not cells or facts & set(cells)):
            return Gone(Fate.OFF, "本县已停用这条规则")
    rule_now = _rule_now(finding, now, names)
    if rule_now is None:
        return Gone(Fate.OFF, "规则库里已没有这条规则")
    outcome = now.outcomes[rule_now]
    if outcome is Outcome.NOT_APPLICABLE:
        return Gone(Fate.OFF, "这条规则不再适用于这份报告")
    if outcome is Outcome.TO_CONFIRM:
        return Gone(Fate.UNCLEAR, "待人工核验")
    if any(_undecided(rule in named, facts, cells) for rule, cells in now.unclear):
        return Gone(Fate.UNCLEAR, "这条规则这次无法判断")
    return None


def _undecided(is_its_rule: bool, facts: Collection[str], cells: Collection[str]) -> bool:
    """Whether what could not be decided of its rule may be about this finding."""
    return is_its_rule and (not facts or not cells or bool(set(facts) & set(cells)))


def gone(
    finding: Noted,
    before: Checked,
    now: Checked,
    names: Names,
    reports: Reports,
    *,
    books_differ: bool,
    still: Collection[str] | None = None,
) -> Gone:
    """What became of a finding (no conclusion of a pattern) of `before` that does not stand in `now`.

    `books_differ`: another rulebook or program judged; `still` are the loci of what the present one finds in the earlier text,
    None where that was not asked.
    """
    if finding.manual:  # it stands until a person closes it
        return Gone(Fate.MENDED, "已销号")
    if before.missing:
        return _came(finding, now, names)
    if now.missing:
        return Gone(Fate.UNSEEN, NOT_HANDED_IN)
    into = tuple(f for f in now.findings if _names_its_cells(f, finding, before, names))
    if into:
        return Gone(Fate.LISTED, _listed_words(finding, into), into)
    said = unjudged(finding, now, names)
    if said is not None:
        return said
    adjusted = "规则或程序调整后" if books_differ else "比对的材料变化后"
    if same_document(before, now, reports):
        return Gone(Fate.DROPPED, f"报告文件没有改动，{adjusted}不再作为问题")
    if any(_unreadable(reports.facts(now), id) for id in finding.facts):
        return Gone(Fate.UNCLEAR, "所涉单元格这次缺失或无法识别")
    if _rests_on_the_same(finding, before, now, reports):
        return Gone(Fate.DROPPED, f"所涉内容没有改动，{adjusted}不再作为问题")
    if still is not None and finding.key.locus not in still:
        return Gone(Fate.DROPPED, "按现行规则，原报告中的这一处也不作为问题")
    return Gone(Fate.MENDED)


NOT_HANDED_IN = "名册应报，所给文件中没有这份报告"


def _came(finding: Noted, now: Checked, names: Names) -> Gone:
    """What became of a report that was not there."""
    if now.missing:
        return unjudged(finding, now, names) or Gone(Fate.DROPPED, "规则或程序调整后不再作为问题")
    said, rule_now = unjudged(finding, now, names), _rule_now(finding, now, names)
    outcome = now.outcomes[rule_now] if rule_now is not None else None
    if outcome is Outcome.NOT_APPLICABLE and not any(rule in names.of(finding.rule) for rule, _ in now.off):
        return Gone(Fate.UNCLEAR, "已收到报告，这次没有按名册核对")
    if said is None and outcome is Outcome.KEPT:
        return Gone(Fate.MENDED, "已收到报告")
    return said or Gone(Fate.UNCLEAR, "已收到报告，这条规则这次无法判断")


def same_document(before: Checked, now: Checked, reports: Reports) -> bool:
    """Whether the very same files were handed in of the report."""
    return before.document == now.document and reports.companions(before) == reports.companions(now)


def _names_its_cells(other: Noted, finding: Noted, before: Checked, names: Names) -> bool:
    """Whether a finding that did not stand before complains by the same rule of cells of this one, or of the same words
    at another place."""
    if other.members or other.rule not in names.of(finding.rule) or bool(finding.facts) is not bool(other.facts):
        return False
    if any(other.key.locus == one.key.locus for one in before.findings):
        return False
    if not finding.facts:
        return other.content == finding.content or bool(_words(other) & _words(finding))
    own, its = set(finding.facts), set(other.facts)
    groups = names.kind(finding.rule) == "filled"  # names every faulty cell of a part; other kinds name what is related
    return own < its or its < own or (groups and bool(own & its))


_WORDS = re.compile("“([^”]+)”")
_HEADING = re.compile(r"[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）、.．]")


def _words(finding: Noted) -> frozenset[str]:
    """The words that a finding quotes in its message, without headings: one rule names all words complained of in one finding."""
    return frozenset(squash(word) for word in _WORDS.findall(finding.message) if not _HEADING.match(word))


def _listed_words(finding: Noted, into: Sequence[Noted]) -> str:
    if not finding.facts:
        fewer = all(_words(other) < _words(finding) for other in into)
        return f"{'部分整改，' if fewer else ''}所涉原文改列为 {_numbers(into)}"
    now = {id for other in into for id in other.facts}
    left = len(set(finding.facts) & now)
    if left < len(set(finding.facts)):
        return f"部分整改：{len(set(finding.facts))} 处中还有 {left} 处，改列为 {_numbers(into)}"
    return f"所涉单元格增多，改列为 {_numbers(into)}"


def _numbers(findings: Sequence[Noted]) -> str:
    return "、".join(one.number for one in findings if one.number) or "另一问题"


def _unreadable(facts: Mapping[str, tuple[State, str]], id: str) -> bool:
    state = facts.get(id)
    return state is None or state[0] in (State.UNREADABLE, State.ABSENT)


def _rests_on_the_same(finding: Noted, before: Checked, now: Checked, reports: Reports) -> bool:
    """Whether all that the finding rests on stands there as before: its cells and the words it quotes; of one without cells
    the whole report."""
    was, here = reports.facts(before), reports.facts(now)
    if finding.facts:
        if any(was.get(id) != here.get(id) for id in finding.facts):
            return False
        if reports.companions(before) != reports.companions(now):
            return False
        return all(words in reports.prose(now) for words in reports.quoted(before, finding))
    alike = was == here and reports.prose(before) == reports.prose(now)
    return alike and reports.rest(before) == reports.rest(now)


def concluded(finding: Noted, before: Checked, now: Checked, fates: Mapping[str, Gone | None]) -> Gone:
    """What became of a pattern's conclusion: it goes with its members. `fates` are theirs by locus, None: it still stands.

    It is mended where all its members are; where one of them still stands it is 改列, what it says stands with the member.
    """
    if now.missing:
        return Gone(Fate.UNSEEN, NOT_HANDED_IN)
    by_print = {one.fingerprint: one for one in before.findings}
    members = [by_print[id] for id in finding.members if id in by_print]
    ends = [fates.get(one.key.locus) for one in members]
    if not members:
        return Gone(Fate.UNCLEAR, "所含问题无从查考")
    standing = [one for one, end in zip(members, ends, strict=True) if end is None]
    listed = [end for end in ends if end is not None and end.fate is Fate.LISTED]
    if standing or listed:
        numbers = "、".join(one.number for one in standing if one.number)
        left = len(standing) + len(listed)
        words = f"所含 {len(members)} 个问题中还有 {left} 个" + (f"（{numbers}）" if numbers else "")
        into = tuple(one for one in now.findings if one.key.locus in {s.key.locus for s in standing})
        return Gone(Fate.LISTED, f"{words}，改按单个问题列出", (*into, *(f for end in listed for f in end.into)))
    fates_met = {end.fate for end in ends if end is not None}
    for fate in (Fate.UNCLEAR, Fate.OFF, Fate.DROPPED):
        if fate in fates_met:
            why = next((end.why for end in ends if end is not None and end.fate is fate), "")
            return Gone(fate, f"所含问题中有的{why}" if why else "")
    return Gone(Fate.MENDED, "所含问题均已改正")


def says_more(other: Noted, findings: Sequence[Noted]) -> bool:
    """Whether a finding names cells, or quotes words, that none of the others did."""
    if other.facts:
        return not set(other.facts) <= {id for one in findings for id in one.facts}
    alike = any(other.content == one.content for one in findings)
    return not alike and not _words(other) <= frozenset[str]().union(*map(_words, findings))


def changed(before: tuple[Checked, Noted], now: tuple[Checked, Noted], reports: Reports) -> tuple[str, bool]:
    """How what a finding that still stands complains of has changed, in words, and whether there is more of it than before."""
    (record, was), (record_now, is_now) = before, now
    if was.content == is_now.content or was.manual:
        return "", False
    if was.facts or was.members:
        return "所涉内容有变化", False
    one, other = reports.shown(record, was), reports.shown(record_now, is_now)
    more, less = set(other) - set(one), set(one) - set(other)
    if (less and not more) or len(other) < len(one):
        return "部分整改，其余仍在", False
    grown = bool(more) and (not less or len(other) > len(one))
    return ("又有新的内容" if grown else "所涉内容有变化"), grown
