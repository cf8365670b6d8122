"""A small slice of `make simulate`: enough to notice that something broke."""

from __future__ import annotations

import pytest
from simulation.mutants import MUTANTS
from simulation.tally import play

ALWAYS = 300
"""Histories of every test run; `make simulate` plays 20,000."""
AT_ONCE = 300
"""Histories within which the planted defects below are found."""


def test_every_invariant_holds() -> None:
    tally = play(0, ALWAYS)
    assert [f"make simulate SEED={seed}: {what}" for seed, what in tally.broken] == []
    assert tally.seen["writes"] > ALWAYS / 2


@pytest.mark.parametrize(
    "mutant",
    ["no-compare-and-set", "drop-required", "snapshot-after-write"],
)
def test_a_planted_defect_is_found(mutant: str) -> None:
    assert play(0, AT_ONCE, mutant, stop=True).broken


def test_a_seed_is_a_history() -> None:
    assert play(7, 20).seen == play(7, 20).seen


def test_there_are_enough_defects_to_plant() -> None:
    assert len(MUTANTS) >= 15
