"""One bucket of COS, by the five calls that a store needs.

The vendor's client would bring 14 MB into the function's zip: docs/adr/0013-cos-without-its-client.md.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urlsplit
from xml.etree import ElementTree as ET

import msgspec
import requests

from scfshim import Credentials, ShimError
from scfshim.credentials import environment_credentials
from sgguard.adapters.clock import system_time
from sgguard.adapters.cos_signature import authorization
from sgguard.state import StoreError

SCHEME = "cos"
_TIMEOUT = (3.0, 5.0)
"""Seconds to connect, and between two pieces of an answer."""
_TRIES = 2
"""Of a call that is not answered; each of them may be made twice without harm."""
_FORM = "Write cos://bucket-1250000000/prefix?region=ap-guangzhou."
_ADVICE = {
    "AccessDenied": "Allow cos:GetObject, PutObject, HeadObject, DeleteObject and GetBucket for the prefix.",
    "NoSuchBucket": "Make the bucket, or correct SGGUARD_STORE.",
}


class Location(msgspec.Struct, frozen=True, kw_only=True):
    """Where objects are."""

    bucket: str
    """With the account's APPID, ``name-1250000000``."""
    prefix: str
    """Without slashes at the ends; may be empty."""
    region: str

    def __str__(self) -> str:
        return f"{SCHEME}://{self.bucket}/{self.prefix}"

    @property
    def host(self) -> str:
        """https://www.tencentcloud.com/document/product/436/6224."""
        return f"{self.bucket}.cos.{self.region}.myqcloud.com"


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


class Answer(NamedTuple):
    """What COS said."""

    status: int
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes


class Page(NamedTuple):
    """Part of a listing."""

    keys: tuple[str, ...]
    after: str | None
    """Where the next part begins; None after the last."""


class Bucket:
    """Objects by their names. Every method raises StoreError."""

    def __init__(
        self,
        location: Location,
        *,
        credentials: Callable[[], Credentials] = environment_credentials,
        endpoint: str = "",
        clock: Callable[[], float] = system_time,
    ) -> None:
        """`endpoint` (scheme, host, port) takes the place of the vendor's hosts, as in the other clients."""
        self._location = location
        self._credentials = credentials
        self._endpoint = endpoint or os.environ.get("TENCENTCLOUD_ENDPOINT", "") or f"https://{location.host}"
        self._clock = clock
        self._session = requests.Session()
        # Proxies and .netrc of the environment would see the keys' use, or sign otherwise.
        self._session.trust_env = False

    def put(self, name: str, body: bytes, headers: Mapping[str, str]) -> None:
        """https://www.tencentcloud.com/document/product/436/7749."""
        self._checked(self._call("PUT", name, body=body, headers=headers), "written")

    def get(self, name: str) -> Answer | None:
        """The object; None if there is none. https://www.tencentcloud.com/document/product/436/7753."""
        answer = self._call("GET", name)
        if answer.status == HTTPStatus.NOT_FOUND and _code(answer) == "NoSuchKey":
            return None
        return self._checked(answer, "read")

    def has(self, name: str) -> bool:
        """https://www.tencentcloud.com/document/product/436/7745; a bucket that is gone has nothing."""
        answer = self._call("HEAD", name)
        if answer.status == HTTPStatus.NOT_FOUND:
            return False
        self._checked(answer, "read")
        return True

    def delete(self, name: str) -> None:
        """https://www.tencentcloud.com/document/product/436/7743; one that is not there is no error."""
        self._checked(self._call("DELETE", name), "written")

    def page(self, prefix: str, marker: str, size: int) -> Page:
        """https://www.tencentcloud.com/document/product/436/7734."""
        query = {"prefix": prefix, "marker": marker, "max-keys": str(size)}
        answer = self._checked(self._call("GET", "", query=query), "listed")
        try:
            root = ET.fromstring(answer.body)  # noqa: S314 (COS's own answer, over TLS)
        except ET.ParseError as error:
            raise self._failure("listed", f"its answer is no XML: {error}", "") from error
        texts = [(element.tag.rpartition("}")[2], element.text or "") for element in root.iter()]
        keys = [text for tag, text in texts if tag == "Key"]
        told = [text for tag, text in texts if tag == "NextMarker" and text]
        more = ("IsTruncated", "true") in texts
        return Page(tuple(keys), next(iter(told or keys[-1:]), None) if more else None)

    def close(self) -> None:
        """Release the connections."""
        self._session.close()

    def _call(
        self,
        method: str,
        name: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        cause: requests.RequestException | None = None
        for _ in range(_TRIES):
            try:
                return self._attempt(method, name, query or {}, headers or {}, body)
            except requests.RequestException as error:
                cause = error
        # Its text may hold the signed request.
        advice = "Check the region and the network of the function."
        raise self._failure("reached", f"no answer from COS ({type(cause).__name__})", advice)

    def _attempt(
        self, method: str, name: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> Answer:
        try:
            keys = self._credentials()
        except ShimError as error:
            raise StoreError(f"The store {self._location} cannot be used: {error}.") from error
        signed = {**headers, "host": self._location.host}
        if keys.token:
            signed["x-cos-security-token"] = keys.token
        token = authorization(keys, method, f"/{name}", query, signed, now=self._clock())
        url = f"{self._endpoint}/{quote(name, safe='/-_.~')}"
        answer = self._session.request(
            method,
            f"{url}?{urlencode(query, quote_via=quote)}" if query else url,
            data=body or None,
            headers={**signed, "Authorization": token, "User-Agent": "sgguard"},
            timeout=_TIMEOUT,
            allow_redirects=False,
        )
        return Answer(answer.status_code, answer.headers, answer.content)

    def _checked(self, answer: Answer, verb: str) -> Answer:
        if answer.status < HTTPStatus.MULTIPLE_CHOICES:
            return answer
        # An answer to HEAD has no body to tell the code.
        code = "AccessDenied" if answer.status == HTTPStatus.FORBIDDEN else _code(answer)
        raise self._failure(verb, f"{code} (HTTP {answer.status})", _ADVICE.get(code, ""))

    def _failure(self, verb: str, why: str, advice: str) -> StoreError:
        return StoreError(
            f"The store {self._location} could not be {verb}: {why}.",
            next_step=advice or "Check SGGUARD_STORE; until then the guard only observes.",
        )


def _code(answer: Answer) -> str:
    """What an error is called; empty where nothing says."""
    try:
        found = ET.fromstring(answer.body).find("Code")  # noqa: S314 (COS's own answer, over TLS)
    except ET.ParseError:
        return "an error"
    return "an error" if found is None or not found.text else found.text
