"""Messages made shorter by meaning: the middle of lists goes first, the verdict never."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from sgguard.model.message import Block, Fact, Link, Listing, Message, Weight


class _Room(msgspec.Struct, frozen=True):
    """How much is kept."""

    items: int
    """Lines of a list: the first ones and the last one."""
    characters: int
    """Of each line."""
    without: frozenset[Weight] = frozenset()


_EXTRA: frozenset[Weight] = frozenset({"extra"})
_MOST: frozenset[Weight] = frozenset({"extra", "detail"})
_ROOMS = (
    _Room(1000, 600),
    _Room(40, 300),
    _Room(20, 200),
    _Room(12, 160),
    _Room(8, 120),
    _Room(6, 100),
    _Room(4, 90),
    _Room(3, 80),
    _Room(3, 80, _EXTRA),
    _Room(2, 70, _EXTRA),
    _Room(2, 70, _MOST),
    _Room(2, 40, _MOST),
)


def fitted(message: Message, size: Callable[[Message], int], limit: int) -> Message:
    """As much of a message as has at most the size `limit`; the shortest form if none has.

    Every room is smaller than the one before, so the first that fits holds the most.
    """
    for room in _ROOMS:
        shorter = _shortened(message, room)
        if size(shorter) <= limit:
            return shorter
    return _shortened(message, _ROOMS[-1])


def _shortened(message: Message, room: _Room) -> Message:
    blocks = tuple(
        _block(block, room, message.gap) for block in message.blocks if block.weight not in room.without
    )
    return msgspec.structs.replace(message, headline=_cut(message.headline, 200), blocks=blocks)


def _block(block: Block, room: _Room, gap: str) -> Block:
    if isinstance(block, Link):
        return block
    if isinstance(block, Fact):
        return msgspec.structs.replace(block, value=_cut(block.value, max(room.characters, 160)))
    if block.name == "commands":
        # One that is cut is another command, and each of the few there are does something else.
        return block
    return msgspec.structs.replace(block, items=tuple(_items(block, room, gap)))


def _items(listing: Listing, room: _Room, gap: str) -> Iterator[str]:
    items, most, width = listing.items, room.items, room.characters
    if len(items) <= most:
        yield from (_cut(item, width) for item in items)
        return
    yield from (_cut(item, width) for item in items[: most - 1])
    yield gap.format(count=len(items) - most)
    yield _cut(items[-1], width)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def cut_bytes(text: str, limit: int) -> str:
    """The start of a text that has at most `limit` bytes in UTF-8, cut between characters."""
    data = text.encode()
    return text if len(data) <= limit else data[: limit - 3].decode(errors="ignore") + "…"
