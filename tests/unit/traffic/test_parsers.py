"""Port, address and span texts."""

from __future__ import annotations

import ipaddress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sgguard.traffic.address import cidr_texts, parse_network, span_text
from sgguard.traffic.port import ALL_PORTS, parse_ports, port_text
from sgguard.traffic.span import merged


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ALL", ALL_PORTS),
        ("all", ALL_PORTS),
        ("", ALL_PORTS),
        ("22", ((22, 23),)),
        ("80,443", ((80, 81), (443, 444))),
        ("30000-32768", ((30000, 32769),)),
        ("80,443,30000-32768", ((80, 81), (443, 444), (30000, 32769))),
        (" 80 , 443 ", ((80, 81), (443, 444))),
        ("22,23,20-25", ((20, 26),)),
        ("0-65535", ALL_PORTS),
        ("65535", ((65535, 65536),)),
    ],
)
def test_ports(text: str, expected: object) -> None:
    assert parse_ports(text) == expected


@pytest.mark.parametrize(
    "text", ["65536", "-1", "80-", "22,", "443-80", "http", "\uff11\uff12", "1_0", "0x16", "+22"]
)
def test_ports_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="port"):
        parse_ports(text)


def test_port_text_is_what_was_parsed() -> None:
    assert port_text(parse_ports("443,80,30000-32768")) == "80,443,30000-32768"
    assert port_text(ALL_PORTS) == "ALL"


@pytest.mark.parametrize(
    ("text", "family", "first", "last"),
    [
        ("10.0.0.0/8", "ipv4", "10.0.0.0", "10.255.255.255"),
        ("10.9.89.9/25", "ipv4", "10.9.89.0", "10.9.89.127"),
        ("10.0.2.1", "ipv4", "10.0.2.1", "10.0.2.1"),
        ("0.0.0.0/0", "ipv4", "0.0.0.0", "255.255.255.255"),
        ("10.0.0.1-10.0.0.100", "ipv4", "10.0.0.1", "10.0.0.100"),
        ("10.0.0.7-10.0.0.7", "ipv4", "10.0.0.7", "10.0.0.7"),
        ("10.0.0.1 - 10.0.0.100", "ipv4", "10.0.0.1", "10.0.0.100"),
        ("::/0", "ipv6", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2001:DB8::1", "ipv6", "2001:db8::1", "2001:db8::1"),
        ("2001:db8::-2001:db8::ff", "ipv6", "2001:db8::", "2001:db8::ff"),
        ("::ffff:10.0.0.1", "ipv6", "::ffff:10.0.0.1", "::ffff:10.0.0.1"),
    ],
)
def test_networks(text: str, family: str, first: str, last: str) -> None:
    start, end = int(ipaddress.ip_address(first)), int(ipaddress.ip_address(last)) + 1
    assert parse_network(text) == (family, (start, end))


@pytest.mark.parametrize(
    "text",
    [
        *("", "10.0.0", "10.0.0.0.0", "10.0.0.256", "010.0.0.1", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1"),
        *(
            "::/129",
            "fe80::1%eth0",
            "10.0.0.9-10.0.0.1",
            "10.0.0.1-::1",
            "example.com",
            "\uff110.0.0.1",
            "/8",
        ),
        *("10.0.0.0/8/8", "0x0a.0.0.1", "10.0.0.0/ 8x", ":::"),
    ],
)
def test_networks_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        parse_network(text)


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda t: (t[0], t[0] + t[1])))


@given(SPANS)
def test_merging_keeps_the_set(spans: list[tuple[int, int]]) -> None:
    result = merged(spans)
    assert {n for start, end in result for n in range(start, end)} == {
        n for start, end in spans for n in range(start, end)
    }
    assert all(end < start for (_, end), (start, _) in pairwise(result))


@given(st.integers(0, 2**32 - 1), st.integers(1, 2**20))
def test_cidrs_are_exactly_the_span(start: int, size: int) -> None:
    end = min(start + size, 2**32)
    cidrs = [ipaddress.ip_network(text) for text in cidr_texts("ipv4", (start, end))]
    first, last = ipaddress.ip_address(start), ipaddress.ip_address(end - 1)
    assert cidrs == list(ipaddress.summarize_address_range(first, last))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("10.0.0.1", "10.0.0.1/32"),
        ("10.0.0.1-10.0.0.3", "10.0.0.1-10.0.0.3"),
        ("10.0.0.0-10.0.0.255", "10.0.0.0/24"),
        ("::/0", "::/0"),
        ("2001:db8::1", "2001:db8::1/128"),
    ],
)
def test_span_text(text: str, expected: str) -> None:
    family, span = parse_network(text)
    assert span_text(family, span) == expected
