"""What a row matches, in every spelling; what cannot be resolved says why."""

from __future__ import annotations

from typing import Any

import pytest
import samples

from sgguard.evaluate.resolve import resolve
from sgguard.traffic.box import EVERYTHING, Traffic
from sgguard.wire.policy_set import decode_policy_set
from sgguard.wording import say

NAMES = {
    "ipm-a": ("10.0.0.0/8", "10.1.0.1-10.1.0.9", "2001:db8::/32"),
    "ipm-b": ("192.0.2.1",),
    "ipmg-ab": ("ipm-a", "ipm-b"),
    "ipmg-flat": ("192.0.2.0/24",),
    "ipm-empty": (),
    "ipm-broken": ("10.0.0.0/8", "10.0.0.0/40"),
    "ipmg-loop": ("ipm-b", "ipmg-loop"),
    "ipmg-round": ("ipmg-and", "ipm-b"),
    "ipmg-and": ("192.0.2.9", "ipmg-round"),
    "ipmg-partly": ("ipm-b", "ipm-none", "ipm-nobody"),
    "ppm-web": ("tcp:80,443", "TCP:8000-8010"),
    "ppm-mixed": ("udp:3000-4000", "tcp:ALL", "icmp", "gre"),
    "ppmg-all": ("ppm-web", "ppm-mixed"),
    "ppm-broken": ("tcp:http",),
    "ppm-half": ("udp:53", "tcp:http", "icmp:8"),
    "ppm-spelled": ("TCP:80", "Udp:53", "icmp:ALL", "GRE:all", "icmpv6", "all", "tcp: 22"),
    "sg-known": ("10.0.0.5", "10.0.0.6", "2001:db8::5"),
    "sg-nested": ("10.0.0.5", "sg-known"),
}


def resolved(row: samples.Row, **more: Any) -> Any:
    document = {"Ingress": [samples.wire_row(row, 0, **more)]}
    return resolve(decode_policy_set(document, "x").ingress[0], NAMES)


def shape(traffic: Traffic) -> set[tuple[str, str, tuple[Any, ...], int]]:
    """(family, protocol, ports where there are any, number of addresses) of each part."""
    return {
        (
            box.family,
            protocol,
            box.ports if protocol in {"tcp", "udp"} else (),
            sum(end - start for start, end in box.peers),
        )
        for box in traffic
        for protocol in box.protocols
    }


@pytest.mark.parametrize("spelling", ["tcp", "TCP", "Tcp"])
@pytest.mark.parametrize("action", ["ACCEPT", "accept", "Accept"])
def test_case_does_not_matter(spelling: str, action: str) -> None:
    found = resolved((spelling, "22", "10.0.0.0/24", action))
    assert found.gap is None
    assert found.row.accept is True
    assert shape(found.row.most) == {("ipv4", "tcp", ((22, 23),), 256)}


def test_zero_slash_n_is_the_whole_of_ipv4() -> None:
    assert resolved(("tcp", "22", "0.0.0.0/1")) == resolved(("tcp", "22", "0.0.0.0/0"))
    assert resolved(("tcp", "22", "128.0.0.0/1")) != resolved(("tcp", "22", "0.0.0.0/0"))


def test_families_are_apart() -> None:
    assert {f for f, *_ in shape(resolved(("ALL", "ALL", "0.0.0.0/0")).row.most)} == {"ipv4"}
    assert {f for f, *_ in shape(resolved(("ALL", "ALL", "::/0")).row.most)} == {"ipv6"}


@pytest.mark.parametrize("row", [("icmp", "ALL", "::/0"), ("icmpv6", "ALL", "0.0.0.0/0")])
def test_icmp_of_the_other_family_matches_nothing(row: samples.Row) -> None:
    found = resolved(row)
    assert found.gap is None
    assert found.row.most == ()


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ("ipm-a", {("ipv4", 2**24), ("ipv6", 2**96)}),
        ("ipm-b", {("ipv4", 1)}),
        ("ipmg-ab", {("ipv4", 2**24 + 1), ("ipv6", 2**96)}),
        ("ipmg-flat", {("ipv4", 256)}),
        ("ipm-empty", set()),
        ("sg-known", {("ipv4", 2), ("ipv6", 1)}),
    ],
)
def test_known_members(peer: str, expected: set[tuple[str, int]]) -> None:
    found = resolved(("tcp", "22", peer))
    assert found.gap is None
    assert found.row.least == found.row.most
    assert {(family, size) for family, _, _, size in shape(found.row.most)} == expected


