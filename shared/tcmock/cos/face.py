"""From an HTTP request for COS to its answer."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec

from tcmock.account import Account, Key
from tcmock.cam import authorization
from tcmock.cos.address import app_id_of, place_of
from tcmock.cos.errors import cos_code, status_of
from tcmock.cos.operations import OPERATIONS, Asked, Reply, operation_of, owner_of, region_of
from tcmock.cos.signature import holder
from tcmock.errors import APIError
from tcmock.invocation import Permission
from tcmock.parameters import Params
from tcmock.region import REGIONS
from tcmock.wire import Request, Response


class Visit(msgspec.Struct, frozen=True):
    """A request for COS that may run."""

    name: str
    """Of the operation, like ``PutObject``."""
    asked: Asked
    key: Key

    @property
    def writes(self) -> bool:
        """Whether it changes anything."""
        return OPERATIONS[self.name].writes


def admitted(
    request: Request, accounts: Mapping[str, Account], now: float, *, ageless: bool, home: str
) -> Visit:
    """Check who asks for what.

    Args:
        request: for COS.
        accounts: everybody's, by number.
        now: seconds since the epoch.
        ageless: whether signatures have no age.
        home: the region of a bucket that neither is there nor has a region in its host.

    Raises:
        APIError: the first thing that is wrong.
    """
    place = place_of(request)
    query = {name.lower(): value for name, value in parse_qsl(request.query, keep_blank_values=True)}
    caller, key = holder(request, accounts.values(), None if ageless else now)
    name = operation_of(request, place, query)
    if not place.bucket:
        raise APIError("MethodNotAllowed", "tcmock does not emulate the list of all buckets.")
    owner = owner_of(place.bucket, accounts)
    region = region_of(place, owner, home)
    if region not in REGIONS:
        raise APIError("InvalidRegionName", f"The region `{region}` does not exist.")
    asked = Asked(owner, place, region, query, request, now)
    _check_permission(caller, key, name, asked)
    return Visit(name, asked, key)


def executed(visit: Visit) -> Reply:
    """Do it. Raises APIError."""
    return OPERATIONS[visit.name].run(visit.asked)


def answer(request: Request, reply: Reply, request_id: str) -> Response:
    """A success as HTTP."""
    body = b"" if request.method == "HEAD" else reply.body
    return Response(
        reply.status, {"Content-Length": str(len(body)), **reply.headers, **_common(request_id)}, body
    )


def error_answer(request: Request, error: APIError, request_id: str) -> Response:
    """An error as HTTP: XML, or nothing but the status for HEAD."""
    code = cos_code(error.code)
    root = Element("Error")
    host, path = request.header("Host"), request.path
    for name, text in (
        ("Code", code),
        ("Message", error.message),
        ("Resource", f"{host}{path}"),
        ("RequestId", request_id),
        ("TraceId", request_id),
    ):
        SubElement(root, name).text = text
    body = b"" if request.method == "HEAD" else tostring(root, encoding="utf-8", xml_declaration=True)
    headers = {"Content-Type": "application/xml", "Content-Length": str(len(body)), **_common(request_id)}
    return Response(int(status_of(code)), headers, body)


def _common(request_id: str) -> Mapping[str, str]:
    return {"x-cos-request-id": request_id, "Server": "tencent-cos"}


def _check_permission(caller: Account, key: Key, name: str, asked: Asked) -> None:
    """Another account's bucket is nobody's business; roles need to be allowed, a list on its prefix.

    Resources: https://www.tencentcloud.com/document/product/436/12469
    """
    bucket, owner = asked.place.bucket, asked.account
    if caller is not owner:
        raise APIError("AccessDenied", f"The bucket `{bucket}` belongs to another account.")
    path = asked.place.key or asked.query.get("prefix", "") or "*"
    whole = f"qcs::cos:{asked.region}:uid/{app_id_of(bucket)}:{bucket}/{path}"
    permission = Permission(resource=lambda _: whole)
    authorization.check(owner, key, f"cos:{name}", permission, asked.region, Params({}))
