"""Functions, versions, aliases and timers as calls see them; nothing runs here."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from typing import Any

import pytest

from tcmock.scf.cron import parse

ACCOUNT = "100000000001"
TRUST = {
    "version": "2.0",
    "statement": [
        {"effect": "allow", "action": "name/sts:AssumeRole", "principal": {"service": ["scf.qcloud.com"]}}
    ],
}


def zipped(source: str = "def main_handler(event, context): return event") -> str:
    """A function's code as calls carry it."""
    text = io.BytesIO()
    with zipfile.ZipFile(text, "w") as archive:
        archive.writestr("index.py", source)
    return base64.b64encode(text.getvalue()).decode()


@pytest.fixture(autouse=True)
def _still(cloud: Any) -> None:
    """Time passes only when a test says so."""
    cloud.clock.freeze()


def create(call: Any, name: str = "guard", **more: Any) -> None:
    """A function, ready for use."""
    call("scf", "CreateFunction", FunctionName=name, Code={"ZipFile": zipped()}, Runtime="Python3.10", **more)
    call._api.cloud.clock.advance(0.1)


def status(call: Any) -> str:
    return str(call("scf", "GetFunction", FunctionName="guard")["Status"])


def test_a_function_is_busy_for_a_while(call: Any, cloud: Any) -> None:
    """And refuses other changes meanwhile; clients wait until it is Active."""
    call("scf", "CreateFunction", FunctionName="guard", Code={"ZipFile": zipped()})
    assert status(call) == "Creating"
    assert call.error("scf", "UpdateFunctionConfiguration", FunctionName="guard", Timeout=9) == (
        "FailedOperation.FunctionStatusError"
    )
    assert call.error("scf", "Invoke", FunctionName="guard") == "FailedOperation.FunctionStatusError"
    cloud.clock.advance(0.1)
    assert status(call) == "Active"
    call("scf", "UpdateFunctionCode", FunctionName="guard", ZipFile=zipped("x = 1"))
    assert status(call) == "Updating"
    assert call.error("scf", "PublishVersion", FunctionName="guard") == "FailedOperation.FunctionStatusError"
    cloud.clock.advance(0.1)
    call("scf", "PublishVersion", FunctionName="guard")
    assert status(call) == "Publishing"


