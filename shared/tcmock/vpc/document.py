"""Networks, subnets and groups as state documents write them, with what may be left out filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from tcmock.clock import china_time
from tcmock.errors import APIError, StateError
from tcmock.parameters import Params
from tcmock.spec import checked_object
from tcmock.structure import Fields, check_new_id, check_reference, converted, network, text
from tcmock.vpc.models import GroupState, SecurityGroup, Subnet, Vpc
from tcmock.vpc.policy import MY_PUBLIC_IP, Policy, Reader
from tcmock.vpc.policy_set import DIRECTIONS, Direction, PolicySet, check_quota

if TYPE_CHECKING:
    from tcmock.region import Region

_RESERVED_ADDRESSES = 3
"""Of every subnet: the recorded /24 counts 253."""


def new_vpc(fields: Fields, region: Region) -> Vpc:
    """A network. `CidrBlock` must be given."""
    network(fields, "CidrBlock")
    given = {"VpcId": region.ids.resource("vpc"), "CreatedTime": china_time(region.clock()), **fields}
    vpc = converted(given, Vpc)
    check_new_id("VpcId", "vpc", vpc.vpc_id, region.vpcs)
    return vpc


def new_subnet(fields: Fields, region: Region) -> Subnet:
    """A subnet. `VpcId` and `CidrBlock` must be given."""
    addresses = network(fields, "CidrBlock")
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
    check_new_id("SubnetId", "subnet", subnet.subnet_id, region.subnets)
    check_reference("VpcId", subnet.vpc_id, region.vpcs, "vpcs")
    _check_region(subnet.region, region)
    return subnet


def new_group(fields: Fields, region: Region) -> GroupState:
    """A group without rows: they may name groups that come later, see `policy_set`."""
    now = china_time(region.clock())
    given = {
        "SecurityGroupId": region.ids.resource("sg"),
        "CreatedTime": now,
        "UpdateTime": now,
        "Region": region.name,
        **{name: value for name, value in fields.items() if name != "SecurityGroupPolicySet"},
    }
    about = converted({"SecurityGroupName": given["SecurityGroupId"], **given}, SecurityGroup)
    check_new_id("SecurityGroupId", "sg", about.security_group_id, region.security_groups)
    _check_region(about.region, region)
    return GroupState(about)


def policy_set(fields: Fields, region: Region) -> PolicySet:
    """The rows of a group document: a `SecurityGroupPolicySet` as the API answers it, or less of it.

    Rows pass the rules of the API; the version is 1 if there are rows and none is given.

    Raises:
        StateError: naming the row.
    """
    given = converted(fields.get("SecurityGroupPolicySet", {}), dict[str, object])
    for name in given:
        if name not in {*DIRECTIONS, "Version", "PolicyStatistics"}:
            raise StateError(f"SecurityGroupPolicySet.{name}", "is unknown")
    rows = {direction: _rows(given, direction, region) for direction in DIRECTIONS}
    version = text({"Version": "1" if any(rows.values()) else "0", **given}, "Version")
    if not version.isdecimal():
        raise StateError("SecurityGroupPolicySet.Version", f"`{version}` is no number in a string")
    try:
        checked = PolicySet().updated(rows)
        for kept in rows.values():
            check_quota(kept, "LimitExceeded.SecurityGroupPolicySet")
    except APIError as error:
        raise StateError("SecurityGroupPolicySet", str(error)) from error
    return msgspec.structs.replace(checked, version=int(version))


def group_document(group: GroupState) -> dict[str, object]:
    """The document that loads as this very group."""
    return {**msgspec.to_builtins(group.about), "SecurityGroupPolicySet": group.policies.described()}


def _rows(given: Fields, direction: Direction, region: Region) -> tuple[Policy, ...]:
    rows = converted(given.get(direction, []), list[dict[str, object]])
    return tuple(_row(row, index, direction, region) for index, row in enumerate(rows))


def _row(row: Mapping[str, object], index: int, direction: Direction, region: Region) -> Policy:
    path = f"SecurityGroupPolicySet.{direction}[{index}]"
    try:
        known = {name: value for name, value in row.items() if name != "Diff"}
        params = Params(checked_object("vpc", "SecurityGroupPolicy", known))
        now = params.text("ModifyTime") or china_time(region.clock())
        # A document has no caller whose address could stand for MY_PUBLIC_IP: the word stays and is refused.
        policy = Reader(MY_PUBLIC_IP, region.security_groups, now).policy(params)
    except APIError as error:
        raise StateError(path, str(error)) from error
    for name, place in (("PolicyIndex", index), ("Priority", index + 1)):
        if params.number(name) not in (None, place):
            raise StateError(
                f"{path}.{name}", f"contradicts the order of the rows: leave it out or write {place}"
            )
    return policy


def _check_region(name: str, region: Region) -> None:
    if name != region.name:
        raise StateError("Region", f"`{name}` contradicts the region {region.name} it stands in")
