"""A rule's patterns and an example's prose -> the same prose with a phrase of a pattern said, left out or moved.

Text       a phrase added behind, put in the place of a sentence, or said in the same sentence as what stands there
Sections   the same in the body of each; a section left out, emptied, or given another of the rule's headings; the phrase
           said outside all sections
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from auditor.making.phrases import phrases

_PATTERNS = frozenset(
    {
        "forbid", "always", "require", "except", "headings", "words", "related", "denied", "without", "sentences",
        "stock",
    }
)  # fmt: skip
_OF_EACH = 6
_SENTENCE = re.compile(r"[^。；\n]+[。；\n]?")
_ORDINAL = re.compile(r"^[一二三四五六七八九十]+、")
_PLAIN = "全年工作平稳。"


def patterns(data: Mapping[str, Any]) -> list[str]:
    """Every pattern of a rule's keys."""
    return list(dict.fromkeys(_found(data, "")))


def headings(data: Mapping[str, Any]) -> list[str]:
    """Every heading that a rule accepts."""
    items = data.get("required") or ()
    return [str(h) for item in items for h in _listed(item.get("heading"))]


def _found(value: Any, key: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in ("examples", "survivors", "grades"):
                yield from _found(inner, "words" if key in _PATTERNS and name not in _PATTERNS else str(name))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _found(inner, key)
    elif key in _PATTERNS and isinstance(value, str):
        yield value


def _listed(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]


@lru_cache(maxsize=1024)
def said(pattern: str) -> tuple[str, ...]:
    """A few short texts of a pattern."""
    return tuple(phrases(pattern)[:_OF_EACH])


def moved(data: Mapping[str, Any], example: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every example whose prose is one phrase or one section away."""
    texts = [phrase for pattern in patterns(data) for phrase in said(pattern)]
    body = str(example.get("正文") or "")
    sections = example.get("章节")
    for text in texts if "正文" in example or not isinstance(sections, Mapping) else ():
        yield from ({**example, "正文": changed} for changed in _in_text(body, text))
    if isinstance(sections, Mapping):
        for text in texts:
            yield {**example, "正文": f"{text}。"}
        for heading, content in sections.items():
            for text in texts:
                for changed in _in_text(str(content or ""), text):
                    yield {**example, "章节": {**sections, heading: changed}}
        yield from ({**example, "章节": changed} for changed in _sections(sections, headings(data)))


def _in_text(body: str, phrase: str) -> Iterator[str]:
    sentences = _SENTENCE.findall(body)
    yield f"{phrase}。"
    if body:
        yield f"{body}{phrase}。"
    for at, sentence in enumerate(sentences):
        before, after = "".join(sentences[:at]), "".join(sentences[at + 1 :])
        if len(sentences) > 1:
            yield f"{before}{phrase}。{after}"
        yield f"{before}{phrase}，{sentence}{after}"


def _sections(sections: Mapping[str, Any], known: list[str]) -> Iterator[dict[str, Any]]:
    for heading in sections:
        rest = {h: c for h, c in sections.items() if h != heading}
        if rest:
            yield rest
        for content in ("", _PLAIN):
            yield {**sections, heading: content}
        ordinal = _ORDINAL.match(heading)
        for other in known:
            renamed = f"{ordinal[0] if ordinal else ''}{other}"
            yield {renamed if h == heading else h: c for h, c in sections.items()}
