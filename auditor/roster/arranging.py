"""Reports as read, one a file, in; what is judged out: which stand alone, which are joined, which are only versions.

Unit      by the roster; without one (or for a unit that it lacks) by the names that the reports give each other
Pages     a page that names the report as an attachment and holds none itself completes that attachment's report; where
          the attachment is not among the files it is unread
Joined    one file with the prose, others with tables that it lacks: one report. Never two texts, never tables that differ
Versions  what is left of one unit and year and is alike: one is chosen, the others are listed with it
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from auditor.model import Doubt, Report, State, Unread, Version
from auditor.roster.matching import Match, year_of_path
from auditor.roster.names import cores, file_of, may_be_one, places, written
from auditor.roster.unit import Unit
from auditor.roster.versions import against, are_alike, choose, is_public
from auditor.text import squash

_FILE = re.compile(r"\.(?:docx?|wps|rtf|pdf|xlsx?|et|zip|rar|7z|ofd|jpe?g|png|tiff?)$", re.I)
_NAMED = re.compile(r"附件\d{0,2}\s{0,4}[:：.、]?\s{0,4}([^\s/\\:：]{2,80}\.(?:docx?|wps|pdf|xlsx?|et))(?![\w])", re.I)
_COUNTY = re.compile(r"(?![各全县市区本])[\u4e00-\u9fff]{1,8}[县市区旗]")
_PROSE = 300
_POINTER = 250
_OWN_ROLES = {"正文标题", "页面标题", "填报单位", "落款"}


@dataclass(frozen=True, slots=True)
class Bundle:
    """A report: the file with its prose, pages that stand before it, tables that stand after it (indexes)."""

    main: int
    pages: tuple[int, ...] = ()
    tables: tuple[int, ...] = ()
    versions: tuple[Version, ...] = ()

    @property
    def rest(self) -> tuple[int, ...]:
        """The files joined to the main one."""
        return (*self.pages, *self.tables)


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the reports handed in; `unread` are pages whose report was not handed in, with their index."""

    bundles: tuple[Bundle, ...]
    unread: tuple[tuple[int, Unread], ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(slots=True)
class _Desk:
    """The reports while they are being arranged. `of` is the cluster of each, None where it is not known whose it is."""

    reports: Sequence[Report]
    matches: Sequence[Match]
    doubts: list[Doubt] = field(default_factory=list)
    unread: list[tuple[int, Unread]] = field(default_factory=list)
    pages: dict[int, list[int]] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)


def arrange(reports: Sequence[Report], matches: Sequence[Match], unread: Sequence[Unread] = ()) -> Plan:
    """The plan; `reports` and `matches` go together, `unread` are files that could not be read."""
    desk = _Desk(reports, matches)
    _place_pages(desk, unread)
    bundles: list[Bundle] = []
    copies = _set_copies_apart(desk)
    groups, alone = _grouped(desk)
    for unit, members in groups:
        bundles += _of_group(desk, unit, members)
    bundles += [Bundle(at, tuple(desk.pages.get(at, ()))) for at in alone]
    bundles = [_with_copies(desk, bundle, copies) for bundle in bundles]
    return Plan(tuple(sorted(bundles, key=lambda b: b.main)), tuple(desk.unread), tuple(desk.doubts))


# --- the same file twice ----------------------------------------------------------------------------


def _set_copies_apart(desk: _Desk) -> dict[int, list[int]]:
    """For each file that was handed in more than once (a folder and its ZIP), the others."""
    first: dict[tuple[str, str], int] = {}
    copies: dict[int, list[int]] = {}
    for at, report in enumerate(desk.reports):
        key = (report.sha256, report.source.removeprefix(file_of(report.source)))
        if at in desk.done:
            continue
        if key in first:
            copies.setdefault(first[key], []).append(at)
            desk.done.add(at)
        first.setdefault(key, at)
    return copies


def _with_copies(desk: _Desk, bundle: Bundle, copies: Mapping[int, Sequence[int]]) -> Bundle:
    """The copies of its files and of its versions are versions too."""
    listed = {version.source for version in bundle.versions}
    more = []
    for at, others in copies.items():
        source = desk.reports[at].source
        if at == bundle.main or at in bundle.rest or source in listed:
            more += [
                Version(desk.reports[o].source, desk.reports[o].sha256, f"与“{source}”是同一文件的副本", None, False)
                for o in others
            ]
    return replace(bundle, versions=tuple(sorted((*bundle.versions, *more), key=lambda v: v.source)))


# --- pages that name an attachment ------------------------------------------------------------------


