"""Compares what a group lets through with what its clusters require and what the site permits."""

from sgguard.evaluate.circumstances import ALONE, Circumstances, Earlier, Stack
from sgguard.evaluate.group import evaluate
from sgguard.evaluate.resolve import Names

__all__ = ["ALONE", "Circumstances", "Earlier", "Names", "Stack", "evaluate"]
