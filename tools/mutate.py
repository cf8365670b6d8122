"""Break the code in one small way at a time, and see whether the tests notice.

    python tools/mutate.py [--share 1/4] [--list] [FILE …]

Every mutant is run in a process of its own, one after the other, until the first test fails. What no test
notices is printed as a Markdown table; docs/mutation.md keeps it with the reasons. Exit code 1 below the bar.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import os
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import NamedTuple, cast

# What the tests import and no mutant is part of is loaded once, for all children.
import hypothesis.strategies  # noqa: F401
import msgspec  # noqa: F401
import pytest
import yaml  # noqa: F401

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "shared"
TARGETS = ("sgguard/traffic", "sgguard/evaluate")
BAR = 0.90
PATIENCE = 3
"""Times what the tests cost without a mutant; one that runs on and on counts as noticed."""
_QUICK = ("resolve", "evaluation", "stacks")
ROUNDS = (
    ("tests/unit/traffic", *(f"tests/unit/evaluate/test_{name}.py" for name in _QUICK)),
    ("tests/unit/evaluate", "tests/golden/test_verdict_cases.py", "tests/unit/baseline"),
)
"""Tests, the quick ones first: most mutants do not get further. Those of plans are left out: they are slow,
and what they would notice here the others do."""

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
    ast.Mod: ast.Mult,
}


class Mutant(NamedTuple):
    """One small change."""

    path: Path
    line: int
    what: str
    place: int
    """Number of the node among those that may be changed."""
    number: int
    """Number of the change among those of the node."""

    @property
    def module(self) -> str:
        """The dotted name."""
        return ".".join(self.path.relative_to(SOURCE).with_suffix("").parts)

    def tree(self) -> ast.AST:
        """The changed module."""
        tree = ast.parse(self.path.read_text(encoding="utf-8"))
        own = _sites(tree)[self.place]
        changed = [*variants(own)][self.number][1]
        return ast.fix_missing_locations(_Swap(own, ast.copy_location(changed, own)).visit(tree))


def variants(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Every changed form of one node, and what was changed."""
    for change in (_compare, _compute, _logic, _condition, _filter, _constant, _statement):
        yield from change(node)


