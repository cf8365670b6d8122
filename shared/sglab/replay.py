"""Recorded events through the real function."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import msgspec
from rich.console import Console
from rich.progress import track

from scfshim import environment_credentials
from sgguard.cli import exit_code
from sgguard.errors import ConfigError, Problem
from sgguard.model.finding import Verdict
from sgguard.model.plan import Mode
from sglab.case import Case, Expectation, default_mode, find_cases, read_case, read_json, told
from sglab.deployment import Document
from sglab.elsewhere import Elsewhere
from sglab.stage import Delivered, Stage


def read_cases(paths: Sequence[Path], cloud: Path | None, endpoint: str | None) -> list[Case]:
    """The cases that are named. Raises ConfigError."""
    if cloud and endpoint:
        raise ConfigError([Problem("--cloud and --endpoint", "exclude each other", "Give one of them.")])
    return [case for path in paths for case in _cases(path, cloud, endpoint)]


def _cases(path: Path, cloud: Path | None, endpoint: str | None) -> Iterator[Case]:
    if path.is_dir():
        folders = find_cases(path)
        if not folders:
            what = "holds no case: no event.json at or below it"
            raise ConfigError([Problem(str(path), what, "Name a folder of cases, or an event file.")])
        yield from map(read_case, folders)
    elif path.name == "event.json" and not cloud and not endpoint and (path.parent / "cloud.json").exists():
        yield read_case(path.parent)
    elif cloud or endpoint:
        state = read_json(cloud, dict) if cloud else {}
        yield Case(path.name, read_json(path), msgspec.convert(state, Document), None, path.parent)
    else:
        fix = "Add --cloud FILE or --endpoint URL, or name a case folder."
        raise ConfigError([Problem(str(path), "needs the cloud it happened in", fix)])


class Replay:
    """Runs cases, each in a cloud of its own, and remembers how they ended."""

    def __init__(self, mode: Mode | None, endpoint: str | None, *, update: bool) -> None:
        self._mode = mode
        self._endpoint = endpoint
        self._update = update
        self._compared = False
        self._differs = False
        self._verdicts: list[Verdict] = []

    def run_all(self, cases: Sequence[Case]) -> int:
        """Run and print them; the exit code. Raises GuardError."""
        progress = Console(stderr=True)
        for case in track(cases, "replaying", console=progress, disable=not progress.is_terminal):
            for run in self._run(case):
                sys.stdout.write(msgspec.json.encode(run).decode() + "\n")
        return self._exit_code()

    def _run(self, case: Case) -> Sequence[Document]:
        mode = self._mode or default_mode([case])
        if self._endpoint:
            key = environment_credentials()
            with Elsewhere(mode=mode, endpoint=self._endpoint, credentials=key) as elsewhere:
                delivered = elsewhere.deliver(case.event)
        else:
            with Stage(mode=mode, state=case.cloud) as stage:
                delivered = stage.deliver(case.event)
                self._compare(case, mode, delivered, stage)
        self._verdicts += [verdict for run in delivered.runs or [{}] if (verdict := _verdict(run))]
        return delivered.runs

    def _exit_code(self) -> int:
        if self._compared:
            return exit_code.UNEXPECTED if self._differs else exit_code.CLEAN
        return exit_code.of_verdicts(self._verdicts)

    def _compare(self, case: Case, mode: Mode, delivered: Delivered, stage: Stage) -> None:
        found = told(mode, delivered, stage)
        if self._update:
            (case.folder / "expected.json").write_text(_pretty(found), encoding="utf-8")
        elif case.expected and mode == case.expected.mode:
            self._compared = True
            if found != case.expected:
                self._differs = True
                _report(case.name, case.expected, found)
            else:
                print(f"as expected: {case.name}", file=sys.stderr)


def _verdict(run: Document) -> Verdict | None:
    """A run's verdict; undetermined where there should be one and is none, None where nothing was due."""
    evaluation = run.get("evaluation")
    if isinstance(evaluation, dict):
        return cast("Verdict", evaluation["verdict"])
    return None if str(run.get("note", "")).startswith(("ignored: ", "not covered: ")) else "undetermined"


def _report(name: str, expected: Expectation, found: Expectation) -> None:
    print(f"otherwise than expected: {name}", file=sys.stderr)
    lines = difflib.unified_diff(
        _pretty(expected).splitlines(), _pretty(found).splitlines(), "expected", "found", lineterm="", n=2
    )
    print("\n".join(lines), file=sys.stderr)


def _pretty(expectation: Expectation) -> str:
    return msgspec.json.format(msgspec.json.encode(expectation), indent=2).decode() + "\n"
