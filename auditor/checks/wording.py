"""wording: what must or must not be said, in which section.

    forbid      RE2 patterns none of which may occur (one finding, every place listed); a group (?P<words>…) in a pattern
                marks the words that are quoted, else all that it matches; in its place a group identity or bankcard
                marks a number that counts only where its check digit is right
    always      patterns that may occur nowhere, whatever `except` says
    require     RE2 patterns one of which must occur; without `within` in the prose, a table's caption or its signature line
    headings    with require and within: another section with such a heading (RE2 pattern) will do as well
    except      patterns: a sentence in which one occurs is not complained of; with require and least: a section in which
                one occurs is not asked
    masked      true: long numbers are shown as 138****1234, names as 王××, wherever the finding is printed
    within      only in these sections (总体情况 存在问题 …); without such a section the rule does not apply
    brackets    pairs such as （） 《》 that must be balanced in every paragraph; may stand beside forbid
    share       {without: [...], above: 60, least: 10}: at most 60 % of at least 10 sentences may lack all these words
    least       the sections of `within` must have at least this many characters; what `stock` (RE2 patterns) matches
                does not count
Words for the message: {words} {count} {section} {share} {length}
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict

from auditor.checks.check import (
    Case,
    Check,
    Compiling,
    KeyMistake,
    Keys,
    PatternSet,
    Result,
    Words,
    described,
    joined,
    not_applicable,
    opening,
    quote,
    sentence,
)
from auditor.checks.checkdigit import is_bankcard, is_identity
from auditor.facts.titles import is_title
from auditor.masking import starred
from auditor.model import Evidence, Outcome, Text
from auditor.text import squash, visible

NAME = "wording"
SCOPE = "year"
WORDS = frozenset({"words", "count", "section", "share", "length"})
_MOST_PLACES = 20
_MOST_MASKED = 2000


class Share(BaseModel):
    """How many sentences may lack all of some words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    without: Words = described("缺少哪些词", "正则表达式：一个都没有的句子才计")
    above: Decimal = described("占比超过多少", "百分数")
    least: int = described("至少几句", "句子太少的不检查，默认 10", 10)


class WordingKeys(Keys):
    """Keys of `check: wording`."""

    forbid: Words = described("不应出现的话", "正则表达式，可写几个；用 (?P<words>…) 标出消息里要引用的字", ())
    always: Words = described("任何时候都不应出现的话", "同 forbid，但不受 except 影响", ())
    require: Words = described("应当出现的话", "正则表达式：有一个出现即为合规", ())
    headings: Words = described("也算的标题", "其他章节的标题合乎它的，也可以满足 require；与 require、within 连用", ())
    masked: bool = described("遮盖引文", "true：长号码以 138****1234 的样子出现在各种文书里", False)
    stock: Words = described("不计字数的套话", "正则表达式；与 least 连用", ())
    excepted: Words = described("例外", "正则表达式：同一句中出现它的不算", (), alias="except")
    within: Words = described("只看哪些章节", "没有这些章节的报告，规则不适用", (), names="sections")
    brackets: Words = described("检查括号成对", "每项两个字符，如 （）、《》", ())
    share: Share | None = described("句子的占比", "检查缺少某些词的句子占多少", None)
    least: int | None = described("至少多少字", "与 within 连用", None)


def compile(keys: WordingKeys, context: Compiling) -> Check:
    """The check of one rule. Raises KeyMistake."""
    words = bool(keys.forbid or keys.always or keys.brackets)
    modes = (words, bool(keys.require), keys.share is not None, keys.least is not None)
    if sum(modes) != 1:
        raise KeyMistake((), "forbid（always、brackets）、require、share、least 须写且只能写一种")
    for key, needs, met in (
        ("headings", "require 和 within", keys.require and keys.within),
        ("stock", "least", keys.least is not None),
        ("masked", "forbid 或 always", keys.forbid or keys.always),
    ):
        if getattr(keys, key) and not met:
            raise KeyMistake((key,), f"{key} 须与 {needs} 连用")
    context.within(keys.within, ("within",))
    for key in ("forbid", "always", "require", "headings", "stock", "except"):
        given = keys.excepted if key == "except" else getattr(keys, key)
        for at, pattern in enumerate(given):
            context.pattern(pattern, (key, at))
    for at, pattern in enumerate(keys.share.without if keys.share else ()):
        context.pattern(pattern, ("share", "without", at))
    for at, pair in enumerate(keys.brackets):
        if len(pair) != 2:
            raise KeyMistake(("brackets", at), "括号须成对书写，如 （）")
    if keys.least is not None and not keys.within:
        raise KeyMistake(("least",), "least 须与 within 连用")
    return lambda case: _check(case, keys, context.patterns)


