"""Launch configurations, listed and in state documents. Naming a group there binds nothing yet."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tcmock.autoscaling.models import LaunchConfiguration
from tcmock.autoscaling.state import AutoscalingState
from tcmock.clock import utc_time
from tcmock.invocation import Answer, Invocation
from tcmock.listing import Filter, filtered, named, page
from tcmock.region import Region
from tcmock.structure import Fields, check_new_id, check_reference, converted, text
from tcmock.vpc.state import VpcState

_FILTERS: Mapping[str, Filter[LaunchConfiguration]] = {
    "launch-configuration-id": lambda item, value: item.launch_configuration_id == value,
    "launch-configuration-name": lambda item, value: item.launch_configuration_name == value,
    "vague-launch-configuration-name": lambda item, value: value in item.launch_configuration_name,
    "tag-value": lambda item, value: any(tag.value == value for tag in item.tags),
}


def describe(call: Invocation) -> Answer:
    """By id or filter (https://cloud.tencent.com/document/api/377/20445)."""
    listed = named(
        call.region[AutoscalingState].launch_configurations,
        call.params,
        "LaunchConfigurationIds",
        exclusive_code="InvalidParameterConflict",
    )
    found = filtered(listed, call.params, _FILTERS, code="InvalidFilter", tags=lambda item: item.tags)
    offset, limit = call.params.number("Offset"), call.params.number("Limit")
    shown = page(found, offset, limit, code="InvalidParameterValue.Range")
    return {"TotalCount": len(found), "LaunchConfigurationSet": msgspec.to_builtins(shown)}


def add(region: Region, fields: Fields) -> str:
    """A launch configuration; whatever it leaves out is filled in."""
    known, now = region[AutoscalingState].launch_configurations, utc_time(region.clock())
    name = "LaunchConfigurationId"
    configuration_id = text({name: region.ids.resource("asc"), **fields}, name)
    given = {
        name: configuration_id,
        "LaunchConfigurationName": configuration_id,
        "CreatedTime": now,
        "UpdatedTime": now,
        **fields,
    }
    configuration = converted(given, LaunchConfiguration)
    check_new_id(name, "asc", configuration_id, known)
    for index, group_id in enumerate(configuration.security_group_ids):
        groups = region[VpcState].security_groups
        check_reference(f"SecurityGroupIds[{index}]", group_id, groups, "security_groups")
    known[configuration_id] = configuration
    region[VpcState].named[configuration_id] = tuple(configuration.security_group_ids)
    return configuration_id


def dump(region: Region) -> list[object]:
    """The entries that load as the launch configurations."""
    listed = region[AutoscalingState].launch_configurations.values()
    return [msgspec.to_builtins(configuration) for configuration in listed]
