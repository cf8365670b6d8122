"""Whether an evaluation says of every packet class what a walk over the rows says of it.

A case is what `sgguard evaluate` is given, as JSON: ``id``, ``group``, ``cluster``, ``templates``, and where
they are known ``bindings``, ``before``, ``waivers`` with ``now``. The evaluation is its JSON answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timezone
from typing import Any, NamedTuple

import first_match as walks
from first_match import Classes, Expected, Fate, Match, Part, Rows, Zone

from sgguard.baseline import Expectation, expect, read_site
from sgguard.config.bindings import read_bindings
from sgguard.config.cluster import read_cluster
from sgguard.config.names import read_names
from sgguard.evaluate import Circumstances, Earlier
from sgguard.wire.policy_set import decode_policy_set

KEYS = {"ingress": "Ingress", "egress": "Egress"}
PRIVATE = Zone(
    [
        Part(
            "all",
            [(0, 65535)],
            [
                walks.networks(text)
                for text in (
                    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
                    *("172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3"),
                    *("::/127", "fc00::/7", "fe80::/10", "ff00::/8"),
                )
            ],
        )
    ]
)
MANAGEMENT = Zone(
    [
        Part(
            "tcp",
            walks.ports(
                "2379-2380,10250,10255,6443,60001-60002,3389,3306,5432,6379,27017,1433,1521,9200,11211"
            ),
            walks.ANYWHERE,
        )
    ]
)


_WAIVER_KEYS = ("id", "direction", "covers", "protocols", "ports", "peers", "reason", "owner", "expires")


def given(case: Mapping[str, Any]) -> tuple[Expectation, Circumstances]:
    """A case as sgguard takes it; the one place here that knows sgguard."""
    scope = read_cluster(case["cluster"], "cluster")
    waivers = [{key: waiver[key] for key in _WAIVER_KEYS} for waiver in case.get("waivers", ())]
    site = read_site({"schema": "sgguard/config/v1", "waivers": waivers}, "site")
    stacks = read_bindings(case["bindings"], "bindings", scope)[1].stacks if "bindings" in case else ()
    known = Circumstances(
        names=read_names(case["templates"], "templates"),
        waivers=site.waivers_of(case["id"], [scope]),
        now=datetime.fromisoformat(case.get("now", "2026-07-01")).replace(tzinfo=timezone.utc).timestamp(),
        earlier=Earlier(group=decode_policy_set(case["before"], "before")) if "before" in case else None,
        stacks=stacks,
    )
    return expect([scope], site), known


class Stacked(NamedTuple):
    """A list of rows that machines go by."""

    ids: tuple[str, ...]
    """The groups in it; empty for the group alone."""
    rows: Rows
    owners: list[int | None]
    """Index of the group's own rows; None for those of others."""
    before: Rows | None


class Told(NamedTuple):
    """A finding and what it speaks of."""

    finding: Mapping[str, Any]
    zone: Zone

    @property
    def key(self) -> tuple[Any, bool]:
        """What tells it from others: the row or the requirement, and whether it is certain."""
        name = self.finding["requirement"] or self.finding["policy_indexes"][0]
        return name, self.finding["certain"]


def check(case: Mapping[str, Any], evaluation: Mapping[str, Any]) -> None:
    """Assert that every statement of the evaluation is right, and that nothing is left out."""
    sides = [Side(case, evaluation, direction) for direction in KEYS]
    for side in sides:
        side.check()
    waivers = {waiver["id"]: "unused" for waiver in case.get("waivers", ())}
    for side in sides:
        waivers.update(side.waiver_states)
    told = {use["id"]: use["state"] for use in evaluation.get("waivers", ())}
    assert told == waivers
    certain = any(side.certain for side in sides)
    doubt = any(side.doubt for side in sides)
    expected = "violating" if certain else "undetermined" if doubt else "compliant"
    assert evaluation["verdict"] == expected
    assert evaluation.get("basis", "group") == ("stacks" if case.get("bindings") else "group")


