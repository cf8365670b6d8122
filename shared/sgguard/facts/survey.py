"""Every group of a region: which clusters it serves, or why none."""

from __future__ import annotations

from typing import Literal

import msgspec

from sgguard.errors import GatherError
from sgguard.facts.atlas import Atlas
from sgguard.facts.ports import NamedGroup
from sgguard.facts.view import View
from sgguard.model.cluster import ClusterScope

Status = Literal["covered", "not-covered", "undetermined"]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What one group has to do with the clusters of its region."""

    group_id: str
    name: str
    """Written by whoever made the group: escape before display."""
    status: Status
    scopes: tuple[ClusterScope, ...] = ()
    """Clusters that it serves, by role; empty unless it is covered."""
    reasons: tuple[str, ...]
    """Why it is covered, is not, or could not be told; what its name suggests comes last."""


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """All groups of a region."""

    region: str
    clusters: tuple[str, ...]
    groups: tuple[Standing, ...]
    observed_at: float
    """When the oldest fact was read, epoch seconds."""

    def of(self, status: Status) -> tuple[Standing, ...]:
        """The groups of one status."""
        return tuple(group for group in self.groups if group.status == status)


def survey(view: View, *, all_groups: bool = True) -> Survey:
    """Look at every group of the view's region, or only at those that something leads to.

    One listing of groups, and none of rows. Raises GatherError when a listing cannot be read in full.
    """
    atlas, bindings = view.atlas(), view.all_bindings()
    named = view.groups() if all_groups else ()
    known = {group.group_id: group for group in named}
    ids = dict.fromkeys([*known, *(() if all_groups else sorted(bindings.group_ids() | atlas.group_ids()))])
    groups = tuple(_standing(known.get(key, NamedGroup(group_id=key)), atlas, view) for key in ids)
    return Survey(
        region=view.region,
        clusters=tuple(cluster.cluster_id for cluster in atlas.clusters),
        groups=groups,
        observed_at=view.oldest,
    )


def _standing(group: NamedGroup, atlas: Atlas, view: View) -> Standing:
    bindings = atlas.bindings(group.group_id, view.bindings(group.group_id))
    services = atlas.services(group.group_id, bindings)
    found = Standing(group_id=group.group_id, name=group.name, status="covered", reasons=())
    if not services:
        reasons = (atlas.why_not(group.group_id, bindings), *atlas.hints(group.name))
        return msgspec.structs.replace(found, status="not-covered", reasons=reasons)
    try:
        scopes = tuple(scope for service in services for scope in view.scopes(service))
    except GatherError as error:
        return msgspec.structs.replace(found, status="undetermined", reasons=(str(error),))
    reasons = tuple(service.sentence() for service in services)
    return msgspec.structs.replace(found, scopes=scopes, reasons=reasons)
