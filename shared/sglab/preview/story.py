"""What a recorded case makes the guard tell."""

from __future__ import annotations

import logging

import structlog

from sgguard import pipeline, wiring
from sgguard.model.notification import Notification
from sgguard.model.plan import Mode
from sgguard.settings import read_settings
from sglab.case import Case, default_mode
from tcmock import mock_tencentcloud


def notifications_of(case: Case, mode: Mode | None = None) -> list[Notification]:
    """Every notification, from the real pipeline on the embedded cloud, in this process."""
    environment = {"SGGUARD_MODE": mode or default_mode([case]), "SGGUARD_STORE": ":memory:"}
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with mock_tencentcloud() as cloud:
        cloud.load(case.cloud)
        try:
            guard = wiring.build_guard(read_settings(environment), None, structlog.get_logger())
            runs = pipeline.run(case.event, guard)
        finally:
            wiring.forget_instance()
    return [sent.notification for run in runs for sent in run.notifications]
