"""CloudAudit records in a text: one, a JSON array, or a line each; plain or gzipped."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping

from sgguard.errors import EventError
from sgguard.event.foreign import unwrap

_GZIP = b"\x1f\x8b"
MOST_BYTES = 64 * 1024 * 1024
"""Of one unpacked text: what unpacks to more is no delivery of CloudAudit."""
_LISTS = ("EventList", "Events", "records")
_LONGEST = 20_000
"""Characters of an unreadable line that are kept."""


def records_in(data: bytes | str) -> tuple[Mapping[str, object], ...]:
    """The elements in a text, in their order.

    A tracking set writes a record a line, without or with gzip (``Compress``), and is said to have written
    arrays: https://www.tencentcloud.com/document/product/1021/30333. Broken lines stay elements.

    Raises:
        EventError: it cannot be unpacked.
    """
    text = unpacked(data).decode("utf-8-sig", "replace") if isinstance(data, bytes) else data
    whole = unwrap(text)
    if isinstance(whole, list):
        return tuple(map(element, whole))
    if isinstance(whole, Mapping):
        for name in _LISTS:
            members = whole.get(name)
            if isinstance(members, list):
                return tuple(map(element, members))
        return (whole,)
    return tuple(_lines(text))


def _lines(text: str) -> Iterator[Mapping[str, object]]:
    # Not splitlines: a record may hold any of the other line ends that Unicode knows.
    for line in text.split("\n"):
        if line.strip():
            yield element(line)


def element(member: object) -> Mapping[str, object]:
    """One member as an element."""
    found = unwrap(member)
    if isinstance(found, Mapping):
        return found
    return {"data": found[:_LONGEST] if isinstance(found, str) else found}


def unpacked(data: bytes) -> bytes:
    """The bytes, gunzipped if they are gzip, however many members they have. Raises EventError."""
    if not data.startswith(_GZIP):
        return data
    parts: list[bytes] = []
    room = MOST_BYTES
    try:
        while data.startswith(_GZIP):
            unpacker = zlib.decompressobj(wbits=31)
            parts.append(unpacker.decompress(data, room))
            room -= len(parts[-1])
            if unpacker.unconsumed_tail or room <= 0:
                raise EventError(
                    f"More than {MOST_BYTES} bytes in one text.", next_step="Look at its source."
                )
            if not unpacker.eof:
                raise EventError("The gzip text is cut off.", next_step="Fetch it again.")
            data = unpacker.unused_data
    except zlib.error as error:
        raise EventError(f"It is no gzip: {error}.", next_step="Fetch it again.") from error
    return b"".join(parts)
