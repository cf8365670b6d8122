"""The store that commands read and write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from sgguard.adapters.sqlite_store import SqliteStore
from sgguard.errors import ConfigError, Problem

Where = Annotated[
    str, typer.Option("--store", envvar="SGGUARD_STORE", help="The guard's store: an SQLite file.")
]


@contextmanager
def opened(setting: str) -> Iterator[SqliteStore]:
    """The store while the block runs. Raises ConfigError without one, and StoreError."""
    if not setting:
        fix = "Name the store that the function uses."
        raise ConfigError([Problem("--store", "is not given and SGGUARD_STORE is not set", fix)])
    store = SqliteStore(setting)
    try:
        yield store
    finally:
        store.close()
