"""Every recorded shape under events/raw, as the function is handed it, and what it means."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sgguard.errors import EventError
from sgguard.event import parse, split
from sgguard.event.apis import NO_CHANGE
from sgguard.model.change import Actor, ChangeEvent, IgnoredEvent

RAW = Path(__file__).parents[3] / "events" / "raw"
TRIGGERS = ("cloudaudit", "eventbridge", "eventbridge-batch")
CASES = sorted(f"{trigger}/{file.stem}" for trigger in TRIGGERS for file in (RAW / trigger).glob("*.json"))

USER = Actor(kind="user", account_id="100000000001", principal_id="100000000002", name="100000000002")
ROLE = Actor(
    kind="role",
    account_id="100000000001",
    principal_id="4611686018420000001",
    name="NetworkOperator",
    session="night-shift",
)
SERVICE = Actor(
    kind="service",
    account_id="100000000001",
    principal_id="4611686018420000002",
    name="TKE_QCSRole",
    session="tke-access",
)
ROOT = Actor(kind="root", account_id="100000000001", principal_id="100000000001", name="root")

NODE = ("sg-node0001",)
GZ = ("ap-guangzhou",)
EVERYTHING = ("clusters", "bindings", "network")

# Groups, regions.
CHANGES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "cloudaudit/bodies-as-objects": (NODE, GZ),
    "cloudaudit/cos-2025": (NODE, GZ),
    "cloudaudit/legacy-2017": (NODE, GZ),
    "cloudaudit/legacy-2019": (NODE, GZ),
    "cloudaudit/partial-record": (NODE, ()),
    "eventbridge/associate-groups": (("sg-node0001", "sg-node0002"), GZ),
    "eventbridge/clone-group-into-other-region": (("sg-fresh002",), ("ap-chengdu", "ap-guangzhou")),
    "eventbridge/create-group-with-policies": (("sg-fresh001",), GZ),
    "eventbridge/create-policies": (NODE, GZ),
    "eventbridge/delete-policies-console-role": (NODE, GZ),
    "eventbridge/empty-bodies-resource-name": (
        ("sg-node0001", "sg-node0002", "sg-node0003"),
        ("ap-chengdu", "ap-guangzhou"),
    ),
    "eventbridge/empty-bodies-six-segments": (NODE, GZ),
    "eventbridge/group-only-in-misspelt-subject": (NODE, GZ),
    "eventbridge/modify-instances-groups": (NODE, GZ),
    "eventbridge/modify-network-interface": (NODE, GZ),
    "eventbridge/modify-policies-mini-program": (NODE, GZ),
    "eventbridge/record-as-text": (NODE, GZ),
    "eventbridge/replace-policy-flattened-keys": (NODE, GZ),
    "eventbridge/request-cut-off": (NODE, GZ),
    "eventbridge/role-without-extra-info": (NODE, GZ),
    "eventbridge/run-instances-flattened-keys": (("sg-node0001", "sg-node0002", "sg-node0003"), GZ),
    "eventbridge/service-role-edit": (NODE, ("ap-chengdu", "ap-guangzhou", "ap-chongqing")),
    "eventbridge/tke-machine-groups": (NODE, GZ),
    "eventbridge/tke-node-pool-launch-configuration": (NODE, GZ),
    "eventbridge/unknown-write-names-a-group": (NODE, GZ),
}
# Groups, what else it is about, what must be read again.
REACHING: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "eventbridge/add-template-member": ((), ("ipm-00000001",), ("names",)),
    "eventbridge/attach-interface": ((), ("ins-00000001", "eni-00000001"), EVERYTHING),
    "eventbridge/create-native-node-pool": (NODE, ("cls-00000001",), EVERYTHING),
    "eventbridge/create-subnet": ((), (), ("network",)),
    "eventbridge/delete-node-pool": ((), ("cls-00000001",), EVERYTHING),
    "eventbridge/disassociate-groups": (("sg-node0002",), ("ins-00000001",), ("bindings", "clusters")),
    "eventbridge/modify-launch-configuration": (NODE, ("asc-00000001",), EVERYTHING),
    "eventbridge/modify-template-group": ((), ("ipmg-00000001", "ipm-00000001", "ipm-00000002"), ("names",)),
    "eventbridge/run-instances-default-group": ((), (), EVERYTHING),
    "eventbridge/run-instances-tells-instances": ((), ("ins-00000007", "ins-00000008"), EVERYTHING),
}
IGNORED = {
    "eventbridge/create-template": NO_CHANGE["new-template"],
    "eventbridge/associate-groups-of-a-database": NO_CHANGE["unrelated"],
    "eventbridge/create-policies-denied": "The call failed and changed nothing.",
    "eventbridge/delete-group": NO_CHANGE["deletion"],
    "eventbridge/describe-policies": "A read changes nothing.",
    "eventbridge/monitor-event": "The event is not CloudAudit's.",
    "eventbridge/rename-group": NO_CHANGE["label"],
    "eventbridge/replace-policies-refused": "The call failed and changed nothing.",
    "eventbridge/unknown-write-names-no-group": "The call names no security group.",
}
UNREADABLE = {
    "eventbridge/bare-write-with-broken-request": "requestParameters is no JSON",
    "eventbridge/group-only-in-rows": "does not say which one",
    "eventbridge/no-group-anywhere": "does not say which one",
    "eventbridge/request-cut-off-before-group": "does not say which one",
}


def load(case: str) -> object:
    return json.loads((RAW / f"{case}.json").read_text(encoding="utf-8"))


def only(case: str) -> ChangeEvent | IgnoredEvent:
    (element,) = split(load(case))
    return parse(element)


def change(case: str) -> ChangeEvent:
    parsed = only(case)
    assert isinstance(parsed, ChangeEvent)
    return parsed


def test_every_file_has_an_expectation() -> None:
    single = [case for case in CASES if not case.startswith("eventbridge-batch/")]

    assert sorted([*CHANGES, *REACHING, *IGNORED, *UNREADABLE]) == single


@pytest.mark.parametrize("case", CHANGES)
def test_change(case: str) -> None:
    parsed = change(case)

    assert (parsed.group_ids, parsed.regions) == CHANGES[case]


@pytest.mark.parametrize("case", REACHING)
def test_change_that_reaches_groups_it_may_not_name(case: str) -> None:
    parsed = change(case)

    assert (parsed.group_ids, parsed.subjects, parsed.stale) == REACHING[case]
    assert parsed.regions == GZ


@pytest.mark.parametrize("case", IGNORED)
def test_ignored(case: str) -> None:
    parsed = only(case)

    assert isinstance(parsed, IgnoredEvent)
    assert parsed.reason == IGNORED[case]


@pytest.mark.parametrize("case", UNREADABLE)
def test_unreadable(case: str) -> None:
    with pytest.raises(EventError, match=UNREADABLE[case]) as caught:
        only(case)

    assert caught.value.next_step


def test_everything_taken_over_from_an_api_call() -> None:
    assert change("eventbridge/create-policies") == ChangeEvent(
        group_ids=NODE,
        regions=GZ,
        api="CreateSecurityGroupPolicies",
        product="vpc",
        request_id="00000000-0000-4000-8000-000000000001",
        occurred_at=1770112801,
        actor=USER,
        source_address="203.0.113.10",
        via="api",
        user_agent="SDK_PYTHON_3.1.100",
    )


def test_everything_taken_over_from_2017() -> None:
    assert change("cloudaudit/legacy-2017") == ChangeEvent(
        group_ids=NODE,
        regions=GZ,
        api="ModifySecurityGroupPolicys",
        product="cvm",
        request_id="662138269",
        occurred_at=None,
        actor=ROOT,
        source_address="203.0.113.10",
        via="api",
        user_agent="SDK_PHP_1.1",
    )


def test_everything_taken_over_where_only_the_envelope_tells() -> None:
    parsed = change("eventbridge/group-only-in-misspelt-subject")

    assert (parsed.product, parsed.via, parsed.occurred_at) == ("cvm", "console", 1770112801)


@pytest.mark.parametrize(
    ("case", "actor", "via"),
    [
        ("cloudaudit/bodies-as-objects", ROLE, "api"),
        ("cloudaudit/legacy-2019", USER, "console"),
        ("cloudaudit/partial-record", Actor(), "unknown"),
        ("eventbridge/delete-policies-console-role", ROLE, "console"),
        ("eventbridge/empty-bodies-resource-name", USER, "api"),
        ("eventbridge/modify-policies-mini-program", ROOT, "mini-program"),
        ("eventbridge/service-role-edit", SERVICE, "api"),
    ],
)
def test_who_and_how(case: str, actor: Actor, via: str) -> None:
    parsed = change(case)

    assert (parsed.actor, parsed.via) == (actor, via)


def test_a_role_that_does_not_tell_its_name_keeps_the_recorded_one() -> None:
    actor = change("eventbridge/role-without-extra-info").actor

    assert (actor.kind, actor.name, actor.session) == ("role", "roleUser", "")


@pytest.mark.parametrize("case", ["eventbridge-batch/two-changes", "eventbridge-batch/members-as-text"])
def test_batch(case: str) -> None:
    parsed = [parse(element) for element in split(load(case))]

    assert [p.group_ids for p in parsed if isinstance(p, ChangeEvent)] == [("sg-node0001",), ("sg-node0002",)]


def test_broken_members_of_a_batch_do_not_lose_their_siblings() -> None:
    first, *broken, last = split(load("eventbridge-batch/broken-between-changes"))

    assert isinstance(parse(first), ChangeEvent)
    assert isinstance(parse(last), ChangeEvent)
    assert len(broken) == 3
    for element in broken:
        with pytest.raises(EventError):
            parse(element)
    assert broken[1:] == [{"data": "not JSON"}, {"data": None}]
