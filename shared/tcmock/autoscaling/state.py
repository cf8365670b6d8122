"""What autoscaling keeps of one region."""

from __future__ import annotations

import msgspec

from tcmock.autoscaling.models import LaunchConfiguration


class AutoscalingState(msgspec.Struct):
    """Launch configurations by id, in the order they were made."""

    launch_configurations: dict[str, LaunchConfiguration] = {}
