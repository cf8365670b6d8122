"""SARIF 2.1.0, which code scanners speak: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.

GitHub reads a part of it:
https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from sgguard.model.finding import Severity
from sgguard.report.document import Document
from sgguard.report.fingerprint import SCHEME
from sgguard.report.judged import Judged, Told
from sgguard.report.rule import Rule, rules_of
from sgguard.report.text import plain
from sgguard.wording import Language

_LEVELS: Mapping[Severity, str] = {
    "info": "note",
    "low": "note",
    "medium": "warning",
    "high": "error",
    "critical": "error",
}
_SCORES: Mapping[Severity, str] = {
    "info": "0.0",
    "low": "2.0",
    "medium": "5.5",
    "high": "8.0",
    "critical": "9.5",
}
"""``security-severity``; GitHub says critical above 9.0, high from 7.0, medium from 4.0, low from 0.1."""


def sarif_document(groups: Sequence[Judged], language: Language = "en") -> Document:
    """One run over all groups. Rules are in English, messages in `language`."""
    rules = {rule.id: rule for judged in groups for rule in rules_of(judged.expectation)}
    places = {name: place for place, name in enumerate(rules)}
    driver = {
        "name": "sgguard",
        "version": version("sgguard"),
        "rules": [_descriptor(rule) for rule in rules.values()],
    }
    results = [result for judged in groups for result in _results(judged, places, language)]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "language": language, "results": results}],
    }


def _descriptor(rule: Rule) -> Document:
    return {
        "id": rule.id,
        "shortDescription": {"text": _message(rule.title)},
        "fullDescription": {"text": _message(rule.meaning)},
        "help": {"text": _message(rule.advice)},
        **({"helpUri": rule.link} if rule.link else {}),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": ["security"],
            "precision": "very-high",
            "security-severity": _SCORES[rule.severity],
        },
    }


def _results(judged: Judged, places: Mapping[str, int], language: Language) -> Iterator[Document]:
    for told in judged.told(language):
        kind = _kind(told)
        yield {
            "ruleId": told.rule.id,
            "ruleIndex": places[told.rule.id],
            "kind": kind,
            # Section 3.27.10: what is no failure has no level.
            "level": _LEVELS[told.severity] if kind == "fail" else "none",
            "message": {"text": _message(told.message)},
            "locations": [_location(judged, told)],
            # GitHub looks at the second one only.
            "partialFingerprints": {SCHEME: told.fingerprint, "primaryLocationLineHash": told.fingerprint},
            "properties": {"group": judged.name, "version": judged.version, **told.details},
        }


def _kind(told: Told) -> str:
    if told.kind == "undetermined":
        return "open"
    if told.severity == "info":
        return "informational"
    return "fail" if told.certain else "review"


def _location(judged: Judged, told: Told) -> Document:
    """The policies by name, and the group's file where there is one; none is made up."""
    side = f"{judged.name}/{told.direction}" if told.direction else judged.name
    names = [f"{side}/{index}" for index in told.policy_indexes] or [side]
    logical = [{"name": name, "fullyQualifiedName": name, "kind": "resource"} for name in names]
    if not judged.file:
        return {"logicalLocations": logical}
    path = Path(judged.file)
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    region = {"startLine": judged.line, "startColumn": 1, "endLine": judged.line, "endColumn": 2}
    return {
        "physicalLocation": {"artifactLocation": {"uri": uri}, "region": region},
        "logicalLocations": logical,
    }


def _message(text: str) -> str:
    """Text without somebody else's control characters, placeholders (section 3.11.5) and links (3.11.6)."""
    return plain(text, 1000).replace("{", "{{").replace("}", "}}").replace("](", "] (")
