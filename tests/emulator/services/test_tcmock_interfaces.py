"""Network interfaces: made, changed, listed, and bound to groups."""

from __future__ import annotations

from typing import Any

import pytest

from tcmock import Cloud, StateError

A, B, C = "sg-0000000a", "sg-0000000b", "sg-0000000c"
MACHINE, ENI = "ins-0000000a", "eni-0000000a"


@pytest.fixture(autouse=True)
def _world(region: Any) -> None:
    region.add_vpc(VpcId="vpc-0000000a", CidrBlock="10.0.0.0/16")
    region.add_vpc(VpcId="vpc-0000000b", CidrBlock="10.0.0.0/16")
    region.add_subnet(SubnetId="subnet-0000000a", VpcId="vpc-0000000a", CidrBlock="10.0.1.0/28")
    region.add_subnet(SubnetId="subnet-0000000b", VpcId="vpc-0000000b", CidrBlock="10.0.1.0/28")
    for group in (A, B, C):
        region.add_security_group(SecurityGroupId=group)
    region.add_instance(InstanceId=MACHINE, SubnetId="subnet-0000000a", SecurityGroupIds=[A, B])
    region.add(
        "network_interfaces",
        NetworkInterfaceId=ENI,
        NetworkInterfaceName="pods",
        SubnetId="subnet-0000000a",
        InstanceId=MACHINE,
        GroupSet=[B],
        TagSet=[{"Key": "city", "Value": "shanghai"}],
    )


def only(name: str, *values: str) -> list[dict[str, Any]]:
    """One filter."""
    return [{"Name": name, "Values": [*values]}]


def found(api: Any, **params: Any) -> list[str]:
    """The ids that DescribeNetworkInterfaces answers."""
    answer = api("vpc", "DescribeNetworkInterfaces", **params)
    return [item["NetworkInterfaceId"] for item in answer["NetworkInterfaceSet"]]


def groups(api: Any, interface: str = ENI) -> list[str]:
    """The groups of one interface."""
    answer = api("vpc", "DescribeNetworkInterfaces", NetworkInterfaceIds=[interface])
    return answer["NetworkInterfaceSet"][0]["GroupSet"]


def test_a_machine_has_a_primary_interface_with_its_groups(api: Any) -> None:
    """Whatever changes them changes both."""
    (primary,) = api("vpc", "DescribeNetworkInterfaces", Filters=only("is-primary", "true"))[
        "NetworkInterfaceSet"
    ]
    assert primary["GroupSet"] == [A, B]
    assert (primary["Attachment"]["InstanceId"], primary["Attachment"]["DeviceIndex"]) == (MACHINE, 0)
    assert (primary["EniType"], primary["NetworkInterfaceState"]) == (1, "INUSE")
    assert primary["PrivateIpAddressSet"][0]["PrivateIpAddress"] == "10.0.1.2"
    api("cvm", "AssociateSecurityGroups", InstanceIds=[MACHINE], SecurityGroupIds=[C])
    assert groups(api, primary["NetworkInterfaceId"]) == [A, B, C]


def test_interfaces_by_id_filter_and_page(api: Any) -> None:
    """Filters as they are documented; a group finds machines by their primary interfaces too."""
    (primary,) = found(api, Filters=only("is-primary", "TRUE"))
    assert found(api) == [primary, ENI]
    assert found(api, NetworkInterfaceIds=[ENI]) == [ENI]
    assert found(api, Filters=only("groups.security-group-id", B)) == [primary, ENI]
    assert found(api, Filters=only("groups.security-group-id", A)) == [primary]
    assert found(api, Filters=only("attachment.instance-id", MACHINE)) == [primary, ENI]
    assert found(api, Filters=only("vpc-id", "vpc-0000000b")) == []
    assert found(api, Filters=only("subnet-id", "subnet-0000000a") + only("is-primary", "false")) == [ENI]
    assert found(api, Filters=only("network-interface-name", "pods")) == [ENI]
    assert found(api, Filters=only("network-interface-id", ENI)) == [ENI]
    assert found(api, Filters=only("eni-type", "1")) == [primary]
    assert (
        found(api, Filters=only("tag:city", "shanghai"))
        == found(api, Filters=only("tag-key", "city"))
        == [ENI]
    )
    assert found(api, Offset=1, Limit=1) == [ENI]


