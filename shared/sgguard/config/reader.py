"""Reads a document that a person wrote and notes everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import TypeVar

from sgguard.errors import ConfigError, Problem

T = TypeVar("T")


class Reader:
    """A cursor on one object of a document. All readers of a document share one list of problems.

    Its methods return a harmless value where the document has none, so that reading goes on and the next
    problem is found too; `finish` raises them all.
    """

    def __init__(self, document: object, where: str, problems: list[Problem] | None = None) -> None:
        self.where = where
        self.problems = [] if problems is None else problems
        self._values: Mapping[str, object] = {}
        if isinstance(document, Mapping):
            self._values = {str(key): value for key, value in document.items()}
        else:
            self.problem("", f"is {_kind(document)}, not an object", "Write key: value pairs.")

    def problem(self, key: str, what: str, fix: str) -> None:
        """Note a problem with one field, or with the object where `key` is empty."""
        self.problems.append(Problem(self._at(key), what, fix))

    def finish(self) -> None:
        """Raise ConfigError with every problem found so far, if any."""
        if self.problems:
            raise ConfigError(self.problems)

    def only(self, known: Iterable[str]) -> None:
        """Keys that are not `known` are problems; the nearest known one is named."""
        names = list(known)
        for key in self._values:
            if key not in names:
                near = get_close_matches(key, names, n=1)
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
            near = get_close_matches(text, list(allowed), n=1)
            names = ", ".join(map(repr, allowed))
            fix = f"Did you mean {near[0]!r}?" if near else f"Write one of {names}."
            self.problem(key, f"is {text!r}", fix)
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
        at = f"{key}[{index}]"
        if not isinstance(item, str):
            self.problem(at, f"is {_kind(item)}, not a text", "Put it in quotes.")
            return ""
        try:
            check(item)
        except ValueError as error:
            self.problem(at, str(error), "Correct it.")
            return ""
        return item

    def object(self, key: str) -> Reader:
        """The object in a field; an empty one where the field is absent."""
        value = self._values.get(key)
        return Reader({} if value is None else value, self._at(key), self.problems)

    def objects(self, key: str) -> list[Reader]:
        """The objects of a list; none where the field is absent."""
        value = self._values.get(key)
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            self.problem(key, f"is {_kind(value)}, not a list", "Write a list of objects.")
            return []
        return [Reader(item, f"{self._at(key)}[{i}]", self.problems) for i, item in enumerate(value)]

    def _at(self, key: str) -> str:
        if not key:
            return self.where
        return f"{self.where}{'.' if ': ' in self.where else ': '}{key}"


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
