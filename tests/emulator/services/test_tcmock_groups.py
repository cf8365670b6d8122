"""Security groups made, copied, renamed and deleted, who uses them, and how many there may be."""

from __future__ import annotations

from typing import Any

import pytest

A, B = "sg-0000000a", "sg-0000000b"
ALL_IPV4 = {"Protocol": "ALL", "Port": "ALL", "CidrBlock": "0.0.0.0/0", "Action": "ACCEPT"}


@pytest.fixture(autouse=True)
def _world(region: Any, tcp: Any) -> None:
    region.add_vpc(VpcId="vpc-0000000a", CidrBlock="10.0.0.0/16")
    region.add_subnet(SubnetId="subnet-0000000a", VpcId="vpc-0000000a", CidrBlock="10.0.0.0/20")
    region.add_security_group(
        SecurityGroupId=A,
        SecurityGroupName="first",
        SecurityGroupDesc="the original",
        TagSet=[{"Key": "tier", "Value": "web"}, {"Key": "city", "Value": "shanghai"}],
        SecurityGroupPolicySet={"Version": "9", "Ingress": [tcp("1"), tcp("2")], "Egress": [tcp("3")]},
    )
    region.add_security_group(SecurityGroupId=B)


def made(api: Any, action: str, **params: Any) -> dict[str, Any]:
    """The group that a creation answers."""
    return api("vpc", action, **params)["SecurityGroup"]


def test_a_group_with_rows_in_both_directions(api: Any, tcp: Any) -> None:
    """At version 1, or 0 without rows."""
    rows = {"Ingress": [tcp("1", PolicyIndex=0), tcp("2", PolicyIndex=0)], "Egress": [ALL_IPV4]}
    about = {"GroupName": "web", "GroupDescription": "", "ProjectId": "7"}
    full = made(api, "CreateSecurityGroupWithPolicies", **about, SecurityGroupPolicySet=rows)
    group = full["SecurityGroupId"]
    assert (full["SecurityGroupName"], full["ProjectId"], full["IsDefault"]) == ("web", "7", False)
    assert [row["Port"] for row in api.rows(group)] == ["1", "2"]
    assert [row["Port"] for row in api.rows(group, "Egress")] == ["ALL"]
    assert api.version(group) == "1"
    assert api.version(made(api, "CreateSecurityGroupWithPolicies", **about)["SecurityGroupId"]) == "0"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([{"PolicyIndex": 0}, {"PolicyIndex": 1, "Port": "2"}], "InvalidParameterValue"),
        ([{}, {}], "UnsupportedOperation.DuplicatePolicy"),
        ([{"Port": str(port)} for port in range(101)], "LimitExceeded.SecurityGroupPolicySet"),
        ([{"Port": "x"}], "InvalidParameterValue.Malformed"),
    ],
)
def test_a_group_with_wrong_rows_is_not_made(
    local: Any, tcp: Any, rows: list[dict[str, Any]], code: str
) -> None:
    """The rules are those of CreateSecurityGroupPolicies."""
    policies = {"Ingress": [tcp("1") | row for row in rows]}
    about = {"GroupName": "web", "GroupDescription": "", "SecurityGroupPolicySet": policies}
    assert local.error("vpc", "CreateSecurityGroupWithPolicies", **about) == code
    assert local.raw("vpc", "DescribeSecurityGroups")["TotalCount"] == 2


def test_a_project_has_one_default_group(local: Any) -> None:
    """It accepts all of IPv4 both ways, and the second call answers the first one's."""
    first = made(local, "CreateDefaultSecurityGroup")
    again = made(local, "CreateDefaultSecurityGroup")
    other = made(local, "CreateDefaultSecurityGroup", ProjectId="7")
    assert first == again
    assert (first["SecurityGroupName"], first["IsDefault"]) == ("default", True)
    assert other["SecurityGroupId"] != first["SecurityGroupId"]
    for direction in ("Ingress", "Egress"):
        (row,) = local.rows(first["SecurityGroupId"], direction)
        assert {name: row[name] for name in ALL_IPV4} == ALL_IPV4
    assert local.error("vpc", "DeleteSecurityGroup", SecurityGroupId=first["SecurityGroupId"]) == (
        "UnsupportedOperation"
    )


def test_a_clone_has_the_rows_and_no_more(api: Any) -> None:
    """Its own id and version; name and description unless others are given; tags only on request."""
    plain = made(api, "CloneSecurityGroup", SecurityGroupId=A)
    named = made(
        api,
        "CloneSecurityGroup",
        SecurityGroupId=A,
        GroupName="copy",
        GroupDescription="of it",
        ProjectId="7",
        IsCloneTags=True,
        Tags=[{"Key": "city", "Value": "beijing"}],
    )
    assert (plain["SecurityGroupName"], plain["SecurityGroupDesc"]) == ("first", "the original")
    assert (plain["TagSet"], plain["ProjectId"]) == ([], "0")
    assert (named["SecurityGroupName"], named["SecurityGroupDesc"]) == ("copy", "of it")
    assert named["TagSet"] == [{"Key": "tier", "Value": "web"}, {"Key": "city", "Value": "beijing"}]
    for group in (plain["SecurityGroupId"], named["SecurityGroupId"]):
        assert api.rows(group) == api.rows(A)
        assert api.rows(group, "Egress") == api.rows(A, "Egress")
        assert api.version(group) == "1"
    assert api.version(made(api, "CloneSecurityGroup", SecurityGroupId=B)["SecurityGroupId"]) == "0"


