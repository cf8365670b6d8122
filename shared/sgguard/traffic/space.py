"""Sets of addresses as integers: a bit for each atom, an atom between two neighbouring boundaries."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from sgguard.model.finding import Family
from sgguard.traffic.address import ANYWHERE, parse_network, span_text
from sgguard.traffic.span import Span, without

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

PUBLIC: dict[Family, tuple[Span, ...]] = {
    family: without(ANYWHERE[family], spans) for family, spans in PRIVATE.items()
}
"""All other addresses."""

_PRIVATE_EDGES = {family: {edge for span in spans for edge in span} for family, spans in PRIVATE.items()}


class Atoms:
    """The coarsest partition of addresses in which every given set, and `PRIVATE`, is a union of atoms."""

    def __init__(self, family: Family, sets: Iterable[tuple[Span, ...]]) -> None:
        self.family = family
        edges = set(_PRIVATE_EDGES[family])
        for spans in sets:
            for span in spans:
                edges.update(span)
        self._edges = sorted(edges)
        self._below = {edge: 1 << position for position, edge in enumerate(self._edges)}
        """One more than all atoms below an edge, as an integer."""
        self._bits: dict[int, int] = {}
        self._run_texts: dict[tuple[int, int], str] = {}
        self._texts: dict[int, tuple[str, ...]] = {}
        self.full = (1 << (len(self._edges) - 1)) - 1
        """All atoms: every address, for `PRIVATE` reaches from the lowest to the highest."""
        self.public = self.full & ~self.mask(PRIVATE[family])
        """Atoms of addresses that are not `PRIVATE`."""

    def mask(self, spans: tuple[Span, ...]) -> int:
        """The atoms of a set that was given at construction."""
        below = self._below
        mask = 0
        for start, end in spans:
            # Disjoint spans add up without carry.
            mask += below[end] - below[start]
        return mask

    def number(self, address: int) -> int:
        """The number of the atom that an address is in."""
        return bisect_right(self._edges, address) - 1

    def contains(self, mask: int, address: int) -> bool:
        """Whether an address is in a mask."""
        bit = self._bits.get(address)
        if bit is None:
            bit = self._bits[address] = 1 << self.number(address)
        return bool(mask & bit)

    def spans(self, mask: int) -> tuple[Span, ...]:
        """The addresses of a mask, neighbouring atoms joined."""
        edges = self._edges
        return tuple([(edges[first], edges[end]) for first, end in _runs(mask)])

    def first_span(self, mask: int) -> Span:
        """The lowest run of addresses of a mask that is not empty."""
        first, end = next(_runs(mask))
        return self._edges[first], self._edges[end]

    def texts(self, mask: int) -> tuple[str, ...]:
        """The addresses of a mask as CIDRs and ranges."""
        known = self._texts.get(mask)
        if known is None:
            known = self._texts[mask] = tuple([self._run_text(run) for run in _runs(mask)])
        return known

    def _run_text(self, run: tuple[int, int]) -> str:
        text = self._run_texts.get(run)
        if text is None:
            span = self._edges[run[0]], self._edges[run[1]]
            text = self._run_texts[run] = span_text(self.family, span)
        return text


def _runs(mask: int) -> Iterator[tuple[int, int]]:
    """Number of the first atom of each run of neighbouring ones, and of the one behind it; lowest first."""
    end = 0
    while mask:
        gap = (mask & -mask).bit_length() - 1
        mask >>= gap
        length = (mask ^ (mask + 1)).bit_length() - 1
        mask >>= length
        yield end + gap, end + gap + length
        end += gap + length
