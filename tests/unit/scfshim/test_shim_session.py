"""Sessions and clients over a connection that answers what it was given."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

import pytest

from scfshim import (
    ApiError,
    Call,
    Credentials,
    CredentialsError,
    Deadline,
    DeadlineError,
    Outcome,
    ParameterError,
    Retry,
    Session,
    SettingError,
    TransportError,
    UnknownActionError,
    UnknownServiceError,
)
from scfshim.connection import Connection
from scfshim.errors import api_error
from scfshim.spec import service as find_service

KEYS = Credentials("AKIDEXAMPLE", "the-key")
ROW = {"Protocol": "TCP", "Port": "22", "CidrBlock": "198.51.100.0/24", "Action": "ACCEPT"}
WRITE = {"SecurityGroupId": "sg-1", "SecurityGroupPolicySet": {"Version": "7", "Ingress": [ROW]}}

Sent = tuple[str, dict[str, object], Credentials, tuple[float, float]]


class CannedConnection(Connection):
    """Answers what it was given, in turn, and keeps what was sent."""

    def __init__(self, *answers: dict[str, object] | Exception) -> None:
        self.answers: Iterator[dict[str, object] | Exception] = iter(answers)
        self.sent: list[Sent] = []

    def send(
        self,
        action: str,
        params: dict[str, object],
        credentials: Credentials,
        timeouts: tuple[float, float],
    ) -> dict[str, object]:
        self.sent.append((action, params, credentials, timeouts))
        answer = next(self.answers)
        if isinstance(answer, Exception):
            raise answer
        return answer


def session(connection: Connection, service: str = "vpc", **settings: object) -> Session:
    defaults = {
        "credentials": KEYS,
        "region": "ap-guangzhou",
        "retry": Retry(sleep=lambda _: None),
        "connections": {(service, find_service(service).version, "ap-guangzhou", None): connection},
    }
    return Session(**{**defaults, **settings})  # type: ignore[arg-type]


def throttled() -> ApiError:
    return api_error("RequestLimitExceeded")("RequestLimitExceeded", "slow down", "req-0", "X")


def ticking(step: float) -> Callable[[], float]:
    now = iter(range(1000))
    return lambda: next(now) * step


def test_a_call_returns_the_response() -> None:
    connection = CannedConnection({"RequestId": "req-1", "VpcSet": []})
    client = session(connection).client("vpc")
    assert client.describe_vpcs(VpcIds=["vpc-1"]) == {"RequestId": "req-1", "VpcSet": []}
    assert connection.sent == [("DescribeVpcs", {"VpcIds": ["vpc-1"]}, KEYS, (3.0, 10.0))]


def test_nothing_is_sent_that_does_not_fit_the_spec() -> None:
    connection = CannedConnection()
    client = session(connection).client("vpc")
    with pytest.raises(ParameterError) as caught:
        client.create_security_group_policies(SecurityGroupPolicySet={"Ingress": [{"Potr": "22"}]}, Offset=1)
    assert len(caught.value.problems) == 3
    assert connection.sent == []


def test_unknown_names() -> None:
    client = session(CannedConnection()).client("vpc")
    with pytest.raises(UnknownActionError, match="describe_vpcs"):
        client.describe_vpc()
    assert not hasattr(client, "modify_security_group_policies")
    assert "describe_security_groups" in dir(client)
    with pytest.raises(UnknownServiceError):
        session(CannedConnection()).client("vcp")


def test_a_client_can_be_copied() -> None:
    connection = CannedConnection({"RequestId": "req-1"})
    assert copy.copy(session(connection).client("vpc")).describe_vpcs() == {"RequestId": "req-1"}


def test_a_hook_sees_every_attempt_as_it_is_sent_and_cannot_change_it() -> None:
    connection = CannedConnection(throttled(), throttled(), {"RequestId": "req-1"})
    seen: list[Call] = []

    def meddle(call: Call) -> None:
        dict.clear(call.params["SecurityGroupPolicySet"])  # type: ignore[arg-type]

    client = session(connection, before_call=[meddle, seen.append]).client("vpc")
    client.create_security_group_policies(**WRITE)
    expected = Call("vpc", "CreateSecurityGroupPolicies", "ap-guangzhou", WRITE)
    assert seen == [expected] * 3
    assert [params for _, params, _, _ in connection.sent] == [WRITE] * 3


def test_what_the_caller_changes_during_the_call_is_not_sent() -> None:
    rows = [dict(ROW)]
    connection = CannedConnection(throttled(), {"RequestId": "req-1"})
    client = session(connection, after_call=[lambda *_: rows.clear()]).client("vpc")
    client.create_security_group_policies(SecurityGroupId="sg-1", SecurityGroupPolicySet={"Ingress": rows})
    assert rows == []
    assert connection.sent[1][1] == {"SecurityGroupId": "sg-1", "SecurityGroupPolicySet": {"Ingress": [ROW]}}


def test_a_hook_that_raises_refuses_the_call() -> None:
    class RefusedError(Exception):
        pass

    def refuse(_: Call) -> None:
        raise RefusedError

    connection = CannedConnection()
    heard: list[object] = []
    client = session(connection, before_call=[refuse], after_call=[lambda *_: heard.append(1)]).client("vpc")
    with pytest.raises(RefusedError):
        client.create_security_group_policies(**WRITE)
    assert connection.sent == heard == []


def test_a_hook_may_refuse_the_second_attempt() -> None:
    connection = CannedConnection(throttled(), {"RequestId": "never"})
    budget = iter([True])

    def spend(_: Call) -> None:
        if not next(budget, False):
            raise PermissionError

    with pytest.raises(PermissionError):
        session(connection, before_call=[spend]).client("vpc").create_security_group_policies(**WRITE)
    assert len(connection.sent) == 1


def test_after_call_hears_of_every_attempt() -> None:
    lost = TransportError("DescribeVpcs", "lost", sent=None)
    connection = CannedConnection(throttled(), lost, {"RequestId": "req-1"})
    heard: list[tuple[str, Outcome]] = []
    after = [lambda call, outcome: heard.append((call.action, outcome))]
    session(connection, after_call=after, clock=ticking(0.5)).client("vpc").describe_vpcs()
    assert heard == [
        ("DescribeVpcs", Outcome("RequestLimitExceeded", "req-0", 0.5)),
        ("DescribeVpcs", Outcome("TransportError", "", 0.5)),
        ("DescribeVpcs", Outcome(None, "req-1", 0.5)),
    ]


def test_credentials_are_asked_for_on_every_attempt() -> None:
    keys = [Credentials(f"AKID{number}", "k") for number in range(3)]
    given = iter(keys)
    connection = CannedConnection(throttled(), {"RequestId": "1"}, {"RequestId": "2"})
    client = session(connection, credentials=lambda: next(given)).client("vpc")
    client.describe_vpcs()
    client.describe_vpcs()
    assert [credentials for _, _, credentials, _ in connection.sent] == keys


def test_without_credentials_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TENCENTCLOUD_SECRETID", "TENCENTCLOUD_SECRET_ID"):
        monkeypatch.delenv(name, raising=False)
    connection = CannedConnection()
    with pytest.raises(CredentialsError):
        session(connection, credentials=None).client("vpc").describe_vpcs()
    assert connection.sent == []


@pytest.mark.parametrize(("left", "timeouts"), [(60.0, (3.0, 10.0)), (5.5, (3.0, 5.0)), (1.5, (1.0, 1.0))])
def test_timeouts_shrink_with_the_deadline(left: float, timeouts: tuple[float, float]) -> None:
    connection = CannedConnection({"RequestId": "1"})
    deadline = Deadline.after(left, clock=lambda: 100.0)
    session(connection, deadline=deadline, reserve=0.5).client("vpc").describe_vpcs()
    assert connection.sent[0][3] == timeouts


@pytest.mark.parametrize("left", [0.5, 0.2, -1.0])
def test_no_time_left_means_nothing_is_sent(left: float) -> None:
    connection = CannedConnection()
    bounded = session(connection, reserve=0.5).until(Deadline(at=left, clock=lambda: 0.0))
    with pytest.raises(DeadlineError, match=r"DescribeVpcs was not sent: .* 0\.5 s kept in reserve"):
        bounded.client("vpc").describe_vpcs()
    assert connection.sent == []


def test_retries_end_before_the_reserve() -> None:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    connection = CannedConnection(*[throttled()] * 4)
    bounded = session(
        connection,
        retry=Retry(sleep=sleep, random=lambda: 1.0),
        deadline=Deadline(at=1.0, clock=lambda: now[0]),
        reserve=0.5,
    )
    with pytest.raises(ApiError.RequestLimitExceeded):
        bounded.client("vpc").describe_vpcs()
    assert len(connection.sent) == 2
    assert now == [0.2]


def test_a_derived_session_shares_connections() -> None:
    base = Session(KEYS, region="ap-guangzhou")
    assert base.until(Deadline.after(1)).client("vpc")._connection is base.client("vpc")._connection
    assert base.client("vpc", region="ap-beijing")._connection is not base.client("vpc")._connection
    assert base.client("cvm")._connection is not base.client("vpc")._connection
    assert Session(KEYS, region="ap-guangzhou").connections == {}


def test_the_region_is_named_by_the_client_the_session_or_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(SettingError, match="no region for vpc"):
        Session(KEYS).client("vpc")
    monkeypatch.setenv("TENCENTCLOUD_REGION", "ap-env")
    assert Session(KEYS).client("vpc")._region == "ap-env"
    assert Session(KEYS, region="ap-session").client("vpc")._region == "ap-session"
    assert Session(KEYS, region="ap-session").client("vpc", region="ap-client")._region == "ap-client"


def test_the_endpoint_is_named_by_the_session_or_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENCENTCLOUD_ENDPOINT", "127.0.0.1:8801")
    with pytest.raises(SettingError, match="no scheme"):
        Session(KEYS, region="ap-guangzhou").client("vpc")
    monkeypatch.setenv("TENCENTCLOUD_ENDPOINT", "http://127.0.0.1:8801")
    assert Session(KEYS, region="r").client("vpc")._connection._host == "127.0.0.1:8801"
    assert Session(KEYS, region="r", endpoint="http://[::1]:1").client("vpc")._connection._host == "[::1]:1"


@pytest.mark.parametrize(
    ("service", "method", "member", "window"),
    [
        ("vpc", "describe_vpcs", "VpcSet", {"Offset": "0", "Limit": "100"}),
        ("tke", "describe_clusters", "Clusters", {"Offset": 0, "Limit": 100}),
    ],
)
def test_paginate_asks_in_the_type_that_the_action_takes(
    service: str, method: str, member: str, window: dict[str, object]
) -> None:
    connection = CannedConnection({"TotalCount": 1, member: [{"Id": "a"}], "RequestId": "r"})
    found = list(session(connection, service).client(service).paginate(method, Filters=[]))
    assert found == [{"Id": "a"}]
    assert connection.sent[0][1] == {"Filters": [], **window}


@pytest.mark.parametrize(
    ("method", "parameters", "problem"),
    [
        ("describe_security_group_policies", {}, "it lists nothing page by page"),
        ("describe_vpcs", {"Limit": "1", "Offset": "0"}, "Limit is set by paginate"),
    ],
)
def test_paginate_refuses_at_once(method: str, parameters: dict[str, object], problem: str) -> None:
    with pytest.raises(ParameterError, match=problem):
        session(CannedConnection()).client("vpc").paginate(method, **parameters)


def test_exceptions_are_reached_through_the_client() -> None:
    refused = api_error("UnsupportedOperation.VersionMismatch")("U.V", "moved", "req-1", "X")
    client = session(CannedConnection(refused)).client("vpc")
    with pytest.raises(client.exceptions.UnsupportedOperation.VersionMismatch):
        client.replace_security_group_policy(**WRITE)


def test_a_session_shows_no_secret() -> None:
    assert "the-key" not in repr(Session(KEYS))
