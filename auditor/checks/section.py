"""section: which headings and contents must be there, in what order, and not empty.

    required    list of items {name, kind, heading: [...], words: [...], related: [...], denied: [...]}: present where a
                section is of that kind (存在问题 …), a heading is like one of `heading` (≥ 0.8) or a RE2 pattern of
                `words` occurs in the prose; where only `related` occurs: 疑似; a section in which `denied` occurs
                (不存在问题) is as good as missing
    within      look only in these sections (总体情况 存在问题 …); without such a section the rule does not apply
    ordinals    true: the numbers of headings must rise without gap or repetition
    titles      true: the headings of the form's sections must read as the form of the report's year prints them
    least       a section shorter than this (characters, tables excluded) and without a table is empty
    except      with least: a short section in which one of these patterns occurs (无 见附件) is an answer, not empty
In grades: 数量 how many are missing or in doubt; 比例 how many of a hundred of them are denied (不存在问题)
Words for the message: {missing} {count} {doubtful} {headings} {lacks} (没有写, 疑未写明 where all are in doubt)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from pydantic import BaseModel, ConfigDict
from rapidfuzz import fuzz

from auditor.checks.check import (
    SECTION_WORDS,
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
)
from auditor.model import Evidence, Outcome, PageBox, Section
from auditor.text import chinese_to_int, squash

NAME = "section"
SCOPE = "year"
WORDS = frozenset({"missing", "count", "doubtful", "headings", "lacks"})
_LIKE = 80


class Item(BaseModel):
    """One content that must be there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = described("叫什么", "在消息里怎样称呼这一项")
    kind: str | None = described("哪一类章节", "识别为这一类的章节即为有", None, names="sections")
    heading: Words = described("标题", "标题与它近似（八成以上）即为有，可写几种说法", ())
    words: Words = described("关键词", "正则表达式：正文出现即为有", ())
    related: Words = described("相关的词", "正则表达式：只出现它们的为疑似，不算没有", ())
    denied: Words = described("等于没有的话", "正则表达式：写着它（如“不存在问题”）的等于没有", ())


class SectionKeys(Keys):
    """Keys of `check: section`."""

    required: tuple[Item, ...] = described(
        "应有的内容", "列表，每项 {name, heading, words …}；与 ordinals、least 三选一", ()
    )
    within: Words = described("只看哪些章节", "没有这些章节的报告，规则不适用", (), names="sections")
    ordinals: bool = described("检查标题序号", "true：标题的序号应连续、不重复", False)
    titles: bool = described("核对标题用语", "true：各部分的标题应与报告年度的统一格式一字不差", False)
    least: int | None = described("每部分至少多少字", "检查有标题而没有内容的部分", None)
    excepted: Words = described(
        "不算空的话", "正则表达式：写着“无”“见附件”等的不算空；与 least 连用", (), alias="except"
    )


def compile(keys: SectionKeys, context: Compiling) -> Check:
    """The check of one rule. Raises KeyMistake."""
    if sum((bool(keys.required), keys.ordinals, keys.titles, keys.least is not None)) != 1:
        raise KeyMistake((), "required、ordinals、titles、least 须写且只能写一个")
    context.within(keys.within, ("within",))
    for at, item in enumerate(keys.required):
        if not item.heading and not item.words and not item.kind:
            raise KeyMistake(("required", at), "每项须有 kind、heading 或 words")
        context.within((item.kind,) if item.kind else (), ("required", at, "kind"))
        for key in ("words", "related", "denied"):
            for i, pattern in enumerate(getattr(item, key)):
                context.pattern(pattern, ("required", at, key, i))
    for at, pattern in enumerate(keys.excepted):
        context.pattern(pattern, ("except", at))
    if keys.excepted and keys.least is None:
        raise KeyMistake(("except",), "except 须与 least 连用")
    if keys.ordinals:
        return _ordinals
    if keys.titles:
        return _titles
    if keys.least is not None:
        least = keys.least
        return lambda case: _empty(case, least, keys.excepted, context.patterns)
    return lambda case: _required(case, keys, context.patterns)


