"""Functions of the emulated SCF really run: zip in, process out, with SCF's limits and environment."""

from __future__ import annotations

import base64
import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tcmock import Cloud
from tcmock.faults import FunctionCrash
from tcmock.operation import Operation
from tcmock.scf.executor import installed_executor
from tcmock.scf.state import Run, ScfState

ACCOUNT, REGION = "100000000001", "ap-guangzhou"
VERSIONS = {"scf": "2018-04-16", "eb": "2021-04-16", "vpc": "2017-03-12", "cam": "2019-01-16"}
Call = Callable[..., dict[str, Any]]


def zipped(source: str, name: str = "index.py") -> str:
    """A function's code as calls carry it."""
    text = io.BytesIO()
    with zipfile.ZipFile(text, "w") as archive:
        archive.writestr(name, source)
    return base64.b64encode(text.getvalue()).decode()


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """Its clock stands still."""
    with Cloud(seed=1) as cloud:
        cloud.clock.freeze()
        yield cloud


@pytest.fixture
def call(cloud: Cloud) -> Call:
    """A call of the account's own; gives the answer or the error."""

    def call(service: str, action: str, **params: Any) -> dict[str, Any]:
        operation = Operation(
            service=service, version=VERSIONS[service], action=action, region=REGION, params=params
        )
        response = cloud.handle(operation.signed(cloud.credentials, now=cloud.clock.now()))
        return dict(json.loads(response.body)["Response"])

    return call


@pytest.fixture
def make(cloud: Cloud) -> Callable[..., None]:
    """A function out of its source."""

    def make(source: str, name: str = "guard", **more: Any) -> None:
        region = cloud.account(ACCOUNT).region(REGION)
        region.add("functions", FunctionName=name, Code={"ZipFile": zipped(source)}, **more)

    return make


def invoke(call: Call, event: Any = None, **more: Any) -> dict[str, Any]:
    """What a synchronous invocation answers."""
    answer = call("scf", "Invoke", FunctionName="guard", ClientContext=json.dumps(event), **more)
    return dict(answer["Result"])


def runs(cloud: Cloud) -> list[Run]:
    """All that have ended once nothing runs any more."""
    assert cloud.settle(60)
    return list(cloud.account(ACCOUNT).region(REGION)[ScfState].runs)


LOOK_AROUND = """
import os, sys
from pathlib import Path

def main_handler(event, context):
    print("looking around")
    try:
        Path("new.txt").write_text("x")
        written = "yes"
    except OSError as error:
        written = error.strerror
    names = ["TENCENTCLOUD_REGION", "TENCENTCLOUD_UIN", "TENCENTCLOUD_APPID", "SCF_FUNCTIONNAME",
             "SCF_FUNCTIONVERSION", "SCF_RUNTIME", "SCF_NAMESPACE", "MODE", "USER_CODE_ROOT"]
    return {"event": event, "written": written, "folder": str(Path(__file__).parent), "context": context,
            "python": sys.version.split()[0], "env": {name: os.environ.get(name) for name in names},
            "keys": [name for name in os.environ if name.startswith("TENCENTCLOUD_SE")]}
"""


def test_what_a_function_finds_around_it(cloud: Cloud, call: Call, make: Callable[..., None]) -> None:
    """Its event, a read-only folder like /var/user, SCF's environment; no keys without a role."""
    make(LOOK_AROUND, Environment={"MODE": "observe"}, Timeout=7)
    result = invoke(call, {"n": 1}, LogType="Tail")
    found = json.loads(result["RetMsg"])
    assert (result["InvokeResult"], result["ErrMsg"]) == (0, "")
    assert "looking around" in result["Log"]
    assert result["MemUsage"] > 1_000_000
    assert (found["event"], found["written"], found["keys"]) == ({"n": 1}, "Permission denied", [])
    assert found["folder"].endswith("/var/user")
    assert found["env"] == {
        "TENCENTCLOUD_REGION": REGION,
        "TENCENTCLOUD_UIN": ACCOUNT,
        "TENCENTCLOUD_APPID": "1250000001",
        "SCF_FUNCTIONNAME": "guard",
        "SCF_FUNCTIONVERSION": "$LATEST",
        "SCF_RUNTIME": "Python3.10",
        "SCF_NAMESPACE": "default",
        "MODE": "observe",
        "USER_CODE_ROOT": found["folder"] + "/",
    }
    assert found["context"]["request_id"] == result["FunctionRequestId"]
    assert found["context"]["time_limit_in_ms"] == 7000
    assert found["python"] == cloud.python("Python3.10")


