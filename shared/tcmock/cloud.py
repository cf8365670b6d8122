"""The cloud: one state, one way in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING

import msgspec

from tcmock.account import Account, Key
from tcmock.agenda import Agenda
from tcmock.backstage import Backstage
from tcmock.clock import Clock
from tcmock.cloudaudit.record import Record, audit_record
from tcmock.cloudaudit.state import CloudAuditState
from tcmock.cos.address import is_cos
from tcmock.cos.desk import Desk
from tcmock.delivery import Deliveries
from tcmock.document import accounts_from, document_of, new_account
from tcmock.errors import APIError, TransportError
from tcmock.eventbridge.models import Delivery
from tcmock.eventbridge.state import EventBridgeState
from tcmock.faults import Faults
from tcmock.faults.call import Target
from tcmock.faults.schedule import Plight
from tcmock.gateway import Admission, admit, product_of
from tcmock.ground import Ground
from tcmock.ids import Ids
from tcmock.invocation import Answer, Later
from tcmock.past import Past
from tcmock.recorder import Recorder
from tcmock.region import Region
from tcmock.scf.executor import Executor
from tcmock.scf.state import DeadLetter, Run, ScfState
from tcmock.wire import Request, Response, answer, error_answer

if TYPE_CHECKING:
    from typing_extensions import Self

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
    """Error code, ``""`` for success, or the kind of the fault that came instead of an answer of the API."""
    request_id: str


class Trail(msgspec.Struct):
    """What CloudAudit has seen."""

    records: list[Record] = []
    """One for every successful write, oldest first."""


class Cloud:
    """A Tencent Cloud without sockets: requests in, answers out.

    It starts with one account, `DEFAULT_ACCOUNT`, that has one key and nothing else.

    Args:
        clock: a `Clock`, or a source for one: seconds since the epoch. It also decides whether a signature
            has expired.
        seed: of every id that the cloud makes up, and of every chance that a fault has.
        max_skew: seconds that a request's timestamp may be off. None is for a clock of another time, because
            SDKs sign with the real one. A `Clock` that was set, advanced or frozen needs no None.
        state: a `tcmock/state/v1` document to start from, and to return to by `reset`.
        executor: runs functions. None takes the one that is installed, once a function runs.

    A cloud whose functions run has processes and perhaps a port: `close` it then, or use it as a context
    manager.

    Raises:
        StateError: the document is wrong.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] | None = None,
        seed: int = 0,
        max_skew: float | None = 300,
        state: Mapping[str, object] | None = None,
        executor: Executor | None = None,
    ) -> None:
        self.clock = clock if isinstance(clock, Clock) else Clock(clock) if clock else Clock()
        self.faults = Faults(seed)
        self.audit = Trail()
        self.calls: list[Call] = []
        self.recorder = Recorder(self.clock)
        self._ids = Ids(seed)
        self._seed = seed
        self._state = state
        self._max_skew = max_skew
        self._lock = threading.Lock()
        self._accounts: dict[str, Account] = {}
        self._past = Past(self.clock)
        self._deliveries = Deliveries(self.clock, self.faults)
        ground = Ground(self._lock, self.clock, Agenda(self.clock), self._ids, lambda: self._accounts)
        self._backstage = Backstage(ground, executor, self._serve)
        self._deliveries.subscribe(self._backstage.take)
        works = self._backstage.runner.pool.works_with
        self._storage = Desk(ground, self.faults, self._stored, works, max_skew)
        self._begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes of functions and whatever is planned. Calls are still answered."""
        self._backstage.close()

    def settle(self, seconds: float = 30.0) -> bool:
        """Wait until no function runs or is about to, at most that long; whether that came.

        Retries, batches and timers that wait for the clock do not count.
        """
        return self._backstage.events.settle(seconds)

    def python(self, runtime: str) -> str:
        """The version, like ``3.10.13``, of the interpreter that stands in for a runtime."""
        return self._backstage.runner.pool.executor.version(runtime)

    def crash(self, secret_id: str) -> bool:
        """Kill the process of the function that works with that key; whether there was one."""
        return self._backstage.runner.pool.kill(secret_id)

    def served_at(self, endpoint: str) -> None:
        """Functions find this cloud there, like ``http://127.0.0.1:40123``, from now on. Faces say so."""
        self._backstage.served_at(endpoint)

    def no_longer_served_at(self, endpoint: str) -> None:
        """Nobody listens there any more."""
        self._backstage.no_longer_served_at(endpoint)

    def reset(self) -> None:
        """Be as new: state, clock, ids, chances, faults, calls, trail and recorder. Subscribers stay.

        The clock tells the time of its source again.
        """
        self.clock.reset()
        self.faults.clear()
        self.recorder.clear()
        self._deliveries.clear()
        self._backstage.clear()
        with self._lock:
            self.calls.clear()
            self.audit.records.clear()
            self._past.clear()
        self.seed(self._seed)
        self._begin()

    def seed(self, seed: int) -> None:
        """Start the sequences of ids and of chances again, with that seed."""
        self._ids.seed(seed)
        self.faults.seed(seed)

    def account(self, uin: str) -> Account:
        """The account, made with one key on first use. Build before serving: building takes no lock."""
        if uin not in self._accounts:
            account = new_account(uin, ids=self._ids, clock=self.clock)
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
        accounts = accounts_from(document, self._ids, self.clock)
        self._backstage.clear()
        with self._lock:
            self._accounts = accounts
            self._past.clear()
        self._backstage.timers.refresh()

    def dump(self) -> dict[str, object]:
        """The document that loads as the present state."""
        with self._lock:
            return document_of(self._accounts.values())

    def subscribe(self, callback: Callable[[Record], object]) -> None:
        """Call back with every audit record once its write can be seen, without any lock held.

        What the callback raises reaches whoever made the call, or moved the clock.
        """
        self._deliveries.subscribe(callback)

    def on_run(self, callback: Callable[[Run], object]) -> None:
        """Call back with every invocation of a function that has ended, in the thread that ran it."""
        self._backstage.runner.watchers.append(callback)

    def runs(self) -> list[Run]:
        """The last invocations of all functions that have ended, by their starts."""
        with self._lock:
            kept = [run for region in self._regions() for run in region[ScfState].runs]
        return sorted(kept, key=lambda run: run.started)

    def dead_letters(self) -> list[DeadLetter]:
        """The events that functions could not handle and that have gone to a dead-letter queue."""
        with self._lock:
            return [letter for region in self._regions() for letter in region[ScfState].dead_letters]

    def deliveries(self) -> list[Delivery]:
        """What became of the last events that rules of EventBridge have matched, oldest first."""
        with self._lock:
            kept = [one for region in self._regions() for one in region[EventBridgeState].deliveries]
        return sorted(kept, key=lambda one: one.at)

    def deliver_pending(self) -> int:
        """Deliver the audit records that faults have held back. How many there were."""
        return self._deliveries.release_all()

    def handle(self, request: Request, *, faulty: bool = True) -> Response:
        """Answer one request; `faulty=False` spares it all faults.

        Raises:
            TransportError: a fault broke the connection.
        """
        self._deliveries.release()
        if is_cos(request):
            return self._storage.handle(request, self if faulty else None)
        with self._lock:
            request_id = self._ids.uuid()
            try:
                call = self._admitted(request)
            except APIError as error:
                return self._refused(request, error, request_id)
            target = self._target(call)
            plight = self.faults.plight(target) if faulty else Plight(target)
        try:
            plight.suffer(self)
        except TransportError:
            self._log(request, call.given, plight.effect.name, request_id)
            raise
        with self._lock:
            response, record = self._executed(request, call, plight, request_id)
        if isinstance(response, Later):
            response = self._awaited(request, call, plight, request_id, response)
        if record is not None:
            self._deliveries.send(record, faulty=faulty)
            if call.service.name == "scf":
                self._backstage.timers.refresh()
        plight.effect.after(self, target)
        return response

    def _regions(self) -> Iterator[Region]:
        for account in self._accounts.values():
            yield from account.regions.values()

    def _begin(self) -> None:
        accounts = accounts_from(self._state, self._ids, self.clock) if self._state else {}
        with self._lock:
            self._accounts = accounts
        if not accounts:
            self.account(DEFAULT_ACCOUNT)
        self._backstage.timers.refresh()

    def _serve(self, opened: ExitStack) -> None:
        """Open a port for functions, if no face has."""
        from tcmock.server import ThreadedServer

        opened.enter_context(ThreadedServer(self))

    def _admitted(self, request: Request) -> Admission:
        skew = None if self.clock.virtual else self._max_skew
        return admit(request, self._accounts.values(), self.clock.now(), skew)

    def _refused(self, request: Request, error: APIError, request_id: str) -> Response:
        self._log(request, {}, error.code, request_id)
        return error_answer(error.code, error.message, request_id)

    def _executed(
        self, request: Request, call: Admission, plight: Plight, request_id: str
    ) -> tuple[Response | Later, Record | None]:
        """The answer and, after a write, its record; the call is logged unless the answer comes later."""
        code, record = "", None
        try:
            response = plight.effect.instead(plight.target)
            if response is None:
                payload, record = self._run(request, call, plight, request_id)
                if isinstance(payload, Later):
                    return payload, None
                response = answer(payload, request_id)
            else:
                code = plight.effect.name
        except APIError as error:
            code, response = error.code, error_answer(error.code, error.message, request_id)
        except TransportError:
            self._log(request, call.given, plight.effect.name, request_id)
            raise
        self._log(request, call.given, code, request_id)
        return msgspec.structs.replace(response, delay=plight.latency.seconds), record

    def _awaited(
        self, request: Request, call: Admission, plight: Plight, request_id: str, later: Later
    ) -> Response:
        """The answer that comes later, without the lock."""
        code = ""
        try:
            response = answer(plight.effect.altered(later.wait(self._backstage)), request_id)
        except APIError as error:
            code, response = error.code, error_answer(error.code, error.message, request_id)
        with self._lock:
            self._log(request, call.given, code, request_id)
        return msgspec.structs.replace(response, delay=plight.latency.seconds)

    def _run(
        self, request: Request, call: Admission, plight: Plight, request_id: str
    ) -> tuple[Answer | Later, Record | None]:
        effect, changed, kept = plight.effect, call.action.changes, self.faults.kept_writes()
        before = document_of(self._accounts.values()) if changed and kept else None
        account, now = self._seen(call, plight), self.clock.now()
        answered = call.action.run(call.invocation(request.source_address, now, request_id, account))
        if isinstance(answered, Later):
            return answered, None
        payload = effect.altered(answered)
        if payload is not answered:
            self.faults.confirm(plight)
        if changed is None:
            return payload, None
        if before:
            self._past.keep(before, kept)
        record = audit_record(request, call, changed, payload, request_id, int(now))
        self.audit.records.append(record)
        call.account[CloudAuditState].records.append(record)
        return payload, record

    def _seen(self, call: Admission, plight: Plight) -> Account:
        """The account as it is, or as it was for a stale read."""
        then = self._past.account(call.account.uin, plight.effect.age)
        if then is None:
            return call.account
        self.faults.confirm(plight)
        return then

    def _target(self, call: Admission) -> Target:
        return Target(
            product=call.service.name,
            action=call.name,
            region=call.region,
            given=call.given,
            permission=(*call.action.permission.names, f"{call.service.name}:{call.name}")[0],
            reads=call.action.changes is None,
            owner=call.account.keys[0],
            caller=call.key,
            by_function=self._backstage.runner.pool.works_with(call.key.secret_id),
        )

    def _stored(
        self, name: str, region: str, given: Mapping[str, object], code: str, request_id: str
    ) -> None:
        """Log a request for cos."""
        self.calls.append(Call("cos", name, region, given, code, request_id))

    def _log(self, request: Request, given: Mapping[str, object], code: str, request_id: str) -> None:
        action, region = request.header("X-TC-Action"), request.header("X-TC-Region")
        self.calls.append(Call(product_of(request), action, region, given, code, request_id))
        self.recorder.note(request, code)
