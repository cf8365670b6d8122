"""Permission to deviate from the baseline: a set of traffic, for a while, with somebody's name on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Literal

import msgspec

from sgguard.baseline.pattern import FIELDS, Pattern, read_pattern
from sgguard.config.reader import Reader
from sgguard.config.schema import Schema, a_choice, a_list, a_text, an_object, keys
from sgguard.model.cluster import ClusterScope
from sgguard.model.security_group import Direction
from sgguard.traffic.box import Traffic

Covers = Literal["excess", "missing"]
_COVERS: Mapping[str, Covers] = {"excess": "excess", "missing": "missing"}
_DIRECTIONS: Mapping[str, Direction] = {"ingress": "ingress", "egress": "egress"}

SCHEMA: Schema = an_object(
    {
        "id": a_text(about="Names the waiver in reports."),
        "direction": a_choice(_DIRECTIONS),
        **FIELDS,
        "covers": a_choice(
            _COVERS,
            about="excess (default): it may be accepted. missing: it may be absent although required.",
        ),
        "groups": a_list(a_text(pattern="^sg-"), about="Security groups that it is for."),
        "clusters": a_list(a_text(pattern="^cls-"), about="Clusters that it is for."),
        "reason": a_text(about="Why the deviation is in order."),
        "owner": a_text(about="Who answers for it."),
        "expires": a_text(
            pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*(Z|[+-][0-9]{2}:?[0-9]{2}))?$",
            about="A day, 2026-12-31, which is over at its end in UTC, or a moment with its zone.",
        ),
    },
    needs=("id", "direction", *FIELDS, "reason", "owner", "expires"),
)
"""With neither groups nor clusters it is for every group."""


class Waiver(msgspec.Struct, frozen=True, kw_only=True):
    """Traffic that is not held against a group although the baseline would.

    `excess`: it may be accepted. `missing`: it may be absent although it is required; it has to be written
    down in so many words.
    """

    id: str
    direction: Direction
    pattern: Pattern
    covers: Covers = "excess"
    groups: tuple[str, ...] = ()
    """Security groups that it is for."""
    clusters: tuple[str, ...] = ()
    """Clusters that it is for. With neither groups nor clusters it is for every group."""
    reason: str
    owner: str
    """Who answers for it."""
    expires_at: float
    """Epoch seconds; from then on it is no more than a reminder."""

    def concerns(self, group_id: str, scopes: Iterable[ClusterScope]) -> bool:
        """Whether it speaks of a group that serves some clusters."""
        if not self.groups and not self.clusters:
            return True
        return group_id in self.groups or any(scope.cluster_id in self.clusters for scope in scopes)

    def traffic(self, scopes: Iterable[ClusterScope]) -> Traffic:
        """What it waives, with the networks of the group's clusters filled in."""
        return tuple(box for scope in scopes for box in self.pattern.traffic(scope))


def read_waiver(reader: Reader) -> Waiver:
    """One waiver. Notes what is wrong with the reader; an expiry is not optional."""
    reader.only(keys(SCHEMA))
    covers: Covers = reader.choice("covers", _COVERS, "excess") if reader.has("covers") else "excess"
    return Waiver(
        id=reader.text("id"),
        direction=reader.choice("direction", _DIRECTIONS, "ingress"),
        pattern=read_pattern(reader),
        covers=covers,
        groups=reader.texts("groups", _starting("sg-"), required=False),
        clusters=reader.texts("clusters", _starting("cls-"), required=False),
        reason=reader.text("reason"),
        owner=reader.text("owner"),
        expires_at=_read_expiry(reader),
    )


def _read_expiry(reader: Reader) -> float:
    value = reader.value("expires")
    # YAML reads an unquoted date as one.
    text = value.isoformat() if isinstance(value, date) else reader.text("expires")
    expiry = _epoch(text)
    if expiry is None and text:
        fix = "Write a day, 2026-12-31, or a moment with its zone, 2026-12-31T18:00:00+08:00."
        reader.problem("expires", f"is {text!r}, which is no day and no moment", fix)
    return expiry or 0.0


def _epoch(text: str) -> float | None:
    """The end of a day in UTC, or a moment with its zone."""
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    if len(text) == len("2026-12-31"):
        moment = moment.replace(tzinfo=timezone.utc) + timedelta(days=1)
    return moment.timestamp() if moment.tzinfo else None


def _starting(prefix: str) -> Callable[[str], None]:
    def check(text: str) -> None:
        if not text.startswith(prefix):
            raise ValueError(f"{text!r} does not start with {prefix}")

    return check
