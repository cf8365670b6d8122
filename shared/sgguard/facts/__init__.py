"""Reads what a decision rests on. A failed read is an error, never an empty answer."""

from sgguard.facts.earlier import earlier_of, next_memory, seen
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
    "earlier_of",
    "gather",
    "next_memory",
    "seen",
]
