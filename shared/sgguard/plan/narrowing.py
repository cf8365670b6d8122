"""A row cut down to what may be accepted of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from sgguard.evaluate.resolve import resolve
from sgguard.model.finding import Family, Protocol
from sgguard.model.security_group import Direction, SecurityGroupPolicy
from sgguard.plan.alignment import sweeping
from sgguard.plan.case import Case
from sgguard.traffic.address import cidr_texts
from sgguard.traffic.box import PORTED, PROTOCOLS, Box, Traffic
from sgguard.traffic.fold import Row, fold
from sgguard.traffic.port import ALL_PORTS, port_text
from sgguard.traffic.span import Span, common, merged

MAX_PIECES = 4
"""Rows that one row may be split into; more are harder to read than what they save is worth."""


def narrowed(
    case: Case, direction: Direction, policy: SecurityGroupPolicy, others: Sequence[SecurityGroupPolicy]
) -> tuple[SecurityGroupPolicy, ...]:
    """The rows that keep what a row may accept and the `others` do not; none where that cannot be told.

    They keep the row's description. Of a row that opens everything to everybody only what is required stays.
    """
    names = case.circumstances.names
    own = resolve(policy, names)
    if own.gaps or policy.references():
        return ()
    pieces: list[SecurityGroupPolicy] = []
    rows = [resolve(row, names).row for row in others]
    kept: Iterable[Box] = case.allowed(direction)
    if sweeping(policy):
        kept = [box for expected in case.expectation.required(direction) for box in expected.traffic]
    for piece in _pieces(own.row.most, kept):
        candidate = msgspec.structs.replace(piece, index=policy.index, description=policy.description)
        row = resolve(candidate, names).row
        if _adds(rows, row.least):
            rows.append(row)
            pieces.append(candidate)
            if len(pieces) > MAX_PIECES:
                return ()
    return tuple(pieces)


def _adds(rows: Sequence[Row], traffic: Traffic) -> bool:
    """Whether a list does not accept all of some traffic."""
    return any(tile.sets[0] & ~tile.strict.permit for plane in fold(rows, [traffic]) for tile in plane.tiles)


def _pieces(own: Traffic, allowed: Iterable[Box]) -> Iterator[SecurityGroupPolicy]:
    """What two unions of boxes have in common, as rows; ports of the same peers are taken together."""
    found: dict[tuple[Family, tuple[Protocol, ...], tuple[Span, ...]], tuple[Span, ...]] = {}
    for theirs in allowed:
        for mine in own:
            if mine.family != theirs.family:
                continue
            protocols = tuple(protocol for protocol in mine.protocols if protocol in theirs.protocols)
            key = (mine.family, protocols, common(mine.peers, theirs.peers))
            ports = common(mine.ports, theirs.ports)
            if ports and all(key):
                found[key] = merged([*found.get(key, ()), *ports])
    for (family, protocols, peers), ports in found.items():
        yield from _rows(Box(family, protocols, ports, peers))


def _rows(box: Box) -> Iterator[SecurityGroupPolicy]:
    whole = box.protocols == PROTOCOLS[box.family] and box.ports == ALL_PORTS
    for protocol in ("ALL",) if whole else box.protocols:
        if protocol == "other":
            continue  # no row names it
        for ports in _port_texts(box.ports) if protocol in PORTED else ["ALL"]:
            for text in (text for span in box.peers for text in cidr_texts(box.family, span)):
                yield SecurityGroupPolicy(
                    index=0,
                    action="ACCEPT",
                    protocol=protocol,
                    port=ports,
                    cidr=text if box.family == "ipv4" else "",
                    ipv6_cidr=text if box.family == "ipv6" else "",
                )


def _port_texts(ports: Sequence[Span]) -> list[str]:
    """Single ports together, each range by itself: whether one row may mix them is not documented."""
    single = [span for span in ports if span[1] == span[0] + 1]
    ranges = [port_text([span]) for span in ports if span[1] > span[0] + 1]
    return [*([port_text(single)] if single else []), *ranges]
