"""Identity: whose report it is by its own words; the modes 单位名称, 负责人, 签署人 and 自称 of `agreement`."""

from __future__ import annotations

import re
from itertools import combinations

from auditor.checks.check import Case, Result, joined, not_applicable, quote
from auditor.facts.names import same_body
from auditor.model import Evidence, Mention, Outcome
from auditor.text import squash


def names(case: Case) -> list[Result]:
    """Names in titles, table head and signature that mean different bodies."""
    every = [m for m in case.report.profile.names if m.text.strip()]
    rest = [m for m in every if m.role != "发布机构"]
    # 发布机构 is what the site prints of its publisher: its short form of the same body is nobody's mistake.
    shown_names = [m for m in every if m.role != "发布机构" or not all(same_body(m.text, r.text) for r in rest)]
    if len(shown_names) < 2:
        return not_applicable("只有一处写明单位名称")
    texts = list(dict.fromkeys(squash(m.text) for m in shown_names))
    if len(texts) == 1:
        return [Result(Outcome.KEPT)]
    # A page is often published by the county's office: 发布机构 may differ in spelling, but is no proof of another body.
    own = [m for m in shown_names if m.role != "发布机构"]
    other = [(a, b) for a, b in combinations(own, 2) if not _may_be_one(a.text, b.text)]
    shown = _one_per_text([m for pair in other for m in pair] or shown_names)
    words = {"names": "、".join(f"{m.role}“{m.text.strip()}”" for m in shown)}
    evidence = tuple(Evidence(m.text, m.place, m.role) for m in shown)
    # 数量 0: only short forms of one name; 1: names of different bodies
    return [
        Result(
            Outcome.BROKEN,
            certain=bool(other),
            words=words,
            evidence=evidence,
            measures={"数量": int(bool(other))},
            key="names",
        )
    ]


_TOWNSHIP = re.compile("镇|乡|街道")


def _may_be_one(a: str, b: str) -> bool:
    """The same body, or perhaps: its own office (教育局办公室), or a shortening (卫健局 for 卫生健康局)."""
    short, long = sorted((squash(a), squash(b)), key=len)
    if same_body(a, b):
        return True
    if bool(_TOWNSHIP.search(short)) is not bool(_TOWNSHIP.search(long)):
        return False
    rest = iter(long)
    return all(char in rest for char in short)


def _one_per_text(mentions: list[Mention]) -> list[Mention]:
    return list({squash(m.text): m for m in reversed(mentions)}.values())[::-1]


def _signed(case: Case, role: str) -> Mention | None:
    return next((m for m in case.report.profile.signatories if m.role == role and m.text.strip()), None)


_PRINCIPAL = re.compile(
    r"(?:由|以|在)?(?<!副)(?:镇长|乡长|街道办事处主任|办事处主任|局长|县长|区长|主任)([\u4e00-\u9fff]{2,3}?)(?:同志)?(?:任|担任|为)组长"
)


def principal(case: Case) -> list[Result]:
    """单位负责人 against the principal whom the prose names."""
    signed = _signed(case, "单位负责人")
    prose = case.report.prose.text
    named = list(_PRINCIPAL.finditer(prose))
    if signed is None or not named:
        return not_applicable("正文没有写明主要负责人姓名，或表内没有单位负责人")
    if any(squash(m[1]) == squash(signed.text) for m in named):
        return [Result(Outcome.KEPT)]
    words = {"left": signed.text.strip(), "right": named[0][1], "names": f"{signed.text.strip()}、{named[0][1]}"}
    evidence = (Evidence(signed.text, signed.place, "单位负责人"), quote(case.report, *named[0].span(1)))
    return [Result(Outcome.BROKEN, words=words, evidence=evidence, key="principal")]


def signers(case: Case) -> list[Result]:
    """审核人 and 填报人 are the same person."""
    reviewer, writer = _signed(case, "审核人"), _signed(case, "填报人")
    if reviewer is None or writer is None:
        return not_applicable("没有同时写明审核人和填报人")
    if squash(reviewer.text) != squash(writer.text):
        return [Result(Outcome.KEPT)]
    evidence = tuple(Evidence(m.text, m.place, m.role) for m in (reviewer, writer))
    return [Result(Outcome.BROKEN, words={"names": reviewer.text.strip()}, evidence=evidence, key="signers")]


_SELF = re.compile(
    r"(?<![\u4e00-\u9fff]的)(?:我|本)(镇|乡(?!镇|村)|街道|局(?![域部面势限])|县|市|区)(?![\u4e00-\u9fff]{0,6}(?:委|长))"
)
_SUBJECT = re.compile(
    r"(?:^|[，。；,;\n])([\u4e00-\u9fff]{2,8}?(?:镇|乡|街道))(?:人民政府|政府|办事处)?(?:共|累计|全年|本年度)?"
    r"(?:主动公开|制发|(?:收到|受理)[^。；;\n]{0,12}申请)"
)
_OF_ALL = re.compile("^(?:各|全|我|本|该|所辖|其他|有关|部分|年|由|对)|乡镇|镇街|个镇|个乡|等[镇乡]")
_OWN_WORDS = {"乡镇": "镇乡", "街道": "街道", "部门": "局县市区", "县级以上政府": "县市区"}


def self_name(case: Case) -> list[Result]:
    """The prose calls itself by another kind of unit, or speaks of another township in its own place."""
    kind = case.report.profile.unit_kind
    if kind not in _OWN_WORDS:
        return not_applicable("单位类型不明，不作判断")
    found = list(_SELF.finditer(case.report.prose.text))
    named = list(_SUBJECT.finditer(case.report.prose.text)) if kind in ("乡镇", "街道") else []
    named = [m for m in named if not _OF_ALL.search(m[1])]
    own = case.report.profile.organisation or ""
    wrong = [m for m in found if not _may_say(m[1], case)] + [m for m in named if own and not same_body(m[1], own)]
    found += named
    if not found:
        return not_applicable("正文没有自称")
    if not wrong:
        return [Result(Outcome.KEPT)]
    words = {
        "names": joined(dict.fromkeys(f"“{m[0] if m.re is _SELF else m[1]}”" for m in wrong)),
        "subject": case.report.profile.organisation or "",
    }
    evidence = tuple(quote(case.report, *m.span(1)) for m in wrong[:8])
    return [
        Result(
            Outcome.BROKEN,
            words=words,
            evidence=evidence,
            measures={"数量": len(wrong)},
            key="self:" + "|".join(sorted({m[1] for m in wrong})),
        )
    ]


def _may_say(word: str, case: Case) -> bool:
    """A unit may speak of itself and of every place above it (我县 in a township), never of another kind below."""
    kind = case.report.profile.unit_kind
    name = case.report.profile.organisation or ""
    if word in "县市区":
        return True
    if kind == "乡镇":
        return (word == "镇" and "镇" in name) or (word == "乡" and "乡" in name)
    if kind == "街道":
        return word == "街道"
    return word == "局" and kind == "部门" and "局" in name
