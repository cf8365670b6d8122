"""State documents: filled in when short, the same again when dumped, refused by place when wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tcmock import Cloud, StateError
from tcmock.cvm.state import CvmState
from tcmock.vpc.state import VpcState

MINIMAL: dict[str, Any] = {
    "schema": "tcmock/state/v1",
    "accounts": {
        "100000000002": {
            "regions": {
                "ap-singapore": {
                    "vpcs": [{"VpcId": "vpc-0000000a", "CidrBlock": "10.0.0.0/16"}],
                    "subnets": [
                        {"SubnetId": "subnet-0000000a", "VpcId": "vpc-0000000a", "CidrBlock": "10.0.1.0/29"}
                    ],
                    "security_groups": [
                        {
                            "SecurityGroupId": "sg-0000000a",
                            "SecurityGroupPolicySet": {
                                "Ingress": [
                                    {"Protocol": "ALL", "SecurityGroupId": "sg-0000000b", "Action": "accept"},
                                    {"Protocol": "ALL", "SecurityGroupId": "sg-0000000a", "Action": "accept"},
                                ]
                            },
                        },
                        {"SecurityGroupId": "sg-0000000b"},
                    ],
                    "instances": [
                        {
                            "InstanceId": "ins-0000000a",
                            "SubnetId": "subnet-0000000a",
                            "SecurityGroupIds": ["sg-0000000b", "sg-0000000a"],
                        }
                    ],
                    "clusters": [
                        {
                            "ClusterId": "cls-0000000a",
                            "VpcId": "vpc-0000000a",
                            "ClusterCIDR": "172.16.0.0/16",
                            "Instances": [{"InstanceId": "ins-0000000a"}],
                        }
                    ],
                }
            }
        }
    },
}


def loaded(document: dict[str, Any]) -> Cloud:
    """A cloud with that state."""
    cloud = Cloud()
    cloud.load(document)
    return cloud


def test_a_short_document_is_filled_in() -> None:
    """Ids and references are all that it needs."""
    cloud = loaded(MINIMAL)
    account = cloud.dump()["accounts"]["100000000002"]
    assert account["app_id"] == "1250000002"
    assert [key["secret_id"] for key in account["keys"]] == ["AKIDtcmock100000000002-0"]
    region = account["regions"]["ap-singapore"]
    assert region["security_groups"][0]["SecurityGroupPolicySet"]["Version"] == "1"
    assert region["security_groups"][1]["SecurityGroupPolicySet"]["Version"] == "0"
    assert region["security_groups"][1]["SecurityGroupName"] == "sg-0000000b"
    assert region["instances"][0]["VirtualPrivateCloud"]["VpcId"] == "vpc-0000000a"
    assert region["instances"][0]["PrivateIpAddresses"] == ["10.0.1.2"]
    assert region["clusters"][0]["Instances"][0]["LanIP"] == "10.0.1.2"
    assert cloud.credentials.secret_id == "AKIDtcmock100000000002-0"
    assert cloud.home_region == "ap-singapore"


def test_dump_load_dump() -> None:
    """What was dumped loads as the same, through JSON too."""
    dumped = loaded(MINIMAL).dump()
    assert loaded(json.loads(json.dumps(dumped))).dump() == dumped


def test_what_calls_changed_is_dumped(local: Any, cloud: Any, region: Any, tcp: Any) -> None:
    """Versions and rows are state."""
    group = region.add_security_group()
    for port in ("1", "2"):
        policies = {"Ingress": [tcp(port)]}
        local("vpc", "CreateSecurityGroupPolicies", SecurityGroupId=group, SecurityGroupPolicySet=policies)
    dumped = cloud.dump()
    assert loaded(dumped).dump() == dumped
    stored = dumped["accounts"]["100000000001"]["regions"]["ap-guangzhou"]["security_groups"][0]
    assert stored["SecurityGroupPolicySet"]["Version"] == "2"
    assert [row["Port"] for row in stored["SecurityGroupPolicySet"]["Ingress"]] == ["1", "2"]


def test_loading_replaces_everything_or_nothing() -> None:
    """A document that is refused leaves the old state."""
    cloud = loaded(MINIMAL)
    before = cloud.dump()
    with pytest.raises(StateError):
        cloud.load({"schema": "tcmock/state/v1", "accounts": {}})
    assert cloud.dump() == before
    cloud.load({"schema": "tcmock/state/v1", "accounts": {"100000000001": {}}})
    assert cloud.dump()["accounts"].keys() == {"100000000001"}


ACCOUNT = ("accounts", "100000000002")
REGION = (*ACCOUNT, "regions", "ap-singapore")
ROWS = (*REGION, "security_groups", 0, "SecurityGroupPolicySet")


def changed(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """The short document with one place set to another value."""
    document: dict[str, Any] = json.loads(json.dumps(MINIMAL))
    node: Any = document
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("schema",), "tcmock/state/v9", "schema: is `tcmock/state/v9`"),
        (("extra",), 1, "unknown field `extra`"),
        (("accounts", "someone"), {}, "accounts.someone: `someone` must be a number"),
        (
            (*ACCOUNT, "owner"),
            1,
            "accounts.100000000002.owner: is unknown; known are app_id, regions, policies",
        ),
        ((*ACCOUNT, "app_id"), "x", "accounts.100000000002.app_id: `x` must be a number"),
        (
            (*ACCOUNT, "keys"),
            [{"secret": "x"}],
            "accounts.100000000002.keys[0]: Object contains unknown field",
        ),
        ((*ACCOUNT, "keys"), [{"principal_id": "x"}], "keys[0].principal_id: `x` must be a number"),
        (
            (*ACCOUNT, "keys"),
            [{"secret_id": "x"}, {"secret_id": "x"}],
            "keys[1].secret_id: `x` is there already",
        ),
        ((*ACCOUNT, "regions", "ap-atlantis"), {}, "regions.ap-atlantis: `ap-atlantis` is no region"),
        ((*REGION, "load_balancers"), [], "regions.ap-singapore.load_balancers: is unknown"),
        ((*REGION, "vpcs"), {}, "regions.ap-singapore.vpcs: Expected `array`"),
        ((*REGION, "vpcs", 0, "Colour"), "red", "vpcs[0]: Object contains unknown field `Colour`"),
        (
            (*REGION, "vpcs", 0, "CidrBlock"),
            "10.0.0.1/16",
            "vpcs[0].CidrBlock: 10.0.0.1/16 has host bits set",
        ),
        ((*REGION, "vpcs", 0, "IsDefault"), "no", "vpcs[0].IsDefault: Expected `bool`"),
        ((*REGION, "vpcs", 0, "VpcId"), "vpc-1", "vpcs[0].VpcId: `vpc-1` is no id"),
        ((*REGION, "vpcs", 0), {}, "vpcs[0].CidrBlock: is missing and has no default"),
        ((*REGION, "subnets", 0, "CidrBlock"), 5, "subnets[0].CidrBlock: Expected `str`, got `int`"),
        ((*REGION, "subnets", 0, "VpcId"), "vpc-00000009", "subnets[0].VpcId: `vpc-00000009` does not exist"),
        ((*REGION, "subnets", 0, "Region"), "ap-tokyo", "subnets[0].Region: `ap-tokyo` contradicts"),
        (
            (*REGION, "security_groups", 1, "SecurityGroupId"),
            "sg-0000000a",
            "security_groups[1].SecurityGroupId",
        ),
        ((*ROWS, "Colour"), 1, "SecurityGroupPolicySet: Object contains unknown field `Colour`"),
        ((*ROWS, "Version"), "latest", "SecurityGroupPolicySet.Version: `latest` is no number"),
        (
            (*ROWS, "Ingress", 1, "Protocol"),
            "SCTP",
            "SecurityGroupPolicySet.Ingress[1]: InvalidParameterValue.Range",
        ),
        (
            (*ROWS, "Egress"),
            [{"Protocol": "ALL", "CidrBlock": "MY_PUBLIC_IP", "Action": "DROP"}],
            "SecurityGroupPolicySet.Egress[0]: InvalidParameterValue.Malformed",
        ),
        (
            (*ROWS, "Ingress", 1, "Weight"),
            5,
            "SecurityGroupPolicySet.Ingress[1]: Object contains unknown field",
        ),
        ((*ROWS, "Ingress", 0, "SecurityGroupId"), "sg-00000009", "Ingress[0]: ResourceNotFound"),
        ((*ROWS, "Ingress", 1, "PolicyIndex"), 0, "Ingress[1].PolicyIndex: contradicts the order"),
        ((*ROWS, "Ingress", 1, "Priority"), 1, "Ingress[1].Priority: contradicts the order"),
        (
            (*ROWS, "Egress"),
            [{"Protocol": "ALL", "CidrBlock": "10.0.0.0/8", "Action": "DROP"}] * 2,
            "SecurityGroupPolicySet: UnsupportedOperation.DuplicatePolicy",
        ),
        (
            (*ROWS, "Egress"),
            [
                {"Protocol": "TCP", "Port": str(n), "CidrBlock": "10.0.0.0/8", "Action": "DROP"}
                for n in range(101)
            ],
            "SecurityGroupPolicySet: LimitExceeded.SecurityGroupPolicySet",
        ),
        (
            (*REGION, "instances", 0, "SubnetId"),
            "subnet-00000009",
            "instances[0].SubnetId: `subnet-00000009`",
        ),
        (
            (*REGION, "instances", 0, "VirtualPrivateCloud"),
            {"SubnetId": "subnet-0000000a"},
            "instances[0].SubnetId: is given twice",
        ),
        (
            (*REGION, "instances", 0, "VirtualPrivateCloud"),
            {"VpcId": "vpc-00000009"},
            "instances[0].VirtualPrivateCloud.VpcId: `subnet-0000000a` is in `vpc-0000000a`",
        ),
        (
            (*REGION, "instances", 0, "SecurityGroupIds"),
            ["sg-0000000a", "sg-00000009"],
            "instances[0].SecurityGroupIds[1]: `sg-00000009` does not exist in this region. Add it to",
        ),
        (
            (*REGION, "clusters", 0, "VpcId"),
            "vpc-00000009",
            "clusters[0].VpcId: `vpc-00000009` does not exist",
        ),
        (
            (*REGION, "clusters", 0, "Subnets"),
            ["subnet-00000009"],
            "clusters[0].Subnets[0]: `subnet-00000009`",
        ),
        (
            (*REGION, "clusters", 0, "ClusterType"),
            "EDGE",
            "clusters[0].ClusterType: Invalid enum value 'EDGE'",
        ),
        (
            (*REGION, "clusters", 0, "ClusterNetworkSettings"),
            {"VpcId": "vpc-0000000a"},
            "clusters[0].VpcId: is given twice",
        ),
        (
            (*REGION, "clusters", 0, "Instances"),
            [{"InstanceId": "ins-00000009"}],
            "clusters[0].Instances[0].InstanceId: `ins-00000009` does not exist",
        ),
        (
            (*REGION, "clusters", 0, "Instances"),
            [{"InstanceId": "ins-0000000a"}] * 2,
            "clusters[0].Instances[1].InstanceId: `ins-0000000a` is there already",
        ),
        (
            (*REGION, "clusters", 0, "Instances"),
            [{"InstanceId": "ins-0000000a", "InstanceRole": "BOSS"}],
            "clusters[0].Instances[0].InstanceRole: Invalid enum value",
        ),
    ],
)
def test_a_mistake_is_named_by_its_place(path: tuple[Any, ...], value: Any, message: str) -> None:
    """From the account down to the member."""
    with pytest.raises(StateError) as caught:
        loaded(changed(path, value))
    assert message in str(caught.value)


def test_two_accounts_cannot_share_a_key() -> None:
    """A secret id names one account."""
    key = {"secret_id": "AKIDshared", "secret_key": "k"}
    accounts = {"100000000001": {"keys": [key]}, "100000000002": {"keys": [key]}}
    with pytest.raises(StateError, match=r"accounts\.100000000002\.keys\[0\]\.secret_id"):
        loaded({"schema": "tcmock/state/v1", "accounts": accounts})


def test_a_full_subnet_has_no_address_left(region: Any) -> None:
    """A /29 has six hosts, and the gateway is one."""
    subnet = region.add_subnet(VpcId=region.add_vpc(CidrBlock="10.0.0.0/16"), CidrBlock="10.0.1.0/29")
    machines = [region.add_instance(SubnetId=subnet) for _ in range(5)]
    addresses = [region[CvmState].instances[name].private_ip_addresses[0] for name in machines]
    assert addresses == [f"10.0.1.{host}" for host in range(2, 7)]
    with pytest.raises(StateError, match="has no free address left"):
        region.add_instance(SubnetId=subnet)


def test_a_refused_group_is_not_left_behind(region: Any) -> None:
    """The builder changes nothing when it raises."""
    with pytest.raises(StateError):
        region.add_security_group(SecurityGroupId="sg-0000000a", SecurityGroupPolicySet={"Ingress": [{}]})
    assert region[VpcState].security_groups == {}
