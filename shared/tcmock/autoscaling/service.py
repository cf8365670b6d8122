"""Which actions of autoscaling exist here."""

from __future__ import annotations

from tcmock.autoscaling import launch_configurations
from tcmock.invocation import Action, Product, Service
from tcmock.section import Section

AUTOSCALING = Product(
    services=(
        Service(
            "as",
            "2018-04-19",
            {"DescribeLaunchConfigurations": Action(launch_configurations.describe)},
        ),
    ),
    region_sections=(
        Section("launch_configurations", launch_configurations.add, launch_configurations.dump),
    ),
)
