"""Clusters, machines and networks as the API answers; only the fields that the guard reads."""

from __future__ import annotations

import msgspec


class Instance(msgspec.Struct, frozen=True, rename="pascal"):
    """A CVM instance: https://cloud.tencent.com/document/api/213/15753#Instance."""

    instance_id: str
    security_group_ids: list[str] | None = None
    """In the order in which they are matched."""
    private_ip_addresses: list[str] | None = None
    ipv6_addresses: list[str] | None = msgspec.field(default=None, name="IPv6Addresses")

    def addresses(self) -> tuple[str, ...]:
        """The private addresses of the primary network interface, and its IPv6 ones."""
        return (*(self.private_ip_addresses or ()), *(self.ipv6_addresses or ()))


class ClusterNetworkSettings(msgspec.Struct, frozen=True):
    """https://cloud.tencent.com/document/api/457/31866#ClusterNetworkSettings."""

    vpc_id: str = msgspec.field(name="VpcId")
    cluster_cidr: str | None = msgspec.field(default=None, name="ClusterCIDR")
    subnets: list[str] | None = msgspec.field(default=None, name="Subnets")
    service_cidr: str | None = msgspec.field(default=None, name="ServiceCIDR")
    ipv6_service_cidr: str | None = msgspec.field(default=None, name="Ipv6ServiceCIDR")
    is_dual_stack: bool | None = msgspec.field(default=None, name="IsDualStack")


class Property(msgspec.Struct, frozen=True, rename="pascal"):
    """What a cluster's `Property`, a JSON text, says of its network."""

    network_type: str = ""
    """``GR``, ``VPC-CNI`` or ``CiliumOverlay``."""
    vpc_cni_type: str = ""
    """``tke-route-eni`` or ``tke-direct-eni`` where pods may have addresses of subnets."""


class Cluster(msgspec.Struct, frozen=True, rename="pascal"):
    """https://cloud.tencent.com/document/api/457/31866#Cluster."""

    cluster_id: str
    cluster_network_settings: ClusterNetworkSettings
    cluster_name: str = ""
    cluster_type: str = ""
    """``MANAGED_CLUSTER``, ``INDEPENDENT_CLUSTER`` and others."""
    property: str | None = None

    def about_network(self) -> Property:
        """Its `Property` as far as it can be read."""
        try:
            return msgspec.json.decode(self.property or "{}", type=Property)
        except msgspec.DecodeError:
            return Property()


class ClusterInstance(msgspec.Struct, frozen=True):
    """A machine of a cluster: https://cloud.tencent.com/document/api/457/31866#Instance."""

    instance_id: str = msgspec.field(name="InstanceId")
    instance_role: str = msgspec.field(name="InstanceRole")
    lan_ip: str | None = msgspec.field(default=None, name="LanIP")


class NativeMachine(msgspec.Struct, frozen=True):
    """What a native node has beside others, in version 2022-05-01."""

    security_group_ids: list[str] | None = msgspec.field(default=None, name="SecurityGroupIDs")
    """Capital ID, unlike everywhere else."""
    instance_id: str | None = msgspec.field(default=None, name="InstanceId")
    """``eks-…``, or ``ins-…`` for one that is a machine of cvm."""
    lan_ip: str | None = msgspec.field(default=None, name="LanIp")


class AnyInstance(msgspec.Struct, frozen=True, rename="pascal"):
    """A machine of any sort: DescribeClusterInstances of version 2022-05-01."""

    instance_id: str
    native: NativeMachine | None = None


class PoolNetwork(msgspec.Struct, frozen=True, rename="pascal"):
    """What a native or super pool gives its nodes."""

    subnet_ids: list[str] | None = None
    security_group_ids: list[str] | None = None


class RegularPool(msgspec.Struct, frozen=True, rename="pascal"):
    """A pool with a scaling group; its launch configuration holds the groups."""

    launch_configuration_id: str | None = None


class NodePool(msgspec.Struct, frozen=True, rename="pascal"):
    """DescribeNodePools of version 2022-05-01; the member of its type is filled in."""

    node_pool_id: str
    type: str
    """``Native``, ``Super``, ``Regular`` or ``External``."""
    native: PoolNetwork | None = None
    super: PoolNetwork | None = None
    regular: RegularPool | None = None


class LaunchConfiguration(msgspec.Struct, frozen=True, rename="pascal"):
    """https://cloud.tencent.com/document/api/377/20453#LaunchConfiguration."""

    launch_configuration_id: str
    security_group_ids: list[str] | None = None


class Endpoints(msgspec.Struct, frozen=True, rename="pascal"):
    """How an API server is reached: https://cloud.tencent.com/document/api/457/43526."""

    security_group: str | None = None
    """Of the load balancer of the public endpoint."""
    intranet_security_group: str | None = None
    """Not told by the international site."""


class Ipamd(msgspec.Struct, frozen=True):
    """The add-on that gives pods addresses of subnets: DescribeIPAMD."""

    enabled: bool | None = msgspec.field(default=None, name="EnableIPAMD")
    subnet_ids: list[str] | None = msgspec.field(default=None, name="SubnetIds")


class Route(msgspec.Struct, frozen=True, rename="pascal"):
    """Where pods of one node are: DescribeClusterRoutes."""

    destination_cidr_block: str


class Routes(msgspec.Struct, frozen=True, rename="pascal"):
    """All routes of a cluster in one answer: the API has no pages here."""

    route_set: list[Route] | None = None


class Group(msgspec.Struct, frozen=True, rename="pascal"):
    """A security group as DescribeSecurityGroups lists it."""

    security_group_id: str
    security_group_name: str = ""


class AssistantCidr(msgspec.Struct, frozen=True, rename="pascal"):
    """https://cloud.tencent.com/document/api/215/15824#AssistantCidr."""

    cidr_block: str
    assistant_type: int = 0
    """0: ordinary; 1: set aside for containers."""


class Vpc(msgspec.Struct, frozen=True, rename="pascal"):
    """https://cloud.tencent.com/document/api/215/15824#Vpc."""

    vpc_id: str
    cidr_block: str
    ipv6_cidr_block: str | None = msgspec.field(default=None, name="Ipv6CidrBlock")
    assistant_cidr_set: list[AssistantCidr] | None = None

    def pod_cidrs(self) -> tuple[str, ...]:
        """What is set aside for containers of some cluster of the VPC."""
        return tuple(a.cidr_block for a in self.assistant_cidr_set or () if a.assistant_type == 1)

    def node_cidrs(self) -> tuple[str, ...]:
        """Everything that machines of the VPC may have addresses of."""
        assistants = (a.cidr_block for a in self.assistant_cidr_set or () if a.assistant_type == 0)
        return tuple(cidr for cidr in (self.cidr_block, self.ipv6_cidr_block, *assistants) if cidr)


class Subnet(msgspec.Struct, frozen=True, rename="pascal"):
    """https://cloud.tencent.com/document/api/215/15824#Subnet."""

    subnet_id: str
    cidr_block: str
    ipv6_cidr_block: str | None = msgspec.field(default=None, name="Ipv6CidrBlock")

    def cidrs(self) -> tuple[str, ...]:
        """IPv4, and IPv6 where it has any."""
        return tuple(cidr for cidr in (self.cidr_block, self.ipv6_cidr_block) if cidr)
