"""Reads what is bound to security groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scfshim import Session
from sgguard.adapters.tencent.listing import listed
from sgguard.model.stack import Binding
from sgguard.wire import names as wire
from sgguard.wire import tke

_POD_BUSINESS = "eks"
_VALUES = 5
"""Values of one filter, as cvm allows: https://cloud.tencent.com/document/api/213/15753#Filter."""


def bindings(session: Session, region: str, group_id: str | None) -> tuple[Binding, ...]:
    """Instances and auxiliary interfaces of one group, or of the whole region.

    A primary interface has the groups of its instance, which cvm tells in order.
    https://cloud.tencent.com/document/api/213/15728, https://cloud.tencent.com/document/api/215/15817.
    """
    return (*_instances(session, region, group_id), *_interfaces(session, region, group_id))


def bindings_of(session: Session, region: str, machines: Sequence[str]) -> tuple[Binding, ...]:
    """Instances and interfaces by their ids. A filter leaves out what is gone; a list of ids refuses it."""
    found: list[Binding] = []
    for start in range(0, len(machines), _VALUES):
        some = machines[start : start + _VALUES]
        instances = [name for name in some if name.startswith("ins-")]
        interfaces = [name for name in some if name.startswith("eni-")]
        if instances:
            found += _read_instances(session, region, [{"Name": "instance-id", "Values": instances}])
        if interfaces:
            wanted: list[dict[str, object]] = [{"Name": "network-interface-id", "Values": interfaces}]
            found += _read_interfaces(session, region, wanted)
    return tuple(found)


def _instances(session: Session, region: str, group_id: str | None) -> Iterator[Binding]:
    yield from _read_instances(session, region, _filters("security-group-id", group_id))


def _read_instances(session: Session, region: str, wanted: list[dict[str, object]]) -> Iterator[Binding]:
    for instance in listed(session, region, "cvm", "describe_instances", tke.Instance, Filters=wanted):
        yield Binding(
            instance_id=instance.instance_id,
            group_ids=tuple(instance.security_group_ids or ()),
            addresses=instance.addresses(),
        )


def _interfaces(session: Session, region: str, group_id: str | None) -> Iterator[Binding]:
    yield from _read_interfaces(session, region, _filters("groups.security-group-id", group_id))


def _read_interfaces(session: Session, region: str, wanted: list[dict[str, object]]) -> Iterator[Binding]:
    shape = wire.NetworkInterface
    for interface in listed(session, region, "vpc", "describe_network_interfaces", shape, Filters=wanted):
        if not interface.primary:
            machine = (interface.attachment and interface.attachment.instance_id) or ""
            yield Binding(
                instance_id=machine or interface.network_interface_id,
                group_ids=tuple(interface.group_set or ()),
                addresses=interface.addresses(),
                interface_id=interface.network_interface_id,
                is_pod=interface.business == _POD_BUSINESS,
            )


def _filters(name: str, group_id: str | None) -> list[dict[str, object]]:
    return [{"Name": name, "Values": [group_id]}] if group_id else []