def test_an_interface_is_made(api: Any) -> None:
    """With the addresses that were asked for, in order, the groups, and no machine."""
    made = api(
        "vpc",
        "CreateNetworkInterface",
        VpcId="vpc-0000000a",
        SubnetId="subnet-0000000a",
        NetworkInterfaceName="new",
        NetworkInterfaceDescription="made here",
        SecurityGroupIds=[C, A],
        PrivateIpAddresses=[{"PrivateIpAddress": "10.0.1.9", "Primary": True}],
        SecondaryPrivateIpAddressCount=2,
        Tags=[{"Key": "city", "Value": "beijing"}],
    )["NetworkInterface"]
    assert [(item["PrivateIpAddress"], item["Primary"]) for item in made["PrivateIpAddressSet"]] == [
        ("10.0.1.9", True),
        ("10.0.1.4", False),
        ("10.0.1.5", False),
    ]
    assert (made["GroupSet"], made["Attachment"], made["State"]) == ([C, A], None, "AVAILABLE")
    assert found(api, Filters=only("tag:city", "beijing")) == [made["NetworkInterfaceId"]]
    assert groups(api, made["NetworkInterfaceId"]) == [C, A]


def test_one_address_at_least(local: Any) -> None:
    """The lowest that is free, as primary; a trunk and a quality level where they are asked for."""
    about = {"VpcId": "vpc-0000000a", "SubnetId": "subnet-0000000a", "NetworkInterfaceName": "new"}
    made = local("vpc", "CreateNetworkInterface", **about, TrunkingFlag="Enable", QosLevel="AU")[
        "NetworkInterface"
    ]
    assert [item["PrivateIpAddress"] for item in made["PrivateIpAddressSet"]] == ["10.0.1.4"]
    assert made["PrivateIpAddressSet"][0]["Primary"]
    assert (made["EniType"], made["QosLevel"], made["GroupSet"]) == (2, "AU", [])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"VpcId": "vpc-00000009"}, "ResourceNotFound"),
        ({"SubnetId": "subnet-00000009"}, "ResourceNotFound"),
        ({"SubnetId": "subnet-0000000b"}, "UnsupportedOperation.VpcMismatch"),
        ({"NetworkInterfaceName": "x" * 61}, "InvalidParameterValue.TooLong"),
        ({"SecurityGroupIds": ["sg-00000009"]}, "ResourceNotFound"),
        ({"PrivateIpAddresses": [{"PrivateIpAddress": "10.0.2.1"}]}, "InvalidParameterValue.Range"),
        ({"PrivateIpAddresses": [{"PrivateIpAddress": "nonsense"}]}, "InvalidParameterValue.Range"),
        ({"PrivateIpAddresses": [{"PrivateIpAddress": "10.0.1.2"}]}, "ResourceInUse.Address"),
        ({"SecondaryPrivateIpAddressCount": 11}, "LimitExceeded"),
        ({"SubnetId": "subnet-0000000c", "SecondaryPrivateIpAddressCount": 9}, "ResourceInsufficient.Subnet"),
        (
            {
                "PrivateIpAddresses": [
                    {"PrivateIpAddress": "10.0.1.8", "Primary": True},
                    {"PrivateIpAddress": "10.0.1.9", "Primary": True},
                ]
            },
            "InvalidParameterValue",
        ),
        ({"IsRdma": True}, "UnsupportedOperation"),
    ],
)
def test_what_creation_refuses(local: Any, region: Any, changes: dict[str, Any], code: str) -> None:
    """And no interface is left behind."""
    region.add_subnet(SubnetId="subnet-0000000c", VpcId="vpc-0000000a", CidrBlock="10.0.9.0/29")
    about = {"VpcId": "vpc-0000000a", "SubnetId": "subnet-0000000a", "NetworkInterfaceName": "new"}
    before = local.cloud.dump()
    assert local.error("vpc", "CreateNetworkInterface", **{**about, **changes}) == code
    assert local.cloud.dump() == before


