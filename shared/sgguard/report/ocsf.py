"""OCSF 1.8.0 Compliance Findings, which SIEMs take in: https://schema.ocsf.io/1.8.0/classes/compliance_finding."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version

from sgguard.baseline import Expectation
from sgguard.model.finding import Severity
from sgguard.report.document import Document
from sgguard.report.fingerprint import fingerprint
from sgguard.report.judged import Judged, Told
from sgguard.report.text import plain
from sgguard.wording import Language

_SEVERITIES: Mapping[Severity, tuple[int, str]] = {
    "info": (1, "Informational"),
    "low": (2, "Low"),
    "medium": (3, "Medium"),
    "high": (4, "High"),
    "critical": (5, "Critical"),
}
_MAPPED = {"kind", "severity", "requirement"}
"""Parts of a finding that have a field of their own; the others go to ``unmapped``."""


def ocsf_document(
    judged: Judged, *, at: float, region: str = "", account: str = "", language: Language = "en"
) -> list[Document]:
    """One event a finding, and one that says Pass where the group is compliant.

    `at` is the time of the evaluation in epoch seconds. Region and account are left out where they are empty.
    """
    frame = _frame(judged, at, region, account)
    passed = [{**frame, **_passed(judged)}] if judged.evaluation.verdict == "compliant" else []
    return [*passed, *({**frame, **_found(told, judged.expectation)} for told in judged.told(language))]


def _frame(judged: Judged, at: float, region: str, account: str) -> Document:
    """What all events of a group share."""
    place = {"region": region} if region else {}
    owner = {"account": {"uid": account}} if account else {}
    return {
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2003,
        "class_name": "Compliance Finding",
        # Nothing is remembered here, so all is new: the same `finding_info.uid` is the same finding.
        "activity_id": 1,
        "activity_name": "Create",
        "type_uid": 200301,
        "type_name": "Compliance Finding: Create",
        "status_id": 1,
        "status": "New",
        "time": int(at * 1000),
        "metadata": {
            "version": "1.8.0",
            "product": {"name": "sgguard", "vendor_name": "sgguard", "version": version("sgguard")},
            "profiles": ["cloud"],
        },
        "cloud": {"provider": "Tencent Cloud", **place, **owner},
        "resources": [{"uid": judged.name, "type": "Security Group", "version": judged.version, **place}],
    }


def _passed(judged: Judged) -> Document:
    message = "All that is required is accepted, and nothing beyond the baseline."
    required = [entry.id for entry in judged.expectation.entries if entry.need == "required"]
    return {
        **_severity("info"),
        "message": message,
        "finding_info": {
            "uid": fingerprint(judged.evaluation.id, "compliant"),
            "title": "The group is compliant",
            "desc": message,
            "types": ["compliant"],
        },
        "compliance": {
            "standards": _standards(judged.expectation),
            "requirements": required,
            "status_id": 1,
            "status": "Pass",
        },
    }


def _found(told: Told, expectation: Expectation) -> Document:
    rule = told.rule
    return {
        **_severity(told.severity),
        "confidence_id": 3 if told.certain else 1,
        "confidence": "High" if told.certain else "Low",
        "message": told.message,
        "finding_info": {
            "uid": told.fingerprint,
            "title": plain(rule.title),
            "desc": told.message,
            "types": [told.kind],
            **({"src_url": rule.link} if rule.link else {}),
        },
        "compliance": {
            "control": rule.id,
            "desc": plain(rule.meaning, 1000),
            "standards": _standards(expectation),
            "requirements": [told.requirement] if told.requirement else [],
            **_status(told),
        },
        "remediation": {"desc": plain(rule.advice, 1000)},
        "unmapped": {name: value for name, value in told.details.items() if name not in _MAPPED},
    }


def _severity(severity: Severity) -> Document:
    number, caption = _SEVERITIES[severity]
    return {"severity_id": number, "severity": caption}


def _standards(expectation: Expectation) -> list[str]:
    """Where the baseline is stated: the vendor's pages and the site's own files."""
    return sorted({plain(entry.requirement.source) for entry in expectation.entries})


def _status(told: Told) -> Document:
    """Warning is a check without a result "due to missing information", says the schema."""
    if told.kind in {"shadowed", "practice"}:
        return {"status_id": 99, "status": "Advice"}
    return {"status_id": 3, "status": "Fail"} if told.certain else {"status_id": 2, "status": "Warning"}
