"""Why a finding is one, in words."""

from __future__ import annotations

import pytest
import samples

from sgguard.evaluate import explanation
from sgguard.model.finding import Family, Protocol, Witness
from sgguard.model.security_group import Direction
from sgguard.wording import say


@pytest.mark.parametrize(
    ("family", "protocol", "port", "direction", "words"),
    [
        ("ipv4", "tcp", 22, "ingress", "tcp port 22 from 192.0.2.1"),
        ("ipv6", "udp", 0, "egress", "udp port 0 to 192.0.2.1"),
        ("ipv4", "icmp", None, "ingress", "icmp from 192.0.2.1"),
        ("ipv6", "icmpv6", None, "egress", "icmpv6 to 192.0.2.1"),
        ("ipv4", "gre", None, "ingress", "ipv4 gre from 192.0.2.1"),
        ("ipv6", "other", None, "egress", "ipv6 other to 192.0.2.1"),
    ],
)
def test_a_packet_in_words(
    family: Family, protocol: Protocol, port: int | None, direction: Direction, words: str
) -> None:
    packet = Witness(family=family, protocol=protocol, port=port, peer="192.0.2.1", policy_index=0)
    assert say(explanation.packet_words(packet, direction)) == words


@pytest.mark.parametrize(
    ("index", "group_id", "words"),
    [
        (None, None, "because no policy accepts it"),
        (3, None, "by policy 3"),
        (3, "sg-2", "by policy 3 of sg-2"),
    ],
)
def test_what_drops_a_packet(index: int | None, group_id: str | None, words: str) -> None:
    assert say(explanation.dropped(index, group_id)) == words


def test_missing_traffic_says_what_it_is_for_in_each_language() -> None:
    """The site's own words stand in only where the catalogue has none."""
    (pods,) = [f for f in samples.verdict(samples.NODE_ROWS[1:]).findings if f.requirement == "pod-network"]
    why = pods.reason.fields["why"]
    assert not isinstance(why, str | int)
    assert why.code == "why.node.pod-network"
    assert say(pods.reason, "zh") != say(pods.reason, "ko") != say(pods.reason, "en")