def test_groups_come_and_go(api: Any) -> None:
    """New ones at the end, in their order; one that is there stays where it is."""
    ids = {"NetworkInterfaceIds": [ENI]}
    api("vpc", "AssociateNetworkInterfaceSecurityGroups", **ids, SecurityGroupIds=[C, B, A])
    assert groups(api) == [B, C, A]
    api("vpc", "DisassociateNetworkInterfaceSecurityGroups", **ids, SecurityGroupIds=[C])
    assert groups(api) == [B, A]
    api("vpc", "ModifyNetworkInterfaceAttribute", NetworkInterfaceId=ENI, SecurityGroupIds=[C, B])
    assert groups(api) == [C, B]
    api("vpc", "DisassociateNetworkInterfaceSecurityGroups", **ids, SecurityGroupIds=[B, C])
    assert groups(api) == []


def test_an_interface_is_renamed(api: Any) -> None:
    """What is left out stays."""
    api(
        "vpc",
        "ModifyNetworkInterfaceAttribute",
        NetworkInterfaceId=ENI,
        NetworkInterfaceDescription="for pods",
    )
    api("vpc", "ModifyNetworkInterfaceAttribute", NetworkInterfaceId=ENI, TrunkingFlag="Enable")
    answer = api("vpc", "DescribeNetworkInterfaces", NetworkInterfaceIds=[ENI])
    interface = answer["NetworkInterfaceSet"][0]
    assert (interface["NetworkInterfaceName"], interface["NetworkInterfaceDescription"]) == (
        "pods",
        "for pods",
    )
    assert (interface["EniType"], interface["GroupSet"]) == (2, [B])


@pytest.mark.parametrize(
    ("action", "params", "code"),
    [
        ("Associate", {"SecurityGroupIds": ["sg-00000009"]}, "ResourceNotFound"),
        ("Associate", {"SecurityGroupIds": ["web"]}, "InvalidParameterValue.Malformed"),
        ("Associate", {"NetworkInterfaceIds": ["eni-00000009"]}, "ResourceNotFound"),
        ("Associate", {"NetworkInterfaceIds": ["web"]}, "InvalidParameterValue.Malformed"),
        ("Associate", {"NetworkInterfaceIds": [ENI] * 101}, "InvalidParameterValue.LimitExceeded"),
        ("Disassociate", {"SecurityGroupIds": [A]}, "ResourceNotFound"),
    ],
)
def test_what_binding_refuses(local: Any, action: str, params: dict[str, Any], code: str) -> None:
    """And the groups stay."""
    given = {"NetworkInterfaceIds": [ENI], "SecurityGroupIds": [B], **params}
    assert local.error("vpc", f"{action}NetworkInterfaceSecurityGroups", **given) == code
    assert groups(local) == [B]


def test_a_primary_interface_has_the_groups_of_its_machine(local: Any) -> None:
    """They are not to be changed here."""
    (primary,) = found(local, Filters=only("is-primary", "true"))
    ids = {"NetworkInterfaceIds": [primary], "SecurityGroupIds": [B]}
    assert local.error("vpc", "AssociateNetworkInterfaceSecurityGroups", **ids) == "UnsupportedOperation"
    assert local.error("vpc", "DisassociateNetworkInterfaceSecurityGroups", **ids) == "UnsupportedOperation"
    one = {"NetworkInterfaceId": primary, "SecurityGroupIds": [B]}
    assert local.error("vpc", "ModifyNetworkInterfaceAttribute", **one) == "UnsupportedOperation"
    local("vpc", "ModifyNetworkInterfaceAttribute", NetworkInterfaceId=primary, NetworkInterfaceName="first")
    assert groups(local, primary) == [A, B]


