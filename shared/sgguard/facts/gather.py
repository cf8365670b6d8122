"""Which clusters a group serves, and what their networks are."""

from __future__ import annotations

from collections.abc import Sequence

from sgguard.errors import GatherError
from sgguard.facts.atlas import Service
from sgguard.facts.memory import FactsMemory
from sgguard.facts.ports import GroupNotFoundError, Readers
from sgguard.facts.view import NOW, Freshness, View
from sgguard.model.facts import Facts, NotCovered
from sgguard.model.security_group import SecurityGroupPolicySet
from sgguard.model.stack import Binding, Placement, companions, placed


def gather(
    group_id: str,
    regions: Sequence[str],
    readers: Readers,
    memory: FactsMemory | None = None,
    *,
    observed_at: float,
    freshness: Freshness = NOW,
) -> Facts | NotCovered:
    """Read a group again, and the clusters that it serves; the latter may be remembered.

    `regions` are tried in turn until one has the group. Raises GatherError when anything that the verdict
    needs cannot be read.
    """
    if not regions:
        raise GatherError(
            f"The event does not say in which region {group_id} is.",
            next_step="The sweep covers the group; nothing has to be done for this event.",
        )
    unread: GatherError | None = None
    for region in regions:
        view = View(region, readers, memory, now=observed_at, freshness=freshness)
        try:
            group = view.rows(group_id)
        except GroupNotFoundError:
            continue
        except GatherError as error:
            unread = unread or error  # another region may have it; if none has, this one is not known
            continue
        return _covered(group_id, view, group)
    if unread:
        raise unread
    return NotCovered(
        group_id=group_id, reason=f"no such group in {', '.join(regions)}", observed_at=observed_at
    )


def _covered(group_id: str, view: View, group: SecurityGroupPolicySet) -> Facts | NotCovered:
    atlas = view.atlas()
    bindings = atlas.bindings(group_id, view.bindings(group_id))
    services = atlas.services(group_id, bindings)
    if not services:
        return NotCovered(
            group_id=group_id,
            region=view.region,
            reason=atlas.why_not(group_id, bindings),
            observed_at=view.oldest,
        )
    if doubtful := [binding.instance_id for binding in bindings if group_id not in binding.group_ids]:
        raise GatherError(
            f"{doubtful[0]} is listed as bound to {group_id}, but its own list of groups does not say so.",
            next_step="The sweep looks again; bindings take a moment to settle.",
            retryable=True,
        )
    scopes = tuple(scope for service in services for scope in view.scopes(service))
    placement = _placement(group_id, view, bindings, services)
    references = group.references().union(*(stack.references() for stack in placement.stacks))
    return Facts(
        group_id=group_id,
        region=view.region,
        group=group,
        scopes=scopes,
        machines=sum(len(service.bound) for service in services),
        placement=placement,
        names=view.members(references) if references else {},
        observed_at=view.now,
        oldest_at=view.oldest,
        borrowed=view.borrowed,
    )


def _placement(
    group_id: str, view: View, bindings: Sequence[Binding], services: Sequence[Service]
) -> Placement:
    machines = frozenset[str]().union(*(service.machines for service in services))
    others = companions(group_id, bindings, machines)
    rows = {key: view.companion_rows(key) for key in sorted(others)}
    return placed(group_id, bindings, machines, rows)
