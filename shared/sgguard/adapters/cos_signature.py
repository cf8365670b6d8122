"""The signature of a request for COS.

https://www.tencentcloud.com/document/product/436/7778
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import sha1
from urllib.parse import quote

from scfshim import Credentials

_EARLY, _LATE = 60, 600
"""Seconds before and after now in which a signature holds."""


def authorization(
    keys: Credentials,
    method: str,
    path: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    *,
    now: float,
) -> str:
    """The value of the ``Authorization`` header.

    `path` is not quoted and begins with a slash; every header given is signed. `now` is in epoch seconds.
    """
    span = f"{int(now) - _EARLY};{int(now) + _LATE}"
    names, told = _listed(query)
    header_names, headers_told = _listed(headers)
    request = f"{method.lower()}\n{path}\n{told}\n{headers_told}\n"
    key = _hmac(keys.secret_key, span)
    signature = _hmac(key, f"sha1\n{span}\n{sha1(request.encode()).hexdigest()}\n")  # noqa: S324 (COS's own)
    return "&".join(
        (
            "q-sign-algorithm=sha1",
            f"q-ak={keys.secret_id}",
            f"q-sign-time={span}",
            f"q-key-time={span}",
            f"q-header-list={header_names}",
            f"q-url-param-list={names}",
            f"q-signature={signature}",
        )
    )


def _listed(values: Mapping[str, str]) -> tuple[str, str]:
    """The names, and the names with their values, both in order."""
    pairs = sorted(
        (quote(name, safe="-_.~").lower(), quote(text, safe="-_.~")) for name, text in values.items()
    )
    return ";".join(name for name, _ in pairs), "&".join(f"{name}={text}" for name, text in pairs)


def _hmac(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), sha1).hexdigest()