COUNT = """
calls = 0

def main_handler(event, context):
    global calls
    calls += 1
    return calls
"""


def test_warm_and_cold_starts(cloud: Cloud, call: Call, make: Callable[..., None]) -> None:
    """An instance is used again until it is replaced, has been idle for long, or its code is another."""
    make(COUNT)
    assert [invoke(call)["RetMsg"] for _ in range(2)] == ["1", "2"]
    cloud.clock.advance(700)
    assert invoke(call)["RetMsg"] == "1"
    call("scf", "UpdateFunctionCode", FunctionName="guard", ZipFile=zipped(COUNT.replace("+= 1", "+= 10")))
    assert [invoke(call)["RetMsg"] for _ in range(2)] == ["10", "20"]
    assert [run.cold for run in runs(cloud)] == [True, False, True, True, False]
    logs = call("scf", "GetFunctionLogs", FunctionName="guard", Limit=1)
    assert (logs["TotalCount"], logs["Data"][0]["RetMsg"], logs["Data"][0]["RetCode"]) == (5, "1", 0)


def test_an_alias_chooses_the_version(cloud: Cloud, call: Call, make: Callable[..., None]) -> None:
    """InvokeFunction takes `$DEFAULT`, Invoke `$LATEST`."""
    old = {"Version": "1", "Code": {"ZipFile": zipped("def main_handler(e, c): return 'old'")}}
    aliases = [{"Name": "$DEFAULT", "FunctionVersion": "1"}]
    make("def main_handler(e, c): return 'new'", Versions=[old], Aliases=aliases)
    assert call("scf", "InvokeFunction", FunctionName="guard")["Result"]["RetMsg"] == '"old"'
    assert invoke(call)["RetMsg"] == '"new"'
    weights = [{"Version": "$LATEST", "Weight": 1}]
    routing = {"AdditionalVersionWeights": weights}
    call(
        "scf",
        "UpdateAlias",
        FunctionName="guard",
        Name="$DEFAULT",
        FunctionVersion="1",
        RoutingConfig=routing,
    )
    assert call("scf", "InvokeFunction", FunctionName="guard")["Result"]["RetMsg"] == '"new"'
    assert [run.version for run in runs(cloud)] == ["1", "$LATEST", "$LATEST"]


@pytest.mark.parametrize(
    ("source", "settings", "status", "error"),
    [
        ("def main_handler(e, c): raise ValueError('no')", {}, 430, "user code exception caught"),
        ("import nothing_like_that", {}, 430, "user code exception caught"),
        ("def other(e, c): pass", {}, 437, "HandlerNotFound"),
        ("def main_handler(e, c):\n  while True: pass", {"Timeout": 1}, 433, "timed out after 1 seconds"),
        (
            "def main_handler(e, c):\n  x = bytearray(200_000_000)\n  while True: pass",
            {"MemorySize": 64},
            434,
            "Memory limit of 64 MB",
        ),
        ("import os\ndef main_handler(e, c): os._exit(3)", {}, 439, "exit code 3"),
        ("def main_handler(e, c): pass", {"Role": "nobody"}, 441, "no role nobody"),
    ],
)
def test_how_functions_fail(
    cloud: Cloud, call: Call, make: Callable[..., None], source: str, settings: Any, status: int, error: str
) -> None:
    """With SCF's status; the call itself succeeds, and the next instance starts anew."""
    make(source, **settings)
    result = invoke(call)
    assert (result["InvokeResult"], json.loads(result["RetMsg"])["statusCode"]) == (-1, status)
    assert error in result["ErrMsg"]
    (run,) = runs(cloud)
    assert run.status == status
    assert call("scf", "GetFunctionLogs", Filter={"RetCode": "not0"})["TotalCount"] == 1


