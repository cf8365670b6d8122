"""Writes leave CloudAudit records, and EventBridge wraps them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tcmock.eventbridge import envelope

GROUP = "sg-00000001"
EVERYTHING = {"version": "2.0", "statement": [{"effect": "allow", "action": "*", "resource": "*"}]}


@pytest.fixture(autouse=True)
def _group(region: Any) -> None:
    region.add_security_group(SecurityGroupId=GROUP)


def write(api: Any, key: Any, port: str = "22") -> str:
    """One row more; gives back the request id."""
    row = {"Protocol": "TCP", "Port": port, "CidrBlock": "10.0.0.0/8", "Action": "ACCEPT"}
    policies = {"Ingress": [row]}
    client = api.client("vpc", key=key)
    params = {"SecurityGroupId": GROUP, "SecurityGroupPolicySet": policies}
    return client.call_json("CreateSecurityGroupPolicies", params)["Response"]["RequestId"]


def test_the_record_of_a_write(api: Any, cloud: Any) -> None:
    """Every documented member, in the types of published records."""
    request_id = write(api, None)
    (record,) = cloud.audit.records
    record = dict(record)
    identity = record.pop("userIdentity")
    assert identity.keys() == {"principalId", "accountId", "secretId", "sessionContext", "type", "userName"}
    assert identity["type"] == "Root"
    assert identity["userName"] == "root"
    assert identity["principalId"] == identity["accountId"] == "100000000001"
    assert identity["secretId"] == cloud.credentials.secret_id
    session = json.loads(identity["sessionContext"])
    assert session["ownerUin"] == 100000000001
    assert session["appId"] == 1250000001
    assert session["userIp"] == "127.0.0.1"
    assert json.loads(session["extraInfo"]) == {}
    assert isinstance(record["eventTime"], int)
    assert abs(record.pop("eventTime") - cloud.clock()) < 5
    assert record.pop("userAgent").startswith("SDK_PYTHON_")
    assert json.loads(record.pop("requestParameters")) == {
        "SecurityGroupId": GROUP,
        "SecurityGroupPolicySet": {
            "Ingress": [{"Protocol": "TCP", "Port": "22", "CidrBlock": "10.0.0.0/8", "Action": "ACCEPT"}]
        },
        "Version": "2017-03-12",
        "Region": "ap-guangzhou",
    }
    assert json.loads(record.pop("responseElements")) == {"RequestId": request_id}
    assert record == {
        "eventRegion": "ap-guangzhou",
        "eventVersion": 2,
        "errorCode": "0",
        "errorMessage": "permission verify",
        "requestID": request_id,
        "eventID": request_id,
        "apiVersion": "3.0",
        "eventType": "ApiCall",
        "actionType": "Write",
        "httpMethod": "POST",
        "apiErrorCode": "0",
        "apiErrorMessage": "",
        "sensitiveAction": "0",
        "sourceIPAddress": "127.0.0.1",
        "resourceType": "vpc",
        "eventName": "CreateSecurityGroupPolicies",
        "eventSource": "vpc.tencentcloudapi.com",
        "resourceName": f"sg/{GROUP}",
        "resourceSet": [
            {
                "resourceType": "VPC",
                "resourceRegion": "ap-guangzhou",
                "resourceId": GROUP,
                "resourceTypeClass": "QCS::VPC::SecurityGroup",
            }
        ],
        "tags": [""],
    }


def test_reads_and_failures_leave_none(local: Any, cloud: Any) -> None:
    """Only a write that happened is told."""
    local.raw("vpc", "DescribeSecurityGroups")
    policies = {"Ingress": [{"PolicyIndex": 5}]}
    local.error("vpc", "DeleteSecurityGroupPolicies", SecurityGroupId=GROUP, SecurityGroupPolicySet=policies)
    assert cloud.audit.records == []


def test_every_write_is_told(local: Any, cloud: Any) -> None:
    """In order; a creation names the group that it made."""
    made = local("vpc", "CreateSecurityGroup", GroupName="x", GroupDescription="y")["SecurityGroup"]
    group = made["SecurityGroupId"]
    row = {"Protocol": "ALL", "CidrBlock": "10.0.0.0/8", "Action": "ACCEPT"}
    for action, policy in [
        ("CreateSecurityGroupPolicies", row),
        ("ReplaceSecurityGroupPolicy", {**row, "PolicyIndex": 0}),
        ("ReplaceSecurityGroupPolicies", {**row, "PolicyIndex": 0}),
        ("ModifySecurityGroupPolicies", row),
        ("DeleteSecurityGroupPolicies", {"PolicyIndex": 0}),
    ]:
        local("vpc", action, SecurityGroupId=group, SecurityGroupPolicySet={"Ingress": [policy]})
    local("vpc", "DeleteSecurityGroup", SecurityGroupId=group)
    names = [record["eventName"] for record in cloud.audit.records]
    assert names == [call.action for call in cloud.calls]
    assert {record["resourceName"] for record in cloud.audit.records} == {f"sg/{group}"}
    assert json.loads(cloud.audit.records[0]["responseElements"])["SecurityGroup"]["SecurityGroupId"] == group


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"type": "CAMUser", "principal_id": "100000000099"},
            {"type": "CAMUser", "principalId": "100000000099", "userName": "100000000099"},
        ),
        (
            {
                "type": "AssumedRole",
                "principal_id": "4611686018000000001",
                "token": "t",
                "role_name": "guard",
                "role_session_name": "scf",
            },
            {
                "type": "AssumedRole",
                "principalId": "4611686018000000001",
                "userName": "roleUser",
                "roleSessionName": "scf",
            },
        ),
        (
            {"type": "TencentCloudService", "role_name": "TKE_QCSRole", "role_session_name": "tke-access"},
            {"type": "TencentCloudService", "userName": "TKE_QCSRole", "roleSessionName": "tke-access"},
        ),
        ({"user_name": "someone"}, {"type": "Root", "userName": "someone"}),
    ],
)
def test_who_acted(local: Any, cloud: Any, fields: dict[str, Any], expected: dict[str, Any]) -> None:
    """A key says whom it stands for; a token is never told."""
    account = cloud.account("100000000001")
    account.add("policies", PolicyName="everything", PolicyDocument=EVERYTHING)
    account.add("roles", RoleName="guard", Policies=["everything"])
    key = account.add_key(**fields)
    write(local, key)
    identity = cloud.audit.records[0]["userIdentity"]
    assert {name: identity[name] for name in expected} == expected
    extra = json.loads(json.loads(identity["sessionContext"])["extraInfo"])
    assert extra.get("roleName", "") == fields.get("role_name", "")
    assert extra.get("roleSessionName", "") == fields.get("role_session_name", "")
    assert "token" not in identity["sessionContext"]


def test_a_console_key_makes_console_calls(local: Any, cloud: Any) -> None:
    """As in recorded console calls the source is another domain."""
    write(local, cloud.account("100000000001").add_key(console=True))
    (record,) = cloud.audit.records
    assert record["eventType"] == "ConsoleCall"
    assert record["eventSource"] == "vpc.ap-guangzhou.api.tencentyun.com"
    assert envelope(record, event_id="e")["type"] == "vpc:CloudEvent:ConsoleCall"


def test_subscribers_see_the_write_and_may_call_again(api: Any, cloud: Any) -> None:
    """They run after the write, without the lock."""
    seen: list[tuple[str, int]] = []

    def look(record: Any) -> None:
        seen.append((record["eventName"], len(api.rows(GROUP))))

    cloud.subscribe(look)
    write(api, None, "22")
    write(api, None, "23")
    assert seen == [("CreateSecurityGroupPolicies", 1), ("CreateSecurityGroupPolicies", 2)]


def test_what_a_subscriber_raises_is_not_swallowed(local: Any, cloud: Any, sign: Any) -> None:
    """It reaches the caller of `handle`, and the write has happened."""

    def fail(_: Any) -> None:
        raise LookupError("broken subscriber")

    cloud.subscribe(fail)
    row = {"Protocol": "ALL", "CidrBlock": "10.0.0.0/8", "Action": "ACCEPT"}
    policies = {"SecurityGroupId": GROUP, "SecurityGroupPolicySet": {"Ingress": [row]}}
    with pytest.raises(LookupError, match="broken subscriber"):
        cloud.handle(sign("CreateSecurityGroupPolicies", policies))
    assert local.version(GROUP) == "1"


def test_the_envelope(local: Any, cloud: Any) -> None:
    """The CloudEvents wrapper of the default bus; time in milliseconds."""
    write(local, None)
    (record,) = cloud.audit.records
    event = envelope(record, event_id="13a3f42d-0000-4000-8000-000000000000")
    assert event == {
        "specversion": "1.0",
        "id": "13a3f42d-0000-4000-8000-000000000000",
        "source": "vpc.cloud.tencent",
        "type": "vpc:CloudEvent:ApiCall",
        "subject": GROUP,
        "time": record["eventTime"] * 1000,
        "region": "ap-guangzhou",
        "resource": [f"qcs::vpc:ap-guangzhou:uin/100000000001:sg/{GROUP}"],
        "datacontenttype": "application/json;charset=utf-8",
        "tags": {},
        "data": record,
    }


@pytest.mark.shared_data
@pytest.mark.parametrize(
    "name",
    ["cloudaudit_write_tat_RunCommand_2025_partial", "cloudaudit_DescribeEvents_CreateAuditTrack_2023"],
)
def test_published_records_have_no_member_that_ours_lacks(
    local: Any, cloud: Any, recording: Any, name: str
) -> None:
    """And those that both have are of one type; `resources` belongs to older records."""
    published = recording(f"events/{name}.json")
    published = published.get("record") or published["CloudAuditEvent_decoded"]
    role = {"role_name": "TKE_QCSRole", "role_session_name": "tke-access"}
    write(local, cloud.account("100000000001").add_key(type="TencentCloudService", **role))
    (ours,) = cloud.audit.records
    assert published.keys() - ours.keys() <= {"resources"}
    assert published["userIdentity"].keys() <= ours["userIdentity"].keys()
    untyped = {"apiErrorCode"}  # a number in 2023, a string in 2025
    for member in published.keys() & ours.keys() - untyped:
        assert type(published[member]) is type(ours[member]), member
