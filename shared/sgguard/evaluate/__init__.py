"""Compares what a group lets through with what its clusters require and what the site permits."""

from sgguard.evaluate.group import NO_NAMES, evaluate
from sgguard.evaluate.resolve import Names

__all__ = ["NO_NAMES", "Names", "evaluate"]
