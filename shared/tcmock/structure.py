"""Mappings written by a person -> values, with the place of every mistake."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Container, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

import msgspec

from tcmock.errors import APIError, StateError
from tcmock.ids import is_resource_id

T = TypeVar("T")
Fields = Mapping[str, object]


def converted(fields: object, kind: type[T]) -> T:
    """`fields` as a value of that type.

    Raises:
        StateError: a member is unknown, missing or of the wrong type.
    """
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `$")
        raise StateError(path.rstrip("`").lstrip("."), what) from error


def check_known(fields: Fields, names: Collection[str]) -> None:
    """Refuse a member of another name."""
    for name in fields:
        if name not in names:
            raise StateError(name, f"is unknown; known are {', '.join(names)}")


@contextmanager
def under(path: str) -> Iterator[None]:
    """Say where the problem inside was found."""
    try:
        yield
    except StateError as error:
        raise error.under(path) from error.__cause__


@contextmanager
def as_in_calls(path: str = "") -> Iterator[None]:
    """A rule of the API that is broken inside, as what is wrong with a place in the document."""
    try:
        yield
    except APIError as error:
        raise StateError(path, str(error)) from error


def text(fields: Fields, name: str) -> str:
    """A string member that must be there."""
    if name not in fields:
        raise StateError(name, "is missing and has no default")
    value = fields[name]
    if not isinstance(value, str):
        raise StateError(name, f"Expected `str`, got `{type(value).__name__}`")
    return value


def network(fields: Fields, name: str) -> ipaddress.IPv4Network:
    """A CIDR member that must be there, without host bits."""
    written = text(fields, name)
    try:
        return ipaddress.IPv4Network(written)
    except ValueError as error:
        raise StateError(name, f"{error}. Write a network like 10.0.0.0/16") from error


def check_new_id(name: str, kind: str, value: str, taken: Container[str]) -> None:
    """Refuse an id of the wrong shape or one that the region has already."""
    if not is_resource_id(kind, value):
        raise StateError(name, f"`{value}` is no id: write `{kind}-` and eight lower-case letters or digits")
    check_unique(name, value, taken)


def check_unique(name: str, value: str, taken: Container[str]) -> None:
    """Refuse an id that is in use."""
    if value in taken:
        raise StateError(name, f"`{value}` is there already")


def check_reference(name: str, value: str, known: Container[str], where: str) -> None:
    """Refuse to point at something that the region has not."""
    if value not in known:
        raise StateError(name, f"`{value}` does not exist in this region. Add it to `{where}` first")
