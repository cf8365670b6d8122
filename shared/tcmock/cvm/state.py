"""What cvm keeps of one region."""

from __future__ import annotations

import msgspec

from tcmock.cvm.models import Instance


class CvmState(msgspec.Struct):
    """Machines by id, in the order they were made. Their groups are bindings of vpc."""

    instances: dict[str, Instance] = {}
