"""Interfaces as state documents write them, with what may be left out filled in."""

from __future__ import annotations

import msgspec

from tcmock.clock import china_time
from tcmock.errors import StateError
from tcmock.region import Region
from tcmock.structure import Fields, check_new_id, check_reference, converted, text
from tcmock.vpc.document import binding, check_free, free_address
from tcmock.vpc.interface import Interface, mac_address
from tcmock.vpc.models import Subnet
from tcmock.vpc.state import VpcState

_MACHINE = "ins-"
_APART = ("GroupSet", "InstanceId")
"""Members of an entry that are no members of an interface."""


def add(region: Region, fields: Fields) -> str:
    """An interface; needs `SubnetId`. `InstanceId` alone stands for `Attachment`."""
    state = region[VpcState]
    subnet_id = text(fields, "SubnetId")
    check_reference("SubnetId", subnet_id, state.subnets, "subnets")
    subnet = state.subnets[subnet_id]
    interface_id = text({"NetworkInterfaceId": region.ids.resource("eni"), **fields}, "NetworkInterfaceId")
    check_new_id("NetworkInterfaceId", "eni", interface_id, state.interfaces)
    groups = converted(fields.get("GroupSet", []), list[str])
    given: dict[str, object] = {
        "NetworkInterfaceId": interface_id,
        "NetworkInterfaceName": interface_id,
        "VpcId": subnet.vpc_id,
        "MacAddress": mac_address(interface_id),
        "Zone": subnet.zone,
        "CreatedTime": china_time(region.clock()),
        **{name: value for name, value in fields.items() if name not in _APART},
    }
    if "InstanceId" in fields:
        given["Attachment"] = {"InstanceId": text(fields, "InstanceId")}
    if "PrivateIpAddressSet" not in given:
        given["PrivateIpAddressSet"] = [{"PrivateIpAddress": free_address(state, subnet), "Primary": True}]
    interface = converted(given, Interface)
    _check(state, interface, subnet)
    bound = binding(state, "ENI", groups, "GroupSet")
    state.add_interface(interface, bound)
    return interface_id


def dump(region: Region) -> list[dict[str, object]]:
    """The entries that load as the interfaces that no machine was born with."""
    state = region[VpcState]
    return [
        {**msgspec.to_builtins(interface), "GroupSet": list(state.bindings[interface.owner].groups)}
        for interface in state.interfaces.values()
        if not interface.primary
    ]


def _check(state: VpcState, interface: Interface, subnet: Subnet) -> None:
    if interface.vpc_id != subnet.vpc_id:
        raise StateError("VpcId", f"`{subnet.subnet_id}` is in `{subnet.vpc_id}`")
    if interface.primary:
        raise StateError("Primary", "follows from `instances`: every machine has its primary interface")
    check_free(state, interface.vpc_id, interface.addresses, "PrivateIpAddressSet")
    attachment = interface.attachment
    if attachment and attachment.instance_id.startswith(_MACHINE):
        check_reference("Attachment.InstanceId", attachment.instance_id, state.bindings, "instances")
