"""Any receiver of CloudEvents 1.0 by HTTP, signed as Standard Webhooks asks.

Structured mode, so that the signature covers the whole event:
https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
https://www.standardwebhooks.com
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timezone

import msgspec

from sgguard.adapters.channels.code import judge_status
from sgguard.adapters.channels.endpoint import Hosts
from sgguard.adapters.channels.vendor import Answer, Body, Judgement, Request
from sgguard.model.notification import Digest, Letter, Notification
from sgguard.notify.message import Voice
from sgguard.notify.pace import Pace
from sgguard.report.document import notification_document

EVENT_BYTES = 60_000
"""Intermediaries must forward 64 KiB: CloudEvents 1.0, "Size Limits"."""
PREFIX = "whsec_"
_NUMBERS = {"info": 9, "low": 10, "medium": 13, "high": 17, "critical": 21}
"""https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/severity.md"""
_LISTS = ("findings", "delta", "rows", "reasons", "clusters")


def key_bytes(key: str) -> bytes:
    """The bytes of a ``whsec_…`` key. Raises ValueError, which does not repeat it."""
    try:
        found = base64.b64decode(key.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("is not whsec_ and base64") from None
    if not key.startswith(PREFIX) or not 24 <= len(found) <= 64:  # noqa: PLR2004 (the standard's bounds)
        raise ValueError("is not whsec_ and the base64 of 24 to 64 bytes")
    return found


def sign(keys: Sequence[str], identity: str, seconds: int, body: bytes) -> str:
    """One signature a key, so that a receiver with the old or the new one is content."""
    signed = f"{identity}.{seconds}.".encode() + body
    digests = (hmac.new(key_bytes(key), signed, hashlib.sha256).digest() for key in keys)
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


class Webhook:
    """One event a notification; its `data` is the ``sgguard/notification/v1`` document."""

    hosts: Hosts | None = None
    paces = (Pace(20, 1), Pace(600, 60))
    digest_size = 1
    plain_bytes = 8000

    def rich(self, letter: Letter, voice: Voice) -> Body:
        """The event. A document that is too large keeps the first and last of its long lists.

        Raises ValueError where that is not enough.
        """
        content = letter.content
        if isinstance(content, Digest):
            raise TypeError("a webhook is told one notification at a time")
        data = notification_document(content, voice.language)
        for most in (None, 50, 20, 8, 3, 1):
            data = data if most is None else _shortened(data, most)
            if len(msgspec.json.encode(data)) <= EVENT_BYTES:
                return _event(content, data)
        raise ValueError("the texts are too long, not the lists")  # the plain form is for that

    def plain(self, text: str) -> Body:
        """An event whose data is text."""
        return {
            "specversion": "1.0",
            "id": hashlib.sha256(text.encode()).hexdigest()[:32],
            "source": "sgguard",
            "type": "sgguard.text",
            "datacontenttype": "text/plain",
            "data": text,
        }

    def request(self, body: Body, url: str, keys: Sequence[str], at: float, identity: str) -> Request:
        """Signed with every key; unsigned where the site has none."""
        encoded, seconds = msgspec.json.encode(body), int(at)
        headers = {"Content-Type": "application/cloudevents+json; charset=utf-8"}
        if keys:
            headers |= {
                "webhook-id": identity,
                "webhook-timestamp": str(seconds),
                "webhook-signature": sign(keys, identity, seconds, encoded),
            }
        return Request(url=url, body=encoded, headers=headers)

    def judge(self, answer: Answer) -> Judgement:
        """Only a 2xx is success."""
        return judge_status(answer)


def _event(told: Notification, data: Body) -> Body:
    return {
        "specversion": "1.0",
        "id": told.id,
        "source": f"sgguard/{told.region or 'unknown'}",
        "type": f"sgguard.notification.{told.action.replace(' ', '-')}",
        "subject": told.group_id or "unknown",
        "time": datetime.fromtimestamp(told.observed_at, timezone.utc).isoformat().replace("+00:00", "Z"),
        "severitytext": told.severity.upper(),
        "severitynumber": _NUMBERS[told.severity],
        "datacontenttype": "application/json",
        "data": data,
    }


def _shortened(data: Body, most: int) -> Body:
    """With at most so many items in each list, and how many each had."""
    lengths: dict[str, int] = {}
    cut: Body = {}
    for name in _LISTS:
        items = data[name]
        if isinstance(items, list | tuple):
            lengths[name] = len(items)
            cut[name] = [_narrow(item, most) for item in _some(items, most)]
    known = data.get("truncated")
    return {**data, **cut, "truncated": known if isinstance(known, dict) else lengths}


def _some(items: Sequence[object], most: int) -> Sequence[object]:
    return items if len(items) <= most else [*items[: most - 1], items[-1]]


def _narrow(item: object, most: int) -> object:
    """A finding without the middle of its traffic, which may be thousands of ranges."""
    if isinstance(item, list | tuple):
        return [_narrow(one, most) for one in _some(item, most)]
    if isinstance(item, dict):
        return {key: _narrow(value, most) for key, value in item.items()}
    return item
