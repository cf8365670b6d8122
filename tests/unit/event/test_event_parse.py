"""One oddity of CloudAudit records at a time."""

from __future__ import annotations

import json
import traceback

import pytest

from sgguard.errors import EventError
from sgguard.event import parse
from sgguard.event.apis import EFFECTS
from sgguard.model.change import Actor, ChangeEvent, IgnoredEvent

SECRET = "sg-hidden01"
"""A secret in the shape of a group id, which is the easiest one to take over by mistake."""
GROUP_WRITES = ("policies", "creation", "copy", "binding")


def record(**fields: object) -> dict[str, object]:
    """A record of a write that names sg-node0001."""
    return {
        "eventName": "CreateSecurityGroupPolicies",
        "resourceType": "vpc",
        "eventSource": "vpc.tencentcloudapi.com",
        "actionType": "Write",
        "requestParameters": '{"SecurityGroupId": "sg-node0001", "Region": "ap-guangzhou"}',
        **fields,
    }


def changed(element: dict[str, object]) -> ChangeEvent:
    parsed = parse(element)
    assert isinstance(parsed, ChangeEvent)
    return parsed


def groups(**fields: object) -> tuple[str, ...]:
    return changed(record(**fields)).group_ids


def ignored(**fields: object) -> str:
    parsed = parse(record(**fields))
    assert isinstance(parsed, IgnoredEvent)
    return parsed.reason


# Groups


@pytest.mark.parametrize(
    "request_parameters",
    [
        {"SecurityGroupId": "sg-node0001"},
        {"SecurityGroupIds": ["sg-node0001"]},
        {"SecurityGroupIds.0": "sg-node0001"},
        {"SecurityGroupIDs": ["sg-node0001"]},
        {"SecurityGroups": ["sg-node0001"]},
        {"SecurityGroup": "sg-node0001"},
        {"sgId": "sg-node0001"},
        {"sgIds.0": "sg-node0001"},
        {"SecurityGroupIds": '["sg-node0001"]'},
        {"SecurityGroupIds": {"0": "sg-node0001"}},
        {"SecurityGroupId": "sg-node0001", 7: "sg-node0002"},
        {"NetworkInterface.0.SecurityGroupIds.0": "sg-node0001"},
        {"Native": {"SecurityGroupIds": ["sg-node0001"]}},
        {"RunInstancesPara": ['{"SecurityGroupIds": ["sg-node0001"]}']},
        '  {"SecurityGroupId": "sg-node0001"}',
        pytest.param(f'{{"Count": {"7" * 5000}, "SecurityGroupId": "sg-node0001"}}', id="5000 digits"),
        '{"SecurityGroupId": "sg-node0001", "Remark": "raw \n newline, \\ud800, ", "Weight": NaN}',
    ],
)
def test_group_in_the_request(request_parameters: object) -> None:
    named = groups(eventName="ModifyInstancesAttribute", requestParameters=request_parameters)

    assert named == ("sg-node0001",)


@pytest.mark.parametrize(
    "not_an_id",
    [
        "sg-",
        "sg-abc",
        "sg-ABCDEFGH",
        "xsg-node0001",
        "sg-node0001-x",
        "sg-" + "a" * 33,
        "ins-node0001",
    ],
)
def test_what_is_no_group_id(not_an_id: str) -> None:
    fields = {"requestParameters": {"SecurityGroupId": not_an_id}, "resourceName": f"sg/{not_an_id}"}

    with pytest.raises(EventError, match="does not say which one"):
        parse(record(**fields))


def test_a_field_holds_an_id_and_nothing_else() -> None:
    request = {"SecurityGroupId": "sg-node0001 and more", "InstanceName": "sg-node0001"}

    reason = ignored(eventName="ModifyInstancesAttribute", requestParameters=request)

    assert reason == "The call names no security group."


@pytest.mark.parametrize("name", sorted(api for api, effect in EFFECTS.items() if effect in GROUP_WRITES))
def test_a_call_that_must_name_a_group_and_does_not_is_kept(name: str) -> None:
    with pytest.raises(EventError, match="does not say which one"):
        parse(record(eventName=name, requestParameters="{}"))


