"""A store in a bucket of COS: one object a document, ``<prefix>/<kind>/<key>``.

Nothing here needs a conditional PUT, which COS does not document. What is never changed has its digest in
its key, so that writing it twice does no harm; COS shows an object in listings as soon as it is written
(https://www.tencentcloud.com/document/product/436/6224: strong consistency of reads after writes).
"""

from __future__ import annotations

from collections.abc import Iterator

from sgguard.adapters.cos_bucket import Bucket, Location
from sgguard.state import Entry, Kind, StoreError

PAGE = 1000
"""Objects of one listing, the most that there may be.
https://www.tencentcloud.com/document/product/436/7734 (max-keys)"""
_KEPT_AT = "x-cos-meta-kept-at"


class CosStore:
    """The store port on COS, for one thread at a time."""

    def __init__(self, location: Location, bucket: Bucket | None = None) -> None:
        self._location = location
        self._bucket = bucket or Bucket(location)

    def put(self, entry: Entry) -> None:
        """Keep a document durably; the same kind and key again changes nothing."""
        if not self._bucket.has(self._name(entry.kind, entry.key)):
            self.replace(entry)

    def replace(self, entry: Entry) -> None:
        """Keep a document durably in place of the one with the same kind and key."""
        headers = {"content-type": "application/json", _KEPT_AT: repr(entry.kept_at)}
        self._bucket.put(self._name(entry.kind, entry.key), entry.document, headers)

    def get(self, kind: Kind, key: str) -> Entry | None:
        """One document; None if there is none."""
        name = self._name(kind, key)
        answer = self._bucket.get(name)
        if answer is None:
            return None
        try:
            kept_at = float(answer.headers[_KEPT_AT])
        except (KeyError, ValueError):
            raise StoreError(
                f"{name} in {self._location.bucket} was not written by the guard: it has no {_KEPT_AT}.",
                next_step="Take it away, or give the guard a prefix of its own.",
            ) from None
        return Entry(kind=kind, key=key, kept_at=kept_at, document=answer.body)

    def remove(self, kind: Kind, key: str) -> None:
        """Forget a document."""
        self._bucket.delete(self._name(kind, key))

    def entries(self, kind: Kind, prefix: str = "") -> tuple[Entry, ...]:
        """All documents of a kind whose key starts so, oldest first; one that goes meanwhile is left out."""
        found = [entry for key in self._keys(kind, prefix) if (entry := self.get(kind, key))]
        return tuple(sorted(found, key=lambda entry: (entry.kept_at, entry.key)))

    def close(self) -> None:
        """Release the connections."""
        self._bucket.close()

    def _keys(self, kind: Kind, prefix: str) -> Iterator[str]:
        start = self._name(kind, "")
        after: str | None = ""
        while after is not None:
            names, after = self._bucket.page(f"{start}{prefix}", after, PAGE)
            yield from (name.removeprefix(start) for name in names)

    def _name(self, kind: Kind, key: str) -> str:
        """The name of an object."""
        return f"{self._location.prefix}/{kind}/{key}".lstrip("/")
