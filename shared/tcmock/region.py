"""All that one account has in one region, and the builder calls that put it there."""

from __future__ import annotations

from tcmock.clock import Clock
from tcmock.cvm.document import new_instance
from tcmock.cvm.models import Instance
from tcmock.errors import StateError
from tcmock.ids import Ids
from tcmock.tke.document import new_cluster
from tcmock.tke.models import ClusterState
from tcmock.vpc.document import new_group, new_subnet, new_vpc, policy_set
from tcmock.vpc.models import GroupState, Subnet, Vpc

REGIONS = (
    *("ap-guangzhou", "ap-shanghai", "ap-nanjing", "ap-beijing", "ap-chengdu", "ap-chongqing", "ap-hongkong"),
    *("ap-taipei", "ap-seoul", "ap-tokyo", "ap-singapore", "ap-bangkok", "ap-jakarta", "ap-mumbai"),
    *("na-siliconvalley", "na-ashburn", "na-toronto", "sa-saopaulo", "eu-frankfurt", "eu-moscow"),
)
"""https://www.tencentcloud.com/document/product/213/6091"""


class Region:
    """Resources by id, in the order they were made.

    Every `add_…` takes the members of the API's own object by name, fills in what is left out and returns the
    id; it raises `StateError` for what cannot be. None of them is a call: they leave no audit record.
    """

    def __init__(self, name: str, ids: Ids, clock: Clock) -> None:
        self.name = name
        self.ids = ids
        self.clock = clock
        self.vpcs: dict[str, Vpc] = {}
        self.subnets: dict[str, Subnet] = {}
        self.security_groups: dict[str, GroupState] = {}
        self.instances: dict[str, Instance] = {}
        self.clusters: dict[str, ClusterState] = {}

    def add_vpc(self, **fields: object) -> str:
        """A network; needs `CidrBlock`."""
        vpc = new_vpc(fields, self)
        self.vpcs[vpc.vpc_id] = vpc
        return vpc.vpc_id

    def add_subnet(self, **fields: object) -> str:
        """A subnet; needs `VpcId` and `CidrBlock`."""
        subnet = new_subnet(fields, self)
        self.subnets[subnet.subnet_id] = subnet
        return subnet.subnet_id

    def add_security_group(self, **fields: object) -> str:
        """A group; `SecurityGroupPolicySet` holds its rows as the API answers or takes them."""
        group = new_group(fields, self)
        group_id = group.about.security_group_id
        self.security_groups[group_id] = group
        try:
            # Only now, because a row may name its own group.
            group.policies = policy_set(fields, self)
        except StateError:
            del self.security_groups[group_id]
            raise
        return group_id

    def add_instance(self, **fields: object) -> str:
        """A machine; needs `SubnetId`."""
        instance = new_instance(fields, self)
        self.instances[instance.instance_id] = instance
        return instance.instance_id

    def add_cluster(self, **fields: object) -> str:
        """A cluster; needs `VpcId`. `Instances` lists its nodes."""
        cluster = new_cluster(fields, self)
        self.clusters[cluster.about.cluster_id] = cluster
        return cluster.about.cluster_id
