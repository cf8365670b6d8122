"""A machine together with what vpc has of it: its groups and its primary interface."""

from __future__ import annotations

import msgspec

from tcmock.clock import china_time
from tcmock.cvm.models import Instance
from tcmock.cvm.state import CvmState
from tcmock.region import Region
from tcmock.vpc.binding import Binding
from tcmock.vpc.interface import primary_interface
from tcmock.vpc.state import VpcState


def put(region: Region, instance: Instance, binding: Binding) -> None:
    """Put a machine there, bound to its groups."""
    vpc, place = region[VpcState], instance.virtual_private_cloud
    region[CvmState].instances[instance.instance_id] = instance
    interface = primary_interface(
        vpc.subnets[place.subnet_id],
        instance.instance_id,
        instance.private_ip_addresses,
        china_time(region.clock()),
    )
    vpc.add_interface(interface, binding)


def described(region: Region, instance: Instance) -> dict[str, object]:
    """A machine as DescribeInstances answers it; the order of its groups is their priority."""
    groups = region[VpcState].bindings[instance.instance_id].groups
    return {**msgspec.to_builtins(instance), "SecurityGroupIds": list(groups)}
