"""`sgguard notify`: whether messages arrive."""

from __future__ import annotations

from typing import Annotated

import typer

from sgguard.adapters.clock import system_time
from sgguard.cli import exit_code
from sgguard.cli.channels import channels_of
from sgguard.cli.options import Config
from sgguard.errors import ConfigError, Problem
from sgguard.model.notification import Delivery, Letter
from sgguard.notify import compose_test
from sgguard.report.text import plain

_WORDS = {
    "delivered": "The vendor took it: look whether the message is there.",
    "retry": "It was not delivered, and may be later without anybody doing anything.",
    "dead": "It was not delivered, and will not be until somebody acts.",
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="Messages: whether they arrive, and what they look like.")
    group.callback()(_group)
    group.command("test")(_test)
    app.add_typer(group, name="notify")


def _group() -> None:
    """Messages: whether they arrive, and what they look like."""


def _test(
    channel: Annotated[str, typer.Argument(help="Name in the config; webhook is that of SGGUARD_WEBHOOK.")],
    config: Config = None,
) -> None:
    """Send a message that is labelled a test through one channel, and say in words what was answered.

    Secrets are read where the config says they are kept. Exit code 0 means delivered, 4 not delivered.
    """
    channels, _ = channels_of(config)
    named = {one.name: one for one in channels}
    if channel not in named:
        what = f"{channel!r} is no channel"
        raise ConfigError([Problem("CHANNEL", what, f"There are {', '.join(named)}.")])
    delivery = named[channel].deliver(Letter(content=compose_test(at=system_time())))
    for line in explained(delivery):
        print(line)
    raise typer.Exit(exit_code.CLEAN if delivery.status == "delivered" else exit_code.UNDECIDED)


def explained(delivery: Delivery) -> list[str]:
    """What became of a message, for a person."""
    lines = [
        f"{delivery.channel}: {delivery.status}. {_WORDS.get(delivery.status, '')}",
        f"  answer: {plain(delivery.detail, 300)}",
    ]
    if delivery.retry_after:
        lines.append(f"  wait:   {delivery.retry_after:g} seconds")
    if delivery.fix:
        lines.append(f"  to do:  {plain(delivery.fix, 300)}")
    return lines
