"""Reads what a decision rests on. A failed read is an error, never an empty answer."""

from sgguard.facts.gather import gather
from sgguard.facts.ports import (
    Cluster,
    ClusterReader,
    GroupNotFoundError,
    GroupReader,
    Machine,
    NameReader,
    Readers,
    Subnet,
    Vpc,
)

__all__ = [
    "Cluster",
    "ClusterReader",
    "GroupNotFoundError",
    "GroupReader",
    "Machine",
    "NameReader",
    "Readers",
    "Subnet",
    "Vpc",
    "gather",
]
