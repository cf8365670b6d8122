"""The control API, as a test in another process uses it, and who may not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from tcmock import Cloud, Request, ThreadedProxy, ThreadedServer
from tcmock.control import control
from tcmock.recorder import read_recording

Ask = Callable[..., Any]
GROUP = {"SecurityGroupId": "sg-00000001"}
NEW = ("CreateSecurityGroup", {"GroupName": "x", "GroupDescription": "y"})


@pytest.fixture(params=[ThreadedServer, ThreadedProxy])
def endpoint(request: pytest.FixtureRequest, cloud: Cloud) -> Iterator[str]:
    """Both faces serve it."""
    with request.param(cloud) as face:
        yield face.endpoint


@pytest.fixture
def ask(endpoint: str) -> Ask:
    """Sends a request to the control API; the answer's JSON, of a status that must be right."""

    def send(method: str, path: str, body: Any = None, *, status: int = 200, **headers: str) -> Any:
        url = f"{endpoint}/_tcmock/{path}"
        answer = requests.request(method, url, json=body, headers=headers, timeout=5)
        assert answer.status_code == status, answer.text
        return answer.json()

    return send


def call(cloud: Cloud, sign: Any, action: str, params: Any = None) -> Any:
    """The answer to a call."""
    return json.loads(cloud.handle(sign(action, params)).body)["Response"]


def test_health(ask: Ask) -> None:
    """What a script polls until it is there."""
    assert ask("GET", "health") == {"status": "ok", "calls": 0}


def test_state_out_and_in(ask: Ask, cloud: Cloud, region: Any) -> None:
    """A document that is wrong changes nothing and is told by its place."""
    region.add_security_group(**GROUP)
    document = ask("GET", "state")
    assert document == cloud.dump()
    assert ask("POST", "reset") == {}
    assert cloud.account("100000000001").regions == {}
    assert ask("PUT", "state", document) == {}
    assert cloud.dump() == document
    later = {**document, "schema": "tcmock/state/v2"}
    assert ask("PUT", "state", later, status=400) == {
        "error": "schema: is `tcmock/state/v2`; this version reads tcmock/state/v1",
        "path": "schema",
    }
    assert cloud.dump() == document


def test_reset_makes_everything_new(ask: Ask, cloud: Cloud, sign: Any) -> None:
    """State, faults, counts, clock, ids, calls, records and recording."""
    cloud.clock.set(1_900_000_000.0)
    cloud.recorder.start()
    cloud.faults.add("DescribeVpcs", "throttle", calls=2)
    made = call(cloud, sign, *NEW)["SecurityGroup"]
    call(cloud, sign, "DescribeVpcs")
    ask("POST", "reset")
    assert (cloud.calls, cloud.audit.records, cloud.recorder.text()) == ([], [], b"")
    assert (cloud.faults.pending(), cloud.faults.fired, cloud.clock.virtual) == ([], {}, False)
    assert cloud.dump()["accounts"].keys() == {"100000000001"}
    assert call(cloud, sign, *NEW)["SecurityGroup"]["SecurityGroupId"] == made["SecurityGroupId"]


def test_reset_returns_to_the_state_of_the_start() -> None:
    """Its keys were handed out."""
    document = {"schema": "tcmock/state/v1", "accounts": {"100000000002": {}}}
    cloud = Cloud(state=document)
    key = cloud.credentials
    cloud.load({"schema": "tcmock/state/v1", "accounts": {"100000000003": {}}})
    cloud.reset()
    assert cloud.credentials == key


def test_seed(ask: Ask, cloud: Cloud, sign: Any) -> None:
    """Ids repeat."""
    answers = []
    for _ in range(2):
        ask("POST", "seed", {"seed": 5})
        answers.append(cloud.handle(sign("DescribeVpcs")).body)
    assert answers[0] == answers[1]


def test_clock(ask: Ask, cloud: Cloud) -> None:
    """Read, set, freeze, advance, run."""
    assert ask("GET", "clock")["virtual"] is False
    ask("POST", "clock/freeze")
    ask("POST", "clock/set", {"seconds": 1_900_000_000})
    ask("POST", "clock/advance", {"seconds": 0.5})
    assert ask("GET", "clock") == {"now": 1_900_000_000.5, "frozen": True, "virtual": True}
    ask("POST", "clock/run")
    assert not cloud.clock.frozen
    assert "cannot advance" in ask("POST", "clock/advance", {"seconds": -1}, status=400)["error"]


