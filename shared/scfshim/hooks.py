"""What hooks are told: `before_call` may refuse a call by raising, `after_call` learns how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec


class Call(msgspec.Struct, frozen=True):
    """One attempt, about to be sent."""

    service: str
    action: str
    region: str
    params: Mapping[str, object]
    """The JSON body that will be sent, decoded for this hook alone: changing it changes nothing."""


class Outcome(msgspec.Struct, frozen=True):
    """How one attempt ended."""

    code: str | None
    """The API's error code, ``TransportError`` without a readable answer, None on success."""
    request_id: str
    """Empty without an answer."""
    elapsed: float
    """Seconds."""


BeforeCall = Callable[[Call], object]
AfterCall = Callable[[Call, Outcome], object]
