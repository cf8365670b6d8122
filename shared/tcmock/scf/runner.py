"""Runs functions: finds version, instance and keys, invokes, and keeps what came of it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from tcmock.account import Account
from tcmock.cam.state import CamState
from tcmock.errors import APIError
from tcmock.ground import Ground
from tcmock.invocation import Asked
from tcmock.scf.concurrency_actions import TOTAL_MEMORY
from tcmock.scf.executor import Deployment, Executor, Outcome, Pass
from tcmock.scf.models import Function, Version
from tcmock.scf.pool import FunctionKey, Lease, Pool
from tcmock.scf.request import find, resolved
from tcmock.scf.state import Run, ScfState
from tcmock.sts.session import open_session

SESSION_SECONDS = 6 * 3600
"""How long the keys of a function's role are good for
(https://www.tencentcloud.com/document/product/583/53377)."""
RESOURCE_LIMIT = 432
UNAUTHORIZED = 441
"""https://www.tencentcloud.com/document/product/583/35311"""


class Ready(msgspec.Struct, frozen=True):
    """All that one invocation needs to know."""

    key: FunctionKey
    deployment: Deployment
    role: str
    limit: int
    """How many may run at once."""


class Runner:
    """Runs the functions of a cloud.

    Args:
        ground: the cloud.
        executor: what starts instances; None for the one that is installed.
        endpoint: tells where functions find the cloud.
    """

    def __init__(self, ground: Ground, executor: Executor | None, endpoint: Callable[[], str]) -> None:
        self.pool = Pool(ground, executor)
        self.watchers: list[Callable[[Run], object]] = []
        """Called with every invocation that has ended, without any lock held."""
        self._ground = ground
        self._endpoint = endpoint

    def run(self, asked: Asked, retry: int = 0) -> tuple[Run, Outcome]:
        """One invocation, which may wait for a cold start and takes as long as the function does.

        Raises:
            APIError: the function or version is gone, or nothing here runs functions.
        """
        ready = self._ready(asked, self._endpoint())
        started = self._ground.clock.now()
        outcome = self._outcome(asked, ready)
        run = Run(
            namespace=asked.namespace,
            function=asked.function,
            version=ready.deployment.version,
            request_id=asked.request_id,
            started=started,
            status=outcome.status,
            answer=outcome.answer,
            error=outcome.error,
            log=outcome.log,
            duration_ms=outcome.duration_ms,
            memory_bytes=outcome.memory_bytes,
            cold=outcome.cold,
            retry=retry,
            source=asked.source,
        )
        with self._ground.lock:
            account = self._ground.accounts().get(asked.uin)
            if account:
                account.region(asked.region)[ScfState].runs.append(run)
        for watcher in list(self.watchers):
            watcher(run)
        return run, outcome

    def _ready(self, asked: Asked, endpoint: str) -> Ready:
        with self._ground.lock:
            account = self._ground.accounts().get(asked.uin)
            if account is None:
                raise APIError("ResourceNotFound.FunctionName", f"The account {asked.uin} does not exist.")
            region = account.region(asked.region)
            function = find(region[ScfState], asked.namespace, asked.function)
            version = resolved(function, asked.qualifier, self._ground.ids.fraction)
            memory = version.configuration.memory
            allowed = TOTAL_MEMORY if function.reserved_memory is None else function.reserved_memory
            return Ready(
                (account.uin, region.name, function.namespace, function.name),
                _deployment(account, region.name, function, version, endpoint),
                version.configuration.role,
                allowed // memory,
            )

    def _outcome(self, asked: Asked, ready: Ready) -> Outcome:
        if not self.pool.take(ready.key, ready.limit):
            return failed(RESOURCE_LIMIT, "ResourceLimitReached: no concurrency is left", asked.request_id)
        lease: Lease | None = None
        try:
            lease, cold = self.pool.lease(ready.key, ready.deployment)
            if ready.role and not self._equip(lease, ready):
                return failed(
                    UNAUTHORIZED, f"UnauthorizedOperation: there is no role {ready.role}", asked.request_id
                )
            outcome = lease.instance.invoke(asked.event, asked.request_id, lease.credentials)
            return msgspec.structs.replace(outcome, cold=cold)
        finally:
            self.pool.give_back(ready.key, lease)

    def _equip(self, lease: Lease, ready: Ready) -> bool:
        """See that an instance has keys of its role that last for this invocation. Whether it has."""
        now = self._ground.clock.now()
        if lease.credentials and now + ready.deployment.timeout_seconds < lease.expires:
            return True
        with self._ground.lock:
            account = self._ground.accounts().get(ready.deployment.uin)
            role = account[CamState].role_named(ready.role) if account else None
            if account is None or role is None:
                return False
            expires = int(now) + SESSION_SECONDS
            key = open_session(account, role, name=ready.deployment.name, expires=expires)
        lease.credentials = Pass(key.secret_id, key.secret_key, key.token)
        lease.expires = expires
        return True


def failed(status: int, message: str, request_id: str) -> Outcome:
    """What SCF answers where the function was not even started."""
    body = {"errorCode": -1, "errorMessage": message, "requestId": request_id, "statusCode": status}
    return Outcome(status=status, answer=msgspec.json.encode(body).decode(), error=message)


def _deployment(
    account: Account, region: str, function: Function, version: Version, endpoint: str
) -> Deployment:
    configuration = version.configuration
    return Deployment(
        uin=account.uin,
        app_id=account.app_id,
        region=region,
        namespace=function.namespace,
        name=function.name,
        version=version.name,
        revision=version.revision,
        code=version.code,
        handler=configuration.handler,
        runtime=configuration.runtime,
        memory_mb=configuration.memory,
        timeout_seconds=configuration.timeout,
        init_timeout_seconds=configuration.init_timeout,
        environment=configuration.environment,
        endpoint=endpoint,
    )
