"""Every reason that the code gives is in the catalogue, with the fields that the message has."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import sgguard
from sgguard.wording import LANGUAGES, messages

SOURCE = Path(sgguard.__file__).parent
CHOICES = {"index", "count", "peer", "port"}


def calls() -> Iterator[tuple[str, int, ast.Call]]:
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "reason":
                yield str(path.relative_to(SOURCE)), node.lineno, node


def codes(argument: ast.expr) -> list[str]:
    """The literal codes of a call: one, or the two of a conditional."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return [argument.value]
    if isinstance(argument, ast.IfExp):
        return [*codes(argument.body), *codes(argument.orelse)]
    return []


LITERAL = [
    pytest.param(code, {keyword.arg for keyword in call.keywords}, id=f"{path}:{line}:{code}")
    for path, line, call in calls()
    for code in codes(call.args[0])
]


@pytest.mark.parametrize(("code", "given"), LITERAL)
def test_it_is_said_with_what_is_given(code: str, given: set[str | None]) -> None:
    for language in LANGUAGES:
        message = messages(language).get(code)
        assert message is not None, language
        fields = {name for _, name, _, _ in string.Formatter().parse(message) if name}
        assert None in given or fields <= given, language


def test_there_are_many() -> None:
    assert len(LITERAL) > 60


def test_no_message_is_left_over_from_another_language() -> None:
    """A text that is the same in two languages was not translated, unless it has nothing to translate."""
    english = messages("en")
    for language in ("zh", "ko"):
        same = {
            code
            for code, message in messages(language).items()
            if message == english.get(code) and not message.startswith("sgguard ")  # a command
            if any(character.isalpha() for character in bare(message))
        }
        assert same == set(), language


def bare(message: str) -> str:
    return "".join(text for text, _, _, _ in string.Formatter().parse(message))
