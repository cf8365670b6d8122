"""Pace, roles of other accounts, handing over, polling: what leaves for the vendor, and when."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

import pytest

from scfshim import ApiError, Call, Credentials, Outcome
from sgguard.adapters.tencent.assumed import AssumedRole
from sgguard.adapters.tencent.audit_reader import TencentAudit
from sgguard.adapters.tencent.cluster_reader import TencentClusters
from sgguard.adapters.tencent.invoker import TencentInvoker
from sgguard.adapters.tencent.pace import Pace
from sgguard.errors import GatherError
from sgguard.model.batch import Batch
from sgguard.sweep import HandoverError

RULES = Call("vpc", "DescribeSecurityGroupPolicies", "ap-guangzhou", {})
CLUSTERS = Call("tke", "DescribeClusters", "ap-guangzhou", {})


class Time:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize(("call", "rate"), [(RULES, 100), (CLUSTERS, 20)])
def test_calls_leave_at_the_documented_rate(call: Call, rate: int) -> None:
    time = Time()
    pace = Pace(clock=time, sleep=time.sleep)
    left = []
    for _ in range(5 * rate):
        pace.wait("", call)
        left.append(time.now)
    assert all(sum(start <= at < start + 1 for at in left) <= rate for start in left)
    assert 4.9 <= left[-1] <= 5.3


def test_regions_accounts_and_actions_have_a_pace_each() -> None:
    time = Time()
    pace = Pace(clock=time, sleep=time.sleep)
    elsewhere = Call("vpc", RULES.action, "ap-shanghai", {})
    for account, call in (("", RULES), ("1", RULES), ("", elsewhere), ("", CLUSTERS)):
        pace.wait(account, call)
    assert time.now == 0.0


def test_a_throttled_action_rests() -> None:
    time = Time()
    pace = Pace(clock=time, sleep=time.sleep)
    pace.heed("", RULES, Outcome("RequestLimitExceeded.UinLimitExceeded", "r", 0.1))
    pace.wait("", CLUSTERS)
    assert time.now == 0.0
    pace.wait("", RULES)
    assert time.now >= 0.5


def test_threads_share_one_pace() -> None:
    time, lock = Time(), threading.Lock()

    def sleep(seconds: float) -> None:
        with lock:
            asked.append(seconds)

    asked: list[float] = []
    pace = Pace(clock=time, sleep=sleep)
    threads = [threading.Thread(target=lambda: [pace.wait("", RULES) for _ in range(25)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(asked) == pytest.approx((100 - 1 - 2) / 97, rel=0.01)


class FakeApi:
    """A session whose clients answer from a script."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def client(self, service: str, *, region: str | None = None, version: str | None = None) -> FakeApi:
        del service, region, version
        return self

    def __getattr__(self, method: str) -> Any:
        def call(**parameters: Any) -> Any:
            self.calls.append((method, parameters))
            answer = self.answers[method]
            if isinstance(answer, list):
                answer = answer.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call

    def paginate(self, method: str, /, **parameters: Any) -> Any:
        self.calls.append((method, parameters))
        return self.answers[method]


def session(**answers: Any) -> Any:
    return FakeApi(answers)


def keys(number: int, expires: int) -> dict[str, object]:
    credentials = {"Token": f"t{number}", "TmpSecretId": f"AKID{number}", "TmpSecretKey": f"k{number}"}
    return {"Credentials": credentials, "ExpiredTime": expires, "RequestId": "r"}


def test_a_role_is_taken_on_again_before_its_keys_end() -> None:
    api, now = session(assume_role=[keys(1, 8000), keys(2, 15000)]), [1000.0]
    role = AssumedRole(api, "qcs::cam::uin/1:roleName/sgguard", "sgguard", lambda: now[0])
    assert role() == role() == Credentials("AKID1", "k1", "t1")
    now[0] = 7600.0
    assert role().token == "t1"
    now[0] = 7701.0
    assert role() == Credentials("AKID2", "k2", "t2")
    assert [parameters["RoleArn"] for _, parameters in api.calls] == ["qcs::cam::uin/1:roleName/sgguard"] * 2


def test_a_role_that_does_not_trust_us() -> None:
    refused = ApiError("UnauthorizedOperation", "no", "r", "AssumeRole")
    role = AssumedRole(session(assume_role=refused), "qcs::cam::uin/1:roleName/x", "sgguard", lambda: 0.0)
    with pytest.raises(GatherError, match="roleName/x could not be assumed"):
        role()


def batch(groups: int) -> Batch:
    return Batch(sweep="s", region="ap-guangzhou", groups=tuple(f"sg-{n:08d}" for n in range(groups)))


def test_a_batch_is_an_asynchronous_invocation() -> None:
    api = session(invoke={"Result": {}})
    TencentInvoker(api, "sgguard-guard", namespace="default", region="ap-guangzhou").hand_over(batch(2))
    ((_, parameters),) = api.calls
    assert parameters["InvocationType"] == "Event"
    assert '"schema":"sgguard/batch/v1"' in parameters["ClientContext"]


