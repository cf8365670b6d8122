"""Invariant I8, at the transport: whatever planner or writer want, these calls do not leave."""

from __future__ import annotations

from typing import Any

import pytest
import samples

from scfshim import Call
from sgguard.act import Order
from sgguard.adapters.tencent.write_gate import WriteGate
from sgguard.errors import RemediationError
from sgguard.model.plan import Step
from sgguard.plan.edit import apply

WORLD: samples.Row = ("ALL", "ALL", "0.0.0.0/0")
BEFORE = samples.group([WORLD, *samples.NODE_ROWS])
NEW = samples.group([("udp", "53", "10.0.0.0/8")]).ingress


def order(step: Step) -> Order:
    return Order(region="ap-guangzhou", group_id="sg-1", step=step, before=BEFORE, after=apply(BEFORE, step))


DELETE = order(Step(op="delete", direction="ingress", indexes=(0,), policies=BEFORE.ingress[:1]))
CREATE = order(Step(op="create", direction="ingress", index=0, policies=NEW))
REPLACE = order(Step(op="replace", direction="ingress", index=0, policies=NEW))
ROW = {"Protocol": "udp", "Port": "53", "CidrBlock": "10.0.0.0/8", "Action": "ACCEPT"}


def call(action: str, policy_set: Any, **changes: Any) -> Call:
    params = {"SecurityGroupId": "sg-1", "SecurityGroupPolicySet": policy_set, **changes.pop("params", {})}
    return Call(**{"service": "vpc", "action": action, "region": "ap-guangzhou", "params": params, **changes})


def rows(*listed: Any, version: Any = "7", key: str = "Ingress") -> dict[str, Any]:
    return {"Version": version, key: list(listed)}


DELETED = call("DeleteSecurityGroupPolicies", rows({"PolicyIndex": 0}))
CREATED = call("CreateSecurityGroupPolicies", rows({**ROW, "PolicyIndex": 0}))
REPLACED = call("ReplaceSecurityGroupPolicy", rows({**ROW, "PolicyIndex": 0}))


@pytest.mark.parametrize(("ordered", "sent"), [(DELETE, DELETED), (CREATE, CREATED), (REPLACE, REPLACED)])
def test_the_ordered_write_passes(ordered: Order, sent: Call) -> None:
    gate = WriteGate()
    with gate.open(ordered):
        gate(sent)
        gate(sent)  # a retried attempt is the same write


def test_reads_pass_always() -> None:
    WriteGate()(call("DescribeSecurityGroupPolicies", None))


@pytest.mark.parametrize("sent", [DELETED, CREATED, REPLACED, call("ModifySecurityGroupPolicies", rows())])
def test_nothing_is_written_without_an_order(sent: Call) -> None:
    gate = WriteGate()
    with pytest.raises(RemediationError, match="without an order"):
        gate(sent)
    with gate.open(DELETE):
        pass
    with pytest.raises(RemediationError, match="without an order"):
        gate(sent)


@pytest.mark.parametrize(
    ("ordered", "sent"),
    [
        (DELETE, CREATED),
        (DELETE, call("ModifySecurityGroupPolicies", rows({"PolicyIndex": 0}))),
        (DELETE, call("DeleteSecurityGroup", rows({"PolicyIndex": 0}))),
        (DELETE, call("DeleteSecurityGroupPolicies", rows({"PolicyIndex": 0}), region="ap-shanghai")),
        (DELETE, call("DeleteSecurityGroupPolicies", rows({"PolicyIndex": 0}), service="cvm")),
        (
            DELETE,
            call(
                "DeleteSecurityGroupPolicies",
                rows({"PolicyIndex": 0}),
                params={"SecurityGroupId": "sg-2"},
            ),
        ),
        (DELETE, call("DeleteSecurityGroupPolicies", rows({"PolicyIndex": 0}), params={"SortPolicys": True})),
        (DELETE, call("DeleteSecurityGroupPolicies", rows({"PolicyIndex": 0}, version="0"))),
        (DELETE, call("DeleteSecurityGroupPolicies", rows({"PolicyIndex": 0}, version=0))),
        (DELETE, call("DeleteSecurityGroupPolicies", rows({"PolicyIndex": 0}, version=""))),
        (DELETE, call("DeleteSecurityGroupPolicies", rows({"PolicyIndex": 0}, version=None))),
        (DELETE, call("DeleteSecurityGroupPolicies", rows({"PolicyIndex": 0}, version="6"))),
        (DELETE, call("DeleteSecurityGroupPolicies", rows({"PolicyIndex": 0}, version="8"))),
        (DELETE, call("DeleteSecurityGroupPolicies", {"Ingress": [{"PolicyIndex": 0}]})),
        (DELETE, call("DeleteSecurityGroupPolicies", rows())),
        (DELETE, call("DeleteSecurityGroupPolicies", rows({"PolicyIndex": 0}, key="Egress"))),
        (DELETE, call("DeleteSecurityGroupPolicies", {**rows({"PolicyIndex": 0}), "Egress": []})),
        (DELETE, call("DeleteSecurityGroupPolicies", rows({"PolicyIndex": 1}))),
        (DELETE, call("DeleteSecurityGroupPolicies", rows({"PolicyIndex": 0}, {"PolicyIndex": 1}))),
        (DELETE, call("DeleteSecurityGroupPolicies", rows({"PolicyIndex": 0}, {"PolicyIndex": 0}))),
        (DELETE, call("DeleteSecurityGroupPolicies", rows({"PolicyIndex": 99}))),
        (DELETE, call("DeleteSecurityGroupPolicies", rows({"PolicyIndex": -7}))),
        (DELETE, call("DeleteSecurityGroupPolicies", rows({"PolicyIndex": True}))),
        (DELETE, call("DeleteSecurityGroupPolicies", rows(ROW))),
        (DELETE, call("DeleteSecurityGroupPolicies", rows("0"))),
        (DELETE, call("DeleteSecurityGroupPolicies", "all of them")),
        (CREATE, call("CreateSecurityGroupPolicies", rows({**ROW, "CidrBlock": "0.0.0.0/0"}))),
        (CREATE, call("CreateSecurityGroupPolicies", rows({**ROW, "Action": "DROP"}))),
        (CREATE, call("CreateSecurityGroupPolicies", rows(ROW, ROW))),
        (CREATE, call("CreateSecurityGroupPolicies", rows(ROW, {**ROW, "Port": "54"}))),
        (REPLACE, call("ReplaceSecurityGroupPolicy", rows({**ROW, "PolicyIndex": 1}))),
        (REPLACE, call("ReplaceSecurityGroupPolicy", rows({**ROW, "PolicyIndex": 0, "Port": "ALL"}))),
    ],
)
def test_anything_else_is_refused(ordered: Order, sent: Call) -> None:
    gate = WriteGate()
    with gate.open(ordered), pytest.raises(RemediationError, match="refused before it was sent"):
        gate(sent)
