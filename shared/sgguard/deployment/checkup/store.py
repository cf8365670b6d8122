"""Whether the function's store and channels can be used."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from sgguard.deployment.checkup.line import Line, ok, problem, unknown
from sgguard.deployment.checkup.patient import Patient
from sgguard.settings import read_settings

STORE, CHANNELS = "store", "channel"
_DURABLE = "Set SGGUARD_STORE to a bucket, cos://bucket-appid/prefix (docs/deployment.md#the-store)."


def store(patient: Patient) -> Iterator[Line]:
    """Where snapshots, journal, outbox and dead letters go."""
    where = read_settings(patient.variables).store
    if not where:
        yield problem(STORE, "No store is set: the guard only observes.", _DURABLE)
    elif "://" not in where:
        found = f"{where} is a file of one instance, which is lost with it."
        yield problem(STORE, found, _DURABLE)
    else:
        yield from _bucket(where)


def _bucket(where: str) -> Iterator[Line]:
    yield unknown(STORE, f"{where} was not tried from here.", "Invoke the function once and read its log.")


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
