"""Reads what a decision rests on. A failed read is an error, never an empty answer."""

from sgguard.facts.affected import affected, reach
from sgguard.facts.atlas import Atlas, Service
from sgguard.facts.earlier import earlier_of, next_memory, seen
from sgguard.facts.gather import gather
from sgguard.facts.group_names import known_name, learn_name
from sgguard.facts.memory import FactsMemory
from sgguard.facts.ports import (
    ClusterReader,
    GroupNotFoundError,
    GroupReader,
    NamedGroup,
    NameReader,
    Readers,
    Subnet,
    Vpc,
)
from sgguard.facts.survey import Standing, Status, Survey, survey
from sgguard.facts.view import NOW, Freshness, View

__all__ = [
    "NOW",
    "Atlas",
    "ClusterReader",
    "FactsMemory",
    "Freshness",
    "GroupNotFoundError",
    "GroupReader",
    "NameReader",
    "NamedGroup",
    "Readers",
    "Service",
    "Standing",
    "Status",
    "Subnet",
    "Survey",
    "View",
    "Vpc",
    "affected",
    "earlier_of",
    "gather",
    "known_name",
    "learn_name",
    "next_memory",
    "reach",
    "seen",
    "survey",
]
