"""Commands as a script meets them: what is on stdout, what on stderr, and the exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import samples
import yaml

WORLD: samples.Row = ("ALL", "ALL", "0.0.0.0/0")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(*arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(Path(sys.executable).with_name("sgguard")), *arguments],
            cwd=tmp_path,
            input=text,
            env={**os.environ, "NO_COLOR": "1", "COLUMNS": "120"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., None]:
    def write(**documents: object) -> None:
        for name, document in documents.items():
            text = document if isinstance(document, str) else json.dumps(document)
            (tmp_path / f"{name}.json").write_text(text)

    return write


FILES = ("--group", "group.json", "--cluster", "cluster.json")


class TestEvaluate:
    def test_clean(self, run: Run, write: Callable[..., None]) -> None:
        write(group=samples.wire_group(), cluster=samples.cluster())
        result = run("evaluate", *FILES, "--output", "json")
        assert (result.returncode, result.stderr) == (0, "")
        assert json.loads(result.stdout) == {
            "schema": "sgguard/evaluation/v1",
            "id": "group.json",
            "version": "7",
            "verdict": "compliant",
            "findings": [],
        }

    def test_findings(self, run: Run, write: Callable[..., None]) -> None:
        write(group=samples.wire_group([WORLD, *samples.NODE_ROWS]), cluster=samples.cluster())
        result = run("evaluate", *FILES, "--output", "json")
        assert result.returncode == 3
        finding = json.loads(result.stdout)["findings"][0]
        assert list(finding) == [
            *("kind", "severity", "certain", "direction", "requirement", "policy_indexes"),
            *("traffic", "witness", "explanation"),
        ]
        assert finding["traffic"][0] == {
            "family": "ipv4",
            "protocol": "tcp",
            "ports": "0-21,23-29999,32769-65535",
            "peers": ["0.0.0.0-9.255.255.255", "10.1.0.0-172.15.255.255", "172.17.0.0-255.255.255.255"],
        }
        assert finding["witness"] == {
            "family": "ipv4",
            "protocol": "tcp",
            "port": 2379,
            "peer": "198.51.100.1",
            "policy_index": 0,
        }

    def test_a_table_for_people(self, run: Run, write: Callable[..., None]) -> None:
        write(group=samples.wire_group([WORLD, *samples.NODE_ROWS]), cluster=samples.cluster())
        result = run("evaluate", *FILES)
        assert result.returncode == 3
        assert "group.json version 7: violating" in result.stdout
        assert "198.51.100.1" in result.stdout
        assert "\x1b[" not in result.stdout

    def test_not_decided(self, run: Run, write: Callable[..., None]) -> None:
        write(
            group=samples.wire_group([*samples.NODE_ROWS, ("tcp", "80", "ipm-1")]), cluster=samples.cluster()
        )
        assert run("evaluate", *FILES).returncode == 4
        write(templates={"ipm-1": ["10.0.9.0/24"]})
        assert run("evaluate", *FILES, "--templates", "templates.json").returncode == 0

    def test_the_sites_own_baseline(self, run: Run, write: Callable[..., None], tmp_path: Path) -> None:
        rows: list[samples.Row] = [*samples.MASTER_ROWS, ("tcp", "9100", "10.0.0.0/16")]
        write(group=samples.wire_group(rows), cluster=samples.cluster("master"))
        assert run("evaluate", *FILES).returncode == 3
        exporter = {
            "id": "node-exporter",
            "direction": "ingress",
            "need": "permitted",
            "protocols": ["tcp"],
            "ports": "9100",
            "peers": ["vpc"],
        }
        config = {"schema": "sgguard/config/v1", "baseline": {"master": {"add": [exporter]}}}
        (tmp_path / "site.yaml").write_text(yaml.safe_dump(config))
        assert run("evaluate", *FILES, "--config", "site.yaml").returncode == 0

    def test_every_problem_of_every_file_at_once(
        self, run: Run, write: Callable[..., None], tmp_path: Path
    ) -> None:
        rows: list[samples.Row] = [("esp", "ALL", "10.0.0.0/8"), ("tcp", "22", "10.0.0.300")]
        write(group=samples.wire_group(rows), cluster=samples.cluster("nodes"))
        (tmp_path / "site.yaml").write_text("schema: sgguard/config/v1\nbasline: {}\n")
        result = run("evaluate", *FILES, "--config", "site.yaml", "--output", "json")
        assert (result.returncode, result.stdout) == (2, "")
        assert [line.split(": ")[:2] for line in result.stderr.splitlines()] == [
            ["cluster.json", "role"],
            ["site.yaml:2", "basline"],
            ["group.json", "Ingress[0]"],
            ["group.json", "Ingress[1]"],
        ]
        assert "Traceback" not in result.stderr

    @pytest.mark.parametrize(
        ("name", "text", "message"),
        [
            ("group", "{", "group.json: is not JSON"),
            ("group", "[]", "group.json: holds neither Ingress nor Egress"),
            ("cluster", "null", "cluster.json: is null, not an object"),
            ("cluster", "\x00", "cluster.json: is not JSON"),
        ],
    )
    def test_files_that_are_none(
        self, run: Run, write: Callable[..., None], name: str, text: str, message: str
    ) -> None:
        write(group=samples.wire_group(), cluster=samples.cluster())
        write(**{name: text})
        result = run("evaluate", *FILES)
        assert result.returncode == 2
        assert message in result.stderr

    def test_files_that_are_not_there(self, run: Run) -> None:
        result = run("evaluate", *FILES)
        assert result.returncode == 2
        assert result.stderr.splitlines() == [
            "group.json: cannot be read: No such file or directory. Check the path.",
            "cluster.json: cannot be read: No such file or directory. Check the path.",
        ]

    @pytest.mark.parametrize(
        "arguments",
        [
            ["evaluate"],
            ["evaluate", "--group", "group.json"],
            ["evaluate", "--batch", "-", "--group", "x"],
            ["evaluate", *FILES, "--output", "jsonl"],
            ["evaluate", *FILES, "--output", "xml"],
            ["evaluate", "--grop", "x"],
            ["evaluated"],
        ],
    )
    def test_usage(self, run: Run, arguments: list[str]) -> None:
        result = run(*arguments, text="")
        assert result.returncode == 2
        assert result.stdout == ""
        assert "Traceback" not in result.stderr


class TestBatch:
    @staticmethod
    def line(name: str, ingress: list[samples.Row], **more: Any) -> str:
        case = {"id": name, "group": samples.wire_group(ingress), "cluster": samples.cluster(), **more}
        return json.dumps(case)

    def test_one_line_in_one_line_out_in_order(self, run: Run) -> None:
        lines = [
            self.line("a", samples.NODE_ROWS),
            self.line("b", [WORLD, *samples.NODE_ROWS]),
            self.line("c", [("tcp", "80", "ipm-1"), *samples.NODE_ROWS], templates={"ipm-1": ["10.0.0.9"]}),
        ]
        result = run("evaluate", "--batch", "-", "--output", "jsonl", text="\n".join(lines))
        assert (result.returncode, result.stderr) == (3, "")
        found = [json.loads(line) for line in result.stdout.splitlines()]
        assert [(case["id"], case["verdict"]) for case in found] == [
            ("a", "compliant"),
            ("b", "violating"),
            ("c", "compliant"),
        ]

    def test_a_broken_line_is_undetermined_and_the_rest_goes_on(self, run: Run, tmp_path: Path) -> None:
        broken = json.dumps({"id": "x", "group": {}, "cluster": samples.cluster(role="king")})
        (tmp_path / "cases.jsonl").write_text(
            "\n".join(["{", broken, '{"id": 4}', self.line("a", samples.NODE_ROWS)]) + "\n"
        )
        result = run("evaluate", "--batch", "cases.jsonl")
        assert result.returncode == 4
        found = [json.loads(line) for line in result.stdout.splitlines()]
        assert [case["verdict"] for case in found] == ["undetermined"] * 3 + ["compliant"]
        assert found[1]["id"] == "x"
        assert "line 2: group: holds neither" in found[1]["findings"][0]["explanation"]
        assert len(result.stderr.splitlines()) == 3


class TestPlan:
    def test_a_plan(self, run: Run, write: Callable[..., None]) -> None:
        write(group=samples.wire_group([WORLD, *samples.NODE_ROWS]), cluster=samples.cluster())
        result = run("plan", *FILES)
        assert result.returncode == 3
        plan = json.loads(result.stdout)
        assert plan["schema"] == "sgguard/plan/v1"
        assert (plan["decision"], plan["expected_version"]) == ("revert", "7")
        assert plan["steps"] == [
            {
                "op": "delete",
                "direction": "ingress",
                "index": None,
                "indexes": [0],
                "policies": [
                    {"Protocol": "ALL", "Port": "ALL", "CidrBlock": "0.0.0.0/0", "Action": "ACCEPT"}
                ],
            }
        ]
        assert plan["proof"]["holds"] is True
        assert len(plan["after"]["Ingress"]) == 6

    def test_a_table(self, run: Run, write: Callable[..., None]) -> None:
        write(group=samples.wire_group([WORLD, *samples.NODE_ROWS]), cluster=samples.cluster())
        result = run("plan", *FILES, "--output", "table", "--mode", "observe")
        assert "decision: alert" in result.stdout
        assert "- ingress 0: ACCEPT ALL from 0.0.0.0/0" in result.stdout
        assert "required traffic 6/6 intact" in result.stdout

    def test_nothing_to_do(self, run: Run, write: Callable[..., None]) -> None:
        write(group=samples.wire_group(), cluster=samples.cluster())
        result = run("plan", *FILES)
        assert result.returncode == 0
        assert json.loads(result.stdout)["decision"] == "none"


class TestBaseline:
    def test_show(self, run: Run, write: Callable[..., None]) -> None:
        write(cluster=samples.cluster())
        result = run("baseline", "show", "--cluster", "cluster.json", "--output", "json")
        assert result.returncode == 0
        requirements = {r["id"]: r for r in json.loads(result.stdout)["requirements"]}
        assert requirements["node-network"]["peers"] == ["10.0.1.0/24"]
        assert requirements["node-port-tcp"]["ports"] == "30000-32767"
        assert all(r["source"].startswith("https://") for r in requirements.values())

    def test_a_table(self, run: Run, write: Callable[..., None]) -> None:
        write(cluster=samples.cluster("master"))
        result = run("baseline", "show", "--cluster", "cluster.json")
        assert result.returncode == 0
        assert "api-server-node-network" in result.stdout


class TestReplay:
    def test_a_case(self, run: Run) -> None:
        folder = Path(__file__).parents[2] / "events" / "cases" / "excess" / "world-opened-by-all"
        result = run("replay", str(folder))
        assert result.returncode == 0
        assert "as expected: excess/world-opened-by-all" in result.stderr
        document = json.loads(result.stdout)
        assert list(document) == [
            *("schema", "change", "note", "evaluation", "plan", "outcome", "notifications", "own")
        ]
        assert document["schema"] == "sgguard/run/v1"
        assert document["outcome"]["result"] == "reverted"

    def test_a_case_that_comes_out_otherwise(self, run: Run, tmp_path: Path) -> None:
        folder = Path(__file__).parents[2] / "events" / "cases" / "compliant" / "own-revert"
        case = tmp_path / "some" / "case"
        case.mkdir(parents=True)
        for name in ("event.json", "cloud.json"):
            (case / name).write_bytes((folder / name).read_bytes())
        expected = json.loads((folder / "expected.json").read_text())
        (case / "expected.json").write_text(json.dumps({**expected, "messages": 5}))
        result = run("replay", str(tmp_path / "some"))
        assert result.returncode == 1
        assert '-  "messages": 5' in result.stderr

    def test_an_event_with_a_cloud_observes_by_default(self, run: Run) -> None:
        folder = Path(__file__).parents[2] / "events" / "cases" / "excess" / "ipv6-world"
        result = run("replay", str(folder / "event.json"), "--cloud", str(folder / "cloud.json"))
        assert result.returncode == 3
        assert json.loads(result.stdout)["plan"]["decision"] == "alert"

    @pytest.mark.parametrize("event", ["[1, 2]", '"hello"', '{"EventList": [7]}', '{"specversion": "1.0"}'])
    def test_an_event_that_is_none_could_not_be_decided(
        self, run: Run, write: Callable[..., None], event: str
    ) -> None:
        cloud = Path(__file__).parents[2] / "events" / "cases" / "excess" / "ipv6-world" / "cloud.json"
        write(event=event)
        result = run("replay", "event.json", "--cloud", str(cloud))
        assert result.returncode == 4
        assert json.loads(result.stdout)["notifications"]

    @pytest.mark.parametrize(
        "arguments",
        [["event.json"], ["."], ["event.json", "--cloud", "none.json"], ["event.json", "--mode", "dry"]],
    )
    def test_usage(self, run: Run, write: Callable[..., None], arguments: list[str]) -> None:
        write(other={})
        result = run("replay", *arguments)
        assert result.returncode == 2
        assert "Traceback" not in result.stderr


def test_the_demo(run: Run) -> None:
    result = run("demo")
    assert (result.returncode, result.stderr) == (0, "")
    for text in (
        '"eventName": "CreateSecurityGroupPolicies"',
        "witness packet: tcp/2379 from 198.51.100.1",
        "- ingress 0  ACCEPT ALL from 0.0.0.0/0",
        "vpc DeleteSecurityGroupPolicies ok",
        "sg-demonode version 9",
        '"action": "reverted"',
        "verdict compliant, 0 writes",
    ):
        assert text in result.stdout


@pytest.mark.parametrize("command", [[], ["evaluate"], ["plan"], ["baseline", "show"], ["replay"], ["demo"]])
def test_help(run: Run, command: list[str]) -> None:
    result = run(*command, "--help")
    assert result.returncode == 0
    assert "Usage: sgguard" in result.stdout


def test_version(run: Run) -> None:
    assert run("--version").stdout == "0.1.0\n"


class TestConfig:
    GOOD = (
        "schema: sgguard/config/v1\nwaivers:\n- {id: w, direction: ingress, protocols: [tcp], ports: '443',"
        " peers: [anywhere-ipv4], reason: r, owner: o, expires: 2026-12-31}\n"
    )

    def test_check(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "site.yaml").write_text(self.GOOD)
        result = run("config", "check", "site.yaml")
        assert (result.returncode, result.stdout, result.stderr) == (0, "", "site.yaml is valid.\n")

    def test_every_problem_with_its_line(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "site.yaml").write_text(
            self.GOOD.replace("owner", "ownr") + "revert: {min_severity: hi}\n"
        )
        result = run("config", "check", "site.yaml")
        assert result.returncode == 2
        assert result.stderr.splitlines() == [
            "site.yaml:4: revert.min_severity: is 'hi'. Did you mean 'high'?",
            "site.yaml:3: waivers[0].ownr: is not a known key. Did you mean 'owner'?",
            "site.yaml:3: waivers[0].owner: is missing. Add it.",
        ]

    def test_compile(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "site.yaml").write_text(self.GOOD)
        result = run("config", "compile", "site.yaml", "-o", "out.json")
        assert (result.returncode, result.stdout) == (0, "")
        compiled = (tmp_path / "out.json").read_text()
        assert json.loads(compiled)["waivers"][0]["expires"] == "2026-12-31"
        assert run("config", "compile", "out.json").stdout == compiled

    def test_nothing_is_written_of_what_is_wrong(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "site.yaml").write_text(self.GOOD + "clusters: 3\n")
        assert run("config", "compile", "site.yaml", "-o", "out.json").returncode == 2
        assert not (tmp_path / "out.json").exists()

    def test_a_place_that_cannot_be_written(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "site.yaml").write_text(self.GOOD)
        result = run("config", "compile", "site.yaml", "-o", "no/where.json")
        assert result.returncode == 2
        assert "no/where.json: cannot be written: No such file" in result.stderr


def test_the_schema_of_the_config_is_printed(run: Run) -> None:
    result = run("schema", "config")
    assert (result.returncode, result.stderr) == (0, "")
    assert json.loads(result.stdout)["properties"]["schema"]["enum"] == ["sgguard/config/v1"]


class TestBefore:
    def test_what_was_opened(self, run: Run, write: Callable[..., None]) -> None:
        rows = [("tcp", "2379", "ipm-11111111"), *samples.NODE_ROWS]
        write(
            group=samples.wire_group(rows),
            cluster=samples.cluster(),
            before=samples.wire_group(rows, version="6"),
            now={"ipm-11111111": ["198.51.100.7"]},
            then={"ipm-11111111": ["10.0.0.7"]},
        )
        lists = ("--before", "before.json", "--templates", "now.json", "--templates-before", "then.json")
        document = json.loads(run("evaluate", *FILES, *lists, "--output", "json").stdout)
        assert document["before"] == {"version": "6", "source": "file"}
        assert [finding["debt"] for finding in document["findings"]] == ["new"]
        assert document["delta"] == [
            {
                "direction": "ingress",
                "opened": [
                    {"family": "ipv4", "protocol": "tcp", "ports": "2379", "peers": ["198.51.100.7/32"]}
                ],
                "cut": [],
            },
            {"direction": "egress", "opened": [], "cut": []},
        ]

    def test_a_binding(self, run: Run, write: Callable[..., None]) -> None:
        def bindings(*groups: str) -> dict[str, Any]:
            return {
                "group_id": "sg-own00001",
                "instances": [
                    {"instance_id": "ins-1", "cluster_id": "cls-sample01", "role": "node", "groups": groups}
                ],
                "groups": {"sg-other001": samples.wire_group([("ALL", "ALL", samples.PODS, "DROP")])},
            }

        write(
            group=samples.wire_group(),
            cluster=samples.cluster(),
            then=bindings("sg-own00001"),
            now=bindings("sg-other001", "sg-own00001"),
        )
        lists = ("--before", "group.json", "--bindings", "now.json", "--bindings-before", "then.json")
        document = json.loads(run("evaluate", *FILES, *lists, "--output", "json").stdout)
        assert {(finding["kind"], finding["debt"]) for finding in document["findings"]} == {
            ("missing", "new")
        }
        assert document["delta"][0]["stacks"] == [["sg-other001", "sg-own00001"]]

    def test_options_that_say_nothing_alone(self, run: Run, write: Callable[..., None]) -> None:
        write(group=samples.wire_group(), cluster=samples.cluster(), then={"ipm-1": []})
        result = run("evaluate", *FILES, "--templates-before", "then.json", "--bindings-before", "then.json")
        assert result.returncode == 2
        assert "Add --before FILE" in result.stderr
        assert "Add --bindings FILE" in result.stderr


class TestOutputs:
    def test_one_group_in_each(self, run: Run, write: Callable[..., None]) -> None:
        write(group=samples.wire_group([WORLD, *samples.NODE_ROWS]), cluster=samples.cluster())
        told = {
            output: run("evaluate", *FILES, "--output", output, "--group-id", "sg-mine0001", "--practices")
            for output in ("json", "jsonl", "sarif", "ocsf", "table")
        }
        assert {result.returncode for result in told.values()} == {3}
        assert {result.stderr for result in told.values()} == {""}
        assert told["json"].stdout == told["jsonl"].stdout
        assert json.loads(told["json"].stdout)["id"] == "sg-mine0001"
        results = json.loads(told["sarif"].stdout)["runs"][0]["results"]
        events = json.loads(told["ocsf"].stdout)
        assert [event["compliance"]["control"] for event in events] == [r["ruleId"] for r in results]
        assert "practice/broad-ssh" in {result["ruleId"] for result in results}
        place = results[0]["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "group.json"

    def test_many_groups_in_one_sarif_run(self, run: Run) -> None:
        lines = [
            json.dumps({"id": name, "group": samples.wire_group(rows), "cluster": samples.cluster()})
            for name, rows in (("sg-a", [WORLD, *samples.NODE_ROWS]), ("sg-b", samples.NODE_ROWS))
        ]
        result = run("evaluate", "--batch", "-", "--output", "sarif", text="\n".join([*lines, "{"]))
        assert result.returncode == 3
        (told,) = json.loads(result.stdout)["runs"]
        groups = [one["properties"]["group"] for one in told["results"]]
        assert groups.count("sg-b") == 0
        assert groups[-1] == ""
        assert told["results"][-1]["ruleId"] == "undetermined"
        events = json.loads(run("evaluate", "--batch", "-", "--output", "ocsf", text="\n".join(lines)).stdout)
        assert [e["resources"][0]["uid"] for e in events if e["compliance"]["status"] == "Pass"] == ["sg-b"]

    def test_a_group_id_that_contradicts_the_bindings(self, run: Run, write: Callable[..., None]) -> None:
        write(
            group=samples.wire_group(),
            cluster=samples.cluster(),
            bindings={
                "group_id": "sg-own00001",
                "instances": [{"instance_id": "ins-1", "groups": ["sg-own00001"]}],
            },
        )
        result = run("evaluate", *FILES, "--bindings", "bindings.json", "--group-id", "sg-other001")
        assert result.returncode == 2
        assert "--group-id: is sg-other001, but bindings.json is about sg-own00001" in result.stderr


def test_explain(run: Run, write: Callable[..., None]) -> None:
    write(group=samples.wire_group([WORLD, *samples.NODE_ROWS]), cluster=samples.cluster())
    result = run("explain", *FILES, "--packet", "tcp/2379", "from", "198.51.100.7", "--output", "json")
    assert (result.returncode, result.stderr) == (3, "")
    (trace,) = json.loads(result.stdout)["traces"]
    assert trace["meetings"][-1]["policy_index"] == 0
    told = run("explain", *FILES, "--packet", "tcp/31000 from 198.51.100.7", "--language", "zh")
    assert told.returncode == 0
    assert "node-port-tcp 要求放通" in told.stdout
    wrong = run("explain", *FILES, "--packet", "tcp from 198.51.100.7")
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("--packet: tcp needs a destination port")
