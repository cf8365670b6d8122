"""One row of a security group, and how a request's row becomes one.

Rules: https://www.tencentcloud.com/document/product/215/15807. Nothing but what is documented is refused.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Container

import msgspec

from tcmock.errors import APIError
from tcmock.ids import is_resource_id
from tcmock.parameters import Params

MY_PUBLIC_IP = "MY_PUBLIC_IP"
ALL = "ALL"

_PROTOCOLS = {"TCP": "tcp", "UDP": "udp", "ICMP": "icmp", "ICMPV6": "icmpv6", "GRE": "gre", ALL: ALL}
_WITH_PORTS = ("tcp", "udp")
_ACTIONS = ("ACCEPT", "DROP")
_PEERS = ("CidrBlock", "Ipv6CidrBlock", "SecurityGroupId", "AddressTemplate")
_MAX_PORT = 65535
_PORTS = re.compile(r"\d{1,9}(-\d{1,9})?(,\d{1,9}(-\d{1,9})?)*")
_IPV4 = re.compile(r"[\d.]+(/\d{1,2})?")
_IPV4_ANY = re.compile(r"0\.0\.0\.0/\d{1,2}")


class ServiceTemplate(msgspec.Struct, frozen=True, rename="pascal"):
    """A reference to stored protocols and ports; both ids are ``""`` in a row that names them itself."""

    service_id: str = ""
    service_group_id: str = ""


class AddressTemplate(msgspec.Struct, frozen=True, rename="pascal"):
    """A reference to stored addresses; both ids are ``""`` in a row that names its peer itself."""

    address_id: str = ""
    address_group_id: str = ""


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
    service_template: ServiceTemplate = ServiceTemplate()
    address_template: AddressTemplate = AddressTemplate()

    def described(self, index: int) -> dict[str, object]:
        """The row as DescribeSecurityGroupPolicies gives it; `Diff` is undocumented and recorded."""
        return {"PolicyIndex": index, "Priority": index + 1, **msgspec.to_builtins(self), "Diff": False}

    @property
    def identity(self) -> Policy:
        """What makes two rows the same: everything but the time, so the description counts."""
        return msgspec.structs.replace(self, modify_time="")

    def matches(self, pattern: Policy) -> bool:
        """Whether a rule-match delete of `pattern` hits this row; an empty description there matches any."""
        description = pattern.policy_description or self.policy_description
        return msgspec.structs.replace(pattern.identity, policy_description=description) == self.identity


class Reader(msgspec.Struct, frozen=True):
    """Turns rows of requests into policies, for one call."""

    source_address: str
    """Stands in for ``MY_PUBLIC_IP``."""
    known_groups: Container[str]
    """Security groups of the region: a row may name no other."""
    now: str
    """Goes into `ModifyTime`."""

    def policy(self, row: Params) -> Policy:
        """A row of a request. `PolicyIndex`, `Priority` and `ModifyTime` are not its business.

        Raises:
            APIError: the row breaks a documented rule.
        """
        template = _service_template(row.child("ServiceTemplate"))
        protocol = _protocol(row.text("Protocol"), template)
        _check_peers(row, protocol)
        cidr_block, description = row.text("CidrBlock"), row.text("PolicyDescription")
        if cidr_block == MY_PUBLIC_IP:
            cidr_block, description = self.source_address, f"Replaced-From-{MY_PUBLIC_IP}"
        return Policy(
            protocol=protocol,
            port=_port(row.text("Port"), protocol, template),
            service_template=template,
            cidr_block=_ipv4(cidr_block),
            ipv6_cidr_block=_ipv6(row.text("Ipv6CidrBlock")),
            security_group_id=self._group(row.text("SecurityGroupId")),
            address_template=_address_template(row.child("AddressTemplate")),
            action=_action(row.text("Action")),
            policy_description=description,
            modify_time=self.now,
        )

    def _group(self, group_id: str) -> str:
        _check_id("SecurityGroupId", "sg", group_id)
        if group_id and group_id not in self.known_groups:
            raise APIError(
                "ResourceNotFound", f"The security group `{group_id}` named by a policy does not exist."
            )
        return group_id


def _protocol(text: str, template: ServiceTemplate) -> str:
    if template != ServiceTemplate():
        if text:
            raise coexist("Protocol and ServiceTemplate")
        return ""
    if not text:
        raise empty("Protocol")
    if text.upper() not in _PROTOCOLS:
        raise APIError(
            "InvalidParameterValue.Range",
            f"`Protocol` is `{text}`; it must be one of {', '.join(_PROTOCOLS)}.",
        )
    return _PROTOCOLS[text.upper()]


def _port(text: str, protocol: str, template: ServiceTemplate) -> str:
    if template != ServiceTemplate():
        if text:
            raise coexist("Port and ServiceTemplate")
        return ""
    if text.upper() in ("", ALL):
        return ALL
    if protocol not in _WITH_PORTS:
        raise coexist(f"Protocol `{protocol}` and Port `{text}`")
    if not _PORTS.fullmatch(text):
        raise APIError(
            "InvalidParameterValue.Malformed", f"`Port` is `{text}`; write `ALL`, `80`, `80,443`, `80-90`."
        )
    for part in text.split(","):
        first, _, last = part.partition("-")
        if not int(first) <= int(last or first) <= _MAX_PORT:
            raise APIError(
                "InvalidParameterValue.Range", f"`Port` is `{text}`; ports rise and end at {_MAX_PORT}."
            )
    return text


def _check_peers(row: Params, protocol: str) -> None:
    given = [name for name in _PEERS[:3] if row.text(name)]
    template = row.child("AddressTemplate")
    if template.text("AddressId") or template.text("AddressGroupId"):
        given.append("AddressTemplate")
    if len(given) > 1:
        raise coexist(" and ".join(given))
    if not given:
        raise empty(" / ".join(_PEERS))
    if given == ["Ipv6CidrBlock"] and protocol == "icmp":
        raise coexist("Ipv6CidrBlock and Protocol `ICMP` (write `ICMPV6`)")


def _ipv4(text: str) -> str:
    """The text as it is stored: host bits stay, ``0.0.0.0/n`` becomes ``0.0.0.0/0``."""
    if not text:
        return ""
    try:
        ipaddress.IPv4Network(text, strict=False)
    except ValueError as error:
        raise _malformed("CidrBlock", text) from error
    if not _IPV4.fullmatch(text):  # the library also takes netmasks, the API does not
        raise _malformed("CidrBlock", text)
    return "0.0.0.0/0" if _IPV4_ANY.fullmatch(text) else text


def _ipv6(text: str) -> str:
    if not text:
        return ""
    try:
        ipaddress.IPv6Network(text, strict=False)
    except ValueError as error:
        raise _malformed("Ipv6CidrBlock", text) from error
    return text


def _action(text: str) -> str:
    if not text:
        raise empty("Action")
    if text.upper() not in _ACTIONS:
        raise APIError("InvalidParameterValue.Range", f"`Action` is `{text}`; it must be ACCEPT or DROP.")
    return text.upper()


def _service_template(row: Params) -> ServiceTemplate:
    _check_id("ServiceTemplate.ServiceId", "ppm", row.text("ServiceId"))
    _check_id("ServiceTemplate.ServiceGroupId", "ppmg", row.text("ServiceGroupId"))
    return ServiceTemplate(row.text("ServiceId"), row.text("ServiceGroupId"))


def _address_template(row: Params) -> AddressTemplate:
    _check_id("AddressTemplate.AddressId", "ipm", row.text("AddressId"))
    _check_id("AddressTemplate.AddressGroupId", "ipmg", row.text("AddressGroupId"))
    return AddressTemplate(row.text("AddressId"), row.text("AddressGroupId"))


def _check_id(name: str, kind: str, text: str) -> None:
    if text and not is_resource_id(kind, text):
        raise _malformed(name, text)


def _malformed(name: str, text: str) -> APIError:
    return APIError("InvalidParameterValue.Malformed", f"The format of `{name}` is invalid: `{text}`.")


def empty(name: str) -> APIError:
    """A member that the rules need and the request leaves out."""
    return APIError("InvalidParameterValue.Empty", f"The parameter `{name}` is missing.")


def coexist(names: str) -> APIError:
    """Members that exclude each other."""
    return APIError(
        "InvalidParameter.Coexist",
        f"The request does not support passing in the parameters `{names}` at the same time.",
    )
