"""Spans, atoms and areas by themselves."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sgguard.model.finding import TrafficBlock
from sgguard.traffic.address import ANYWHERE, parse_address, parse_network
from sgguard.traffic.area import Region, areas, blocks
from sgguard.traffic.box import EVERYTHING, PROTOCOLS, Box
from sgguard.traffic.difference import compare
from sgguard.traffic.fold import TILE_BITS, Row, Ruling, Tile, fold, permitted
from sgguard.traffic.port import ALL_PORTS, parse_ports
from sgguard.traffic.space import PRIVATE, PUBLIC, Atoms
from sgguard.traffic.span import Span, common, merged, without

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 15)).map(lambda t: (t[0], t[0] + t[1])))


def numbers(spans: tuple[Span, ...]) -> set[int]:
    return {n for start, end in spans for n in range(start, end)}


@given(SPANS, SPANS)
def test_without_is_the_difference(some: list[Span], gone: list[Span]) -> None:
    left = without(merged(some), merged(gone))
    assert numbers(left) == numbers(merged(some)) - numbers(merged(gone))
    assert all(start < end for start, end in left)


@given(SPANS, SPANS)
def test_common_is_the_intersection(some: list[Span], others: list[Span]) -> None:
    both = common(merged(some), merged(others))
    assert numbers(both) == numbers(merged(some)) & numbers(merged(others))
    assert all(start < end for start, end in both)


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
def test_every_address_is_private_or_public(family: str) -> None:
    private, public = PRIVATE[family], PUBLIC[family]  # type: ignore[index]
    assert merged([*private, *public]) == ANYWHERE[family]  # type: ignore[index]
    assert without(public, private) == public


@pytest.mark.parametrize(
    ("text", "public"),
    [
        *(("9.255.255.255", True), ("10.0.0.0", False), ("11.0.0.0", True), ("100.64.0.1", False)),
        *(("100.128.0.0", True), ("127.0.0.1", False), ("169.254.0.0", False), ("172.15.255.255", True)),
        *(("172.16.0.0", False), ("172.31.255.255", False), ("172.32.0.0", True), ("192.168.0.0", False)),
        *(("192.169.0.0", True), ("223.255.255.255", True), ("224.0.0.0", False), ("0.0.0.1", False)),
        *(("::1", False), ("::2", True), ("fbff::", True), ("fc00::", False), ("fe80::1", False)),
        *(("fec0::", True), ("ff02::1", False), ("2001:db8::1", True)),
    ],
)
def test_public_addresses(text: str, public: bool) -> None:  # noqa: FBT001 (a fact, not a switch)
    family, value = parse_address(text)
    assert any(start <= value < end for start, end in PUBLIC[family]) is public
    atoms = Atoms(family, [((value, value + 1),)])
    assert atoms.contains(atoms.public, value) is public


def test_runs_of_atoms_read_as_cidrs_and_ranges() -> None:
    first, second = parse_network("10.0.0.0/9")[1], parse_network("10.128.0.0/9")[1]
    other = parse_network("203.0.113.7-203.0.113.9")[1]
    atoms = Atoms("ipv4", [(first,), (second,), (other,)])
    mask = atoms.mask((first, other)) | atoms.mask((second,))
    assert atoms.texts(mask) == ("10.0.0.0/8", "203.0.113.7-203.0.113.9")
    assert atoms.spans(mask) == ((first[0], second[1]), other)
    assert atoms.first_span(mask) == (first[0], second[1])
    assert atoms.texts(0) == ()


def row(*boxes: Box, accept: bool = True) -> Row:
    return Row(accept=accept, least=boxes, most=boxes)


def told(rows: list[Row]) -> tuple[TrafficBlock, ...]:
    planes = fold(rows)
    return blocks(
        areas([Region(plane, tile, tile.strict.permit) for plane in planes for tile in plane.tiles])
    )


def test_what_every_protocol_has_reads_as_all() -> None:
    whole = row(*EVERYTHING)
    assert told([whole]) == (
        TrafficBlock(family="ipv4", protocol="ALL", ports="ALL", peers=("0.0.0.0/0",)),
        TrafficBlock(family="ipv6", protocol="ALL", ports="ALL", peers=("::/0",)),
    )


def test_what_some_protocols_have_besides_is_told_apart() -> None:
    ten, eleven = parse_network("10.0.0.0/8")[1], parse_network("11.0.0.0/8")[1]
    every = Box("ipv4", PROTOCOLS["ipv4"], ALL_PORTS, (ten,))
    found = told([row(every), row(Box("ipv4", ("tcp", "gre"), ALL_PORTS, (eleven,)))])
    assert found == (
        TrafficBlock(family="ipv4", protocol="ALL", ports="ALL", peers=("10.0.0.0/8",)),
        TrafficBlock(family="ipv4", protocol="tcp", ports="ALL", peers=("11.0.0.0/8",)),
        TrafficBlock(family="ipv4", protocol="gre", ports="ALL", peers=("11.0.0.0/8",)),
    )


def test_all_ports_but_one_are_not_all() -> None:
    hole = Box("ipv4", ("tcp",), parse_ports("22"), ANYWHERE["ipv4"])
    found = told([row(hole, accept=False), row(EVERYTHING[0])])
    assert [(block.protocol, block.ports) for block in found] == [
        ("tcp", "0-21,23-65535"),
        *((protocol, "ALL") for protocol in ("udp", "icmp", "gre", "other")),
    ]


def test_many_columns_are_cut_into_tiles_and_read_as_one() -> None:
    """Every second port, and peers of so many edges that one grid would be far too large."""
    many = tuple((n * 4096, n * 4096 + 1) for n in range(2000))
    ports = tuple((n, n + 1) for n in range(0, 400, 2))
    box = Box("ipv4", ("tcp",), ports, many)
    wide = Box("ipv4", ("tcp",), ALL_PORTS, ((0, 1),))
    (plane,) = fold([row(box), row(wide)])
    assert len(plane.tiles) > 1
    assert all(len(tile.columns) * tile.width * 8 <= TILE_BITS for tile in plane.tiles)
    (first, second) = told([row(box), row(wide)])
    assert {first.ports, second.ports} == {
        ",".join(str(n) for n in range(0, 400, 2)),
        ",".join(str(n) for n in range(1, 399, 2)) + ",399-65535",
    }
    assert permitted((plane,)) == permitted(fold([row(*permitted((plane,)))]))


@pytest.mark.parametrize(("first", "last"), [(10, 300), (10, 303), (10, 20_000), (285, 290)])
def test_ports_across_tiles_are_one_span(first: int, last: int) -> None:
    """Rows of so many peers that a tile has few columns, and a row whose ports go through many of them."""
    wide = Box("ipv4", ("tcp",), parse_ports(f"{first}-{last}"), ((0, 1),))
    many = tuple((n * 4096, n * 4096 + 1) for n in range(1, 2000))
    other = Box("ipv4", ("tcp",), tuple((n, n + 1) for n in range(0, 400, 2)), many)
    (plane,) = fold([row(wide), row(other)])
    regions = [
        Region(plane, tile, hit) for tile in plane.tiles for number, hit in tile.strict.hits if not number
    ]
    assert len(regions) > 1
    (area,) = areas(regions)
    assert area.ports == ((first, last + 1),)


@pytest.mark.parametrize("peers", [2000, 2100])
@pytest.mark.parametrize(("last", "tiles"), [(4, 1), (30, 2), (34, 3), (60, 4)])
def test_however_many_tiles_there_are(peers: int, last: int, tiles: int) -> None:
    """An even and an odd number of columns to a tile: one begins with a row's port, one right behind it."""
    many = tuple((n * 4096, n * 4096 + 1) for n in range(peers))
    ports = tuple((n, n + 1) for n in range(0, last, 2))
    (plane,) = fold([row(Box("ipv4", ("tcp",), ports, many))])
    assert len(plane.tiles) == tiles
    (area,) = areas([Region(plane, tile, tile.strict.permit) for tile in plane.tiles])
    assert area.ports == ports


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
def test_atoms_are_all_addresses(family: str) -> None:
    ((_, end),) = ANYWHERE[family]  # type: ignore[index]
    atoms = Atoms(family, [])  # type: ignore[arg-type]
    assert atoms.spans(atoms.full) == ANYWHERE[family]  # type: ignore[index]
    assert atoms.number(0) == 0
    assert atoms.number(end - 1) == atoms.full.bit_length() - 1
    assert atoms.contains(atoms.full, end - 1)
    assert not atoms.contains(atoms.full >> 1, end - 1)
    assert not atoms.contains(atoms.full & ~1, 0)


