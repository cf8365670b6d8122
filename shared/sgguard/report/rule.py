"""What can be found, for tools that ask for a catalogue of rules beside the findings."""

from __future__ import annotations

import msgspec

from sgguard.baseline import Expectation, Expected
from sgguard.model.finding import Finding, Practice, Severity


class Rule(msgspec.Struct, frozen=True):
    """One kind of finding as graded. A rule's id never changes its meaning. Always in English."""

    id: str
    severity: Severity
    title: str
    meaning: str
    advice: str
    source: str = ""
    """Link to the page, or name of the file, that states it; empty for what the guard itself states."""

    @property
    def link(self) -> str:
        """The source where it is a link, else empty."""
        return self.source if self.source.startswith(("https://", "http://")) else ""


_BEYOND = "A policy accepts traffic that the baseline neither requires nor permits."
_NARROW = (
    "Narrow the policy or delete it. Write down what has to stay: as a waiver, or in the site's baseline."
)
# Scanners grade rules rather than findings, so excess is one rule a severity.
_EXCESS = {
    "critical": Rule(
        "excess/critical",
        "critical",
        "Open to the Internet on all ports or a management port",
        _BEYOND,
        _NARROW,
    ),
    "high": Rule("excess/high", "high", "Open to the Internet beyond the baseline", _BEYOND, _NARROW),
    "medium": Rule(
        "excess/medium", "medium", "Open to private networks beyond the baseline", _BEYOND, _NARROW
    ),
}
_OTHERS = {
    "shadowed": Rule(
        "shadowed",
        "low",
        "A policy never decides a packet",
        "The policies before it match all that it matches. The verdict does not depend on it.",
        "Delete it, or move it up if it was meant to decide.",
    ),
    "undetermined": Rule(
        "undetermined",
        "high",
        "A policy could not be resolved",
        "What it matches is not known, so the group cannot be called compliant.",
        "Give the members of the template or group that it names, or correct the policy.",
    ),
}


_VENDOR = "https://www.tencentcloud.com/document/product/457/9084"
_PRACTICES = {
    "mixed-binding": Rule(
        "practice/mixed-binding",
        "low",
        "Machines of one cluster are in different groups",
        "The vendor advises one group for all nodes of a cluster.",
        "Bind the group to the machines that lack it.",
        _VENDOR,
    ),
    "foreign-binding": Rule(
        "practice/foreign-binding",
        "medium",
        "The cluster's group is bound to instances outside the cluster",
        "The vendor advises that a cluster's group serves its nodes and no others.",
        "Give the other instances a group of their own.",
        _VENDOR,
    ),
    "custom-egress": Rule(
        "practice/custom-egress",
        "medium",
        "Outbound policies were narrowed without the node and pod networks",
        "Whoever customises outbound rules has to keep the node and the container network open.",
        "Accept both networks above whatever drops them.",
        _VENDOR,
    ),
    "broad-ssh": Rule(
        "practice/broad-ssh",
        "info",
        "SSH is open to the Internet",
        "The vendor's default group has port 22 open; least privilege does not.",
        "Restrict the source of port 22 to where people log in from.",
        _VENDOR,
    ),
    "shadowed-policy": Rule(
        "practice/shadowed-policy",
        "info",
        "A policy is dead, and these are the ones that hide it",
        "The policies before it, one or several together, match all that it matches.",
        "Delete it, or move it up if it was meant to decide.",
    ),
    "redundant-policy": Rule(
        "practice/redundant-policy",
        "info",
        "A policy changes nothing",
        "Without it the policies behind it decide its packets in the same way.",
        "Delete it.",
    ),
}


def rule_of_practice(practice: Practice) -> Rule:
    """The rule of a practice that is not followed."""
    return _PRACTICES[practice.id]


def rules_of(expectation: Expectation) -> tuple[Rule, ...]:
    """Everything that a group with this expectation is looked at for."""
    missing = (_missing(entry) for entry in expectation.entries if entry.need == "required")
    return (*_EXCESS.values(), *_OTHERS.values(), *missing, *_PRACTICES.values())


def rule_of(finding: Finding, expectation: Expectation) -> Rule:
    """The rule that a finding is one of; `expectation` is what it was found by."""
    if finding.kind == "excess":
        return _EXCESS[finding.severity]
    if finding.kind == "missing":
        return next(_missing(entry) for entry in expectation.entries if entry.id == finding.requirement)
    return _OTHERS[finding.kind]


def _missing(expected: Expected) -> Rule:
    """Named by role and not by cluster: a group that begins to serve another cluster keeps its rules."""
    requirement = expected.requirement
    return Rule(
        f"missing/{expected.scope.role}/{requirement.id}",
        "critical",
        f"Required {requirement.direction} traffic is dropped: {requirement.id}",
        requirement.row or f"{requirement.id} is required.",
        f"{requirement.why} Accept it above whatever drops it.".lstrip(),
        requirement.source,
    )
