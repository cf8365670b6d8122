"""A store that keeps nothing: for a look that must leave no trace."""

from __future__ import annotations

from sgguard.state import Entry
from sgguard.state.ports import Kind


class ForgetfulStore:
    """Every method of the port; a guard with it can only observe."""

    def put(self, entry: Entry) -> None:
        """Nothing is kept."""

    def replace(self, entry: Entry) -> None:
        """Nothing is kept."""

    def get(self, kind: Kind, key: str) -> Entry | None:
        """There is never anything."""
        del kind, key
        return None

    def entries(self, kind: Kind, prefix: str = "") -> tuple[Entry, ...]:
        """There is never anything."""
        del kind, prefix
        return ()

    def remove(self, kind: Kind, key: str) -> None:
        """There is never anything."""
