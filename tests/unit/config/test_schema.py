"""The published schema and the reader agree on every key, and on what a value is made of."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from sgguard.baseline import read_site, shipped, site_schema
from sgguard.errors import ConfigError

Path = tuple[str | int, ...]
SCHEMA: Any = site_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
TRAFFIC = {
    "protocols": ["tcp", "udp"],
    "ports": "22,30000-32767",
    "peers": ["vpc", "203.0.113.0/24", "fd00::/8"],
}
ADDED = {
    "id": "exporter",
    "direction": "ingress",
    "need": "permitted",
    **TRAFFIC,
    "row": "ours",
    "why": "Prometheus",
    "source": "https://example.com",
}
WAIVER = {
    "id": "web",
    "direction": "ingress",
    **TRAFFIC,
    "covers": "excess",
    "groups": ["sg-11111111"],
    "clusters": ["cls-11111111"],
    "reason": "moves in June",
    "owner": "team-web",
    "expires": "2026-12-31T18:00:00+08:00",
}
FULL: dict[str, Any] = {
    "schema": "sgguard/config/v1",
    "alerts": {
        "language": "zh",
        "utc_offset": "+08:00",
        "console": "intl",
        "repeat_hours": 4,
        "quiet_hours": {"from": "22:00", "to": "07:30"},
        "fallback": "own",
        "channels": {
            "ops": {"kind": "wecom", "url": "env:WECOM_URL"},
            "own": {
                "kind": "webhook",
                "url": "ssm:hook@v2",
                "keys": ["file:/secrets/new", "env:OLD"],
                "language": "en",
                "networks": ["10.0.0.0/24", "fd00::/8"],
            },
        },
        "routes": [
            {
                "severities": ["critical"],
                "clusters": ["cls-11111111"],
                "accounts": ["100000000001"],
                "channels": ["ops"],
            },
            {"channels": ["own", "ops"]},
        ],
    },
    "revert": {
        "min_severity": "critical",
        "approval": "critical",
        "settle_seconds": 20,
        "mode": {
            "default": "observe",
            "clusters": {"cls-11111111": "enforce"},
            "groups": {"sg-11111111": "observe"},
        },
        "protected": ["sg-22222222"],
        "windows": [
            {
                "days": ["sat", "sun"],
                "from": "22:00",
                "to": "06:00",
                "zone": "+08:00",
                "groups": ["sg-11111111"],
                "clusters": ["cls-11111111"],
                "reason": "patches",
            },
            {"from": "2026-12-01T22:00:00+08:00", "to": "2026-12-02T02:00:00Z", "reason": "move"},
        ],
        "budget": {"groups": 3, "percent": 20, "minutes": 5},
        "fight": {"reverts": 2, "minutes": 30},
    },
    "baseline": {
        "node": {
            "relax": ["node-port-udp"],
            "forbid": ["ping"],
            "restrict": {"ssh": ["203.0.113.0/24"]},
            "add": [ADDED],
        },
        "master": {"add": [ADDED]},
    },
    "clusters": {
        "cls-11111111": {
            "peers": [
                {"cluster_id": "cls-22222222", "pod_cidrs": ["172.17.0.0/16"], "node_cidrs": ["10.2.0.0/16"]}
            ]
        }
    },
    "waivers": [WAIVER, {**WAIVER, "id": "other", "expires": "2026-12-31"}],
    "fleet": {
        "regions": ["ap-guangzhou", "na-siliconvalley"],
        "accounts": [
            {"account": "100000000002", "role": "sgguard-member", "regions": ["ap-shanghai"]},
            {"account": "100000000003", "role": "sgguard"},
        ],
        "guard": "sgguard-guard",
        "batch": 50,
        "parallel": 16,
        "facts_minutes": 30,
        "event_minutes": 20,
        "heartbeat_hours": 12,
    },
}


def is_read(document: object) -> bool:
    try:
        read_site(document, "site")
    except ConfigError:
        return False
    return True


def places(document: Any, path: Path = ()) -> Iterator[Path]:
    """Every key and item, deep ones too."""
    steps: list[Any] = []
    if isinstance(document, dict):
        steps = list(document)
    elif isinstance(document, list):
        steps = list(range(len(document)))
    for step in steps:
        yield (*path, step)
        yield from places(document[step], (*path, step))


def at(document: Any, path: Path) -> Any:
    for step in path:
        document = document[step]
    return document


def named_elsewhere(path: Path) -> bool:
    """Whether a part names another one, or is named by one: no schema follows that, the reader does."""
    return path[:1] == ("alerts",) and (path[1:2] in {("channels",), ("fallback",)} or "channels" in path)


OBJECTS = [path for path in [(), *places(FULL)] if isinstance(at(FULL, path), dict)]


def agreed(document: Any, path: Path) -> bool:
    """Whether schema and reader judge alike; what is read must be valid in any case."""
    valid, read = VALIDATOR.is_valid(document), is_read(document)
    return valid or not read if named_elsewhere(path) else valid == read


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_example_says_everything_that_can_be_said() -> None:
    def named(schema: Any, document: Any) -> None:
        if schema.get("type") == "object" and "properties" in schema:
            ids = {
                *(r.id for r in shipped()["node"].requirements),
                *(r.id for r in shipped()["master"].requirements),
            }
            assert set(schema["properties"]) - set(document) <= ids | {"relax", "forbid", "restrict"}
            for key in document:
                named(schema["properties"][key], document[key])

    named(SCHEMA, FULL)
    assert VALIDATOR.is_valid(FULL)
    assert is_read(FULL)


@pytest.mark.parametrize("path", OBJECTS, ids=str)
def test_a_key_more_is_refused_by_both(path: Path) -> None:
    document = copy.deepcopy(FULL)
    at(document, path)["surprise"] = {}
    assert not VALIDATOR.is_valid(document)
    assert not is_read(document)


@pytest.mark.parametrize("path", list(places(FULL)), ids=str)
def test_a_part_less_is_judged_alike(path: Path) -> None:
    document = copy.deepcopy(FULL)
    del at(document, path[:-1])[path[-1]]
    assert agreed(document, path)


@pytest.mark.parametrize("path", list(places(FULL)), ids=str)
@pytest.mark.parametrize("value", [7, True, "", "what", ["what"], [7], {"what": 7}], ids=repr)
def test_another_value_is_judged_alike(path: Path, value: object) -> None:
    document = copy.deepcopy(FULL)
    at(document, path[:-1])[path[-1]] = value
    assert agreed(document, path)
