"""What every call passes before its action runs: shape, identity, route, region, parameters.

The vendor does not publish in which order its own gateway checks; this order is a reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qs

import msgspec

from tcmock import signature, spec
from tcmock.account import Account, Key
from tcmock.catalogue import SERVICES
from tcmock.clock import utc_date
from tcmock.errors import APIError, not_emulated
from tcmock.invocation import Action
from tcmock.parameters import Params, from_json, from_query
from tcmock.region import REGIONS
from tcmock.wire import JSON, Request

MAX_BODY = 10 * 1024 * 1024
MAX_QUERY = 32 * 1024
"""Bytes. https://cloud.tencent.com/document/api/213/30654"""

_DOMAIN = ".tencentcloudapi.com"
_TIMESTAMP = re.compile(r"\d{1,11}")


class Admission(msgspec.Struct, frozen=True):
    """A call that may run."""

    name: str
    """The action's name."""
    action: Action
    account: Account
    key: Key
    region: str
    params: Params
    given: Mapping[str, object]
    """The parameters as they were sent, for the records."""


def admit(request: Request, accounts: Iterable[Account], now: float, max_skew: float | None) -> Admission:
    """Check everything that does not need the action's own rules.

    Raises:
        APIError: the first thing that is wrong.
    """
    _check_shape(request)
    name = request.header("X-TC-Action") or _without_action(request)
    for header in ("X-TC-Version", "X-TC-Timestamp"):
        if not request.header(header):
            raise _missing(header.removeprefix("X-TC-"))
    claim = signature.parse(request.header("Authorization"))
    _check_time(request.header("X-TC-Timestamp"), claim, now, max_skew)
    account, key = _holder(claim, accounts)
    if key.token != request.header("X-TC-Token"):
        raise APIError("AuthFailure.TokenFailure", "The token does not belong to the SecretId.")
    _check_signature(request, claim, key)
    action = _route(claim.service, name, request.header("X-TC-Version"))
    region = _region(request.header("X-TC-Region"))
    sent = _sent(request)
    checked = spec.checked_request(claim.service, name, sent, textual=request.method == "GET")
    given = msgspec.convert(sent, dict[str, object])
    return Admission(name, action, account, key, region, Params(checked), given)


def product_of(request: Request) -> str:
    """The product that a request means, as far as it can be told without trusting it; ``""`` if not at all.

    The credential scope names it wherever the host is; the host name helps with what is not signed.
    """
    try:
        return signature.parse(request.header("Authorization")).service
    except APIError:
        return _product_of_host(request)


def _product_of_host(request: Request) -> str:
    host = request.header("Host").removeprefix("https://").removeprefix("http://").partition(":")[0]
    return host.partition(".")[0] if host.endswith(_DOMAIN) else ""


def _check_shape(request: Request) -> None:
    if request.method not in ("GET", "POST"):
        raise APIError(
            "UnsupportedProtocol", f"The method {request.method} is not supported; use GET or POST."
        )
    if request.path != "/":
        raise APIError("InvalidRequest", f"The request path must be /, not `{request.path}`.")
    if len(request.body) > MAX_BODY or len(request.query) > MAX_QUERY:
        raise APIError(
            "RequestSizeLimitExceeded", f"A body may have {MAX_BODY} bytes and a query string {MAX_QUERY}."
        )


def _without_action(request: Request) -> str:
    """There is no X-TC-Action header: say whether that is the old signature or nothing at all."""
    fields = parse_qs(request.query or request.body.decode("utf-8", "replace"))
    if "Signature" in fields or "SecretId" in fields:
        raise APIError(
            "AuthFailure.InvalidAuthorization",
            "tcmock does not emulate signatures v1 (HmacSHA1, HmacSHA256) yet; sign with TC3-HMAC-SHA256.",
        )
    raise _missing("Action")


def _check_time(timestamp: str, claim: signature.Authorization, now: float, max_skew: float | None) -> None:
    if not _TIMESTAMP.fullmatch(timestamp):
        raise APIError("InvalidParameter", "The value type of the parameter `Timestamp` is incorrect.")
    if max_skew is not None and abs(now - int(timestamp)) > max_skew:
        raise APIError(
            "AuthFailure.SignatureExpire",
            f"Signature expired. Timestamp and server time cannot differ by more than {max_skew:g} seconds: "
            f"the request says {timestamp}, the server's clock {now:.0f}.",
        )
    if claim.date != utc_date(int(timestamp)):
        raise APIError(
            "AuthFailure.SignatureFailure", "The date of the credential is not the UTC day of Timestamp."
        )


def _holder(claim: signature.Authorization, accounts: Iterable[Account]) -> tuple[Account, Key]:
    for account in accounts:
        for key in account.keys:
            if key.secret_id == claim.secret_id:
                return account, key
    raise APIError(
        "AuthFailure.SecretIdNotFound",
        "The SecretId is not found, please ensure that your SecretId is correct.",
    )


def _check_signature(request: Request, claim: signature.Authorization, key: Key) -> None:
    host = _product_of_host(request)
    if host not in ("", claim.service) or not signature.is_valid(request, claim, key.secret_key):
        raise APIError(
            "AuthFailure.SignatureFailure",
            "The provided credentials could not be validated. Please check your signature is correct.",
        )


def _route(product: str, name: str, version: str) -> Action:
    if product not in SERVICES:
        raise APIError(
            "NoSuchProduct",
            f"The product `{product}` does not exist or is not emulated by tcmock, which has "
            f"{', '.join(SERVICES)}.",
        )
    described = spec.services()[product]
    if version != described.version:
        raise APIError(
            "NoSuchVersion",
            f"The version `{version}` of `{product}` does not exist or is not emulated by tcmock, which has "
            f"{described.version}.",
        )
    if name in SERVICES[product].actions:
        return SERVICES[product].actions[name]
    if name in described.others:
        raise APIError(
            "InvalidAction", f"The action `{name}` of `{product}` exists, but tcmock does not emulate it."
        )
    raise APIError("InvalidAction", f"The action `{name}` of `{product}` {version} does not exist.")


def _region(name: str) -> str:
    if not name:
        raise _missing("Region")
    if name not in REGIONS:
        raise APIError("UnsupportedRegion", f"The region `{name}` is not supported.")
    return name


def _sent(request: Request) -> object:
    """The parameters, not yet checked."""
    if request.method == "GET":
        return from_query(request.query)
    kind = request.header("Content-Type")
    if kind.partition(";")[0].strip() != JSON:
        raise not_emulated(f"bodies of type `{kind}`; send {JSON}")
    return from_json(request.body)


def _missing(name: str) -> APIError:
    return APIError("MissingParameter", f"The request is missing a required parameter `{name}`.")
