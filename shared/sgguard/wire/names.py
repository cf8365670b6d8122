"""What rows refer to, as the API answers it; only the fields that the guard reads."""

from __future__ import annotations

import msgspec


class AddressTemplate(msgspec.Struct, frozen=True, rename="pascal"):
    """``ipm-…``: https://cloud.tencent.com/document/api/215/15824#AddressTemplate."""

    address_template_id: str
    address_set: list[str] | None = None

    def named(self) -> tuple[str, tuple[str, ...]]:
        """Id and members."""
        return self.address_template_id, tuple(self.address_set or ())


class AddressTemplateGroup(msgspec.Struct, frozen=True, rename="pascal"):
    """``ipmg-…``: https://cloud.tencent.com/document/api/215/15824#AddressTemplateGroup."""

    address_template_group_id: str
    address_template_id_set: list[str] | None = None

    def named(self) -> tuple[str, tuple[str, ...]]:
        """Id and the ids of its templates."""
        return self.address_template_group_id, tuple(self.address_template_id_set or ())


class ServiceTemplate(msgspec.Struct, frozen=True, rename="pascal"):
    """``ppm-…``: https://cloud.tencent.com/document/api/215/15824#ServiceTemplate."""

    service_template_id: str
    service_set: list[str] | None = None

    def named(self) -> tuple[str, tuple[str, ...]]:
        """Id and members."""
        return self.service_template_id, tuple(self.service_set or ())


class ServiceTemplateGroup(msgspec.Struct, frozen=True, rename="pascal"):
    """``ppmg-…``: https://cloud.tencent.com/document/api/215/15824#ServiceTemplateGroup."""

    service_template_group_id: str
    service_template_id_set: list[str] | None = None

    def named(self) -> tuple[str, tuple[str, ...]]:
        """Id and the ids of its templates."""
        return self.service_template_group_id, tuple(self.service_template_id_set or ())


class PrivateAddress(msgspec.Struct, frozen=True, rename="pascal"):
    """https://cloud.tencent.com/document/api/215/15824#PrivateIpAddressSpecification."""

    private_ip_address: str


class Ipv6Address(msgspec.Struct, frozen=True, rename="pascal"):
    """https://cloud.tencent.com/document/api/215/15824#Ipv6Address."""

    address: str


class Attachment(msgspec.Struct, frozen=True, rename="pascal"):
    """What an interface is plugged into."""

    instance_id: str | None = None


class NetworkInterface(msgspec.Struct, frozen=True, rename="pascal"):
    """An ENI: https://cloud.tencent.com/document/api/215/15824#NetworkInterface."""

    network_interface_id: str
    primary: bool = False
    """Born with its machine, whose groups it has."""
    business: str | None = None
    """``cvm``, ``eks`` (made by TKE) or ``hai``."""
    group_set: list[str] | None = None
    """In the order in which they are matched."""
    attachment: Attachment | None = None
    private_ip_address_set: list[PrivateAddress] | None = None
    ipv6_address_set: list[Ipv6Address] | None = None

    def addresses(self) -> tuple[str, ...]:
        """All its addresses."""
        private = (item.private_ip_address for item in self.private_ip_address_set or ())
        return (*private, *(item.address for item in self.ipv6_address_set or ()))