def test_configuration(call: Any, cloud: Any) -> None:
    """What is named changes, the rest stays."""
    cloud.account(ACCOUNT).add("roles", RoleName="guard-role", PolicyDocument=TRUST)
    variables = {"Variables": [{"Key": "MODE", "Value": "observe"}]}
    dead = {"Type": "CMQ-QUEUE", "Name": "lost"}
    create(call, Environment=variables, Role="guard-role", MemorySize=256, DeadLetterConfig=dead)
    call("scf", "UpdateFunctionConfiguration", FunctionName="guard", Timeout=30, Description="a guard")
    shown = call("scf", "GetFunction", FunctionName="guard")
    assert (shown["Timeout"], shown["MemorySize"], shown["Role"]) == (30, 256, "guard-role")
    assert (shown["Environment"], shown["Handler"]) == (variables, "index.main_handler")
    assert shown["DeadLetterConfig"] == {**dead, "FilterType": ""}
    assert shown["CodeSize"] == len(base64.b64decode(zipped()))
    cloud.clock.advance(0.1)
    call("scf", "UpdateFunctionConfiguration", FunctionName="guard", Environment={"Variables": []}, Role="")
    shown = call("scf", "GetFunction", FunctionName="guard")
    assert (shown["Environment"]["Variables"], shown["Role"]) == ([], "")
    listed = call(
        "scf", "ListFunctions", SearchKey="gua", Filters=[{"Name": "Status", "Values": ["Updating"]}]
    )
    assert [item["FunctionName"] for item in listed["Functions"]] == ["guard"]
    assert call("scf", "ListFunctions", SearchKey="other")["TotalCount"] == 0
    assert len(call("scf", "GetFunctionAddress", FunctionName="guard")["CodeSha256"]) == 64


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"FunctionName": "9guard"}, "InvalidParameterValue.FunctionName"),
        ({"FunctionName": "there"}, "ResourceInUse.Function"),
        ({"Namespace": "other"}, "ResourceNotFound.Namespace"),
        ({"Code": {}}, "MissingParameter.Code"),
        ({"Code": {"ZipFile": "no base64!"}}, "InvalidParameterValue.ZipFile"),
        ({"Code": {"ZipFile": "bm8gemlw"}}, "InvalidParameterValue.ZipFile"),
        ({"Code": {"DemoId": "1"}}, "UnsupportedOperation"),
        ({"Runtime": "Nodejs18.15"}, "InvalidParameterValue.Runtime"),
        ({"Handler": "main"}, "InvalidParameterValue.Handler"),
        ({"MemorySize": 100}, "InvalidParameterValue.MemorySize"),
        ({"MemorySize": 3200}, "InvalidParameterValue.MemorySize"),
        ({"Timeout": 901}, "LimitExceeded.Timeout"),
        ({"InitTimeout": 301}, "LimitExceeded.InitTimeout"),
        ({"Role": "nobody"}, "ResourceNotFound.Role"),
        ({"Role": "own"}, "InvalidParameter.RoleCheck"),
        ({"Type": "HTTP"}, "UnsupportedOperation"),
        ({"AsyncRunEnable": "TRUE"}, "UnsupportedOperation"),
        ({"Environment": {"Variables": [{"Key": "1x", "Value": ""}]}}, "InvalidParameterValue.Environment"),
        (
            {"Environment": {"Variables": [{"Key": "TENCENTCLOUD_REGION", "Value": "x"}]}},
            "InvalidParameterValue.EnvironmentSystemProtect",
        ),
        (
            {"Environment": {"Variables": [{"Key": "X", "Value": "x" * 4096}]}},
            "InvalidParameterValue.EnvironmentExceededLimit",
        ),
    ],
)
def test_what_is_refused(call: Any, cloud: Any, changes: dict[str, Any], code: str) -> None:
    """With the code that tells what, and without a trace."""
    cloud.account(ACCOUNT).add("roles", RoleName="own")
    create(call, "there")
    good = {"FunctionName": "guard", "Code": {"ZipFile": zipped()}, "Runtime": "Python3.10"}
    before = cloud.dump()
    assert call.error("scf", "CreateFunction", **{**good, **changes}) == code
    assert cloud.dump() == before


def test_versions_and_aliases_take_a_deployment_back(call: Any, cloud: Any) -> None:
    """What is published stays as it was; an alias goes to the new version and back."""
    create(call, Description="first")
    version = call("scf", "PublishVersion", FunctionName="guard", Description="one")
    assert (version["FunctionVersion"], version["Description"]) == ("1", "one")
    call("scf", "CreateAlias", FunctionName="guard", Name="prod", FunctionVersion="1")
    cloud.clock.advance(1)
    call("scf", "UpdateFunctionConfiguration", FunctionName="guard", Description="second")
    cloud.clock.advance(1)
    call("scf", "PublishVersion", FunctionName="guard")
    call("scf", "UpdateAlias", FunctionName="guard", Name="prod", FunctionVersion="2")
    told = {
        qualifier: call("scf", "GetFunction", FunctionName="guard", Qualifier=qualifier)["Description"]
        for qualifier in ("1", "2", "prod", "$LATEST", "$DEFAULT")
    }
    assert told == {"1": "first", "2": "second", "prod": "second", "$LATEST": "second", "$DEFAULT": "second"}
    call("scf", "UpdateAlias", FunctionName="guard", Name="prod", FunctionVersion="1")
    assert call("scf", "GetFunction", FunctionName="guard", Qualifier="prod")["Description"] == "first"
    assert call("scf", "GetAlias", FunctionName="guard", Name="prod")["FunctionVersion"] == "1"
    names = [alias["Name"] for alias in call("scf", "ListAliases", FunctionName="guard")["Aliases"]]
    assert names == ["$DEFAULT", "prod"]
    assert call("scf", "ListVersionByFunction", FunctionName="guard")["FunctionVersion"] == [
        "$LATEST",
        "1",
        "2",
    ]
    assert (
        call.error("scf", "GetFunction", FunctionName="guard", Qualifier="9") == "ResourceNotFound.Qualifier"
    )
    assert call.error("scf", "UpdateAlias", FunctionName="guard", Name="prod", FunctionVersion="9") == (
        "ResourceNotFound.Version"
    )
    call("scf", "DeleteAlias", FunctionName="guard", Name="prod")
    assert call.error("scf", "GetAlias", FunctionName="guard", Name="prod") == "ResourceNotFound.Alias"
    assert (
        call.error("scf", "DeleteAlias", FunctionName="guard", Name="$DEFAULT")
        == "FailedOperation.DeleteAlias"
    )


