"""A filled-in workbook -> one entry of the chain with all that is new in it, or nothing. `Weigh` says what is new.

Again     it is weighed anew when the ledger is locked; where somebody entered something meanwhile that changes the outcome,
          nothing is written: LedgerError
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from auditor.ledger.ledger import Ledger, LedgerError
from auditor.ledger.standing import standing
from auditor.ledgersheet.nouns import Decided, Remarked, Standing, Weighed
from auditor.quarters.nouns import Key

Weigh = Callable[[Standing], Weighed]
_NAMED = 3


class _MovedError(Exception):
    """The ledger says something else than when the workbook was weighed."""


def weighed(ledger: Ledger, weigh: Weigh, at: dt.datetime) -> Weighed:
    """What a workbook says beyond the ledger, nothing written. Raises LedgerError."""
    return weigh(standing(ledger, at.date()))


def take_in(ledger: Ledger, weigh: Weigh, source: str, by: str, at: dt.datetime) -> Weighed:
    """Enters what is new; conflicts, or nothing new, are handed back as they are. Raises LedgerError.

    `source` names the workbook in the chain, `by` who takes it in.
    """
    found = weighed(ledger, weigh, at)
    if found.conflicts or not (found.decisions or found.remarks):
        return found
    try:
        with ledger.writing("认定", _words(found, source, by), at) as entry:
            if weighed(ledger, weigh, at) != found:
                raise _MovedError
            entry.add("verdict", *(_verdict(one, at) for one in found.decisions))
            entry.add("remark", *(_remark(one, source, by) for one in found.remarks))
    except _MovedError:
        raise LedgerError("台账刚刚被他人改动，没有写入任何内容，请重新导入") from None
    return found


def _words(found: Weighed, source: str, by: str) -> str:
    counts = [f"认定 {len(found.decisions)} 个"] if found.decisions else []
    counts += [f"备注 {len(found.remarks)} 条"] if found.remarks else []
    numbers = [*(one.number for one in found.decisions), *(one.number for one in found.remarks)]
    named = "、".join(list(dict.fromkeys(numbers))[:_NAMED])
    who = f"（{by}）" if by else ""
    return f"导入{source}：{'，'.join(counts)}（{named}{'等' if len(set(numbers)) > _NAMED else ''}）{who}"


def _verdict(one: Decided, at: dt.datetime) -> dict[str, Any]:
    said = one.verdict
    return {
        **_key(one.key),
        "number": one.number,
        "content": one.content,
        "word": said.word,
        "why": said.why,
        "decided_by": said.by,
        "decided_on": (said.on or at.date()).isoformat(),
        "paper": said.paper or None,
        "until": said.until.isoformat() if said.until else None,
    }


def _remark(one: Remarked, source: str, by: str) -> dict[str, Any]:
    where = f"{source} {one.at}"
    return {**_key(one.key), "number": one.number, "text": one.text, "written_by": by or None, "source": where}


def _key(key: Key) -> dict[str, Any]:
    return {"unit": key.unit, "year": key.year, "locus": key.locus}
