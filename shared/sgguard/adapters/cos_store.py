"""A store in a bucket of COS: one object a document, ``<prefix>/<kind>/<key>``.

Nothing here needs a conditional PUT, which COS does not document. What is never changed has its digest in
its key, so that writing it twice does no harm; COS shows an object in listings as soon as it is written
(https://www.tencentcloud.com/document/product/436/6224: strong consistency of reads after writes).
The vendor's client is imported when a store is opened, and not before.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from importlib.util import find_spec
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import parse_qsl, urlsplit

import msgspec

from scfshim import Credentials, ShimError
from scfshim.credentials import environment_credentials
from sgguard.state import Entry, Kind, StoreError

if TYPE_CHECKING:
    from qcloud_cos import CosS3Client

SCHEME = "cos"
PAGE = 1000
"""Objects of one listing, the most that there may be.
https://www.tencentcloud.com/document/product/436/7734 (max-keys)"""
_TIMEOUT = (3.0, 5.0)
"""Seconds to connect, and between two pieces of an answer."""
_KEPT_AT = "x-cos-meta-kept-at"
_FORM = "Write cos://bucket-1250000000/prefix?region=ap-guangzhou."
_ADVICE = {
    "AccessDenied": "Allow cos:GetObject, PutObject, HeadObject, DeleteObject and GetBucket for the prefix.",
    "NoSuchBucket": "Make the bucket, or correct SGGUARD_STORE.",
}


class Location(msgspec.Struct, frozen=True, kw_only=True):
    """Where the documents are."""

    bucket: str
    """With the account's APPID, ``name-1250000000``."""
    prefix: str
    """Without slashes at the ends; may be empty."""
    region: str

    def __str__(self) -> str:
        return f"{SCHEME}://{self.bucket}/{self.prefix}"

    def object_key(self, kind: Kind, key: str) -> str:
        """The name of an object."""
        return "/".join(filter(None, (self.prefix, kind, key)))