def _place_pages(desk: _Desk, unread: Sequence[Unread]) -> None:
    named = {_base(r.source): at for at, r in enumerate(desk.reports)}
    lost = {_base(u.source): u for u in unread}
    for at, report in enumerate(desk.reports):
        files = list(_attachments(report))
        if not files or not _is_pointer(report):
            continue
        found = [named[f] for f in files if f in named and named[f] != at]
        if found:
            main = max(found, key=lambda i: (_is_prose(desk.reports[i]), -i))
            desk.pages.setdefault(main, []).append(at)
            desk.done.add(at)
            continue
        if (alike := _of_the_same_unit(desk, at)) is not None:
            desk.pages.setdefault(alike, []).append(at)
            desk.done.add(at)
            said = f"网页写明报告在附件“{files[0]}”中，按单位和年度与“{desk.reports[alike].source}”合并，请核实"
            desk.doubts.append(Doubt(report.source, said))
            continue
        missing = next((f for f in files if f in lost), None)
        why = (
            f"报告在附件“{missing}”中，该附件未能读取（原因见该文件），请处理后重新运行"
            if missing
            else f"报告在附件“{files[0]}”中，未一并提供，请下载后重新运行"
        )
        desk.unread.append((at, Unread(report.source, why, report.sha256)))
        desk.done.add(at)


def _of_the_same_unit(desk: _Desk, page: int) -> int | None:
    """The one report of the page's unit and year that is no page itself: the attachment under another name."""
    report, match = desk.reports[page], desk.matches[page]
    if report.profile.year is None or report.profile.organisation is None:
        return None
    found = [
        at
        for at, (other, its) in enumerate(zip(desk.reports, desk.matches, strict=True))
        if at != page
        and other.profile.year == report.profile.year
        and not other.links
        and _is_prose(other)
        and not is_public(other)
        and (
            its.unit.name == match.unit.name
            if its.unit and match.unit
            else may_be_one(other.profile.organisation or "", report.profile.organisation)
        )
    ]
    return found[0] if len(found) == 1 else None


def _attachments(report: Report) -> Iterator[str]:
    """The names of the files that a page links to, by target and by words, as they would be saved."""
    seen: set[str] = set()
    for link in report.links:
        target = _plain(re.split(r"[?#]", link.target)[0]).replace("\\", "/").rsplit("/", 1)[-1]
        words = link.text.strip()
        names = [words, target] if _FILE.search(words) else [target]
        if _FILE.search(target) and not _FILE.search(words) and words:
            names.append(words + (_FILE.search(target) or [""])[0])
        for name in names:
            base = _base(name)
            if _FILE.search(base) and base not in seen:
                seen.add(base)
                yield base
    for base in _NAMED.findall(report.prose.text):
        if base not in seen:
            seen.add(base)
            yield base


def _plain(target: str) -> str:
    """An address with its %E5%B9%B4 as characters, in the encoding that they make sense in."""

    def decoded(match: re.Match[str]) -> str:
        raw = bytes.fromhex(match[0].replace("%", ""))
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return raw.decode("gb18030", "replace")

    return re.sub(r"(?:%[0-9A-Fa-f]{2})+", decoded, target)


def _is_pointer(report: Report) -> bool:
    """Whether a page holds next to nothing but its title and a link."""
    if any(t.found for t in report.tables) or any(f.state is State.NUMBER for f in report.facts.values()):
        return False
    return len(squash(report.prose.text)) <= _POINTER and not [s for s in report.sections if s.kind]


def _base(source: str) -> str:
    return re.split(r"[/\\]|!/", file_of(source))[-1].strip()


# --- whose report it is -----------------------------------------------------------------------------


def _grouped(desk: _Desk) -> tuple[list[tuple[Unit | None, list[int]]], list[int]]:
    """Reports of one unit and year together, in the order of their first; and those that stand alone."""
    groups: dict[tuple[str, int], list[int]] = {}
    units: dict[str, Unit | None] = {}
    alone: list[int] = []
    nameless: list[int] = []
    keys = _keys(desk)
    for at, (report, match) in enumerate(zip(desk.reports, desk.matches, strict=True)):
        if at in desk.done:
            continue
        year = report.profile.year
        if year is None or (match.unit is None and match.doubts):
            alone.append(at)
        elif at not in keys:
            nameless.append(at)
        else:
            units[keys[at]] = match.unit
            groups.setdefault((keys[at], year), []).append(at)
    for at in nameless:
        _file_by_name(desk, groups, at, alone)
    return [(units[key], members) for (key, _), members in groups.items()], sorted(alone)


def _keys(desk: _Desk) -> dict[int, str]:
    """The unit of each report that names one: the roster's, else a name that stands for all that may mean the same."""
    keys: dict[int, str] = {}
    names: dict[int, str] = {}
    for at, (report, match) in enumerate(zip(desk.reports, desk.matches, strict=True)):
        if match.unit is not None:
            keys[at] = match.unit.name
        elif own := _own_name(report):
            names[at] = own
    clusters = _Clusters()
    # the names that say most of their places first: a short name that fits two of them is neither's
    for at, name in sorted(names.items(), key=lambda item: (-len(places(item[1])), -len(item[1]), item[0])):
        keys[at] = clusters.key_of(name)
    return keys


