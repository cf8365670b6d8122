"""What the guard saw of a group last, so that it can tell what a change did.

A lost or overwritten memory costs a message its difference, never a wrong write.
"""

from __future__ import annotations

import msgspec

from sgguard.model.security_group import Names, SecurityGroupPolicySet
from sgguard.model.stack import Stack
from sgguard.state.ports import Entry, Store


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A group as it was judged."""

    group: SecurityGroupPolicySet
    names: Names = {}
    stacks: tuple[Stack, ...] = ()

    def same(self, other: Seen) -> bool:
        """Whether both let the same through, as far as rows, members and stacks tell."""
        mine = self.group, dict(self.names), frozenset(self.stacks)
        return mine == (other.group, dict(other.names), frozenset(other.stacks))


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """The group as it was seen last, and as it was before that."""

    last: Seen
    before: Seen | None = None
    """What `last` was different from; the same event may come again."""
    practices: tuple[str, ...] = ()
    """Fingerprints of the practices that were not followed, all of them told."""


def recall(store: Store, region: str, group_id: str) -> Memory | None:
    """What is remembered of a group; None if nothing, or nothing that can be read. Raises StoreError."""
    entry = store.get("facts", _key(region, group_id))
    if entry is None:
        return None
    try:
        return msgspec.json.decode(entry.document, type=Memory)
    except msgspec.DecodeError:
        return None  # another version of the guard wrote it


def remember(store: Store, region: str, group_id: str, memory: Memory, *, at: float) -> None:
    """Keep it in place of what was remembered. Raises StoreError."""
    document = msgspec.json.encode(memory)
    store.replace(Entry(kind="facts", key=_key(region, group_id), kept_at=at, document=document))


def _key(region: str, group_id: str) -> str:
    return f"seen/{region}/{group_id}"
