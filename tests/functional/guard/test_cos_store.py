"""The function with its store on COS, over HTTP from end to end."""

from __future__ import annotations

from typing import Any

import pytest
from guarded import EVENT, GROUP

from scfshim import Credentials
from sgguard.adapters.cos_bucket import Bucket, read_location
from sgguard.adapters.cos_store import CosStore
from sgguard.state.journal import all_entries
from sgguard.state.verification import verify
from sglab.stage import Stage

STORE = "cos://guard-1250000001/state?region=ap-guangzhou"
OPENED = {"PolicyIndex": 0, "Protocol": "ALL", "Port": "ALL", "CidrBlock": "0.0.0.0/0", "Action": "ACCEPT"}


@pytest.fixture
def bucketed(state: Any) -> Any:
    region = state["accounts"]["100000000001"]["regions"]["ap-guangzhou"]
    region["buckets"] = [{"Bucket": "guard-1250000001"}]
    (group,) = region["security_groups"]
    group["SecurityGroupPolicySet"]["Ingress"].insert(
        0, {k: v for k, v in OPENED.items() if k != "PolicyIndex"}
    )
    for index, row in enumerate(group["SecurityGroupPolicySet"]["Ingress"]):
        row["PolicyIndex"] = index
    return state


def test_a_revert_is_on_record_in_the_bucket(bucketed: Any) -> None:
    with Stage(mode="enforce", state=bucketed, environment={"SGGUARD_STORE": STORE}) as stage:
        (run,) = stage.deliver(EVENT).runs
        assert run["outcome"]["result"] == "reverted"  # type: ignore[index, call-overload]
        keys: Credentials = stage.credentials
        location = read_location(STORE)
        store = CosStore(location, Bucket(location, credentials=lambda: keys, endpoint=stage.endpoint))
        assert [w.entry.phase for w in all_entries(store, GROUP)] == ["intended", "ended"]
        assert verify(store) == (2, ())
        assert len(store.entries("snapshot")) == 1


def test_a_bucket_that_is_gone_means_observe(bucketed: Any) -> None:
    gone = STORE.replace("guard-", "gone-")
    with Stage(mode="enforce", state=bucketed, environment={"SGGUARD_STORE": gone}) as stage:
        delivered = stage.deliver(EVENT)
        (run,) = delivered.runs
        assert run["plan"]["decision"] == "alert"  # type: ignore[index, call-overload]
        assert "NoSuchBucket" in str(run["plan"]["reasons"])  # type: ignore[index, call-overload]
        assert [call.action for call in delivered.calls if call.action.startswith("Delete")] == []
        assert len(delivered.messages) == 2
