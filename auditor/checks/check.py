"""What every kind of check is given and gives back.

In        a Case: one report, last year's where there is one, the parameters that hold for it
Out       Results: one for every place a rule speaks of; `broken` becomes 疑似 where the rule or the place is not certain
Refuses   a key that makes no sense: KeyMistake with the path of the key, shown at its line by the rulebook
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any

import re2
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from auditor.form import Form
from auditor.formula import FormulaError, Node, Vocabulary, parse
from auditor.formula.vocabulary import MEASURES
from auditor.model import Attested, Cause, Claim, Evidence, Fact, Number, Outcome, Peers, Report, Section, State
from auditor.spelling import nearest
from auditor.typed import TYPED

# Section kinds as inspectors write them in `within`.
SECTION_WORDS: Mapping[str, str] = {
    "总体情况": "overview",
    "主动公开": "proactive",
    "依申请公开": "requests",
    "收费减免": "fees",
    "复议诉讼": "disputes",
    "存在问题": "problems",
    "其他事项": "other",
}


class Keys(BaseModel):
    """The keys of a rule that only its kind knows."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=False)


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str | int | Mapping) else value


def _as_map(value: Any) -> Any:
    return {"": value} if isinstance(value, str) else value


def described(
    title: str,
    words: str = "",
    default: Any = ...,
    *,
    names: str = "",
    meanings: Mapping[str, str] | None = None,
    **given: Any,
) -> Any:
    """A key with its Chinese name, what it is for, and the meanings of its values: editors show them (`rules schema`).

    `names` says of what its values are names: facts, sections, parameters, subjects, rules, laws, axes, tables, parts.
    """
    extra: dict[str, Any] = {"names": names, "meanings": dict(meanings or {})}
    return Field(default, title=title, description=words, json_schema_extra=extra, **given)


Words = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
"""A list of words, or a single word."""

FormulaText = Annotated[dict[str, str], BeforeValidator(_as_map)]
"""A formula for every form in scope (key ""), or one per form letter."""


class KeyMistake(Exception):
    """A key of a rule is wrong: its path, the words for the inspector, and the offset in its text (from 0).

    `instead` is what to type in place of the `length` characters there; `sure` where nothing else can be meant.
    """

    def __init__(
        self,
        path: Sequence[str | int],
        message: str,
        offset: int = 0,
        *,
        length: int = 0,
        instead: str | None = None,
        sure: bool = False,
    ) -> None:
        super().__init__(message)
        self.path, self.message, self.offset = tuple(path), message, offset
        self.length, self.instead, self.sure = length, instead, sure


def formula_mistake(path: Sequence[str | int], error: FormulaError) -> KeyMistake:
    """A mistake of a formula as one of its key."""
    return KeyMistake(
        path, error.message, error.start, length=error.end - error.start, instead=error.instead, sure=error.sure
    )


@dataclass(frozen=True, slots=True)
class Result:
    """What a check says of one place. `key` is the logical place of a prose result (never line or page).

    `claims` are the claims it speaks of, by the subject they stand for in the formula: grades ask of the same ones. `doubt`
    is why it is no more than a suspicion, for the message.
    """

    outcome: Outcome
    certain: bool = True
    reason: str = ""
    caused_by: Cause = Cause.UNIT
    facts: tuple[str, ...] = ()
    left: Number | None = None
    right: Number | None = None
    difference: Number | None = None
    evidence: tuple[Evidence, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, int | Decimal] = field(default_factory=dict)
    blanks: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    claims: Mapping[str, Claim] = field(default_factory=dict)
    key: str = ""
    part: str | None = None
    table: str | None = None
    row: str | None = None
    column: str | None = None
    element: str | None = None
    doubt: str = ""


KEPT = Result(Outcome.KEPT)


