"""The text of a rule file and new examples of one of its rules -> the text with the examples in their place.

Lists      of one outcome written in one line ([{…}, {…}]) are written out, one example a line; the rest of the file keeps
           every character, comments too
Refuses    examples written as one mapping in a line (examples: {kept: …}): None, the lines are then to be pasted
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from auditor.rulebook.source import Source

_ITEM = re.compile(r"\s*-\s")


def inserted(source: Source, base: tuple[int, ...], lines: Mapping[str, Sequence[str]]) -> str | None:
    """The file with these examples (outcome -> YAML mappings in one line) of the rule at `base`."""
    text = source.text.splitlines()
    rule = source.values[base] if base else None
    start = rule.line if rule else 0
    margin = rule.column if rule else 0
    end = _end(text, start, margin)
    key = source.keys.get((*base, "examples"))
    if key is None:
        block = [" " * margin + "examples:"]
        for outcome, made in lines.items():
            block += [" " * (margin + 2) + f"{outcome}:", *(" " * (margin + 4) + f"- {one}" for one in made)]
        return "\n".join([*text[:end], *block, *text[end:]]) + "\n"
    if text[key.line][key.column :].removeprefix("examples:").strip():
        return None
    inner = key.column + 2
    for outcome, made in lines.items():
        text = _put(text, key.line, key.column, inner, outcome, list(made))
    return "\n".join(text) + "\n"


def _end(text: Sequence[str], start: int, margin: int) -> int:
    """The line after the last of a block that begins at `start`, its keys at column `margin`."""
    end = start + 1
    for at in range(start + 1, len(text)):
        line = text[at]
        if line.strip() and not line.lstrip().startswith("#"):
            if _margin(line) < margin:
                break
            end = at + 1
    return end


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _put(text: list[str], examples: int, column: int, inner: int, outcome: str, made: list[str]) -> list[str]:
    """One outcome's examples put behind those that it has."""
    end = _end(text, examples, column + 1)
    at = next(
        (
            i
            for i in range(examples + 1, end)
            if _margin(text[i]) > column and text[i].lstrip().startswith(f"{outcome}:")
        ),
        None,
    )
    if at is None:
        block = [" " * inner + f"{outcome}:", *(" " * (inner + 2) + f"- {one}" for one in made)]
        return [*text[:end], *block, *text[end:]]
    own = _margin(text[at])
    last = _end(text, at, own + 1)
    value = text[at].lstrip().removeprefix(f"{outcome}:").strip()
    if not value:
        dash = next((_margin(text[i]) for i in range(at + 1, last) if _ITEM.match(text[i])), own + 2)
        return [*text[:last], *(" " * dash + f"- {one}" for one in made), *text[last:]]
    items = _items(" ".join([value, *(line.strip() for line in text[at + 1 : last])]))
    block = [" " * own + f"{outcome}:", *(" " * (own + 2) + f"- {one}" for one in (*items, *made))]
    return [*text[:at], *block, *text[last:]]


def _items(flow: str) -> list[str]:
    """The items of a list written in one line."""
    out, depth, quote, begin = [], 0, "", 1
    for at, char in enumerate(flow):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"" and flow[at - 1] in " ,[{:":
            quote = char
        elif char in "[{":
            depth += 1
        elif char in "]}":
            depth -= 1
        if (char == "," and depth == 1 and not quote) or (depth == 0 and at):
            if flow[begin:at].strip():
                out.append(flow[begin:at].strip())
            begin = at + 1
        if depth == 0 and at:
            break
    return out
