"""Conclusions: located faults and the patterns that ask for them in; one conclusion for each fault out.

One       pattern a fault: of those that ask for its kind and find enough findings behind it the one that asks for most
Members   the relations it mends and whatever else it clears; they stay listed, absorbed by the conclusion
Cost      in place of its members, not beside them: each cell that is wrong for itself costs once (`causes`)
Severity  the pattern's own, but never graver than its gravest member
Gives way where findings have only a cell in common (同格), to any conclusion that says more of them
Certain   that the relations do not hold; which cell is wrong is always worded as a suspicion
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from auditor.checks.check import joined
from auditor.conclusion import (
    Conclusion,
    Setting,
    basis_of,
    common,
    content_of,
    evidence_of,
    gravest,
    in_order,
)
from auditor.faults.fault import Change, Fault
from auditor.model import SEVERITIES, Finding, Number, Outcome
from auditor.rulebook.pattern import COUNT_PLACEHOLDER, FaultClause, Pattern
from auditor.text import hashed, show

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
GIVES_WAY = "同格"


def concluded(
    faults: Sequence[Fault],
    findings: Sequence[Finding],
    patterns: Sequence[Pattern],
    setting: Setting,
    others: Sequence[Conclusion] | None = None,
) -> list[Conclusion]:
    """The conclusions of one report, in order of the patterns; faults of which a finding does not stand are left out.

    Without `others` those on faults that the arithmetic located; with them, on what gives way to these.
    """
    taken = {id for conclusion in others or () for id in conclusion.finding.members}
    faults = [f for f in faults if (f.kind == GIVES_WAY) is (others is not None) and taken.isdisjoint(f.relations)]
    standing = {finding.fingerprint: finding for finding in findings}
    asking = [(p, p.fault) for p in patterns if p.fault is not None]
    asking.sort(key=lambda pair: (not pair[1].slip, -pair[1].relations, pair[0].id))
    out = []
    for fault in faults:
        pattern = next((pattern for pattern, clause in asking if _answers(fault, clause)), None)
        if pattern is not None and standing.keys() >= set(fault.relations):
            out.append(_conclusion(pattern, fault, standing, setting))
    return sorted(out, key=lambda c: (c.pattern.id, c.finding.fingerprint))


def _answers(fault: Fault, clause: FaultClause) -> bool:
    """Whether the pattern speaks of the fault; a choice of cells that explains no more findings than it names cells does not."""
    behind = len(fault.relations) + len(fault.also)
    says_more = fault.kind != "并列" or fault.compelling or behind > fault.causes
    enough = behind >= clause.relations and (fault.compelling or not clause.slip)
    return fault.kind in clause.kinds and enough and says_more


def _conclusion(pattern: Pattern, fault: Fault, standing: Mapping[str, Finding], setting: Setting) -> Conclusion:
    relations = in_order(standing[id] for id in fault.relations)
    members = in_order([*relations, *(standing[id] for id in fault.also if id in standing and not standing[id].draft)])
    then, cells = pattern.then, fault.cells
    is_broken = then.certainty == "certain" and all(f.outcome is Outcome.BROKEN for f in relations)
    basis = basis_of(then, members, setting.assessed)
    severity = max(then.severity, gravest(members).severity, key=SEVERITIES.index)
    cost, free = setting.price(replace(then, severity=severity), basis)
    now, should = _operands(fault)
    places = [change.cell for changes in fault.sets for change in changes]
    shown = dict.fromkeys(change.evidence for changes in fault.sets for change in changes)
    finding = Finding(
        rule=pattern.id,
        title=pattern.title,
        fingerprint=hashed(pattern.id, setting.identity, str(setting.year or ""), *cells),
        locus=hashed(pattern.id, *cells),
        content=content_of(members),
        outcome=Outcome.BROKEN if is_broken else Outcome.SUSPECTED,
        severity=severity,
        dimension=then.dimension or gravest(relations).dimension,
        message=_message(then.conclude, fault),
        why=then.why,
        verify=then.verify,
        remedy=then.remedy,
        part=common(cell.part for cell in places),
        table=common(cell.table for cell in places),
        row=common(cell.row for cell in places),
        column=common(cell.column for cell in places),
        facts=tuple(sorted({*cells, *(fact for member in members for fact in member.facts)})),
        left=now,
        right=should,
        difference=None if now is None or should is None else now - should,
        evidence=tuple(dict.fromkeys((*shown, *evidence_of(members)))),
        basis=basis,
        cost=cost,
        covers=tuple(sorted({rule for member in members for rule in member.covers})),
        members=tuple(member.fingerprint for member in members),
        free=free,
        causes=fault.causes,
    )
    return Conclusion.heard(pattern, finding, members, (), setting.word)


def _operands(fault: Fault) -> tuple[Number | None, Number | None]:
    """What the one cell says and should say."""
    only = fault.sets[0]
    return (only[0].says, only[0].should) if len(fault.sets) == len(only) == 1 else (None, None)


# --- words -----------------------------------------------------------------------------------------


def _message(template: str, fault: Fault) -> str:
    now, should = _operands(fault)
    words = {
        "更正": _mending(fault),
        "单元格": joined(dict.fromkeys(change.label for changes in fault.sets for change in changes)),
        "现为": show(now),
        "应为": show(should),
        "关系数": str(len(fault.relations)),
        "格数": str(len(fault.sets[0])),
        "说明": _explained(fault),
        COUNT_PLACEHOLDER: str(len(fault.relations) + len(fault.also)),
    }
    return _PLACEHOLDER.sub(lambda match: words[match[1]], template)


def _mending(fault: Fault) -> str:
    if fault.kind == "移位":
        return f"{_table(fault)}{fault.words}"
    if fault.kind == GIVES_WAY:
        cells = [changes[0] for changes in fault.sets]
        if len(cells) == 1:
            return f"{cells[0].label} 现为 {show(cells[0].says)}，疑有误"
        return "、".join(f"{c.label}（现为 {show(c.says)}）" for c in cells) + "疑有一格有误"
    if fault.kind != "并列":
        return "；".join(f"{c.label} 疑应为 {show(c.should)}，现为 {show(c.says)}" for c in fault.sets[0])
    choices = _choices(fault)
    return choices[0] if len(choices) == 1 else "；".join(f"{at}. {words}" for at, words in enumerate(choices, 1))


def _choices(fault: Fault) -> list[str]:
    """Every mending in words; those that change the same columns of different rows alike are told together."""
    alike: dict[tuple[tuple[str, Number | None], ...], list[tuple[Change, ...]]] = {}
    for at, changes in enumerate(fault.sets):
        rows = {change.cell.row for change in changes}
        likely = fault.compelling and at == 0
        apart = ((str(at), None),) if likely or len(rows) > 1 or len(changes) < 2 else ()
        alike.setdefault(apart or tuple((c.cell.column, _added(c)) for c in changes), []).append(changes)
    return [_one_of_several(group[0]) if len(group) == 1 else _any_row(group) for group in alike.values()]


def _any_row(group: Sequence[tuple[Change, ...]]) -> str:
    """Any one of several rows, each in the same two cells by as much."""
    rows = "、".join(changes[0].cell.name.split(".", 1)[0] for changes in group)
    each = "，".join(
        f"“{c.cell.name.rsplit('.', 1)[-1]}”一格{'加' if (added := _added(c)) > 0 else '减'} {show(max(added, -added))}"
        for c in group[0]
    )
    return f"{group[0][0].label.split(' ', 1)[0]}以下任一行的{each}：{rows}"


def _added(change: Change) -> Number:
    return Decimal(0) if change.says is None or change.should is None else change.should - change.says


def _one_of_several(changes: Sequence[Change]) -> str:
    return "，同时 ".join(f"{c.label} 由 {show(c.says)} 改为 {show(c.should)}" for c in changes)


def _table(fault: Fault) -> str:
    return fault.sets[0][0].label.split(" ", 1)[0]


def _explained(fault: Fault) -> str:
    """How the fault may have arisen, and what else hangs on it."""
    also = f"另有 {len(fault.also)} 个问题由此引起" if fault.also and fault.kind not in ("单位", GIVES_WAY) else ""
    if fault.kind == "并列" and fault.words:
        return f"。其中第 1 种可能性较大：{fault.words}" + (f"；{also}" if also else "")
    words = "" if fault.kind == "移位" else fault.words
    told = "；".join(word for word in (words, also) if word)
    return f"（{told}）" if told else ""
