"""An instance; names and defaults as in recorded answers."""

from __future__ import annotations

import msgspec

from tcmock.tag import Tag


class Placement(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """Where an instance stands."""

    zone: str
    host_id: str | None = None
    project_id: int = 0


class Disk(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """A system or data disk; `DiskSize` in GiB."""

    disk_type: str = "CLOUD_BSSD"
    disk_id: str = ""
    disk_size: int = 50
    encrypt: bool = False
    kms_key_id: str | None = None
    throughput_performance: int = 0
    cdc_id: str | None = None


class InternetAccessible(
    msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True
):
    """How an instance reaches the Internet; bandwidth in Mbit/s."""

    internet_max_bandwidth_out: int = 0
    internet_charge_type: str = "TRAFFIC_POSTPAID_BY_HOUR"


class VirtualPrivateCloud(
    msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True
):
    """The subnet of an instance."""

    vpc_id: str
    subnet_id: str
    as_vpc_gateway: bool = False


class LoginSettings(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """The keys that log in to an instance."""

    key_ids: list[str] | None = None


class Instance(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """A machine without its groups."""

    placement: Placement
    instance_id: str
    uuid: str
    operator_uin: str = ""
    instance_state: str = "RUNNING"
    restrict_state: str = "NORMAL"
    instance_type: str = "S5.LARGE8"
    cpu: int = msgspec.field(name="CPU", default=4)
    memory: int = 8
    instance_name: str
    instance_charge_type: str = "POSTPAID_BY_HOUR"
    system_disk: Disk = Disk()
    data_disks: list[Disk] = []
    private_ip_addresses: list[str]
    public_ip_addresses: list[str] | None = None
    ipv6_addresses: list[str] | None = msgspec.field(name="IPv6Addresses", default=None)
    internet_accessible: InternetAccessible = InternetAccessible()
    virtual_private_cloud: VirtualPrivateCloud
    login_settings: LoginSettings = LoginSettings()
    image_id: str = ""
    os_name: str = "TencentOS Server 3.1 (TK4)"
    default_login_user: str = "root"
    default_login_port: int = 22
    renew_flag: str | None = None
    created_time: str
    expired_time: str | None = None
    tags: list[Tag] = []
    platform_project_id: str | None = None
    disaster_recover_group_id: str = ""
    dedicated_cluster_id: str = ""
    cam_role_name: str = ""
    latest_operation: str | None = None
    latest_operation_state: str | None = None
    latest_operation_request_id: str | None = None
    isolated_source: str = "NOTISOLATED"
    hpc_cluster_id: str = ""
    disable_api_termination: bool = False
    rdma_ip_addresses: list[str] | None = None
    license_type: str = "TencentCloud"
    stop_charging_mode: str = "NOT_APPLICABLE"