def not_applicable(reason: str) -> list[Result]:
    """The rule does not speak of this report."""
    return [Result(Outcome.NOT_APPLICABLE, reason=reason)]


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    """That the county switched a rule off here, and why; `cells` (ids of facts): only there, empty: altogether."""

    reason: str
    cells: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Case:
    """One report as checks see it. `form` is that of its tables, `year_form` the one its year orders.

    What stands beside it (`last` … `attested`) is described at `findings.Beside`; `audited` is the day of the audit, `off`
    what the county switched off here, by rule, `place` the words in which regions are looked for ("": the organisation).
    """

    report: Report
    form: Form | None
    year_form: Form | None
    last: Report | None = None
    last_form: Form | None = None
    last_problem: str = ""
    merged: str = ""
    earlier: tuple[Report, ...] = ()
    peers: Peers | None = None
    attested: Mapping[str, Attested] = field(default_factory=dict)
    audited: dt.date | None = None
    parameters: Mapping[str, int | Decimal | str] = field(default_factory=dict)
    parameter_reasons: Mapping[str, str] = field(default_factory=dict)
    patterns: PatternSet | None = None
    off: Mapping[str, tuple[SwitchedOff, ...]] = field(default_factory=dict)
    place: str = ""

    @cached_property
    def numbers(self) -> Mapping[str, int | Decimal]:
        """The parameters that are numbers."""
        return {k: v for k, v in self.parameters.items() if not isinstance(v, str)}

    @cached_property
    def words(self) -> Mapping[str, str | int | None]:
        """What formulas may ask of the profile."""
        profile = self.report.profile
        return {"单位类型": profile.unit_kind, "年度": profile.year, "格式": profile.form}

    @cached_property
    def hits(self) -> frozenset[str]:
        """The patterns of all rules that occur in this report's prose (one pass)."""
        return self.patterns.scan(self.report.prose.text) if self.patterns else frozenset()

    def sections(self, kinds: Iterable[str]) -> tuple[Section, ...]:
        """The sections of these kinds (Chinese words of SECTION_WORDS)."""
        wanted = {SECTION_WORDS[k] for k in kinds}
        return tuple(s for s in self.report.sections if s.kind in wanted)

    def cell(self, id: str) -> str:
        """The name of a fact."""
        fact = self.report.fact(id)
        return fact.name if fact else id


Check = Callable[[Case], list[Result]]


_RE2_WORDS = {
    "missing )": "缺少右括号",
    "unexpected )": "多了一个右括号",
    "missing ]": "缺少右方括号",
    "no argument for repetition operator": "重复符号（* + ? {}）前面没有内容",
    "bad repetition operator": "重复符号连用",
    "invalid repetition size": "重复次数过大（最多 1000）",
    "trailing \\": "末尾多了一个反斜杠",
    "invalid escape sequence": "不认识的转义（反斜杠）",
    "invalid character class range": "方括号里的范围颠倒",
    "invalid perl operator": "不支持的写法（RE2 没有前后断言）",
    "invalid named capture group": "命名组的写法有误",
}


def _quiet() -> Any:
    """RE2 would print every mistake to stderr in English."""
    options = re2.Options()
    options.log_errors = False
    return options


def _in_chinese(error: Exception) -> str:
    """RE2's words for a mistake in a pattern, and the part it means."""
    told = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
    words, _, part = told.partition(": ")
    return _RE2_WORDS.get(words, "写法有误") + (f"“{part}”" if part else "")


_COUNTED = re.compile(r"\{\d*,\d*\}")


