"""The ports of one guard instance: cloud, store and channel behind the weather."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scfshim import Call
from sgguard.errors import GatherError
from sgguard.facts import NamedGroup, Readers, Vpc
from sgguard.model.cluster import Cluster
from sgguard.model.notification import Delivery, Digest, Letter, Notification
from sgguard.model.security_group import Names, SecurityGroupPolicySet
from sgguard.model.stack import Binding
from sgguard.notify.pace import Pace
from sgguard.state import Entry, StoreError
from sgguard.state.ports import Kind
from simulation.cloud import refusal, silence

if TYPE_CHECKING:
    from simulation.history import History


class Readings:
    """All readers. A read may be throttled, or of the moment before the last write."""

    def __init__(self, history: History, name: str) -> None:
        self._history = history
        self._cloud = history.cloud
        self._name = name

    def ports(self) -> Readers:
        return Readers(groups=self, clusters=self, names=_Names(self))

    def policies(self, region: str, group_id: str) -> SecurityGroupPolicySet:
        self._ask(f"read {group_id}")
        now = self._cloud.policies(region, group_id)
        past = self._cloud.groups[group_id].past
        if past and self._history.weather.strikes("read-stale"):
            self._history.tell(f"{self._name} is answered an old list of {group_id}")
            return past[-1]
        return now

    def groups(self, region: str) -> tuple[NamedGroup, ...]:
        self._ask("list groups")
        return self._cloud.groups_of(region)

    def name(self, region: str, group_id: str) -> str:
        self._ask(f"name of {group_id}")
        return next((group.name for group in self._cloud.groups_of(region) if group.group_id == group_id), "")

    def clusters(self, region: str) -> tuple[Cluster, ...]:
        self._ask("list clusters")
        return self._cloud.clusters(region)

    def bindings(self, region: str, group_id: str | None) -> tuple[Binding, ...]:
        self._ask("list instances")
        return self._cloud.bindings(region, group_id)

    def bindings_of(self, region: str, machines: tuple[str, ...]) -> tuple[Binding, ...]:
        self._ask("list instances")
        return self._cloud.bindings_of(region, machines)

    def vpc(self, region: str, vpc_id: str) -> Vpc:
        self._ask("read vpc")
        return self._cloud.vpc(region, vpc_id)

    def members(self, region: str, names: frozenset[str]) -> Names:
        self._ask("read templates")
        return self._cloud.members_of(region, names)

    def holders(self, region: str, template_id: str) -> tuple[str, ...]:
        self._ask("read template groups")
        return ()

    def _ask(self, what: str) -> None:
        self._history.pause(self._name, what)
        if self._history.weather.strikes("read-throttled"):
            raise GatherError(f"{what}: RequestLimitExceeded", retryable=True)


class _Names:
    """The name reader: `groups` and `members` are of different ports with one implementation."""

    def __init__(self, readings: Readings) -> None:
        self.members = readings.members
        self.holders = readings.holders


class Line:
    """What a session is to the writer: hooks, and a client whose calls go to the simulated cloud."""

    def __init__(self, history: History, name: str, gate: Callable[[Call], None]) -> None:
        self.before_call = [gate]
        self._history = history
        self._name = name

    def client(self, service: str, *, region: str) -> Line:
        self._service, self._region = service, region
        return self

    def create_security_group_policies(self, **params: Any) -> dict[str, str]:
        return self._send("CreateSecurityGroupPolicies", params)

    def delete_security_group_policies(self, **params: Any) -> dict[str, str]:
        return self._send("DeleteSecurityGroupPolicies", params)

    def replace_security_group_policy(self, **params: Any) -> dict[str, str]:
        return self._send("ReplaceSecurityGroupPolicy", params)

    def _send(self, action: str, params: dict[str, Any]) -> dict[str, str]:
        history, weather = self._history, self._history.weather
        call = Call(self._service, action, self._region, params)
        for hook in self.before_call:
            hook(call)
        history.pause(self._name, f"write {params['SecurityGroupId']}")
        history.watch.sent(call)
        for fault, code in _REFUSALS.items():
            if weather.strikes(fault):
                raise refusal(code, action)
        if weather.strikes("write-conflict"):
            history.somebody_writes(str(params["SecurityGroupId"]))
        if weather.strikes("write-unanswered"):
            history.unanswered()
            raise silence(action)
        request_id = history.written(self._name, call)
        history.pause(self._name, "after the write")
        if weather.strikes("answer-lost"):
            raise silence(action)
        return {"RequestId": request_id}


_REFUSALS = {
    "write-throttled": "RequestLimitExceeded",
    "write-refused": "UnsupportedOperation.LockedResources",
}


class Shelf:
    """The documents that all instances share."""

    def __init__(self) -> None:
        self.entries: dict[tuple[Kind, str], Entry] = {}
        self.down = False

    def of(self, kind: Kind, prefix: str = "") -> tuple[Entry, ...]:
        found = [e for (k, key), e in self.entries.items() if k == kind and key.startswith(prefix)]
        return tuple(sorted(found, key=lambda entry: (entry.kept_at, entry.key)))


class StoreView:
    """The store as one instance has it: every call may fail, and the instance may die before or after it."""

    def __init__(self, history: History, name: str) -> None:
        self._history = history
        self._name = name

    def put(self, entry: Entry) -> None:
        self._use(f"keep {entry.kind} {entry.key[:30]}")
        self._history.shelf.entries.setdefault((entry.kind, entry.key), entry)
        self._history.pause(self._name, f"kept {entry.kind}")

    def replace(self, entry: Entry) -> None:
        self._use(f"replace {entry.kind} {entry.key[:30]}")
        self._history.shelf.entries[entry.kind, entry.key] = entry
        self._history.pause(self._name, f"replaced {entry.kind}")

    def get(self, kind: Kind, key: str) -> Entry | None:
        self._use(f"look up {kind}", deadly=False)
        return self._history.shelf.entries.get((kind, key))

    def entries(self, kind: Kind, prefix: str = "") -> tuple[Entry, ...]:
        self._use(f"list {kind}", deadly=False)
        return self._history.shelf.of(kind, prefix)

    def remove(self, kind: Kind, key: str) -> None:
        self._use(f"remove {kind}")
        self._history.shelf.entries.pop((kind, key), None)

    def _use(self, what: str, *, deadly: bool = True) -> None:
        if deadly:
            self._history.pause(self._name, what)
        if self._history.store_is_down():
            raise StoreError("The store does not answer.")


class Inbox:
    """The one channel of a site, and everything that reached people."""

    name = "inbox"
    paces: tuple[Pace, ...] = ()
    digest_size = 1

    def __init__(self, history: History) -> None:
        self._history = history
        self.received: list[Notification] = []

    def deliver(self, letter: Letter) -> Delivery:
        content = letter.content
        told = content.notifications if isinstance(content, Digest) else (content,)
        self._history.pause("channel", f"post {', '.join(notification.title for notification in told)}")
        if self._history.weather.strikes("channel-down"):
            return Delivery(channel=self.name, status="retry", detail="no answer")
        self.received.extend(told)
        return Delivery(channel=self.name, status="delivered", detail="ok")
