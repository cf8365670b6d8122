"""The clusters of a region, indexed by what leads to them: which groups serve which cluster in which role."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from sgguard.facts.networks import Networks, networks
from sgguard.facts.ports import Vpc
from sgguard.model.cluster import Cluster, Machine, Pool, Role
from sgguard.model.stack import Binding

ROLES: tuple[Role, Role] = ("node", "master")
_HINT = r"tke-(worker|master)-security-for-(cls-[0-9a-z]+)"


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """What a group has to do with one cluster."""

    cluster: Cluster
    roles: tuple[Role, ...]
    bound: frozenset[str]
    """The cluster's machines that the group is bound to, itself or on an interface."""
    pools: tuple[Pool, ...] = ()
    """Pools whose nodes to come will have the group."""

    @property
    def machines(self) -> frozenset[str]:
        """All of the cluster's machines in the roles that the group serves."""
        return frozenset(m.instance_id for m in self.cluster.machines if m.role in self.roles)

    def sentence(self) -> str:
        """Why the group is covered, for a person."""
        count = len(self.bound)
        said = [f"bound to {count} machine{'' if count == 1 else 's'}"] if count else []
        said += [f"named by {pool.kind} node pool {pool.pool_id}" for pool in self.pools]
        return f"{self.cluster.cluster_id} ({' and '.join(self.roles)}): {', '.join(said)}"


class Atlas:
    """Answers for any group of a region without reading anything again."""

    def __init__(self, clusters: Iterable[Cluster]) -> None:
        self.clusters = tuple(clusters)
        self._homes: dict[str, tuple[int, Machine]] = {}
        self._native: dict[str, list[tuple[int, Machine]]] = {}
        self._pools: dict[str, list[tuple[int, Pool]]] = {}
        self._endpoints: dict[str, list[int]] = {}
        self._networks: dict[str, tuple[Vpc, Networks]] = {}
        for place, cluster in enumerate(self.clusters):
            self._enter(place, cluster)

    def _enter(self, place: int, cluster: Cluster) -> None:
        for machine in cluster.machines:
            for name in filter(None, (machine.instance_id, machine.alias)):
                self._homes[name] = place, machine
            for group_id in machine.group_ids:
                self._native.setdefault(group_id, []).append((place, machine))
        for pool in cluster.pools:
            for group_id in pool.group_ids:
                self._pools.setdefault(group_id, []).append((place, pool))
        for group_id in cluster.endpoint_groups:
            self._endpoints.setdefault(group_id, []).append(place)

    def networks(self, cluster: Cluster, vpc: Vpc) -> Networks:
        """The addresses of a cluster's pods and machines. Raises GatherError where nothing tells."""
        known = self._networks.get(cluster.cluster_id)
        if known is None or known[0] is not vpc:
            known = self._networks[cluster.cluster_id] = vpc, networks(cluster, vpc)
        return known[1]

    def bindings(self, group_id: str, told: Iterable[Binding]) -> tuple[Binding, ...]:
        """What a group is bound to: what cvm and vpc tell, and the native nodes that only TKE knows.

        Machines are called as their cluster calls them.
        """
        named = (
            msgspec.structs.replace(binding, instance_id=self._homes[binding.instance_id][1].instance_id)
            if binding.instance_id in self._homes
            else binding
            for binding in told
        )
        native = (
            Binding(
                instance_id=machine.instance_id,
                group_ids=machine.group_ids,
                addresses=(machine.address,) if machine.address else (),
            )
            for _, machine in self._native.get(group_id, ())
        )
        return (*named, *native)

    def services(self, group_id: str, bindings: Iterable[Binding]) -> tuple[Service, ...]:
        """The clusters that a group serves; `bindings` as `bindings` answers them."""
        bound: dict[int, list[Machine]] = {}
        for name in dict.fromkeys(binding.instance_id for binding in bindings):
            if name in self._homes:
                place, machine = self._homes[name]
                bound.setdefault(place, []).append(machine)
        pools: dict[int, list[Pool]] = {}
        for place, pool in self._pools.get(group_id, ()):
            pools.setdefault(place, []).append(pool)
        return tuple(
            self._service(place, bound.get(place, ()), pools.get(place, ()))
            for place in sorted(bound.keys() | pools.keys())
        )

    def _service(self, place: int, machines: Sequence[Machine], pools: Sequence[Pool]) -> Service:
        served = {machine.role for machine in machines} | ({"node"} if pools else set())
        return Service(
            cluster=self.clusters[place],
            roles=tuple(role for role in ROLES if role in served),
            bound=frozenset(machine.instance_id for machine in machines),
            pools=tuple(pools),
        )

    def group_ids_of(self, cluster_id: str) -> frozenset[str]:
        """The groups of a cluster that TKE tells of; those of its CVM instances are cvm's to tell."""
        wanted = [place for place, c in enumerate(self.clusters) if c.cluster_id == cluster_id]
        indexes = (self._native, self._pools)
        return frozenset(
            group_id
            for index in indexes
            for group_id, entries in index.items()
            if any(place in wanted for place, _ in entries)
        )

    def group_ids(self) -> frozenset[str]:
        """Every group that TKE tells of."""
        return frozenset((*self._native, *self._pools))

    def why_not(self, group_id: str, bindings: Sequence[Binding]) -> str:
        """Why a group serves no cluster: one sentence without its full stop."""
        guarded = [self.clusters[place].cluster_id for place in self._endpoints.get(group_id, ())]
        if guarded:
            names = ", ".join(guarded)
            return (
                f"it stands before the API server of {names}, which the baseline of nodes does not speak of"
            )
        if not bindings:
            return "no CVM instance is bound to it, and no interface, native node or node pool"
        return f"none of its {len(bindings)} instances is in a TKE cluster"

    def hints(self, name: str) -> Iterator[str]:
        """What the name of a group that serves no cluster suggests; never more than a hint.

        TKE names its own groups ``tke-worker-security-for-cls-…`` and ``tke-master-security-for-cls-…``, and
        anybody may give or take such a name.
        """
        found = re.search(_HINT, name)
        if found:
            known = any(cluster.cluster_id == found[2] for cluster in self.clusters)
            end = "which it does not serve" if known else "which is not here"
            yield f"its name suggests {found[2]}, {end}"
