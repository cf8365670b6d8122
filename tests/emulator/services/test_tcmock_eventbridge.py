"""Buses, rules and targets, and what is delivered to those."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tcmock import Cloud, StateError
from tcmock.eventbridge.models import Delivery
from tcmock.eventbridge.state import EventBridgeState

ACCOUNT = "100000000001"
QCS = f"qcs::scf:ap-guangzhou:uin/{ACCOUNT}:namespace/default/function/sink/$LATEST"
GROUPS = '{"source":["vpc.cloud.tencent"],"data":{"eventName":["CreateSecurityGroup"]}}'


class Sink:
    """An executor that runs nothing and keeps every event."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    def version(self, runtime: str) -> str:
        return runtime

    def start(self, deployment: Any) -> Any:
        del deployment
        return self

    alive = True

    def invoke(self, event: str, request_id: str, credentials: Any) -> Any:
        from tcmock.scf.executor import Outcome

        del request_id, credentials
        self.events.append(json.loads(event))
        return Outcome(status=200, answer="null")

    def kill(self) -> None:
        pass

    close = kill


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def cloud(sink: Sink) -> Any:
    """A cloud with a function that keeps events; its clock stands still."""
    with Cloud(seed=1, executor=sink) as cloud:
        cloud.clock.freeze()
        region = cloud.account(ACCOUNT).region("ap-guangzhou")
        region.add("functions", FunctionName="sink", Code={"ZipFile": "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="})
        yield cloud


def default_bus(call: Any) -> str:
    """The id of the bus that is always there."""
    (bus,) = call("eb", "ListEventBuses", Filters=[{"Name": "Type", "Values": ["Cloud"]}])["EventBuses"]
    assert bus["EventBusName"] == "default"
    return bus["EventBusId"]


def wired(call: Any, pattern: str = GROUPS, bus: str = "", **batch: Any) -> dict[str, str]:
    """A rule with the function as its target; ids by their names."""
    bus = bus or default_bus(call)
    rule = call("eb", "CreateRule", EventBusId=bus, RuleName="changes", EventPattern=pattern)["RuleId"]
    target = call(
        "eb",
        "CreateTarget",
        EventBusId=bus,
        RuleId=rule,
        Type="scf",
        TargetDescription={"ResourceDescription": QCS},
        **batch,
    )["TargetId"]
    return {"EventBusId": bus, "RuleId": rule, "TargetId": target}


def make_group(call: Any, count: int = 1, *, at: str = "ap-guangzhou") -> None:
    for _ in range(count):
        call("vpc", "CreateSecurityGroup", at=at, GroupName="x", GroupDescription="y")


def deliveries(cloud: Cloud) -> list[Delivery]:
    assert cloud.settle(5)
    return list(cloud.account(ACCOUNT).region("ap-guangzhou")[EventBridgeState].deliveries)


def test_a_change_in_any_region_reaches_the_default_bus(call: Any, cloud: Cloud, sink: Sink) -> None:
    """The envelope is what the function gets."""
    wired(call)
    make_group(call, at="ap-shanghai")
    call("vpc", "DescribeSecurityGroups")
    assert [delivery.outcome for delivery in deliveries(cloud)] == ["delivered"]
    (event,) = sink.events
    assert (event["source"], event["region"]) == ("vpc.cloud.tencent", "ap-shanghai")
    assert event["data"]["eventName"] == "CreateSecurityGroup"
    assert event["id"] == event["data"]["requestID"] == cloud.audit.records[-1]["requestID"]


def test_a_change_of_nothing_is_an_event_too(call: Any, cloud: Cloud, sink: Sink) -> None:
    """Without a subject."""
    wired(call, '{"source":"cam.cloud.tencent"}')
    call("cam", "DeletePolicy", PolicyId=[])
    assert cloud.settle(5)
    (event,) = sink.events
    assert (event["subject"], event["resource"], event["data"]["eventName"]) == ("", [], "DeletePolicy")


