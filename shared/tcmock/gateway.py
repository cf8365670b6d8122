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
from tcmock.cam import authorization
from tcmock.catalogue import SERVICES
from tcmock.clock import utc_date
from tcmock.errors import APIError, not_emulated
from tcmock.invocation import Action, Invocation, Service
from tcmock.parameters import Params, from_json, from_query
from tcmock.region import REGIONS, Region
from tcmock.section import Sections
from tcmock.wire import JSON, Request

MAX_BODY = 10 * 1024 * 1024
MAX_QUERY = 32 * 1024
"""Bytes. https://cloud.tencent.com/document/api/213/30654"""

HOME_REGION = "ap-guangzhou"
"""What the records of products without regions name, unless the call names another."""

_DOMAIN = ".tencentcloudapi.com"
_TIMESTAMP = re.compile(r"\d{1,11}")


class Admission(msgspec.Struct, frozen=True):
    """A call that may run."""

    name: str
    """The action's name."""
    action: Action
    service: Service
    account: Account
    key: Key
    region: str
    """Of a product without regions the one that its records name."""
    params: Params
    given: Mapping[str, object]
    """The parameters as they were sent, for the records."""
    accounts: Mapping[str, Account]

    def invocation(
        self, source_address: str, now: float, request_id: str, account: Account | None = None
    ) -> Invocation:
        """What the action gets when it runs at that time (seconds since the epoch).

        `account` may stand in for the caller's own, as it was at another time.
        """
        home = account or self.account
        if self.service.regional:
            region = home.region(self.region)
        else:
            region = Region(self.region, Sections(()), ids=home.ids, clock=home.clock)
        return Invocation(self.params, home, self.key, region, source_address, now, request_id, self.accounts)


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
    everybody = {account.uin: account for account in accounts}
    account, key = _holder(claim, everybody.values())
    _check_token(request, key, now)
    _check_signature(request, claim, key)
    service = _route(claim.service, name, request.header("X-TC-Version"))
    action, region = service.actions[name], _region(request.header("X-TC-Region"), service)
    sent = _sent(request)
    described = spec.products()[service.name][service.version]
    params = Params(spec.checked_request(described, name, sent))
    authorization.check(account, key, f"{service.name}:{name}", action.permission, region, params)
    given = msgspec.convert(sent, dict[str, object])
    return Admission(name, action, service, account, key, region, params, given, everybody)


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


def _check_token(request: Request, key: Key, now: float) -> None:
    if key.token != request.header("X-TC-Token"):
        raise APIError("AuthFailure.TokenFailure", "The token does not belong to the SecretId.")
    if key.expires is not None and now >= key.expires:
        raise APIError("AuthFailure.TokenFailure", "The token has expired. Ask for another one.")


def _route(product: str, name: str, version: str) -> Service:
    versions = {service.version: service for service in SERVICES.values() if service.name == product}
    if not versions:
        known = ", ".join(dict.fromkeys(name for name, _ in SERVICES))
        raise APIError(
            "NoSuchProduct",
            f"The product `{product}` does not exist or is not emulated by tcmock, which has {known}.",
        )
    if version not in versions:
        raise APIError(
            "NoSuchVersion",
            f"The version `{version}` of `{product}` does not exist or is not emulated by tcmock, which has "
            f"{', '.join(versions)}.",
        )
    if name in versions[version].actions:
        return versions[version]
    if name in spec.products()[product][version].others:
        raise APIError(
            "InvalidAction", f"The action `{name}` of `{product}` exists, but tcmock does not emulate it."
        )
    raise APIError("InvalidAction", f"The action `{name}` of `{product}` {version} does not exist.")


def _region(name: str, service: Service) -> str:
    if not name and service.regional:
        raise _missing("Region")
    if name and name not in REGIONS:
        raise APIError("UnsupportedRegion", f"The region `{name}` is not supported.")
    return name or HOME_REGION


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
