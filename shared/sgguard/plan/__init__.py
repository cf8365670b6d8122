"""Decides what to do about an evaluation, and proves every write before it is sent."""

from sgguard.plan.decision import decide, withhold
from sgguard.plan.guardrails import Guardrails
from sgguard.plan.restraint import restrain, restrain_group

__all__ = ["Guardrails", "decide", "restrain", "restrain_group", "withhold"]
