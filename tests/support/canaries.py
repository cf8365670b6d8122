"""Secrets that must never be heard, planted for the whole suite, and an ear wherever one could be.

Twenty and more are fixed: in the environment of the tests, of every process that they start and of the
functions of the guard, and in address and key of each loopback receiver. Besides, whatever a test makes a
secret of the guard or a key of the emulated cloud is one for the length of that test.

Heard is what is logged, at any level, what is printed, what the store is given, what is posted or returned,
and what errors say, caught or not. A test in which one sings fails.
"""

from __future__ import annotations

import base64
import functools
import logging
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote
from weakref import WeakSet

import pytest
import structlog
from structlog.typing import FilteringBoundLogger

from scfshim.configuration import Configuration
from scfshim.errors import ShimError
from scfshim.worker import Worker
from sgguard import wiring
from sgguard.adapters.channels import VendorChannel
from sgguard.adapters.channels.transport import HttpTransport
from sgguard.adapters.cos_store import CosStore
from sgguard.adapters.forgetful_store import ForgetfulStore
from sgguard.adapters.sqlite_store import SqliteStore
from sgguard.errors import GuardError
from sgguard.model.secret import Secret
from sglab.receivers import DESKS
from tcmock.account import Account

_MARK = "q7Xw9Zk2Rt5Lm8Pd"
_SHORTEST = 12
"""Characters below which a secret of a test is a word that may stand anywhere."""


def canary(name: str) -> str:
    """A secret that nothing else looks like."""
    return f"canary-{name.lower().replace('_', '-')}-{_MARK}"


ENVIRONMENT: Mapping[str, str] = {
    name: canary(name)
    for name in (
        *("TENCENTCLOUD_SECRETKEY", "TENCENTCLOUD_SESSIONTOKEN", "DOOR_SECRET", "SGGUARD_SPARE"),
        *(
            "OPS_URL",
            "OPS_KEY",
            "SEC_URL",
            "SEC_KEY",
            "CHAT_KEY",
            "CHAT_URL",
            "SIEM_KEY",
            "SIEM_OLD_KEY",
            "SIEM_URL",
            "MAIL_URL",
            "PASSWORD",
        ),
    )
}
RECEIVERS: tuple[str, ...] = tuple(
    secret
    for desk in DESKS.values()
    for secret in (*desk.keys, desk.path.rsplit("/", 1)[-1].rsplit("=", 1)[-1])
    if len(secret) >= _SHORTEST
)


def shapes(secret: str) -> set[str]:
    """As it is, quoted, and encoded."""
    return {secret, quote(secret), quote(secret, safe=""), base64.b64encode(secret.encode()).decode()}


def _everywhere(secret: str) -> Iterator[str]:
    """What of its base64 form is the same wherever in a longer text it begins."""
    for start in range(3):
        encoded = base64.b64encode(b"\0" * start + secret.encode()).decode()
        yield encoded[4 : len(encoded) - 4]


FIXED: frozenset[str] = frozenset(
    sound
    for secret in (_MARK, *RECEIVERS, "opens-nothing-")
    for sound in (*shapes(secret), *_everywhere(secret))
)


class Ears:
    """What was heard during one test."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._of_this_test: set[str] = set()

    def fresh(self) -> None:
        """Begin with the next test."""
        self.found.clear()
        self._of_this_test.clear()

    def plant(self, secret: str) -> None:
        """Listen for one more until the test is over."""
        if len(secret) >= _SHORTEST:
            self._of_this_test |= shapes(secret)

    def hear(self, place: str, *said: object) -> None:
        """Listen to something; its representation counts where it is no text."""
        text = "\n".join(_text(one) for one in said)
        for sound in (*FIXED, *self._of_this_test):
            if sound in text:
                at = text.index(sound)
                self.found.append(f"{place}: …{text[max(0, at - 80) : at + len(sound)]}")


ears = Ears()


def _text(said: object) -> str:
    if isinstance(said, bytes):
        return said.decode(errors="replace")
    return said if isinstance(said, str) else repr(said)


def _functions_log(printed: str, worker: Worker) -> None:
    if worker not in _strangers:
        ears.hear("function's log", printed)


_strangers = WeakSet[Worker]()
"""Functions that are none of the guard's: the SDK may log in them what it likes."""


