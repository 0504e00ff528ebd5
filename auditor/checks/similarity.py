"""similarity: copied from last year's report, or from another unit's of the same year, digits and names masked.

    of          with last year: 全文 (prose), 存在问题 (the section on problems), 数据 (all figures of the tables);
                with the other units of the year: 同级
    above       全文, 存在问题, 同级: at least this share of the text (percent) stands in the other one too; 数据: at least this
                many figures other than 0, all of them equal
    least       texts shorter than this many characters are not compared
    except      with 同级: patterns (RE2); a clause in which one matches is official wording and not compared
Compares   with last year: sentences of at least eight characters, masked; the share counts characters, so boilerplate of a few
           words weighs little. With other units: `auditor.copies`, what everybody writes left out
Words for the message: {share} {count}; with 同级 {other} {file} {others}: the unit that is nearest, its file, and what further
units share
"""

from __future__ import annotations

import re
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
    elsewhere,
    fact_evidence,
    file_name,
    not_applicable,
    quote,
    report_words,
)
from auditor.model import Copied, Evidence, Outcome, Report, State
from auditor.text import squash

NAME = "similarity"
SCOPE = "year"
PEERS = "同级"
WORDS = frozenset({"share", "count", "other", "file", "others"})
_SHORTEST = 8
_MOST_PASSAGES = 5


class SimilarityKeys(Keys):
    """Keys of `check: similarity`."""

    of: Literal["全文", "存在问题", "数据", "同级"] = described(
        "比什么",
        meanings={
            "全文": "正文与上年报告相比（数字和名称不计）",
            "存在问题": "“存在问题”部分与上年相比",
            "数据": "统计表的数与上年完全相同的个数",
            "同级": "正文与其他单位的报告相比",
        },
    )
    above: Decimal = described("超过多少", "相同文字的占比（%），或相同数据的个数")
    least: int = described("至少多少字", "少于这么多字的不比对，默认 100", 100)
    excepted: Words = described(
        "不计的文字", "正则表达式：合乎的句子人人都写，不计入；与 of: 同级 连用", (), alias="except"
    )


def compile(keys: SimilarityKeys, context: Compiling) -> Check:
    """The check of one rule. Raises KeyMistake."""
    if keys.excepted and keys.of != PEERS:
        raise KeyMistake(("except",), f"except 须与 of: {PEERS} 连用")
    for at, pattern in enumerate(keys.excepted):
        context.pattern(pattern, ("except", at))

    def check(case: Case) -> list[Result]:
        if keys.of == PEERS:
            return _of_peers(case, keys)
        if case.last is None:
            if case.last_problem:
                return [Result(Outcome.UNCLEAR, reason=case.last_problem)]
            return not_applicable("没有上年报告可供比对")
        if keys.of == "数据":
            return _figures(case.report, case.last, keys.above, case.merged)
        kind = "problems" if keys.of == "存在问题" else None
        return _texts(case.report, case.last, kind, keys, case.merged)

    return check


_SENTENCE = re.compile(r"[^。！？；\n]+")
_MASK = re.compile(r"\d+|[一二三四五六七八九十百]+(?=[、是年月日条件个次])")


def _sentences(report: Report, kind: str | None) -> list[tuple[int, int, str]]:
    text = report.prose.text
    spans = (
        [(0, len(text))] if kind is None else [(s.body_start, s.body_end) for s in report.sections if s.kind == kind]
    )
    out = []
    for begin, stop in spans:
        for match in _SENTENCE.finditer(text, begin, stop):
            masked = _MASK.sub("#", squash(match[0]))
            if len(masked) >= _SHORTEST:
                out.append((match.start(), match.end(), masked))
    return out


