"""What the lab reads of the guard's documents: `run/v1`, `sweep/v1` and `notification/v1` of `sgguard/`."""

from __future__ import annotations

import msgspec


class Actor(msgspec.Struct, frozen=True):
    """Who."""

    kind: str = "unknown"
    account_id: str = ""
    principal_id: str = ""
    name: str = ""


class Change(msgspec.Struct, frozen=True):
    """What woke the guard."""

    request_id: str = ""
    api: str = ""
    actor: Actor = Actor()


class Witness(msgspec.Struct, frozen=True):
    """One packet."""

    protocol: str
    peer: str
    port: int | None = None
    policy_index: int | None = None


class Finding(msgspec.Struct, frozen=True):
    """One finding."""

    kind: str
    severity: str
    explanation: str
    witness: Witness | None = None


class Evaluation(msgspec.Struct, frozen=True):
    """A verdict."""

    id: str
    verdict: str
    version: str
    findings: tuple[Finding, ...] = ()


class Plan(msgspec.Struct, frozen=True):
    """A decision."""

    decision: str
    reasons: tuple[str, ...] = ()


class Applied(msgspec.Struct, frozen=True):
    """One write."""

    request_id: str
    version_after: str


class Outcome(msgspec.Struct, frozen=True):
    """What became of a plan."""

    result: str
    applied: tuple[Applied, ...] = ()
    evaluation: Evaluation | None = None
    reasons: tuple[str, ...] = ()


class Row(msgspec.Struct, frozen=True):
    """One row that goes or comes."""

    sign: str
    direction: str
    row: str
    index: int | None = None
    description: str = ""


class Notification(msgspec.Struct, frozen=True):
    """A message."""

    title: str
    action: str
    severity: str
    group_id: str
    rows: tuple[Row, ...] = ()
    change: Change | None = None


class Delivery(msgspec.Struct, frozen=True):
    """What a channel made of it."""

    channel: str
    status: str
    detail: str = ""


class Sent(msgspec.Struct, frozen=True):
    """A message and its ways."""

    notification: Notification
    deliveries: tuple[Delivery, ...] = ()


class Run(msgspec.Struct, frozen=True):
    """One run of the pipeline on one group."""

    change: Change | None = None
    note: str = ""
    evaluation: Evaluation | None = None
    plan: Plan | None = None
    outcome: Outcome | None = None
    notifications: tuple[Sent, ...] = ()


class Result(msgspec.Struct, frozen=True):
    """What one of the project's functions returns."""

    runs: tuple[Run, ...] = ()
    round: dict[str, object] | None = None
    """What became of a sweep."""
