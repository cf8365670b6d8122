"""Groups and clusters that many tests start from, in the shapes of the API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sgguard.baseline import Expectation, default_site, expect
from sgguard.config.cluster import read_cluster
from sgguard.evaluate import Circumstances, Names, evaluate
from sgguard.model.finding import Evaluation
from sgguard.model.security_group import SecurityGroupPolicySet
from sgguard.wire.policy_set import decode_policy_set

PODS, NODES, VPC = "172.16.0.0/16", "10.0.1.0/24", "10.0.0.0/16"

Row = tuple[str, str, str] | tuple[str, str, str, str]
"""(protocol, port, peer[, action]); the peer is a CIDR, ``sg-…``, ``ipm-…`` or ``ipmg-…``; a protocol may be
``ppm-…`` or ``ppmg-…``."""

NODE_ROWS: list[Row] = [
    ("ALL", "ALL", PODS),
    ("ALL", "ALL", VPC),
    ("tcp", "22", "0.0.0.0/0"),
    ("tcp", "30000-32768", "0.0.0.0/0"),
    ("udp", "30000-32768", "0.0.0.0/0"),
    ("icmp", "ALL", "0.0.0.0/0"),
]
_API = "60001,60002,10250,2380,2379,53,17443"
MASTER_ROWS: list[Row] = [
    ("icmp", "ALL", "0.0.0.0/0"),
    ("tcp", "30000-32768", VPC),
    ("udp", "30000-32768", VPC),
    ("tcp", f"{_API},50055,443,61678", VPC),
    ("tcp", _API, PODS),
    ("tcp", "30000-32768", PODS),
    ("udp", "30000-32768", PODS),
    ("udp", "53", PODS),
    ("udp", "53", VPC),
]
EGRESS_ROWS: list[Row] = [("ALL", "ALL", "0.0.0.0/0")]


def wire_row(row: Row, index: int | None = None, **more: Any) -> dict[str, Any]:
    """One row as the API answers it, every key present."""
    protocol, port, peer, action = (*row, "ACCEPT") if len(row) == 3 else row
    service = protocol if protocol.startswith("ppm") else ""
    answer: dict[str, Any] = {
        "Protocol": "" if service else protocol,
        "Port": "" if service else port,
        "CidrBlock": peer if "." in peer or peer == "MY_PUBLIC_IP" else "",
        "Ipv6CidrBlock": peer if ":" in peer else "",
        "SecurityGroupId": peer if peer.startswith("sg-") else "",
        "AddressTemplate": {
            "AddressId": peer if peer.startswith("ipm-") else "",
            "AddressGroupId": peer if peer.startswith("ipmg-") else "",
        },
        "ServiceTemplate": {
            "ServiceId": service if service.startswith("ppm-") else "",
            "ServiceGroupId": service if service.startswith("ppmg-") else "",
        },
        "Action": action,
        "PolicyDescription": "",
        "ModifyTime": "2026-01-02 03:04:05",
        "Diff": False,
        **more,
    }
    return answer if index is None else {"PolicyIndex": index, "Priority": index + 1, **answer}


def wire_group(
    ingress: Iterable[Row] = NODE_ROWS, egress: Iterable[Row] = EGRESS_ROWS, version: str = "7"
) -> dict[str, Any]:
    """A DescribeSecurityGroupPolicies answer."""
    return {
        "Response": {
            "SecurityGroupPolicySet": {
                "Version": version,
                "Ingress": [wire_row(row, index) for index, row in enumerate(ingress)],
                "Egress": [wire_row(row, index) for index, row in enumerate(egress)],
                "PolicyStatistics": {"IngressIPv4TotalCount": 1},
            },
            "RequestId": "00000000-0000-4000-8000-000000000001",
        }
    }


def group(
    ingress: Iterable[Row] = NODE_ROWS, egress: Iterable[Row] = EGRESS_ROWS, version: str = "7"
) -> SecurityGroupPolicySet:
    """The same, decoded."""
    return decode_policy_set(wire_group(ingress, egress, version), "sample")


def cluster(role: str = "node", **changes: Any) -> dict[str, Any]:
    """A cluster file."""
    return {
        "cluster_id": "cls-sample01",
        "role": role,
        "pod_cidrs": [PODS],
        "node_cidrs": [NODES],
        "vpc_cidrs": [VPC],
        **changes,
    }


def expectation(role: str = "node", **changes: Any) -> Expectation:
    """What the vendor's baseline expects of the cluster."""
    return expect([read_cluster(cluster(role, **changes), "cluster")], default_site())


def verdict(
    ingress: Iterable[Row] = NODE_ROWS,
    egress: Iterable[Row] = EGRESS_ROWS,
    role: str = "node",
    names: Names | None = None,
) -> Evaluation:
    """The evaluation of a group against the vendor's baseline."""
    return evaluate(
        group(ingress, egress),
        expectation(role),
        group_id="sg-sample01",
        circumstances=Circumstances(names=names or {}),
    )
