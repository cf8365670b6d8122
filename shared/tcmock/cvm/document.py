"""Instances as state documents write them, with what may be left out filled in."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from tcmock.clock import utc_time
from tcmock.cvm.models import Instance
from tcmock.errors import StateError
from tcmock.structure import Fields, check_new_id, check_reference, converted, text
from tcmock.vpc.models import Subnet

if TYPE_CHECKING:
    from tcmock.region import Region


def new_instance(fields: Fields, region: Region) -> Instance:
    """A machine. `SubnetId`, alone or within `VirtualPrivateCloud`, must be given."""
    shape = {name: value for name, value in fields.items() if name != "SubnetId"}
    place = converted(fields.get("VirtualPrivateCloud", {}), dict[str, object])
    if "SubnetId" in fields and "SubnetId" in place:
        raise StateError("SubnetId", "is given twice: keep it here or in VirtualPrivateCloud")
    subnet_id = text({**place, **fields}, "SubnetId")
    check_reference("SubnetId", subnet_id, region.subnets, "subnets")
    subnet = region.subnets[subnet_id]
    instance_id = text({"InstanceId": region.ids.resource("ins"), **fields}, "InstanceId")
    given = {
        "Placement": {"Zone": subnet.zone},
        "InstanceId": instance_id,
        "Uuid": region.ids.uuid(),
        "InstanceName": instance_id,
        "CreatedTime": utc_time(region.clock()),
        **shape,
        "VirtualPrivateCloud": {"VpcId": subnet.vpc_id, **place, "SubnetId": subnet_id},
    }
    if "PrivateIpAddresses" not in given:
        given["PrivateIpAddresses"] = [_free_address(subnet, region)]
    instance = converted(given, Instance)
    check_new_id("InstanceId", "ins", instance.instance_id, region.instances)
    if instance.virtual_private_cloud.vpc_id != subnet.vpc_id:
        raise StateError("VirtualPrivateCloud.VpcId", f"`{subnet_id}` is in `{subnet.vpc_id}`")
    for index, group_id in enumerate(instance.security_group_ids):
        check_reference(f"SecurityGroupIds[{index}]", group_id, region.security_groups, "security_groups")
    return instance


def _free_address(subnet: Subnet, region: Region) -> str:
    """The lowest address that nobody in the region has; the first one belongs to the gateway."""
    taken = {address for instance in region.instances.values() for address in instance.private_ip_addresses}
    hosts = ipaddress.IPv4Network(subnet.cidr_block).hosts()
    next(hosts, None)
    free = next((str(host) for host in hosts if str(host) not in taken), None)
    if free is None:
        raise StateError("SubnetId", f"`{subnet.subnet_id}` has no free address left")
    return free
