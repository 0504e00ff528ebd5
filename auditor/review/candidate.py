"""A rule that is being written: its text tried out with the whole rulebook before anything is saved.

In        the texts of the rulebook, the text of one new rule
Out       its mistakes by the key they are in, or the compiled rule; of proposed examples those that come out as they say
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from auditor import examples
from auditor.rulebook import Mistake, Ready, Rulebook, RulebookError, Texts, build
from auditor.rulebook.source import parse
from auditor.rulebook.texts import RuleFile

SHOWN = "新规则.yaml"


@dataclass(frozen=True, slots=True)
class Tried:
    """The rulebook with the new rule, or what is wrong with it: key -> mistakes ("" for what concerns no key)."""

    book: Rulebook | None
    ready: Ready | None
    wrong: Mapping[str, tuple[Mistake, ...]]


def tried(texts: Texts, text: str, id: str) -> Tried:
    """The rule compiled among all others; mistakes of other files are not its own."""
    root = 1 + max((file.root for file in texts.files), default=0)
    file = RuleFile(root, SHOWN, SHOWN, text)
    try:
        book = build(replace(texts, files=(*texts.files, file)))
    except RulebookError as error:
        return Tried(None, None, _by_key(text, error.mistakes))
    return Tried(book, book.rule(id), {})


def _by_key(text: str, mistakes: Sequence[Mistake]) -> dict[str, tuple[Mistake, ...]]:
    keys = sorted((mark.line, str(path[0])) for path, mark in parse(SHOWN, text).keys.items() if len(path) == 1)
    out: dict[str, tuple[Mistake, ...]] = {}
    for mistake in mistakes:
        key = next((name for line, name in reversed(keys) if line < mistake.line), "") if mistake.path == SHOWN else ""
        out[key] = (*out.get(key, ()), mistake)
    return out


def holding(texts: Texts, text: str, id: str, proposed: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of proposed examples (outcome, one line of YAML) those of which the rule says that outcome."""
    found = tried(texts, text + examples_block(proposed), id) if proposed else None
    if found is None or found.book is None or found.ready is None:
        return []
    failed = {(f.expected, f.number) for f in examples.run(found.book, [found.ready])}
    count: Counter[str] = Counter()
    out: list[tuple[str, str]] = []
    for outcome, line in proposed:
        if (outcome, count[outcome]) not in failed:
            out.append((outcome, line))
        count[outcome] += 1
    return out


def examples_block(given: Sequence[tuple[str, str]]) -> str:
    """The examples of a rule as its last key."""
    lines = [
        "examples:    # 规则的测试：kept 合规、broken 不合规、suspected 疑似、unclear 无法判断、not_applicable 不适用"
    ]
    for outcome in dict.fromkeys(name for name, _ in given):
        lines.append(f"  {outcome}:")
        lines += [f"    - {line}" for name, line in given if name == outcome]
    return "\n".join(lines) + "\n"
