"""State by type: what services keep of an account or a region without anybody else knowing them."""

from __future__ import annotations

from typing import TypeVar, cast

S = TypeVar("S")


class Stores:
    """One store for each type that was asked for. A store is made without arguments, empty."""

    def __init__(self) -> None:
        self._stores: dict[type, object] = {}

    def __getitem__(self, kind: type[S]) -> S:
        """The store of that type."""
        if kind not in self._stores:
            self._stores[kind] = kind()
        return cast("S", self._stores[kind])
