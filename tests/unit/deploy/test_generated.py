"""What the deployment takes from the code is what the code says."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from deploy.permissions import actions_of, functions
from deploy.reading import read_service
from sgguard.deployment.cam_names import is_read, names_of
from sgguard.deployment.policies import permissions

ROOT = Path(__file__).parents[3]


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_deployment", ROOT / "tools" / "write_deployment.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_committed_files_are_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert tool().main(["--check"]) == 0, capsys.readouterr().err


def test_a_call_more_is_found(tmp_path: Path) -> None:
    for name in ("functions", "shared"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "tcmock"))
    with (tmp_path / "shared" / "sgguard" / "adapters" / "clock.py").open("a") as adapter:
        adapter.write("\n\ndef f(vpc: object) -> object:\n    return vpc.create_security_group_policies\n")
    (tmp_path / "functions" / "new").mkdir()
    (tmp_path / "functions" / "new" / "index.py").write_text(
        "def f():\n    from sgguard.adapters import clock\n"
    )
    assert "new" in functions(tmp_path)
    assert actions_of(tmp_path, "new") == ["vpc:CreateSecurityGroupPolicies"]


def test_reads_and_writes_are_apart() -> None:
    for needed in permissions().values():
        assert all(is_read(action) for action in needed.reads)
        assert not any(is_read(action) for action in needed.writes)


def test_nothing_can_clear_a_group() -> None:
    granted = {
        name for needed in permissions().values() for action in needed.writes for name in names_of(action)
    }
    assert not [name for name in granted if "ModifySecurityGroupPolic" in name or name.endswith(":*")]


def test_no_name_is_granted_that_cam_refuses() -> None:
    """https://www.tencentcloud.com/document/product/598/57095: these were seen to make a policy invalid."""
    granted = {
        name
        for needed in permissions().values()
        for action in (*needed.reads, *needed.writes)
        for name in names_of(action)
    }
    assert not granted & {
        "cvm:CreateSecurityGroupPolicies",
        "vpc:DescribeSecurityGroupEx",
        "vpc:DeleteSecurityGroup",
    }


def test_the_example_is_serverless_yml_with_its_defaults() -> None:
    example: Any = json.loads((ROOT / "docs" / "service.example.json").read_text())
    service = read_service(example)
    assert service.mode == "observe"
    assert {function.key for function in service.functions} <= set(functions(ROOT))


def test_the_plugin_stays_thin() -> None:
    assert len((ROOT / "deploy" / "scf-provider.js").read_text().splitlines()) <= 120


def test_the_lock_names_no_registry() -> None:
    lock: Any = json.loads((ROOT / "package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    assert all("integrity" in package for name, package in lock["packages"].items() if name)
    assert lock["packages"]["node_modules/osls"]["version"] == "4.3.1"
