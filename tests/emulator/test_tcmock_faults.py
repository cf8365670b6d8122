"""Things that go wrong on request."""

from __future__ import annotations

import http.client
import re
import threading
import time
from typing import Any

import pytest
import requests
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from tcmock import Cloud, Request, ThreadedServer
from tcmock.faults import (
    ErrorCode,
    HttpStatus,
    InsertRow,
    Latency,
    OtherCall,
    OtherWriterError,
    PartialPage,
    Stale,
)

GROUP = "sg-00000001"
ACTION = "CreateSecurityGroupPolicies"


@pytest.fixture(autouse=True)
def _group(region: Any) -> None:
    region.add_security_group(SecurityGroupId=GROUP)


def params(port: str, version: str = "") -> dict[str, Any]:
    """One row more."""
    row = {"Protocol": "TCP", "Port": port, "CidrBlock": "10.0.0.0/8", "Action": "ACCEPT"}
    return {"SecurityGroupId": GROUP, "SecurityGroupPolicySet": {"Ingress": [row], "Version": version}}


def test_an_error_code_instead_of_the_call(api: Any, cloud: Any) -> None:
    """For as many calls as asked, and nothing is executed."""
    cloud.faults.add(ACTION, "RequestLimitExceeded", calls=2)
    assert api.error("vpc", ACTION, **params("1")) == "RequestLimitExceeded"
    assert api.error("vpc", ACTION, **params("1")) == "RequestLimitExceeded"
    assert api.version(GROUP) == "0"
    api("vpc", ACTION, **params("1"))
    assert api.version(GROUP) == "1"
    assert [call.code for call in cloud.calls if call.action == ACTION] == ["RequestLimitExceeded"] * 2 + [""]


def test_other_actions_are_left_alone(local: Any, cloud: Any) -> None:
    """And a call that the gateway refuses spends no fault."""
    cloud.faults.add(ACTION, "InternalError")
    local.raw("vpc", "DescribeSecurityGroups")
    assert local.error("vpc", ACTION, SecurityGroupId=GROUP) == "MissingParameter"
    assert local.error("vpc", ACTION, **params("1")) == "InternalError"


def test_somebody_else_writes_first(api: Any, cloud: Any) -> None:
    """A callable runs just before the action, and may be a client itself."""
    api("vpc", ACTION, **params("0"))
    cloud.faults.add(ACTION, lambda: api("vpc", ACTION, **params("9")))
    mine = params("1", version=api.version(GROUP))
    assert api.error("vpc", ACTION, **mine) == "UnsupportedOperation.VersionMismatch"
    assert [row["Port"] for row in api.rows(GROUP)] == ["0", "9"]


def test_a_lost_answer(api: Any, cloud: Any) -> None:
    """The call is executed and recorded, and the client hears nothing."""
    cloud.faults.add(ACTION, "lost-answer")
    assert api.silence("vpc", ACTION, **params("1")) == "ClientNetworkError"
    assert api.version(GROUP) == "1"
    assert len(cloud.audit.records) == 1
    api("vpc", ACTION, **params("2"))
    assert api.version(GROUP) == "2"


def test_faults_come_in_the_order_given(local: Any, cloud: Any) -> None:
    """First in, first out."""
    cloud.faults.add(ACTION, "InternalError")
    cloud.faults.add(ACTION, "UnsupportedOperation.LockedResources")
    found = [local.error("vpc", ACTION, **params("1")) for _ in range(2)]
    assert found == ["InternalError", "UnsupportedOperation.LockedResources"]


@pytest.mark.parametrize(
    ("effect", "code", "message"),
    [
        ("throttle", "RequestLimitExceeded", "CreateSecurityGroupPolicies"),
        ("unauthorized", "UnauthorizedOperation", "operation (vpc:CreateSecurityGroupPolicies)\n"),
        (ErrorCode("ResourceNotFound", "gone"), "ResourceNotFound", "gone"),
        (HttpStatus(503), "ServerNetworkError", "503"),
        (HttpStatus(509), "ServerNetworkError", "509"),
        ("reset", "ClientNetworkError", ""),
    ],
)
def test_answers_that_are_none(everywhere: Any, cloud: Cloud, effect: Any, code: str, message: str) -> None:
    """As the vendor's SDK tells them; nothing is executed, and the log says what came instead."""
    cloud.faults.add(ACTION, effect)
    with pytest.raises(TencentCloudSDKException) as caught:
        everywhere.raw("vpc", ACTION, **params("1"))
    assert caught.value.get_code() == code
    assert message in str(caught.value)
    assert everywhere.version(GROUP) == "0"
    assert cloud.audit.records == []
    (name,) = cloud.faults.fired
    assert cloud.faults.fired[name] == 1
    assert cloud.calls[0].code in (name, code)


