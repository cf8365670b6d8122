"""Networks and subnets as state documents write them, with what may be left out filled in."""

from __future__ import annotations

import msgspec

from tcmock.clock import china_time
from tcmock.errors import StateError
from tcmock.region import Region
from tcmock.structure import Fields, check_new_id, check_reference, converted, network
from tcmock.vpc.models import Subnet, Vpc
from tcmock.vpc.state import VpcState

_RESERVED_ADDRESSES = 3
"""Of every subnet: the recorded /24 counts 253."""


def add_vpc(region: Region, fields: Fields) -> str:
    """A network. `CidrBlock` must be given."""
    vpcs = region[VpcState].vpcs
    network(fields, "CidrBlock")
    given = {"VpcId": region.ids.resource("vpc"), "CreatedTime": china_time(region.clock()), **fields}
    vpc = converted(given, Vpc)
    check_new_id("VpcId", "vpc", vpc.vpc_id, vpcs)
    vpcs[vpc.vpc_id] = vpc
    return vpc.vpc_id


def add_subnet(region: Region, fields: Fields) -> str:
    """A subnet. `VpcId` and `CidrBlock` must be given."""
    state, addresses = region[VpcState], network(fields, "CidrBlock")
    size = max(addresses.num_addresses - _RESERVED_ADDRESSES, 0)
    given = {
        "SubnetId": region.ids.resource("subnet"),
        "Zone": f"{region.name}-1",
        "TotalIpAddressCount": size,
        "AvailableIpAddressCount": size,
        "CreatedTime": china_time(region.clock()),
        "GatewaySet": [{"Address": str(addresses.network_address + 1)}],
        "Region": region.name,
        **fields,
    }
    subnet = converted(given, Subnet)
    check_new_id("SubnetId", "subnet", subnet.subnet_id, state.subnets)
    check_reference("VpcId", subnet.vpc_id, state.vpcs, "vpcs")
    check_region(subnet.region, region)
    state.subnets[subnet.subnet_id] = subnet
    return subnet.subnet_id


def dump_vpcs(region: Region) -> list[object]:
    """The entries that load as the networks."""
    return [msgspec.to_builtins(vpc) for vpc in region[VpcState].vpcs.values()]


def dump_subnets(region: Region) -> list[object]:
    """The entries that load as the subnets."""
    return [msgspec.to_builtins(subnet) for subnet in region[VpcState].subnets.values()]


def check_region(name: str, region: Region) -> None:
    """Refuse something that says it belongs elsewhere."""
    if name != region.name:
        raise StateError("Region", f"`{name}` contradicts the region {region.name} it stands in")
