"""Reads what a person names on the command line."""

from __future__ import annotations

import sys
from pathlib import Path as FilePath

import msgspec
import yaml

from sgguard.config.reader import Path, Source
from sgguard.errors import ConfigError, Problem


def read_document(path: str) -> object:
    """A JSON or, by its suffix, YAML file; ``-`` is standard input. Raises ConfigError."""
    return read_source(path)[0]


def read_source(path: str) -> tuple[object, Source]:
    """A document, and where each part of it is written as far as the format tells. Raises ConfigError."""
    text = read_text(path)
    if path.endswith((".yaml", ".yml")):
        return _yaml(text, path)
    try:
        return msgspec.json.decode(text), Source(path)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ConfigError([Problem(path, f"is not JSON: {error}", "Check the file.")]) from error


def read_text(path: str) -> str:
    """The text of a file, or of standard input for ``-``. Raises ConfigError."""
    try:
        return sys.stdin.read() if path == "-" else FilePath(path).read_text(encoding="utf-8")
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        raise ConfigError([Problem(path, what, "Check the path.")]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([Problem(path, "is not UTF-8 text", "Save it as UTF-8.")]) from error


class _Loader(yaml.SafeLoader):
    """Refuses a key that is written twice, and notes the line of every key and list item."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.lines: dict[Path, int] = {}
        self._noted: set[int] = set()

    def get_single_data(self) -> object:
        node = self.get_single_node()
        if node is None:
            return None
        self._note(node, ())
        return self.construct_document(node)

    def _note(self, node: yaml.Node, path: Path) -> None:
        if id(node) in self._noted:
            return  # an alias repeats, and may even contain itself
        self._noted.add(id(node))
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                here = (*path, str(key.value))
                if here in self.lines:
                    what = f"key {key.value!r} is written twice"
                    raise yaml.MarkedYAMLError(problem=what, problem_mark=key.start_mark)
                self.lines[here] = key.start_mark.line + 1
                self._note(value, here)
        elif isinstance(node, yaml.SequenceNode):
            for position, item in enumerate(node.value):
                here = (*path, position)
                self.lines[here] = item.start_mark.line + 1
                self._note(item, here)


def _yaml(text: str, path: str) -> tuple[object, Source]:
    try:
        loader = _Loader(text)
        return loader.get_single_data(), Source(path, loader.lines)
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigError(
            [Problem(f"{path}{line}", f"is not YAML: {error.problem}", "Correct it.")]
        ) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigError([Problem(path, f"is not YAML: {error}", "Correct it.")]) from error
