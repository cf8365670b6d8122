"""The vendor's typed SDK."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parent / "clients" / "typed_sdk.py"


def test_it_sees_the_clusters_and_its_change_is_reverted(lab: Any, client: Any) -> None:
    """Four products; then the masters' group is opened, and closed by the guard."""
    arguments = (lab.endpoint, lab.about["region"], "sg-billmast")
    lab.wait_for("groups looked at")  # or the first sweep closes it, which is as good and told otherwise
    seen = client("sdk").answer("python", SCRIPT, *arguments, variables=lab.variables)
    assert len(seen.pop("request_id")) == 36
    assert seen == {
        "account": "100000000001",
        "clusters": {
            "cls-shop0001": "MANAGED_CLUSTER",
            "cls-bill0001": "INDEPENDENT_CLUSTER",
            "cls-data0001": "MANAGED_CLUSTER",
        },
        "instances": 17,
        "version": "9",
        "rows": 9,
    }
    assert "reverted, now compliant at version 11" in lab.wait_for("revert ")
    assert lab.wait_for("ACCEPT").endswith("- ingress 9  ACCEPT tcp 2379 from 0.0.0.0/0")
