"""Masking: personal data that a rule found is covered in everything that goes out (条例第十五条; a finding must not leak what it found).

    starred("13912345678")              139****5678: how a masked rule quotes what it found
    secrets(report, findings)           the words as the report has them, found again from the starred evidence
    covering(secrets)                   a function that covers them in any text, length kept
    masked(audit)                       the audit with all of them covered, in every text of every report that has any

Length    covering keeps the length of a text, so that offsets and places stay true: 139****5678, 369***********0038, 王××
Inside    readings and ledgers keep what the report says (a verdict, a comparison and a copy must rest on it); what is shown, printed,
          sent or exported is masked
Pure
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from auditor.model import Audit, Finding, Judged, Report

_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_LONG_NUMBER = re.compile(r"(?<!\d)(\d{3})(?:[ —-]?\d){4,}?[ —-]?([\dXx]{4})(?![\dXx])")
_ADDRESS = re.compile(r"((?:家庭住址|家庭地址|现住址|户籍地址)(?:[：:为是]|位于))([^。；;，,\n]{3,})")
_STARRED = re.compile(r"(?P<head>\d{3})\*{4}(?P<tail>[\dXx]{4})|(?P<crosses>×+)")
_SHORT_NAME = 3
# Hashes and names of files are no words of a report.
_PASSED_OVER = frozenset(
    {"sha256", "source", "fingerprint", "content", "locus", "file", "place", "anchor", "rule", "id"}
)
_Thing = TypeVar("_Thing")


def starred(words: str) -> str:
    """Words with the middle of every number of eleven digits or more starred, an address crossed out, and of a name only the
    first character."""
    if _NAME.fullmatch(words):
        return words[0] + "×" * (len(words) - 1)
    numbered = _LONG_NUMBER.sub(r"\1****\2", words)
    return _ADDRESS.sub(lambda found: found[1] + "×" * len(found[2]), numbered)


def secrets(report: Report, findings: Iterable[Finding]) -> frozenset[str]:
    """The words that masked rules found in a report, as they stand in it."""
    found: set[str] = set()
    for finding in findings:
        for one in finding.evidence:
            if _STARRED.search(one.text):
                found |= _aligned(one.text, report.prose.text)
    return frozenset(found)


def _aligned(quoted: str, prose: str) -> set[str]:
    """What stands in the prose where a quotation has stars or crosses."""
    pattern, at = [], 0
    for hidden in _STARRED.finditer(quoted):
        pattern.append(re.escape(quoted[at : hidden.start()]))
        if hidden["crosses"]:
            pattern.append(f"(.{{{len(hidden['crosses'])}}})")
        else:
            pattern.append(f"({hidden['head']}[\\d —*-]{{4,18}}{hidden['tail']})")
        at = hidden.end()
    pattern.append(re.escape(quoted[at:]))
    out = set()
    for hit in re.finditer("".join(pattern), prose):
        for group in range(1, len(hit.groups()) + 1):
            start, end = hit.span(group)
            is_name = not hit[group][:1].isascii() and end - start < _SHORT_NAME
            out.add(prose[start - 1 : end] if is_name and start else hit[group])
    return {words for words in out if not set(words) <= set("×* ")}


def covering(secret: Collection[str]) -> Callable[[str], str]:
    """A function that covers these words wherever they stand; every text keeps its length."""
    if not secret:
        return lambda words: words
    longest = sorted(secret, key=lambda words: (-len(words), words))
    pattern = re.compile("|".join(map(re.escape, longest)))
    return lambda words: pattern.sub(lambda hit: _covered(hit[0]), words)


def _covered(words: str) -> str:
    """139****5678 of a number, 王×× of a name, crosses for an address."""
    if words[:3].isdecimal():
        return words[:3] + "*" * (len(words) - 7) + words[-4:]
    return words[0] + "×" * (len(words) - 1) if len(words) <= _SHORT_NAME + 1 else "×" * len(words)


def masked(audit: Audit) -> Audit:
    """The audit as it may be shown: personal data that rules found is covered in every text of its report."""
    covers = [covering(found) if (found := secrets(j.report, j.findings)) else None for j in audit.reports]
    if not any(covers):
        return audit
    reports = tuple(
        judged if cover is None else through(judged, cover) for judged, cover in zip(audit.reports, covers, strict=True)
    )
    every = frozenset().union(*(secrets(j.report, j.findings) for j in audit.reports))
    # Another report may quote the same passage (雷同): what is personal there is personal here.
    cover = covering(every)
    apart = tuple(judged if covers[at] is not None else _quoting(judged, cover) for at, judged in enumerate(reports))
    return replace(audit, reports=apart)


def _quoting(judged: Judged, cover: Callable[[str], str]) -> Judged:
    findings = tuple(through(finding, cover) for finding in judged.findings)
    return judged if findings == judged.findings else replace(judged, findings=findings)


def mask_of(judged: Judged) -> Callable[[str], str]:
    """The covering function of one report."""
    return covering(secrets(judged.report, judged.findings))


def through(thing: _Thing, cover: Callable[[str], str]) -> _Thing:
    """A noun with every text in it covered; what does not change is the same object."""
    return cast(_Thing, _through(thing, cover))


def _through(thing: Any, cover: Callable[[str], str]) -> Any:
    if isinstance(thing, str):
        return thing if type(thing) is not str else cover(thing)
    if isinstance(thing, tuple):
        made = tuple(_through(one, cover) for one in thing)
        return thing if all(a is b for a, b in zip(made, thing, strict=True)) else made
    if isinstance(thing, Mapping):
        kept = {key: _through(value, cover) for key, value in thing.items()}
        return thing if all(kept[key] is thing[key] for key in kept) else kept
    if is_dataclass(thing) and not isinstance(thing, type):
        changed = {}
        for each in fields(thing):
            if each.name not in _PASSED_OVER:
                old = getattr(thing, each.name)
                new = _through(old, cover)
                if new is not old and new != old:
                    changed[each.name] = new
        return replace(cast(Any, thing), **changed) if changed else thing
    return thing
