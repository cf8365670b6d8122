"""DescribeInstances."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from tcmock.cvm.models import Instance
from tcmock.errors import APIError
from tcmock.ids import is_resource_id
from tcmock.invocation import Answer, Invocation
from tcmock.listing import filtered, named, page

_FILTERS: dict[str, Callable[[Instance], Iterable[str]]] = {
    "instance-id": lambda instance: [instance.instance_id],
    "security-group-id": lambda instance: instance.security_group_ids,
    "vpc-id": lambda instance: [instance.virtual_private_cloud.vpc_id],
}


def describe(call: Invocation) -> Answer:
    """Instances by id or filter (https://cloud.tencent.com/document/api/213/15728)."""
    for instance_id in call.params.texts("InstanceIds"):
        if not is_resource_id("ins", instance_id):
            raise APIError(
                "InvalidInstanceId.Malformed", f"The format of the instance ID `{instance_id}` is invalid."
            )
    listed = named(call.region.instances, call.params, "InstanceIds", exclusive_code="InvalidParameter")
    found = filtered(listed, call.params, _FILTERS.get, code="InvalidFilter")
    offset, limit = call.params.number("Offset"), call.params.number("Limit")
    return {
        "TotalCount": len(found),
        "InstanceSet": msgspec.to_builtins(page(found, offset, limit, code="InvalidParameterValueLimit")),
    }
