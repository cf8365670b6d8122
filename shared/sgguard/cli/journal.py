"""`sgguard journal`: what was written, by whom and why."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sgguard.cli import exit_code
from sgguard.cli.journal_report import entry_document, moment, what_happened
from sgguard.cli.options import Output, Spoken
from sgguard.cli.store import Where, opened
from sgguard.report.text import plain
from sgguard.state import StoreError
from sgguard.state.journal import all_entries, ending_of, find
from sgguard.state.records import find_snapshot
from sgguard.state.verification import verify


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="What was written, by whom and why.")
    group.callback()(_group)
    group.command("list")(_list)
    group.command("show")(_show)
    group.command("verify")(_verify)
    app.add_typer(group, name="journal")


def _group() -> None:
    """The guard's journal: list it, show one entry, check it from end to end."""


def _list(
    store: Where = "",
    group: Annotated[str, typer.Option(help="Of one security group only; guard for switches of all.")] = "",
    output: Annotated[Output, typer.Option(help="table, or json: a document a line.")] = "table",
    language: Spoken = "en",
) -> None:
    """List deeds, oldest first: when, what, on which group, how it ended, and the id that undo takes."""
    with opened(store) as found:
        entries = all_entries(found, group)
    begun = [written for written in entries if not written.entry.intention]
    if output == "json":
        for written in begun:
            document = entry_document(written, ending_of(written, entries), language)
            sys.stdout.write(msgspec.json.encode(document).decode() + "\n")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("id", "when", "group", "deed", "by", "ended", "what"):
        table.add_column(heading, overflow="fold")
    for written in begun:
        entry = written.entry
        ended, what = what_happened(written, ending_of(written, entries), language)
        cells = (written.id, moment(entry.at), entry.chain, entry.deed, entry.by, ended, what)
        table.add_row(*(escape(plain(cell, 400)) for cell in cells))
    Console().print(table)


def _show(
    identity: Annotated[str, typer.Argument(metavar="ID", help="Id of an entry, or the start of it.")],
    store: Where = "",
    language: Spoken = "en",
) -> None:
    """Show one deed in full, as JSON: who, what, why, proof before and after, the rows as they were."""
    with opened(store) as found:
        written = find(found, identity)
        entries = all_entries(found, written.entry.chain)
        if written.entry.intention:
            written = next((w for w in entries if w.digest == written.entry.intention), written)
        try:
            snapshot = find_snapshot(found, written.entry.snapshot) if written.entry.snapshot else None
        except StoreError as error:
            print(error.diagnostics(), file=sys.stderr)
            snapshot = None
    document = entry_document(written, ending_of(written, entries), language, snapshot)
    pretty = msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
    sys.stdout.write(pretty + "\n")


def _verify(
    store: Where = "",
    anchor: Annotated[
        str, typer.Option(help="An id kept elsewhere, as in an alert: its entry must be there.")
    ] = "",
    output: Annotated[Output, typer.Option(help="table or json.")] = "table",
) -> None:
    """Check every entry, every link and every snapshot.

    Exit code 3 means that an entry was altered, taken away or moved. Forks and unfinished deeds come about by
    themselves and are told without it. The end of a chain can be cut off together with its marker: only an
    --anchor tells.
    """
    with opened(store) as found:
        count, flaws = verify(found, anchor)
    bad = [flaw for flaw in flaws if not flaw.harmless]
    if output == "json":
        document = {
            "schema": "sgguard/journal-verification/v1",
            "entries": count,
            "intact": not bad,
            "flaws": [{**msgspec.to_builtins(flaw), "harmless": flaw.harmless} for flaw in flaws],
        }
        sys.stdout.write(msgspec.json.encode(document).decode() + "\n")
    else:
        for flaw in flaws:
            word = "note" if flaw.harmless else "WRONG"
            print(f"{word} {flaw.fault} {plain(flaw.key, 200)}: {plain(flaw.text, 300)}")
        print(f"{count} entries, {len(bad)} wrong, {len(flaws) - len(bad)} notes")
    raise typer.Exit(exit_code.FINDINGS if bad else exit_code.CLEAN)
