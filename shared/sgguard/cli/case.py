"""The group, cluster, templates and config that several commands are given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from sgguard.adapters.clock import system_time
from sgguard.baseline import Expectation, Site, default_site, expect, read_site
from sgguard.cli.files import read_source
from sgguard.config.bindings import read_bindings
from sgguard.config.cluster import read_cluster
from sgguard.config.names import read_names
from sgguard.config.reader import Source
from sgguard.errors import ConfigError, Problem
from sgguard.evaluate import Circumstances, Earlier, evaluate
from sgguard.evaluate.practice import practices as advise
from sgguard.evaluate.resolve import resolve
from sgguard.model.cluster import ClusterScope
from sgguard.model.finding import Evaluation
from sgguard.model.security_group import DIRECTIONS, Names, SecurityGroupPolicySet
from sgguard.model.stack import Placement
from sgguard.wire.policy_set import decode_policy_set, direction_key
from sgguard.wording import say

T = TypeVar("T")


class Files(msgspec.Struct, frozen=True, kw_only=True):
    """The files of a case, as named on the command line."""

    group: str
    cluster: str
    group_id: str | None = None
    templates: str | None = None
    config: str | None = None
    bindings: str | None = None
    before: str | None = None
    templates_before: str | None = None
    bindings_before: str | None = None


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """One case as given."""

    group_id: str
    group: SecurityGroupPolicySet
    cluster: ClusterScope
    site: Site
    circumstances: Circumstances
    placement: Placement | None
    """None where no bindings are given."""

    path: str
    """The group's file."""

    def evaluation(self, *, practices: bool = False) -> Evaluation:
        """The verdict, with the practices that are not followed if they are asked for."""
        known, expectation = self.circumstances, self.expectation
        evaluation = evaluate(self.group, expectation, group_id=self.group_id, circumstances=known)
        if not practices:
            return evaluation
        advice = advise(self.group, expectation, placement=self.placement, circumstances=known)
        return msgspec.structs.replace(evaluation, practices=advice)

    @property
    def expectation(self) -> Expectation:
        """What the cluster and the site expect of the group."""
        return expect([self.cluster], self.site)


def read_case(files: Files) -> Given:
    """Read every file of a case. Raises ConfigError with the problems of all of them."""
    problems: list[Problem] = []

    def tried(read: Callable[[object, Source], T], path: str | None) -> T | None:
        try:
            return read(*read_source(path)) if path else None
        except ConfigError as error:
            problems.extend(error.problems)
            return None

    group = tried(_read_group, files.group)
    before = tried(_read_group, files.before)
    cluster = tried(read_cluster, files.cluster)
    names = tried(read_names, files.templates) or {}
    site = tried(read_site, files.config) or default_site()
    scope = _known(cluster)
    stood = tried(lambda found, source: read_bindings(found, source, scope), files.bindings)
    stood_before = tried(lambda found, source: read_bindings(found, source, scope), files.bindings_before)
    names_before = tried(read_names, files.templates_before) or {}
    problems.extend(_lonely_options(files))
    if stood and files.group_id not in {None, stood[0]}:
        what = f"is {files.group_id}, but {files.bindings} is about {stood[0]}"
        problems.append(Problem("--group-id", what, "Leave it out, or give the group's own bindings."))
    if group is not None:
        problems.extend(_malformed(group, names, files.group))
    if problems or group is None or cluster is None:
        raise ConfigError(problems)
    bound, placement = stood or (None, None)
    group_id = files.group_id or bound or files.group
    circumstances = Circumstances(
        names=names,
        waivers=site.waivers_of(group_id, [cluster]),
        now=system_time(),
        earlier=None
        if before is None
        else Earlier(
            group=before, names=names_before, stacks=stood_before[1].stacks if stood_before else None
        ),
        stacks=placement.stacks if placement else (),
    )
    return Given(
        group_id=group_id,
        group=group,
        cluster=cluster,
        site=site,
        circumstances=circumstances,
        placement=placement,
        path=files.group,
    )


def _lonely_options(files: Files) -> Iterator[Problem]:
    """Options that say nothing without another one."""
    if not files.before and (files.templates_before or files.bindings_before):
        what = "say nothing without the group's rows as they were"
        yield Problem("--templates-before, --bindings-before", what, "Add --before FILE.")
    if files.bindings_before and not files.bindings:
        yield Problem("--bindings-before", "says nothing without --bindings", "Add --bindings FILE.")


def read_site_file(config: str | None) -> Site:
    """The site's config, or the vendor's baseline as it is. Raises ConfigError."""
    return read_site(*read_source(config)) if config else default_site()


def _read_group(document: object, source: Source) -> SecurityGroupPolicySet:
    return decode_policy_set(document, source.name)


def _known(cluster: ClusterScope | None) -> ClusterScope:
    """The cluster, or one that no machine belongs to; what is wrong with it is told anyway."""
    return cluster or ClusterScope(cluster_id="", role="node", pod_cidrs=(), node_cidrs=())


def _malformed(group: SecurityGroupPolicySet, names: Names, where: str) -> list[Problem]:
    """Rows that cannot be read at all. What is merely not known is the evaluation's business."""
    return [
        Problem(
            f"{where}: {direction_key(direction)}[{row.index}]",
            say(gap.reason),
            "Correct the row, or use the answer of DescribeSecurityGroupPolicies as it is.",
        )
        for direction in DIRECTIONS
        for row in group.rows(direction)
        for gap in resolve(row, names).gaps
        if gap.cause == "malformed"
    ]
