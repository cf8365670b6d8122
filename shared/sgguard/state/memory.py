"""What the guard saw of a group last, so that it can tell what a change did.

A lost or overwritten memory costs a message its difference, never a wrong write.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sgguard.model.security_group import Names, SecurityGroupPolicySet
from sgguard.model.stack import Stack, stack_of
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
        kept = msgspec.json.decode(entry.document, type=_KeptMemory)
        return Memory(
            last=kept.last.seen(group_id),
            before=kept.before.seen(group_id) if kept.before else None,
            practices=kept.practices,
        )
    except (msgspec.DecodeError, LookupError, ValueError):
        return None  # another version of the guard wrote it


def remember(store: Store, region: str, group_id: str, memory: Memory, *, at: float) -> None:
    """Keep it in place of what was remembered. Raises StoreError."""
    kept = _KeptMemory(
        last=_kept(memory.last, group_id),
        before=_kept(memory.before, group_id) if memory.before else None,
        practices=memory.practices,
    )
    document = msgspec.json.encode(kept)
    store.replace(Entry(kind="facts", key=_key(region, group_id), kept_at=at, document=document))


class _Kept(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A `Seen` in which each group's rows are written once, however many stacks it is in."""

    group: SecurityGroupPolicySet
    names: Names = {}
    stacks: tuple[tuple[str, ...], ...] = ()
    others: Mapping[str, SecurityGroupPolicySet] = {}

    def seen(self, own: str) -> Seen:
        """As it was. Raises ValueError or KeyError where the parts do not fit."""
        stacks = tuple(stack_of(own, ids, self.others) for ids in self.stacks)
        return Seen(group=self.group, names=self.names, stacks=stacks)


class _KeptMemory(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    last: _Kept
    before: _Kept | None = None
    practices: tuple[str, ...] = ()


def _kept(seen: Seen, own: str) -> _Kept:
    return _Kept(
        group=seen.group,
        names=seen.names,
        stacks=tuple(stack.group_ids(own) for stack in seen.stacks),
        others={key: rows for stack in seen.stacks for key, rows in (*stack.ahead, *stack.behind)},
    )


def _key(region: str, group_id: str) -> str:
    return f"seen/{region}/{group_id}"
