"""期望: what an example says of its outcome beyond the outcome itself.

    严重程度    every finding is 严重, 较重, 一般 or 提示 (one word or a list)
    认定       every finding is 可判定, or every one 疑似
    问题数     how many findings there are
    消息含     words that stand in a finding's message, or in the reason why the rule cannot tell (one or a list)
    消息不含    words that stand in none
    数据项     names of cells that the findings complain of (they may name more)
Refuses    unknown keys and words, and an empty 期望: ExampleError with what was meant
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.model import SEVERITIES, Judgement, Outcome, Report
from auditor.spelling import nearest

KEY = "期望"
KEYS = ("严重程度", "认定", "问题数", "消息含", "消息不含", "数据项")
_CERTAINTY = {"可判定": Outcome.BROKEN, "疑似": Outcome.SUSPECTED}


class ExampleError(Exception):
    """An example cannot be understood; the words say why, `path` where inside the example."""

    def __init__(self, words: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(words)
        self.path = path


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must hold of what a rule says; what is None or empty is not asked."""

    severities: tuple[str, ...] = ()
    certainty: str | None = None
    count: int | None = None
    said: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


def expectation(example: Mapping[str, Any]) -> Expectation:
    """The 期望 of an example, an empty one where it has none. Raises ExampleError."""
    if KEY not in example:
        return Expectation()
    given = example[KEY]
    if not isinstance(given, Mapping) or not given:
        raise ExampleError(f"“{KEY}”应为映射，如 {{问题数: 2, 消息含: 相差 3 件}}", (KEY,))
    for key in given:
        if key not in KEYS:
            near = nearest(str(key), KEYS) or f"，可用：{'、'.join(KEYS)}"
            raise ExampleError(f"“{KEY}”中未知的字段“{key}”{near}", (KEY, str(key)))
    severities = _words(given, "严重程度")
    _known(severities, SEVERITIES, "严重程度")
    certainty = _words(given, "认定")
    _known(certainty, tuple(_CERTAINTY), "认定")
    if len(certainty) > 1:
        raise ExampleError("“认定”只能写一个：可判定或疑似", (KEY, "认定"))
    count = given.get("问题数")
    if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 0):
        raise ExampleError("“问题数”应为 0 或正整数", (KEY, "问题数"))
    said, unsaid, cells = (_words(given, key) for key in ("消息含", "消息不含", "数据项"))
    return Expectation(severities, certainty[0] if certainty else None, count, said, unsaid, cells)


def _words(given: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = given.get(key)
    if value is None:
        if key in given:
            raise ExampleError(f"“{key}”没有写内容", (KEY, key))
        return ()
    return tuple(str(v) for v in value) if isinstance(value, Sequence) and not isinstance(value, str) else (str(value),)


def _known(words: Sequence[str], known: Sequence[str], key: str) -> None:
    for word in words:
        if word not in known:
            raise ExampleError(f"“{key}”应为{'、'.join(known)}，不能是“{word}”", (KEY, key))


def unmet(wanted: Expectation, said: Judgement, report: Report) -> str:
    """What a judgement lacks of what was expected, in words; "" where it lacks nothing."""
    findings = said.findings
    messages = [f.message for f in findings] + [u.reason for u in said.undecided]
    severities = {f.severity for f in findings}
    if wanted.severities and (not findings or not severities <= set(wanted.severities)):
        return f"严重程度应为{'、'.join(wanted.severities)}，实为{'、'.join(sorted(severities)) or '没有问题'}"
    if wanted.certainty and any(f.outcome is not _CERTAINTY[wanted.certainty] for f in findings):
        return f"认定应全部为{wanted.certainty}"
    if wanted.count is not None and len(findings) != wanted.count:
        return f"问题应为 {wanted.count} 个，实为 {len(findings)} 个"
    shown = "；".join(messages) or "（没有）"
    for words in wanted.said:
        if not any(words in message for message in messages):
            return f"消息中应有“{words}”，实为：{shown}"
    for words in wanted.unsaid:
        if any(words in message for message in messages):
            return f"消息中不应有“{words}”，实为：{shown}"
    named = {fact.name for f in findings for id in f.facts if (fact := report.fact(id)) is not None}
    missing = [name for name in wanted.cells if name not in named]
    return f"问题所指的数据项应有{'、'.join(missing)}，实为{'、'.join(sorted(named)) or '没有'}" if missing else ""
