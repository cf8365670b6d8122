"""How much a group may hold. https://www.tencentcloud.com/document/product/213/15379."""

from __future__ import annotations

from tcmock.errors import APIError
from tcmock.vpc.binding import MAX_BOUND, MAX_GROUPS
from tcmock.vpc.errors import over_quota
from tcmock.vpc.expansion import Templates, expanded
from tcmock.vpc.policy_set import DIRECTIONS, PolicySet

MAX_SECURITY_GROUPS = 50
"""Of one project in one region. State documents may hold more: the vendor raises it on request."""
MAX_ROWS = 100
"""Of one direction."""
MAX_REFERENCES = 10
"""Other groups that the rows of a group name."""
MAX_EXPANDED = 2000
"""Rows of one direction once templates are spelt out."""

LIMITS = {
    "SecurityGroupLimit": MAX_SECURITY_GROUPS,
    "SecurityGroupPolicyLimit": MAX_ROWS,
    "ReferedSecurityGroupLimit": MAX_REFERENCES,
    "SecurityGroupInstanceLimit": MAX_BOUND,
    "InstanceSecurityGroupLimit": MAX_GROUPS,
    "SecurityGroupExtendedPolicyLimit": MAX_EXPANDED,
    "SecurityGroupReferedCvmAndEniLimit": 2000,
    "SecurityGroupReferedSvcLimit": 2000,
}
"""As DescribeSecurityGroupLimits answers. Nobody published the last two."""


def check(policies: PolicySet, templates: Templates, *, rows_code: str = "LimitExceeded") -> None:
    """Refuse a group that has grown too large.

    Raises:
        APIError: `rows_code` for too many rows; it differs between the actions.
    """
    if any(len(policies.rows(direction)) > MAX_ROWS for direction in DIRECTIONS):
        raise APIError(rows_code, f"A security group holds at most {MAX_ROWS} policies in one direction.")
    named = {row.security_group_id for direction in DIRECTIONS for row in policies.rows(direction)}
    if len(named - {""}) > MAX_REFERENCES:
        raise over_quota(f"The policies of a security group may name {MAX_REFERENCES} security groups")
    check_expanded(policies, templates, code="UnsupportedOperation.SgNumExceedLimit")


def check_expanded(policies: PolicySet, templates: Templates, *, code: str) -> None:
    """Refuse a group that its templates make too large.

    Raises:
        APIError: with that code.
    """
    for direction in DIRECTIONS:
        rows = policies.rows(direction)
        if templates and sum(len(expanded(row, templates)) for row in rows) > MAX_EXPANDED:
            raise APIError(
                code, f"With parameter templates spelt out a direction may have {MAX_EXPANDED} policies."
            )
