"""Sessions and clients, in the style of boto."""

from __future__ import annotations

import functools
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence

import msgspec

from scfshim.connection import Connection
from scfshim.credentials import CredentialProvider, Credentials, environment_credentials
from scfshim.deadline import Deadline
from scfshim.errors import ApiError, DeadlineError, ParameterError, SettingError, TransportError
from scfshim.hooks import AfterCall, BeforeCall, Call, Outcome
from scfshim.pagination import LIST_MEMBERS, PAGE, Item, paginate
from scfshim.parameters import problems
from scfshim.retry import Retry
from scfshim.spec import Service
from scfshim.spec import service as find_service


class Session(msgspec.Struct, frozen=True):
    """What the calls of several clients have in common. For one thread at a time.

    A function keeps one session while its instance lives, so that connections are reused, and derives a
    bounded one with `until` on each invocation.
    """

    credentials: Credentials | CredentialProvider | None = None
    """Asked for before every attempt; None reads the environment then (`environment_credentials`)."""
    region: str | None = None
    """Region of clients that name none; None reads TENCENTCLOUD_REGION, which SCF sets."""
    endpoint: str | None = None
    """Scheme, host and port of every product, as in ``http://127.0.0.1:8801``; None reads
    TENCENTCLOUD_ENDPOINT, and without it each product has its own host."""
    deadline: Deadline | None = None
    """No attempt starts after it, and none waits past it; None sets no bound."""
    reserve: float = 0.0
    """Seconds before the deadline that are kept for whatever must follow the calls."""
    connect_timeout: float = 3.0
    """Seconds, the deadline permitting."""
    read_timeout: float = 10.0
    """Seconds between two pieces of an answer, the deadline permitting."""
    retry: Retry = Retry()
    before_call: Sequence[BeforeCall] = ()
    """Each sees every attempt last of all, as it will be sent, and may refuse it by raising."""
    after_call: Sequence[AfterCall] = ()
    """Each sees every attempt that was sent. What it raises reaches the caller."""
    clock: Callable[[], float] = time.monotonic
    """Measures `Outcome.elapsed`."""
    connections: dict[tuple[str, str, str, str | None], Connection] = {}
    """By service, version, region and endpoint; shared with every session derived from this one."""

    def until(self, deadline: Deadline | None) -> Session:
        """The same session, connections included, with another deadline."""
        return msgspec.structs.replace(self, deadline=deadline)

    def remaining(self) -> float:
        """Seconds that calls may still take; infinite without a deadline."""
        return self.deadline.remaining() - self.reserve if self.deadline else float("inf")

    def client(self, service: str, *, region: str | None = None, version: str | None = None) -> Client:
        """A client for one product, such as ``vpc``, ``cvm`` or ``tke``.

        `version` names another one than the product's first in the spec: ``2022-05-01`` of ``tke``.

        Raises:
            UnknownServiceError: the spec does not describe the product.
            SettingError: no region is known, or the endpoint cannot be used.
        """
        spec = find_service(service, version)
        region = region or self.region or os.environ.get("TENCENTCLOUD_REGION")
        if not region:
            raise SettingError(f"no region for {service}: pass one, as in client({service!r}, region=…)")
        endpoint = self.endpoint or os.environ.get("TENCENTCLOUD_ENDPOINT")
        key = (service, spec.version, region, endpoint)
        if key not in self.connections:
            self.connections[key] = Connection(service, spec.version, region, endpoint)
        return Client(self, service, region, self.connections[key], spec)

    def current_credentials(self) -> Credentials:
        """The credentials to sign with now.

        Raises:
            CredentialsError: there are none.
        """
        if isinstance(self.credentials, Credentials):
            return self.credentials
        return (self.credentials or environment_credentials)()


class Client:
    """One product in one region; each action of the spec is a method.

    ``client.describe_vpcs(VpcIds=["vpc-…"])`` returns the content of the answer's `Response`, RequestId
    included. Every method raises ParameterError, CredentialsError, DeadlineError, ApiError or TransportError.
    """

    exceptions = ApiError
    """``client.exceptions.ResourceNotFound`` is the class of the code of that name, and of its subcodes."""

    def __init__(
        self, session: Session, service: str, region: str, connection: Connection, spec: Service
    ) -> None:
        self._session = session
        self._service = service
        self._region = region
        self._connection = connection
        self._spec = spec

    def __getattr__(self, method: str) -> Callable[..., dict[str, object]]:
        if method.startswith("_"):  # what copying and pickling probe for, before there is a spec
            raise AttributeError(method)
        return functools.partial(self._call, self._spec.action(method))

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._spec.methods()]

    def paginate(self, method: str, /, **parameters: object) -> Iterator[Item]:
        """Every item of a listing, over all its pages: ``client.paginate("describe_vpcs")``.

        Iterating raises what the calls raise, and PaginationError rather than end early.

        Raises:
            ParameterError: the action is no listing, or Offset or Limit is given.
        """
        action = self._spec.action(method)
        if action not in LIST_MEMBERS:
            raise ParameterError(action, ["it lists nothing page by page; call it directly"])
        if given := {"Offset", "Limit"} & parameters.keys():
            raise ParameterError(
                action, [f"{name} is set by paginate; leave it out" for name in sorted(given)]
            )
        as_text = self._spec.actions[action].input["Offset"].startswith("string")

        def page_at(offset: int) -> dict[str, object]:
            window = {"Offset": offset, "Limit": PAGE}
            texts = {name: str(value) for name, value in window.items()}
            return self._call(action, **parameters, **(texts if as_text else window))

        return paginate(action, page_at)

    def _call(self, action: str, /, **parameters: object) -> dict[str, object]:
        if found := problems(self._spec, action, parameters):
            raise ParameterError(action, found)
        body = json.dumps(parameters)
        session = self._session
        return session.retry.run(action, lambda: self._attempt(action, body), session.remaining)

    def _attempt(self, action: str, body: str) -> dict[str, object]:
        session = self._session
        timeouts = self._timeouts(action)
        credentials = session.current_credentials()
        for check in session.before_call:
            check(self._described(action, body))
        started = session.clock()
        try:
            answer = self._connection.send(action, json.loads(body), credentials, timeouts)
        except (ApiError, TransportError) as error:
            self._report(action, body, Outcome(error.code, error.request_id, session.clock() - started))
            raise
        self._report(action, body, Outcome(None, str(answer.get("RequestId")), session.clock() - started))
        return answer

    def _timeouts(self, action: str) -> tuple[float, float]:
        session = self._session
        left = session.remaining()
        if left <= 0:
            raise DeadlineError(
                f"{action} was not sent: {left:.3f} s are left, {session.reserve} s kept in reserve. "
                "Raise the function's time limit or do less in one invocation"
            )
        return min(session.connect_timeout, left), min(session.read_timeout, left)

    def _described(self, action: str, body: str) -> Call:
        return Call(self._service, action, self._region, json.loads(body))

    def _report(self, action: str, body: str, outcome: Outcome) -> None:
        for hear in self._session.after_call:
            hear(self._described(action, body), outcome)