@given(st.lists(st.integers(0, 7), min_size=1, max_size=6))
@example([7, 7, 3])
@example([7, 7, 7])
@example([0, 5, 5, 0])
def test_runs_are_the_columns_of_a_grid(atoms: list[int]) -> None:
    columns = [(10 * number, 10 * number + 10) for number in range(len(atoms))]
    nothing = Ruling(0, [])
    tile = Tile(columns, 1, nothing, nothing, [])
    runs = tile.runs(int.from_bytes(bytes(atoms), "little"))
    found = [(start, mask) for mask, (low, high) in runs for start in range(low, high, 10)]
    assert found == [(10 * number, mask) for number, mask in enumerate(atoms) if mask]
    assert all(mask != other or high < low for (mask, (_, high)), (other, (low, _)) in pairwise(runs))


def test_the_row_that_decides_a_packet() -> None:
    drop = Box("ipv4", ("tcp",), parse_ports("22"), ((5, 9),))
    (plane,) = fold([row(drop, accept=False), row(Box("ipv4", ("tcp",), parse_ports("20-30"), ((0, 99),)))])
    deciders = {
        (port, peer): plane.decider("tcp", port, peer, lenient=False)
        for port in (19, 20, 22, 30, 31)
        for peer in (4, 5, 8, 9)
    }
    assert {packet for packet, index in deciders.items() if index == 0} == {(22, 5), (22, 8)}
    assert {packet for packet, index in deciders.items() if index is None} == {
        (port, peer) for port in (19, 31) for peer in (4, 5, 8, 9)
    }
    assert plane.decider("tcp", 22, 2**32 - 1, lenient=True) is None


