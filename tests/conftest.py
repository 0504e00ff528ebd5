"""What many tests need: the packaged rulebook, and the shared material where it is present."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
import remembered
from hypothesis import HealthCheck, settings

from auditor.model import Audit
from auditor.pipeline import Options, audit
from auditor.roster.sheet import read_roster
from auditor.rulebook import Rulebook, load

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "reports"
SHARED = ROOT.parent / "shared"

settings.register_profile(
    "auditor", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("auditor")

remembered.install()
gc.set_threshold(50_000, 20, 50)  # six thousand tests at hand make every look for garbage a long one


def pytest_configure(config: pytest.Config) -> None:
    """With several workers the tests of a file go to the same one: many share a costly fixture."""
    if getattr(config.option, "dist", "no") == "load":
        config.option.dist = "loadfile"


def pytest_collection_finish() -> None:
    """What is there before the first test is there until the last: it is never looked at for garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def book() -> Rulebook:
    """The packaged rulebook."""
    return load()


@pytest.fixture(scope="session")
def county(book: Rulebook) -> Audit:
    """The reports of the fictional county, audited without a roster."""
    return audit([REPORTS], book, Options(jobs=1))


@pytest.fixture(scope="session")
def county_by_roster(book: Rulebook) -> Audit:
    """The same with the county's roster."""
    return audit([REPORTS], book, Options(roster=read_roster(REPORTS / "名册.xlsx"), jobs=1))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real reports; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the shared material (../shared) is not here")
    return SHARED
