"""`sgguard explain`: why one packet gets through, or does not."""

from __future__ import annotations

import sys
from typing import Annotated, Optional

import msgspec
import typer
from rich.console import Console

from sgguard.cli import exit_code
from sgguard.cli.case import Files, Given, read_case
from sgguard.cli.options import Bindings, Cluster, Config, Group, GroupId, Output, Spoken, Templates
from sgguard.cli.packet import read_packet
from sgguard.cli.trace_table import print_trace
from sgguard.evaluate.trace import Packet, Trace, trace
from sgguard.report.trace import trace_document


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(_command)


def _command(  # noqa: PLR0913, PLR0917 (an option each)
    group: Group,
    cluster: Cluster,
    packet: Annotated[
        str, typer.Option(help="'tcp/2379 from 198.51.100.7', 'udp/53 to 10.0.0.2', 'icmp from …'.")
    ],
    group_id: GroupId = None,
    templates: Templates = None,
    config: Config = None,
    bindings: Bindings = None,
    output: Annotated[Output, typer.Option(help="table or json.")] = "table",
    language: Spoken = "en",
    rest: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(metavar="[from|to ADDRESS]", help="The rest of the packet, if it is not in quotes."),
    ] = None,
) -> None:
    """Follow one packet through the policies: which one decides, which ones almost did, and what the baseline
    says of it.

    Exit code 3 means that it is accepted beyond the baseline, or dropped although required.
    """
    asked = read_packet(" ".join([packet, *(rest or ())]))
    files = Files(
        group=group, cluster=cluster, group_id=group_id, templates=templates, config=config, bindings=bindings
    )
    traces = _traces(asked, read_case(files))
    if output == "json":
        document = {
            "schema": "sgguard/explain/v1",
            "traces": [trace_document(one, language) for one in traces],
        }
        sys.stdout.write(msgspec.json.encode(document).decode() + "\n")
    else:
        for one in traces:
            print_trace(Console(), one, language)
    raise typer.Exit(_exit_code(traces))


def _traces(packet: Packet, given: Given) -> list[Trace]:
    """One for each distinct stack that the group is in; one for the group alone where none is known."""
    return [
        trace(
            packet,
            given.group,
            given.expectation,
            group_id=given.group_id,
            stack=stack,
            circumstances=given.circumstances,
        )
        for stack in given.circumstances.stacks or (None,)
    ]


def _exit_code(traces: list[Trace]) -> int:
    if any(one.wrong for one in traces):
        return exit_code.FINDINGS
    return exit_code.UNDECIDED if any(one.accepted is None for one in traces) else exit_code.CLEAN
