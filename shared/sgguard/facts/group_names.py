"""What groups are called.

For people only: nothing is decided by a name, so one may be a day old. The sweep's listing tells the names of
a whole region; a group that no listing has told of is asked for once, when nothing waits for the answer.
"""

from __future__ import annotations

from collections.abc import Iterable

from sgguard.facts.memory import FactsMemory
from sgguard.facts.ports import NamedGroup, Readers

_KEY = "group-names"
_LASTING = 86_400.0


def keep_names(memory: FactsMemory, region: str, groups: Iterable[NamedGroup], *, at: float) -> None:
    """Remember what a listing of all groups of a region told."""
    memory.keep(region, _KEY, {group.group_id: group.name for group in groups}, at=at)


def known_name(memory: FactsMemory, region: str, group_id: str, *, now: float) -> str | None:
    """What a group is called, escape before display; None if nobody has told. Never raises."""
    return _known(memory, region, now)[0].get(group_id)


def learn_name(memory: FactsMemory, region: str, group_id: str, readers: Readers, *, now: float) -> None:
    """Ask for a name, unless it is known. Raises GatherError."""
    names, since = _known(memory, region, now)
    if group_id not in names:
        name = readers.groups.name(region, group_id)
        # As old as the oldest of them, so that none is used for longer than it may be.
        memory.keep(region, _KEY, {**names, group_id: name}, at=since)


def _known(memory: FactsMemory, region: str, now: float) -> tuple[dict[str, str], float]:
    """Names by group, and when the oldest was read."""
    return memory.recall(region, _KEY, dict[str, str], since=now - _LASTING) or ({}, now)
