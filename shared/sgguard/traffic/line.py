"""The protocols of a family end to end on one line, so that protocols and ports are spans like any others.

Each protocol has 65,536 points, in the order of `PROTOCOLS`: one for each port. A protocol without ports has
as many, always all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sgguard.model.finding import Protocol
from sgguard.traffic.box import FAMILIES, PORTED, PROTOCOLS
from sgguard.traffic.port import ALL_PORTS
from sgguard.traffic.span import Span, merged

_POINTS = 65536
_START: dict[Protocol, int] = {
    protocol: number * _POINTS for family in FAMILIES for number, protocol in enumerate(PROTOCOLS[family])
}


@lru_cache(maxsize=4096)
def line_of(protocols: tuple[Protocol, ...], ports: tuple[Span, ...]) -> tuple[Span, ...]:
    """Some protocols of one family, to some ports, as merged spans of points."""
    spans = [
        (_START[protocol] + begin, _START[protocol] + end)
        for protocol in protocols
        for begin, end in (ports if protocol in PORTED else ALL_PORTS)
    ]
    return merged(spans) if len(protocols) > 1 else tuple(spans)


def parts_of(runs: Iterable[tuple[int, Span]]) -> dict[tuple[int, int], list[Span]]:
    """Ports by number of the protocol and atoms. Runs, atoms on a span of points, come lowest first."""
    found: dict[tuple[int, int], list[Span]] = {}
    for atoms, (begin, end) in runs:
        number, port = divmod(begin, _POINTS)
        last = port + end - begin
        while last > _POINTS:
            found.setdefault((number, atoms), []).append((port, _POINTS))
            number, port, last = number + 1, 0, last - _POINTS
        found.setdefault((number, atoms), []).append((port, last))
    return found


def point(protocol: Protocol, port: int | None) -> int:
    """The point of a port; of a protocol without ports any one, `port` being None."""
    return _START[protocol] + (port or 0)
