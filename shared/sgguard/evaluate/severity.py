"""How bad an exposure is."""

from __future__ import annotations

from collections.abc import Iterable

from sgguard.model.finding import Severity
from sgguard.traffic.block import Region
from sgguard.traffic.box import PORTED, Traffic
from sgguard.traffic.port import ALL_PORTS

MANAGEMENT_PORTS: dict[int, str] = {
    2379: "etcd clients",
    2380: "etcd peers",
    10250: "kubelet",
    10255: "kubelet, read only",
    6443: "Kubernetes API server",
    60001: "TKE API server",
    60002: "TKE API server (TLS)",
    3389: "RDP",
    3306: "MySQL",
    5432: "PostgreSQL",
    6379: "Redis",
    27017: "MongoDB",
    1433: "SQL Server",
    1521: "Oracle",
    9200: "Elasticsearch",
    11211: "memcached",
}
"""TCP ports that hand over a cluster or its data to whoever reaches them, the most alarming first.

TKE's own: https://www.tencentcloud.com/document/product/457/9084; the others by IANA registration.
"""


def severity(regions: Iterable[Region], row: Traffic) -> Severity:
    """Severity of traffic accepted beyond the ceiling by one row.

    `critical` if public addresses reach a management port or the row opens all ports to them, `high` for
    other public addresses, `medium` for private ones.
    """
    all_ports = any(box.ports == ALL_PORTS and not PORTED.isdisjoint(box.protocols) for box in row)
    worst: Severity = "medium"
    for region in regions:
        if region.mask & ~region.plane.atoms.private:
            if all_ports or first_port(region, MANAGEMENT_PORTS) is not None:
                return "critical"
            worst = "high"
    return worst


def first_port(region: Region, ports: Iterable[int]) -> int | None:
    """The first of some TCP ports that a region has, if any."""
    if region.plane.protocol != "tcp":
        return None
    for port in ports:
        for start, end in region.ports:
            if start <= port < end:
                return port
    return None
