"""The zips: what is in them, that they are the same each time, and that they run on the runtime."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import msgspec
import pytest

from deploy import inventory
from deploy.build import Places, build
from deploy.inspection import inspect
from deploy.inventory import Manifest
from deploy.service import Service
from sgguard.errors import ConfigError, GuardError

ROOT = Path(__file__).parents[3]
Built = tuple[Path, Manifest]


@pytest.fixture(scope="session")
def unpacked(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("code")
    with zipfile.ZipFile(built[0] / "guard.zip") as archive:
        archive.extractall(folder)
    return folder


def test_what_is_in_it(built: Built) -> None:
    names = set(built[1].functions["guard"].files)
    assert {
        "index.py",
        "__pycache__/index.cpython-310.pyc",
        "sgguard/wiring.py",
        "scfshim/session.py",
    } <= names
    assert any(name.endswith(".cpython-310-x86_64-linux-gnu.so") for name in names)
    assert any(name.startswith("msgspec-") and "licenses" in name for name in names)
    foreign = (
        "sgguard/cli",
        "deploy",
        "tests",
        "tcmock",
        "sglab",
        "yaml",
        "typer",
        "rich",
        "bin/",
        "tencentcloud/vpc",
    )
    assert not [name for name in names if name.startswith(foreign) or name.endswith((".yaml", ".pyi"))]


def test_every_source_comes_with_its_bytecode(built: Built) -> None:
    names = set(built[1].functions["guard"].files)
    for name in sorted(name for name in names if name.endswith(".py")):
        folder, _, file = name.rpartition("/")
        compiled = f"{folder}/__pycache__/{file[:-3]}.cpython-310.pyc".lstrip("/")
        assert compiled in names


def test_bytecode_is_valid_whatever_the_time_stamps(built: Built) -> None:
    with zipfile.ZipFile(built[0] / "guard.zip") as archive:
        flags = {archive.read(name)[4:8] for name in archive.namelist() if name.endswith(".pyc")}
    assert flags == {b"\x01\0\0\0"}  # PEP 552: hash-based, unchecked


def test_bytecode_says_where_scf_has_the_code(built: Built) -> None:
    with zipfile.ZipFile(built[0] / "guard.zip") as archive:
        compiled = archive.read("sgguard/__pycache__/wiring.cpython-310.pyc")
    assert b"/var/user/sgguard/wiring.py" in compiled
    assert str(ROOT).encode() not in compiled


def test_it_is_small(built: Built) -> None:
    assert built[1].functions["guard"].size <= 2_500_000


def test_another_checkout_makes_the_same_bytes(built: Built, service: Service, tmp_path: Path) -> None:
    for name in ("functions", "shared", "requirements"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "tcmock"))
    (tmp_path / ".serverless").mkdir()
    shutil.copytree(ROOT / ".serverless" / "work", tmp_path / ".serverless" / "work")
    output = tmp_path / "out"
    build(service, Places(tmp_path, output))
    for file in ("guard.zip", inventory.MANIFEST, inventory.SBOM):
        assert (output / file).read_bytes() == (built[0] / file).read_bytes(), file


def test_the_sbom_names_every_package(built: Built) -> None:
    bom = json.loads((built[0] / inventory.SBOM).read_text())
    assert (bom["bomFormat"], bom["specVersion"]) == ("CycloneDX", "1.6")
    locked = {
        line.split("==")[0]
        for line in (ROOT / "requirements" / "runtime.txt").read_text().splitlines()
        if "==" in line
    }
    assert {part["purl"].split("/")[1].split("@")[0] for part in bom["components"]} == locked
    assert (
        bom["metadata"]["component"]["components"][0]["hashes"][0]["content"]
        == built[1].functions["guard"].sha256
    )
    assert set(bom["dependencies"][0]["dependsOn"]) == {part["bom-ref"] for part in bom["components"]}


def test_a_changed_zip_is_not_deployed(built: Built, tmp_path: Path) -> None:
    shutil.copytree(built[0], tmp_path / "b")
    assert inventory.read(tmp_path / "b") == built[1]
    with (tmp_path / "b" / "guard.zip").open("ab") as archive:
        archive.write(b"x")
    with pytest.raises(GuardError, match=r"is not what manifest\.json says"):
        inventory.read(tmp_path / "b")


def test_no_build_is_told(tmp_path: Path) -> None:
    with pytest.raises(GuardError, match="holds no build"):
        inventory.read(tmp_path)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("sgguard/broken.py", "import nowhere", "sgguard.broken: No module named 'nowhere'"),
        ("sgguard/newer.py", "from typing import Self", "sgguard.newer: cannot import name 'Self'"),
        ("sgguard/state/late.py", "raise OSError('no')", "sgguard.state.late: OSError: no"),
        ("yaml.py", "", "fit for the runtime"),
        (
            "index.py",
            "import tencentcloud.vpc.v20170312.models\ndef main_handler(e, c): ...",
            "imported at start",
        ),
        ("index.py", "", "index.py has no main_handler"),
    ],
)
def test_what_does_not_run_there_is_refused(
    unpacked: Path, tmp_path: Path, python310: Path, file: str, text: str, said: str
) -> None:
    copy = tmp_path / "guard"
    shutil.copytree(unpacked, copy)
    shutil.rmtree(copy / "__pycache__")  # else the old bytecode of index.py would run
    models = copy / "tencentcloud" / "vpc" / "v20170312"
    models.mkdir(parents=True)
    (models / "models.py").touch()
    if file == "yaml.py":
        (copy / "yaml").mkdir()
    else:
        (copy / file).write_text(text)
    with pytest.raises(GuardError, match=said):
        inspect(python310, copy)


def test_an_invalid_config_is_refused(service: Service, tmp_path: Path) -> None:
    for name in ("guard", "sweep"):
        (tmp_path / "functions" / name).mkdir(parents=True)
        (tmp_path / "functions" / name / "index.py").touch()
    (tmp_path / "site.yaml").write_text("schema: sgguard/config/v1\nrevert: {min_severty: high}\n")
    with pytest.raises(ConfigError, match=r"site\.yaml.*min_severty.*Did you mean 'min_severity'"):
        build(msgspec.structs.replace(service, config="site.yaml"), Places(tmp_path, tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_a_function_without_code_is_refused(service: Service, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"functions\.guard: has no functions/guard/index\.py"):
        build(service, Places(tmp_path, tmp_path / "out"))


def test_the_command(built: Built, tmp_path: Path) -> None:
    document = (ROOT / "docs" / "service.example.json").read_text()
    command = [sys.executable, "-m", "deploy", "build", "--package", str(tmp_path)]
    done = subprocess.run(command, input=document, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert built[1].functions["guard"].sha256 in done.stderr


@pytest.mark.parametrize("text", ["", "[]", '{"service": "x"}'])
def test_bad_input_of_the_command(text: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "deploy", "build", "--package", str(tmp_path)]
    done = subprocess.run(command, input=text, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr
