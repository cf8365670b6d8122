"""Port texts and port sets."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sgguard.traffic.span import Span, merged

ALL_PORTS: tuple[Span, ...] = ((0, 65536),)


@lru_cache(maxsize=65536)
def parse_ports(text: str) -> tuple[Span, ...]:
    """Ports named by ``ALL``, ``22``, ``80,443``, ``30000-32768`` or a mix; ``""`` means ``ALL``.

    Raises ValueError naming the part that is no port.
    """
    if text.strip().upper() in {"ALL", ""}:
        return ALL_PORTS
    parts = [_parse_range(part.strip()) for part in text.split(",")]
    return merged(parts) if len(parts) > 1 else (parts[0],)


def _parse_range(text: str) -> Span:
    first, dash, last = text.partition("-")
    start = _parse_port(first.strip(), text)
    end = _parse_port(last.strip(), text) if dash else start
    if end < start:
        raise ValueError(f"port range {text!r} runs backwards")
    return start, end + 1


def _parse_port(digits: str, text: str) -> int:
    if not (digits.isascii() and digits.isdigit() and int(digits) <= 65535):  # noqa: PLR2004 (TCP's own)
        raise ValueError(f"{text!r} is no port between 0 and 65535")
    return int(digits)


def port_text(spans: Iterable[Span]) -> str:
    """``ALL`` or ports and ranges joined by commas."""
    return _text(tuple(spans))


@lru_cache(maxsize=4096)
def _text(spans: tuple[Span, ...]) -> str:
    texts = [str(start) if end == start + 1 else f"{start}-{end - 1}" for start, end in spans]
    return "ALL" if texts == ["0-65535"] else ",".join(texts)
