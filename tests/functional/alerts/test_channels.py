"""Every channel against a receiver of its vendor that checks what it is sent, over real HTTP."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from messages import CHANGE, SCOPE, notification, numbered

from sgguard.adapters.channels import dingtalk, feishu, webhook
from sgguard.adapters.channels import wecom as wecom_module
from sgguard.adapters.channels.vendor import Answer
from sgguard.model.finding import Delta, TrafficBlock
from sgguard.model.notification import Digest, Letter
from sgguard.model.reason import as_written
from sgguard.wording import LANGUAGES
from sglab.receivers import DESKS, Desk, StandardWebhookDesk

KINDS = sorted(DESKS)
CHATS = [kind for kind in KINDS if kind != "webhook"]


def texts(body: bytes) -> str:
    """Every text of a JSON document, joined."""
    found = []
    pending: list[object] = [msgspec.json.decode(body)]
    while pending:
        match pending.pop():
            case str() as text:
                found.append(text)
            case dict() as document:
                pending.extend(document.values())
            case list() as items:
                pending.extend(items)
    return "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_message_is_taken(opened: Any, kind: str, language: str) -> None:
    channel, desk = opened(kind, language=language)
    delivery = channel.deliver(Letter(content=notification()))
    assert (delivery.status, delivery.channel) == ("delivered", "ops"), delivery
    (post,) = desk.taken
    said = texts(post.body)
    for part in ("sg-sample01", "ap-guangzhou", "cls-sample01", "alice", "203.0.113.9", "f" * 32):
        assert part in said


@pytest.mark.parametrize("kind", CHATS)
def test_a_digest_is_taken_and_names_every_group(opened: Any, kind: str) -> None:
    channel, desk = opened(kind, language="zh")
    many = tuple(numbered(number, severity="critical") for number in range(channel.digest_size))
    delivery = channel.deliver(Letter(content=Digest(notifications=many, waiting=400)))
    assert delivery.status == "delivered", delivery
    said = texts(desk.taken[0].body)
    assert all(one.group_id in said for one in many)
    assert "400" in said


HUGE = notification(
    rows=tuple(
        msgspec.structs.replace(notification().rows[0], index=number, description="x" * 100 + "界" * 20)
        for number in range(100)
    ),
    findings=notification().findings * 60,
    reasons=tuple(as_written("reason " * 100) for _ in range(60)),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_too_long_loses_the_middle_and_never_the_verdict(
    opened: Any, kind: str, language: str
) -> None:
    channel, desk = opened(kind, language=language)
    delivery = channel.deliver(Letter(content=HUGE))
    assert delivery.status == "delivered", delivery
    assert "plain text" not in delivery.detail
    said = texts(desk.taken[0].body)
    assert "sg-sample01" in said
    if kind != "webhook":
        commands = (
            "undo abc123def456",
            "apply plan-7",
            f"waive {'f' * 12}",
            "journal list --group sg-sample01",
        )
        assert all(f"sgguard {command}" in said for command in commands)
        assert "ingress 0 " in said
        assert "ingress 99" in said
        assert "ingress 50" not in said


BLOCK = TrafficBlock(
    family="ipv4",
    protocol="tcp",
    ports="1-21",
    peers=tuple(f"10.{n // 250}.{n % 250}.0/24" for n in range(9000)),
)
LONG = [
    {"delta": (Delta(direction="ingress", opened=(BLOCK,) * 3, cut=()),)},
    {"clusters": (msgspec.structs.replace(SCOPE, node_cidrs=BLOCK.peers),) * 3},
    {"findings": (msgspec.structs.replace(notification().findings[0], traffic=(BLOCK,)),) * 3},
]


@pytest.mark.parametrize("long", LONG, ids=lambda long: next(iter(long)))
def test_an_event_stays_one_however_long_its_lists_are(opened: Any, long: Any) -> None:
    channel, desk = opened("webhook")
    assert channel.deliver(Letter(content=notification(**long))).status == "delivered"
    (event,) = [post.document() for post in desk.taken]
    assert event["type"] == "sgguard.notification.reverted"
    (name,) = long
    assert event["data"]["truncated"][name] == len(long[name])


def test_an_event_with_texts_of_any_length_becomes_text(opened: Any) -> None:
    change = msgspec.structs.replace(CHANGE, user_agent="x" * 1_000_000)
    channel, desk = opened("webhook")
    assert channel.deliver(Letter(content=notification(change=change))).status == "delivered"
    (post,) = desk.taken
    assert post.document()["type"] == "sgguard.text"
    assert "sg-sample01" in texts(post.body)


ERRORS = [
    ("wecom", -1, "retry", 10),
    ("wecom", 6000, "retry", 10),
    ("wecom", 45009, "retry", 60),
    ("wecom", 93000, "dead", "copy its webhook URL"),
    ("wecom", 12345, "retry", None),
    ("dingtalk", -1, "retry", 10),
    ("dingtalk", 130101, "retry", 600),
    ("dingtalk", 410100, "retry", 600),
    ("dingtalk", "keyword", "dead", "keyword"),
    ("dingtalk", "timestamp", "dead", "clock"),
    ("dingtalk", "sign", "dead", "SEC"),
    ("dingtalk", "ip", "dead", "egress address"),
    ("dingtalk", "关键词", "dead", "keyword"),
    ("dingtalk", "签名", "dead", "SEC"),
    ("dingtalk", 300005, "dead", "webhook URL anew"),
    ("dingtalk", 400101, "dead", "webhook URL anew"),
    ("dingtalk", 400013, "dead", "dissolved"),
    ("dingtalk", 400102, "dead", "stopped"),
    ("dingtalk", 777, "retry", None),
    ("feishu", 11232, "retry", 30),
    ("feishu", 429, "retry", 7),
    ("feishu", 19001, "dead", "webhook URL anew"),
    ("feishu", 19021, "dead", "signing key"),
    ("feishu", 19022, "dead", "egress address"),
    ("feishu", 19024, "dead", "keyword"),
    ("feishu", 777, "retry", None),
    ("slack", 429, "retry", 30),
    ("slack", 503, "retry", None),
    ("slack", 200, "retry", None),
    ("slack", "invalid_token", "dead", "copy it anew"),
    ("slack", "action_prohibited", "dead", "administrator"),
    ("slack", "channel_not_found", "dead", "channel"),
    ("slack", "no_service", "dead", "make a new one"),
    ("slack", "channel_is_archived", "dead", "archived"),
    ("teams", 429, "retry", 12),
    ("teams", 502, "retry", None),
    ("teams", "DirectApiAuthorizationRequired", "dead", "copy it anew"),
    ("teams", "AuthorizationFailed", "dead", "URL anew"),
    ("teams", "WorkflowNotFound", "dead", "switch it on"),
    ("teams", "WorkflowTriggerIsNotEnabled", "dead", "switch it on"),
    ("webhook", 429, "retry", 120),
    ("webhook", 500, "retry", None),
    ("webhook", 504, "retry", None),
    ("webhook", 302, "dead", "final URL"),
    ("webhook", 401, "dead", "Check"),
    ("webhook", 410, "dead", "remove the channel"),
    ("webhook", 404, "dead", "Check"),
    ("webhook", 599, "retry", None),
]


@pytest.mark.parametrize(("kind", "code", "status", "told"), ERRORS)
def test_what_each_answer_means(opened: Any, kind: str, code: Any, status: str, told: Any) -> None:
    channel, desk = opened(kind)
    desk.next.append(desk.error(code))
    delivery = channel.deliver(Letter(content=notification()))
    assert delivery.status == status, delivery
    if status == "dead":
        assert told in delivery.fix
    else:
        assert delivery.retry_after == told
    assert len(desk.times) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"StatusCode":0,"StatusMessage":"success"}', "delivered"),
        ('{"StatusCode":0,"StatusMessage":"success","code":19021,"msg":"sign match fail"}', "dead"),
        ('{"StatusCode":9,"StatusMessage":"?"}', "retry"),
        ("{}", "retry"),
    ],
)
def test_older_answers_of_feishu(body: str, status: str) -> None:
    assert feishu.Feishu().judge(Answer(status=200, body=body.encode())).status == status


FORMS = [
    *(("wecom", code) for code in (40008, 40035, 40058)),
    ("dingtalk", 460101),
    ("feishu", 9499),
    *(("slack", text) for text in ("invalid_blocks", "msg_blocks_too_long", "invalid_payload")),
    *(("teams", code) for code in (413, "TriggerInputSchemaMismatch", 200)),
    *(("webhook", code) for code in (413, 422)),
]


@pytest.mark.parametrize(("kind", "code"), FORMS)
def test_a_form_that_is_refused_is_sent_as_text(opened: Any, kind: str, code: Any) -> None:
    channel, desk = opened(kind)
    desk.next.append(desk.error(code))
    letter = Letter(content=notification())
    delivery = channel.deliver(letter)
    if kind == "slack":
        # One message a second: the plain one comes too early, and is sent as such the next time.
        assert (delivery.status, delivery.form_refused) == ("retry", True)
        desk.times.clear()
        delivery = channel.deliver(msgspec.structs.replace(letter, plain=True))
    else:
        assert "in plain text" in delivery.detail
    assert delivery.status == "delivered", delivery
    assert "sg-sample01" in texts(desk.taken[0].body)


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_that_fails_costs_the_form_and_not_the_message(
    opened: Any, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("no such field")

    channel, desk = opened(kind)
    monkeypatch.setattr(type(channel._vendor), "rich", fail)
    monkeypatch.setattr("sgguard.adapters.channels.plain_text.message_of", fail)
    assert channel.deliver(Letter(content=notification())).status == "delivered"
    assert "sg-sample01" in texts(desk.taken[0].body)


def test_a_defect_of_a_channel_keeps_the_message(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("do-not-show-me")

    channel, _ = opened("wecom")
    monkeypatch.setattr(type(channel._vendor), "judge", fail)
    delivery = channel.deliver(Letter(content=notification()))
    assert (delivery.status, delivery.detail) == ("retry", "the channel failed: RuntimeError")


@pytest.mark.parametrize(("kind", "key"), [("dingtalk", "SECwrong"), ("feishu", "wrong")])
def test_a_wrong_key_is_told_apart(opened: Any, kind: str, key: str) -> None:
    channel, desk = opened(kind, keys=(key,))
    delivery = channel.deliver(Letter(content=notification()))
    assert delivery.status == "dead"
    assert "anew" in delivery.fix
    assert desk.taken == []


def test_both_keys_sign_while_they_are_exchanged(opened: Any) -> None:
    (held,) = StandardWebhookDesk.keys
    new = "whsec_" + "QUJD" * 8
    channel, desk = opened("webhook", keys=(new, held))
    assert channel.deliver(Letter(content=notification())).status == "delivered"
    channel, desk = opened("webhook", keys=(new,))
    assert channel.deliver(Letter(content=notification())).status == "dead"
    assert desk.taken == []


@pytest.mark.parametrize("key", ["whsec_", "whsec_QUJD", "QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJD", "whsec_%%%"])
def test_a_key_that_is_none_is_not_shown(opened: Any, key: str) -> None:
    channel, desk = opened("webhook", keys=(key,))
    delivery = channel.deliver(Letter(content=notification()))
    assert delivery.status == "dead"
    assert "24 to 64 bytes" in delivery.detail or "base64" in delivery.detail
    assert key not in delivery.detail
    assert "env:URL" in delivery.fix
    assert desk.times == []


def test_the_event_is_one(opened: Any) -> None:
    channel, desk = opened("webhook")
    channel.deliver(Letter(content=notification()))
    event = desk.taken[0].document()
    assert event["specversion"] == "1.0"
    assert event["type"] == "sgguard.notification.reverted"
    assert event["subject"] == "sg-sample01"
    assert event["time"] == "2026-05-28T20:26:40Z"
    assert (event["severitytext"], event["severitynumber"]) == ("CRITICAL", 21)
    data: Any = event["data"]
    assert data["schema"] == "sgguard/notification/v1"
    assert desk.taken[0].headers["webhook-id"] == event["id"] == data["id"]


def test_signatures_are_the_vendors_own() -> None:
    assert dingtalk.sign("SECtest", 1_700_000_000_000) == "aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g="
    assert feishu.sign("SECtest", 1_700_000_000) == "G7XpBpG8NgG02fJOAhX6FRAObIljmFoxVReo8I62pEk="
    # The example of the specification: github.com/standard-webhooks/standard-webhooks, libraries.
    key, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    assert webhook.sign([key], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


@pytest.mark.parametrize("kind", KINDS)
def test_too_fast_is_told_as_the_vendor_tells_it(opened: Any, kind: str) -> None:
    channel, desk = opened(kind)
    rates: Any = desk.rates or ((0, 0),)
    results = [channel.deliver(Letter(content=numbered(n))).status for n in range(rates[-1][0] + 1)]
    assert results.count("delivered") == (rates[-1][0] if desk.rates else 1)
    assert results[-1] == ("retry" if desk.rates else "delivered")


def test_nothing_is_longer_than_the_vendor_allows_in_any_room(opened: Any) -> None:
    channel, desk = opened("wecom", language="zh")
    channel.deliver(Letter(content=HUGE))
    content: Any = desk.taken[0].document()["markdown"]
    assert 2500 < len(content["content"].encode()) <= wecom_module.MARKDOWN_BYTES


def test_desks_refuse_what_is_wrong() -> None:
    """The receivers themselves bite: without any message, each has something to object to."""
    from sglab.receivers import Post

    for kind, desk_type in DESKS.items():
        desk: Desk = desk_type()
        desk.answer(Post(target=desk.path, body=b"{}"), 1.0)
        desk.answer(Post(target="/elsewhere", body=b"not json"), 2.0)
        assert desk.taken == [], kind
        assert len(desk.refused) == 2
