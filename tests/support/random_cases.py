"""Random cases for `second_opinion`: small lists of rows whose edges lie close to each other's."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

OWN, FRONT, LAST = "sg-own00001", "sg-front001", "sg-last0001"
CLUSTERS: list[dict[str, Any]] = [
    {
        "cluster_id": "cls-aaaaaaaa",
        "role": role,
        "pod_cidrs": pods,
        "node_cidrs": nodes,
        "vpc_cidrs": ["10.0.0.0/16"],
    }
    for role in ("node", "master")
    for pods, nodes in (
        (["172.16.0.0/16"], ["10.0.1.0/24", "10.0.2.0/24"]),
        (["10.0.64.0/18", "fd00:1::/64"], ["10.0.0.0/16", "fd00:2::/64"]),
    )
]

# Few values, all near each other's edges: halves, unions, host bits, neighbours, both families.
CIDRS = [
    *("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "10.0.0.0/16", "10.0.1.0/24", "10.0.1.0/25"),
    *("10.0.1.128/25", "10.0.2.7/24", "10.0.3.1", "172.16.0.0/12", "172.16.0.0/16", "172.16.5.0/24"),
    *("198.51.100.7", "203.0.113.0/24", "255.255.255.255", "::/0", "fd00:1::/64", "fd00::/8", "2001:db8::1"),
]
PORTS = [
    *("ALL", "all", "", "22", "53", "80,443", "2379-2380", "30000-32768", "30000-32767", "0-65535"),
    *("32768", "1-29999", "60001,60002,10250,2380,2379,53,17443,50055,443,61678", "80,443,30000-32768"),
]
TEMPLATES: dict[str, list[str]] = {
    "ipm-both0001": ["10.0.1.0/24", "10.0.1.9-10.0.2.9", "fd00:1::/64", "203.0.113.0/24"],
    "ipm-world001": ["0.0.0.0/1", "128.0.0.0/1"],
    "ipm-empty001": [],
    "ipm-broken01": ["172.16.0.0/16", "10.0.0.0/40"],
    "ipmg-two0001": ["ipm-both0001", "ipm-world001"],
    "ipmg-part001": ["ipm-both0001", "ipm-nobody01"],
    "ipmg-loop001": ["ipm-both0001", "ipmg-loop001"],
    "ppm-web00001": ["tcp:80,443", "TCP:8000-8010"],
    "ppm-mixed001": ["udp:30000-32767", "tcp:ALL", "icmp", "gre"],
    "ppm-broken01": ["tcp:22", "tcp:http"],
    "ppmg-two0001": ["ppm-web00001", "ppm-mixed001"],
    "sg-known0001": ["10.0.1.5", "10.0.1.6", "198.51.100.7"],
    OWN: ["10.0.1.5", "10.0.2.5"],
}
REFERENCES = [*(name for name in TEMPLATES if not name.startswith("ppm")), "ipm-nobody01", "sg-nobody01"]
SERVICES = [*(name for name in TEMPLATES if name.startswith("ppm")), "ppm-nobody01"]
ACTIONS = st.sampled_from(["ACCEPT", "accept", "DROP"])


@st.composite
def rows(draw: st.DrawFn, *, named: bool = False) -> dict[str, Any]:
    """One row as the API answers it; where `named`, one in two refers to something."""
    row: dict[str, Any] = {"Action": draw(ACTIONS), **peer(draw, named=named and draw(st.booleans()))}
    if named and draw(st.integers(0, 3)) == 0:
        name = draw(st.sampled_from(SERVICES))
        key = "ServiceGroupId" if name.startswith("ppmg-") else "ServiceId"
        return {**row, "Protocol": "", "Port": "", "ServiceTemplate": {key: name}}
    protocol = draw(st.sampled_from(["ALL", "all", "tcp", "TCP", "udp", "icmp", "ICMPv6", "gre"]))
    port = draw(st.sampled_from(PORTS)) if protocol.lower() in {"tcp", "udp"} else "ALL"
    return {**row, "Protocol": protocol, "Port": port}


def peer(draw: st.DrawFn, *, named: bool) -> dict[str, Any]:
    """The keys of a row that say whom it is about."""
    if not named:
        cidr = draw(st.sampled_from(CIDRS))
        return {"Ipv6CidrBlock": cidr, "CidrBlock": ""} if ":" in cidr else {"CidrBlock": cidr}
    name = draw(st.sampled_from(REFERENCES))
    if name.startswith("sg-"):
        return {"SecurityGroupId": name}
    return {"AddressTemplate": {"AddressGroupId" if name.startswith("ipmg-") else "AddressId": name}}


def lists(most: int, *, named: bool = False) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Some rows; often with one on top or at the end that is about everything of the cluster."""
    wide = st.sampled_from(["0.0.0.0/0", "10.0.0.0/16", "172.16.0.0/16", "::/0"]).map(
        lambda cidr: {
            "Action": "ACCEPT",
            "Protocol": "ALL",
            "Port": "ALL",
            **({"Ipv6CidrBlock": cidr} if ":" in cidr else {"CidrBlock": cidr}),
        }
    )
    some = st.lists(rows(named=named), max_size=most)
    return st.one_of(some, st.tuples(some, wide).map(lambda pair: [*pair[0], pair[1]]))


