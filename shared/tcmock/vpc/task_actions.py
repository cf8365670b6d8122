"""Tasks of requests that the vendor carries out after its answer. Here they are done by then."""

from __future__ import annotations

from tcmock.invocation import Answer, Invocation
from tcmock.vpc.errors import not_found
from tcmock.vpc.state import VpcState


def describe(call: Invocation) -> Answer:
    """What became of a request, by its id (https://cloud.tencent.com/document/api/215/59037)."""
    task = call.params.text("TaskId")
    if task not in call.region[VpcState].tasks:
        raise not_found(f"`{task}`, a task,")
    return {"Status": "SUCCESS", "Output": "SUCCESS", "Result": []}