def test_only_guangzhou_has_a_default_bus(call: Any, cloud: Cloud) -> None:
    """Which cannot be deleted, and takes no events of one's own."""
    assert call("eb", "ListEventBuses", at="ap-shanghai")["EventBuses"] == []
    bus = default_bus(call)
    assert call("eb", "GetEventBus", EventBusId=bus)["Type"] == "Cloud"
    assert call.error("eb", "DeleteEventBus", EventBusId=bus) == "ResourceInUse.DefaultEventBus"
    event = {"Source": "a", "Data": "{}", "Type": "b", "Subject": "c"}
    error = call.error("eb", "PutEvents", EventBusId=bus, EventList=[event])
    assert error == "OperationDenied.UnsupportedOperation"
    with pytest.raises(StateError, match="ap-guangzhou only"):
        cloud.account(ACCOUNT).region("ap-shanghai").add("event_buses")


def test_a_rule_that_is_off_delivers_nothing(call: Any, cloud: Cloud, sink: Sink) -> None:
    """And delivers again once it is on, with another pattern from then on."""
    ids = wired(call)
    rule = {"EventBusId": ids["EventBusId"], "RuleId": ids["RuleId"]}
    call("eb", "UpdateRule", **rule, Enable=False)
    make_group(call)
    call("eb", "UpdateRule", **rule, Enable=True, EventPattern='{"source":"nobody"}')
    make_group(call)
    assert call("eb", "GetRule", **rule)["EventPattern"] == '{"source":"nobody"}'
    call("eb", "UpdateRule", **rule, EventPattern=GROUPS, RuleName="other", Description="d")
    make_group(call)
    assert cloud.settle(5)
    assert len(sink.events) == 1
    assert call("eb", "ListRules", EventBusId=ids["EventBusId"])["Rules"][0]["RuleName"] == "other"


def test_the_switch_of_audit_delivery(call: Any, cloud: Cloud, sink: Sink) -> None:
    """Off, the default bus hears of nothing."""
    wired(call)
    state = cloud.account(ACCOUNT).region("ap-guangzhou")[EventBridgeState]
    state.audit_delivery = False
    make_group(call)
    assert (deliveries(cloud), sink.events) == ([], [])
    (entry,) = cloud.dump()["accounts"][ACCOUNT]["regions"]["ap-guangzhou"]["event_buses"]  # type: ignore[index]
    assert entry["AuditDelivery"] is False
    cloud.load(cloud.dump())
    make_group(call)
    assert (deliveries(cloud), sink.events) == ([], [])


def test_events_of_ones_own(call: Any, cloud: Cloud, sink: Sink) -> None:
    """On a custom bus, which hears of nothing else."""
    bus = call("eb", "CreateEventBus", EventBusName="mine")["EventBusId"]
    wired(call, "{}", bus)
    event = {
        "Source": "test",
        "Data": '{"n":1}',
        "Type": "a:b",
        "Subject": "s",
        "TagList": [{"Key": "k", "Value": "v"}],
    }
    call("eb", "PutEvents", EventBusId=bus, EventList=[event, {**event, "Data": '{"n":2}'}])
    make_group(call)
    assert cloud.settle(5)
    assert sorted((e["source"], e["data"]["n"], e["tags"]["k"]) for e in sink.events) == [
        ("test", 1, "v"),
        ("test", 2, "v"),
    ]
    large = {**event, "Data": json.dumps("x" * 65_536)}
    assert call.error("eb", "PutEvents", EventBusId=bus, EventList=[large]) == "InvalidParameter.Payload"


def test_batches_wait_for_their_time_or_their_number(call: Any, cloud: Cloud, sink: Sink) -> None:
    """And come as a list."""
    ids = wired(call, EnableBatchDelivery=True, BatchTimeout=10, BatchEventCount=3)
    make_group(call, 2)
    assert deliveries(cloud) == []
    cloud.clock.advance(10)
    make_group(call, 3)
    assert cloud.settle(5)
    assert sorted(len(event["EventList"]) for event in sink.events) == [2, 3]
    call("eb", "UpdateTarget", **ids, BatchTimeout=0)
    make_group(call)
    assert cloud.settle(5)
    assert len(sink.events[-1]["EventList"]) == 1
    (target,) = call("eb", "ListTargets", EventBusId=ids["EventBusId"], RuleId=ids["RuleId"])["Targets"]
    assert (target["BatchTimeout"], target["BatchEventCount"]) == (0, 3)
    assert target["TargetDescription"]["SCFParams"]["EnableBatchDelivery"] is True


