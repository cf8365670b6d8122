"""The command `sgguard lab`."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import cast

from rich.console import Console
from rich.text import Text

from sgguard.adapters.clock import system_time
from sgguard.cli import exit_code
from sgguard.cli.config import compiled
from sgguard.model.plan import Mode
from sgguard.report.text import plain
from sglab.case import read_json
from sglab.lab.console import Printer
from sglab.lab.lab import Lab, greet, on_signal
from sglab.lab.scene import scene
from sglab.places import lab_config, production_state
from sglab.receivers import ChatSite, Post, Reply

_OPENED = (
    '{"Ingress":[{"PolicyIndex":0,"Protocol":"ALL","Port":"ALL","CidrBlock":"0.0.0.0/0","Action":"ACCEPT"}]}'
)


def run_lab(
    *, port: int, mode: Mode, state: Path | None, config: Path | None, show: bool, chats: bool
) -> int:
    """Serve until a signal; the exit code. Raises GuardError."""
    site = compiled(str(config or lab_config()))
    document = cast("dict[str, object]", read_json(state or production_state(), dict))
    console = Console(highlight=False, soft_wrap=True)
    stop = on_signal()
    with ExitStack() as stack:
        variables: Mapping[str, str] = {}
        if chats:
            told = stack.enter_context(_chats(console))
            site, variables = told.site(site), told.variables
        lab = stack.enter_context(
            Lab(state=document, mode=mode, port=port, config=site, sweep=True, variables=variables)
        )
        greet(lab)
        for line in _welcome(lab, show=show):
            console.print(line)
        lab.timeline.watch(Printer(console))
        if show:
            _open(lab.page)
        stop.wait()
    return exit_code.CLEAN


def _chats(console: Console) -> ChatSite:
    """Receivers that tell in one line what each was sent, and whether it took it."""

    def heard(kind: str, post: Post, reply: Reply) -> None:
        took = f"HTTP {reply.status} {plain(reply.body.decode(errors='replace'))}".rstrip()
        console.print(Text(f"  {kind}: {len(post.body)} bytes, answered {took}", style="dim"))

    return ChatSite(system_time, heard)


def _welcome(lab: Lab, *, show: bool) -> Iterator[Text]:
    clusters = [cluster for cluster in scene(lab.cloud.dump()) if cluster.cluster_id]
    key = lab.greeting
    for cluster in clusters:
        groups = ", ".join(group.group_id for group in cluster.groups)
        about = f"  {cluster.name} ({cluster.cluster_id}, {cluster.kind}): "
        yield Text.assemble((about, "bold"), groups)
    yield Text.assemble(
        ("mode      ", "dim"),
        lab.mode,
        ": violations are " + ("reverted" if lab.mode == "enforce" else "told, nothing is written"),
    )
    if show:
        yield Text.assemble(("page      ", "dim"), (lab.page, "bold"))
    yield Text("in another terminal:", style="dim")
    variables = ("secret_id", "secret_key", "region")
    yield Text("  export " + " ".join(f"TENCENTCLOUD_{name.upper()}={key[name]}" for name in variables))
    group = next((group.group_id for cluster in clusters for group in cluster.groups), "sg-…")
    yield Text(
        f"  tccli vpc CreateSecurityGroupPolicies --endpoint {lab.endpoint} --SecurityGroupId {group} "
        f"--SecurityGroupPolicySet '{_OPENED}'"
    )
    yield Text("what happens (Ctrl-C ends it):", style="dim")


def _open(url: str) -> None:
    """Show the page where there is a browser with a window; on a server the address above is enough."""
    windows = sys.platform in ("darwin", "win32") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    if windows:
        webbrowser.open(url)