def test_timers(call: Any) -> None:
    """Made, changed, switched, deleted; shown with the function too."""
    create(call)
    timer = {"FunctionName": "guard", "TriggerName": "sweep", "Type": "timer"}
    made = call("scf", "CreateTrigger", **timer, TriggerDesc="0 */5 * * * * *", CustomArgument="all")[
        "TriggerInfo"
    ]
    assert (made["TriggerDesc"], made["Enable"]) == ('{"cron":"0 */5 * * * * *"}', 1)
    call("scf", "UpdateTriggerStatus", **timer, Enable="CLOSE")
    call("scf", "UpdateTrigger", **timer, TriggerDesc="*/10 * * * *")
    (shown,) = call("scf", "ListTriggers", FunctionName="guard")["Triggers"]
    assert (shown["TriggerDesc"], shown["Enable"], shown["CustomArgument"]) == (
        '{"cron":"0 */10 * * * * *"}',
        0,
        "all",
    )
    assert call("scf", "GetFunction", FunctionName="guard")["Triggers"][0]["TriggerName"] == "sweep"
    call("scf", "DeleteTrigger", **timer)
    assert call("scf", "ListTriggers", FunctionName="guard")["TotalCount"] == 0
    assert call.error("scf", "DeleteTrigger", **timer) == "ResourceNotFound.Trigger"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"TriggerDesc": "0 */5 * * * *"}, "InvalidParameterValue.TriggerDesc"),
        ({"TriggerDesc": "0 61 * * * * *"}, "InvalidParameterValue.TriggerDesc"),
        ({"TriggerDesc": '{"period":1}'}, "InvalidParameterValue.TriggerDesc"),
        ({"Type": "queue"}, "InvalidParameterValue.Type"),
        ({"Type": "cos"}, "UnsupportedOperation"),
        ({"TriggerName": "sweep"}, "ResourceInUse.TriggerName"),
        ({"TriggerName": "1"}, "InvalidParameterValue.TriggerName"),
        ({"Enable": "on"}, "InvalidParameterValue.Enable"),
        ({"Qualifier": "7"}, "ResourceNotFound.Qualifier"),
        ({"CustomArgument": "x" * 4097}, "InvalidParameterValue.CustomArgument"),
        ({"FunctionName": "none"}, "ResourceNotFound.FunctionName"),
    ],
)
def test_timers_that_are_refused(call: Any, changes: dict[str, Any], code: str) -> None:
    """With the code that tells what."""
    create(call)
    timer = {"FunctionName": "guard", "Type": "timer", "TriggerDesc": "0 0 * * * * *"}
    call("scf", "CreateTrigger", **timer, TriggerName="sweep")
    assert call.error("scf", "CreateTrigger", **{**timer, "TriggerName": "more", **changes}) == code


