"""What is expected of one group: the union over all clusters and roles that it serves."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from sgguard.baseline.requirement import Need, Requirement
from sgguard.baseline.site import Site
from sgguard.model.cluster import ClusterScope
from sgguard.model.security_group import Direction
from sgguard.traffic.box import Traffic


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement of one cluster, as traffic."""

    id: str
    """The requirement's id; qualified as ``cls-…/node-network`` where a group serves several scopes."""
    scope: ClusterScope
    requirement: Requirement
    traffic: Traffic

    @property
    def need(self) -> Need:
        """Whether its absence is a violation."""
        return self.requirement.need


class Expectation(msgspec.Struct, frozen=True):
    """Required sets and ceiling of a group. The ceiling is everything that is required or permitted."""

    scopes: tuple[ClusterScope, ...]
    entries: tuple[Expected, ...]

    def required(self, direction: Direction) -> tuple[Expected, ...]:
        """What must be accepted, requirement by requirement."""
        return tuple(e for e in self.of(direction) if e.need == "required")

    def ceiling(self, direction: Direction) -> Traffic:
        """All that may be accepted."""
        return tuple(box for entry in self.of(direction) for box in entry.traffic)

    def of(self, direction: Direction) -> tuple[Expected, ...]:
        """Everything that is said of one direction."""
        return tuple(e for e in self.entries if e.requirement.direction == direction)


def expect(scopes: Sequence[ClusterScope], site: Site) -> Expectation:
    """The expectation of a group that serves `scopes`, at least one: the union over them.

    Raises ValueError without scopes: a group that serves nothing has no baseline to be compared with.
    """
    if not scopes:
        raise ValueError("a group without a cluster has no baseline")
    return _expect(tuple(scopes), tuple(site.requirements(scope) for scope in scopes))


@lru_cache(maxsize=256)
def _expect(
    scopes: tuple[ClusterScope, ...], requirements: tuple[tuple[Requirement, ...], ...]
) -> Expectation:
    return Expectation(
        scopes,
        tuple(
            Expected(id=f"{_prefix(scope, scopes)}{r.id}", scope=scope, requirement=r, traffic=traffic)
            for scope, own in zip(scopes, requirements, strict=True)
            for r in own
            if (traffic := r.traffic(scope))
        ),
    )


def _prefix(scope: ClusterScope, scopes: Sequence[ClusterScope]) -> str:
    """What tells the requirements of one scope from those of the others, as short as may be."""
    if len(scopes) == 1:
        return ""
    if len({other.cluster_id for other in scopes}) == len(scopes):
        return f"{scope.cluster_id}/"
    return f"{scope.cluster_id}/{scope.role}/"
