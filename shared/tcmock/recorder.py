"""Requests kept as JSON Lines, without whatever proves who made them."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import parse_qsl, urlencode

import msgspec

from tcmock import signature
from tcmock.clock import Clock
from tcmock.errors import APIError
from tcmock.operation import Operation
from tcmock.parameters import from_json
from tcmock.wire import Request

_SECRET = ("secret", "token", "password", "credential")
_STRIPPED = "stripped"


class Recorded(Operation, frozen=True, kw_only=True):
    """One line of a recording: an operation, when it was made, by which key, and how it ended."""

    at: float
    """Seconds since the recording began, on the cloud's clock."""
    key: int
    """Which of the keys that were used it was signed with: 0 is the first one that was seen."""
    code: str = ""
    """The error code it was answered with, ``""`` for success."""


class RecordingError(ValueError):
    """A line that is no recorded request."""


class Recorder:
    """Keeps the requests that could be made again, while it is on.

    Those without a TC3 signature or with a body that is no JSON object are left out. Signatures, tokens and
    SecretIds are not kept, and parameters whose names speak of secrets read ``stripped``.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._began: float | None = None
        self._lines: list[Recorded] = []
        self._keys: list[str] = []

    @property
    def on(self) -> bool:
        """Whether it is recording."""
        return self._began is not None

    def start(self) -> None:
        """Begin anew; what was recorded before is forgotten."""
        with self._lock:
            self._began = self._clock.now()
            self._lines.clear()
            self._keys.clear()

    def stop(self) -> None:
        """Record no more. What was recorded stays."""
        with self._lock:
            self._began = None

    def clear(self) -> None:
        """Stop, and forget what was recorded."""
        with self._lock:
            self._began = None
            self._lines.clear()

    def note(self, request: Request, code: str) -> None:
        """Keep a request that was answered, if it can be made again."""
        with self._lock:
            if self._began is None:
                return
            line = self._line(request, code, round(self._clock.now() - self._began, 6))
            if line:
                self._lines.append(line)

    def lines(self) -> list[Recorded]:
        """What was recorded, oldest first."""
        with self._lock:
            return list(self._lines)

    def text(self) -> bytes:
        """What was recorded, as JSON Lines."""
        return b"".join(msgspec.json.encode(line) + b"\n" for line in self.lines())

    def _line(self, request: Request, code: str, at: float) -> Recorded | None:
        """What is kept of a request; None if it could not be made again."""
        reads = request.method == "GET"
        try:
            claim = signature.parse(request.header("Authorization"))
            members = {} if reads else msgspec.convert(from_json(request.body), dict[str, object])
            params = _without_secrets(members)
        except (APIError, msgspec.ValidationError, RecursionError):
            return None
        if claim.secret_id not in self._keys:
            self._keys.append(claim.secret_id)
        return Recorded(
            at=at,
            key=self._keys.index(claim.secret_id),
            code=code,
            service=claim.service,
            version=request.header("X-TC-Version"),
            action=request.header("X-TC-Action"),
            region=request.header("X-TC-Region"),
            params=params,
            query=_query_without_secrets(request.query) if reads else None,
        )


def read_recording(text: Iterable[bytes]) -> Iterator[Recorded]:
    """The lines of a recording, as they are read; empty ones are skipped.

    Raises:
        RecordingError: a line is not one of a recording; it is named by its number.
    """
    for number, line in enumerate(text, start=1):
        if line.strip():
            try:
                yield msgspec.json.decode(line, type=Recorded)
            except msgspec.DecodeError as error:
                raise RecordingError(f"line {number}: {error}") from error


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in _SECRET)


def _without_secrets(members: Mapping[str, object]) -> dict[str, object]:
    return {name: _STRIPPED if _is_secret(name) else _inside(value) for name, value in members.items()}


def _inside(value: object) -> object:
    if isinstance(value, dict):
        return _without_secrets(value)
    return [_inside(item) for item in value] if isinstance(value, list) else value


def _query_without_secrets(query: str) -> str:
    members = parse_qsl(query, keep_blank_values=True)
    return urlencode([(name, _STRIPPED if _is_secret(name) else value) for name, value in members])