FAIL_ON_DEMAND = """
def main_handler(event, context):
    if event["fail"]:
        raise RuntimeError("not now")
    return "well"
"""


def test_events_are_tried_again_and_end_in_the_dead_letters(
    cloud: Cloud, call: Call, make: Callable[..., None]
) -> None:
    """Twice, a minute apart, with the same request id; then the queue has the event with the reason."""
    make(FAIL_ON_DEMAND, DeadLetterConfig={"Type": "CMQ-QUEUE", "Name": "lost", "FilterType": ""})
    result = invoke(call, {"fail": True}, InvocationType="Event")
    assert (result["RetMsg"], result["Log"], result["Duration"]) == ("", "", 0)
    assert [run.retry for run in runs(cloud)] == [0]
    for tries in (2, 3, 3):
        cloud.clock.advance(60)
        assert len(runs(cloud)) == tries
    assert [(run.retry, run.status, run.request_id) for run in runs(cloud)] == [
        (retry, 430, result["FunctionRequestId"]) for retry in range(3)
    ]
    (letter,) = cloud.account(ACCOUNT).region(REGION)[ScfState].dead_letters
    assert (letter.queue, letter.body["ErrorCode"], letter.body["RequestId"]) == (
        "lost",
        430,
        result["FunctionRequestId"],
    )
    body: Any = letter.body["Body"]
    assert (json.loads(body["ClientContext"]), body["RetryNum"]) == ({"fail": True}, 2)


def test_an_event_too_old_is_not_tried_again(cloud: Cloud, call: Call, make: Callable[..., None]) -> None:
    """And without a queue it is lost, which the vendor tells nobody."""
    make(FAIL_ON_DEMAND, MsgTTL=60)
    invoke(call, {"fail": True}, InvocationType="Event")
    for _ in range(4):
        assert runs(cloud)
        cloud.clock.advance(60)
    assert len(runs(cloud)) == 2
    state = cloud.account(ACCOUNT).region(REGION)[ScfState]
    assert (len(state.lost_events), state.dead_letters) == (1, [])


WAIT = """
import os, time

def main_handler(event, context):
    while not os.path.exists(event):
        time.sleep(0.01)
"""


def test_reserved_concurrency_holds_events_back(
    cloud: Cloud, call: Call, make: Callable[..., None], tmp_path: Path
) -> None:
    """One at a time: what finds no room waits a minute; a synchronous call is refused."""
    make(WAIT, MemorySize=128, ReservedConcurrencyMem=128, Timeout=60)
    for _ in range(2):
        invoke(call, str(tmp_path / "go"), InvocationType="Event")
    deadline = time.monotonic() + 30
    while not cloud.runs() and time.monotonic() < deadline:
        time.sleep(0.01)
    (tmp_path / "go").touch()
    assert [run.status for run in runs(cloud)] == [432, 200]
    cloud.clock.advance(60)
    assert [run.status for run in runs(cloud)][-1] == 200
    call("scf", "PutReservedConcurrencyConfig", FunctionName="guard", ReservedConcurrencyMem=0)
    assert json.loads(invoke(call)["RetMsg"])["statusCode"] == 432


def test_timers_fire_by_the_clock(cloud: Cloud, call: Call, make: Callable[..., None]) -> None:
    """As often as the clock passes their times, until they are switched off."""
    cloud.clock.set(1_700_000_000)
    make("def main_handler(e, c): return e")
    timer = {"FunctionName": "guard", "TriggerName": "sweep", "Type": "timer"}
    call("scf", "CreateTrigger", **timer, TriggerDesc="0 */5 * * * * *", CustomArgument="all")
    cloud.clock.advance(99)
    assert runs(cloud) == []
    cloud.clock.advance(301)
    assert sorted(json.loads(run.answer)["Time"] for run in runs(cloud)) == [
        "2023-11-14T22:15:00Z",
        "2023-11-14T22:20:00Z",
    ]
    assert json.loads(runs(cloud)[0].answer) | {"Time": ""} == {
        "Type": "Timer",
        "TriggerName": "sweep",
        "Time": "",
        "Message": "all",
    }
    call("scf", "UpdateTriggerStatus", **timer, Enable="CLOSE")
    cloud.clock.advance(600)
    assert len(runs(cloud)) == 2
    call("scf", "UpdateTriggerStatus", **timer, Enable="OPEN")
    cloud.load(cloud.dump())
    cloud.clock.advance(300)
    assert len(runs(cloud)) == 1  # of the state that was loaded


