"""A baseline as written: named requirements on named networks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from sgguard.baseline.pattern import FIELDS, Pattern, read_pattern
from sgguard.config.reader import Reader, Source
from sgguard.config.schema import Schema, a_choice, a_text, an_object, keys
from sgguard.model.cluster import ClusterScope, Role
from sgguard.model.security_group import DIRECTIONS, Direction
from sgguard.traffic.box import Traffic

Need = Literal["required", "permitted"]
_DIRECTIONS: Mapping[str, Direction] = {direction: direction for direction in DIRECTIONS}
_NEEDS: Mapping[str, Need] = {"required": "required", "permitted": "permitted"}
ROLES: tuple[Role, Role] = ("node", "master")
SCHEMA: Schema = an_object(
    {
        "id": a_text(about="Names the requirement in findings."),
        "direction": a_choice(_DIRECTIONS),
        "need": a_choice(_NEEDS, about="required: its absence is a finding. permitted: it may be accepted."),
        **FIELDS,
        "row": a_text(about="The row or sentence of the source that says so."),
        "why": a_text(about="What stops working without it."),
        "source": a_text(about="Link to the page that states it. Default: the name of this file."),
    },
    needs=("id", "direction", "need", *FIELDS),
)


class Requirement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Traffic that a role needs (`required`), or that may be accepted besides (`permitted`)."""

    id: str
    direction: Direction
    need: Need
    pattern: Pattern
    row: str
    """The row or sentence of the source that says so."""
    why: str
    """What stops working without it."""
    source: str
    """Link to the page, or name of the file, that states it."""
    changes: tuple[str, ...] = ()
    """What the site's config made of it, and where: ``relaxed: site.yaml:12: baseline.node.relax[0]``."""

    def traffic(self, scope: ClusterScope) -> Traffic:
        """The requirement with the networks of one cluster filled in."""
        return self.pattern.traffic(scope)


class Baseline(msgspec.Struct, frozen=True, omit_defaults=True):
    """The requirements of one role."""

    role: Role
    requirements: tuple[Requirement, ...]
    forbidden: tuple[str, ...] = ()
    """What the site's config took out, and where: ``ssh: site.yaml:9: baseline.node.forbid[0]``."""


def read_baseline(document: object, where: str | Source) -> Baseline:
    """A decoded baseline file. Raises ConfigError with everything that is wrong."""
    reader = Reader(document, where)
    reader.only(("schema", "role", "source", "requirements"))
    reader.choice("schema", {"sgguard/baseline/v1": None}, None)
    roles: Mapping[str, Role] = {role: role for role in ROLES}
    baseline = Baseline(
        role=reader.choice("role", roles, "node"),
        requirements=tuple(
            read_requirement(entry, reader.text("source")) for entry in reader.sections("requirements")
        ),
    )
    if not reader.problems:
        for what, fix in contradictions(baseline):
            reader.problem("requirements", what, fix)
    reader.finish()
    return baseline


def read_requirement(reader: Reader, source: str) -> Requirement:
    """One requirement. Notes what is wrong; `source` fills in for an entry without one."""
    reader.only(keys(SCHEMA))
    known = len(reader.problems)
    pattern = read_pattern(reader)
    if len(reader.problems) == known and pattern.is_empty():
        what = "means no packet: icmp is IPv4 only, icmpv6 IPv6 only"
        reader.problem("peers", what, "Name peers of the protocol's family.")
    return Requirement(
        id=reader.text("id"),
        direction=reader.choice("direction", _DIRECTIONS, "ingress"),
        need=reader.choice("need", _NEEDS, "required"),
        pattern=pattern,
        row=reader.text("row", default=""),
        why=reader.text("why", default=""),
        source=reader.text("source", default=source),
    )


def contradictions(baseline: Baseline) -> Iterator[tuple[str, str]]:
    """What is wrong with a baseline as a whole, and what to do: one that asks for nothing approves of all."""
    required = {r.direction for r in baseline.requirements if r.need == "required"}
    for direction in DIRECTIONS:
        if direction not in required:
            what = f"nothing is required of {baseline.role} {direction}, so all of it could be lost unnoticed"
            yield what, "Require at least the pod and node networks."
    ids = [r.id for r in baseline.requirements]
    for repeated in sorted({i for i in ids if ids.count(i) > 1}):
        yield f"the id {repeated!r} is used twice", "Give each requirement its own id."
