"""A tag of a resource, which most products write alike."""

from __future__ import annotations

import msgspec


class Tag(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """A key and a value."""

    key: str
    value: str = ""
