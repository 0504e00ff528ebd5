"""Page: a run -> one HTML file that needs nothing else: no network, no fonts, no other file.

County    distribution by group, grades, the map of rules and reports, dimensions, the trend, who reported, the ranking: written
          out, so that it is there without script, too
Reports   findings, score, the way to the next grade and the original with its evidence marked travel as packed data (`detail`,
          `packing`) and are built by the script, as text only, when a report is opened
Small     below PLAIN characters the data stand as they are; beyond, deflated, for which Edge 80, Chrome 80 or Firefox 113 is
          needed (an older one is told so and still shows the county). Originals are put in while the page stays within
          `budget` bytes, those that are text first; `made` gives a unit its own page, always with its originals
Safety    every word of the written part passes autoescape in a sandbox, of the packed part an allow-list of elements; the content
          policy allows nothing but our own style and script by their hashes, and pictures only from within the page
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final

from jinja2 import FileSystemLoader, StrictUndefined, Template, select_autoescape
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from auditor.documents import charts, original, packing, standing, words
from auditor.documents.detail import KINDS, Seat, detail, seats
from auditor.documents.matter import Made, Matter
from auditor.documents.packing import Json, Tree
from auditor.documents.printing import line, printable
from auditor.documents.quotes import masked
from auditor.documents.tally import Count, Lost, Row, Tally, against, lost, tally
from auditor.masking import covering
from auditor.model import DIMENSIONS, SEVERITIES, VERDICTS, Audit, Judged, Outcome, Standing, YearCount

TEMPLATES: Final = Path(__file__).parent / "templates"
NAME: Final = "审计结果.html"
UNITS_NAME: Final = "网页.html"
BUDGET: Final = 4_900_000
PLAIN: Final = 600_000
_NOTES: Final = 1000
Originals = Callable[[str], bytes | None]

_STYLES = ("page.css", "reports.css")
_SCRIPTS = ("page.js", "original.js", "reports.js", "county.js")
# Kinds whose original is pages of pictures: dear in time and space, so they are tried last.
_PICTURED = frozenset({"pdf", "image"})


@dataclass(frozen=True, slots=True)
class RankView:
    """One report in the ranking. `moved` is by how many places it rose (below 0: fell) against the quarter before, None where
    there is nothing to compare with."""

    seat: Seat
    judged: Judged
    tone: str
    suspected: int
    unclear: int
    moved: int | None

    @property
    def row(self) -> Row:
        """Its row of the tally."""
        return self.seat.row


@dataclass(frozen=True, slots=True)
class Block:
    """A packed part of the page: the id of its element, its kind, what stands in it."""

    id: str
    kind: str
    said: str


def render(audit: Audit, originals: Originals | None = None, told: Tally | None = None, budget: int = BUDGET) -> bytes:
    """The county's page (UTF-8); `originals` gives the bytes of what was handed in by SHA-256."""
    return _page(told if told is not None else tally(audit), originals, None, budget)


def made(matter: Matter) -> Iterator[Made]:
    """The county's page, or where units are named one page for each of these, with its originals."""
    if matter.units is None:
        yield Made(NAME, _page(matter.tally, matter.originals, None, BUDGET))
        return
    for one in matter.addressees:
        if one.reports:
            yield Made(UNITS_NAME, _page(matter.tally, matter.originals, one.unit, None), one.unit)


def _page(told: Tally, originals: Originals | None, unit: str | None, budget: int | None) -> bytes:
    """`unit`: that one's page; `budget` None: every original is put in."""
    style, script = _style(), _script()
    seated = seats(told, None if unit is None else [unit])
    fields = {
        "audit": told.audit,
        "run": told.audit.run,
        "told": told,
        "unit": unit,
        "style": Markup(style),
        "script": Markup(script),
        "policy": policy_of(style, script),
        "ranks": _ranks(told, seated),
        "kinds": KINDS,
        "verdicts": VERDICTS,
        "severities": SEVERITIES,
        "dimensions": DIMENSIONS,
        **(_county(told, seated) if unit is None else {}),
    }
    template = _template()
    blocks = _blocks(told, seated, originals, budget, lambda: len(template.render(fields, blocks=()).encode("utf-8")))
    return template.render(fields, blocks=blocks).encode("utf-8", "replace")


@lru_cache(maxsize=1)
def _template() -> Template:
    return environment().get_template("page.html.j2")


@lru_cache(maxsize=1)
def _style() -> str:
    return "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in _STYLES)


@lru_cache(maxsize=1)
def _script() -> str:
    parts = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    return f'(function () {{\n"use strict";\n{parts}}})();\n'


# --- the packed part -------------------------------------------------------------------------------


