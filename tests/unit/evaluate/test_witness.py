"""The packet that shows a finding."""

from __future__ import annotations

import pytest

from sgguard.evaluate.landmark import MANAGEMENT
from sgguard.evaluate.witness import witness
from sgguard.model.finding import Family, Protocol, Witness
from sgguard.traffic.address import parse_network
from sgguard.traffic.area import Region, areas
from sgguard.traffic.box import Box
from sgguard.traffic.fold import fold
from sgguard.traffic.port import parse_ports

Part = tuple[Protocol, str, str]
"""Protocol, ports, peers."""


def box(protocol: Protocol, ports: str, peers: str) -> Box:
    family, span = parse_network(peers)
    return Box(family, (protocol,), parse_ports(ports), (span,))


def packet(*parts: Part) -> Witness:
    planes = fold([], [tuple(box(*part) for part in parts)])
    regions = [Region(plane, tile, tile.sets[0]) for plane in planes for tile in plane.tiles]
    return witness(areas(regions), MANAGEMENT, 7)


@pytest.mark.parametrize(
    ("peers", "peer"),
    [
        ("0.0.0.0/0", "198.51.100.1"),
        ("203.0.113.0/24", "203.0.113.1"),
        ("192.0.2.0/24", "192.0.2.1"),
        ("2001:db8::/32", "2001:db8::1"),
        ("8.8.8.0/24", "8.8.8.1"),
        ("8.8.8.0-8.8.8.2", "8.8.8.1"),
        ("8.8.8.0/31", "8.8.8.0"),
        ("8.8.8.8", "8.8.8.8"),
        ("10.1.0.0-11.0.0.9", "11.0.0.1"),
        ("10.1.0.0/16", "10.1.0.1"),
    ],
)
def test_the_peer_is_nobody_s_then_a_public_one_then_any(peers: str, peer: str) -> None:
    assert packet(("tcp", "80", peers)).peer == peer


@pytest.mark.parametrize(
    ("protocol", "ports", "port"),
    [
        ("tcp", "80-90", 80),
        ("tcp", "0-10", 1),
        ("tcp", "0-1", 1),
        ("tcp", "0", 0),
        ("tcp", "20-3000", 2379),
        ("udp", "20-3000", 20),
        ("gre", "ALL", None),
    ],
)
def test_the_port_is_one_that_everybody_knows_or_the_first(
    protocol: Protocol, ports: str, port: int | None
) -> None:
    assert packet((protocol, ports, "8.8.8.0/24")).port == port


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        pytest.param(
            [("tcp", "80", "10.1.0.0/16"), ("udp", "53", "8.8.8.0/24")],
            ("udp", 53, "8.8.8.1"),
            id="public",
        ),
        pytest.param(
            [("tcp", "80", "8.8.8.0/24"), ("tcp", "2379", "10.1.0.0/16")],
            ("tcp", 2379, "10.1.0.1"),
            id="known port before public",
        ),
        pytest.param(
            [("tcp", "2379", "10.1.0.0/16"), ("tcp", "6443", "8.8.8.0/24")],
            ("tcp", 6443, "8.8.8.1"),
            id="both before a better known port",
        ),
        pytest.param(
            [("tcp", "80", "8.8.8.0/24"), ("tcp", "443", "9.9.9.0/24")],
            ("tcp", 80, "8.8.8.1"),
            id="the first of like ones",
        ),
    ],
)
def test_the_part_that_tells_most_is_shown(parts: list[Part], found: tuple[str, int, str]) -> None:
    shown = packet(*parts)
    assert (shown.protocol, shown.port, shown.peer) == found


@pytest.mark.parametrize(("peers", "family"), [("8.8.8.8", "ipv4"), ("2001:db8::9", "ipv6")])
def test_it_says_which_policy_decides(peers: str, family: Family) -> None:
    shown = packet(("tcp", "80", peers))
    assert (shown.family, shown.policy_index) == (family, 7)
