"""`sgguard doctor` on the emulated cloud: what is wrong is found, named and comes with its fix."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from deployment_site import Site, guard_alone
from typer.testing import CliRunner

from scfshim import Credentials
from sgguard.cli import exit_code
from sgguard.cli.main import build_app
from sgguard.deployment import current
from sgguard.deployment.cam_names import USES
from sgguard.deployment.checkup import Line, check_up, identity
from sgguard.deployment.management_api import ManagementApi
from sgguard.deployment.policies import permissions
from tcmock import Cloud, mock_tencentcloud

NAME = "sgguard-dev-guard"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The state of a cloud with a deployment in it."""
    with mock_tencentcloud() as cloud:
        Site(cloud, tmp_path_factory.mktemp("package")).deploy(guard_alone())
        return cloud.dump()


@pytest.fixture
def site(deployed: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A deployment in which all is well, as far as the emulated cloud can tell."""
    monkeypatch.setattr(identity, "clock", lambda _: iter(()))  # the API's own clock stands still here
    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with mock_tencentcloud(Cloud(state=deployed)) as cloud:
        yield Site(cloud, tmp_path)


def nobody(*_: object, **__: object) -> object:
    """No name is known, and none is asked for over the network."""
    raise OSError


def lines(site: Site, stage: str = "dev") -> list[Line]:
    found = check_up(
        site.api, prefix=f"sgguard-{stage}", region="ap-guangzhou", namespace="default", now=lambda: 0.0
    )
    return [line for line in found if f"{stage}-sweep" not in line.found]


def of(found: list[Line], check: str, status: str) -> list[Line]:
    return [line for line in found if (line.check, line.status) == (check, status)]


def test_what_is_well_is_said(site: Site) -> None:
    found = lines(site)
    for check in ("credentials", "function", "event bus", "rule", "target", "settings", "last errors"):
        assert of(found, check, "ok"), check
    assert {line.check for line in found if line.status == "problem"} <= {"store", "channel"}
    assert all(line.fix for line in found if line.status != "ok")


def test_it_changes_nothing(site: Site) -> None:
    records = len(site.cloud.audit.records)
    lines(site)
    assert len(site.cloud.audit.records) == records


def test_every_action_is_looked_at_one_by_one(site: Site) -> None:
    found = lines(site)
    needed = permissions()["guard"].reads
    assert len(of(found, "role", "ok")) == len(needed)
    assert len(of(found, "permission", "ok")) == len(needed) - len(USES)
    assert not [call for call in site.cloud.calls if call.action in {"Invoke", "AssumeRole"}]


def without_an_action(site: Site) -> None:
    policy = current.policies(site.api, f"{NAME}-read")[f"{NAME}-read"]
    document: Any = policy.document
    document["statement"][0]["action"].remove("vpc:DescribeVpcs")
    site.api.call("cam", "UpdatePolicy", PolicyId=policy.id, PolicyDocument=json.dumps(document))


def granted(site: Site, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the statement about invocations."""
    policy = current.policies(site.api, f"{NAME}-read")[f"{NAME}-read"]
    document: Any = policy.document
    change(next(each for each in document["statement"] if each["action"] == ["scf:Invoke"]))
    site.api.call("cam", "UpdatePolicy", PolicyId=policy.id, PolicyDocument=json.dumps(document))


def invoking_everything(site: Site) -> None:
    granted(site, lambda statement: statement.update(resource=["*"]))


def invoking_another(site: Site) -> None:
    granted(site, lambda statement: statement.update(resource=[f"{statement['resource'][0]}x"]))


def without_a_role(site: Site) -> None:
    site.api.call("cam", "DeleteRole", RoleName=NAME)


def without_trust(site: Site) -> None:
    other = json.dumps(
        {
            "version": "2.0",
            "statement": [
                {
                    "action": "name/sts:AssumeRole",
                    "effect": "allow",
                    "principal": {"service": ["cls.cloud.tencent.com"]},
                }
            ],
        }
    )
    site.api.call("cam", "UpdateAssumeRolePolicy", RoleName=NAME, PolicyDocument=other)


def rule_of(site: Site) -> tuple[str, current.Rule]:
    bus = current.find_default_bus(site.api)
    return bus, current.rules(site.api, bus, "sgguard-dev-")["sgguard-dev-security-groups"]


def with_a_sleeping_rule(site: Site) -> None:
    bus, rule = rule_of(site)
    site.api.call("eb", "UpdateRule", EventBusId=bus, RuleId=rule.id, Enable=False)


def with_another_pattern(site: Site) -> None:
    bus, rule = rule_of(site)
    pattern = json.dumps({"source": ["cos.cloud.tencent"]})
    site.api.call("eb", "UpdateRule", EventBusId=bus, RuleId=rule.id, EventPattern=pattern)


def without_a_target(site: Site) -> None:
    bus, rule = rule_of(site)
    for number in rule.targets.values():
        site.api.call("eb", "DeleteTarget", EventBusId=bus, RuleId=rule.id, TargetId=number)


def with_variables(**values: str) -> Callable[[Site], None]:
    def change(site: Site) -> None:
        variables = current.variables(site.api.call("scf", "GetFunction", FunctionName=NAME)) | values
        pairs = [{"Key": key, "Value": value} for key, value in variables.items() if value]
        site.api.call(
            "scf", "UpdateFunctionConfiguration", FunctionName=NAME, Environment={"Variables": pairs}
        )
        site.cloud.clock.advance(5)

    return change


@pytest.mark.parametrize(
    ("change", "check", "said", "fix"),
    [
        (without_an_action, "role", "may not vpc:DescribeVpcs", '"action": ["vpc:DescribeVpcs"]'),
        (invoking_everything, "role", "may scf:Invoke on everything", "Deploy again"),
        (invoking_another, "role", "may not scf:Invoke", "namespace/default/function/sgguard-dev-guard"),
        (without_a_role, "role", f"The role {NAME} does not exist", "Deploy again"),
        (without_trust, "role", "does not trust scf.qcloud.com", "Deploy again"),
        (with_a_sleeping_rule, "rule", "is switched off", "Switch it on"),
        (with_another_pattern, "rule", "does not match a sample event", "Deploy again"),
        (without_a_target, "rule", f"No rule of the bus calls {NAME}", "Deploy again"),
        (with_variables(SGGUARD_STORE=""), "store", "No store is set", "Set SGGUARD_STORE"),
        (with_variables(SGGUARD_MODE="on"), "settings", "SGGUARD_MODE is 'on'", "observe, enforce"),
        (with_variables(SGGUARD_WEBHOOK="https://nowhere.invalid/x"), "channel", "is not known", "DNS"),
        (
            with_variables(SGGUARD_DOOR_SECRET="whsec_x"),
            "settings",
            "SGGUARD_DOOR_SECRET is none",
            "ssm:NAME",
        ),
    ],
)
def test_what_is_wrong_is_found(
    site: Site, change: Callable[[Site], None], check: str, said: str, fix: str
) -> None:
    change(site)
    wrong = [line for line in of(lines(site), check, "problem") if said in line.found]
    assert wrong
    assert fix in wrong[0].fix


def test_observe_with_a_write_permission_is_a_problem(site: Site) -> None:
    site.deploy(msgspec.structs.replace(guard_alone(), mode="enforce"))
    with_variables(SGGUARD_MODE="observe")(site)
    wrong = of(lines(site), "role", "problem")
    assert [line.found for line in wrong if "although the guard only observes" in line.found]


def test_a_refused_read_names_the_statement_to_add(site: Site) -> None:
    site.cloud.faults.add("DescribeVpcs", "UnauthorizedOperation")
    (line,) = of(lines(site), "permission", "problem")
    assert '{"effect": "allow", "action": ["vpc:DescribeVpcs"], "resource": ["*"]}' in line.fix


def test_one_check_that_fails_does_not_stop_the_others(site: Site) -> None:
    site.cloud.faults.add("ListEventBuses", "InternalError", calls=None)
    found = lines(site)
    (line,) = of(found, "events", "unknown")
    assert "InternalError" in line.found
    assert of(found, "permission", "ok")


def test_wrong_credentials_end_it_at_once(site: Site) -> None:
    site.api = ManagementApi("ap-guangzhou", credentials=lambda: Credentials("AKIDnobody", "none"))
    (line,) = lines(site)
    assert (line.check, line.status) == ("credentials", "problem")
    assert "TENCENTCLOUD_SECRET_ID" in line.fix


def test_no_deployment_is_told(site: Site) -> None:
    found = lines(site, "prod")
    assert of(found, "function", "problem")[0].found.startswith("There is no function sgguard-prod-guard")


@pytest.mark.parametrize(
    ("now", "status"), [(1_700_000_000.0, "ok"), (1_700_000_500.0, "problem"), (1_699_999_800.0, "problem")]
)
def test_the_clock(now: float, status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Answer:
        headers = {"Date": "Tue, 14 Nov 2023 22:13:20 GMT"}  # noqa: RUF012

    monkeypatch.setattr("requests.head", lambda *_, **__: Answer())
    assert [line.status for line in identity.clock(lambda: now)] == [status]


@pytest.mark.usefixtures("site")
def test_the_command() -> None:
    done = CliRunner().invoke(build_app(), ["doctor", "--output", "json"])
    assert done.exit_code == exit_code.FINDINGS
    document = json.loads(done.stdout)
    assert document["schema"] == "sgguard/checkup/v1"
    assert {line["status"] for line in document["lines"]} <= {"ok", "problem", "unknown"}
    table = CliRunner().invoke(build_app(), ["doctor"])
    assert "how to fix" in table.stdout


def test_no_secret_is_shown(site: Site) -> None:
    with_variables(SGGUARD_WEBHOOK="https://nowhere.invalid/canary-4711")(site)
    assert "canary-4711" not in str(lines(site))
