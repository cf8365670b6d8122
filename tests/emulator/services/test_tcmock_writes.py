"""Every write leaves one audit record that names what it changed, and no read leaves any."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from tcmock.catalogue import SERVICES
from tcmock.cloudaudit.state import CloudAuditState, Storage, Track
from tcmock.eventbridge import envelope

ACCOUNT, SG, ENI = "100000000001", "sg-0000000a", "eni-0000000a"
BUS, RULE, TARGET = "eb-0000000a", "rule-0000000a", "target-0000000a"
QCS = f"qcs::scf:ap-guangzhou:uin/{ACCOUNT}:namespace/default/function/guard/$LATEST"
ZIP = "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="  # a zip with nothing in it
TOPIC = {
    "Storage": {
        "StorageType": "cls",
        "StorageRegion": "ap-guangzhou",
        "StorageName": "topic",
        "StoragePrefix": "cloudaudit",
    }
}
ROW = {"Protocol": "TCP", "Port": "9", "CidrBlock": "10.0.0.0/8", "Action": "ACCEPT"}
ROWS = {"SecurityGroupId": SG, "SecurityGroupPolicySet": {"Ingress": [ROW]}}
AT_0 = {"SecurityGroupId": SG, "SecurityGroupPolicySet": {"Ingress": [{**ROW, "PolicyIndex": 0}]}}
TRUST = (
    '{"version":"2.0","statement":'
    '[{"effect":"allow","action":"sts:AssumeRole","principal":{"service":"scf.qcloud.com"}}]}'
)
READ = '{"version":"2.0","statement":[{"effect":"allow","action":"vpc:Describe*","resource":"*"}]}'
MEMBER = {"TemplateMember": [{"Member": "10.0.0.9"}]}
LAUNCH = {
    "Placement": {"Zone": "ap-guangzhou-1"},
    "VirtualPrivateCloud": {"VpcId": "vpc-0000000a", "SubnetId": "subnet-0000000a"},
    "SecurityGroupIds": [SG],
    "InstanceCount": 2,
}
MACHINES = {"InstanceIds": ["ins-0000000a", "ins-0000000b"]}
# Product and action: parameters, and the name of what changes; `{}` stands for an id out of the answer.
WRITES: dict[tuple[str, str], tuple[dict[str, Any], str]] = {
    ("vpc", "CloneSecurityGroup"): ({"SecurityGroupId": SG}, "sg/{}"),
    ("vpc", "CreateDefaultSecurityGroup"): ({}, "sg/{}"),
    ("vpc", "CreateSecurityGroup"): ({"GroupName": "x", "GroupDescription": ""}, "sg/{}"),
    ("vpc", "CreateSecurityGroupWithPolicies"): ({"GroupName": "x", "GroupDescription": ""}, "sg/{}"),
    ("vpc", "DeleteSecurityGroup"): ({"SecurityGroupId": "sg-0000000b"}, "sg/sg-0000000b"),
    ("vpc", "ModifySecurityGroupAttribute"): ({"SecurityGroupId": SG}, f"sg/{SG}"),
    ("vpc", "CreateSecurityGroupPolicies"): (ROWS, f"sg/{SG}"),
    ("vpc", "DeleteSecurityGroupPolicies"): (
        {"SecurityGroupId": SG, "SecurityGroupPolicySet": {"Ingress": [{"PolicyIndex": 0}]}},
        f"sg/{SG}",
    ),
    ("vpc", "ModifySecurityGroupPolicies"): (ROWS, f"sg/{SG}"),
    ("vpc", "ReplaceSecurityGroupPolicies"): (AT_0, f"sg/{SG}"),
    ("vpc", "ReplaceSecurityGroupPolicy"): (AT_0, f"sg/{SG}"),
    ("vpc", "AssociateNetworkInterfaceSecurityGroups"): (
        {"NetworkInterfaceIds": [ENI], "SecurityGroupIds": ["sg-0000000b"]},
        f"eni/{ENI}",
    ),
    ("vpc", "DisassociateNetworkInterfaceSecurityGroups"): (
        {"NetworkInterfaceIds": [ENI], "SecurityGroupIds": [SG]},
        f"eni/{ENI}",
    ),
    ("vpc", "ModifyNetworkInterfaceAttribute"): ({"NetworkInterfaceId": ENI}, f"eni/{ENI}"),
    ("vpc", "CreateNetworkInterface"): (
        {"VpcId": "vpc-0000000a", "SubnetId": "subnet-0000000a", "NetworkInterfaceName": "x"},
        "eni/{}",
    ),
    ("vpc", "AddTemplateMember"): ({"TemplateId": "ipm-0000000a", **MEMBER}, "address/ipm-0000000a"),
    ("vpc", "DeleteTemplateMember"): (
        {"TemplateId": "ppmg-0000000a", "TemplateMember": [{"Member": "ppm-0000000a"}]},
        "serviceGroup/ppmg-0000000a",
    ),
    ("vpc", "ModifyTemplateMember"): (
        {"TemplateId": "ipm-0000000a", "OriginalTemplateMember": [{"Member": "10.0.0.1"}], **MEMBER},
        "address/ipm-0000000a",
    ),
    **{
        ("vpc", f"{verb}{noun}{tail}"): ({f"{noun}Id": f"{prefix}-0000000a"}, f"{kind}/{prefix}-0000000a")
        for noun, prefix, kind in (
            ("AddressTemplate", "ipm", "address"),
            ("AddressTemplateGroup", "ipmg", "addressGroup"),
            ("ServiceTemplate", "ppm", "service"),
            ("ServiceTemplateGroup", "ppmg", "serviceGroup"),
        )
        for verb, tail in (("Delete", ""), ("Modify", "Attribute"))
    },
    ("vpc", "CreateAddressTemplate"): ({"AddressTemplateName": "x", "Addresses": ["::1"]}, "address/{}"),
    ("vpc", "CreateAddressTemplateGroup"): (
        {"AddressTemplateGroupName": "x", "AddressTemplateIds": ["ipm-0000000a"]},
        "addressGroup/{}",
    ),
    ("vpc", "CreateServiceTemplate"): ({"ServiceTemplateName": "x", "Services": ["tcp:1"]}, "service/{}"),
    ("vpc", "CreateServiceTemplateGroup"): (
        {"ServiceTemplateGroupName": "x", "ServiceTemplateIds": ["ppm-0000000a"]},
        "serviceGroup/{}",
    ),
    ("cvm", "AssociateSecurityGroups"): (
        {**MACHINES, "SecurityGroupIds": ["sg-0000000b"]},
        "instance/ins-0000000a|instance/ins-0000000b",
    ),
    ("cvm", "DisassociateSecurityGroups"): (
        {**MACHINES, "SecurityGroupIds": [SG]},
        "instance/ins-0000000a|instance/ins-0000000b",
    ),
    ("cvm", "ModifyInstancesAttribute"): (
        {**MACHINES, "SecurityGroups": [SG]},
        "instance/ins-0000000a|instance/ins-0000000b",
    ),
    ("cvm", "RunInstances"): (LAUNCH, "instance/{}|instance/{}"),
    ("tke", "ModifyClusterMachine"): (
        {"ClusterId": "cls-0000000a", "MachineNames": ["np-0000000a-abcde"], "SecurityGroupIDs": [SG]},
        "cluster/cls-0000000a",
    ),
    ("cam", "AttachRolePolicy"): ({"AttachRoleName": "guard", "PolicyId": 7}, "role/guard"),
    ("cam", "CreatePolicy"): ({"PolicyName": "x", "PolicyDocument": READ}, "policy/{}"),
    ("cam", "CreateRole"): ({"RoleName": "x", "PolicyDocument": TRUST}, "role/{}"),
    ("cam", "DeletePolicy"): ({"PolicyId": [7]}, "policy/7"),
    ("cam", "DeleteRole"): ({"RoleName": "guard"}, "role/guard"),
    **{
        ("eb", action): ({"EventBusId": BUS, **params}, name)
        for action, params, name in (
            ("CreateRule", {"RuleName": "more", "EventPattern": "{}"}, f"ruleid/{BUS}/{{}}"),
            ("UpdateRule", {"RuleId": RULE}, f"ruleid/{BUS}/{RULE}"),
            ("DeleteRule", {"RuleId": "rule-0000000b"}, f"ruleid/{BUS}/rule-0000000b"),
            (
                "CreateTarget",
                {"RuleId": RULE, "Type": "scf", "TargetDescription": {"ResourceDescription": QCS}},
                f"targetid/{BUS}/{RULE}/{{}}",
            ),
            ("UpdateTarget", {"RuleId": RULE, "TargetId": TARGET}, f"targetid/{BUS}/{RULE}/{TARGET}"),
            ("DeleteTarget", {"RuleId": RULE, "TargetId": TARGET}, f"targetid/{BUS}/{RULE}/{TARGET}"),
            ("DeleteEventBus", {"EventBusId": "eb-0000000b"}, "eventbusid/eb-0000000b"),
        )
    },
    ("eb", "CreateEventBus"): ({"EventBusName": "mine"}, "eventbusid/{}"),
    **{
        ("scf", action): ({"FunctionName": name, **params}, f"function/{name}")
        for action, name, params in (
            ("CreateFunction", "more", {"Code": {"ZipFile": ZIP}, "Runtime": "Python3.10"}),
            ("UpdateFunctionCode", "guard", {"ZipFile": ZIP}),
            ("UpdateFunctionConfiguration", "guard", {"Timeout": 9}),
            (
                "UpdateFunctionEventInvokeConfig",
                "guard",
                {"AsyncTriggerConfig": {"RetryConfig": [{"RetryNum": 1}], "MsgTTL": 60}},
            ),
            ("PutReservedConcurrencyConfig", "guard", {"ReservedConcurrencyMem": 128}),
            ("DeleteReservedConcurrencyConfig", "guard", {}),
            ("PublishVersion", "guard", {}),
            ("CreateAlias", "guard", {"Name": "canary", "FunctionVersion": "1"}),
            ("UpdateAlias", "guard", {"Name": "prod", "FunctionVersion": "1"}),
            ("DeleteAlias", "guard", {"Name": "prod"}),
            (
                "CreateTrigger",
                "guard",
                {"TriggerName": "more", "Type": "timer", "TriggerDesc": "0 0 0 1 1 * *"},
            ),
            ("UpdateTrigger", "guard", {"TriggerName": "sweep", "Type": "timer"}),
            ("UpdateTriggerStatus", "guard", {"TriggerName": "sweep", "Type": "timer", "Enable": "CLOSE"}),
            ("DeleteTrigger", "guard", {"TriggerName": "sweep", "Type": "timer"}),
            ("DeleteFunction", "guard", {}),
        )
    },
    ("cloudaudit", "CreateAuditTrack"): (
        {"Name": "more", "Status": 1, "ActionType": "*", "ResourceType": "*", "EventNames": ["*"], **TOPIC},
        "track/{}",
    ),
    ("cloudaudit", "ModifyAuditTrack"): ({"TrackId": 21_001, "Status": 0}, "track/21001"),
    ("cloudaudit", "DeleteAuditTrack"): ({"TrackId": 21_001}, "track/21001"),
    ("cam", "DetachRolePolicy"): ({"DetachRoleName": "guard", "PolicyName": "read"}, "role/guard"),
    ("cam", "UpdateAssumeRolePolicy"): ({"RoleName": "guard", "PolicyDocument": TRUST}, "role/guard"),
    ("cam", "UpdatePolicy"): ({"PolicyId": 7, "PolicyDocument": READ}, "policy/7"),
}


@pytest.fixture(autouse=True)
def _world(region: Any, cloud: Any) -> None:
    region.add_vpc(VpcId="vpc-0000000a", CidrBlock="10.0.0.0/16")
    region.add_subnet(SubnetId="subnet-0000000a", VpcId="vpc-0000000a", CidrBlock="10.0.0.0/24")
    region.add("address_templates", AddressTemplateId="ipm-0000000a", AddressSet=["10.0.0.1"])
    region.add("service_templates", ServiceTemplateId="ppm-0000000a", ServiceSet=["tcp:80"])
    ids = {"AddressTemplateGroupId": "ipmg-0000000a", "AddressTemplateIdSet": ["ipm-0000000a"]}
    region.add("address_template_groups", **ids)
    ids = {"ServiceTemplateGroupId": "ppmg-0000000a", "ServiceTemplateIdSet": ["ppm-0000000a"]}
    region.add("service_template_groups", **ids)
    policies = {"Ingress": [{**ROW, "Port": "1"}]}
    region.add_security_group(SecurityGroupId=SG, SecurityGroupPolicySet=policies)
    region.add_security_group(SecurityGroupId="sg-0000000b")
    place = {"SubnetId": "subnet-0000000a"}
    for machine in MACHINES["InstanceIds"]:
        region.add_instance(InstanceId=machine, SecurityGroupIds=[SG], **place)
    region.add("network_interfaces", NetworkInterfaceId=ENI, GroupSet=[SG], **place)
    region.add_cluster(
        ClusterId="cls-0000000a", VpcId="vpc-0000000a", Instances=[{"InstanceId": "np-0000000a-abcde"}]
    )
    target = {"TargetId": TARGET, "ResourceDescription": QCS}
    rules = [
        {"RuleName": "changes", "RuleId": RULE, "EventPattern": {"source": ["none"]}, "Targets": [target]},
        {"RuleName": "unused", "RuleId": "rule-0000000b", "EventPattern": {}},
    ]
    region.add("event_buses", EventBusName="own", EventBusId=BUS, Rules=rules)
    region.add("event_buses", EventBusName="empty", EventBusId="eb-0000000b")
    region.add(
        "functions",
        FunctionName="guard",
        Code={"ZipFile": ZIP},
        Versions=[{"Version": "1", "Code": {"ZipFile": ZIP}}],
        Aliases=[{"Name": "prod", "FunctionVersion": "1"}],
        Triggers=[{"TriggerName": "sweep", "TriggerDesc": "0 0 0 1 1 * 2099"}],
    )
    account = cloud.account(ACCOUNT)
    state = account[CloudAuditState]
    state.last_track = 21_001
    state.tracks[21_001] = Track(
        track_id=21_001,
        name="first",
        status=1,
        storage=msgspec.convert(TOPIC["Storage"], Storage),
        action_type="*",
        resource_type="*",
        event_names=("*",),
        created=0.0,
    )
    account.add("policies", PolicyName="read", PolicyId=7, PolicyDocument=READ)
    account.add("roles", RoleName="guard", Policies=["read"])


def test_the_table_has_every_write() -> None:
    """A new one belongs into it."""
    writes = {
        (product, name)
        for (product, _), service in SERVICES.items()
        for name, action in service.actions.items()
        if action.changes
    }
    assert writes == set(WRITES)


@pytest.mark.parametrize(("write", "expected"), WRITES.items(), ids=["-".join(write) for write in WRITES])
def test_every_write_leaves_a_record(
    call: Any, cloud: Any, write: tuple[str, str], expected: tuple[dict[str, Any], str]
) -> None:
    """With the request and the answer, and every changed thing by name and by id."""
    product, action = write
    params, name = expected
    answer = call(product, action, **params)
    (record,) = cloud.audit.records
    told = dict(record)
    assert (told["eventName"], told["resourceType"]) == (action, product)
    assert told["eventSource"] == f"{product}.tencentcloudapi.com"
    assert told["requestID"] == answer["RequestId"]
    names = told["resourceName"].split("|")
    assert [part.partition("/")[0] for part in names] == [part.partition("/")[0] for part in name.split("|")]
    assert [part.partition("/")[2] for part in names] == [item["resourceId"] for item in told["resourceSet"]]
    if "{}" in name:
        assert all(part.rpartition("/")[2] in json.dumps(answer) for part in names)
    else:
        assert told["resourceName"] == name
    request = json.loads(told["requestParameters"])
    assert {member: request[member] for member in params} == params
    assert json.loads(told["responseElements"]) == answer
    event = envelope(record, event_id="e")
    assert event["subject"] == names[0].partition("/")[2]
    assert [part.rpartition(":")[2] for part in event["resource"]] == names


@pytest.mark.parametrize(
    ("product", "version", "action", "params"),
    [
        ("vpc", "2017-03-12", "DescribeSecurityGroupExpandedPolicies", {"SecurityGroupId": SG}),
        ("vpc", "2017-03-12", "DescribeNetworkInterfaces", {}),
        ("tke", "2018-05-25", "DescribeIPAMD", {"ClusterId": "cls-0000000a"}),
        ("as", "2018-04-19", "DescribeLaunchConfigurations", {}),
        ("cam", "2019-01-16", "GetRole", {"RoleName": "guard"}),
        ("sts", "2018-08-13", "GetCallerIdentity", {}),
    ],
)
def test_reads_leave_none(
    call: Any, cloud: Any, product: str, version: str, action: str, params: dict[str, Any]
) -> None:
    """Nor do they change anything."""
    before = cloud.dump()
    call(product, action, version=version, **params)
    assert (cloud.dump(), cloud.audit.records) == (before, [])
