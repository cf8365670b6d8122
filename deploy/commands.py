"""The commands of ``python -m deploy``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping

import msgspec

from deploy import inventory, operation, showing
from deploy.build import Places, build
from deploy.execution import carry_out
from deploy.plan import Plan
from deploy.planning import Scope, plan_deployment, plan_removal
from deploy.service import Service
from sgguard.deployment.management_api import ManagementApi

Parser = argparse.ArgumentParser


class Command(msgspec.Struct, frozen=True):
    """One command."""

    help: str
    run: Callable[[Service, Places, argparse.Namespace], int]
    options: Callable[[Parser], None] = lambda _: None


def say(text: str) -> None:
    """Progress, apart from data."""
    print(text, file=sys.stderr, flush=True)


def _build(service: Service, places: Places, _: argparse.Namespace) -> int:
    manifest = build(service, places)
    for name, artefact in manifest.functions.items():
        say(f"{artefact.sha256}  {artefact.size:>9,} bytes  {name}: {places.output / artefact.zip}")
    return 0


def _plan(service: Service, places: Places, options: argparse.Namespace) -> int:
    manifest = inventory.read(places.output)
    scope = Scope(function=options.function, prune=options.prune)
    _show(
        plan_deployment(ManagementApi(service.region), service, manifest, places.output, scope),
        options.output,
    )
    return 0


def _deploy(service: Service, places: Places, options: argparse.Namespace) -> int:
    manifest = inventory.read(places.output)
    cloud = ManagementApi(service.region)
    scope = Scope(function=options.function, prune=options.prune)
    plan = plan_deployment(cloud, service, manifest, places.output, scope)
    _show(plan, options.output)
    if options.dry_run:
        return 0
    carry_out(plan, cloud, service.namespace, say)
    say(f"{service.prefix} is deployed: {len(plan.pending)} of {len(plan.steps)} steps had to be done.")
    return 0


def _remove(service: Service, _: Places, options: argparse.Namespace) -> int:
    cloud = ManagementApi(service.region)
    plan = plan_removal(cloud, service)
    _show(plan, options.output)
    if options.dry_run:
        return 0
    carry_out(plan, cloud, service.namespace, say)
    say(f"{service.prefix} is removed. Its store and its logs were left.")
    return 0


def _show(plan: Plan, output: str) -> None:
    if output == "json":
        print(msgspec.json.format(msgspec.json.encode(showing.document(plan)), indent=2).decode())
    else:
        print("\n".join(showing.lines(plan)), flush=True)


def _takes_output(parser: Parser) -> None:
    parser.add_argument("--output", choices=("text", "json"), default="text", help="how the plan is shown")


def _takes_scope(parser: Parser) -> None:
    _takes_output(parser)
    parser.add_argument("--function", default="", metavar="NAME", help="only this function")
    parser.add_argument(
        "--prune", action="store_true", help="also remove what was made here and left the file"
    )


def _takes_dry_run(parser: Parser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="show the plan and do nothing")


def _takes_deployment(parser: Parser) -> None:
    _takes_scope(parser)
    _takes_dry_run(parser)


def _takes_removal(parser: Parser) -> None:
    _takes_output(parser)
    _takes_dry_run(parser)


def _takes_function(parser: Parser) -> None:
    parser.add_argument("--function", required=True, metavar="NAME", help="which function")


def _takes_event(parser: Parser) -> None:
    _takes_function(parser)
    event = parser.add_mutually_exclusive_group()
    event.add_argument("--path", metavar="FILE", help="file with the event as JSON")
    event.add_argument("--data", metavar="JSON", help="the event as JSON")


COMMANDS: Mapping[str, Command] = {
    "build": Command("Build each function's zip, with a manifest of hashes and an SBOM.", _build),
    "plan": Command("Show what deploy would do.", _plan, _takes_scope),
    "deploy": Command("Make the cloud what the file says; shows the plan first.", _deploy, _takes_deployment),
    "remove": Command("Remove all that was deployed; the store stays.", _remove, _takes_removal),
    "info": Command("Show what is deployed, as JSON.", operation.info),
    "invoke": Command("Invoke a deployed function.", operation.invoke, _takes_event),
    "invoke-local": Command(
        "Invoke a built zip on this machine; it only observes.", operation.invoke_local, _takes_event
    ),
    "logs": Command("Show the last invocations of a function.", operation.logs, _takes_function),
}
