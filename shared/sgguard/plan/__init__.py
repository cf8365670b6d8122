"""Decides what to do about an evaluation, and proves every write before it is sent."""

from sgguard.plan.decision import Guardrails, decide

__all__ = ["Guardrails", "decide"]
