"""What the functions do with an invocation, by whichever door it comes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import cast
from uuid import uuid4

import msgspec

from scfshim import Deadline
from sgguard import pipeline, wiring
from sgguard.adapters.secret_reader import SecretError
from sgguard.adapters.tencent.audit_reader import TencentAudit
from sgguard.adapters.tencent.invoker import TencentInvoker
from sgguard.adapters.tencent.object_reader import read_object
from sgguard.errors import EventError, GuardError
from sgguard.event import (
    Answer,
    SignatureError,
    account_of,
    arrival_of,
    errand,
    is_batch,
    objects,
    read_batch,
    records_in,
    split,
    verified_body,
)
from sgguard.model.batch import Batch
from sgguard.model.run import Run
from sgguard.report.document import run_document
from sgguard.settings import read_settings
from sgguard.state import StoreError
from sgguard.sweep import EventLog, Guards, Limits, Round, Rounds, places_of, poll, sweep

_LAST_SECONDS = 15.0
"""Seconds at the end of an invocation in which no other group is begun; a third of a shorter one."""
_events = EventLog(uuid4().hex[:12])
"""Counts what this instance is handed."""


def handle_event(event: object, context: Mapping[str, object]) -> dict[str, object]:
    """What the guard function does with one invocation. Returns ``{"runs": […]}``, JSON throughout.

    `context` is SCF's; only its request id and time limit are read, for it may carry live credentials.
    """
    call = _Invocation(context)
    arrival = arrival_of(event)
    if arrival == "timer":
        return _poll(call) if errand(mapping_of(event)) == "poll" else _sweep(call)
    if arrival == "function-url":
        return _request(mapping_of(event), call).document()
    batch = _batch(event)
    if batch is not None:
        found = Round(sweep=batch.sweep)
        call.rounds(call.function or call.fleet.guard).work_off(batch, found)
        return {"runs": [], "round": msgspec.to_builtins(found)}
    if arrival == "cos":
        return _answer(_files(mapping_of(event), call))
    runs = _run(event, call.guard, call.guards)
    _count(runs, call)
    return _answer(runs)


def handle_sweep(event: object, context: Mapping[str, object]) -> dict[str, object]:
    """What the sweep function does on its timer. Returns ``sgguard/sweep/v1``, JSON throughout."""
    call = _Invocation(context)
    if arrival_of(event) == "timer" and errand(mapping_of(event)) == "poll":
        return _poll(call)
    return _sweep(call)


def _answer(runs: Sequence[Run]) -> dict[str, object]:
    return {"runs": [run_document(run) for run in runs]}


def _count(runs: Sequence[Run], call: _Invocation) -> None:
    try:
        _events.note(call.guard.store, runs, at=call.guard.clock())
    except StoreError as error:
        call.guard.log.warning("event not counted", reason=str(error))


def _files(event: Mapping[str, object], call: _Invocation) -> list[Run]:
    """Every record of every file that COS tells of; a file that cannot be read is kept with the reason."""
    guard, runs = call.guard, list[Run]()
    try:
        found = objects(event)
    except EventError as error:
        return [pipeline.keep(event, str(error), guard)]
    for where in found:
        try:
            elements = records_in(read_object(where))
        except GuardError as error:
            runs.append(pipeline.keep(event, error.diagnostics(), guard))
            continue
        runs += _run({"EventList": list(elements)}, guard, call.guards)
    _count(runs, call)
    return runs


def _poll(call: _Invocation) -> dict[str, object]:
    """Look at what CloudAudit has recorded since the last look, in every account."""
    polled: list[dict[str, object]] = []
    runs: list[Run] = []
    for account in ("", *(member.account for member in call.fleet.members)):
        guard = call.guards(account)
        region = call.region or os.environ.get("TENCENTCLOUD_REGION", "")
        session, _ = wiring.sessions.of(call.fleet.member(account))
        try:
            found = poll(
                TencentAudit(session, region), guard, call.limits, name=f"{account or 'own'}/{region}"
            )
        except GuardError as error:
            guard.log.exception("CloudAudit could not be polled", account=account, reason=str(error))
            polled.append({"account": account, "error": error.diagnostics()})
            continue
        runs += found.runs
        polled.append({"account": account, "records": found.records, "finished": found.finished})
    _count(runs, call)
    return {**_answer(runs), "polled": polled}


def _request(event: Mapping[str, object], call: _Invocation) -> Answer:
    """A signed request; nothing of an unsigned one is looked at or kept."""
    try:
        secrets = wiring.door_secrets(call.settings, call.guard.log)
        body = verified_body(event, secrets, now=call.guard.clock())
    except SignatureError as error:
        call.guard.log.warning("request refused", reason=str(error))
        return Answer(401, {"error": str(error)})
    except SecretError:
        # The sender asks again; whoever it is learns no more.
        return Answer(503, {"error": "The signature cannot be checked now."})
    runs = _run({"EventList": list(records_in(body))}, call.guard, call.guards)
    _count(runs, call)
    return Answer(200, _answer(runs))


def mapping_of(event: object) -> Mapping[str, object]:
    """An event that is known to be an object."""
    return cast("Mapping[str, object]", event)


def _sweep(call: _Invocation) -> dict[str, object]:
    places = places_of(call.fleet, call.region or os.environ.get("TENCENTCLOUD_REGION", ""))
    rounds = call.rounds(call.fleet.guard)
    swept = sweep(places, rounds, call.guards, call.fleet, call.limits, name=uuid4().hex[:12])
    return {"schema": "sgguard/sweep/v1", **msgspec.to_builtins(swept)}


class _Invocation:
    """What one invocation has at hand. Only names and the time limit are read of SCF's `context`."""

    def __init__(self, context: Mapping[str, object]) -> None:
        settings = self.settings = read_settings(os.environ)
        wiring.configure_logging(settings.log_level)
        log = wiring.logger().bind(request_id=str(context.get("request_id", "")))
        limit = context.get("time_limit_in_ms")
        seconds = limit / 1000 if isinstance(limit, int | float) else None
        deadline = None if seconds is None else Deadline.after(seconds)
        self.function, self.namespace, self.region = (
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

    def rounds(self, function: str) -> Rounds:
        """Rounds whose batches go to `function`; without one they are worked off here."""
        session = wiring.sessions.plain()
        invoker = (
            TencentInvoker(session, function, namespace=self.namespace or "default", region=self.region)
            if function and self.fleet.guard
            else None
        )
        return Rounds(self.guards, self.limits, size=self.fleet.batch, invoker=invoker)


def _batch(event: object) -> Batch | None:
    """The batch that the sweep handed over; None for every other event."""
    try:
        (element,) = split(event)
        return read_batch(element, whole_places=True) if is_batch(element) else None
    except (EventError, ValueError):
        return None  # the pipeline says what is wrong with it


def _run(event: object, guard: pipeline.Guard, guards: Guards) -> tuple[Run, ...]:
    """Run the pipeline on each element with the guard of the account that it is about."""
    fleet = guard.site.fleet
    if not fleet.members:
        return pipeline.run(event, guard)
    try:
        elements = split(event)
    except EventError:
        return pipeline.run(event, guard)
    runs: list[Run] = []
    for element in elements:
        account = account_of(element)
        runs += pipeline.run(element, guards(account) if fleet.member(account) else guard)
    return tuple(runs)
