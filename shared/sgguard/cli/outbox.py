"""`sgguard outbox`: messages that are on their way."""

from __future__ import annotations

import sys
from datetime import datetime, timezone
from typing import Annotated, Optional

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sgguard.adapters.clock import system_time
from sgguard.cli import exit_code
from sgguard.cli.channels import channels_of
from sgguard.cli.notify import explained
from sgguard.cli.options import Config, Output
from sgguard.cli.store import Where, opened
from sgguard.errors import ConfigError, Problem
from sgguard.notify import drain
from sgguard.report.text import plain
from sgguard.state import Pending, keep_pending, pending_messages

_Keys = Annotated[
    Optional[list[str]],  # noqa: UP045 (typer reads it on Python 3.10 too)
    typer.Argument(metavar="KEY", help="Of messages, or the start of it. Default: all."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="Messages that are kept for later.")
    group.callback()(_group)
    group.command("list")(_list)
    group.command("retry")(_retry)
    group.command("drop")(_drop)
    app.add_typer(group, name="outbox")


def _group() -> None:
    """Messages that were held, or that a channel did not take."""


def _list(
    store: Where = "", output: Annotated[Output, typer.Option(help="table or json.")] = "table"
) -> None:
    """List the messages that are kept: for whom, since when, why they are still here, and what helps."""
    with opened(store) as found:
        messages = pending_messages(found)
        unreadable = len(found.entries("outbox")) - len(messages)
    if output == "json":
        for message in messages:
            sys.stdout.write(msgspec.json.encode(_document(message)).decode() + "\n")
    else:
        _print(messages)
    if unreadable:
        print(f"{unreadable} more were kept by another version and cannot be read.", file=sys.stderr)


def _retry(keys: _Keys = None, store: Where = "", config: Config = None) -> None:
    """Send kept messages now, however long they were to wait.

    Exit code 0 means that all that were asked for are delivered, 4 that some are kept still.
    """
    channels, site = channels_of(config)
    now = system_time()
    with opened(store) as found:
        wanted = _chosen(pending_messages(found), keys)
        for message in wanted:
            keep_pending(found, msgspec.structs.replace(message, not_before=0.0))
        for channel in channels:
            found.remove("marker", f"channel/{channel.name}")
        drained = drain(found, channels, now, site.alerts)
        left = {message.key for message in pending_messages(found)}
    for one in drained:
        print(f"{plain(one.message.key)}\n  " + "\n  ".join(explained(one.delivery)))
    kept = sum(message.key in left for message in wanted)
    print(f"{len(wanted) - kept} delivered, {kept} kept.", file=sys.stderr)
    raise typer.Exit(exit_code.UNDECIDED if kept else exit_code.CLEAN)


def _drop(keys: Annotated[list[str], typer.Argument(metavar="KEY...")], store: Where = "") -> None:
    """Forget messages that nobody needs any more. Prints each in full first."""
    with opened(store) as found:
        for message in _chosen(pending_messages(found), keys):
            sys.stdout.write(msgspec.json.encode(_document(message)).decode() + "\n")
            found.remove("outbox", message.key)


def _chosen(messages: tuple[Pending, ...], keys: list[str] | None) -> list[Pending]:
    if not keys:
        return list(messages)
    chosen = [message for message in messages if any(message.key.startswith(key) for key in keys)]
    for key in keys:
        if not any(message.key.startswith(key) for message in messages):
            what = f"{plain(key)!r} is the start of no message's key"
            raise ConfigError([Problem("KEY", what, "sgguard outbox list shows the keys.")])
    return chosen


def _document(message: Pending) -> dict[str, object]:
    told = message.notification
    return {
        "schema": "sgguard/outbox/v1",
        "key": message.key,
        "channel": message.channel,
        "severity": told.severity,
        "action": told.action,
        "group_id": plain(told.group_id),
        "queued_at": message.queued_at,
        "not_before": message.not_before,
        "attempts": message.attempts,
        "status": message.status,
        "detail": plain(message.detail, 300),
        "fix": message.fix,
        "passed_on": message.passed_on,
    }


def _print(messages: tuple[Pending, ...]) -> None:
    if not messages:
        print("Nothing is kept: every message was delivered.")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("key", "since", "what", "tries", "status", "why", "to do"):
        table.add_column(heading, overflow="fold")
    for message in messages:
        told = message.notification
        what = f"{told.severity} {told.action} {plain(told.group_id)}"
        since = datetime.fromtimestamp(message.queued_at, timezone.utc).strftime("%Y-%m-%d %H:%M:%SZ")
        cells = (message.key, since, what, str(message.attempts), message.status, message.detail, message.fix)
        table.add_row(*(escape(plain(cell, 300)) for cell in cells))
    Console().print(table)
