"""Security groups without their rows: renamed, deleted, listed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from tcmock.clock import china_time
from tcmock.errors import APIError
from tcmock.ids import is_resource_id
from tcmock.invocation import Answer, Invocation
from tcmock.listing import Filter, filtered, named, number, ordered, page
from tcmock.parameters import Params
from tcmock.vpc.errors import BAD_FILTER, BAD_RANGE, BOTH, malformed, not_found, too_long
from tcmock.vpc.models import GroupState, SecurityGroup, region_statistics
from tcmock.vpc.state import VpcState

MAX_NAME = 60
MAX_DESCRIPTION = 100
_FILTERS: Mapping[str, Filter[SecurityGroup]] = {
    "security-group-id": lambda group, value: group.security_group_id == value,
    "security-group-name": lambda group, value: group.security_group_name == value,
    "project-id": lambda group, value: group.project_id == value,
}
_ORDERS: Mapping[str, Callable[[SecurityGroup], str]] = {
    "CreatedTime": lambda group: group.created_time,
    "UpdateTime": lambda group: group.update_time,
}


def find(state: VpcState, group_id: str) -> GroupState:
    """The group of that id.

    Raises:
        APIError: the id has the wrong shape or nobody has it.
    """
    if not is_resource_id("sg", group_id):
        raise malformed("SecurityGroupId", group_id)
    if group_id not in state.security_groups:
        raise not_found(f"`{group_id}`")
    return state.security_groups[group_id]


def modify(call: Invocation) -> Answer:
    """Rename a group or describe it anew; its rows and their version stay."""
    group = find(call.region[VpcState], call.params.text("SecurityGroupId"))
    check_words(call.params)
    about = group.about
    group.about = msgspec.structs.replace(
        about,
        security_group_name=call.params.text("GroupName") or about.security_group_name,
        security_group_desc=call.params.text("GroupDescription") or about.security_group_desc,
        update_time=china_time(call.now),
    )
    return {}


def delete(call: Invocation) -> Answer:
    """Delete a group that nobody uses (https://www.tencentcloud.com/document/product/215/15803)."""
    state = call.region[VpcState]
    group_id = find(state, call.params.text("SecurityGroupId")).about.security_group_id
    users = [*state.bound_to(group_id), *state.naming(group_id), *referring(state, group_id)]
    if users:
        raise APIError("ResourceInUse", f"The security group `{group_id}` is used by {', '.join(users)}.")
    if state.security_groups[group_id].about.is_default:
        raise APIError("UnsupportedOperation", f"The default security group `{group_id}` cannot be deleted.")
    del state.security_groups[group_id]
    return {}


def describe(call: Invocation) -> Answer:
    """Groups by id or filter (https://www.tencentcloud.com/document/product/215/15808)."""
    state = call.region[VpcState]
    for group_id in call.params.texts("SecurityGroupIds"):
        find(state, group_id)
    about = {group_id: group.about for group_id, group in state.security_groups.items()}
    listed = named(about, call.params, "SecurityGroupIds", exclusive_code=BOTH)
    found = filtered(listed, call.params, _FILTERS, code=BAD_FILTER, tags=lambda group: group.tag_set)
    offset, limit = (number(call.params.text(name), name) for name in ("Offset", "Limit"))
    shown = page(ordered(found, call.params, _ORDERS, code=BAD_RANGE), offset, limit, code=BAD_RANGE)
    return {
        "SecurityGroupSet": msgspec.to_builtins(shown),
        "TotalCount": len(found),
        "RegionStatistics": region_statistics(call.region.name, len(found)),
    }


def referring(state: VpcState, group_id: str) -> list[str]:
    """The other groups whose rows name that one."""
    return [
        name
        for name, group in state.security_groups.items()
        if name != group_id
        and any(placed.policy.security_group_id == group_id for placed in group.policies.placed)
    ]


def check_words(params: Params) -> None:
    """Refuse a name or description that is too long."""
    for name, limit in (("GroupName", MAX_NAME), ("GroupDescription", MAX_DESCRIPTION)):
        if len(params.text(name)) > limit:
            raise too_long(name, limit)