def test_a_target_gets_two_thousand_events_a_day(call: Any, cloud: Cloud, sink: Sink) -> None:
    """What comes after is lost, until the next day in China."""
    ids = wired(call)
    state = cloud.account(ACCOUNT).region("ap-guangzhou")[EventBridgeState]
    cloud.clock.set(1_700_000_000)  # 2023-11-15 06:13 in China
    state.delivered[ids["TargetId"], "2023-11-15"] = 1_999
    make_group(call, 2)
    cloud.clock.advance(86_400)
    make_group(call)
    assert [delivery.outcome for delivery in deliveries(cloud)] == ["delivered", "over-quota", "delivered"]
    assert len(sink.events) == 2


def test_an_event_has_at_most_64_kilobytes(call: Any, cloud: Cloud, sink: Sink) -> None:
    """The record of a larger change is not delivered."""
    wired(call)
    make_group(call)
    cloud.account(ACCOUNT).add_key(type="CAMUser", principal_id="100000000099", user_name="x" * 65_000)
    make_group(call.signed_by(cloud.account(ACCOUNT).keys[-1]))
    assert [delivery.outcome for delivery in deliveries(cloud)] == ["delivered", "too-large"]
    assert len(sink.events) == 1


def test_a_function_that_is_gone(call: Any, cloud: Cloud) -> None:
    """The delivery fails, and says why; the client's call does not."""
    wired(call)
    call("scf", "DeleteFunction", FunctionName="sink")
    make_group(call)
    (failed,) = deliveries(cloud)
    assert failed.outcome == "failed"
    assert "`sink` does not exist" in failed.reason


def test_what_is_still_used_is_not_deleted(call: Any) -> None:
    """Targets go before their rule, rules before their bus."""
    bus = call("eb", "CreateEventBus", EventBusName="mine")["EventBusId"]
    ids = wired(call, "{}", bus)
    rule = {"EventBusId": bus, "RuleId": ids["RuleId"]}
    assert call.error("eb", "DeleteRule", **rule) == "FailedOperation.DeleteRule"
    assert call.error("eb", "DeleteEventBus", EventBusId=bus) == "ResourceInUse.Rule"
    call("eb", "DeleteTarget", **ids)
    call("eb", "DeleteRule", **rule)
    call("eb", "DeleteEventBus", EventBusId=bus)
    assert call.error("eb", "GetEventBus", EventBusId=bus) == "ResourceNotFound.EventBus"
    assert call.error("eb", "GetRule", **rule) == "ResourceNotFound.EventBus"


