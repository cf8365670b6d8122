"""Opens the store that a setting names."""

from __future__ import annotations

from typing import Protocol

from sgguard.state import Store, StoreError


class OpenStore(Store, Protocol):
    """A store that is to be closed."""

    def close(self) -> None:
        """Release what it holds."""
        ...


def open_store(setting: str) -> OpenStore:
    """A bucket of COS for ``cos://…``, else an SQLite file. Raises StoreError."""
    if not setting.startswith("cos:"):
        from sgguard.adapters.sqlite_store import SqliteStore  # on SCF the store is a bucket

        return SqliteStore(setting)
    from sgguard.adapters.cos_bucket import read_location
    from sgguard.adapters.cos_store import CosStore

    try:
        return CosStore(read_location(setting))
    except ValueError as error:
        raise StoreError(f"The store {setting} {error}", next_step="Correct SGGUARD_STORE.") from error