def test_a_reset_is_told_from_an_end(cloud: Cloud, sign: Any) -> None:
    """One tears the connection down, the other closes it after the write."""
    with ThreadedServer(cloud) as server:
        host = server.endpoint.removeprefix("http://")
        request = sign(ACTION, params("1"), host=host)
        reasons = []
        for effect in ("reset", "lost-answer"):
            cloud.faults.add(ACTION, effect)
            with pytest.raises(requests.ConnectionError) as caught:
                requests.post(server.endpoint, data=request.body, headers=dict(request.headers), timeout=5)
            reasons.append(type(caught.value.args[0].args[1]))
    assert reasons == [ConnectionResetError, http.client.RemoteDisconnected]
    assert [record["eventName"] for record in cloud.audit.records] == [ACTION]


def test_latency_holds_up_one_call_and_no_other(api: Any, cloud: Cloud, sign: Any) -> None:
    """It waits outside of the lock."""
    cloud.faults.add("DescribeVpcs", Latency(0.3))
    began = time.monotonic()
    slow = threading.Thread(target=cloud.handle, args=(sign("DescribeVpcs"),))
    slow.start()
    while not cloud.faults.fired:
        time.sleep(0.001)
    api.raw("vpc", "DescribeSubnets")
    others = time.monotonic() - began
    slow.join()
    assert others < 0.25
    assert time.monotonic() - began >= 0.3


def test_a_client_gives_up_on_a_slow_answer(everywhere: Any, cloud: Cloud) -> None:
    """The call is executed all the same."""
    cloud.faults.add(ACTION, Latency(0.4))
    everywhere.http.reqTimeout = (5, 0.1)
    with pytest.raises(TencentCloudSDKException) as caught:
        everywhere.raw("vpc", ACTION, **params("1"))
    assert caught.value.get_code() == "ClientNetworkError"
    everywhere.http.reqTimeout = 5
    while everywhere.version(GROUP) == "0":
        time.sleep(0.01)


def test_latency_comes_on_top_of_another_fault(local: Any, cloud: Cloud) -> None:
    """They are of different sorts."""
    cloud.clock.freeze()
    began = cloud.clock.now()
    cloud.faults.add("*", Latency(2.0), calls=None)
    cloud.faults.add(ACTION, "InternalError")
    assert local.error("vpc", ACTION, **params("1")) == "InternalError"
    assert cloud.clock.now() == began + 2.0
    assert cloud.faults.fired == {"latency": 1, "InternalError": 1}


def test_a_read_before_the_last_writes(api: Any, cloud: Cloud) -> None:
    """For as many writes as asked, or the oldest state that was kept; then the present again."""
    cloud.faults.add("DescribeSecurityGroupPolicies", Stale(writes=2))
    cloud.faults.add("DescribeSecurityGroupPolicies", Stale(writes=1))
    for port in ("1", "2", "3"):
        api("vpc", ACTION, **params(port))
    assert [[row["Port"] for row in api.rows(GROUP)] for _ in range(3)] == [
        ["1"],
        ["1", "2"],
        ["1", "2", "3"],
    ]
    assert cloud.faults.fired == {"stale": 2}


def test_a_group_that_was_just_made_is_not_there_yet(local: Any, cloud: Cloud) -> None:
    """A stale read may fail."""
    cloud.faults.add("DescribeSecurityGroupPolicies", "stale")
    group = local("vpc", "CreateSecurityGroup", GroupName="x", GroupDescription="y")["SecurityGroup"]
    read = {"SecurityGroupId": group["SecurityGroupId"]}
    assert local.error("vpc", "DescribeSecurityGroupPolicies", **read) == "ResourceNotFound"
    local.raw("vpc", "DescribeSecurityGroupPolicies", **read)
    assert cloud.faults.fired == {"stale": 1}


