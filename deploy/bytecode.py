"""Compiles a staged function for the runtime."""

from __future__ import annotations

from pathlib import Path

from deploy.process import run

CODE_ROOT = "/var/user"
"""Where SCF unpacks a function (https://www.tencentcloud.com/document/product/583/32748)."""


def compile_bytecode(python: Path, folder: Path) -> None:
    """Write ``.pyc`` files beside the sources, valid whatever time stamps the sources get.

    SCF cannot write bytecode, so without these every cold start compiles everything. Time stamps change when
    the zip is unpacked; unchecked hashes do not look at them (PEP 552). Raises GuardError for a file that the
    runtime's interpreter does not understand.
    """
    command: list[str | Path] = [python, "-s", "-m", "compileall", "-q", "-f"]
    command += ["--invalidation-mode", "unchecked-hash", "-s", folder, "-p", CODE_ROOT, folder]
    run(
        command,
        what="Not everything can be compiled for the runtime",
        next_step="Write what Python 3.10 understands.",
        cwd=folder.parent,
        environment={"PYTHONHASHSEED": "0"},  # sets among the constants keep their order
    )
