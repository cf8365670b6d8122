"""Records asked for by call, and delivered along tracks."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from tcmock import Cloud
from tcmock.cloudaudit.state import CloudAuditState
from tcmock.cos.state import CosState

ACCOUNT, REGION = "100000000001", "ap-guangzhou"
NOW = 1_700_000_000
TRACK = {"Name": "changes", "Status": 1, "ActionType": "Write", "ResourceType": "vpc", "EventNames": ["*"]}


@pytest.fixture(autouse=True)
def _still(cloud: Cloud) -> None:
    """2023-11-15 06:13:20 in China."""
    cloud.clock.freeze()
    cloud.clock.set(NOW)


def make_groups(call: Any, count: int, **more: Any) -> None:
    """One a second."""
    for _ in range(count):
        call("vpc", "CreateSecurityGroup", GroupName="x", GroupDescription="y", **more)
        call._api.cloud.clock.advance(1)


def events(call: Any, *attributes: tuple[str, str], **more: Any) -> dict[str, Any]:
    """A page of records."""
    looked_up = [{"AttributeKey": key, "AttributeValue": value} for key, value in attributes]
    given = {"StartTime": NOW, "EndTime": NOW + 100, "MaxResults": 50, **more}
    return call("cloudaudit", "DescribeEvents", LookupAttributes=looked_up, **given)


def names(page: dict[str, Any]) -> list[str]:
    return [event["EventName"] for event in page["Events"]]


def test_a_record_is_told_whole(call: Any, cloud: Cloud) -> None:
    """The event has the record as text, and the most of it beside."""
    make_groups(call, 1, at="ap-shanghai")
    (event,) = events(call)["Events"]
    record = cloud.audit.records[0]
    assert json.loads(event["CloudAuditEvent"]) == record
    assert (event["EventTime"], event["ErrorCode"], event["AccountID"]) == (str(NOW), 0, int(ACCOUNT))
    assert (event["Username"], event["SecretId"]) == ("root", cloud.credentials.secret_id)
    assert event["Resources"] == {"ResourceType": "vpc", "ResourceName": record["resourceName"]}
    assert (event["ResourceRegion"], event["Location"]) == ("ap-shanghai", "")
    assert events(call, IsReturnLocation=1)["Events"][0]["Location"] == "unknown"


def test_pages_are_newest_first_and_stay_whole(call: Any, cloud: Cloud) -> None:
    """What comes meanwhile moves nothing."""
    make_groups(call, 5)
    ids = [record["requestID"] for record in cloud.audit.records]
    seen, token, over = [], {}, False
    while not over:
        page = events(call, MaxResults=2, **token)
        seen += [event["RequestID"] for event in page["Events"]]
        token, over = {"NextToken": page["NextToken"]}, page["ListOver"]
        make_groups(call, 1)
    assert seen == ids[::-1]


@pytest.mark.parametrize(
    ("attributes", "found"),
    [
        ([("EventName", "CreateSecurityGroup"), ("EventName", "DeleteSecurityGroup")], 3),
        ([("EventName", "CreateSecurityGroup"), ("SourceIPAddress", "192.0.2.1")], 0),
        ([("ActionType", "Read")], 0),
        ([("ResourceType", "vpc"), ("ActionType", "Write")], 4),
        ([("PrincipalId", "100000000099")], 1),
        ([("AccessKeyId", "AKIDother")], 1),
        ([("ResourceName", "sg/sg-0000000a")], 2),
        ([("ResourceId", "sg-0000000a")], 2),
        ([("SensitiveAction", "0"), ("ApiErrorCode", "0"), ("CamErrorCode", "0")], 4),
        ([("RequestId", "none")], 0),
    ],
)
def test_records_are_looked_up(
    call: Any, cloud: Cloud, region: Any, attributes: list[tuple[str, str]], found: int
) -> None:
    """Values of one key are alternatives, keys are all needed."""
    region.add_security_group(SecurityGroupId="sg-0000000a")
    make_groups(call, 1)
    other = cloud.account(ACCOUNT).add_key(secret_id="AKIDother", type="CAMUser", principal_id="100000000099")
    make_groups(call.signed_by(other), 1)
    call("vpc", "ModifySecurityGroupAttribute", SecurityGroupId="sg-0000000a", GroupName="z")
    call("vpc", "DeleteSecurityGroup", SecurityGroupId="sg-0000000a")
    assert events(call, *attributes)["TotalCount"] == found


def test_accounts_see_their_own(call: Any, cloud: Cloud) -> None:
    """And so does whoever loads another state."""
    make_groups(call, 1)
    stranger = cloud.account("100000000002").keys[0]
    assert events(call.signed_by(stranger))["Events"] == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"StartTime": NOW - 91 * 86_400, "EndTime": NOW - 90 * 86_400}, "InvalidParameter.Time"),
        ({"StartTime": NOW, "EndTime": NOW - 1}, "InvalidParameter.Time"),
        ({"StartTime": NOW - 30 * 86_400, "EndTime": NOW}, "LimitExceeded.OverTime"),
        ({"MaxResults": 51}, "InvalidParameterValue.MaxResult"),
        ({"LookupAttributes": [{"AttributeKey": "Colour"}]}, "InvalidParameterValue.attributeKey"),
    ],
)
def test_what_cannot_be_asked(call: Any, changes: dict[str, Any], code: str) -> None:
    """Ninety days back, thirty at a time, fifty on a page."""
    make_groups(call, 1)
    given = {"StartTime": NOW, "EndTime": NOW + 1, **changes}
    assert call.error("cloudaudit", "DescribeEvents", **given) == code


def stored(kind: str, name: str, **more: Any) -> dict[str, Any]:
    """Where a track delivers."""
    place = {"StorageType": kind, "StorageRegion": REGION, "StorageName": name, "StoragePrefix": "audit"}
    return {"Storage": {**place, **more}}


def objects(cloud: Cloud) -> dict[str, bytes]:
    """What lies in the bucket."""
    bucket = cloud.account(ACCOUNT).region(REGION)[CosState].buckets["logs-1250000001"]
    return {key: found.body for key, found in bucket.objects.items()}


@pytest.mark.parametrize("compress", [1, 2])
def test_a_track_writes_files_of_lines(call: Any, cloud: Cloud, region: Any, compress: int) -> None:
    """Five minutes after the first record, one JSON object a line, of the product that was asked for."""
    region.add("buckets", Bucket="logs-1250000001")
    call("cloudaudit", "CreateAuditTrack", **TRACK, **stored("cos", "logs", Compress=compress))
    make_groups(call, 2)
    call("cvm", "DescribeInstances")
    call(
        "cam",
        "CreateRole",
        RoleName="x",
        PolicyDocument='{"version":"2.0","statement":[{"effect":"allow",'
        '"action":"sts:AssumeRole","principal":{"service":"scf.qcloud.com"}}]}',
    )
    assert objects(cloud) == {}
    cloud.clock.advance(300)
    ((key, body),) = objects(cloud).items()
    assert key.startswith("audit/changes/2023/11/15-")
    assert key.endswith(".gz") is (compress == 1)
    lines = (gzip.decompress(body) if compress == 1 else body).splitlines()
    told = [json.loads(line) for line in lines]
    assert [record["eventName"] for record in told] == ["CreateSecurityGroup"] * 2
    assert "eventID" not in told[0]
    make_groups(call, 1)
    cloud.clock.advance(300)
    assert len(objects(cloud)) == 2


@pytest.mark.parametrize("kind", ["cls", "ckafka"])
def test_a_track_to_a_topic(call: Any, cloud: Cloud, kind: str) -> None:
    """One message a record, at once; a track that is off delivers none."""
    made = call("cloudaudit", "CreateAuditTrack", **TRACK, **stored(kind, "topic"))["TrackId"]
    make_groups(call, 1)
    call("cloudaudit", "ModifyAuditTrack", TrackId=made, Status=0)
    make_groups(call, 1)
    (message,) = cloud.account(ACCOUNT)[CloudAuditState].messages
    assert (message.storage_type, message.topic, message.region) == (kind, "topic", REGION)
    assert json.loads(message.body)["eventName"] == "CreateSecurityGroup"


def test_tracks_are_shown(call: Any) -> None:
    """One, or page by page."""
    made = call("cloudaudit", "CreateAuditTrack", **TRACK, **stored("cls", "topic"))["TrackId"]
    one = call("cloudaudit", "DescribeAuditTrack", TrackId=made)
    assert (one["Name"], one["Storage"]["StorageName"], one["CreateTime"]) == (
        "changes",
        "topic",
        "2023-11-15 06:13:20",
    )
    listed = call("cloudaudit", "DescribeAuditTracks", PageNumber=1, PageSize=10)
    assert (listed["TotalCount"], listed["Tracks"][0]["TrackId"]) == (1, made)
    call("cloudaudit", "DeleteAuditTrack", TrackId=made)
    error = call.error("cloudaudit", "DescribeAuditTrack", TrackId=made)
    assert error == "ResourceNotFound.AuditNotExist"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Name": "x"}, "InvalidParameter"),
        ({"Status": 2}, "InvalidParameter"),
        ({"ActionType": "All"}, "InvalidParameterValue.ReadWriteAttributeError"),
        ({"ResourceType": "*", "EventNames": ["x"]}, "InvalidParameter"),
        ({"EventNames": list("abcdefghijk")}, "InvalidParameter"),
        (stored("cos", "none"), "ResourceNotFound.CosNotExist"),
        (stored("cls", "topic", StoragePrefix="a/b"), "InvalidParameterValue.LogFilePrefixError"),
        (stored("tape", "x"), "InvalidParameter"),
        ({"TrackForAllMembers": 1}, "UnsupportedOperation"),
    ],
)
def test_tracks_that_cannot_be(call: Any, changes: dict[str, Any], code: str) -> None:
    """With the code that tells what."""
    good = {**TRACK, **stored("cls", "topic")}
    assert call.error("cloudaudit", "CreateAuditTrack", **{**good, **changes}) == code


def test_an_account_has_five_tracks(call: Any) -> None:
    """And the name of one stays."""
    for number in range(5):
        named = {**TRACK, "Name": f"track{number}", **stored("cls", "topic")}
        made = call("cloudaudit", "CreateAuditTrack", **named)["TrackId"]
    error = call.error("cloudaudit", "CreateAuditTrack", **TRACK, **stored("cls", "topic"))
    assert error == "LimitExceeded.OverAmount"
    error = call.error("cloudaudit", "ModifyAuditTrack", TrackId=made, Name="other")
    assert error == "InvalidParameterValue.AuditTrackNameNotSupportModify"


def test_secrets(call: Any, cloud: Cloud, region: Any) -> None:
    """Of state documents, by name and version; text or bytes."""
    region.add("secrets", SecretName="webhook", Versions={"v1": "https://example.com/x", "v2": "y"})
    region.add("secrets", SecretName="key", Versions={"v1": "AAE="}, Binary=True)
    answer = call("ssm", "GetSecretValue", SecretName="webhook", VersionId="v1")
    assert (answer["SecretString"], answer["SecretBinary"]) == ("https://example.com/x", "")
    answer = call("ssm", "GetSecretValue", SecretName="key", VersionId="v1")
    assert (answer["SecretString"], answer["SecretBinary"]) == ("", "AAE=")
    for name, version in (("none", "v1"), ("webhook", "v9")):
        error = call.error("ssm", "GetSecretValue", SecretName=name, VersionId=version)
        assert error == "ResourceNotFound.SecretNotExist"
    document = cloud.dump()
    cloud.load(document)
    assert cloud.dump() == document
    assert "example.com" not in repr(cloud.calls)


def test_clusters_in_brief(call: Any, region: Any) -> None:
    """The newer version tells less of a cluster, and its network beside."""
    vpc = region.add_vpc(CidrBlock="10.0.0.0/16")
    cluster = region.add_cluster(VpcId=vpc, ClusterType="INDEPENDENT_CLUSTER")
    region.add_cluster(VpcId=vpc)
    answer = call("tke", "DescribeClusters", ClusterType="INDEPENDENT_CLUSTER")
    (shown,) = answer["Clusters"]
    assert (shown["ClusterId"], shown["VpcId"], shown["ClusterStatus"]) == (cluster, vpc, "Running")
    assert (answer["TotalCount"], answer["Errors"]) == (1, [])
