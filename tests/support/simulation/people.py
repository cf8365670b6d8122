"""What other people do to the cloud: careless, malicious, lawful, and in bursts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import samples

from simulation.cloud import GROUPS, OPEN_GROUP, REGION, TEMPLATE, SimulatedCloud

Rows = list[dict[str, Any]]
Record = dict[str, Any]
WORLD = "0.0.0.0/0"


class People:
    """Makes edits; each leaves the audit record that CloudAudit would write."""

    def __init__(self, cloud: SimulatedCloud, dice: Random, clock: Callable[[], float]) -> None:
        self._cloud = cloud
        self._dice = dice
        self._clock = clock
        self._count = 0
        self.lawful: dict[str, set[str]] = {group_id: set() for group_id in cloud.groups}
        """Descriptions of the rows that somebody lawfully added and nobody lawfully took away."""
        self.changes: dict[str, int] = dict.fromkeys(cloud.groups, 0)
        """Foreign changes that concern a group, so far."""
        self.story: list[str] = []

    def edit(self) -> list[Record]:
        """One edit, or a burst of them, of a kind and a group that the dice choose."""
        kind = self._dice.choice(_KINDS)
        group_id = self._dice.choice(GROUPS)
        return [record for record in kind(self, group_id) if record]

    def open_on_top(self, group_id: str) -> Iterator[Record | None]:
        row = self._dice.choice([
            ("ALL", "ALL", WORLD),
            ("tcp", "1-65535", WORLD),
            ("tcp", "2379", WORLD),
            ("ALL", "ALL", "::/0"),
            ("tcp", "8080", WORLD),
        ])  # fmt: skip
        yield self._insert(group_id, "Ingress", 0, self._by_hand(row))

    def open_below(self, group_id: str) -> Iterator[Record | None]:
        rows = self._rows(group_id, "Ingress")
        at = self._dice.randrange(len(rows) + 1)
        yield self._insert(group_id, "Ingress", at, samples.wire_row(("tcp", "80,2379", WORLD)))

    def widen(self, group_id: str) -> Iterator[Record | None]:
        rows = self._rows(group_id, "Ingress")
        at = next((n for n, row in enumerate(rows) if row["Port"] == "22"), None)
        if at is not None:
            wide = {**rows[at], "Port": "ALL"}
            yield self._write(
                "ReplaceSecurityGroupPolicy", group_id, "Ingress", [*rows[:at], wide, *rows[at + 1 :]]
            )

    def open_a_little(self, group_id: str) -> Iterator[Record | None]:
        row = samples.wire_row(("tcp", "3306", "192.168.7.0/24"))
        yield self._insert(group_id, "Ingress", len(self._rows(group_id, "Ingress")), row)

    def cut_required(self, group_id: str) -> Iterator[Record | None]:
        rows = self._rows(group_id, "Ingress")
        required = [n for n, row in enumerate(rows) if row["Protocol"] == "ALL" and row["Action"] == "ACCEPT"]
        if required and len(rows) > 1:
            at = self._dice.choice(required)
            yield self._write(
                "DeleteSecurityGroupPolicies", group_id, "Ingress", [*rows[:at], *rows[at + 1 :]]
            )

    def drop_on_top(self, group_id: str) -> Iterator[Record | None]:
        peer = self._dice.choice([samples.PODS, "10.0.1.0/24", "172.16.5.0/24"])
        yield self._insert(group_id, "Ingress", 0, self._by_hand(("ALL", "ALL", peer, "DROP")))

    def narrow_egress(self, group_id: str) -> Iterator[Record | None]:
        rows = [samples.wire_row(("tcp", "443", WORLD))]
        yield self._write("ReplaceSecurityGroupPolicies", group_id, "Egress", rows)

    def reorder(self, group_id: str) -> Iterator[Record | None]:
        rows = self._rows(group_id, "Ingress")
        shuffled = self._dice.sample(rows, len(rows))
        yield self._write("ReplaceSecurityGroupPolicies", group_id, "Ingress", shuffled)

    def add_lawful(self, group_id: str) -> Iterator[Record | None]:
        name = f"lawful {self._count}"
        row = samples.wire_row(("tcp", f"{9000 + self._count}", "10.0.7.0/24"), PolicyDescription=name)
        self.lawful[group_id].add(name)
        yield self._insert(
            group_id, "Ingress", self._dice.choice([0, len(self._rows(group_id, "Ingress"))]), row
        )

    def remove_lawful(self, group_id: str) -> Iterator[Record | None]:
        if self.lawful[group_id]:
            name = self._dice.choice(sorted(self.lawful[group_id]))
            self.lawful[group_id].discard(name)
            rows = [row for row in self._rows(group_id, "Ingress") if row["PolicyDescription"] != name]
            yield self._write("DeleteSecurityGroupPolicies", group_id, "Ingress", rows)

    def close_ssh(self, group_id: str) -> Iterator[Record | None]:
        rows = [row for row in self._rows(group_id, "Ingress") if row["Port"] != "22"]
        yield self._write("DeleteSecurityGroupPolicies", group_id, "Ingress", rows)

    def deploy(self, group_id: str) -> Iterator[Record | None]:
        """As Terraform rewrites a rule set: down to almost nothing, then up again."""
        rows = self._rows(group_id, "Ingress")
        yield self._write("ModifySecurityGroupPolicies", group_id, "Ingress", rows[:1])
        yield self._write("ModifySecurityGroupPolicies", group_id, "Ingress", rows)

    def edit_template(self, _: str) -> Iterator[Record | None]:
        old = self._cloud.members[TEMPLATE]
        new = self._dice.choice([("10.0.3.0/24",), ("10.0.3.0/24", "198.51.100.0/24"), ("10.0.4.0/24",)])
        if new != old:
            self._cloud.members[TEMPLATE] = new
            for group_id in GROUPS[1:]:
                self.changes[group_id] += 1
            yield self._record(
                "ModifyAddressTemplateAttribute", {"AddressTemplateId": TEMPLATE, "Addresses": list(new)}
            )

    def bind(self, group_id: str) -> Iterator[Record | None]:
        name, groups = next(
            (name, groups) for name, groups in self._cloud.bound.items() if group_id in groups
        )
        if OPEN_GROUP not in groups:
            groups.append(OPEN_GROUP)
            self.changes[OPEN_GROUP] += 1
            self.changes[group_id] += 1
            yield self._record(
                "AssociateSecurityGroups", {"InstanceIds": [name], "SecurityGroupIds": [OPEN_GROUP]}, "cvm"
            )

    def _by_hand(self, row: samples.Row) -> dict[str, Any]:
        """A row that differs from every other at least in its description, so that the API takes it."""
        return samples.wire_row(row, PolicyDescription=f"by hand {self._count}")

    def _rows(self, group_id: str, side: str) -> Rows:
        return list(self._cloud.groups[group_id].rows[side])

    def _insert(self, group_id: str, side: str, at: int, row: dict[str, Any]) -> Record | None:
        rows = self._rows(group_id, side)
        return self._write("CreateSecurityGroupPolicies", group_id, side, [*rows[:at], row, *rows[at:]])

    def _write(self, api: str, group_id: str, side: str, rows: Rows) -> Record | None:
        if len({json.dumps(row, sort_keys=True) for row in rows}) < len(rows):
            return None  # UnsupportedOperation.DuplicatePolicy
        self._cloud.groups[group_id].change(side, rows)
        self.changes[group_id] += 1
        return self._record(api, {"SecurityGroupId": group_id})

    def _record(self, api: str, asked: Record, product: str = "vpc") -> Record:
        self._count += 1
        self.story.append(f"{self._clock() - START:9.2f}  somebody: {api} {json.dumps(asked)}")
        return audit_record(api, asked, f"foreign-{self._count}", self._clock(), product=product)


START = 1_800_000_000.0
"""When every history begins, epoch seconds."""


def audit_record(
    api: str, asked: Record, request_id: str, at: float, *, product: str = "vpc", role: str = ""
) -> Record:
    """What CloudAudit writes of a call that succeeded."""
    who: Record = {"type": "CAMUser", "accountId": "100000000001", "principalId": "100000000101"}
    if role:
        who = {**who, "type": "AssumedRole", "userName": role}
    return {
        "userIdentity": who,
        "eventName": api,
        "eventType": "ApiCall",
        "actionType": "Write",
        "resourceType": product,
        "requestID": request_id,
        "eventTime": int(at),
        "apiErrorCode": "0",
        "requestParameters": json.dumps({**asked, "Region": REGION}),
    }


_KINDS = (
    *(People.open_on_top, People.open_on_top, People.open_below, People.widen, People.open_a_little),
    *(People.cut_required, People.drop_on_top, People.narrow_egress, People.reorder),
    *(People.add_lawful, People.add_lawful, People.remove_lawful, People.close_ssh),
    *(People.deploy, People.edit_template, People.bind),
)
