"""Reads clusters with their machines, pools and networks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from scfshim import ApiError, Client, Session
from sgguard.adapters.tencent import binding_reader
from sgguard.adapters.tencent.errors import reading
from sgguard.adapters.tencent.listing import listed
from sgguard.errors import GatherError
from sgguard.facts import Subnet, Vpc
from sgguard.model.cluster import Cluster, Machine, PodNetwork, Pool, PoolKind, Role
from sgguard.model.stack import Binding
from sgguard.traffic.address import parse_network
from sgguard.wire import tke

T = TypeVar("T", bound=msgspec.Struct)
_ROLES: Mapping[str, Role] = {"WORKER": "node", "MASTER": "master", "ETCD": "master", "MASTER_ETCD": "master"}
_POOLS: Mapping[str, PoolKind] = {
    "Native": "native",
    "Super": "super",
    "Regular": "regular",
    "External": "external",
}
_LATER = "2022-05-01"
"""The version of tke that tells the groups of native and super nodes."""
_IDS = 100
"""Most ids in one request."""


class TencentClusters:
    """The cluster reader port of `sgguard.facts`, for one account."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def clusters(self, region: str) -> tuple[Cluster, ...]:
        """https://cloud.tencent.com/document/api/457/31862."""
        found = listed(self._session, region, "tke", "describe_clusters", tke.Cluster)
        return _Reading(self._session, region, found).clusters()

    def bindings(self, region: str, group_id: str | None) -> tuple[Binding, ...]:
        """What a group is bound to, or everything."""
        return binding_reader.bindings(self._session, region, group_id)

    def bindings_of(self, region: str, machines: tuple[str, ...]) -> tuple[Binding, ...]:
        """What some machines are bound to."""
        return binding_reader.bindings_of(self._session, region, machines)

    def vpc(self, region: str, vpc_id: str) -> Vpc:
        """https://cloud.tencent.com/document/api/215/15778."""
        found = listed(self._session, region, "vpc", "describe_vpcs", tke.Vpc, VpcIds=[vpc_id])
        if len(found) != 1:
            raise GatherError(f"{vpc_id} in {region} could not be read: {len(found)} answers.")
        inside = [{"Name": "vpc-id", "Values": [vpc_id]}]
        subnets = listed(self._session, region, "vpc", "describe_subnets", tke.Subnet, Filters=inside)
        return Vpc(
            cidrs=found[0].node_cidrs(),
            subnets=tuple(Subnet(subnet_id=subnet.subnet_id, cidrs=subnet.cidrs()) for subnet in subnets),
        )


