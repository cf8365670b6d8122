"""The port through which functions run. tcmock itself starts no interpreter.

An executor is found under the entry point group `GROUP`; its object is called without arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

import msgspec

from tcmock.errors import not_emulated

GROUP = "tcmock.executor"


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """What runs: a zip, or a folder of this machine that holds what a zip would."""

    archive: bytes = b""
    folder: Path | None = None
    digest: str
    """Of the archive, SHA-256 in hexadecimal; of a folder its path."""

    @property
    def size(self) -> int:
        """Bytes of the archive."""
        return len(self.archive)

    def __repr__(self) -> str:
        return f"Code({self.folder or self.digest[:12]}, {self.size} bytes)"


class Deployment(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a function, as an instance of it needs to know it."""

    uin: str
    app_id: str
    region: str
    namespace: str
    name: str
    version: str
    """``$LATEST`` or a number."""
    revision: int
    """Rises with every change of this version's code or configuration."""
    code: Code
    handler: str
    runtime: str
    """Like ``Python3.10``."""
    memory_mb: int
    timeout_seconds: int
    init_timeout_seconds: int
    environment: Mapping[str, str]
    """The function's own variables."""
    endpoint: str
    """Where the function finds the cloud."""


class Pass(msgspec.Struct, frozen=True):
    """Temporary keys of the function's role."""

    secret_id: str
    secret_key: str
    token: str

    def __repr__(self) -> str:
        return f"Pass({self.secret_id[:6]}…)"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How one invocation ended."""

    status: int
    """200, or what SCF reports of a failure (https://www.tencentcloud.com/document/product/583/35311)."""
    answer: str
    """JSON: what the function returned, or SCF's own object that describes the error."""
    error: str = ""
    """What went wrong, in a few words; ``""`` on success."""
    log: str = ""
    duration_ms: float = 0.0
    memory_bytes: int = 0
    cold: bool = False
    """Whether a new instance was started for it."""


class Instance(Protocol):
    """One instance of a function: it serves one invocation at a time, and stays warm until it ends."""

    @property
    def alive(self) -> bool:
        """Whether it can serve once more."""

    def invoke(self, event: str, request_id: str, credentials: Pass | None) -> Outcome:
        """Run the function once. Whatever the function does wrong is in the outcome."""

    def kill(self) -> None:
        """End its process at once, whatever it is doing."""

    def close(self) -> None:
        """Give back all it holds."""


class Executor(Protocol):
    """Starts instances."""

    def version(self, runtime: str) -> str:
        """Of the interpreter that stands in for a runtime, like ``3.10.13``."""

    def start(self, deployment: Deployment) -> Instance:
        """A new instance, cold."""


@cache
def installed_executor() -> Executor:
    """The executor of this installation.

    Raises:
        APIError: there is none.
    """
    for point in entry_points(group=GROUP):
        made: Executor = point.load()()
        return made
    raise not_emulated(f"running functions without an executor (entry point group `{GROUP}`)")
