"""The real function in a process of its own tells five chats, each in its own way, and each takes it."""

from __future__ import annotations

from typing import Any

import guarded

from sgguard.adapters.clock import system_time
from sglab.receivers import ChatSite, Post, Reply
from sglab.stage import Stage


def test_a_violation_reaches_every_chat() -> None:
    heard: list[tuple[str, Post, Reply]] = []
    with (
        ChatSite(system_time, lambda *one: heard.append(one)) as site,
        Stage(
            mode="enforce", state=guarded.opened_state(), config=site.site(), environment=site.variables
        ) as stage,
    ):
        delivered = stage.deliver(guarded.EVENT)
    sent: Any = delivered.runs[0]["notifications"]
    assert {one["channel"]: one["status"] for one in sent[0]["deliveries"]} == dict.fromkeys(
        ("wecom", "dingtalk", "feishu", "slack", "teams", "webhook"), "delivered"
    )
    assert sorted(kind for kind, _, _ in heard) == ["dingtalk", "feishu", "slack", "teams", "wecom"]
    assert all(b"sg-demonode" in post.body for _, post, _ in heard)
