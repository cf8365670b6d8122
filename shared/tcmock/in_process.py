"""The face for tests: calls to Tencent Cloud never leave the process."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import wraps
from math import inf
from types import TracebackType
from typing import TYPE_CHECKING, ParamSpec, TypeVar, overload
from unittest.mock import patch
from urllib.parse import unquote, urlsplit

from tcmock.cloud import Cloud
from tcmock.errors import TransportError
from tcmock.wire import DOMAIN, Request

if TYPE_CHECKING:
    from requests import PreparedRequest

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound=type)

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_TENCENT_CLOUD = re.compile(rf"https?://{DOMAIN}(:\d+)?(/|\?|$)", re.IGNORECASE)
_ANYTHING = re.compile("")

_Answer = tuple[int, Mapping[str, str], bytes]


class MockTencentCloud:
    """Answers every request to Tencent Cloud, its API and COS, from a cloud; other hosts are left alone.

    Works on clients that send with `requests`, in every thread. While it is active, the credential variables
    of the SDK and of SCF name a key of the cloud. May be nested: the innermost one answers.
    """

    def __init__(self, cloud: Cloud | None = None) -> None:
        self._cloud = cloud
        self._active: list[ExitStack] = []

    def __enter__(self) -> Cloud:
        from requests.adapters import HTTPAdapter
        from responses import RequestsMock

        cloud = self._cloud or Cloud()
        intercept = RequestsMock(
            assert_all_requests_are_fired=False,
            real_adapter_send=HTTPAdapter.send,  # as it is now: an outer mock keeps its own hosts
        )
        intercept.add_passthru(_ANYTHING)
        for method in _METHODS:
            intercept.add_callback(method, _TENCENT_CLOUD, _responder(cloud))
        with ExitStack() as stack:
            stack.enter_context(patch.dict(os.environ, _environment(cloud)))
            stack.enter_context(intercept)
            if self._cloud is None:
                stack.callback(cloud.close)
            self._active.append(stack.pop_all())
        return cloud

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._active.pop().__exit__(kind, error, trace)

    def decorated(self, function: Callable[P, R]) -> Callable[P, R]:
        """The function, with the mock around every call; without a given cloud every call gets a new one.

        Raises:
            TypeError: it is a generator or a coroutine function, whose body would run outside.
        """
        if inspect.isgeneratorfunction(function) or inspect.iscoroutinefunction(function):
            raise TypeError(
                f"{function.__qualname__}: use `with mock_tencentcloud():` inside a generator or coroutine"
            )

        @wraps(function)
        def inner(*args: P.args, **kwargs: P.kwargs) -> R:
            with MockTencentCloud(self._cloud):
                return function(*args, **kwargs)

        return inner

    @overload
    def __call__(self, target: C) -> C: ...
    @overload
    def __call__(self, target: Callable[P, R]) -> Callable[P, R]: ...
    def __call__(self, target: object) -> object:
        """Decorate a function, or every method of a class whose name starts with ``test``."""
        if not isinstance(target, type):
            return self.decorated(_function(target))
        for name, member in list(vars(target).items()):
            if name.startswith("test") and inspect.isfunction(member):
                setattr(target, name, self.decorated(member))
        return target


@overload
def mock_tencentcloud(target: Cloud | None = None) -> MockTencentCloud: ...
@overload
def mock_tencentcloud(target: C) -> C: ...
@overload
def mock_tencentcloud(target: Callable[P, R]) -> Callable[P, R]: ...
def mock_tencentcloud(target: object = None) -> object:
    """Tencent Cloud for the length of a `with` block, a function, or each test of a class.

    ``with mock_tencentcloud() as cloud:``, ``@mock_tencentcloud``, and either with a cloud that was made
    before: ``mock_tencentcloud(cloud)``.
    """
    if target is None or isinstance(target, Cloud):
        return MockTencentCloud(target)
    return MockTencentCloud()(_function(target))


def _function(target: object) -> Callable[..., object]:
    if not callable(target):
        raise TypeError(
            f"mock_tencentcloud takes a Cloud, a function or a class, not {type(target).__name__}"
        )
    return target


def _environment(cloud: Cloud) -> dict[str, str]:
    """The names that SCF sets and those that the SDK reads, which differ."""
    key = cloud.credentials
    return {
        "TENCENTCLOUD_SECRETID": key.secret_id,
        "TENCENTCLOUD_SECRETKEY": key.secret_key,
        "TENCENTCLOUD_SESSIONTOKEN": key.token,
        "TENCENTCLOUD_SECRET_ID": key.secret_id,
        "TENCENTCLOUD_SECRET_KEY": key.secret_key,
    }


def _responder(cloud: Cloud) -> Callable[[PreparedRequest], _Answer | Exception]:
    def respond(prepared: PreparedRequest) -> _Answer | Exception:
        import requests

        try:
            response = cloud.handle(_request(prepared))
        except TransportError as error:
            return requests.ConnectionError(str(error), request=prepared)
        if response.delay > _patience(prepared):
            return requests.ReadTimeout(f"no answer in {_patience(prepared):g} seconds", request=prepared)
        return response.status, dict(response.headers), response.body

    return respond


def _patience(prepared: PreparedRequest) -> float:
    """How many seconds the client waits for an answer; `responses` leaves its arguments with the request."""
    timeout = getattr(prepared, "req_kwargs", {}).get("timeout")
    read = timeout[1] if isinstance(timeout, tuple) else timeout
    return float(read) if isinstance(read, int | float) else inf


def _request(prepared: PreparedRequest) -> Request:
    url = urlsplit(str(prepared.url))
    host = {} if "Host" in prepared.headers else {"Host": url.netloc}
    body = prepared.body or b""
    return Request(
        method=str(prepared.method),
        path=unquote(url.path),
        query=url.query,
        headers={**{name: _text(value) for name, value in prepared.headers.items()}, **host},
        body=body.encode() if isinstance(body, str) else bytes(body),
    )


def _text(value: str | bytes) -> str:
    """A header: some clients hand them over encoded."""
    return value if isinstance(value, str) else value.decode("latin-1")
