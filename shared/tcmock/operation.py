"""One API call as it can be made again: without whoever made it, and when."""

from __future__ import annotations

import msgspec

from tcmock import signature
from tcmock.account import Key
from tcmock.clock import utc_date
from tcmock.wire import JSON, Request

_SIGNED = ("content-type", "host")


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """What is called, and with what. Without a signature it says nothing about a caller."""

    service: str
    version: str
    action: str
    region: str = ""
    params: dict[str, object] = {}
    """The body of a POST."""
    query: str | None = None
    """The query string of a GET, None for a POST."""

    def signed(self, key: Key, *, now: float, host: str = "") -> Request:
        """The request, signed by that key at that time (seconds since the epoch) for that host.

        Without a host it is that of the product.
        """
        headers = {
            "Host": host or f"{self.service}.tencentcloudapi.com",
            "Content-Type": JSON,
            "X-TC-Action": self.action,
            "X-TC-Version": self.version,
            "X-TC-Timestamp": str(int(now)),
            **({"X-TC-Region": self.region} if self.region else {}),
            **({"X-TC-Token": key.token} if key.token else {}),
        }
        method, body = ("POST", msgspec.json.encode(self.params)) if self.query is None else ("GET", b"")
        unsigned = Request(method, "/", self.query or "", headers, body)
        claim = signature.Authorization(key.secret_id, utc_date(int(now)), self.service, _SIGNED, "")
        proof = signature.sign(
            signature.signing_key(key.secret_key, claim), signature.string_to_sign(unsigned, claim)
        )
        authorization = (
            f"{signature.ALGORITHM} Credential={key.secret_id}/{claim.scope}, "
            f"SignedHeaders={';'.join(_SIGNED)}, Signature={proof}"
        )
        return msgspec.structs.replace(unsigned, headers={**headers, "Authorization": authorization})
