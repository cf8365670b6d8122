"""The site's config: how it differs from the vendor's baseline, and what enforce may touch.

docs/config.md explains it by example; `sgguard schema config` prints its JSON Schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from sgguard.baseline.overlay import PeerCluster, read_overlay, read_peer_cluster
from sgguard.baseline.requirement import ROLES, Baseline, Requirement
from sgguard.baseline.shipped import shipped
from sgguard.baseline.waiver import Waiver, read_waiver
from sgguard.config.reader import Reader, Source
from sgguard.model.cluster import ClusterScope, Role
from sgguard.model.finding import SEVERITIES, Severity

_SEVERITIES: Mapping[str, Severity] = {severity: severity for severity in SEVERITIES}


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A site's config."""

    min_severity: Severity = "high"
    baselines: Mapping[Role, Baseline]
    """The shipped baselines as the site wants them."""
    peers: Mapping[str, tuple[PeerCluster, ...]] = {}
    """Clusters of the same VPC that each cluster must talk to, by cluster id."""
    waivers: tuple[Waiver, ...] = ()

    def requirements(self, scope: ClusterScope) -> tuple[Requirement, ...]:
        """What is required of, and permitted to, a group that serves a cluster in one role."""
        own = self.baselines[scope.role].requirements
        peers = self.peers.get(scope.cluster_id, ())
        return (*own, *(requirement for peer in peers for requirement in peer.requirements()))

    def waivers_of(self, group_id: str, scopes: Sequence[ClusterScope]) -> tuple[Waiver, ...]:
        """The waivers that speak of a group, expired ones included."""
        return tuple(waiver for waiver in self.waivers if waiver.concerns(group_id, scopes))


def default_site() -> Site:
    """A site that writes nothing down: the vendor's baseline as it is."""
    return Site(baselines=shipped())


def read_site(document: object, where: str | Source) -> Site:
    """A decoded config. Raises ConfigError with everything that is wrong."""
    reader = Reader(document, where)
    reader.only(("schema", "revert", "baseline", "clusters", "waivers"))
    reader.choice("schema", {"sgguard/config/v1": None}, None)
    revert, baseline, clusters = (
        reader.section("revert"),
        reader.section("baseline"),
        reader.section("clusters"),
    )
    revert.only(("min_severity",))
    baseline.only(ROLES)
    name = where.name if isinstance(where, Source) else where
    severity: Severity = "high"
    if revert.has("min_severity"):
        severity = revert.choice("min_severity", _SEVERITIES, severity)
    site = Site(
        min_severity=severity,
        baselines={role: read_overlay(baseline.section(role), shipped()[role], name) for role in ROLES},
        peers={key: tuple(_read_peers(clusters.section(key), name)) for key in clusters.names()},
        waivers=tuple(read_waiver(entry) for entry in reader.sections("waivers")),
    )
    _check_waivers(reader, site.waivers)
    reader.finish()
    return site


def _read_peers(reader: Reader, source: str) -> Iterator[PeerCluster]:
    reader.only(("peers",))
    for entry in reader.sections("peers"):
        yield read_peer_cluster(entry, source)


def _check_waivers(reader: Reader, waivers: Sequence[Waiver]) -> None:
    ids = [waiver.id for waiver in waivers if waiver.id]
    for repeated in sorted({i for i in ids if ids.count(i) > 1}):
        reader.problem("waivers", f"the id {repeated!r} is used twice", "Give each waiver its own id.")
