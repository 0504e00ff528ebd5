"""The examples of a rule that lie nearest to a report, in words: what the rule says of cases like this one.

Near       the fewest cells that differ, then the smallest differences; prose is compared by the words that are the same
Words      收到申请数 3，其余为 0 …——不合规
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from auditor.checks.check import Case
from auditor.form import Form
from auditor.model import OUTCOME_WORDS, Outcome
from auditor.review.told import Line, Part
from auditor.review.wording import shown
from auditor.rulebook import Ready

_MOST = 3
# What an example says beside cells.
_BESIDE = (
    "正文",
    "章节",
    "上年正文",
    "上年章节",
    "同级正文",
    "概况",
    "表格",
    "报送",
    "签署",
    "核验",
    "同类",
    "机构变动",
    "期望",
)


def nearby_part(ready: Ready, case: Case) -> Part:
    """The nearest examples, at most one of each outcome first."""
    ids = _ids_by_name(case.form)
    ranked = sorted(
        (
            (_distance(example, case, ids), number, outcome, example)
            for outcome, number, example in ready.rule.examples.all()
        ),
        key=lambda item: item[:3],
    )
    chosen: list[tuple[str, Mapping[str, Any]]] = []
    for _, _, outcome, example in ranked:
        if all(outcome != other for other, _ in chosen):
            chosen.append((outcome, example))
    lines = [
        Line(f"{example_words(example)}——{OUTCOME_WORDS[Outcome(outcome)]}") for outcome, example in chosen[:_MOST]
    ]
    return Part("相近的例子", tuple(lines))


def _distance(example: Mapping[str, Any], case: Case, ids: Mapping[str, Sequence[str]]) -> tuple[int, int, Decimal]:
    """(what the example asks for that this report has not, cells that differ, by how much)."""
    missing, differing, size = 0, 0, Decimal(0)
    for name, value in example.items():
        facts = [f for id in ids.get(name, ()) if (f := case.report.fact(id)) is not None]
        if not facts:
            missing += 0 if name in _BESIDE or name.startswith("上年.") else 1
        for fact in facts:
            if isinstance(value, int | Decimal) and fact.value is not None:
                differing += fact.value != value
                size += abs(Decimal(fact.value) - Decimal(value))
            else:
                differing += (value is None) is not (fact.value is None)
    prose = set(str(example.get("正文") or ""))
    common = len(prose & set(case.report.prose.text)) if prose else 0
    return missing, differing, size - common


def _ids_by_name(form: Form | None) -> dict[str, list[str]]:
    """The cells that a name of an example may mean: a cell, a row or column, a part, a table, a group."""
    out: dict[str, list[str]] = {}
    for cell in form.cells.values() if form is not None else ():
        for name in (*cell.name.split("."), cell.part, f"表{cell.table}", "全部"):
            out.setdefault(name, []).append(cell.id)
        out[cell.name] = [cell.id]
    if form is not None:
        for group, members in form.groups.items():
            out.setdefault(group, [form.by_name[m] for m in members if m in form.by_name])
    return out


def example_words(example: Mapping[str, Any]) -> str:
    """An example in words: 收到申请数 3、当面申请数 1、传真申请数 空白；正文“全年收到申请3件。”"""
    cells = [f"{name} {_value(value)}" for name, value in example.items() if _is_cell(name, value)]
    said = ["、".join(cells)] if cells else []
    for name, value in example.items():
        if _is_cell(name, value) or name == "期望":
            continue
        if isinstance(value, str):
            said.append(f"{name}“{value.strip()}”")
        elif isinstance(value, Mapping):
            inside = "、".join(f"{k} {_value(v)}" for k, v in value.items())
            said.append(f"{name}：{inside}" if inside else name)
        else:
            said.append(f"{name} {_value(value)}")
    return "；".join(said)


def _is_cell(name: str, value: Any) -> bool:
    return name not in _BESIDE and not isinstance(value, Mapping)


def _value(value: Any) -> str:
    return "空白" if value is None else shown(value)
