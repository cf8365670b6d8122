"""Tries a staged function on the runtime's interpreter before anybody relies on it."""

from __future__ import annotations

import json
from pathlib import Path

from deploy.process import run
from sgguard.errors import GuardError

_PROBE = """
import importlib, json, pathlib, pkgutil, sys
folder = pathlib.Path(sys.argv[1])
OPTIONAL = ("apprise",)  # where nothing of the settings needs them
sys.path[:0] = sys.argv[2:] + [str(folder)]
problems = []
index = importlib.import_module("index")
if not callable(getattr(index, "main_handler", None)):
    problems.append("index.py has no main_handler")
loaded = sorted(sys.modules)
for library in ("sgguard", "scfshim"):
    package = importlib.import_module(library)
    for module in pkgutil.walk_packages(package.__path__, library + "."):
        try:
            importlib.import_module(module.name)
        except ImportError as error:
            missing = (error.name or "").partition(".")[0]
            if missing not in OPTIONAL:
                problems.append(f"{module.name}: {error}")
        except Exception as error:
            problems.append(f"{module.name}: {type(error).__name__}: {error}")
print(json.dumps({"problems": problems, "loaded": loaded}))
"""
_FORBIDDEN = (
    "sgguard.cli",
    "sgguard.deployment",
    "tcmock",
    "sglab",
    "deploy",
    "tests",
    "yaml",
    "typer",
    "rich",
    "pytest",
)


def inspect(python: Path, folder: Path, native: Path | None = None) -> None:
    """Import the entry and every module of this project in a staged folder, with nothing else in reach.

    Args:
        python: a CPython of the runtime's version.
        folder: what the zip will hold.
        native: packages for this machine, searched first, where SCF's cannot be loaded here.

    Raises:
        GuardError: something cannot be imported, or what does not belong there can.
    """
    paths = [str(path) for path in (native, folder) if path]
    printed = run(
        [python, "-I", "-S", "-B", "-W", "error", "-c", _PROBE, folder, *paths[:-1]],
        what=f"{folder.name} cannot be imported on the runtime",
        next_step="The code or a dependency is not valid for Python 3.10: correct it and build again.",
    )
    seen = json.loads(printed.splitlines()[-1])
    problems: list[str] = seen["problems"]
    problems += [f"{name} is imported at start" for name in generated_models(seen["loaded"])]
    problems += [f"{name} is in the zip" for name in _FORBIDDEN if (folder / name.replace(".", "/")).exists()]
    if problems:
        raise GuardError(
            f"{folder.name} is not fit for the runtime:\n" + "\n".join(problems),
            next_step="Correct what is listed and build again.",
        )


def generated_models(modules: list[str]) -> list[str]:
    """Those of the SDK's generated clients, such as ``tencentcloud.vpc.v20170312.models``.

    They cost memory and time (docs/adr/0003-function-dependencies.md).
    """
    return [name for name in modules if name.startswith("tencentcloud.") and name.split(".")[1] != "common"]
