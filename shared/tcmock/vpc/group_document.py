"""Security groups as state documents write them, with what may be left out filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from tcmock.clock import china_time
from tcmock.errors import APIError, StateError
from tcmock.region import Region
from tcmock.structure import Fields, as_in_calls, check_new_id, converted, under
from tcmock.vpc import quota
from tcmock.vpc.given_policy import GivenPolicy
from tcmock.vpc.models import GroupState, SecurityGroup
from tcmock.vpc.network_document import check_region
from tcmock.vpc.policy import Policy
from tcmock.vpc.policy_reader import MY_PUBLIC_IP, Reader
from tcmock.vpc.policy_set import Direction, PolicySet
from tcmock.vpc.state import VpcState

_ROWS = "SecurityGroupPolicySet"


class _GivenPolicies(msgspec.Struct, rename="pascal", forbid_unknown_fields=True):
    version: str = ""
    ingress: list[GivenPolicy] = []
    egress: list[GivenPolicy] = []
    policy_statistics: dict[str, int] = {}
    """Follows from the rows."""


def add(region: Region, fields: Fields) -> str:
    """A group and its rows."""
    groups = region[VpcState].security_groups
    group = _bare(region, fields)
    try:
        # Only now, because a row may name its own group.
        group.policies = _policies(region, fields)
    except StateError:
        del groups[group.about.security_group_id]
        raise
    return group.about.security_group_id


def load(region: Region, entries: Sequence[Fields]) -> None:
    """All groups, then all rows: they may name any group."""
    groups = []
    for index, fields in enumerate(entries):
        with under(f"[{index}]"):
            groups.append(_bare(region, fields))
    for index, (fields, group) in enumerate(zip(entries, groups, strict=True)):
        with under(f"[{index}]"):
            group.policies = _policies(region, fields)


def dump(region: Region) -> list[dict[str, object]]:
    """The entries that load as the groups."""
    return [
        {**msgspec.to_builtins(group.about), _ROWS: group.policies.described()}
        for group in region[VpcState].security_groups.values()
    ]


def _bare(region: Region, fields: Fields) -> GroupState:
    now, groups = china_time(region.clock()), region[VpcState].security_groups
    given = {
        "SecurityGroupId": region.ids.resource("sg"),
        "CreatedTime": now,
        "UpdateTime": now,
        "Region": region.name,
        **{name: value for name, value in fields.items() if name != _ROWS},
    }
    about = converted({"SecurityGroupName": given["SecurityGroupId"], **given}, SecurityGroup)
    check_new_id("SecurityGroupId", "sg", about.security_group_id, groups)
    check_region(about.region, region)
    groups[about.security_group_id] = group = GroupState(about)
    return group


def _policies(region: Region, fields: Fields) -> PolicySet:
    """A `SecurityGroupPolicySet` as the API answers it, or less of it.

    Rows pass the rules of the API; the version is 1 if there are rows and none is given.

    Raises:
        StateError: naming the row.
    """
    state = region[VpcState]
    # A document has no caller whose address could stand for MY_PUBLIC_IP: the word stays and is refused.
    reader = Reader(MY_PUBLIC_IP, state.security_groups, state.templates, china_time(region.clock()))
    with under(_ROWS):
        given = converted(fields.get(_ROWS, {}), _GivenPolicies)
        rows: Mapping[Direction, list[Policy]] = {
            "Ingress": _rows("Ingress", given.ingress, reader),
            "Egress": _rows("Egress", given.egress, reader),
        }
        version = given.version or ("1" if any(rows.values()) else "0")
        if not version.isdecimal():
            raise StateError("Version", f"`{version}` is no number in a string")
        with as_in_calls():
            policies = PolicySet().updated(rows)
            quota.check(policies, state.templates, rows_code="LimitExceeded.SecurityGroupPolicySet")
    return msgspec.structs.replace(policies, version=int(version))


def _rows(direction: Direction, given: list[GivenPolicy], reader: Reader) -> list[Policy]:
    policies = []
    for index, row in enumerate(given):
        for name, said, place in (
            ("PolicyIndex", row.policy_index, index),
            ("Priority", row.priority, index + 1),
        ):
            if said not in (None, place):
                what = f"contradicts the order of the rows: leave it out or write {place}"
                raise StateError(f"{direction}[{index}].{name}", what)
        try:
            policy = reader.policy(row)
        except APIError as error:
            raise StateError(f"{direction}[{index}]", str(error)) from error
        policies.append(
            msgspec.structs.replace(policy, modify_time=row.modify_time) if row.modify_time else policy
        )
    return policies
