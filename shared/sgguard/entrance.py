"""What the functions do with an invocation, by whichever door it comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast
from uuid import uuid4

import msgspec

from sgguard import pipeline, wiring
from sgguard.adapters.secret_reader import SecretError
from sgguard.adapters.tencent.audit_reader import TencentAudit
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
from sgguard.invocation import Invocation
from sgguard.model.batch import Batch
from sgguard.model.run import Run
from sgguard.report.document import run_document
from sgguard.state import StoreError
from sgguard.sweep import EventLog, Round, places_of, poll, sweep

_events = EventLog(uuid4().hex[:12])
"""Counts what this instance is handed."""


def handle_event(event: object, context: Mapping[str, object]) -> dict[str, object]:
    """What the guard function does with one invocation. Returns ``{"runs": […]}``, JSON throughout.

    `context` is SCF's; only its request id and time limit are read, for it may carry live credentials.
    """
    call = Invocation(context, repeatable=True)
    arrival = arrival_of(event)
    if arrival == "timer":
        return _poll(call) if errand(mapping_of(event)) == "poll" else _sweep(call)
    if arrival == "function-url":
        return _request(mapping_of(event), call).document()
    batch = _batch(event)
    if batch is not None:
        found = Round(sweep=batch.sweep)
        call.rounds().work_off(batch, found)
        return {"runs": [], "round": msgspec.to_builtins(found)}
    if arrival == "cos":
        return _answer(_files(mapping_of(event), call))
    runs = _run(event, call)
    _count(runs, call)
    return _answer(runs)


def handle_sweep(event: object, context: Mapping[str, object]) -> dict[str, object]:
    """What the sweep function does on its timer. Returns ``sgguard/sweep/v1``, JSON throughout."""
    call = Invocation(context, repeatable=False)
    if arrival_of(event) == "timer" and errand(mapping_of(event)) == "poll":
        return _poll(call)
    return _sweep(call)


def _answer(runs: Sequence[Run]) -> dict[str, object]:
    return {"runs": [run_document(run) for run in runs]}


def _count(runs: Sequence[Run], call: Invocation) -> None:
    try:
        _events.note(call.guard.store, runs, at=call.guard.clock())
    except StoreError as error:
        call.guard.log.warning("event not counted", reason=str(error))


def _files(event: Mapping[str, object], call: Invocation) -> list[Run]:
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
        runs += _run({"EventList": list(elements)}, call)
    _count(runs, call)
    return runs


def _poll(call: Invocation) -> dict[str, object]:
    """Look at what CloudAudit has recorded since the last look, in every account."""
    polled: list[dict[str, object]] = []
    runs: list[Run] = []
    for account in ("", *(member.account for member in call.fleet.members)):
        guard, region = call.guard_of(account), call.region
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


def _request(event: Mapping[str, object], call: Invocation) -> Answer:
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
    runs = _run({"EventList": list(records_in(body))}, call)
    _count(runs, call)
    return Answer(200, _answer(runs))


def mapping_of(event: object) -> Mapping[str, object]:
    """An event that is known to be an object."""
    return cast("Mapping[str, object]", event)


def _sweep(call: Invocation) -> dict[str, object]:
    places = places_of(call.fleet, call.region)
    swept = sweep(places, call.sweeping(), call.guards, call.fleet, call.limits, name=uuid4().hex[:12])
    return {"schema": "sgguard/sweep/v1", **msgspec.to_builtins(swept)}


def _batch(event: object) -> Batch | None:
    """The batch that the sweep handed over; None for every other event."""
    try:
        (element,) = split(event)
        return read_batch(element, whole_places=True) if is_batch(element) else None
    except (EventError, ValueError):
        return None  # the pipeline says what is wrong with it


def _run(event: object, call: Invocation) -> tuple[Run, ...]:
    """Run the pipeline on each element with the guard of the account that it is about.

    What time does not allow is handed on, but for the first, so that there is an end to it. Raises
    StoreError, at the end, where something could neither be done nor kept.
    """
    try:
        elements = split(event)
    except EventError:
        return pipeline.run(event, call.guard)  # it says what is wrong
    runs: list[Run] = []
    lost: StoreError | None = None
    for done, element in enumerate(elements):
        try:
            if done and call.limits.is_over:
                runs += call.hand_on(elements[done:])
                break
            runs += pipeline.run_element(element, call.guard_of(account_of(element)))
        except StoreError as error:
            call.guard.log.exception("event neither handled nor kept", reason=error.diagnostics())
            lost = lost or error
    if lost:
        raise lost
    return tuple(runs)
