"""DescribeSecurityGroupExpandedPolicies: templates spelt out, as they were up to a minute ago."""

from __future__ import annotations

from typing import Any

import pytest

GROUP = "sg-0000000a"


@pytest.fixture(autouse=True)
def _world(region: Any) -> None:
    region.add(
        "address_templates", AddressTemplateId="ipm-0000000a", AddressSet=["10.0.0.1", "10.0.0.2-10.0.0.9"]
    )
    region.add(
        "address_templates", AddressTemplateId="ipm-0000000b", AddressSet=["2001:db8::/32", "10.0.0.1"]
    )
    region.add("service_templates", ServiceTemplateId="ppm-0000000a", ServiceSet=["tcp:80,443", "icmp"])
    region.add(
        "address_template_groups",
        AddressTemplateGroupId="ipmg-0000000a",
        AddressTemplateIdSet=["ipm-0000000a", "ipm-0000000b"],
    )
    plain = {"Protocol": "TCP", "Port": "22", "CidrBlock": "10.0.0.0/8", "Action": "DROP"}
    region.add_security_group(
        SecurityGroupId=GROUP,
        SecurityGroupPolicySet={
            "Version": "4",
            "Ingress": [
                plain,
                {
                    "ServiceTemplate": {"ServiceId": "ppm-0000000a"},
                    "AddressTemplate": {"AddressId": "ipm-0000000a"},
                    "Action": "ACCEPT",
                    "PolicyDescription": "both",
                },
            ],
            "Egress": [
                {
                    "Protocol": "ALL",
                    "AddressTemplate": {"AddressGroupId": "ipmg-0000000a"},
                    "Action": "ACCEPT",
                }
            ],
        },
    )


def expanded(api: Any, **params: Any) -> dict[str, Any]:
    """The set that is answered."""
    answer = api.raw("vpc", "DescribeSecurityGroupExpandedPolicies", SecurityGroupId=GROUP, **params)
    return answer["SecurityGroupPolicySet"]


def told(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """What matters of rows."""
    return [
        (
            row["PolicyIndex"],
            row["Protocol"],
            row["Port"],
            row["CidrBlock"] or row["Ipv6CidrBlock"],
            row["Action"],
        )
        for row in rows
    ]


def test_every_service_with_every_address(local: Any) -> None:
    """In the place of the row that they come from; a range stays one."""
    found = expanded(local)
    assert told(found["Ingress"]) == [
        (0, "tcp", "22", "10.0.0.0/8", "DROP"),
        (1, "tcp", "80,443", "10.0.0.1", "ACCEPT"),
        (1, "tcp", "80,443", "10.0.0.2-10.0.0.9", "ACCEPT"),
        (1, "icmp", "ALL", "10.0.0.1", "ACCEPT"),
        (1, "icmp", "ALL", "10.0.0.2-10.0.0.9", "ACCEPT"),
    ]
    assert {row["PolicyDescription"] for row in found["Ingress"][1:]} == {"both"}
    assert all(row["AddressTemplate"] == {"AddressId": "", "AddressGroupId": ""} for row in found["Ingress"])
    assert [row[3] for row in told(found["Egress"])] == ["10.0.0.1", "10.0.0.2-10.0.0.9", "2001:db8::/32"]
    assert found["Version"] == "4"
    assert found["PolicyStatistics"] == {
        "IngressIPv4TotalCount": 5,
        "IngressIPv6TotalCount": 0,
        "EgressIPv4TotalCount": 2,
        "EgressIPv6TotalCount": 1,
    }


def test_filters_see_the_expanded_rows(local: Any) -> None:
    """By the filters of the plain rows."""
    port = [{"Name": "port", "Values": ["443"]}]
    assert [row[3] for row in told(expanded(local, Filters=port)["Ingress"])] == [
        "10.0.0.1",
        "10.0.0.2-10.0.0.9",
    ]
    code = local.error(
        "vpc",
        "DescribeSecurityGroupExpandedPolicies",
        SecurityGroupId=GROUP,
        Filters=[{"Name": "colour", "Values": ["red"]}],
    )
    assert code == "InvalidParameter.FilterInvalidKey"


def test_the_answer_is_a_minute_old(local: Any, cloud: Any) -> None:
    """By the cloud's clock; rows that change meanwhile are not seen, nor their version."""
    cloud.clock.freeze()
    before = expanded(local)
    policies = {"Ingress": [{"PolicyIndex": 0}]}
    local("vpc", "DeleteSecurityGroupPolicies", SecurityGroupId=GROUP, SecurityGroupPolicySet=policies)
    about = {"AddressTemplateId": "ipm-0000000a", "Addresses": ["0.0.0.0/0"]}
    local("vpc", "ModifyAddressTemplateAttribute", **about)
    cloud.clock.advance(59)
    assert expanded(local) == before
    assert local.version(GROUP) == "5"
    cloud.clock.advance(1)
    after = expanded(local)
    assert after["Version"] == "5"
    assert [row[3] for row in told(after["Ingress"])] == ["0.0.0.0/0", "0.0.0.0/0"]


def test_a_clock_set_back_forgets_the_answer(local: Any, cloud: Any) -> None:
    """An answer from the future is none."""
    cloud.clock.freeze()
    expanded(local)
    local("vpc", "ModifyAddressTemplateAttribute", AddressTemplateId="ipm-0000000a", Addresses=["10.9.9.9"])
    cloud.clock.set(cloud.clock() - 10)
    assert [row[3] for row in told(expanded(local)["Ingress"])] == ["10.0.0.0/8", "10.9.9.9", "10.9.9.9"]


def test_two_thousand_rows_spelt_out(local: Any, region: Any) -> None:
    """A row that would be too much is refused, and so is a member."""
    addresses = [f"10.0.{n}.0/24" for n in range(20)]
    many = [region.add("address_templates", AddressSet=addresses) for _ in range(5)]
    wide = region.add("service_templates", ServiceSet=[f"tcp:{port}" for port in range(20)])
    group = region.add_security_group(
        SecurityGroupPolicySet={
            "Ingress": [
                {
                    "ServiceTemplate": {"ServiceId": wide},
                    "AddressTemplate": {"AddressId": name},
                    "Action": "DROP",
                }
                for name in many
            ]
        }
    )
    row = {"Protocol": "ALL", "CidrBlock": "10.0.0.0/8", "Action": "DROP"}
    code = local.error(
        "vpc", "CreateSecurityGroupPolicies", SecurityGroupId=group, SecurityGroupPolicySet={"Ingress": [row]}
    )
    assert code == "UnsupportedOperation.SgNumExceedLimit"
    local("vpc", "DeleteTemplateMember", TemplateId=wide, TemplateMember=[{"Member": "tcp:0"}])
    local(
        "vpc", "CreateSecurityGroupPolicies", SecurityGroupId=group, SecurityGroupPolicySet={"Ingress": [row]}
    )
    code = local.error("vpc", "AddTemplateMember", TemplateId=wide, TemplateMember=[{"Member": "tcp:0"}])
    assert code == "LimitExceeded"
