"""A few kills of `kills.py` with few reports; `python tests/ledger/kills.py` kills 200 times an audit of 300."""

from __future__ import annotations

import os
import signal

import pytest


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_a_killed_audit_leaves_the_ledger_whole() -> None:
    from kills import main

    kills, reports = ("200", "300") if os.environ.get("AUDITOR_THOROUGH") else ("1", "6")
    assert main([kills, reports, "10" if kills == "200" else "0"]) == 0
