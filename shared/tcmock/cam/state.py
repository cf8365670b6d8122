"""What cam keeps of one account."""

from __future__ import annotations

import msgspec

from tcmock.cam.policy_document import Statement


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A policy."""

    policy_id: int
    name: str
    description: str
    text: str
    """The document as it was sent."""
    statements: tuple[Statement, ...]
    """What it means."""
    added: str
    updated: str


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """A role: who may take it on, and which policies it has."""

    role_id: str
    name: str
    description: str
    text: str
    """The document as it was sent."""
    trusted: tuple[str, ...]
    """Whom it means."""
    session_duration: int
    """Seconds that temporary keys may last at most."""
    console_login: int
    added: str
    updated: str
    policies: tuple[int, ...] = ()
    """Ids of what is attached."""


class CamState(msgspec.Struct):
    """Policies and roles by id, in the order they were made."""

    policies: dict[int, Policy] = {}
    roles: dict[str, Role] = {}

    def policy_named(self, name: str) -> Policy | None:
        """The policy of that name."""
        return next((policy for policy in self.policies.values() if policy.name == name), None)

    def role_named(self, name: str) -> Role | None:
        """The role of that name."""
        return next((role for role in self.roles.values() if role.name == name), None)

    def statements_of(self, role: Role) -> list[Statement]:
        """What the policies of a role say."""
        return [said for policy_id in role.policies for said in self.policies[policy_id].statements]
