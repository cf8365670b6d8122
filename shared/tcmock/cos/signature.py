"""The signature of COS, read strictly from its description.

https://www.tencentcloud.com/document/product/436/7778
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, quote

import msgspec

from tcmock.account import Account, Key
from tcmock.errors import APIError
from tcmock.wire import Request

_MEMBERS = (
    *("q-sign-algorithm", "q-ak", "q-sign-time", "q-key-time"),
    *("q-header-list", "q-url-param-list", "q-signature"),
)
_SAFE = "-_.~"


class Claim(msgspec.Struct, frozen=True):
    """What the Authorization header claims."""

    secret_id: str
    times: str
    """``start;end`` of its validity, in seconds since the epoch."""
    key_times: str
    headers: tuple[str, ...]
    parameters: tuple[str, ...]
    signature: str


def holder(request: Request, accounts: Iterable[Account], now: float | None) -> tuple[Account, Key]:
    """Who signed a request. `now`, in seconds since the epoch, is None where signatures have no age.

    Raises:
        APIError: nobody, or not rightly.
    """
    claim = _parsed(request.header("Authorization"))
    account, key = _known(claim, accounts)
    if key.token != request.header("x-cos-security-token"):
        raise APIError("InvalidAccessKeyId", "The token does not belong to the SecretId.")
    if now is not None:
        _check_time(claim, now)
        if key.expires is not None and now >= key.expires:
            raise APIError("AccessDenied", "The token has expired.")
    if not any(_signed(request, claim, key, host) == claim.signature for host in _hosts(request)):
        raise APIError("SignatureDoesNotMatch", "The signature is not the one that was calculated.")
    return account, key


def _parsed(header: str) -> Claim:
    given = dict(part.partition("=")[::2] for part in header.strip().split("&"))
    if not header:
        raise APIError("AccessDenied", "tcmock emulates no anonymous access; sign the request.")
    if set(given) != set(_MEMBERS) or given["q-sign-algorithm"] != "sha1":
        raise APIError("InvalidArgument", f"The Authorization header must have {', '.join(_MEMBERS)}.")
    return Claim(
        secret_id=given["q-ak"],
        times=given["q-sign-time"],
        key_times=given["q-key-time"],
        headers=_listed(given["q-header-list"]),
        parameters=_listed(given["q-url-param-list"]),
        signature=given["q-signature"],
    )


def _listed(names: str) -> tuple[str, ...]:
    return tuple(filter(None, names.split(";")))


def _known(claim: Claim, accounts: Iterable[Account]) -> tuple[Account, Key]:
    for account in accounts:
        for key in account.keys:
            if key.secret_id == claim.secret_id:
                return account, key
    raise APIError("InvalidAccessKeyId", "The SecretId does not exist.")


def _check_time(claim: Claim, now: float) -> None:
    start, _, end = claim.times.partition(";")
    if not (start.isdecimal() and end.isdecimal()):
        raise APIError("InvalidArgument", "`q-sign-time` must read `start;end`.")
    if not int(start) <= now <= int(end):
        raise APIError(
            "RequestTimeTooSkewed", f"The signature is good from {start} to {end}, not at {now:.0f}."
        )


def _signed(request: Request, claim: Claim, key: Key, host: str) -> str:
    """The signature that it should have, if the host was signed as that."""
    given = {name.lower(): value for name, value in parse_qsl(request.query, keep_blank_values=True)}
    values = {name: host if name == "host" else request.header(name) for name in claim.headers}
    text = "\n".join(
        (
            request.method.lower(),
            request.path,
            "&".join(_pairs(claim.parameters, given)),
            "&".join(_pairs(claim.headers, values)),
            "",
        )
    )
    digest = hashlib.sha1(text.encode()).hexdigest()  # noqa: S324 - COS's algorithm
    signing_key = hmac.new(key.secret_key.encode(), claim.key_times.encode(), "sha1").hexdigest()
    to_sign = f"sha1\n{claim.times}\n{digest}\n"
    return hmac.new(signing_key.encode(), to_sign.encode(), "sha1").hexdigest()


def _pairs(names: Iterable[str], values: dict[str, str]) -> Iterator[str]:
    for name in sorted(names):
        yield f"{name}={quote(values.get(name, ''), safe=_SAFE)}"


def _hosts(request: Request) -> Iterator[str]:
    """The host with its port, as it came, and without: the vendor's client signs the bare name."""
    host = request.header("Host")
    yield host
    yield host.partition(":")[0]
