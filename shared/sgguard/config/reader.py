"""Reads a document that a person wrote and notes everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import msgspec

from sgguard.errors import ConfigError, Problem

T = TypeVar("T")


Path = tuple[str | int, ...]
"""Keys and list positions from the root of a document."""


def nearest(text: str, known: Iterable[str]) -> list[str]:
    """The known text that is most like another; empty if none is."""
    from difflib import get_close_matches  # only a mistake pays for it

    return get_close_matches(text, list(known), n=1)


class Source(msgspec.Struct, frozen=True):
    """Where a document came from."""

    name: str
    lines: Mapping[Path, int] = {}
    """Line of each key and list item, counted from 1, as far as the format tells."""

    def at(self, path: Path) -> str:
        """For example ``site.yaml:12: baseline.node.relax[0]``; the nearest line that is known."""
        line = next((self.lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.lines), None)
        place = self.name if line is None else f"{self.name}:{line}"
        text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
        return f"{place}: {text[1:]}" if text else place


class Reader:
    """A cursor on one object of a document. All readers of a document share one list of problems.

    Its methods return a harmless value where the document has none, so that reading goes on and the next
    problem is found too; `finish` raises them all.
    """

    def __init__(
        self,
        document: object,
        where: str | Source,
        path: Path = (),
        problems: list[Problem] | None = None,
    ) -> None:
        self._source = where if isinstance(where, Source) else Source(where)
        self._path = path
        self.problems = [] if problems is None else problems
        self._values: Mapping[str, object] = {}
        if isinstance(document, Mapping):
            self._values = {str(key): value for key, value in document.items()}
        else:
            self.problem("", f"is {_kind(document)}, not an object", "Write key: value pairs.")

    def problem(self, key: str, what: str, fix: str) -> None:
        """Note a problem with one field, or with the object where `key` is empty."""
        path = (*self._path, key) if key else self._path
        self.problems.append(Problem(self._source.at(path), what, fix))

    def finish(self) -> None:
        """Raise ConfigError with every problem found so far, if any."""
        if self.problems:
            raise ConfigError(self.problems)

    def only(self, known: Iterable[str]) -> None:
        """Keys that are not `known` are problems; the nearest known one is named."""
        names = list(known)
        for key in self._values:
            if key not in names:
                near = nearest(key, names)
                fix = f"Did you mean {near[0]!r}?" if near else f"Known keys: {', '.join(names)}."
                self.problem(key, "is not a known key", fix)

    def has(self, key: str) -> bool:
        """Whether the field is there and not null."""
        return self._values.get(key) is not None

    def value(self, key: str) -> object:
        """The raw value of a field, or None."""
        return self._values.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        """A non-empty text. Without a `default` the field is required."""
        value = self._values.get(key)
        if value is None and default is not None:
            return default
        if value is None:
            self.problem(key, "is missing", "Add it.")
        elif not isinstance(value, str):
            self.problem(key, f"is {_kind(value)}, not a text", "Put it in quotes.")
        elif not value.strip():
            self.problem(key, "is empty", "Write a value.")
        else:
            return value
        return ""

    def choice(self, key: str, allowed: Mapping[str, T], default: T) -> T:
        """One of the `allowed` texts. A missing or wrong value is a problem; `default` only fills the gap."""
        text = self.text(key)
        if text in allowed:
            return allowed[text]
        if text:
            near = nearest(text, allowed)
            names = ", ".join(map(repr, allowed))
            fix = f"Did you mean {near[0]!r}?" if near else f"Write one of {names}."
            self.problem(key, f"is {text!r}", fix)
        return default

    def number(self, key: str, default: int, *, least: int, most: int) -> int:
        """A whole number within bounds; `default` where the field is absent or wrong."""
        value = self._values.get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self.problem(key, f"is {_kind(value)}, not a whole number", f"Write one from {least} to {most}.")
        elif not least <= value <= most:
            self.problem(key, f"is {value}", f"Write a number from {least} to {most}.")
        else:
            return value
        return default

    def texts(self, key: str, check: Callable[[str], object], *, required: bool = True) -> tuple[str, ...]:
        """A list of texts that all pass `check`, which raises ValueError saying what is wrong."""
        value = self._values.get(key)
        if value is None:
            if required:
                self.problem(key, "is missing", "Write a list; [] if there is none.")
            return ()
        if not isinstance(value, list | tuple):
            self.problem(key, f"is {_kind(value)}, not a list", "Write a list, for example [a, b].")
            return ()
        return tuple(
            text for index, item in enumerate(value) if (text := self._item(key, index, item, check))
        )

    def _item(self, key: str, index: int, item: object, check: Callable[[str], object]) -> str:
        if not isinstance(item, str):
            self._item_problem(key, index, f"is {_kind(item)}, not a text", "Put it in quotes.")
            return ""
        try:
            check(item)
        except ValueError as error:
            self._item_problem(key, index, str(error), "Correct it.")
            return ""
        return item

    def _item_problem(self, key: str, index: int, what: str, fix: str) -> None:
        self.problems.append(Problem(self._source.at((*self._path, key, index)), what, fix))

    def section(self, key: str) -> Reader:
        """The object in a field; an empty one where the field is absent."""
        value = self._values.get(key)
        return self._below({} if value is None else value, key)

    def sections(self, key: str) -> list[Reader]:
        """The objects of a list; none where the field is absent."""
        value = self._values.get(key)
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            self.problem(key, f"is {_kind(value)}, not a list", "Write a list of objects.")
            return []
        return [self._below(item, key, index) for index, item in enumerate(value)]

    def names(self) -> tuple[str, ...]:
        """The keys that are there, in order."""
        return tuple(self._values)

    def _below(self, value: object, *path: str | int) -> Reader:
        return Reader(value, self._source, (*self._path, *path), self.problems)


def _kind(value: object) -> str:
    names = {
        type(None): "null",
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "a text",
        list: "a list",
        dict: "an object",
    }
    return names.get(type(value), type(value).__name__)
