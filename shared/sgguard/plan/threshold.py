"""Which findings the guard may act on."""

from __future__ import annotations

from sgguard.model.finding import SEVERITIES, Finding, Severity


def actionable(finding: Finding, min_severity: Severity) -> bool:
    """Certain excess or missing traffic that is severe enough. What is merely possible is never acted on."""
    return (
        finding.kind in {"excess", "missing"}
        and finding.certain
        and SEVERITIES.index(finding.severity) >= SEVERITIES.index(min_severity)
    )