class _Reading:
    """All clusters of a region, once."""

    def __init__(self, session: Session, region: str, found: Sequence[tke.Cluster]) -> None:
        self._session = session
        self._region = region
        self._found = found
        self._vpcs = self._container_cidrs() if found else {}

    def clusters(self) -> tuple[Cluster, ...]:
        return tuple(cluster for about in self._found if (cluster := self._unless_gone(about)))

    def _unless_gone(self, about: tke.Cluster) -> Cluster | None:
        """A cluster; None where it was deleted after it was listed."""
        try:
            return self._cluster(about)
        except GatherError as error:
            cause = error.__cause__
            if isinstance(cause, ApiError) and cause.code.endswith("ClusterNotFound"):
                return None
            raise

    def _cluster(self, about: tke.Cluster) -> Cluster:
        settings, network = about.cluster_network_settings, about.about_network()
        subnet_ids = self._pod_subnets(about.cluster_id, settings, network)
        services = (settings.service_cidr, settings.ipv6_service_cidr)
        return Cluster(
            cluster_id=about.cluster_id,
            vpc_id=settings.vpc_id,
            name=about.cluster_name,
            independent=about.cluster_type == "INDEPENDENT_CLUSTER",
            pod_networks=tuple(_pod_networks(network, settings, subnet_ids)),
            pod_cidrs=tuple(self._pod_cidrs(about.cluster_id, settings)),
            pod_subnet_ids=subnet_ids,
            service_cidrs=tuple(cidr for cidr in services if cidr),
            dual_stack=bool(settings.is_dual_stack),
            machines=tuple(self._machines(about.cluster_id)),
            pools=tuple(self._pools(about.cluster_id)),
            endpoint_groups=self._endpoint_groups(about.cluster_id),
        )

    def _machines(self, cluster_id: str) -> Iterator[Machine]:
        """https://cloud.tencent.com/document/api/457/31863, and native nodes in the later version."""
        shape, everyone = tke.ClusterInstance, {"ClusterId": cluster_id, "InstanceRole": "ALL"}
        found = self._listed("tke", "describe_cluster_instances", shape, **everyone)
        natives: dict[str, tke.NativeMachine] = {}
        if any(not machine.instance_id.startswith("ins-") for machine in found):
            later = self._listed(
                "tke", "describe_cluster_instances", tke.AnyInstance, version=_LATER, ClusterId=cluster_id
            )
            natives = {machine.instance_id: machine.native for machine in later if machine.native}
        for machine in found:
            native = natives.get(machine.instance_id, tke.NativeMachine())
            alias = native.instance_id or ""
            yield Machine(
                instance_id=machine.instance_id,
                role=_role(cluster_id, machine),
                address=machine.lan_ip or native.lan_ip or "",
                alias=alias,
                # One that cvm knows has its groups there, in order.
                group_ids=() if alias.startswith("ins-") else tuple(native.security_group_ids or ()),
            )

    def _pools(self, cluster_id: str) -> Iterator[Pool]:
        pools = self._listed("tke", "describe_node_pools", tke.NodePool, version=_LATER, ClusterId=cluster_id)
        ids = [pool.regular.launch_configuration_id for pool in pools if pool.regular]
        groups = self._launch_groups([name for name in ids if name])
        for pool in pools:
            own = pool.native or pool.super or tke.PoolNetwork()
            launch_id = (pool.regular and pool.regular.launch_configuration_id) or ""
            yield Pool(
                pool_id=pool.node_pool_id,
                kind=_POOLS.get(pool.type, "external"),
                group_ids=(*(own.security_group_ids or ()), *groups.get(launch_id, ())),
                subnet_ids=tuple(own.subnet_ids or ()),
                launch_id=launch_id,
            )

    def _launch_groups(self, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """https://cloud.tencent.com/document/api/377/20445."""
        found: dict[str, tuple[str, ...]] = {}
        for start in range(0, len(ids), _IDS):
            wanted = list(ids[start : start + _IDS])
            for configuration in self._listed(
                "as",
                "describe_launch_configurations",
                tke.LaunchConfiguration,
                LaunchConfigurationIds=wanted,
            ):
                groups = tuple(configuration.security_group_ids or ())
                found[configuration.launch_configuration_id] = groups
        return found

    def _endpoint_groups(self, cluster_id: str) -> tuple[str, ...]:
        # A cluster that is not running yet has no endpoint.
        absent = tke.Endpoints(), "ResourceUnavailable.ClusterState"
        endpoints = self._answer(
            "describe_cluster_endpoints", tke.Endpoints, absent=absent, ClusterId=cluster_id
        )
        groups = (endpoints.security_group, endpoints.intranet_security_group)
        return tuple(dict.fromkeys(group for group in groups if group))

    def _pod_subnets(
        self, cluster_id: str, settings: tke.ClusterNetworkSettings, network: tke.Property
    ) -> tuple[str, ...]:
        """Container subnets: those the cluster was made with, and those that its add-on was given since."""
        found = list(settings.subnets or ())
        if network.network_type != "CiliumOverlay":
            # Where pods have no addresses of subnets the add-on may be absent.
            absent = None if network.vpc_cni_type or found else (tke.Ipamd(), "ResourceNotFound")
            ipamd = self._answer("describe_ipamd", tke.Ipamd, absent=absent, ClusterId=cluster_id)
            found += ipamd.subnet_ids or () if ipamd.enabled else ()
        return tuple(dict.fromkeys(found))

    def _pod_cidrs(self, cluster_id: str, settings: tke.ClusterNetworkSettings) -> Iterator[str]:
        """ClusterCIDR, and the container CIDRs of the VPC that the cluster's routes lead into.

        A VPC tells which CIDRs are set aside for containers, not for which cluster: AddClusterCIDR leaves no
        list in DescribeClusters.
        """
        if not settings.cluster_cidr:
            return
        yield settings.cluster_cidr
        known = {about.cluster_network_settings.cluster_cidr for about in self._found}
        more = [cidr for cidr in self._vpcs.get(settings.vpc_id, ()) if cidr not in known]
        routes = self._routes(cluster_id) if more else ()
        yield from (cidr for cidr in more if any(_within(route, cidr) for route in routes))

    def _routes(self, cluster_id: str) -> list[str]:
        absent = tke.Routes(), "ResourceNotFound.RouteTableNotFound"
        routes = self._answer("describe_cluster_routes", tke.Routes, absent=absent, RouteTableName=cluster_id)
        return [route.destination_cidr_block for route in routes.route_set or ()]

    def _container_cidrs(self) -> dict[str, tuple[str, ...]]:
        ids = sorted({about.cluster_network_settings.vpc_id for about in self._found})
        found: dict[str, tuple[str, ...]] = {}
        for start in range(0, len(ids), _IDS):
            for vpc in self._listed("vpc", "describe_vpcs", tke.Vpc, VpcIds=ids[start : start + _IDS]):
                found[vpc.vpc_id] = vpc.pod_cidrs()
        return found

    def _listed(
        self, service: str, action: str, shape: type[T], *, version: str | None = None, **parameters: object
    ) -> list[T]:
        return listed(self._session, self._region, service, action, shape, version=version, **parameters)

    def _answer(
        self, action: str, shape: type[T], *, absent: tuple[T, str] | None = None, **parameters: object
    ) -> T:
        """One answer; `absent` is what an error code, or one below it, stands for."""
        what = f"{action} in {self._region}"
        tke_client: Client = self._session.client("tke", region=self._region)
        try:
            with reading(f"{what} could not be read"):
                answer = getattr(tke_client, action)(**parameters)
        except GatherError as error:
            code = error.__cause__.code if isinstance(error.__cause__, ApiError) else ""
            if absent and f"{code}.".startswith(f"{absent[1]}."):
                return absent[0]
            raise
        try:
            return msgspec.convert(answer, shape)
        except msgspec.ValidationError as error:
            raise GatherError(f"{what} gave an answer of another shape: {error}.") from error


def _pod_networks(
    network: tke.Property, settings: tke.ClusterNetworkSettings, subnet_ids: Sequence[str]
) -> Iterator[PodNetwork]:
    if network.network_type == "CiliumOverlay":
        yield "CiliumOverlay"
    elif settings.cluster_cidr:
        yield "GlobalRouter"
    if subnet_ids or network.network_type == "VPC-CNI":
        yield "VPC-CNI"


def _role(cluster_id: str, machine: tke.ClusterInstance) -> Role:
    role = _ROLES.get(machine.instance_role)
    if role is None:
        raise GatherError(f"{machine.instance_id} of {cluster_id} has role {machine.instance_role!r}.")
    return role


def _within(route: str, cidr: str) -> bool:
    try:
        (inner, (start, end)), (outer, (low, high)) = parse_network(route), parse_network(cidr)
    except ValueError:
        return False
    return inner == outer and low <= start and end <= high
