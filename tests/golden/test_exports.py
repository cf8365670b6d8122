"""SARIF and OCSF: valid by the public schemas, and equal to what a person has read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from sgguard.baseline import default_site, expect
from sgguard.config.cluster import read_cluster
from sgguard.evaluate import Circumstances, evaluate
from sgguard.evaluate.practice import practices
from sgguard.model.finding import Evaluation
from sgguard.model.stack import Placement
from sgguard.report.judged import Judged
from sgguard.report.ocsf import ocsf_document
from sgguard.report.sarif import sarif_document
from sgguard.wire.policy_set import decode_policy_set
from sgguard.wording import LANGUAGES, Language

HERE = Path(__file__).parent
AT = 1_782_864_000.0


def read(name: str) -> Any:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


SARIF = jsonschema.Draft7Validator(read("sarif/sarif-2.1.0-rtm.5.json"))
OCSF = jsonschema.Draft202012Validator(read("ocsf/compliance_finding-1.8.0.schema.json"))


def judged(group: Any = None, group_id: str = "sg-sample01") -> Judged:
    """The group of the folder: excess, missing, shadowed, undetermined, and practices."""
    rows = decode_policy_set(group or read("sarif/group.json"), "group.json")
    expectation = expect([read_cluster(read("sarif/cluster.json"), "cluster.json")], default_site())
    evaluation = evaluate(rows, expectation, group_id=group_id)
    placement = Placement(strangers=("ins-stranger",))
    return Judged(
        evaluation=Evaluation(
            **{
                **{name: getattr(evaluation, name) for name in evaluation.__struct_fields__},
                "practices": practices(rows, expectation, placement=placement, circumstances=Circumstances()),
            }
        ),
        group=rows,
        expectation=expectation,
        file="groups/sample.json",
    )


def plain(document: object) -> Any:
    """As JSON has it, whatever version of sgguard wrote it."""
    text = msgspec.json.encode(document).decode()
    from importlib.metadata import version

    return json.loads(text.replace(f'"version":"{version("sgguard")}"', '"version":"0"'))


def test_sarif_is_what_was_read() -> None:
    assert plain(sarif_document([judged()])) == read("sarif/expected.sarif.json")


def test_ocsf_is_what_was_read() -> None:
    assert plain(ocsf_document(judged(), at=AT, region="ap-guangzhou")) == read("ocsf/expected.json")


@pytest.mark.parametrize("language", LANGUAGES)
def test_sarif_is_valid_in_every_language(language: Language) -> None:
    document = plain(sarif_document([judged(), judged(group_id="sg-sample02")], language))
    SARIF.validate(document)
    (run,) = document["runs"]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(ids) == len(set(ids))
    assert all(ids[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    identities = [result["partialFingerprints"]["sgguard/v1"] for result in run["results"]]
    assert len(identities) == len(set(identities))


@pytest.mark.parametrize("language", LANGUAGES)
def test_ocsf_is_valid_in_every_language(language: Language) -> None:
    for event in plain(ocsf_document(judged(), at=AT, language=language)):
        OCSF.validate(event)


def test_a_compliant_group_passes_in_both() -> None:
    group = {
        "Version": "3",
        "Ingress": [
            {"Protocol": "ALL", "CidrBlock": "172.16.0.0/16", "Action": "ACCEPT"},
            {"Protocol": "ALL", "CidrBlock": "10.0.0.0/16", "Action": "ACCEPT"},
            {"Protocol": "tcp", "Port": "30000-32767", "CidrBlock": "0.0.0.0/0", "Action": "ACCEPT"},
            {"Protocol": "udp", "Port": "30000-32767", "CidrBlock": "0.0.0.0/0", "Action": "ACCEPT"},
        ],
        "Egress": [{"Protocol": "ALL", "CidrBlock": "0.0.0.0/0", "Action": "ACCEPT"}],
    }
    clean = msgspec.structs.replace(
        judged(group), evaluation=msgspec.structs.replace(judged(group).evaluation, practices=())
    )
    assert clean.evaluation.verdict == "compliant"
    document = plain(sarif_document([clean]))
    SARIF.validate(document)
    assert document["runs"][0]["results"] == []
    (event,) = plain(ocsf_document(clean, at=AT))
    OCSF.validate(event)
    assert event["compliance"]["status"] == "Pass"


def test_what_others_wrote_is_not_markup() -> None:
    document = plain(sarif_document([judged(group_id="[x](https://example.com){0}\x1b[31m")]))
    SARIF.validate(document)
    text = json.dumps(document)
    assert "\\u001b" not in text
    assert all("](" not in result["message"]["text"] for result in document["runs"][0]["results"])


def test_the_validators_would_notice() -> None:
    broken = plain(sarif_document([judged()]))
    del broken["runs"][0]["tool"]["driver"]["name"]
    assert not SARIF.is_valid(broken)
    event = plain(ocsf_document(judged(), at=AT))[0]
    assert not OCSF.is_valid({**event, "surprise": 1})
    assert not OCSF.is_valid({**event, "compliance": {**event["compliance"], "status": "Pass"}})
