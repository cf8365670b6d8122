"""Reads security groups."""

from __future__ import annotations

from scfshim import ApiError, Client, Session
from sgguard.adapters.tencent.errors import reading
from sgguard.adapters.tencent.listing import listed
from sgguard.errors import ConfigError, GatherError
from sgguard.facts import GroupNotFoundError, NamedGroup
from sgguard.model.security_group import SecurityGroupPolicySet
from sgguard.wire import tke
from sgguard.wire.policy_set import decode_policy_set


class TencentGroups:
    """The group reader port of `sgguard.facts`, for one account."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def policies(self, region: str, group_id: str) -> SecurityGroupPolicySet:
        """https://www.tencentcloud.com/document/product/215/15804."""
        vpc = self._session.client("vpc", region=region)
        try:
            with reading(f"The rules of {group_id} in {region} could not be read"):
                return self._policies(vpc, group_id)
        except GatherError as error:
            if isinstance(error.__cause__, ApiError.ResourceNotFound):
                raise GroupNotFoundError(str(error)) from error
            raise

    def groups(self, region: str) -> tuple[NamedGroup, ...]:
        """https://www.tencentcloud.com/document/product/215/15808."""
        found = listed(self._session, region, "vpc", "describe_security_groups", tke.Group)
        return tuple(
            NamedGroup(group_id=group.security_group_id, name=group.security_group_name) for group in found
        )

    def name(self, region: str, group_id: str) -> str:
        """https://www.tencentcloud.com/document/product/215/15808."""
        found = listed(
            self._session, region, "vpc", "describe_security_groups", tke.Group, SecurityGroupIds=[group_id]
        )
        return next((one.security_group_name for one in found if one.security_group_id == group_id), "")

    def _policies(self, vpc: Client, group_id: str) -> SecurityGroupPolicySet:
        answer = vpc.describe_security_group_policies(SecurityGroupId=group_id)
        try:
            return decode_policy_set(answer, f"the answer about {group_id}")
        except ConfigError as error:
            raise GatherError(str(error)) from error
