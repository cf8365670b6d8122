"""A judged group as other tools want it told: finding by finding, each with its rule and its identity."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sgguard.baseline import Expectation
from sgguard.model.finding import Evaluation, Finding, Practice, Severity
from sgguard.model.security_group import Direction, SecurityGroupPolicySet
from sgguard.report.document import Document, finding_document, practice_document
from sgguard.report.fingerprint import fingerprints, practice_fingerprint
from sgguard.report.rule import Rule, rule_of, rule_of_practice
from sgguard.report.text import plain
from sgguard.wording import Language


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One finding, or one practice that is not followed."""

    kind: str
    """A finding's kind, or ``practice``."""
    severity: Severity
    certain: bool
    direction: Direction | None
    policy_indexes: tuple[int, ...]
    requirement: str | None
    fingerprint: str
    rule: Rule
    message: str
    """The explanation, made safe."""
    details: Document
    """Its own document without the explanation."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A group, what it was judged by, and where it was read."""

    evaluation: Evaluation
    group: SecurityGroupPolicySet
    """What was evaluated; without rows where it could not be read."""
    expectation: Expectation
    file: str = ""
    """Path of the group's file, best from the root of its repository; empty if it came from elsewhere."""
    line: int = 1
    """Where in the file the group begins."""

    @property
    def name(self) -> str:
        """The group's id, made safe."""
        return plain(self.evaluation.id)

    @property
    def version(self) -> str:
        """The group's version, made safe."""
        return plain(self.evaluation.version)

    def told(self, language: Language) -> Iterator[Told]:
        """Its findings in their order, then the practices that are not followed."""
        identities = fingerprints(self.evaluation, self.group)
        for finding, identity in zip(self.evaluation.findings, identities, strict=True):
            yield self._finding(finding, identity, language)
        for practice in self.evaluation.practices:
            yield self._practice(practice, language)

    def _finding(self, finding: Finding, identity: str, language: Language) -> Told:
        details = finding_document(finding, language)
        return Told(
            kind=finding.kind,
            severity=finding.severity,
            certain=finding.certain,
            direction=finding.direction,
            policy_indexes=finding.policy_indexes,
            requirement=finding.requirement,
            fingerprint=identity,
            rule=rule_of(finding, self.expectation),
            message=plain(str(details.pop("explanation")), 1000),
            details=details,
        )

    def _practice(self, practice: Practice, language: Language) -> Told:
        details = practice_document(practice, language)
        return Told(
            kind="practice",
            severity=practice.severity,
            certain=True,
            direction=practice.direction,
            policy_indexes=practice.policy_indexes,
            requirement=None,
            fingerprint=practice_fingerprint(self.evaluation.id, practice, self.group),
            rule=rule_of_practice(practice),
            message=plain(str(details.pop("explanation")), 1000),
            details=details,
        )
