"""What state documents put into vpc on behalf of other products too: bound groups, taken addresses."""

from __future__ import annotations

from collections.abc import Sequence

from tcmock.errors import StateError
from tcmock.structure import check_reference
from tcmock.vpc.binding import MAX_GROUPS, Binding, Kind
from tcmock.vpc.models import Subnet
from tcmock.vpc.state import VpcState


def binding(state: VpcState, kind: Kind, groups: Sequence[str], member: str) -> Binding:
    """Groups to be bound to something.

    Raises:
        StateError: a group is not there, is named twice, or there are too many.
    """
    for index, group_id in enumerate(groups):
        check_reference(f"{member}[{index}]", group_id, state.security_groups, "security_groups")
    if len(set(groups)) < len(groups) or len(groups) > MAX_GROUPS:
        raise StateError(member, f"may name {MAX_GROUPS} security groups, each once")
    return Binding(kind, tuple(groups))


def free_address(state: VpcState, subnet: Subnet) -> str:
    """An address that nobody has.

    Raises:
        StateError: the subnet is full.
    """
    free = state.free_addresses(subnet, 1)
    if not free:
        raise StateError("SubnetId", f"`{subnet.subnet_id}` has no free address left")
    return free[0]


def check_free(state: VpcState, vpc_id: str, addresses: Sequence[str], member: str) -> None:
    """Refuse addresses that somebody in the network has."""
    for address in addresses:
        if address in state.addresses.get(vpc_id, ()):
            raise StateError(member, f"somebody in `{vpc_id}` has `{address}` already")
