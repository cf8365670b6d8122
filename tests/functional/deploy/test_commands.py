"""``python -m deploy`` as it is typed: what goes to stdout, what to stderr, and the exit code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from deployment_site import Site, guard_alone

from deploy import execution, inventory
from deploy.__main__ import main
from deploy.inventory import Manifest
from tcmock import mock_tencentcloud

EXAMPLE = Path(__file__).parents[3] / "docs" / "service.example.json"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A cloud, and a build that the commands find; it is as good as its manifest says."""
    with mock_tencentcloud() as cloud:
        site = Site(cloud, tmp_path)

        def built(_: Path) -> Manifest:
            return site.manifest

        monkeypatch.setattr(inventory, "read", built)
        monkeypatch.setattr(execution.time, "sleep", cloud.clock.advance)
        yield site


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The example with the function guard alone."""
    document = json.loads(EXAMPLE.read_text())
    document["functions"] = {"guard": document["functions"]["guard"]}
    (tmp_path / "service.json").write_text(json.dumps(document))
    return tmp_path / "service.json"


def run(site: Site, file: Path, *arguments: str) -> int:
    command, *rest = arguments
    return main([command, "--service", str(file), "--package", str(site.package), *rest])


def test_deploy_shows_its_plan_and_says_what_it_did(
    site: Site, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(site, file, "deploy", "--dry-run") == 0
    planned = capsys.readouterr()
    assert "+ create function sgguard-dev-guard" in planned.out
    assert planned.err == ""
    assert run(site, file, "deploy") == 0
    done = capsys.readouterr()
    assert done.out == planned.out
    assert "done: create target sgguard-dev-security-groups" in done.err
    assert run(site, file, "plan", "--output", "json") == 0
    plan = json.loads(capsys.readouterr().out)
    assert {step["verb"] for step in plan["steps"]} == {"keep"}


def test_info_shows_names_of_variables_and_no_values(
    site: Site, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(site, file, "info") == 0
    assert json.loads(capsys.readouterr().out)["functions"] == {"guard": None}
    site.deploy(guard_alone())
    assert run(site, file, "info") == 0
    shown = capsys.readouterr().out
    assert json.loads(shown)["functions"]["guard"]["mode"] == "observe"
    assert "SGGUARD_STORE" in shown
    assert "/mnt/state" not in shown


def test_logs_of_a_function_that_was_never_called(
    site: Site, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.deploy(guard_alone())
    assert run(site, file, "logs", "--function", "guard") == 0
    assert capsys.readouterr().out == ""


def test_remove_says_what_it_left(site: Site, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site.deploy(guard_alone())
    assert run(site, file, "remove", "--dry-run") == 0
    assert "- delete role sgguard-dev-guard" in capsys.readouterr().out
    assert run(site, file, "remove") == 0
    assert "Its store and its logs were left." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("logs", "--function", "gard"), 2, "--function: is 'gard'. There are: guard"),
        (("invoke", "--function", "guard", "--data", "{"), 2, "--data: is no JSON"),
        (("invoke", "--function", "guard", "--path", "nowhere.json"), 2, "nowhere.json: is no JSON"),
        (("invoke", "--function", "guard"), 1, "Invoke was refused"),
        (("logs", "--function", "guard"), 1, "There is no function sgguard-dev-guard"),
    ],
)
def test_what_goes_wrong_is_one_message(
    site: Site,
    file: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    assert run(site, file, *arguments) == code
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--service", "nowhere.json"]) == 2
    assert "docs/service.example.json" in capsys.readouterr().err
