"""Instances as state documents write them, with what may be left out filled in."""

from __future__ import annotations

from tcmock.clock import utc_time
from tcmock.cvm.instance import described, put
from tcmock.cvm.models import Instance
from tcmock.cvm.state import CvmState
from tcmock.errors import StateError
from tcmock.region import Region
from tcmock.structure import Fields, check_new_id, check_reference, converted, text
from tcmock.vpc.document import binding, check_free, free_address
from tcmock.vpc.state import VpcState

_APART = ("SubnetId", "SecurityGroupIds")
"""Members of an entry that are no members of an instance."""


def add(region: Region, fields: Fields) -> str:
    """A machine. `SubnetId`, alone or within `VirtualPrivateCloud`, must be given."""
    vpc = region[VpcState]
    place = converted(fields.get("VirtualPrivateCloud", {}), dict[str, object])
    if "SubnetId" in fields and "SubnetId" in place:
        raise StateError("SubnetId", "is given twice: keep it here or in VirtualPrivateCloud")
    subnet_id = text({**place, **fields}, "SubnetId")
    check_reference("SubnetId", subnet_id, vpc.subnets, "subnets")
    subnet = vpc.subnets[subnet_id]
    instance_id = text({"InstanceId": region.ids.resource("ins"), **fields}, "InstanceId")
    given = {
        "Placement": {"Zone": subnet.zone},
        "InstanceId": instance_id,
        "Uuid": region.ids.uuid(),
        "InstanceName": instance_id,
        "CreatedTime": utc_time(region.clock()),
        **{name: value for name, value in fields.items() if name not in _APART},
        "VirtualPrivateCloud": {"VpcId": subnet.vpc_id, **place, "SubnetId": subnet_id},
    }
    if "PrivateIpAddresses" not in given:
        given["PrivateIpAddresses"] = [free_address(vpc, subnet)]
    instance = converted(given, Instance)
    check_new_id("InstanceId", "ins", instance_id, region[CvmState].instances)
    if instance.virtual_private_cloud.vpc_id != subnet.vpc_id:
        raise StateError("VirtualPrivateCloud.VpcId", f"`{subnet_id}` is in `{subnet.vpc_id}`")
    check_free(vpc, subnet.vpc_id, instance.private_ip_addresses, "PrivateIpAddresses")
    groups = converted(fields.get("SecurityGroupIds", []), list[str])
    put(region, instance, binding(vpc, "CVM", groups, "SecurityGroupIds"))
    return instance_id


def dump(region: Region) -> list[dict[str, object]]:
    """The entries that load as the machines."""
    return [described(region, instance) for instance in region[CvmState].instances.values()]
