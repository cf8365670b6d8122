"""Which actions of cloudaudit exist here, and what they change (version 2019-03-19)."""

from __future__ import annotations

from collections.abc import Sequence

from tcmock.cloudaudit import event_actions, track_actions
from tcmock.invocation import Action, Answer, Product, Resource, Service
from tcmock.parameters import Params


def _track(params: Params, answer: Answer) -> Sequence[str]:
    return [f"track/{params.number('TrackId') or Params(answer).number('TrackId')}"]


_TRACK = Resource("QCS::CloudAudit::Track", _track)

CLOUDAUDIT = Product(
    services=(
        Service(
            "cloudaudit",
            "2019-03-19",
            {
                "CreateAuditTrack": Action(track_actions.create, _TRACK),
                "DeleteAuditTrack": Action(track_actions.delete, _TRACK),
                "DescribeAuditTrack": Action(track_actions.get),
                "DescribeAuditTracks": Action(track_actions.describe),
                "DescribeEvents": Action(event_actions.describe),
                "ModifyAuditTrack": Action(track_actions.modify, _TRACK),
            },
        ),
    ),
)
