"""The language in which a rule says which events it is for.

https://www.tencentcloud.com/document/product/1108/42290. Every key must be there at the same depth; of the
values in a list any one will do, and they are compared exactly: case counts, and null is not ``""``.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping

import msgspec

from tcmock.errors import APIError

Test = Callable[[object], bool]
"""Whether the value of a key passes."""
_SCALARS = (str, int, float, bool, type(None))


class Pattern(msgspec.Struct, frozen=True):
    """A pattern that can be one."""

    text: str
    """As it was written."""
    members: Mapping[str, object]

    def matches(self, event: Mapping[str, object]) -> bool:
        """Whether an event, as a target would receive it, passes."""
        return _object(self.members)(event)


def parse(text: str, code: str = "InvalidParameterValue.EventPattern") -> Pattern:
    """Read a pattern.

    Raises:
        APIError: `code`, naming the place of the first mistake.
    """
    try:
        members = msgspec.json.decode(text, type=dict[str, object])
        _object(members)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise APIError(code, f"The event pattern is wrong: {error}.") from error
    return Pattern(text, members)


def _object(members: Mapping[str, object], path: str = "") -> Test:
    tests = {name: _value(given, f"{path}.{name}".lstrip(".")) for name, given in members.items()}

    def test(value: object) -> bool:
        return isinstance(value, dict) and all(
            name in value and passes(value[name]) for name, passes in tests.items()
        )

    return test


def _value(given: object, path: str) -> Test:
    if isinstance(given, dict):
        return _object(given, path)
    if not isinstance(given, list):
        return _equal(given)
    if not given:
        raise ValueError(f"the list at `{path}` is empty and could never match")
    tests = [_operator(item, path) if isinstance(item, dict) else _scalar(item, path) for item in given]
    return lambda value: any(passes(value) for passes in tests)


def _scalar(given: object, path: str) -> Test:
    if not isinstance(given, _SCALARS):
        raise ValueError(f"the list at `{path}` holds a list; write values or operators")  # noqa: TRY004 - of a text
    return _equal(given)


def _equal(given: object) -> Test:
    """True is no 1."""
    return lambda value: value == given and isinstance(value, bool) is isinstance(given, bool)


def _operator(given: Mapping[str, object], path: str) -> Test:
    if len(given) != 1 or not given.keys() <= _OPERATORS.keys():
        raise ValueError(f"`{path}` takes one operator at a time, of {', '.join(_OPERATORS)}")
    ((name, operand),) = given.items()
    return _OPERATORS[name](operand, f"{path}.{name}")


def _prefix(operand: object, path: str) -> Test:
    start = _text(operand, path)
    return lambda value: isinstance(value, str) and value.startswith(start)


def _suffix(operand: object, path: str) -> Test:
    end = _text(operand, path)
    return lambda value: isinstance(value, str) and value.endswith(end)


def _anything_but(operand: object, path: str) -> Test:
    passes = _value([operand] if isinstance(operand, dict) else operand, path)
    return lambda value: not passes(value)


def _contain(operand: object, path: str) -> Test:
    """All of the parts, in a text or among the members of a list."""
    parts = [_text(part, path) for part in (operand if isinstance(operand, list) else [operand])]
    return lambda value: isinstance(value, str | list) and all(part in value for part in parts)


def _array(operand: object, path: str) -> Test:
    """A pattern, as text, that one element must match."""
    try:
        members = msgspec.json.decode(_text(operand, path), type=dict[str, object])
    except msgspec.DecodeError as error:
        raise ValueError(f"`{path}` is not the text of a pattern: {error}") from error
    passes = _object(members, path)
    return lambda value: isinstance(value, list) and any(passes(item) for item in value)


def _cidr(operand: object, path: str) -> Test:
    try:
        block = ipaddress.ip_network(_text(operand, path))
    except ValueError as error:
        raise ValueError(f"`{path}`: {error}") from error

    def test(value: object) -> bool:
        try:
            return isinstance(value, str) and ipaddress.ip_address(value) in block
        except ValueError:
            return False

    return test


_OPERATORS: Mapping[str, Callable[[object, str], Test]] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "anything-but": _anything_but,
    "contain": _contain,
    "array": _array,
    "cidr": _cidr,
}


def _text(operand: object, path: str) -> str:
    if not isinstance(operand, str) or not operand:
        raise ValueError(f"`{path}` takes a text that is not empty")
    return operand