def _check(case: Case, keys: WordingKeys, patterns: PatternSet) -> list[Result]:
    spans = _spans(case, keys.within)
    if not spans and keys.brackets and case.report.captions:
        return _brackets(case, keys.brackets)
    if not spans:
        return not_applicable(f"没有识别出“{'、'.join(keys.within)}”部分" if keys.within else "报告没有正文")
    if keys.require:
        return _require(case, keys, spans, patterns)
    if keys.share is not None:
        return _share(case, keys.share, patterns)
    if keys.least is not None:
        return _short(case, keys, spans, patterns)
    out = _forbid(case, keys, spans, patterns) if keys.forbid or keys.always else []
    return out + (_brackets(case, keys.brackets) if keys.brackets else [])


def _spans(case: Case, within: Iterable[str]) -> list[tuple[int, int]]:
    within = tuple(within)
    if within:
        return [(s.body_start, s.body_end) for s in case.sections(within)]
    return [(0, len(case.report.prose.text))] if case.report.prose.text.strip() else []


def _hits(
    case: Case, keys: WordingKeys, spans: list[tuple[int, int]], patterns: PatternSet
) -> Iterator[tuple[int, int]]:
    text = case.report.prose.text
    excepted = [p for p in keys.excepted if p in case.hits]
    for pattern in (p for p in (*keys.forbid, *keys.always) if p in case.hits):
        for match in patterns.find(pattern, text):
            start, end = _quoted(match)
            if start == end or not any(a <= start < b for a, b in spans):
                continue
            begin, stop = sentence(text, start, end)
            if pattern in keys.always or not any(patterns.search(p, text[begin:stop]) for p in excepted):
                yield start, end


_NUMBERS: Mapping[str, Callable[[str], bool]] = {"identity": is_identity, "bankcard": is_bankcard}


def _quoted(match: Any) -> tuple[int, int]:
    """The span of the words that a match complains of; empty where a number's check digit says that it is none."""
    groups = match.re.groupindex
    for name, holds in _NUMBERS.items():
        if name in groups:
            start, end = match.span(groups[name])
            return (start, end) if end > start and holds(match.group(groups[name])) else (0, 0)
    start, end = match.span(groups.get("words", 0))
    return start, end


def _forbid(case: Case, keys: WordingKeys, spans: list[tuple[int, int]], patterns: PatternSet) -> list[Result]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(set(_hits(case, keys, spans, patterns)), key=lambda h: (h[0], -h[1])):
        if not found or start >= found[-1][1]:
            found.append((start, end))
    if not found:
        return [Result(Outcome.KEPT)]
    text = case.report.prose.text
    said = list(dict.fromkeys(text[a:b].strip() for a, b in found))
    # Of what is masked every place is known, so that it can be covered everywhere.
    evidence = [quote(case.report, a, b) for a, b in found[: _MOST_MASKED if keys.masked else _MOST_PLACES]]
    if keys.masked:
        names = [word for word in said if _NAME.fullmatch(word)]
        said = list(dict.fromkeys(map(starred, said)))
        evidence = [replace(e, text=_unnamed(names, starred(e.text))) for e in evidence]
    return [
        Result(
            Outcome.BROKEN,
            words={
                "words": joined(w if w.startswith("“") and w.endswith("”") else f"“{w}”" for w in said),
                "count": str(len(found)),
                "section": _sections(case, found),
            },
            measures={"数量": len(found)},
            evidence=tuple(evidence),
            key="forbid:" + "|".join(sorted({masked(w) for w in said})),
        )
    ]