def test_half_a_character_can_be_handed_over() -> None:
    api = session(invoke={"Result": {}})
    invoker = TencentInvoker(api, "sgguard-guard", namespace="default", region="ap-guangzhou")
    invoker.hand_over({"EventList": [{"remark": "\ud800漢"}]})
    ((_, parameters),) = api.calls
    text = str(parameters["ClientContext"])
    assert text.isascii()
    assert json.loads(text) == {"EventList": [{"remark": "\ud800漢"}]}


@pytest.mark.parametrize("size", [1000, 20_000])
def test_an_event_has_128_kilobytes(size: int) -> None:
    api = session(invoke={"Result": {}})
    invoker = TencentInvoker(api, "sgguard-guard", namespace="default", region="ap-guangzhou")
    if size == 1000:
        invoker.hand_over(batch(size))
    else:
        with pytest.raises(HandoverError, match="too long"):
            invoker.hand_over(batch(size))


def test_a_function_that_is_not_there() -> None:
    gone = ApiError("ResourceNotFound.Function", "gone", "r", "Invoke")
    invoker = TencentInvoker(session(invoke=gone), "x", namespace="default", region="ap-guangzhou")
    with pytest.raises(HandoverError, match="x could not be invoked") as caught:
        invoker.hand_over(batch(1))
    assert "scf:Invoke" in caught.value.next_step


def page(*names: str, token: int | None = None) -> dict[str, object]:
    events = [{"CloudAuditEvent": f'{{"eventName": "{name}"}}', "EventId": name} for name in names]
    return {"Events": events, "ListOver": token is None, **({} if token is None else {"NextToken": token})}


def test_polling_reads_every_page() -> None:
    api = session(describe_events=[page("a", "b", token=2), page("c")])
    found = [element["eventName"] for element in TencentAudit(api, "ap-guangzhou").writes(1, 2)]
    assert found == ["a", "b", "c"]
    assert [parameters.get("NextToken") for _, parameters in api.calls] == [None, 2]


def test_polling_ends_where_the_token_does_not_move() -> None:
    api = session(describe_events=[page("a", token=2), page("b", token=2), page("c", token=2)])
    assert len(list(TencentAudit(api, "ap-guangzhou").writes(1, 2))) == 2


def test_a_page_of_another_shape_is_an_error() -> None:
    with pytest.raises(GatherError, match="another shape"):
        list(TencentAudit(session(describe_events={"Events": "no"}), "ap-guangzhou").writes(1, 2))


def cluster_api(routes: object, **changes: Any) -> Any:
    settings = {"VpcId": "vpc-1", "ClusterCIDR": "172.16.0.0/16"}
    assistants = [
        {"CidrBlock": cidr, "AssistantType": 1} for cidr in ("172.16.0.0/16", "192.168.0.0/18", "10.9.0.0/16")
    ]
    return session(
        describe_clusters=[{"ClusterId": "cls-1", "ClusterNetworkSettings": settings, "Property": "{}"}],
        describe_vpcs=[{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "AssistantCidrSet": assistants}],
        **{
            "describe_cluster_routes": routes,
            "describe_ipamd": {},
            "describe_cluster_instances": [],
            "describe_node_pools": [],
            "describe_cluster_endpoints": {},
            **changes,
        },
    )


def test_a_container_cidr_belongs_to_the_cluster_whose_routes_lead_there() -> None:
    routes = {
        "RouteSet": [{"DestinationCidrBlock": "192.168.1.0/24"}, {"DestinationCidrBlock": "172.16.3.0/24"}]
    }
    (cluster,) = TencentClusters(cluster_api(routes)).clusters("ap-guangzhou")
    assert cluster.pod_cidrs == ("172.16.0.0/16", "192.168.0.0/18")


def test_a_cluster_without_a_route_table_has_its_own_cidr() -> None:
    gone = ApiError("ResourceNotFound.RouteTableNotFound", "no table", "r", "DescribeClusterRoutes")
    (cluster,) = TencentClusters(cluster_api(gone)).clusters("ap-guangzhou")
    assert cluster.pod_cidrs == ("172.16.0.0/16",)


def test_routes_that_cannot_be_read_are_an_error() -> None:
    denied = ApiError("UnauthorizedOperation", "no", "r", "DescribeClusterRoutes")
    with pytest.raises(GatherError, match="UnauthorizedOperation"):
        TencentClusters(cluster_api(denied)).clusters("ap-guangzhou")


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ("describe_ipamd", "ResourceNotFound"),
        ("describe_ipamd", "ResourceNotFound.AddonNotFound"),
        ("describe_cluster_endpoints", "ResourceUnavailable.ClusterState"),
    ],
)
def test_what_a_cluster_does_not_have_is_no_error(action: str, code: str) -> None:
    api = cluster_api({}, **{action: ApiError(code, "none", "r", action)})
    (cluster,) = TencentClusters(api).clusters("ap-guangzhou")
    assert (cluster.pod_subnet_ids, cluster.endpoint_groups) == ((), ())


@pytest.mark.parametrize("code", ["InternalError", "UnauthorizedOperation", "ResourceNotFoundElsewhere"])
def test_every_other_error_is_one(code: str) -> None:
    api = cluster_api({}, describe_ipamd=ApiError(code, "none", "r", "DescribeIPAMD"))
    with pytest.raises(GatherError):
        TencentClusters(api).clusters("ap-guangzhou")