class Side:
    """One direction of a case."""

    def __init__(self, case: Mapping[str, Any], evaluation: Mapping[str, Any], direction: str) -> None:
        self.direction = direction
        names = case.get("templates") or {}
        self.expected = Expected(case["cluster"])
        own = Rows(case["group"][KEYS[direction]], names)
        before = Rows(case["before"][KEYS[direction]], names) if case.get("before") else None
        self.alone = Stacked((), own, [*range(len(own.matches))], before)
        self.stacks = stacks(case, direction, self.alone, names)
        mine = [f for f in evaluation["findings"] if f["direction"] == direction]
        self.excess = [Told(f, walks.blocks(f["traffic"])) for f in mine if f["kind"] == "excess"]
        self.missing = [Told(f, walks.blocks(f["traffic"])) for f in mine if f["kind"] == "missing"]
        self.undetermined = [f["policy_indexes"] for f in mine if f["kind"] == "undetermined"]
        self.shadowed = {i for f in mine if f["kind"] == "shadowed" for i in f["policy_indexes"]}
        self.deltas = [
            (
                [tuple(ids) for ids in delta.get("stacks", ())] or [()],
                walks.blocks(delta["opened"]),
                walks.blocks(delta["cut"]),
            )
            for delta in evaluation.get("delta", ())
            if delta["direction"] == direction
        ]
        self.waiver_states: dict[str, str] = {}
        self.waivers: list[tuple[str, str, Zone]] = []
        for waiver in case.get("waivers", ()):
            if waiver["expires"] <= case["now"]:
                self.waiver_states[waiver["id"]] = "expired"
            elif waiver["direction"] == direction:
                self.waivers.append((waiver["id"], waiver["covers"], waived(waiver)))
        self.certain = False
        self.doubt = False
        self.alive: set[int | None] = set()
        self.seen: set[int] = set()
        self.open_in: dict[int, set[tuple[str, ...]]] = {}
        self.dropped_by: dict[tuple[int, tuple[str, ...]], set[int]] = {}
        self.fresh: dict[tuple[str, int], set[bool]] = {}
        """Whether the change made it, packet by packet, by kind and number of the finding."""
        self.fresh_in_stacks: dict[int, set[bool]] = {}
        """The same for the excess of a row in the stacks that it is open in."""
        self.criticals: dict[int, set[str]] = {}

    @property
    def lists(self) -> list[Stacked]:
        """The lists by which required traffic is judged."""
        return self.stacks or [self.alone]

    def check(self) -> None:
        """Go through all packet classes; then through what they add up to."""
        judged = [self.alone, *self.stacks]
        rows = [
            match
            for stacked in judged
            for one in (stacked.rows, stacked.before)
            if one is not None
            for match in one.matches
        ]
        zones: dict[int, Zone] = {}
        for zone in (
            *(zone for match in rows for zone in (match.surely, match.maybe)),
            *self.expected.zones(self.direction),
            *(zone for _, _, zone in self.waivers),
            *(told.zone for told in (*self.excess, *self.missing)),
            *(zone for _, *pair in self.deltas for zone in pair),
            *(PRIVATE, MANAGEMENT),
        ):
            zones[id(zone)] = zone
        keys = [*zones]
        for packet, has in Classes(zones.values()).memberships():
            self.packet(packet, {keys[number] for number in has}, judged)
        self.conclude()

    def packet(self, packet: walks.Packet, inside: AbstractSet[int], judged: Sequence[Stacked]) -> None:
        """What everything says of one packet."""
        fates = [fate(stacked.rows, inside) for stacked in judged]
        earlier = [fate(stacked.before, inside) if stacked.before else None for stacked in judged]
        allowed = id(self.expected.ceiling[self.direction]) in inside
        waivers = {(name, covers) for name, covers, zone in self.waivers if id(zone) in inside}
        needed = {name for name, zone in self.expected.required[self.direction].items() if id(zone) in inside}
        self.note_waivers(fates, waivers, allowed=allowed, needed=bool(needed))
        beyond = not allowed and not any(covers == "excess" for _, covers in waivers)
        if any(covers == "missing" for _, covers in waivers):
            needed = set()
        self.alive |= {fates[0].strict, fates[0].lenient}
        self.seen |= {
            index
            for index, match in enumerate(self.alone.rows.matches)
            if id(match.surely) in inside or id(match.maybe) in inside
        }
        self.packet_excess(packet, inside, fates[0], earlier[0], beyond=beyond)
        for stacked, one, was in list(zip(judged, fates, earlier, strict=True))[1 if self.stacks else 0 :]:
            if beyond and stacked.ids and one.acceptable:
                position = one.strict if one.accepted else one.lenient
                assert position is not None
                owner = stacked.owners[position]
                if owner is not None:
                    self.open_in.setdefault(owner, set()).add(stacked.ids)
                    if was is not None:
                        self.fresh_in_stacks.setdefault(owner, set()).add(not was.acceptable)
            self.packet_missing(packet, inside, stacked, one, was, needed)
            if was:
                self.packet_delta(packet, inside, stacked, one, was)

    def note_waivers(
        self, fates: Sequence[Fate], waivers: set[tuple[str, str]], *, allowed: bool, needed: bool
    ) -> None:
        """Waivers that something depends on, in the group alone or in a stack."""
        for fate_of_one in fates:
            for name, covers in waivers:
                excess = covers == "excess" and fate_of_one.acceptable and not allowed
                missing = covers == "missing" and needed and not fate_of_one.accepted
                if excess or missing:
                    self.waiver_states[name] = "used"

    def packet_excess(
        self, packet: walks.Packet, inside: AbstractSet[int], now: Fate, was: Fate | None, *, beyond: bool
    ) -> None:
        reported = [told for told in self.excess if id(told.zone) in inside]
        blamed = (
            [(now.strict if now.accepted else now.lenient, now.accepted)] if now.acceptable and beyond else []
        )
        assert [told.key for told in reported] == blamed, (packet, blamed)
        for told in reported:
            self.certain = self.certain or now.accepted
            self.doubt = True
            number = self.excess.index(told)
            row = self.alone.rows.matches[told.key[0]]
            self.criticals.setdefault(number, set()).add(
                "medium"
                if id(PRIVATE) in inside
                else "critical"
                if id(MANAGEMENT) in inside or opens_every_port(row)
                else "high"
            )
            if was is not None:
                self.fresh.setdefault(("excess", number), set()).add(not was.acceptable)

    def packet_missing(
        self,
        packet: walks.Packet,
        inside: AbstractSet[int],
        stacked: Stacked,
        now: Fate,
        was: Fate | None,
        needed: set[str],
    ) -> None:
        lacking = {(name, not now.acceptable) for name in needed} if not now.accepted else set()
        reported = [
            (number, told)
            for number, told in enumerate(self.missing)
            if id(told.zone) in inside and stacked.ids in stacks_of(told.finding)
        ]
        assert sorted(told.key for _, told in reported) == sorted(lacking), (packet, stacked.ids, lacking)
        for number, told in reported:
            self.certain = self.certain or told.key[1]
            self.doubt = True
            position = now.lenient if told.key[1] else now.strict
            owner = None if position is None else stacked.owners[position]
            deciders = self.dropped_by.setdefault((number, stacked.ids), set())
            if owner is not None:
                deciders.add(owner)
            if was is not None:
                self.fresh.setdefault(("missing", number), set()).add(was.accepted)

    def packet_delta(
        self, packet: walks.Packet, inside: AbstractSet[int], stacked: Stacked, now: Fate, was: Fate
    ) -> None:
        opened = any(id(zone) in inside for lists, zone, _ in self.deltas if stacked.ids in lists)
        cut = any(id(zone) in inside for lists, _, zone in self.deltas if stacked.ids in lists)
        assert opened == (now.accepted and not was.acceptable), (packet, stacked.ids)
        assert cut == (was.accepted and not now.acceptable), (packet, stacked.ids)

    def conclude(self) -> None:
        """What all packets add up to."""
        matches = self.alone.rows.matches
        gaps = {index: match.gap for index, match in enumerate(matches) if match.gap}
        matter = any(not told.key[1] for told in (*self.excess, *self.missing))
        open_questions = [[index] for index, gap in gaps.items() if matter or gap != "group"]
        assert self.undetermined == open_questions
        self.doubt = self.doubt or bool(open_questions)
        known = min(gaps, default=len(matches))
        assert self.shadowed == {i for i in range(known) if i in self.seen and i not in self.alive}
        for number, told in enumerate(self.excess):
            assert sorted(self.criticals.get(number, ())), "a finding without a packet"
            worst = next(s for s in ("critical", "high", "medium") if s in self.criticals[number])
            assert told.finding["severity"] == worst
            order = [
                stacked.ids for stacked in self.stacks if stacked.ids in self.open_in.get(told.key[0], ())
            ]
            assert [tuple(ids) for ids in told.finding.get("stacks", ())] == order
            self.check_witness(told, self.alone)
        for number, told in enumerate(self.missing):
            for ids in stacks_of(told.finding):
                assert set(told.finding["policy_indexes"]) == self.dropped_by[number, ids]
            first = next(one for one in self.lists if one.ids == stacks_of(told.finding)[0])
            self.check_witness(told, first)
        self.check_debts()

    def check_debts(self) -> None:
        """Whether the change made it; a finding that is old in one stack and new in another one is mixed."""
        for kind, found in (("excess", self.excess), ("missing", self.missing)):
            for number, told in enumerate(found):
                fresh = self.fresh.get((kind, number))
                if kind == "excess":
                    fresh = self.fresh_in_stacks.get(told.key[0]) or fresh
                if fresh is None:
                    assert "debt" not in told.finding
                else:
                    expected = "mixed" if len(fresh) == 2 else "new" if True in fresh else "old"
                    assert told.finding["debt"] == expected, (told.finding, fresh)

    def check_witness(self, told: Told, stacked: Stacked) -> None:
        """The packet that is shown is one of them, and the row that is named decides it."""
        witness = told.finding["witness"]
        packet = (
            witness["family"],
            witness["protocol"],
            witness["port"],
            walks.networks(witness["peer"])[1],
        )
        assert packet in told.zone
        one = stacked.rows.fate(packet)
        excess, certain = told.finding["kind"] == "excess", told.key[1]
        position = one.strict if excess == certain else one.lenient
        assert witness["policy_index"] == (None if position is None else stacked.owners[position])


