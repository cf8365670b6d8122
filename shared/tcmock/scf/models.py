"""Functions: their versions, aliases and triggers."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tcmock.scf.cron import Cron
from tcmock.scf.executor import Code

LATEST = "$LATEST"
DEFAULT = "$DEFAULT"
DEFAULT_RETRIES = 2
DEFAULT_TTL = 21_600
"""https://www.tencentcloud.com/document/product/583/39851; seconds."""


class DeadLetterQueue(msgspec.Struct, frozen=True, rename="pascal"):
    """Where events go that a function could not handle; all empty for nowhere."""

    type: str = ""
    name: str = ""
    filter_type: str = ""


class Configuration(msgspec.Struct, frozen=True, kw_only=True):
    """How a function runs. Sizes in MB, times in seconds."""

    handler: str
    runtime: str
    memory: int = 128
    timeout: int = 3
    init_timeout: int = 65
    description: str = ""
    environment: Mapping[str, str] = {}
    role: str = ""
    """A name; ``""`` for none."""
    dead_letters: DeadLetterQueue = DeadLetterQueue()
    vpc_id: str = ""
    subnet_id: str = ""
    cls_logset_id: str = ""
    cls_topic_id: str = ""
    public_net: str = "ENABLE"


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """What runs under a number, or under ``$LATEST``."""

    name: str
    code: Code
    configuration: Configuration
    description: str = ""
    """Of the version itself."""
    added: float
    modified: float
    revision: int = 0


class Alias(msgspec.Struct, frozen=True, kw_only=True):
    """A name for a version; a part of the calls may go to another one."""

    name: str
    version: str
    description: str = ""
    weights: Mapping[str, float] = {}
    """Shares, up to 1, of additional versions."""
    added: float
    modified: float


class Trigger(msgspec.Struct, frozen=True, kw_only=True):
    """A timer."""

    name: str
    cron: Cron
    qualifier: str
    enabled: bool
    argument: str = ""
    description: str = ""
    added: float
    modified: float
    type: str = "timer"


class Function(msgspec.Struct, kw_only=True):
    """A function with all that belongs to it. Writes replace parts whole."""

    function_id: str
    name: str
    namespace: str
    added: float
    modified: float
    phase: str = "Active"
    """What it is busy with until `ready`: ``Creating``, ``Updating`` or ``Publishing``."""
    ready: float = 0.0
    versions: dict[str, Version] = {}
    aliases: dict[str, Alias] = {}
    triggers: dict[str, Trigger] = {}
    tags: Mapping[str, str] = {}
    retries: int = DEFAULT_RETRIES
    ttl: int = DEFAULT_TTL
    """Seconds for which an event is kept."""
    reserved_memory: int | None = None
    """MB of concurrency that are its own, and no more than which it may use."""

    def status(self, now: float) -> str:
        """Like ``Active``."""
        return self.phase if now < self.ready else "Active"

    @property
    def latest(self) -> Version:
        """The version that is worked on."""
        return self.versions[LATEST]
