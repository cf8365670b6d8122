"""Makes one zip for each function, with a manifest and an SBOM beside them."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

import msgspec

from deploy import inventory
from deploy.archive import pack
from deploy.bytecode import compile_bytecode
from deploy.inspection import inspect
from deploy.interpreter import find_interpreter
from deploy.service import Service
from deploy.staging import stage
from deploy.vendoring import native_wheels, runtime_wheels
from sgguard.baseline import read_site
from sgguard.cli.config import compiled
from sgguard.config.fleet import Fleet
from sgguard.errors import ConfigError, Problem

CONFIG = "site.json"
"""The compiled config in the zip."""


class Places(msgspec.Struct, frozen=True):
    """Where a build reads and writes."""

    root: Path
    """Of the checkout."""
    output: Path
    """What is deployed from here: zips, manifest, SBOM."""

    @property
    def work(self) -> Path:
        """Staged folders and fetched wheels, kept to save time."""
        return self.root / ".serverless" / "work"


def build(service: Service, places: Places) -> inventory.Manifest:
    """Build every function of a service. The same sources, config and requirements make the same bytes.

    Raises:
        ConfigError: the config, or what serverless.yml says about a function, is invalid.
        GuardError: something is not valid for the runtime, cannot be fetched, or is too large.
    """
    _check_folders(service, places.root)
    config = compiled(str(places.root / service.config)) if service.config else None
    fleet = fleet_of(config)
    python = find_interpreter()
    places.work.mkdir(parents=True, exist_ok=True)
    places.output.mkdir(parents=True, exist_ok=True)
    requirements = places.root / "requirements" / "runtime.txt"
    wheels = runtime_wheels(python, requirements, places.work)
    native = native_wheels(python, requirements, places.work)
    artefacts = {}
    for function in service.functions:
        folder = places.work / function.key
        stage(places.root, function.key, wheels, folder)
        if config is not None:
            (folder / CONFIG).write_bytes(config)
        compile_bytecode(python, folder)
        inspect(python, folder, native)
        archive = places.output / f"{function.key}.zip"
        pack(folder, archive)
        artefacts[function.key] = inventory.describe(archive)
    manifest = inventory.Manifest(
        version=version("sgguard"),
        requirements=hashlib.sha256(requirements.read_bytes()).hexdigest(),
        config=None if config is None else hashlib.sha256(config).hexdigest(),
        hands_to=fleet.guard,
        assumes=tuple(member.arn for member in fleet.members),
        functions=artefacts,
    )
    inventory.write(places.output, manifest, wheels)
    return manifest


def fleet_of(config: bytes | None) -> Fleet:
    """What a compiled config says of other functions and accounts: the role's policies depend on it."""
    return read_site(msgspec.json.decode(config), CONFIG).fleet if config else Fleet()


def _check_folders(service: Service, root: Path) -> None:
    there = sorted(path.parent.name for path in (root / "functions").glob("*/index.py"))
    problems = [
        Problem(
            f"serverless.yml: functions.{function.key}",
            f"has no functions/{function.key}/index.py",
            f"There are: {', '.join(there)}.",
        )
        for function in service.functions
        if function.key not in there
    ]
    if problems:
        raise ConfigError(problems)
