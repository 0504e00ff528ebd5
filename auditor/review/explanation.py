"""One rule and one report -> the whole way to the outcome, in parts, whether the rule fired or not.

In        the rule, the case as the judge sees it, and what the audit said of the report in the end
Out       parts with a title each: scope, bases, cells with places, claims taken and left out, parameters, what it was
          compared with, the formula with every value, the conclusion, what would turn it, examples nearby
Same      the outcome is the audit's own; where the audit went beyond the rule (a misreading, a pattern, a cause that costs
          once), the conclusion says so
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.checks.check import Case, Result
from auditor.findings import out_of_scope, results_of
from auditor.model import OUTCOME_WORDS, Finding, Judged, Outcome
from auditor.review.applying import law_part, scope_part
from auditor.review.flips import flips_part
from auditor.review.nearby import nearby_part
from auditor.review.operands import beside_part, cells_part, claims_part, parameters_part
from auditor.review.told import Line, Part
from auditor.review.tracing import reasoning_part
from auditor.review.wording import key_words, shown
from auditor.rulebook import Ready, Rulebook
from auditor.rulebook.rule import kind_keys
from auditor.text import show


@dataclass(frozen=True, slots=True)
class Explained:
    """A rule over a report: the outcome and the way to it."""

    outcome: Outcome
    parts: tuple[Part, ...]


def explained(ready: Ready, book: Rulebook, case: Case, judged: Judged) -> Explained:
    """The explanation. `case` must hold what stood beside the report in the audit that gave `judged`."""
    outcome = judged.outcomes[ready.id]
    scope = scope_part(ready, case)
    parts = [scope, law_part(ready, book, case)]
    if out_of_scope(ready, case):
        parts += [_demand(ready), _conclusion(ready, case, judged)]
    else:
        parts += [
            _demand(ready),
            cells_part(ready, case),
            claims_part(ready, case),
            parameters_part(ready, book, case),
            beside_part(ready, case),
            reasoning_part(ready, case),
            _conclusion(ready, case, judged),
            _turning(ready, case, judged),
        ]
    parts.append(nearby_part(ready, case))
    return Explained(outcome, tuple(p for p in parts if p.lines))


_QUIET = {"expect", "each", "tolerance", "also"}


def _demand(ready: Ready) -> Part:
    """What a rule without formula asks, key by key."""
    if ready.expect:
        return Part("要求")
    keys = kind_keys(ready.rule).model_dump(mode="python", by_alias=True, exclude_defaults=True)
    return Part(
        "要求", tuple(Line(f"{key_words(ready.rule.check, k)}：{shown(v)}") for k, v in keys.items() if k not in _QUIET)
    )


# --- the conclusion ----------------------------------------------------------------------------------


def _conclusion(ready: Ready, case: Case, judged: Judged) -> Part:
    findings = [f for f in judged.findings if f.rule == ready.id]
    undecided = [u for u in judged.undecided if u.rule == ready.id]
    titles = {f.fingerprint: f for f in judged.findings}
    lines = [line for finding in findings for line in _finding(finding, titles)]
    for one in undecided:
        withdrawn = f"（被组合规则撤回：{_named(one.withdrawn_by, titles)}）" if one.withdrawn_by else ""
        lines.append(Line(f"{OUTCOME_WORDS[one.outcome]}——{one.reason}{withdrawn}"))
    if not findings and not undecided:
        lines += _silent(judged.outcomes[ready.id], results_of(ready, case))
    return Part("结论", tuple(lines))


def _silent(outcome: Outcome, results: list[Result]) -> Iterator[Line]:
    """Why nothing is said: everything holds, or the rule does not apply."""
    if outcome is Outcome.KEPT:
        yield Line("合规——各项要求都符合")
        return
    reasons = dict.fromkeys(r.reason for r in results if r.outcome is outcome and r.reason)
    for reason in list(reasons)[:6] or [""]:
        yield Line(OUTCOME_WORDS[outcome] + (f"——{reason}" if reason else ""))


def _finding(finding: Finding, titles: Mapping[str, Finding]) -> Iterator[Line]:
    yield Line(f"{OUTCOME_WORDS[finding.outcome]}（{finding.severity}，{_cost(finding, titles)}）——{finding.message}")
    for evidence in finding.evidence[:12]:
        label = f"{evidence.label}：" if evidence.label else ""
        yield Line(f"原文：{label}{evidence.text}", 1, evidence.place)
    for basis in finding.basis:
        yield Line(f"依据：{'实务口径：' if basis.practice else ''}{basis.text}", 1)
    if finding.verify:
        yield Line(f"人工核对：{finding.verify}", 1)


def _cost(finding: Finding, titles: Mapping[str, Finding]) -> str:
    if finding.absorbed_by:
        return f"不另扣分，与“{_named(finding.absorbed_by, titles)}”同一原因"
    if finding.free:
        return f"不扣分：{finding.free}"
    if finding.draft:
        return "试行，不扣分"
    if finding.outcome is Outcome.SUSPECTED and finding.cost:
        return f"认定属实后扣 {show(finding.cost)} 分"
    return f"扣 {show(finding.deducted)} 分"


def _named(fingerprint: str | None, titles: Mapping[str, Finding]) -> str:
    other = titles.get(fingerprint or "")
    return f"{other.rule} {other.title}" if other is not None else str(fingerprint)


# --- what would turn it ------------------------------------------------------------------------------

_MENDED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "filled": (("cells", "把{cells}填上数字，即符合"),),
    "section": (("missing", "写明{missing}，即符合"), ("headings", "补写或改正{headings}，即符合")),
    "wording": (("words", "删去或改掉 {words}，即符合"), ("section", "在{section}中写明所要求的内容，即符合")),
    "date": (("deadline", "公布日期不晚于 {deadline}，即符合"),),
    "form": (("rows", "补齐或改正{rows}，即符合"), ("columns", "补齐或改正{columns}，即符合")),
}


def _turning(ready: Ready, case: Case, judged: Judged) -> Part:
    if ready.expect:
        return flips_part(ready, case)
    lines = []
    for result in results_of(ready, case):
        if result.outcome is not Outcome.BROKEN:
            continue
        for word, template in _MENDED.get(ready.rule.check, ()):
            if result.words.get(word):
                lines.append(Line(template.replace(f"{{{word}}}", result.words[word])))
                break
    require = getattr(ready.rule, "require", ())
    if require and judged.outcomes[ready.id] in (Outcome.BROKEN, Outcome.SUSPECTED):
        lines = [Line(f"正文（或所看章节）出现下列任一说法即符合：{shown(require)}")]
    return Part("怎样会改变结论", tuple(dict.fromkeys(lines)))
