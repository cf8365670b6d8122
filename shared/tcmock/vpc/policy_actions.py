"""The writes on the rows of a group.

They are compare-and-set if the request carries a version, except ModifySecurityGroupPolicies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from tcmock.clock import china_time
from tcmock.errors import APIError
from tcmock.invocation import Answer, Invocation
from tcmock.vpc import policy_set, quota
from tcmock.vpc.errors import coexist, duplicate, empty
from tcmock.vpc.given_policy import GivenPolicy
from tcmock.vpc.group_actions import find
from tcmock.vpc.models import GroupState
from tcmock.vpc.policy import Policy
from tcmock.vpc.policy_reader import reader_for
from tcmock.vpc.policy_set import DIRECTIONS, Direction, Rows
from tcmock.vpc.state import VpcState

_CLEAR = "0"


def create(call: Invocation) -> Answer:
    """Insert rows at one place (https://www.tencentcloud.com/document/product/215/15807)."""
    group, direction, rows = _request(call)
    index = policy_set.shared_index(row.policy_index for row in rows)
    after = policy_set.inserted(group.policies.rows(direction), _policies(call, rows), index)
    return _commit(call, group, {direction: after}, rows_code="LimitExceeded.SecurityGroupPolicySet")


def delete(call: Invocation) -> Answer:
    """Remove rows by index or by match (https://www.tencentcloud.com/document/product/215/15809)."""
    group, direction, rows = _request(call)
    before = group.policies.rows(direction)
    if all(row.policy_index is None for row in rows):
        _check_match_is_full(rows)
        return _commit(call, group, {direction: policy_set.without_matches(before, _policies(call, rows))})
    if any(row.has_content for row in rows):
        raise coexist("PolicyIndex and policy content")
    return _commit(call, group, {direction: policy_set.without_indexes(before, _indexes(rows))})


def replace_one(call: Invocation) -> Answer:
    """Put one row in the place of another (https://www.tencentcloud.com/document/product/215/15811)."""
    group, direction, rows = _request(call)
    if len(rows) > 1:
        raise APIError("InvalidParameterValue.LimitExceeded", "One request replaces one policy.")
    return _replace(call, group, direction, rows)


def replace_many(call: Invocation) -> Answer:
    """Replace rows, move rows, or both (https://www.tencentcloud.com/document/product/215/55997)."""
    group, direction, rows = _request(call)
    update = call.params.text("UpdateType") or "Policy"
    if update not in ("Policy", "Priority", "Both"):
        raise APIError(
            "InvalidParameterValue.Invalid", f"`UpdateType` is `{update}`; write Policy, Priority or Both."
        )
    if update == "Policy":
        return _replace(call, group, direction, rows)
    originals = call.params.child("OriginalSecurityGroupPolicySet").listed(direction, GivenPolicy)
    if len(originals) != len(rows):
        raise APIError(
            "InvalidParameterValue",
            "To move policies, name as many in the same order in `OriginalSecurityGroupPolicySet`.",
        )
    places = dict(zip(_indexes(originals), _indexes(rows), strict=True))
    if len(places) < len(rows):
        raise duplicate("The same `PolicyIndex`")
    after = policy_set.moved(group.policies.rows(direction), places)
    if update == "Both":
        after = policy_set.replaced(after, dict(zip(_indexes(rows), _policies(call, rows), strict=True)))
    return _commit(call, group, {direction: after})


def modify(call: Invocation) -> Answer:
    """Reset directions without compare-and-set (https://www.tencentcloud.com/document/product/215/15810).

    Version "0" clears both and ignores all rows. A direction that is empty or left out stays as it is.
    """
    group = find(call.region[VpcState], call.params.text("SecurityGroupId"))
    given = call.params.child("SecurityGroupPolicySet")
    if given.text("Version") == _CLEAR:
        return _commit(call, group, dict.fromkeys(DIRECTIONS, ()))
    after: dict[Direction, Rows] = {}
    for direction in DIRECTIONS:
        rows = given.listed(direction, GivenPolicy)
        if any(row.policy_index is not None for row in rows):
            raise coexist("PolicyIndex and ModifySecurityGroupPolicies")
        if rows:
            after[direction] = tuple(_policies(call, rows))
    if not after:
        raise empty("Ingress / Egress")
    return _commit(call, group, after)


def _request(call: Invocation) -> tuple[GroupState, Direction, list[GivenPolicy]]:
    """The group, the one direction and the rows of a request whose version, if any, is the group's."""
    group = find(call.region[VpcState], call.params.text("SecurityGroupId"))
    given = call.params.child("SecurityGroupPolicySet")
    directions = [direction for direction in DIRECTIONS if given.children(direction)]
    if not directions:
        raise empty("Ingress / Egress")
    if len(directions) > 1:
        raise coexist("Egress and Ingress")
    version = given.text("Version")
    if version and version != str(group.policies.version):
        raise APIError(
            "UnsupportedOperation.VersionMismatch",
            f"The version `{version}` of the policies is not the current one. Read the group again.",
        )
    return group, directions[0], given.listed(directions[0], GivenPolicy)


def _replace(
    call: Invocation, group: GroupState, direction: Direction, rows: Sequence[GivenPolicy]
) -> Answer:
    indexes, policies = _indexes(rows), _policies(call, rows)
    new = dict(zip(indexes, policies, strict=True))
    if len(new) < len(rows):
        raise duplicate("The same `PolicyIndex`")
    return _commit(call, group, {direction: policy_set.replaced(group.policies.rows(direction), new)})


def _policies(call: Invocation, rows: Iterable[GivenPolicy]) -> list[Policy]:
    reader = reader_for(call)
    return [reader.policy(row) for row in rows]


def _indexes(rows: Iterable[GivenPolicy]) -> list[int]:
    found = [row.policy_index for row in rows]
    if None in found:
        raise empty("PolicyIndex")
    return [index for index in found if index is not None]


def _check_match_is_full(rows: Iterable[GivenPolicy]) -> None:
    """A match names action, protocol, port and peer; what the row reader would fill in is the port."""
    if any(row.protocol.upper() in ("TCP", "UDP") and not row.port for row in rows):
        raise empty("Port")


def _commit(
    call: Invocation,
    group: GroupState,
    changes: Mapping[Direction, Iterable[Policy]],
    rows_code: str = "LimitExceeded",
) -> Answer:
    after = group.policies.updated(changes)
    quota.check(after, call.region[VpcState].templates, rows_code=rows_code)
    group.policies = after
    group.about = msgspec.structs.replace(group.about, update_time=china_time(call.now))
    return {}
