"""Writes security groups: one direction a call, by index, at the version that was evaluated."""

from __future__ import annotations

from scfshim import Session
from sgguard.act import Order
from sgguard.adapters.tencent.errors import writing
from sgguard.adapters.tencent.write_gate import WriteGate
from sgguard.wire.policy_set import direction_key, encode_policy


class TencentWriter:
    """The writer port of `sgguard.act`, for one account. The session must have `gate` among its hooks."""

    def __init__(self, session: Session, gate: WriteGate) -> None:
        if gate not in session.before_call:
            raise ValueError("a session that writes needs the write gate among its before_call hooks")
        self._session = session
        self._gate = gate

    def write(self, order: Order) -> str:
        """Send one write; returns the request id.

        https://www.tencentcloud.com/document/product/215/15807 (create), 15809 (delete), 15811 (replace).
        Raises ConflictError or RemediationError.
        """
        step = order.step
        if step.op == "delete":
            rows: list[dict[str, object]] = [{"PolicyIndex": index} for index in step.indexes]
        else:
            rows = [encode_policy(policy, index=step.index) for policy in step.policies]
        policy_set = {"Version": order.before.version, direction_key(step.direction): rows}
        vpc = self._session.client("vpc", region=order.region)
        call = {
            "create": vpc.create_security_group_policies,
            "delete": vpc.delete_security_group_policies,
            "replace": vpc.replace_security_group_policy,
        }[step.op]
        with self._gate.open(order), writing(f"{order.group_id} could not be written"):
            answer = call(SecurityGroupId=order.group_id, SecurityGroupPolicySet=policy_set)
        return str(answer.get("RequestId", ""))
