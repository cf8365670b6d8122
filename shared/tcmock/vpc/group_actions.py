"""CreateSecurityGroup, DeleteSecurityGroup, DescribeSecurityGroups."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from tcmock.clock import china_time
from tcmock.errors import APIError
from tcmock.ids import is_resource_id
from tcmock.invocation import Answer, Invocation
from tcmock.listing import filtered, named, number, page
from tcmock.region import Region
from tcmock.vpc.models import GroupState, SecurityGroup, Tag, region_statistics

MAX_NAME = 60
MAX_DESCRIPTION = 100
_FILTERS: dict[str, Callable[[SecurityGroup], Iterable[str]]] = {
    "security-group-id": lambda group: [group.security_group_id],
    "security-group-name": lambda group: [group.security_group_name],
    "project-id": lambda group: [group.project_id],
    "tag-key": lambda group: [tag.key for tag in group.tag_set],
}
_ORDERS: dict[str, Callable[[SecurityGroup], str]] = {
    "": lambda _: "",
    "CreatedTime": lambda group: group.created_time,
    "UpdateTime": lambda group: group.update_time,
}


def find(region: Region, group_id: str) -> GroupState:
    """The group of that id.

    Raises:
        APIError: the id has the wrong shape or nobody has it.
    """
    _check_shape(group_id)
    if group_id not in region.security_groups:
        raise _not_found(group_id)
    return region.security_groups[group_id]


def create(call: Invocation) -> Answer:
    """Make a group without rows (https://www.tencentcloud.com/document/product/215/15806)."""
    name, description = call.params.text("GroupName"), call.params.text("GroupDescription")
    if len(name) > MAX_NAME or len(description) > MAX_DESCRIPTION:
        raise APIError(
            "InvalidParameterValue.TooLong",
            f"`GroupName` may have {MAX_NAME} characters and `GroupDescription` {MAX_DESCRIPTION}.",
        )
    now = china_time(call.now)
    about = SecurityGroup(
        security_group_id=call.region.ids.resource("sg"),
        security_group_name=name,
        security_group_desc=description,
        project_id=call.params.text("ProjectId") or "0",
        created_time=now,
        update_time=now,
        tag_set=[Tag(key=tag.text("Key"), value=tag.text("Value")) for tag in call.params.children("Tags")],
        region=call.region.name,
    )
    call.region.security_groups[about.security_group_id] = GroupState(about)
    answered = msgspec.to_builtins(about)
    del answered["Region"]  # only DescribeSecurityGroups was seen to answer it
    return {"SecurityGroup": answered}


def delete(call: Invocation) -> Answer:
    """Delete a group that nobody uses (https://www.tencentcloud.com/document/product/215/15803)."""
    group = find(call.region, call.params.text("SecurityGroupId"))
    group_id = group.about.security_group_id
    users = [*_bound_instances(call.region, group_id), *_referring_groups(call.region, group_id)]
    if users:
        raise APIError("ResourceInUse", f"The security group `{group_id}` is used by {', '.join(users)}.")
    if group.about.is_default:
        raise APIError("UnsupportedOperation", f"The default security group `{group_id}` cannot be deleted.")
    del call.region.security_groups[group_id]
    return {}


def describe(call: Invocation) -> Answer:
    """Groups by id or filter (https://www.tencentcloud.com/document/product/215/15808)."""
    for group_id in call.params.texts("SecurityGroupIds"):
        find(call.region, group_id)
    about = {group_id: group.about for group_id, group in call.region.security_groups.items()}
    listed = named(about, call.params, "SecurityGroupIds", exclusive_code="InvalidParameter.Coexist")
    found = filtered(listed, call.params, _filter, code="InvalidParameter.FilterInvalidKey")
    field, direction = call.params.text("OrderField"), call.params.text("OrderDirection") or "ASC"
    if field not in _ORDERS or direction not in ("ASC", "DESC"):
        raise APIError("InvalidParameterValue.Range", "Order by CreatedTime or UpdateTime, ASC or DESC.")
    found.sort(key=_ORDERS[field], reverse=direction == "DESC")
    offset, limit = (number(call.params.text(name), name) for name in ("Offset", "Limit"))
    return {
        "SecurityGroupSet": msgspec.to_builtins(
            page(found, offset, limit, code="InvalidParameterValue.Range")
        ),
        "TotalCount": len(found),
        "RegionStatistics": region_statistics(call.region.name, len(found)),
    }


def _filter(name: str) -> Callable[[SecurityGroup], Iterable[str]] | None:
    if name.startswith("tag:"):
        return lambda group: [tag.value for tag in group.tag_set if tag.key == name.removeprefix("tag:")]
    return _FILTERS.get(name)


def _check_shape(group_id: str) -> None:
    if not is_resource_id("sg", group_id):
        raise APIError(
            "InvalidParameterValue.Malformed", f"The format of `SecurityGroupId` is invalid: `{group_id}`."
        )


def _not_found(group_id: str) -> APIError:
    return APIError("ResourceNotFound", f"The security group `{group_id}` does not exist.")


def _bound_instances(region: Region, group_id: str) -> list[str]:
    return [name for name, instance in region.instances.items() if group_id in instance.security_group_ids]


def _referring_groups(region: Region, group_id: str) -> list[str]:
    return [
        name
        for name, group in region.security_groups.items()
        if name != group_id
        and any(
            row.security_group_id == group_id for row in (*group.policies.ingress, *group.policies.egress)
        )
    ]
