"""A message as people read it, before any channel has written it in its own way."""

from __future__ import annotations

from typing import Literal

import msgspec

from sgguard.model.finding import Severity

Weight = Literal["verdict", "detail", "extra"]
"""What goes first where space is short: ``extra``, then ``detail``; never ``verdict``."""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One line: what it is about, and what is so."""

    name: str
    """Names the block in every language, for example ``group``."""
    label: str
    value: str
    weight: Weight = "verdict"


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """Several lines. Where space is short the middle ones go, and the gap says how many."""

    name: str
    label: str
    items: tuple[str, ...]
    verbatim: bool = False
    """Whether columns matter: rows of a difference, commands."""
    weight: Weight = "verdict"


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the console. The only address in a message that may be followed; the guard made it itself."""

    name: str
    label: str
    url: str
    weight: Weight = "detail"


Block = Fact | Listing | Link


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What a channel is given. Every text is taken literally: a channel escapes all of it.

    Characters that act on their own (controls, bidirectional marks, addresses that become links) are gone.
    """

    severity: Severity
    headline: str
    """What happened and what the guard did, in the past tense."""
    blocks: tuple[Block, ...]
    """In the order in which they are read."""
    gap: str = "… {count} more …"
    """Stands where lines were left out."""
