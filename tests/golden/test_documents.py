"""Documents and tables: valid by the published schema, and equal to what a person has read."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
import samples
import verdict_cases
from rich.console import Console

from sgguard.baseline import default_site, expect, read_site
from sgguard.cli.verdict_table import print_evaluation
from sgguard.config.cluster import read_cluster
from sgguard.evaluate import Circumstances, Earlier, Stack, evaluate, practices
from sgguard.model.finding import Evaluation
from sgguard.model.stack import Placement
from sgguard.report.document import evaluation_document
from sgguard.report.schema import evaluation_schema
from sgguard.wire.policy_set import decode_policy_set
from sgguard.wording import LANGUAGES, Language

HERE = Path(__file__).parent / "evaluation"
VALIDATOR = jsonschema.Draft202012Validator(dict(evaluation_schema()))


def plain(evaluation: Evaluation, language: Language = "en") -> Any:
    return msgspec.json.decode(msgspec.json.encode(evaluation_document(evaluation, language)))


def everything() -> Evaluation:
    """A group with one of everything that a document may hold."""
    waiver = {
        "id": "mail",
        "direction": "ingress",
        "protocols": ["tcp"],
        "ports": "25",
        "peers": ["anywhere-ipv4"],
        "reason": "r",
        "owner": "o",
        "expires": "2026-12-31",
    }
    site = read_site(
        {
            "schema": "sgguard/config/v1",
            "waivers": [waiver, {**waiver, "id": "late", "expires": "2025-12-31"}],
        },
        "site",
    )
    rows: list[samples.Row] = [
        ("udp", "53", samples.PODS, "DROP"),
        ("tcp", "25", "0.0.0.0/0"),
        ("tcp", "2379", "198.51.100.0/24"),
        ("tcp", "8443", "ipm-unknown1"),
        *samples.NODE_ROWS,
    ]
    group, expectation = samples.group(rows), samples.expectation()
    stacks = (Stack(), Stack(ahead=(("sg-front001", samples.group([("udp", "9", "192.0.2.1")], [])),)))
    known = Circumstances(
        waivers=site.waivers,
        now=1_782_864_000.0,
        earlier=Earlier(group=samples.group(rows[1:], version="6"), source="memory"),
        stacks=stacks,
    )
    evaluation = evaluate(group, expectation, group_id="sg-sample01", circumstances=known)
    placement = Placement(stacks=stacks, strangers=("ins-11111111",))
    advice = practices(group, expectation, placement=placement, circumstances=known)
    return msgspec.structs.replace(evaluation, practices=advice)


def test_the_document_is_what_was_read() -> None:
    document = plain(everything())
    VALIDATOR.validate(document)
    assert document == json.loads((HERE / "everything.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_is_what_was_read(language: Language) -> None:
    out = io.StringIO()
    print_evaluation(Console(file=out, width=120, no_color=True), everything(), language)
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    assert lines == (HERE / f"everything.{language}.txt").read_text(encoding="utf-8").splitlines()
    VALIDATOR.validate(plain(everything(), language))


@pytest.mark.parametrize("case", verdict_cases.cases(), ids=lambda case: case.name)
def test_every_case_gives_a_valid_document(case: verdict_cases.Case) -> None:
    expectation = expect([read_cluster(cluster, "case") for cluster in case.clusters], default_site())
    names = {key: tuple(members) for key, members in case.names.items()}
    rows = decode_policy_set(case.wire(), "case")
    VALIDATOR.validate(
        plain(evaluate(rows, expectation, group_id="sg-1", circumstances=Circumstances(names=names)))
    )


@pytest.mark.parametrize("key", sorted(json.loads((HERE / "everything.json").read_text(encoding="utf-8"))))
def test_the_schema_would_notice(key: str) -> None:
    document = plain(everything())
    assert not VALIDATOR.is_valid({**document, key: 7})
    assert not VALIDATOR.is_valid({**document, "surprise": 1})
    assert not VALIDATOR.is_valid({**document, "findings": [{**document["findings"][0], "surprise": 1}]})
