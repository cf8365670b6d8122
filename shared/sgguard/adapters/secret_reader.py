"""Reads secrets where they are kept, when they are needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from scfshim import Session, ShimError
from sgguard.errors import GuardError
from sgguard.model.secret import Reference, Secret

_LARGEST = 65_536
_CURRENT = "SSM_Current"
_FRESH = 300.0
"""Seconds that an answer of Secrets Manager is used for: a rotated secret is known soon after."""


class SecretError(GuardError):
    """A secret could not be read. Names where it is kept, never what it is."""


class SecretReader:
    """Callable with a reference. Raises SecretError."""

    def __init__(
        self, environment: Mapping[str, str], session: Callable[[], Session], clock: Callable[[], float]
    ) -> None:
        self._environment = environment
        self._session = session
        self._clock = clock
        self._kept: dict[Reference, tuple[float, Secret]] = {}

    def __call__(self, reference: Reference) -> Secret:
        """The secret itself."""
        if reference.place == "env":
            value = self._environment.get(reference.name, "")
        elif reference.place == "file":
            value = _in_file(reference)
        else:
            return self._managed(reference)
        return _stripped(reference, value)

    def _managed(self, reference: Reference) -> Secret:
        kept = self._kept.get(reference)
        if kept is None or self._clock() - kept[0] >= _FRESH:
            kept = self._clock(), _stripped(reference, self._asked(reference))
            self._kept[reference] = kept
        return kept[1]

    def _asked(self, reference: Reference) -> str:
        """https://www.tencentcloud.com/document/product/1078/38649."""
        name, _, version = reference.name.partition("@")
        try:
            client = self._session().client("ssm")
            answer = client.get_secret_value(SecretName=name, VersionId=version or _CURRENT)
        except ShimError as error:
            # The error's text is the cloud's; its type says enough, and can hold nothing.
            raise SecretError(
                f"{reference} could not be read: {getattr(error, 'code', '') or type(error).__name__}",
                next_step=f"Allow ssm:GetSecretValue on {name}, and check its name, version and region.",
            ) from None
        return str(answer.get("SecretString") or "")


def _in_file(reference: Reference) -> str:
    try:
        with Path(reference.name).open(encoding="utf-8") as file:
            return file.read(_LARGEST)
    except (OSError, UnicodeDecodeError) as error:
        raise SecretError(
            f"{reference} could not be read: {type(error).__name__}",
            next_step="Check that the file is there and readable.",
        ) from None


def _stripped(reference: Reference, value: str) -> Secret:
    if not value.strip():
        raise SecretError(f"{reference} holds nothing", next_step=f"Set {reference.name}.")
    return Secret(value.strip())
