"""What many tests need: the packaged rulebook, and the shared material where it is present."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from auditor.rulebook import Rulebook, load

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

settings.register_profile(
    "auditor", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("auditor")


def pytest_configure(config: pytest.Config) -> None:
    """With several workers the tests of a file go to the same one: many share a costly fixture."""
    if getattr(config.option, "dist", "no") == "load":
        config.option.dist = "loadfile"


@pytest.fixture(scope="session")
def book() -> Rulebook:
    """The packaged rulebook."""
    return load()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real reports; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the shared material (../shared) is not here")
    return SHARED