def test_a_stale_read_without_a_write_is_none(local: Any, cloud: Cloud) -> None:
    """The fault is not spent: not by earlier or failed writes, nor by a state that was loaded."""
    local("vpc", ACTION, **params("0"))
    cloud.faults.add("*", "stale", calls=None)
    local.error("vpc", "DeleteSecurityGroup", SecurityGroupId="sg-99999999")
    assert local.version(GROUP) == "1"
    local("vpc", ACTION, **params("1"))
    cloud.load(cloud.dump())
    assert local.version(GROUP) == "2"
    assert cloud.faults.fired == {}
    local("vpc", ACTION, **params("2"))
    assert local.version(GROUP) == "2"
    assert cloud.faults.fired == {"stale": 1}


def test_what_concerns_reads_does_not_count_writes(local: Any, cloud: Cloud) -> None:
    """Nor does it stand in the way of what would hit one."""
    fault = cloud.faults.add("*", Stale(), at=2)
    cloud.faults.add("*", "throttle", calls=1)
    assert local.error("vpc", ACTION, **params("1")) == "RequestLimitExceeded"
    local("vpc", ACTION, **params("1"))
    assert fault.seen == 0
    assert [local.version(GROUP) for _ in range(3)] == ["1", "0", "1"]


def test_a_page_that_ends_early(api: Any, cloud: Cloud, region: Any) -> None:
    """Although the count says more; it is not spent on what is short already."""
    cloud.faults.add("*", PartialPage(keep=2), calls=1)
    assert api.version(GROUP) == "0"
    region.add_security_group()
    assert api.raw("vpc", "DescribeSecurityGroups")["TotalCount"] == 2
    assert cloud.faults.fired == {}
    region.add_security_group()
    page = api.raw("vpc", "DescribeSecurityGroups")
    assert (len(page["SecurityGroupSet"]), page["TotalCount"]) == (2, 3)
    assert len(api.raw("vpc", "DescribeSecurityGroups")["SecurityGroupSet"]) == 3
    assert cloud.faults.fired == {"partial-page": 1}


def test_another_writer_inserts_a_row(api: Any, cloud: Cloud) -> None:
    """In the group that the call names; it leaves its own record, and no fault hits it."""
    heard: list[object] = []
    cloud.subscribe(heard.append)
    api("vpc", ACTION, **params("1"))
    cloud.faults.add("*", "audit-lost", calls=None)
    row = {"Protocol": "TCP", "Port": "9", "CidrBlock": "10.0.0.0/8", "Action": "DROP"}
    cloud.faults.add("*", InsertRow(row, "Ingress"), calls=None)
    mine = params("2", version="1")
    assert api.error("vpc", ACTION, **mine) == "UnsupportedOperation.VersionMismatch"
    cloud.faults.clear()
    assert [entry["Port"] for entry in api.rows(GROUP)] == ["9", "1"]
    assert [record["eventName"] for record in cloud.audit.records] == [ACTION, ACTION]
    assert heard == cloud.audit.records


def test_another_writer_changes_nothing_but_the_version(local: Any, cloud: Cloud) -> None:
    """Two writes, and the rows are as before."""
    local("vpc", ACTION, **params("1"))
    cloud.faults.add(ACTION, "bump-version")
    assert local.error("vpc", ACTION, **params("2", version="1")) == "UnsupportedOperation.VersionMismatch"
    assert ([row["Port"] for row in local.rows(GROUP)], local.version(GROUP)) == (["1"], "3")


def test_another_writer_calls_anything(local: Any, cloud: Cloud) -> None:
    """Before a read too, on a clock of its own, in another region."""
    cloud.clock.set(1_900_000_000.0)
    other = OtherCall("CreateSecurityGroup", {"GroupName": "x", "GroupDescription": "y"}, region="ap-tokyo")
    cloud.faults.add("DescribeVpcs", other)
    local.raw("vpc", "DescribeVpcs")
    assert [(call.action, call.region) for call in cloud.calls] == [
        ("CreateSecurityGroup", "ap-tokyo"),
        ("DescribeVpcs", "ap-guangzhou"),
    ]


