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