def test_places_count_in_order_of_trust_without_repetition() -> None:
    element = {
        "subject": "qcs::vpc:ap-guangzhou:uin/100000000001:sg/sg-group010",
        "subjuect": "sg-group011",
        "resource": ["qcs::vpc:ap-guangzhou:uin/100000000001:sg/sg-group012", 7, None],
        "data": record(
            requestParameters={
                "SecurityGroup": "sg-group006",
                "SecurityGroups": ["sg-group005"],
                "sgId": "sg-group004",
                "SecurityGroupIds": ["sg-group003", "sg-group002"],
                "SecurityGroupId": "sg-group001",
            },
            responseElements={
                "SecurityGroup": {"SecurityGroupId": "sg-group007", "SecurityGroupName": "sg-name01"}
            },
            resourceName="sg/sg-group008|sg/sg-group001|sg/*",
            resourceSet=[{"resourceId": "sg-group009"}, {"resourceId": None}, 7, "sg-group002"],
            resources='["qcs::cvm:ap-guangzhou:uin\\/100000000001:sg\\/sg-group013"]',
        ),
    }

    numbers = [int(group[-3:]) for group in changed(element).group_ids]

    assert numbers == [1, 3, 2, 4, 5, 6, 7, 8, 9, 13, 10, 11, 12]


@pytest.mark.parametrize(
    "rows",
    [
        {"SecurityGroupPolicySet": {"Ingress": [{"SecurityGroupId": "sg-refer001"}]}},
        {"OriginalSecurityGroupPolicySet": {"Egress": [{"SecurityGroupId": "sg-refer001"}]}},
        {"SecurityGroupPolicySet.Ingress.0.SecurityGroupId": "sg-refer001"},
        {"SecurityGroupPolicySet": '{"Ingress": [{"SecurityGroupId": "sg-refer001"}]}'},
        {"policys": [{"sgId": "sg-refer001", "cidrIp": "sg-refer001"}]},
        {"policys.0.sgId": "sg-refer001"},
        {"Ingress": [{"SecurityGroupId": "sg-refer001"}]},
        {"Egress.0.SecurityGroupId": "sg-refer001"},
    ],
)
def test_a_group_that_a_row_refers_to_is_not_the_changed_one(rows: dict[str, object]) -> None:
    assert groups(requestParameters={**rows, "SecurityGroupId": "sg-node0001"}) == ("sg-node0001",)
    with pytest.raises(EventError, match="does not say which one"):
        parse(record(requestParameters=json.dumps(rows)))


def test_a_copy_is_about_the_new_group_not_about_its_source() -> None:
    copied = record(
        eventName="CloneSecurityGroup",
        requestParameters={
            "SecurityGroupId": "sg-source01",
            "RemoteRegion": "ap-chengdu",
            "Region": "ap-guangzhou",
        },
        resourceName="sg/sg-source01",
    )

    answer = {"responseElements": {"SecurityGroup": {"SecurityGroupId": "sg-fresh001"}}}

    assert changed({**copied, **answer}).group_ids == ("sg-fresh001",)
    assert changed({**copied, **answer}).regions == ("ap-chengdu", "ap-guangzhou")
    with pytest.raises(EventError, match="does not say which one"):
        parse(copied)


def test_last_resort_is_any_readable_text_of_a_call_that_must_name_a_group() -> None:
    said_elsewhere = {"requestParameters": "", "errorMessage": "sg/sg-node0001 was changed by sg-node002"}

    assert groups(**said_elsewhere) == ("sg-node0001",)
    assert (
        ignored(**said_elsewhere, eventName="ModifyNetworkInterface") == "The call names no security group."
    )


