"""Which groups a change affects that does not name them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from sgguard.facts.memory import FactsMemory
from sgguard.facts.ports import Readers
from sgguard.facts.view import Freshness, View
from sgguard.model.change import ChangeEvent
from sgguard.model.cluster import Cluster

_FEW = 50
"""Machines that are asked for by id, a handful at a time; for more the whole region is listed."""
_MACHINES = ("ins-", "eni-")
_TEMPLATES = ("ipm-", "ipmg-", "ppm-", "ppmg-")


def reach(
    change: ChangeEvent,
    readers: Readers,
    memory: FactsMemory | None,
    *,
    observed_at: float,
    freshness: Freshness,
) -> ChangeEvent:
    """The change of all groups that it affects, named or not; what it made stale is remembered no longer.

    Raises GatherError when it cannot be told which they are.
    """
    if memory and change.stale:
        for region in change.regions:
            memory.forget(region, change.stale, at=observed_at)
    if not change.subjects or not change.regions:
        return change
    view = View(change.regions[0], readers, memory, now=observed_at, freshness=freshness)
    found = dict.fromkeys((*change.group_ids, *affected(change.subjects, view)))
    return msgspec.structs.replace(change, group_ids=tuple(found))


def affected(subjects: Sequence[str], view: View) -> tuple[str, ...]:
    """The groups of the view's region that depend on `subjects`, sorted. Raises GatherError.

    A template affects every covered group with a row that uses it, itself or in a template group; a cluster
    or a launch configuration every group of the cluster; an instance or interface every group that it has.
    """
    templates = frozenset(name for name in subjects if name.startswith(_TEMPLATES))
    machines = [name for name in subjects if name.startswith(_MACHINES)]
    others = frozenset(subjects) - templates - frozenset(machines)
    found = set(_users(templates, view)) if templates else set()
    if machines:
        found.update(_bound(machines, view))
    if others:
        for cluster in view.atlas().clusters:
            if cluster.cluster_id in others or any(pool.launch_id in others for pool in cluster.pools):
                found.update(_groups_of(cluster, view))
    return tuple(sorted(found))


def _bound(machines: Sequence[str], view: View) -> Iterator[str]:
    few = len(machines) <= _FEW
    bindings = view.bindings_of(machines) if few else view.all_bindings().bindings
    for binding in bindings:
        if few or binding.instance_id in machines or binding.interface_id in machines:
            yield from binding.group_ids


def _users(templates: frozenset[str], view: View) -> Iterator[str]:
    """Covered groups with a row that uses one of the templates.

    No API tells which rows use a template (https://www.tencentcloud.com/document/product/215/31884), so rows
    are looked at: as they were seen last, or read where nobody has seen them within the age limit.
    """
    wanted = templates.union(*(view.holders(name) for name in templates))
    atlas, bindings = view.atlas(), view.all_bindings()
    for group_id in sorted(bindings.group_ids() | atlas.group_ids()):
        services = atlas.services(group_id, atlas.bindings(group_id, bindings.of(group_id)))
        if services and not wanted.isdisjoint(view.references(group_id)):
            yield group_id


def _groups_of(cluster: Cluster, view: View) -> Iterator[str]:
    yield from (group_id for machine in cluster.machines for group_id in machine.group_ids)
    yield from (group_id for pool in cluster.pools for group_id in pool.group_ids)
    machines = {name for machine in cluster.machines for name in (machine.instance_id, machine.alias)}
    for binding in view.all_bindings().bindings:
        if binding.instance_id in machines:
            yield from binding.group_ids
