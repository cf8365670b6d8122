"""Clusters and their nodes; names and defaults as in the documented answers, for there is no recorded one."""

from __future__ import annotations

from typing import Literal

import msgspec

Role = Literal["WORKER", "MASTER", "ETCD", "MASTER_ETCD"]
ClusterType = Literal["MANAGED_CLUSTER", "INDEPENDENT_CLUSTER"]


class ClusterNetworkSettings(
    msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True
):
    """The ranges of a cluster."""

    cluster_cidr: str = msgspec.field(name="ClusterCIDR", default="")
    """Pods; ``""`` where pods take addresses of subnets."""
    ignore_cluster_cidr_conflict: bool = msgspec.field(name="IgnoreClusterCIDRConflict", default=False)
    max_node_pod_num: int = 64
    max_cluster_service_num: int = 1024
    ipvs: bool = False
    vpc_id: str
    cni: bool = True
    kube_proxy_mode: str = ""
    service_cidr: str = msgspec.field(name="ServiceCIDR", default="")
    subnets: list[str] | None = None
    """Subnets of pods, with VPC-CNI."""
    ignore_service_cidr_conflict: bool = msgspec.field(name="IgnoreServiceCIDRConflict", default=False)
    is_dual_stack: bool = False
    ipv6_service_cidr: str = msgspec.field(name="Ipv6ServiceCIDR", default="")
    cilium_mode: str = ""
    subnet_id: str = ""
    data_plane_v2: bool = False


class Cluster(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """A cluster without its nodes, as DescribeClusters answers it."""

    cluster_id: str
    cluster_name: str
    cluster_description: str = ""
    cluster_version: str = "1.30.0"
    cluster_os: str = "tlinux3.1x86_64"
    cluster_type: ClusterType = "MANAGED_CLUSTER"
    cluster_network_settings: ClusterNetworkSettings
    cluster_node_num: int
    project_id: int = 0
    tag_specification: list[object] | None = None
    cluster_status: str = "Running"
    property: str
    """JSON: `NodeNameType`, `NetworkType` (``GR``, ``VPC-CNI`` or ``CiliumOverlay``) and more."""
    cluster_mater_node_num: int
    """Sic."""
    image_id: str = ""
    os_customize_type: str = "GENERAL"
    container_runtime: str = "containerd"
    created_time: str
    deletion_protection: bool = False
    enable_external_node: bool = False
    cluster_level: str = "L5"
    auto_upgrade_cluster_level: bool = True
    qgpu_share_enable: bool = msgspec.field(name="QGPUShareEnable", default=False)
    runtime_version: str = "1.6.9"
    cluster_etcd_node_num: int


class ClusterInstance(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """A node; which security groups it has is cvm's business."""

    instance_id: str
    instance_role: Role = "WORKER"
    failed_reason: str = "=Ready:True"
    instance_state: str = "running"
    drain_status: str = ""
    instance_advanced_settings: dict[str, object]
    created_time: str
    lan_ip: str = msgspec.field(name="LanIP")
    node_pool_id: str = ""
    autoscaling_group_id: str = ""


class ClusterState(msgspec.Struct):
    """A cluster and its nodes by instance id."""

    about: Cluster
    instances: dict[str, ClusterInstance]
