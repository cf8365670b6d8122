"""The lab as clients, the terminal and a browser see it."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from rich.console import Console
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from sgguard.errors import ConfigError
from sglab.case import read_json
from sglab.lab.console import Printer
from sglab.lab.entry import Entry
from sglab.lab.lab import Lab
from sglab.places import production_state

HOSTILE = "<script>alert(1)</script>\x1b[2J\u202e'\"&"
WORLD = {"PolicyIndex": 0, "Protocol": "ALL", "Port": "ALL", "CidrBlock": "0.0.0.0/0", "Action": "ACCEPT"}


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab(state=read_json(production_state(), dict), mode="enforce") as lab:  # type: ignore[arg-type]
        yield lab


@pytest.fixture
def wait(lab: Lab) -> Callable[[str, int], list[Entry]]:
    """Waits until so many entries of a kind are there; gives all."""
    changed = threading.Condition()

    def notice(_: Entry) -> None:
        with changed:
            changed.notify_all()

    lab.timeline.watch(notice)

    def until(kind: str, count: int) -> list[Entry]:
        with changed:
            assert changed.wait_for(
                lambda: sum(entry.kind == kind for entry in list(lab.timeline._entries)) >= count, timeout=20
            )
        return lab.timeline.entries()

    return until


def call(lab: Lab, action: str, **params: Any) -> Any:
    """One call by the vendor's client."""
    http = HttpProfile(endpoint=lab.endpoint)
    key = Credential(lab.greeting["secret_id"], lab.greeting["secret_key"])
    client = CommonClient("vpc", "2017-03-12", key, lab.greeting["region"], ClientProfile(httpProfile=http))
    return client.call_json(action, params)["Response"]


def open_group(lab: Lab, group_id: str, description: str = "") -> None:
    row = {**WORLD, "PolicyDescription": description}
    call(
        lab,
        "CreateSecurityGroupPolicies",
        SecurityGroupId=group_id,
        SecurityGroupPolicySet={"Ingress": [row]},
    )


def test_a_change_is_told_judged_reverted_and_alerted(
    lab: Lab, wait: Callable[[str, int], list[Entry]]
) -> None:
    """One story in its order, then that of the guard's own write; the group is as before."""
    rows = "DescribeSecurityGroupPolicies"
    before = call(lab, rows, SecurityGroupId="sg-shopnode")["SecurityGroupPolicySet"]["Ingress"]
    open_group(lab, "sg-shopnode")
    entries = wait("verdict", 2)
    first, second = dict.fromkeys(entry.thread for entry in entries)
    story = [entry for entry in entries if entry.thread == first]
    assert [entry.kind for entry in story] == ["change", "verdict", "revert", "alert"]
    assert {entry.group_id for entry in story} == {"sg-shopnode"}
    assert "by operator (user)" in story[0].headline
    assert story[1].lines[0].text.startswith("excess, critical: Policy 0 (ingress) accepts tcp port 2379")
    assert story[1].remark.endswith(" reads, 1 writes")
    assert [line.text for line in story[2].lines] == ["- ingress 0  ACCEPT ALL from 0.0.0.0/0"]
    assert story[2].own == {second}
    assert story[3].headline == "critical: sg-shopnode was reverted"
    assert [(entry.kind, entry.verdicts) for entry in entries if entry.thread == second] == [
        ("change", {}),
        ("verdict", {"sg-shopnode": "compliant"}),
    ]
    after = call(lab, rows, SecurityGroupId="sg-shopnode")["SecurityGroupPolicySet"]["Ingress"]
    assert [row["CidrBlock"] for row in after] == [row["CidrBlock"] for row in before]


def test_the_page(lab: Lab, wait: Callable[[str, int], list[Entry]]) -> None:
    """Before and after; what others wrote is text and nothing else."""
    first = requests.get(lab.page, timeout=5)
    assert "Nothing yet. Change a group, and watch." in first.text
    assert first.text.count("not judged yet") == 6
    open_group(lab, "sg-shopnode", HOSTILE)
    call(lab, "ModifySecurityGroupAttribute", SecurityGroupId="sg-billnode", GroupName="<img src=x>")
    wait("verdict", 2)
    open_group(lab, "sg-bastion0", HOSTILE)
    second = requests.get(lab.page, headers={"If-None-Match": first.headers["ETag"]}, timeout=5)
    assert second.status_code == 200
    assert 'class="group compliant" id="sg-shopnode"' in second.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in second.text
    assert "&lt;img src=x&gt;" in second.text
    for raw in ("<script>a", "<img src=x", "\x1b", "\u202e"):
        assert raw not in second.text


def test_the_page_asks_nobody_else_for_anything(lab: Lab) -> None:
    """By its policy, and by what stands in it."""
    answer = requests.get(lab.page, timeout=5)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert answer.text.replace(lab.endpoint, "").count("http") == 1  # http-equiv
    for name, kind in (("page.css", "text/css"), ("page.js", "text/javascript"), ("shield.svg", "image/svg")):
        asset = requests.get(lab.page + name, timeout=5)
        assert asset.headers["Content-Type"].startswith(kind)
        assert "http" not in asset.text.replace("http://www.w3.org/2000/svg", "")


def test_an_unchanged_page_is_not_sent_again(lab: Lab) -> None:
    tag = requests.get(lab.page, timeout=5).headers["ETag"]
    again = requests.get(lab.page, headers={"If-None-Match": tag}, timeout=5)
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "", {"Host": "rebound.example.org"}, 403),
        ("GET", "", {"Origin": "https://example.org"}, 403),
        ("POST", "", {}, 405),
        ("GET", "../page.py", {}, 404),
        ("GET", "page.py", {}, 404),
    ],
)
def test_who_may_not_look(lab: Lab, method: str, path: str, headers: dict[str, str], status: int) -> None:
    request = requests.Request(method, lab.page + "x", headers=headers).prepare()
    request.url = lab.page + path
    with requests.Session() as session:
        assert session.send(request, timeout=5).status_code == status


def test_the_terminal(lab: Lab, wait: Callable[[str, int], list[Entry]]) -> None:
    """One line a headline, below it what belongs to it; nothing that others wrote moves the cursor."""
    printed = io.StringIO()
    lab.timeline.watch(Printer(Console(file=printed, highlight=False, soft_wrap=True)))
    open_group(lab, "sg-shopedge", HOSTILE)
    wait("verdict", 2)
    told = [line[14:] for line in printed.getvalue().splitlines()]
    story = [entry for entry in lab.timeline.entries() if entry.kind != "change"][:3]
    assert [entry.kind for entry in story] == ["verdict", "revert", "alert"]
    for entry in story:
        start = told.index(
            f"{entry.kind:<8}sg-shopedge  {entry.headline}" + f"  ({entry.remark})" * bool(entry.remark)
        )
        assert told[start + 1 : start + 1 + len(entry.lines)] == [line.text for line in entry.lines]
    assert "\x1b" not in printed.getvalue()
    assert "\u202e" not in printed.getvalue()


def test_a_port_that_is_taken(lab: Lab) -> None:
    port = int(lab.endpoint.rpartition(":")[2])
    with (
        pytest.raises(ConfigError, match=f"port {port}"),
        Lab(
            state=read_json(production_state(), dict),  # type: ignore[arg-type]
            mode="observe",
            port=port,
        ),
    ):
        pass
