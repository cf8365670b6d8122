"""What comes out when an invocation ends."""

from __future__ import annotations

import msgspec


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """One invocation that is over."""

    function: str
    request_id: str
    at: float
    """When; seconds since the epoch."""
    status: int
    """200, or what SCF reports of a failure."""
    answer: str
    """JSON that the function returned."""
    error: str = ""
    log: tuple[str, ...] = ()
    duration_ms: float = 0.0
