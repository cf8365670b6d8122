"""The site's config as it ships in the function's zip: one JSON file, written by `sgguard config compile`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from sgguard.baseline import Site, default_site, read_site
from sgguard.errors import ConfigError, Problem

VARIABLE = "SGGUARD_CONFIG"
_FIX = "Write it with sgguard config compile and deploy again; until then the vendor's baseline holds."


@lru_cache(maxsize=4)
def load_site(path: str) -> tuple[Site, tuple[Problem, ...]]:
    """The site's config, or the vendor's baseline and what is wrong with the file. Read once an instance.

    An empty `path` is a site that writes nothing down; no problem.
    """
    if not path:
        return default_site(), ()
    try:
        document = msgspec.json.decode(Path(path).read_bytes())
        return read_site(document, path), ()
    except OSError as error:
        return _refused(f"cannot be read: {error.strerror or error}")
    except (msgspec.DecodeError, RecursionError) as error:
        return _refused(f"is not JSON: {error}")
    except ConfigError as error:
        return default_site(), error.problems


def _refused(what: str) -> tuple[Site, tuple[Problem, ...]]:
    return default_site(), (Problem(VARIABLE, what, _FIX),)
