"""What the API's errors mean to the guard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from scfshim import ApiError, ShimError, TransportError
from sgguard.errors import ConflictError, GatherError, RemediationError, UnansweredError

_NOT_ALLOWED = ("UnauthorizedOperation", "AuthFailure")
_RETRYABLE = ("RequestLimitExceeded", "InternalError", "ServiceUnavailable")
_APPROVAL = "InvalidParameterValue.MemberApproval"
_REFUSALS = (
    *_NOT_ALLOWED,
    *("InvalidParameter", "InvalidParameterValue", "MissingParameter", "UnknownParameter"),
    *("LimitExceeded", "ResourceNotFound", "UnsupportedOperation", "FailedOperation"),
    *("RequestLimitExceeded", "ResourceUnavailable", "ResourceInsufficient", "OperationDenied"),
    *("InvalidAction", "NoSuchVersion", "NoSuchProduct", "UnsupportedProtocol", "UnsupportedRegion"),
)
"""Families of codes that say that nothing was written. Whatever else is answered, an internal error above
all, leaves it open. https://www.tencentcloud.com/document/product/215/15807 lists those of a write."""


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn what a read ends in into GatherError."""
    try:
        yield
    except ApiError as error:
        retryable = error.code.startswith(_RETRYABLE)
        raise GatherError(f"{what}: {error}", next_step=_next_step(error), retryable=retryable) from error
    except ShimError as error:
        raise GatherError(f"{what}: {error}", retryable=isinstance(error, TransportError)) from error


@contextmanager
def writing(what: str) -> Iterator[None]:
    """Turn what a write ends in into ConflictError, UnansweredError or RemediationError."""
    try:
        yield
    except ApiError.UnsupportedOperation.VersionMismatch as error:
        raise ConflictError(f"{what}: the group changed since it was read ({error})") from error
    except ApiError as error:
        if error.code.partition(".")[0] not in _REFUSALS:
            raise UnansweredError(f"{what} for sure: {error}") from error
        raise RemediationError(f"{what}: {error}", next_step=_next_step(error)) from error
    except TransportError as error:
        if error.sent is False:
            raise RemediationError(f"{what}: {error}") from error
        raise UnansweredError(f"{what}: {error}") from error
    except ShimError as error:
        raise RemediationError(f"{what}: {error}") from error


def _next_step(error: ApiError) -> str:
    if error.code.startswith(_NOT_ALLOWED):
        return f"Allow {error.action} in the CAM policy of the guard's role."
    if error.code.startswith(_APPROVAL):
        return "The account asks for an approval of this write: it was not applied. Approve or do it by hand."
    if error.code == "UnsupportedOperation.LockedResources":
        return "The group is locked by another product: it was not written. Change it there."
    if error.code.startswith("RequestLimitExceeded"):
        return "The API's rate limit held to the end of the time there is; the next event or sweep goes on."
    return ""
