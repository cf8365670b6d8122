"""What vpc answers again and again.

Codes: the pages of its actions, for example https://www.tencentcloud.com/document/product/215/15807.
"""

from __future__ import annotations

from tcmock.errors import APIError

BAD_FILTER = "InvalidParameter.FilterInvalidKey"
BAD_RANGE = "InvalidParameterValue.Range"
MISSING = "ResourceNotFound"
BOTH = "InvalidParameter.Coexist"
"""Ids and filters in one request."""


def malformed(name: str, text: str) -> APIError:
    """A member that is not written as it must be."""
    return APIError("InvalidParameterValue.Malformed", f"The format of `{name}` is invalid: `{text}`.")


def out_of_range(name: str, text: str, rule: str) -> APIError:
    """A member with a value that does not exist."""
    return APIError(BAD_RANGE, f"`{name}` is `{text}`; {rule}.")


def empty(name: str) -> APIError:
    """A member that the rules need and the request leaves out."""
    return APIError("InvalidParameterValue.Empty", f"The parameter `{name}` is missing.")


def duplicate(what: str) -> APIError:
    """Something that is there already, or named twice."""
    return APIError("InvalidParameterValue.Duplicate", f"{what} is given twice.")


def too_long(name: str, characters: int) -> APIError:
    """A text beyond its limit."""
    return APIError("InvalidParameterValue.TooLong", f"`{name}` may have {characters} characters.")


def coexist(names: str) -> APIError:
    """Members that exclude each other."""
    return APIError(
        BOTH,
        f"The request does not support passing in the parameters `{names}` at the same time.",
    )


def not_found(what: str) -> APIError:
    """Something that the region has not."""
    return APIError(MISSING, f"The resource {what} does not exist.")


def over_quota(rule: str) -> APIError:
    """More than the vendor sells."""
    return APIError("LimitExceeded", f"{rule}.")