def _compare(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            other = COMPARED[type(operator)]
            changed = copy.deepcopy(node)
            changed.ops[place] = other()
            yield f"{type(operator).__name__} to {other.__name__}", changed


def _compute(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in COMPUTED:
        other = COMPUTED[type(node.op)]
        changed = copy.deepcopy(node)
        changed.op = other()
        yield f"{type(node.op).__name__} to {other.__name__}", changed
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert | ast.USub):
        yield f"{type(node.op).__name__} dropped", copy.deepcopy(node.operand)


def _logic(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.BoolOp):
        changed = copy.deepcopy(node)
        changed.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield f"{type(node.op).__name__} to {type(changed.op).__name__}", changed


def _condition(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        changed = copy.deepcopy(node)
        changed.test = ast.UnaryOp(ast.Not(), changed.test)
        yield "condition negated", changed


def _filter(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.comprehension):
        for place in range(len(node.ifs)):
            changed = copy.deepcopy(node)
            del changed.ifs[place]
            yield "filter dropped", changed


def _constant(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if not isinstance(node, ast.Constant):
        return
    if isinstance(node.value, bool):
        yield f"{node.value} to {not node.value}", ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield f"{node.value} to {node.value + 1}", ast.Constant(node.value + 1)
    elif isinstance(node.value, str) and node.value:
        yield f"{node.value!r} to 'XX'", ast.Constant("XX")


def _statement(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Continue):
        yield "continue to break", ast.Break()
    elif isinstance(node, ast.Break):
        yield "break to continue", ast.Continue()
    elif isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield "returns None", ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Yield | ast.YieldFrom):
        yield "statement dropped", ast.Expr(ast.Constant(None))


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


class _Sites(ast.NodeVisitor):
    """Places that may be changed: what runs, without docstrings, annotations, types and caches' sizes."""

    def __init__(self) -> None:
        self.found: list[ast.AST] = []

    def generic_visit(self, node: ast.AST) -> None:
        self.found.append(node)
        super().generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._body(node.body)
        for default in (*node.args.defaults, *(one for one in node.args.kw_defaults if one)):
            self.visit(default)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._body(node.body)

    def visit_Module(self, node: ast.Module) -> None:
        self._body(node.body)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        if names != ["__slots__"] and not isinstance(node.value, ast.Subscript):
            self.visit(node.value)

    def visit_Raise(self, node: ast.Raise) -> None:
        """Which error is raised counts, not its English."""

    def visit_Import(self, node: ast.Import) -> None:
        """Nothing to change."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Nothing to change."""

    def _body(self, body: Sequence[ast.stmt]) -> None:
        for statement in body:
            if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
                self.visit(statement)


class _Swap(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self._new if node is self._old else super().visit(node)


def mutants(path: Path) -> Iterator[Mutant]:
    """Every mutant of one file."""
    for place, site in enumerate(_sites(ast.parse(path.read_text(encoding="utf-8")))):
        line = next((child.lineno for child in ast.walk(site) if hasattr(child, "lineno")), 0)
        for number, (what, _) in enumerate(variants(site)):
            yield Mutant(path, line, what, place, number)


def _sites(tree: ast.Module) -> list[ast.AST]:
    visitor = _Sites()
    visitor.visit(tree)
    return visitor.found


class _Loader(SourceFileLoader):
    """Compiles a mutant."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__(mutant.module, str(mutant.path))
        self._mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        del fullname
        return compile(
            cast("ast.Module", self._mutant.tree()), str(self._mutant.path), "exec", dont_inherit=True
        )


class _Finder(MetaPathFinder):
    """Hands out a mutant in place of its module."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if fullname != self._mutant.module:
            return None
        return spec_from_file_location(fullname, self._mutant.path, loader=_Loader(self._mutant))


def survives(mutant: Mutant, seconds: float) -> bool:
    """Whether every test passes with it in so much CPU time. A child that ends otherwise has noticed."""
    child = os.fork()
    if child == 0:
        limit = int(seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        os._exit(_tested(mutant))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def _tested(mutant: Mutant | None) -> int:
    """Run the tests in this process; their exit code."""
    if mutant:
        sys.meta_path.insert(0, _Finder(mutant))
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    with contextlib.suppress(BaseException):
        return next((code for tests in ROUNDS if (code := _passed(tests))), 0)
    return 1


def _passed(tests: Sequence[str]) -> int:
    return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests]))


def main(arguments: Sequence[str]) -> int:
    """Run the mutants; see `--help`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "files", nargs="*", type=Path, help="instead of all of sgguard.traffic and sgguard.evaluate"
    )
    parser.add_argument("--share", default="1/1", help="k/n: every n-th mutant, beginning with the k-th")
    parser.add_argument("--list", action="store_true", help="only name them")
    options = parser.parse_args(arguments)
    paths = options.files or [path for target in TARGETS for path in sorted((SOURCE / target).glob("*.py"))]
    first, every = map(int, options.share.split("/"))
    chosen = [mutant for path in paths for mutant in mutants(path.resolve())][first - 1 :: every]
    if options.list:
        print(*(f"{m.path.name}:{m.line} {m.what}" for m in chosen), sep="\n")
        return 0
    os.chdir(ROOT)
    os.environ.update(SGGUARD_HYPOTHESIS="mutation", PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    return _run(chosen)


def _run(chosen: Sequence[Mutant]) -> int:
    child = os.fork()
    if child == 0:
        os._exit(_tested(None))
    _, status, usage = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        print("The tests fail without any mutant. Run `make test` first.", file=sys.stderr)
        return 2
    began = time.monotonic()
    alive: list[Mutant] = []
    for number, mutant in enumerate(chosen, 1):
        if survives(mutant, PATIENCE * (usage.ru_utime + usage.ru_stime)):
            alive.append(mutant)
            print(_row(mutant), flush=True)
        if sys.stderr.isatty() or number % 50 == 0:
            print(
                f"\r{number} of {len(chosen)}, {len(alive)} not noticed", end="", file=sys.stderr, flush=True
            )
    share = 1 - len(alive) / len(chosen)
    minutes = (time.monotonic() - began) / 60
    print(f"\n{len(chosen)} mutants in {minutes:.0f} min, {share:.1%} noticed", file=sys.stderr)
    return 0 if share >= BAR else 1


def _row(mutant: Mutant) -> str:
    source = mutant.path.read_text(encoding="utf-8").splitlines()[mutant.line - 1].strip()
    where = f"{mutant.path.relative_to(SOURCE)}:{mutant.line}"
    return f"| `{where}` | `{source.replace('|', chr(92) + '|')}` | {mutant.what} |  |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
