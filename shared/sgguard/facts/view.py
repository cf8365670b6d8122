"""The cloud as seen from one moment: what is remembered and young enough, else read now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import msgspec

from sgguard.facts.atlas import Atlas, Service
from sgguard.facts.group_names import keep_names
from sgguard.facts.memory import FactsMemory
from sgguard.facts.ports import GroupNotFoundError, NamedGroup, Readers, Vpc
from sgguard.model.change import Part
from sgguard.model.cluster import Cluster, ClusterScope
from sgguard.model.security_group import Names, SecurityGroupPolicySet
from sgguard.model.stack import Binding

S = TypeVar("S")
T = TypeVar("T")
_EVERYWHERE = "*"


class Freshness(msgspec.Struct, frozen=True, kw_only=True):
    """How old facts may be, seconds. 0 reads everything now."""

    facts: float = 0.0
    """Clusters, networks, bindings and members of names."""
    rows: float = 0.0
    """Rows of the groups that stand in a stack with the judged one; its own are always read."""


NOW = Freshness()


class BindingIndex:
    """All bindings of a region, by group."""

    def __init__(self, bindings: Iterable[Binding]) -> None:
        self.bindings = tuple(bindings)
        self._of: dict[str, list[Binding]] = {}
        for binding in self.bindings:
            for group_id in binding.group_ids:
                self._of.setdefault(group_id, []).append(binding)

    def of(self, group_id: str) -> tuple[Binding, ...]:
        """What a group is bound to."""
        return tuple(self._of.get(group_id, ()))

    def group_ids(self) -> frozenset[str]:
        """Every group that is bound to something."""
        return frozenset(self._of)


class View:
    """Reads of one region through what is remembered. Every method raises GatherError."""

    def __init__(
        self,
        region: str,
        readers: Readers,
        memory: FactsMemory | None = None,
        *,
        now: float,
        freshness: Freshness = NOW,
    ) -> None:
        self.region = region
        self.now = now
        self.oldest = now
        """When the oldest fact that was used was read, rows apart."""
        self.borrowed = False
        """Whether rows of other groups are those of a moment ago."""
        self._readers = readers
        self._memory = memory
        self._freshness = freshness
        self._seen: dict[str, object] = {}
        self._stale = memory.stale_since(region) if memory and freshness.facts else {}

    def atlas(self) -> Atlas:
        """The region's clusters."""
        reader = self._readers.clusters
        shape = tuple[Cluster, ...]
        found = self._through(("clusters",), "clusters", shape, lambda: reader.clusters(self.region))
        return self._indexed(found, Atlas)

    def vpc(self, vpc_id: str) -> Vpc:
        """One VPC with all its subnets."""
        return self._through(
            ("network",), f"network/{vpc_id}", Vpc, lambda: self._readers.clusters.vpc(self.region, vpc_id)
        )

    def bindings(self, group_id: str) -> tuple[Binding, ...]:
        """What cvm and vpc tell that a group is bound to."""
        everything = self._recalled(("bindings",), f"bindings/{_EVERYWHERE}", tuple[Binding, ...])
        if everything is not None:
            return self._indexed(everything, BindingIndex).of(group_id)
        return self._through(
            ("bindings",),
            f"bindings/{group_id}",
            tuple[Binding, ...],
            lambda: self._readers.clusters.bindings(self.region, group_id),
        )

    def all_bindings(self) -> BindingIndex:
        """What every group of the region is bound to."""
        found = self._through(
            ("bindings",),
            f"bindings/{_EVERYWHERE}",
            tuple[Binding, ...],
            lambda: self._readers.clusters.bindings(self.region, None),
        )
        return self._indexed(found, BindingIndex)

    def bindings_of(self, machines: Sequence[str]) -> tuple[Binding, ...]:
        """The groups of instances and interfaces, by their ids; ids that are gone are left out."""
        return self._readers.clusters.bindings_of(self.region, tuple(machines)) if machines else ()

    def holders(self, template_id: str) -> tuple[str, ...]:
        """The template groups that a template is a member of."""
        if not _is_template(template_id):
            return ()
        return self._readers.names.holders(self.region, template_id)

    def references(self, group_id: str) -> frozenset[str]:
        """What the rows of a group refer to; empty for a group that is gone."""
        known = self._recalled((), f"references/{group_id}", tuple[str, ...])
        if known is None:
            try:
                return self.rows(group_id).references()
            except GroupNotFoundError:
                return frozenset()
        return frozenset(known)

    def scopes(self, service: Service) -> list[ClusterScope]:
        """What a cluster that a group serves has as its networks, once for each role."""
        vpc = self.vpc(service.cluster.vpc_id)
        networks = self.atlas().networks(service.cluster, vpc)
        return [
            ClusterScope(
                cluster_id=service.cluster.cluster_id,
                role=role,
                pod_cidrs=networks.pods,
                node_cidrs=networks.nodes,
                vpc_cidrs=vpc.cidrs,
            )
            for role in service.roles
        ]

    def groups(self) -> tuple[NamedGroup, ...]:
        """All groups of the region, as they are listed now."""
        found = self._readers.groups.groups(self.region)
        if self._memory:
            keep_names(self._memory, self.region, found, at=self.now)
        return found

    def rows(self, group_id: str) -> SecurityGroupPolicySet:
        """The rows of a group as they are now. Raises GroupNotFoundError where there is no such group."""
        found = self._readers.groups.policies(self.region, group_id)
        if self._memory:
            self._memory.keep_rows(self.region, group_id, found, at=self.now)
            self._memory.note(self.region, f"references/{group_id}", tuple(found.references()), at=self.now)
        return found

    def companion_rows(self, group_id: str) -> SecurityGroupPolicySet:
        """The rows of a group in the same stack, perhaps as they were a moment ago."""
        known = None
        if self._memory and self._freshness.rows:
            known = self._memory.rows(self.region, group_id, since=self.now - self._freshness.rows)
        if known is None:
            return self.rows(group_id)
        self.borrowed = True
        return known[0]

    def members(self, names: frozenset[str]) -> Names:
        """Members of everything in `names` that exists, templates of groups included."""
        found: dict[str, tuple[str, ...]] = {}
        pending = set(names)
        while pending:
            name = pending.pop()
            known = self._members_of(name)
            if known is None:
                return self._members_now(names)
            found[name] = known
            pending.update(inner for inner in known if _is_template(inner) and inner not in found)
        return found

    def _members_of(self, name: str) -> tuple[str, ...] | None:
        if not name.startswith("sg-"):
            return self._recalled(("names",), f"names/{name}", tuple[str, ...])
        everything = self._recalled(("bindings",), f"bindings/{_EVERYWHERE}", tuple[Binding, ...])
        if everything is None:
            return None
        machines = self.atlas().bindings(name, self._indexed(everything, BindingIndex).of(name))
        return tuple(dict.fromkeys(address for machine in machines for address in machine.addresses))

    def _members_now(self, names: frozenset[str]) -> Names:
        found = self._readers.names.members(self.region, names)
        for name, members in found.items() if self._memory else ():
            if self._memory and not name.startswith("sg-"):
                self._memory.keep(self.region, f"names/{name}", members, at=self.now)
        return found

    def _through(self, parts: tuple[Part, ...], key: str, shape: type[T], read: Callable[[], T]) -> T:
        if key in self._seen:
            return self._seen[key]  # type: ignore[return-value] # each key stands for one shape
        found = self._recalled(parts, key, shape)
        if found is None:
            found = read()
            if self._memory:
                self._memory.keep(self.region, key, found, at=self.now)
        self._seen[key] = found
        return found

    def _recalled(self, parts: tuple[Part, ...], key: str, shape: type[T]) -> T | None:
        if self._memory is None or not self._freshness.facts:
            return None
        changed = max((self._stale.get(part, 0.0) for part in parts), default=0.0)
        since = max(self.now - self._freshness.facts, changed)
        known = self._memory.recall(self.region, key, shape, since=since)
        if known is None:
            return None
        self.oldest = min(self.oldest, known[1])
        return known[0]

    def _indexed(self, source: tuple[S, ...], build: Callable[[tuple[S, ...]], T]) -> T:
        """An index over remembered values, made once for each time they are read."""
        return self._memory.index(self.region, source, build) if self._memory else build(source)


def _is_template(name: str) -> bool:
    return name.startswith(("ipm-", "ppm-"))
