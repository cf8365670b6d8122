"""A judged group as other tools want it told: finding by finding, each with its rule and its identity."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sgguard.baseline import Expectation
from sgguard.model.finding import Evaluation, Finding
from sgguard.model.security_group import SecurityGroupPolicySet
from sgguard.report.document import Document, finding_document
from sgguard.report.fingerprint import fingerprints
from sgguard.report.rule import Rule, rule_of
from sgguard.report.text import plain
from sgguard.wording import Language


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One finding."""

    finding: Finding
    fingerprint: str
    rule: Rule
    message: str
    """The explanation, made safe."""
    details: Document
    """The finding's own document without the explanation."""


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
        """Its findings in their order."""
        identities = fingerprints(self.evaluation, self.group)
        for finding, identity in zip(self.evaluation.findings, identities, strict=True):
            details = finding_document(finding, language)
            yield Told(
                finding=finding,
                fingerprint=identity,
                rule=rule_of(finding, self.expectation),
                message=plain(str(details.pop("explanation")), 1000),
                details=details,
            )
