"""Why something is so, apart from the language it is told in."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Reason(msgspec.Struct, frozen=True, gc=False):
    """A message of the catalogue with what it speaks of. `sgguard.wording.say` puts it into words."""

    code: str
    """Names the message, for example ``missing.certain``."""
    fields: Mapping[str, str | int | Reason] = {}
    """What stands in the message; a reason in a reason is put into words first."""


def as_written(text: str) -> Reason:
    """A reason whose words come from elsewhere: an error's, the cloud's, the site's own."""
    return Reason("as-written", {"text": text})


def reason(code: str, **fields: str | int | Reason) -> Reason:
    """A reason, written as a call."""
    return Reason(code, fields)
