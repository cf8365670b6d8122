"""What a row may say, and how it is stored. Rules: https://www.tencentcloud.com/document/product/215/15807."""

from __future__ import annotations

from typing import Any

import pytest

from tcmock.vpc.state import VpcState

GROUP = "sg-00000001"
OTHER = "sg-00000002"
ROW: dict[str, Any] = {"Protocol": "TCP", "Port": "22", "CidrBlock": "10.0.0.0/8", "Action": "ACCEPT"}


def row(**changes: Any) -> dict[str, Any]:
    """A good row with members replaced; None removes one."""
    return {name: value for name, value in {**ROW, **changes}.items() if value is not None}


@pytest.fixture(autouse=True)
def _groups(region: Any) -> None:
    region.add_security_group(SecurityGroupId=GROUP)
    region.add_security_group(SecurityGroupId=OTHER)
    region.add("address_templates", AddressTemplateId="ipm-00000001", AddressSet=["10.0.0.1"])
    region.add("service_templates", ServiceTemplateId="ppm-00000001", ServiceSet=["tcp:80"])
    group = {"ServiceTemplateGroupId": "ppmg-00000001", "ServiceTemplateIdSet": ["ppm-00000001"]}
    region.add("service_template_groups", **group)


def create(api: Any, *rows: dict[str, Any]) -> dict[str, Any]:
    """Create ingress rows and give back the first as it is stored."""
    api(
        "vpc",
        "CreateSecurityGroupPolicies",
        SecurityGroupId=GROUP,
        SecurityGroupPolicySet={"Ingress": [*rows]},
    )
    return api.rows(GROUP)[0]


