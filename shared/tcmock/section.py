"""The lists of a state document. Each belongs to one service, which reads and writes its entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from tcmock.structure import Fields, check_known, converted, under

S = TypeVar("S")


@dataclass(frozen=True)
class Section(Generic[S]):
    """One list of what an account (`S`) or a region has."""

    name: str
    add: Callable[[S, Fields], str]
    """Puts an entry there, with whatever it leaves out filled in, and gives its id. If it raises StateError,
    nothing has changed."""
    dump: Callable[[S], Sequence[object]]
    """The entries that load as what is there."""
    load: Callable[[S, Sequence[Fields]], object] | None = None
    """Adds all entries of a document, where adding one by one would not do because they name each other."""
    late: bool = False
    """Whether entries name things of products that build on this one."""


class Sections(Generic[S]):
    """All lists of one kind of document, in the order in which they depend on each other."""

    def __init__(self, sections: Iterable[Section[S]]) -> None:
        ordered = sorted(sections, key=lambda section: section.late)
        self._sections: Mapping[str, Section[S]] = {section.name: section for section in ordered}

    @property
    def names(self) -> tuple[str, ...]:
        """The members of a document."""
        return tuple(self._sections)

    def add(self, target: S, name: str, fields: Fields) -> str:
        """Add one entry and give its id.

        Raises:
            StateError: there is no such list, or the entry is wrong.
        """
        check_known({name: fields}, self.names)
        return self._sections[name].add(target, fields)

    def load(self, target: S, document: Fields) -> None:
        """Add every entry of a document.

        Raises:
            StateError: naming the place of the first mistake.
        """
        check_known(document, self.names)
        for name, section in self._sections.items():
            with under(name):
                entries = converted(document.get(name, []), list[dict[str, object]])
                load = section.load or _one_by_one(section)
                load(target, entries)

    def dump(self, target: S) -> dict[str, Sequence[object]]:
        """The document that loads as what is there."""
        return {name: section.dump(target) for name, section in self._sections.items()}


def _one_by_one(section: Section[S]) -> Callable[[S, Sequence[Fields]], None]:
    def load(target: S, entries: Sequence[Fields]) -> None:
        for index, fields in enumerate(entries):
            with under(f"[{index}]"):
                section.add(target, fields)

    return load
