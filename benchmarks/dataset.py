"""Random security groups of a TKE cluster's nodes, the same ones everywhere and always.

Only `random.Random.random` is drawn from: Python keeps its sequence for a given seed in every version
(https://docs.python.org/3/library/random.html#notes-on-reproducibility).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address
from random import Random
from typing import TypeVar

Document = dict[str, object]
_Item = TypeVar("_Item")

PODS, NODES, VPC = "172.16.0.0/16", "10.0.1.0/24", "10.0.0.0/16"
"""Networks of every cluster here. They are all alike, so that one policy of a peer fits them."""

BASELINE_ROWS = (
    ("ALL", "ALL", PODS),
    ("ALL", "ALL", VPC),
    ("tcp", "22", "0.0.0.0/0"),
    ("tcp", "30000-32768", "0.0.0.0/0"),
    ("udp", "30000-32768", "0.0.0.0/0"),
    ("icmp", "ALL", "0.0.0.0/0"),
)
"""(protocol, port, peer) of the group that TKE makes for nodes.
https://www.tencentcloud.com/document/product/457/9084"""

_SERVICES = ("22", "53", "80", "443", "2379", "3306", "3389", "6379", "8080", "9090", "10250")
_LISTS = ("80,443", "22,3389", "8080,8443,9090", "2379,2380,10250")
_RANGES = ("30000-32768", "8000-8010", "1-65535", "1024-65535", "20-25")
_IPV6 = ("::/0", "fd00:10::/64", "2001:db8:1::/48", "2001:db8:2::7/128", "2400:3200::/32")


def lines(groups: int, rows: int, seed: int) -> bytes:
    """Cases as `sgguard evaluate --batch` reads them, a line each: `rows` random ingress rows and the usual
    egress row.
    """
    dice = Dice(seed)
    return _joined(case(number, _policies(dice, rows)) for number in range(groups))


def open_lines(rows: int, seed: int) -> bytes:
    """One case of many random ingress rows, none of which is about everybody: none takes all packets."""
    dice = Dice(seed)
    policies: list[Document] = []
    while len(policies) < rows:
        row = _policy(dice)
        if row["CidrBlock"] != "0.0.0.0/0" and row["Ipv6CidrBlock"] != "::/0":
            policies.append(row)
    return _joined([case(0, policies)])


def template_lines(templates: int, members: int, seed: int) -> bytes:
    """One case whose ingress rows each name an address template of `members` random networks."""
    dice = Dice(seed)
    names = {f"ipm-{number:08x}": [_ipv4(dice) for _ in range(members)] for number in range(templates)}
    policies = [_policy(dice, address_id=name) for name in names]
    return _joined([{**case(0, policies), "templates": names}])


def case(number: int, policies: Sequence[Document]) -> Document:
    """One group with these ingress rows, and the cluster that it serves."""
    egress = {**_row("ALL", "ALL", "ACCEPT"), "CidrBlock": "0.0.0.0/0"}
    policy_set = {"Version": "7", "Ingress": _numbered(policies), "Egress": _numbered([egress])}
    answer = {"SecurityGroupPolicySet": policy_set, "RequestId": f"00000000-0000-4000-8000-{number:012x}"}
    cluster = {
        "cluster_id": f"cls-{number:08x}",
        "role": "node",
        "pod_cidrs": [PODS],
        "node_cidrs": [NODES],
        "vpc_cidrs": [VPC],
    }
    return {"id": f"sg-{number:08x}", "group": {"Response": answer}, "cluster": cluster}


def digest(data: bytes) -> str:
    """What tells one dataset from another."""
    return hashlib.sha256(data).hexdigest()[:16]