def test_service_templates() -> None:
    found = resolved(("ppmg-all", "", "10.0.0.0/24"))
    assert found.gap is None
    assert shape(found.row.most) == {
        ("ipv4", "tcp", ((80, 81), (443, 444)), 256),
        ("ipv4", "tcp", ((8000, 8011),), 256),
        ("ipv4", "tcp", ((0, 65536),), 256),
        ("ipv4", "udp", ((3000, 4001),), 256),
        ("ipv4", "icmp", (), 256),
        ("ipv4", "gre", (), 256),
    }


@pytest.mark.parametrize(
    ("row", "more", "cause", "reason"),
    [
        (("tcp", "22", "ipm-none"), {}, "template", "the members of ipm-none are not known"),
        (("ppm-none", "", "10.0.0.0/8"), {}, "template", "the members of ppm-none are not known"),
        (("tcp", "22", "sg-unknown"), {}, "group", "the members of sg-unknown are not known"),
        (("tcp", "22", "MY_PUBLIC_IP"), {}, "template", "MY_PUBLIC_IP stands for"),
        (
            ("tcp", "22", "ipm-broken"),
            {},
            "malformed",
            "a member of a template cannot be read: '10.0.0.0/40'",
        ),
        (
            ("ppm-broken", "", "10.0.0.0/8"),
            {},
            "malformed",
            "a member of a template cannot be read: 'tcp:http'",
        ),
        (("tcp", "22", "ipmg-loop"), {}, "malformed", "contains itself"),
        (("esp", "ALL", "10.0.0.0/8"), {}, "malformed", "protocol 'esp' is none of TCP"),
        (("", "ALL", "10.0.0.0/8"), {}, "malformed", "protocol '' is none of TCP"),
        (("tcp", "http", "10.0.0.0/8"), {}, "malformed", "'http' is no port"),
        (("icmp", "8", "10.0.0.0/8"), {}, "malformed", "port '8' with a protocol that has no ports"),
        (("tcp", "22", "10.0.0.0/33"), {}, "malformed", "'10.0.0.0/33' has no prefix length"),
        (("tcp", "22", "10.0.0.1-10.0.0.2"), {}, "malformed", "stands where a CIDR of ipv4 is expected"),
        (("tcp", "22", "nowhere"), {}, "malformed", "it names no source or destination"),
        (("tcp", "22", "10.0.0.0/8"), {"Ipv6CidrBlock": "::/0"}, "malformed", "more than one source"),
        (("tcp", "22", "10.0.0.0/8", "ALLOW"), {}, "malformed", "action 'ALLOW' is neither"),
        (("ppm-web", "", "10.0.0.0/8"), {"Protocol": "tcp"}, "malformed", "both a protocol and a service"),
    ],
)
def test_what_is_not_known(row: samples.Row, more: dict[str, Any], cause: str, reason: str) -> None:
    found = resolved(row, **more)
    assert found.gap is not None
    assert found.gap.cause == cause
    assert reason in say(found.gap.reason)
    assert found.row.most
    assert found.row.least != found.row.most