@pytest.mark.parametrize(
    "unreadable",
    [
        f'{{"Token": "{SECRET}", "SecurityGroupId": "sg-node0001"',
        f'{{"SecurityGroupPolicySet": {{"Ingress": [{{"SecurityGroupId": "{SECRET}"}}',
        f"Action=CreateSecurityGroupPolicies&Signature={SECRET}",
        json.dumps({"Credentials": {"Id": SECRET}, "Authorization": [SECRET], "Password": SECRET}),
    ],
)
def test_last_resort_stops_at_rows_and_secrets(unreadable: str) -> None:
    with pytest.raises(EventError, match="does not say which one"):
        parse(
            record(requestParameters=unreadable, userIdentity={"secretId": SECRET, "userName": "sg-node0001"})
        )


# Regions


def test_regions_in_order_of_trust() -> None:
    element = {
        "region": "ap-singapore",
        "data": record(
            requestParameters={"SecurityGroupId": "sg-node0001", "Region": "ap-chengdu"},
            resourceSet=json.dumps(
                [{"resourceRegion": "Global"}, {"resourceRegion": "ap-tokyo"}, {"resourceRegion": ""}]
            ),
            eventRegion="ap-chongqing",
        ),
    }

    assert changed(element).regions == ("ap-chengdu", "ap-tokyo", "ap-singapore", "ap-chongqing")


def test_a_remote_region_is_where_a_copy_goes_and_says_nothing_else() -> None:
    request = {"SecurityGroupId": "sg-node0001", "Region": "ap-chengdu", "RemoteRegion": "ap-tokyo"}

    assert changed(record(requestParameters=request)).regions == ("ap-chengdu",)


@pytest.mark.parametrize(
    "odd", ["gz", "", "Global", None, 7, ["ap-guangzhou"], "ap-", "AP-GUANGZHOU", "ap guangzhou"]
)
def test_what_is_no_region(odd: object) -> None:
    request = {"SecurityGroupId": "sg-node0001", "Region": odd}

    assert changed(record(requestParameters=request, eventRegion=odd, resourceSet=odd)).regions == ()


# Change or not


@pytest.mark.parametrize("code", [0, "0", "", None, " 0 ", "ok", "Success"])
@pytest.mark.parametrize("field", ["errorCode", "apiErrorCode"])
def test_codes_of_success(field: str, code: object) -> None:
    assert groups(**{field: code, "apiErrorMessage": ""}) == ("sg-node0001",)


@pytest.mark.parametrize(
    "fields",
    [
        {"apiErrorCode": 0, "apiErrorMessage": "version conflict"},
        {"apiErrorCode": "UnsupportedOperation.VersionMismatch"},
        {"apiErrorCode": 4000},
        {"errorCode": "4"},
    ],
)
def test_a_failed_call_changed_nothing(fields: dict[str, object]) -> None:
    assert ignored(**fields) == "The call failed and changed nothing."
    assert ignored(**fields, requestParameters="") == "The call failed and changed nothing."


@pytest.mark.parametrize("name", ["DescribeSecurityGroupPolicies", "GetSecurityGroup", "ListSecurityGroups"])
def test_reads_by_name(name: str) -> None:
    assert ignored(eventName=name) == "A read changes nothing."


def test_what_claims_to_be_a_read_is_one_unless_the_table_knows_better() -> None:
    assert ignored(eventName="InquirePrice", actionType="Read") == "A read changes nothing."
    assert groups(actionType="Read") == ("sg-node0001",)


@pytest.mark.parametrize("product", ["vpc", "cvm", "dfw", "tke", "clb", "VPC"])
def test_an_unknown_write_that_names_a_group_is_a_change(product: str) -> None:
    assert groups(eventName="SomethingNew", resourceType=product, eventSource="") == ("sg-node0001",)


@pytest.mark.parametrize("name", ["SomethingNew", "AssociateSecurityGroups", "CreateService"])
def test_a_write_of_another_product_is_none(name: str) -> None:
    reason = ignored(eventName=name, resourceType="cdb", eventSource="cdb.tencentcloudapi.com")

    assert reason == "The product does not serve security groups."


def test_policy_edits_count_wherever_they_are_filed() -> None:
    assert groups(resourceType="securitygroup", eventSource="gateway.example") == ("sg-node0001",)


def test_either_name_of_the_product_suffices() -> None:
    fields = {
        "eventName": "SomethingNew",
        "resourceType": "ccs",
        "eventSource": "tke.ap-guangzhou.api.tencentyun.com",
    }

    assert changed(record(**fields)).product == "ccs"


