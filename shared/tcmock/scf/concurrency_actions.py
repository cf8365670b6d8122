"""How often a failed event is tried again, and how much of a function may run at once."""

from __future__ import annotations

from tcmock.errors import APIError
from tcmock.invocation import Answer, Invocation
from tcmock.scf.request import function_of
from tcmock.scf.state import ScfState

TOTAL_MEMORY = 128_000
"""MB of concurrency in one region (https://www.tencentcloud.com/document/product/583/11637)."""
SHARED_MEMORY = 12_800
"""MB that cannot be reserved."""
MAX_RETRIES = 2
MIN_TTL, MAX_TTL = 60, 21_600


def update_events(call: Invocation) -> Answer:
    """Set retries and how long an event is kept."""
    function, given = function_of(call), call.params.child("AsyncTriggerConfig")
    retries = [config.number("RetryNum") or 0 for config in given.children("RetryConfig")]
    ttl = given.number("MsgTTL") or 0
    if not retries or not 0 <= retries[0] <= MAX_RETRIES:
        raise APIError("LimitExceeded.RetryNum", f"`RetryNum` goes from 0 to {MAX_RETRIES}.")
    if not MIN_TTL <= ttl <= MAX_TTL:
        raise APIError("LimitExceeded.MsgTTL", f"`MsgTTL` goes from {MIN_TTL} to {MAX_TTL} seconds.")
    function.retries, function.ttl = retries[0], ttl
    return {}


def get_events(call: Invocation) -> Answer:
    """Retries of errors of the function, then, without limit, of the system's."""
    function = function_of(call)
    return {
        "AsyncTriggerConfig": {
            "RetryConfig": [{"RetryNum": function.retries}, {"RetryNum": -1}],
            "MsgTTL": function.ttl,
        }
    }


def reserve(call: Invocation) -> Answer:
    """Keep an amount of concurrency for a function, which may then use no more."""
    function, memory = function_of(call), call.params.number("ReservedConcurrencyMem") or 0
    others = sum(
        other.reserved_memory or 0
        for other in call.region[ScfState].functions.values()
        if other is not function
    )
    if memory < 0 or others + memory > TOTAL_MEMORY - SHARED_MEMORY:
        raise APIError(
            "LimitExceeded.FunctionReservedConcurrencyMemory",
            f"All functions together may reserve {TOTAL_MEMORY - SHARED_MEMORY} MB; others have {others} MB.",
        )
    function.reserved_memory = memory
    return {}


def get_reserved(call: Invocation) -> Answer:
    """How much is kept; null for nothing."""
    return {"ReservedMem": function_of(call).reserved_memory}


def release(call: Invocation) -> Answer:
    """Keep nothing any more."""
    function_of(call).reserved_memory = None
    return {}