def test_a_clone_into_another_region(call: Any, region: Any) -> None:
    """Whatever the rows name must be there too, and groups cannot be."""
    clone = {"at": "ap-shanghai", "SecurityGroupId": A, "RemoteRegion": "ap-guangzhou"}
    copy = call("vpc", "CloneSecurityGroup", **clone)["SecurityGroup"]["SecurityGroupId"]
    rows = call("vpc", "DescribeSecurityGroupPolicies", at="ap-shanghai", SecurityGroupId=copy)
    assert len(rows["SecurityGroupPolicySet"]["Ingress"]) == 2
    row = {"Protocol": "ALL", "Action": "ACCEPT"}
    nested = region.add_security_group(SecurityGroupPolicySet={"Ingress": [{**row, "SecurityGroupId": A}]})
    assert call.error("vpc", "CloneSecurityGroup", **clone | {"SecurityGroupId": nested}) == (
        "UnsupportedOperation.RemoteRegionSgHasReferencedSg"
    )
    template = region.add("address_templates", AddressSet=["10.0.0.1"])
    stored = region.add_security_group(
        SecurityGroupPolicySet={"Ingress": [{**row, "AddressTemplate": {"AddressId": template}}]}
    )
    assert (
        call.error("vpc", "CloneSecurityGroup", **clone | {"SecurityGroupId": stored}) == "ResourceNotFound"
    )
    wrong = {"SecurityGroupId": A, "RemoteRegion": "ap-atlantis"}
    assert call.error("vpc", "CloneSecurityGroup", **wrong) == "InvalidParameterValue.Range"


def test_a_group_is_renamed(api: Any) -> None:
    """What is left out stays, and so do the rows and their version."""
    api("vpc", "ModifySecurityGroupAttribute", SecurityGroupId=A, GroupName="other")
    found = api("vpc", "DescribeSecurityGroups", SecurityGroupIds=[A])["SecurityGroupSet"][0]
    assert (found["SecurityGroupName"], found["SecurityGroupDesc"]) == ("other", "the original")
    assert api.version(A) == "9"


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"SecurityGroupId": A, "GroupName": "x" * 61}, "InvalidParameterValue.TooLong"),
        ({"SecurityGroupId": A, "GroupDescription": "x" * 101}, "InvalidParameterValue.TooLong"),
        ({"SecurityGroupId": "sg-00000009"}, "ResourceNotFound"),
        ({"SecurityGroupId": "web"}, "InvalidParameterValue.Malformed"),
    ],
)
def test_what_renaming_refuses(local: Any, params: dict[str, Any], code: str) -> None:
    """As when a group is made."""
    assert local.error("vpc", "ModifySecurityGroupAttribute", **params) == code


def test_fifty_groups_a_project(local: Any, region: Any) -> None:
    """Of one region; state may hold more, for the vendor raises the quota on request."""
    for _ in range(48):
        region.add_security_group()
    about = {"GroupName": "web", "GroupDescription": ""}
    for action, params in (
        ("CreateSecurityGroup", about),
        ("CreateSecurityGroupWithPolicies", about),
        ("CreateDefaultSecurityGroup", {}),
        ("CloneSecurityGroup", {"SecurityGroupId": A}),
    ):
        assert local.error("vpc", action, **params) == "LimitExceeded"
    region.add_security_group()
    local("vpc", "CreateSecurityGroup", **about, ProjectId="7")


def test_ten_referenced_groups(local: Any, region: Any) -> None:
    """By all rows of both directions together."""
    others = [region.add_security_group() for _ in range(10)]
    rows = [{"Protocol": "ALL", "SecurityGroupId": group, "Action": "ACCEPT"} for group in [A, *others]]

    def create(direction: str, *given: dict[str, Any]) -> dict[str, Any]:
        return {"SecurityGroupId": B, "SecurityGroupPolicySet": {direction: [*given]}}

    local("vpc", "CreateSecurityGroupPolicies", **create("Ingress", *rows[:9]))
    local("vpc", "CreateSecurityGroupPolicies", **create("Egress", rows[0], rows[9]))
    code = local.error("vpc", "CreateSecurityGroupPolicies", **create("Egress", rows[10]))
    assert code == "LimitExceeded"


def statistics(api: Any, *groups: str) -> list[dict[str, Any]]:
    """Who uses these groups."""
    answer = api("vpc", "DescribeSecurityGroupAssociationStatistics", SecurityGroupIds=[*groups])
    return answer["SecurityGroupAssociationStatisticsSet"]


