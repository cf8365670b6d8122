"""The channels of a site, for commands that send."""

from __future__ import annotations

import os
import sys

import structlog

from sgguard.baseline import Site
from sgguard.cli.case import read_site_file
from sgguard.errors import ConfigError, Problem
from sgguard.notify import Channel
from sgguard.settings import read_settings
from sgguard.wiring import open_channels


def channels_of(config: str | None) -> tuple[tuple[Channel, ...], Site]:
    """Those of the config, and the one that SGGUARD_WEBHOOK sets up. Raises ConfigError if there are none."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(30),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    site = read_site_file(config or os.environ.get("SGGUARD_CONFIG"))
    channels, problems = open_channels(read_settings(os.environ), site)
    if problems:
        raise ConfigError(problems)
    if not channels:
        what = "has no channel, and SGGUARD_WEBHOOK is not set"
        raise ConfigError([Problem(config or "the config", what, "See docs/channels.md.")])
    return channels, site
