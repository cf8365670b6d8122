"""States as they were before the last writes: what a stale read sees."""

from __future__ import annotations

from collections import deque

from tcmock.account import Account
from tcmock.clock import Clock
from tcmock.document import accounts_from
from tcmock.ids import Ids


class Past:
    """Keeps state documents, oldest first, only as many as somebody may want to read."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._documents: deque[dict[str, object]] = deque()

    def keep(self, document: dict[str, object], writes: int) -> None:
        """Remember the state before a write, and forget what lies more than that many writes back."""
        self._documents.append(document)
        while len(self._documents) > writes:
            self._documents.popleft()

    def account(self, uin: str, writes: int) -> Account | None:
        """An account that many writes ago, or at the oldest state that was kept.

        None if nothing was kept, or if the account was not there.
        """
        if not writes or not self._documents:
            return None
        document = self._documents[-min(writes, len(self._documents))]
        return accounts_from(document, Ids(), self._clock).get(uin)

    def clear(self) -> None:
        """Forget everything."""
        self._documents.clear()
