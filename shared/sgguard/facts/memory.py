"""What was read of the cloud, kept for a while: in the instance, and in the store for the other instances.

Nothing here is trusted beyond its age. An event that says that a part has changed marks it stale in the
store, so that no instance uses what was read before. A store that does not answer counts as knowing nothing.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec

from sgguard.model.change import Part
from sgguard.model.security_group import SecurityGroupPolicySet
from sgguard.state import Entry, Store, StoreError

PARTS: tuple[Part, ...] = ("clusters", "network", "bindings", "names")

S = TypeVar("S")
T = TypeVar("T")
_REGIONS = 4
"""Regions that an instance remembers at once: the sweep works through them one after another."""
_NOTED_FOR = 1800.0
"""Seconds after which an unchanged note is written again, well within the age limit of facts."""
_ROWS = 200
"""Groups whose rows an instance remembers."""


class Observed(msgspec.Struct, frozen=True):
    """A value and when its reading began, epoch seconds."""

    value: object
    observed_at: float
    source: object = None
    """What it was made of, if it is an index."""


class FactsMemory:
    """Facts of one account. Safe to share between threads."""

    def __init__(self, store: Store, *, account: str = "own") -> None:
        self._store = store
        self._account = account
        self._warm: OrderedDict[str, dict[str, Observed]] = OrderedDict()
        self._rows: OrderedDict[tuple[str, str], tuple[SecurityGroupPolicySet, float]] = OrderedDict()
        self._untold: dict[str, dict[str, float]] = {}
        self._lock = threading.Lock()

    def recall(self, region: str, key: str, shape: type[T], *, since: float) -> tuple[T, float] | None:
        """A value read at or after `since`, and when; None if there is none. Never raises."""
        warm = self._region(region)
        known = warm.get(key)
        if known is None or known.observed_at < since:
            known = self._stored(region, key, shape, since)
            if known is None:
                return None
            warm[key] = known
        # What lies under a key was put there, or decoded, in the shape that the key stands for.
        return known.value, known.observed_at  # type: ignore[return-value]

    def keep(self, region: str, key: str, value: object, *, at: float) -> None:
        """Remember a value whose reading began at `at`; in the instance only where the store fails."""
        self._region(region)[key] = Observed(value, at)
        document = msgspec.json.encode(value)
        try:
            self._store.replace(
                Entry(kind="facts", key=self._key(region, key), kept_at=at, document=document)
            )
        except StoreError:
            return

    def note(self, region: str, key: str, value: tuple[str, ...], *, at: float) -> None:
        """Remember a value; the store is written only where it would learn something new."""
        known = self.recall(region, key, tuple[str, ...], since=at - _NOTED_FOR)
        if known is None or sorted(known[0]) != sorted(value):
            self.keep(region, key, value, at=at)
        else:
            self._region(region)[key] = Observed(value, known[1])

    def rows(
        self, region: str, group_id: str, *, since: float
    ) -> tuple[SecurityGroupPolicySet, float] | None:
        """The rows that this instance read at or after `since`, and when; None if it did not."""
        with self._lock:
            known = self._rows.get((region, group_id))
        return known if known and known[1] >= since else None

    def keep_rows(self, region: str, group_id: str, rows: SecurityGroupPolicySet, *, at: float) -> None:
        """Remember rows in this instance alone, and only those read last."""
        with self._lock:
            self._rows[region, group_id] = rows, at
            self._rows.move_to_end((region, group_id))
            while len(self._rows) > _ROWS:
                self._rows.popitem(last=False)

    def index(self, region: str, source: tuple[S, ...], build: Callable[[tuple[S, ...]], T]) -> T:
        """What `build` makes of remembered values: made once for each time that they are read."""
        warm, key = self._region(region), f"index/{build.__name__}"
        known = warm.get(key)
        if known is None or known.source is not source:
            known = warm[key] = Observed(build(source), 0.0, source)
        return known.value  # type: ignore[return-value] # as in recall

    def stale_since(self, region: str) -> dict[str, float]:
        """When each part last changed, as events told. An unreadable store makes every part stale."""
        try:
            entry = self._store.get("facts", self._key(region, "stale"))
            document = entry.document if entry else b"{}"
            known: dict[str, float] = msgspec.json.decode(document, type=dict[str, float])
        except (StoreError, msgspec.DecodeError):
            return {part: float("inf") for part in PARTS}
        return known | self._untold.get(region, {})

    def forget(self, region: str, parts: Iterable[Part], *, at: float) -> None:
        """Let nobody use what was read of these parts before `at`.

        Where the store fails this instance alone knows, until it can tell the others.
        """
        known = {part: since for part, since in self.stale_since(region).items() if since != float("inf")}
        known.update((part, at) for part in parts)
        document = msgspec.json.encode(known)
        try:
            self._store.replace(
                Entry(kind="facts", key=self._key(region, "stale"), kept_at=at, document=document)
            )
            self._untold.pop(region, None)
        except StoreError:
            self._untold[region] = known

    def _stored(self, region: str, key: str, shape: type[T], since: float) -> Observed | None:
        try:
            entry = self._store.get("facts", self._key(region, key))
            if entry is None or entry.kept_at < since:
                return None
            return Observed(msgspec.json.decode(entry.document, type=shape), entry.kept_at)
        except (StoreError, msgspec.DecodeError):
            return None

    def _region(self, region: str) -> dict[str, Observed]:
        with self._lock:
            known = self._warm.setdefault(region, {})
            self._warm.move_to_end(region)
            while len(self._warm) > _REGIONS:
                self._warm.popitem(last=False)
            return known

    def _key(self, region: str, key: str) -> str:
        return f"cloud/{self._account}/{region}/{key}"
