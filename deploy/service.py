"""What serverless.yml says once its variables are resolved: what is to be deployed."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sgguard.model.plan import Mode


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule that calls a function."""

    name: str
    cron: str
    """Seven fields, seconds first, in China time
    (https://www.tencentcloud.com/document/product/583/9708)."""
    enable: bool = True
    message: str = ""
    """What the function gets as `Message`."""


class EventRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule on the default bus that calls a function."""

    name: str
    """Of the rule in the file; `Names.rule` makes the one in the cloud of it."""
    pattern: Mapping[str, object]
    """https://www.tencentcloud.com/document/product/1108/42289."""
    enable: bool = True


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """Where SCF puts an asynchronous invocation that it gives up
    (https://www.tencentcloud.com/document/product/583/41098).
    """

    type: str
    name: str
    filter: str = ""


class Retry(msgspec.Struct, frozen=True, kw_only=True):
    """What SCF does with an asynchronous invocation that fails
    (https://www.tencentcloud.com/document/product/583/38830).
    """

    attempts: int = 2
    max_age: int = 21600
    """Seconds."""


class Logs(msgspec.Struct, frozen=True, kw_only=True):
    """A topic of the log service."""

    logset: str
    topic: str


class Function(msgspec.Struct, frozen=True, kw_only=True):
    """One function."""

    key: str
    """Its name in the file, and of its folder in ``functions/``."""
    handler: str = "index.main_handler"
    description: str
    memory_mb: int
    timeout: int
    """Seconds."""
    variables: Mapping[str, str]
    """Of its environment, as the file has them: SGGUARD_MODE and what the build adds come on top."""
    retry: Retry = Retry()
    dead_letter: DeadLetter | None = None
    reserved_instances: int | None = None
    """How many run at once at most; None leaves it to the account's quota."""
    timers: tuple[Timer, ...] = ()
    rules: tuple[EventRule, ...] = ()


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """All that is to be deployed."""

    name: str
    stage: str
    region: str
    namespace: str = "default"
    account: str = ""
    """UIN of the account that it must be deployed to; empty takes whichever the credentials are of."""
    mode: Mode
    config: str = ""
    """File of the site's config; empty for the vendor's baseline."""
    role: str = ""
    """A role that is there already, for every function; empty makes one for each."""
    logs: Logs | None = None
    tags: Mapping[str, str] = {}
    functions: tuple[Function, ...]

    @property
    def prefix(self) -> str:
        """What every name in the cloud begins with."""
        return f"{self.name}-{self.stage}"

    def named(self, key: str) -> str:
        """The name in the cloud of what the file calls `key`."""
        return f"{self.prefix}-{key}"
