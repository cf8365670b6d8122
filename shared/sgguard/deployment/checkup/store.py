"""Whether the function's store and channels can be used."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from sgguard.adapters.cos_bucket import SCHEME, read_location
from sgguard.adapters.stores import open_store
from sgguard.deployment import current
from sgguard.deployment.cam_names import allowing, allows
from sgguard.deployment.checkup.line import Line, ok, problem, unknown
from sgguard.deployment.checkup.patient import Patient
from sgguard.deployment.policies import store_actions
from sgguard.settings import read_settings
from sgguard.state import StoreError

STORE, CHANNELS = "store", "channel"
_DURABLE = "Set SGGUARD_STORE to a bucket, cos://bucket-appid/prefix (docs/deployment.md#the-store)."


def store(patient: Patient) -> Iterator[Line]:
    """Where snapshots, journal, outbox and dead letters go."""
    where = read_settings(patient.variables).store
    if not where:
        yield problem(STORE, "No store is set: the guard only observes.", _DURABLE)
    elif not where.startswith(f"{SCHEME}:"):
        found = f"{where} is a file of one instance, which is lost with it."
        yield problem(STORE, found, _DURABLE)
    else:
        yield _reachable(where)
        yield from _writable(patient, where)


def _reachable(where: str) -> Line:
    """Whether a document can be asked for, with the credentials at hand."""
    try:
        opened = open_store(where)
        letters = len(opened.entries("dead-letter"))
    except StoreError as error:
        return problem(STORE, str(error), error.next_step or "Check the bucket and SGGUARD_STORE.")
    if letters:
        fix = "Look at them: sgguard outbox and the log say why each could not be read."
        return problem(STORE, f"{where} is reachable and holds {letters} dead letters.", fix)
    return ok(STORE, f"{where} is reachable, no dead letters")


def _writable(patient: Patient, where: str) -> Iterator[Line]:
    """Whether the function's role may write there. Nothing is written to find out."""
    place = read_location(where, {"TENCENTCLOUD_REGION": patient.region})
    role = current.role(patient.cloud, patient.role) if patient.role else None
    held = current.policies(patient.cloud, "").values()
    documents = [policy.document for policy in held if role and policy.name in role.policies]
    for action, resource in store_actions(place.bucket, place.prefix, place.region):
        if allows(documents, [action], resource):
            yield ok(STORE, f"the function may {action} there")
        else:
            statement = json.dumps(allowing([f"name/{action}"], [resource]))
            fix = f"Deploy again, or add this statement: {statement}"
            yield problem(STORE, f"the function may not {action} on {resource}", fix)


def channels(patient: Patient) -> Iterator[Line]:
    """Whether messages have somewhere to go."""
    settings = read_settings(patient.variables)
    if settings.webhook is not None:
        yield _host("SGGUARD_WEBHOOK", urlsplit(settings.webhook.reveal()).hostname or "")
    elif not settings.config:
        fix = "Name channels in the config (docs/channels.md); until then findings are in the log only."
        yield problem(CHANNELS, "No channel is set: nobody is told.", fix)
    if settings.config:
        fix = "Try each with sgguard notify test NAME --config FILE."
        yield unknown(CHANNELS, "The channels of the config are opened by the function.", fix)


def _host(name: str, host: str) -> Line:
    if not host:
        return problem(CHANNELS, f"{name} is no URL.", "Correct it in serverless.yml and deploy again.")
    try:
        socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError:
        return problem(
            CHANNELS, f"{name}: the host of its URL is not known.", "Correct it, or check the DNS."
        )
    return ok(CHANNELS, f"{name}: its host resolves")
