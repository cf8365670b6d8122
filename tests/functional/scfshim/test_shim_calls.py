"""Calls over real sockets, against canned answers."""

from __future__ import annotations

import json
import logging
import re
import socket
import traceback
from pathlib import Path
from typing import Any

import pytest

from scfshim import (
    ApiError,
    Call,
    Client,
    Credentials,
    Deadline,
    DeadlineError,
    Outcome,
    Retry,
    Session,
    TransportError,
)

KEYS = Credentials("AKIDEXAMPLE", "canary-key", "canary-token")
ROW = {"Protocol": "TCP", "Port": "22", "CidrBlock": "198.51.100.0/24", "PolicyDescription": "é漢"}
WRITE = {"SecurityGroupId": "sg-1", "SecurityGroupPolicySet": {"Version": "7", "Ingress": [ROW]}}


def session(endpoint: str, **settings: Any) -> Session:
    at_once = Retry(sleep=lambda _: None)
    defaults = {"credentials": KEYS, "region": "ap-guangzhou", "retry": at_once, "endpoint": endpoint}
    return Session(**{**defaults, **settings})


def client(endpoint: str, **settings: Any) -> Client:
    return session(endpoint, **settings).client("vpc")


@pytest.fixture
def closed_endpoint() -> str:
    """An endpoint that refuses connections."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{unused.getsockname()[1]}"


def test_a_netrc_does_not_take_the_place_of_the_signature(
    api: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    api.will_answer()
    client(api.endpoint).describe_vpcs()
    assert api.asked[0].headers["Authorization"].startswith("TC3-HMAC-SHA256 ")


def test_a_signed_call(api: Any) -> None:
    api.will_answer(SecurityGroupPolicySet={"Version": "7"})
    answer = client(api.endpoint).describe_security_group_policies(SecurityGroupId="sg-1")
    assert answer == {"SecurityGroupPolicySet": {"Version": "7"}, "RequestId": "req-0"}
    headers = api.asked[0].headers
    assert headers["X-TC-Action"] == "DescribeSecurityGroupPolicies"
    assert headers["X-TC-Version"] == "2017-03-12"
    assert headers["X-TC-Region"] == "ap-guangzhou"
    assert headers["X-TC-Language"] == "en-US"
    assert headers["X-TC-Token"] == "canary-token"
    assert headers["Host"] == api.endpoint.removeprefix("http://")
    assert re.fullmatch(
        r"TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/\d{4}-\d\d-\d\d/vpc/tc3_request, "
        r"SignedHeaders=content-type;host, Signature=[0-9a-f]{64}",
        headers["Authorization"],
    )


def test_the_endpoint_of_the_environment(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENCENTCLOUD_ENDPOINT", api.endpoint)
    api.will_answer()
    Session(KEYS, region="ap-guangzhou").client("tke").describe_clusters()
    assert "/tke/tc3_request" in api.asked[0].headers["Authorization"]


def test_hooks_see_what_the_server_gets(api: Any) -> None:
    api.will_refuse("RequestLimitExceeded")
    api.will_answer()
    seen: list[Call] = []
    client(api.endpoint, before_call=[seen.append]).create_security_group_policies(**WRITE)
    assert [json.loads(asked.body) for asked in api.asked] == [call.params for call in seen] == [WRITE] * 2


def test_throttled_twice_then_answered_is_three_requests(api: Any) -> None:
    api.will_refuse("RequestLimitExceeded")
    api.will_refuse("RequestLimitExceeded.UinLimitExceeded")
    api.will_answer()
    heard: list[str | None] = []

    def hear(_: Call, outcome: Outcome) -> None:
        heard.append(outcome.code)

    client(api.endpoint, after_call=[hear]).create_security_group_policies(**WRITE)
    assert len(api.asked) == 3
    assert heard == ["RequestLimitExceeded", "RequestLimitExceeded.UinLimitExceeded", None]


def test_throttled_for_good_is_four_requests(api: Any) -> None:
    for _ in range(4):
        api.will_refuse("RequestLimitExceeded")
    with pytest.raises(ApiError.RequestLimitExceeded):
        client(api.endpoint).describe_vpcs()
    assert len(api.asked) == 4


def test_a_write_whose_answer_is_lost_is_not_repeated(api: Any) -> None:
    api.will_send(lost=True)
    with pytest.raises(TransportError, match="may have been applied") as caught:
        client(api.endpoint).create_security_group_policies(**WRITE)
    assert caught.value.sent is None
    assert len(api.asked) == 1


def test_a_read_whose_answer_is_lost_is_repeated(api: Any) -> None:
    api.will_send(lost=True)
    api.will_answer()
    client(api.endpoint).describe_vpcs()
    assert len(api.asked) == 2


def test_a_refused_connection_is_tried_again_even_for_a_write(closed_endpoint: str) -> None:
    attempts: list[Call] = []
    with pytest.raises(TransportError, match=r"NewConnectionError\)\. The call was not sent") as caught:
        client(closed_endpoint, before_call=[attempts.append]).create_security_group_policies(**WRITE)
    assert caught.value.sent is False
    assert len(attempts) == 4


def test_an_earlier_refusal_does_not_vouch_for_a_lost_write(api: Any, closed_endpoint: str) -> None:
    def write_elsewhere_after_a_refusal() -> None:
        try:
            client(closed_endpoint).describe_vpcs()
        except TransportError:
            client(api.endpoint).create_security_group_policies(**WRITE)

    api.will_send(lost=True)
    with pytest.raises(TransportError) as caught:
        write_elsewhere_after_a_refusal()
    assert caught.value.sent is None
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"body": b"<html>502</html>", "status": 502, "content_type": "text/html"},
        {"body": b'{"Response": {}}', "missing": 10},
        {"body": b"<html>captive portal</html>", "content_type": "text/html"},
        {"body": b"{}"},
        {"body": b"[]"},
        {"body": b'{"Response": null}'},
        {"body": b"nonsense"},
        {"body": b'{"Response": null}', "content_type": "application/json; charset=utf-8"},
    ],
)
def test_what_is_no_answer_leaves_a_write_unknown(api: Any, answer: dict[str, Any]) -> None:
    api.will_send(**answer)
    with pytest.raises(TransportError) as caught:
        client(api.endpoint).create_security_group_policies(**WRITE)
    assert caught.value.sent is True
    assert len(api.asked) == 1


def test_a_slow_answer_is_cut_at_the_deadline(api: Any) -> None:
    api.will_send(b"{}", delay=0.6)
    bounded = session(api.endpoint, deadline=Deadline.after(0.4), reserve=0.2)
    with pytest.raises(TransportError, match="ReadTimeout") as caught:
        bounded.client("vpc").create_security_group_policies(**WRITE)
    assert caught.value.sent is None
    with pytest.raises(DeadlineError):
        bounded.client("vpc").describe_vpcs()


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", "text/plain"]
)
def test_an_error_is_an_error_under_any_content_type(api: Any, content_type: str) -> None:
    api.will_refuse("UnsupportedOperation.VersionMismatch", "the group moved", content_type)
    with pytest.raises(ApiError.UnsupportedOperation) as caught:
        client(api.endpoint).replace_security_group_policy(**WRITE)
    assert type(caught.value) is ApiError.UnsupportedOperation.VersionMismatch
    assert caught.value.request_id == "req-0"
    assert str(caught.value) == (
        "ReplaceSecurityGroupPolicy was refused with UnsupportedOperation.VersionMismatch: "
        "the group moved (request id req-0)"
    )


def test_connections_are_reused_across_deadlines_and_credentials(api: Any) -> None:
    keys = iter([Credentials("AKIDFIRST", "k"), Credentials("AKIDSECOND", "k", "token-2")])
    warm = session(api.endpoint, credentials=lambda: next(keys))
    for _ in range(2):
        api.will_answer()
        warm.until(Deadline.after(5)).client("vpc").describe_vpcs()
    first, second = api.asked
    assert first.peer == second.peer
    assert "AKIDFIRST" in first.headers["Authorization"]
    assert "AKIDSECOND" in second.headers["Authorization"]
    assert "X-TC-Token" not in first.headers
    assert second.headers["X-TC-Token"] == "token-2"


def test_pages(api: Any) -> None:
    groups = [{"SecurityGroupId": f"sg-{number}"} for number in range(150)]
    api.will_answer(TotalCount=150, SecurityGroupSet=groups[:100])
    api.will_answer(TotalCount=150, SecurityGroupSet=groups[100:])
    assert list(client(api.endpoint).paginate("describe_security_groups")) == groups
    windows = [json.loads(asked.body) for asked in api.asked]
    assert windows == [{"Offset": "0", "Limit": "100"}, {"Offset": "100", "Limit": "100"}]


def test_no_secret_is_logged_or_raised(
    api: Any, closed_endpoint: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="tencentcloud_sdk_common")
    api.will_answer()
    api.will_refuse("AuthFailure.TokenFailure", "token canary-token is not valid")
    client(api.endpoint).describe_vpcs()
    with pytest.raises(ApiError) as refused:
        client(api.endpoint).describe_vpcs()
    with pytest.raises(TransportError) as lost:
        client(closed_endpoint).describe_vpcs()
    raised = [*traceback.format_exception(refused.value), *traceback.format_exception(lost.value)]
    assert not caplog.records
    for secret in ("canary-", "Authorization", "Signature="):
        assert secret not in "".join(raised)
