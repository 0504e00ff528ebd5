"""Figures of the prose among themselves: the modes 分项合计, 前后一致, 占比 and 列举项数 of `agreement`."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import combinations

from auditor.checks.check import Case, Result, not_applicable, quote
from auditor.model import Claim, Evidence, Listing, Number, Outcome, Said, Share
from auditor.text import show, tidy


def breakdown(case: Case, wanted: frozenset[str], overlap: frozenset[str]) -> list[Result]:
    """A list of parts against the total it is given for."""
    lists = [c for c in case.report.claims if c.parts and (not wanted or c.subject in wanted)]
    exact = [c for c in lists if c.value is not None and c.low == c.high and _is_closed(case, c)]
    if not exact:
        return not_applicable("正文没有列出分项与合计")
    return [_sum(c, overlap) for c in exact]


_NEAR = 160  # characters from a total to the last member of its list


def _is_closed(case: Case, claim: Claim) -> bool:
    """Whether a list can be held against its total: complete, ending in "the rest", or already as much as the total."""
    if claim.parts_complete or sum(claim.parts, 0) >= (claim.value or 0):
        return True
    near = (c for c in case.report.claims if 0 < c.start - claim.start <= _NEAR and c.subject.startswith("其他"))
    return any(c.value == claim.parts[-1] for c in near)


def _sum(claim: Claim, overlap: frozenset[str]) -> Result:
    total = claim.value
    assert total is not None
    parts: Number = sum(claim.parts, 0)
    if total == parts or (claim.subject in overlap and parts > total):
        return Result(Outcome.KEPT)
    words = {
        "subject": claim.subject,
        "total": f"{show(total)} {claim.unit}".strip(),
        "parts": "＋".join(show(p) for p in claim.parts) + f"＝{show(parts)} {claim.unit}".rstrip(),
        "difference": f"{show(abs(Decimal(total) - parts))} {claim.unit}".rstrip(),
        "原文": claim.text.strip(),
    }
    return Result(
        Outcome.BROKEN,
        left=total,
        right=parts,
        difference=tidy(Decimal(total) - parts),
        words=words,
        evidence=(Evidence(claim.text.strip(), claim.place, "正文"),),
        key="breakdown:" + claim.subject,
    )


def consistent(case: Case, wanted: frozenset[str]) -> list[Result]:
    """The same indicator said with two numbers."""
    out: list[Result] = []
    spoken = False
    for subject in sorted({c.subject for c in case.report.claims if not wanted or c.subject in wanted}):
        numbers = [
            c
            for c in case.report.claims_of(subject)
            if c.said is not Said.DID and c.value is not None and c.low == c.high
        ]
        distinct = list({c.value: c for c in numbers}.values())
        spoken = spoken or len(numbers) > 1
        for a, b in combinations(distinct, 2):
            # 我乡 and 全乡 are both the unit itself where the claim is certain.
            if (a.scope == b.scope or (a.certain and b.certain)) and a.unit == b.unit:
                out.append(_pair(subject, a, b))
                break
    return out or ([Result(Outcome.KEPT)] if spoken else not_applicable("正文没有重复表述同一指标"))


def _pair(subject: str, a: Claim, b: Claim) -> Result:
    assert a.value is not None and b.value is not None
    words = {
        "subject": subject,
        "left": f"{show(a.value)} {a.unit}".rstrip(),
        "right": f"{show(b.value)} {b.unit}".rstrip(),
        "difference": f"{show(abs(Decimal(a.value) - b.value))} {a.unit}".rstrip(),
    }
    return Result(
        Outcome.BROKEN,
        left=a.value,
        right=b.value,
        difference=tidy(Decimal(a.value) - b.value),
        words=words,
        evidence=tuple(Evidence(c.text.strip(), c.place, "正文") for c in (a, b)),
        key="consistent:" + subject,
    )


def shares(case: Case, tolerance: Decimal) -> list[Result]:
    """A percentage against count and base, within a tolerance in points."""
    if not case.report.shares:
        return not_applicable("正文没有写明可核算的占比")
    out = []
    for share in case.report.shares:
        if share.base == 0:
            continue
        right = Decimal(100) * Decimal(share.count) / Decimal(share.base)
        if abs(right - share.percent) <= tolerance or _fits_another_base(case, share, tolerance):
            out.append(Result(Outcome.KEPT))
            continue
        right = round(right, 2)
        words = {
            "left": f"{show(share.percent)}%",
            "right": f"{show(right)}%",
            "difference": show(abs(share.percent - right)),
            "total": show(share.base),
            "parts": show(share.count),
            "原文": share.text.strip(),
        }
        evidence = (quote(case.report, share.start, share.end),)
        out.append(
            Result(
                Outcome.BROKEN,
                left=share.percent,
                right=right,
                difference=share.percent - right,
                words=words,
                evidence=evidence,
                key=f"share:{show(share.percent)}",
            )
        )
    return out


_LONG = 5  # a list of so many members that ends in 等 and lacks one was meant to name them all


def listings(case: Case) -> list[Result]:
    """A list against the number of members that it announces."""
    if not case.report.listings:
        return not_applicable("正文没有写明项数的列举")
    return [_listed(listing) for listing in case.report.listings]


def _listed(listing: Listing) -> Result:
    count, named = listing.count, listing.few if listing.count < listing.few else listing.many
    lacks_one = listing.open and count - named == 1 and named >= _LONG
    if listing.few <= count <= listing.many or (listing.open and count > named and not lacks_one):
        return Result(Outcome.KEPT)
    words = {
        "left": str(count),
        "right": str(named),
        "difference": str(abs(count - named)),
        "原文": listing.text,
    }
    return Result(
        Outcome.BROKEN,
        left=count,
        right=named,
        difference=count - named,
        words=words,
        measures={"数量": 0 if lacks_one else 1},
        evidence=(Evidence(listing.text, listing.place, "正文"),),
        key="listing:" + listing.text[-40:],
    )


_COUNT = re.compile(r"(?<![\d.])\d[\d,]{0,11}(?![\d.]|[年月日号])")
_BASE_REACH = 400  # characters before a percentage in which its base may have been said


def _fits_another_base(case: Case, share: Share, tolerance: Decimal) -> bool:
    """Whether the percentage is right of another number said before it: then that number was meant."""
    before = case.report.prose.text[max(0, share.start - _BASE_REACH) : share.start]
    near = (int(number.replace(",", "")) for number in _COUNT.findall(before))
    return any(abs(Decimal(100) * Decimal(share.count) / base - share.percent) <= tolerance for base in near if base)