def test_calls_and_records(ask: Ask, cloud: Cloud, sign: Any) -> None:
    """What happened."""
    call(cloud, sign, *NEW)
    (logged,) = ask("GET", "calls")
    assert logged == {
        "service": "vpc",
        "action": "CreateSecurityGroup",
        "region": "ap-guangzhou",
        "params": NEW[1],
        "code": "",
        "request_id": cloud.calls[0].request_id,
    }
    assert ask("GET", "audit") == cloud.audit.records


def test_faults(ask: Ask, cloud: Cloud, sign: Any) -> None:
    """Added by kind, by error code or in full; listed, counted, cleared."""
    added = ask(
        "POST", "faults", {"action": "DescribeVpcs", "effect": {"kind": "http-status", "status": 503}}
    )
    assert added["effect"] == {"kind": "http-status", "status": 503}
    ask("POST", "faults", {"action": "DescribeVpcs", "effect": "throttle", "at": 2, "calls": None})
    ask("POST", "faults", {"action": "*", "effect": "InternalError", "probability": 0.5})
    assert cloud.handle(sign("DescribeVpcs")).status == 503
    assert call(cloud, sign, "DescribeVpcs")["Error"]["Code"] == "RequestLimitExceeded"
    cloud.faults.add("DescribeSubnets", test_health)  # type: ignore[arg-type]
    listed = ask("GET", "faults")
    assert [(fault["effect"]["kind"], fault["seen"]) for fault in listed["pending"]] == [
        ("throttle", 2),
        ("error", 2),
        ("run", 0),
    ]
    assert listed["pending"][2]["effect"]["callback"] == "test_health"
    assert listed["fired"] == {"http-status": 1, "throttle": 1}
    ask("DELETE", "faults")
    assert ask("GET", "faults") == {"pending": [], "fired": {}}


def test_waiting_records_are_delivered(ask: Ask, cloud: Cloud, sign: Any) -> None:
    """All of them, and how many there were."""
    heard: list[object] = []
    cloud.subscribe(heard.append)
    cloud.faults.add("*", "audit-reordered")
    call(cloud, sign, *NEW)
    assert ask("POST", "audit/deliver") == {"delivered": 1}
    assert heard == cloud.audit.records


def test_a_recording(ask: Ask, endpoint: str, cloud: Cloud, sign: Any) -> None:
    """Started, stopped, downloaded."""
    ask("POST", "recorder/start")
    call(cloud, sign, "DescribeVpcs")
    ask("POST", "recorder/stop")
    call(cloud, sign, "DescribeSubnets")
    answer = requests.get(f"{endpoint}/_tcmock/recorder", timeout=5)
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert [line.action for line in read_recording(answer.content.splitlines())] == ["DescribeVpcs"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("GET", "nonsense", None, 404, "There is no `/_tcmock/nonsense`. There are /_tcmock/health, "),
        ("GET", "reset", None, 405, "`/_tcmock/reset` takes POST, not GET"),
        ("PATCH", "faults", None, 405, "`/_tcmock/faults` takes GET and POST and DELETE, not PATCH"),
        ("POST", "seed", None, 400, "Input data was truncated"),
        ("PUT", "state", b'{"schema":' + b"[" * 100_000, 400, "nested too deeply"),
        ("POST", "seed", b"\xff", 400, ""),
        ("POST", "seed", b'{"seed": "five"}', 400, "Expected `int`, got `str` - at `$.seed`"),
        ("POST", "seed", b'{"sead": 5}', 400, "`sead`"),
        ("POST", "clock/set", b'{"seconds": 1e300}', 400, "no time between 1970 and 9999"),
        ("POST", "faults", b'{"action": "Nothing", "effect": "throttle"}', 400, "`Nothing` is not emulated"),
        ("POST", "faults", b'{"action": "*", "effect": {"kind": "flood"}}', 400, "Invalid value 'flood'"),
        ("POST", "faults", b'{"action": "*", "effect": {"kind": "latency"}}', 400, "`seconds`"),
        ("PUT", "state", b"[]", 400, "Expected `object`"),
        ("PUT", "state", b'{"schema": "tcmock/state/v1", "accounts": {}}', 400, "accounts: is empty"),
    ],
)
def test_each_mistake_is_named(
    cloud: Cloud, method: str, path: str, body: bytes | None, status: int, message: str
) -> None:
    """With a status that is not 200, and in JSON."""
    response = control(cloud, Request(method, f"/_tcmock/{path}", "", {"Host": "localhost"}, body or b""))
    assert response.status == status
    assert response.headers["Content-Type"] == "application/json"
    assert message in json.loads(response.body)["error"]


