"""A store in one SQLite file, write-ahead logged."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sgguard.state import Entry
from sgguard.state.ports import Kind, StoreError

_TABLE = """
CREATE TABLE IF NOT EXISTS entry (
  kind TEXT NOT NULL, key TEXT NOT NULL, kept_at REAL NOT NULL, document BLOB NOT NULL,
  PRIMARY KEY (kind, key)
) WITHOUT ROWID
"""
_AFTER = chr(0x10FFFF)
"""Sorts behind everything that a key goes on with, so that the index finds a prefix."""


class SqliteStore:
    """Keeps documents in the file at `path`, which is made if it is absent; ``:memory:`` keeps them here.

    Safe to share between threads.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = threading.RLock()
        with self._reported("opened"):
            if path != ":memory:":
                Path(path).parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
            try:
                self._database.execute("PRAGMA journal_mode=WAL")
                # A snapshot must be on the disk before the write that it guards.
                self._database.execute("PRAGMA synchronous=FULL")
                self._database.execute(_TABLE)
            except sqlite3.Error:
                self._database.close()
                raise

    def put(self, entry: Entry) -> None:
        """Keep a document durably; the same kind and key again changes nothing."""
        with self._reported("written"):
            self._database.execute(
                "INSERT OR IGNORE INTO entry VALUES (?, ?, ?, ?)",
                (entry.kind, entry.key, entry.kept_at, entry.document),
            )

    def replace(self, entry: Entry) -> None:
        """Keep a document durably in place of the one with the same kind and key."""
        with self._reported("written"):
            self._database.execute(
                "INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?)",
                (entry.kind, entry.key, entry.kept_at, entry.document),
            )

    def get(self, kind: Kind, key: str) -> Entry | None:
        """One document; None if there is none."""
        with self._reported("read"):
            row = self._database.execute(
                "SELECT kept_at, document FROM entry WHERE kind = ? AND key = ?", (kind, key)
            ).fetchone()
        return Entry(kind=kind, key=key, kept_at=row[0], document=row[1]) if row else None

    def remove(self, kind: Kind, key: str) -> None:
        """Forget a document."""
        with self._reported("written"):
            self._database.execute("DELETE FROM entry WHERE kind = ? AND key = ?", (kind, key))

    def entries(self, kind: Kind, prefix: str = "") -> tuple[Entry, ...]:
        """All documents of a kind whose key starts so, oldest first."""
        with self._reported("read"):
            rows = self._database.execute(
                "SELECT key, kept_at, document FROM entry WHERE kind = ? AND key >= ? AND key < ?"
                " ORDER BY kept_at, key",
                (kind, prefix, prefix + _AFTER),
            ).fetchall()
        return tuple(Entry(kind=kind, key=key, kept_at=at, document=document) for key, at, document in rows)

    def close(self) -> None:
        """Release the file."""
        self._database.close()

    @contextmanager
    def _reported(self, verb: str) -> Iterator[None]:
        try:
            with self._lock:
                yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"The store {self._path} could not be {verb}: {error}.",
                next_step="Check the path in SGGUARD_STORE; until then the guard only observes.",
            ) from error
