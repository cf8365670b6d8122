"""The store that commands read and write."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser
from typing import Annotated

import structlog
import typer

from sgguard.adapters.stores import OpenStore, open_store
from sgguard.errors import ConfigError, Problem
from sgguard.pipeline import Guard
from sgguard.wiring import build_hands, forget_instance

Where = Annotated[
    str,
    typer.Option(
        "--store", envvar="SGGUARD_STORE", help="The guard's store: an SQLite file, or cos://bucket/prefix."
    ),
]
Person = Annotated[str, typer.Option("--by", help="Who gives the command, for the journal. Default: you.")]


@contextmanager
def opened(setting: str) -> Iterator[OpenStore]:
    """The store while the block runs. Raises ConfigError without one, and StoreError."""
    store = open_store(_named(setting))
    try:
        yield store
    finally:
        store.close()


@contextmanager
def hands(setting: str) -> Iterator[Guard]:
    """The guard for an errand: the cloud, the store and the config of the environment. Raises ConfigError."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(30),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        yield build_hands({**os.environ, "SGGUARD_STORE": _named(setting)}, structlog.get_logger())
    finally:
        forget_instance()


def person(given: str) -> str:
    """Who gives the command."""
    return given or getuser()


def _named(setting: str) -> str:
    if not setting:
        fix = "Name the store that the function uses: a file, or cos://bucket/prefix?region=…"
        raise ConfigError([Problem("--store", "is not given and SGGUARD_STORE is not set", fix)])
    return setting