def _blocks(
    told: Tally, seated: Sequence[Seat], originals: Originals | None, budget: int | None, shell: Callable[[], int]
) -> list[Block]:
    """The details of all reports as one block, and the originals that fit, each as one. `shell` measures the rest of the page."""
    table = packing.Table()
    units = [table.intern(_cleaned(detail(told, seat))) for seat in seated]
    said = packing.plain({"words": table.words, "units": units})
    small = len(said) <= PLAIN
    kept: list[Block] = []
    notes: dict[str, str] = {}
    if originals is not None:
        left = None
        if budget is not None:
            used = shell() + len(_block("reports", said, small).said.encode("utf-8"))
            left = budget - used - _NOTES - 16 * len(seated)
        kept, notes = _originals(told, seated, originals, left, small)
    noted = table.intern(notes)
    return [_block("reports", packing.plain({"words": table.words, "units": units, "notes": noted}), small), *kept]


def _block(id: str, said: str, small: bool) -> Block:
    return Block(id, packing.PLAIN, said) if small else Block(id, packing.DEFLATED, packing.deflated(said))


def _originals(
    told: Tally, seated: Sequence[Seat], originals: Originals, left: int | None, small: bool
) -> tuple[list[Block], dict[str, str]]:
    """The originals within `left` bytes (None: all), and for the other reports why theirs is not there."""
    blocks: dict[str, Block] = {}
    notes: dict[str, str] = {}
    pictured = {seat.anchor: told.audit.reports[seat.row.at].report.kind in _PICTURED for seat in seated}
    full = False
    with original.Originals() as studio:
        for seat in sorted(seated, key=lambda seat: pictured[seat.anchor]):
            if full:
                notes[seat.anchor] = _ELSEWHERE
                continue
            found = _drawn(told, told.audit.reports[seat.row.at], originals, studio)
            if not found.nodes:
                notes[seat.anchor] = line(found.note)
                continue
            said = packing.plain({"nodes": _clean_nodes(found.nodes), "note": line(found.note)})
            block = _block(f"original-{seat.anchor}", said, small and len(said) <= PLAIN)
            size = len(block.said.encode("utf-8")) + 80
            if left is not None and size > left:
                # A picture that does not fit ends the search: to draw hundreds of pages in vain takes minutes.
                full = pictured[seat.anchor]
                notes[seat.anchor] = _ELSEWHERE
                continue
            left = None if left is None else left - size
            blocks[seat.anchor] = block
    return [blocks[seat.anchor] for seat in seated if seat.anchor in blocks], notes


def _drawn(told: Tally, judged: Judged, originals: Originals, studio: original.Originals) -> original.Original:
    """The report's original with its evidence marked and what is personal covered."""
    report = judged.report
    secret = told.secrets.get(report.source, frozenset())
    hidden = any(_HIDDEN.search(one.text) for f in judged.findings for one in f.evidence)
    if hidden and (not secret or any(map(_HIDDEN.search, secret))):
        return original.Original([], _WITHHELD)
    cover = covering(secret)
    audit = told.audit
    known = {one.source: one.sha256 for one in (*(j.report for j in audit.reports), *audit.before, *audit.others)}

    def others(source: str) -> bytes | None:
        return originals(known[source]) if source in known else None

    data = originals(report.sha256)
    return studio.rendered(report, data, judged.findings, mask=lambda said: masked(cover(said)), others=others)


# Evidence that a rule covered: without the words under the stars the original cannot be covered.
_HIDDEN: Final = re.compile(r"\d\*{4}|×")
_WITHHELD: Final = "原件含有已遮盖的个人信息，没有附上；请对照原件核对。"
_ELSEWHERE: Final = (
    "原件较大，没有放进本页。请为该单位单独生成网页（文书种类“网页”，并指定单位），其中附有标记过的原件。"
)


def _cleaned(tree: Tree) -> Tree:
    """The tree without characters that cannot be printed or turn the direction of a line."""
    if isinstance(tree, str):
        return printable(tree)
    if isinstance(tree, Mapping):
        return {key: _cleaned(value) for key, value in tree.items()}
    if isinstance(tree, Sequence):
        return [_cleaned(value) for value in tree]
    return tree


def _clean_nodes(node: Json) -> Json:
    if isinstance(node, str):
        return printable(node)
    if isinstance(node, list | tuple):
        return [_clean_nodes(one) for one in node]
    return node


# --- the written part ------------------------------------------------------------------------------


