"""What is expected of one group: the union over all clusters and roles that it serves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from sgguard.baseline.requirement import Baseline, Need, Requirement
from sgguard.model.cluster import ClusterScope, Role
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
        return tuple(e for e in self._of(direction) if e.need == "required")

    def ceiling(self, direction: Direction) -> Traffic:
        """All that may be accepted."""
        return tuple(box for entry in self._of(direction) for box in entry.traffic)

    def _of(self, direction: Direction) -> tuple[Expected, ...]:
        return tuple(e for e in self.entries if e.requirement.direction == direction)


def expect(scopes: Sequence[ClusterScope], baselines: Mapping[Role, Baseline]) -> Expectation:
    """The expectation of a group that serves `scopes`, at least one.

    Raises ValueError without scopes: a group that serves nothing has no baseline to be compared with.
    """
    if not scopes:
        raise ValueError("a group without a cluster has no baseline")
    return _expect(tuple(scopes), tuple(baselines[scope.role] for scope in scopes))


@lru_cache(maxsize=256)
def _expect(scopes: tuple[ClusterScope, ...], baselines: tuple[Baseline, ...]) -> Expectation:
    clusters = {scope.cluster_id for scope in scopes}
    entries = []
    for scope, baseline in zip(scopes, baselines, strict=True):
        prefix = ""
        if len(scopes) > 1:
            prefix = (
                f"{scope.cluster_id}/"
                if len(clusters) == len(scopes)
                else f"{scope.cluster_id}/{scope.role}/"
            )
        entries += [
            Expected(id=f"{prefix}{r.id}", scope=scope, requirement=r, traffic=traffic)
            for r in baseline.requirements
            if (traffic := r.traffic(scope))
        ]
    return Expectation(scopes, tuple(entries))
