"""Notifications that many tests tell."""

from __future__ import annotations

from typing import Any

import msgspec
import samples

from sgguard.model.change import Actor, ChangeEvent
from sgguard.model.cluster import ClusterScope
from sgguard.model.notification import Notification, RowChange
from sgguard.model.plan import Proof
from sgguard.model.reason import reason

AT = 1_780_000_000.0
CHANGE = ChangeEvent(
    group_ids=("sg-sample01",),
    regions=("ap-guangzhou",),
    api="CreateSecurityGroupPolicies",
    product="vpc",
    request_id="00000000-0000-4000-8000-000000000001",
    occurred_at=int(AT) - 3,
    actor=Actor(kind="user", account_id="100000000001", principal_id="100000000101", name="alice"),
    source_address="203.0.113.9",
    via="console",
)
SCOPE = ClusterScope(
    cluster_id="cls-sample01", role="node", pod_cidrs=(samples.PODS,), node_cidrs=(samples.NODES,)
)
ROW = RowChange(
    sign="-", direction="ingress", index=0, row="ACCEPT ALL from 0.0.0.0/0", description="debugging"
)


def notification(**changes: Any) -> Notification:
    """A reverted violation with everything in it that a message can have."""
    evaluation = samples.verdict([("ALL", "ALL", "0.0.0.0/0"), *samples.NODE_ROWS])
    told = Notification(
        id="1" * 32,
        fingerprint="f" * 32,
        occurrence=2,
        title="sg-sample01 was reverted",
        action="reverted",
        decision="revert",
        severity="critical",
        group_id="sg-sample01",
        group_name="shop workers",
        region="ap-guangzhou",
        account="100000000001",
        clusters=(SCOPE,),
        machines=3,
        version_before="41",
        version_after="42",
        findings=tuple(finding for finding in evaluation.findings if finding.kind != "shadowed"),
        rows=(ROW,),
        proof=Proof(
            holds=True, requirements=6, intact_before=6, intact_after=6, newly_permitted=False, remaining=0
        ),
        reasons=(reason("decide.actionable", count=1),),
        change=CHANGE,
        observed_at=AT,
        acted_at=AT + 1,
        snapshot="5" * 64,
        journal="abc123def456",
        approval="plan-7",
        mode="enforce",
    )
    return msgspec.structs.replace(told, **changes)


def numbered(number: int, **changes: Any) -> Notification:
    """Another one of many."""
    own = {"id": f"{number:032x}", "fingerprint": f"{number:032x}", "group_id": f"sg-{number:08d}"}
    return notification(**{**own, **changes})
