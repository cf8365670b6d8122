"""Policy documents: their grammar, and what they allow or whom they trust.

Grammar: https://cloud.tencent.com/document/product/598/10603. Conditions are not emulated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

import msgspec

from tcmock.errors import APIError, not_emulated

VERSION = "2.0"
_LEGACY = "name/"
"""Older documents write ``name/cvm:RunInstances``."""
_RESOURCE = re.compile(r"\*|qcs:[^:]*:[^:]*:[^:]*:[^:]*:.+")
_ACTION = re.compile(r"\*|[a-z0-9*-]+:[A-Za-z0-9*]+")
_NO_ACTIONS = ("cvm:CreateSecurityGroupPolicies", "vpc:DeleteSecurityGroup", "vpc:DescribeSecurityGroupEx")
"""Names that look right and that the vendor was seen to refuse. There may be more."""
_GROUPS_OF = ("cvm", "vpc")
"""Products that security groups are said to be of: the one by documentation, the other by tools in use."""


class Statement(msgspec.Struct, frozen=True):
    """One sentence of a policy."""

    effect: Literal["allow", "deny"]
    actions: tuple[str, ...]
    """Like ``vpc:Describe*``."""
    resources: tuple[str, ...]
    """``*``, or like ``qcs::cvm:ap-guangzhou:uin/100000000001:sg/sg-5k1ixnpo``."""

    def covers(self, action: str, resource: str) -> bool:
        """Whether it speaks of that action on that resource; ``*`` stands for an action without one."""
        named = any(_glob(name, action) for name in self.actions)
        return named and any(_includes(pattern, resource) for pattern in self.resources)


class _Statement(msgspec.Struct, forbid_unknown_fields=True):
    effect: str = ""
    action: str | list[str] = []
    resource: str | list[str] = []
    principal: dict[str, str | list[str]] = {}
    condition: dict[str, object] = {}


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    version: str = ""
    statement: list[_Statement] = []


def allows(statements: Iterable[Statement], actions: Iterable[str], resource: str) -> bool:
    """Whether one of these names of an action is allowed on a resource, and none of them denied."""
    effects = {
        statement.effect
        for statement in statements
        for action in actions
        if statement.covers(action, resource)
    }
    return effects == {"allow"}


def permissions(text: str) -> tuple[Statement, ...]:
    """What a policy says.

    Raises:
        APIError: ``InvalidParameter.…Error`` for what is wrong.
    """
    return tuple(_statement(given) for given in _sentences(text))


def trusted(text: str) -> tuple[str, ...]:
    """Whom the trust document of a role lets take it on: ``qcs::cam::uin/…:root`` or a service's domain.

    Raises:
        APIError: ``InvalidParameter.…Error`` for what is wrong.
    """
    principals: list[str] = []
    for given in _sentences(text):
        named = [name for names in given.principal.values() for name in _listed(names)]
        if not named:
            raise _error("PrincipalError", "a statement of a role names nobody in `principal`")
        if _listed(given.action) not in (["sts:AssumeRole"], ["name/sts:AssumeRole"]):
            raise _error("ActionError", "the action of a role's document is `name/sts:AssumeRole`")
        if given.effect == "allow":
            principals += named
    return tuple(principals)


def _sentences(text: str) -> list[_Statement]:
    try:
        given = msgspec.json.decode(text, type=_Document)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _error("PolicyDocumentError", f"it is not written as a policy: {error}") from error
    if given.version != VERSION:
        raise _error("VersionError", f"`version` is `{given.version}`; write {VERSION}")
    if not given.statement:
        raise _error("StatementError", "`statement` is empty")
    for statement in given.statement:
        if statement.effect not in ("allow", "deny"):
            raise _error("EffectError", f"`effect` is `{statement.effect}`; write allow or deny")
        if statement.condition:
            raise not_emulated("conditions of policies")
    return given.statement


def _statement(given: _Statement) -> Statement:
    if given.principal:
        raise _error("PrincipalError", "only the document of a role names a `principal`")
    actions = tuple(name.removeprefix(_LEGACY) for name in _listed(given.action))
    resources = tuple(_listed(given.resource))
    for name in actions or ("",):
        if not _ACTION.fullmatch(name):
            raise _error("ActionError", f"`{name}` is no action; write `*` or like `vpc:Describe*`")
        if name in _NO_ACTIONS:
            raise _error("ActionNotExist", f"there is no action `{name}`")
    for name in resources or ("",):
        if not _RESOURCE.fullmatch(name):
            raise _error("ResourceError", f"`{name}` is no resource; write `*` or like `qcs::cvm:::sg/*`")
    return Statement("allow" if given.effect == "allow" else "deny", actions, resources)


def _includes(pattern: str, resource: str) -> bool:
    """Whether a policy names that resource. An empty region or account there means every one."""
    if "*" in (pattern, resource):
        return pattern == "*"
    *_, product, region, account, name = pattern.split(":", 5)
    *_, its_product, its_region, its_account, its_name = resource.split(":", 5)
    same_product = _glob(product, its_product) or (product in _GROUPS_OF and its_product in _GROUPS_OF)
    return (
        same_product
        and (not region or _glob(region, its_region))
        and (not account or _glob(account, its_account))
        and _glob(name, its_name)
    )


def _glob(pattern: str, text: str) -> bool:
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), text) is not None


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _error(code: str, what: str) -> APIError:
    return APIError(f"InvalidParameter.{code}", f"The policy document is wrong: {what}.")