def _county(told: Tally, seated: Sequence[Seat]) -> dict[str, object]:
    """What the template shows of the whole county."""
    audit = told.audit
    heat = charts.heat_map(told, [(seat.row.at, seat.anchor) for seat in seated])
    return {
        "labels": dict(zip((s.anchor for s in seated), _labels(audit, seated), strict=True)),
        "years": words.span_words(words.years_of(audit)),
        "bars": _bars(told),
        "accounts": _accounts(audit),
        "floors": dict(audit.grades),
        "histograms": charts.histograms(told),
        "trend": charts.trend(told.trend),
        "heat": heat,
        "counts": _counts(audit),
        "roster": _roster(audit),
        "named": standing.named(audit.completeness, Standing.MISSING),
        "unnamed": standing.unnamed(audit.completeness),
        "missing": [*standing.missing(audit, Outcome.BROKEN), *standing.missing(audit, Outcome.SUSPECTED)],
        "unlisted": standing.unlisted(audit),
        "versions": tuple(standing.versions(audit)),
        "doubts": standing.doubts(audit),
        "off": words.switched_off(audit),
        "models": audit.county.models,
        "unreadable": words.all_unreadable(audit),
        "undecided": sum(map(_unclear, audit.reports)),
        "confirm": sum(len(judged.undecided) - _unclear(judged) for judged in audit.reports),
    }


def _labels(audit: Audit, seated: Sequence[Seat]) -> list[str]:
    labels = words.labels_of(audit)
    return [labels[seat.row.at] for seat in seated]


@dataclass(frozen=True, slots=True)
class BarView:
    """A dimension with its bars, in hundredths of the longest."""

    count: Count
    certain: float
    doubtful: float


def _bars(told: Tally) -> list[BarView]:
    most = max((int(one.problems) + int(one.doubts) for one in told.dimensions), default=0) or 1
    return [BarView(one, int(one.problems) * 100 / most, int(one.doubts) * 100 / most) for one in told.dimensions]


def _ranks(told: Tally, seated: Sequence[Seat]) -> list[RankView]:
    doubts: dict[int | None, int] = {}
    for one in told.doubts:
        doubts[one.at] = doubts.get(one.at, 0) + 1
    found = against(told)
    moves = found.moves if found is not None else {}
    views = []
    for seat in seated:
        judged = told.audit.reports[seat.row.at]
        views.append(
            RankView(
                seat=seat,
                judged=judged,
                tone=charts.tone_of(told.audit, judged.score.points),
                suspected=doubts.get(seat.row.at, 0),
                unclear=_unclear(judged),
                moved=moves.get((seat.row.unit, seat.row.year)),
            )
        )
    return views


def _accounts(audit: Audit) -> list[Lost]:
    """The indicators or items under which points are lost; empty where these are the dimensions."""
    return [one for one in lost(audit) if one.dimension in audit.county.accounts] if audit.county.accounts else []


def _roster(audit: Audit) -> str:
    """The roster's file, "" where there is none."""
    return (audit.completeness.roster or "") if audit.completeness else ""


def _counts(audit: Audit) -> list[tuple[str, YearCount]]:
    """The years, the latest first; one of which nothing is known last."""
    counts = audit.completeness.years if audit.completeness else ()
    ordered = sorted(counts, key=lambda c: (c.year is None, -(c.year or 0)))
    return [(standing.year_words(c), c) for c in ordered]


def _unclear(judged: Judged) -> int:
    """How many outcomes could not be decided (what a person must look at anyway is not among them)."""
    return sum(one.outcome is not Outcome.TO_CONFIRM for one in judged.undecided)


# --- the sandbox -----------------------------------------------------------------------------------


def environment() -> SandboxedEnvironment:
    """The sandbox in which the template runs: autoescape on, an unknown name is an error."""
    env = SandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=select_autoescape(["j2"], default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.finalize = _clean
    env.filters.update(
        points=words.points_words,
        date=words.date_words,
        moment=words.moment_words,
        line=line,
        quarter=words.quarter_words,
        inference=words.inference_words,
        rulebook=words.rulebook_words,
        powers=words.powers_words,
        year=words.year_words,
        file=words.file_name,
        second=words.second_words,
        tone=charts.level,
        lost=_lost,
        liable=standing.liable,
        said=words.message_words,
        bases=words.bases_words,
        verdict=words.verdict_words,
        ledger=words.ledger_words,
        decided=words.decided_words,
    )
    return env


def _clean(value: object) -> object:
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _lost(points: Decimal) -> str:
    return words.points_words(points) if points else "0"


def policy_of(style: str, script: str) -> str:
    """The content policy that allows this style and this script, by their hashes, and pictures from within the page."""
    return (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
        f"style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    )


def _hash(words_: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(words_.encode("utf-8")).digest()).decode("ascii")
