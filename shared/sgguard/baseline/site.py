"""The site's config: what it asks for beyond the vendor's baseline, and what enforce may touch.

schema: sgguard/config/v1
revert:
  min_severity: high
baseline:
  master:
    add:
      - id: node-exporter
        direction: ingress
        need: permitted
        protocols: [tcp]
        ports: "9100"
        peers: [vpc]
        why: Prometheus scrapes the masters.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sgguard.baseline.requirement import Baseline, Requirement, read_requirement
from sgguard.baseline.shipped import shipped
from sgguard.config.reader import Reader
from sgguard.model.cluster import Role
from sgguard.model.finding import SEVERITIES, Severity

ROLES: tuple[Role, Role] = ("node", "master")
_SEVERITIES: Mapping[str, Severity] = {severity: severity for severity in SEVERITIES}


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A site's config."""

    min_severity: Severity = "high"
    baselines: Mapping[Role, Baseline]
    """The shipped baselines with what the site adds."""


def default_site() -> Site:
    """A site that writes nothing down: the vendor's baseline as it is."""
    return Site(baselines=shipped())


def read_site(document: object, where: str) -> Site:
    """A decoded config. Raises ConfigError with everything that is wrong."""
    reader = Reader(document, where)
    reader.only(("schema", "revert", "baseline"))
    reader.choice("schema", {"sgguard/config/v1": None}, None)
    revert, baseline = reader.object("revert"), reader.object("baseline")
    revert.only(("min_severity",))
    baseline.only(ROLES)
    site = Site(
        min_severity=revert.choice("min_severity", _SEVERITIES, "high")
        if revert.has("min_severity")
        else "high",
        baselines={role: _extended(shipped()[role], baseline.object(role), where) for role in ROLES},
    )
    reader.finish()
    return site


def _extended(baseline: Baseline, overlay: Reader, where: str) -> Baseline:
    overlay.only(("add",))
    added: list[Requirement] = []
    taken = {requirement.id for requirement in baseline.requirements}
    for entry in overlay.objects("add"):
        requirement = read_requirement(entry, where)
        if requirement.id in taken:
            entry.problem("id", f"is {requirement.id!r}, which is taken", "Choose another id.")
        taken.add(requirement.id)
        added.append(requirement)
    return Baseline(baseline.role, (*baseline.requirements, *added))
