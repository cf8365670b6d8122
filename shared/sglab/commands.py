"""The commands that need the embedded cloud, as a plug-in of `sgguard`.

Their modules are imported when they run: every other command would pay for the cloud too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

from sgguard.model.plan import Mode
from sgguard.wording import Language

Kind = Literal["wecom", "dingtalk", "feishu", "slack", "teams", "webhook"]


def register(app: typer.Typer) -> None:
    """Add them."""
    app.command("demo")(_demo)
    app.command("replay")(_replay)
    messages = next(group.typer_instance for group in app.registered_groups if group.name == "notify")
    if messages is not None:
        messages.command("preview")(_preview)
    app.command("lab")(_lab)


def _demo() -> None:
    """Show the whole story on the embedded cloud: an opened group, its verdict, the revert, the alert.

    Needs no account. The client, the signatures, the function and the webhook are real; the cloud is tcmock.
    """
    from sglab.demo import demo

    raise typer.Exit(demo())


def _replay(
    events: Annotated[
        list[Path], typer.Argument(metavar="EVENT...", help="Event files, case folders, or folders of cases.")
    ],
    cloud: Annotated[
        Optional[Path],  # noqa: UP045 (typer reads it on Python 3.10 too)
        typer.Option(help="The cloud that the events happened in: a tcmock/state/v1 document."),
    ] = None,
    endpoint: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Instead: a cloud that runs elsewhere, with credentials from the environment."),
    ] = None,
    mode: Annotated[
        Optional[Mode],  # noqa: UP045
        typer.Option(help="Default: what the case expects, else observe."),
    ] = None,
    update: Annotated[bool, typer.Option("--update", help="Write down what came as expected.")] = False,
) -> None:
    """Run recorded events through the real function, and compare with what is expected.

    Prints one sgguard/run/v1 document a line. Exit code 1 means that a case came out otherwise than expected.
    """
    from sglab.replay import Replay, read_cases

    cases = read_cases(events, cloud, endpoint)
    raise typer.Exit(Replay(mode, endpoint, update=update).run_all(cases))


def _preview(
    case: Annotated[Path, typer.Option(help="A case folder: its event happens in its cloud.")],
    channel: Annotated[
        Optional[Kind],  # noqa: UP045
        typer.Option(help="Only one kind of channel."),
    ] = None,
    language: Annotated[Language, typer.Option(help="Language of the messages.")] = "en",
    mode: Annotated[
        Optional[Mode],  # noqa: UP045
        typer.Option(help="Default: what the case expects, else observe."),
    ] = None,
    output: Annotated[
        Literal["text", "json", "html"], typer.Option(help="text, the bodies that are posted, or a page.")
    ] = "text",
) -> None:
    """Show the messages that a recorded case leads to, as each channel is sent them.

    Nothing is sent. The html is one page that shows each message the way its product does.
    """
    from sglab.preview.command import preview

    preview(case, channel, language, mode, output)


def _lab(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to serve at; 0 takes a free one.")] = 0,
    mode: Annotated[Mode, typer.Option(help="Of the guard: observe or enforce.")] = "enforce",
    state: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(metavar="FILE", help="Another cloud than the built-in one: a tcmock/state/v1 document."),
    ] = None,
    config: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(metavar="FILE", help="The site's config. Default: one with a wide change budget."),
    ] = None,
    show: Annotated[
        bool, typer.Option("--open", help="Show the page with groups, timeline and inbox in a browser.")
    ] = False,
    chats: Annotated[
        bool,
        typer.Option("--chats", help="Tell WeCom, DingTalk, Feishu, Slack and Teams too: receivers here."),
    ] = False,
) -> None:
    """Serve a cloud that looks like production, guarded by the project's function, until it is interrupted.

    The first line on stdout is JSON for programs: where, and with which key. What happens follows.
    """
    from sglab.lab.command import run_lab

    raise typer.Exit(run_lab(port=port, mode=mode, state=state, config=config, show=show, chats=chats))
