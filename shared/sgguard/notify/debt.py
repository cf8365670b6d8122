"""Messages that are owed while something is written, and those that instances which died left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sgguard.model.notification import Notification
from sgguard.state import Store, StoreError, broken_promises, keep_promise, settle_promise


class Debt:
    """What is owed about one group, as one invocation sees it."""

    def __init__(self, store: Store, group_id: str, clock: Callable[[], float], *, by: str) -> None:
        """`by` names the invocation."""
        self._store = store
        self._group_id = group_id
        self._clock = clock
        self._by = by
        self._keys: list[str] = []
        self._promised = False

    def inherited(self) -> list[Notification]:
        """What instances that died owe, to be told now. Raises StoreError."""
        found = broken_promises(self._store, self._group_id, now=self._clock())
        self._keys += [key for key, _ in found]
        return [notification for _, notification in found]

    def promise(self, owed: Notification) -> None:
        """Owe a message before anything is written; once is enough. Raises StoreError."""
        if not self._promised:
            self._keys.append(keep_promise(self._store, owed, self._by, at=self._clock()))
            self._promised = True

    def settle(self) -> Iterator[StoreError]:
        """Forget what was owed, now that it is sent or in the outbox. What is not forgotten is told twice."""
        for key in self._keys:
            try:
                settle_promise(self._store, key)
            except StoreError as error:
                yield error