def test_product_of_the_envelope_only_where_the_record_tells_none() -> None:
    bare = record(eventName="SomethingNew", resourceType="", eventSource=None)

    assert changed({"type": "vpc:CloudEvent:ApiCall", "source": "x.y", "data": bare}).product == "vpc"
    assert changed({"source": "CVM.cloud.tencent", "data": bare}).product == "cvm"
    assert changed(bare).product == ""
    assert changed({"type": "cdb:CloudEvent:ApiCall", "data": record()}).product == "vpc"


@pytest.mark.parametrize(
    "name", sorted(api for api, effect in EFFECTS.items() if effect in ("new-template", "label", "deletion"))
)
def test_writes_without_effect_on_a_group(name: str) -> None:
    assert ignored(eventName=name)


@pytest.mark.parametrize(
    "name",
    sorted(api for api, effect in EFFECTS.items() if effect in ("policies", "creation", "binding", "option")),
)
def test_writes_with_effect_on_a_group(name: str) -> None:
    assert groups(eventName=name) == ("sg-node0001",)


@pytest.mark.parametrize("name", [None, "", 7.5, [], {"a": 1}, "\x00\x01"])
def test_a_record_without_a_name_is_kept(name: object) -> None:
    for element in (record(eventName=name), {"type": "vpc:CloudEvent:ApiCall", "data": {"eventName": name}}):
        with pytest.raises(EventError, match="eventName is missing"):
            parse(element)


@pytest.mark.parametrize("data", [None, "", "{", [], 7, {}, {"data": record()}])
def test_an_envelope_without_a_record_is_kept(data: object) -> None:
    with pytest.raises(EventError, match="eventName is missing"):
        parse({"specversion": "1.0", "source": "vpc.cloud.tencent", "data": data})


# Values taken over


@pytest.mark.parametrize(
    ("time", "seconds"),
    [
        (1770112801, 1770112801),
        ("1770112801", 1770112801),
        (1770112801573, 1770112801),
        ("1770112801573", 1770112801),
        (1770112801573000, 1770112801),
        ("2019-03-20 12:36:27", None),
        ("", None),
        (None, None),
        (True, None),
        (0, None),
        (-1770112801, None),
        (17701128010, None),
        (float("nan"), None),
        ("١٧٧٠١١٢٨٠١", None),
        pytest.param(10**5000, None, id="5000 digits"),
        pytest.param("9" * 5000, None, id="5000 digits as text"),
    ],
)
def test_time(time: object, seconds: int | None) -> None:
    assert changed(record(eventTime=time)).occurred_at == seconds
    assert changed({"time": time, "data": record()}).occurred_at == seconds


def test_the_record_tells_the_time_before_the_envelope() -> None:
    assert changed({"time": 1770112999, "data": record(eventTime=1770112801)}).occurred_at == 1770112801


@pytest.mark.parametrize(
    ("fields", "request_id"),
    [
        ({"requestID": "a-1", "eventID": "b-2"}, "a-1"),
        ({"requestID": 662138269}, "662138269"),
        ({"requestID": "", "eventID": "b-2"}, "b-2"),
        ({"requestID": None}, ""),
        ({"requestID": True}, ""),
        pytest.param({"requestID": 10**5000}, "", id="5000 digits"),
    ],
)
def test_request_id(fields: dict[str, object], request_id: str) -> None:
    assert changed(record(**fields)).request_id == request_id


@pytest.mark.parametrize(
    ("call", "kind", "via"),
    [
        ("ConsoleCall", "vpc:CloudEvent:ApiCall", "console"),
        ("", "vpc:CloudEvent:MiniProgramCall", "mini-program"),
        ("NewCall", "vpc:CloudEvent:ApiCall", "api"),
        (None, "vpc:CloudEvent:NewCall", "unknown"),
        (None, None, "unknown"),
    ],
)
def test_via(call: object, kind: object, via: str) -> None:
    assert changed({"type": kind, "data": record(eventType=call)}).via == via


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("Root", "root"),
        ("root", "root"),
        ("CAMUser", "user"),
        ("SubUser", "user"),
        ("AssumedRole", "role"),
        ("TencentCloudService", "service"),
        ("SomebodyNew", "unknown"),
        (None, "unknown"),
    ],
)
def test_actor_kind(kind: object, expected: str) -> None:
    assert changed(record(userIdentity={"type": kind})).actor.kind == expected


