"""`sgguard evaluate`: the verdict on one group, or on many."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated, Literal, Optional

import msgspec
import typer
from rich.console import Console

from sgguard.cli import exit_code
from sgguard.cli.batch import evaluate_lines
from sgguard.cli.case import read_case, read_site_file
from sgguard.cli.files import read_text
from sgguard.cli.options import Config, Templates
from sgguard.cli.table import print_evaluation
from sgguard.errors import ConfigError, Problem
from sgguard.evaluate import evaluate
from sgguard.model.finding import Evaluation
from sgguard.report.document import evaluation_document


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate")(_command)


def _command(
    group: Annotated[
        Optional[str],  # noqa: UP045 (typer reads it on Python 3.10 too)
        typer.Option(help="A DescribeSecurityGroupPolicies answer, or its policy set alone."),
    ] = None,
    cluster: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="The cluster file: role and networks."),
    ] = None,
    templates: Templates = None,
    config: Config = None,
    batch: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Instead of --group and --cluster: a file of cases, one a line; - reads them."),
    ] = None,
    output: Annotated[
        Optional[Literal["table", "json", "jsonl"]],  # noqa: UP045
        typer.Option(help="table (default) or json; jsonl (default) for --batch."),
    ] = None,
) -> None:
    """Compare a security group with the TKE baseline, exactly.

    Says what is accepted beyond the baseline, what required traffic is cut, and which policy decides.
    """
    if batch is not None:
        if group or cluster or templates or output not in {None, "jsonl"}:
            raise _usage("--batch", "goes with --config and --output jsonl only")
        raise typer.Exit(_print_lines(evaluate_lines(_lines(batch), read_site_file(config))))
    if not group or not cluster:
        raise _usage("--group and --cluster", "are both needed unless --batch is given")
    if output == "jsonl":
        raise _usage("--output", "jsonl goes with --batch")
    given = read_case(group, cluster, templates, config)
    evaluation = evaluate(
        given.group, given.expectation, group_id=given.group_id, circumstances=given.circumstances
    )
    if output == "json":
        sys.stdout.write(_json(evaluation) + "\n")
    else:
        print_evaluation(Console(), evaluation)
    raise typer.Exit(exit_code.of_verdicts([evaluation.verdict]))


def _usage(where: str, what: str) -> ConfigError:
    return ConfigError([Problem(where, what, "See sgguard evaluate --help.")])


def _lines(path: str) -> Iterator[str]:
    yield from sys.stdin if path == "-" else read_text(path).splitlines()


def _print_lines(evaluations: Iterator[Evaluation]) -> int:
    verdicts = set()
    for evaluation in evaluations:
        sys.stdout.write(_json(evaluation) + "\n")
        verdicts.add(evaluation.verdict)
    return exit_code.of_verdicts(verdicts)


def _json(evaluation: Evaluation) -> str:
    return msgspec.json.encode(evaluation_document(evaluation)).decode()
