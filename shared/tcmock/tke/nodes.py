"""Nodes; names and defaults as in the documented answers, for there is no recorded one.

A node of a scaling group or added by hand is a machine of cvm (``ins-…``); a native one is known here alone
(``np-…``) unless its machine type says otherwise; a super node (``eklet-…``) is no machine at all.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Role = Literal["WORKER", "MASTER", "ETCD", "MASTER_ETCD"]
NodeType = Literal["Regular", "Native", "Super", "External"]

MACHINE = "ins-"
"""How the id of a machine of cvm starts."""
_TYPES: dict[str, NodeType] = {"ins": "Regular", "np": "Native", "eklet": "Super"}


class NativeNode(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """What a native node has beside other nodes, without its groups."""

    machine_name: str
    machine_state: str = "Running"
    zone: str = ""
    instance_charge_type: str = "POSTPAID_BY_HOUR"
    created_at: str = ""
    login_status: str = "Opened"
    is_protected_from_scale_in: bool = False
    display_name: str = ""
    cpu: int = msgspec.field(name="CPU", default=4)
    gpu: int = msgspec.field(name="GPU", default=0)
    renew_flag: str = ""
    pay_mode: str = "POSTPAID_BY_HOUR"
    memory: int = 8
    instance_family: str = "S5"
    lan_ip: str
    instance_type: str = "S5.LARGE8"
    expired_time: str = ""
    wan_ip: str = ""
    key_ids: list[str] = []
    data_disks: list[object] = []
    vpc_id: str
    subnet_id: str = ""
    os_image: str = "TencentOS Server 3.1 (Final)"
    machine_type: Literal["Native", "NativeCVM"] = "Native"
    """Only a ``NativeCVM`` is a machine of cvm."""
    instance_id: str = ""
    """``eks-…`` or ``ins-…``."""

    @property
    def owner(self) -> str:
        """The id under which its groups are bound."""
        return self.instance_id if self.machine_type == "NativeCVM" else self.machine_name


class SuperNode(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """What a super node has beside other nodes."""

    name: str = ""
    subnet_id: str = ""
    vpc_id: str | None = None
    zone: str | None = None


class ExternalNode(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """What somebody else's machine has beside other nodes."""

    name: str = ""
    cpu: int = msgspec.field(name="CPU", default=0)
    memory: int = 0
    k8s_version: str = msgspec.field(name="K8SVersion", default="")


class Node(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """A node. Which security groups it has is cvm's business, or that of vpc's bindings."""

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
    native: NativeNode | None = None
    super_: SuperNode | None = msgspec.field(name="Super", default=None)
    external: ExternalNode | None = None

    @property
    def node_type(self) -> NodeType:
        """Its sort: what it has, or else what its id looks like."""
        if self.native:
            return "Native"
        return _TYPES.get(self.instance_id.partition("-")[0], "External")
