"""What cos keeps of one region."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec


class Object(msgspec.Struct, frozen=True, kw_only=True):
    """An object."""

    body: bytes
    headers: Mapping[str, str]
    """Content type and the user's own, ``x-cos-meta-…``, as they are answered."""
    modified: float
    appendable: bool = False

    @property
    def etag(self) -> str:
        """MD5 of the body, in quotes."""
        return f'"{hashlib.md5(self.body, usedforsecurity=False).hexdigest()}"'


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """A bucket and its objects by key, which is the mutable part."""

    name: str
    """With the account's app id."""
    created: float
    objects: dict[str, Object] = {}


class CosState(msgspec.Struct):
    """Buckets by name."""

    buckets: dict[str, Bucket] = {}