@pytest.mark.parametrize(
    ("row", "least"),
    [
        (("tcp", "22", "ipm-broken"), {("ipv4", "tcp", ((22, 23),), 2**24)}),
        (("tcp", "22", "ipmg-partly"), {("ipv4", "tcp", ((22, 23),), 1)}),
        (("tcp", "22", "ipmg-loop"), {("ipv4", "tcp", ((22, 23),), 1)}),
        (("tcp", "22", "ipmg-round"), {("ipv4", "tcp", ((22, 23),), 2)}),
        (("tcp", "22", "sg-nested"), {("ipv4", "tcp", ((22, 23),), 1)}),
        (("ppm-half", "", "10.0.0.0/24"), {("ipv4", "udp", ((53, 54),), 256)}),
        (("ppm-half", "", "ipmg-partly"), {("ipv4", "udp", ((53, 54),), 1)}),
        (("tcp", "22", "ipm-none"), set()),
        (("ppm-broken", "", "10.0.0.0/24"), set()),
        (("tcp", "http", "10.0.0.0/24"), set()),
        (("tcp", "22", "MY_PUBLIC_IP"), set()),
        (("tcp", "22", "10.0.0.0/24", "ALLOW"), set()),
    ],
)
def test_what_is_known_of_a_row_counts(row: samples.Row, least: set[Any]) -> None:
    found = resolved(row)
    assert found.gaps
    assert shape(found.row.least) == least


def test_everything_that_is_not_known_is_told() -> None:
    document = {"Ingress": [samples.wire_row(("esp", "ALL", "10.0.0.300", "ALLOW"), 0)]}
    found = resolve(decode_policy_set(document, "x").ingress[0], NAMES)
    assert [say(gap.reason) for gap in found.gaps] == [
        "action 'ALLOW' is neither ACCEPT nor DROP",
        "protocol 'esp' is none of TCP, UDP, ICMP, ICMPv6, GRE, ALL",
        "'10.0.0.300' is no IP address",
    ]
    partly = resolved(("ppm-half", "", "ipmg-partly"))
    assert [gap.cause for gap in partly.gaps] == ["malformed", "malformed", "template", "template"]
    assert say(partly.gap.reason) == "a member of a template cannot be read: 'tcp:http'"
    assert [say(gap.reason) for gap in partly.gaps[2:]] == [
        "the members of ipm-none are not known",
        "the members of ipm-nobody are not known",
    ]


def test_a_chain_that_leads_back_is_told() -> None:
    found = resolved(("tcp", "22", "ipmg-round"))
    assert say(found.gap.reason) == ("ipmg-round contains itself through ipmg-round > ipmg-and > ipmg-round")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("ppm-spelled", "", "10.0.0.0/24"), {"tcp", "udp", "icmp", "gre", "other"}),
        (("ppm-spelled", "", "2001:db8::/64"), {"tcp", "udp", "icmpv6", "gre", "other"}),
    ],
)
def test_services_in_every_spelling(row: samples.Row, expected: set[str]) -> None:
    found = resolved(row)
    assert found.gap is None
    assert {protocol for _, protocol, _, _ in shape(found.row.most)} == expected


def test_two_service_templates_are_none() -> None:
    both = {"ServiceTemplate": {"ServiceId": "ppm-web", "ServiceGroupId": "ppmg-all"}}
    found = resolved(("ppm-web", "", "10.0.0.0/24"), **both)
    assert say(found.gap.reason) == "it names more than one service template"
    assert found.row.least == ()


@pytest.mark.parametrize(
    ("peer", "more"),
    [
        ("ipm-b", {"CidrBlock": "10.0.0.0/8"}),
        ("ipm-b", {"Ipv6CidrBlock": "::/0"}),
        ("sg-known", {"CidrBlock": "10.0.0.0/8"}),
        ("sg-known", {"AddressTemplate": {"AddressId": "ipm-b", "AddressGroupId": ""}}),
        ("ipm-b", {"AddressTemplate": {"AddressId": "ipm-b", "AddressGroupId": "ipmg-ab"}}),
    ],
)
def test_two_peers_are_none(peer: str, more: dict[str, Any]) -> None:
    found = resolved(("tcp", "22", peer), **more)
    assert [say(gap.reason) for gap in found.gaps] == ["it names more than one source or destination"]
    assert found.row.least == ()
    assert {family for family, *_ in shape(found.row.most)} == {"ipv4", "ipv6"}


@pytest.mark.parametrize("protocol", ["", "ALL", "all"])
def test_a_service_template_beside_every_protocol(protocol: str) -> None:
    found = resolved(("ppm-web", "", "10.0.0.0/24"), Protocol=protocol)
    assert found.gap is None
    assert found == resolved(("ppm-web", "", "10.0.0.0/24"))


