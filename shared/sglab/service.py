"""The project's functions, as serverless.yml describes them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import msgspec

from sgguard.errors import ConfigError, Problem

Value: TypeAlias = "dict[str, Value] | list[Value] | str | int | float | bool | None"

_VARIABLE = re.compile(r"\$\{([^}]+)\}")
_GIVEN = ("env:", "opt:", "param:")
"""What a deployment is given; here nothing is."""
_LITERAL = re.compile(r"'([^']*)'")


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule on the default bus."""

    rule: str
    """Its name."""
    pattern: dict[str, object]
    enable: bool = True


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule."""

    name: str
    cron: str
    enable: bool = True
    message: str = ""


class Trigger(msgspec.Struct, frozen=True, kw_only=True):
    """What calls a function: one of the two."""

    eventbridge: Rule | None = None
    timer: Timer | None = None


class Retry(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What becomes of an event that a function fails on."""

    attempts: int = 2
    max_age: int = 21600
    """Seconds."""


class Function(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One function."""

    handler: str
    description: str = ""
    timeout: int = 60
    memory_size: int | None = None
    async_retry: Retry = Retry()
    reserved_instances: int | None = None
    events: tuple[Trigger, ...] = ()


class _Provider(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    runtime: str
    memory_size: int = 128


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """All of the file that an emulated cloud needs. Deployment reads the whole of it."""

    service: str
    provider: _Provider
    functions: dict[str, Function]


def read_service(file: Path) -> Service:
    """The service of a serverless.yml, with its variables at their defaults.

    Raises:
        ConfigError: it cannot be read, or is not of that form.
    """
    import yaml

    try:
        root: Value = yaml.safe_load(file.read_bytes())
        return msgspec.convert(_Resolver(root, file.parent).resolved(root), Service)
    except OSError as error:
        raise ConfigError([Problem(str(file), f"cannot be read: {error.strerror}", "Check it.")]) from error
    except (yaml.YAMLError, msgspec.ValidationError, ValueError) as error:
        raise ConfigError(
            [Problem(str(file), f"is not what it should be: {error}", "Correct it.")]
        ) from error


class _Resolver:
    """Variables as far as the file uses them: literals, `self:` and `file()`; options are not given here.

    https://github.com/oss-serverless/osls/tree/main/docs/guides/variables
    """

    def __init__(self, root: Value, folder: Path) -> None:
        self._root = root
        self._folder = folder

    def resolved(self, value: Value) -> Value:
        """The same value without variables."""
        if isinstance(value, dict):
            return {key: self.resolved(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.resolved(inner) for inner in value]
        if not isinstance(value, str):
            return value
        whole = _VARIABLE.fullmatch(value)
        if whole:
            return self._first(whole[1])
        return _VARIABLE.sub(lambda found: str(self._first(found[1])), value)

    def _first(self, written: str) -> Value:
        """The first source of a variable that has a value; ``""`` if none has."""
        for source in written.split(","):
            for value in self._values(source.strip()):
                return value
        return ""

    def _values(self, source: str) -> Iterator[Value]:
        literal = _LITERAL.fullmatch(source)
        if literal:
            yield literal[1]
        elif source.startswith("file("):
            yield json.loads((self._folder / source[5:-1]).read_text(encoding="utf-8"))
        elif source.startswith("self:"):
            yield self.resolved(_inside(self._root, source.removeprefix("self:").split(".")))
        elif not source.startswith(_GIVEN):
            raise ValueError(f"the variable source `{source}` is not known here")


def _inside(value: Value, path: list[str]) -> Value:
    for name in path:
        if not isinstance(value, Mapping) or name not in value:
            raise ValueError(f"self:{'.'.join(path)} leads nowhere")
        value = value[name]
    return value
