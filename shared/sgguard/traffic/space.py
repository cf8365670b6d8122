"""Sets of addresses as integers: a bit for each atom, an atom between two neighbouring boundaries."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from sgguard.model.finding import Family
from sgguard.traffic.address import parse_network, span_text
from sgguard.traffic.span import Span

PRIVATE: dict[Family, tuple[Span, ...]] = {
    "ipv4": tuple(
        parse_network(text)[1]
        for text in (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
            *("172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3"),
        )
    ),
    "ipv6": tuple(parse_network(text)[1] for text in ("::/127", "fc00::/7", "fe80::/10", "ff00::/8")),
}
"""Addresses that no packet from the Internet carries as its source (RFC 1918, 6598, 3927, 4193, 4291)."""

_PRIVATE_EDGES = {family: {edge for span in spans for edge in span} for family, spans in PRIVATE.items()}


class Atoms:
    """The coarsest partition of addresses in which every given span, and `PRIVATE`, is a union of atoms."""

    def __init__(self, family: Family, spans: Iterable[Span]) -> None:
        self.family = family
        edges = {edge for span in spans for edge in span}
        edges.update(_PRIVATE_EDGES[family])
        self._edges = sorted(edges)
        self._position = {edge: position for position, edge in enumerate(self._edges)}
        self._masks: dict[tuple[Span, ...], int] = {}
        self._texts: dict[int, tuple[str, ...]] = {}
        self.full = (1 << max(len(self._edges) - 1, 0)) - 1
        """All atoms. Addresses beyond the outermost boundaries have none."""
        self.private = self.mask(PRIVATE[family])
        """Atoms of `PRIVATE` addresses; all others are public."""

    def mask(self, spans: tuple[Span, ...]) -> int:
        """The atoms of spans that were given at construction."""
        mask = self._masks.get(spans)
        if mask is None:
            at = self._position
            # Disjoint spans add up without carry.
            mask = self._masks[spans] = sum((1 << at[end]) - (1 << at[start]) for start, end in spans)
        return mask

    def contains(self, mask: int, address: int) -> bool:
        """Whether an address is in a mask."""
        position = bisect_right(self._edges, address) - 1
        return position >= 0 and bool(mask >> position & 1)

    def spans(self, mask: int) -> tuple[Span, ...]:
        """The addresses of a mask, neighbouring atoms joined."""
        spans: list[Span] = []
        edges = self._edges
        while mask:
            low = mask & -mask
            # Adding the lowest bit carries through its run of ones and stops right behind it.
            carried = mask + low
            behind = carried & -carried
            spans.append((edges[low.bit_length() - 1], edges[behind.bit_length() - 1]))
            mask &= ~(behind - 1)
        return tuple(spans)

    def texts(self, mask: int) -> tuple[str, ...]:
        """The addresses of a mask as CIDRs and ranges."""
        texts = self._texts.get(mask)
        if texts is None:
            texts = self._texts[mask] = tuple(span_text(self.family, span) for span in self.spans(mask))
        return texts
