"""What a fault may do to one call, and when."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from tcmock.account import Key
from tcmock.clock import Clock
from tcmock.faults.effect import Effect, Seconds
from tcmock.invocation import Answer
from tcmock.wire import Request, Response


class World(Protocol):
    """What an effect sees of the cloud."""

    @property
    def clock(self) -> Clock:
        """Its time."""

    def handle(self, request: Request, *, faulty: bool = True) -> Response:
        """Its answer to a request; without `faulty` no fault hits that."""

    def crash(self, secret_id: str) -> bool:
        """Kill the process of the function that works with that key; whether there was one."""


class Target(msgspec.Struct, frozen=True):
    """The call that is hit; it has passed the gateway."""

    product: str
    action: str
    region: str
    given: Mapping[str, object]
    """Its parameters as they were sent."""
    permission: str
    """The name under which CAM allows or refuses it, like ``cvm:DescribeSecurityGroups``."""
    reads: bool
    """Whether it changes nothing."""
    owner: Key
    """The first key of the account that is called: whom another writer acts as."""
    caller: Key
    """Who calls."""
    by_function: bool
    """Whether a running function does."""


class Latency(Effect, frozen=True, tag="latency"):
    """The call takes that long. A frozen clock is advanced, or else the call really waits."""

    seconds: Seconds

    def wait(self, clock: Clock) -> None:
        """Let the time pass."""
        if self.seconds and clock.frozen:
            clock.advance(self.seconds)
        elif self.seconds:
            time.sleep(self.seconds)


class CallEffect(Effect, frozen=True):
    """The hooks, in the order in which the cloud runs them; here each of them does nothing."""

    def suits(self, call: Target) -> bool:
        """Whether it may hit such a call; those that it may not are not counted either."""
        del call
        return True

    def before(self, world: World, call: Target) -> None:
        """While the call is on its way, without any lock."""

    def instead(self, call: Target) -> Response | None:
        """An answer without executing. Raises APIError or TransportError to the same purpose."""

    @property
    def age(self) -> int:
        """How many writes back the state lies that the call is executed on; 0 is the present."""
        return 0

    def altered(self, answer: Answer) -> Answer:
        """What becomes of the executed call's answer."""
        return answer

    def after(self, world: World, call: Target) -> None:
        """Once the call was executed, without any lock. Raises TransportError to lose the answer."""


class Run(CallEffect, frozen=True, tag="run"):
    """Something of the test's own just before executing, such as another client's write."""

    callback: Callable[[], object]

    def before(self, world: World, call: Target) -> None:
        """Run it; it may call the cloud, and then meets faults like any client."""
        del world, call
        self.callback()
