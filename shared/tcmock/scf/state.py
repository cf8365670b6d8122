"""What scf keeps of one region."""

from __future__ import annotations

from collections import deque

import msgspec

from tcmock.scf.models import Function

_KEPT = 10_000


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One invocation that has ended."""

    namespace: str
    function: str
    version: str
    request_id: str
    started: float
    """Seconds since the epoch."""
    status: int
    answer: str
    """JSON."""
    error: str
    log: str
    duration_ms: float
    memory_bytes: int
    cold: bool
    retry: int
    """0 for the first try."""
    source: str
    """What triggered it, like ``eb`` or ``timer``."""


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """An event that a function could not handle, as its dead-letter queue has it."""

    queue: str
    body: dict[str, object]
    """https://www.tencentcloud.com/document/product/583/39852"""


class ScfState(msgspec.Struct):
    """Functions by namespace and name, and what came of their invocations."""

    functions: dict[tuple[str, str], Function] = {}
    runs: deque[Run] = msgspec.field(default_factory=lambda: deque(maxlen=_KEPT))
    """The last ones, in the order of their ends."""
    dead_letters: list[DeadLetter] = []
    lost_events: list[DeadLetter] = []
    """Events that were given up without a dead-letter queue to go to; the vendor keeps none of them."""
