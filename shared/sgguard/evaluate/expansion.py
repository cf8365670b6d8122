"""The members of templates and groups, templates among them followed."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sgguard.evaluate.gap import Gap, malformed, unknown
from sgguard.model.reason import reason
from sgguard.model.security_group import Names

_TEMPLATES = ("ipm-", "ipmg-", "ppm-", "ppmg-")
_LINKS = 5
"""Names of a chain that a message tells."""


class Expansion(msgspec.Struct, frozen=True):
    """What a template or group is made of."""

    members: tuple[str, ...]
    """Texts of addresses or services, each once."""
    gaps: tuple[Gap, ...]
    """Templates among them that are not known; without any, `members` is all there is."""


def expand(name: str, names: Names) -> Expansion:
    """Follow a name down to what it means.

    The API nests two deep: a template group has templates, these have texts
    (https://cloud.tencent.com/document/api/215/15824#AddressTemplateGroup). Any depth is read here, each name
    once, so that no file of names can keep the guard busy.
    """
    if name not in names:
        return Expansion((), (unknown(name),))
    members: dict[str, None] = {}
    gaps: list[Gap] = []
    seen = {name}
    chain: dict[str, Iterator[str]] = {name: iter(names[name])}
    while chain:
        last = next(reversed(chain))
        for member in chain[last]:
            if not member.startswith(_TEMPLATES):
                members[member] = None
            elif member in chain:
                gaps.append(_loop(member, [*chain]))
            elif member not in seen:
                seen.add(member)
                if member in names:
                    chain[member] = iter(names[member])
                    break
                gaps.append(unknown(member))
        else:
            del chain[last]
    return Expansion(tuple(members), tuple(gaps))


def _loop(name: str, chain: list[str]) -> Gap:
    """A name that leads back to itself."""
    links = [*chain[chain.index(name) :], name]
    if len(links) > _LINKS:
        links[_LINKS - 2 : -1] = ["…"]
    return malformed(reason("gap.loop", name=name, chain=" > ".join(links)))