def _after(owner: Any, name: str, listen: Callable[..., object]) -> None:
    """Have `listen` called with the result and the arguments of a method, after each call."""
    original = getattr(owner, name)

    @functools.wraps(original)
    def heard(*args: Any, **more: Any) -> Any:
        result = original(*args, **more)
        listen(result, *args)
        return result

    setattr(owner, name, heard)


def _listen_to_logs() -> None:
    """Events that the level holds back are heard too."""
    make = structlog.make_filtering_bound_logger

    def made(level: int) -> type[FilteringBoundLogger]:
        kept = make(level)

        def debug(self: Any, event: str, *args: Any, **more: Any) -> Any:
            ears.hear("log", event, args, more, self._context)
            return kept.debug(self, event, *args, **more)

        return type("HeardLogger", (kept,), {"debug": debug})  # type: ignore[no-any-return]

    structlog.make_filtering_bound_logger = made  # type: ignore[assignment]
    process = structlog.BoundLoggerBase._process_event

    def heard(self: Any, method: str, event: str | None, more: dict[str, Any]) -> Any:
        # Before, for a processor may drop the event.
        ears.hear("log", event, more, self._context)
        return process(self, method, event, more)

    structlog.BoundLoggerBase._process_event = heard  # type: ignore[method-assign]


def _listen() -> None:
    _listen_to_logs()
    for store in (SqliteStore, ForgetfulStore, CosStore):
        for name in ("put", "replace"):
            _after(store, name, lambda _, _store, entry: ears.hear("store", entry.key, entry.document))
    for error in (GuardError, ShimError):
        _after(error, "__init__", lambda _, self, *__: ears.hear("error", str(self), repr(self)))
    _after(VendorChannel, "deliver", lambda delivery, *_: ears.hear("delivery", delivery))
    _after(HttpTransport, "post", lambda _, _self, request, *__: ears.hear("message", request.body))
    _after(
        Worker,
        "__init__",
        lambda _, self, *args: _strangers.add(self) if "SGGUARD_MODE" not in args[-1] else None,
    )
    _after(Worker, "printed", _functions_log)
    _after(
        Worker,
        "reply",
        lambda reply, *_: ears.hear("function's answer", reply.body, reply.message, reply.trace),
    )
    _after(
        subprocess.CompletedProcess,
        "__init__",
        lambda _, self, *__: ears.hear("process", self.stdout or "", self.stderr or ""),
    )
    _after(pytest.CaptureFixture, "readouterr", lambda captured, _: ears.hear("output", *captured))
    _after(
        pytest.RaisesExc, "__exit__", lambda _, _raises, *raised: ears.hear("error", *map(str, raised[:2]))
    )
    _after(Secret, "__init__", lambda _, _self, value: ears.plant(value))
    _after(Account, "add_key", lambda key, *_: (ears.plant(key.secret_key), ears.plant(key.token)))


def _plant() -> None:
    os.environ.update(ENVIRONMENT)
    variables = Configuration.variables

    def planted(self: Configuration, paths: Iterable[Any]) -> dict[str, str]:
        own = variables(self, paths)
        if "SGGUARD_MODE" not in own:
            return own
        if "SGGUARD_WEBHOOK" in own:
            own["SGGUARD_WEBHOOK"] += f"?key={canary('webhook')}"
        return {**ENVIRONMENT, "SGGUARD_LOG_LEVEL": "debug", **own}

    Configuration.variables = planted  # type: ignore[method-assign]


def pytest_configure() -> None:
    assert len(ENVIRONMENT) + len(RECEIVERS) >= 20, "twenty were promised"
    # As every function does when it starts: the SDK's own lines at DEBUG hold whole requests.
    wiring.configure_logging("debug")
    structlog.reset_defaults()
    logging.getLogger().setLevel(logging.DEBUG)
    _plant()
    _listen()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Iterator[None]:
    """Fail a test in which a secret was heard."""
    report: pytest.TestReport = yield
    if call.excinfo is not None:
        ears.hear("exception", str(call.excinfo.value), repr(call.excinfo.value))
    if report.when == "teardown":
        ears.hear("output", *(text for _, text in report.sections))
        if ears.found:
            report.outcome = "failed"
            report.longrepr = "A secret was heard:\n" + "\n".join(ears.found[:10])
        ears.fresh()
    return report