SSH = (Box("ipv4", ("tcp",), parse_ports("22"), ANYWHERE["ipv4"]),)
WEB = (Box("ipv4", ("tcp",), parse_ports("80"), ANYWHERE["ipv4"]),)


@pytest.mark.parametrize(
    ("before", "after", "cuts", "opens"),
    [
        ([SSH], [SSH], False, False),
        ([SSH], [], True, False),
        ([], [SSH], False, False),
        ([], [WEB], False, True),
        ([WEB], [], False, False),
        ([WEB], [SSH], False, False),
        ([SSH], [WEB], True, True),
    ],
)
def test_what_a_change_cuts_and_opens(
    before: list[object],
    after: list[object],
    cuts: bool,  # noqa: FBT001
    opens: bool,  # noqa: FBT001
) -> None:
    rows = [[row(*traffic) for traffic in one] for one in (before, after)]  # type: ignore[misc]
    assert compare(rows[0], rows[1], [SSH]) == (cuts, opens)


def test_a_change_in_one_reading_only_counts() -> None:
    unknown = Row(accept=True, least=(), most=SSH)
    shut = Row(accept=False, least=(), most=SSH)
    assert compare([unknown], [], [SSH]) == (True, False)
    assert compare([], [unknown], []) == (False, True)
    assert compare([row(*SSH)], [shut, row(*SSH)], [SSH]) == (True, False)
    assert compare([shut, row(*SSH)], [row(*SSH)], []) == (False, True)


def test_the_lowest_packet_counts_like_any_other() -> None:
    lowest = row(Box("ipv4", ("tcp",), parse_ports("0"), ((0, 1),)))
    assert compare([], [lowest], []) == (False, True)
    assert compare([lowest], [], []) == (False, False)


def test_protocols_of_the_families() -> None:
    assert set(PROTOCOLS["ipv4"]) - set(PROTOCOLS["ipv6"]) == {"icmp"}
    assert set(PROTOCOLS["ipv6"]) - set(PROTOCOLS["ipv4"]) == {"icmpv6"}
