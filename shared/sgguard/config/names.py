"""The template file: members of what rows refer to by id.

{"ipm-…": ["10.0.0.0/8", "10.1.0.1-10.1.0.9"], "ppm-…": ["tcp:80,443"], "sg-…": ["10.0.0.5"]}
"""

from __future__ import annotations

from sgguard.config.reader import Reader, Source

PREFIXES = ("ipm-", "ipmg-", "ppm-", "ppmg-", "sg-")


def read_names(document: object, where: str | Source) -> dict[str, tuple[str, ...]]:
    """Members by id, as texts. What a member means is decided where a row refers to it.

    Raises ConfigError for keys that are no id and for values that are no list of texts.
    """
    reader = Reader({} if document is None else document, where)
    for key in reader.names():
        if not key.startswith(PREFIXES):
            reader.problem(key, "is no id of a template or group", f"Ids start with {', '.join(PREFIXES)}.")
    names = {key: reader.texts(key, str) for key in reader.names()}
    reader.finish()
    return names
