"""The commands that need the embedded cloud, as a plug-in of `sgguard`."""

from __future__ import annotations

import typer

from sglab import demo, replay


def register(app: typer.Typer) -> None:
    """Add them."""
    app.command("demo")(demo.command)
    app.command("replay")(replay.command)