class Dice:
    """Random choices that depend on the seed alone."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed).random

    def below(self, limit: int) -> int:
        """One of `0 … limit - 1`."""
        return int(self._random() * limit)

    def one(self, items: Sequence[_Item]) -> _Item:
        """One of the items."""
        return items[self.below(len(items))]

    def chance(self, percent: int) -> bool:
        """Whether something happens that happens so often."""
        return self.below(100) < percent


def _policies(dice: Dice, rows: int) -> list[Document]:
    """Random rows among which the baseline's own are strewn, one in ten of these missing."""
    own = [row for row in BASELINE_ROWS if not dice.chance(10)][:rows]
    policies: list[Document] = []
    while len(policies) < rows - len(own):
        policies += _some(dice, policies)
    del policies[rows - len(own) :]
    for protocol, port, peer in own:
        place = dice.below(len(policies) + 1)
        policies.insert(place, {**_row(protocol, port, "ACCEPT"), "CidrBlock": peer})
    return policies


def _some(dice: Dice, before: Sequence[Document]) -> list[Document]:
    """A row; or a copy of an earlier one; or two halves of one network."""
    if before and dice.chance(4):
        return [{**dice.one(before), "PolicyDescription": "copy"}]
    row = _policy(dice)
    address, _, length = str(row["CidrBlock"]).partition("/")
    if length not in {"", "32"} and dice.chance(5):
        size = 1 << 31 - int(length)
        halves = (IPv4Address(address), IPv4Address(address) + size)
        return [{**row, "CidrBlock": f"{half}/{int(length) + 1}"} for half in halves]
    return [row]


def _policy(dice: Dice, address_id: str = "") -> Document:
    protocol = dice.one(("tcp",) * 13 + ("udp",) * 3 + ("icmp",) + ("ALL",) * 3)
    port = _port(dice) if protocol in {"tcp", "udp"} else "ALL"
    row = _row(protocol, port, dice.one(("ACCEPT", "ACCEPT", "ACCEPT", "DROP")))
    if address_id:
        return {**row, "AddressTemplate": {"AddressId": address_id, "AddressGroupId": ""}}
    if protocol != "icmp" and dice.chance(6):
        return {**row, "Ipv6CidrBlock": dice.one(_IPV6)}
    return {**row, "CidrBlock": _ipv4(dice)}


def _row(protocol: str, port: str, action: str) -> Document:
    """Every key of an answer; what a row does not use is an empty text."""
    return {
        "Protocol": protocol,
        "Port": port,
        "ServiceTemplate": {"ServiceId": "", "ServiceGroupId": ""},
        "CidrBlock": "",
        "Ipv6CidrBlock": "",
        "SecurityGroupId": "",
        "AddressTemplate": {"AddressId": "", "AddressGroupId": ""},
        "Action": action,
        "PolicyDescription": "",
        "ModifyTime": "2026-01-02 03:04:05",
        "Diff": False,
    }


def _port(dice: Dice) -> str:
    kind = dice.below(100)
    if kind < 55:
        return dice.one(_SERVICES)
    if kind < 70:
        return str(dice.below(65536))
    if kind < 80:
        return dice.one(_LISTS)
    if kind < 88:
        return dice.one(_RANGES)
    if kind < 94:
        first, last = sorted((dice.below(65536), dice.below(65536)))
        return f"{first}-{last}"
    return "ALL"


def _ipv4(dice: Dice) -> str:
    kind = dice.below(100)
    if kind < 8:
        return "0.0.0.0/0"
    if kind < 40:
        return _network(dice, 10 << 24, 8, (16, 20, 24, 24))
    if kind < 52:
        return _network(dice, 172 << 24 | 16 << 16, 12, (16, 20, 24))
    if kind < 58:
        return _network(dice, 192 << 24 | 168 << 16, 16, (24, 32))
    return _network(dice, (1 + dice.below(222)) << 24, 8, (8, 16, 24, 32, 32))


def _network(dice: Dice, base: int, length: int, lengths: Sequence[int]) -> str:
    """A random network of one of the lengths within another one."""
    own = dice.one(lengths)
    return f"{IPv4Address(base + (dice.below(1 << own - length) << 32 - own))}/{own}"


def _numbered(policies: Sequence[Document]) -> list[Document]:
    return [{"PolicyIndex": index, "Priority": index + 1, **row} for index, row in enumerate(policies)]


def _joined(cases: Iterator[Document] | list[Document]) -> bytes:
    return b"".join(json.dumps(one, separators=(",", ":")).encode() + b"\n" for one in cases)
