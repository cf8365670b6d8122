"""Node pools as state documents write them, with what may be left out filled in."""

from __future__ import annotations

from collections.abc import Container, Mapping

from tcmock.autoscaling.state import AutoscalingState
from tcmock.clock import utc_time
from tcmock.errors import StateError
from tcmock.region import Region
from tcmock.structure import Fields, check_reference, check_unique, converted, text, under
from tcmock.tke.node_pools import NodePool
from tcmock.vpc.state import VpcState

_SHORTCUTS: Mapping[str, tuple[str, ...]] = {
    "Native": ("SubnetIds", "SecurityGroupIds"),
    "Super": ("SubnetIds", "SecurityGroupIds"),
    "Regular": ("LaunchConfigurationId", "AutoscalingGroupId"),
    "External": ("NodesNum",),
}


def add_pool(region: Region, cluster_id: str, entry: Fields, known: Container[str]) -> NodePool:
    """A pool; needs its `Type`. What only that type has may stand beside it."""
    kind, name = text(entry, "Type"), "NodePoolId"
    pool_id = text({name: region.ids.resource("np"), **entry}, name)
    check_unique(name, pool_id, known)
    inner = converted(entry.get(kind) or {}, dict[str, object])
    short = {member: entry[member] for member in _SHORTCUTS.get(kind, ()) if member in entry}
    for member in short:
        if member in inner:
            raise StateError(member, f"is given twice: keep it here or in {kind}")
    given = {
        "ClusterId": cluster_id,
        name: pool_id,
        "Name": pool_id,
        "LifeState": "normal" if kind == "Regular" else "Running",
        "CreatedAt": written(region.clock()),
        **{member: value for member, value in entry.items() if member not in short},
        kind: {**inner, **short},
    }
    pool = converted(given, NodePool)
    with under(kind):
        _check(region, pool)
    return pool


def written(seconds: float) -> str:
    """A time like ``2023-01-15 17:55:38 +0000 UTC``."""
    return f"{utc_time(seconds).replace('T', ' ').removesuffix('Z')} +0000 UTC"


def _check(region: Region, pool: NodePool) -> None:
    vpc = region[VpcState]
    for index, group_id in enumerate(pool.groups):
        check_reference(f"SecurityGroupIds[{index}]", group_id, vpc.security_groups, "security_groups")
    inner = pool.native or pool.super_
    for index, subnet_id in enumerate(inner.subnet_ids if inner else ()):
        check_reference(f"SubnetIds[{index}]", subnet_id, vpc.subnets, "subnets")
    if pool.regular and pool.regular.launch_configuration_id:
        known = region[AutoscalingState].launch_configurations
        configuration_id = pool.regular.launch_configuration_id
        check_reference("LaunchConfigurationId", configuration_id, known, "launch_configurations")
