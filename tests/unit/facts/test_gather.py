"""Which clusters a group serves, from what the cloud tells; doubt is an error, never an empty answer."""

from __future__ import annotations

import msgspec
import pytest
import samples
from plain_cloud import FakeCloud, bound, readers

from sgguard.errors import GatherError
from sgguard.facts import gather
from sgguard.model.cluster import Cluster, Machine
from sgguard.model.facts import Facts, NotCovered


def gathered(cloud: FakeCloud, *regions: str) -> Facts | NotCovered:
    return gather("sg-1", regions or ("ap-guangzhou",), readers(cloud), observed_at=1.0)


def test_a_group_of_one_cluster() -> None:
    facts = gathered(FakeCloud())
    assert isinstance(facts, Facts)
    (scope,) = facts.scopes
    assert (scope.cluster_id, scope.role) == ("cls-1", "node")
    assert scope.pod_cidrs == ("172.16.0.0/16",)
    assert scope.node_cidrs == ("10.0.1.0/24", "10.0.2.0/24", "fd00::/64")
    assert scope.vpc_cidrs == ("10.0.0.0/16",)
    assert (facts.machines, facts.observed_at, facts.region) == (1, 1.0, "ap-guangzhou")


def test_a_group_of_both_roles() -> None:
    cloud = FakeCloud()
    cloud.bound = (bound("ins-1"), bound("ins-2"))
    first, second = cloud.machines_found["cls-1"]
    cloud.machines_found["cls-1"] = (first, msgspec.structs.replace(second, role="master"))
    facts = gathered(cloud)
    assert isinstance(facts, Facts)
    assert [(scope.cluster_id, scope.role) for scope in facts.scopes] == [
        ("cls-1", "node"),
        ("cls-1", "master"),
    ]
    assert facts.machines == 2


def test_a_group_of_two_clusters() -> None:
    cloud = FakeCloud()
    cloud.bound = (bound("ins-1"), bound("ins-9"))
    other = Cluster(cluster_id="cls-2", vpc_id="vpc-1", pod_cidrs=("172.17.0.0/16",))
    cloud.clusters_found = (*cloud.clusters_found, other)
    cloud.machines_found["cls-2"] = (Machine(instance_id="ins-9", role="node", address="10.0.3.9"),)
    facts = gathered(cloud)
    assert isinstance(facts, Facts)
    assert [scope.cluster_id for scope in facts.scopes] == ["cls-1", "cls-2"]


def test_vpc_cni_pods_take_addresses_of_subnets() -> None:
    cloud = FakeCloud()
    cloud.clusters_found = (Cluster(cluster_id="cls-1", vpc_id="vpc-1", pod_subnet_ids=("subnet-3",)),)
    facts = gathered(cloud)
    assert isinstance(facts, Facts)
    assert facts.scopes[0].pod_cidrs == ("10.0.3.0/24",)


def test_regions_are_tried_in_turn() -> None:
    facts = gathered(FakeCloud(), "ap-shanghai", "ap-guangzhou")
    assert isinstance(facts, Facts)
    assert facts.region == "ap-guangzhou"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"group_rows": {}}, "no such group in ap-guangzhou"),
        ({"bound": ()}, "no CVM instance is bound to it, and no interface, native node or node pool"),
        ({"bound": (bound("ins-9"),)}, "none of its 1 instances is in a TKE cluster"),
        ({"clusters_found": ()}, "none of its 1 instances is in a TKE cluster"),
    ],
)
def test_groups_that_are_left_alone(change: dict[str, object], reason: str) -> None:
    cloud = FakeCloud()
    vars(cloud).update(change)
    facts = gathered(cloud)
    assert isinstance(facts, NotCovered)
    assert (facts.reason, facts.observed_at) == (reason, 1.0)


def test_without_a_region_nothing_is_guessed() -> None:
    with pytest.raises(GatherError, match="does not say in which region"):
        gather("sg-1", (), readers(FakeCloud()), observed_at=1.0)


def test_an_unknown_pod_network_is_an_error() -> None:
    cloud = FakeCloud()
    cloud.clusters_found = (Cluster(cluster_id="cls-1", vpc_id="vpc-1"),)
    with pytest.raises(GatherError, match="pod network of cls-1 is not known"):
        gathered(cloud)


def test_a_machine_in_no_subnet_is_an_error() -> None:
    cloud = FakeCloud()
    cloud.machines_found["cls-1"] = (Machine(instance_id="ins-1", role="node", address="10.9.9.9"),)
    with pytest.raises(GatherError, match=r"10\.9\.9\.9 of ins-1 is in no subnet"):
        gathered(cloud)


def test_machines_without_addresses_are_an_error() -> None:
    cloud = FakeCloud()
    cloud.machines_found["cls-1"] = (Machine(instance_id="ins-1", role="node", address=""),)
    with pytest.raises(GatherError, match="node network is not known"):
        gathered(cloud)


def test_every_list_of_groups_is_a_stack() -> None:
    cloud = FakeCloud()
    cloud.group_rows["ap-guangzhou", "sg-2"] = samples.group([("tcp", "22", "ipm-1")])
    cloud.bound = (bound("ins-1", "sg-2", "sg-1"), bound("ins-2"), bound("ins-9", "sg-1", "sg-8"))
    cloud.names_found = {"ipm-1": ("203.0.113.7",)}
    facts = gathered(cloud)
    assert isinstance(facts, Facts)
    assert [stack.group_ids("sg-1") for stack in facts.placement.stacks] == [("sg-2", "sg-1"), ("sg-1",)]
    assert facts.placement.strangers == ("ins-9",)
    assert facts.names == {"ipm-1": ("203.0.113.7",)}


def test_machines_of_the_cluster_that_are_bound_elsewhere() -> None:
    facts = gathered(FakeCloud())
    assert isinstance(facts, Facts)
    assert facts.placement.elsewhere == ("ins-2",)


def test_a_binding_that_contradicts_itself_is_an_error() -> None:
    cloud = FakeCloud()
    cloud.bound = (bound("ins-1", "sg-2"),)
    with pytest.raises(GatherError, match="its own list of groups does not say so"):
        gathered(cloud)


def test_an_unreadable_companion_is_an_error() -> None:
    cloud = FakeCloud()
    cloud.bound = (bound("ins-1", "sg-1", "sg-gone"),)
    with pytest.raises(GatherError, match="no sg-gone"):
        gathered(cloud)