def test_timers_fire_by_themselves(make: Callable[..., None], cloud: Cloud, call: Call) -> None:
    """Where the clock runs."""
    cloud.clock.reset()
    make("def main_handler(e, c): return e")
    timer = {"FunctionName": "guard", "TriggerName": "tick", "Type": "timer"}
    call("scf", "CreateTrigger", **timer, TriggerDesc="* * * * * * *")
    ended = cloud.account(ACCOUNT).region(REGION)[ScfState].runs
    deadline = time.monotonic() + 60
    while not ended and time.monotonic() < deadline:  # it never settles: on a busy machine a run takes longer
        time.sleep(0.02)
    assert ended[0].source == "timer"


REVERT = '''
import json, os
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

def main_handler(event, context):
    """Takes back whatever row was created."""
    env = os.environ
    key = Credential(*(env[f"TENCENTCLOUD_{name}"] for name in ("SECRETID", "SECRETKEY", "SESSIONTOKEN")))
    profile = ClientProfile(httpProfile=HttpProfile(endpoint=env["TENCENTCLOUD_ENDPOINT"]))
    vpc = CommonClient("vpc", "2017-03-12", key, event["region"], profile)
    group = json.loads(event["data"]["requestParameters"])["SecurityGroupId"]
    before = vpc.call_json("DescribeSecurityGroupPolicies", {"SecurityGroupId": group})["Response"]
    if before["SecurityGroupPolicySet"]["Ingress"]:
        rows = {"Ingress": [{"PolicyIndex": 0}], "Version": before["SecurityGroupPolicySet"]["Version"]}
        given = {"SecurityGroupId": group, "SecurityGroupPolicySet": rows}
        vpc.call_json("DeleteSecurityGroupPolicies", given)
    return group
'''
TRUST = {
    "version": "2.0",
    "statement": [
        {"effect": "allow", "action": "name/sts:AssumeRole", "principal": {"service": ["scf.qcloud.com"]}}
    ],
}


def allow(*actions: str) -> dict[str, Any]:
    """A policy."""
    return {"version": "2.0", "statement": [{"effect": "allow", "action": list(actions), "resource": "*"}]}


@pytest.fixture
def loop(cloud: Cloud, call: Call, tmp_path: Any) -> str:
    """A function on changes of groups, run from its folder under a role of its own; gives a group."""
    account = cloud.account(ACCOUNT)
    account.add("policies", PolicyName="rows", PolicyDocument=allow("cvm:*SecurityGroup*"))
    account.add("roles", RoleName="guard-role", PolicyDocument=TRUST, Policies=["rows"])
    (tmp_path / "index.py").write_text(REVERT, encoding="utf-8")
    region = account.region(REGION)
    region.add(
        "functions",
        FunctionName="guard",
        Code={"Folder": str(tmp_path)},
        Role="guard-role",
        Timeout=20,
    )
    (bus,) = call("eb", "ListEventBuses")["EventBuses"]
    pattern = {"source": ["vpc.cloud.tencent"], "data": {"eventName": [{"suffix": "SecurityGroupPolicies"}]}}
    rule = call(
        "eb", "CreateRule", EventBusId=bus["EventBusId"], RuleName="changes", EventPattern=json.dumps(pattern)
    )
    call(
        "eb",
        "CreateTarget",
        EventBusId=bus["EventBusId"],
        RuleId=rule["RuleId"],
        Type="scf",
        TargetDescription={
            "ResourceDescription": f"qcs::scf:{REGION}:uin/{ACCOUNT}:namespace/default/function/guard/$LATEST"
        },
    )
    return region.add_security_group()


