"""The group, cluster, templates and config that several commands are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from sgguard.baseline import Expectation, Site, default_site, expect, read_site
from sgguard.cli.files import read_document
from sgguard.config.cluster import read_cluster
from sgguard.config.names import read_names
from sgguard.errors import ConfigError, Problem
from sgguard.evaluate import Circumstances, Names
from sgguard.evaluate.resolve import resolve
from sgguard.model.cluster import ClusterScope
from sgguard.model.security_group import DIRECTIONS, SecurityGroupPolicySet
from sgguard.wire.policy_set import decode_policy_set, direction_key
from sgguard.wording import say

T = TypeVar("T")


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """One case as given."""

    group_id: str
    group: SecurityGroupPolicySet
    cluster: ClusterScope
    names: Names
    site: Site

    @property
    def circumstances(self) -> Circumstances:
        """What is known besides."""
        return Circumstances(names=self.names)

    @property
    def expectation(self) -> Expectation:
        """What the cluster and the site expect of the group."""
        return expect([self.cluster], self.site)


def read_case(group: str, cluster: str, templates: str | None, config: str | None) -> Given:
    """Read every file of a case. Raises ConfigError with the problems of all of them."""
    problems: list[Problem] = []

    def tried(read: Callable[[], T]) -> T | None:
        try:
            return read()
        except ConfigError as error:
            problems.extend(error.problems)
            return None

    rows = tried(lambda: decode_policy_set(read_document(group), group))
    scope = tried(lambda: read_cluster(read_document(cluster), cluster))
    names = tried(lambda: read_names(read_document(templates), templates) if templates else {})
    site = tried(lambda: read_site_file(config))
    if rows is not None and names is not None:
        problems.extend(_malformed(rows, names, group))
    if problems or rows is None or scope is None or names is None or site is None:
        raise ConfigError(problems)
    return Given(group_id=group, group=rows, cluster=scope, names=names, site=site)


def read_site_file(config: str | None) -> Site:
    """The site's config, or the vendor's baseline as it is. Raises ConfigError."""
    return read_site(read_document(config), config) if config else default_site()


def _malformed(group: SecurityGroupPolicySet, names: Names, where: str) -> list[Problem]:
    """Rows that cannot be read at all. What is merely not known is the evaluation's business."""
    return [
        Problem(
            f"{where}: {direction_key(direction)}[{row.index}]",
            say(resolved.gap.reason),
            "Correct the row, or use the answer of DescribeSecurityGroupPolicies as it is.",
        )
        for direction in DIRECTIONS
        for row in group.rows(direction)
        if (resolved := resolve(row, names)).gap and resolved.gap.cause == "malformed"
    ]
