"""Which fault hits which call."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

import msgspec

from tcmock.catalogue import SERVICES
from tcmock.cos.operations import OPERATIONS
from tcmock.faults.answer import Stale
from tcmock.faults.audit import AuditEffect
from tcmock.faults.call import CallEffect, Latency, Target, World
from tcmock.faults.effect import Effect
from tcmock.faults.fault import Fault, Given, effect_of

E = TypeVar("E", bound=Effect)


class Plight(msgspec.Struct, frozen=True):
    """All that happens to one call."""

    target: Target
    latency: Latency = Latency(0.0)
    effect: CallEffect = CallEffect()
    fault: Fault | None = None
    """Whose effect that is."""

    def suffer(self, world: World) -> None:
        """What comes before the call is executed; without any lock."""
        self.latency.wait(world.clock)
        self.effect.before(world, self.target)


class Faults:
    """What shall happen to coming calls, deterministically for a seed.

    A call suffers at most one fault of each sort, the first one added that is due: a latency, another effect,
    and, once it has left an audit record, something that happens to the event. Calls that the gateway refuses
    suffer and count nothing.
    """

    def __init__(self, seed: int = 0) -> None:
        self.fired: Counter[str] = Counter()
        """How often each kind of fault, or each error code, has come true."""
        self._faults: list[Fault] = []
        self._random = random.Random(seed)  # noqa: S311 - repeatable by design
        self._lock = threading.Lock()

    def add(
        self,
        action: str,
        effect: Given,
        *,
        calls: int | None = 1,
        at: int = 1,
        probability: float = 1.0,
    ) -> Fault:
        """Let `effect` happen to calls of `action`, from the `at`-th on, each with that probability.

        Args:
            action: ``*`` stands for every action.
            effect: a value of `tcmock.faults`, or short for one: its kind, an error code, or a callable to
                run just before executing, without the cloud's lock, so that it may be a client itself.
            calls: how many; None for all.
            at: 1 is the next one.
            probability: above 0, up to 1.

        Raises:
            TypeError: the effect is a class.
            ValueError: the fault could never happen, and a test with it would pass for nothing.
        """
        fault = Fault(action, effect_of(effect), at, calls, probability)
        _check(fault)
        with self._lock:
            self._faults = [*(known for known in self._faults if not known.spent), fault]
        return fault

    def pending(self) -> list[Fault]:
        """Faults that may still happen, in the order in which they are tried."""
        with self._lock:
            return [msgspec.structs.replace(fault) for fault in self._faults if not fault.spent]

    def clear(self) -> None:
        """Forget all faults and counts."""
        with self._lock:
            self._faults.clear()
            self.fired.clear()

    def seed(self, seed: int) -> None:
        """Start the sequence of chances again, with that seed."""
        with self._lock:
            self._random.seed(seed)

    def kept_writes(self) -> int:
        """How many writes back somebody may want to read."""
        with self._lock:
            effects = [fault.effect for fault in self._faults if not fault.spent]
        return max((effect.writes for effect in effects if isinstance(effect, Stale)), default=0)

    def plight(self, target: Target) -> Plight:
        """What happens to a call. `confirm` it where its effect is `tentative` and has made a difference."""
        with self._lock:
            _, latency = self._due(Latency, target.action, lambda _: True) or (None, Latency(0.0))
            fault, effect = self._due(
                CallEffect,
                target.action,
                lambda effect: (target.reads or not effect.tentative) and effect.suits(target),
            ) or (None, CallEffect())
            return Plight(target, latency, effect, fault)

    def confirm(self, plight: Plight) -> None:
        """A tentative effect has made a difference, and counts."""
        if plight.fault is not None:
            with self._lock:
                self._count(plight.fault)

    def on_the_way(self, action: str) -> AuditEffect:
        """What happens to the event of a write."""
        with self._lock:
            _, effect = self._due(AuditEffect, action, lambda _: True) or (None, AuditEffect())
            return effect

    def _due(self, sort: type[E], action: str, suits: Callable[[E], bool]) -> tuple[Fault, E] | None:
        """The first fault of that sort whose turn it is; all that the call concerns have then seen it."""
        found: tuple[Fault, E] | None = None
        for fault in self._faults:
            effect = fault.effect
            if isinstance(effect, sort) and fault.concerns(action) and suits(effect):
                fault.seen += 1
                if found is None and self._strikes(fault):
                    found = fault, effect
        if found and not found[1].tentative:
            self._count(found[0])
        return found

    def _count(self, fault: Fault) -> None:
        fault.hits += 1
        self.fired[fault.effect.name] += 1

    def _strikes(self, fault: Fault) -> bool:
        if fault.spent or fault.seen < fault.at:
            return False
        return fault.probability >= 1 or self._random.random() < fault.probability


def _check(fault: Fault) -> None:
    name, effect = fault.effect.name, fault.effect
    if fault.at < 1 or (fault.calls is not None and fault.calls < 1) or not 0 < fault.probability <= 1:
        raise ValueError("`at` and `calls` count from 1, and `probability` lies above 0 and up to 1")
    if fault.action == "*":
        return
    audited = [
        service.actions[fault.action].changes is not None
        for service in SERVICES.values()
        if fault.action in service.actions
    ]
    stored = [OPERATIONS[fault.action].writes] if fault.action in OPERATIONS else []
    writes = [*audited, *stored]
    if not writes:
        raise ValueError(f"`{fault.action}` is not emulated: a fault there would never happen")
    if isinstance(effect, CallEffect) and effect.tentative and all(writes):
        raise ValueError(f"`{fault.action}` is a write: `{name}` would never happen to it")
    if isinstance(effect, AuditEffect) and not any(audited):
        what = "" if any(writes) else "is a read and "
        raise ValueError(f"`{fault.action}` {what}leaves no event: `{name}` would never happen to it")
