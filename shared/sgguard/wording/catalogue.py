"""Finds the message and fills it in. A language is a module with `MESSAGES`, imported when it is spoken."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from typing import Literal, cast

from sgguard.model.reason import Reason

Language = Literal["en", "zh", "ko"]
LANGUAGES: tuple[Language, ...] = ("en", "zh", "ko")


@lru_cache(maxsize=len(LANGUAGES))
def messages(language: Language) -> Mapping[str, str]:
    """The catalogue of one language: `str.format` texts by code. Every language has the same codes."""
    return cast("Mapping[str, str]", import_module(f"sgguard.wording.{language}").MESSAGES)


def say(reason: Reason, language: Language = "en") -> str:
    """A reason in words. One that the catalogue does not have is said by its own ``text``."""
    spoken = {
        name: say(value, language) if isinstance(value, Reason) else value
        for name, value in reason.fields.items()
    }
    message = messages(language).get(reason.code)
    if message is None:
        return str(spoken["text"])
    return message.format_map(spoken)
