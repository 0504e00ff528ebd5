"""The other scoring models of scoring.yaml: what they measure and how it is read.

weighted    指标加权: indicators whose weights add up to 100; a finding costs in the first indicator that measures it, and an
            indicator loses at most its weight
levels      分级评定: items, each 优, 良, 一般, 差 … with its points, by how many findings of which severity it has
bonus       加分: an item is earned where all its rules are kept (an attest rule: where a person answered 符合)
measures    a list: within one entry all that it names must agree, any entry is enough
Refuses     weights or best points that do not add up to 100, a lower level that is stricter than a higher one
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from auditor.checks.check import SECTION_WORDS
from auditor.model import DIMENSIONS, SEVERITIES, Finding
from auditor.rulebook.reading import Path

if TYPE_CHECKING:
    from auditor.rulebook.scoring import ScoringReading

FULL = Decimal(100)
WORDS_OF: Mapping[str, str] = {kind: word for word, kind in SECTION_WORDS.items()}
TABLES: Mapping[str, str] = {"二": "表二", "三": "表三", "四": "表四"}


@dataclass(frozen=True, slots=True)
class Measure:
    """Findings that an indicator or item measures: every attribute that it names agrees."""

    rules: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()

    def covers(self, finding: Finding) -> bool:
        """Whether the finding is one of them. A section is a table, a part of the form or a kind of section."""
        topics = {WORDS_OF.get(topic, topic) for topic in finding.topics}
        places = {finding.part, finding.table, TABLES.get(finding.table or ""), *topics}
        return (
            (not self.rules or finding.rule in self.rules)
            and (not self.dimensions or finding.dimension in self.dimensions)
            and (not self.sections or not places.isdisjoint(self.sections))
        )


@dataclass(frozen=True, slots=True)
class Indicator:
    """指标: a name, the most that it can lose, what it measures."""

    name: str
    weight: Decimal
    measures: tuple[Measure, ...]

    def covers(self, finding: Finding) -> bool:
        """Whether it measures the finding."""
        return any(measure.covers(finding) for measure in self.measures)


@dataclass(frozen=True, slots=True)
class Level:
    """评级: 优, 良 …; `limits` is severity -> the most findings of it or of a graver one."""

    name: str
    limits: tuple[tuple[str, int], ...]

    def holds(self, severities: Collection[str]) -> bool:
        """Whether findings of these severities (one word each) are few enough."""
        ranks = [SEVERITIES.index(word) for word in severities]
        return all(sum(rank <= SEVERITIES.index(word) for rank in ranks) <= most for word, most in self.limits)


@dataclass(frozen=True, slots=True)
class Item:
    """评分项: a name, points per level (the best first), what it measures."""

    name: str
    points: tuple[Decimal, ...]
    measures: tuple[Measure, ...]

    def covers(self, finding: Finding) -> bool:
        """Whether it measures the finding."""
        return any(measure.covers(finding) for measure in self.measures)


@dataclass(frozen=True, slots=True)
class Bonus:
    """加分: points for rules that are all kept."""

    name: str
    points: Decimal
    rules: tuple[str, ...]


# --- reading ---------------------------------------------------------------------------------------


def indicators(reading: ScoringReading, data: object) -> tuple[Indicator, ...]:
    """The indicators of a weighted model."""
    path: Path = ("indicators",)
    out: list[Indicator] = []
    before = reading.wrong
    for at, item in enumerate(reading.items(data, path)):
        where = (*path, at)
        fields = reading.mapping(item, where, ("name", "weight", "measures"), ("name", "weight", "measures"))
        weight = reading.number(fields["weight"], (*where, "weight")) if "weight" in fields else Decimal(0)
        name = _name(reading, fields, where, [one.name for one in out])
        out.append(Indicator(name, weight, _measures(reading, fields, where)))
    if reading.wrong == before and (total := sum((one.weight for one in out), Decimal(0))) != FULL:
        reading.say(path, f"各指标的权重合计应为 100，现为 {total}")
    return tuple(out)


def levels(reading: ScoringReading, data: object) -> tuple[Level, ...]:
    """The levels, the best first; the last takes whatever is left."""
    path: Path = ("levels",)
    if not isinstance(data, Mapping) or len(data) < 2:
        reading.say(path, "应为“评级: 最多允许的问题个数”，从好到差至少两级")
        return ()
    before = reading.wrong
    out = [_level(reading, str(name), limits, (*path, str(name))) for name, limits in data.items()]
    if reading.wrong > before:
        return ()
    if out[-1].limits:
        reading.say((*path, out[-1].name), "最后一级不能再有条件，写作 {}")
    for better, worse in pairwise(out[:-1]):
        allowed = dict(better.limits)
        for word, most in worse.limits:
            tightest = min((allowed[s] for s in SEVERITIES[SEVERITIES.index(word) :] if s in allowed), default=None)
            if tightest is None or most < tightest:
                reading.say((*path, worse.name, word), f"“{worse.name}”不能比“{better.name}”更严")
    return tuple(out)


def _level(reading: ScoringReading, name: str, data: object, path: Path) -> Level:
    fields = reading.mapping({} if data is None else data, path, SEVERITIES)
    limits = []
    for word in SEVERITIES:
        if word not in fields:
            continue
        most = fields[word]
        if isinstance(most, bool) or not isinstance(most, int) or most < 0:
            reading.say((*path, word), "应为不小于 0 的整数")
            continue
        limits.append((word, most))
    return Level(name, tuple(limits))


def items(reading: ScoringReading, data: object, steps: int) -> tuple[Item, ...]:
    """The items of a levels model, with points for each of `steps` levels."""
    path: Path = ("items",)
    out: list[Item] = []
    before = reading.wrong
    for at, item in enumerate(reading.items(data, path)):
        where = (*path, at)
        fields = reading.mapping(item, where, ("name", "points", "measures"), ("name", "points", "measures"))
        points = _points(reading, fields["points"], (*where, "points"), steps) if "points" in fields else ()
        name = _name(reading, fields, where, [one.name for one in out])
        out.append(Item(name, points, _measures(reading, fields, where)))
    if reading.wrong == before and (total := sum((one.points[0] for one in out), Decimal(0))) != FULL:
        reading.say(path, f"各项最高一级的分值合计应为 100，现为 {total}")
    return tuple(out)


def _points(reading: ScoringReading, data: object, path: Path, steps: int) -> tuple[Decimal, ...]:
    before = reading.wrong
    points = tuple(reading.number(one, (*path, at)) for at, one in enumerate(reading.items(data, path)))
    if reading.wrong > before:
        return ()
    if len(points) != steps:
        reading.say(path, f"评级有 {steps} 级，应写 {steps} 个分值，现有 {len(points)} 个")
    elif any(better < worse for better, worse in pairwise(points)):
        reading.say(path, "分值须从高到低")
    return points


def bonus(reading: ScoringReading, data: object) -> tuple[tuple[Bonus, ...], Decimal]:
    """The bonus items, and the most that they give together."""
    fields = reading.mapping(data, ("bonus",), ("at_most", "items"), ("at_most", "items"))
    most = reading.number(fields["at_most"], ("bonus", "at_most")) if "at_most" in fields else Decimal(0)
    out: list[Bonus] = []
    path: Path = ("bonus", "items")
    for at, item in enumerate(reading.items(fields["items"], path)) if "items" in fields else ():
        where = (*path, at)
        inside = reading.mapping(item, where, ("name", "points", "rules"), ("name", "points", "rules"))
        points = reading.number(inside["points"], (*where, "points")) if "points" in inside else Decimal(0)
        rules = reading.words(inside, "rules", reading.rule_ids, where)
        for number, rule in enumerate(rules):
            if rule.startswith("p-"):
                reading.say((*where, "rules", number), "加分只能写规则，不能写组合规则")
        out.append(Bonus(_name(reading, inside, where, [one.name for one in out]), points, rules))
    return tuple(out), most


def _name(reading: ScoringReading, fields: Mapping[str, object], path: Path, taken: Collection[str]) -> str:
    name = fields.get("name", "")
    if "name" in fields and (not isinstance(name, str) or not name.strip()):
        reading.say((*path, "name"), "应为文字")
    elif name in taken:
        reading.say((*path, "name"), f"名称“{name}”重复")
    return str(name)


def _measures(reading: ScoringReading, fields: Mapping[str, object], path: Path) -> tuple[Measure, ...]:
    if "measures" not in fields:
        return ()
    out = []
    for at, item in enumerate(reading.items(fields["measures"], (*path, "measures"))):
        where: Path = (*path, "measures", at)
        inside = reading.mapping(item, where, ("rules", "dimensions", "sections"))
        if not inside:
            reading.say(where, "须写明 rules、dimensions 或 sections")
        out.append(
            Measure(
                reading.words(inside, "rules", reading.rule_ids, where),
                reading.words(inside, "dimensions", DIMENSIONS, where),
                reading.words(inside, "sections", reading.sections, where),
            )
        )
    return tuple(out)
