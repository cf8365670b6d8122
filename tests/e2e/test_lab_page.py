"""The lab's page in a real browser."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

SCRIPT = Path(__file__).parent / "clients" / "browse.py"
HOSTILE = "<script>document.title='x'</script><img src=x>"
ROW = {
    "PolicyIndex": 0,
    "Protocol": "ALL",
    "Port": "ALL",
    "CidrBlock": "0.0.0.0/0",
    "Action": "ACCEPT",
    "PolicyDescription": HOSTILE,
}


def call(lab: Any, action: str, **params: Any) -> None:
    """One call to the lab's cloud."""
    key = Credential(lab.about["secret_id"], lab.about["secret_key"])
    profile = ClientProfile(httpProfile=HttpProfile(endpoint=lab.endpoint))
    CommonClient("vpc", "2017-03-12", key, lab.about["region"], profile).call_json(action, params)


def told(process: subprocess.Popen[str]) -> Any:
    """The next line of the browser."""
    assert process.stdout
    line = process.stdout.readline()
    assert line, process.stderr.read() if process.stderr else ""
    return json.loads(line)


def go_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def test_a_person_watches(lab: Any, client: Any, tmp_path: Path) -> None:
    """Groups, a change that is reverted while the page is open, the alert; then the lab ends."""
    call(lab, "ModifySecurityGroupAttribute", SecurityGroupId="sg-bastion0", GroupName="<img src=x>")
    inherited = {"TMPDIR": str(tmp_path)}
    with client("browser").start(
        "python", SCRIPT, f"{lab.endpoint}/_lab/", tmp_path, variables=inherited
    ) as process:
        before = told(process)
        assert before["badges"] == {
            **dict.fromkeys(
                ("sg-shopnode", "sg-shopgpu0", "sg-shopedge", "sg-billmast", "sg-billnode", "sg-datanode"),
                before["badges"]["sg-shopnode"],
            ),
            "sg-bastion0": "not covered",
            "sg-apilb001": "not covered",
        }
        assert before["without_script"] == len(before["badges"]), "the server renders everything"
        assert before["open"] == ["sg-shopnode", "sg-billmast"]
        rows = {"Ingress": [ROW]}
        call(lab, "CreateSecurityGroupPolicies", SecurityGroupId="sg-shopnode", SecurityGroupPolicySet=rows)
        go_on(process)
        after = told(process)
        assert after["badges"]["sg-shopnode"] == "compliant"
        assert after["kinds"] == ["change", "verdict", "revert", "alert"]
        (row,) = after["rows"]
        assert row.startswith("- ingress 0  ACCEPT ALL from 0.0.0.0/0")
        assert "sg-shopnode was reverted" in after["messages"]
        assert after["open"] == ["sg-shopnode", "sg-billmast"]
        assert after["scripts"] == 1, "what others wrote is text"
        assert {url.rpartition("/")[0] for url in after["requests"]} == {f"{lab.endpoint}/_lab"}
        assert after["sticks_out"] == {"lab": False, "lab-dark": False, "lab-narrow": False}
        assert after["console"] == []
        lab.process.send_signal(signal.SIGTERM)
        lab.process.wait(timeout=20)
        go_on(process)
        assert told(process)["gone"] == ["The lab has ended. This is what it looked like last."]
