"""Packets as people write them."""

from __future__ import annotations

import pytest

from sgguard.cli.packet import read_packet
from sgguard.errors import ConfigError
from sgguard.evaluate.trace import Packet


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tcp/2379 from 198.51.100.7", ("ingress", "ipv4", "tcp", 2379, 0xC6336407)),
        ("TCP 22 FROM 10.0.0.1", ("ingress", "ipv4", "tcp", 22, 0x0A000001)),
        (" udp:53  to  2001:db8::1 ", ("egress", "ipv6", "udp", 53, 0x20010DB8 << 96 | 1)),
        ("icmp from 10.0.0.1", ("ingress", "ipv4", "icmp", None, 0x0A000001)),
        ("icmpv6 to ::1", ("egress", "ipv6", "icmpv6", None, 1)),
        ("gre from 10.0.0.1", ("ingress", "ipv4", "gre", None, 0x0A000001)),
        ("other to 10.0.0.1", ("egress", "ipv4", "other", None, 0x0A000001)),
        ("tcp/0 from 0.0.0.0", ("ingress", "ipv4", "tcp", 0, 0)),
    ],
)
def test_a_packet(text: str, expected: tuple[str, str, str, int | None, int]) -> None:
    packet: Packet = read_packet(text)
    assert (packet.direction, packet.family, packet.protocol, packet.port, packet.peer) == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is no packet"),
        ("tcp/22", "is no packet"),
        ("tcp/22 of 10.0.0.1", "is no packet"),
        ("tcp/22-23 from 10.0.0.1", "is no packet"),
        ("tpc/22 from 10.0.0.1", "Did you mean 'tcp'?"),
        ("http/80 from 10.0.0.1", "'http' is not known"),
        ("tcp from 10.0.0.1", "tcp needs a destination port"),
        ("tcp/65536 from 10.0.0.1", "65536 is no port"),
        ("icmp/8 from 10.0.0.1", "icmp of ipv4 has no ports. Leave /8 out"),
        ("icmp from ::1", "there is no icmp in ipv6. Write icmpv6"),
        ("tcp/22 from 10.0.0.0/8", "is no IP address. Write one address"),
        ("tcp/22 from office", "is no IP address"),
    ],
)
def test_what_is_none(text: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_packet(text)
    assert told in str(caught.value)
    assert str(caught.value).startswith("--packet: ")