def read_location(url: str, environ: Mapping[str, str] = os.environ) -> Location:
    """A location as a setting spells it. Raises ValueError saying what is wrong."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    region = query.pop("region", "") or environ.get("TENCENTCLOUD_REGION", "")
    name, _, appid = parts.netloc.rpartition("-")
    if parts.scheme != SCHEME or not name or not appid.isdecimal():
        raise ValueError(f"names no bucket with its APPID. {_FORM}")
    if query or parts.fragment:
        raise ValueError(f"has more than a region behind its question mark. {_FORM}")
    if not region:
        raise ValueError(f"names no region. {_FORM}")
    return Location(bucket=parts.netloc, prefix=parts.path.strip("/"), region=region)


class CosStore:
    """The store port on COS, for one thread at a time."""

    def __init__(
        self,
        location: Location,
        *,
        credentials: Callable[[], Credentials] = environment_credentials,
        endpoint: str = "",
    ) -> None:
        """`endpoint` (scheme, host, port) takes the place of the vendor's hosts, as in the other clients."""
        self._location = location
        self._credentials = credentials
        self._endpoint = endpoint or os.environ.get("TENCENTCLOUD_ENDPOINT", "")
        self._client: CosS3Client | None = None
        self._keys_used: Credentials | None = None
        if find_spec("qcloud_cos") is None:
            raise StoreError(
                f"The store {location} needs the vendor's COS client, which is not installed.",
                next_step="Install sgguard[cos].",
            )
        # It logs every failure with its traceback, and at DEBUG its headers; the caller hears of failures.
        logging.getLogger("qcloud_cos").setLevel(logging.CRITICAL)

    def put(self, entry: Entry) -> None:
        """Keep a document durably; the same kind and key again changes nothing."""
        if not self._exists(entry.kind, entry.key):
            self.replace(entry)

    def replace(self, entry: Entry) -> None:
        """Keep a document durably in place of the one with the same kind and key."""
        with self._reported("written"):
            self._signed().put_object(
                Bucket=self._location.bucket,
                Key=self._location.object_key(entry.kind, entry.key),
                Body=entry.document,
                ContentType="application/json",
                Metadata={_KEPT_AT: repr(entry.kept_at)},
            )

    def get(self, kind: Kind, key: str) -> Entry | None:
        """One document; None if there is none."""
        name = self._location.object_key(kind, key)
        with self._reported("read"):
            try:
                answer = self._signed().get_object(Bucket=self._location.bucket, Key=name)
            except Exception as error:
                if _is_absent(error):
                    return None
                raise
            document: bytes = answer["Body"].get_raw_stream().read()
        headers = {name.lower(): value for name, value in answer.items() if name != "Body"}
        try:
            kept_at = float(headers[_KEPT_AT])
        except (KeyError, ValueError):
            raise StoreError(
                f"{name} in {self._location.bucket} was not written by the guard: it has no {_KEPT_AT}.",
                next_step="Take it away, or give the guard a prefix of its own.",
            ) from None
        return Entry(kind=kind, key=key, kept_at=kept_at, document=document)

    def remove(self, kind: Kind, key: str) -> None:
        """Forget a document."""
        with self._reported("written"):
            self._signed().delete_object(
                Bucket=self._location.bucket, Key=self._location.object_key(kind, key)
            )

    def entries(self, kind: Kind, prefix: str = "") -> tuple[Entry, ...]:
        """All documents of a kind whose key starts so, oldest first; one that goes meanwhile is left out."""
        found = [entry for key in self._keys(kind, prefix) if (entry := self.get(kind, key))]
        return tuple(sorted(found, key=lambda entry: (entry.kept_at, entry.key)))

    def close(self) -> None:
        """Nothing is held."""

    def _keys(self, kind: Kind, prefix: str) -> Iterator[str]:
        folder = self._location.object_key(kind, "")
        marker = ""
        while True:
            with self._reported("listed"):
                page = self._signed().list_objects(
                    Bucket=self._location.bucket,
                    Prefix=f"{folder}/{prefix}",
                    Marker=marker,
                    MaxKeys=PAGE,
                )
            for item in page.get("Contents", ()):
                yield item["Key"].removeprefix(f"{folder}/")
            if page.get("IsTruncated", "false") != "true":
                return
            marker = page.get("NextMarker") or page["Contents"][-1]["Key"]

    def _exists(self, kind: Kind, key: str) -> bool:
        with self._reported("read"):
            try:
                self._signed().head_object(
                    Bucket=self._location.bucket, Key=self._location.object_key(kind, key)
                )
            except Exception as error:
                if _is_absent(error):
                    return False
                raise
        return True

    def _signed(self) -> CosS3Client:
        """A client with the keys as they are now: SCF changes them with every invocation."""
        try:
            keys = self._credentials()
        except ShimError as error:
            raise StoreError(f"The store {self._location} cannot be used: {error}.") from error
        if self._client is None or keys != self._keys_used:
            self._client, self._keys_used = self._connected(keys), keys
        return self._client

    def _connected(self, keys: Credentials) -> CosS3Client:
        """A client; all of them share their connections."""
        from qcloud_cos import CosConfig, CosS3Client

        there = urlsplit(self._endpoint)
        config = CosConfig(
            Region=self._location.region,
            SecretId=keys.secret_id,
            SecretKey=keys.secret_key,
            Token=keys.token or None,
            Scheme=there.scheme or "https",
            IP=there.hostname,
            Port=there.port,
            Timeout=_TIMEOUT,
        )
        return CosS3Client(config, retry=1)

    @contextmanager
    def _reported(self, verb: str) -> Iterator[None]:
        from qcloud_cos import CosClientError, CosServiceError

        try:
            yield
        except CosServiceError as error:
            status = error.get_status_code()
            # An answer to HEAD has no body to tell the code.
            code = "AccessDenied" if status == HTTPStatus.FORBIDDEN else str(error.get_error_code())
            self._fail(verb, f"{code} ({status})", _ADVICE.get(code, ""), error)
        except CosClientError as error:
            # Its text may hold a signed URL.
            self._fail(verb, "no answer from COS", "Check the region and the network of the function.", error)

    def _fail(self, verb: str, why: str, advice: str, cause: Exception) -> NoReturn:
        raise StoreError(
            f"The store {self._location} could not be {verb}: {why}.",
            next_step=advice or "Check SGGUARD_STORE; until then the guard only observes.",
        ) from cause


def _is_absent(error: Exception) -> bool:
    """Whether an error of the client says that there is no such object; a bucket that is gone is another."""
    from qcloud_cos import CosServiceError

    return (
        isinstance(error, CosServiceError)
        and error.get_status_code() == HTTPStatus.NOT_FOUND
        and error.get_error_code() in {"NoSuchKey", "NoSuchResource"}
    )
