"""How a site changes a shipped baseline, and which clusters talk to each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from sgguard.baseline import requirement as required
from sgguard.baseline.pattern import NETWORKS, PEERS, Pattern, read_peers
from sgguard.baseline.requirement import Baseline, Requirement, contradictions, read_requirement
from sgguard.config.reader import Reader
from sgguard.config.schema import Schema, a_choice, a_list, a_text, an_object, keys
from sgguard.traffic.address import parse_network

_NETWORK = a_text(pattern=r"^[0-9A-Fa-f.:]+(/[0-9]+)?$")
PEER_CLUSTER: Schema = an_object(
    {
        "cluster_id": a_text(pattern="^cls-"),
        "pod_cidrs": a_list(_NETWORK, about="Its container networks."),
        "node_cidrs": a_list(_NETWORK, about="The networks that its machines sit in."),
    },
    needs=("cluster_id", "pod_cidrs", "node_cidrs"),
    about="A cluster of the same VPC that this one must reach, and be reached from.",
)


def overlay_schema(baseline: Baseline) -> Schema:
    """What may be said of one role's baseline; the ids are the baseline's own."""
    ids = [r.id for r in baseline.requirements]
    needed = [r.id for r in baseline.requirements if r.need == "required" and not is_lifeline(r)]
    permitted = [r.id for r in baseline.requirements if r.need == "permitted"]
    return an_object(
        {
            "relax": a_list(a_choice(needed), about="No longer required, only permitted."),
            "forbid": a_list(a_choice(permitted), about="No longer permitted."),
            "restrict": an_object(dict.fromkeys(ids, PEERS), about="Narrower peers, by id."),
            "add": a_list(required.SCHEMA, about="Requirements of the site's own."),
        },
    )


def read_overlay(reader: Reader, baseline: Baseline, source: str) -> Baseline:
    """A baseline with an overlay on it. Notes what is wrong; `source` names the file in what it adds.

    - ``relax``: ids of requirements that are no longer required, only permitted.
    - ``forbid``: ids of permitted traffic that is no longer permitted.
    - ``restrict``: peers that take the place of a requirement's own, by id.
    - ``add``: requirements of the site's own.
    """
    reader.only(keys(overlay_schema(baseline)))
    known = {requirement.id: requirement for requirement in baseline.requirements}
    relaxed = reader.texts("relax", _relaxable(known), required=False)
    forbidden = reader.texts("forbid", _known(known, "permitted"), required=False)
    restricted = _read_restrictions(reader.section("restrict"), known)
    kept = [
        _changed(requirement, relaxed, restricted)
        for requirement in baseline.requirements
        if requirement.id not in forbidden
    ]
    added = [_read_added(entry, set(known), source) for entry in reader.sections("add")]
    changed = Baseline(baseline.role, (*kept, *added))
    if not reader.problems:
        for what, fix in contradictions(changed):
            reader.problem("", what, fix)
    return changed


def _known(known: Mapping[str, Requirement], need: str) -> Callable[[str], None]:
    """A check that an id names a requirement of this need."""

    def check(text: str) -> None:
        if text not in known:
            raise ValueError(f"{text!r} is no id of the baseline; there are {', '.join(known)}")
        if known[text].need != need:
            raise ValueError(f"{text!r} is {known[text].need}, so it cannot be named here")

    return check


def is_lifeline(requirement: Requirement) -> bool:
    """Whether it is the cluster's own network, all of it: without it nothing of the cluster works.

    Relaxed, it would no longer hold the guard back, and a revert of something else could take it along.
    """
    pattern = requirement.pattern
    return "ALL" in pattern.protocols and set(pattern.peers) <= {"pod-network", "node-network"}


def _relaxable(known: Mapping[str, Requirement]) -> Callable[[str], None]:
    """A check that an id names a requirement that may be relaxed."""
    needed = _known(known, "required")

    def check(text: str) -> None:
        needed(text)
        if is_lifeline(known[text]):
            raise ValueError(
                f"{text!r} is the cluster's own network: relaxed, it could be cut by the guard's own writes. "
                "Where it is absent on purpose, write a waiver with covers: missing"
            )

    return check


def _read_restrictions(reader: Reader, known: Mapping[str, Requirement]) -> dict[str, tuple[str, ...]]:
    reader.only(known)
    restricted = {key: read_peers(reader, key) for key in reader.names()}
    for key, peers in restricted.items():
        for wider in _wider(peers, known[key].pattern.peers) if key in known else ():
            what = f"names {wider}, which is not known to be among {', '.join(known[key].pattern.peers)}"
            reader.problem(key, what, "Use add for what the baseline does not have; restrict only narrows.")
    return restricted


def _wider(peers: Iterable[str], own: Sequence[str]) -> Iterator[str]:
    """Peers that a requirement cannot be narrowed to."""
    for peer in peers:
        family = "ipv6" if peer == "anywhere-ipv6" or ":" in peer else "ipv4"
        if peer not in own and (f"anywhere-{family}" not in own or peer in NETWORKS):
            yield peer


def _changed(
    requirement: Requirement, relaxed: tuple[str, ...], restricted: Mapping[str, tuple[str, ...]]
) -> Requirement:
    if requirement.id in relaxed:
        requirement = msgspec.structs.replace(requirement, need="permitted")
    if requirement.id in restricted:
        pattern = msgspec.structs.replace(requirement.pattern, peers=restricted[requirement.id])
        requirement = msgspec.structs.replace(requirement, pattern=pattern)
    return requirement


def _read_added(reader: Reader, taken: set[str], source: str) -> Requirement:
    requirement = read_requirement(reader, source)
    if requirement.id in taken:
        reader.problem("id", f"is {requirement.id!r}, which is taken", "Choose another id.")
    taken.add(requirement.id)
    return requirement


class PeerCluster(msgspec.Struct, frozen=True, kw_only=True):
    """A cluster of the same VPC whose pods and nodes must reach this one, and be reached from it.

    https://www.tencentcloud.com/document/product/457/9084: clusters that must talk to each other need the
    other's container and node networks.
    """

    cluster_id: str
    pod_cidrs: tuple[str, ...]
    node_cidrs: tuple[str, ...]
    source: str
    """File that declares it."""

    def requirements(self) -> tuple[Requirement, ...]:
        """Both networks, both directions."""
        networks = (("pods", self.pod_cidrs), ("nodes", self.node_cidrs))
        return tuple(
            Requirement(
                id=f"peer-{direction}-{name}-{self.cluster_id}",
                direction=direction,
                need="required",
                pattern=Pattern(protocols=("ALL",), ports="ALL", peers=cidrs),
                row="Clusters of one VPC that must talk need each other's pod and node networks",
                why=f"Traffic with the {name} of {self.cluster_id} stops.",
                source=self.source,
            )
            for direction in ("ingress", "egress")
            for name, cidrs in networks
            if cidrs
        )


def read_peer_cluster(reader: Reader, source: str) -> PeerCluster:
    """One peer. Notes what is wrong."""
    reader.only(keys(PEER_CLUSTER))
    cluster_id = reader.text("cluster_id")
    if cluster_id and not cluster_id.startswith("cls-"):
        reader.problem("cluster_id", f"is {cluster_id!r}, no id of a cluster", "Ids start with cls-.")
    return PeerCluster(
        cluster_id=cluster_id,
        pod_cidrs=reader.texts("pod_cidrs", parse_network),
        node_cidrs=reader.texts("node_cidrs", parse_network),
        source=source,
    )
