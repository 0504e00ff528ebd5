"""A report and the roster in, the unit out: whose report it is, by what it was told, and what is doubtful about it.

Order     the name that the text states, to the letter: full, short, or former within its dates; then its core (禹山镇); then
          the other names in the text; then the file's name; then the folder's
Certain   only what the text says of itself, or a file's name where the text names nobody; else nothing of the roster
          overrides what was read
Doubts    two candidates (none is taken); text and file name that mean different units (the text's is taken); a former name
          outside its dates; a unit that was no more
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from auditor.model import Noun, Profile, Report
from auditor.roster.names import are_near, cores, file_of, may_be_one, written
from auditor.roster.unit import Roster, Unit

_ROLES = ("填报单位", "正文标题", "页面标题", "落款")
_LEAST_IN_FILE = 3  # a shorter core in a file's name may be a part of any word
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")


@dataclass(frozen=True, slots=True)
class Match(Noun):
    """The unit (None: none, or several), by what it was told, whether that is certain, and the doubts in Chinese.

    `name` is the name in the roster by which it was found: the former one of a unit that is called otherwise today.
    """

    unit: Unit | None = None
    name: str = ""
    by: str = ""
    certain: bool = False
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    unit: Unit
    name: str
    how: str
    doubt: str = ""


@dataclass
class Matcher:
    """The roster with an index of its names; made once in each process."""

    roster: Roster
    _names: dict[str, list[tuple[Unit, str]]] = field(default_factory=dict)
    _cores: dict[str, list[tuple[Unit, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for unit in self.roster.units:
            for name in _every_name(unit):
                self._names.setdefault(written(name), []).append((unit, name))
                for core in cores(name):
                    self._cores.setdefault(core, []).append((unit, name))

    def of_report(self, report: Report) -> Match:
        """Whose report it is."""
        year = report.profile.year
        stated = _stated(report.profile)
        text = self._of_names(stated, year)
        filed, by = self._of_path(report.source, year)
        if len(text) == 1:
            return self._settled(text[0], filed, report.source, year)
        if len(text) > 1:
            return self._narrowed(text, filed, by)
        return self._by_path(filed, by, stated)

    def full_name(self, name: str) -> str:
        """What the roster calls the unit of that name (full, short or former); the name itself where it knows no one unit."""
        owners = {unit.name for unit, _ in self._names.get(written(name), ())}
        return written(owners.pop() if len(owners) == 1 else name)

    def of_name(self, name: str, year: int | None = None) -> Match:
        """The unit that a name written by people means; none where it may mean several."""
        found = self._of_names([name], year)
        if len(found) == 1:
            return Match(found[0].unit, found[0].name, found[0].how, not found[0].doubt)
        return Match(doubts=(f"可能是{_listed(f.unit.name for f in found)}，不能确定",) if found else ())

    def of_file(self, source: str, year: int | None) -> Match:
        """Whose report a file is by its name alone (one that could not be read)."""
        filed, by = self._of_path(source, year)
        return self._by_path(filed, by, ())

    # --- what was found -----------------------------------------------------------------------------

    def _settled(self, found: _Found, filed: list[_Found], source: str, year: int | None) -> Match:
        doubts = [found.doubt] if found.doubt else []
        others = [f.unit.name for f in filed if f.unit.name != found.unit.name]
        if others and len(others) == len(filed):
            doubts.append(f"正文写的是“{found.unit.name}”，文件名写的是{_listed(others)}，按正文认定，请核实")
        if year is not None and found.unit.is_over(year):
            heir = self.roster.answering(found.unit)
            doubts.append(
                f"“{found.unit.name}”在{year}年度末已不存在"
                + (f"，应由“{heir.name}”报告，请核实" if heir is not found.unit else "，请核实名册的撤并日期")
            )
        return Match(found.unit, found.name, found.how, not doubts, tuple(doubts))

    def _narrowed(self, text: list[_Found], filed: list[_Found], by: str) -> Match:
        """Several units by the text: the file's name may decide between them."""
        named = {f.unit.name for f in filed}
        both = [f for f in text if f.unit.name in named]
        if len(both) == 1:
            return Match(both[0].unit, both[0].name, f"正文和{by}", certain=True)
        names = _listed(f.unit.name for f in text)
        return Match(doubts=(f"可能是{names}的报告，不能确定；请在文件名中写明单位全称，或者补充名册中的简称",))

    def _by_path(self, filed: list[_Found], by: str, stated: Iterable[str]) -> Match:
        if len(filed) > 1:
            return Match(doubts=(f"{by}可能指{_listed(f.unit.name for f in filed)}，不能确定；请写明单位全称",))
        if not filed:
            return Match()
        other = next((name for name in stated if not _may_mean(name, filed[0].unit)), "")
        doubt = (f"正文写的是“{other}”，名册中没有；{by}写的是“{filed[0].unit.name}”，按{by}认定，请核实",)
        return Match(filed[0].unit, filed[0].name, by, not other, doubt if other else ())

    # --- looking up ---------------------------------------------------------------------------------

    def _of_names(self, names: Iterable[str], year: int | None) -> list[_Found]:
        """The units that the first name that says anything means; exact names before cores."""
        names = list(names)
        for name in names:
            exact = _distinct(
                _Found(u, n, _how(u, n), _dated(u, n, year)) for u, n in self._names.get(written(name), ())
            )
            if exact:
                return _preferred(exact)
        for name in names:
            hits = (hit for core in sorted(cores(name)) for hit in self._cores.get(core, ()))
            alike = _distinct(
                _Found(u, n, "正文写明的名称", _dated(u, n, year))
                for u, n in hits
                if may_be_one(name, n) and are_near(name, u.name)
            )
            if alike:
                return _preferred(alike)
        return []

    def _of_path(self, source: str, year: int | None) -> tuple[list[_Found], str]:
        """The units that the file's name, else the nearest folder's, means."""
        *folders, base = [p for p in re.split(r"[/\\]|!/", file_of(source)) if p]
        for part, by in ((base.rsplit(".", 1)[0], "文件名"), *((f, "文件夹名") for f in reversed(folders[-2:]))):
            found = self._in_words(written(part), year, by)
            if found:
                return found, by
        return [], "文件名"

    def _in_words(self, words: str, year: int | None, by: str) -> list[_Found]:
        """The units whose name stands in the words: the longest name at each place."""
        hits: list[tuple[int, int, Unit, str]] = []
        for name, owners in self._names.items():
            hits += [(at, at + len(name), u, n) for at in _spots(words, name) for u, n in owners]
        for core, owners in self._cores.items():
            if len(core) >= _LEAST_IN_FILE and not re.search("[县市区旗州省]$", core):
                hits += [(at, at + len(core), u, n) for at in _spots(words, core) for u, n in owners]
        kept = [h for h in hits if not any(_covers(o, h) for o in hits)]
        return _preferred(_distinct(_Found(u, n, by, _dated(u, n, year)) for _, _, u, n in kept))