def masked(words: str) -> str:
    """Words with digits masked, so that a fingerprint does not change with a figure."""
    return re.sub(r"\d+", "#", squash(words))


_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")


def _unnamed(names: Iterable[str], words: str) -> str:
    for name in sorted(names, key=len, reverse=True):
        words = words.replace(name, starred(name))
    return words


def _sections(case: Case, found: Iterable[tuple[int, int]]) -> str:
    """The sections in which words stand, in order (正文 for what stands in none)."""
    inside = ([s for s in case.report.sections if s.heading_start <= at < s.body_end] for at, _ in found)
    return joined(dict.fromkeys(f"“{s[-1].heading}”" if s else "正文" for s in inside), 3)


def _require(case: Case, keys: WordingKeys, spans: list[tuple[int, int]], patterns: PatternSet) -> list[Result]:
    text = case.report.prose.text
    said = [text[a:b] for a, b in spans] if keys.within else [text, *_beside(case)]
    if keys.within and not any(map(squash, said)):
        return not_applicable("该部分没有内容")
    if any(patterns.search(p, t) for t in said for p in keys.excepted):
        return not_applicable("该部分已写明没有此类情况")
    if any(patterns.search(p, t) for t in (*said, *_elsewhere(case, keys, patterns)) for p in keys.require):
        return [Result(Outcome.KEPT)]
    places = case.sections(keys.within) if keys.within else ()
    evidence = tuple(_opening(case, s.heading, s.body_start, s.body_end) for s in places) or opening(case.report)
    words = {"words": "", "count": "0", "section": joined(f"“{s.heading}”" for s in places) or "正文"}
    return [Result(Outcome.BROKEN, words=words, evidence=evidence, key="require:" + "|".join(keys.within))]


def _beside(case: Case) -> Iterator[str]:
    """What stands outside the prose but belongs to the report: captions and the signature line of the table."""
    yield from (caption.text for caption in case.report.captions)
    yield from (f"{m.role}：{m.text}" for m in case.report.profile.signatories if m.text.strip())


def _elsewhere(case: Case, keys: WordingKeys, patterns: PatternSet) -> Iterator[str]:
    """Other sections whose headings announce what is required, with their headings."""
    if keys.headings:
        own = set(case.sections(keys.within))
        for section in (s for s in case.report.sections if s not in own):
            if any(patterns.search(p, section.heading) for p in keys.headings):
                yield case.report.prose.text[section.heading_start : section.body_end]


def _opening(case: Case, heading: str, start: int, end: int) -> Evidence:
    text = case.report.prose.text[start:end].strip()
    shown = text[:60] + ("……" if len(text) > 60 else "")
    return Evidence(
        f"{heading}：{shown}" if shown else f"{heading}：（无内容）", case.report.prose.place(start, end), "正文"
    )


def _brackets(case: Case, pairs: Iterable[str]) -> list[Result]:
    pairs = tuple(pairs)
    texts = [part.text for part in case.report.prose.parts] + list(case.report.captions)
    faults = [(text, at) for text in texts for pair in pairs for at in unbalanced(text.text, pair)]
    if not faults:
        return [Result(Outcome.KEPT)]
    shown = [visible(text.text[max(0, at - 8) : at + 9]) for text, at in faults]
    evidence = [Evidence(_around(text, at), text.place(at, at + 1), "正文") for text, at in faults]
    return [
        Result(
            Outcome.BROKEN,
            words={"words": joined((f"“{s}”" for s in shown), 5), "count": str(len(faults)), "section": "正文"},
            measures={"数量": len(faults)},
            evidence=tuple(evidence[:_MOST_PLACES]),
            key="brackets",
        )
    ]


def _around(text: Text, at: int) -> str:
    begin, stop = sentence(text.text, at, at + 1)
    return visible(text.text[begin:stop])


