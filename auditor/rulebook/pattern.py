"""Patterns: the data of one YAML mapping -> a `Pattern`, or every mistake in it.

In        a mapping as the strict YAML loader gives it, the ids of all rules, and where to report mistakes
Out       a frozen `Pattern`; None when anything was wrong (each mistake went to `problem` with its path)
Clauses   `all` and `none` list one-key mappings `alias: {attribute: value}`; a value is a word, a list (any of them)
          or a join `$x`. The alias `report` asks of the profile, every other one of a finding. `at_least` stands alone
Fault     `fault` stands alone too: it asks for a fault of the cells that the arithmetic of the form located, of that kind,
          behind at least so many findings (`relations`), and (`slip: true`) of which one explanation stands out. What it
          concludes takes the place of the findings it explains: nothing is written under `absorbs`
Refuses   what the inference engine must never be asked (more than 16 clauses, a join in one clause only, conclusions
          under `none`), and what could never fire or could be met twice by one and the same finding
Source    the fence measured for durable-rules 2.0.28: constant equality, string joins, one count, `none` last
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from auditor.model import DIMENSIONS, SEVERITIES, UNIT_KINDS, Basis
from auditor.rulebook.reading import Path, Problem, Reading
from auditor.spelling import nearest

ATTRIBUTES = ("rule", "outcome", "severity", "dimension", "part", "table", "row", "column", "fact", "value")
PROFILE_ATTRIBUTES = ("form", "year", "unit_kind")
REPORT = "report"
COUNTED = "of"
COUNT_PLACEHOLDER = "处数"
FAULT = "fault"
FAULTS = ("单格", "多格", "并列", "移位", "单位", "同格")
FAULT_WORDS: Mapping[str, str] = {
    "单格": "改动一格（且只有这一格）可使几条不成立的勾稽关系全部成立",
    "多格": "改动一组两格（且只有这一组）可使几条不成立的勾稽关系全部成立",
    "并列": "几种改法都能使不成立的勾稽关系全部成立",
    "移位": "一行、一列的数字移动一格，或者两行、两列互换，可使不成立的勾稽关系全部成立",
    "单位": "金额一格缩小一万倍，可使关于它的问题全部消除",
    "同格": "没有勾稽关系相连的几个问题，改动同一格可使之全部消除",
}
FAULT_PLACEHOLDERS = ("更正", "单元格", "现为", "应为", "关系数", "格数", "说明", COUNT_PLACEHOLDER)
MOST_RELATIONS = 64
MOST_CLAUSES = 16
MOST_JOINS = 2
MOST_COUNTED = 64

_ID = re.compile(r"p-[a-z0-9]+(-[a-z0-9]+)*")
_ALIAS = re.compile(r"[a-z][a-z0-9_]*")
_JOIN = re.compile(r"\$(\w+)")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_FAULT_KEYS = {FAULT, "relations", "slip"}
_WORDS: Mapping[str, tuple[str, ...]] = {
    "outcome": ("broken", "suspected"),
    "severity": SEVERITIES,
    "dimension": DIMENSIONS,
    "unit_kind": UNIT_KINDS,
}


@dataclass(frozen=True, slots=True)
class Clause:
    """What one finding (or, under the alias `report`, the profile) must answer.

    `tests` are attribute -> any of these words; `joins` are attribute -> variable.
    """

    alias: str
    tests: tuple[tuple[str, tuple[str, ...]], ...] = ()
    joins: tuple[tuple[str, str], ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules it names; empty: any rule, but no conclusion."""
        return dict(self.tests).get("rule", ())


@dataclass(frozen=True, slots=True)
class FaultClause:
    """A fault of the cells: of any of these kinds, behind at least so many findings, and with a slip that stands out."""

    kinds: tuple[str, ...]
    relations: int = 1
    slip: bool = False

    @property
    def words(self) -> str:
        """The condition in plain words."""
        least = f"，至少说明 {self.relations} 个问题" if self.relations > 1 else ""
        slip = "，其中一种改法可能性较大" if self.slip else ""
        return "；".join(FAULT_WORDS[kind] for kind in self.kinds) + least + slip