class PatternSet:
    """All patterns of the rulebook: what occurs at all is known after one pass, then each is run by itself.

    RE2 gives linear time whatever the pattern; a pattern it cannot read is refused at load time. Patterns with counted
    gaps ({0,20}) are searched one by one: together in one set their automaton outgrows any memory and is rebuilt on the
    way (12 ms a report for 200 patterns against 1.6 ms this way).
    """

    def __init__(self) -> None:
        self._compiled: dict[str, Any] = {}
        self._set: Any = None
        self._together: list[str] = []
        self._alone: list[str] = []

    def add(self, pattern: str) -> None:
        """Takes a pattern up. Raises ValueError with RE2's words."""
        if pattern in self._compiled:
            return
        try:
            self._compiled[pattern] = re2.compile(pattern, _quiet())
        except re2.error as error:
            raise ValueError(_in_chinese(error)) from None
        self._set = None

    def scan(self, text: str) -> frozenset[str]:
        """The patterns that occur in the text."""
        if not self._compiled or not text:
            return frozenset()
        if self._set is None:
            self._build()
        found = {self._together[i] for i in self._set.Match(text) or ()} if self._together else set()
        encoded = text.encode("utf-8", "surrogatepass")  # once, not for each of them
        return frozenset(found | {p for p in self._alone if self._compiled[p].search(encoded)})

    def _build(self) -> None:
        self._alone = [p for p in self._compiled if _COUNTED.search(p)]
        self._together = [p for p in self._compiled if not _COUNTED.search(p)]
        self._set = re2.Set.SearchSet()
        for pattern in self._together:
            self._set.Add(pattern)
        self._set.Compile()

    def find(self, pattern: str, text: str) -> Iterator[Any]:
        """All matches of one pattern."""
        return iter(self._compiled[pattern].finditer(text))

    def search(self, pattern: str, text: str) -> bool:
        """Whether one pattern occurs in a short text."""
        return self._compiled[pattern].search(text) is not None


