"""The verdict equals a packet-by-packet walk over the rows, on every packet class (invariant I10)."""

from __future__ import annotations

from typing import Any

import msgspec
import random_cases
import second_opinion
from hypothesis import given, settings

from sgguard.evaluate import evaluate
from sgguard.report.document import evaluation_document
from sgguard.wire.policy_set import decode_policy_set

QUICK = 300
"""Cases in `make test`; `make fuzz` tries many more, `make mutate` fewer of them for each mutant."""
CASES = QUICK if settings.get_current_profile_name() == "quick" else settings.default.max_examples


@given(case=random_cases.cases())
@settings(max_examples=CASES)
def test_every_packet_class_agrees(case: dict[str, Any]) -> None:
    """Templates, references known and unknown, stacks, waivers, and what a change did."""
    expectation, known = second_opinion.given(case)
    group = decode_policy_set(case["group"], "group")
    result = evaluate(group, expectation, group_id=case["id"], circumstances=known)
    document = msgspec.json.decode(msgspec.json.encode(evaluation_document(result)))
    second_opinion.check(case, document)