def _texts(report: Report, last: Report, kind: str | None, keys: SimilarityKeys, merged: str) -> list[Result]:
    now, before = _sentences(report, kind), {masked for _, _, masked in _sentences(last, kind)}
    length = sum(len(masked) for _, _, masked in now)
    if length < keys.least or not before:
        return not_applicable("可比对的文字过少")
    same = [(a, b, masked) for a, b, masked in now if masked in before]
    share = Decimal(100 * sum(len(m) for _, _, m in same)) / Decimal(length)
    if share < keys.above:
        return [Result(Outcome.KEPT)]
    longest = sorted(same, key=lambda s: -len(s[2]))[:_MOST_PASSAGES]
    spots = {masked: (a, b) for a, b, masked in reversed(_sentences(last, kind))}
    evidence = tuple(e for a, b, masked in longest for e in (quote(report, a, b), _of_last(last, *spots[masked])))
    words = {"share": f"{share:.0f}%", "count": str(len(same)), **_both(report, last)}
    return [
        Result(
            Outcome.BROKEN,
            certain=not merged,
            doubt=merged,
            words=words,
            evidence=evidence,
            measures={"比例": share, "数量": len(same)},
            key="copy:" + keys.of,
        )
    ]


def _figures(report: Report, last: Report, least: Decimal, merged: str) -> list[Result]:
    now = {f.id: f for f in report.facts.values() if f.state is State.NUMBER}
    before = {f.id: f for f in last.facts.values() if f.state is State.NUMBER}
    shared = [id for id in now if id in before]
    counted = [id for id in shared if now[id].value or before[id].value]
    if len(counted) < least:
        return not_applicable("两年都有的非零数据过少")
    if any(now[id].value != before[id].value for id in shared):
        return [Result(Outcome.KEPT)]
    label = f"上年报告（{last.profile.year}年度）"
    evidence = tuple(
        e
        for id in counted[:10]
        for e in (fact_evidence(now[id]), elsewhere(fact_evidence(before[id]), last, label + before[id].name))
    )
    words = {"count": str(len(counted)), "share": "100%", **_both(report, last)}
    return [
        Result(
            Outcome.BROKEN,
            certain=not merged,
            doubt=merged,
            facts=tuple(counted),
            words=words,
            evidence=evidence,
            measures={"数量": len(counted)},
            key="figures",
        )
    ]


def _both(report: Report, last: Report) -> dict[str, str]:
    return {"本年报告": report_words(report), "上年报告": report_words(last)}


def _of_last(last: Report, start: int, end: int) -> Evidence:
    """The same sentence in last year's report."""
    return elsewhere(quote(last, start, end), last, f"上年报告（{last.profile.year}年度）")


# --- other units -----------------------------------------------------------------------------------


def _of_peers(case: Case, keys: SimilarityKeys) -> list[Result]:
    peers = case.peers
    if peers is None or not (peers.size or peers.compared):
        return not_applicable("没有其他单位同年度的报告可供比对")
    if peers.compared < keys.least:
        return not_applicable("除通用文字外，可比对的文字过少")
    found = [copied for copied in peers.copies if copied.share >= keys.above]
    return [_copied(case, found)] if found else [Result(Outcome.KEPT)]


def _copied(case: Case, found: list[Copied]) -> Result:
    """One finding: the nearest unit with its passages; what further units share is named."""
    nearest, further = found[0], found[1:]
    label = f"{nearest.organisation}{case.report.profile.year}年度报告"
    evidence = tuple(
        one
        for passage in nearest.passages
        for one in (quote(case.report, passage.start, passage.end), Evidence(passage.other, passage.place, label))
    )
    others = "、".join(f"{c.organisation}（{_percent(c)}，{file_name(c.source)}）" for c in further)
    words = {
        "share": _percent(nearest),
        "count": str(len(found)),
        "other": nearest.organisation,
        "file": file_name(nearest.source),
        "others": f"；另与{others}相同" if others else "",
    }
    measures: dict[str, int | Decimal] = {"比例": nearest.share, "数量": len(found)}
    return Result(Outcome.BROKEN, words=words, evidence=evidence, measures=measures, key=f"copy:{PEERS}")


def _percent(copied: Copied) -> str:
    return f"{int(copied.share)}%"
