"""Instances as they are listed."""

from __future__ import annotations

from collections.abc import Mapping

from tcmock.cvm.instance import described
from tcmock.cvm.models import Instance
from tcmock.cvm.state import CvmState
from tcmock.errors import APIError
from tcmock.ids import is_resource_id
from tcmock.invocation import Answer, Invocation
from tcmock.listing import Filter, filtered, named, page
from tcmock.vpc.state import VpcState

MAX_FILTERS = 10
MAX_VALUES = 5
"""Of one filter. https://cloud.tencent.com/document/api/213/15728"""

_FILTERS: Mapping[str, Filter[Instance]] = {
    "instance-id": lambda instance, value: instance.instance_id == value,
    "instance-name": lambda instance, value: instance.instance_name == value,
    "instance-state": lambda instance, value: instance.instance_state == value,
    "instance-charge-type": lambda instance, value: instance.instance_charge_type == value,
    "uuid": lambda instance, value: instance.uuid == value,
    "zone": lambda instance, value: instance.placement.zone == value,
    "project-id": lambda instance, value: str(instance.placement.project_id) == value,
    "vpc-id": lambda instance, value: instance.virtual_private_cloud.vpc_id == value,
    "subnet-id": lambda instance, value: instance.virtual_private_cloud.subnet_id == value,
    "private-ip-address": lambda instance, value: value in instance.private_ip_addresses,
    "tag-value": lambda instance, value: any(tag.value == value for tag in instance.tags),
}


def describe(call: Invocation) -> Answer:
    """Instances by id or filter (https://cloud.tencent.com/document/api/213/15728)."""
    for instance_id in call.params.texts("InstanceIds"):
        check_shape(instance_id)
    _check_filters(call)
    bindings = call.region[VpcState].bindings
    filters: Mapping[str, Filter[Instance]] = {
        **_FILTERS,
        "security-group-id": lambda instance, value: value in bindings[instance.instance_id].groups,
    }
    instances = call.region[CvmState].instances
    listed = named(instances, call.params, "InstanceIds", exclusive_code="InvalidParameter")
    found = filtered(listed, call.params, filters, code="InvalidFilter", tags=lambda instance: instance.tags)
    offset, limit = call.params.number("Offset"), call.params.number("Limit")
    shown = page(found, offset, limit, code="InvalidParameterValueLimit")
    return {
        "TotalCount": len(found),
        "InstanceSet": [described(call.region, instance) for instance in shown],
    }


def check_shape(instance_id: str) -> None:
    """Refuse what is no id of an instance."""
    if not is_resource_id("ins", instance_id):
        raise APIError(
            "InvalidInstanceId.Malformed", f"The format of the instance ID `{instance_id}` is invalid."
        )


def _check_filters(call: Invocation) -> None:
    filters = call.params.children("Filters")
    if len(filters) > MAX_FILTERS or any(len(given.texts("Values")) > MAX_VALUES for given in filters):
        raise APIError(
            "InvalidFilterValue.LimitExceeded",
            f"A request may have {MAX_FILTERS} filters with {MAX_VALUES} values each.",
        )
