"""Identifiers, random in looks and repeatable by seed."""

from __future__ import annotations

import random
import re
import string
import uuid

_ALPHABET = string.ascii_lowercase + string.digits


class Ids:
    """Hands out identifiers; two of the same seed hand out the same ones in the same order."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311 - looks, not secrets

    def seed(self, seed: int) -> None:
        """Start again, with that seed."""
        self._random.seed(seed)

    def fraction(self) -> float:
        """A number from 0 up to 1, for what goes by chance."""
        return self._random.random()

    def uuid(self) -> str:
        """A request id, for example ``0b1f3c8e-…``."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def resource(self, kind: str) -> str:
        """A resource id, for example ``sg-5k1ixnpo`` for kind ``sg``."""
        return f"{kind}-{''.join(self._random.choices(_ALPHABET, k=8))}"


def is_resource_id(kind: str, text: str) -> bool:
    """Whether `text` has the shape that `Ids.resource` gives to that kind."""
    return re.fullmatch(rf"{kind}-[0-9a-z]{{8}}", text) is not None
