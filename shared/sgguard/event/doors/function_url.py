"""Function URL: an HTTP request with a signature, in the form of Standard Webhooks.

``{"body", "headers", "httpMethod", "path", "queryString"}``:
https://www.tencentcloud.com/document/product/583/69491. The URL's own AuthType NONE lets anybody in, so the
body is believed only under a signature of ``<webhook-id>.<webhook-timestamp>.<body>`` with the shared secret
(https://www.standardwebhooks.com), not older than five minutes.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Mapping, Sequence
from hashlib import sha256

import msgspec

from sgguard.errors import EventError
from sgguard.model.secret import Secret

TOLERANCE = 300.0
"""Seconds by which the clocks of sender and receiver may differ."""
_PREFIX = "whsec_"


class SignatureError(EventError):
    """A request that nobody who knows the secret has made, or not lately. Nothing of it is used."""


class Answer(msgspec.Struct, frozen=True):
    """What a function answers to a request."""

    status: int
    body: Mapping[str, object]

    def document(self) -> dict[str, object]:
        """As SCF wants it."""
        headers = {"Content-Type": "application/json"}
        return {"statusCode": self.status, "headers": headers, "body": json.dumps(self.body)}


def is_request(event: Mapping[str, object]) -> bool:
    """Whether a function URL made the event."""
    return "httpMethod" in event and "headers" in event


def verified_body(event: Mapping[str, object], secrets: Sequence[Secret], *, now: float) -> str:
    """The body, if it is signed with one of the secrets: while one takes the place of another both hold.

    Raises SignatureError; its text says nothing about a secret.
    """
    headers = event.get("headers")
    given = (
        {str(key).lower(): value for key, value in headers.items()} if isinstance(headers, Mapping) else {}
    )
    body = _body(event)
    keys = _keys(secrets)
    message_id, sent_at = str(given.get("webhook-id", "")), str(given.get("webhook-timestamp", ""))
    if not sent_at.isascii() or not sent_at.isdigit() or abs(now - int(sent_at[:12])) > TOLERANCE:
        raise SignatureError("webhook-timestamp is missing or more than five minutes off.")
    signed = f"{message_id}.{sent_at}.{body}".encode()
    expected = [base64.b64encode(hmac.new(key, signed, sha256).digest()) for key in keys]
    offered = [part.partition(",") for part in str(given.get("webhook-signature", "")).split()]
    # Every one is compared, in the same time.
    matches = [
        version == "v1" and hmac.compare_digest(value.encode(), own)
        for version, _, value in offered
        for own in expected
    ]
    if not message_id or not any(matches):
        raise SignatureError("webhook-signature does not match.")
    return body


def _body(event: Mapping[str, object]) -> str:
    body = event.get("body")
    if not isinstance(body, str):
        raise SignatureError("The request has no body.")
    if event.get("isBase64Encoded") is not True:
        return body
    try:
        return base64.b64decode(body, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise SignatureError("The body is neither base64 nor text.") from error


def _keys(secrets: Sequence[Secret]) -> list[bytes]:
    """The keys that can be used; one that is misspelt does not shut out the others."""
    if not secrets:
        raise SignatureError("No secret is set, so nothing is believed: set SGGUARD_DOOR_SECRET.")
    keys = [key for secret in secrets if (key := _key(secret))]
    if not keys:
        raise SignatureError("SGGUARD_DOOR_SECRET leads to no whsec_… secret.")
    return keys


def _key(secret: Secret) -> bytes:
    """The key that a secret stands for; empty for a ``whsec_…`` that is none."""
    written = secret.reveal()
    if not written.startswith(_PREFIX):
        return written.encode()
    try:
        return base64.b64decode(written.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return b""
