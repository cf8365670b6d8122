"""New security groups: empty, with rows, the default one, or a copy."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tcmock.clock import china_time
from tcmock.errors import APIError
from tcmock.invocation import Answer, Invocation
from tcmock.region import REGIONS
from tcmock.tag import Tag
from tcmock.vpc import quota
from tcmock.vpc.errors import not_found, out_of_range, over_quota
from tcmock.vpc.given_policy import GivenPolicy
from tcmock.vpc.group_actions import check_words, find
from tcmock.vpc.models import GroupState, SecurityGroup
from tcmock.vpc.policy import Policy
from tcmock.vpc.policy_reader import reader_for
from tcmock.vpc.policy_set import DIRECTIONS, Direction, PolicySet, shared_index
from tcmock.vpc.state import VpcState


def create(call: Invocation) -> Answer:
    """A group without rows (https://www.tencentcloud.com/document/product/215/15806)."""
    return _made(call, _described(call), PolicySet())


def create_with_policies(call: Invocation) -> Answer:
    """A group with rows in both directions (https://cloud.tencent.com/document/api/215/43279)."""
    given, reader = call.params.child("SecurityGroupPolicySet"), reader_for(call)
    rows: dict[Direction, list[Policy]] = {}
    for direction in DIRECTIONS:
        listed = given.listed(direction, GivenPolicy)
        shared_index(row.policy_index for row in listed)
        rows[direction] = [reader.policy(row) for row in listed]
    policies = PolicySet().updated(rows) if any(rows.values()) else PolicySet()
    quota.check(policies, call.region[VpcState].templates, rows_code="LimitExceeded.SecurityGroupPolicySet")
    return _made(call, _described(call), policies)


def create_default(call: Invocation) -> Answer:
    """The default group of a project, made unless it is there; it accepts all of IPv4."""
    project = call.params.text("ProjectId") or "0"
    for group in call.region[VpcState].security_groups.values():
        if group.about.is_default and group.about.project_id == project:
            return _answered(group.about)
    now = china_time(call.now)
    row = Policy(protocol="ALL", port="ALL", cidr_block="0.0.0.0/0", action="ACCEPT", modify_time=now)
    about = msgspec.structs.replace(
        _described(call, name="default", description="System created security group"), is_default=True
    )
    return _made(call, about, PolicySet().updated({"Ingress": [row], "Egress": [row]}))


def clone(call: Invocation) -> Answer:
    """A group with the rows of another, which may stand in the region `RemoteRegion`."""
    remote = call.params.text("RemoteRegion") or call.region.name
    if remote not in REGIONS:
        raise out_of_range("RemoteRegion", remote, "there is no such region")
    source = find(call.account.region(remote)[VpcState], call.params.text("SecurityGroupId"))
    if remote != call.region.name:
        _check_portable(call, source.policies)
    about = source.about
    tags = about.tag_set if call.params.flag("IsCloneTags") else []
    described = _described(
        call, name=about.security_group_name, description=about.security_group_desc, tags=tags
    )
    version = 1 if source.policies.placed else 0
    return _made(call, described, msgspec.structs.replace(source.policies, version=version))


def _described(
    call: Invocation, *, name: str = "", description: str = "", tags: Iterable[Tag] = ()
) -> SecurityGroup:
    """The group that a request describes, with these where it says nothing; its own tags come on top."""
    check_words(call.params)
    now = china_time(call.now)
    given = call.params.listed("Tags", Tag)
    return SecurityGroup(
        security_group_id=call.region.ids.resource("sg"),
        security_group_name=call.params.text("GroupName") or name,
        security_group_desc=call.params.text("GroupDescription") or description,
        project_id=call.params.text("ProjectId") or "0",
        created_time=now,
        update_time=now,
        tag_set=list({tag.key: tag for tag in (*tags, *given)}.values()),
        region=call.region.name,
    )


def _made(call: Invocation, about: SecurityGroup, policies: PolicySet) -> Answer:
    groups = call.region[VpcState].security_groups
    of_project = sum(group.about.project_id == about.project_id for group in groups.values())
    if of_project >= quota.MAX_SECURITY_GROUPS:
        raise over_quota(f"A project may have {quota.MAX_SECURITY_GROUPS} security groups in a region")
    groups[about.security_group_id] = GroupState(about, policies)
    return _answered(about)


def _answered(about: SecurityGroup) -> Answer:
    members: dict[str, object] = msgspec.to_builtins(about)
    del members["Region"]  # only DescribeSecurityGroups was seen to answer it
    return {"SecurityGroup": members}


def _check_portable(call: Invocation, policies: PolicySet) -> None:
    """Refuse rows that name what another region cannot see."""
    if any(placed.policy.security_group_id for placed in policies.placed):
        raise APIError(
            "UnsupportedOperation.RemoteRegionSgHasReferencedSg",
            "The policies name security groups, which cannot be cloned into another region.",
        )
    known = call.region[VpcState].templates
    for template_id in (name for placed in policies.placed for name in placed.policy.template_ids):
        if template_id not in known:
            raise not_found(f"`{template_id}` that a policy names")
