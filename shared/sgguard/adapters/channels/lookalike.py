"""Characters that mark text up, replaced by ones that look alike and mean nothing.

For products whose markdown has no escape that is documented and holds: WeCom's has none, DingTalk's shows
backslashes on some clients, and nobody knows what stands behind a channel of the long tail.
"""

from __future__ import annotations

import re

_TABLE = str.maketrans(
    {
        "<": "＜",  # noqa: RUF001 (the wide forms are the point)
        ">": "＞",  # noqa: RUF001
        "[": "［",  # noqa: RUF001
        "]": "］",  # noqa: RUF001
        "*": "＊",  # noqa: RUF001
        "`": "＇",  # noqa: RUF001
        "~": "～",  # noqa: RUF001
        "|": "｜",  # noqa: RUF001
        "#": "＃",  # noqa: RUF001
        "&": "＆",  # noqa: RUF001
        "@": "＠",  # noqa: RUF001
        "\\": "＼",  # noqa: RUF001
    }
)
_EDGE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
"""An underscore at the edge of a word slants what follows; one inside does not."""
_START = re.compile(r"^(\s*)([-+=])")
_SIGNS = {"-": "−", "+": "＋", "=": "＝"}  # noqa: RUF001
_NUMBER = re.compile(r"^(\s*\d+)\.(?=\s|$)")


def lookalike(text: str) -> str:
    """One line of text that shows nearly the same and marks nothing up."""
    return _EDGE.sub("＿", text.translate(_TABLE))  # noqa: RUF001


def lookalike_line(text: str) -> str:
    """The same for text that begins a line: it begins no list, rule or heading either."""
    signed = _START.sub(lambda found: found[1] + _SIGNS[found[2]], lookalike(text))
    return _NUMBER.sub(r"\1．", signed)  # noqa: RUF001
