"""The printers of the readers' tests, and the county in every format, are at hand here too."""

from __future__ import annotations

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "readers"), str(TESTS / "roster")]
