"""Protocols end to end: nothing of one becomes another's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sgguard.model.finding import Protocol
from sgguard.traffic.area import Region, areas
from sgguard.traffic.box import PORTED, PROTOCOLS, Box
from sgguard.traffic.fold import Row, fold
from sgguard.traffic.line import line_of, parts_of, point
from sgguard.traffic.port import ALL_PORTS, parse_ports
from sgguard.traffic.span import Span, merged

PORTS = (
    st.lists(st.sampled_from(["0", "1", "22", "0-21", "23-65535", "65535", "65534-65535"]), min_size=1)
    .map(",".join)
    .map(parse_ports)
)


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
@given(data=st.data())
def test_what_is_laid_on_the_line_is_read_from_it(family: str, data: st.DataObject) -> None:
    names = PROTOCOLS[family]  # type: ignore[index]
    protocols = tuple(name for name in names if data.draw(st.booleans()))
    ports = data.draw(PORTS)
    line = line_of(protocols, ports)
    assert line == merged(line)
    found = {names[number]: tuple(spans) for (number, _), spans in parts_of((1, s) for s in line).items()}
    assert found == {name: ports if name in PORTED else ALL_PORTS for name in protocols}


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
def test_every_protocol_together_is_one_span(family: str) -> None:
    names = PROTOCOLS[family]  # type: ignore[index]
    ((start, end),) = line_of(names, ALL_PORTS)
    assert (start, end) == (0, 5 * 65536)
    assert [point(name, None) for name in names] == [65536 * number for number in range(5)]


def row(protocol: Protocol, ports: tuple[Span, ...]) -> Row:
    boxes = (Box("ipv4", (protocol,), ports, ((10, 20),)),)
    return Row(accept=True, least=boxes, most=boxes)


def test_the_last_port_of_tcp_is_not_the_first_of_udp() -> None:
    (plane,) = fold([row("tcp", parse_ports("65535")), row("udp", parse_ports("0")), row("icmp", ALL_PORTS)])
    (tile,) = plane.tiles
    told = [(one.protocol, one.ports) for one in areas([Region(plane, tile, tile.strict.permit)])]
    assert told == [("tcp", ((65535, 65536),)), ("udp", ((0, 1),)), ("icmp", ALL_PORTS)]
    deciding: dict[tuple[Protocol, int | None], int | None] = {
        packet: plane.decider(*packet, 10, lenient=False)
        for packet in (
            *(("tcp", 65534), ("tcp", 65535), ("udp", 0), ("udp", 1), ("udp", 65535)),
            *(("icmp", None), ("gre", None), ("other", None)),
        )
    }
    assert {packet: index for packet, index in deciding.items() if index is not None} == {
        ("tcp", 65535): 0,
        ("udp", 0): 1,
        ("icmp", None): 2,
    }


def test_like_ports_of_two_protocols_are_two_areas() -> None:
    (plane,) = fold([row("udp", parse_ports("22,53")), row("tcp", parse_ports("22,53"))])
    (tile,) = plane.tiles
    told = [(one.protocol, one.ports) for one in areas([Region(plane, tile, tile.strict.permit)])]
    assert told == [("tcp", parse_ports("22,53")), ("udp", parse_ports("22,53"))]
