"""Which actions of tke exist here, and what they change."""

from __future__ import annotations

from tcmock.invocation import Action, Product, Resource, Service
from tcmock.section import Section
from tcmock.tke import cluster_actions, cluster_document, machine_actions, node_actions, route_actions

_CLUSTER = Resource("QCS::TKE::Cluster", lambda params, _: [f"cluster/{params.text('ClusterId')}"])

TKE = Product(
    services=(
        Service(
            "tke",
            "2018-05-25",
            {
                "DescribeClusterEndpoints": Action(cluster_actions.describe_endpoints),
                "DescribeClusterInstances": Action(node_actions.describe),
                "DescribeClusterNodePools": Action(node_actions.describe_pools),
                "DescribeClusterRouteTables": Action(route_actions.describe_tables),
                "DescribeClusterRoutes": Action(route_actions.describe_routes),
                "DescribeClusters": Action(cluster_actions.describe),
                "DescribeIPAMD": Action(cluster_actions.describe_ipamd),
            },
        ),
        Service(
            "tke",
            "2022-05-01",
            {
                "DescribeClusterInstances": Action(machine_actions.describe),
                "DescribeClusters": Action(cluster_actions.describe_briefly),
                "DescribeNodePools": Action(machine_actions.describe_pools),
                "ModifyClusterMachine": Action(machine_actions.modify, _CLUSTER),
            },
        ),
    ),
    region_sections=(Section("clusters", cluster_document.add, cluster_document.dump),),
)
