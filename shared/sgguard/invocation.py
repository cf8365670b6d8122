"""What one invocation of a function has at hand, and where that goes which it has no time for."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import partial

import msgspec

from scfshim import Deadline
from sgguard import pipeline, wiring
from sgguard.adapters.tencent.invoker import TencentInvoker
from sgguard.model.batch import Batch
from sgguard.model.run import Run
from sgguard.pipeline import Guard
from sgguard.settings import read_settings
from sgguard.sweep import HandoverError, Invoker, Limits, Round, Rounds, TooLongError

_LAST_SECONDS = 15.0
"""Seconds at the end of an invocation in which nothing new is begun; a third of a shorter one."""


class Invocation:
    """One invocation. Only names and the time limit are read of SCF's `context`: it may carry live keys.

    What time does not allow goes to the function itself, or to the guard function of the config where it is
    not `repeatable`: the sweep would begin another round.
    """

    def __init__(self, context: Mapping[str, object], *, repeatable: bool) -> None:
        settings = self.settings = read_settings(os.environ)
        wiring.configure_logging(settings.log_level)
        log = wiring.logger().bind(request_id=str(context.get("request_id", "")))
        limit = context.get("time_limit_in_ms")
        seconds = limit / 1000 if isinstance(limit, int | float) else None
        deadline = None if seconds is None else Deadline.after(seconds)
        self._function, self._namespace, self._region = (
            str(context.get(key) or "") for key in ("function_name", "namespace", "tencentcloud_region")
        )
        self.guard = wiring.build_guard(settings, seconds, log)
        self.fleet = self.guard.site.fleet
        self.guards = wiring.guards_of(self.guard, deadline)
        self.limits = Limits(
            parallel=self.fleet.parallel,
            remaining=deadline.remaining if deadline else lambda: float("inf"),
            reserve=0.0 if seconds is None else min(_LAST_SECONDS, seconds / 3),
        )
        self._helper = (self._function if repeatable else "") or self.fleet.guard

    @property
    def region(self) -> str:
        """The region that the function runs in; empty if nothing tells."""
        return self._region or os.environ.get("TENCENTCLOUD_REGION", "")

    def guard_of(self, account: str) -> Guard:
        """The guard of an account of the fleet, else the own one."""
        member = self.fleet.member(account)
        guard = self.guards(account) if member else self.guard
        return msgspec.structs.replace(guard, crowd=partial(self._crowd, account if member else ""))

    def rounds(self) -> Rounds:
        """Rounds that work batches off here and hand on what is left."""
        return self._rounds(self._invoker(self._helper))

    def sweeping(self) -> Rounds:
        """Rounds whose batches go to the guard function of the config; without one they stay here."""
        return self._rounds(self._invoker(self.fleet.guard))

    def hand_on(self, elements: Sequence[Mapping[str, object]]) -> list[Run]:
        """Hand on elements that nobody has looked at, or keep them. Raises StoreError if neither can be."""
        rest, why = {"EventList": list(elements)}, "no function is known that could go on"
        invoker = self._invoker(self._helper)
        try:
            if invoker is not None:
                invoker.hand_over(rest)
                return [Run(change=None, note=f"time was up: {len(elements)} events are handed on")]
        except HandoverError as error:
            if isinstance(error, TooLongError) and len(elements) > 1:
                half = len(elements) // 2
                return [*self.hand_on(elements[:half]), *self.hand_on(elements[half:])]
            why = error.diagnostics()
        why = f"Time was up before {len(elements)} events were looked at: {why}"
        return [pipeline.keep(rest, why, self.guard)]

    def _crowd(self, account: str, batch: Batch) -> str:
        found = Round(sweep=batch.sweep)
        self.rounds().work_off(msgspec.structs.replace(batch, account=account), found)
        counts = [f"{count} {verdict}" for verdict, count in sorted(found.verdicts.items())]
        counts += [f"{found.left} left to the sweep"] if found.left else []
        counts += ["the rest handed on"] if found.handed_over else []
        return f"{len(batch.groups)} groups are affected: {', '.join(counts)}"

    def _rounds(self, invoker: Invoker | None) -> Rounds:
        return Rounds(self.guards, self.limits, size=self.fleet.batch, invoker=invoker)

    def _invoker(self, function: str) -> Invoker | None:
        if not function:
            return None
        session, namespace = wiring.sessions.plain(), self._namespace or "default"
        return TencentInvoker(session, function, namespace=namespace, region=self._region)
