"""Which groups a change affects that does not name them, and what is read again because of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential

from sgguard.adapters.sqlite_store import SqliteStore
from sgguard.facts import FactsMemory, Freshness, Readers, View, affected, gather, reach
from sgguard.model.change import ChangeEvent
from sgguard.model.facts import Facts
from tcmock import Cloud
from tcmock.region import Region

REGION = "ap-guangzhou"
VPC = "vpc-0000000a"
HOUR = Freshness(facts=3600.0)
A, B, C, D, BARE = "sg-0000000a", "sg-0000000b", "sg-0000000c", "sg-0000000d", "sg-0000000e"
TEMPLATE, PARENT, PORTS = "ipm-0000000a", "ipmg-0000000a", "ppm-0000000a"


def accept(**fields: object) -> dict[str, object]:
    return {"Protocol": "tcp", "Port": "443", "Action": "ACCEPT", **fields}


@pytest.fixture(autouse=True)
def _fleet(region: Region) -> None:
    region.add_vpc(VpcId=VPC, CidrBlock="10.0.0.0/16")
    for number in (1, 2):
        region.add_subnet(SubnetId=f"subnet-0000000{number}", VpcId=VPC, CidrBlock=f"10.0.{number}.0/24")
    region.add("address_templates", AddressTemplateId=TEMPLATE, AddressSet=["203.0.113.0/24"])
    region.add("address_template_groups", AddressTemplateGroupId=PARENT, AddressTemplateIdSet=[TEMPLATE])
    region.add("service_templates", ServiceTemplateId=PORTS, ServiceSet=["tcp:443"])
    rows = {
        A: [accept(AddressTemplate={"AddressId": TEMPLATE})],
        B: [accept(AddressTemplate={"AddressGroupId": PARENT})],
        C: [
            {
                "ServiceTemplate": {"ServiceId": PORTS},
                "CidrBlock": "10.0.0.0/8",
                "Action": "ACCEPT",
            }
        ],
        D: [accept(CidrBlock="10.0.0.0/8")],
        BARE: [accept(AddressTemplate={"AddressId": TEMPLATE})],
    }
    for key, ingress in rows.items():
        region.add_security_group(
            SecurityGroupId=key, SecurityGroupPolicySet={"Version": "3", "Ingress": ingress}
        )
    region.add("launch_configurations", LaunchConfigurationId="asc-0000000a", SecurityGroupIds=[D])
    machines = {"ins-0000000a": [A, B], "ins-0000000b": [C], "ins-0000000c": [BARE]}
    for name, groups in machines.items():
        region.add_instance(InstanceId=name, SubnetId="subnet-00000001", SecurityGroupIds=groups)
    region.add_cluster(
        ClusterId="cls-0000000a",
        VpcId=VPC,
        ClusterCIDR="172.16.0.0/16",
        NodePools=[{"NodePoolId": "np-regular1", "Type": "Regular", "LaunchConfigurationId": "asc-0000000a"}],
        Instances=[{"InstanceId": "ins-0000000a"}],
    )
    region.add_cluster(
        ClusterId="cls-0000000b",
        VpcId=VPC,
        ClusterCIDR="172.17.0.0/16",
        Instances=[{"InstanceId": "ins-0000000b"}],
    )


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[FactsMemory]:
    store = SqliteStore(str(tmp_path / "store"))
    yield FactsMemory(store)
    store.close()


def view(readers: Readers, memory: FactsMemory | None = None, now: float = 1000.0) -> View:
    return View(REGION, readers, memory, now=now, freshness=HOUR)


@pytest.mark.parametrize(
    ("subjects", "expected"),
    [
        ((TEMPLATE,), (A, B)),
        ((PARENT,), (B,)),
        ((PORTS,), (C,)),
        (("cls-0000000a",), (A, B, D)),
        (("cls-0000000b",), (C,)),
        (("asc-0000000a",), (A, B, D)),
        (("ins-0000000a",), (A, B)),
        (("ins-0000000b", "ins-gone0001"), (C,)),
        (("cls-elsewhere",), ()),
    ],
)
def test_the_groups_that_depend_on_something(
    readers: Readers, subjects: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert affected(subjects, view(readers)) == expected


def test_rows_that_were_seen_are_not_read_again_for_a_template(
    cloud: Cloud, readers: Readers, memory: FactsMemory
) -> None:
    assert affected((TEMPLATE,), view(readers, memory)) == (A, B)
    before = len(cloud.calls)
    assert affected((TEMPLATE,), view(readers, memory, 1060.0)) == (A, B)
    assert [call.action for call in cloud.calls[before:]] == ["DescribeAddressTemplateGroups"]


def test_many_machines_are_looked_up_in_one_listing(cloud: Cloud, readers: Readers) -> None:
    machines = tuple(f"ins-{number:08d}" for number in range(60))
    assert affected((*machines, "ins-0000000b"), view(readers)) == (C,)
    assert [call.action for call in cloud.calls] == ["DescribeInstances", "DescribeNetworkInterfaces"]


def edit_template() -> None:
    """As somebody with the vendor's SDK does; the guard's own client has no such call."""
    credential = Credential(os.environ["TENCENTCLOUD_SECRET_ID"], os.environ["TENCENTCLOUD_SECRET_KEY"])
    client = CommonClient("vpc", "2017-03-12", credential, REGION)
    client.call_json(
        "ModifyAddressTemplateAttribute", {"AddressTemplateId": TEMPLATE, "Addresses": ["198.51.100.0/24"]}
    )


def changed(memory: FactsMemory, readers: Readers, *stale: Any) -> None:
    change = ChangeEvent(regions=(REGION,), api="X", stale=stale)
    reach(change, readers, memory, observed_at=1010.0, freshness=HOUR)


def facts(memory: FactsMemory, readers: Readers, now: float) -> Facts:
    found = gather(A, [REGION], readers, memory, observed_at=now, freshness=HOUR)
    assert isinstance(found, Facts)
    return found


def test_a_template_edit_is_seen_by_the_next_change(readers: Readers, memory: FactsMemory) -> None:
    assert facts(memory, readers, 1000.0).names[TEMPLATE] == ("203.0.113.0/24",)
    edit_template()
    assert facts(memory, readers, 1005.0).names[TEMPLATE] == ("203.0.113.0/24",)
    changed(memory, readers, "names")
    assert facts(memory, readers, 1011.0).names[TEMPLATE] == ("198.51.100.0/24",)


def test_a_new_subnet_is_seen_by_the_next_change(
    cloud: Cloud, region: Region, readers: Readers, memory: FactsMemory
) -> None:
    facts(memory, readers, 1000.0)
    region.add_subnet(SubnetId="subnet-00000003", VpcId=VPC, CidrBlock="10.0.3.0/24")
    before = len(cloud.calls)
    changed(memory, readers, "network")
    facts(memory, readers, 1011.0)
    assert [call.action for call in cloud.calls[before:]] == [
        "DescribeSecurityGroupPolicies",
        "DescribeVpcs",
        "DescribeSubnets",
        "DescribeSecurityGroupPolicies",
    ]
