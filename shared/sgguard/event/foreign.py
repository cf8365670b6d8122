"""Foreign values, taken over with bounds. Whoever makes a call writes parts of its record."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import islice

_LONGEST = 256
_EPOCH = re.compile(r"([1-9][0-9]{9})(?:[0-9]{3}){0,3}")
_ACCOUNT = re.compile(r"[0-9]{1,32}")


def unwrap(value: object) -> object:
    """The JSON object or array inside a text; anything else, also text that holds none, unchanged.

    CloudAudit nests JSON in JSON up to three deep (record, sessionContext, extraInfo). Read with the lenient
    standard decoder: NaN, a lone surrogate or a raw control character in somebody's remark must not hide the
    group that the same text names. Integers stay text: how many digits they have is the caller's choice.
    """
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        return json.loads(value, strict=False, parse_int=str)
    except (ValueError, RecursionError):
        return value


def mapping(value: object) -> Mapping[str, object]:
    """The JSON object that `value` is or holds as text; empty when it is none."""
    found = unwrap(value)
    return found if isinstance(found, Mapping) else {}


def text(value: object) -> str:
    """At most 256 printable characters of a text, or the digits of an integer; empty for everything else."""
    if isinstance(value, str):
        return "".join(islice(filter(str.isprintable, value), _LONGEST)).strip()
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() <= _LONGEST:
        return str(value)
    return ""


def account(value: object) -> str:
    """An account, user or role id: digits, as text or integer; empty when it is none."""
    found = text(value)
    return found if _ACCOUNT.fullmatch(found) else ""


def epoch_seconds(value: object) -> int | None:
    """Epoch seconds from an integer or digits in seconds, milli-, micro- or nanoseconds (2001 to 2286).

    Records of 2017 and 2019 say ``YYYY-MM-DD HH:MM:SS``, and no page says in which zone. A time that may be
    eight hours off is worse than none, so it is None: https://www.tencentcloud.com/document/product/1021/40499.
    """
    found = _EPOCH.fullmatch(text(value))
    return int(found[1]) if found else None
