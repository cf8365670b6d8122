"""Half-open integer ranges `[start, end)`: ports and addresses alike."""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[int, int]


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same set as sorted spans that neither overlap nor touch."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            if end > result[-1][1]:
                result[-1] = (result[-1][0], end)
        else:
            result.append((start, end))
    return tuple(result)


def without(spans: tuple[Span, ...], gone: tuple[Span, ...]) -> tuple[Span, ...]:
    """What is in `spans` and not in `gone`; both are merged."""
    left: list[Span] = []
    for start, end in spans:
        for low, high in gone:
            if low < end and start < high:
                if start < low:
                    left.append((start, low))
                start = max(start, high)  # noqa: PLW2901 (what is left of the span)
        if start < end:
            left.append((start, end))
    return tuple(left)


def common(spans: tuple[Span, ...], others: tuple[Span, ...]) -> tuple[Span, ...]:
    """What is in both; both are merged."""
    return tuple(
        (max(start, low), min(end, high))
        for start, end in spans
        for low, high in others
        if start < high and low < end
    )
