"""The only place that reads the time of day."""

from __future__ import annotations

import time


def system_time() -> float:
    """Epoch seconds."""
    return time.time()  # noqa: TID251 (this is the Clock port's implementation)
