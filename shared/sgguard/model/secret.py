"""Texts that must not be shown, and where they are kept."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

Place = Literal["env", "ssm", "file"]

_NAMES: dict[Place, str] = {
    "env": r"[A-Za-z_][A-Za-z0-9_]*",
    "ssm": r"[A-Za-z0-9][A-Za-z0-9_.-]*(?:@[A-Za-z0-9][A-Za-z0-9_-]*)?",
    "file": r"/[^\s;,]+",
}


class Secret:
    """A text that must not be shown. `reveal` is the only way to it."""

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself, for the one place that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


class Reference(msgspec.Struct, frozen=True):
    """Where a secret is kept. It holds none itself, so it may be shown."""

    place: Place
    name: str
    """``env``: a variable. ``ssm``: a secret of Secrets Manager, ``name`` or ``name@version``.
    ``file``: an absolute path."""

    def __str__(self) -> str:
        return f"{self.place}:{self.name}"


def read_reference(text: str) -> Reference:
    """``env:NAME``, ``ssm:name[@version]`` or ``file:/path``.

    Raises ValueError, which does not repeat the text: it may be the secret itself, in the wrong place.
    """
    place, _, name = text.partition(":")
    for known, names in _NAMES.items():
        if place == known and re.fullmatch(names, name):
            return Reference(known, name)
    raise ValueError("is none of env:NAME, ssm:name, file:/path")
