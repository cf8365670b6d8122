"""Network interfaces: made, changed, listed, bound to groups (https://cloud.tencent.com/document/product/215/15817)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from tcmock.errors import APIError
from tcmock.ids import is_resource_id
from tcmock.invocation import Answer, Invocation
from tcmock.listing import MAX_LIMIT, Filter, filtered, flag, named, page
from tcmock.parameters import Params
from tcmock.vpc.binding import Binding
from tcmock.vpc.errors import BAD_FILTER, BAD_RANGE, BOTH, MISSING, malformed, not_found, over_quota, too_long
from tcmock.vpc.group_actions import find as find_group
from tcmock.vpc.interface import Interface
from tcmock.vpc.state import VpcState, overfull

MAX_NAME = 60


def describe(call: Invocation) -> Answer:
    """Interfaces by id or filter, with those that machines are born with."""
    state = call.region[VpcState]
    listed = named(
        state.interfaces, call.params, "NetworkInterfaceIds", exclusive_code=BOTH, missing_code=MISSING
    )
    found = filtered(listed, call.params, _filters(state), code=BAD_FILTER, tags=lambda item: item.tag_set)
    offset, limit = call.params.number("Offset"), call.params.number("Limit")
    shown = page(found, offset, limit, code=BAD_RANGE)
    return {"TotalCount": len(found), "NetworkInterfaceSet": [described(state, item) for item in shown]}


def associate(call: Invocation) -> Answer:
    """Bind groups to interfaces, after those that they have."""
    return _rebind(call, Binding.with_groups)


def disassociate(call: Invocation) -> Answer:
    """Take groups from interfaces."""
    state = call.region[VpcState]
    for interface_id in call.params.texts("NetworkInterfaceIds"):
        bound = state.bindings[_auxiliary(state, interface_id).owner].groups
        missing = [group for group in call.params.texts("SecurityGroupIds") if group not in bound]
        if missing:
            raise not_found(f"{', '.join(missing)} on `{interface_id}`")
    return _rebind(call, Binding.without_groups)


def modify(call: Invocation) -> Answer:
    """Rename an interface, describe it anew, or give it other groups instead of its own."""
    state = call.region[VpcState]
    interface = _find(state, call.params.text("NetworkInterfaceId"))
    check_words(call.params)
    groups = call.params.texts("SecurityGroupIds")
    if groups:
        _auxiliary(state, interface.network_interface_id)
        bind(state, {interface.owner: Binding("ENI", tuple(dict.fromkeys(groups)))})
    trunk = {"Enable": 2, "Disable": 0}.get(call.params.text("TrunkingFlag"), interface.eni_type)
    state.interfaces[interface.network_interface_id] = msgspec.structs.replace(
        interface,
        network_interface_name=call.params.text("NetworkInterfaceName") or interface.network_interface_name,
        network_interface_description=call.params.text("NetworkInterfaceDescription")
        or interface.network_interface_description,
        eni_type=interface.eni_type if interface.primary else trunk,
    )
    return {}


def described(state: VpcState, interface: Interface) -> dict[str, object]:
    """An interface as it is answered."""
    return {
        **msgspec.to_builtins(interface),
        "GroupSet": list(state.bindings[interface.owner].groups),
        "NetworkInterfaceState": interface.network_interface_state,
    }


def bind(state: VpcState, changes: Mapping[str, Binding]) -> None:
    """Give each of these its new groups.

    Raises:
        APIError: a group is not there, or a quota is used up; nothing was changed.
    """
    for group_id in (group for binding in changes.values() for group in binding.groups):
        find_group(state, group_id)
    if overfull(changes):
        raise over_quota(f"`{overfull(changes)}` would have too many security groups")
    if state.crowded(changes):
        raise over_quota(f"The security group `{state.crowded(changes)}` would have too many instances")
    state.bindings.update(changes)


def check_words(params: Params) -> None:
    """Refuse a name or description that is too long."""
    for name in ("NetworkInterfaceName", "NetworkInterfaceDescription"):
        if len(params.text(name)) > MAX_NAME:
            raise too_long(name, MAX_NAME)


def _rebind(call: Invocation, change: Callable[[Binding, list[str]], Binding]) -> Answer:
    state, groups = call.region[VpcState], call.params.texts("SecurityGroupIds")
    wanted = call.params.texts("NetworkInterfaceIds")
    if max(len(wanted), len(groups)) > MAX_LIMIT:
        raise APIError("InvalidParameterValue.LimitExceeded", f"A request may name {MAX_LIMIT} of each.")
    for group_id in groups:
        find_group(state, group_id)
    owners = [_auxiliary(state, interface_id).owner for interface_id in wanted]
    bind(state, {owner: change(state.bindings[owner], groups) for owner in owners})
    return {}


def _find(state: VpcState, interface_id: str) -> Interface:
    if not is_resource_id("eni", interface_id):
        raise malformed("NetworkInterfaceId", interface_id)
    if interface_id not in state.interfaces:
        raise not_found(f"`{interface_id}`")
    return state.interfaces[interface_id]


def _auxiliary(state: VpcState, interface_id: str) -> Interface:
    interface = _find(state, interface_id)
    if interface.primary:
        raise APIError(
            "UnsupportedOperation", f"`{interface_id}` is primary: its groups are those of its instance."
        )
    return interface


def _filters(state: VpcState) -> Mapping[str, Filter[Interface]]:
    return {
        "vpc-id": lambda item, value: item.vpc_id == value,
        "subnet-id": lambda item, value: item.subnet_id == value,
        "network-interface-id": lambda item, value: item.network_interface_id == value,
        "network-interface-name": lambda item, value: item.network_interface_name == value,
        "network-interface-description": lambda item, value: item.network_interface_description == value,
        "groups.security-group-id": lambda item, value: value in state.bindings[item.owner].groups,
        "attachment.instance-id": lambda item, value: (
            item.attachment is not None and item.attachment.instance_id == value
        ),
        "is-primary": lambda item, value: item.primary is flag(value),
        "eni-type": lambda item, value: str(item.eni_type) == value,
    }
