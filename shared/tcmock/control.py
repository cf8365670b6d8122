"""The control API: what a test does to a cloud that runs in another process.

It lies under `PREFIX`, beside the API of the cloud. Nobody signs there: only this machine may connect. Lest
a web page does so by way of a browser on this machine, names other than this machine's are refused.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from tcmock.cloud import Cloud
from tcmock.errors import StateError
from tcmock.faults.fault import Fault, Written
from tcmock.scf.settings import RUNTIMES
from tcmock.wire import JSON, Request, Response, is_tencent_cloud

PREFIX = "/_tcmock/"
_MAX_PATIENCE = 300.0
"""Seconds that a request may wait."""
LINES = "application/x-ndjson"
"""Media type of a recording."""

T = TypeVar("T")


class _Seed(msgspec.Struct, forbid_unknown_fields=True):
    seed: int


class _Seconds(msgspec.Struct, forbid_unknown_fields=True):
    seconds: float


class _Patience(msgspec.Struct, forbid_unknown_fields=True):
    seconds: float = 30.0


class _Fault(msgspec.Struct, forbid_unknown_fields=True):
    action: str
    effect: str | Written
    calls: int | None = 1
    at: int = 1
    probability: float = 1.0


def is_control(request: Request) -> bool:
    """Whether a request is for the control API; with a host of Tencent Cloud it is a call of a wrong path."""
    return request.path.startswith(PREFIX) and not is_tencent_cloud(request.header("Host"))


def control(cloud: Cloud, request: Request) -> Response:
    """Answer a request below `PREFIX`.

    With status 200 and JSON, or with the status of what is wrong and an ``error`` that says it.
    """
    stranger = stranger_of(request)
    if stranger:
        return _error(403, f"The control API is for this machine only, against DNS rebinding: {stranger}")
    name = request.path.removeprefix(PREFIX)
    if name not in _ROUTES:
        known = ", ".join(PREFIX + route for route in _ROUTES)
        return _error(404, f"There is no `{request.path}`. There are {known}")
    methods = _ROUTES[name]
    if request.method not in methods:
        return _error(405, f"`{request.path}` takes {' and '.join(methods)}, not {request.method}")
    try:
        result = methods[request.method](cloud, request.body)
    except StateError as error:
        return _error(400, str(error), path=error.path)
    except ValueError as error:  # what msgspec raises is one too
        return _error(400, str(error))
    if isinstance(result, bytes):
        return Response(200, {"Content-Type": LINES}, result)
    return _json(200, result)


def refused(what: str) -> Response:
    """The answer to a request that a face does not let pass."""
    return _error(403, what)


def stranger_of(request: Request) -> str:
    """Why a request is not from this machine, or not from a program that means it; ``""`` if it is."""
    host, origin = request.header("Host"), request.header("Origin")
    if not _is_loopback(request.source_address):
        return f"the request comes from {request.source_address}"
    if not _names_this_machine(f"//{host}"):
        return f"the Host header is `{host}`. Use 127.0.0.1 or localhost"
    if origin and not _names_this_machine(origin):
        return f"a page of `{origin}` made the request"
    return ""


def _names_this_machine(url: str) -> bool:
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return name == "localhost" or _is_loopback(name)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _read(body: bytes, form: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=form)
    except RecursionError as error:
        raise ValueError("the body is nested too deeply") from error


def _clock(cloud: Cloud, _: bytes) -> object:
    clock = cloud.clock
    return {"now": clock.now(), "frozen": clock.frozen, "virtual": clock.virtual}


def _settle(cloud: Cloud, body: bytes) -> object:
    patience = _read(body, _Patience) if body else _Patience()
    return {"settled": cloud.settle(min(patience.seconds, _MAX_PATIENCE))}


def _add_fault(cloud: Cloud, body: bytes) -> Fault:
    new = _read(body, _Fault)
    return cloud.faults.add(new.action, new.effect, calls=new.calls, at=new.at, probability=new.probability)


_ROUTES: Mapping[str, Mapping[str, Callable[[Cloud, bytes], object]]] = {
    "health": {"GET": lambda cloud, _: {"status": "ok", "calls": len(cloud.calls)}},
    "reset": {"POST": lambda cloud, _: cloud.reset()},
    "seed": {"POST": lambda cloud, body: cloud.seed(_read(body, _Seed).seed)},
    "state": {
        "GET": lambda cloud, _: cloud.dump(),
        "PUT": lambda cloud, body: cloud.load(_read(body, dict[str, object])),
    },
    "clock": {"GET": _clock},
    "clock/set": {"POST": lambda cloud, body: cloud.clock.set(_read(body, _Seconds).seconds)},
    "clock/advance": {"POST": lambda cloud, body: cloud.clock.advance(_read(body, _Seconds).seconds)},
    "clock/freeze": {"POST": lambda cloud, _: cloud.clock.freeze()},
    "clock/run": {"POST": lambda cloud, _: cloud.clock.run()},
    "calls": {"GET": lambda cloud, _: cloud.calls},
    "audit": {"GET": lambda cloud, _: cloud.audit.records},
    "runtimes": {"GET": lambda cloud, _: {runtime: cloud.python(runtime) for runtime in RUNTIMES}},
    "audit/deliver": {"POST": lambda cloud, _: {"delivered": cloud.deliver_pending()}},
    "settle": {"POST": _settle},
    "runs": {"GET": lambda cloud, _: cloud.runs()},
    "deliveries": {"GET": lambda cloud, _: cloud.deliveries()},
    "dead-letters": {"GET": lambda cloud, _: cloud.dead_letters()},
    "recorder": {"GET": lambda cloud, _: cloud.recorder.text()},
    "recorder/start": {"POST": lambda cloud, _: cloud.recorder.start()},
    "recorder/stop": {"POST": lambda cloud, _: cloud.recorder.stop()},
    "faults": {
        "GET": lambda cloud, _: {"pending": cloud.faults.pending(), "fired": cloud.faults.fired},
        "POST": _add_fault,
        "DELETE": lambda cloud, _: cloud.faults.clear(),
    },
}
"""By path below `PREFIX` and method. None is answered as an empty object, bytes are JSON Lines."""


def _json(status: int, value: object) -> Response:
    body = msgspec.json.encode({} if value is None else value, enc_hook=_name)
    return Response(status, {"Content-Type": JSON}, body)


def _error(status: int, what: str, **more: str) -> Response:
    return _json(status, {"error": what, **more})


def _name(callback: object) -> str:
    """A fault that runs a test's own function is shown by the name of that."""
    return getattr(callback, "__qualname__", type(callback).__name__)
