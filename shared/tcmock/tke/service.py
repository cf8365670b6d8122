"""Which actions of tke exist here."""

from __future__ import annotations

from tcmock.invocation import Action, Service
from tcmock.tke import cluster_actions

TKE = Service(
    "tke",
    {
        "DescribeClusterInstances": Action(cluster_actions.describe_instances),
        "DescribeClusters": Action(cluster_actions.describe_clusters),
    },
)
