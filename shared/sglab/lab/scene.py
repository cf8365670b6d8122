"""The cloud as the page shows it: clusters, and the groups of their machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from sgguard.model.security_group import Direction, SecurityGroupPolicy
from sgguard.report.text import plain, row_text
from sgguard.wire.policy_set import decode_policy_set


class Row(msgspec.Struct, frozen=True):
    """One row of a group."""

    direction: str
    index: int
    text: str
    """In one line, for example ``ACCEPT tcp 22 from 0.0.0.0/0``."""
    description: str
    """Foreign, but harmless for a terminal."""
    accepts: bool


class Group(msgspec.Struct, frozen=True):
    """One group."""

    group_id: str
    name: str
    description: str
    version: str
    rows: tuple[Row, ...]
    machines: int


class Cluster(msgspec.Struct, frozen=True):
    """One cluster, or all that is in none."""

    cluster_id: str
    name: str
    kind: str
    pools: tuple[str, ...]
    groups: tuple[Group, ...]


class _Group(msgspec.Struct, rename="pascal"):
    security_group_id: str
    security_group_name: str
    security_group_desc: str
    security_group_policy_set: dict[str, object]


class _Instance(msgspec.Struct, rename="pascal"):
    instance_id: str
    security_group_ids: list[str] = []


class _Pool(msgspec.Struct, rename="pascal"):
    name: str


class _Node(msgspec.Struct, rename="pascal"):
    instance_id: str


class _Cluster(msgspec.Struct, rename="pascal"):
    cluster_id: str
    cluster_name: str
    cluster_type: str
    instances: list[_Node] = []
    node_pools: list[_Pool] = []


class _Region(msgspec.Struct):
    security_groups: list[_Group] = []
    instances: list[_Instance] = []
    clusters: list[_Cluster] = []


class _Account(msgspec.Struct):
    regions: dict[str, _Region] = {}


class _State(msgspec.Struct):
    accounts: dict[str, _Account]


def scene(state: Mapping[str, object]) -> list[Cluster]:
    """The clusters of a `tcmock/state/v1` document, then one without a name for groups outside of all."""
    seen = msgspec.convert(state, _State)
    return [
        cluster
        for account in seen.accounts.values()
        for region in account.regions.values()
        for cluster in _clusters(region)
    ]


def _clusters(region: _Region) -> Iterator[Cluster]:
    shown: set[str] = set()
    for cluster in region.clusters:
        machines = {node.instance_id for node in cluster.instances}
        bound = [
            group_id
            for instance in region.instances
            if instance.instance_id in machines
            for group_id in instance.security_group_ids
        ]
        shown.update(bound)
        yield Cluster(
            cluster_id=cluster.cluster_id,
            name=plain(cluster.cluster_name),
            kind=cluster.cluster_type.removesuffix("_CLUSTER").lower(),
            pools=tuple(plain(pool.name) for pool in cluster.node_pools),
            groups=tuple(
                _group(group, bound.count(group.security_group_id))
                for group in region.security_groups
                if group.security_group_id in bound
            ),
        )
    rest = [group for group in region.security_groups if group.security_group_id not in shown]
    if rest:
        yield Cluster("", "", "", (), tuple(_group(group, _bound(group, region.instances)) for group in rest))


def _bound(group: _Group, instances: Sequence[_Instance]) -> int:
    return sum(group.security_group_id in instance.security_group_ids for instance in instances)


def _group(group: _Group, machines: int) -> Group:
    rows = decode_policy_set(group.security_group_policy_set, group.security_group_id)
    return Group(
        group_id=group.security_group_id,
        name=plain(group.security_group_name),
        description=plain(group.security_group_desc),
        version=rows.version,
        rows=(*_rows("ingress", rows.ingress), *_rows("egress", rows.egress)),
        machines=machines,
    )


def _rows(direction: Direction, policies: Sequence[SecurityGroupPolicy]) -> Iterator[Row]:
    for index, policy in enumerate(policies):
        yield Row(
            direction=direction,
            index=index,
            text=row_text(policy, direction),
            description=plain(policy.description),
            accepts=policy.action.upper() == "ACCEPT",
        )
