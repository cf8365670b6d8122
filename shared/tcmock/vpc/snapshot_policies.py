"""Snapshot policies of security groups, as state documents have them: only shown, no snapshot is made."""

from __future__ import annotations

import msgspec

from tcmock.clock import china_time
from tcmock.invocation import Answer, Invocation
from tcmock.listing import filtered, named, page
from tcmock.region import Region
from tcmock.structure import Fields, check_unique, converted
from tcmock.tag import Tag

_BAD = "InvalidParameterValue"


class SnapshotPolicy(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """When snapshots are taken, and where they are kept."""

    snapshot_policy_name: str
    backup_type: str = "operate"
    """``operate`` on every change, or ``time``."""
    keep_time: int = 30
    """Days, 1 to 365."""
    create_new_cos: bool = False
    cos_region: str = ""
    cos_bucket: str = ""
    snapshot_policy_id: str
    backup_policies: list[object] = []
    enable: bool = True
    create_time: str
    tag_set: list[Tag] = []


class SnapshotState(msgspec.Struct):
    """Policies by id."""

    policies: dict[str, SnapshotPolicy] = {}


def describe(call: Invocation) -> Answer:
    """By id or name."""
    known = call.region[SnapshotState].policies
    found = filtered(
        named(known, call.params, "SnapshotPolicyIds", exclusive_code="InvalidParameter.Coexist"),
        call.params,
        {
            "snapshot-policy-id": lambda policy, value: policy.snapshot_policy_id == value,
            "snapshot-policy-name": lambda policy, value: policy.snapshot_policy_name == value,
        },
        code=_BAD,
    )
    shown = page(found, call.params.number("Offset"), call.params.number("Limit"), code=_BAD)
    return {"SnapshotPolicySet": msgspec.to_builtins(shown), "TotalCount": len(found)}


def add(region: Region, fields: Fields) -> str:
    """A policy; whatever it leaves out is filled in."""
    known, policy_id = region[SnapshotState].policies, region.ids.resource("sspolicy")
    made_up = {
        "SnapshotPolicyId": policy_id,
        "SnapshotPolicyName": policy_id,
        "CreateTime": china_time(region.clock()),
    }
    policy = converted({**made_up, **fields}, SnapshotPolicy)
    check_unique("SnapshotPolicyId", policy.snapshot_policy_id, known)
    known[policy.snapshot_policy_id] = policy
    return policy.snapshot_policy_id


def dump(region: Region) -> list[object]:
    """The entries that load as the policies."""
    return [msgspec.to_builtins(policy) for policy in region[SnapshotState].policies.values()]