@dataclass(frozen=True, slots=True)
class Then:
    """What is concluded. `absorbs` and `withdraws` hold aliases of the pattern's own clauses or ids of rules."""

    conclude: str
    severity: str
    dimension: str | None = None
    certainty: str = "certain"
    absorbs: tuple[str, ...] = ()
    withdraws: tuple[str, ...] = ()
    basis: tuple[Basis, ...] = ()
    why: str = ""
    verify: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rule over findings (组合规则). With `at_least` the one clause of `needs` must be answered that often.

    With `fault` it asks for a located fault instead, and has no clauses.
    """

    id: str
    title: str
    needs: tuple[Clause, ...]
    unless: tuple[Clause, ...]
    then: Then
    at_least: int | None = None
    fault: FaultClause | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        """The join variables in the order in which they first appear."""
        return tuple(dict.fromkeys(variable for clause in self.needs for _, variable in clause.joins))

    @property
    def chains_on(self) -> tuple[str, ...]:
        """The patterns whose conclusions it asks for."""
        named = (rule for clause in self.needs for rule in clause.rules if rule.startswith("p-"))
        return tuple(dict.fromkeys(named))


def pattern_from(
    data: object,
    rule_ids: Collection[str],
    problem: Problem,
    *,
    pattern_ids: Collection[str] | None = None,
    laws: Mapping[str, str] | None = None,
) -> Pattern | None:
    """The pattern of a YAML mapping, or None after every mistake was reported.

    `pattern_ids` and `laws` (id -> title) are checked where they are given; else `set_problems` checks the former.
    """
    return _Reading(rule_ids, problem, pattern_ids, laws).pattern(data)


def set_problems(patterns: Sequence[Pattern]) -> tuple[tuple[str, str], ...]:
    """(pattern id, mistake) for what only shows among all patterns: ids twice, unknown or circular chains, withdrawals."""
    known = {pattern.id for pattern in patterns}
    ids = [pattern.id for pattern in patterns]
    found = [(id, f"组合规则编号 {id} 重复") for id in sorted(known) if ids.count(id) > 1]
    for pattern in patterns:
        found += [(pattern.id, unknown(rule, known, "组合规则")) for rule in pattern.chains_on if rule not in known]
    found += [(id, f"组合规则 {id} 直接或间接地以自己的结论为条件") for id in _circular(patterns)]
    return (*found, *_withdrawn_premises(patterns))


def _circular(patterns: Sequence[Pattern]) -> list[str]:
    waiting = {pattern.id: set(pattern.chains_on) for pattern in patterns}
    while ready := [id for id, needs in waiting.items() if not needs & waiting.keys()]:
        for id in ready:
            del waiting[id]
    return sorted(waiting)


def _withdrawn_premises(patterns: Sequence[Pattern]) -> list[tuple[str, str]]:
    """A pattern that withdraws is judged on all findings, so it must not rest on what another one takes back."""
    taking = [pattern for pattern in patterns if pattern.then.withdraws]
    found = []
    for pattern in taking:
        asked = {rule for clause in (*pattern.needs, *pattern.unless) for rule in clause.rules}
        for other in taking:
            if other.id != pattern.id and (both := sorted(asked & withdrawn_rules(other))):
                found.append(
                    (pattern.id, f"条件中的 {'、'.join(both)} 可能被组合规则 {other.id} 撤回，不能作为撤回的依据")
                )
    return found


def withdrawn_rules(pattern: Pattern) -> set[str]:
    """The rules whose findings a pattern may take back."""
    by_alias = {clause.alias: clause.rules for clause in pattern.needs}
    return {rule for name in pattern.then.withdraws for rule in by_alias.get(name, (name,))}


def unknown(word: str, known: Iterable[str], what: str) -> str:
    """未知…, with the nearest spelling where there is one."""
    return f"未知{what} {word}{nearest(word, known)}"


class _Reading(Reading):
    """One pass over one mapping; counts its mistakes."""

    def __init__(
        self,
        rule_ids: Collection[str],
        problem: Problem,
        pattern_ids: Collection[str] | None,
        laws: Mapping[str, str] | None,
    ) -> None:
        super().__init__(problem)
        self.rule_ids = set(rule_ids)
        self.pattern_ids = None if pattern_ids is None else set(pattern_ids)
        self.laws = laws

    def word(self, data: object, path: Path, allowed: Collection[str] | None = None) -> str:
        if not isinstance(data, str) or not data.strip():
            self.say(path, "应为文字")
            return ""
        if allowed is not None and data not in allowed:
            self.say(path, f"{unknown(data, allowed, '取值')}；可用：{'、'.join(allowed)}")
        return data

    def items(self, data: object, path: Path) -> list[object]:
        if not isinstance(data, list):
            self.say(path, "应为列表")
            return []
        if not data:
            self.say(path, "列表不能为空")
        return list(data)

    # --- the pattern --------------------------------------------------------------------------------

    def pattern(self, data: object) -> Pattern | None:
        fields = self.mapping(data, (), ("id", "title", "when", "then"), ("id", "title", "when", "then"))
        id = self.word(fields["id"], ("id",)) if "id" in fields else ""
        if id and not _ID.fullmatch(id):
            self.say(("id",), "组合规则的编号须以 p- 开头，由小写字母、数字和连字符组成")
        title = self.word(fields["title"], ("title",)) if "title" in fields else ""
        when = fields.get("when")
        fault = self.fault(when) if isinstance(when, Mapping) and _FAULT_KEYS & when.keys() else None
        needs, unless, at_least = self.when(when) if "when" in fields and fault is None else ((), (), None)
        then = self.then(fields["then"], needs, fault) if "then" in fields else None
        if then is None or self.wrong:
            return None
        return Pattern(id, title, needs, unless, then, at_least, fault)

    def fault(self, data: Mapping[object, object]) -> FaultClause:
        path: Path = ("when",)
        for key in ("all", "none", "at_least", "of"):
            if key in data:
                self.say((*path, key), "fault 须单独使用，不能与 all、none、at_least 并用")
        known = {str(key): value for key, value in data.items() if key not in ("all", "none", "at_least", "of")}
        fields = self.mapping(known, path, (FAULT, "relations", "slip"), (FAULT,))
        kinds = self.words_of(fields[FAULT], (*path, FAULT), FAULTS) if FAULT in fields else ()
        relations = self.integer(fields.get("relations", 1), (*path, "relations"), 1, MOST_RELATIONS)
        slip = fields.get("slip", False)
        if slip not in (True, False, "true", "false"):
            self.say((*path, "slip"), "应为 true 或 false")
        return FaultClause(kinds, relations or 1, slip in (True, "true"))

    def words_of(self, data: object, path: Path, allowed: Collection[str]) -> tuple[str, ...]:
        """A word or a list of words."""
        if not isinstance(data, list):
            return (self.word(data, path, allowed),)
        return tuple(self.word(item, (*path, at), allowed) for at, item in enumerate(self.items(data, path)))

    def integer(self, data: object, path: Path, least: int, most: int) -> int | None:
        """A whole number within bounds."""
        number = int(data) if isinstance(data, str) and data.isdecimal() else data
        if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
            self.say(path, f"应为 {least} 至 {most} 的整数")
            return None
        return number

    def when(self, data: object) -> tuple[tuple[Clause, ...], tuple[Clause, ...], int | None]:
        path: Path = ("when",)
        fields = self.mapping(data, path, ("all", "none", "at_least", "of", FAULT))
        if "at_least" in fields or "of" in fields:
            return self.counted(fields, path)
        if "all" not in fields:
            self.say(path, "缺少字段 all（或 at_least 与 of）")
        needs = self.clauses(fields["all"], (*path, "all")) if "all" in fields else ()
        unless = self.clauses(fields["none"], (*path, "none")) if "none" in fields else ()
        self.check_when(needs, unless, path)
        return needs, unless, None

    def counted(
        self, fields: Mapping[str, object], path: Path
    ) -> tuple[tuple[Clause, ...], tuple[Clause, ...], int | None]:
        for key in ("all", "none"):
            if key in fields:
                self.say((*path, key), "at_least 须单独使用，不能与 all、none 并用")
        for key in ("at_least", "of"):
            if key not in fields:
                self.say(path, f"缺少字段 {key}")
        number = self.integer(fields.get("at_least", 2), (*path, "at_least"), 2, MOST_COUNTED)
        clause = self.clause(COUNTED, fields["of"], (*path, "of")) if "of" in fields else None
        if clause and clause.joins:
            self.say((*path, "of"), "at_least 不能使用连接变量")
        return ((clause,) if clause else ()), (), number

    def clauses(self, data: object, path: Path) -> tuple[Clause, ...]:
        out = []
        for at, item in enumerate(self.items(data, path)):
            if not isinstance(item, Mapping) or len(item) != 1:
                self.say((*path, at), "每个条件应为“代号: {属性: 取值}”")
                continue
            ((alias, body),) = item.items()
            if not isinstance(alias, str) or not _ALIAS.fullmatch(alias):
                self.say((*path, at), "条件的代号应由小写英文字母、数字和下划线组成")
                continue
            out.append(self.clause(alias, body, (*path, at, alias)))
        return tuple(out)

    def clause(self, alias: str, data: object, path: Path) -> Clause:
        asked = PROFILE_ATTRIBUTES if alias == REPORT else ATTRIBUTES
        fields = self.mapping(data, path, asked)
        if not fields:
            self.say(path, "条件不能为空")
        tests: list[tuple[str, tuple[str, ...]]] = []
        joins: list[tuple[str, str]] = []
        for attribute, value in fields.items():
            where = (*path, attribute)
            join = _JOIN.fullmatch(value) if isinstance(value, str) else None
            if join:
                self.join(alias, attribute, join[1], [v for _, v in joins], where)
                joins.append((attribute, join[1]))
            else:
                tests.append((attribute, self.words(attribute, value, where)))
        return Clause(alias, tuple(sorted(tests)), tuple(sorted(joins)))

    def join(self, alias: str, attribute: str, variable: str, earlier: Sequence[str], path: Path) -> None:
        if alias == REPORT or attribute in ("rule", "outcome"):
            self.say(path, "此处不能使用连接变量")
        if variable in earlier:
            self.say(path, f"连接变量 ${variable} 在同一条件中只能出现一次")

    def words(self, attribute: str, data: object, path: Path) -> tuple[str, ...]:
        many = isinstance(data, list)
        out = []
        for at, item in enumerate(self.items(data, path)) if isinstance(data, list) else [(0, data)]:
            where = (*path, at) if many else path
            if attribute in ("year", "value") and isinstance(item, int) and not isinstance(item, bool):
                item = str(item)
            out.append(self.word(item, where, _WORDS.get(attribute)))
            if out[-1].startswith("$"):
                self.say(where, "连接变量不能放在列表中，写法为 $ 加名称")
            elif attribute == "rule" and out[-1]:
                self.known(out[-1], where)
        return tuple(sorted(set(out)))

    def known(self, rule: str, path: Path) -> None:
        if rule.startswith("p-"):
            if self.pattern_ids is not None and rule not in self.pattern_ids:
                self.say(path, unknown(rule, self.pattern_ids, "组合规则"))
        elif rule not in self.rule_ids:
            self.say(path, unknown(rule, self.rule_ids, "规则"))

    # --- what only shows when all clauses are read --------------------------------------------------

    def check_when(self, needs: tuple[Clause, ...], unless: tuple[Clause, ...], path: Path) -> None:
        everything = (*needs, *unless)
        if len(everything) > MOST_CLAUSES:
            self.say(path, f"条件共 {len(everything)} 个，最多 {MOST_CLAUSES} 个")
        aliases = [clause.alias for clause in everything]
        for alias in sorted({alias for alias in aliases if aliases.count(alias) > 1}):
            self.say(path, f"条件代号 {alias} 重复")
        if needs and all(clause.alias == REPORT for clause in needs):
            self.say((*path, "all"), "all 中至少要有一个针对问题的条件")
        for at, clause in enumerate(unless):
            if any(rule.startswith("p-") for rule in clause.rules):
                self.say((*path, "none", at), "none 只能写规则的问题，不能写组合规则的结论")
        self.check_joins(needs, unless, path)
        self.check_overlaps(needs, unless, path)

    def check_joins(self, needs: tuple[Clause, ...], unless: tuple[Clause, ...], path: Path) -> None:
        bound = [variable for clause in needs for _, variable in clause.joins]
        used = bound + [variable for clause in unless for _, variable in clause.joins]
        for variable in dict.fromkeys(used):
            if used.count(variable) < 2:
                self.say(path, f"连接变量 ${variable} 只出现一次，须在两个条件中出现")
            elif variable not in bound:
                self.say((*path, "none"), f"连接变量 ${variable} 须先在 all 中出现")
        if len(set(used)) > MOST_JOINS:
            self.say(path, f"连接变量最多 {MOST_JOINS} 个")

    def check_overlaps(self, needs: tuple[Clause, ...], unless: tuple[Clause, ...], path: Path) -> None:
        asking = [clause for clause in needs if clause.alias != REPORT]
        for at, first in enumerate(asking):
            for second in asking[at + 1 :]:
                if _may_share(first, second):
                    self.say(
                        (*path, "all"),
                        f"条件 {first.alias} 与 {second.alias} 可能由同一个问题满足，请写明不同的规则或取值",
                    )
        for at, clause in enumerate(unless):
            if any(_always_blocks(clause, need) for need in needs):
                self.say((*path, "none", at), f"条件 {clause.alias} 使本组合规则永远不成立")

    # --- then ---------------------------------------------------------------------------------------

    def then(self, data: object, needs: tuple[Clause, ...], fault: FaultClause | None = None) -> Then:
        path: Path = ("then",)
        fields = self.mapping(data, path, tuple(Then.__dataclass_fields__), ("conclude", "severity"))
        texts = {
            key: self.word(fields[key], (*path, key))
            for key in ("conclude", "why", "verify", "remedy")
            if key in fields
        }
        allowed = {v for clause in needs for _, v in clause.joins} | {COUNT_PLACEHOLDER}
        allowed = allowed if fault is None else set(FAULT_PLACEHOLDERS)
        self.placeholders(texts.get("conclude", ""), allowed, (*path, "conclude"))
        if fault is not None:
            self.check_fault(fields, texts.get("conclude", ""), fault, path)
        certainty = self.word(fields.get("certainty", "certain"), (*path, "certainty"), ("certain", "suspected"))
        return Then(
            conclude=texts.get("conclude", ""),
            severity=self.word(fields["severity"], (*path, "severity"), SEVERITIES) if "severity" in fields else "",
            dimension=self.word(fields["dimension"], (*path, "dimension"), DIMENSIONS)
            if "dimension" in fields
            else None,
            certainty=certainty,
            absorbs=self.named(fields, "absorbs", needs),
            withdraws=self.named(fields, "withdraws", needs),
            basis=self.basis(fields["basis"], (*path, "basis")) if "basis" in fields else (),
            why=texts.get("why", ""),
            verify=texts.get("verify", ""),
            remedy=texts.get("remedy", ""),
        )

    def check_fault(self, fields: Mapping[str, object], conclude: str, fault: FaultClause, path: Path) -> None:
        for key in ("absorbs", "withdraws"):
            if key in fields:
                self.say((*path, key), f"以 fault 为条件的，所解释的问题自动并入，不写 {key}")
        hedged = "{更正}" in conclude and not {"并列", "移位"} & set(fault.kinds)  # it says 疑应为 itself
        if conclude and not hedged and "疑" not in conclude:
            self.say((*path, "conclude"), "哪一格有误只是推断，须写明“疑”")

    def placeholders(self, text: str, allowed: Collection[str], path: Path) -> None:
        for name in _PLACEHOLDER.findall(text):
            if name not in allowed:
                self.say(path, unknown(name, allowed, "占位"))
        if set("{}") & set(_PLACEHOLDER.sub("", text)):
            self.say(path, "花括号不成对")

    def named(self, fields: Mapping[str, object], key: str, needs: tuple[Clause, ...]) -> tuple[str, ...]:
        """Aliases of the pattern's own clauses, or ids of rules, that `absorbs` or `withdraws` lists."""
        if key not in fields:
            return ()
        aliases = {clause.alias for clause in needs} - {REPORT}
        asked = {rule for clause in needs for rule in clause.rules}
        joined = any(clause.joins for clause in needs)
        out = []
        for at, item in enumerate(self.items(fields[key], ("then", key))):
            path: Path = ("then", key, at)
            name = self.word(item, path)
            if name and name not in aliases:
                self.known(name, path)
                if name not in asked and (joined or name.startswith("p-")):
                    self.say(path, f"{name} 不在 all 的条件之中")
            out.append(name)
        if key == "withdraws":
            self.check_withdraws(needs)
        return tuple(sorted(set(out)))

    def check_withdraws(self, needs: tuple[Clause, ...]) -> None:
        if any(rule.startswith("p-") for clause in needs for rule in clause.rules):
            self.say(("then", "withdraws"), "撤回问题的组合规则只能以规则的问题为条件，不能以结论为条件")
        if any(not clause.rules for clause in needs if clause.alias != REPORT):
            self.say(("then", "withdraws"), "撤回问题的组合规则，all 的每个条件都须写明 rule")

    def basis(self, data: object, path: Path) -> tuple[Basis, ...]:
        out = []
        for at, item in enumerate(self.items(data, path)):
            where = (*path, at)
            fields = self.mapping(item, where, ("law", "at", "practice"))
            words = {key: self.word(value, (*where, key)) for key, value in fields.items()}
            if "practice" in words and len(words) == 1:
                out.append(Basis(words["practice"], practice=True))
            elif "law" in words and "practice" not in words:
                out.append(self.law(words["law"], words.get("at"), where))
            else:
                self.say(where, "依据写 law（可加 at），或只写 practice")
        return tuple(out)

    def law(self, id: str, at: str | None, path: Path) -> Basis:
        if self.laws is not None and id not in self.laws:
            self.say((*path, "law"), unknown(id, self.laws, "法规"))
        title = self.laws.get(id, id) if self.laws is not None else id
        return Basis(f"{title}{at or ''}", id, at)


def _may_share(first: Clause, second: Clause) -> bool:
    """Whether one finding could answer both. A finding may hold several facts, so `fact` parts nothing."""
    if not (first.rules and second.rules):
        named = first.rules or second.rules
        if named and all(rule.startswith("p-") for rule in named):
            return False  # without `rule` a clause asks for findings of rules, never for conclusions
    other = dict(second.tests)
    return not any(
        attribute != "fact" and attribute in other and not set(words) & set(other[attribute])
        for attribute, words in first.tests
    )


def _always_blocks(blocker: Clause, need: Clause) -> bool:
    """Whether whatever answers `need` answers `blocker` too."""
    if (blocker.alias == REPORT) != (need.alias == REPORT):
        return False
    asked = dict(need.tests)
    return set(blocker.joins) <= set(need.joins) and all(
        attribute in asked and set(asked[attribute]) <= set(words) for attribute, words in blocker.tests
    )
