"""One row of a security group."""

from __future__ import annotations

import msgspec


class ServiceTemplate(msgspec.Struct, frozen=True, rename="pascal", forbid_unknown_fields=True):
    """A reference to stored protocols and ports; both ids are ``""`` in a row that names them itself."""

    service_id: str = ""
    service_group_id: str = ""

    @property
    def ids(self) -> list[str]:
        """Those that are given."""
        return [name for name in (self.service_id, self.service_group_id) if name]


class AddressTemplate(msgspec.Struct, frozen=True, rename="pascal", forbid_unknown_fields=True):
    """A reference to stored addresses; both ids are ``""`` in a row that names its peer itself."""

    address_id: str = ""
    address_group_id: str = ""

    @property
    def ids(self) -> list[str]:
        """Those that are given."""
        return [name for name in (self.address_id, self.address_group_id) if name]


NO_SERVICE_TEMPLATE = ServiceTemplate()
NO_ADDRESS_TEMPLATE = AddressTemplate()


class Policy(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """One row as it is stored and answered: every member present, ``""`` where it is unused."""

    port: str = ""
    """``ALL``, or ports and ranges as they were written; ``""`` with a service template."""
    cidr_block: str = ""
    ipv6_cidr_block: str = ""
    security_group_id: str = ""
    action: str
    """``ACCEPT`` or ``DROP``."""
    modify_time: str
    policy_description: str = ""
    protocol: str = ""
    """Lower case except ``ALL``; ``""`` with a service template."""
    service_template: ServiceTemplate = NO_SERVICE_TEMPLATE
    address_template: AddressTemplate = NO_ADDRESS_TEMPLATE

    def described(self, index: int) -> dict[str, object]:
        """The row as DescribeSecurityGroupPolicies gives it; `Diff` is undocumented and recorded."""
        return {"PolicyIndex": index, "Priority": index + 1, **msgspec.to_builtins(self), "Diff": False}

    @property
    def template_ids(self) -> list[str]:
        """The parameter templates that it names."""
        return [*self.service_template.ids, *self.address_template.ids]

    @property
    def identity(self) -> Policy:
        """What makes two rows the same: everything but the time, so the description counts."""
        return msgspec.structs.replace(self, modify_time="")

    def matches(self, pattern: Policy) -> bool:
        """Whether a rule-match delete of `pattern` hits this row; an empty description there matches any."""
        description = pattern.policy_description or self.policy_description
        return msgspec.structs.replace(pattern.identity, policy_description=description) == self.identity