def test_statistics_count_each_sort_of_thing(api: Any, region: Any) -> None:
    """Primary interfaces do not count as interfaces, and references are no instances."""
    place = {"SubnetId": "subnet-0000000a"}
    for _ in range(2):
        region.add_instance(**place, SecurityGroupIds=[B, A])
    region.add("network_interfaces", **place, GroupSet=[A])
    region.add_cluster(
        VpcId="vpc-0000000a",
        Endpoints={"SecurityGroup": A},
        Instances=[{"InstanceId": "np-0000000a-abcde", "Native": {"SecurityGroupIDs": [A]}}],
    )
    row = {"Protocol": "ALL", "SecurityGroupId": A, "Action": "ACCEPT"}
    region.add_security_group(SecurityGroupPolicySet={"Egress": [row]})
    first, second = statistics(api, A, B)
    assert {name: first[name] for name in ("CVM", "ENI", "CLB", "SG", "CDB", "TotalCount")} == {
        "CVM": 2,
        "ENI": 1,
        "CLB": 1,
        "SG": 1,
        "CDB": 0,
        "TotalCount": 5,
    }
    counts = {item["InstanceType"]: item["InstanceCount"] for item in first["InstanceStatistics"]}
    assert (counts["CVM"], counts["EKS"], counts["Redis"]) == (2, 1, 0)
    assert (second["CVM"], second["SG"], second["TotalCount"]) == (2, 0, 2)


def test_references(api: Any, region: Any) -> None:
    """Other groups whose rows name a group, not the group itself."""
    row = {"Protocol": "ALL", "SecurityGroupId": A, "Action": "ACCEPT"}
    named = [region.add_security_group(SecurityGroupPolicySet={way: [row]}) for way in ("Ingress", "Egress")]
    policies = {"Ingress": [row]}
    api("vpc", "CreateSecurityGroupPolicies", SecurityGroupId=A, SecurityGroupPolicySet=policies)
    answer = api("vpc", "DescribeSecurityGroupReferences", SecurityGroupIds=[A, B])
    assert answer["ReferredSecurityGroupSet"] == [
        {"SecurityGroupId": A, "ReferredSecurityGroupIds": named},
        {"SecurityGroupId": B, "ReferredSecurityGroupIds": []},
    ]


@pytest.mark.parametrize(
    "action", ["DescribeSecurityGroupAssociationStatistics", "DescribeSecurityGroupReferences"]
)
def test_what_usage_refuses(local: Any, action: str) -> None:
    """Too many groups, groups that are not there, and what is no group."""
    for groups, code in (
        ([A] * 101, "InvalidParameterValue.LimitExceeded"),
        (["sg-00000009"], "ResourceNotFound"),
        (["web"], "InvalidParameterValue.Malformed"),
    ):
        assert local.error("vpc", action, SecurityGroupIds=groups) == code


def test_limits(api: Any) -> None:
    """The quotas that are enforced."""
    limits = api("vpc", "DescribeSecurityGroupLimits")["SecurityGroupLimitSet"]
    assert (limits["SecurityGroupLimit"], limits["SecurityGroupPolicyLimit"]) == (50, 100)
    assert (limits["ReferedSecurityGroupLimit"], limits["InstanceSecurityGroupLimit"]) == (10, 5)
    assert (limits["SecurityGroupInstanceLimit"], limits["SecurityGroupExtendedPolicyLimit"]) == (2000, 2000)


def test_a_group_that_something_has_cannot_be_deleted(local: Any, region: Any) -> None:
    """Nor one that something will give to machines to come."""
    users = [region.add_security_group() for _ in range(5)]
    region.add("network_interfaces", SubnetId="subnet-0000000a", GroupSet=[users[0]])
    region.add("launch_configurations", SecurityGroupIds=[users[1]])
    region.add_cluster(
        VpcId="vpc-0000000a",
        Endpoints={"IntranetSecurityGroup": users[2]},
        NodePools=[{"Type": "Super", "SecurityGroupIds": [users[3]]}],
        Instances=[{"InstanceId": "np-0000000a-abcde", "Native": {"SecurityGroupIDs": [users[4]]}}],
    )
    for group in users:
        assert local.error("vpc", "DeleteSecurityGroup", SecurityGroupId=group) == "ResourceInUse"


def test_snapshot_policies_are_shown(call: Any, region: Any) -> None:
    """Of a state document, by id or name."""
    made = region.add("snapshot_policies", SnapshotPolicyName="daily", BackupType="time")
    region.add("snapshot_policies")
    assert call("vpc", "DescribeSnapshotPolicies")["TotalCount"] == 2
    by_name = [{"Name": "snapshot-policy-name", "Values": ["daily"]}]
    (shown,) = call("vpc", "DescribeSnapshotPolicies", Filters=by_name)["SnapshotPolicySet"]
    assert (shown["SnapshotPolicyId"], shown["BackupType"], shown["Enable"]) == (made, "time", True)
    both = {"SnapshotPolicyIds": [made], "Filters": by_name}
    assert call.error("vpc", "DescribeSnapshotPolicies", **both) == "InvalidParameter.Coexist"
