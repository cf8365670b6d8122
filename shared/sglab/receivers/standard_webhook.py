"""A receiver of signed CloudEvents. https://www.standardwebhooks.com, https://cloudevents.io."""

from __future__ import annotations

import base64
import hmac

from sglab.receivers.desk import Desk, Post, Reply

_TOLERANCE = 300.0
_LARGEST = 64 * 1024
_REQUIRED = ("id", "source", "specversion", "type")


class StandardWebhookDesk(Desk):
    """Holds one key, the old or the new one; tells a second copy by its id."""

    path = "/alerts"
    keys = ("whsec_" + base64.b64encode(bytes(range(32))).decode(),)

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()

    def error(self, code: int | str) -> Reply:
        """A status."""
        headers = {"Retry-After": "120"} if str(code) == "429" else {}
        location = {"Location": "https://elsewhere.example/"} if str(code).startswith("3") else {}
        return Reply(status=int(code), headers={**headers, **location})

    def thanks(self) -> Reply:
        """No content."""
        return Reply(status=204)

    def check(self, post: Post, at: float) -> Reply | None:
        """Signature over the whole event, moment, form, size."""
        identity, stamp = post.headers.get("webhook-id", ""), post.headers.get("webhook-timestamp", "")
        if not identity or not stamp.isdigit() or abs(at - int(stamp)) > _TOLERANCE:
            return self.error(401)
        given = post.headers.get("webhook-signature", "").split(" ")
        if not any(hmac.compare_digest(one, self._sign(identity, stamp, post.body)) for one in given):
            return self.error(401)
        if len(post.body) > _LARGEST:
            return self.error(413)
        event = post.document()
        kind = post.headers.get("content-type", "")
        if not kind.startswith("application/cloudevents+json") or event.get("specversion") != "1.0":
            return self.error(415)
        if not all(isinstance(event.get(name), str) and event.get(name) for name in _REQUIRED):
            return self.error(400)
        self.ids.add(identity)
        return None

    def _sign(self, identity: str, stamp: str, body: bytes) -> str:
        key = base64.b64decode(self.keys[0].removeprefix("whsec_"))
        code = hmac.new(key, b".".join((identity.encode(), stamp.encode(), body)), "sha256")
        return f"v1,{base64.b64encode(code.digest()).decode()}"
