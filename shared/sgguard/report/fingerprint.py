"""Identities of findings that outlive one evaluation, so that other tools know one when they see it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256

import msgspec

from sgguard.model.finding import Evaluation, Finding, Practice
from sgguard.model.security_group import SecurityGroupPolicy, SecurityGroupPolicySet
from sgguard.wire.policy_set import encode_policy

SCHEME = "sgguard/v1"
"""Names what the value is made of. Whoever changes that takes the next number."""


def fingerprints(evaluation: Evaluation, group: SecurityGroupPolicySet) -> tuple[str, ...]:
    """One a finding, in their order, all different. `group` is what was evaluated.

    A finding is the same as long as it says the same of the same group: kind, direction, requirement and
    traffic; where it has no traffic, the rows as written. Where these stand, which version they are of, how
    the finding is worded or graded, and what else is wrong do not matter. Equal findings are numbered.
    """
    seen: Counter[str] = Counter()
    found = []
    for finding in evaluation.findings:
        identity = _identity(finding, group)
        first = fingerprint(evaluation.id, *identity)
        found.append(fingerprint(evaluation.id, *identity, seen[first]) if seen[first] else first)
        seen[first] += 1
    return tuple(found)


def practice_fingerprint(group_id: str, practice: Practice, group: SecurityGroupPolicySet) -> str:
    """One practice that is not followed: the same as long as it is about the same rows, as written.

    Which machines it is about does not matter: they come and go.
    """
    direction = practice.direction
    rows = () if direction is None else group.rows(direction)
    return fingerprint(group_id, practice.id, direction, _written(rows, practice.policy_indexes))


def fingerprint(group_id: str, *identity: object) -> str:
    """32 hex digits for one thing that is said of a group."""
    return sha256(msgspec.json.encode([SCHEME, group_id, *identity])).hexdigest()[:32]


def _identity(finding: Finding, group: SecurityGroupPolicySet) -> tuple[object, ...]:
    what: object = sorted(map(msgspec.structs.astuple, finding.traffic))
    if not finding.traffic:
        what = _written(group.rows(finding.direction), finding.policy_indexes)
    return finding.kind, finding.direction, finding.requirement, what


def _written(rows: Sequence[SecurityGroupPolicy], indexes: Iterable[int]) -> list[object]:
    """Rows without what says nothing about traffic."""
    return [encode_policy(msgspec.structs.replace(rows[index], description="")) for index in indexes]
