"""The list before the change, from what the guard saw last, or from what the event says."""

from __future__ import annotations

import msgspec

from sgguard.evaluate import Earlier
from sgguard.evaluate.resolve import resolve
from sgguard.model.change import ChangeEvent, Claim
from sgguard.model.facts import Facts
from sgguard.model.security_group import DIRECTIONS, Names, SecurityGroupPolicy, SecurityGroupPolicySet
from sgguard.state import Memory, Seen


def seen(facts: Facts) -> Seen:
    """A group as it was read."""
    return Seen(group=facts.group, names=facts.names, stacks=facts.placement.stacks)


def earlier_of(facts: Facts, change: ChangeEvent, memory: Memory | None) -> Earlier | None:
    """The group before the change; None where nothing is known of it.

    What the guard saw itself outweighs what the event says: the caller writes that, and nobody checks it.
    Several changes may lie between two looks at a group, so "before" is before all of them.
    """
    if memory is not None:
        was = memory.before if memory.last.same(seen(facts)) else memory.last
        if was is not None:
            return Earlier(group=was.group, names=was.names, stacks=was.stacks, source="memory")
    if change.claim is not None:
        claimed = _undone(facts.group, change.claim, facts.names)
        return Earlier(group=claimed, source="event") if claimed else None
    if change.binds and memory is None:
        # Until it was bound its rows decided nothing.
        return Earlier(group=SecurityGroupPolicySet(version=facts.group.version), source="event")
    return None


def next_memory(
    now: Seen, known: Earlier | None, memory: Memory | None, practices: tuple[str, ...] = ()
) -> Memory | None:
    """What is to be remembered after a look; None where that is remembered already.

    `practices` are fingerprints of those that are not followed now.
    """
    if memory is not None and memory.last.same(now):
        if memory.practices == practices:
            return None
        return msgspec.structs.replace(memory, practices=practices)
    before = memory.last if memory else None
    if known is not None and known.source == "memory":
        before = Seen(group=known.group, names=known.names, stacks=known.stacks or ())
    return Memory(last=now, before=before, practices=practices)


def _undone(group: SecurityGroupPolicySet, claim: Claim, names: Names) -> SecurityGroupPolicySet | None:
    """The list with the claimed rows back in their places; None where the claim does not fit the list."""
    if claim.version and not _follows(group.version, claim.version):
        return None
    rows = {direction: list(group.rows(direction)) for direction in DIRECTIONS}
    for replacement in claim.replaced:
        here, index = rows[replacement.direction], replacement.index
        if not (0 <= index < len(here) and _matches(here[index], replacement.new, names)):
            return None
        gap = resolve(replacement.old, names).gap
        if gap and gap.cause == "malformed":
            return None
        here[index] = msgspec.structs.replace(replacement.old, index=index)
    return SecurityGroupPolicySet(
        version=claim.version, ingress=tuple(rows["ingress"]), egress=tuple(rows["egress"])
    )


def _follows(version: str, earlier: str) -> bool:
    """Whether one write lies between two versions."""
    return version.isdecimal() and earlier.isdecimal() and int(version) == int(earlier) + 1


def _matches(row: SecurityGroupPolicy, told: SecurityGroupPolicy, names: Names) -> bool:
    """Whether two rows say the same, however they are spelled."""
    return resolve(row, names) == resolve(told, names)
