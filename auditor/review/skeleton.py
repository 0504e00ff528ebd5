"""Answers -> the text of a new rule, every key with a Chinese word of what it is for, and what else may stand there.

Keys       those answered are written out; the other keys that fit the kind stand below as comments, ready to be used
Words      are the rule model's own (`rules schema` shows the same in editors), so that they cannot differ
Message    of a formula is made from its two sides, so that the rule can be used at once
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic.fields import FieldInfo

from auditor.checks import KINDS
from auditor.formula import Node
from auditor.formula.vocabulary import PROFILE_NAMES
from auditor.review.speaking import number
from auditor.rulebook.rule import Rule
from auditor.rulebook.source import parse

_RELATIONS = ("=", "≠", "<", "≤", ">", "≥")
_FIRST = ("id", "title", "status", "check", "applies", "when")
_LAST = (
    "severity",
    "deduct",
    "certainty",
    "grades",
    "dimension",
    "basis",
    "message",
    "why",
    "verify",
    "remedy",
    "covers",
)
_SKIPPED = {"aliases", "since", "successor", "reason", "replaces", "part", "note", "examples", "survivors"}
_FLOW: Mapping[str, str] = {
    "applies": "{form: C, years: 2025-, unit_kind: [乡镇, 街道], region: 某市}",
    "when": "收到申请数 > 0",
    "deduct": "2",
    "grades": "[{when: 数量 ≥ 3, severity: 较重}]",
    "covers": "[a-blank]",
    "verify": "核对登记簿",
    "status": "active",
    "certainty": "certain",
}


def written(answers: Mapping[str, str], head: Sequence[str] = ()) -> str:
    """The YAML of a rule. `answers` are key -> YAML value (see `plain` for texts), the kind under `check`."""
    check = plain_value(answers["check"])
    own = KINDS[check].keys.model_fields
    fields: dict[str, FieldInfo] = {**Rule.model_fields}
    order = [*_FIRST, *((field.alias or name) for name, field in own.items()), *_LAST]
    fields |= {(field.alias or name): field for name, field in own.items()}
    lines = [f"# {words}" for words in head]
    for key in order:
        if key in answers:
            lines += _pair(key, answers[key], fields[key])
        elif key not in _SKIPPED:
            lines.append(f"#{key}: {_FLOW.get(key, '')}".rstrip() + _hint(fields[key]))
    return "\n".join(lines) + "\n"


def _pair(key: str, value: str, field: FieldInfo) -> list[str]:
    """A key on one line with its hint; a value of several lines gets the hint above."""
    if "\n" in value:
        return [_hint(field).strip(), f"{key}:{value}"]
    return [f"{key}: {value}{_hint(field)}"]


def _hint(field: FieldInfo) -> str:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    meanings = extra.get("meanings")
    said = "；".join(w for w in (field.title or "", field.description or "") if w)
    if isinstance(meanings, dict) and meanings:
        said += f"（可用：{' '.join(map(str, meanings))}）"
    return f"    # {said}" if said else ""


def plain(text: str) -> str:
    """A text as a YAML value: quoted where it would be read otherwise."""
    tried = parse("", f"key: {text}")
    if text.strip() == text and not tried.mistakes and isinstance(tried.data, dict) and tried.data.get("key") == text:
        return text
    return "'" + text.replace("'", "''") + "'"


def plain_value(value: str) -> str:
    """The text that a YAML value stands for."""
    data = parse("", f"key: {value}").data
    return str(data["key"]) if isinstance(data, dict) else value


def listed(words: Sequence[str]) -> str:
    """A list as a YAML value on one line."""
    return "[" + ", ".join(_in_list(word) for word in words) + "]"


def _in_list(word: str) -> str:
    tried = parse("", f"[{word}]")
    return word if not tried.mistakes and tried.data == [word] else "'" + word.replace("'", "''") + "'"


def flow(value: Any) -> str:
    """Data as a YAML value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {flow(v)}".rstrip() + (" " if v is None else "") for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _in_list(value) if isinstance(value, str) else str(value)


def message_of(node: Node) -> str:
    """A message with the two sides of a relation, or with every cell of the formula."""
    if node.kind in _RELATIONS:
        left, right = (number(child) for child in node.children)
        return f"{left} {{left}}，{right} {{right}}，相差 {{difference}}"
    names = dict.fromkeys(n.value for n in node.walk() if n.kind == "name" and n.value not in PROFILE_NAMES)
    return "，".join(f"{name} {{{name}}}" for name in list(names)[:6]) or "不符合要求"


def basis_of(words: str, laws: Mapping[str, Any]) -> str:
    """An answer as a list of bases: 2019年条例第五十条 names a law that is known, everything else is practice."""
    entries = []
    for part in (p.strip() for p in re.split(r"[；;]", words) if p.strip()):
        entries.append(_entry(part, laws))
    return "[" + ", ".join(entries) + "]"


def _entry(words: str, laws: Mapping[str, Any]) -> str:
    for id, law in laws.items():
        for name in (id, law.short, law.title, law.number or ""):
            if name and words.startswith(name):
                at = words[len(name) :].strip()
                return f"{{law: {id}, at: {_in_list(at)}}}" if at else f"{{law: {id}}}"
    return f"{{practice: {_in_list(words)}}}"
