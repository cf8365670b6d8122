"""Text of the people who are watched, made harmless for a chat window before it is escaped.

Row descriptions, user and group names end up in front of those who decide. `plain` takes away what acts on a
terminal; a chat also makes links of bare addresses, draws stacked marks over other lines, and shows blanks
that no eye can tell apart.
"""

from __future__ import annotations

import re
import unicodedata

from sgguard.report.text import plain

_LONGEST = 500
_MARKS = 2
"""Combining marks that may follow a letter. Written languages need no more."""

_SCHEME = re.compile(
    r"([A-Za-z][A-Za-z0-9+.-]*):(?=//|\\\\)|\b(javascript|data|mailto|tel|file|vbscript):", re.IGNORECASE
)
_DOMAIN = re.compile(r"(?<=[^\W_])\.(?=[^\W\d_]{2,})|(?<=[^\W_])\.(?=xn--)", re.IGNORECASE)
_DOTS = str.maketrans("\u2024\uff0e\uff61", "...")
"""What a browser takes for a dot between the parts of a name."""
_ACTIVE = str.maketrans({"<": "‹", ">": "›", "@": "＠"})  # noqa: RUF001 (the look-alikes are the point)
"""Every product's mentions and tags begin with one of these, and some look for them in plain text too."""
_QUOTES = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u201f\u301d\u301e\u301f\u275d\u275e\uff02", '"'))
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols by category, empty to the eye."""


def harmless(text: str, limit: int = _LONGEST) -> str:
    """One line of at most `limit` characters that nothing follows, rings or reorders by itself.

    Addresses are shown as ``https[:]//example[.]com``, the way they are written where nobody should click.
    """
    shown = text[: 4 * limit]
    if not (shown.isascii() and shown.isprintable()):
        shown = "".join(_visible(shown))
    shown = plain(shown, limit).translate(_DOTS).translate(_ACTIVE)
    shown = _SCHEME.sub(lambda found: found[0][:-1] + "[:]", shown)
    return _DOMAIN.sub("[.]", shown)


def quoted(text: str, limit: int = 120) -> str:
    """Foreign text within a line of the guard's own, between quotation marks that it cannot close."""
    return f"“{plain(text, limit).translate(_QUOTES)}”"


def _visible(text: str) -> list[str]:
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        marks = marks + 1 if category[0] == "M" else 0
        if category[0] == "Z" or character in _BLANKS:
            kept.append(" ")
        elif marks <= _MARKS:
            kept.append(character)
    return kept
