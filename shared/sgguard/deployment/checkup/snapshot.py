"""Whether the vendor keeps snapshots of security groups too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sgguard.deployment.checkup.line import Line, ok, unknown
from sgguard.deployment.management_api import Cloud, CloudError

CHECK = "native snapshots"
_FIX = (
    "Worth having beside the guard's own: VPC console > Snapshot policies, type backup on operation, attach "
    "the groups (https://www.tencentcloud.com/document/product/215/53137)."
)


def snapshot_policy(cloud: Cloud) -> Iterator[Line]:
    """A policy that backs groups up at each operation, as a second way back."""
    try:
        answer = cloud.call("vpc", "DescribeSnapshotPolicies", Limit=100)
    except CloudError as error:
        yield unknown(CHECK, f"It cannot be told: {error}", error.next_step or _FIX)
        return
    policies = answer.get("SnapshotPolicySet")
    found = [each for each in policies if isinstance(each, Mapping)] if isinstance(policies, list) else []
    active = [each for each in found if each.get("Enable") and each.get("BackupType") == "operate"]
    if active:
        names = ", ".join(str(each.get("SnapshotPolicyName")) for each in active)
        yield ok(CHECK, f"groups are backed up at each operation by {names}")
    else:
        yield ok(CHECK, "No policy backs groups up at each operation.", _FIX)
