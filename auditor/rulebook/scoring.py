"""Scoring: `scoring.yaml` as a mapping -> `Scoring`, or every mistake in it.

In        a mapping as the strict YAML loader gives it, and where to report mistakes
Out       the model (deduct, weighted, levels), points per severity, caps per dimension, the most that one rule costs in one
          table, gates, grades, and the model that is shown beside it
Model     deduct: 100 less the points of the findings; the others are described in `models`
Beside    a further mapping; what it does not say (severities, grades, gates) is as in the first
Units     points, as exact decimals; 100 is full
Refuses   a severity without points or milder ones that cost more, grades that leave a score without a name
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from auditor.model import DIMENSIONS, SEVERITIES, Finding, ScoreLine, ScoringCard
from auditor.rulebook import models
from auditor.rulebook.models import FULL as FULL
from auditor.rulebook.models import Bonus, Indicator, Item, Level
from auditor.rulebook.reading import Path, Problem, Reading
from auditor.spelling import nearest

MODELS: Mapping[str, str] = {"deduct": "百分制扣分", "weighted": "指标加权", "levels": "分级评定"}
_OWN = {"deduct": ("caps",), "weighted": ("indicators", "bonus"), "levels": ("levels", "items", "bonus")}
_NEEDED = {"weighted": ("indicators",), "levels": ("levels", "items")}
_COMMON = ("model", "title", "severities", "gates", "grades", "beside")
_KINDS = {"rules": "规则", "sections": "章节"}


@dataclass(frozen=True, slots=True)
class Gate:
    """一票否决: while a finding that counts answers it, the total is at most `at_most`.

    `findings` are those that answer it by their own dimension, where they are reckoned under the name of an indicator.
    """

    note: str
    at_most: Decimal
    rules: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    findings: frozenset[str] | None = None

    def is_met_by(self, finding: Finding) -> bool:
        """Whether every attribute it names agrees with the finding."""
        if self.findings is not None:
            return finding.fingerprint in self.findings
        return (
            (not self.rules or finding.rule in self.rules)
            and (not self.severities or finding.severity in self.severities)
            and (not self.dimensions or finding.dimension in self.dimensions)
        )


@dataclass(frozen=True, slots=True)
class Scoring:
    """How findings become points. `grades` run from the best (name, least points) to one that begins at 0.

    `accounts` are the names under which points are lost (dimensions, or a weighted model's indicators), `awarded` the
    lines of bonus that one report has earned.
    """

    severities: Mapping[str, Decimal]
    grades: tuple[tuple[str, Decimal], ...]
    caps: Mapping[str, Decimal] = field(default_factory=dict)
    times_per_table: int | None = None
    gates: tuple[Gate, ...] = ()
    model: str = "deduct"
    title: str = ""
    indicators: tuple[Indicator, ...] = ()
    levels: tuple[Level, ...] = ()
    items: tuple[Item, ...] = ()
    bonus: tuple[Bonus, ...] = ()
    most_bonus: Decimal = Decimal(0)
    beside: Scoring | None = None
    accounts: tuple[str, ...] = DIMENSIONS
    awarded: tuple[ScoreLine, ...] = ()

    @property
    def name(self) -> str:
        """What the model is called in documents."""
        return self.title or MODELS[self.model]

    @property
    def card(self) -> ScoringCard:
        """What documents say of it."""
        most = dict(self.caps)
        most |= {one.name: one.weight for one in self.indicators}
        most |= {one.name: max(one.points) for one in self.items}
        return ScoringCard(most, self.times_per_table, tuple((gate.note, gate.at_most) for gate in self.gates))

    def cost(self, severity: str, deduct: Decimal | None = None) -> Decimal:
        """The points of one finding that stands alone: the rule's own `deduct`, else those of its severity."""
        return self.severities[severity] if deduct is None else deduct

    def grade(self, points: Decimal) -> str:
        """The grade of a total."""
        return next(name for name, least in self.grades if points >= least)

    def next_grade(self, points: Decimal) -> tuple[str, Decimal] | None:
        """The next better grade and its least points; None at the best."""
        better = [(name, least) for name, least in self.grades if least > points]
        return better[-1] if better else None


def scoring_from(
    data: object,
    problem: Problem,
    *,
    rule_ids: Collection[str] | None = None,
    sections: Collection[str] | None = None,
) -> Scoring | None:
    """The scoring of a YAML mapping, or None after every mistake was reported.

    The rules that it names are checked where `rule_ids` is given (ids of patterns belong to it), so are `sections`.
    """
    reading = ScoringReading(problem, rule_ids, sections)
    scoring = reading.scoring(data)
    beside = data.get("beside") if isinstance(data, Mapping) else None
    if beside is None:
        return scoring
    if not isinstance(beside, Mapping):
        problem(("beside",), "应为另一套计分办法（键值对），或者同一文件夹中的文件名")
        return None
    under = {key: data[key] for key in ("severities", "grades", "gates") if isinstance(data, Mapping) and key in data}
    again = ScoringReading(lambda path, words: problem(("beside", *path), words), rule_ids, sections)
    second = again.scoring({**under, **beside}, second=True)
    return None if second is None or scoring is None else replace(scoring, beside=second)


class ScoringReading(Reading):
    """One pass over the mapping; counts its mistakes."""

    def __init__(
        self, problem: Problem, rule_ids: Collection[str] | None, sections: Collection[str] | None = None
    ) -> None:
        super().__init__(problem)
        self.rule_ids = rule_ids
        self.sections = sections

    def items(self, data: object, path: Path) -> list[object]:
        """A list that is not empty."""
        if not isinstance(data, list) or not data:
            self.say(path, "应为不空的列表")
            return []
        return list(data)

    def number(self, data: object, path: Path, most: Decimal = FULL) -> Decimal:
        try:
            if isinstance(data, bool) or not isinstance(data, int | float | str | Decimal):
                raise InvalidOperation
            value = Decimal(str(data).strip())
            if not value.is_finite():
                raise InvalidOperation
        except InvalidOperation:
            self.say(path, "应为数字")
            return Decimal(0)
        if not 0 <= value <= most:
            self.say(path, f"应在 0 至 {most} 之间")
        return value

    def scoring(self, data: object, *, second: bool = False) -> Scoring | None:
        """The scoring of a mapping; `second`: one that stands beside another and has none beside itself."""
        model = self.model(data)
        keys = (*_COMMON, *_OWN[model], *(() if model == "levels" else ("times_per_table",)))
        allowed = tuple(key for key in keys if not second or key != "beside")
        fields = self.mapping(data, (), allowed, ("model", "severities", "grades", *_NEEDED.get(model, ())))
        if not isinstance(fields.get("title", ""), str):
            self.say(("title",), "应为文字")
        severities = self.severities(fields["severities"]) if "severities" in fields else {}
        caps = self.caps(fields["caps"]) if "caps" in fields else {}
        times = self.times(fields["times_per_table"]) if "times_per_table" in fields else None
        gates = self.gates(fields["gates"]) if "gates" in fields else ()
        grades = self.grades(fields["grades"]) if "grades" in fields else ()
        indicators = models.indicators(self, fields["indicators"]) if "indicators" in fields else ()
        levels = models.levels(self, fields["levels"]) if "levels" in fields else ()
        items = models.items(self, fields["items"], len(levels)) if "items" in fields and levels else ()
        bonus, most = models.bonus(self, fields["bonus"]) if "bonus" in fields else ((), Decimal(0))
        if self.wrong:
            return None
        title = str(fields.get("title", "")).strip()
        own = (model, title, indicators, levels, items, bonus, most)
        return Scoring(severities, grades, caps, times, gates, *own)

    def model(self, data: object) -> str:
        """The model's name; deduct where it is unknown, so that the other keys are looked at all the same."""
        model = data.get("model", "deduct") if isinstance(data, Mapping) else "deduct"
        if isinstance(model, str) and model in MODELS:
            return model
        known = "、".join(f"{name}（{words}）" for name, words in MODELS.items())
        self.say(("model",), f"未知的计分方式“{model}”{nearest(str(model), MODELS) or '，'}可用：{known}")
        return "deduct"

    def severities(self, data: object) -> dict[str, Decimal]:
        path: Path = ("severities",)
        before = self.wrong
        fields = self.mapping(data, path, SEVERITIES, SEVERITIES)
        points = {name: self.number(fields[name], (*path, name)) for name in SEVERITIES if name in fields}
        for graver, milder in pairwise(SEVERITIES) if self.wrong == before else ():
            if points[graver] < points[milder]:
                self.say((*path, milder), f"“{milder}”的扣分不能高于“{graver}”")
        return points

    def caps(self, data: object) -> dict[str, Decimal]:
        fields = self.mapping(data, ("caps",), DIMENSIONS)
        return {name: self.number(fields[name], ("caps", name)) for name in DIMENSIONS if name in fields}

    def times(self, data: object) -> int | None:
        value = int(data) if isinstance(data, str) and data.isdecimal() else data
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self.say(("times_per_table",), "应为不小于 1 的整数")
            return None
        return value

    def gates(self, data: object) -> tuple[Gate, ...]:
        if not isinstance(data, list):
            self.say(("gates",), "应为列表")
            return ()
        return tuple(self.gate(item, ("gates", at)) for at, item in enumerate(data))

    def gate(self, data: object, path: Path) -> Gate:
        fields = self.mapping(data, path, ("note", "at_most", "rules", "severities", "dimensions"), ("note", "at_most"))
        note = fields.get("note", "")
        if not isinstance(note, str) or not note.strip():
            self.say((*path, "note"), "应为文字")
        if not fields.keys() & {"rules", "severities", "dimensions"}:
            self.say(path, "一票否决项须写明 rules、severities 或 dimensions")
        return Gate(
            note=str(note),
            at_most=self.number(fields["at_most"], (*path, "at_most")) if "at_most" in fields else FULL,
            rules=self.words(fields, "rules", self.rule_ids, path),
            severities=self.words(fields, "severities", SEVERITIES, path),
            dimensions=self.words(fields, "dimensions", DIMENSIONS, path),
        )

    def words(
        self, fields: Mapping[str, object], key: str, allowed: Collection[str] | None, path: Path
    ) -> tuple[str, ...]:
        if key not in fields:
            return ()
        data = fields[key]
        if not isinstance(data, list) or not data:
            self.say((*path, key), "应为不空的列表")
            return ()
        for at, word in enumerate(data):
            if not isinstance(word, str):
                self.say((*path, key, at), "应为文字")
            elif allowed is not None and word not in allowed:
                self.say((*path, key, at), f"未知{_KINDS.get(key, '取值')} {word}{nearest(word, allowed)}")
        return tuple(sorted({str(word) for word in data}))

    def grades(self, data: object) -> tuple[tuple[str, Decimal], ...]:
        path: Path = ("grades",)
        if not isinstance(data, Mapping) or not data:
            self.say(path, "应为“等次: 最低分”")
            return ()
        before = self.wrong
        grades = tuple((str(name), self.number(least, (*path, str(name)))) for name, least in data.items())
        if self.wrong > before:
            return ()
        leasts = [least for _, least in grades]
        if any(first <= second for first, second in pairwise(leasts)):
            self.say(path, "等次须从高到低排列，最低分不能相同")
        if leasts[-1] != 0:
            self.say(path, "最后一个等次须从 0 分开始")
        return grades
