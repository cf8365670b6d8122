"""What a call can end in besides an answer.

    ShimError
    ├── UnknownServiceError, UnknownActionError   a name that the spec does not hold
    ├── ParameterError      parameters that the API would refuse: every problem at once, nothing was sent
    ├── SettingError        endpoint, region or function settings that cannot be used
    ├── CredentialsError    no usable credentials
    ├── DeadlineError       no time left: nothing was sent
    ├── ApiError            the API answered with an error; one class a dotted code
    ├── TransportError      no answer, or none that can be read
    └── PaginationError     a listing that cannot be completed

No message holds a key, a token, a header or a URL.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import cast


class ShimError(Exception):
    """Root of everything scfshim raises on purpose."""


class UnknownServiceError(ShimError):
    """A service that the spec does not describe."""


class UnknownActionError(ShimError, AttributeError):
    """An action that the spec does not describe. An AttributeError, because it is met as a missing method."""


class SettingError(ShimError, ValueError):
    """A setting that cannot be used: endpoint, region, or a function's environment."""


class CredentialsError(ShimError):
    """Credentials are absent, incomplete or malformed."""


class DeadlineError(ShimError):
    """No time was left for a call, so it was not sent."""


class PaginationError(ShimError):
    """A listing could not be completed. What was yielded before it is not the whole."""


class ParameterError(ShimError):
    """Parameters that do not fit the action. Nothing was sent."""

    def __init__(self, action: str, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        """One sentence a problem, never only the first."""
        super().__init__("\n".join([f"{action} was not sent:", *self.problems]))


class TransportError(ShimError):
    """A call without an answer that can be read."""

    code = "TransportError"
    request_id = ""

    def __init__(self, action: str, reason: str, *, sent: bool | None) -> None:
        self.action = action
        self.sent = sent
        """False: provably never reached the server. True: the server was reached. None: cannot be told.
        Unless False, a write may have been applied."""
        consequence = "The call was not sent." if sent is False else "The call may have been applied."
        super().__init__(f"{action} got no answer: {reason}. {consequence}")


class CodeFamily(type):
    """Turns attribute access on `ApiError` into the class of a dotted code."""

    code: str

    def __getattr__(cls, part: str) -> type[ApiError]:
        if not part[:1].isupper():
            raise AttributeError(f"{cls.__name__} has no {part}; error codes start with a capital letter")
        return api_error(f"{cls.code}.{part}" if cls.code else part)


class ApiError(ShimError, metaclass=CodeFamily):
    """The API answered with an error.

    `ApiError.UnsupportedOperation.VersionMismatch` is the class of the code of that name, a subclass of
    `ApiError.UnsupportedOperation`, so a family can be caught as a whole. The vendor publishes no complete
    list of codes, so any can be spelled, and a misspelt one never matches.
    """

    code = ""

    def __init__(self, code: str, message: str, request_id: str, action: str) -> None:
        self.code = code
        self.message = message
        self.request_id = request_id
        self.action = action
        super().__init__(f"{action} was refused with {code}: {message} (request id {request_id})")


@functools.cache
def api_error(code: str) -> type[ApiError]:
    """The class for a dotted code, made on first use below the class of its family."""
    family, _, name = code.rpartition(".")
    parent = api_error(family) if family else ApiError
    body = {"__doc__": f"The API answered with {code}.", "code": code}
    return cast("type[ApiError]", CodeFamily(name, (parent,), body))