def test_concurrency_and_retries(call: Any) -> None:
    """What belongs to a function, and how often it is tried."""
    create(call)
    assert call("scf", "GetReservedConcurrencyConfig", FunctionName="guard")["ReservedMem"] is None
    call("scf", "PutReservedConcurrencyConfig", FunctionName="guard", ReservedConcurrencyMem=128)
    assert call("scf", "GetReservedConcurrencyConfig", FunctionName="guard")["ReservedMem"] == 128
    too_much = {"FunctionName": "guard", "ReservedConcurrencyMem": 115_201}
    assert call.error("scf", "PutReservedConcurrencyConfig", **too_much) == (
        "LimitExceeded.FunctionReservedConcurrencyMemory"
    )
    call("scf", "DeleteReservedConcurrencyConfig", FunctionName="guard")
    assert call("scf", "GetReservedConcurrencyConfig", FunctionName="guard")["ReservedMem"] is None
    read = ("scf", "GetFunctionEventInvokeConfig")
    default = {"RetryConfig": [{"RetryNum": 2}, {"RetryNum": -1}], "MsgTTL": 21_600}
    assert call(*read, FunctionName="guard")["AsyncTriggerConfig"] == default
    write = ("scf", "UpdateFunctionEventInvokeConfig")
    config = {"RetryConfig": [{"RetryNum": 0}], "MsgTTL": 60}
    call(*write, FunctionName="guard", AsyncTriggerConfig=config)
    assert call(*read, FunctionName="guard")["AsyncTriggerConfig"]["MsgTTL"] == 60
    for wrong, code in (({"MsgTTL": 59}, "MsgTTL"), ({"RetryConfig": [{"RetryNum": 3}]}, "RetryNum")):
        changed = {**config, **wrong}
        assert call.error(*write, FunctionName="guard", AsyncTriggerConfig=changed) == f"LimitExceeded.{code}"


def test_functions_are_of_one_region(call: Any, cloud: Any) -> None:
    """And come back out of a state document with all that they have."""
    create(call)
    call("scf", "PublishVersion", FunctionName="guard")
    call("scf", "CreateAlias", FunctionName="guard", Name="prod", FunctionVersion="1")
    call(
        "scf",
        "CreateTrigger",
        FunctionName="guard",
        TriggerName="t",
        Type="timer",
        TriggerDesc="0 0 * * * * *",
    )
    assert call("scf", "ListFunctions", at="ap-tokyo")["TotalCount"] == 0
    document = json.loads(json.dumps(cloud.dump()))
    cloud.load(document)
    assert cloud.dump() == document


@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [  # times are China's: 1700000000 is 2023-11-15 06:13:20, a Wednesday
        ("*/5 * * * * * *", 0, 5),
        ("0 */5 * * * * *", 0, 100),
        ("*/5 * * * *", 0, 100),
        ("20 13 6 * * * *", 0, 86_400),
        ("21 13 6 * * * *", 0, 1),
        ("0 0 10-12 * * * *", 0, 13_600),
        ("0 0 8 * * MON-FRI *", 0, 6_400),
        ("0 0 8 * * 4 *", 0, 92_800),
        ("0 0 8 1 1 * 2024", 0, 4_067_200),
        ("0 0 0 29 FEB * *", 0, 9_136_000),
        ("0 0 0 16 * SAT *", 0, 64_000),
        ("0 0 0 20 * FRI *", 0, 150_400),
        ("0 0 0 1 1 * 2023", 0, None),
        ("0 0 0 31 2 * *", 0, None),
        ("10,40 30/15 * * * * *", 0, 1_010),
    ],
)
def test_when_timers_fire(expression: str, after: int, expected: int | None) -> None:
    """Seven fields or five; day and weekday are alternatives."""
    found = parse(expression).after(1_700_000_000 + after)
    assert found == (None if expected is None else 1_700_000_000 + expected)
