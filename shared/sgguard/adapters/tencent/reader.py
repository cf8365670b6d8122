"""Reads security groups, machines, clusters and networks."""

from __future__ import annotations

from collections.abc import Mapping

from scfshim import ApiError, Client, Session
from sgguard.adapters.tencent.errors import reading
from sgguard.adapters.tencent.listing import listed
from sgguard.errors import ConfigError, GatherError
from sgguard.facts import Cluster, GroupNotFoundError, Machine, Subnet, Vpc
from sgguard.model.cluster import Role
from sgguard.model.security_group import SecurityGroupPolicySet
from sgguard.model.stack import Binding
from sgguard.wire import tke
from sgguard.wire.policy_set import decode_policy_set

_ROLES: Mapping[str, Role] = {"WORKER": "node", "MASTER": "master", "ETCD": "master", "MASTER_ETCD": "master"}


class TencentReader:
    """Both of the reader ports of `sgguard.facts`, for one account."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def policies(self, region: str, group_id: str) -> SecurityGroupPolicySet:
        """https://www.tencentcloud.com/document/product/215/15804."""
        vpc = self._session.client("vpc", region=region)
        try:
            with reading(f"The rules of {group_id} in {region} could not be read"):
                return self._policies(vpc, group_id)
        except GatherError as error:
            if isinstance(error.__cause__, ApiError.ResourceNotFound):
                raise GroupNotFoundError(str(error)) from error
            raise

    def _policies(self, vpc: Client, group_id: str) -> SecurityGroupPolicySet:
        answer = vpc.describe_security_group_policies(SecurityGroupId=group_id)
        try:
            return decode_policy_set(answer, f"the answer about {group_id}")
        except ConfigError as error:
            raise GatherError(str(error)) from error

    def bindings(self, region: str, group_id: str) -> tuple[Binding, ...]:
        """https://cloud.tencent.com/document/api/213/15728."""
        bound = [{"Name": "security-group-id", "Values": [group_id]}]
        instances = listed(self._session, region, "cvm", "describe_instances", tke.Instance, Filters=bound)
        return tuple(
            Binding(
                instance_id=instance.instance_id,
                group_ids=tuple(instance.security_group_ids or ()),
            )
            for instance in instances
        )

    def clusters(self, region: str) -> tuple[Cluster, ...]:
        """https://cloud.tencent.com/document/api/457/31862."""
        found = listed(self._session, region, "tke", "describe_clusters", tke.Cluster)
        return tuple(
            Cluster(
                cluster_id=cluster.cluster_id,
                vpc_id=cluster.cluster_network_settings.vpc_id,
                pod_cidr=cluster.cluster_network_settings.cluster_cidr or "",
                pod_subnet_ids=tuple(cluster.cluster_network_settings.subnets or ()),
            )
            for cluster in found
        )

    def machines(self, region: str, cluster_id: str) -> tuple[Machine, ...]:
        """https://cloud.tencent.com/document/api/457/31863."""
        found = listed(
            self._session,
            region,
            "tke",
            "describe_cluster_instances",
            tke.ClusterInstance,
            ClusterId=cluster_id,
            InstanceRole="ALL",
        )
        return tuple(
            Machine(
                instance_id=machine.instance_id,
                role=_role(cluster_id, machine),
                address=machine.lan_ip or "",
            )
            for machine in found
        )

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


def _role(cluster_id: str, machine: tke.ClusterInstance) -> Role:
    role = _ROLES.get(machine.instance_role)
    if role is None:
        raise GatherError(f"{machine.instance_id} of {cluster_id} has role {machine.instance_role!r}.")
    return role
