"""The commands on the guard's store, and those that write to the cloud, as a person gives them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import samples

from sgguard.adapters.sqlite_store import SqliteStore
from sgguard.model.plan import Step
from sgguard.state import JournalEntry, Snapshot, append, freezes_of, keep_snapshot
from sglab.case import find_cases, read_case
from sglab.stage import Stage

Run = Callable[..., subprocess.CompletedProcess[str]]
CASES = Path(__file__).parents[2] / "events" / "cases"


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "state.sqlite")


@pytest.fixture
def run(path: str) -> Run:
    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(Path(sys.executable).with_name("sgguard")), *arguments],
            env={
                **os.environ,
                "NO_COLOR": "1",
                "COLUMNS": "200",
                "SGGUARD_STORE": path,
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


def journalled(path: str) -> str:
    """A journal with one deed; its id."""
    store = SqliteStore(path)
    rows = samples.group()
    key = keep_snapshot(store, Snapshot(region="ap-guangzhou", group_id="sg-1", group=rows), at=1_780_000_000)
    step = Step(op="delete", direction="ingress", indexes=(0,), policies=rows.ingress[:1])
    entry = JournalEntry(
        chain="sg-1",
        at=1_780_000_000.0,
        deed="revert",
        phase="intended",
        by="sgguard",
        region="ap-guangzhou",
        steps=(step,),
        snapshot=key,
    )
    intention = append(store, entry)
    end = JournalEntry(
        chain="sg-1",
        at=1_780_000_001.0,
        deed="revert",
        phase="ended",
        by="sgguard",
        intention=intention.digest,
        result="reverted",
    )
    append(store, end)
    store.close()
    return intention.id


def test_the_journal_is_listed_and_shown(run: Run, path: str) -> None:
    identity = journalled(path)
    listed = run("journal", "list")
    assert listed.returncode == 0
    (line,) = listed.stdout.splitlines()[1:]
    assert line.split()[:6] == [identity, "2026-05-28", "20:26:40Z", "sg-1", "revert", "sgguard"]
    assert "- ACCEPT ALL from 172.16.0.0/16" in line
    document = json.loads(run("journal", "list", "--output", "json").stdout)
    assert (document["schema"], document["ended"]["result"]) == ("sgguard/journal-entry/v1", "reverted")
    shown = json.loads(run("journal", "show", identity[:8]).stdout)
    assert shown["before"]["Version"] == "7"
    assert shown["steps"][0]["indexes"] == [0]
    missing = run("journal", "show", "ffff")
    assert missing.returncode == 4
    assert "sgguard journal list" in missing.stderr


def test_a_journal_that_was_tampered_with(run: Run, path: str) -> None:
    identity = journalled(path)
    clean = run("journal", "verify", "--anchor", identity)
    assert (clean.returncode, clean.stdout) == (0, "2 entries, 0 wrong, 0 notes\n")
    assert run("journal", "verify", "--anchor", "beef").returncode == 3
    store = SqliteStore(path)
    store.remove("journal", store.entries("journal")[0].key)
    store.close()
    broken = run("journal", "verify", "--output", "json")
    document = json.loads(broken.stdout)
    assert (broken.returncode, document["intact"]) == (3, False)
    assert {flaw["fault"] for flaw in document["flaws"]} == {"missing"}


def test_freezing_and_unfreezing(run: Run, path: str) -> None:
    frozen = run("freeze", "--group", "sg-1", "--reason", "migration", "--by", "ana")
    assert frozen.returncode == 0
    assert "sgguard unfreeze --group sg-1" in frozen.stdout
    store = SqliteStore(path)
    assert [(f.by, f.why) for f in freezes_of(store, "sg-1")] == [("ana", "migration")]
    store.close()
    assert "not frozen by sgguard freeze --all" in run("unfreeze", "--all").stderr
    assert "written to again" in run("unfreeze", "--group", "sg-1").stdout
    assert run("journal", "verify").stdout == "2 entries, 0 wrong, 0 notes\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("freeze",), "are both missing"),
        (("freeze", "--all", "--group", "sg-1"), "are both given"),
        (("freeze", "--group", "cls-1"), "no id of a group"),
        (("journal", "list", "--store", ""), "SGGUARD_STORE is not set"),
    ],
)
def test_what_cannot_be_meant(run: Run, arguments: tuple[str, ...], words: str) -> None:
    result = run(*arguments)
    assert result.returncode == 2
    assert words in result.stderr


def test_a_store_that_names_no_bucket(run: Run) -> None:
    result = run("journal", "list", "--store", "cos://bucket/x")
    assert result.returncode == 4
    assert "cos://bucket-1250000000/prefix?region=ap-guangzhou" in result.stderr


def test_a_revert_is_undone_over_the_wire(run: Run, path: str) -> None:
    """The function reverts, a person takes it back, and every byte goes through HTTP."""
    (folder,) = [f for f in find_cases(CASES) if f.name == "world-opened-by-all"]
    case = read_case(folder)
    with Stage(mode="enforce", state=case.cloud, environment={"SGGUARD_STORE": path}) as stage:
        stage.deliver(case.event)
        identity = json.loads(run("journal", "list", "--output", "json").stdout)["id"]
        keys = stage.credentials
        result = run(
            "undo",
            identity,
            "--output",
            "json",
            TENCENTCLOUD_ENDPOINT=stage.endpoint,
            TENCENTCLOUD_SECRET_ID=keys.secret_id,
            TENCENTCLOUD_SECRET_KEY=keys.secret_key,
        )
        assert (result.returncode, result.stderr) == (0, "")
        document: Any = json.loads(result.stdout)
        assert document["outcome"]["result"] == "reverted"
        assert document["frozen"] is True
        again = stage.deliver(case.event)
        assert [run["plan"]["decision"] for run in again.runs] == ["alert"]  # type: ignore[index, call-overload]
    assert run("journal", "verify").returncode == 0


def test_a_plan_tells_what_the_config_holds_back(run: Run, tmp_path: Path) -> None:
    world: samples.Row = ("ALL", "ALL", "0.0.0.0/0")
    files = {
        "group.json": samples.wire_group([world, *samples.NODE_ROWS]),
        "cluster.json": samples.cluster(),
        "site.json": {"schema": "sgguard/config/v1", "revert": {"protected": ["sg-1"], "approval": "high"}},
    }
    for name, document in files.items():
        (tmp_path / name).write_text(json.dumps(document))
    named = [str(tmp_path / name) for name in files]
    given = ("--group", named[0], "--cluster", named[1], "--config", named[2])
    held = json.loads(run("plan", *given, "--group-id", "sg-1").stdout)
    assert held["decision"] == "alert"
    assert held["reasons"][-1] == "the config protects this group: it is never written"
    assert json.loads(run("plan", *given, "--group-id", "sg-2").stdout)["decision"] == "revert"