@pytest.mark.parametrize(
    ("headers", "address", "status"),
    [
        ({"Host": "127.0.0.1:8801"}, "127.0.0.1", 200),
        ({"Host": "localhost:8801"}, "127.0.0.1", 200),
        ({"Host": "[::1]:8801"}, "::1", 200),
        ({"Host": "127.0.0.1", "Origin": "http://localhost:3000"}, "127.0.0.1", 200),
        ({"Host": "rebound.example.org:8801"}, "127.0.0.1", 403),
        ({"Host": "127.0.0.1.example.org"}, "127.0.0.1", 403),
        ({"Host": "vpc.tencentcloudapi.com"}, "127.0.0.1", 403),
        ({"Host": "10.0.0.5:8801"}, "127.0.0.1", 403),
        ({"Host": "[::1"}, "127.0.0.1", 403),
        ({}, "127.0.0.1", 403),
        ({"Host": "127.0.0.1"}, "10.0.0.7", 403),
        ({"Host": "127.0.0.1", "Origin": "https://example.org"}, "127.0.0.1", 403),
        ({"Host": "127.0.0.1", "Origin": "null"}, "127.0.0.1", 403),
    ],
)
def test_who_may_control(cloud: Cloud, headers: dict[str, str], address: str, status: int) -> None:
    """This machine under a name of its own; no page that a browser shows."""
    region = cloud.account("100000000001").region("ap-guangzhou")
    region.add_security_group(**GROUP)
    response = control(cloud, Request("POST", "/_tcmock/reset", "", headers, b"", address))
    assert response.status == status
    assert (cloud.account("100000000001").regions == {}) is (status == 200)
    assert (b"DNS rebinding" in response.body) is (status == 403)


@pytest.mark.parametrize("path", ["/_tcmock/reset", "/_tcmock", "/_tcmock/../reset"])
def test_a_signed_call_does_not_reach_it(cloud: Cloud, sign: Any, endpoint: str, path: str) -> None:
    """On a host of Tencent Cloud it is a path like any other that is not /."""
    call(cloud, sign, "DescribeVpcs")
    good = sign("DescribeVpcs")
    answer = requests.post(endpoint + path, data=good.body, headers=dict(good.headers), timeout=5)
    assert answer.json()["Response"]["Error"]["Code"] == "InvalidRequest"
    assert [logged.code for logged in cloud.calls] == ["", "InvalidRequest"]


def test_what_goes_on_behind_the_calls(cloud: Cloud, ask: Ask) -> None:
    """Runs, deliveries and dead letters, once nothing runs any more."""
    code = {"ZipFile": "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="}
    queue = {"Type": "CMQ-QUEUE", "Name": "lost"}
    region = cloud.account("100000000001").region("ap-guangzhou")
    region.add("functions", FunctionName="empty", Code=code, RetryNum=0, DeadLetterConfig=queue)
    target = "qcs::scf:ap-guangzhou:uin/100000000001:namespace/default/function/empty/$LATEST"
    rule = {"RuleName": "all", "EventPattern": {}, "Targets": [{"ResourceDescription": target}]}
    bus = region.add("event_buses", Rules=[rule])
    cloud._backstage.route("100000000001", "ap-guangzhou", bus, {"id": "1"})
    assert ask("POST", "settle", {"seconds": 20}) == {"settled": True}
    assert ask("GET", "runtimes")["Python3.10"] == cloud.python("Python3.10")
    (run,) = ask("GET", "runs")
    assert (run["function"], run["status"]) == ("empty", 437)
    (delivery,) = ask("GET", "deliveries")
    assert (delivery["outcome"], delivery["event_ids"]) == ("delivered", ["1"])
    (letter,) = ask("GET", "dead-letters")
    assert (letter["queue"], letter["body"]["ErrorCode"]) == ("lost", 437)
    cloud.close()
