"""What vpc keeps of networks and groups; names and defaults as in recorded answers."""

from __future__ import annotations

import ipaddress

import msgspec

from tcmock.tag import Tag
from tcmock.vpc.policy_set import PolicySet


class AssistantCidr(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """A further range of a network; type 1 belongs to containers."""

    cidr_block: str
    assistant_type: int = 0
    subnet_set: list[object] = []


class Vpc(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """A private network."""

    vpc_id: str
    vpc_name: str = ""
    cidr_block: str
    ipv6_cidr_block: str = ""
    is_default: bool = False
    enable_multicast: bool = False
    created_time: str
    enable_dhcp: bool = True
    dhcp_options_id: str = ""
    dns_server_set: tuple[str, ...] = ("183.60.83.19", "183.60.82.98")
    domain_name: str = ""
    vpc_flag: int = 0
    is_share: bool = False
    enable_route_vpc_publish: bool = False
    tag_set: list[Tag] = []
    assistant_cidr_set: list[AssistantCidr] = []


class Gateway(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """The gateway of a subnet."""

    address: str


class Subnet(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """A part of a network in one zone."""

    vpc_id: str
    subnet_id: str
    subnet_name: str = ""
    cidr_block: str
    ipv6_cidr_block: str = ""
    isp_type: str = msgspec.field(name="ISPType", default="")
    address_type: str = ""
    is_default: bool = False
    is_remote_vpc_snat: bool = False
    enable_broadcast: bool = False
    zone: str
    route_table_id: str = ""
    network_acl_id: str = ""
    high_priority_route_table_id: str = ""
    total_ip_address_count: int
    available_ip_address_count: int
    created_time: str
    tag_set: list[Tag] = []
    local_zone: bool = False
    is_share: bool = False
    gateway_set: list[Gateway] = []
    cdc_id: str = ""
    is_cdc_subnet: int = 0
    region: str

    def holds(self, address: str) -> bool:
        """Whether that is an IPv4 address of the subnet."""
        try:
            return ipaddress.IPv4Address(address) in ipaddress.IPv4Network(self.cidr_block)
        except ValueError:
            return False


class SecurityGroup(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """A security group without its rows, as DescribeSecurityGroups answers it."""

    security_group_id: str
    security_group_name: str
    security_group_desc: str = ""
    project_id: str = "0"
    is_default: bool = False
    created_time: str
    update_time: str
    tag_set: list[Tag] = []
    region: str


class GroupState(msgspec.Struct):
    """A security group with its rows. A write replaces each part whole, so a failed one changes nothing."""

    about: SecurityGroup
    policies: PolicySet = PolicySet()


def region_statistics(region: str, count: int) -> list[dict[str, object]]:
    """An undocumented member of two recorded answers; nobody saw it for no items."""
    return [{"TotalCount": count, "Region": region}] if count else []
