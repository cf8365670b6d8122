"""Reads the members of what rows refer to."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from scfshim import Session
from sgguard.adapters.tencent.listing import listed
from sgguard.model.security_group import Names
from sgguard.wire import names as wire
from sgguard.wire import tke

_VALUES = 5
"""Values of one filter; no vpc action is known to take fewer."""


class _Kind(msgspec.Struct, frozen=True):
    """How templates of one kind are listed."""

    action: str
    key: str
    shape: type[
        wire.AddressTemplate | wire.AddressTemplateGroup | wire.ServiceTemplate | wire.ServiceTemplateGroup
    ]


_KINDS = {
    "ipmg": _Kind("describe_address_template_groups", "address-template-group-id", wire.AddressTemplateGroup),
    "ppmg": _Kind("describe_service_template_groups", "service-template-group-id", wire.ServiceTemplateGroup),
    "ipm": _Kind("describe_address_templates", "address-template-id", wire.AddressTemplate),
    "ppm": _Kind("describe_service_templates", "service-template-id", wire.ServiceTemplate),
}
"""Groups before the templates that they are made of."""


class TencentNames:
    """The name reader port of `sgguard.facts`, for one account."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def members(self, region: str, names: frozenset[str]) -> Names:
        """Every template in at most one listing a kind, every group's machines in two calls."""
        found: dict[str, tuple[str, ...]] = {}
        for prefix, kind in _KINDS.items():
            inner = {member for members in found.values() for member in members}
            wanted = sorted(name for name in names | inner if name.partition("-")[0] == prefix)
            for some in _chunks(wanted):
                filters = [{"Name": kind.key, "Values": some}]
                items = listed(self._session, region, "vpc", kind.action, kind.shape, Filters=filters)
                found.update(item.named() for item in items)
        groups = sorted(name for name in names if name.startswith("sg-"))
        return {**found, **{group: self._addresses(region, group) for group in groups}}

    def holders(self, region: str, template_id: str) -> tuple[str, ...]:
        """All template groups are listed: there is no filter for a member."""
        kind = _KINDS["ipmg" if template_id.startswith("ipm-") else "ppmg"]
        groups = listed(self._session, region, "vpc", kind.action, kind.shape)
        return tuple(name for name, members in (group.named() for group in groups) if template_id in members)

    def _addresses(self, region: str, group_id: str) -> tuple[str, ...]:
        """The private addresses of whatever is bound to a group."""
        bound = [{"Name": "security-group-id", "Values": [group_id]}]
        owning = [{"Name": "groups.security-group-id", "Values": [group_id]}]
        instances = listed(self._session, region, "cvm", "describe_instances", tke.Instance, Filters=bound)
        interfaces = listed(
            self._session, region, "vpc", "describe_network_interfaces", wire.NetworkInterface, Filters=owning
        )
        own = [text for instance in instances for text in instance.addresses()]
        return tuple(dict.fromkeys([*own, *(text for eni in interfaces for text in eni.addresses())]))


def _chunks(values: list[str]) -> Iterator[list[str]]:
    return (values[start : start + _VALUES] for start in range(0, len(values), _VALUES))
