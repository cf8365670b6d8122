"""`sgguard evaluate`: the verdict on one group, or on many."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, Optional

import msgspec
import typer
from rich.console import Console

from sgguard.adapters.clock import system_time
from sgguard.cli import exit_code
from sgguard.cli.batch import judge_lines
from sgguard.cli.case import Files, read_case, read_site_file
from sgguard.cli.files import read_text
from sgguard.cli.options import (
    Before,
    Bindings,
    BindingsBefore,
    Config,
    GroupId,
    OptionalText,
    Spoken,
    Templates,
    TemplatesBefore,
)
from sgguard.cli.verdict_table import print_evaluation
from sgguard.errors import ConfigError, Problem
from sgguard.model.finding import Verdict
from sgguard.report.document import evaluation_document
from sgguard.report.judged import Judged
from sgguard.report.ocsf import ocsf_document
from sgguard.report.sarif import sarif_document
from sgguard.wording import Language


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate")(_command)


def _command(  # noqa: PLR0913, PLR0917 (an option each)
    group: Annotated[
        OptionalText, typer.Option(help="A DescribeSecurityGroupPolicies answer, or its policy set alone.")
    ] = None,
    cluster: Annotated[OptionalText, typer.Option(help="The cluster file: role and networks.")] = None,
    templates: Templates = None,
    config: Config = None,
    bindings: Bindings = None,
    before: Before = None,
    templates_before: TemplatesBefore = None,
    bindings_before: BindingsBefore = None,
    group_id: GroupId = None,
    batch: Annotated[
        OptionalText,
        typer.Option(help="Instead of --group and --cluster: a file of cases, one a line; - reads them."),
    ] = None,
    output: Annotated[
        Optional[Literal["table", "json", "sarif", "ocsf", "jsonl"]],  # noqa: UP045
        typer.Option(
            help="Default: table, with --batch jsonl. sarif: one run over all groups. ocsf: a list of events."
        ),
    ] = None,
    practices: Annotated[
        bool, typer.Option("--practices", help="Tell also which of the vendor's practices are not followed.")
    ] = False,
    language: Spoken = "en",
) -> None:
    """Compare a security group with the TKE baseline, exactly.

    Says what is accepted beyond the baseline, what required traffic is cut, and which policy decides.
    """
    if batch is not None:
        alone = (group, cluster, templates, bindings, before, templates_before, bindings_before, group_id)
        if any(alone):
            raise _usage("--batch", "goes with --config, --practices, --language and --output only")
        file = "" if batch == "-" else batch
        lines = judge_lines(
            _lines(batch), read_site_file(config), file=file, practices=practices, now=system_time()
        )
        raise typer.Exit(_print(lines, output or "jsonl", language))
    if not group or not cluster:
        raise _usage("--group and --cluster", "are both needed unless --batch is given")
    files = Files(
        group=group,
        cluster=cluster,
        group_id=group_id,
        templates=templates,
        config=config,
        bindings=bindings,
        before=before,
        templates_before=templates_before,
        bindings_before=bindings_before,
    )
    given = read_case(files)
    judged = Judged(
        evaluation=given.evaluation(practices=practices),
        group=given.group,
        expectation=given.expectation,
        file=given.path,
    )
    raise typer.Exit(_print([judged], output or "table", language))


def _print(groups: Iterable[Judged], output: str, language: Language) -> int:
    """Print judged groups as asked; the exit code that they come to."""
    verdicts: list[Verdict] = []

    def noted() -> Iterator[Judged]:
        for judged in groups:
            verdicts.append(judged.evaluation.verdict)
            yield judged

    if output == "sarif":
        _print_json(sarif_document(list(noted()), language))
    elif output == "ocsf":
        at = system_time()
        _print_json(
            [event for judged in noted() for event in ocsf_document(judged, at=at, language=language)]
        )
    else:
        for judged in noted():
            if output == "table":
                print_evaluation(Console(), judged.evaluation, language)
            else:
                _print_json(evaluation_document(judged.evaluation, language))
    return exit_code.of_verdicts(verdicts)


def _usage(where: str, what: str) -> ConfigError:
    return ConfigError([Problem(where, what, "See sgguard evaluate --help.")])


def _lines(path: str) -> Iterator[str]:
    yield from sys.stdin if path == "-" else read_text(path).splitlines()


def _print_json(document: object) -> None:
    sys.stdout.write(msgspec.json.encode(document).decode() + "\n")
