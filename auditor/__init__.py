"""auditor: disclosure reports in, scored audit findings and documents out.

The folders are the data flow: readers -> facts -> checks/findings -> patterns -> score -> documents.
Imports only go down; `tests/test_architecture.py` holds the map.

From Python (`auditor.api`, `auditor.frames`; README, "From Python"):

    done = auditor.audit("reports")              an Audit, frozen
    auditor.scores_frame(done)                   the same as tables of pandas: scores, findings, facts
    auditor.open_ledger("audits/ledger.sqlite")  what was kept of all quarters; the frames take it in place of an audit

Names are looked up when they are used: `import auditor` and `auditor --help` load nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auditor.api import audit, compare, history, load_rulebook, open_ledger, read_roster
    from auditor.checklist import ChecklistError
    from auditor.frames import (
        FrameError,
        facts_frame,
        fates_frame,
        findings_frame,
        moves_frame,
        rules_frame,
        scores_frame,
        trends_frame,
        write_frame,
    )
    from auditor.ledger import Ledger, LedgerError
    from auditor.model import Audit
    from auditor.roster import Roster
    from auditor.roster.sheet import RosterError
    from auditor.rulebook import Rulebook, RulebookError

__version__ = "0.1.0"

__all__ = [
    "Audit",
    "ChecklistError",
    "FrameError",
    "Ledger",
    "LedgerError",
    "Roster",
    "RosterError",
    "Rulebook",
    "RulebookError",
    "__version__",
    "audit",
    "compare",
    "facts_frame",
    "fates_frame",
    "findings_frame",
    "history",
    "load_rulebook",
    "moves_frame",
    "open_ledger",
    "read_roster",
    "rules_frame",
    "scores_frame",
    "trends_frame",
    "write_frame",
]

_ROOMS = {
    **dict.fromkeys(("audit", "compare", "history", "load_rulebook", "open_ledger", "read_roster"), "api"),
    **dict.fromkeys(
        (
            "FrameError",
            "facts_frame",
            "fates_frame",
            "findings_frame",
            "moves_frame",
            "rules_frame",
            "scores_frame",
            "trends_frame",
            "write_frame",
        ),
        "frames",
    ),
    "Audit": "model",
    "ChecklistError": "checklist",
    **dict.fromkeys(("Ledger", "LedgerError"), "ledger"),
    "Roster": "roster",
    "RosterError": "roster.sheet",
    **dict.fromkeys(("Rulebook", "RulebookError"), "rulebook"),
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module 'auditor' has no attribute {name!r}")
    return getattr(import_module(f"auditor.{_ROOMS[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
