"""Plans and what becomes of them, on the emulated cloud: created, kept, changed, half-way, taken away."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from deployment_site import Site, guard_alone

from deploy.build import fleet_of
from deploy.execution import carry_out
from deploy.planning import plan_removal
from deploy.service import Service, Timer
from deploy.showing import document, lines
from scfshim import Credentials, Retry
from sgguard.deployment import current
from sgguard.deployment.cam_names import is_read
from sgguard.deployment.management_api import CloudError, ManagementApi
from sgguard.deployment.policies import store_policy, trust_of_functions
from sgguard.errors import ConfigError, GuardError
from tcmock import mock_tencentcloud

ROOT = Path(__file__).parents[3]
ZIP = b"PK\x05\x06" + bytes(18)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with mock_tencentcloud() as cloud:
        yield Site(cloud, tmp_path)


@pytest.fixture
def service() -> Service:
    return guard_alone()


def changed(service: Service, **function: Any) -> Service:
    (guard,) = service.functions
    return msgspec.structs.replace(service, functions=(msgspec.structs.replace(guard, **function),))


def test_everything_is_made_in_the_order_of_need(site: Site, service: Service) -> None:
    assert site.deploy(service) == [
        "create role sgguard-dev-guard",
        "create policy sgguard-dev-guard-read",
        "create function sgguard-dev-guard",
        "update invocation sgguard-dev-guard",
        "update concurrency sgguard-dev-guard",
        "create rule sgguard-dev-security-groups",
        "create target sgguard-dev-security-groups",
    ]
    settings = site.api.call("scf", "GetFunction", FunctionName="sgguard-dev-guard")
    assert (settings["Status"], settings["Runtime"], settings["Role"]) == (
        "Active",
        "Python3.10",
        "sgguard-dev-guard",
    )
    assert current.variables(settings) == {
        "SGGUARD_BUILD": "sgguard-dev:aaaaaaaaaaaaaaaa",
        "SGGUARD_LOG_LEVEL": "info",
        "SGGUARD_MODE": "observe",
        "SGGUARD_ROLE": "sgguard-dev-guard",
        "SGGUARD_STORE": "/mnt/state",
    }
    bus = current.find_default_bus(site.api)
    (rule,) = current.rules(site.api, bus, "sgguard").values()
    assert rule.pattern == json.loads((ROOT / "deploy" / "pattern.json").read_text())
    assert list(rule.targets) == [
        "qcs::scf:ap-guangzhou:uin/100000000001:namespace/default/function/sgguard-dev-guard/$LATEST"
    ]
    assert current.reserved(site.api, "sgguard-dev-guard", "default") == 4 * 128
    assert current.invocation(site.api, "sgguard-dev-guard", "default") == {"RetryNum": 2, "MsgTTL": 3600}


def test_a_second_run_finds_nothing_to_do_and_writes_nothing(site: Site, service: Service) -> None:
    site.deploy(service)
    records = len(site.cloud.audit.records)
    assert site.deploy(service) == []
    assert len(site.cloud.audit.records) == records


def test_a_plan_alone_changes_nothing(site: Site, service: Service) -> None:
    plan = site.plan(service)
    plan_removal(site.api, service)
    assert plan.pending
    assert site.cloud.audit.records == []


def test_observe_has_no_write_permission(site: Site, service: Service) -> None:
    site.deploy(service)
    (policy,) = current.policies(site.api, "").values()
    names = [action for statement in policy.document["statement"] for action in statement["action"]]
    assert names
    assert all(is_read(name) for name in names)
    assert not [name for name in names if name.startswith(("vpc:", "cvm:")) and "Describe" not in name]


def test_enforce_may_write_security_groups_and_nothing_else(site: Site, service: Service) -> None:
    enforcing = msgspec.structs.replace(service, mode="enforce")
    assert site.deploy(service)
    assert site.deploy(enforcing) == [
        "create policy sgguard-dev-guard-write",
        "update function sgguard-dev-guard",
    ]
    written = current.policies(site.api, "sgguard-dev-guard-write")["sgguard-dev-guard-write"].document
    for statement in written["statement"]:
        assert all("SecurityGroupPolic" in action for action in statement["action"])
        assert statement["resource"] == [
            "qcs::cvm:*:uin/100000000001:sg/*",
            "qcs::vpc:*:uin/100000000001:sg/*",
        ]
    role = current.role(site.api, "sgguard-dev-guard")
    assert role
    assert sorted(role.policies) == ["sgguard-dev-guard-read", "sgguard-dev-guard-write"]


def test_what_is_invoked_and_taken_on_is_what_the_config_names(site: Site, service: Service) -> None:
    def uses() -> dict[str, list[str]]:
        (policy,) = current.policies(site.api, "").values()
        first, *others = policy.document["statement"]
        assert first["resource"] == ["*"]
        assert not {"scf:Invoke", "sts:AssumeRole"} & set(first["action"])
        return {action: each["resource"] for each in others for action in each["action"]}

    here = "qcs::scf:ap-guangzhou:uin/100000000001:namespace/default/function"
    own = [f"{here}/sgguard-dev-guard", f"{here}/sgguard-dev-guard/*"]
    site.deploy(service)
    assert uses() == {"scf:Invoke": own}
    config = {
        "schema": "sgguard/config/v1",
        "fleet": {"guard": "other", "accounts": [{"account": "200000000002", "role": "sgguard"}]},
    }
    fleet = fleet_of(json.dumps(config).encode())
    site.manifest = msgspec.structs.replace(
        site.manifest, hands_to=fleet.guard, assumes=tuple(member.arn for member in fleet.members)
    )
    assert site.deploy(service) == ["update policy sgguard-dev-guard-read"]
    assert uses() == {
        "scf:Invoke": [*own, f"{here}/other", f"{here}/other/*"],
        "sts:AssumeRole": ["qcs::cam::uin/200000000002:roleName/sgguard"],
    }


def test_going_back_to_observe_takes_the_permission_away_first(site: Site, service: Service) -> None:
    site.deploy(msgspec.structs.replace(service, mode="enforce"))
    assert site.deploy(service) == [
        "delete policy sgguard-dev-guard-write",
        "update function sgguard-dev-guard",
    ]
    assert list(current.policies(site.api, "")) == ["sgguard-dev-guard-read"]


@pytest.mark.parametrize(
    ("change", "done", "shown"),
    [
        ({"timeout": 90}, "update function", "Timeout: 60 -> 90"),
        ({"memory_mb": 256}, "update function", "MemorySize: 128 -> 256"),
        ({"variables": {"A": "1"}}, "update function", "Environment.SGGUARD_STORE: /mnt/state -> -"),
        ({"description": ""}, "update function", "… -> -"),
        ({"reserved_instances": None}, "update concurrency", "MB: 512 -> 0"),
        ({"reserved_instances": 2}, "update concurrency", "MB: 512 -> 256"),
        (
            {"timers": (Timer(name="hourly", cron="0 0 * * * * *"),)},
            "create timer sgguard-dev-guard/hourly",
            "cron: - -> 0 0 * * * * *",
        ),
    ],
)
def test_a_change_is_shown_and_made_and_nothing_else(
    site: Site, service: Service, change: dict[str, Any], done: str, shown: str
) -> None:
    site.deploy(service)
    other = changed(service, **change)
    assert shown in "\n".join(lines(site.plan(other)))
    steps = site.deploy(other)
    assert steps
    assert all(step.startswith((done, "update concurrency")) for step in steps)
    assert site.deploy(other) == []


def test_a_timer_is_changed_and_pruned(site: Site, service: Service) -> None:
    one, two = (changed(service, timers=(Timer(name="t", cron=f"0 {m} * * * * *"),)) for m in (1, 2))
    site.deploy(one)
    assert site.deploy(two) == ["update timer sgguard-dev-guard/t"]
    assert site.deploy(changed(service, timers=(Timer(name="t", cron="0 2 * * * * *", enable=False),)))
    timer = current.timers(site.api, "sgguard-dev-guard", "default")["t"]
    assert (current.cron_of(timer), timer["Enable"]) == ("0 2 * * * * *", 0)
    plan = site.plan(service)
    assert plan.notes == ("timer sgguard-dev-guard/t is no longer in the file; --prune removes it.",)
    assert site.deploy(service) == []
    assert site.deploy(service, prune=True) == ["delete timer sgguard-dev-guard/t"]


def test_another_pattern_reaches_the_rule(site: Site, service: Service) -> None:
    site.deploy(service)
    (rule,) = service.functions[0].rules
    other = changed(
        service, rules=(msgspec.structs.replace(rule, pattern={"source": ["vpc.cloud.tencent"]}),)
    )
    assert site.deploy(other) == ["update rule sgguard-dev-security-groups"]
    assert site.deploy(other) == []


def test_new_code_is_sent_and_old_code_again(site: Site, service: Service) -> None:
    site.deploy(service)
    site.build("b" * 64)
    assert "    code: the zip is sent" in list(lines(site.plan(service)))
    assert site.deploy(service) == ["update function sgguard-dev-guard"]
    assert site.deploy(service) == []
    site.build("a" * 64)
    assert site.deploy(service) == ["update function sgguard-dev-guard"]


def test_what_left_the_file_goes_with_prune_only(site: Site, service: Service) -> None:
    site.deploy(service)
    other = msgspec.structs.replace(service.functions[0], key="other", rules=())
    site.manifest = msgspec.structs.replace(
        site.manifest, functions={**site.manifest.functions, "other": site.manifest.functions["guard"]}
    )
    both = msgspec.structs.replace(service, functions=(*service.functions, other))
    with pytest.raises(GuardError, match="not known which API actions other calls"):
        site.deploy(both)
    none = changed(service, rules=())
    notes = site.plan(none).notes
    assert notes == ("rule sgguard-dev-security-groups is no longer in the file; --prune removes it.",)
    assert site.deploy(none, prune=True) == ["delete rule sgguard-dev-security-groups"]


def test_remove_leaves_nothing(site: Site, service: Service) -> None:
    before = site.left()
    site.deploy(msgspec.structs.replace(service, mode="enforce"))
    assert site.remove(service) == [
        "delete rule sgguard-dev-security-groups",
        "delete function sgguard-dev-guard",
        "delete policy sgguard-dev-guard-read",
        "delete policy sgguard-dev-guard-write",
        "delete role sgguard-dev-guard",
    ]
    assert site.left() == before
    assert site.remove(service) == []


def test_a_store_on_cos_gets_a_policy_of_its_own(site: Site, service: Service) -> None:
    on_cos = changed(service, variables={"SGGUARD_STORE": "cos://guard-1250000000/sgguard"})
    assert "create policy sgguard-dev-guard-store" in site.deploy(on_cos)
    policy = current.policies(site.api, "sgguard-dev-guard-store")["sgguard-dev-guard-store"]
    assert policy.document == store_policy("guard-1250000000", "sgguard", "ap-guangzhou")
    assert "delete policy sgguard-dev-guard-store" in site.deploy(service)
    with pytest.raises(ConfigError, match="SGGUARD_STORE: names no bucket with its APPID"):
        site.deploy(changed(service, variables={"SGGUARD_STORE": "cos://guard/sgguard"}))


def test_another_stage_is_left_alone(site: Site, service: Service) -> None:
    production = msgspec.structs.replace(service, stage="prod")
    site.deploy(service)
    site.deploy(production)
    site.remove(service)
    assert site.deploy(production) == []


WRITES = (
    "CreateRole",
    "CreatePolicy",
    "AttachRolePolicy",
    "CreateFunction",
    "UpdateFunctionEventInvokeConfig",
    "PutReservedConcurrencyConfig",
    "CreateRule",
    "CreateTarget",
)


@pytest.mark.parametrize("action", WRITES)
def test_a_failure_half_way_is_told_and_resumed(site: Site, service: Service, action: str) -> None:
    """At every write: what is done, what failed and what was not begun is all of the plan."""
    site.cloud.faults.add(action, "InternalError")
    steps = [str(step) for step in site.plan(service).pending]
    with pytest.raises(GuardError) as caught:
        site.deploy(service)
    told = str(caught.value)
    assert f"{action} was refused with InternalError" in told
    assert [step for step in steps if told.count(step) < 1] == []
    assert sum(told.count(f"  {word}") for word in ("done: ", "failed: ", "not begun: ")) == len(steps)
    assert "Then run the same command again" in caught.value.next_step
    site.cloud.faults.clear()
    assert site.deploy(service)
    assert site.deploy(service) == []
    assert site.remove(service)


def test_a_missing_permission_is_named_with_its_statement(site: Site, service: Service) -> None:
    site.cloud.faults.add("CreateFunction", "UnauthorizedOperation")
    with pytest.raises(GuardError) as caught:
        site.deploy(service)
    assert '{"effect": "allow", "action": ["scf:CreateFunction"]' in caught.value.next_step


def test_a_quota_is_named(site: Site, service: Service) -> None:
    site.cloud.faults.add("CreateTarget", "LimitExceeded")
    with pytest.raises(GuardError) as caught:
        site.deploy(service)
    assert "A quota of eb is reached" in caught.value.next_step
    assert "create target" in str(caught.value)


def test_the_wrong_account_is_refused_before_anything(site: Site, service: Service) -> None:
    with pytest.raises(ConfigError, match="is 100000000009, but the credentials are of account 100000000001"):
        site.deploy(msgspec.structs.replace(service, account="100000000009"))
    assert site.cloud.audit.records == []


def call_role(api: ManagementApi) -> None:
    api.call(
        "cam", "CreateRole", RoleName="sgguard-dev-guard", PolicyDocument=json.dumps(trust_of_functions())
    )


def call_rule(api: ManagementApi) -> None:
    bus = current.find_default_bus(api)
    api.call(
        "eb",
        "CreateRule",
        EventBusId=bus,
        RuleName="sgguard-dev-security-groups",
        EventPattern=json.dumps({"source": ["x"]}),
    )


@pytest.mark.parametrize("make", [call_role, call_rule])
def test_what_others_made_is_not_taken_over(site: Site, service: Service, make: Any) -> None:
    make(site.api)
    before = len(site.cloud.audit.records)
    with pytest.raises(GuardError, match="which this deployment did not make: nothing was changed"):
        site.deploy(service)
    assert site.remove(service) == []
    assert len(site.cloud.audit.records) == before


def test_a_given_role_is_used_and_left_alone(site: Site, service: Service) -> None:
    given = msgspec.structs.replace(service, role="Theirs")
    with pytest.raises(ConfigError, match="'Theirs' does not exist"):
        site.deploy(given)
    site.api.call("cam", "CreateRole", RoleName="Theirs", PolicyDocument=json.dumps(trust_of_functions()))
    assert not [step for step in site.deploy(given) if "role" in step or "policy" in step]
    site.remove(given)
    assert current.roles(site.api, "") == ["Theirs"]


def test_an_unknown_function_is_named(site: Site, service: Service) -> None:
    with pytest.raises(ConfigError, match=r"is .gard.\. There are: guard"):
        site.plan(service, function="gard")


def test_one_function_alone(site: Site, service: Service) -> None:
    assert len(site.deploy(service, function="guard")) == 7


def test_no_default_bus_says_what_to_open(
    site: Site, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current, "find_default_bus", lambda _: "")
    with pytest.raises(GuardError, match="There is no cloud-service event bus") as caught:
        site.plan(service)
    assert "console.cloud.tencent.com/eb" in caught.value.next_step


class Stubborn:
    """A function that never becomes Active."""

    def __init__(self, status: str) -> None:
        self.status = status

    def call(self, service: str, action: str, **params: object) -> Mapping[str, object]:  # noqa: ARG002
        return {"Status": self.status, "StatusReasons": [{"ErrorCode": "x"}]}


@pytest.mark.parametrize(
    ("status", "said"),
    [("CreateFailed", "is CreateFailed"), ("Creating", "is still Creating after a long wait")],
)
def test_a_function_that_does_not_come_up(site: Site, service: Service, status: str, said: str) -> None:
    plan = site.plan(service)
    with pytest.raises(GuardError, match=said):
        carry_out(plan, Stubborn(status), "default", site.said.append, sleep=lambda _: None)


def test_a_plan_as_data_hides_the_code(site: Site, service: Service) -> None:
    told = document(site.plan(service))
    text = json.dumps(told)
    assert told["schema"] == "sgguard/deployment/v1"
    assert '"Code": "\\u2026"' in text
    assert "RuleId of CreateRule for sgguard-dev-security-groups" in text


def test_an_unreachable_cloud_is_told(service: Service) -> None:
    api = ManagementApi(
        "ap-guangzhou",
        endpoint="http://127.0.0.1:1",
        credentials=lambda: Credentials("AKIDx", "y"),
        retry=Retry(tries=1),
    )
    with pytest.raises(CloudError, match="GetUserAppId got no answer"):
        plan_removal(api, service)
