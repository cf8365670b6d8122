"""Verdicts that were worked out before: histories begin alike, and the same list is judged again and again.

Verdict and fold are pure, so that a remembered one is the same one. Each verdict is held against a walk
through its rows when it is worked out (I10).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from types import ModuleType
from typing import Any
from unittest.mock import patch

import msgspec

from sgguard import pipeline
from sgguard.baseline import Expectation
from sgguard.evaluate import ALONE, Circumstances
from sgguard.model.finding import Evaluation
from sgguard.model.security_group import SecurityGroupPolicySet
from sgguard.traffic.box import Traffic
from sgguard.traffic.fold import Plane, Row, fold

_MOST = 20_000
Judge = Callable[[SecurityGroupPolicySet, Evaluation, Circumstances], None]


@contextmanager
def recollected(check: Judge) -> Iterator[None]:
    """Remember while the block runs. `check` is given every verdict that is worked out."""
    judge = pipeline.evaluate
    with (
        _everywhere("evaluate", judge, _Verdicts(judge, check)),
        _everywhere("fold", fold, _Folds(fold)),
    ):
        yield


def users(name: str, thing: object) -> list[ModuleType]:
    """The modules of the guard that have something by that name."""
    modules = [module for path, module in sys.modules.items() if path.startswith("sgguard")]
    return [module for module in modules if getattr(module, name, None) is thing]


@contextmanager
def _everywhere(name: str, old: object, new: object) -> Iterator[None]:
    """Put one function in place of another in every module that has it by that name."""
    patches = [patch.object(module, name, new) for module in users(name, old)]
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in patches:
            each.stop()


class _Folds:
    def __init__(self, fold: Callable[..., tuple[Plane, ...]]) -> None:
        self._fold = lru_cache(maxsize=_MOST)(fold)

    def __call__(self, rows: Sequence[Row], sets: Sequence[Traffic] = ()) -> tuple[Plane, ...]:
        return self._fold(tuple(rows), tuple(sets))


class _Verdicts:
    def __init__(self, evaluate: Callable[..., Evaluation], check: Judge) -> None:
        self._evaluate = evaluate
        self._check = check
        self._known: dict[tuple[Any, ...], Evaluation] = {}

    def __call__(
        self,
        group: SecurityGroupPolicySet,
        expectation: Expectation,
        *,
        group_id: str,
        circumstances: Circumstances = ALONE,
    ) -> Evaluation:
        rows = (group.ingress, group.egress)
        # The site is the same in all histories, and nothing in it expires.
        known = (circumstances.names, circumstances.earlier, circumstances.stacks)
        key = (group_id, msgspec.json.encode(rows), msgspec.json.encode(known, order="sorted"))
        if key not in self._known:
            if len(self._known) > _MOST:
                self._known.clear()
            found = self._evaluate(group, expectation, group_id=group_id, circumstances=circumstances)
            self._check(group, found, circumstances)
            self._known[key] = found
        return msgspec.structs.replace(self._known[key], version=group.version)
