"""Clusters; names and defaults as in the documented answers, for there is no recorded one."""

from __future__ import annotations

from typing import Literal

import msgspec

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
    cluster_node_num: int = 0
    project_id: int = 0
    tag_specification: list[object] | None = None
    cluster_status: str = "Running"
    property: str
    """JSON: `NodeNameType`, `NetworkType` (``GR``, ``VPC-CNI`` or ``CiliumOverlay``) and more."""
    cluster_mater_node_num: int = 0
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
    cluster_etcd_node_num: int = 0


class Endpoints(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """How the API server is reached, as DescribeClusterEndpoints answers it."""

    certification_authority: str = ""
    cluster_external_endpoint: str = ""
    cluster_intranet_endpoint: str = ""
    cluster_domain: str
    cluster_external_acl: list[str] | None = msgspec.field(name="ClusterExternalACL", default=None)
    cluster_external_domain: str = ""
    cluster_intranet_domain: str = ""
    security_group: str = ""
    """Of the load balancer in front of the public endpoint."""
    cluster_intranet_subnet_id: str = ""
    intranet_security_group: str = ""


class Ipamd(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """The add-on that gives pods addresses of subnets, as DescribeIPAMD answers it."""

    enable_ipamd: bool = msgspec.field(name="EnableIPAMD", default=False)
    enable_customized_pod_cidr: bool = False
    disable_vpc_cni_mode: bool = False
    phase: str = ""
    reason: str = ""
    subnet_ids: list[str] | None = None
    claim_expired_duration: str = ""
    enable_trunking_eni: bool = msgspec.field(name="EnableTrunkingENI", default=False)
