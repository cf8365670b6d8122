"""Fetches what the functions depend on: wheels for the runtime, at the locked hashes."""

from __future__ import annotations

import hashlib
import platform
import shutil
import sys
from pathlib import Path

from deploy.process import run

PLATFORM = "manylinux2014_x86_64"
"""glibc 2.17, as on SCF's CentOS 7 (https://www.tencentcloud.com/document/product/583/40323)."""


def runtime_wheels(python: Path, requirements: Path, cache: Path) -> Path:
    """A folder with the packages of a locked requirements file, unpacked for SCF; kept in `cache`.

    Raises GuardError if a wheel cannot be had or has another hash.
    """
    return _installed(python, requirements, cache, "scf", ["--platform", PLATFORM, "--only-binary", ":all:"])


def native_wheels(python: Path, requirements: Path, cache: Path) -> Path | None:
    """The same packages for this machine where it could not load SCF's, else None."""
    if sys.platform == "linux" and platform.machine() == "x86_64":
        return None
    return _installed(python, requirements, cache, "here", ["--only-binary", ":all:"])


def _installed(python: Path, requirements: Path, cache: Path, kind: str, options: list[str]) -> Path:
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    folder = cache / f"{kind}-{digest[:16]}"
    if folder.is_dir():
        return folder
    partial = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    command: list[str | Path] = [python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    command += [
        "--no-deps",
        "--no-compile",
        "--require-hashes",
        "--target",
        partial,
        "-r",
        requirements,
        *options,
    ]
    run(
        command,
        what=f"The packages of {requirements.name} could not be fetched",
        next_step="Check the network and the package index; after a change of dependencies run `make lock`.",
    )
    partial.rename(folder)
    return folder
