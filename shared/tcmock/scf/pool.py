"""The instances of functions: warm ones are used again, and no more are started than concurrency allows."""

from __future__ import annotations

import threading
from collections import Counter

import msgspec

from tcmock.ground import Ground
from tcmock.scf.executor import Deployment, Executor, Instance, Pass, installed_executor

IDLE_SECONDS = 600.0
"""How long an instance stays warm on the cloud's clock; nothing is promised of that."""
FunctionKey = tuple[str, str, str, str]
"""Account, region, namespace and name."""


class Lease(msgspec.Struct):
    """An instance and the keys that it works with."""

    deployment: Deployment
    instance: Instance
    credentials: Pass | None
    expires: float
    """When the keys must be replaced; without keys never."""
    used: float = 0.0
    """When it last became idle."""


class Pool:
    """All instances of a cloud."""

    def __init__(self, ground: Ground, executor: Executor | None) -> None:
        self._ground = ground
        self._executor = executor
        self._lock = threading.Lock()
        self._busy: Counter[FunctionKey] = Counter()
        self._warm: dict[tuple[FunctionKey, str], list[Lease]] = {}
        self._leases: list[Lease] = []

    @property
    def executor(self) -> Executor:
        """What starts instances. Raises APIError if there is nothing that does."""
        return self._executor or installed_executor()

    def take(self, key: FunctionKey, limit: int) -> bool:
        """Whether one more may run at once; whoever is told so calls `give_back` later."""
        with self._lock:
            if self._busy[key] >= limit:
                return False
            self._busy[key] += 1
            return True

    def lease(self, key: FunctionKey, deployment: Deployment) -> tuple[Lease, bool]:
        """A warm instance of that very deployment, or a new one; whether it is new. Raises APIError."""
        stale: list[Lease] = []
        try:
            with self._lock:
                warm = self._warm.setdefault((key, deployment.version), [])
                while warm:
                    lease = warm.pop()
                    if lease.instance.alive and lease.deployment == deployment:
                        return lease, False
                    stale.append(lease)
        finally:
            self._close(stale)
        made = Lease(deployment, self.executor.start(deployment), None, 0.0)
        with self._lock:
            self._leases.append(made)
        return made, True

    def give_back(self, key: FunctionKey, lease: Lease | None) -> None:
        """The invocation has ended. An instance that lives stays warm for a while."""
        with self._lock:
            self._busy[key] -= 1
            keep = (
                lease is not None and lease.instance.alive and any(lease is known for known in self._leases)
            )
            if lease and keep:
                lease.used = self._ground.clock.now()
                self._warm.setdefault((key, lease.deployment.version), []).append(lease)
        if lease and not keep:
            self._close([lease])
        elif lease:
            self._ground.agenda.at(lease.used + IDLE_SECONDS, lambda: self._cool(key, lease))

    def works_with(self, secret_id: str) -> bool:
        """Whether an instance works with that key."""
        return bool(self._working_with(secret_id))

    def kill(self, secret_id: str) -> bool:
        """End the process of the instance that works with that key, in the middle of whatever it does."""
        held = self._working_with(secret_id)
        for lease in held:
            lease.instance.kill()
        return bool(held)

    def _working_with(self, secret_id: str) -> list[Lease]:
        with self._lock:
            return [
                lease
                for lease in self._leases
                if lease.credentials and lease.credentials.secret_id == secret_id
            ]

    def stop(self) -> None:
        """End all instances."""
        with self._lock:
            warm = [lease for leases in self._warm.values() for lease in leases]
            everything, self._leases = self._leases, []
            self._warm.clear()
        for lease in everything:
            lease.instance.kill()  # whoever waits for a busy one gives it back then
        for lease in warm:
            self._forget(lease)
            lease.instance.close()

    def _cool(self, key: FunctionKey, lease: Lease) -> None:
        """End an instance that has been idle for long enough."""
        with self._lock:
            warm = self._warm.get((key, lease.deployment.version), [])
            idle = lease in warm and self._ground.clock.now() - lease.used >= IDLE_SECONDS
            if idle:
                warm.remove(lease)
        if idle:
            self._close([lease])

    def _close(self, leases: list[Lease]) -> None:
        for lease in leases:
            self._forget(lease)
            lease.instance.close()

    def _forget(self, lease: Lease) -> None:
        """It is no instance any more, and its keys are nobody's."""
        with self._lock:
            self._leases = [known for known in self._leases if known is not lease]
        credentials = lease.credentials
        with self._ground.lock:
            account = self._ground.accounts().get(lease.deployment.uin)
            if account and credentials:
                account.keys[:] = [key for key in account.keys if key.secret_id != credentials.secret_id]