def _required(case: Case, keys: SectionKeys, patterns: PatternSet) -> list[Result]:
    sections = case.sections(keys.within) if keys.within else case.report.sections
    if keys.within and not sections:
        return not_applicable(f"没有识别出“{'、'.join(keys.within)}”部分")
    prose = case.report.prose.text
    if not prose.strip():
        return not_applicable("报告没有正文")
    texts = [prose[s.heading_start : s.body_end] for s in sections] if keys.within else [prose]
    denials = [d for item in keys.required for d in _denials(case, item, sections, patterns)]
    denied = {item.name for item, _, _ in denials}
    hits = case.hits if not keys.within else None
    states = {
        i.name: "missing" if i.name in denied else _state(i, texts, sections, patterns, hits) for i in keys.required
    }
    missing = [name for name, state in states.items() if state == "missing"]
    doubtful = [name for name, state in states.items() if state == "doubtful"]
    if not missing and not doubtful:
        return [Result(Outcome.KEPT)]
    shown = missing or doubtful
    words = {
        "missing": joined(shown),
        "count": str(len(shown)),
        "doubtful": joined(doubtful),
        "headings": joined(_headings(sections)),
        "lacks": "没有写" if missing else "疑未写明",
    }
    evidence = tuple(Evidence(s.heading, s.place, "标题") for s in sections if s.heading and s.level == 1) or tuple(
        Evidence(s.heading, s.place, "标题") for s in sections[:1] if s.heading
    )
    return [
        Result(
            Outcome.BROKEN,
            certain=bool(missing),
            words=words,
            topics=_topics(item for item in keys.required if item.name in shown),
            measures={"数量": len(shown), "比例": 100 * len(denied & set(shown)) // len(shown)},
            evidence=tuple(quote(case.report, start, end) for _, start, end in denials)
            or evidence
            or opening(case.report),
            key="missing",
        )
    ]


def _topics(items: Iterable[Item]) -> tuple[str, ...]:
    """What is missing, as kinds of sections where the items are such."""
    return tuple(SECTION_WORDS.get(item.kind or "", item.name) for item in items)


def _headings(sections: Sequence[Section]) -> list[str]:
    return [f"“{s.heading}”" for s in sections if s.heading and s.level == 1]


def _named(item: Item, sections: Sequence[Section]) -> Iterator[Section]:
    """The sections whose kind or heading says that they hold the content."""
    wanted = [squash(h) for h in item.heading]
    for section in sections:
        own = _core(section.heading)
        if (item.kind and section.kind == SECTION_WORDS[item.kind]) or any(
            own and fuzz.ratio(own, w) >= _LIKE for w in wanted
        ):
            yield section


def _denials(case: Case, item: Item, sections: Sequence[Section], patterns: PatternSet) -> list[tuple[Item, int, int]]:
    """Where the item's only section says that there is nothing; none where another section holds the content."""
    if not item.denied:
        return []
    prose, out = case.report.prose.text, []
    for section in _named(item, sections):
        body = prose[section.body_start : section.body_end]
        match = next((m for p in item.denied for m in patterns.find(p, body)), None)
        if match is None:
            return []
        out.append((item, section.body_start + match.start(), section.body_start + match.end()))
    return out


def _state(
    item: Item, texts: Sequence[str], sections: Sequence[Section], patterns: PatternSet, hits: frozenset[str] | None
) -> str:
    top = min((s.level for s in sections if s.level), default=0)
    # Where only the heading counts, a heading inside another section is not the section itself.
    if any(item.words or s.level <= top for s in _named(item, sections)):
        return "present"
    for state, given in (("present", item.words), ("doubtful", item.related)):
        for pattern in given:
            if hits is not None:
                if pattern in hits:
                    return state
            elif any(patterns.search(pattern, text) for text in texts):
                return state
    return "missing"


_ORDINAL = re.compile(r"^[(（]?[一二三四五六七八九十百\d]+[)）]?[、.．:：,，]?")


def _core(heading: str) -> str:
    return _ORDINAL.sub("", squash(heading))


def _ordinals(case: Case) -> list[Result]:
    numbered = [(s, n) for s in case.report.sections if s.level == 1 and (n := _number(s.ordinal)) is not None]
    if len(numbered) < 2:
        return not_applicable("标题没有编号")
    faults = [(a, b) for a, b in pairwise(numbered) if b[1] != a[1] + 1]
    first = numbered[0]
    if first[1] != 1:
        faults.insert(0, (first, first))
    if not faults:
        return [Result(Outcome.KEPT)]
    listed = [f"“{b[0].heading}”" if a is b else f"“{a[0].heading}”之后为“{b[0].heading}”" for a, b in faults]
    evidence = tuple(Evidence(b[0].heading, b[0].place, "标题") for _, b in faults)
    words = {"headings": "；".join(listed), "count": str(len(faults)), "missing": "", "doubtful": "", "lacks": ""}
    return [Result(Outcome.BROKEN, words=words, evidence=evidence, measures={"数量": len(faults)}, key="ordinals")]


def _titles(case: Case) -> list[Result]:
    """Headings that are recognised as a section of the form but do not read as the form prints them.

    One that was recognised from a picture is let pass: a character may have been misread.
    """
    form = case.year_form
    printed = {s.kind: s.heading for s in form.sections} if form is not None else {}
    top = min((s.level for s in case.report.sections if s.level), default=0)
    own = [s for s in case.report.sections if s.kind in printed and s.level == top and s.heading]
    if not own:
        return not_applicable("没有识别出统一格式规定的标题")
    faults = [
        s
        for s in own
        if _core(s.heading).rstrip("：:。.") != squash(printed[s.kind or ""])
        and not (isinstance(s.place, PageBox) and s.place.confidence is not None)
    ]
    if not faults:
        return [Result(Outcome.KEPT)]
    listed = joined(f"“{s.heading}”应为“{printed[s.kind or '']}”" for s in faults)
    words = {"headings": listed, "count": str(len(faults)), "missing": "", "doubtful": "", "lacks": ""}
    evidence = tuple(Evidence(s.heading, s.place, "标题") for s in faults)
    return [Result(Outcome.BROKEN, words=words, evidence=evidence, measures={"数量": len(faults)}, key="titles")]


def _number(ordinal: str) -> int | None:
    core = squash(ordinal).strip("()（）、.．:：第部分章")
    return int(core) if core.isdecimal() else chinese_to_int(core)


def _empty(case: Case, least: int, answers: Sequence[str], patterns: PatternSet) -> list[Result]:
    sections = case.report.sections
    if not sections:
        return not_applicable("没有识别出章节标题")
    unreadable = {t.table for t in case.report.tables if t.found and not t.readable}
    faults = []
    for at, section in enumerate(sections):
        body = case.report.prose.text[section.body_start : section.body_end]
        has_below = at + 1 < len(sections) and sections[at + 1].level > section.level
        # A heading that ends like a sentence (（二）没有其他事项。) says all there is.
        answered = section.heading.endswith(("。", "；", ";")) or any(patterns.search(p, body) for p in answers)
        if len(squash(body)) < least and not answered and not section.tables and not has_below and not unreadable:
            faults.append(section)
    if not faults:
        return [Result(Outcome.KEPT)]
    words = {
        "headings": joined(f"“{s.heading}”" for s in faults),
        "count": str(len(faults)),
        "missing": "",
        "doubtful": "",
        "lacks": "",
    }
    evidence = tuple(Evidence(s.heading, s.place, "标题") for s in faults)
    topics = tuple(s.kind or _core(s.heading) for s in faults)
    measures = {"数量": len(faults)}
    key = "empty:" + "|".join(topics)
    return [Result(Outcome.BROKEN, words=words, evidence=evidence, measures=measures, topics=topics, key=key)]
