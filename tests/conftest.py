"""Settings that every test shares."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["canaries"]

# `make fuzz` sets `SGGUARD_HYPOTHESIS=long`, `make mutate` sets `mutation`.
settings.register_profile("quick", deadline=None, max_examples=60, derandomize=True)
settings.register_profile("long", deadline=None, max_examples=10_000)
settings.register_profile("mutation", deadline=None, max_examples=60, derandomize=True, database=None)
settings.load_profile(os.environ.get("SGGUARD_HYPOTHESIS", "quick"))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out real clients and browsers unless they are asked for: `make e2e`."""
    asked_for = any("e2e" in argument for argument in config.args)
    return True if collection_path.name == "e2e" and not asked_for else None
