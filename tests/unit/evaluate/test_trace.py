"""One packet's way: which row decides, which almost did, and what the baseline says of it."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
import samples
from rich.console import Console

from sgguard.baseline import read_site
from sgguard.cli.packet import read_packet
from sgguard.cli.trace_table import print_trace
from sgguard.evaluate import Circumstances, Stack
from sgguard.evaluate.trace import Trace, trace
from sgguard.report.story import story
from sgguard.report.trace import trace_document
from sgguard.wording import LANGUAGES, Language, say

PAGE = "https://www.tencentcloud.com/document/product/457/9084"


def followed(
    packet: str, rows: Sequence[samples.Row] = samples.NODE_ROWS, stack: Stack | None = None, **known: object
) -> Trace:
    return trace(
        read_packet(packet),
        samples.group(rows),
        samples.expectation(),
        group_id="sg-sample01",
        stack=stack,
        circumstances=Circumstances(**known),  # type: ignore[arg-type]
    )


def told(one: Trace, language: Language = "en") -> list[str]:
    return [say(why, language) for why in story(one)]


def test_the_row_that_decides_and_those_that_almost_did() -> None:
    rows: list[samples.Row] = [
        ("udp", "2379", "198.51.100.0/24"),
        ("tcp", "2380", "198.51.100.0/24", "DROP"),
        ("tcp", "2379", "203.0.113.0/24"),
        ("udp", "53", "198.51.100.0/24"),
        ("tcp", "2000-3000", "198.51.100.0/24"),
        ("tcp", "2379", "0.0.0.0/0", "DROP"),
    ]
    one = followed("tcp/2379 from 198.51.100.7", rows)
    assert [(m.policy.index, m.outcome, m.differs) for m in one.meetings] == [
        (0, "almost", "protocol"),
        (1, "almost", "port"),
        (2, "almost", "peer"),
        (4, "decides", None),
    ]
    assert (one.accepted, one.wrong) == (True, True)
    assert told(one) == [
        (
            "tcp port 2379 from 198.51.100.7 is accepted by policy 4 of sg-sample01: "
            "ACCEPT tcp 2000-3000 from 198.51.100.0/24."
        ),
        "Policy 0 of sg-sample01 almost matches, but for the protocol: ACCEPT udp 2379 from 198.51.100.0/24.",
        "Policy 1 of sg-sample01 almost matches, but for the port: DROP tcp 2380 from 198.51.100.0/24.",
        "Policy 2 of sg-sample01 almost matches, but for the address: ACCEPT tcp 2379 from 203.0.113.0/24.",
        "Nothing in the baseline requires or permits it.",
    ]


def test_the_requirement_and_its_page() -> None:
    one = followed("tcp/31000 from 198.51.100.7")
    assert (one.accepted, one.wrong) == (True, False)
    assert [e.id for e in one.required_by] == ["node-port-tcp"]
    assert any(PAGE in line and line.startswith("node-port-tcp requires it") for line in told(one))
    ssh = followed("tcp/22 from 198.51.100.7")
    assert [e.id for e in ssh.permitted_by] == ["ssh"]
    assert (one.permitted_by, ssh.required_by) == ((), ())
    assert any(line.startswith("ssh permits it") for line in told(ssh))


def test_egress() -> None:
    one = followed("udp/53 to 172.16.0.9")
    assert [e.id for e in one.required_by] == ["egress-pod-network"]
    assert told(one)[0].startswith("udp port 53 to 172.16.0.9 is accepted by policy 0")


def test_the_implicit_drop() -> None:
    one = followed("tcp/8080 from 198.51.100.7")
    assert (one.accepted, one.wrong) == (False, False)
    assert told(one)[0] == "tcp port 8080 from 198.51.100.7 is dropped: no policy of sg-sample01 matches it."


def test_required_traffic_that_is_dropped_is_wrong() -> None:
    one = followed("tcp/10250 from 172.16.0.9", [("tcp", "10250", samples.PODS, "DROP"), *samples.NODE_ROWS])
    assert (one.accepted, one.wrong) == (False, True)


def test_a_stack_is_read_as_one_list() -> None:
    front = Stack(ahead=(("sg-front001", samples.group([("tcp", "22", "0.0.0.0/0", "DROP")])),))
    one = followed("tcp/22 from 198.51.100.7", stack=front)
    assert one.stack == ("sg-front001", "sg-sample01")
    assert (one.meetings[-1].group_id, one.accepted) == ("sg-front001", False)


@pytest.mark.parametrize(
    ("row", "ending"),
    [
        (("tcp", "8080", "sg-unknown1"), None),
        (("tcp", "8080", "sg-unknown1", "DROP"), False),
        (("tcp", "8080", "198.51.100.7", "ALLOW"), None),
    ],
)
def test_a_row_that_is_not_resolved_may_decide(row: samples.Row, ending: object) -> None:
    one = followed("tcp/8080 from 198.51.100.7", [row])
    assert one.accepted is ending
    assert one.meetings[-1].outcome == "may decide"
    assert one.wrong is False


WAIVERS = read_site(
    {
        "schema": "sgguard/config/v1",
        "waivers": [
            {
                "id": name,
                "direction": "ingress",
                "protocols": ["tcp"],
                "ports": ports,
                "peers": peers,
                "covers": covers,
                "reason": "r",
                "owner": "team-web",
                "expires": expires,
            }
            for name, ports, peers, covers, expires in (
                ("web", "443", ["anywhere-ipv4"], "excess", "2026-12-31"),
                ("late", "8443", ["anywhere-ipv4"], "excess", "2025-12-31"),
                ("kubelet", "10250", ["pod-network"], "missing", "2026-12-31"),
            )
        ],
    },
    "site",
).waivers
NOW = 1_782_864_000.0


def test_a_waiver_is_named_while_it_is_in_force() -> None:
    opened = [("tcp", "443,8443", "0.0.0.0/0"), *samples.NODE_ROWS]
    web = followed("tcp/443 from 198.51.100.7", opened, waivers=WAIVERS, now=NOW)
    assert [waiver.id for waiver in web.waived_by] == ["web"]
    assert web.wrong is False
    assert "Waiver web of team-web lets it pass." in told(web)
    late = followed("tcp/8443 from 198.51.100.7", opened, waivers=WAIVERS, now=NOW)
    assert (late.waived_by, late.wrong) == ((), True)
    (expiry,) = {waiver.expires_at for waiver in WAIVERS if waiver.id == "web"}
    assert followed("tcp/443 from 198.51.100.7", opened, waivers=WAIVERS, now=expiry).waived_by == ()
    # What excuses missing traffic opens nothing, and the other way round.
    kubelet = followed("tcp/10250 from 172.16.0.9", [], waivers=WAIVERS, now=NOW)
    assert (kubelet.accepted, kubelet.wrong) == (False, False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_and_the_document_tell_the_story(language: Language) -> None:
    rows: list[samples.Row] = [("udp", "2379", "198.51.100.0/24"), ("tcp", "2379", "0.0.0.0/0")]
    one = followed("tcp/2379 from 198.51.100.7", rows)
    out = io.StringIO()
    print_trace(Console(file=out, width=300, no_color=True), one, language)
    lines = told(one, language)
    assert out.getvalue().splitlines()[: len(lines)] == lines
    document = trace_document(one, language)
    assert document["explanation"] == lines
    assert document["packet"] == {
        "direction": "ingress",
        "family": "ipv4",
        "protocol": "tcp",
        "port": 2379,
        "peer": "198.51.100.7",
    }
    assert (document["accepted"], document["wrong"]) == (True, True)
