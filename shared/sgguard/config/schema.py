"""JSON Schemas of what a person writes, put together next to the readers that they describe.

A reader takes its known keys from its schema, so neither can know a key that the other does not.
https://json-schema.org/draft/2020-12
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Schema = Mapping[str, object]


def an_object(properties: Mapping[str, Schema], *, needs: Iterable[str] = (), about: str = "") -> Schema:
    """An object with these keys and no others."""
    required = list(needs)
    return {
        "type": "object",
        **_told(about),
        "properties": dict(properties),
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def a_map(values: Schema, *, keys: str = "", about: str = "") -> Schema:
    """An object with keys of the writer's own; `keys` is a pattern for them."""
    named = {"propertyNames": {"pattern": keys}} if keys else {}
    return {"type": "object", **_told(about), **named, "additionalProperties": values}


def a_list(items: Schema, *, least: int = 0, about: str = "") -> Schema:
    """A list of things of one kind, at least so many."""
    return {"type": "array", **_told(about), "items": items, **({"minItems": least} if least else {})}


def a_text(*, pattern: str = "", about: str = "") -> Schema:
    """A text that is not blank."""
    return {"type": "string", **_told(about), "pattern": pattern or r"\S"}


def a_choice(options: Iterable[str], *, about: str = "") -> Schema:
    """One of some texts."""
    return {"type": "string", **_told(about), "enum": list(options)}


def a_number(*, least: int, most: int, about: str = "") -> Schema:
    """A whole number within bounds."""
    return {"type": "integer", **_told(about), "minimum": least, "maximum": most}


def keys(schema: Schema) -> tuple[str, ...]:
    """The keys that an object may have."""
    properties = schema["properties"]
    return tuple(properties) if isinstance(properties, Mapping) else ()


def _told(about: str) -> dict[str, object]:
    return {"description": about} if about else {}
