"""Settings that every test shares."""

from __future__ import annotations

import os

from hypothesis import settings

# `SGGUARD_HYPOTHESIS=long` is what `make fuzz` sets.
settings.register_profile("quick", deadline=None, max_examples=60, derandomize=True)
settings.register_profile("long", deadline=None, max_examples=5000)
settings.load_profile(os.environ.get("SGGUARD_HYPOTHESIS", "quick"))