def opened(call: Call, group: str, tcp: Any) -> None:
    """A client opens the group."""
    rows = {"Ingress": [tcp("22", "0.0.0.0/0")]}
    call("vpc", "CreateSecurityGroupPolicies", SecurityGroupId=group, SecurityGroupPolicySet=rows)


def rows_of(call: Call, group: str) -> Any:
    answer = call("vpc", "DescribeSecurityGroupPolicies", SecurityGroupId=group)
    return answer["SecurityGroupPolicySet"]["Ingress"]


def test_the_loop_is_closed(cloud: Cloud, call: Call, loop: str, tcp: Any) -> None:
    """A change, its record, the rule, the function, its own change, whose record comes back as an event."""
    opened(call, loop, tcp)
    assert [(run.status, run.source) for run in runs(cloud)] == [(200, "eb"), (200, "eb")]
    assert rows_of(call, loop) == []
    mine, its = cloud.audit.records[-2:]
    assert [record["eventName"] for record in (mine, its)] == [
        "CreateSecurityGroupPolicies",
        "DeleteSecurityGroupPolicies",
    ]
    told = json.loads(json.dumps(its))["userIdentity"]
    assert told["type"] == "AssumedRole"
    assert json.loads(json.loads(told["sessionContext"])["extraInfo"])["roleName"] == "guard-role"
    keys = cloud.account(ACCOUNT).keys
    assert {key.type for key in keys} == {"Root", "AssumedRole"}
    cloud.close()
    assert [key.type for key in keys] == ["Root"]


def test_a_role_without_the_permission(cloud: Cloud, call: Call, loop: str, tcp: Any) -> None:
    """The function is refused by name, fails, and is tried again."""
    cloud.account(ACCOUNT).add("policies", PolicyName="read", PolicyDocument=allow("cvm:Describe*"))
    call("cam", "AttachRolePolicy", AttachRoleName="guard-role", PolicyName="read")
    call("cam", "DetachRolePolicy", DetachRoleName="guard-role", PolicyName="rows")
    opened(call, loop, tcp)
    (run,) = runs(cloud)
    assert run.status == 430
    assert "not authorized to perform operation (cvm:DeleteSecurityGroupPolicy)" in run.answer
    assert len(rows_of(call, loop)) == 1


def test_without_an_executor(call: Call, make: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation that cannot run functions says so, whichever way they are invoked."""
    make("def main_handler(e, c): pass")
    monkeypatch.setattr("tcmock.scf.executor.entry_points", lambda **_: [])
    monkeypatch.setattr("tcmock.scf.pool.installed_executor", installed_executor.__wrapped__)
    for kind in ("RequestResponse", "Event"):
        answer = call("scf", "Invoke", FunctionName="guard", InvocationType=kind)
        assert answer["Error"]["Code"] == "UnsupportedOperation"


@pytest.mark.parametrize(("when", "left"), [("before", 1), ("after", 0)])
def test_a_function_that_crashes_mid_way(
    cloud: Cloud, call: Call, loop: str, tcp: Any, when: Any, left: int
) -> None:
    """Killed in the middle of a call, before or after that was executed; its event is tried again."""
    cloud.faults.add("DeleteSecurityGroupPolicies", FunctionCrash(when))
    opened(call, loop, tcp)
    assert sorted(run.status for run in runs(cloud)) == [200, 439][when == "before" :]
    assert len(rows_of(call, loop)) == left
    assert cloud.faults.fired == {"function-crash": 1}
    cloud.clock.advance(60)
    assert runs(cloud)[-1].status == 200
    assert rows_of(call, loop) == []


def test_a_closed_cloud_has_no_processes(cloud: Cloud, call: Call, make: Callable[..., None]) -> None:
    """Leaving it ends whatever runs; a function that runs then ends there."""
    make("import time\ndef main_handler(e, c): time.sleep(60)", Timeout=100)
    begun = time.monotonic()
    invoke(call, InvocationType="Event")
    while not cloud._backstage.runner.pool._leases:
        time.sleep(0.005)
    cloud.close()
    assert cloud.settle(20)
    assert time.monotonic() - begun < 30
    assert cloud._backstage.runner.pool._leases == []
