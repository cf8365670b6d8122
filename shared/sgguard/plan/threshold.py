"""Which findings the guard may act on."""

from __future__ import annotations

import msgspec

from sgguard.model.finding import SEVERITIES, Finding, Severity


class Scope(msgspec.Struct, frozen=True):
    """What a plan is about."""

    min_severity: Severity = "high"
    exposure_only: bool = False
    """Only what is open to public sources, which cannot wait; severities from `high` on say so."""


def actionable(finding: Finding, scope: Scope) -> bool:
    """Certain excess or missing traffic that is severe enough. What is merely possible is never acted on."""
    if scope.exposure_only and not is_exposure(finding):
        return False
    return (
        finding.kind in {"excess", "missing"}
        and finding.certain
        and SEVERITIES.index(finding.severity) >= SEVERITIES.index(scope.min_severity)
    )


def is_exposure(finding: Finding) -> bool:
    """Certain excess from public sources."""
    return finding.kind == "excess" and finding.certain and finding.severity in {"high", "critical"}
