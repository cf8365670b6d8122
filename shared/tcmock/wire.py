"""HTTP as values: what `Cloud.handle` takes and gives, and the vendor's answer envelope."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

JSON = "application/json"
"""Exactly this: the SDK recognises errors only without a charset."""
DOMAIN = (
    r"(([a-z0-9-]+\.)*tencentcloudapi\.com"
    r"|([a-z0-9-]+\.)?cos(-internal)?\.[a-z0-9-]+\.(myqcloud\.com|tencentcos\.cn))"
)
"""Pattern of the hosts that are Tencent Cloud's, the API's and those of COS, in lower case."""


def is_tencent_cloud(host: str) -> bool:
    """Whether a host name, with or without a port, is one of Tencent Cloud's API or of COS."""
    return re.fullmatch(rf"{DOMAIN}(:\d+)?", host, re.IGNORECASE) is not None


class Request(msgspec.Struct, frozen=True):
    """One HTTP request as it came over the wire."""

    method: str
    path: str
    """Decoded."""
    query: str
    """Raw, without the question mark: the signature covers these very characters."""
    headers: Mapping[str, str]
    body: bytes = b""
    source_address: str = "127.0.0.1"
    """Address of the caller, without a port."""

    def header(self, name: str) -> str:
        """The value of a header in any case, ``""`` when it is absent."""
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), "")

    def __repr__(self) -> str:
        return (
            f"Request({self.method} {self.path}, action={self.header('X-TC-Action')!r})"  # no keys, no tokens
        )


class Response(msgspec.Struct, frozen=True):
    """One HTTP answer. The API answers errors with status 200 too."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    delay: float = 0.0
    """Seconds for which a fault held the answer back; a client in the same process compares its timeout."""


def answer(payload: Mapping[str, object], request_id: str) -> Response:
    """A successful answer: the payload and its request id under ``Response``."""
    return _response({**payload, "RequestId": request_id})


def error_answer(code: str, message: str, request_id: str) -> Response:
    """An error answer (https://www.tencentcloud.com/document/product/213/31576)."""
    return _response({"Error": {"Code": code, "Message": message}, "RequestId": request_id})


def _response(inner: Mapping[str, object]) -> Response:
    return Response(200, {"Content-Type": JSON}, msgspec.json.encode({"Response": inner}))
