"""Ports that a person knows, looked for in sets of ports."""

from __future__ import annotations

import pytest

from sgguard.evaluate.landmark import MANAGEMENT, MANAGEMENT_PORTS, TELLING, Landmarks
from sgguard.traffic.area import Area
from sgguard.traffic.box import Box
from sgguard.traffic.fold import Row, fold
from sgguard.traffic.port import parse_ports


def area(protocol: str, ports: str) -> Area:
    box = Box("ipv4", (protocol,), parse_ports(ports), ((0, 256),))  # type: ignore[arg-type]
    (plane,) = fold([Row(accept=True, least=(box,), most=(box,))])
    return Area(plane, box.protocols[0], plane.atoms.full, parse_ports(ports))


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
    assert set(MANAGEMENT_PORTS) == {
        *(2379, 2380, 10250, 10255, 6443, 60001, 60002),
        *(3389, 3306, 5432, 6379, 27017, 1433, 1521, 9200, 11211),
    }


def test_what_tells_that_traffic_is_cut() -> None:
    assert [
        TELLING.first(area("tcp", ports)) for ports in ("ALL", "0-1000", "0-442", "54-442", "444-500")
    ] == [*(10250, 443, 53, None, None)]
