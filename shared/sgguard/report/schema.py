"""The JSON Schema of ``sgguard/evaluation/v1``, for whoever reads it with another tool."""

from __future__ import annotations

from typing import get_args, get_type_hints

from sgguard.config.schema import Schema, a_choice, a_list, an_object
from sgguard.model.finding import SEVERITIES, Before, Debt, Family, Kind, Protocol, Verdict, WaiverUse
from sgguard.model.security_group import DIRECTIONS

_TEXT: Schema = {"type": "string"}
_INDEX: Schema = {"type": "integer", "minimum": 0}
_STACKS = a_list(a_list(_TEXT, least=1), about="Stacks: ids of groups in their order.")
_PROTOCOLS = get_args(Protocol)


def evaluation_schema() -> Schema:
    """Every key that a document may have, and what its value is made of."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:sgguard:evaluation:v1",
        "title": "The verdict of sgguard on one security group",
        **an_object(
            {
                "schema": a_choice(["sgguard/evaluation/v1"]),
                "id": _TEXT,
                "version": {**_TEXT, "description": "Of the policy set that was judged."},
                "verdict": a_choice(get_args(Verdict)),
                "basis": a_choice(
                    ["group", "stacks"], about="The group alone, or every stack that it is in."
                ),
                "findings": a_list(_finding()),
                "before": an_object(
                    {"version": _TEXT, "source": a_choice(_options(Before, "source"))},
                    needs=("version", "source"),
                    about="The list that the change is measured against, where it is known.",
                ),
                "delta": a_list(_delta(), about="What the change did, where the list before is known."),
                "waivers": a_list(
                    an_object(
                        {"id": _TEXT, "state": a_choice(_options(WaiverUse, "state"))}, needs=("id", "state")
                    )
                ),
                "practices": a_list(_practice(), about="Advice of the vendor, where it was asked for."),
            },
            needs=("schema", "id", "version", "verdict", "basis", "findings"),
        ),
    }


def _finding() -> Schema:
    always: dict[str, Schema] = {
        "kind": a_choice(get_args(Kind)),
        "severity": a_choice(SEVERITIES),
        "certain": {
            "type": "boolean",
            "description": "False: it depends on policies that were not resolved.",
        },
        "direction": a_choice(DIRECTIONS),
        "requirement": {"type": ["string", "null"], "description": "What is missing, by id."},
        "policy_indexes": a_list(_INDEX),
        "traffic": a_list(_block(), about="Exactly the traffic concerned."),
        "witness": {"anyOf": [{"type": "null"}, _witness()]},
        "explanation": _TEXT,
    }
    return an_object({**always, "debt": a_choice(get_args(Debt)), "stacks": _STACKS}, needs=always)


def _block() -> Schema:
    parts: dict[str, Schema] = {
        "family": a_choice(get_args(Family)),
        "protocol": a_choice(["ALL", *_PROTOCOLS]),
        "ports": {"type": "string", "pattern": "^(ALL|[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*)$"},
        "peers": a_list(_TEXT, least=1, about="CIDRs and a-b ranges."),
    }
    return an_object(parts, needs=parts)


def _witness() -> Schema:
    parts: dict[str, Schema] = {
        "family": a_choice(get_args(Family)),
        "protocol": a_choice(_PROTOCOLS),
        "port": {"type": ["integer", "null"], "minimum": 0, "maximum": 65535},
        "peer": _TEXT,
        "policy_index": {"type": ["integer", "null"], "description": "null: the implicit DROP decides."},
    }
    return an_object(parts, needs=parts)


def _delta() -> Schema:
    parts: dict[str, Schema] = {
        "direction": a_choice(DIRECTIONS),
        "opened": a_list(_block()),
        "cut": a_list(_block()),
    }
    return an_object({**parts, "stacks": _STACKS}, needs=parts)


def _practice() -> Schema:
    always: dict[str, Schema] = {"id": _TEXT, "severity": a_choice(SEVERITIES), "explanation": _TEXT}
    sometimes: dict[str, Schema] = {
        "direction": a_choice(DIRECTIONS),
        "policy_indexes": a_list(_INDEX),
        "subjects": a_list(_TEXT, about="Instances that it is about."),
    }
    return an_object({**always, **sometimes}, needs=always)


def _options(struct: type, field: str) -> tuple[str, ...]:
    """The texts that a field may have."""
    return get_args(get_type_hints(struct)[field])
