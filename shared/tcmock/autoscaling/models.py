"""A launch configuration; names and defaults as in the documented answers, for there is no recorded one."""

from __future__ import annotations

import msgspec

from tcmock.tag import Tag


class Disk(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """The system disk of machines to come; `DiskSize` in GiB."""

    disk_type: str = "CLOUD_PREMIUM"
    disk_size: int = 50


class LoginSettings(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """The keys that log in to them."""

    key_ids: list[str] = []


class InternetAccessible(
    msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True
):
    """How they reach the Internet; bandwidth in Mbit/s."""

    internet_charge_type: str = "TRAFFIC_POSTPAID_BY_HOUR"
    internet_max_bandwidth_out: int = 0
    public_ip_assigned: bool = False
    bandwidth_package_id: str | None = None


class Switch(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """Whether a service is on."""

    enabled: bool = True


class EnhancedService(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """The vendor's agents on a machine."""

    security_service: Switch = Switch()
    monitor_service: Switch = Switch()
    automation_tools_service: Switch = Switch()


class HostNameSettings(
    msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True
):
    """How hosts are called."""

    host_name: str | None = None
    host_name_suffix: str | None = None
    host_name_style: str | None = None


class InstanceNameSettings(
    msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True
):
    """How machines are called."""

    instance_name: str | None = None
    instance_name_suffix: str | None = None
    instance_name_style: str | None = None


class InstanceChargePrepaid(
    msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True
):
    """Months paid ahead."""

    period: int = 0
    renew_flag: str = "NOTIFY_AND_MANUAL_RENEW"


class LaunchConfiguration(
    msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True
):
    """What machines of a scaling group will be like, with the groups they will have."""

    project_id: int = 0
    launch_configuration_id: str
    version_number: int = 1
    launch_configuration_name: str
    launch_configuration_status: str = "NORMAL"
    auto_scaling_group_abstract_set: list[object] = []
    instance_type: str = "S5.LARGE8"
    instance_types: tuple[str, ...] = ("S5.LARGE8",)
    last_operation_instance_types_check_policy: str = "ANY"
    image_id: str = ""
    image_family: str = ""
    tags: list[Tag] = []
    disaster_recover_group_ids: list[str] = []
    instance_charge_type: str = "POSTPAID_BY_HOUR"
    instance_market_options: object = None
    disk_type_policy: str = "ORIGINAL"
    system_disk: Disk = Disk()
    data_disks: list[object] = []
    login_settings: LoginSettings = LoginSettings()
    internet_accessible: InternetAccessible = InternetAccessible()
    security_group_ids: list[str] = []
    enhanced_service: EnhancedService = EnhancedService()
    user_data: str | None = None
    instance_tags: list[Tag] = []
    created_time: str
    updated_time: str
    cam_role_name: str = ""
    host_name_settings: HostNameSettings = HostNameSettings()
    instance_name_settings: InstanceNameSettings = InstanceNameSettings()
    instance_charge_prepaid: InstanceChargePrepaid = InstanceChargePrepaid()
    hpc_cluster_id: str = ""
    ipv6_internet_accessible: object = msgspec.field(name="IPv6InternetAccessible", default=None)
