"""filled: what must not be blank, and what must be a count.

    cells       names of cells, groups, parts (机构建设), tables (表三) or 全部
    want        已填 (default): neither blank nor / nor words; 计数: a number must be a whole number ≥ 0 (money may have decimals);
                非零: of the `blocks`, fewer than `least` may consist of nothing but 0 and blanks (one finding names them)
    blocks      with 非零, instead of cells: {公开渠道: [公开渠道], 依申请公开: [依申请公开, 申请办结, 申请答复]}
    least       with 非零: from how many such blocks on it is a fault (default 1)
    states      which states are complained of with 已填: 空白 不适用 文字 (default all three)
    by          part (default) | table | row | cell: one finding for each
    allowed_by  a parameter (true/1): where it holds, the province orders blanks for what did not occur, and a blank or a /
                is accepted as 无; other words are still complained of, and no blank becomes a zero in any formula
    signatures  labels of the signature line (单位负责人 …) that must be printed and filled
Words for the message: {cells} {count} {part}
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from auditor.checks.check import (
    Case,
    Check,
    Compiling,
    KeyMistake,
    Keys,
    Result,
    Words,
    described,
    fact_evidence,
    joined,
    not_applicable,
)
from auditor.form import Form, FormCell
from auditor.model import Cause, Evidence, Fact, Outcome, State
from auditor.spelling import nearest
from auditor.text import squash

NAME = "filled"
SCOPE = "facts"
WORDS = frozenset({"cells", "count", "part"})
EVERYTHING = "全部"
STATES = {"空白": State.BLANK, "不适用": State.NA, "文字": State.TEXT}
# What says that nothing occurred, where the province orders blanks for that.
NOTHING = frozenset({State.BLANK, State.NA})


class FilledKeys(Keys):
    """Keys of `check: filled`."""

    cells: Words = described(
        "检查哪些单元格", "指标名、组名、部分名（机构建设）、表名（表三）或“全部”", (), names="cells"
    )
    want: Literal["已填", "计数", "非零"] = described(
        "应当怎样",
        "",
        "已填",
        meanings={"已填": "不能空白", "计数": "应为非负整数", "非零": "与 blocks 连用：不能整块全为 0 或空白"},
    )
    blocks: dict[str, Words] = described(
        "几块内容", "{名称: [部分名]}，与 want: 非零 连用，代替 cells", names="cells", default_factory=dict
    )
    least: int = described("至少几处", "达到这么多处（块）才算问题，默认 1", 1)
    states: Words = described(
        "什么算没有填", "空白、不适用（/、无）、文字，默认都算", ("空白", "不适用", "文字"), names="states"
    )
    by: Literal["part", "table", "row", "cell"] = described(
        "怎样合并",
        "几处合为一个问题",
        "part",
        meanings={
            "part": "同一部分合为一个",
            "table": "同一张表合为一个",
            "row": "同一行合为一个",
            "cell": "每个单元格一个",
        },
    )
    allowed_by: str | None = described("允许留空的参数", "参数为真时，空白和“/”视为“无”", None, names="parameters")
    signatures: Words = described(
        "填表签署", "代替 cells：单位负责人、审核人、填报人、联系电话、填报日期", (), names="signatures"
    )


def compile(keys: FilledKeys, context: Compiling) -> Check:
    """The check of one rule. Raises KeyMistake."""
    if sum((bool(keys.cells), bool(keys.signatures), bool(keys.blocks))) != 1:
        raise KeyMistake((), "cells、signatures、blocks 须写且只能写一个")
    if bool(keys.blocks) is not (keys.want == "非零"):
        raise KeyMistake(("want",), "blocks 须与 want: 非零 连用")
    for at, word in enumerate(keys.states):
        if word not in STATES:
            raise KeyMistake(("states", at), f"未知的状态“{word}”，可用：{'、'.join(STATES)}")
    if keys.allowed_by is not None and keys.allowed_by not in context.parameters:
        raise KeyMistake(
            ("allowed_by",), f"未知的参数“{keys.allowed_by}”{nearest(keys.allowed_by, context.parameters)}"
        )
    if keys.signatures:
        return _signatures(keys)
    if keys.blocks:
        return _blocks(keys, context)
    chosen = {form.letter: cells_of(keys.cells, form, ("cells",)) for form in context.forms}
    states = frozenset(STATES[word] for word in keys.states)

    def check(case: Case) -> list[Result]:
        if case.form is None or case.form.letter not in chosen:
            return not_applicable("报告中没有识别出统计表")
        cells = [(c, f) for c in chosen[case.form.letter] if (f := case.report.fact(c.id)) is not None]
        if all(f.state is State.ABSENT for _, f in cells):
            return not_applicable("报告中没有这些栏目")
        allowed = keys.allowed_by is not None and bool(case.parameters.get(keys.allowed_by))
        if allowed and states <= NOTHING:
            return not_applicable("当地规定无发生可以留空")
        return _judge(keys, cells, states - NOTHING if allowed else states)

    return check


def cells_of(names: Iterable[str], form: Form, path: tuple[str, ...]) -> list[FormCell]:
    """The cells that the names mean in a form, in form order. Raises KeyMistake for one that it does not know."""
    wanted: set[str] = set()
    for at, name in enumerate(names):
        found = _named(name, form)
        if not found:
            known = [*form.by_name, *form.groups, *{cell.part for cell in form.cells.values()}]
            raise KeyMistake((*path, at), f"格式{form.letter}中没有“{name}”{nearest(name, known)}")
        wanted |= found
    return [cell for cell in form.cells.values() if cell.id in wanted]


def _named(name: str, form: Form) -> set[str]:
    if name == EVERYTHING:
        return set(form.cells)
    if name in form.by_name:
        return {form.by_name[name]}
    members = form.groups.get(name, ())
    by_group = {form.by_name[m] for m in members if m in form.by_name}
    by_place = {c.id for c in form.cells.values() if name in (c.part, c.table, "表" + c.table)}
    half = {id for full, id in form.by_name.items() if "." in full and name in full.split(".", 1)}
    return by_group or by_place or half


def _judge(keys: FilledKeys, cells: list[tuple[FormCell, Fact]], states: frozenset[State]) -> list[Result]:
    groups: dict[str, list[tuple[FormCell, Fact]]] = {}
    for cell, fact in cells:
        key = {"part": cell.part, "table": cell.table, "row": cell.row, "cell": cell.id}[keys.by]
        groups.setdefault(key, []).append((cell, fact))
    return [_result(keys, group, states) for group in groups.values()]


def _result(keys: FilledKeys, group: list[tuple[FormCell, Fact]], states: frozenset[State]) -> Result:
    bad = [(c, f) for c, f in group if (_not_a_count(c, f) if keys.want == "计数" else _unfilled(c, f, states))]
    first = group[0][0]
    same_row = len({c.row for c, _ in group}) == 1
    if bad:
        faults = [f for _, f in bad]
        return Result(
            Outcome.BROKEN,
            facts=tuple(f.id for f in faults),
            evidence=tuple(fact_evidence(f) for f in faults),
            words={"cells": joined(map(_named_with_text, faults), 20), "count": str(len(faults)), "part": first.part},
            measures={"数量": len(faults)},
            blanks=tuple(f.id for f in faults if f.state is not State.NUMBER),
            part=first.part,
            table=first.table,
            row=first.row if same_row else None,
            key=f"{keys.by}:{first.part if keys.by == 'part' else first.table if keys.by == 'table' else first.row if keys.by == 'row' else first.id}",
        )
    unread = [f for _, f in group if f.state is State.UNREADABLE]
    if unread:
        asked = "是否填报" if keys.want == "已填" else "是否为非负整数"
        reason = f"{joined(f'“{f.name}”' for f in unread)}无法识别，不能判断{asked}"
        return Result(Outcome.UNCLEAR, reason=reason, caused_by=Cause.READER, facts=tuple(f.id for f in unread))
    return Result(Outcome.KEPT, facts=tuple(c.id for c, _ in group))


def _named_with_text(fact: Fact) -> str:
    """A cell by name, with what stands in it where that is neither blank nor a mere stroke."""
    said = fact.raw.strip()
    return f"“{fact.name}”填“{said}”" if said and fact.state in (State.NUMBER, State.TEXT) else f"“{fact.name}”"


# What a column of increases and decreases (本年增/减) says for 0.
_NO_CHANGE = frozenset({"无", "持平", "不变", "无变化", "无增减"})


def _unfilled(cell: FormCell, fact: Fact, states: frozenset[State]) -> bool:
    return fact.state in states and not (cell.signed and squash(fact.raw) in _NO_CHANGE)


def _not_a_count(cell: FormCell, fact: Fact) -> bool:
    if fact.state is not State.NUMBER or fact.value is None:
        return False
    if fact.value < 0 and not cell.signed:
        return True
    return not cell.decimal and isinstance(fact.value, Decimal)


def _blocks(keys: FilledKeys, context: Compiling) -> Check:
    """Whole blocks of nothing but 0 and blanks; a cell that cannot be read may hold a number."""
    chosen = {
        form.letter: {name: cells_of(cells, form, ("blocks", name)) for name, cells in keys.blocks.items()}
        for form in context.forms
    }

    def check(case: Case) -> list[Result]:
        blocks = chosen.get(case.form.letter) if case.form else None
        if blocks is None:
            return not_applicable("报告中没有识别出统计表")
        facts = {n: [f for c in cells if (f := case.report.fact(c.id)) is not None] for n, cells in blocks.items()}
        present = {n: found for n, found in facts.items() if any(f.state is not State.ABSENT for f in found)}
        if len(present) < keys.least:
            return not_applicable("报告中没有这些栏目")
        return [_all_zero(keys, present)]

    return check


def _all_zero(keys: FilledKeys, blocks: dict[str, list[Fact]]) -> Result:
    silent = {n: facts for n, facts in blocks.items() if not any(f.value or f.state is State.TEXT for f in facts)}
    unread = [f for facts in silent.values() for f in facts if f.state is State.UNREADABLE]
    sure = {n: facts for n, facts in silent.items() if not any(f.state is State.UNREADABLE for f in facts)}
    if len(sure) < keys.least:
        if len(silent) < keys.least:
            return Result(Outcome.KEPT, facts=tuple(f.id for facts in blocks.values() for f in facts))
        reason = f"{joined(f'“{f.name}”' for f in unread)}无法识别，不能判断是否为零"
        return Result(Outcome.UNCLEAR, reason=reason, caused_by=Cause.READER, facts=tuple(f.id for f in unread))
    faults = [f for facts in sure.values() for f in facts if f.state is not State.ABSENT]
    return Result(
        Outcome.BROKEN,
        facts=tuple(f.id for f in faults),
        evidence=tuple(fact_evidence(f) for f in faults),
        words={"cells": joined(f"“{n}”" for n in sure), "count": str(len(sure)), "part": next(iter(sure))},
        measures={"数量": len(sure)},
        blanks=tuple(f.id for f in faults if f.state is State.BLANK),
        key="zero:" + "|".join(sure),
    )


def _signatures(keys: FilledKeys) -> Check:
    def check(case: Case) -> list[Result]:
        if case.form is None:
            return not_applicable("报告中没有识别出统计表")
        found = {m.role: m for m in case.report.profile.signatories}
        if not found:
            # A crawler or a converter may have lost the line; nothing was seen, so nothing is certain.
            words = {
                "cells": joined(f"“{s}”" for s in keys.signatures),
                "count": str(len(keys.signatures)),
                "part": "填表签署",
            }
            evidence = tuple(Evidence("（未见签署栏）", t.place, "统计表") for t in case.report.tables if t.found)[:1]
            return [
                Result(Outcome.BROKEN, certain=False, words=words, evidence=evidence, key="signatures", part="填表签署")
            ]
        missing = [s for s in keys.signatures if s not in found or not found[s].text.strip()]
        if not missing:
            return [Result(Outcome.KEPT)]
        words = {"cells": joined(f"“{s}”" for s in missing), "count": str(len(missing)), "part": "填表签署"}
        evidence = tuple(
            Evidence(f"{s}：{found[s].text or '（空白）'}", found[s].place, s) for s in keys.signatures if s in found
        )
        # A label that is printed and left empty is certain; one that was never seen may have been lost in the reading.
        certain = any(s in found for s in missing)
        return [
            Result(Outcome.BROKEN, certain=certain, words=words, evidence=evidence, key="signatures", part="填表签署")
        ]

    return check
