"""Finds which API actions a function can call: those that the adapters in its reach name.

A call is written ``client.describe_vpcs(…)`` or names its method as a text, so every attribute and text of an
adapter that is a method of the API spec counts. What is never called would be granted too; what is called is
never missed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from scfshim.spec import services

_LEFT_OUT = ("sgguard.cli", "sgguard.deployment")


def functions(root: Path) -> list[str]:
    """The names of all functions of a checkout."""
    return sorted(path.parent.name for path in (root / "functions").glob("*/index.py"))


def actions_of(root: Path, function: str) -> list[str]:
    """The API actions in reach of a function, such as ``vpc:DescribeVpcs``, sorted."""
    shared = root / "shared"
    entry = root / "functions" / function / "index.py"
    adapters = (shared / "sgguard" / "adapters").as_posix()
    found: set[str] = set()
    for module in _reach(shared, entry):
        if module.as_posix().startswith(adapters):
            found |= _actions(ast.parse(module.read_text(encoding="utf-8")))
    return sorted(found)


def _reach(shared: Path, entry: Path) -> Iterator[Path]:
    """Every module of sgguard that a file imports, directly or not, wherever the import stands."""
    pending, seen = [entry], set()
    while pending:
        module = pending.pop()
        if module in seen:
            continue
        seen.add(module)
        yield module
        for name in _imports(ast.parse(module.read_text(encoding="utf-8"))):
            pending.extend(_files(shared, name))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _files(shared: Path, name: str) -> Iterator[Path]:
    if not name.startswith("sgguard") or name.startswith(_LEFT_OUT):
        return
    path = shared.joinpath(*name.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.is_file():
            yield file


def _actions(tree: ast.Module) -> set[str]:
    written = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    written |= {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {
        f"{name.partition('/')[0]}:{action}"  # tke/2022-05-01 is tke to CAM
        for name, service in services().items()
        for method, action in service.methods().items()
        if method in written
    }
