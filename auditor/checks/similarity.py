"""similarity: copied from last year's report, digits and names masked.

    of          全文 (prose), 存在问题 (the section on problems), 数据 (all figures of the tables)
    above       全文, 存在问题: at least this share of the text (percent) stands in last year's too; 数据: at least this many
                figures other than 0, all of them equal
    least       texts shorter than this many characters are not compared
Compares   sentences of at least eight characters, masked; the share counts characters, so boilerplate of a few words weighs little
Words for the message: {share} {count}
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from auditor.checks.check import Case, Check, Compiling, Keys, Result, not_applicable, quote
from auditor.model import Evidence, Outcome, Report, State
from auditor.text import squash

NAME = "similarity"
SCOPE = "year"
WORDS = frozenset({"share", "count"})
_SHORTEST = 8


class SimilarityKeys(Keys):
    """Keys of `check: similarity`."""

    of: Literal["全文", "存在问题", "数据"]
    above: Decimal
    least: int = 100


def compile(keys: SimilarityKeys, _: Compiling) -> Check:
    """The check of one rule."""

    def check(case: Case) -> list[Result]:
        if case.last is None:
            if case.last_problem:
                return [Result(Outcome.UNCLEAR, reason=case.last_problem)]
            return not_applicable("没有上年报告可供比对")
        if keys.of == "数据":
            return _figures(case.report, case.last, keys.above)
        kind = "problems" if keys.of == "存在问题" else None
        return _texts(case.report, case.last, kind, keys)

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


def _texts(report: Report, last: Report, kind: str | None, keys: SimilarityKeys) -> list[Result]:
    now, before = _sentences(report, kind), {masked for _, _, masked in _sentences(last, kind)}
    length = sum(len(masked) for _, _, masked in now)
    if length < keys.least or not before:
        return not_applicable("可比对的文字过少")
    same = [(a, b, masked) for a, b, masked in now if masked in before]
    share = Decimal(100 * sum(len(m) for _, _, m in same)) / Decimal(length)
    if share < keys.above:
        return [Result(Outcome.KEPT)]
    evidence = tuple(quote(report, a, b) for a, b, _ in sorted(same, key=lambda s: -len(s[2]))[:5])
    words = {"share": f"{share:.0f}%", "count": str(len(same))}
    return [
        Result(
            Outcome.BROKEN,
            words=words,
            evidence=evidence,
            measures={"比例": share, "数量": len(same)},
            key="copy:" + keys.of,
        )
    ]


def _figures(report: Report, last: Report, least: Decimal) -> list[Result]:
    now = {f.id: f for f in report.facts.values() if f.state is State.NUMBER}
    before = {f.id: f for f in last.facts.values() if f.state is State.NUMBER}
    shared = [id for id in now if id in before]
    counted = [id for id in shared if now[id].value or before[id].value]
    if len(counted) < least:
        return not_applicable("两年都有的非零数据过少")
    if any(now[id].value != before[id].value for id in shared):
        return [Result(Outcome.KEPT)]
    evidence = tuple(Evidence(now[id].raw.strip(), now[id].place, now[id].name) for id in counted[:10])
    words = {"count": str(len(counted)), "share": "100%"}
    return [
        Result(
            Outcome.BROKEN,
            facts=tuple(counted),
            words=words,
            evidence=evidence,
            measures={"数量": len(counted)},
            key="figures",
        )
    ]
