"""Who uses a group, and how much of everything there may be."""

from __future__ import annotations

from collections import Counter

from tcmock.errors import APIError
from tcmock.invocation import Answer, Invocation
from tcmock.vpc.group_actions import find, referring
from tcmock.vpc.quota import LIMITS
from tcmock.vpc.state import VpcState

MAX_GROUPS = 100
"""Of one request."""
_RECORDED = (
    *("CDB", "CVM", "ENI", "CLB", "DCDB", "HSM", "MongoDB", "Mariadb", "Redis", "TBASE", "SQLSERVER", "CHC"),
    *("CTSDBI", "POSTGRES", "CYNOSDBPG", "TDAPG", "ELASTICSEARCH", "NATGW", "ENDPOINT", "CASB", "CVP"),
    *("KONISGRAPH", "TDSTORE", "LB-WAN", "CVD", "EKS", "LB-LAN"),
)
"""Sorts of things in a recorded answer. Primary interfaces do not count as ENI there."""


def statistics(call: Invocation) -> Answer:
    """How many things of every sort have a group, and how many groups name it."""
    return {
        "SecurityGroupAssociationStatisticsSet": [
            _statistics(call.region[VpcState], group_id) for group_id in _asked(call)
        ]
    }


def references(call: Invocation) -> Answer:
    """The groups whose rows name a group."""
    state = call.region[VpcState]
    return {
        "ReferredSecurityGroupSet": [
            {"SecurityGroupId": group_id, "ReferredSecurityGroupIds": referring(state, group_id)}
            for group_id in _asked(call)
        ]
    }


def limits(call: Invocation) -> Answer:
    """Quotas (https://cloud.tencent.com/document/api/215/41428)."""
    del call  # they are the same for everybody
    return {"SecurityGroupLimitSet": LIMITS}


def _asked(call: Invocation) -> list[str]:
    wanted = call.params.texts("SecurityGroupIds")
    if len(wanted) > MAX_GROUPS:
        raise APIError(
            "InvalidParameterValue.LimitExceeded", f"`SecurityGroupIds` may name {MAX_GROUPS} at a time."
        )
    return [find(call.region[VpcState], group_id).about.security_group_id for group_id in wanted]


def _statistics(state: VpcState, group_id: str) -> dict[str, object]:
    count = Counter[str](binding.kind for binding in state.bindings.values() if group_id in binding.groups)
    return {
        "SecurityGroupId": group_id,
        "CDB": 0,
        "CVM": count["CVM"],
        "ENI": count["ENI"],
        "SG": len(referring(state, group_id)),
        "CLB": count["CLB"],
        "InstanceStatistics": [{"InstanceType": kind, "InstanceCount": count[kind]} for kind in _RECORDED],
        "TotalCount": count.total(),
    }
