"""What a client gets instead of its answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, ClassVar, Literal

import msgspec

from tcmock.errors import APIError, TransportError
from tcmock.faults.call import CallEffect, Target, World
from tcmock.faults.effect import Count
from tcmock.invocation import Answer
from tcmock.wire import Response


class ResetError(TransportError):
    """The connection was torn down, not merely closed."""


class ErrorCode(CallEffect, frozen=True, tag="error"):
    """An error of the API; nothing is executed."""

    code: Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Za-z0-9]*(\.[A-Za-z0-9]+)*$")]
    message: str = "A fault injected into tcmock."

    @property
    def name(self) -> str:
        """The code."""
        return self.code

    def instead(self, call: Target) -> Response | None:
        """Raise it."""
        del call
        raise APIError(self.code, self.message)


class Throttle(CallEffect, frozen=True, tag="throttle"):
    """``RequestLimitExceeded``: nothing was executed, and there is no word of when to try again.

    https://www.tencentcloud.com/document/product/213/31576
    """

    def instead(self, call: Target) -> Response | None:
        """Raise it."""
        raise APIError(
            "RequestLimitExceeded", f"Your current request times of `{call.action}` exceed the limit."
        )


class Unauthorized(CallEffect, frozen=True, tag="unauthorized"):
    """A permission that was taken away; the message names the action, as CAM's does."""

    def instead(self, call: Target) -> Response | None:
        """Raise it."""
        raise APIError(
            "UnauthorizedOperation",
            f"you are not authorized to perform operation ({call.permission})\n"
            "resource (*) has no permission",
        )


class HttpStatus(CallEffect, frozen=True, tag="http-status"):
    """A server error in front of the API, which itself answers with status 200 always."""

    status: Annotated[int, msgspec.Meta(ge=500, le=511)] = HTTPStatus.BAD_GATEWAY.value

    def instead(self, call: Target) -> Response | None:
        """A page that is no JSON."""
        del call
        page = f"<html><body><h1>{self.status}</h1></body></html>\n"
        return Response(self.status, {"Content-Type": "text/html"}, page.encode())


class ResetConnection(CallEffect, frozen=True, tag="reset"):
    """The connection is torn down; nothing is executed, and the client cannot tell."""

    def instead(self, call: Target) -> Response | None:
        """Raise it."""
        raise ResetError(f"tcmock reset the connection before {call.action}")


class LostAnswer(CallEffect, frozen=True, tag="lost-answer"):
    """The call is executed, then the connection closes without a word."""

    def after(self, world: World, call: Target) -> None:
        """Raise it."""
        del world
        raise TransportError(f"tcmock dropped the answer to {call.action}")


class StoreDown(CallEffect, frozen=True, tag="store-down"):
    """The object store answers nothing but ``ServiceUnavailable``, with status 503; calls of others pass."""

    def suits(self, call: Target) -> bool:
        """Requests for cos alone."""
        return call.product == "cos"

    def instead(self, call: Target) -> Response | None:
        """Raise it."""
        del call
        raise APIError("ServiceUnavailable", "Please try again later.")


class FunctionCrash(CallEffect, frozen=True, tag="function-crash"):
    """The process of the function that makes the call is killed, before or after the call is executed.

    Calls that no running function makes pass, and are not counted.
    """

    when: Literal["before", "after"] = "before"

    def suits(self, call: Target) -> bool:
        """Calls of functions alone."""
        return call.by_function

    def before(self, world: World, call: Target) -> None:
        """Kill it."""
        if self.when == "before":
            self._crash(world, call)

    def after(self, world: World, call: Target) -> None:
        """Kill it."""
        if self.when == "after":
            self._crash(world, call)

    def _crash(self, world: World, call: Target) -> None:
        world.crash(call.caller.secret_id)
        raise TransportError(f"tcmock killed the function that called {call.action}")


class Stale(CallEffect, frozen=True, tag="stale"):
    """A read is answered from the state before the last `writes` writes.

    The cloud keeps those states from when the fault is added. While there is none, nothing happens.
    """

    tentative: ClassVar[bool] = True
    writes: Count = 1

    @property
    def age(self) -> int:
        """As many as that."""
        return self.writes


class PartialPage(CallEffect, frozen=True, tag="partial-page"):
    """A list ends after `keep` members although `TotalCount` says that there are more.

    Nothing happens to an answer whose lists are no longer than that.
    """

    tentative: ClassVar[bool] = True
    keep: Annotated[int, msgspec.Meta(ge=0)] = 1

    def altered(self, answer: Answer) -> Answer:
        """The answer with its first long list cut."""
        for name, value in answer.items():
            if isinstance(value, list) and len(value) > self.keep:
                return {**answer, name: value[: self.keep]}
        return answer
