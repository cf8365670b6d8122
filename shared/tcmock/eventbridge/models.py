"""Buses, their rules, and the targets of those."""

from __future__ import annotations

from typing import Literal

import msgspec

from tcmock.eventbridge.pattern import Pattern

Outcome = Literal["delivered", "over-quota", "too-large", "failed"]


class Batch(msgspec.Struct, frozen=True):
    """How many events a target gets at once."""

    enabled: bool = False
    timeout: int = 0
    """Seconds to wait for more, 0 to 60."""
    count: int = 0
    """How many at most, up to 10,000; 0 sets no limit."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Where a rule sends its events."""

    target_id: str
    resource: str
    """Like ``qcs::scf:ap-guangzhou:uin/100000000001:namespace/default/function/guard/$LATEST``."""
    batch: Batch
    added: float
    modified: float
    type: str = "scf"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Which events of its bus go where."""

    rule_id: str
    name: str
    description: str
    pattern: Pattern
    enabled: bool
    added: float
    modified: float
    targets: dict[str, Target] = {}
    """By id; the one mutable part."""


class Bus(msgspec.Struct, frozen=True, kw_only=True):
    """A bus."""

    bus_id: str
    name: str
    description: str
    type: Literal["Cloud", "Custom"]
    added: float
    modified: float
    save_days: int = 1
    enable_store: bool = False
    rules: dict[str, Rule] = {}
    """By id; mutable."""


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the events that one rule sent to one target at one time."""

    at: float
    rule_id: str
    target_id: str
    event_ids: tuple[str, ...]
    outcome: Outcome
    reason: str = ""
    """Of a failure."""
