"""Compares what a group lets through with what its clusters require and what the site permits."""

from sgguard.evaluate.circumstances import ALONE, Circumstances, Earlier
from sgguard.evaluate.group import evaluate
from sgguard.evaluate.practice import practices
from sgguard.model.security_group import Names
from sgguard.model.stack import Stack

__all__ = ["ALONE", "Circumstances", "Earlier", "Names", "Stack", "evaluate", "practices"]