def _own_name(report: Report) -> str:
    """The organisation, where more than the page's publisher says so."""
    name = report.profile.organisation or ""
    if report.profile.names and not any(m.role in _OWN_ROLES for m in report.profile.names):
        return ""
    if not name or places(name):
        return name
    *folders, _ = re.split(r"[/\\]|!/", report.source)
    return next((f for f in reversed(folders) if _COUNTY.fullmatch(f)), "") + name  # a folder for each county


@dataclass(slots=True)
class _Clusters:
    """Names by what they may mean: key -> names that may all mean one body; `by_word` finds the few to compare with."""

    names: dict[str, list[str]] = field(default_factory=dict)
    by_word: dict[str, dict[str, None]] = field(default_factory=dict)

    def key_of(self, name: str) -> str:
        """The key of the names that may mean the same body; a name that may mean several stands by itself."""
        near = dict.fromkeys(key for word in _words_of(name) for key in self.by_word.get(word, ()))
        fits = [key for key in near if all(may_be_one(name, other) for other in self.names[key])]
        key = fits[0] if len(fits) == 1 else written(name)
        self.names.setdefault(key, []).append(name)
        for word in _words_of(name):
            self.by_word.setdefault(word, {})[key] = None
        return key


def _words_of(name: str) -> tuple[str, ...]:
    """Two names that may be one share one of these."""
    return (written(name), *sorted(cores(name)))


def _file_by_name(desk: _Desk, groups: dict[tuple[str, int], list[int]], at: int, alone: list[int]) -> None:
    """A file that names nobody belongs to the one group whose unit its name (or its folder's) holds."""
    report = desk.reports[at]
    year = report.profile.year or year_of_path(report.source)
    path = written(report.source)
    fits = [
        (max(len(core) for core in cores(key) if core in path), key)
        for key, of_year in groups
        if of_year == year and any(len(core) > 2 and core in path for core in cores(key))
    ]
    best = [key for length, key in fits if length == max(fits)[0]]
    if len(best) == 1 and year is not None:
        groups[best[0], year].append(at)
    else:
        alone.append(at)


# --- one unit and year ------------------------------------------------------------------------------


def _of_group(desk: _Desk, unit: Unit | None, members: Sequence[int]) -> Iterator[Bundle]:
    """The bundles of one unit and year: as a rule one, with the others as its versions."""
    texts = [at for at in members if _is_prose(desk.reports[at])]
    sheets = [at for at in members if at not in texts]
    if not texts:
        texts, sheets = sheets[:1], sheets[1:]
    for cluster in _alike(desk, texts):
        chosen, versions = choose([desk.reports[at] for at in cluster], unit)
        main = cluster[chosen]
        joined, left = _complementing(desk.reports, main, sheets)
        sheets = []
        # tables that the report has already are versions of it, whatever they hold
        versions += tuple(against(desk.reports[main], desk.reports[at], unit) for at in left)
        pages = sorted(page for at in (*cluster, *joined, *left) for page in desk.pages.get(at, ()))
        yield Bundle(main, tuple(pages), joined, tuple(sorted(versions, key=lambda v: v.source)))


def _alike(desk: _Desk, texts: Sequence[int]) -> list[list[int]]:
    """Texts that are versions of each other; where they are not, a doubt says that there are several."""
    clusters: list[list[int]] = []
    for at in texts:
        home = next((c for c in clusters if are_alike(desk.reports[c[0]], desk.reports[at])), None)
        if home is None:
            clusters.append([at])
        else:
            home.append(at)
    if len(clusters) > 1:
        names = "、".join(f"“{desk.reports[c[0]].source}”" for c in clusters)
        said = f"同一单位同一年度有内容不同的几份报告（{names}），均已审核，请核实是否属于同一单位"
        desk.doubts += [Doubt(desk.reports[c[0]].source, said) for c in clusters]
    return clusters


def _complementing(
    reports: Sequence[Report], main: int, sheets: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The tables that the report lacks, and what is left."""
    held = set(_tables(reports[main]))
    joined, left = [], []
    for at in sheets:
        tables = _tables(reports[at])
        if tables and not tables.keys() & held:
            joined.append(at)
            held |= tables.keys()
        else:
            left.append(at)
    return tuple(joined), tuple(left)


def _tables(report: Report) -> Mapping[str, str]:
    """The official tables that hold figures: their names with the form's letter."""
    return {t.table: t.form or "" for t in report.tables if t.found} if _has_figures(report) else {}


def _has_figures(report: Report) -> bool:
    return any(f.state not in (State.ABSENT, State.UNREADABLE) for f in report.facts.values())


def _is_prose(report: Report) -> bool:
    """Whether it holds the report's text: sections of its own, or text of some length."""
    return len({s.kind for s in report.sections if s.kind}) >= 2 or len(squash(report.prose.text)) >= _PROSE
