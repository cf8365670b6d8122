"""When a failed call is made again, and after how long.

The SDK's own retryer is not used: it sends a call that has succeeded again after a throttled attempt.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from scfshim.errors import ApiError, TransportError

T = TypeVar("T")

READ_PREFIXES = ("Describe", "Get", "List", "Check")


def is_read(action: str) -> bool:
    """Whether an action changes nothing. Whatever is not known to be a read counts as a write."""
    return action.startswith(READ_PREFIXES)


def may_retry(action: str, error: ApiError | TransportError) -> bool:
    """Whether the same call may be made again.

    A write only when the failure proves that it did not run: throttled, or never sent.
    """
    if isinstance(error, TransportError):
        return error.sent is False or is_read(action)
    family = error.code.partition(".")[0]
    return family == "RequestLimitExceeded" or (
        is_read(action) and family in {"InternalError", "ServiceUnavailable"}
    )


class Retry(msgspec.Struct, frozen=True):
    """Exponential backoff with full jitter: each wait is drawn from 0 to a ceiling that doubles."""

    tries: int = 4
    """Attempts in all, the first included."""
    base: float = 0.2
    """Ceiling of the first wait, seconds."""
    cap: float = 2.0
    """No wait is longer, seconds."""
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random
    """Draws from [0, 1)."""

    def waits(self) -> Iterator[float]:
        """Seconds to wait before the second attempt, the third, and so on."""
        for failures in range(self.tries - 1):
            yield self.random() * min(self.cap, self.base * 2**failures)

    def run(self, action: str, attempt: Callable[[], T], remaining: Callable[[], float]) -> T:
        """The answer of `attempt`, or its last error once trying again is futile, unsafe or too late."""
        for wait in self.waits():
            try:
                return attempt()
            except (ApiError, TransportError) as error:
                if not may_retry(action, error) or wait >= remaining():
                    raise
            self.sleep(wait)
        return attempt()
