"""What vpc keeps of one region."""

from __future__ import annotations

import ipaddress
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice

import msgspec

from tcmock.vpc.binding import MAX_BOUND, MAX_GROUPS, Binding
from tcmock.vpc.expansion import Expansion
from tcmock.vpc.interface import Interface
from tcmock.vpc.models import GroupState, Subnet, Vpc
from tcmock.vpc.template import Template

_FIRST_HOST = 2
"""The network itself and its gateway come before."""


class VpcState(msgspec.Struct):
    """Resources by id, in the order they were made."""

    vpcs: dict[str, Vpc] = {}
    subnets: dict[str, Subnet] = {}
    security_groups: dict[str, GroupState] = {}
    templates: dict[str, Template] = {}
    """Of all four kinds."""
    interfaces: dict[str, Interface] = {}
    """With the primary interfaces of machines."""
    bindings: dict[str, Binding] = {}
    """By the id of whatever has groups. A primary interface has those of its machine."""
    named: dict[str, tuple[str, ...]] = {}
    """Groups that something will give to machines to come, such as a launch configuration, by its id."""
    addresses: dict[str, set[str]] = {}
    """Those that are taken, network by network. Nothing gives one back."""
    hosts: dict[str, int] = {}
    """Where to look for a free address, subnet by subnet."""
    expansions: dict[str, Expansion] = {}
    """What DescribeSecurityGroupExpandedPolicies remembers."""
    tasks: set[str] = set()
    """Requests that count as asynchronous. They are done at once, and no part of a document."""

    def bound_to(self, group_id: str) -> list[str]:
        """The ids of what has that group."""
        return [owner for owner, binding in self.bindings.items() if group_id in binding.groups]

    def naming(self, group_id: str) -> list[str]:
        """The ids of what will give that group to others."""
        return [owner for owner, groups in self.named.items() if group_id in groups]

    def crowded(self, changes: Mapping[str, Binding]) -> str:
        """Which group would have too many things bound to it after these changes; ``""`` for none."""
        for group_id in dict.fromkeys(group for binding in changes.values() for group in binding.groups):
            others = sum(owner not in changes for owner in self.bound_to(group_id))
            added = sum(group_id in binding.groups for binding in changes.values())
            if others + added > MAX_BOUND:
                return group_id
        return ""

    def free_addresses(self, subnet: Subnet, count: int, besides: Container[str] = ()) -> list[str]:
        """The lowest addresses of a subnet that nobody has; fewer than `count` if there are no more."""
        network, taken = ipaddress.IPv4Network(subnet.cidr_block), self.addresses.get(subnet.vpc_id, ())
        first, end = self.hosts.get(subnet.subnet_id, _FIRST_HOST), network.num_addresses - 1
        while first < end and str(network[first]) in taken:
            first += 1
        self.hosts[subnet.subnet_id] = first
        addresses = (str(network[host]) for host in range(first, end))
        free = (address for address in addresses if address not in taken and address not in besides)
        return list(islice(free, count))

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Take back what the body has bound and which addresses it has taken if it raises."""
        bindings = dict(self.bindings)
        addresses = {vpc_id: set(taken) for vpc_id, taken in self.addresses.items()}
        try:
            yield
        except Exception:
            self.bindings, self.addresses = bindings, addresses
            raise

    def add_interface(self, interface: Interface, binding: Binding) -> None:
        """Put an interface there, with its addresses, and bind its owner to groups."""
        self.interfaces[interface.network_interface_id] = interface
        self.bindings[interface.owner] = binding
        self.addresses.setdefault(interface.vpc_id, set()).update(interface.addresses)


def overfull(changes: Mapping[str, Binding]) -> str:
    """What would have too many groups; ``""`` for nothing."""
    return next((owner for owner, binding in changes.items() if len(binding.groups) > MAX_GROUPS), "")
