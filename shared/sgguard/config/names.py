"""The template file: members of what rows refer to by id.

{"ipm-…": ["10.0.0.0/8", "10.1.0.1-10.1.0.9"], "ppm-…": ["tcp:80,443"], "sg-…": ["10.0.0.5"]}
"""

from __future__ import annotations

from collections.abc import Mapping

from sgguard.config.reader import Reader
from sgguard.errors import Problem

PREFIXES = ("ipm-", "ipmg-", "ppm-", "ppmg-", "sg-")


def read_names(document: object, where: str) -> dict[str, tuple[str, ...]]:
    """Members by id, as texts. What a member means is decided where a row refers to it.

    Raises ConfigError for keys that are no id and for values that are no list of texts.
    """
    reader = Reader({} if document is None else document, where)
    keys = list(document) if isinstance(document, Mapping) else []
    for key in keys:
        if not str(key).startswith(PREFIXES):
            reader.problems.append(
                Problem(f"{where}: {key}", "is no id of a template or group", f"Ids start with {PREFIXES}.")
            )
    names = {str(key): reader.texts(str(key), str) for key in keys}
    reader.finish()
    return names
