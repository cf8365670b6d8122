"""Ports that a person knows by heart."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache

from sgguard.traffic.area import Area
from sgguard.traffic.span import Span


class Landmarks:
    """Some TCP ports in order of rank, quick to look for in a set of ports."""

    def __init__(self, ports: Iterable[int]) -> None:
        self._rank = {port: rank for rank, port in enumerate(ports)}
        self._sorted = sorted(self._rank)
        self._among = lru_cache(maxsize=4096)(self._highest)

    def first(self, area: Area) -> int | None:
        """The port of the highest rank that an area has, if it has any."""
        return self._among(area.ports) if area.protocol == "tcp" else None

    def _highest(self, spans: tuple[Span, ...]) -> int | None:
        found = []
        for start, end in spans:
            place = bisect_left(self._sorted, start)
            while place < len(self._sorted) and self._sorted[place] < end:
                found.append(self._sorted[place])
                place += 1
        return min(found, key=self._rank.__getitem__, default=None)


MANAGEMENT_PORTS = (
    2379,  # etcd clients
    2380,  # etcd peers
    10250,  # kubelet
    10255,  # kubelet, read only
    6443,  # Kubernetes API server
    60001,  # TKE API server
    60002,  # TKE API server (TLS)
    3389,  # RDP
    3306,  # MySQL
    5432,  # PostgreSQL
    6379,  # Redis
    27017,  # MongoDB
    1433,  # SQL Server
    1521,  # Oracle
    9200,  # Elasticsearch
    11211,  # memcached
)
"""TCP ports that hand over a cluster or its data to whoever reaches them, the most alarming first.

TKE's own: https://www.tencentcloud.com/document/product/457/9084; the others by IANA registration.
"""

MANAGEMENT = Landmarks(MANAGEMENT_PORTS)
TELLING = Landmarks((10250, 443, 53))
"""Ports that tell what is cut: the kubelet, HTTPS, DNS."""
