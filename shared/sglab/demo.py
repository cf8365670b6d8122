"""The whole story, on real parts, without an account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import msgspec
from rich.console import Console
from rich.text import Text
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from sgguard.cli import exit_code
from sgguard.report.text import row_text
from sgguard.wire.policy_set import decode_policy_set
from sglab.case import read_json
from sglab.deployment import Document
from sglab.lab.telling import called
from sglab.places import demo_state
from sglab.stage import Stage, runs_of
from tcmock.scf.state import Run

GROUP = "sg-demonode"
OPENED = {
    "PolicyIndex": 0,
    "Protocol": "ALL",
    "Port": "ALL",
    "CidrBlock": "0.0.0.0/0",
    "Action": "ACCEPT",
    "PolicyDescription": "debugging, will remove later",
}
"""The careless row: it opens every port of every node, the kubelet's and etcd's included."""
_EVENT = ("source", "type", "subject", "region")
_RECORD = ("eventName", "eventTime", "sourceIPAddress", "userAgent", "resourceName")
_MESSAGE = ("title", "action", "severity", "region", "machines", "version_before", "version_after", "rows")
"""What is shown of the event and of the message; both are longer."""


def demo() -> int:
    """Play the story on standard output; the exit code."""
    console = Console(highlight=False, soft_wrap=True)
    state = cast("Document", read_json(Path(demo_state()), dict))
    with Stage(mode="enforce", state=state, react=True, environment={"SGGUARD_LOG_LEVEL": "debug"}) as stage:
        return exit_code.CLEAN if _Story(stage, console).tell() else exit_code.UNEXPECTED


class _Story:
    def __init__(self, stage: Stage, console: Console) -> None:
        self._stage = stage
        self._console = console
        self._step = 0

    def tell(self) -> bool:
        """Play every step; whether it ended as it should."""
        self._heading(f"A TKE cluster: three nodes in one security group ({self._stage.endpoint})")
        self._print_group()
        self._heading("Somebody opens the group to the world, through the API")
        self._line(f"+ ingress 0  ACCEPT ALL from 0.0.0.0/0  # {OPENED['PolicyDescription']}", "red")
        self._client().call_json(
            "CreateSecurityGroupPolicies",
            {"SecurityGroupId": GROUP, "SecurityGroupPolicySet": {"Ingress": [OPENED]}},
        )
        invocations = self._stage.runs()
        self._heading("CloudAudit records it; a rule of EventBridge matches; SCF runs the guard, with this")
        self._print_event(self._stage.events()[0])
        first, *others = [(invocation, run) for invocation in invocations for run in runs_of(invocation)]
        invocation, run = first
        self._print_verdict(cast("Document", run["evaluation"]))
        self._print_plan(cast("Document", run["plan"]), cast("list[Document]", run["notifications"]))
        self._print_calls(invocation)
        self._heading("The group afterwards")
        self._print_group()
        self._heading(f"The webhook received, at {self._stage.inbox.url}")
        for message in self._stage.inbox.received:
            self._print_message(cast("Document", message.document()))
        quiet = self._echo([run for _, run in others])
        return quiet and len(self._stage.inbox.received) == 1 and self._ended_well(run)

    def _echo(self, runs: Sequence[Document]) -> bool:
        """The guard's own write left an event too. Whether it changed nothing."""
        self._heading("The guard's own write came back as an event")
        writes = [call for call in self._stage.cloud.audit.records if call["eventName"] != "AssumeRole"]
        for run in runs:
            evaluation = cast("Document", run["evaluation"])
            self._line(f"verdict {evaluation['verdict']}, 0 writes: it does not react to itself")
        return len(writes) == 2 and len(runs) == 1  # noqa: PLR2004 - the careless one and the revert

    @staticmethod
    def _ended_well(run: Document) -> bool:
        outcome = cast("Document", run["outcome"])
        after = cast("Document", outcome["evaluation"] or {})
        return outcome["result"] == "reverted" and after.get("verdict") == "compliant"

    def _client(self) -> CommonClient:
        """The vendor's own client, as anybody would use it."""
        key = self._stage.credentials
        http = HttpProfile(protocol="http", endpoint=self._stage.endpoint.removeprefix("http://"))
        credential = Credential(key.secret_id, key.secret_key)
        return CommonClient("vpc", "2017-03-12", credential, "ap-guangzhou", ClientProfile(httpProfile=http))

    def _heading(self, text: str) -> None:
        self._step += 1
        self._console.print(Text(f"\n{self._step}. {text}", style="bold"))

    def _line(self, text: str, style: str = "") -> None:
        self._console.print(Text(f"   {text}", style=style))

    def _print_group(self) -> None:
        answer = self._client().call_json("DescribeSecurityGroupPolicies", {"SecurityGroupId": GROUP})
        group = decode_policy_set(answer, GROUP)
        self._line(f"{GROUP} version {group.version}")
        for row in group.ingress:
            self._line(f"  ingress {row.index}  {row_text(row, 'ingress')}")
        for row in group.egress:
            self._line(f"  egress  {row.index}  {row_text(row, 'egress')}")

    def _print_event(self, event: Document) -> None:
        record = cast("Document", event["data"])
        who = cast("Document", record["userIdentity"])
        self._print_members(
            {
                **{name: event[name] for name in _EVENT},
                "data": {
                    "userIdentity": {"type": who["type"], "userName": who["userName"]},
                    **{name: record[name] for name in _RECORD},
                    "requestParameters": msgspec.json.decode(str(record["requestParameters"])),
                },
            }
        )

    def _print_message(self, message: Document) -> None:
        findings = cast("list[Document]", message["findings"])
        self._print_members(
            {
                **{name: message[name] for name in _MESSAGE},
                "findings": [finding["explanation"] for finding in findings],
            }
        )

    def _print_members(self, members: Document, margin: str = "") -> None:
        """As JSON, one member a line."""
        for name, value in members.items():
            if isinstance(value, dict) and len(value) > 2:  # noqa: PLR2004 - short enough for a line
                self._line(f'{margin}"{name}":', "dim")
                self._print_members(value, margin + "  ")
            else:
                self._line(f'{margin}"{name}": {_json(value)}', "dim")

    def _print_verdict(self, evaluation: Document) -> None:
        self._heading(f"The guard reads the group again and judges its traffic: {evaluation['verdict']}")
        for finding in cast("list[Document]", evaluation["findings"]):
            if finding["kind"] != "shadowed":
                self._line(f"{finding['severity']}: {finding['explanation']}", "red")
                for block in cast("list[Document]", finding["traffic"]):
                    self._line(f"  opened: {_block(block)}")
                self._line(f"  witness packet: {_packet(cast('Document', finding['witness']))}")

    def _print_plan(self, plan: Document, notifications: list[Document]) -> None:
        self._heading(f"It decides: {plan['decision']}, at version {plan['expected_version']} or not at all")
        for change in _rows(notifications):
            style = "green" if change["sign"] == "+" else "red"
            place = "end" if change["index"] is None else change["index"]
            self._line(f"{change['sign']} {change['direction']} {place}  {change['row']}", style)
        proof = cast("Document", plan["proof"])
        self._line(
            f"proven before it was sent: required traffic {proof['intact_after']}/{proof['requirements']} "
            f"intact, {proof['remaining']} findings remain, nothing newly permitted"
        )

    def _print_calls(self, invocation: Run) -> None:
        calls = list(called(invocation.log.splitlines()))
        self._heading(f"The {len(calls)} API calls it made, with the keys of a role that may do no more")
        for call in calls:
            style = "" if call.action.startswith("Describe") else "bold"
            self._line(f"{call.service} {call.action} {call.code or 'ok'}", style)


def _rows(notifications: list[Document]) -> Iterator[Document]:
    for sent in notifications:
        yield from cast("list[Document]", cast("Document", sent["notification"])["rows"])


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=0).decode()


def _block(block: Document) -> str:
    peers = cast("list[str]", block["peers"])
    ports = "" if block["ports"] == "ALL" else f" {block['ports']}"
    return f"{block['family']} {block['protocol']}{ports} from {', '.join(peers)}"


def _packet(witness: Document) -> str:
    port = "" if witness["port"] is None else f"/{witness['port']}"
    return f"{witness['protocol']}{port} from {witness['peer']}, decided by policy {witness['policy_index']}"
