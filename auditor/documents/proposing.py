"""Proposing: a report, its findings that stand and the sums of its form -> cells whose number follows with certainty, and doubts.

Proposal  one cell of which another number, and of no other cell any, makes all sums hold that fail around it (two at least, each
          found broken for certain), makes no other fail, and that no change of two other cells would mend as well. So one wrong
          cell, and two wrong cells, never lead to a wrong number; what the register says comes first all the same
Agreed    of a cell that says a number the audit itself must have concluded the same (现为, 应为): it also asked what is no sum
Blank     a cell without a number that was found at fault: what two sums or more ask of it alike, under the same conditions
Doubt     sums that fail, of which that cannot be said: for each cell that alone would make them hold the number it would need
Sums      those of rules that spoke of this report; a sum with a cell that says no whole number is asked nothing
Refuses   any number where a finding in the group was not upheld, where a reading is doubtful, where a cell may be negative
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from auditor.model import Finding, Judged, Noun, Outcome, State, Sum

_SAID = (Outcome.KEPT, Outcome.BROKEN, Outcome.SUSPECTED, Outcome.UNCLEAR)
_OPEN = (State.BLANK, State.NA, State.TEXT)


@dataclass(frozen=True, slots=True)
class Proposal(Noun):
    """`fact` should say `should`; `now` None: it says no number. `sums` are those from which that follows."""

    fact: str
    now: int | None
    should: int
    sums: tuple[Sum, ...]


@dataclass(frozen=True, slots=True)
class Doubt(Noun):
    """Sums that fail together; `ways` are the cells of which each alone would make them hold, with the number it would need.
    None: no single cell would."""

    sums: tuple[Sum, ...]
    ways: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Proposed(Noun):
    """What is said of a report's cells."""

    proposals: tuple[Proposal, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def proposed(judged: Judged, standing: Sequence[Finding], sums: Iterable[Sum]) -> Proposed:
    """What follows for the cells of one report; `standing` are its findings that stand as certain, those counted with another
    among them."""
    system = _System(judged, sums)
    proposals, doubts = [], []
    for group in system.groups():
        found = system.single(group)
        certain = all(any(_says(finding, one) for finding in standing) for one in group)
        if len(found) == 1 and certain and _is_concluded(found[0], standing) and system.is_alone(found[0]):
            proposals.append(found[0])
        elif certain:
            doubts.append(Doubt(group, tuple((one.fact, one.should) for one in found)))
    blamed = {fact for finding in standing for fact in finding.facts}
    proposals += (one for one in system.filled() if one.fact in blamed)
    return Proposed(tuple(sorted(proposals, key=lambda one: one.fact)), tuple(doubts))


def _says(finding: Finding, one: Sum) -> bool:
    return finding.rule == one.rule and {cell for cell, _ in one.terms} <= set(finding.facts)


def _is_concluded(one: Proposal, standing: Iterable[Finding]) -> bool:
    """Whether the audit itself says of this cell what it says and should say, and holds that to be the one cause."""
    return any(
        f.members and f.causes == 1 and one.fact in f.facts and (f.left, f.right) == (one.now, one.should)
        for f in standing
    )


_Group = tuple[Sum, ...]


class _System:
    """The sums that are asked of one report, and what its cells say."""

    def __init__(self, judged: Judged, sums: Iterable[Sum]) -> None:
        report = judged.report
        self.values: dict[str, int] = {
            id: fact.value
            for id, fact in report.facts.items()
            if fact.state is State.NUMBER and isinstance(fact.value, int) and fact.value >= 0
        }
        self.open = {id for id, fact in report.facts.items() if fact.state in _OPEN}
        self.sums = [one for one in sums if one.form == report.profile.form and _is_asked(one, judged)]
        self.known = [one for one in self.sums if all(cell in self.values for cell, _ in one.terms)]
        self.of: dict[str, list[Sum]] = {}
        for one in self.known:
            for cell, _ in one.terms:
                self.of.setdefault(cell, []).append(one)

    def off(self, one: Sum, change: Mapping[str, int] | None = None) -> int:
        """How far a sum is from 0, with some cells changed by so much."""
        added = change or {}
        return one.constant + sum(k * (self.values[cell] + added.get(cell, 0)) for cell, k in one.terms)

    def groups(self) -> list[_Group]:
        """The sums that fail, together those that share cells."""
        out: list[tuple[set[str], list[Sum]]] = []
        for one in (one for one in self.known if self.off(one)):
            cells, members, apart = {cell for cell, _ in one.terms}, [one], []
            for group in out:
                if group[0] & cells:
                    cells, members = cells | group[0], group[1] + members
                else:
                    apart.append(group)
            out = [*apart, (cells, members)]
        return [tuple(members) for _, members in out]

    def single(self, group: _Group) -> list[Proposal]:
        """Every cell that alone mends the group and upsets nothing, with the number it would need, in the order of the sum."""
        out = []
        for cell, factor in group[0].terms:
            added = Fraction(-self.off(group[0]), factor)
            if added.denominator == 1 and self.holds({cell: int(added)}, group):
                value = self.values[cell]
                out.append(Proposal(cell, value, value + int(added), tuple(self.of[cell])))
        return out

    def holds(self, change: Mapping[str, int], group: _Group) -> bool:
        """Whether a change is legal, mends the group, and every sum that it touches holds then."""
        if any(self.values[cell] + added < 0 for cell, added in change.items()):
            return False
        touched = {one for cell in change for one in self.of.get(cell, ())}
        return touched >= set(group) and not any(self.off(one, change) for one in touched)

    def is_alone(self, found: Proposal) -> bool:
        """Whether two sums or more speak for it, all they ask is known, and no change of two cells mends the group otherwise."""
        group = tuple(one for one in self.of[found.fact] if self.off(one))
        if len(group) < 2 or len(self.of[found.fact]) < sum(_has(one, found.fact) for one in self.sums):
            return False
        firsts = [cell for cell, _ in group[0].terms]
        return not any(
            self._mends(one, two, group, found) for one in firsts for two in self._partners(one, group) if one != two
        )

    def _partners(self, one: str, group: _Group) -> set[str]:
        """Cells that, beside this one, may mend the rest of the group or what it upsets."""
        left = [s for s in group if not _has(s, one)]
        near = left or self.of[one]
        return {cell for s in near for cell, _ in s.terms}

    def _mends(self, one: str, two: str, group: _Group, found: Proposal) -> bool:
        """Whether a change of both mends the group, and is not the one that was found."""
        touched = list(dict.fromkeys((*self.of[one], *self.of[two])))
        if not set(group) <= set(touched):
            return False
        rows = [(dict(s.terms).get(one, 0), dict(s.terms).get(two, 0), -self.off(s)) for s in touched]
        for (a, b, r), (c, d, s) in combinations(rows, 2):
            if determinant := a * d - b * c:
                first, second = Fraction(r * d - b * s, determinant), Fraction(a * s - r * c, determinant)
                if first.denominator != 1 or second.denominator != 1 or not first or not second:
                    return False
                change = {one: int(first), two: int(second)}
                same = found.fact in change and self.values[found.fact] + change[found.fact] == found.should
                return not same and self.holds(change, group)
        return True  # how far each is off is not determined: some numbers would do

    def filled(self) -> Iterator[Proposal]:
        """Cells without a number of which two sums or more ask the same, where nothing else around them is open or fails."""
        for cell in sorted(self.open):
            mine = [one for one in self.sums if _has(one, cell)]
            asked = {value for one in mine if (value := self._asked(one, cell)) is not None}
            if len(mine) < 2 or len(asked) != 1 or any(self._asked(one, cell) is None for one in mine):
                continue
            others = [{other for other, _ in one.terms if other != cell} for one in mine]
            around = {one for cells in others for other in cells for one in self.of.get(other, ())}
            shared = set.intersection(*others)
            if not shared and not any(self.off(one) for one in around):
                yield Proposal(cell, None, asked.pop(), tuple(mine))

    def _asked(self, one: Sum, cell: str) -> int | None:
        """What a sum asks of its one cell without a number."""
        factor, rest = 0, one.constant
        for other, k in one.terms:
            if other == cell:
                factor = k
            elif other in self.values:
                rest += k * self.values[other]
            else:
                return None
        value = Fraction(-rest, factor)
        return int(value) if value.denominator == 1 and value >= 0 else None


def _has(one: Sum, cell: str) -> bool:
    return any(id == cell for id, _ in one.terms)


def _is_asked(one: Sum, judged: Judged) -> bool:
    """Whether the rule spoke of this report, and no cell of the sum is one where the county switched it off."""
    cells = {cell for cell, _ in one.terms}
    off = (each for each in judged.disabled if each.rule == one.rule)
    return judged.outcomes.get(one.rule) in _SAID and not any(not x.facts or cells & set(x.facts) for x in off)
