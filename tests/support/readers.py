"""Readers as in production, for whatever cloud the environment names."""

from __future__ import annotations

from scfshim import Session
from sgguard.adapters.tencent.cluster_reader import TencentClusters
from sgguard.adapters.tencent.name_reader import TencentNames
from sgguard.adapters.tencent.reader import TencentGroups
from sgguard.facts import Readers


def tencent_readers() -> Readers:
    """All of them, over one session."""
    session = Session()
    return Readers(
        groups=TencentGroups(session), clusters=TencentClusters(session), names=TencentNames(session)
    )
