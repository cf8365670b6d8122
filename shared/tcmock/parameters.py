"""Request parameters: decoding, and typed access once the spec has passed them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import parse_qsl

import msgspec

from tcmock.errors import APIError

T = TypeVar("T")


class Params:
    """The members of a request object that the spec has checked.

    Types are guaranteed by then, so an accessor of the wrong type is a bug of tcmock and raises as one.
    """

    __slots__ = ("_members",)

    def __init__(self, members: Mapping[str, object]) -> None:
        self._members = members

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def __bool__(self) -> bool:
        return bool(self._members)

    @property
    def names(self) -> tuple[str, ...]:
        """The members that were given."""
        return tuple(self._members)

    def text(self, name: str) -> str:
        """A string, ``""`` when absent: the API makes no difference."""
        return msgspec.convert(self._members.get(name, ""), str)

    def texts(self, name: str) -> list[str]:
        """A list of strings, empty when absent."""
        return msgspec.convert(self._members.get(name, []), list[str])

    def number(self, name: str) -> int | None:
        """An integer, or None when absent."""
        return msgspec.convert(self._members.get(name), int | None)

    def fraction(self, name: str) -> float:
        """A number that may be broken, 0 when absent."""
        return msgspec.convert(self._members.get(name, 0.0), float)

    def numbers(self, name: str) -> list[int]:
        """A list of integers, or the one that there is; empty when absent."""
        value = self._members.get(name, [])
        return msgspec.convert(value if isinstance(value, list) else [value], list[int])

    def flag(self, name: str) -> bool:
        """A boolean, False when absent."""
        return msgspec.convert(self._members.get(name, False), bool)

    def listed(self, name: str, kind: type[T]) -> list[T]:
        """A list of objects as values of a type whose members the spec knows, empty when absent."""
        return msgspec.convert(self._members.get(name, []), list[kind])  # type: ignore[valid-type]

    def child(self, name: str) -> Params:
        """An object, empty when absent."""
        return Params(msgspec.convert(self._members.get(name, {}), dict[str, object]))

    def children(self, name: str) -> list[Params]:
        """A list of objects, empty when absent."""
        return [
            Params(item) for item in msgspec.convert(self._members.get(name, []), list[dict[str, object]])
        ]


def from_json(body: bytes) -> object:
    """The JSON of a POST body; an empty body is no parameters.

    Raises:
        APIError: ``InvalidParameter`` if it is no JSON.
    """
    try:
        return msgspec.json.decode(body) if body.strip() else {}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise APIError("InvalidParameter", f"The request body is not valid JSON: {error}.") from error


def from_query(query: str) -> object:
    """The parameters of a GET: ``Filters.0.Values.0=x`` becomes nested lists and objects of strings."""
    root: dict[str, object] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        *parents, last = key.split(".")
        node = root
        for parent in parents:
            inner = node.setdefault(parent, {})
            if not isinstance(inner, dict):
                raise APIError("InvalidParameter", f"The parameter `{key}` is both a value and an object.")
            node = inner
        node[last] = value
    try:
        return _listed(root)
    except RecursionError as error:
        raise APIError("InvalidParameter", "The parameters are nested too deeply.") from error


def _listed(value: object) -> object:
    """Objects whose keys count 0, 1, 2… as lists, all the way down."""
    if not isinstance(value, dict):
        return value
    members = {key: _listed(inner) for key, inner in value.items()}
    positions = [str(position) for position in range(len(members))]
    if members and sorted(members) == sorted(positions):
        return [members[position] for position in positions]
    return members
