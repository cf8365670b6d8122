"""What the site's config and the moment say against writing to a group, whatever is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from sgguard.config.revert import Revert
from sgguard.model.change import ChangeEvent
from sgguard.model.facts import Facts
from sgguard.model.reason import Reason, reason
from sgguard.plan.guardrails import Guardrails

_SKEW = 60.0
"""Seconds by which the guard's clock may be behind the cloud's."""


def restrain(
    guardrails: Guardrails, revert: Revert, facts: Facts, change: ChangeEvent | None, *, now: float
) -> Guardrails:
    """The guardrails of a group as it was read, at one moment; `restrain_group` says more."""
    clusters = [scope.cluster_id for scope in facts.scopes]
    return restrain_group(guardrails, revert, facts.group_id, clusters, change, now=now)


def restrain_group(
    guardrails: Guardrails,
    revert: Revert,
    group_id: str,
    clusters: Sequence[str],
    change: ChangeEvent | None,
    *,
    now: float,
) -> Guardrails:
    """The guardrails of one group, which serves some clusters, at one moment in epoch seconds.

    Every reason is noted, not only the first.
    """
    return msgspec.structs.replace(
        guardrails,
        holds=(*guardrails.holds, *_holds(revert, group_id, clusters, now)),
        unsettled=_unsettled(revert, change, now),
        approval=revert.approval,
    )


def _holds(revert: Revert, group_id: str, clusters: Sequence[str], now: float) -> Iterator[Reason]:
    if revert.modes.of(group_id, clusters) == "observe":
        yield reason("hold.mode")
    if group_id in revert.protected:
        yield reason("hold.protected")
    for window in revert.windows:
        if window.concerns(group_id, clusters) and window.is_open(now):
            yield reason("hold.window", text=window.reason)


def _unsettled(revert: Revert, change: ChangeEvent | None, now: float) -> Reason | None:
    """Whether a change is so fresh that it may be part of several, as when Terraform rewrites a rule set."""
    if change is None or change.occurred_at is None:
        return None
    age = now - change.occurred_at
    # A clock that is behind the cloud's makes ages negative: those changes are fresh too. A moment that lies
    # further ahead is no moment, and must not keep the guard waiting.
    if not -_SKEW <= age < revert.settle_seconds:
        return None
    return reason("hold.unsettled", seconds=max(0, round(age)), settle=revert.settle_seconds)
