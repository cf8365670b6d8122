"""Recorded cases: an event, the cloud it happened in, and what must come of it.

A case is a folder with `event.json`, `cloud.json` (`tcmock/state/v1`) and `expected.json`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import cast

import msgspec

from sgguard.errors import ConfigError, Problem
from sgguard.model.plan import MODES, Mode
from sglab.deployment import Document
from sglab.stage import Delivered, Stage


class Expectation(msgspec.Struct, forbid_unknown_fields=True):
    """What must come of a case: the story in short, so that a reader sees at a glance what matters."""

    mode: Mode
    runs: list[Document]
    writes: list[str]
    """Write calls that reached the cloud, in order."""
    messages: int
    """How many reached the receiver."""
    after: dict[str, list[str]]
    """The rows of each group after all, ingress then egress, as ``0 ACCEPT tcp 22 0.0.0.0/0``."""


class Case(msgspec.Struct, frozen=True):
    """One case as read."""

    name: str
    event: object
    cloud: Document
    expected: Expectation | None
    folder: Path


def find_cases(folder: Path) -> list[Path]:
    """Every case folder at or below a folder, in order."""
    return sorted(path.parent for path in folder.rglob("event.json"))


def read_case(folder: Path) -> Case:
    """One case. Raises ConfigError when one of its files cannot be read."""
    expected = folder / "expected.json"
    return Case(
        name=f"{folder.parent.name}/{folder.name}",
        event=read_json(folder / "event.json"),
        cloud=cast("Document", read_json(folder / "cloud.json", dict)),
        expected=cast("Expectation", read_json(expected, Expectation)) if expected.exists() else None,
        folder=folder,
    )


def read_json(path: Path, shape: type | None = None) -> object:
    """A decoded file. Raises ConfigError naming the file."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=shape or object)
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise ConfigError([Problem(str(path), what, "Check the path.")]) from error
    except msgspec.DecodeError as error:
        raise ConfigError(
            [Problem(str(path), f"is not what it should be: {error}", "Correct it.")]
        ) from error


def default_mode(cases: Iterable[Case]) -> Mode:
    """The mode of the first case that names one; else `observe`, which writes nothing."""
    return next((case.expected.mode for case in cases if case.expected), MODES[0])


def told(mode: Mode, delivered: Delivered, stage: Stage) -> Expectation:
    """What came of a case, in the words of its expectation."""
    return Expectation(
        mode=mode,
        runs=[_story(run) for run in delivered.runs],
        writes=[call.action for call in delivered.calls if not call.action.startswith("Describe")],
        messages=len(delivered.messages),
        after=dict(_groups(stage.cloud.dump())),
    )


def _story(run: Document) -> Document:
    evaluation = cast("Document", run["evaluation"] or {})
    plan = cast("Document", run["plan"] or {})
    outcome = cast("Document", run["outcome"] or {})
    findings = cast("Sequence[Document]", evaluation.get("findings", []))
    kept = ("kind", "severity", "direction", "requirement", "policy_indexes", "witness")
    return {
        "note": run["note"],
        "verdict": evaluation.get("verdict"),
        "findings": [
            {key: finding[key] for key in kept} for finding in findings if finding["kind"] != "shadowed"
        ],
        "decision": plan.get("decision"),
        "reasons": plan.get("reasons", []),
        "result": outcome.get("result"),
    }


def _groups(state: Document) -> Iterator[tuple[str, list[str]]]:
    for account in cast("dict[str, Document]", state["accounts"]).values():
        for region in cast("dict[str, dict[str, list[Document]]]", account["regions"]).values():
            for group in region["security_groups"]:
                rows = cast("dict[str, list[Document]]", group["SecurityGroupPolicySet"])
                yield (
                    str(group["SecurityGroupId"]),
                    [_row(row) for direction in ("Ingress", "Egress") for row in rows[direction]],
                )


def _row(row: Document) -> str:
    peer = row.get("CidrBlock") or row.get("Ipv6CidrBlock") or row.get("SecurityGroupId") or "template"
    words = (row.get("PolicyIndex"), row.get("Action"), row.get("Protocol"), row.get("Port"), peer)
    return " ".join(str(word) for word in words if word not in {None, ""})