_WIDTHS = {"（": "(", "）": ")"}
_ORDINAL = re.compile(r"(?:^|[\s，。；：、])[0-9０-９a-zA-Z一二三四五六七八九十①-⑳]{1,2}$")


def unbalanced(text: str, pair: str) -> list[int]:
    """Offsets of brackets without a partner; half- and full-width round brackets close each other.

    A closing bracket right behind a number is an ordinal ("1）", "a)"), not a mistake.
    """
    opening, closing = ({c, _WIDTHS.get(c, c)} for c in pair)
    if not any(c in text for c in (*opening, *closing)):
        return []
    open_at: list[int] = []
    faults: list[int] = []
    for at, char in enumerate(text):
        if char in opening and opening != closing:
            open_at.append(at)
        elif char in closing:
            if open_at:
                open_at.pop()
            elif not _ORDINAL.search(text[max(0, at - 3) : at]):  # three characters: it never begins in their midst
                faults.append(at)
    return sorted([*faults, *open_at])


_SENTENCE = re.compile(r"[^。！？；;\n]+")


def _is_said(words: str) -> bool:
    """A sentence of the report's own, not a scrap and not its title."""
    return len(squash(words)) >= 6 and not is_title(words)


def _without(text: str, stock: Iterable[str], patterns: PatternSet) -> str:
    """The text without what the patterns match."""
    gone = {i for p in stock for m in patterns.find(p, text) for i in range(*m.span())}
    return "".join(char for i, char in enumerate(text) if i not in gone)


def _share(case: Case, share: Share, patterns: PatternSet) -> list[Result]:
    text = case.report.prose.text
    heads = sorted((s.heading_start, s.body_start) for s in case.report.sections)
    said = [m for m in _SENTENCE.finditer(text) if _is_said(m[0]) and not _within(heads, m.start())]
    if len(said) < share.least:
        return not_applicable(f"正文不足 {share.least} 句，不作判断")
    spoken = sorted(m.start() for p in share.without if p in case.hits for m in patterns.find(p, text))
    off = [m for m in said if not _any_between(spoken, m.start(), m.end())]
    percent = Decimal(100 * len(off)) / Decimal(len(said))
    if percent <= share.above:
        return [Result(Outcome.KEPT)]
    return [
        Result(
            Outcome.BROKEN,
            words={"share": f"{percent:.0f}%", "count": str(len(off)), "words": "", "section": "正文"},
            measures={"比例": percent, "数量": len(off)},
            evidence=tuple(quote(case.report, m.start(), m.end()) for m in off[:5]),
            key="share",
        )
    ]


def _within(spans: Sequence[tuple[int, int]], at: int) -> bool:
    """Whether a place lies in one of the sorted spans, which do not overlap."""
    last = bisect_right(spans, at, key=lambda span: span[0]) - 1
    return last >= 0 and at < spans[last][1]


def _any_between(positions: Sequence[int], start: int, end: int) -> bool:
    """Whether one of the sorted positions lies in start … end."""
    at = bisect_left(positions, start)
    return at < len(positions) and positions[at] < end


def _short(case: Case, keys: WordingKeys, spans: list[tuple[int, int]], patterns: PatternSet) -> list[Result]:
    least = keys.least or 0
    length = sum(len(squash(_without(case.report.prose.text[a:b], keys.stock, patterns))) for a, b in spans)
    if length >= least:
        return [Result(Outcome.KEPT)]
    if any(patterns.search(p, case.report.prose.text[a:b]) for a, b in spans for p in keys.excepted):
        return not_applicable("该部分已写明数据、没有此类情况或者见附件，不按字数判断")
    sections = case.sections(keys.within)
    words = {
        "length": str(length),
        "section": joined(f"“{s.heading}”" for s in sections),
        "words": "",
        "count": str(length),
    }
    evidence = tuple(_opening(case, s.heading, s.body_start, s.body_end) for s in sections)
    return [
        Result(
            Outcome.BROKEN,
            words=words,
            evidence=evidence,
            measures={"数量": length},
            key="short:" + "|".join(keys.within),
        )
    ]
