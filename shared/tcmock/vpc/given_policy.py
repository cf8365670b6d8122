"""A row as requests and state documents write it, before the rules have looked at it."""

from __future__ import annotations

import msgspec

from tcmock.vpc.policy import NO_ADDRESS_TEMPLATE, NO_SERVICE_TEMPLATE, AddressTemplate, ServiceTemplate


class GivenPolicy(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """Members that are left out are ``""``, for the API makes no difference."""

    policy_index: int | None = None
    priority: int | None = None
    protocol: str = ""
    port: str = ""
    service_template: ServiceTemplate = NO_SERVICE_TEMPLATE
    cidr_block: str = ""
    ipv6_cidr_block: str = ""
    security_group_id: str = ""
    address_template: AddressTemplate = NO_ADDRESS_TEMPLATE
    action: str = ""
    policy_description: str = ""
    modify_time: str = ""
    diff: bool = False
    """Only in answers, and so in documents."""

    @property
    def has_content(self) -> bool:
        """Whether it says anything that a row consists of."""
        return bool(
            self.protocol
            or self.port
            or self.cidr_block
            or self.ipv6_cidr_block
            or self.security_group_id
            or self.action
            or self.service_template.ids
            or self.address_template.ids
        )
