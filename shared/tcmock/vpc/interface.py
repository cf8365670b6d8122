"""Network interfaces; names and defaults as in the documented answers, for there is no recorded one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from tcmock.tag import Tag
from tcmock.vpc.models import Subnet


class PrivateAddress(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """An IPv4 address of an interface."""

    private_ip_address: str
    primary: bool = False
    public_ip_address: str = ""
    address_id: str = ""
    description: str = ""
    is_wan_ip_blocked: bool = False
    state: str = "AVAILABLE"
    qos_level: str = "DEFAULT"


class Attachment(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """Where an interface is plugged in."""

    instance_id: str
    device_index: int = 1
    instance_account_id: str = ""
    attach_time: str = ""


class Interface(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """An interface without its groups, which are a binding."""

    network_interface_id: str
    network_interface_name: str
    network_interface_description: str = ""
    subnet_id: str
    vpc_id: str
    primary: bool = False
    mac_address: str
    state: str = "AVAILABLE"
    private_ip_address_set: list[PrivateAddress]
    attachment: Attachment | None = None
    zone: str
    created_time: str
    ipv6_address_set: list[object] = []
    tag_set: list[Tag] = []
    eni_type: int = 0
    """0 auxiliary, 1 primary, 2 trunk."""
    business: str = "cvm"
    """``cvm``, ``eks`` or ``hai``."""
    cdc_id: str = ""
    attach_type: int = 0
    resource_id: str = ""
    qos_level: str = "DEFAULT"

    @property
    def owner(self) -> str:
        """The id under which its groups are bound: a primary interface has those of its machine."""
        if self.primary and self.attachment:
            return self.attachment.instance_id
        return self.network_interface_id

    @property
    def addresses(self) -> list[str]:
        """Its IPv4 addresses as texts."""
        return [address.private_ip_address for address in self.private_ip_address_set]

    @property
    def network_interface_state(self) -> str:
        """The state that knows of attachments."""
        return "INUSE" if self.attachment and self.state == "AVAILABLE" else self.state


def primary_interface(subnet: Subnet, instance_id: str, addresses: Sequence[str], created: str) -> Interface:
    """The interface that a machine is born with. No document has it, so its id follows from the machine's."""
    interface_id = f"eni-{_digits(instance_id, 8)}"
    return Interface(
        network_interface_id=interface_id,
        network_interface_name="Primary ENI",
        subnet_id=subnet.subnet_id,
        vpc_id=subnet.vpc_id,
        primary=True,
        mac_address=mac_address(interface_id),
        private_ip_address_set=[
            PrivateAddress(private_ip_address=address, primary=place == 0)
            for place, address in enumerate(addresses)
        ],
        attachment=Attachment(instance_id=instance_id, device_index=0, attach_time=created),
        zone=subnet.zone,
        created_time=created,
        eni_type=1,
    )


def mac_address(seed: str) -> str:
    """An address that stays the same for the same text, in the vendor's range."""
    digits = _digits(seed, 6).upper()
    return f"20:90:6F:{digits[:2]}:{digits[2:4]}:{digits[4:]}"


def _digits(seed: str, count: int) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()[:count]
