"""How a row of a request becomes a policy.

Rules: https://www.tencentcloud.com/document/product/215/15807. Nothing but what is documented is refused.
"""

from __future__ import annotations

from collections.abc import Container

import msgspec

from tcmock.clock import china_time
from tcmock.ids import is_resource_id
from tcmock.invocation import Invocation
from tcmock.vpc.errors import coexist, empty, malformed, not_found, out_of_range, too_long
from tcmock.vpc.given_policy import GivenPolicy
from tcmock.vpc.policy import Policy
from tcmock.vpc.state import VpcState
from tcmock.vpc.syntax import ALL, WITH_PORTS, ipv4, ipv6, ports, protocol

MY_PUBLIC_IP = "MY_PUBLIC_IP"
MAX_DESCRIPTION = 100
"""Characters. That there is a limit is documented, which one is not."""

_ACTIONS = ("ACCEPT", "DROP")
_PEERS = ("CidrBlock", "Ipv6CidrBlock", "SecurityGroupId", "AddressTemplate")


class Reader(msgspec.Struct, frozen=True):
    """Turns rows of requests into policies, for one call."""

    source_address: str
    """Stands in for ``MY_PUBLIC_IP``."""
    known_groups: Container[str]
    """Security groups of the region: a row may name no other."""
    known_templates: Container[str]
    now: str
    """Goes into `ModifyTime`."""

    def policy(self, row: GivenPolicy) -> Policy:
        """The policy that a row describes. Where it stands and when it was made is not the reader's business.

        Raises:
            APIError: the row breaks a documented rule.
        """
        _check_ids(row)
        spoken = _protocol(row)
        _check_peers(row, spoken)
        policy = Policy(
            protocol=spoken,
            port=_port(row, spoken),
            service_template=row.service_template,
            cidr_block=ipv4("CidrBlock", self._here(row.cidr_block)),
            ipv6_cidr_block=ipv6("Ipv6CidrBlock", self._here(row.ipv6_cidr_block)),
            security_group_id=row.security_group_id,
            address_template=row.address_template,
            action=_action(row.action),
            policy_description=_description(row),
            modify_time=self.now,
        )
        self._check_references(policy)
        return policy

    def _here(self, address: str) -> str:
        return self.source_address if address == MY_PUBLIC_IP else address

    def _check_references(self, policy: Policy) -> None:
        group_id = policy.security_group_id
        if group_id and group_id not in self.known_groups:
            raise not_found(f"`{group_id}` that a policy names")
        for template_id in policy.template_ids:
            if template_id not in self.known_templates:
                raise not_found(f"`{template_id}` that a policy names")


def reader_for(call: Invocation) -> Reader:
    """What reads the rows of that call."""
    state = call.region[VpcState]
    return Reader(call.source_address, state.security_groups, state.templates, china_time(call.now))


def _check_ids(row: GivenPolicy) -> None:
    service, address = row.service_template, row.address_template
    for name, kind, text in (
        ("SecurityGroupId", "sg", row.security_group_id),
        ("ServiceTemplate.ServiceId", "ppm", service.service_id),
        ("ServiceTemplate.ServiceGroupId", "ppmg", service.service_group_id),
        ("AddressTemplate.AddressId", "ipm", address.address_id),
        ("AddressTemplate.AddressGroupId", "ipmg", address.address_group_id),
    ):
        if text and not is_resource_id(kind, text):
            raise malformed(name, text)


def _protocol(row: GivenPolicy) -> str:
    if row.service_template.ids:
        if row.protocol:
            raise coexist("Protocol and ServiceTemplate")
        return ""
    if not row.protocol:
        raise empty("Protocol")
    return protocol("Protocol", row.protocol)


def _port(row: GivenPolicy, spoken: str) -> str:
    if row.service_template.ids:
        if row.port:
            raise coexist("Port and ServiceTemplate")
        return ""
    if row.port.upper() in ("", ALL):
        return ALL
    if spoken not in WITH_PORTS:
        raise coexist(f"Protocol `{spoken}` and Port `{row.port}`")
    return ports("Port", row.port)


def _check_peers(row: GivenPolicy, spoken: str) -> None:
    peers = (row.cidr_block, row.ipv6_cidr_block, row.security_group_id, row.address_template.ids)
    given = [name for name, value in zip(_PEERS, peers, strict=True) if value]
    if len(given) > 1:
        raise coexist(" and ".join(given))
    if not given:
        raise empty(" / ".join(_PEERS))
    if row.ipv6_cidr_block and spoken == "icmp":
        raise coexist("Ipv6CidrBlock and Protocol `ICMP` (write `ICMPV6`)")


def _action(text: str) -> str:
    if not text:
        raise empty("Action")
    if text.upper() not in _ACTIONS:
        raise out_of_range("Action", text, "it must be ACCEPT or DROP")
    return text.upper()


def _description(row: GivenPolicy) -> str:
    if len(row.policy_description) > MAX_DESCRIPTION:
        raise too_long("PolicyDescription", MAX_DESCRIPTION)
    if not row.policy_description and MY_PUBLIC_IP in (row.cidr_block, row.ipv6_cidr_block):
        return f"Replaced-From-{MY_PUBLIC_IP}"
    return row.policy_description