def test_another_writer_that_is_refused_is_loud(cloud: Cloud, sign: Any) -> None:
    """A race that does not happen would prove nothing."""
    cloud.faults.add("DescribeVpcs", "bump-version")
    with pytest.raises(OtherWriterError, match="CreateSecurityGroupPolicies before DescribeVpcs was refused"):
        cloud.handle(sign("DescribeVpcs"))
    assert cloud.handle(sign("DescribeVpcs")).status == 200


def test_the_nth_call(local: Any, cloud: Cloud) -> None:
    """Counted from the adding, over calls of that action only."""
    cloud.faults.add("DescribeVpcs", "InternalError", at=2, calls=2)
    local.raw("vpc", "DescribeSubnets")
    for _ in range(5):
        cloud.faults.add("DescribeSubnets", "throttle", at=9)  # others do not disturb
    codes = []
    for _ in range(5):
        try:
            local.raw("vpc", "DescribeVpcs")
            codes.append("")
        except TencentCloudSDKException as error:
            codes.append(error.get_code())
    assert codes == ["", "InternalError", "InternalError", "", ""]


def chances(request: Request, seed: int, *, reseed: int | None = None) -> list[str]:
    """How sixty calls end, each with a fault by the toss of a coin."""
    cloud = Cloud(seed=seed)
    if reseed is not None:
        cloud.seed(reseed)
    cloud.faults.add("*", "InternalError", probability=0.5, calls=None)
    for _ in range(60):
        cloud.handle(request)
    assert cloud.faults.fired["InternalError"] == [call.code for call in cloud.calls].count("InternalError")
    return [call.code for call in cloud.calls]


def test_chance_repeats_with_the_seed(sign: Any) -> None:
    """And differs between seeds."""
    request = sign("DescribeVpcs")
    first = chances(request, 1)
    assert 15 < first.count("InternalError") < 45
    assert first == chances(request, 1) == chances(request, 2, reseed=1)
    assert first != chances(request, 2)


def test_what_is_pending_and_what_is_spent(local: Any, cloud: Cloud) -> None:
    """Spent faults are gone, their counts stay until all is cleared."""
    spent = cloud.faults.add("DescribeVpcs", "InternalError")
    cloud.faults.add("DescribeVpcs", "throttle", at=7)
    local.error("vpc", "DescribeVpcs")
    assert spent.spent
    assert [(fault.effect.name, fault.seen) for fault in cloud.faults.pending()] == [("throttle", 1)]
    cloud.faults.clear()
    assert (cloud.faults.pending(), cloud.faults.fired) == ([], {})


@pytest.mark.parametrize(
    ("action", "effect", "more", "message"),
    [
        ("CreateSecurityGroupPolicy", "InternalError", {}, "`CreateSecurityGroupPolicy` is not emulated"),
        ("DescribeVpcs", "lost-anwser", {}, "`lost-anwser` is no effect"),
        ("DescribeVpcs", "latency", {}, "required field `seconds`"),
        ("DescribeVpcs", Latency(-1.0), {}, ">= 0"),
        ("DescribeVpcs", HttpStatus(200), {}, ">= 500"),
        (ACTION, "stale", {}, f"`{ACTION}` is a write: `stale` would never happen to it"),
        ("DescribeVpcs", "audit-lost", {}, "is a read and leaves no event: `audit-lost` would never happen"),
        ("DescribeVpcs", "throttle", {"at": 0}, "count from 1"),
        ("DescribeVpcs", "throttle", {"calls": 0}, "count from 1"),
        ("DescribeVpcs", "throttle", {"probability": 0.0}, "above 0"),
    ],
)
def test_a_fault_that_could_never_happen_is_refused(
    cloud: Cloud, action: str, effect: Any, more: dict[str, Any], message: str
) -> None:
    """A misspelt one would make a test pass for nothing."""
    with pytest.raises(ValueError, match=re.escape(message)):
        cloud.faults.add(action, effect, **more)
    assert cloud.faults.pending() == []


def test_an_effect_is_a_value(cloud: Cloud) -> None:
    """Its class would be taken for something to run, and do nothing."""
    with pytest.raises(TypeError, match=re.escape("Write `Stale(…)`")):
        cloud.faults.add("DescribeVpcs", Stale)