def fate(rows: Rows, inside: AbstractSet[int]) -> Fate:
    """The walk, with the question whether a row has the packet already answered."""
    return walks.walk(
        (position, match.accepts, "yes" if id(match.surely) in inside else "maybe")
        for position, match in enumerate(rows.matches)
        if id(match.surely) in inside or id(match.maybe) in inside
    )


def stacks(case: Mapping[str, Any], direction: str, alone: Stacked, names: walks.Names) -> list[Stacked]:
    """The distinct stacks of the cluster's machines that the group is in."""
    bindings = case.get("bindings")
    if not bindings:
        return []
    own, cluster = bindings["group_id"], case["cluster"]
    others = {key: Rows(group[KEYS[direction]], names) for key, group in bindings["groups"].items()}
    found: dict[tuple[str, ...], Stacked] = {}
    for instance in bindings["instances"]:
        ids = tuple(instance["groups"])
        ours = (instance.get("cluster_id"), instance.get("role", "node")) == (
            cluster["cluster_id"],
            cluster["role"],
        )
        if ours and own in ids:
            found[ids] = Stacked(
                ids,
                Rows.joined(alone.rows if key == own else others[key] for key in ids),
                [owner for key in ids for owner in owned(key == own, alone.rows, others.get(key))],
                None
                if alone.before is None
                else Rows.joined(alone.before if key == own else others[key] for key in ids),
            )
    return list(found.values())


