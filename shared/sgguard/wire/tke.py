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


class Cluster(msgspec.Struct, frozen=True, rename="pascal"):
    """https://cloud.tencent.com/document/api/457/31866#Cluster."""

    cluster_id: str
    cluster_network_settings: ClusterNetworkSettings


class ClusterInstance(msgspec.Struct, frozen=True):
    """A machine of a cluster: https://cloud.tencent.com/document/api/457/31866#Instance."""

    instance_id: str = msgspec.field(name="InstanceId")
    instance_role: str = msgspec.field(name="InstanceRole")
    lan_ip: str | None = msgspec.field(default=None, name="LanIP")


class AssistantCidr(msgspec.Struct, frozen=True, rename="pascal"):
    """https://cloud.tencent.com/document/api/215/15824#AssistantCidr."""

    cidr_block: str
    assistant_type: int = 0
    """0: ordinary; 1: set aside for containers."""


class Vpc(msgspec.Struct, frozen=True, rename="pascal"):
    """https://cloud.tencent.com/document/api/215/15824#Vpc."""

    cidr_block: str
    ipv6_cidr_block: str | None = msgspec.field(default=None, name="Ipv6CidrBlock")
    assistant_cidr_set: list[AssistantCidr] | None = None

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