def groups(most: int, *, named: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """A policy set."""
    return st.fixed_dictionaries(
        {
            "Version": st.just("7"),
            "Ingress": lists(most, named=named),
            "Egress": lists(max(1, most // 2), named=named),
        }
    )


@st.composite
def waivers(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """A waiver; one in four has expired."""
    return {
        "id": f"w{number}",
        "direction": draw(st.sampled_from(["ingress", "ingress", "egress"])),
        "covers": draw(st.sampled_from(["excess", "missing"])),
        "protocols": draw(st.lists(st.sampled_from(["ALL", "tcp", "udp", "icmpv6"]), min_size=1, max_size=2)),
        "ports": draw(st.sampled_from([port for port in PORTS if port])),
        "peers": draw(st.lists(st.sampled_from(CIDRS), min_size=1, max_size=2)),
        "reason": "because",
        "owner": "somebody",
        "expires": draw(st.sampled_from(["2026-01-01", "2030-01-01", "2030-01-01", "2030-01-01"])),
    }


@st.composite
def bindings(draw: st.DrawFn) -> dict[str, Any]:
    """Machines of the cluster in one to three different stacks, and a stranger."""
    orders = [(OWN,), (OWN, FRONT), (FRONT, OWN), (FRONT, OWN, LAST), (OWN, LAST)]
    chosen = draw(st.lists(st.sampled_from(orders), min_size=1, max_size=3))
    machines = [
        {"instance_id": f"ins-{number}", "cluster_id": "cls-aaaaaaaa", "groups": [*order]}
        for number, order in enumerate(chosen)
    ]
    stranger = {"instance_id": "ins-x", "cluster_id": "cls-other", "groups": [LAST, OWN]}
    return {
        "group_id": OWN,
        "instances": [*machines, stranger],
        "groups": {FRONT: draw(groups(2, named=True)), LAST: draw(groups(2))},
    }


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """Rows with templates and references, stacks, waivers and a list before; not always all of them."""
    named = draw(st.booleans())
    group = draw(groups(5, named=named))
    case: dict[str, Any] = {
        "id": OWN,
        "group": group,
        "cluster": draw(st.sampled_from(CLUSTERS)),
        "templates": TEMPLATES,
        "now": "2026-07-01",
    }
    if draw(st.booleans()):
        case["bindings"] = {**draw(bindings())}
        for instance in case["bindings"]["instances"]:
            instance["role"] = case["cluster"]["role"]
    if draw(st.booleans()):
        case["waivers"] = [draw(waivers(number)) for number in range(draw(st.integers(1, 2)))]
    if draw(st.booleans()):
        case["before"] = draw(earlier(group))
    return case


@st.composite
def earlier(draw: st.DrawFn, group: dict[str, Any]) -> dict[str, Any]:
    """The list before: a row less, a row more, in another order, or altogether another one."""
    change = draw(st.sampled_from(["less", "more", "order", "other"]))
    rows_now: list[dict[str, Any]] = group["Ingress"]
    if change == "less" and rows_now:
        gone = draw(st.integers(0, len(rows_now) - 1))
        return {**group, "Version": "6", "Ingress": rows_now[:gone] + rows_now[gone + 1 :]}
    if change == "more":
        place = draw(st.integers(0, len(rows_now)))
        return {**group, "Version": "6", "Ingress": [*rows_now[:place], draw(rows()), *rows_now[place:]]}
    if change == "order":
        return {**group, "Version": "6", "Ingress": draw(st.permutations(rows_now))}
    return {**draw(groups(4)), "Version": "6"}
