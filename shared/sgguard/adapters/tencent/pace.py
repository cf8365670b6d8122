"""Calls no faster than the vendor allows, over all threads of an instance.

Documented: 100 a second for the actions of security groups, 20 for ReplaceSecurityGroupPolicies and for most
of tke (https://www.tencentcloud.com/document/product/215/15804, 457/31862), 20 for DescribeEvents
(https://www.tencentcloud.com/document/product/1021/34189). For what is documented nowhere, 20 as well.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

from scfshim import Call, Outcome

_BROAD: Final = 100.0
_NARROW: Final = 20.0
_RATES: Final[Mapping[str, float]] = {"vpc": _BROAD}
"""A second, by product."""
_ACTIONS: Final[Mapping[str, float]] = {"ReplaceSecurityGroupPolicies": _NARROW}
_MARGIN = 0.97
"""Of the allowed rate: the platform's second and ours do not begin together."""
_BURST = 0.02
"""Share of a second's calls that may follow each other at once: with the margin, no second has too many."""
_PENALTY = 0.5
"""Seconds that an action rests for after it was throttled: others use the same allowance."""


class Pace:
    """Hooks of a session: `wait` before each attempt, `heed` after it. Shared by all threads."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._next: dict[tuple[str, str, str], float] = {}
        self._lock = threading.Lock()

    def wait(self, account: str, call: Call) -> None:
        """Return once the call may leave."""
        rest = self._reserve((account, call.region, call.action), rate_of(call))
        if rest > 0:
            self._sleep(rest)

    def heed(self, account: str, call: Call, outcome: Outcome) -> None:
        """Let an action rest that was throttled."""
        if (outcome.code or "").startswith("RequestLimitExceeded"):
            key = account, call.region, call.action
            with self._lock:
                self._next[key] = max(self._next.get(key, 0.0), self._clock() + _PENALTY)

    def _reserve(self, key: tuple[str, str, str], rate: float) -> float:
        """Take the next place in the queue; seconds until its turn."""
        gap = 1.0 / (rate * _MARGIN)
        with self._lock:
            now = self._clock()
            turn = max(self._next.get(key, float("-inf")), now - _BURST * rate * gap)
            self._next[key] = turn + gap
        return turn - now


def rate_of(call: Call) -> float:
    """Calls of an action that one account may make in one region, a second."""
    return _ACTIONS.get(call.action, _RATES.get(call.service, _NARROW))
