"""Algebra: linear equations and what their cells say in; per group of broken ones the fewest cells whose change mends it, out.

Equation   constant + Σ coefficient × cell = 0, give or take its slack (what printed decimals may put a sum off)
Unknown    a cell that says no number may be any value of its domain. An equation with unknowns is broken where no filling
           meets it; equations among unknowns are also combined until none is left, so that what they say together counts
Group      broken equations that hang together by the cells they share, or by a mending that upsets and mends both
Mending    cells and the value that each should have, of its domain, so that every equation of the group holds and none that
           held is broken; all of the smallest size are given, so that nobody is accused where several would do
Apart      two cells that each mend equations of their own are two faults, not one, where the equations can be shared out in
           one way only: they become two groups. So do more of them, where every cell mends two equations or more
Exact      rational arithmetic; sizes 1 and 2 are searched in full by the residuals of the equations, tied sets of three cells
           and more are not named
Open       a group for which a value is not determined by what is known: nothing is named, not even a larger set
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from auditor.formula.interval import Exact

Change = Mapping[str, Exact]
"""Cell -> how much is added to what it says."""

_MOST_PAIRS = 20_000  # never met by an official form; a county's own table of thousands of cells is left unnamed


@dataclass(frozen=True, slots=True)
class Equation:
    """constant + Σ coefficient × cell = 0, give or take `slack`; no coefficient is 0, no cell stands twice."""

    terms: Mapping[str, Exact]
    constant: Exact = 0
    slack: Exact = 0


@dataclass(frozen=True, slots=True)
class Domain:
    """What a cell may say: whole numbers or (money) decimals, negative ones or not."""

    signed: bool = False
    whole: bool = True

    def has(self, value: Exact) -> bool:
        """Whether the value is legal. Decimals end after six places at most."""
        if value < 0 and not self.signed:
            return False
        places = value if self.whole else value * 10**6
        return Fraction(places).denominator == 1


COUNT = Domain()


@dataclass(frozen=True, slots=True)
class Group:
    """Broken equations that hang together, by their numbers, and every smallest mending: cell -> value it should have.

    No mendings: none of at most two cells, or (`open`) the values are not determined by what is known.
    """

    broken: tuple[int, ...]
    mendings: tuple[Mapping[str, Exact], ...]
    open: bool = False

    @property
    def reach(self) -> set[str]:
        """All cells that any of the mendings changes."""
        return {cell for mending in self.mendings for cell in mending}


Mending = Mapping[str, Exact]
Allows = Callable[[Mending], bool]


def groups(
    equations: Sequence[Equation],
    values: Mapping[str, Exact],
    domains: Mapping[str, Domain],
    allows: Allows | None = None,
) -> list[Group]:
    """Every group of broken equations. `values` lacks the cells that say no number; `allows` may refuse a mending."""
    system = _System(equations, values, domains)
    search = _Search(system, allows)
    units = _joined({unit: search.mended(unit) for unit in system.groups()}, search)
    unmended = [unit for unit, group in units.items() if not group.mendings and not group.open]
    for tied in system.tied(unmended):
        for unit in tied:
            del units[unit]
        together = tuple(sorted(at for unit in tied for at in unit))
        units[together] = search.mended(together)
    found = (each for unit, group in units.items() for each in search.apart(unit, group))
    return sorted((group for group in found if group.broken), key=lambda group: group.broken)


def _joined(units: dict[_Unit, Group], search: _Search) -> dict[_Unit, Group]:
    """The groups, those joined of which one mending touches several."""
    for unit, group in list(units.items()):
        if unit not in units:
            continue
        touched = search.system.broken.intersection(search.system.touched(group.reach))
        others = [other for other in units if other != unit and not touched.isdisjoint(other)]
        if others:
            together = tuple(sorted({*unit, *(at for other in others for at in other)}))
            left = {other: units[other] for other in units if other != unit and other not in others}
            return _joined({**left, together: search.mended(together)}, search)
    return units


_Unit = tuple[int, ...]


class _Search:
    """The smallest mendings of groups of broken equations, and what they fall apart into."""

    def __init__(self, system: _System, allows: Allows | None) -> None:
        self.system, self._allows = system, allows

    def mended(self, unit: _Unit) -> Group:
        """The group with all its smallest mendings of one or two cells."""
        for search in (_Singles(self.system, unit), _Pairs(self.system, unit)):
            found = self._legal(search.changes())
            if search.open:
                return self._group(unit, (), open=True)
            if found:
                return self._group(unit, found)
        return self._group(unit, ())

    def apart(self, unit: _Unit, group: Group) -> list[Group]:
        """The group, or the groups of one cell each that it consists of."""
        if group.open or (group.mendings and len(group.mendings[0]) == 1):
            return [group]
        if not group.mendings:
            shares = self._shares(unit)
            return [self._alone(share) for share in shares] if shares else [group]
        parted = {self._parts(mending) for mending in group.mendings}
        parts = parted.pop() if len(parted) == 1 else None
        return [self._alone(part) for part in sorted(parts)] if parts else [group]

    def _parts(self, mending: Mending) -> frozenset[_Unit] | None:
        """The equations that each of the cells mends by itself, upsetting none; None where one needs the other."""
        parts = set()
        for cell, value in mending.items():
            mends = tuple(sorted(self.system.broken.intersection(self.system.touching[cell])))
            if not mends or not self.system.holds_after({cell: value - self.system.values[cell]}, mends):
                return None
            parts.add(mends)
        return frozenset(parts)

    def _alone(self, unit: _Unit) -> Group:
        """The group with its mendings of one cell."""
        return self._group(unit, self._legal(_Singles(self.system, unit).changes()))

    def _shares(self, unit: _Unit) -> list[_Unit]:
        """The one way to share the equations out among cells that mend two or more each; empty where there is not one."""
        strong: dict[_Unit, None] = {}
        for cell in sorted(set().union(*(self.system.cells(at) for at in unit))):
            mends = tuple(sorted(self.system.broken.intersection(self.system.touching[cell])))
            if len(mends) > 1 and any(self._legal(c for c in _Singles(self.system, mends).changes() if cell in c)):
                strong[mends] = None
        found: list[list[_Unit]] = []
        _share(set(unit), list(strong), [], found)
        return found[0] if len(found) == 1 else []

    def _legal(self, changes: Iterable[Change]) -> tuple[Mending, ...]:
        found = [mending for change in changes if self._allowed(mending := self.system.after(change))]
        return tuple(sorted(found, key=lambda mending: sorted(mending.items())))

    def _allowed(self, mending: Mending) -> bool:
        return self._allows is None or self._allows(mending)

    def _group(self, unit: _Unit, mendings: tuple[Mending, ...], *, open: bool = False) -> Group:
        return Group(tuple(at for at in unit if at < self.system.given), mendings, open)


def _share(left: set[int], sets: Sequence[_Unit], chosen: list[_Unit], found: list[list[_Unit]]) -> None:
    """Every way to cover what is left by disjoint sets, up to two of them."""
    if not left or len(found) > 1:
        found += [] if left else [list(chosen)]
        return
    first = min(left)
    for each in sets:
        if first in each and left >= set(each):
            _share(left - set(each), sets, [*chosen, each], found)


# --- the system ------------------------------------------------------------------------------------


class _System:
    """The equations with the cells that say a number; those derived from several with unknowns come last."""

    def __init__(
        self, equations: Sequence[Equation], values: Mapping[str, Exact], domains: Mapping[str, Domain]
    ) -> None:
        self.values, self._domains = values, domains
        self.given = len(equations)
        self.equations = [*equations, *_derived(equations, values)]
        self.touching: dict[str, list[int]] = {}
        for at, equation in enumerate(self.equations):
            for cell in equation.terms:
                if cell in values:
                    self.touching.setdefault(cell, []).append(at)
        self.residuals = [self._residual(equation) for equation in self.equations]
        self.unknown = [any(cell not in values for cell in equation.terms) for equation in self.equations]
        self.broken = {at for at in range(len(self.equations)) if not self.can_hold(at, 0)}

    def _residual(self, equation: Equation) -> Exact:
        known = (factor * self.values[cell] for cell, factor in equation.terms.items() if cell in self.values)
        return equation.constant + sum(known)

    def can_hold(self, at: int, added: Exact) -> bool:
        """Whether some filling of the unknowns meets the equation when its known part grows by that much."""
        equation = self.equations[at]
        residual: Exact = self.residuals[at] + added
        if not self.unknown[at]:
            return -equation.slack <= residual <= equation.slack
        free = [(factor, self.domain(cell)) for cell, factor in equation.terms.items() if cell not in self.values]
        grows = any(domain.signed or factor > 0 for factor, domain in free)
        shrinks = any(domain.signed or factor < 0 for factor, domain in free)
        return (grows or residual + equation.slack >= 0) and (shrinks or residual <= equation.slack)

    def domain(self, cell: str) -> Domain:
        """What the cell may say."""
        return self._domains.get(cell, COUNT)

    def groups(self) -> list[tuple[int, ...]]:
        """Broken equations that share cells, each group with at least one of those given; sorted."""
        out: list[tuple[set[str], list[int]]] = []
        for at in sorted(self.broken):
            cells, members, apart = self.cells(at), [at], []
            for group in out:
                if group[0] & cells:
                    cells, members = cells | group[0], group[1] + members
                else:
                    apart.append(group)
            out = [*apart, (cells, members)]
        return sorted(tuple(sorted(members)) for _, members in out if min(members) < self.given)

    def tied(self, broken: Sequence[tuple[int, ...]]) -> list[list[tuple[int, ...]]]:
        """Those of the groups that hang together by a chain of equations, whether these hold or not; two or more each."""
        by_piece: dict[str, list[tuple[int, ...]]] = {}
        pieces = self._pieces() if len(broken) > 1 else {}
        for group in broken:
            if piece := pieces.get(min(self.cells(group[0]), default="")):
                by_piece.setdefault(piece, []).append(group)
        return [groups for groups in by_piece.values() if len(groups) > 1]

    def _pieces(self) -> dict[str, str]:
        """Cell -> the first cell of all those that equations tie to it."""
        pieces: dict[str, set[str]] = {}
        for at in range(len(self.equations)):
            cells = self.cells(at)
            for cell in sorted(cells):
                cells |= pieces.get(cell, set())
            pieces.update(dict.fromkeys(cells, cells))
        return {cell: min(piece) for cell, piece in pieces.items()}

    def cells(self, at: int) -> set[str]:
        """The cells of an equation that say a number."""
        return {cell for cell in self.equations[at].terms if cell in self.values}

    def touched(self, cells: Iterable[str]) -> list[int]:
        """The equations in which any of the cells stands."""
        return sorted({at for cell in cells for at in self.touching.get(cell, ())})

    def holds_after(self, change: Change, broken: Sequence[int]) -> bool:
        """Whether the change is legal, mends these equations and leaves no other one broken that it touches."""
        if not all(self.domain(cell).has(self.values[cell] + added) for cell, added in change.items()):
            return False
        touched = self.touched(change)
        if not set(broken) <= set(touched):
            return False
        return all(self.can_hold(at, self._added(at, change)) for at in touched)

    def _added(self, at: int, change: Change) -> Exact:
        terms = self.equations[at].terms
        return sum(terms[cell] * added for cell, added in change.items() if cell in terms)

    def after(self, change: Change) -> dict[str, Exact]:
        """What the changed cells say then, in order of the cells."""
        return {cell: _plain(self.values[cell] + added) for cell, added in sorted(change.items())}


def _plain(value: Exact) -> Exact:
    return value.numerator if value.denominator == 1 else value


def _derived(equations: Sequence[Equation], values: Mapping[str, Exact]) -> Iterator[Equation]:
    """What equations with unknowns say together of known cells alone (exact ones only), by elimination."""
    rows = [
        (dict(equation.terms), equation.constant)
        for equation in equations
        if equation.slack == 0 and any(cell not in values for cell in equation.terms)
    ]
    if len(rows) < 2:
        return
    for unknown in sorted({cell for terms, _ in rows for cell in terms if cell not in values}):
        at = next((n for n, (terms, _) in enumerate(rows) if unknown in terms), None)
        if at is None:
            continue
        terms, constant = rows.pop(at)
        rows = [_without(unknown, row, (terms, constant)) if unknown in row[0] else row for row in rows]
    for terms, constant in rows:
        if terms:
            yield Equation(terms, constant)


_Row = tuple[dict[str, Exact], Exact]


def _without(unknown: str, row: _Row, pivot: _Row) -> _Row:
    """The row less so much of the pivot that the unknown falls out."""
    factor = Fraction(row[0][unknown]) / pivot[0][unknown]
    terms = dict(row[0])
    for cell, coefficient in pivot[0].items():
        left = terms.get(cell, 0) - factor * coefficient
        if left:
            terms[cell] = left
        else:
            terms.pop(cell, None)
    return terms, row[1] - factor * pivot[1]


# --- the search ------------------------------------------------------------------------------------


class _Singles:
    """One cell: it stands in every broken equation, and their residuals agree on how far it is off."""

    def __init__(self, system: _System, broken: Sequence[int]) -> None:
        self._system, self._broken = system, broken
        self.open = False

    def changes(self) -> Iterator[Change]:
        """Every change of a single cell that mends the group."""
        system = self._system
        shared = set.intersection(*(system.cells(at) for at in self._broken))
        for cell in sorted(shared):
            exact = [at for at in self._broken if not system.unknown[at]]
            if not exact:
                self.open = True  # how far it is off depends on blanks
                return
            at = exact[0]
            change = {cell: -system.residuals[at] / Fraction(system.equations[at].terms[cell])}
            if system.holds_after(change, self._broken):
                yield change


class _Pairs:
    """Two cells: each broken equation holds at least one, and what they upset in others cancels out."""

    def __init__(self, system: _System, broken: Sequence[int]) -> None:
        self._system, self._broken = system, broken
        self.open = False

    def changes(self) -> Iterator[Change]:
        """Every change of exactly two cells that mends the group."""
        pairs = self._pairs()
        if len(pairs) > _MOST_PAIRS:
            self.open = True
            return
        for one, two in sorted(pairs):
            change = self._solved(one, two)
            if change is not None and self._system.holds_after(change, self._broken):
                yield change

    def _pairs(self) -> set[tuple[str, str]]:
        """Pairs that meet every broken equation and every exact one that the first of them would upset."""
        first = min(self._broken, key=lambda at: len(self._system.cells(at)))
        return {
            (min(one, two), max(one, two))
            for one in self._system.cells(first)
            for two in self._partners(one)
            if one != two
        }

    def _partners(self, one: str) -> set[str]:
        system = self._system
        touched = set(system.touching[one])
        must = [at for at in self._broken if at not in touched]
        must += [at for at in touched - system.broken if self._upset(at)]
        if must:
            return set.intersection(*(system.cells(at) for at in must))
        return set().union(*(system.cells(at) for at in touched))

    def _upset(self, at: int) -> bool:
        """Whether any change of a single cell of the equation breaks it."""
        return not self._system.unknown[at] and self._system.equations[at].slack == 0

    def _solved(self, one: str, two: str) -> Change | None:
        """How far two cells are off, by the exact equations in which they stand; None where no answer is needed of both."""
        system = self._system
        rows = []
        for at in system.touched((one, two)):
            if not system.unknown[at] and (at in self._broken or system.equations[at].slack == 0):
                terms = system.equations[at].terms
                rows.append((terms.get(one, 0), terms.get(two, 0), -system.residuals[at]))
        for (a, b, r), (c, d, s) in combinations(rows, 2):
            determinant = Fraction(a * d - b * c)
            if determinant:
                change = {one: (r * d - b * s) / determinant, two: (a * s - r * c) / determinant}
                return change if all(change.values()) else None
        if self._would_do(one, two):
            self.open = True
        return None

    def _would_do(self, one: str, two: str) -> bool:
        """Whether two cells whose shares are not determined might mend the group."""
        return all({one, two} & self._system.cells(at) for at in self._broken)
