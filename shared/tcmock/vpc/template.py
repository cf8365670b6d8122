"""Parameter templates: stored addresses, stored protocols with ports, and groups of either.

Syntax and limits: https://github.com/tencentyun/intlcloud-documents, pages on parameter templates.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable

import msgspec

from tcmock.ids import is_resource_id
from tcmock.tag import Tag
from tcmock.vpc.errors import duplicate, malformed, over_quota
from tcmock.vpc.syntax import ALL, WITH_PORTS, ipv4, ipv6, ports, protocol

MAX_MEMBERS = 20
MAX_TEMPLATES = 1000
"""Of one kind."""
MAX_PORTS = 128
"""Characters of the ports of a member."""


class Member(msgspec.Struct, frozen=True):
    """One address, service or template."""

    text: str
    """As it is answered, for example ``10.0.0.1-10.0.0.9``, ``tcp:80,443`` or ``ipm-…``."""
    description: str
    updated_time: str


class Kind(msgspec.Struct, frozen=True):
    """One of the four sorts, and what the API calls its parts."""

    prefix: str
    """Of its ids."""
    noun: str
    """For example ``AddressTemplate``: members of objects are called `AddressTemplateId` and so on."""
    given: str
    """Members in a request, as texts."""
    given_extra: str
    """Members in a request, as objects with a description; ``""`` for groups."""
    answered: str
    """Members in an answer, as texts."""
    answered_extra: str
    """Members in an answer, as objects."""
    member: str
    """The text's name in such an object."""
    read: Callable[[str], str]
    """A member as it is answered; raises APIError if it is not written as it must be."""
    holds: str = ""
    """The prefix of what a group holds."""


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A template of any kind. A write replaces it whole."""

    kind: Kind
    template_id: str
    name: str
    members: tuple[Member, ...]
    created_time: str
    updated_time: str
    tags: tuple[Tag, ...] = ()

    @property
    def texts(self) -> list[str]:
        """The members without their descriptions."""
        return [member.text for member in self.members]


def checked_members(kind: Kind, members: Iterable[Member]) -> tuple[Member, ...]:
    """The members that a template may have; each must have been read.

    Raises:
        APIError: there are too many, or one occurs twice.
    """
    kept = tuple(members)
    if len(kept) > MAX_MEMBERS:
        raise over_quota(f"A {kind.noun} may have {MAX_MEMBERS} members")
    if len({member.text for member in kept}) < len(kept):
        raise duplicate(f"A member of the {kind.noun}")
    return kept


def _address(text: str) -> str:
    """An address, network or range. White space around it is dropped: a published example has line ends."""
    written = text.strip()
    first, dash, last = written.partition("-")
    read = ipv6 if ":" in written else ipv4
    if not written or (dash and not _ordered(first, last)):
        raise malformed("Address", text)
    return written if dash else read("Address", written)


def _ordered(first: str, last: str) -> bool:
    """Whether these are the ends of a range, which a network cannot be."""
    try:
        low, high = ipaddress.ip_address(first), ipaddress.ip_address(last)
    except ValueError:
        return False
    return low.version == high.version and int(low) <= int(high)


def _service(text: str) -> str:
    """``TCP:80,443`` is answered as ``tcp:80,443``. How ICMP and GRE are written is not documented."""
    word, colon, rest = text.partition(":")
    spoken, written = protocol("Service", word.strip()), rest.strip()
    if spoken not in WITH_PORTS:
        if colon and written.upper() != ALL:
            raise malformed("Service", text)
        return spoken
    if len(written) > MAX_PORTS or not written:
        raise malformed("Service", text)
    return f"{spoken}:{ALL}" if written.upper() == ALL else f"{spoken}:{ports('Service', written)}"


def _id_of(prefix: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not is_resource_id(prefix, text):
            raise malformed("TemplateId", text)
        return text

    return read


ADDRESSES = Kind(
    prefix="ipm",
    noun="AddressTemplate",
    given="Addresses",
    given_extra="AddressesExtra",
    answered="AddressSet",
    answered_extra="AddressExtraSet",
    member="Address",
    read=_address,
)
ADDRESS_GROUPS = Kind(
    prefix="ipmg",
    noun="AddressTemplateGroup",
    given="AddressTemplateIds",
    given_extra="",
    answered="AddressTemplateIdSet",
    answered_extra="AddressTemplateSet",
    member="AddressTemplateId",
    read=_id_of("ipm"),
    holds="ipm",
)
SERVICES = Kind(
    prefix="ppm",
    noun="ServiceTemplate",
    given="Services",
    given_extra="ServicesExtra",
    answered="ServiceSet",
    answered_extra="ServiceExtraSet",
    member="Service",
    read=_service,
)
SERVICE_GROUPS = Kind(
    prefix="ppmg",
    noun="ServiceTemplateGroup",
    given="ServiceTemplateIds",
    given_extra="",
    answered="ServiceTemplateIdSet",
    answered_extra="ServiceTemplateSet",
    member="ServiceTemplateId",
    read=_id_of("ppm"),
    holds="ppm",
)
KINDS = (ADDRESSES, SERVICES, ADDRESS_GROUPS, SERVICE_GROUPS)
"""In the order in which they depend on each other."""