@pytest.mark.parametrize(
    ("action", "changes", "code"),
    [
        ("CreateRule", {"EventPattern": "{"}, "InvalidParameterValue.EventPattern"),
        ("CreateRule", {"RuleName": "x"}, "InvalidParameterValue.RuleName"),
        ("CreateRule", {"RuleName": "changes"}, "ResourceInUse.Rule"),
        ("CreateRule", {"Description": "d" * 201}, "InvalidParameterValue.Description"),
        ("CreateRule", {"EventBusId": "eb-none"}, "ResourceNotFound.EventBus"),
        ("CreateTarget", {"RuleId": "rule-none"}, "ResourceNotFound.Rule"),
        ("CreateTarget", {"Type": "lambda"}, "InvalidParameterValue.Type"),
        ("CreateTarget", {"Type": "cls"}, "UnsupportedOperation"),
        ("CreateTarget", {"BatchTimeout": 61}, "InvalidParameterValue.BatchTimeout"),
        ("CreateTarget", {"BatchEventCount": 10_001}, "InvalidParameterValue.BatchEventCount"),
        (
            "CreateTarget",
            {"TargetDescription": {"ResourceDescription": QCS.replace("/function", "")}},
            "InvalidParameterValue.TargetDescription",
        ),
        ("UpdateTarget", {"TargetId": "target-none"}, "ResourceNotFound.Target"),
        ("ListRules", {"OrderBy": "age"}, "InvalidParameterValue.OrderBy"),
        ("ListRules", {"Order": "UP"}, "InvalidParameterValue.Order"),
        ("ListRules", {"Limit": 101}, "InvalidParameterValue.Limit"),
        ("CreateEventBus", {"EventBusName": "default"}, "ResourceInUse.EventBus"),
        ("CreateEventBus", {"EventBusName": "-x"}, "InvalidParameterValue.EventBusName"),
        ("ListEventBuses", {"Filters": [{"Name": "Age", "Values": ["1"]}]}, "InvalidParameterValue.Filters"),
    ],
)
def test_what_is_refused(call: Any, action: str, changes: dict[str, Any], code: str) -> None:
    """With the code that tells what."""
    ids = wired(call)
    good = {
        "CreateRule": {"EventBusId": ids["EventBusId"], "RuleName": "more", "EventPattern": "{}"},
        "CreateTarget": {
            "EventBusId": ids["EventBusId"],
            "RuleId": ids["RuleId"],
            "Type": "scf",
            "TargetDescription": {"ResourceDescription": QCS},
        },
        "UpdateTarget": ids,
        "ListRules": {"EventBusId": ids["EventBusId"]},
    }
    assert call.error("eb", action, **{**good.get(action, {}), **changes}) == code


def test_limits(call: Any) -> None:
    """Ten custom buses, ten rules on each, ten targets of each rule."""
    buses = [call("eb", "CreateEventBus", EventBusName=f"bus{n}")["EventBusId"] for n in range(10)]
    assert call.error("eb", "CreateEventBus", EventBusName="bus10") == "LimitExceeded.EventBus"
    rule = {"EventBusId": buses[0], "EventPattern": "{}"}
    rules = [call("eb", "CreateRule", **rule, RuleName=f"rule{n}")["RuleId"] for n in range(10)]
    assert call.error("eb", "CreateRule", **rule, RuleName="rule10") == "LimitExceeded.Rule"
    target = {"Type": "scf", "TargetDescription": {"ResourceDescription": QCS}}
    for _ in range(10):
        call("eb", "CreateTarget", EventBusId=buses[0], RuleId=rules[0], **target)
    assert (
        call.error("eb", "CreateTarget", EventBusId=buses[0], RuleId=rules[0], **target)
        == "LimitExceeded.Target"
    )
    listed = call("eb", "ListRules", EventBusId=buses[0], OrderBy="name", Order="ASC", Limit=2, Offset=1)
    assert [listed["TotalCount"], *(rule["RuleName"] for rule in listed["Rules"])] == [10, "rule1", "rule2"]


def test_a_pattern_can_be_tried(call: Any) -> None:
    """A mismatch is an error."""
    event = json.dumps({"source": "vpc.cloud.tencent", "data": {"eventName": "CreateSecurityGroup"}})
    call("eb", "CheckRule", Event=event, EventPattern=GROUPS)
    other = GROUPS.replace("Create", "Delete")
    assert call.error("eb", "CheckRule", Event=event, EventPattern=other) == "FailedOperation.ErrorFilter"
    assert (
        call.error("eb", "CheckRule", Event="x", EventPattern=GROUPS) == "InvalidParameterValue.InvalidEvent"
    )


def test_state_documents_keep_rules_and_targets(call: Any, cloud: Cloud, sink: Sink) -> None:
    """What was dumped delivers like before."""
    wired(call, EnableBatchDelivery=True, BatchTimeout=5)
    document = cloud.dump()
    cloud.load(document)
    assert cloud.dump() == document
    make_group(call)
    cloud.clock.advance(5)
    assert cloud.settle(5)
    assert len(sink.events) == 1
