"""The cases of tests/golden/verdict: rows, packets and traffic as a person writes them, turned into JSON.

Shares no code with sgguard.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import first_match as oracle
import yaml

FOLDER = Path(__file__).parents[1] / "golden" / "verdict"
GIVEN: dict[str, Any] = yaml.safe_load((FOLDER / "given.yaml").read_text(encoding="utf-8"))
_ROW = re.compile(r"(?P<action>\w+) (?P<service>\S+(?: [\d,-]+| ALL)?) (?P<way>from|to) (?P<peer>\S+)")
_TRAFFIC = re.compile(r"(?P<protocol>\w+)(?: (?P<ports>\S+))? (?P<way>from|to) (?P<peers>\S+)")
_NAMED = re.compile(r"the (?P<name>\w+) rows")

Rows = list[dict[str, Any]]
World = tuple[dict[str, Rows], dict[str, list[str]]]
"""Rows by direction and members by id, as they may be in truth."""


class Case(NamedTuple):
    """One case."""

    name: str
    data: dict[str, Any]

    @property
    def clusters(self) -> list[dict[str, Any]]:
        """Cluster files."""
        role = self.data.get("role", "node")
        return [{**GIVEN["cluster"], "role": role, **more} for more in self.data.get("clusters", [{}])]

    @property
    def names(self) -> dict[str, list[str]]:
        """Members that are known."""
        return self.data.get("names") or {}

    def rows(self, direction: str) -> list[Any]:
        """Rows as written, references to others followed."""
        usual = f"the {self.data.get('role', 'node') if direction == 'ingress' else 'egress'} rows"
        return list(_followed(self.data.get(direction, [usual])))

    def wire(self) -> dict[str, Any]:
        """The policy set."""
        return {
            "Version": "7",
            "Ingress": [wire_row(row) for row in self.rows("ingress")],
            "Egress": [wire_row(row) for row in self.rows("egress")],
        }

    def worlds(self) -> list[World]:
        """Everything that may be true; one world where all is known."""
        return [self._world(truth) for truth in self.data.get("worlds", [{}])]

    def _world(self, truth: Mapping[str, Any]) -> World:
        rows = {direction: self.rows(direction) for direction in ("ingress", "egress")}
        names = dict(self.names)
        for key, value in truth.items():
            if key.startswith("row "):
                rows["ingress"][int(key[4:])] = value
            else:
                names[key] = value
        return {direction: in_order(map(wire_row, listed)) for direction, listed in rows.items()}, names

    @property
    def packets(self) -> Iterator[tuple[str, oracle.Packet, set[str]]]:
        """Direction, packet and what may become of it."""
        for text, endings in (self.data.get("packets") or {}).items():
            direction, blocks = traffic([text])
            (block,) = blocks
            address = ipaddress.ip_address(block["peers"][0])
            port = int(block["ports"]) if block["ports"] != "ALL" else None
            yield (
                direction,
                (block["family"], block["protocol"], port, int(address)),
                set(endings.split(" or ")),
            )


class Stated(NamedTuple):
    """One finding as stated."""

    label: str
    """``excess 6``, ``possible missing node-network``, ``shadowed 7``."""
    direction: str
    traffic: Traffic | None
    by: list[int]
    severity: str | None


class Traffic:
    """Some traffic without some other."""

    def __init__(self, these: Sequence[str], without: Sequence[str]) -> None:
        self.direction, blocks = traffic(these)
        self._in, self._out = oracle.blocks(blocks), oracle.blocks(traffic(without)[1])
        self.zones = [self._in, self._out]

    def __contains__(self, packet: oracle.Packet) -> bool:
        return packet in self._in and packet not in self._out


def stated(case: Case) -> list[Stated]:
    """The findings of a case."""
    found = []
    for entry in case.data.get("findings", []):
        these = entry.get("traffic")
        meant = Traffic(these, entry.get("without", [])) if these else None
        found.append(
            Stated(
                label=entry["finding"],
                direction=meant.direction if meant else "ingress",
                traffic=meant,
                by=entry.get("by", []),
                severity=entry.get("severity"),
            )
        )
    return found


def cases() -> list[Case]:
    """All of them, in the order of the chapters."""
    chapters = [
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("[0-9]*.yaml"))
    ]
    return [Case(entry["name"], entry) for chapter in chapters for entry in chapter["cases"]]


def in_order(rows: Iterable[dict[str, Any]]) -> Rows:
    """Rows by their numbers, where they have some."""
    return sorted(rows, key=lambda row: int(row.get("PolicyIndex", 0)))


def wire_row(row: Any) -> dict[str, Any]:
    """``ACCEPT tcp 22 from 0.0.0.0/0`` as the API has it; a row that is written out is taken as it is."""
    if isinstance(row, dict):
        return row
    found = _ROW.fullmatch(row)
    assert found, row
    service, peer = found["service"], found["peer"]
    document: dict[str, Any] = {"Action": found["action"]}
    if service.startswith(("ppm-", "ppmg-")):
        key = "ServiceId" if service.startswith("ppm-") else "ServiceGroupId"
        document["ServiceTemplate"] = {key: service}
    else:
        protocol, _, port = service.partition(" ")
        document |= {"Protocol": protocol, "Port": port or "ALL"}
    if peer.startswith(("ipm-", "ipmg-")):
        key = "AddressId" if peer.startswith("ipm-") else "AddressGroupId"
        return {**document, "AddressTemplate": {key: peer}}
    if peer.startswith("sg-"):
        return {**document, "SecurityGroupId": peer}
    return {**document, "Ipv6CidrBlock" if ":" in peer else "CidrBlock": peer}


def traffic(texts: Sequence[str]) -> tuple[str, list[dict[str, Any]]]:
    """(direction, blocks) of ``tcp 80,443 from 198.51.100.7,2001:db8::/32``."""
    direction, blocks = "ingress", []
    for text in texts:
        found = _TRAFFIC.fullmatch(text)
        assert found, text
        direction = "ingress" if found["way"] == "from" else "egress"
        by_family: dict[str, list[str]] = {}
        for peer in found["peers"].split(","):
            by_family.setdefault("ipv6" if ":" in peer else "ipv4", []).append(peer)
        blocks += [
            {
                "family": family,
                "protocol": found["protocol"],
                "ports": found["ports"] or "ALL",
                "peers": peers,
            }
            for family, peers in by_family.items()
        ]
    return direction, blocks


def _followed(rows: Iterable[Any]) -> Iterator[Any]:
    for row in rows:
        named = _NAMED.fullmatch(row) if isinstance(row, str) else None
        if named:
            yield from _followed(GIVEN["rows"][named["name"]])
        else:
            yield row
