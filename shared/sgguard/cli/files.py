"""Reads what a person names on the command line."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import yaml

from sgguard.errors import ConfigError, Problem


def read_document(path: str) -> object:
    """A JSON or, by its suffix, YAML file; ``-`` is standard input. Raises ConfigError."""
    text = read_text(path)
    if path.endswith((".yaml", ".yml")):
        return _yaml(text, path)
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ConfigError([Problem(path, f"is not JSON: {error}", "Check the file.")]) from error


def read_text(path: str) -> str:
    """The text of a file, or of standard input for ``-``. Raises ConfigError."""
    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        raise ConfigError([Problem(path, what, "Check the path.")]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([Problem(path, "is not UTF-8 text", "Save it as UTF-8.")]) from error


class _UniqueKeys(yaml.SafeLoader):
    """Refuses a key that is written twice, which YAML would silently read as the second."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.MarkedYAMLError(
                        problem=f"key {key.value!r} is written twice", problem_mark=key.start_mark
                    )
                seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def _yaml(text: str, path: str) -> object:
    try:
        document: object = yaml.load(text, Loader=_UniqueKeys)  # noqa: S506 (a SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigError(
            [Problem(f"{path}{line}", f"is not YAML: {error.problem}", "Correct it.")]
        ) from error
    except yaml.YAMLError as error:
        raise ConfigError([Problem(path, f"is not YAML: {error}", "Correct it.")]) from error
    return document
