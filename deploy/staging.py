"""Lays out what a function's zip holds, in a folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

_LIBRARIES = ("sgguard", "scfshim")
_LEFT_OUT = (
    "sgguard/cli/*",
    "sgguard/deployment/*",
    # the local runtime, which stands for SCF and is not needed on it
    "scfshim/__main__.py",
    "scfshim/bootstrap.py",
    "scfshim/configuration.py",
    "scfshim/invocation.py",
    "scfshim/runtime.py",
    "scfshim/worker.py",
    # what installers note, not what licences ask for
    "*.dist-info/INSTALLER",
    "*.dist-info/METADATA",
    "*.dist-info/RECORD",
    "*.dist-info/REQUESTED",
    "*.dist-info/WHEEL",
    "*.dist-info/direct_url.json",
    "*.dist-info/entry_points.txt",
    "*.dist-info/sboms/*",
    "*.dist-info/top_level.txt",
    "bin/*",
    # compiled to JSON beforehand, or for type checkers
    "*.pyi",
    "*.yaml",
    "py.typed",
    # compiled forms of modules that are there as Python, for texts of unknown encoding, which nobody sends
    "charset_normalizer/*.so",
    # parts of packages that a function cannot reach: asyncio, browsers, command lines
    "charset_normalizer/cli/*",
    "tencentcloud/common/*_async.py",
    "urllib3/contrib/emscripten/*",
)


def stage(root: Path, function: str, wheels: Path, target: Path) -> None:
    """Fill `target` with a function's entry, the libraries of this project and the packages from `wheels`."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    shutil.copyfile(root / "functions" / function / "index.py", target / "index.py")
    _copy(wheels, wheels, target)
    for library in _LIBRARIES:
        _copy(root / "shared" / library, root / "shared", target)


def _copy(folder: Path, base: Path, target: Path) -> None:
    for source in files(folder):
        name = PurePosixPath(source.relative_to(base).as_posix())
        if not any(_matches(name, pattern) for pattern in _LEFT_OUT):
            copy = target / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)


def _matches(name: PurePosixPath, pattern: str) -> bool:
    if pattern.endswith("/*"):
        return any(parent.match(pattern[:-2]) for parent in name.parents)
    return name.match(pattern)


def files(folder: Path) -> Iterator[Path]:
    """Every file below a folder but bytecode, in the order of their names."""
    for path in sorted(folder.rglob("*"), key=lambda path: path.as_posix()):
        if path.is_file() and path.suffix != ".pyc":
            yield path
