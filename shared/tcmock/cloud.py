"""The cloud: one state, one way in."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

import msgspec

from tcmock.account import Account, Key
from tcmock.clock import Clock
from tcmock.cloudaudit.record import Record, audit_record
from tcmock.document import accounts_from, document_of
from tcmock.errors import APIError, TransportError
from tcmock.faults import LOST_ANSWER, Effect, Faults
from tcmock.gateway import Admission, admit, product_of
from tcmock.ids import Ids
from tcmock.invocation import Answer, Invocation
from tcmock.wire import Request, Response, answer, error_answer

DEFAULT_ACCOUNT = "100000000001"
DEFAULT_REGION = "ap-guangzhou"


class Call(msgspec.Struct, frozen=True):
    """One line of the call log."""

    service: str
    """``""`` if the request does not tell."""
    action: str
    region: str
    params: Mapping[str, object]
    """As sent; empty for a call that did not pass the gateway."""
    code: str
    """Error code, ``""`` for success."""
    request_id: str


class Trail(msgspec.Struct):
    """What CloudAudit has seen."""

    records: list[Record] = []
    """One for every successful write, oldest first."""


class Cloud:
    """A Tencent Cloud without sockets: requests in, answers out.

    It starts with one account, `DEFAULT_ACCOUNT`, that has one key and nothing else.

    Args:
        clock: seconds since the epoch; also decides whether a signature has expired.
        seed: of every id that the cloud makes up.
        max_skew: seconds that a request's timestamp may be off. None is for a clock of another time, because
            SDKs sign with the real one.
    """

    def __init__(
        self,
        *,
        clock: Clock = time.time,  # noqa: TID251 - the default of the port itself
        seed: int = 0,
        max_skew: float | None = 300,
    ) -> None:
        self.faults = Faults()
        self.audit = Trail()
        self.calls: list[Call] = []
        self._clock = clock
        self._ids = Ids(seed)
        self._max_skew = max_skew
        self._lock = threading.Lock()
        self._accounts: dict[str, Account] = {}
        self._subscribers: list[Callable[[Record], object]] = []
        self.account(DEFAULT_ACCOUNT)

    def account(self, uin: str) -> Account:
        """The account, made with one key on first use. Build before serving: building takes no lock."""
        if uin not in self._accounts:
            account = Account(uin, ids=self._ids, clock=self._clock)
            account.add_key()
            self._accounts[uin] = account
        return self._accounts[uin]

    @property
    def credentials(self) -> Key:
        """The first key of the first account: what the faces hand to clients."""
        return next(key for account in self._accounts.values() for key in account.keys)

    @property
    def home_region(self) -> str:
        """The first region in use: what the faces hand to clients."""
        return next((name for account in self._accounts.values() for name in account.regions), DEFAULT_REGION)

    def load(self, document: Mapping[str, object]) -> None:
        """Replace all accounts by those of a `tcmock/state/v1` document.

        Raises:
            StateError: the document is wrong; nothing was changed.
        """
        accounts = accounts_from(document, self._ids, self._clock)
        with self._lock:
            self._accounts = accounts

    def dump(self) -> dict[str, object]:
        """The document that loads as the present state."""
        with self._lock:
            return document_of(self._accounts.values())

    def subscribe(self, callback: Callable[[Record], object]) -> None:
        """Call back with every audit record once its write can be seen, without any lock held.

        What the callback raises reaches whoever made the call.
        """
        self._subscribers.append(callback)

    def handle(self, request: Request) -> Response:
        """Answer one request.

        Raises:
            TransportError: a fault lost the answer.
        """
        with self._lock:
            request_id = self._ids.uuid()
            admitted = self._admitted(request)
            effect = self.faults.take(admitted.name) if isinstance(admitted, Admission) else None
        if callable(effect):
            effect()
        with self._lock:
            response, record = self._executed(request, admitted, effect, request_id)
            subscribers = list(self._subscribers)
        if record is not None:
            for callback in subscribers:
                callback(record)
        if effect == LOST_ANSWER:
            raise TransportError(f"tcmock dropped the answer to {request_id}")
        return response

    def _admitted(self, request: Request) -> Admission | APIError:
        try:
            return admit(request, self._accounts.values(), self._clock(), self._max_skew)
        except APIError as error:
            return error

    def _executed(
        self, request: Request, admitted: Admission | APIError, effect: Effect | None, request_id: str
    ) -> tuple[Response, Record | None]:
        """The answer and, after a write, its record; the call log is written either way."""
        code, record = "", None
        try:
            if isinstance(admitted, APIError):
                raise admitted
            payload, record = self._run(request, admitted, effect, request_id)
            response = answer(payload, request_id)
        except APIError as error:
            code = error.code
            response = error_answer(code, error.message, request_id)
        given = admitted.given if isinstance(admitted, Admission) else {}
        action, region = request.header("X-TC-Action"), request.header("X-TC-Region")
        self.calls.append(Call(product_of(request), action, region, given, code, request_id))
        return response, record

    def _run(
        self, request: Request, admitted: Admission, effect: Effect | None, request_id: str
    ) -> tuple[Answer, Record | None]:
        if isinstance(effect, str) and effect != LOST_ANSWER:
            raise APIError(effect, "A fault injected into tcmock.")
        invocation = Invocation(
            admitted.params,
            admitted.account,
            admitted.key,
            admitted.account.region(admitted.region),
            request.source_address,
            self._clock(),
        )
        payload = admitted.action.run(invocation)
        changed = admitted.action.changes
        if changed is None:
            return payload, None
        record = audit_record(request, admitted, changed, payload, request_id, int(invocation.now))
        self.audit.records.append(record)
        return payload, record
