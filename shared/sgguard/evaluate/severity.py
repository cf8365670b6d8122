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
    public = [area for area in areas if area.mask & area.plane.atoms.public]
    if not public:
        return "medium"
    for area in public:
        if MANAGEMENT.first(area) is not None:
            return "critical"
    for box in row:
        if box.ports == ALL_PORTS and not PORTED.isdisjoint(box.protocols):
            return "critical"
    return "high"
