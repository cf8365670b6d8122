"""Keys of a role in another account."""

from __future__ import annotations

import threading
from collections.abc import Callable

import msgspec

from scfshim import Credentials, Session
from sgguard.adapters.tencent.errors import reading
from sgguard.errors import GatherError

_SECONDS = 7200
"""https://www.tencentcloud.com/document/product/1150/49456: default of DurationSeconds."""
_EARLY = 300.0
"""Seconds before their end at which keys are replaced."""


class _Keys(msgspec.Struct, frozen=True, rename="pascal"):
    token: str
    tmp_secret_id: str
    tmp_secret_key: str


class _Answer(msgspec.Struct, frozen=True, rename="pascal"):
    credentials: _Keys
    expired_time: int
    """Epoch seconds."""


class AssumedRole:
    """A credential provider: asked before every attempt, it calls sts:AssumeRole when its keys run out.

    The vendor's own provider cannot do it: it drops the session token, so it cannot start from the temporary
    keys that SCF gives a function. Safe to share between threads.
    """

    def __init__(self, session: Session, arn: str, name: str, clock: Callable[[], float]) -> None:
        """`session` signs with the own account's keys; `name` is the role session's, seen in CloudAudit."""
        self._session = session
        self._arn = arn
        self._name = name
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: tuple[Credentials, float] | None = None

    def __call__(self) -> Credentials:
        """Keys that hold for another few minutes at least. Raises GatherError."""
        with self._lock:
            if self._keys is None or self._clock() > self._keys[1] - _EARLY:
                self._keys = self._assumed()
            return self._keys[0]

    def _assumed(self) -> tuple[Credentials, float]:
        what = f"The role {self._arn} could not be assumed"
        with reading(what):
            answer = self._session.client("sts").assume_role(
                RoleArn=self._arn, RoleSessionName=self._name, DurationSeconds=_SECONDS
            )
        try:
            found = msgspec.convert(answer, _Answer)
        except msgspec.ValidationError as error:
            raise GatherError(f"{what}: AssumeRole gave an answer of another shape.") from error
        keys = found.credentials
        return Credentials(keys.tmp_secret_id, keys.tmp_secret_key, keys.token), float(found.expired_time)