def owned(own: bool, mine: Rows, other: Rows | None) -> list[int | None]:  # noqa: FBT001 (a fact, not a switch)
    """Indexes of the group's own rows; None for each row of another one."""
    if own:
        return [*range(len(mine.matches))]
    assert other is not None
    return [None] * len(other.matches)


def stacks_of(finding: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """The stacks that a finding is about; the group alone where none is named."""
    return [tuple(ids) for ids in finding.get("stacks", ())] or [()]


def waived(waiver: Mapping[str, Any]) -> Zone:
    """What a waiver speaks of."""
    return Zone(
        Part(
            protocol.lower(), walks.ports(waiver["ports"]), [walks.networks(peer) for peer in waiver["peers"]]
        )
        for protocol in waiver["protocols"]
    )


def opens_every_port(match: Match) -> bool:
    """Whether a row speaks of all ports of tcp or udp."""
    return any(
        part.protocol in {"all", "tcp", "udp"} and covered(part.ports)
        for zone in (match.surely, match.maybe)
        for part in zone.parts
        if part.peers
    )


def covered(ranges: walks.Ports) -> bool:
    """Whether ranges are all ports together."""
    free = 0
    for low, high in sorted(ranges):
        if low > free:
            return False
        free = max(free, high + 1)
    return free > 65535