def year_of_path(source: str) -> int | None:
    """The one year that a file's name, else the nearest folder's, gives."""
    *folders, base = [p for p in re.split(r"[/\\]|!/", file_of(source)) if p]
    for part in (base, *reversed(folders[-2:])):
        years = {int(y) for y in _YEAR.findall(part)}
        if years:
            return years.pop() if len(years) == 1 else None
    return None


def _stated(profile: Profile) -> list[str]:
    """The names that the text gives, the organisation first; who only publishes the page is not asked."""
    names = [m.text for role in _ROLES for m in profile.names if m.role == role and m.text.strip()]
    own = [profile.organisation] if profile.organisation and (not profile.names or names) else []
    return list(dict.fromkeys([*own, *names]))


def _may_mean(name: str, unit: Unit) -> bool:
    return are_near(name, unit.name) and any(may_be_one(name, n) for n in _every_name(unit))


def _every_name(unit: Unit) -> Iterator[str]:
    yield from dict.fromkeys([unit.name, *unit.short, *(f.text for f in unit.former)])


def _how(unit: Unit, name: str) -> str:
    if name == unit.name:
        return "正文写明的全称"
    return "正文写明的简称" if name in unit.short else "正文写明的曾用名"


def _dated(unit: Unit, name: str, year: int | None) -> str:
    """The doubt about a former name used outside its dates."""
    if name == unit.name or name in unit.short or year is None:
        return ""
    if any(f.text == name and f.held(year) for f in unit.former):
        return ""
    return f"“{name}”是“{unit.name}”的曾用名，按名册在{year}年度不应使用，请核实"


def _distinct(found: Iterable[_Found]) -> list[_Found]:
    """One for each unit, the first."""
    out: dict[str, _Found] = {}
    for one in found:
        if one.unit.name not in out or (out[one.unit.name].doubt and not one.doubt):
            out[one.unit.name] = one
    return list(out.values())


def _preferred(found: list[_Found]) -> list[_Found]:
    """Those without a doubt, where there are any: a name of the year before one that held at another time."""
    return [f for f in found if not f.doubt] or found


def _spots(words: str, name: str) -> Iterator[int]:
    at = words.find(name) if name else -1
    while at >= 0:
        yield at
        at = words.find(name, at + 1)


def _covers(longer: tuple[int, int, Unit, str], shorter: tuple[int, int, Unit, str]) -> bool:
    wider = longer[1] - longer[0] > shorter[1] - shorter[0]
    return wider and longer[0] <= shorter[0] and shorter[1] <= longer[1]


def _listed(names: Iterable[str]) -> str:
    return "、".join(f"“{n}”" for n in sorted(set(names)))
