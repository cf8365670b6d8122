"""CreateNetworkInterface."""

from __future__ import annotations

from tcmock.clock import china_time
from tcmock.errors import APIError, not_emulated
from tcmock.invocation import Answer, Invocation
from tcmock.tag import Tag
from tcmock.vpc.binding import Binding
from tcmock.vpc.errors import not_found, out_of_range, over_quota
from tcmock.vpc.interface import Interface, PrivateAddress, mac_address
from tcmock.vpc.interface_actions import bind, check_words, described
from tcmock.vpc.models import Subnet
from tcmock.vpc.state import VpcState

MAX_ADDRESSES = 10
"""Of one request."""
_LEFT_OUT = (
    *("Ipv6Addresses", "Ipv6AddressCount", "IsRdma", "ClientToken"),
    *("TerminationProtection", "TrafficProtection"),
)


def create(call: Invocation) -> Answer:
    """Make an interface. The vendor takes a while to make it available; here it is so at once."""
    for name in _LEFT_OUT:
        if name in call.params:
            raise not_emulated(f"`{name}` of CreateNetworkInterface")
    check_words(call.params)
    state, params, now = call.region[VpcState], call.params, china_time(call.now)
    subnet = _subnet(call)
    interface_id = call.region.ids.resource("eni")
    interface = Interface(
        network_interface_id=interface_id,
        network_interface_name=params.text("NetworkInterfaceName"),
        network_interface_description=params.text("NetworkInterfaceDescription"),
        subnet_id=subnet.subnet_id,
        vpc_id=subnet.vpc_id,
        mac_address=mac_address(interface_id),
        private_ip_address_set=_addresses(call, subnet),
        zone=subnet.zone,
        created_time=now,
        tag_set=params.listed("Tags", Tag),
        eni_type=2 if params.text("TrunkingFlag") == "Enable" else 0,
        qos_level=params.text("QosLevel") or "DEFAULT",
    )
    binding = Binding("ENI", tuple(dict.fromkeys(params.texts("SecurityGroupIds"))))
    bind(state, {interface_id: binding})
    state.add_interface(interface, binding)
    state.tasks.add(call.request_id)
    return {"NetworkInterface": described(state, interface)}


def _subnet(call: Invocation) -> Subnet:
    state = call.region[VpcState]
    vpc_id, subnet_id = call.params.text("VpcId"), call.params.text("SubnetId")
    if vpc_id not in state.vpcs:
        raise not_found(f"`{vpc_id}`")
    if subnet_id not in state.subnets:
        raise not_found(f"`{subnet_id}`")
    if state.subnets[subnet_id].vpc_id != vpc_id:
        raise APIError("UnsupportedOperation.VpcMismatch", f"`{subnet_id}` is not in `{vpc_id}`.")
    return state.subnets[subnet_id]


def _addresses(call: Invocation, subnet: Subnet) -> list[PrivateAddress]:
    """Those that the request names and as many more as it asks for; one of them is primary."""
    state, items = call.region[VpcState], call.params.children("PrivateIpAddresses")
    given = {_free(state, subnet, item.text("PrivateIpAddress")): item.flag("Primary") for item in items}
    more = call.params.number("SecondaryPrivateIpAddressCount") or 0
    if len(given) + more > MAX_ADDRESSES:
        raise over_quota(f"A request may name {MAX_ADDRESSES} addresses")
    if sum(given.values()) > 1:
        raise APIError("InvalidParameterValue", "Only one address can be primary.")
    more += not any(given.values())
    found = state.free_addresses(subnet, more, besides=given)
    if len(found) < more:
        raise APIError("ResourceInsufficient.Subnet", f"`{subnet.subnet_id}` has too few free addresses.")
    if not any(given.values()):
        given = {found[0]: True, **given}
    texts = dict.fromkeys((*given, *found))
    return [PrivateAddress(private_ip_address=text, primary=given.get(text, False)) for text in texts]


def _free(state: VpcState, subnet: Subnet, address: str) -> str:
    if not subnet.holds(address):
        raise out_of_range("PrivateIpAddress", address, f"it must be in {subnet.cidr_block}")
    if address in state.addresses.get(subnet.vpc_id, ()):
        raise APIError("ResourceInUse.Address", f"The address `{address}` is in use.")
    return address
