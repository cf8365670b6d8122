"""A picture of how time grows, as SVG. Both axes are logarithmic: a power of the rows is a straight line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 640, 400, 70, 30, 20, 50


class Point(NamedTuple):
    """One measurement."""

    rows: int
    milliseconds: float


class _Axis:
    """A logarithmic scale in whole decades."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self._low = math.floor(math.log10(min(values)))
        self._high = math.ceil(math.log10(max(values)))
        self._start, self._end = start, end

    def at(self, value: float) -> float:
        share = (math.log10(value) - self._low) / (self._high - self._low)
        return self._start + share * (self._end - self._start)

    def decades(self) -> list[float]:
        return [10.0**power for power in range(self._low, self._high + 1)]


def picture(points: Sequence[Point]) -> str:
    """The whole file."""
    parts = "\n  ".join(_parts(points))
    label = "CPU time of one verdict by the number of rows"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{label}" font-family="sans-serif" font-size="13">\n'
        f'  <rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n  {parts}\n</svg>\n'
    )


def _parts(points: Sequence[Point]) -> Iterator[str]:
    across = _Axis([point.rows for point in points], LEFT, WIDTH - RIGHT)
    up = _Axis([point.milliseconds for point in points], HEIGHT - BOTTOM, TOP)
    for rows in across.decades():
        x = across.at(rows)
        yield f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#dddddd"/>'
        yield f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{rows:,.0f}</text>'
    for milliseconds in up.decades():
        y = up.at(milliseconds)
        yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#dddddd"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{milliseconds:g} ms</text>'
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield f'<text x="{middle}" y="{HEIGHT - 10}" text-anchor="middle">rows in one direction</text>'
    yield f'<text x="{LEFT}" y="{TOP - 12}">CPU time of one verdict</text>'
    spots = [(across.at(point.rows), up.at(point.milliseconds)) for point in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    yield f'<polyline points="{line}" fill="none" stroke="#0b57d0" stroke-width="2"/>'
    for (x, y), point in zip(spots, points, strict=True):
        told = f"{point.rows:,} rows: {point.milliseconds:.2f} ms"
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#0b57d0"><title>{told}</title></circle>'
