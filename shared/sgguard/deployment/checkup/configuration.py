"""Whether the function is set up as it should be, and how it fared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sgguard.deployment.checkup.line import Line, ok, problem
from sgguard.deployment.checkup.patient import Patient
from sgguard.report.text import plain
from sgguard.settings import read_settings

FUNCTION, SETTINGS, ERRORS, LETTERS = "function", "settings", "last errors", "dead letter"
RUNTIME = "Python3.10"
_SHOWN = 200
_SHORTEST = 30
"""Seconds: less is not enough for a revert with its checks."""


def configuration(patient: Patient) -> Iterator[Line]:
    """Status, runtime and time limit."""
    settings = patient.settings
    status = settings.get("Status")
    if status == "Active":
        yield ok(FUNCTION, f"{patient.name} is Active, build {patient.variables.get('SGGUARD_BUILD', '?')}")
    else:
        fix = "Wait and run this again; if it stays, look at it in the SCF console and deploy again."
        yield problem(FUNCTION, f"{patient.name} is {status}.", fix)
    if settings.get("Runtime") != RUNTIME:
        fix = "Remove it and deploy again: a runtime cannot be changed."
        yield problem(FUNCTION, f"It runs on {settings.get('Runtime')}, not on {RUNTIME}.", fix)
    limit = settings.get("Timeout")
    if isinstance(limit, int) and limit < _SHORTEST:
        yield problem(FUNCTION, f"It has {limit} s for an event.", f"Deploy again with at least {_SHORTEST}.")


def variables(patient: Patient) -> Iterator[Line]:
    """What the guard itself would say about its environment."""
    read = read_settings(patient.variables)
    for wrong in read.problems:
        yield problem(SETTINGS, f"{wrong.where} {wrong.what}; so it only observes.", wrong.fix)
    if not read.problems:
        yield ok(SETTINGS, f"mode {read.mode}{', frozen by SGGUARD_FREEZE' if read.frozen else ''}")


def errors(patient: Patient) -> Iterator[Line]:
    """The last invocations that failed."""
    answer = patient.cloud.call(
        "scf",
        "GetFunctionLogs",
        FunctionName=patient.name,
        Namespace=patient.namespace,
        Limit=1,
        Offset=0,
        Filter={"RetCode": "not0"},
    )
    entries = answer.get("Data")
    failed = [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []
    if not failed:
        yield ok(ERRORS, "none")
        return
    last = failed[0]
    said = plain(str(last.get("RetMsg") or last.get("Log") or ""), _SHOWN)
    fix = f"Read its log: osls logs -f {patient.key}, request {last.get('RequestId')}."
    yield problem(
        ERRORS, f"{answer.get('TotalCount')} failed, the last at {last.get('StartTime')}: {said}", fix
    )


def dead_letter(patient: Patient) -> Iterator[Line]:
    """Where SCF puts what it gives up."""
    letter = patient.settings.get("DeadLetterConfig")
    name = letter.get("Name") if isinstance(letter, Mapping) else ""
    if name:
        yield ok(LETTERS, f"SCF puts what it gives up into {name}")
    else:
        advice = "Set deadLetter in serverless.yml; what the guard cannot read is kept in its store anyway."
        yield ok(LETTERS, "none: SCF drops an event after its last attempt", advice)