@pytest.mark.parametrize(
    "context", [None, "", "{}", "{", '{"extraInfo": ""}', '{"extraInfo": "{"}', {"extraInfo": []}, 7]
)
def test_a_role_whose_session_context_tells_nothing(context: object) -> None:
    identity = {
        "type": "AssumedRole",
        "userName": "roleUser",
        "accountId": 100000000001,
        "principalId": "not digits",
        "sessionContext": context,
        "roleSessionName": "deploy",
    }

    actor = changed(record(userIdentity=identity)).actor

    assert actor == Actor(kind="role", account_id="100000000001", name="roleUser", session="deploy")


def test_a_user_has_no_session() -> None:
    identity = {
        "type": "CAMUser",
        "userName": "a",
        "roleSessionName": "b",
        "sessionContext": {"extraInfo": {"roleName": "c"}},
    }

    assert changed(record(userIdentity=json.dumps(identity))).actor == Actor(kind="user", name="a")


def test_foreign_text_is_printable_and_bounded() -> None:
    nasty = "\x1b[31m\u202eevil\ud800\r\n\t中文 " + "x" * 100_000

    parsed = changed(
        record(userAgent=nasty, sourceIPAddress=nasty, userIdentity={"userName": nasty}, requestID=nasty)
    )

    for text in (parsed.user_agent, parsed.source_address, parsed.actor.name, parsed.request_id):
        assert text.startswith("[31mevil中文 x")
        assert text.isprintable()
        assert len(text) == 256


# Secrets and size


def test_no_secret_survives() -> None:
    context = {
        "token": SECRET,
        "extraInfo": json.dumps({"roleName": "r", "roleSessionName": "s", "token": SECRET}),
    }
    request = {
        "SecurityGroupId": "sg-node0001",
        "Token": SECRET,
        "SecretId": SECRET,
        "Signature": SECRET,
        "LoginSettings": {"Password": SECRET},
        "X-TC-Token.0": SECRET,
    }
    for kind in ("Root", "AssumedRole"):
        identity = {"type": kind, "secretId": SECRET, "sessionContext": json.dumps(context), "token": SECRET}
        parsed = parse(record(userIdentity=identity, requestParameters=json.dumps(request), signature=SECRET))
        assert isinstance(parsed, ChangeEvent)
        assert SECRET not in repr(parsed)


def test_an_error_does_not_quote_what_it_read() -> None:
    with pytest.raises(EventError) as caught:
        parse(record(requestParameters=f'{{"Token": "{SECRET}"', eventName="CreateSecurityGroupPolicies"))

    assert SECRET not in "".join(traceback.format_exception(caught.value)) + caught.value.diagnostics()
    assert caught.value.__context__ is None


def test_nesting_as_deep_as_an_event_can_hold() -> None:
    deep: object = "sg-node0001"
    for _ in range(50_000):
        deep = [deep]

    assert groups(requestParameters={"SecurityGroupId": "sg-node0001", "Deep": deep}) == ("sg-node0001",)
    assert groups(requestParameters={"SecurityGroupId": deep}) == ("sg-node0001",)
    assert groups(requestParameters="[" * 120_000, resourceName="sg/sg-node0001") == ("sg-node0001",)


def test_as_many_values_as_an_event_can_hold() -> None:
    many = {"SecurityGroupId": "sg-node0001", "Numbers": [0] * 60_000}

    assert groups(requestParameters=json.dumps(many)) == ("sg-node0001",)


def test_a_body_without_end_is_refused() -> None:
    endless: list[object] = ["sg-node0001"]
    endless.append(endless)

    with pytest.raises(EventError, match="More than 200000 values"):
        parse(record(requestParameters=endless))
