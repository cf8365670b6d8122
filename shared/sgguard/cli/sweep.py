"""`sgguard sweep` and `sgguard scan`: every covered group through the same pipeline as a change."""

from __future__ import annotations

import os
import sys
import threading
from collections import Counter
from collections.abc import Callable
from typing import Annotated, Literal, Optional
from uuid import uuid4

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from sgguard import wiring
from sgguard.cli import exit_code
from sgguard.cli.case import read_site_file
from sgguard.cli.options import Config
from sgguard.cli.where import Accounts, Regions, places
from sgguard.errors import ConfigError, Problem
from sgguard.model.run import Run
from sgguard.pipeline import Guard
from sgguard.report.document import run_document
from sgguard.report.text import plain
from sgguard.settings import read_settings
from sgguard.sweep import Limits, Place, PlaceReport, Round, Rounds
from sgguard.sweep import Progress as Listener

Output = Annotated[
    Literal["table", "json", "jsonl"],
    typer.Option(help="table (default); json: the summary; jsonl: a run a line, the summary last."),
]
Parallel = Annotated[int, typer.Option(min=1, max=32, help="Groups looked at at once.")]


def register(app: typer.Typer) -> None:
    """Add both commands."""
    app.command("sweep")(_sweep)
    app.command("scan")(_scan)


def _sweep(
    regions: Regions = None,
    accounts: Accounts = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what an earlier sweep left.")] = False,
    parallel: Parallel = 8,
    config: Config = None,
    output: Output = "table",
) -> None:
    """Look at every covered group now, as the timer does, and act as SGGUARD_MODE says.

    Settings come from the environment, as the function's do; without SGGUARD_MODE it observes. What is not
    finished, for whatever reason, stays in the store: go on with --resume.
    """
    settings = read_settings({"SGGUARD_MODE": "observe", "SGGUARD_LOG_LEVEL": "error", **os.environ})
    if not settings.store:
        fix = "Set it to a file, such as ./sgguard.sqlite; or use sgguard scan --all, which keeps nothing."
        raise ConfigError(
            [Problem("SGGUARD_STORE", "is not set, so nothing could be resumed or undone", fix)]
        )
    wiring.configure_logging(settings.log_level, sys.stderr)
    guard = wiring.build_guard(settings, None, wiring.logger())
    if config:
        guard = msgspec.structs.replace(guard, site=read_site_file(config))
    _go(guard, regions, accounts, parallel, output, resume=resume)


def _scan(
    groups: Annotated[Optional[list[str]], typer.Argument(help="Security groups; or --all.")] = None,  # noqa: UP045
    every: Annotated[bool, typer.Option("--all", help="Every covered group.")] = False,
    regions: Regions = None,
    accounts: Accounts = None,
    parallel: Parallel = 8,
    config: Config = None,
    output: Output = "table",
) -> None:
    """Judge groups of TKE clusters as they are now: read-only, nothing installed, nothing kept, nobody told.

    Keys come from the environment: TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY. Without --region and
    without regions in the config, all regions are looked at.
    """
    if bool(groups) == every:
        raise ConfigError(
            [Problem("scan", "needs groups or --all, and not both", "See sgguard scan --help.")]
        )
    wiring.configure_logging("error", sys.stderr)
    site = read_site_file(config)
    guard = wiring.build_observer(site, wiring.logger())
    home = bool(regions or site.fleet.regions or os.environ.get("TENCENTCLOUD_REGION"))
    _go(guard, regions if home else ["all"], accounts, parallel, output, only=groups)


def _go(
    guard: Guard,
    regions: list[str] | None,
    accounts: list[str] | None,
    parallel: int,
    output: str,
    *,
    resume: bool = False,
    only: list[str] | None = None,
) -> None:
    chosen = () if resume else places(guard.site.fleet, regions, accounts)
    with _Show(output) as show:
        rounds = Rounds(
            wiring.guards_of(guard, None),
            Limits(parallel=parallel, reserve=0.0),
            size=guard.site.fleet.batch,
            watch=show.watch,
            progress=show,
            only=frozenset(only) if only else None,
        )
        found = rounds.resume() if resume else rounds.run(chosen, uuid4().hex[:12])
    show.print_end(found)
    raise typer.Exit(_code(found))


class _Show(Listener):
    """Rows as they come, a bar on a terminal, a summary at the end."""

    def __init__(self, output: str) -> None:
        self._output = output
        self._console = Console(stderr=True)
        self._lock = threading.Lock()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("looking at groups", total=0)
        self._total = 0
        self._rows: list[tuple[str, str, Run]] = []

    def __enter__(self) -> _Show:  # noqa: PYI034 - Self needs Python 3.11
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def surveyed(self, report: PlaceReport) -> None:
        """Widen the bar, and tell what could not be read."""
        with self._lock:
            self._total += report.covered + report.undetermined
            self._bar.update(self._task, total=self._total)
        if report.error:
            where = f"{report.account}/{report.region}".lstrip("/")
            print(f"{where} could not be read: {report.error}", file=sys.stderr)

    def watch(self, place: Place) -> Callable[[str, Run], None]:
        """What to do with each group of a place."""

        def seen(group_id: str, run: Run) -> None:
            with self._lock:
                self._bar.advance(self._task)
                if self._output == "jsonl":
                    line = {
                        "account": place.account,
                        "region": place.region,
                        **_line(group_id, run),
                    }
                    sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
                elif run.kept or (run.evaluation and run.evaluation.verdict != "compliant"):
                    self._rows.append((place.name, group_id, run))

        return seen

    def print_end(self, found: Round) -> None:
        """The summary."""
        if self._output != "table":
            document = {"schema": "sgguard/sweep/v1", **msgspec.to_builtins(found)}
            print(msgspec.json.encode(document).decode())
            return
        table = Table("Where", "Group", "Verdict", "Findings", "Done", box=None, pad_edge=False)
        for where, group_id, run in sorted(self._rows, key=lambda row: row[:2]):
            table.add_row(where, group_id, *map(escape, _cells(run)))
        if self._rows:
            Console().print(table)
        verdicts = ", ".join(f"{count} {name}" for name, count in sorted(found.verdicts.items())) or "none"
        failed = sum(place.status != "done" for place in found.places)
        print(
            f"{sum(found.verdicts.values())} groups in {len(found.places)} places: {verdicts}.",
            file=sys.stderr,
        )
        if failed or found.left:
            print(
                f"{failed} places and {found.left} groups are left: sgguard sweep --resume.", file=sys.stderr
            )


def _line(group_id: str, run: Run) -> dict[str, object]:
    document = run_document(run)
    return {"group_id": group_id, **{key: document[key] for key in ("note", "evaluation", "plan", "outcome")}}


def _cells(run: Run) -> tuple[str, str, str]:
    if run.evaluation is None:
        return "could not be judged", plain(run.note, 200), ""
    kinds = Counter(
        f"{finding.severity} {finding.kind}"
        for finding in run.evaluation.findings
        if finding.kind != "shadowed"
    )
    said = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    return run.evaluation.verdict, said, run.outcome.result if run.outcome else ""


def _code(found: Round) -> int:
    if found.verdicts["violating"]:
        return exit_code.FINDINGS
    undecided = found.verdicts["undetermined"] or found.verdicts["kept"] or found.left
    return (
        exit_code.UNDECIDED if undecided or any(p.status != "done" for p in found.places) else exit_code.CLEAN
    )
