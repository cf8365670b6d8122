"""The vendor's description of its API, and requests checked against it.

`spec.json` comes from ``tools/derive_spec.py``. A member reads ``"Limit": "int"``; ``!`` marks it required,
``[…]`` a list, and any other name an object described beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import msgspec

from tcmock.errors import APIError

Members = Mapping[str, str]

_DIGITS = re.compile(r"-?\d{1,19}")
_FRACTION = re.compile(r"-?\d{1,19}(\.\d{1,19})?")
_BOOLEANS = {"true": True, "false": False}
_SCALARS: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "int": int,
    "float": (int, float),
    "bool": bool,
}


class Action(msgspec.Struct, frozen=True):
    """Parameters and answer of one action: names to kinds."""

    input: dict[str, str]
    output: dict[str, str]


class Version(msgspec.Struct, frozen=True):
    """One version of one product."""

    version: str
    actions: dict[str, Action]
    """What tcmock emulates."""
    objects: dict[str, dict[str, str]]
    others: list[str]
    """Actions that exist and that tcmock does not emulate."""


@cache
def products() -> Mapping[str, Mapping[str, Version]]:
    """The versions of every product that tcmock knows, by the short name that starts its host name."""
    text = Path(__file__).with_name("spec.json").read_bytes()
    listed = msgspec.json.decode(text, type=dict[str, list[Version]])
    return {name: {part.version: part for part in versions} for name, versions in listed.items()}


def checked_request(described: Version, action: str, value: object) -> dict[str, object]:
    """The parameters of a call, with integers as integers and booleans as booleans.

    Raises:
        APIError: ``UnknownParameter``, ``MissingParameter`` or ``InvalidParameter``, naming the member.
    """
    return _Checker(described.objects).members(described.actions[action].input, value, "")


class _Checker:
    """Walks a value along its description."""

    def __init__(self, objects: Mapping[str, Members]) -> None:
        self._objects = objects

    def members(self, described: Members, value: object, path: str) -> dict[str, object]:
        if not isinstance(value, dict):
            raise _wrong_type(path)
        prefix = f"{path}." if path else ""
        for name in value:
            if name not in described:
                raise _unknown(name, described, prefix)
        for name, kind in described.items():
            if kind.endswith("!") and name not in value:
                raise APIError(
                    "MissingParameter", f"The request is missing a required parameter `{prefix}{name}`."
                )
        return {
            name: self._value(described[name].rstrip("!"), item, prefix + name)
            for name, item in value.items()
        }

    def _value(self, kind: str, value: object, path: str) -> object:
        if kind.startswith("["):
            if not isinstance(value, list):
                raise _wrong_type(path)
            return [self._value(kind[1:-1], item, f"{path}.{index}") for index, item in enumerate(value)]
        if kind in self._objects:
            return self.members(self._objects[kind], value, path)
        return _scalar(kind, value, path)


def _scalar(kind: str, value: object, path: str) -> object:
    """A plain value. The vendor's own examples send ``"PolicyIndex": "1"`` and ``"Primary": "true"``."""
    if isinstance(value, _SCALARS[kind]) and isinstance(value, bool) is (kind == "bool"):
        return value
    if kind == "int" and isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    if kind == "float" and isinstance(value, str) and _FRACTION.fullmatch(value):
        return float(value)
    if kind == "bool" and isinstance(value, str) and value.lower() in _BOOLEANS:
        return _BOOLEANS[value.lower()]
    raise _wrong_type(path)


def _unknown(name: str, described: Members, prefix: str) -> APIError:
    """Within objects the vendor guesses what was meant, if something sounds like it."""
    what = f"The parameter `{prefix}{name}` is not recognized"
    guess = get_close_matches(name, described, 1)
    if prefix and guess:
        return APIError("UnknownParameter.WithGuess", f"{what}. Did you mean `{prefix}{guess[0]}`?")
    return APIError("UnknownParameter", f"{what}.")


def _wrong_type(path: str) -> APIError:
    what = f"parameter `{path}`" if path else "request body"
    return APIError("InvalidParameter", f"The value type of the {what} is incorrect.")
