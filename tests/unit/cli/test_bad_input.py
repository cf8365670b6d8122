"""What nobody should have written: a clear finding or error, never a crash, and never "compliant"."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import samples

from sgguard.cli.main import main
from sgguard.evaluate import Circumstances, evaluate
from sgguard.evaluate.practice import practices


class Ended(NamedTuple):
    code: object
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


class Desk:
    """Runs the command in this process, in a folder of its own."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self._folder, self._patch, self._capture = folder, patch, capture
        patch.chdir(folder)
        self.write(group=samples.wire_group(), cluster=samples.cluster())

    def write(self, **documents: object) -> None:
        for name, document in documents.items():
            text = document if isinstance(document, str) else json.dumps(document)
            (self._folder / f"{name}.json").write_text(text)

    def run(self, command: str, *arguments: str) -> Ended:
        files = ("--group", "group.json", "--cluster", "cluster.json")
        self._patch.setattr(sys, "argv", ["sgguard", command, *files, *arguments])
        with pytest.raises(SystemExit) as caught:
            main()
        told = self._capture.readouterr()
        assert "Traceback" not in told.err
        return Ended(caught.value.code, told.out, told.err)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, monkeypatch, capsys)


def group(*rows: samples.Row) -> dict[str, Any]:
    return samples.wire_group([*rows, *samples.NODE_ROWS])


COMMANDS = ["evaluate", "plan"]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ["ipm-nobody01", "ipmg-nobody1"])
def test_a_template_that_does_not_exist(desk: Desk, command: str, name: str) -> None:
    desk.write(group=group(("tcp", "8443", name)))
    ended = desk.run(command, "--output", "json")
    assert ended.code == 4
    if command == "evaluate":
        assert ended.document["verdict"] == "undetermined"
        told = " ".join(finding["explanation"] for finding in ended.document["findings"])
        assert f"the members of {name} are not known" in told
    else:
        assert (ended.document["decision"], ended.document["steps"]) == ("alert", [])


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"ipm-broken01": ["10.0.0.0/8", "ten"]}, "'ten'"),
        ({"ipm-broken01": ["10.0.0.9-10.0.0.1"]}, "10.0.0.9-10.0.0.1"),
        ({"ipm-broken01": ["10.0.0.0/33"]}, "10.0.0.0/33"),
        ({"ipm-broken01": ["tcp:80"]}, "tcp:80"),
    ],
)
def test_a_template_with_a_malformed_member(desk: Desk, command: str, names: Any, told: str) -> None:
    desk.write(group=group(("tcp", "8443", "ipm-broken01")), names=names)
    ended = desk.run(command, "--templates", "names.json", "--output", "json")
    assert ended.code in {2, 4}
    assert told in ended.out + ended.err


@pytest.mark.parametrize(
    "names",
    [
        {"ipmg-loop001": ["ipmg-loop001"]},
        {
            "ipmg-loop001": ["ipmg-loop002"],
            "ipmg-loop002": ["ipmg-loop003"],
            "ipmg-loop003": ["ipmg-loop001"],
        },
        {"ipmg-loop001": ["ipm-fine0001", "ipmg-loop001"], "ipm-fine0001": ["10.0.9.9"]},
        {f"ipmg-deep{n:04}": [f"ipmg-deep{(n + 1) % 3000:04}"] for n in range(3000)}
        | {"ipmg-loop001": ["ipmg-deep0000"]},
    ],
    ids=["itself", "chain", "among others", "three thousand deep"],
)
def test_a_group_that_contains_itself(desk: Desk, names: Any) -> None:
    desk.write(group=group(("tcp", "8443", "ipmg-loop001")), names=names)
    ended = desk.run("evaluate", "--templates", "names.json", "--output", "json")
    assert ended.code in {2, 4}
    assert "contains itself" in ended.out + ended.err


def test_groups_that_refer_to_each_other(desk: Desk) -> None:
    """Rows of a named group are not followed, so there is no chain to be lost in."""
    desk.write(
        group=group(("tcp", "8443", "sg-other001")),
        names={"sg-other001": ["10.0.9.9"], "sg-own00001": ["10.0.9.8"]},
    )
    ended = desk.run("evaluate", "--templates", "names.json", "--group-id", "sg-own00001", "--output", "json")
    assert (ended.code, ended.document["verdict"]) == (0, "compliant")


def test_a_waiver_without_an_end(desk: Desk) -> None:
    waiver = {
        "id": "w",
        "direction": "ingress",
        "protocols": ["tcp"],
        "ports": "443",
        "peers": ["anywhere-ipv4"],
        "reason": "r",
        "owner": "o",
    }
    desk.write(site={"schema": "sgguard/config/v1", "waivers": [waiver]})
    ended = desk.run("evaluate", "--config", "site.json")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "site.json: waivers[0].expires: is missing. Add it.\n"


def test_ten_thousand_rows(desk: Desk) -> None:
    """Five times what a group can hold."""
    rows = [("tcp", "8443", f"203.0.{n // 250}.{n % 250}") for n in range(10_000)]
    desk.write(group=group(*rows))
    ended = desk.run("evaluate", "--output", "json")
    assert (ended.code, ended.document["verdict"]) == (4, "undetermined")
    assert ended.document["findings"][0]["explanation"]


def test_two_thousand_rows_that_all_overlap() -> None:
    rows = [("tcp", f"{n}-{n + 40_000}", f"203.0.{n // 250}.0/24") for n in range(1994)]
    sample = samples.group([*rows, *samples.NODE_ROWS])
    evaluation = evaluate(sample, samples.expectation(), group_id="sg-1", circumstances=Circumstances())
    assert evaluation.verdict != "compliant"
    assert practices(sample, samples.expectation())


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "{",
        "null",
        "[]",
        "7",
        '{"Ingress": 7}',
        '{"Ingress": [7]}',
        '{"Ingress": [{"PolicyIndex": 3}]}',
        '{"Ingress": [{"PolicyIndex": 0}, {"PolicyIndex": 0}]}',
        '{"Ingress": [{"Protocol": "tcp", "Port": "99999", "CidrBlock": "10.0.0.0/8", "Action": "ACCEPT"}]}',
        '{"Ingress": [{"Protocol": "tcp", "Port": "1", "CidrBlock": "ten", "Action": "ACCEPT"}]}',
        "[" * 5000,
    ],
)
def test_a_group_that_is_none(desk: Desk, broken: str) -> None:
    desk.write(group=broken)
    ended = desk.run("evaluate")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("group.json")
