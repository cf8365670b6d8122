"""Groups bound to instances and taken from them, one at a time or all at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from tcmock.cvm.instance_actions import check_shape
from tcmock.cvm.state import CvmState
from tcmock.errors import APIError, not_emulated
from tcmock.ids import is_resource_id
from tcmock.invocation import Answer, Invocation
from tcmock.vpc.binding import Binding
from tcmock.vpc.state import VpcState, overfull

MAX_INSTANCES = 100
"""Of one request."""
MAX_NAME = 60
_ATTRIBUTES = ("InstanceName", "SecurityGroups")
_OTHER_ATTRIBUTES = (
    *("UserData", "CamRoleName", "HostName", "DisableApiTermination", "CamRoleType", "AutoReboot"),
    "EnableJumboFrame",
)


def associate(call: Invocation) -> Answer:
    """Bind one group to instances, after those that they have (https://cloud.tencent.com/document/product/213/42842)."""
    group = _one_group(call)
    return _rebind(call, lambda binding: binding.with_groups([group]))


def disassociate(call: Invocation) -> Answer:
    """Take one group from instances that have it."""
    group, bindings = _one_group(call), call.region[VpcState].bindings
    for instance_id in _instances(call):
        if group not in bindings[instance_id].groups:
            raise APIError(
                "FailedOperation.SecurityGroupActionFailed", f"`{group}` is not bound to `{instance_id}`."
            )
    return _rebind(call, lambda binding: binding.without_groups([group]))


def modify(call: Invocation) -> Answer:
    """Rename instances, or give them these groups in this order instead of their own."""
    for name in _OTHER_ATTRIBUTES:
        if name in call.params:
            raise not_emulated(f"`{name}` of ModifyInstancesAttribute")
    given = [name for name in _ATTRIBUTES if name in call.params]
    if len(given) != 1:
        raise APIError("InvalidParameterCombination", f"Give one of {', '.join(_ATTRIBUTES)}.")
    if given == ["InstanceName"]:
        return _rename(call)
    groups = tuple(dict.fromkeys(call.params.texts("SecurityGroups")))
    check_groups(call, groups)
    return _rebind(call, lambda _: Binding("CVM", groups))


def check_groups(call: Invocation, groups: Sequence[str]) -> None:
    """Refuse groups that are not there."""
    for group_id in groups:
        if not is_resource_id("sg", group_id):
            raise APIError("InvalidSgId.Malformed", f"The format of `{group_id}` is invalid.")
        if group_id not in call.region[VpcState].security_groups:
            raise APIError(
                "InvalidSecurityGroupId.NotFound", f"The security group `{group_id}` does not exist."
            )


def check_quotas(call: Invocation, changes: Mapping[str, Binding]) -> None:
    """Refuse too many groups on an instance, and too many instances with a group."""
    state = call.region[VpcState]
    if overfull(changes):
        raise APIError(
            "LimitExceeded.AssociateUSGLimitExceeded",
            f"`{overfull(changes)}` would have too many security groups.",
        )
    if state.crowded(changes):
        raise APIError(
            "LimitExceeded.CvmsVifsPerSecGroupLimitExceeded",
            f"`{state.crowded(changes)}` would be bound to too many instances.",
        )


def _rebind(call: Invocation, change: Callable[[Binding], Binding]) -> Answer:
    bindings = call.region[VpcState].bindings
    changes = {instance_id: change(bindings[instance_id]) for instance_id in _instances(call)}
    check_quotas(call, changes)
    bindings.update(changes)
    return {}


def _rename(call: Invocation) -> Answer:
    name, instances = call.params.text("InstanceName"), call.region[CvmState].instances
    if len(name) > MAX_NAME:
        raise APIError("InvalidInstanceName.TooLong", f"`InstanceName` may have {MAX_NAME} characters.")
    for instance_id in _instances(call):
        instances[instance_id] = msgspec.structs.replace(instances[instance_id], instance_name=name)
    return {}


def _instances(call: Invocation) -> list[str]:
    wanted = call.params.texts("InstanceIds")
    if len(wanted) > MAX_INSTANCES:
        raise APIError("InvalidParameterValue.LimitExceeded", f"Name {MAX_INSTANCES} instances at a time.")
    for instance_id in wanted:
        check_shape(instance_id)
        if instance_id not in call.region[CvmState].instances:
            raise APIError("InvalidInstanceId.NotFound", f"The instance `{instance_id}` does not exist.")
    return wanted


def _one_group(call: Invocation) -> str:
    wanted = call.params.texts("SecurityGroupIds")
    if len(wanted) != 1:
        raise APIError("InvalidParameterValue.LimitExceeded", "Name one security group at a time.")
    check_groups(call, wanted)
    return wanted[0]
