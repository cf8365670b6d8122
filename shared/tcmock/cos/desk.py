"""Where requests for COS are handled: who asks, what befalls them, what comes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from tcmock.cos.face import Visit, admitted, answer, error_answer, executed
from tcmock.errors import APIError, TransportError
from tcmock.faults import Faults
from tcmock.faults.call import Target, World
from tcmock.faults.schedule import Plight
from tcmock.gateway import HOME_REGION
from tcmock.ground import Ground
from tcmock.wire import Request, Response


class Log(Protocol):
    """Keeps what was asked."""

    def __call__(
        self, name: str, region: str, given: Mapping[str, object], code: str, request_id: str
    ) -> None:
        """One request: operation, region, bucket and key, error code or ``""``, request id."""


class Desk:
    """Answers requests for COS.

    `works` tells whether a running function works with a key; `max_skew` is None where signatures have no
    age.
    """

    def __init__(
        self, ground: Ground, faults: Faults, log: Log, works: Callable[[str], bool], max_skew: float | None
    ) -> None:
        self._works = works
        self._ground = ground
        self._faults = faults
        self._log = log
        self._max_skew = max_skew

    def handle(self, request: Request, world: World | None) -> Response:
        """Answer one request; without a world no fault befalls it. Raises TransportError."""
        ground = self._ground
        ageless = ground.clock.virtual or self._max_skew is None
        with ground.lock:
            request_id = ground.ids.uuid()
            try:
                visit = admitted(
                    request, ground.accounts(), ground.clock.now(), ageless=ageless, home=HOME_REGION
                )
            except APIError as error:
                self._log(request.method, "", {}, error.code, request_id)
                return error_answer(request, error, request_id)
        target = _target(visit, by_function=self._works(visit.key.secret_id))
        if world is None:
            return self._done(request, visit, Plight(target), request_id)
        plight = self._faults.plight(target)
        plight.suffer(world)
        response = self._done(request, visit, plight, request_id)
        plight.effect.after(world, plight.target)
        return msgspec.structs.replace(response, delay=plight.latency.seconds)

    def _done(self, request: Request, visit: Visit, plight: Plight, request_id: str) -> Response:
        """The answer; the log is written either way."""
        code = ""
        with self._ground.lock:
            try:
                response = plight.effect.instead(plight.target)
                if response is None:
                    return answer(request, executed(visit), request_id)
                code = plight.effect.name
            except APIError as error:
                code = error.code
                return error_answer(request, error, request_id)
            except TransportError:
                code = plight.effect.name
                raise
            finally:
                self._log(visit.name, visit.asked.region, _given(visit), code, request_id)
        return response


def _given(visit: Visit) -> Mapping[str, object]:
    place = visit.asked.place
    return {"Bucket": place.bucket, "Key": place.key, **visit.asked.query}


def _target(visit: Visit, *, by_function: bool) -> Target:
    return Target(
        product="cos",
        action=visit.name,
        region=visit.asked.region,
        given=_given(visit),
        permission=f"cos:{visit.name}",
        reads=not visit.writes,
        owner=visit.asked.account.keys[0],
        caller=visit.key,
        by_function=by_function,
    )
