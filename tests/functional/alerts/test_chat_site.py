"""The real function in a process of its own tells five chats, each in its own way, and each takes it."""

from __future__ import annotations

from typing import Any

from sgguard.adapters.clock import system_time
from sglab.case import read_json
from sglab.places import demo_state
from sglab.receivers import ChatSite, Post, Reply
from sglab.stage import Stage


def test_a_violation_reaches_every_chat() -> None:
    heard: list[tuple[str, Post, Reply]] = []
    state: Any = read_json(demo_state(), dict)
    (group,) = state["accounts"]["100000000001"]["regions"]["ap-guangzhou"]["security_groups"]
    group["SecurityGroupPolicySet"]["Ingress"].insert(
        0, {"Protocol": "ALL", "Port": "ALL", "CidrBlock": "0.0.0.0/0", "Action": "ACCEPT"}
    )
    with (
        ChatSite(system_time, lambda *one: heard.append(one)) as site,
        Stage(mode="enforce", state=state, config=site.site(), environment=site.variables) as stage,
    ):
        delivered = stage.deliver(RECORD)
    sent: Any = delivered.runs[0]["notifications"]
    assert {one["channel"]: one["status"] for one in sent[0]["deliveries"]} == dict.fromkeys(
        ("wecom", "dingtalk", "feishu", "slack", "teams", "webhook"), "delivered"
    )
    assert sorted(kind for kind, _, _ in heard) == ["dingtalk", "feishu", "slack", "teams", "wecom"]
    assert all(b"sg-demonode" in post.body for _, post, _ in heard)


RECORD = {
    "userIdentity": {"type": "CAMUser", "accountId": "100000000001", "principalId": "100000000101"},
    "eventName": "CreateSecurityGroupPolicies",
    "eventType": "ApiCall",
    "actionType": "Write",
    "resourceType": "vpc",
    "requestID": "00000000-0000-4000-8000-000000000001",
    "eventTime": 1780000000,
    "apiErrorCode": "0",
    "requestParameters": '{"SecurityGroupId": "sg-demonode", "Region": "ap-guangzhou"}',
}
