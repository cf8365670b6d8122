"""What a security group has to do with a TKE cluster."""

from __future__ import annotations

from typing import Literal

import msgspec

Role = Literal["node", "master"]
"""``node`` for workers, ``master`` for the masters of an independent cluster (INDEPENDENT_CLUSTER)."""


class ClusterScope(msgspec.Struct, frozen=True, kw_only=True):
    """One cluster that a group serves, in one role, with the networks that its baseline speaks of."""

    cluster_id: str
    """``cls-…``."""
    role: Role
    pod_cidrs: tuple[str, ...]
    """Container networks, IPv4 or IPv6. Empty only where pods have no network of their own."""
    node_cidrs: tuple[str, ...]
    """Networks that the cluster's machines sit in: their subnets, or the whole VPC. Never empty."""
    vpc_cidrs: tuple[str, ...] = ()
    """All of the VPC; permitted wherever the vendor's page speaks of the cluster network."""


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """A machine of a cluster."""

    instance_id: str
    """``ins-…``, or ``np-…`` for a native node."""
    role: Role
    address: str
    """Private IPv4 address; may be empty while the machine is being made."""
    alias: str = ""
    """How cvm and vpc call a native node: ``ins-…`` or ``eks-…``."""
    group_ids: tuple[str, ...] = ()
    """Of a native node that cvm does not know, in order; of every other machine cvm tells the groups."""


PoolKind = Literal["native", "super", "regular", "external"]


class Pool(msgspec.Struct, frozen=True, kw_only=True):
    """A node pool: what the nodes to come will have."""

    pool_id: str
    kind: PoolKind
    group_ids: tuple[str, ...] = ()
    """Its own, or those of its launch configuration."""
    subnet_ids: tuple[str, ...] = ()
    launch_id: str = ""
    """The launch configuration of a regular pool, ``asc-…``."""


PodNetwork = Literal["GlobalRouter", "VPC-CNI", "CiliumOverlay"]


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
    """A TKE cluster with its machines and pools."""

    cluster_id: str
    vpc_id: str
    name: str = ""
    """Written by whoever made the cluster: escape before display."""
    independent: bool = False
    """Whether its masters are the account's own machines (INDEPENDENT_CLUSTER)."""
    pod_networks: tuple[PodNetwork, ...] = ()
    pod_cidrs: tuple[str, ...] = ()
    """``ClusterCIDR``, and container assistant CIDRs that its routes lead to; empty with VPC-CNI alone."""
    pod_subnet_ids: tuple[str, ...] = ()
    """Subnets that VPC-CNI pods take addresses from."""
    service_cidrs: tuple[str, ...] = ()
    """Virtual addresses of Services, never seen by a security group; told for completeness."""
    dual_stack: bool = False
    machines: tuple[Machine, ...] = ()
    """In every role."""
    pools: tuple[Pool, ...] = ()
    endpoint_groups: tuple[str, ...] = ()
    """Groups in front of its API server: known, and not judged by the baseline of nodes."""
