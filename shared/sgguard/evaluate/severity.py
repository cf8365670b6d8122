"""How bad an exposure is."""

from __future__ import annotations

from collections.abc import Iterable

from sgguard.evaluate.landmark import MANAGEMENT
from sgguard.model.finding import Severity
from sgguard.traffic.area import Area
from sgguard.traffic.box import PORTED, Traffic
from sgguard.traffic.port import ALL_PORTS


def severity(areas: Iterable[Area], row: Traffic) -> Severity:
    """Severity of traffic accepted beyond the ceiling by one row.

    `critical` if public addresses reach a management port or the row opens all ports to them, `high` for
    other public addresses, `medium` for private ones.
    """
    public = [area for area in areas if area.mask & ~area.plane.atoms.private]
    if not public:
        return "medium"
    if any(box.ports == ALL_PORTS and not PORTED.isdisjoint(box.protocols) for box in row):
        return "critical"
    return "critical" if any(MANAGEMENT.first(area) is not None for area in public) else "high"