@dataclass(frozen=True)
class Compiling:
    """What a kind needs to compile a rule: the forms in scope, the vocabulary, the set of patterns, the rule's id."""

    forms: tuple[Form, ...]
    all_forms: tuple[Form, ...]
    subjects: frozenset[str]
    parameters: frozenset[str]
    patterns: PatternSet
    id: str = ""

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The names that formulas of this rule may use."""
        return vocabulary(self.forms, self.all_forms, self.subjects, self.parameters)

    def formula(self, text: str, path: Sequence[str | int], *, measures: bool = False) -> Node:
        """A parsed formula; KeyMistake at the wrong word."""
        try:
            node = parse(text, self.vocabulary)
        except FormulaError as error:
            raise formula_mistake(path, error) from None
        for part in node.walk():
            if part.kind == "profile" and part.value in MEASURES and not measures:
                raise KeyMistake(path, f"“{part.value}”只能用在 grades 的 when 里", part.start)
        return node

    def pattern(self, text: str, path: Sequence[str | int]) -> str:
        """A pattern taken into the set; KeyMistake where RE2 refuses it."""
        try:
            self.patterns.add(text)
        except ValueError as error:
            raise KeyMistake(path, f"正则表达式有误：{error}") from None
        return text

    def within(self, kinds: Sequence[str], path: Sequence[str | int]) -> None:
        """Refuses section words that are not known."""
        for at, kind in enumerate(kinds):
            if kind not in SECTION_WORDS:
                near = nearest(kind, SECTION_WORDS)
                raise KeyMistake((*path, at), f"未知的章节“{kind}”{near or '，'}可用：{'、'.join(SECTION_WORDS)}")


_VOCABULARIES: dict[tuple[object, ...], Vocabulary] = {}


def vocabulary(
    forms: tuple[Form, ...], all_forms: tuple[Form, ...], subjects: frozenset[str], parameters: frozenset[str]
) -> Vocabulary:
    """One vocabulary per scope: its pattern of some hundred names is worth keeping."""
    key = (tuple(id(f) for f in forms), tuple(id(f) for f in all_forms), subjects, parameters)
    found = _VOCABULARIES.get(key)
    if found is None:
        found = _VOCABULARIES[key] = Vocabulary(forms, all_forms, subjects, parameters)
    return found


# --- other reports --------------------------------------------------------------------------------


def file_name(source: str) -> str:
    """The file of a source without its folders; of a member of a ZIP the member."""
    return source.replace("\\", "/").rsplit("/", 1)[-1]


def report_words(report: Report) -> str:
    """A report by its year and file: 2021年度报告（柳汀镇2021年年报.html）."""
    file = file_name(report.source)
    year = f"{report.profile.year}年度报告" if report.profile.year is not None else "年度不明的报告"
    return f"{year}（{file}）" if file else year


def peers_words(peers: Peers) -> str:
    """The peers of a report as a message names them: 其他12个乡镇."""
    return f"其他{peers.size}个{peers.group}"


def few_peers(case: Case, names: Iterable[str], least: int = 8) -> str:
    """Why figures cannot be held against the peers, "" where they can: too few units, or too few that state them."""
    peers = case.peers
    missing = [name for name in names if peers is None or name not in peers.spreads]
    if not missing:
        return ""
    if peers is None or not peers.size:
        return "没有其他同类单位的报告可供比较"
    if peers.size < least:
        return f"同类单位（{peers.group}）只有{peers.size}个，不足{least}个，不作比较"
    return f"同类单位（{peers.group}）中填有“{missing[0]}”的不足{least}个，不作比较"


def elsewhere(evidence: Evidence, report: Report, label: str) -> Evidence:
    """Evidence that stands in another report: its place names the file."""
    place = evidence.place
    return Evidence(evidence.text, None if place is None else replace(place, file=place.file or report.source), label)


# --- words for evidence ----------------------------------------------------------------------------

_SENTENCE_END = re.compile(r"[。！？；\n]")


def sentence(text: str, start: int, end: int, *, most: int = 120) -> tuple[int, int]:
    """The sentence around start … end, at most `most` characters, as a span of the text."""
    begin = max(
        (m.end() for m in _SENTENCE_END.finditer(text, max(0, start - most), start)), default=max(0, start - most)
    )
    after = _SENTENCE_END.search(text, end, min(len(text), end + most))
    stop = after.start() + (text[after.start()] != "\n") if after else min(len(text), end + most)
    while begin < start and text[begin].isspace():
        begin += 1
    return begin, stop


def quote(report: Report, start: int, end: int, label: str = "正文") -> Evidence:
    """The sentence around a span of the prose as evidence, with the place of the span itself."""
    begin, stop = sentence(report.prose.text, start, end)
    return Evidence(report.prose.text[begin:stop].strip(), report.prose.place(start, end), label)


def opening(report: Report) -> tuple[Evidence, ...]:
    """What a report is known by, as evidence of something that it nowhere says: its title, else its first words."""
    titles = [y for y in report.profile.years if y.role in ("正文标题", "页面标题") and y.text.strip()]
    if titles:
        title = max(titles, key=lambda y: (y.role == "正文标题", y.place is not None))
        return (Evidence(title.text.strip(), title.place, "标题"),)
    text = report.prose.text
    start = len(text) - len(text.lstrip())
    return (quote(report, start, start + 1),) if text.strip() else ()


def fact_evidence(fact: Fact) -> Evidence:
    """A cell as evidence: its raw text (空白 where nothing stands there), and whether a person typed it."""
    text = {State.BLANK: "（空白）", State.ABSENT: "（缺行）"}.get(fact.state, fact.raw.strip() or "（空白）")
    return Evidence(text if fact.typed is None else f"{text}（{TYPED}）", fact.place, fact.name)


def joined(items: Iterable[str], most: int = 12) -> str:
    """A list in Chinese; a long one is cut with its count."""
    listed = list(items)
    return "、".join(listed[:most]) + (f"等{len(listed)}项" if len(listed) > most else "")


__all__ = [
    "KEPT",
    "SECTION_WORDS",
    "Case",
    "Check",
    "Compiling",
    "Field",
    "FormulaText",
    "KeyMistake",
    "Keys",
    "PatternSet",
    "Result",
    "Words",
    "described",
    "elsewhere",
    "fact_evidence",
    "few_peers",
    "file_name",
    "formula_mistake",
    "joined",
    "not_applicable",
    "opening",
    "peers_words",
    "quote",
    "report_words",
    "sentence",
    "vocabulary",
]  # fmt: skip
