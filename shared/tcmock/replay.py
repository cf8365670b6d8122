"""Recorded requests, signed anew and made again: on a cloud, or at an endpoint.

`python -m tcmock.replay FILE --endpoint URL` writes one JSON line a request and says by its exit code whether
any ended otherwise than when it was recorded.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from tcmock.account import Key
from tcmock.clock import Clock
from tcmock.cloud import Cloud
from tcmock.errors import TransportError
from tcmock.recorder import Recorded, RecordingError, read_recording
from tcmock.wire import Request, Response, is_tencent_cloud

SILENCE = "no-answer"
"""Stands for the error code of a call that got no answer."""
DIFFERS = 3
"""Exit code, as sgguard's: something was found."""

_TIMEOUT = 60.0
_VARIABLES = ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY")
"""As the SDK calls them."""


class Replayed(msgspec.Struct, frozen=True):
    """What became of one recorded request."""

    action: str
    recorded: str
    """The error code then, ``""`` for success."""
    code: str
    """The error code now; `SILENCE`, or ``http-502`` and the like, if the API did not answer."""


class _Error(msgspec.Struct, frozen=True, rename="pascal"):
    code: str


class _Inner(msgspec.Struct, rename="pascal"):
    error: _Error = _Error("")


class _Outer(msgspec.Struct, rename="pascal"):
    response: _Inner


def replay(recording: Iterable[Recorded], cloud: Cloud, keys: Sequence[Key] = ()) -> Iterator[Replayed]:
    """Make the calls on a cloud, in order and without pauses; a frozen clock advances as it did then.

    Args:
        recording: of `read_recording`, or `cloud.recorder.lines()`.
        cloud: in the state in which the recording began, if the answers are to agree.
        keys: in the order in which those of the recording were first used; what others did is signed with the
            last one. Without any, the cloud's first key.
    """

    def wait(seconds: float) -> None:
        if cloud.clock.frozen:
            cloud.clock.advance(seconds)

    yield from _replayed(recording, keys or [cloud.credentials], cloud.handle, cloud.clock, wait)


def replay_at(
    endpoint: str, recording: Iterable[Recorded], keys: Sequence[Key], *, pace: float = 0.0
) -> Iterator[Replayed]:
    """Make the calls at an emulator's endpoint, such as ``http://127.0.0.1:8801``.

    Args:
        endpoint: with its scheme.
        recording: as for `replay`.
        keys: as for `replay`, but one at least.
        pace: 1 keeps the pauses of the recording, 0 leaves them out.

    Raises:
        ValueError: it is Tencent Cloud itself, where recorded writes would be real ones.
    """
    host = urlsplit(endpoint).netloc
    if is_tencent_cloud(host):
        raise ValueError(f"{host} is no emulator: what was recorded would happen to a real account")

    def wait(seconds: float) -> None:
        time.sleep(seconds * pace)

    def send(request: Request) -> Response:
        return _sent(endpoint, request)

    yield from _replayed(recording, keys, send, Clock(), wait, host)


def main(arguments: list[str] | None = None) -> int:
    """Replay a file at an endpoint with the keys of the SDK's environment variables."""
    parser = argparse.ArgumentParser(
        prog="python -m tcmock.replay",
        description=f"Makes recorded calls again, signed with {' and '.join(_VARIABLES)}. "
        f"Exit code {DIFFERS} says that one ended otherwise than when it was recorded.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="recording of tcmock, JSON Lines")
    parser.add_argument("--endpoint", required=True, metavar="URL", help="emulator to call")
    parser.add_argument("--pace", type=float, default=0.0, help="1 keeps the recorded pauses (default: none)")
    options = parser.parse_args(arguments)
    secret_id, secret_key = (os.environ.get(name, "") for name in _VARIABLES)
    if not secret_id or not secret_key:
        parser.error(f"set {' and '.join(_VARIABLES)}: the requests are signed anew")
    key = Key(secret_id=secret_id, secret_key=secret_key)
    differs = False
    try:
        with options.file.open("rb") as lines:
            for made in replay_at(options.endpoint, read_recording(lines), [key], pace=options.pace):
                sys.stdout.write(msgspec.json.encode(made).decode() + "\n")
                differs |= made.code != made.recorded
    except RecordingError as error:
        parser.error(f"{options.file}, {error}")
    except (OSError, ValueError) as error:
        parser.error(str(error))
    return DIFFERS if differs else 0


def _replayed(
    recording: Iterable[Recorded],
    keys: Sequence[Key],
    send: Callable[[Request], Response],
    clock: Clock,
    wait: Callable[[float], None],
    host: str = "",
) -> Iterator[Replayed]:
    before = 0.0
    for line in recording:
        wait(max(line.at - before, 0.0))
        before = line.at
        request = line.signed(keys[min(line.key, len(keys) - 1)], now=clock.now(), host=host)
        try:
            code = _code(send(request))
        except TransportError:
            code = SILENCE
        yield Replayed(line.action, line.code, code)


def _code(response: Response) -> str:
    """The error code of an answer, ``""`` for success."""
    if response.status != 200:  # noqa: PLR2004 - the API's only status
        return f"http-{response.status}"
    return msgspec.json.decode(response.body, type=_Outer).response.error.code


def _sent(endpoint: str, request: Request) -> Response:
    """The answer over HTTP. Raises TransportError."""
    import requests

    url = f"{endpoint}/?{request.query}" if request.query else endpoint
    headers = dict(request.headers)
    try:
        with requests.request(
            request.method, url, data=request.body, headers=headers, timeout=_TIMEOUT
        ) as answer:
            return Response(answer.status_code, answer.headers, answer.content)
    except requests.ConnectionError as error:
        raise TransportError(f"{endpoint}: {error}") from error


if __name__ == "__main__":
    sys.exit(main())
