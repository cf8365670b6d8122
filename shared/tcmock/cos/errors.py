"""Errors of COS: a code with an HTTP status, in XML (https://www.tencentcloud.com/document/product/436/7730)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

STATUS: Mapping[str, HTTPStatus] = {
    "AccessDenied": HTTPStatus.FORBIDDEN,
    "InvalidAccessKeyId": HTTPStatus.FORBIDDEN,
    "RequestTimeTooSkewed": HTTPStatus.FORBIDDEN,
    "SignatureDoesNotMatch": HTTPStatus.FORBIDDEN,
    "NoSuchBucket": HTTPStatus.NOT_FOUND,
    "NoSuchKey": HTTPStatus.NOT_FOUND,
    "MethodNotAllowed": HTTPStatus.METHOD_NOT_ALLOWED,
    "AppendPositionErr": HTTPStatus.CONFLICT,
    "BucketAlreadyExists": HTTPStatus.CONFLICT,
    "BucketAlreadyOwnedByYou": HTTPStatus.CONFLICT,
    "ObjectNotAppendable": HTTPStatus.CONFLICT,
    "InternalError": HTTPStatus.INTERNAL_SERVER_ERROR,
    "NotImplemented": HTTPStatus.NOT_IMPLEMENTED,
    "ServiceUnavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "SlowDown": HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Of those that are not plain bad requests."""
_ALIASES = {"RequestLimitExceeded": "SlowDown", "UnauthorizedOperation": "AccessDenied"}
"""What the API of the other products calls otherwise."""


def cos_code(code: str) -> str:
    """The name that COS has for an error."""
    return _ALIASES.get(code, code)


def status_of(code: str) -> HTTPStatus:
    """The HTTP status that goes with a code."""
    return STATUS.get(code, HTTPStatus.BAD_REQUEST)