def test_names_that_branch_without_end_are_read_in_no_time() -> None:
    """Each level names the next one twice: a walk of every path would take 2^200 steps."""
    names = {f"ipmg-{level}": (f"ipmg-{level + 1}", f"ipmg-{level + 1}", "10.0.0.1") for level in range(200)}
    names["ipmg-200"] = ("10.0.0.2",)
    document = {"Ingress": [samples.wire_row(("tcp", "22", "ipmg-0"), 0)]}
    found = resolve(decode_policy_set(document, "x").ingress[0], names)
    assert found.gap is None
    assert shape(found.row.most) == {("ipv4", "tcp", ((22, 23),), 2)}


def test_names_may_be_nested_deeper_than_python_calls_itself() -> None:
    names = {f"ipmg-{level}": (f"ipmg-{level + 1}",) for level in range(5000)}
    document = {"Ingress": [samples.wire_row(("tcp", "22", "ipmg-0"), 0)]}
    policy = decode_policy_set(document, "x").ingress[0]
    assert say(resolve(policy, names).gap.reason) == "the members of ipmg-5000 are not known"  # type: ignore[union-attr]
    loop = resolve(policy, {**names, "ipmg-5000": ("ipmg-0",)}).gap
    assert loop is not None
    assert say(loop.reason) == ("ipmg-0 contains itself through ipmg-0 > ipmg-1 > ipmg-2 > … > ipmg-0")


def test_a_short_chain_is_told_whole() -> None:
    names = {f"ppmg-{n}": (f"ppmg-{(n + 1) % 4}", f"tcp:{n}") for n in range(4)}
    document = {"Ingress": [samples.wire_row(("ppmg-0", "", "10.0.0.0/24"), 0)]}
    found = resolve(decode_policy_set(document, "x").ingress[0], names)
    assert [say(gap.reason) for gap in found.gaps] == [
        "ppmg-0 contains itself through ppmg-0 > ppmg-1 > ppmg-2 > ppmg-3 > ppmg-0"
    ]
    assert shape(found.row.least) == {("ipv4", "tcp", ((n, n + 1),), 256) for n in range(4)}


@pytest.mark.parametrize("port", ["", "-", "ALL", "all", " - "])
def test_what_stands_where_there_are_no_ports(port: str) -> None:
    assert resolved(("gre", port, "10.0.0.0/24")) == resolved(("gre", "ALL", "10.0.0.0/24"))


def test_a_template_of_2000_members_is_one_row() -> None:
    names = {"ipm-many": tuple(f"10.{n // 250}.{n % 250}.0/25" for n in range(2000))}
    document = {"Ingress": [samples.wire_row(("tcp", "22", "ipm-many"), 0)]}
    found = resolve(decode_policy_set(document, "x").ingress[0], names)
    assert len(found.row.most) == 1
    assert shape(found.row.most) == {("ipv4", "tcp", ((22, 23),), 2000 * 128)}


def test_long_foreign_text_is_cut() -> None:
    long = resolved(("tcp", "22", "10.0.0.0/24", "A" * 100))
    assert say(long.gap.reason) == f"action '{'A' * 60}' is neither ACCEPT nor DROP"
    named = resolved(("tcp", "22", "ipm-" + "a" * 100))
    assert say(named.gap.reason) == f"the members of ipm-{'a' * 36} are not known"
    for peer in ("1" * 5000 + ".0.0.0", "x" * 5000 + "."):
        found = resolved(("tcp", "22", peer))
        assert len(say(found.gap.reason)) == 200


def test_what_is_known_bounds_what_is_not() -> None:
    known_port = resolved(("tcp", "22", "ipm-none")).row.most
    assert shape(known_port) == {
        ("ipv4", "tcp", ((22, 23),), 2**32),
        ("ipv6", "tcp", ((22, 23),), 2**128),
    }
    known_peer = resolved(("ppm-none", "", "10.0.0.0/24")).row.most
    assert {(family, size) for family, _, _, size in shape(known_peer)} == {("ipv4", 256)}
    assert shape(resolved(("esp", "ALL", "ipm-none")).row.most) == shape(EVERYTHING)
