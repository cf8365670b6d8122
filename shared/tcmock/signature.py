"""TC3-HMAC-SHA256, read strictly from its description.

https://cloud.tencent.com/document/api/213/30654
"""

from __future__ import annotations

import hashlib
import hmac
import re

import msgspec

from tcmock.errors import APIError
from tcmock.wire import Request

ALGORITHM = "TC3-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"
_AUTHORIZATION = re.compile(
    ALGORITHM
    + r"\s+Credential=(?P<id>[^/,\s]+)/(?P<date>\d{4}-\d{2}-\d{2})/(?P<service>[a-z0-9-]+)/tc3_request"
    r",\s*SignedHeaders=(?P<headers>[a-z0-9;-]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)


class Authorization(msgspec.Struct, frozen=True):
    """What the Authorization header claims."""

    secret_id: str
    date: str
    """UTC day of the credential scope, ``YYYY-MM-DD``."""
    service: str
    """Product of the credential scope: the only place that names it when the host is an address."""
    signed_headers: tuple[str, ...]
    signature: str

    @property
    def scope(self) -> str:
        """The credential scope."""
        return f"{self.date}/{self.service}/tc3_request"


def parse(header: str) -> Authorization:
    """Read an Authorization header.

    Raises:
        APIError: ``AuthFailure.InvalidAuthorization`` if it is not the TC3 form or signs too little.
    """
    found = _AUTHORIZATION.fullmatch(header.strip())
    if not found:
        raise APIError(
            "AuthFailure.InvalidAuthorization",
            "The Authorization in the request header is not in the form "
            f"`{ALGORITHM} Credential=…/date/service/tc3_request, SignedHeaders=…, Signature=…`.",
        )
    names = tuple(found["headers"].split(";"))
    if not {"content-type", "host"} <= set(names):
        raise APIError(
            "AuthFailure.InvalidAuthorization", "SignedHeaders must include `content-type` and `host`."
        )
    return Authorization(found["id"], found["date"], found["service"], names, found["signature"])


def string_to_sign(request: Request, authorization: Authorization) -> str:
    """The text that is signed. The host is the raw Host header, with the scheme and port that were sent."""
    unsigned = request.header("X-TC-Content-SHA256") == UNSIGNED
    payload = UNSIGNED.encode() if unsigned else b"" if request.method == "GET" else request.body
    canonical = "\n".join(
        (
            request.method,
            "/",
            request.query if request.method == "GET" else "",
            *(
                f"{name}:{request.header(name).strip().lower()}"
                for name in sorted(authorization.signed_headers)
            ),
            "",
            ";".join(authorization.signed_headers),
            hashlib.sha256(payload).hexdigest(),
        )
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return "\n".join((ALGORITHM, request.header("X-TC-Timestamp"), authorization.scope, digest))


def signing_key(secret_key: str, authorization: Authorization) -> bytes:
    """The key derived for one day and one product."""
    key = f"TC3{secret_key}".encode()
    for part in (authorization.date, authorization.service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def sign(key: bytes, text: str) -> str:
    """Sixty-four lower-case hexadecimal digits."""
    return hmac.digest(key, text.encode(), "sha256").hex()


def is_valid(request: Request, authorization: Authorization, secret_key: str) -> bool:
    """Whether the holder of the key signed this very request."""
    expected = sign(signing_key(secret_key, authorization), string_to_sign(request, authorization))
    return hmac.compare_digest(expected, authorization.signature)
