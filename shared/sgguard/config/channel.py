"""One channel of the `alerts` section. URLs and keys are never written here, only where they are kept."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Literal, get_args

import msgspec

from sgguard.config.reader import Reader
from sgguard.config.schema import Schema, a_choice, a_list, a_text, an_object, keys
from sgguard.model.secret import Reference, read_reference
from sgguard.wording import LANGUAGES, Language

ChannelKind = Literal["wecom", "dingtalk", "feishu", "slack", "teams", "webhook", "apprise"]
KINDS: tuple[ChannelKind, ...] = get_args(ChannelKind)
SIGNED: tuple[ChannelKind, ...] = ("dingtalk", "feishu", "webhook")
"""Kinds whose messages are signed: they need a key beside the URL."""
RESERVED = "webhook"
"""The name of the channel that SGGUARD_WEBHOOK sets up."""
NAMES = "^[a-z0-9][a-z0-9-]{0,31}$"

Network = IPv4Network | IPv6Network

_REFERENCE = a_text(
    pattern=r"^(env:[A-Za-z_][A-Za-z0-9_]*|ssm:[A-Za-z0-9][A-Za-z0-9_.@-]*|file:/[^\s;,]+)$",
    about="Where the secret is kept, never itself: env:NAME, ssm:name[@version] or file:/path.",
)
_NETWORK = a_text(pattern="^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$", about="A CIDR.")
SCHEMA: Schema = {
    **an_object(
        {
            "kind": a_choice(KINDS),
            "url": _REFERENCE,
            "keys": a_list(_REFERENCE, least=1, about="What messages are signed with, the newest first."),
            "language": a_choice(LANGUAGES, about="Default: the section's."),
            "networks": a_list(_NETWORK, about="webhook: networks of the site that its host may lie in."),
        },
        needs=("kind", "url"),
    ),
    "if": {"properties": {"kind": {"enum": list(SIGNED)}}},
    "then": {"required": ["keys"]},
}
_NOWHERE = Reference("env", "_")


class ChannelEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One channel as it is written down."""

    name: str
    """Names it in logs, in routes and in the outbox."""
    kind: ChannelKind
    url: Reference
    keys: tuple[Reference, ...] = ()
    """What messages are signed with, the newest first; several while keys are being exchanged."""
    language: Language = "en"
    networks: tuple[Network, ...] = ()
    """``webhook``: networks of the site that its host may lie in."""


def read_channels(reader: Reader, language: Language) -> tuple[ChannelEntry, ...]:
    """The channels by name. A problem never repeats a reference: it may be the secret itself."""
    for name in reader.names():
        if not re.fullmatch(NAMES, name) or name == RESERVED:
            fix = f"Use small letters, digits and hyphens, and another name than {RESERVED!r}."
            reader.problem(name, "is no name for a channel", fix)
    return tuple(_read_channel(reader.section(name), name, language) for name in reader.names())


def _read_channel(reader: Reader, name: str, language: Language) -> ChannelEntry:
    reader.only(keys(SCHEMA))
    kind = reader.choice("kind", {one: one for one in KINDS}, None)
    signing = reader.texts("keys", read_reference, required=False)
    if kind in SIGNED and not reader.value("keys"):
        reader.problem("keys", f"is missing: messages to {kind} are signed", "Write keys: [env:NAME].")
    if kind not in {*SIGNED, None} and reader.has("keys"):
        reader.problem("keys", f"is given, and {kind} signs nothing", "Remove it: the URL is the secret.")
    if kind != "webhook" and reader.has("networks"):
        reader.problem("networks", f"is given, and {kind} has hosts of its own", "Remove it.")
    if reader.has("language"):
        language = reader.choice("language", {one: one for one in LANGUAGES}, language)
    return ChannelEntry(
        name=name,
        kind=kind or KINDS[0],
        url=_read_reference(reader, "url"),
        keys=tuple(map(read_reference, signing)),
        language=language,
        networks=tuple(map(ip_network, reader.texts("networks", ip_network, required=False))),
    )


def _read_reference(reader: Reader, key: str) -> Reference:
    text = reader.text(key)
    try:
        return read_reference(text) if text else _NOWHERE
    except ValueError as error:
        reader.problem(key, str(error), "Keep it in one of these places and name that.")
        return _NOWHERE
