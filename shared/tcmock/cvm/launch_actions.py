"""RunInstances, as far as security groups need it."""

from __future__ import annotations

import msgspec

from tcmock.clock import utc_time
from tcmock.cvm.binding_actions import check_groups, check_quotas
from tcmock.cvm.instance import put
from tcmock.cvm.models import Instance, Placement, VirtualPrivateCloud
from tcmock.errors import APIError, not_emulated
from tcmock.invocation import Answer, Invocation
from tcmock.vpc.binding import Binding
from tcmock.vpc.models import Subnet
from tcmock.vpc.state import VpcState

MAX_COUNT = 500
_TAKEN_IN = (
    *("Placement", "InstanceCount", "VirtualPrivateCloud", "SecurityGroupIds", "InstanceName"),
    *("InstanceType", "ImageId", "InstanceChargeType"),
)


def run(call: Invocation) -> Answer:
    """Launch instances in one subnet (https://cloud.tencent.com/document/product/213/15730).

    They run at once, and they need `Placement`, `VirtualPrivateCloud` and `SecurityGroupIds`.
    """
    _check_members(call)
    subnet, groups = _subnet(call), tuple(dict.fromkeys(call.params.texts("SecurityGroupIds")))
    check_groups(call, groups)
    addresses = _addresses(call, subnet)
    bindings = {call.region.ids.resource("ins"): Binding("CVM", groups) for _ in addresses}
    check_quotas(call, bindings)
    placement = call.params.child("Placement")
    for (instance_id, binding), address in zip(bindings.items(), addresses, strict=True):
        instance = Instance(
            placement=Placement(zone=subnet.zone, project_id=placement.number("ProjectId") or 0),
            instance_id=instance_id,
            uuid=call.region.ids.uuid(),
            instance_name=call.params.text("InstanceName") or "Unnamed",
            private_ip_addresses=[address],
            virtual_private_cloud=VirtualPrivateCloud(vpc_id=subnet.vpc_id, subnet_id=subnet.subnet_id),
            created_time=utc_time(call.now),
        )
        given = {
            "instance_type": call.params.text("InstanceType"),
            "image_id": call.params.text("ImageId"),
            "instance_charge_type": call.params.text("InstanceChargeType"),
        }
        chosen = {name: value for name, value in given.items() if value}
        put(call.region, msgspec.structs.replace(instance, **chosen), binding)
    return {"InstanceIdSet": list(bindings)}


def _check_members(call: Invocation) -> None:
    for name in call.params.names:
        if name not in _TAKEN_IN:
            raise not_emulated(f"`{name}` of RunInstances")
    for name in ("Placement", "VirtualPrivateCloud", "SecurityGroupIds"):
        if name not in call.params:
            raise not_emulated(f"RunInstances without `{name}`")


def _subnet(call: Invocation) -> Subnet:
    place, state = call.params.child("VirtualPrivateCloud"), call.region[VpcState]
    if place.text("VpcId") not in state.vpcs:
        raise APIError("InvalidParameterValue.VpcIdNotExist", f"`{place.text('VpcId')}` does not exist.")
    subnet = state.subnets.get(place.text("SubnetId"))
    if subnet is None:
        raise APIError("InvalidParameterValue.SubnetNotExist", f"`{place.text('SubnetId')}` does not exist.")
    if subnet.vpc_id != place.text("VpcId"):
        raise APIError(
            "InvalidParameterValue.VpcIdSubnetIdNotMatch", f"`{subnet.subnet_id}` is in `{subnet.vpc_id}`."
        )
    zone = call.params.child("Placement").text("Zone")
    if zone != subnet.zone:
        raise APIError(
            "InvalidParameterValue.SubnetIdZoneIdNotMatch",
            f"`{subnet.subnet_id}` is in the zone {subnet.zone}, not {zone}.",
        )
    return subnet


def _addresses(call: Invocation, subnet: Subnet) -> list[str]:
    """One for each instance: those of the request, or free ones."""
    count = call.params.number("InstanceCount") or 1
    if not 1 <= count <= MAX_COUNT:
        raise APIError("InvalidParameterValue.Range", f"`InstanceCount` goes from 1 to {MAX_COUNT}.")
    state = call.region[VpcState]
    given = call.params.child("VirtualPrivateCloud").texts("PrivateIpAddresses")
    for address in given:
        _check_address(state, subnet, address)
    if given and len(given) != count:
        raise APIError(
            "InvalidParameterCombination", "Name as many `PrivateIpAddresses` as `InstanceCount` says."
        )
    found = given or state.free_addresses(subnet, count)
    if len(found) < count:
        raise APIError(
            "FailedOperation.NoAvailableIpAddressCountInSubnet",
            f"`{subnet.subnet_id}` has {len(found)} free addresses, not {count}.",
        )
    return found


def _check_address(state: VpcState, subnet: Subnet, address: str) -> None:
    if not subnet.holds(address):
        raise APIError("VpcAddrNotInSubNet", f"`{address}` is not in {subnet.cidr_block}.")
    if address in state.addresses.get(subnet.vpc_id, ()):
        raise APIError("VpcIpIsUsed", f"`{address}` is in use.")