def test_five_groups_an_interface(local: Any, region: Any) -> None:
    """However they come."""
    six = [region.add_security_group() for _ in range(6)]
    for action, ids in (
        ("AssociateNetworkInterfaceSecurityGroups", {"NetworkInterfaceIds": [ENI]}),
        ("ModifyNetworkInterfaceAttribute", {"NetworkInterfaceId": ENI}),
    ):
        assert local.error("vpc", action, **ids, SecurityGroupIds=six) == "LimitExceeded"
    local("vpc", "ModifyNetworkInterfaceAttribute", NetworkInterfaceId=ENI, SecurityGroupIds=six[:5])


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"NetworkInterfaceIds": [ENI], "Filters": only("vpc-id", "x")}, "InvalidParameter.Coexist"),
        ({"NetworkInterfaceIds": ["eni-00000009"]}, "ResourceNotFound"),
        ({"Filters": only("address-ip", "10.0.1.2")}, "InvalidParameter.FilterInvalidKey"),
        ({"Limit": 101}, "InvalidParameterValue.Range"),
    ],
)
def test_what_listing_refuses(local: Any, params: dict[str, Any], code: str) -> None:
    """Nothing is quietly ignored."""
    assert local.error("vpc", "DescribeNetworkInterfaces", **params) == code


def test_interfaces_survive_a_document(api: Any, cloud: Any) -> None:
    """Primary ones come back with their machines, under the same id."""
    api("vpc", "AssociateNetworkInterfaceSecurityGroups", NetworkInterfaceIds=[ENI], SecurityGroupIds=[C])
    other = Cloud()
    other.load(cloud.dump())
    assert other.dump() == cloud.dump()
    (primary,) = found(api, Filters=only("is-primary", "true"))
    cloud.load(other.dump())
    assert found(api, Filters=only("is-primary", "true")) == [primary]
    assert groups(api) == [B, C]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({}, "SubnetId: is missing"),
        ({"SubnetId": "subnet-00000009"}, "SubnetId: `subnet-00000009` does not exist"),
        ({"NetworkInterfaceId": ENI}, "is there already"),
        ({"GroupSet": ["sg-00000009"]}, r"GroupSet\[0\]: `sg-00000009` does not exist"),
        ({"GroupSet": [A, A]}, "GroupSet: may name 5 security groups, each once"),
        ({"InstanceId": "ins-00000009"}, "Attachment.InstanceId: `ins-00000009` does not exist"),
        ({"VpcId": "vpc-0000000b"}, "VpcId: `subnet-0000000a` is in `vpc-0000000a`"),
        (
            {"PrivateIpAddressSet": [{"PrivateIpAddress": "10.0.1.2"}]},
            "somebody in `vpc-0000000a` has `10.0.1.2`",
        ),
        ({"Primary": True}, "Primary: follows from `instances`"),
        ({"Colour": "red"}, "unknown field `Colour`"),
    ],
)
def test_what_documents_are_refused_for(region: Any, entry: dict[str, Any], message: str) -> None:
    """By the place of the mistake."""
    place = {"SubnetId": "subnet-0000000a"} if entry else {}
    with pytest.raises(StateError, match=message):
        region.add("network_interfaces", **{**place, **entry})


def test_networks_that_do_not_meet_may_share_addresses(region: Any) -> None:
    """Both networks begin with the same range."""
    region.add_instance(SubnetId="subnet-0000000b", PrivateIpAddresses=["10.0.1.2"])
    with pytest.raises(StateError, match=r"somebody in `vpc-0000000b` has `10\.0\.1\.2` already"):
        region.add_instance(SubnetId="subnet-0000000b", PrivateIpAddresses=["10.0.1.2"])
