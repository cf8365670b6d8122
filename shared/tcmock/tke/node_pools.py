"""Node pools, as DescribeNodePools of 2022-05-01 answers them; the older version shows the regular ones."""

from __future__ import annotations

from typing import Literal

import msgspec

from tcmock.tag import Tag

PoolType = Literal["Native", "Super", "Regular", "External"]


class NativePool(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """What native nodes of a pool are made with."""

    subnet_ids: list[str] = []
    security_group_ids: list[str] = []
    instance_charge_type: str = "POSTPAID_BY_HOUR"
    instance_types: tuple[str, ...] = ("S5.LARGE8",)
    key_ids: list[str] = []
    auto_repair: bool = False
    enable_autoscaling: bool = False
    replicas: int = 0
    ready_replicas: int = 0
    runtime_root_dir: str = ""
    health_check_policy_name: str = ""
    host_name_pattern: str = ""
    kubelet_args: list[str] = []
    data_disks: list[object] = []
    machine_type: str = "Native"


class SuperPool(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """What pods on super nodes get, unless they ask for other groups."""

    subnet_ids: list[str] = []
    security_group_ids: list[str] = []


def _advanced_settings() -> dict[str, object]:
    return {
        "DesiredPodNumber": 64,
        "PreStartUserScript": "",
        "RuntimeConfig": {"RuntimeType": "containerd", "RuntimeVersion": "1.6.9", "RuntimeRootDir": ""},
        "UserScript": "",
        "ExtraArgs": {"Kubelet": None},
    }


class RegularPool(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """The scaling group of a pool. Its groups stand in the launch configuration."""

    launch_configuration_id: str = ""
    autoscaling_group_id: str = ""
    autoscaling_group_status: str = "disabled"
    max_nodes_num: int = 10
    min_nodes_num: int = 0
    desired_nodes_num: int = 0
    node_pool_os: str = "tlinux3.1x86_64"
    instance_advanced_settings: dict[str, object] = msgspec.field(default_factory=_advanced_settings)


class ExternalPool(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """A pool of somebody else's machines."""

    nodes_num: int = 0
    runtime_config: dict[str, object] = {}


class NodePool(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """A pool of one of the four types; the member of that name holds what only they have."""

    cluster_id: str
    node_pool_id: str
    name: str
    type: PoolType = "Native"
    life_state: str
    created_at: str
    tags: list[Tag] = []
    taints: list[dict[str, str]] = []
    labels: list[dict[str, str]] = []
    annotations: list[dict[str, str]] = []
    deletion_protection: bool = False
    unschedulable: bool = False
    native: NativePool | None = None
    super_: SuperPool | None = msgspec.field(name="Super", default=None)
    regular: RegularPool | None = None
    external: ExternalPool | None = None

    @property
    def groups(self) -> tuple[str, ...]:
        """The security groups that it gives to its nodes itself."""
        inner = self.native or self.super_
        return tuple(inner.security_group_ids) if inner else ()
