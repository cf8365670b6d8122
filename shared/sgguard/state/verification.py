"""Checks the journal from end to end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Literal

import msgspec

from sgguard.state.journal import Head, JournalError, Written, key_of, place_of, read
from sgguard.state.ports import Entry, Store

Fault = Literal["altered", "missing", "disordered", "fork", "unfinished"]
"""``altered``: an entry or a snapshot is not what was written. ``missing``: something refers to it, and it is
gone. ``disordered``: it stands elsewhere in its chain. ``fork``: instances wrote at the same time.
``unfinished``: an instance died before it could tell how its deed ended."""


class Flaw(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as an undisturbed journal is."""

    fault: Fault
    key: str
    """Of the entry where it shows."""
    text: str

    @property
    def harmless(self) -> bool:
        """Whether it comes about without anybody touching the journal."""
        return self.fault in {"fork", "unfinished"}


def verify(store: Store, anchor: str = "") -> tuple[int, tuple[Flaw, ...]]:
    """How many entries there are, and what is wrong with them. Raises StoreError.

    An entry at the end of a chain can be taken away together with the marker that names it, and nothing in
    the store tells. `anchor` is a digest that was kept elsewhere, in an alert: that entry must be there.
    """
    kept = store.entries("journal")
    sound: list[Written] = []
    flaws: list[Flaw] = []
    for entry in kept:
        try:
            sound.append(read(entry))
        except JournalError as error:
            moved = "stands where" in str(error)
            fault: Fault = "disordered" if moved else "altered"
            flaws.append(Flaw(fault=fault, key=entry.key, text=str(error)))
    places = [place for entry in kept if (place := place_of(entry.key))]
    known = {(place.chain, place.digest): place.sequence for place in places}
    for written in sound:
        flaws += _links(written, known)
        flaws += _snapshot(written, store)
    flaws += _forks(sound)
    flaws += _unfinished(sound)
    flaws += _heads(store.entries("marker", "journal/"), known)
    if anchor and not any(digest.startswith(anchor) for _, digest in known):
        flaws.append(Flaw(fault="missing", key=anchor, text="the entry of the anchor is gone"))
    return len(kept), tuple(sorted(flaws, key=lambda flaw: (flaw.harmless, flaw.key)))


def _links(written: Written, known: Mapping[tuple[str, str], int]) -> Iterator[Flaw]:
    """Whether everything that an entry follows is there, right before it."""
    entry, key = written.entry, _key(written)
    before = [known.get((entry.chain, parent)) for parent in entry.parents]
    for parent, sequence in zip(entry.parents, before, strict=True):
        if sequence is None:
            yield Flaw(fault="missing", key=key, text=f"it follows {parent[:12]}, which is gone")
    there = [sequence for sequence in before if sequence is not None]
    if None not in before and entry.sequence != max(there, default=-1) + 1:
        yield Flaw(fault="disordered", key=key, text=f"it is numbered {entry.sequence}, out of order")
    if entry.intention and (entry.chain, entry.intention) not in known:
        yield Flaw(fault="missing", key=key, text=f"its intention {entry.intention[:12]} is gone")


def _snapshot(written: Written, store: Store) -> Iterator[Flaw]:
    wanted = written.entry.snapshot
    if not wanted or written.entry.phase != "intended":
        return
    kept = store.get("snapshot", wanted)
    if kept is None:
        yield Flaw(fault="missing", key=_key(written), text=f"its snapshot {wanted[:12]} is gone")
    elif sha256(kept.document).hexdigest() != wanted:
        yield Flaw(fault="altered", key=_key(written), text=f"its snapshot {wanted[:12]} was altered")


def _forks(entries: Sequence[Written]) -> Iterator[Flaw]:
    followers = Counter((e.entry.chain, parent) for e in entries for parent in e.entry.parents or ("",))
    for written in entries:
        count = followers[written.entry.chain, written.digest]
        if count > 1:
            text = f"{count} entries follow it: instances wrote at the same time"
            yield Flaw(fault="fork", key=_key(written), text=text)
    for (chain, parent), count in followers.items():
        if not parent and count > 1:
            yield Flaw(
                fault="fork", key=chain, text=f"it begins {count} times: instances wrote at the same time"
            )


def _unfinished(entries: Sequence[Written]) -> Iterator[Flaw]:
    ended = {written.entry.intention for written in entries}
    for written in entries:
        if written.entry.phase == "intended" and written.digest not in ended:
            text = "how it ended is not on record; the group was judged again by the next event or sweep"
            yield Flaw(fault="unfinished", key=_key(written), text=text)


def _heads(markers: Sequence[Entry], known: Mapping[tuple[str, str], int]) -> Iterator[Flaw]:
    """Whether the entry that each chain was last seen to end with is still there."""
    for marker in markers:
        chain = marker.key.partition("/")[2]
        try:
            head = msgspec.json.decode(marker.document, type=Head)
        except msgspec.DecodeError:
            yield Flaw(fault="altered", key=marker.key, text="it cannot be read")
            continue
        if (chain, head.digest) not in known:
            yield Flaw(
                fault="missing",
                key=key_of(chain, head.sequence, head.digest),
                text="the last entry of the chain is gone",
            )


def _key(written: Written) -> str:
    return key_of(written.entry.chain, written.entry.sequence, written.digest)
