"""How much is written: freezes, fights and the change budget, counted across events and instances."""

from __future__ import annotations

from contextlib import suppress

import msgspec

from sgguard.config.revert import Revert
from sgguard.model.reason import Reason, reason
from sgguard.state import (
    Claim,
    Store,
    StoreError,
    freezes_of,
    keep_claim,
    recent_claims,
    withdraw_claim,
)
from sgguard.state.fleet import covered_groups

_SKEW = 120.0
"""Seconds by which the clocks of two instances may differ, and a write be later than its claim: claims count
for so much longer."""


class Admission(msgspec.Struct, frozen=True, kw_only=True):
    """What the limits say about one write."""

    holds: tuple[Reason, ...] = ()
    """Why it may not be made."""
    claim: Claim | None = None
    """On record if it may be made: withdraw it when nothing was written after all."""
    exhausted: bool = False
    """Whether the change budget is what forbids it."""


def standing_holds(
    store: Store, group_id: str, revert: Revert, *, now: float, own: Claim | None = None
) -> tuple[Reason, ...]:
    """Freezes, and a fight over the group. A store that cannot be read holds too.

    `own` is a claim that is not to be counted: it is made already.
    """
    try:
        holds = [
            reason("hold.frozen" if freeze.group_id else "hold.frozen-all", by=freeze.by, text=freeze.why)
            for freeze in freezes_of(store, group_id)
        ]
        since = now - revert.fight.minutes * 60 - _SKEW
        claims = recent_claims(store, since=since, now=now)
    except StoreError as error:
        return (reason("hold.store", text=error.diagnostics()),)
    count = sum(claim.group_id == group_id and claim != own for claim in claims)
    if count >= revert.fight.reverts:
        holds.append(reason("hold.fight", count=count, minutes=revert.fight.minutes))
    return tuple(holds)


def claim_write(store: Store, claim: Claim, revert: Revert) -> Admission:
    """Put a write on record and see whether the budget has room for it.

    The claim is kept before it is counted: two instances cannot both find the last place free.
    """
    try:
        keep_claim(store, claim)
        since = claim.at - revert.budget.minutes * 60 - _SKEW
        groups = {c.group_id for c in recent_claims(store, since=since, now=claim.at)}
        limit = revert.budget.limit(covered_groups(store))
        if len(groups) <= limit:
            return Admission(claim=claim)
        withdraw_claim(store, claim)
    except StoreError as error:
        return Admission(holds=(reason("hold.store", text=error.diagnostics()),))
    minutes = revert.budget.minutes
    return Admission(
        holds=(reason("hold.budget", limit=limit, minutes=minutes, others=len(groups) - 1),), exhausted=True
    )


def release(store: Store, claim: Claim) -> None:
    """Withdraw a claim after which nothing was written; one that stays only makes the limits stricter."""
    with suppress(StoreError):
        withdraw_claim(store, claim)
