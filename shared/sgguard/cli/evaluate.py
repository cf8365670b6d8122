"""`sgguard evaluate`: the verdict on one group, or on many."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated, Literal, Optional

import msgspec
import typer
from rich.console import Console

from sgguard.adapters.clock import system_time
from sgguard.cli import exit_code
from sgguard.cli.batch import evaluate_lines
from sgguard.cli.case import Files, Given, read_case, read_site_file
from sgguard.cli.files import read_text
from sgguard.cli.options import (
    Before,
    Bindings,
    BindingsBefore,
    Config,
    OptionalText,
    Spoken,
    Templates,
    TemplatesBefore,
)
from sgguard.cli.verdict_table import print_evaluation
from sgguard.errors import ConfigError, Problem
from sgguard.model.finding import Evaluation
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
    batch: Annotated[
        OptionalText,
        typer.Option(help="Instead of --group and --cluster: a file of cases, one a line; - reads them."),
    ] = None,
    output: Annotated[
        Optional[Literal["table", "json", "sarif", "ocsf", "jsonl"]],  # noqa: UP045
        typer.Option(help="table (default), json, sarif or ocsf; jsonl (default) for --batch."),
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
        alone = (group, cluster, templates, bindings, before, templates_before, bindings_before)
        if any(alone) or output not in {None, "jsonl"}:
            raise _usage("--batch", "goes with --config, --practices, --language and --output jsonl only")
        lines = evaluate_lines(_lines(batch), read_site_file(config), practices=practices, now=system_time())
        raise typer.Exit(_print_lines(lines, language))
    if not group or not cluster:
        raise _usage("--group and --cluster", "are both needed unless --batch is given")
    if output == "jsonl":
        raise _usage("--output", "jsonl goes with --batch")
    files = Files(
        group=group,
        cluster=cluster,
        templates=templates,
        config=config,
        bindings=bindings,
        before=before,
        templates_before=templates_before,
        bindings_before=bindings_before,
    )
    given = read_case(files)
    evaluation = given.evaluation(practices=practices)
    _print(evaluation, given, output or "table", language)
    raise typer.Exit(exit_code.of_verdicts([evaluation.verdict]))


def _print(evaluation: Evaluation, given: Given, output: str, language: Language) -> None:
    if output == "table":
        print_evaluation(Console(), evaluation, language)
    elif output == "json":
        _print_json(evaluation_document(evaluation, language))
    else:
        judged = Judged(
            evaluation=evaluation,
            group=given.group,
            expectation=given.expectation,
            file=given.path,
        )
        if output == "sarif":
            _print_json(sarif_document([judged], language))
        else:
            _print_json(ocsf_document(judged, at=system_time(), language=language))


def _usage(where: str, what: str) -> ConfigError:
    return ConfigError([Problem(where, what, "See sgguard evaluate --help.")])


def _lines(path: str) -> Iterator[str]:
    yield from sys.stdin if path == "-" else read_text(path).splitlines()


def _print_lines(evaluations: Iterator[Evaluation], language: Language) -> int:
    verdicts = set()
    for evaluation in evaluations:
        _print_json(evaluation_document(evaluation, language))
        verdicts.add(evaluation.verdict)
    return exit_code.of_verdicts(verdicts)


def _print_json(document: object) -> None:
    sys.stdout.write(msgspec.json.encode(document).decode() + "\n")
