"""Regions with clusters, to sweep, and time that runs out."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tcmock.region import Region

PODS, VPC_CIDR = "172.16.0.0/16", "10.0.0.0/16"


def rows(*more: Mapping[str, object]) -> dict[str, object]:
    def accept(protocol: str, port: str, cidr: str) -> dict[str, str]:
        return {"Protocol": protocol, "Port": port, "CidrBlock": cidr, "Action": "ACCEPT"}

    return {
        "Version": "7",
        "Ingress": [
            *more,
            accept("ALL", "ALL", PODS),
            accept("ALL", "ALL", VPC_CIDR),
            accept("TCP", "30000-32767", "0.0.0.0/0"),
            accept("UDP", "30000-32767", "0.0.0.0/0"),
        ],
        "Egress": [accept("ALL", "ALL", "0.0.0.0/0")],
    }


EVERYTHING = json.dumps(
    {"version": "2.0", "statement": [{"action": "*", "effect": "allow", "resource": "*"}]}
)
WORLD = {"Protocol": "TCP", "Port": "2379", "CidrBlock": "0.0.0.0/0", "Action": "ACCEPT"}


class Clock:
    """Time is up after so many looks at it."""

    def __init__(self, looks: int) -> None:
        self._looks = looks

    def __call__(self) -> float:
        self._looks -= 1
        return 100.0 if self._looks >= 0 else 0.0


def populate(
    region: Region,
    groups: int,
    *,
    prefix: str = "",
    open_ones: tuple[int, ...] = (),
    more: tuple[Mapping[str, object], ...] = (),
) -> list[str]:
    """A cluster with a machine for each group, and one group that is bound to nothing.

    `open_ones` have a row too many, all have the rows `more`.
    """
    vpc = f"vpc-{prefix:0<8}"
    subnet = f"subnet-{prefix:0<8}"
    region.add_vpc(VpcId=vpc, CidrBlock=VPC_CIDR)
    region.add_subnet(SubnetId=subnet, VpcId=vpc, CidrBlock=VPC_CIDR)
    names = [f"sg-{prefix}{number:0{8 - len(prefix)}d}" for number in range(groups)]
    for number, name in enumerate(names):
        policies = rows(WORLD, *more) if number in open_ones else rows(*more)
        region.add_security_group(SecurityGroupId=name, SecurityGroupPolicySet=policies)
        region.add_instance(
            InstanceId=f"ins-{prefix}{number:0{8 - len(prefix)}d}", SubnetId=subnet, SecurityGroupIds=[name]
        )
    region.add_security_group(SecurityGroupId=f"sg-{'idle' + prefix:0<8}", SecurityGroupPolicySet=rows(WORLD))
    region.add_cluster(
        ClusterId=f"cls-{prefix:0<8}",
        VpcId=vpc,
        ClusterCIDR=PODS,
        Instances=[{"InstanceId": f"ins-{prefix}{n:0{8 - len(prefix)}d}"} for n in range(groups)],
    )
    return names
