"""The site's config: how it differs from the vendor's baseline, and what enforce may touch.

docs/config.md explains it by example; `sgguard schema config` prints its JSON Schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from sgguard.baseline import waiver as waived
from sgguard.baseline.overlay import (
    PEER_CLUSTER,
    PeerCluster,
    overlay_schema,
    read_overlay,
    read_peer_cluster,
)
from sgguard.baseline.requirement import ROLES, Baseline, Requirement
from sgguard.baseline.shipped import shipped
from sgguard.baseline.waiver import Waiver, read_waiver
from sgguard.config import alerts as alerting
from sgguard.config import fleet as fleets
from sgguard.config import revert as reverting
from sgguard.config.alerts import Alerts, read_alerts
from sgguard.config.fleet import Fleet, read_fleet
from sgguard.config.reader import Reader, Source
from sgguard.config.revert import Revert, read_revert
from sgguard.config.schema import Schema, a_choice, a_list, a_map, an_object, keys
from sgguard.model.cluster import ClusterScope, Role

NAME = "sgguard/config/v1"
_CLUSTER = an_object({"peers": a_list(PEER_CLUSTER, about="Clusters of the same VPC that it talks to.")})


def site_schema() -> Schema:
    """The JSON Schema of a config. Each section's part stands next to its reader."""
    baselines: dict[str, Schema] = {role: overlay_schema(shipped()[role]) for role in ROLES}
    sections: dict[str, Schema] = {
        "schema": a_choice([NAME]),
        "revert": reverting.SCHEMA,
        "alerts": alerting.SCHEMA,
        "baseline": an_object(baselines, about="How the site differs from the vendor's baseline, by role."),
        "clusters": a_map(_CLUSTER, keys="^cls-", about="What is particular to a cluster, by its id."),
        "waivers": a_list(waived.SCHEMA, about="Permission to deviate: a set of traffic, for a while."),
        "fleet": fleets.SCHEMA,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:sgguard:config:v1",
        "title": "How a site differs from the TKE baseline, and what sgguard may do about it",
        **an_object(sections, needs=("schema",)),
    }


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A site's config."""

    revert: Revert = Revert()
    alerts: Alerts = Alerts()
    baselines: Mapping[Role, Baseline]
    """The shipped baselines as the site wants them."""
    peers: Mapping[str, tuple[PeerCluster, ...]] = {}
    """Clusters of the same VPC that each cluster must talk to, by cluster id."""
    waivers: tuple[Waiver, ...] = ()
    fleet: Fleet = Fleet()

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
    reader.only(keys(site_schema()))
    reader.choice("schema", {NAME: None}, None)
    baseline, clusters = reader.section("baseline"), reader.section("clusters")
    baseline.only(ROLES)
    name = where.name if isinstance(where, Source) else where
    site = Site(
        revert=read_revert(reader.section("revert")),
        alerts=read_alerts(reader.section("alerts")),
        baselines={role: read_overlay(baseline.section(role), shipped()[role], name) for role in ROLES},
        peers=_read_clusters(clusters, name),
        waivers=tuple(read_waiver(entry) for entry in reader.sections("waivers")),
        fleet=read_fleet(reader.section("fleet")),
    )
    _check_waivers(reader, site.waivers)
    reader.finish()
    return site


def _read_clusters(reader: Reader, source: str) -> dict[str, tuple[PeerCluster, ...]]:
    for key in reader.names():
        if not key.startswith("cls-"):
            reader.problem(key, "is no id of a cluster", "Ids start with cls-.")
    return {key: tuple(_read_peers(reader.section(key), source)) for key in reader.names()}


def _read_peers(reader: Reader, source: str) -> Iterator[PeerCluster]:
    reader.only(keys(_CLUSTER))
    for entry in reader.sections("peers"):
        yield read_peer_cluster(entry, source)


def _check_waivers(reader: Reader, waivers: Sequence[Waiver]) -> None:
    ids = [waiver.id for waiver in waivers if waiver.id]
    for repeated in sorted({i for i in ids if ids.count(i) > 1}):
        reader.problem("waivers", f"the id {repeated!r} is used twice", "Give each waiver its own id.")
