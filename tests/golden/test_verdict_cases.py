"""Every case of docs/verdict.md: as stated, as sgguard judges, and as a walk over the rows finds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import first_match as oracle
import msgspec
import pytest
import verdict_cases
from verdict_cases import GIVEN, Case, Rows, Stated, World

from sgguard.baseline import default_site, expect
from sgguard.config.cluster import read_cluster
from sgguard.evaluate import Circumstances, evaluate
from sgguard.evaluate.trace import Packet, trace
from sgguard.report.document import evaluation_document
from sgguard.wire.policy_set import decode_policy_set

CASES = verdict_cases.cases()
Found = dict[str, Any]


def judged(case: Case) -> tuple[str, list[Found]]:
    """Verdict and findings of sgguard."""
    expectation = expect([read_cluster(cluster, "case") for cluster in case.clusters], default_site())
    names = {key: tuple(members) for key, members in case.names.items()}
    evaluation = evaluate(
        decode_policy_set(case.wire(), "case"),
        expectation,
        group_id=GIVEN["group"],
        circumstances=Circumstances(names=names),
    )
    document = msgspec.json.decode(msgspec.json.encode(evaluation_document(evaluation)))
    return document["verdict"], document["findings"]


def label(finding: Found) -> str:
    subject = finding["requirement"] or finding["policy_indexes"][0]
    doubt = "possible " if finding["kind"] != "undetermined" and not finding["certain"] else ""
    return f"{doubt}{finding['kind']} {subject}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_sgguard_says_what_is_stated(case: Case) -> None:
    verdict, findings = judged(case)
    if "verdict" in case.data:
        assert verdict == case.data["verdict"]
        said = verdict_cases.stated(case)
        assert sorted(map(label, findings)) == sorted(one.label for one in said)
        by_label = {(label(finding), finding["direction"]): finding for finding in findings}
        for one in said:
            agrees(one, by_label[one.label, one.direction])


def agrees(one: Stated, finding: Found) -> None:
    if one.severity:
        assert finding["severity"] == one.severity, one.label
    if finding["kind"] == "missing":
        assert finding["policy_indexes"] == one.by, one.label
    if one.traffic is None:
        assert finding["traffic"] == []
        return
    blocks = oracle.blocks(finding["traffic"])
    for packet in oracle.Classes([blocks, *one.traffic.zones]).packets():
        assert (packet in blocks) == (packet in one.traffic), (one.label, packet)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_walk_finds_what_is_stated(case: Case) -> None:
    for direction, packet, endings in case.packets:
        assert {ending(rows[direction], names, packet) for rows, names in case.worlds()} == endings
    if "verdict" in case.data:
        said = verdict_cases.stated(case)
        for direction in ("ingress", "egress"):
            Walked(case, direction).compare([one for one in said if one.direction == direction])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_trace_of_a_packet_ends_as_the_walk_does(case: Case) -> None:
    expectation = expect([read_cluster(cluster, "case") for cluster in case.clusters], default_site())
    for rows, names in case.worlds():
        group = decode_policy_set({"Ingress": rows["ingress"], "Egress": rows["egress"]}, "world")
        known = Circumstances(names={key: tuple(members) for key, members in names.items()})
        for direction, (family, protocol, port, peer), _ in case.packets:
            packet = msgspec.convert(
                {"direction": direction, "family": family, "protocol": protocol, "port": port, "peer": peer},
                Packet,
            )
            told = trace(packet, group, expectation, group_id=GIVEN["group"], circumstances=known)
            last = told.meetings[-1] if told.meetings else None
            index = last.policy.index if last and last.outcome == "decides" else None
            expected = oracle.Rows(rows[direction], names).decide((family, protocol, port, peer))
            assert (told.accepted, index) == expected


def ending(rows: Rows, names: oracle.Names, packet: oracle.Packet) -> str:
    accepted, index = oracle.Rows(rows, names).decide(packet)
    return "implicit DROP" if index is None else f"{'ACCEPT' if accepted else 'DROP'} {index}"


class Walked:
    """One direction of a case in every world, packet by packet."""

    def __init__(self, case: Case, direction: str) -> None:
        self.direction = direction
        self.single = "worlds" not in case.data
        self.expected = [oracle.Expected(cluster) for cluster in case.clusters]
        self.prefixes = prefixes(case)
        self.walks = [self._walk(world) for world in case.worlds()]

    def _walk(self, world: World) -> oracle.Rows:
        rows, names = world
        return oracle.Rows(rows[self.direction], names)

    def compare(self, said: list[Stated]) -> None:
        """What is stated of this direction holds for every packet."""
        meant = [one for one in said if one.traffic]
        deciders: set[int | None] = set()
        droppers: dict[str, set[int]] = {}
        for packet in self._classes(meant).packets():
            wrong = [self._wrong(walk, packet, deciders) for walk in self.walks]
            labels = {one.label for one in meant if packet in one.traffic}  # type: ignore[operator]
            assert self._agree(labels, wrong), (packet, labels, wrong)
            for requirement, index in wrong[0].items():
                if index is not None:
                    droppers.setdefault(requirement, set()).add(index)
        if self.single:
            lacking = {one.label: one.by for one in meant if one.label.startswith("missing")}
            assert {name: sorted(droppers.get(name, ())) for name in lacking} == lacking
            rows = enumerate(self.walks[0].matches)
            dead = {f"shadowed {index}" for index, row in rows if index not in deciders and matches(row)}
            assert {one.label for one in said if one.label.startswith("shadowed")} == dead

    def _classes(self, meant: list[Stated]) -> oracle.Classes:
        walked = [zone for walk in self.walks for zone in walk.zones()]
        expected = [zone for one in self.expected for zone in one.zones(self.direction)]
        told = [zone for one in meant for zone in one.traffic.zones]  # type: ignore[union-attr]
        return oracle.Classes([*walked, *expected, *told])

    def _agree(self, labels: set[str], wrong: list[dict[str, int | None]]) -> bool:
        """Certain is what is wrong in every world, possible what is wrong in some.

        Which row is to blame where only some worlds are wrong is not compared: it differs among them.
        """
        sure = {one for one in labels if not one.startswith("possible ")}
        every, some = set(wrong[0]).intersection(*wrong), set().union(*wrong)
        if self.single:
            return labels == every
        told, found = ({kind_of(one) for one in ones} for ones in (labels, some))
        return sure == every and told == found

    def _wrong(
        self, walk: oracle.Rows, packet: oracle.Packet, deciders: set[int | None]
    ) -> dict[str, int | None]:
        """What is wrong with a packet, by label, and the row that decides it."""
        accepted, index = walk.decide(packet)
        deciders.add(index)
        if accepted:
            fine = any(expected.allowed(self.direction, packet) for expected in self.expected)
            return {} if fine else {f"excess {index}": index}
        return {
            f"missing {prefix}{requirement}": index
            for prefix, expected in zip(self.prefixes, self.expected, strict=True)
            for requirement in expected.requirements(self.direction, packet)
        }


def kind_of(label: str) -> str:
    """``excess`` whatever the row, ``missing`` with its requirement."""
    plain = label.removeprefix("possible ")
    return "excess" if plain.startswith("excess") else plain


def prefixes(case: Case) -> list[str]:
    ids = [cluster["cluster_id"] for cluster in case.clusters]
    if len(ids) == 1:
        return [""]
    if len(set(ids)) == len(ids):
        return [f"{cluster_id}/" for cluster_id in ids]
    return [f"{cluster['cluster_id']}/{cluster['role']}/" for cluster in case.clusters]


def matches(row: oracle.Match) -> bool:
    """Whether there is any packet that a row matches."""
    return any(
        any(row.surely.parts_of(family, protocol))
        for family, protocols in oracle.PROTOCOLS.items()
        for protocol in protocols
    )


def test_there_are_enough_and_each_has_a_name_of_its_own() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names)) >= 40
    assert sum(len(list(case.packets)) for case in CASES) >= 200


def test_the_page_is_what_the_cases_say() -> None:
    tool = Path(__file__).parents[2] / "tools" / "write_verdict.py"
    checked = subprocess.run(
        [sys.executable, str(tool), "--check"], check=False, capture_output=True, text=True
    )
    assert (checked.returncode, checked.stderr) == (0, "")
