"""Ports that a person knows, looked for in sets of ports."""

from __future__ import annotations

import pytest

from sgguard.evaluate.landmark import MANAGEMENT, MANAGEMENT_PORTS, Landmarks
from sgguard.traffic.area import Area
from sgguard.traffic.box import Box
from sgguard.traffic.fold import Row, fold
from sgguard.traffic.port import parse_ports


def area(protocol: str, ports: str) -> Area:
    box = Box("ipv4", (protocol,), parse_ports(ports), ((0, 256),))  # type: ignore[arg-type]
    (plane,) = fold([Row(accept=True, least=(box,), most=(box,))])
    return Area(plane, plane.atoms.full, parse_ports(ports))


@pytest.mark.parametrize(
    ("protocol", "ports", "first"),
    [
        ("tcp", "5-35", 20),
        ("tcp", "20", 20),
        ("tcp", "21-35", 30),
        ("tcp", "5-19", 10),
        ("tcp", "10,30", 30),
        ("tcp", "11-19", None),
        ("tcp", "31-65535", None),
        ("udp", "5-35", None),
    ],
)
def test_the_first_by_rank(protocol: str, ports: str, first: int | None) -> None:
    assert Landmarks((20, 30, 10)).first(area(protocol, ports)) == first


def test_etcd_is_the_most_alarming() -> None:
    assert MANAGEMENT.first(area("tcp", "ALL")) == 2379
    assert [MANAGEMENT.first(area("tcp", str(port))) for port in MANAGEMENT_PORTS] == [*MANAGEMENT_PORTS]
