"""Plans that wait for somebody's approval."""

from __future__ import annotations

import msgspec

from sgguard.model.change import ChangeEvent
from sgguard.model.plan import Plan
from sgguard.state.ports import Entry, Store, StoreError


class StoredPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as it was proven. It is good for the version that it was proven on, and for no other."""

    region: str
    plan: Plan
    change: ChangeEvent | None = None
    kept_at: float


def keep_plan(store: Store, stored: StoredPlan) -> None:
    """Keep a plan until it is applied or its group moves on; older ones go. Raises StoreError."""
    plan = stored.plan
    for entry in store.entries("plan", f"{plan.group_id}/"):
        if entry.key != _key(plan):
            store.remove("plan", entry.key)
    document = msgspec.json.encode(stored)
    store.put(Entry(kind="plan", key=_key(plan), kept_at=stored.kept_at, document=document))


def find_plan(store: Store, plan_id: str) -> StoredPlan:
    """A plan by its id. Raises StoreError where there is none or it is not what was kept."""
    found = [entry for entry in store.entries("plan") if entry.key.rpartition("/")[2] == plan_id]
    if not found:
        raise StoreError(
            f"There is no plan {plan_id[:64]!r}.",
            next_step="The alert that asks for approval has the id. A plan goes when it is applied, and when "
            "its group has changed.",
        )
    try:
        stored = msgspec.json.decode(found[0].document, type=StoredPlan)
    except msgspec.DecodeError as error:
        raise StoreError(f"Plan {plan_id} cannot be read: {error}.") from error
    if stored.plan.id != plan_id:
        raise StoreError(f"Plan {plan_id} was altered: its steps do not have that id.")
    return stored


def forget_plan(store: Store, plan: Plan) -> None:
    """Forget a plan that was applied or has expired. Raises StoreError."""
    store.remove("plan", _key(plan))


def _key(plan: Plan) -> str:
    return f"{plan.group_id}/{plan.id}"