def test_a_stored_row_has_every_member(api: Any) -> None:
    """Unused members are empty, never absent; the order is told twice."""
    stored = create(api, row())
    assert stored.pop("ModifyTime")
    assert stored == {
        "PolicyIndex": 0,
        "Priority": 1,
        "Port": "22",
        "CidrBlock": "10.0.0.0/8",
        "Ipv6CidrBlock": "",
        "SecurityGroupId": "",
        "Action": "ACCEPT",
        "PolicyDescription": "",
        "Protocol": "tcp",
        "ServiceTemplate": {"ServiceId": "", "ServiceGroupId": ""},
        "AddressTemplate": {"AddressId": "", "AddressGroupId": ""},
        "Diff": False,
    }


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ({"Protocol": "udp"}, {"Protocol": "udp"}),
        ({"Protocol": "All", "Port": "All"}, {"Protocol": "ALL", "Port": "ALL"}),
        ({"Protocol": "ALL", "Port": None}, {"Protocol": "ALL", "Port": "ALL"}),
        ({"Protocol": "ICMP", "Port": None}, {"Protocol": "icmp", "Port": "ALL"}),
        ({"Protocol": "gre", "Port": "all"}, {"Protocol": "gre", "Port": "ALL"}),
        (
            {"Protocol": "icmpv6", "Port": None, "CidrBlock": None, "Ipv6CidrBlock": "::/0"},
            {"Protocol": "icmpv6"},
        ),
        ({"Port": None}, {"Port": "ALL"}),
        ({"Port": "80,443"}, {"Port": "80,443"}),
        ({"Port": "8000-8010"}, {"Port": "8000-8010"}),
        ({"Port": "80,443,30000-32768"}, {"Port": "80,443,30000-32768"}),
        ({"CidrBlock": "10.0.2.1"}, {"CidrBlock": "10.0.2.1"}),
        ({"CidrBlock": "10.9.89.9/25"}, {"CidrBlock": "10.9.89.9/25"}),
        ({"CidrBlock": "0.0.0.0/1"}, {"CidrBlock": "0.0.0.0/0"}),
        (
            {"CidrBlock": None, "Ipv6CidrBlock": "2001:db8::/32"},
            {"Ipv6CidrBlock": "2001:db8::/32", "CidrBlock": ""},
        ),
        ({"CidrBlock": "", "SecurityGroupId": OTHER}, {"SecurityGroupId": OTHER}),
        ({"CidrBlock": None, "SecurityGroupId": GROUP}, {"SecurityGroupId": GROUP}),
        (
            {"CidrBlock": None, "AddressTemplate": {"AddressId": "ipm-00000001"}},
            {"AddressTemplate": {"AddressId": "ipm-00000001", "AddressGroupId": ""}},
        ),
        (
            {"Protocol": None, "Port": None, "ServiceTemplate": {"ServiceGroupId": "ppmg-00000001"}},
            {
                "Protocol": "",
                "Port": "",
                "ServiceTemplate": {"ServiceId": "", "ServiceGroupId": "ppmg-00000001"},
            },
        ),
        ({"Action": "drop"}, {"Action": "DROP"}),
        ({"PolicyDescription": "why"}, {"PolicyDescription": "why"}),
        ({"ModifyTime": "2001-01-01 00:00:00", "Priority": 9}, {"Priority": 1}),
        (
            {"CidrBlock": "MY_PUBLIC_IP"},
            {"CidrBlock": "127.0.0.1", "PolicyDescription": "Replaced-From-MY_PUBLIC_IP"},
        ),
        (
            {"CidrBlock": "MY_PUBLIC_IP", "PolicyDescription": "mine"},
            {"CidrBlock": "127.0.0.1", "PolicyDescription": "mine"},
        ),
    ],
)
def test_what_is_accepted_and_how_it_is_stored(
    api: Any, given: dict[str, Any], stored: dict[str, Any]
) -> None:
    """Case is folded, ports of protocols without any are ALL, addresses keep their text."""
    found = create(api, row(**given))
    assert {name: found[name] for name in stored} == stored
    assert found["ModifyTime"] != "2001-01-01 00:00:00"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"Protocol": "SCTP"}, "InvalidParameterValue.Range"),
        ({"Protocol": None, "Port": None}, "InvalidParameterValue.Empty"),
        ({"Protocol": "ICMP", "Port": "22"}, "InvalidParameter.Coexist"),
        ({"Protocol": "ALL", "Port": "22"}, "InvalidParameter.Coexist"),
        ({"Port": "22;23"}, "InvalidParameterValue.Malformed"),
        ({"Port": "ssh"}, "InvalidParameterValue.Malformed"),
        ({"Port": "22,"}, "InvalidParameterValue.Malformed"),
        ({"Port": "65536"}, "InvalidParameterValue.Range"),
        ({"Port": "90-80"}, "InvalidParameterValue.Range"),
        ({"CidrBlock": None}, "InvalidParameterValue.Empty"),
        ({"CidrBlock": "10.0.0.0/33"}, "InvalidParameterValue.Malformed"),
        ({"CidrBlock": "10.0.0.0/255.0.0.0"}, "InvalidParameterValue.Malformed"),
        ({"CidrBlock": "10.0.0"}, "InvalidParameterValue.Malformed"),
        ({"CidrBlock": "::/0"}, "InvalidParameterValue.Malformed"),
        ({"CidrBlock": None, "Ipv6CidrBlock": "10.0.0.0/8"}, "InvalidParameterValue.Malformed"),
        ({"Ipv6CidrBlock": "::/0"}, "InvalidParameter.Coexist"),
        ({"SecurityGroupId": OTHER}, "InvalidParameter.Coexist"),
        ({"AddressTemplate": {"AddressGroupId": "ipmg-00000001"}}, "InvalidParameter.Coexist"),
        (
            {"Protocol": "ICMP", "Port": None, "CidrBlock": None, "Ipv6CidrBlock": "::/0"},
            "InvalidParameter.Coexist",
        ),
        ({"ServiceTemplate": {"ServiceId": "ppm-00000001"}}, "InvalidParameter.Coexist"),
        ({"Protocol": None, "ServiceTemplate": {"ServiceId": "ppm-00000001"}}, "InvalidParameter.Coexist"),
        (
            {"CidrBlock": None, "AddressTemplate": {"AddressId": "ipmg-00000001"}},
            "InvalidParameterValue.Malformed",
        ),
        (
            {"Protocol": None, "Port": None, "ServiceTemplate": {"ServiceId": "80"}},
            "InvalidParameterValue.Malformed",
        ),
        ({"CidrBlock": None, "SecurityGroupId": "sg-1"}, "InvalidParameterValue.Malformed"),
        ({"CidrBlock": None, "SecurityGroupId": "sg-00000009"}, "ResourceNotFound"),
        ({"CidrBlock": None, "AddressTemplate": {"AddressId": "ipm-00000009"}}, "ResourceNotFound"),
        (
            {"Protocol": None, "Port": None, "ServiceTemplate": {"ServiceId": "ppm-00000009"}},
            "ResourceNotFound",
        ),
        ({"CidrBlock": None, "Ipv6CidrBlock": "MY_PUBLIC_IP"}, "InvalidParameterValue.Malformed"),
        ({"PolicyDescription": "x" * 101}, "InvalidParameterValue.TooLong"),
        ({"PolicyDescripton": "x"}, "UnknownParameter.WithGuess"),
        ({"Action": None}, "InvalidParameterValue.Empty"),
        ({"Action": "ALLOW"}, "InvalidParameterValue.Range"),
        ({"Diff": False}, "UnknownParameter"),
        ({"Port": 22}, "InvalidParameter"),
    ],
)
def test_what_is_refused(local: Any, given: dict[str, Any], code: str) -> None:
    """And a refused row leaves the group as it was."""
    policies = {"Ingress": [row(Port="1"), row(**given)]}
    found = local.error(
        "vpc", "CreateSecurityGroupPolicies", SecurityGroupId=GROUP, SecurityGroupPolicySet=policies
    )
    assert found == code
    assert local.rows(GROUP) == []
    assert local.version(GROUP) == "0"


def test_my_public_ip_is_the_address_of_the_caller(cloud: Any, sign: Any) -> None:
    """Not the address of the server, nor a fixed one."""
    from msgspec.structs import replace

    rows = {"Ingress": [row(CidrBlock="MY_PUBLIC_IP")]}
    request = sign("CreateSecurityGroupPolicies", {"SecurityGroupId": GROUP, "SecurityGroupPolicySet": rows})
    cloud.handle(replace(request, source_address="198.51.100.7"))
    group = cloud.account("100000000001").region("ap-guangzhou")[VpcState].security_groups[GROUP]
    assert group.policies.ingress[0].cidr_block == "198.51.100.7"


def test_times_are_china_time_of_the_cloud(sign: Any) -> None:
    """2025-12-09 15:14:52 UTC reads 23:14:52."""
    from tcmock import Cloud

    now = 1765293292.0 - 86400
    cloud = Cloud(clock=lambda: now, max_skew=None)
    region = cloud.account("100000000001").region("ap-guangzhou")
    region.add_security_group(SecurityGroupId=GROUP)
    rows = {"Ingress": [row()]}
    now += 86400
    cloud.handle(
        sign("CreateSecurityGroupPolicies", {"SecurityGroupId": GROUP, "SecurityGroupPolicySet": rows})
    )
    group = region[VpcState].security_groups[GROUP]
    assert group.policies.ingress[0].modify_time == group.about.update_time == "2025-12-09 23:14:52"
